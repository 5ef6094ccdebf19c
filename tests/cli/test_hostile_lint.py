"""``lint``, ``plan`` and ``init`` answer hostile input in words: no bug report, no endless wait, no file lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

import pytest

BUDGET = "version: 1\nbudgets:\n  - {name: all, files: '*.json', max_input_tokens: 100}\n"
REQUEST = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 1000,
    "messages": [{"role": "user", "content": "my secret"}],
}
SECONDS = 60
"""Far above what any of these takes on a busy machine: they used to wait for ever."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a budget and one request, and a cache of its own."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "budgetcalc.yaml").write_text(BUDGET, encoding="utf-8")
    (folder / "a.json").write_text(json.dumps(REQUEST), encoding="utf-8")
    monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(folder)
    return folder


def _process(folder: Path, env: dict[str, str], *args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "budgetcalc", *args],
        cwd=folder,
        env=env,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )


@pytest.mark.parametrize("glob", [".", "./", "././.", "!."])
def test_a_glob_of_no_name(run: Any, project: Path, glob: str) -> None:
    """A glob that names the folder itself is refused with its line, and is no bug of ours."""
    text = f"version: 1\nbudgets:\n  - name: all\n    files: ['a.json', '{glob}']\n"
    (project / "budgetcalc.yaml").write_text(text, encoding="utf-8")
    result = run("lint")
    assert result.exit_code == 2
    assert "budgetcalc.yaml:4:23: " in result.stderr
    assert "is no glob of files under this folder" in result.stderr


@pytest.mark.parametrize("parts", [101, 3000, 100_000])
def test_a_toml_key_of_many_parts(project: Path, process_env: dict[str, str], parts: int) -> None:
    """A dotted key that would take the parser minutes, or more calls than Python allows, is refused by its line."""
    (project / "budgetcalc.yaml").unlink()
    text = f"[tool.budgetcalc]\nversion = 1\n{'a.' * parts}b = 1\n"
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    done = _process(project, process_env, "lint")
    assert done.returncode == 2
    assert "pyproject.toml:3: holds a key of more than 100 parts" in done.stderr


def test_a_large_pyproject(run: Any, project: Path) -> None:
    """A pyproject.toml that speaks of us and is larger than any configuration is not parsed."""
    (project / "budgetcalc.yaml").unlink()
    text = "[tool.budgetcalc]\nversion = 1\n#" + "x" * 5_000_000
    (project / "pyproject.toml").write_text(text, encoding="utf-8")
    result = run("lint")
    assert result.exit_code == 2
    assert "is larger than 5,000,000 bytes" in result.stderr


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
@pytest.mark.parametrize("flags", [(), ("--no-cache",)])
def test_a_named_pipe_is_read_once(
    project: Path, process_env: dict[str, str], flags: tuple[str, ...]
) -> None:
    """A request that comes through a pipe, as from a shell's `<(...)`, is measured: it is there only once."""
    pipe = project / "pipe"
    os.mkfifo(pipe)
    body = json.dumps(REQUEST | {"max_tokens": 10**6})
    feeder = threading.Thread(target=pipe.write_text, args=(body,), daemon=True)
    feeder.start()
    done = _process(project, process_env, "lint", "pipe", *flags)
    assert done.returncode == 1
    assert "max-tokens-above-model-cap" in done.stdout


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_a_device_without_end(project: Path, process_env: dict[str, str]) -> None:
    """A device that never ends is a finding after the document limit."""
    done = _process(project, process_env, "lint", "/dev/zero")
    assert done.returncode == 2
    assert "too large for one document" in done.stdout


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names here")
def test_a_pipe_as_a_prompt(project: Path, process_env: dict[str, str]) -> None:
    """A stage whose prompt is a pipe is said to be none, instead of waiting for a writer."""
    os.mkfifo(project / "p.md")
    stages = "[{name: s, model: claude-haiku-4-5, prompt: p.md, max_tokens: 10}]"
    (project / "budgetcalc.yaml").write_text(
        f"version: 1\npipelines: [{{name: p, stages: {stages}}}]\n", encoding="utf-8"
    )
    for command in ("plan", "lint"):
        done = _process(project, process_env, command)
        assert done.returncode == 2
        assert "the prompt is a pipe or a device" in done.stdout + done.stderr


@pytest.mark.parametrize("target", ["a.json", "budgetcalc.yaml", "link.json"])
@pytest.mark.parametrize("paths", [(), (".",)])
def test_output_onto_an_input(run: Any, project: Path, target: str, paths: tuple[str, ...]) -> None:
    """An output that would replace a file that a glob or a folder found, or the configuration, is refused."""
    (project / "link.json").symlink_to("a.json")
    before = (project / target).read_bytes()
    result = run("lint", *paths, "-o", target)
    assert result.exit_code == 2
    assert "is an input\nhint: write the output to another file" in result.stderr
    assert (project / target).read_bytes() == before


