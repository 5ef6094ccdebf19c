"""What ships for CI: the action's steps as GitHub runs them, the hooks by pre-commit itself, and the recipes."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

REPOSITORY = Path(__file__).parents[2]
ACTION = yaml.safe_load((REPOSITORY / "action.yml").read_text("utf-8"))
HOOKS = yaml.safe_load((REPOSITORY / ".pre-commit-hooks.yaml").read_text("utf-8"))
IDENTITY = ["-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false"]
CONFIG = """\
version: 1
defaults: {on: 2026-11-22}
budgets: [{name: all, files: ["prompts/*.json"], max_input_tokens: 30}]
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the steps are written for bash")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A repository with a prompt within its budget."""
    folder = tmp_path / "a repo"
    (folder / "prompts").mkdir(parents=True)
    (folder / "budgetcalc.yaml").write_text(CONFIG, "utf-8")
    write(folder, "Hello, Claude")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


def git(folder: Path, *arguments: str) -> None:
    subprocess.run(["git", *IDENTITY, *arguments], cwd=folder, check=True, capture_output=True)


def write(folder: Path, text: str) -> None:
    body = {"model": "claude-sonnet-4-6", "max_tokens": 500, "messages": [{"role": "user", "content": text}]}
    (folder / "prompts/a.json").write_text(json.dumps(body), "utf-8")