def test_output_onto_the_baseline(run: Any, project: Path) -> None:
    """The report does not replace the baseline it was held against."""
    assert run("lint", "--write-baseline").exit_code == 0
    result = run("lint", "-o", ".budgetcalc-baseline.json")
    assert result.exit_code == 2
    assert "accepted" in json.loads((project / ".budgetcalc-baseline.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("target", ["p.md", "budgetcalc.yaml"])
def test_plan_onto_an_input(run: Any, project: Path, target: str) -> None:
    """A plan replaces neither a prompt nor the configuration."""
    stages = "[{name: s, model: claude-haiku-4-5, prompt: p.md, max_tokens: 10}]"
    text = f"version: 1\npipelines: [{{name: p, stages: {stages}}}]\n"
    (project / "budgetcalc.yaml").write_text(text, encoding="utf-8")
    (project / "p.md").write_text("Hello", encoding="utf-8")
    before = (project / target).read_bytes()
    result = run("plan", "-o", target)
    assert result.exit_code == 2
    assert (project / target).read_bytes() == before
    assert run("plan", "-o", "new.txt").exit_code == 0


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_a_baseline_without_end(project: Path, process_env: dict[str, str]) -> None:
    """A baseline is read no further than its limit."""
    done = _process(project, process_env, "lint", "--baseline", "/dev/zero")
    assert done.returncode == 2
    assert "is over 50,000,000 bytes" in done.stderr


@pytest.mark.parametrize("kind", ["pipe", "folder", "damaged", "huge"])
def test_a_cache_that_is_none(project: Path, process_env: dict[str, str], tmp_path: Path, kind: str) -> None:
    """Whatever stands in the cache's place, the answer is that of a run without a cache."""
    env = process_env | {"BUDGETCALC_CACHE_DIR": str(tmp_path / "cache")}
    (project / "a.json").write_text(
        json.dumps(REQUEST) + 50_000 * " ", encoding="utf-8"
    )  # small ones have none
    first = _process(project, env, "lint", "-v", "-f", "json")
    (entry,) = (tmp_path / "cache").iterdir()
    assert b"my secret" not in entry.read_bytes()
    entry.unlink()
    if kind == "pipe":
        os.mkfifo(entry)
    elif kind == "folder":
        entry.mkdir()
    elif kind == "damaged":
        entry.write_bytes(b'{"files": {"x": 5}')
    else:
        with entry.open("wb") as file:
            file.truncate(8 * 10**9)
    again = _process(project, env, "lint", "-v", "-f", "json")
    assert (again.returncode, again.stdout) == (first.returncode, first.stdout)


def test_a_user_without_a_home(run: Any, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a container whose user has no entry and no HOME, lint works and keeps no cache."""
    pwd = pytest.importorskip("pwd")
    for name in ("HOME", "BUDGETCALC_CACHE_DIR", "XDG_CACHE_HOME", "CLAUDE_CONFIG_DIR"):
        monkeypatch.delenv(name, raising=False)

    def nobody(_: int) -> None:
        raise KeyError

    monkeypatch.setattr(pwd, "getpwuid", nobody)
    assert run("lint").exit_code == 0
    assert run("price", "--claude-code").exit_code == 2


UNHASHABLE: list[dict[str, Any]] = [
    {"mcp_servers": [{"type": "url", "url": "https://x", "name": []}], "tools": [{"type": "mcp_toolset"}]},
    {"tools": [{"type": "mcp_toolset", "mcp_server_name": {}}], "mcp_servers": [{"name": {}}]},
    *(
        {"messages": [{"role": "user", "content": "hi"}, {"role": "assistant", "content": blocks}]}
        for blocks in (
            [{"type": "server_tool_use", "id": [], "name": "web_search", "input": {}}],
            [{"type": "web_search_tool_result", "tool_use_id": {}, "content": []}],
            [{"type": "mcp_tool_use", "id": {}}, {"type": "mcp_tool_result", "tool_use_id": []}],
        )
    ),
    {
        "messages": [
            {
                "role": "user",
                "content": [{"type": "tool_result", "tool_use_id": "x", "content": [{"type": []}]}],
            }
        ]
    },
]


@pytest.mark.parametrize("changes", UNHASHABLE)
@pytest.mark.parametrize("command", ["lint", "estimate"])
def test_lists_where_names_belong(run: Any, project: Path, changes: dict[str, Any], command: str) -> None:
    """A list or an object where the API has a name is judged, and is no bug of ours."""
    (project / "a.json").write_text(json.dumps(REQUEST | changes), encoding="utf-8")
    result = run(command, "a.json")
    assert result.exit_code in {0, 1, 2}
    assert result.exception is None or isinstance(result.exception, SystemExit)


HOSTILE_NAMES = [
    "a\nb",
    "[x]*?",
    "a\"b'#: {}",
    "\x1b[31m",
    "::error::x",
    "!x",
    "a\\b",
    " lead",
    "\ufeff",
    "\x7f\x85\u2028",
    "\ufffe",
    "\U0001f600",
    "\udcff\udcfe",
]


@pytest.mark.parametrize("name", HOSTILE_NAMES)
def test_init_with_hostile_names(run: Any, project: Path, name: str) -> None:
    """What init writes of a file or a folder of any name, lint reads and passes; nothing steers a terminal."""
    (project / "budgetcalc.yaml").unlink()
    body = json.dumps(REQUEST)
    try:
        (project / f"{name}.json").write_text(body, encoding="utf-8")
        (project / name).mkdir()
        (project / name / "x.json").write_text(body, encoding="utf-8")
        # A neighbour that is no request, so that no glob of the whole folder will do.
        (project / name / "y.json").write_text("{}", encoding="utf-8")
    except (OSError, UnicodeError):
        pytest.skip("this file system takes no such name")
    assert run("init").exit_code == 0
    text = (project / "budgetcalc.yaml").read_text(encoding="utf-8")
    assert all(char.isprintable() or char == "\n" for char in text)
    result = run("lint")
    assert (result.exit_code, result.stderr) == (0, "")
    assert "3 files" in result.stdout


def test_globs_with_many_double_stars(run: Any, project: Path) -> None:
    """A glob that reaches the same folder in millions of ways looks into it once a part."""
    deep = project
    for _ in range(60):
        deep /= "a"
    deep.mkdir(parents=True)
    (deep / "x.json").write_text(json.dumps(REQUEST), encoding="utf-8")
    glob = "**/a/" * 8 + "x.json"
    text = f"version: 1\nbudgets:\n  - {{name: all, files: '{glob}', max_input_tokens: 100}}\n"
    (project / "budgetcalc.yaml").write_text(text, encoding="utf-8")
    result = run("lint")
    assert result.exit_code == 0
    assert "1 file, 1 request" in result.stdout


OUTSIDE = ["{tmp}/out.json", "../out.json", "a/../../out.json", "./../out.json", "/out.json"]


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
@pytest.mark.parametrize("name", OUTSIDE)
def test_a_tree_that_leaves_its_folder(run: Any, project: Path, tmp_path: Path, name: str) -> None:
    """--diff writes no file outside of its own folder, whatever the names in a tree that somebody made by hand."""

    def git(*args: str, given: bytes = b"") -> str:
        who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
        done = subprocess.run(["git", *who, *args], cwd=project, input=given, capture_output=True, check=True)
        return done.stdout.decode().strip()

    git("init", "--quiet")
    blob = git("hash-object", "-w", "a.json")
    entries = [("a.json", blob), (name.format(tmp=tmp_path / "target"), blob)]
    raw = b"".join(b"100644 " + path.encode() + b"\0" + bytes.fromhex(sha) for path, sha in entries)
    tree = git("hash-object", "-t", "tree", "-w", "--stdin", "--literally", given=raw)
    commit = git("commit-tree", tree, "-m", "by hand")
    text = "version: 1\nbudgets:\n  - {name: all, files: ['**/*.json', '*.json'], max_input_tokens: 100}\n"
    (project / "budgetcalc.yaml").write_text(text, encoding="utf-8")
    result = run("lint", "--diff", commit)
    assert result.exit_code == 0
    assert "no change of tokens or cost" in result.stdout
    assert not (tmp_path / "target").exists()
    assert not Path(tempfile.gettempdir(), "out.json").exists()
    assert not Path("/out.json").exists()


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_a_repository_of_somebody_else(run: Any, project: Path) -> None:
    """When git refuses a folder of another owner, its reason is told, and not that there is no repository."""
    subprocess.run(["git", "init", "--quiet"], cwd=project, check=True)
    # Git's own switch for its tests of this: no root is needed to give the folder away.
    result = run("lint", "--diff", "HEAD", env={"GIT_TEST_ASSUME_DIFFERENT_OWNER": "1"})
    assert result.exit_code == 2
    assert "dubious ownership" in result.stderr