@pytest.fixture
def step(tmp_path: Path) -> Any:
    """Run a step of the action with the variables that GitHub sets, and inputs as given."""
    runner = tmp_path / "runner"
    programs = runner / "bin"
    programs.mkdir(parents=True)
    program = programs / "budgetcalc"
    program.write_text(
        f'#!/bin/sh\nPYTHONPATH="{REPOSITORY}" exec "{sys.executable}" -m budgetcalc "$@"\n', "utf-8"
    )
    program.chmod(0o755)

    def run(
        name: str, folder: Path, **inputs: str
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
        (described,) = [each for each in ACTION["runs"]["steps"] if each["id"] == name]
        given = {key: spec["default"] for key, spec in ACTION["inputs"].items()} | {
            key.replace("_", "-"): value for key, value in inputs.items()
        }
        variables = {
            key: re.sub(r"\$\{\{ inputs\.([a-z-]+) \}\}", lambda found: given[found[1]], str(value))
            for key, value in described.get("env", {}).items()
        }
        files = {key: runner / key.lower() for key in ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_PATH")}
        for file in files.values():
            file.write_text("", "utf-8")
        done = subprocess.run(
            ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", described["run"]],
            cwd=folder,
            env={
                "PATH": f"{programs}:{os.environ['PATH']}",
                "HOME": str(runner),
                "RUNNER_TEMP": str(runner),
                "GITHUB_ACTIONS": "true",
                "GITHUB_WORKSPACE": str(folder),
                "GITHUB_ACTION_PATH": str(REPOSITORY),
                **{key: str(file) for key, file in files.items()},
                **variables,
            },
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        outputs = dict(line.split("=", 1) for line in files["GITHUB_OUTPUT"].read_text("utf-8").splitlines())
        return done, outputs | {"summary": files["GITHUB_STEP_SUMMARY"].read_text("utf-8")}

    return run


def test_a_fine_pull_request(step: Any, project: Path) -> None:
    """No annotation of an error, outputs that say so, a summary and a comment that can be found again."""
    done, outputs = step("lint", project)
    assert done.returncode == 0, done.stderr
    assert "::error" not in done.stdout
    assert (outputs["passed"], outputs["exit-code"]) == ("true", "0")
    assert outputs["summary"].startswith("<!-- budgetcalc-lint -->\n## budgetcalc lint: passed")
    assert Path(outputs["comment-file"]).read_text("utf-8") == outputs["summary"]
    assert json.loads(Path(outputs["json-file"]).read_text("utf-8"))["passed"] is True


def test_a_prompt_that_outgrew_its_budget(step: Any, project: Path) -> None:
    """The step fails, annotates the file, shows the change, and writes SARIF when asked to."""
    write(project, "Hello, Claude. " * 30)
    done, outputs = step("lint", project, diff="HEAD", sarif_file="out.sarif")
    assert done.returncode == 1
    assert "::error file=prompts/a.json,line=1,title=BC101 budget-input-tokens::" in done.stdout
    assert (outputs["passed"], outputs["exit-code"]) == ("false", "1")
    assert "since HEAD" in outputs["summary"]
    sarif = json.loads((project / outputs["sarif-file"]).read_text("utf-8"))
    assert [each["ruleId"] for each in sarif["runs"][0]["results"]] == ["BC101"]


def test_findings_can_be_shown_only(step: Any, project: Path) -> None:
    """With fail: "false" the step passes, and its outputs still say what was found."""
    write(project, "Hello, Claude. " * 30)
    done, outputs = step("lint", project, fail="false")
    assert (done.returncode, outputs["passed"], outputs["exit-code"]) == (0, "false", "1")


def test_paths_are_one_a_line_and_never_flags(step: Any, project: Path) -> None:
    """A path with blanks is one path, and one that looks like a flag is a path too."""
    (project / "an other.json").write_text((project / "prompts/a.json").read_text("utf-8"), "utf-8")
    done, outputs = step("lint", project, paths="an other.json\nprompts\n")
    assert done.returncode == 0
    measured = json.loads(Path(outputs["json-file"]).read_text("utf-8"))["measurements"]
    assert [each["file"] for each in measured] == ["an other.json", "prompts/a.json"]
    done, outputs = step("lint", project, paths="--help")
    assert outputs["exit-code"] == "2"


def test_inputs_are_no_commands(step: Any, project: Path) -> None:
    """What a pull request can name is data: no input reaches the shell as text of the script."""
    hostile = "$(touch pwned); `touch pwned` ' \" && touch pwned"
    names = ("paths", "config", "on", "baseline", "diff", "sarif_file", "fail_on")
    step("lint", project, **dict.fromkeys(names, hostile))
    step("lint", project, **dict.fromkeys(("paths", "diff", "sarif_file"), hostile))
    assert not list(project.rglob("pwned"))
    script = json.dumps([each["run"] for each in ACTION["runs"]["steps"]])
    assert "${{" not in script


def test_a_broken_configuration_fails_the_step(step: Any, project: Path) -> None:
    """Nothing to judge is no pass: exit code 2, with the place on the log."""
    (project / "budgetcalc.yaml").write_text("version: 1\nbudgts: []\n", "utf-8")
    done, outputs = step("lint", project, fail="false")
    assert done.returncode == 2
    assert (outputs["passed"], outputs["exit-code"]) == ("false", "2")
    assert "budgetcalc.yaml:2:1" in done.stderr


def test_a_comment_is_cut_to_what_github_takes(step: Any, project: Path) -> None:
    """A report of thousands of files ends with a sentence, and in valid UTF-8."""
    for number in range(1_200):
        name = "ü" * 60 + f"{number}.json"
        (project / f"prompts/{name}").write_text((project / "prompts/a.json").read_text("utf-8"), "utf-8")
    write(project, "Hello")
    _, outputs = step("lint", project, diff="HEAD")
    comment = Path(outputs["comment-file"]).read_bytes()
    assert len(comment) < 65_536
    assert comment.decode().splitlines()[-1].startswith("…cut") or len(comment) < 60_000


def test_every_input_is_used_and_every_output_is_given(step: Any, project: Path) -> None:
    """An input that nothing reads, or an output that nothing writes, would be a promise."""
    text = json.dumps(ACTION["runs"])
    assert all(f"inputs.{name} " in text for name in ACTION["inputs"])
    _, outputs = step("lint", project, sarif_file="x.sarif")
    assert set(ACTION["outputs"]) <= set(outputs)
    for name, spec in ACTION["outputs"].items():
        assert spec["value"] == f"${{{{ steps.lint.outputs.{name} }}}}"


def test_install_wants_a_recent_python(step: Any, project: Path, tmp_path: Path) -> None:
    """Without Python 3.12 the step says what to put before it."""
    for name in ("python3", "python", "python3.12", "python3.13", "python3.14"):
        fake = tmp_path / "runner/bin" / name
        fake.write_text("#!/bin/sh\nexit 1\n", "utf-8")
        fake.chmod(0o755)
    done, _ = step("install", project)
    assert done.returncode == 2
    assert "actions/setup-python" in done.stdout


# --- pre-commit ---


@pytest.mark.parametrize("hook", HOOKS, ids=lambda hook: hook["id"])
def test_a_hook_looks_at_the_files_it_is_for(hook: dict[str, Any]) -> None:
    """Requests start it; pictures and programs do not."""
    pattern = re.compile(hook["files"])
    assert pattern.search("prompts/a.json")
    assert pattern.search("suites/all.jsonl")
    assert not pattern.search("logo.png")
    assert not pattern.search("main.py")


@pytest.fixture(scope="module")
def hook_source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """This checkout as a repository of its own, which pre-commit can clone."""
    folder = tmp_path_factory.mktemp("hooks") / "budgetcalc"
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=REPOSITORY,
        capture_output=True,
        check=False,
    )
    if listed.returncode:
        pytest.skip("the hooks are tried from a git checkout")
    for name in filter(None, listed.stdout.decode().split("\0")):
        source = REPOSITORY / name
        if source.is_file():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(source.read_bytes())
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "hooks")
    return folder


def test_pre_commit_runs_the_hooks(project: Path, hook_source: Path, tmp_path: Path) -> None:
    """pre-commit installs the hooks, passes a prompt within its budget and stops one over it."""
    revision = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=hook_source, capture_output=True, text=True, check=True
    ).stdout.strip()
    hooks = [{"id": hook["id"]} for hook in HOOKS]
    hooks[1]["files"] = r"^prompts/.*\.json$"
    config = {"repos": [{"repo": str(hook_source), "rev": revision, "hooks": hooks}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config), "utf-8")
    environment = {
        **os.environ,
        "PRE_COMMIT_HOME": str(tmp_path / "home"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }

    def pre_commit() -> subprocess.CompletedProcess[str]:
        git(project, "add", "-A")
        return subprocess.run(
            [sys.executable, "-m", "pre_commit", "run", "--all-files"],
            cwd=project,
            env=environment,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )

    done = pre_commit()
    if "Could not find a version" in done.stdout or "No matching distribution" in done.stdout:
        pytest.skip("the hooks are installed from a package index, which cannot be reached here")
    assert done.returncode == 0, done.stdout
    assert done.stdout.count("Passed") == 2
    write(project, "Hello, Claude. " * 30)
    done = pre_commit()
    assert done.returncode == 1
    assert done.stdout.count("Failed") == 2
    assert "BC101" in done.stdout


# --- recipes ---


def test_recipes_name_what_there_is() -> None:
    """Every command line of docs/ci.md is one that lint understands, every input of the action exists."""
    text = (REPOSITORY / "docs/ci.md").read_text("utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)
    workflow, gitlab, hooks = (yaml.safe_load(block) for block in blocks)
    steps = workflow["jobs"]["prompts"]["steps"]
    (action,) = [each for each in steps if each.get("id") == "lint"]
    assert set(action["with"]) <= set(ACTION["inputs"])
    assert {hook["id"] for repo in hooks["repos"] for hook in repo["hooks"]} <= {hook["id"] for hook in HOOKS}
    assert gitlab["budgetcalc"]["artifacts"]["reports"]["codequality"] in text


def test_nothing_tells_anybody_to_install_a_name_that_is_not_ours() -> None:
    """Until the project is on PyPI, whoever registers the name there would run in everybody's CI."""
    kinds = ("*.md", "*.py", "*.yml", "*.yaml", "*.sh", "*.toml")
    places = [
        path for folder in ("", "docs", "action", "examples", "budgetcalc") for path in _texts(folder, kinds)
    ]
    by_name = re.compile(
        r"\b(?:pip|pipx|uv)\b[^\n`]*\binstall\b[^\n`]*\s['\"]?budgetcalc(?:\[[a-z,]+\])?['\"]?(?:\s|`|$)"
    )
    assert by_name.search("    - pip install --quiet 'budgetcalc[api]'")
    assert len(places) > 100
    assert [str(path) for path in places if by_name.search(path.read_text("utf-8"))] == []


def _texts(folder: str, kinds: tuple[str, ...]) -> Iterator[Path]:
    for kind in kinds:
        yield from (REPOSITORY / folder).rglob(kind) if folder else REPOSITORY.glob(kind)


def test_the_gitlab_recipe_runs(step: Any, project: Path, tmp_path: Path) -> None:
    """Its script, without the installation, leaves both reports and fails with the last line."""
    text = (REPOSITORY / "docs/ci.md").read_text("utf-8")
    script = yaml.safe_load(re.findall(r"```yaml\n(.*?)```", text, re.DOTALL)[1])["budgetcalc"]["script"]
    write(project, "Hello, Claude. " * 30)
    step("lint", project)  # puts the program on the path that is used below
    lines = [line for line in script if not line.startswith("pip ")]
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(lines)],
        cwd=project,
        env={**os.environ, "PATH": f"{tmp_path / 'runner/bin'}:{os.environ['PATH']}", "HOME": str(tmp_path)},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 1
    (issue,) = json.loads((project / "gl-code-quality-report.json").read_text("utf-8"))
    assert issue["location"] == {"path": "prompts/a.json", "lines": {"begin": 1}}
    assert "<failure" in (project / "junit.xml").read_text("utf-8")
