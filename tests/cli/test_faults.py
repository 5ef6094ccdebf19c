"""Faults of files, folders, disks and pipes: said where they are, and what was there before is whole."""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest

from budgetcalc.configuration import Config, FileBudget
from budgetcalc.library import load_catalogue, today
from budgetcalc.linting import FEW_FILES, LintRun, measure_files, select_files
from budgetcalc.readers.measuring import LintQuestion
from budgetcalc.readers.recordings import read_recordings
from budgetcalc.readers.usage import read_usage
from budgetcalc.usage import InvalidRow

if sys.platform == "win32":
    pytest.skip("pipes with names, limits of processes and signals", allow_module_level=True)

import resource

MODEL = "claude-haiku-4-5"
REQUEST: dict[str, Any] = {
    "model": MODEL,
    "max_tokens": 9,
    "messages": [{"role": "user", "content": "Hello"}],
}
USAGE: dict[str, Any] = {"model": MODEL, "usage": {"input_tokens": 8, "output_tokens": 1}}
RECORDING = {"request": REQUEST, **USAGE}
CONFIG = f"""version: 1
budgets: [{{name: all, files: [a.json], max_input_tokens: 100}}]
pipelines: [{{name: p, stages: [{{name: s, model: {MODEL}, prompt: a.json}}]}}]
"""
SEARCH = [{"type": "web_search_20250305", "name": "web_search"}]


def learnable(at: int) -> dict[str, Any]:
    """Return a recording of a request with a tool whose prompt is published nowhere."""
    request = REQUEST | {"tools": SEARCH, "messages": [{"role": "user", "content": "x " * (at + 1)}]}
    return {"request": request, "usage": {"input_tokens": 2_500 + at, "output_tokens": 1}}


COMMANDS = {
    "estimate": ("estimate", "a.json"),
    "price": ("price", "u.jsonl", "-f", "html"),
    "lint": ("lint", "-f", "sarif"),
    "plan": ("plan",),
    "verify": ("verify", "r.jsonl"),
    "calibrate": ("calibrate", "l.jsonl"),
    "models": ("models", "--all"),
    "explain": ("explain",),
    "init": ("init", "--force"),
}
SECONDS = 120
"""Far above what any of these takes on a busy machine."""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with something for every command."""
    folder = tmp_path / "project"
    folder.mkdir()
    (folder / "a.json").write_text(json.dumps(REQUEST), "utf-8")
    (folder / "u.jsonl").write_text(f"{json.dumps(USAGE)}\n", "utf-8")
    (folder / "r.jsonl").write_text(f"{json.dumps(RECORDING)}\n", "utf-8")
    lines = (json.dumps(learnable(at)) for at in range(6))
    (folder / "l.jsonl").write_text("".join(f"{line}\n" for line in lines), "utf-8")
    (folder / "budgetcalc.yaml").write_text(CONFIG, "utf-8")
    monkeypatch.chdir(folder)
    return folder


@pytest.fixture
def process(project: Path, process_env: dict[str, str], tmp_path: Path) -> Any:
    """Run a command as a process of its own in the project."""
    del process_env[
        "PYTHONWARNINGS"
    ]  # a stream that was closed before the start is replaced by one nobody closes

    def runner(*args: str, **more: Any) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "budgetcalc", *args],
            **{"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **more},
            cwd=project,
            # On a full disk the interpreter would cut the files it keeps compiled modules in.
            env=process_env
            | {"BUDGETCALC_CACHE_DIR": str(tmp_path / "cache"), "PYTHONDONTWRITEBYTECODE": "1"},
            encoding="utf-8",
            timeout=SECONDS,
            check=False,
        )

    return runner


def _no_bug(done: subprocess.CompletedProcess[str]) -> None:
    assert "Traceback" not in done.stderr
    assert "this is a bug" not in done.stderr
    assert "Exception ignored" not in done.stderr


# ---- disks that are full ---------------------------------------------------------------------------------


def a_full_disk() -> None:
    """Let every write beyond some bytes fail, as on a full disk."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_full_disk_leaves_what_was_there(process: Any, project: Path, command: str) -> None:
    """An output that cannot be written whole is not written: the old file stays, no draft is left, and it is said."""
    target = project / "out.txt"
    target.write_text("what was there", "utf-8")
    before = sorted(project.iterdir())
    done = process(*COMMANDS[command], "-o", "out.txt", preexec_fn=a_full_disk)
    assert done.returncode == 2, done.stderr
    assert "cannot write out.txt: File too large" in done.stderr
    assert target.read_text("utf-8") == "what was there"
    assert sorted(project.iterdir()) == before
    _no_bug(done)


def test_a_full_disk_under_the_baseline(process: Any, project: Path) -> None:
    """The baseline that was there stays."""
    assert process("lint", "--write-baseline").returncode == 0
    path = project / ".budgetcalc-baseline.json"
    before = path.read_bytes()
    (project / "a.json").write_text(json.dumps(REQUEST | {"max_tokens": 8}), "utf-8")
    done = process("lint", "--write-baseline", preexec_fn=a_full_disk)
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert path.read_bytes() == before
    _no_bug(done)


def test_a_full_disk_under_the_cache(process: Any, project: Path, tmp_path: Path) -> None:
    """A cache that cannot be written is none: the answer is the same, and nothing half-written is left."""
    for number in range(FEW_FILES + 1):  # fewer are measured anew each time
        (project / f"more{number}.json").write_text(json.dumps(REQUEST), "utf-8")
    free = process("lint", ".", "--no-cache", "-f", "json")
    full = process("lint", ".", "-f", "json", preexec_fn=a_full_disk)
    assert (full.returncode, full.stdout, full.stderr) == (free.returncode, free.stdout, free.stderr)
    assert list((tmp_path / "cache").iterdir()) == []


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("where", ["stdout", "-o"])
def test_a_full_device(process: Any, command: str, where: str) -> None:
    """Output that nobody can take is an error of its own, not a silent success."""
    args = [*COMMANDS[command], *(["-o", "-"] if command == "init" else [])]
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = process(*args, stdout=full) if where == "stdout" else process(*args, "-o", "/dev/full")
    assert done.returncode == 2
    assert "No space left on device" in done.stderr
    _no_bug(done)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no such device")
def test_messages_that_nobody_can_take(process: Any) -> None:
    """The answer and the exit code are the same when standard error is full, or closed."""
    expected = process("price", "u.jsonl", "nothing.json", "-f", "json")
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        done = process("price", "u.jsonl", "nothing.json", "-f", "json", stderr=full)
    assert (done.returncode, done.stdout) == (2, expected.stdout)
    done = process("price", "u.jsonl", "nothing.json", "-f", "json", preexec_fn=lambda: os.close(2))
    assert (done.returncode, done.stdout) == (expected.returncode, expected.stdout)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_closed_output(process: Any, command: str) -> None:
    """With standard output closed by the caller, or its reader gone, a command ends without a word of its own."""
    args = [*COMMANDS[command], *(["-o", "-"] if command == "init" else [])]
    expected = process(*args)
    assert expected.returncode == 0, expected.stderr
    done = process(*args, preexec_fn=lambda: os.close(1))
    assert done.returncode == 0
    _no_bug(done)
    read, write = os.pipe()
    os.close(read)
    done = process(*args, stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) in {(0, ""), (0, expected.stderr)}


# ---- pipes that nobody writes to -------------------------------------------------------------------------

WAITING = {
    "--config": ("estimate", "a.json", "--config", "pipe"),
    "--pricing": ("models", "--pricing", "pipe"),
    "--calibration": ("estimate", "a.json", "--calibration", "pipe"),
    "--baseline": ("lint", "--baseline", "pipe"),
    "--system": ("estimate", "a.json", "--system", "@pipe"),
    "defaults.pricing": ("estimate", "a.json", "--config", "by.yaml"),
}
PRICES = """version: 1
sources: {own: {title: Own, url: 'https://example.com', checked: 2026-11-01}}
models: [{id: claude-opus-4-6, note: by pipe}]
"""


@pytest.mark.parametrize("flag", WAITING)
def test_a_pipe_without_a_writer_is_not_waited_for(process: Any, project: Path, flag: str) -> None:
    """A checkout may hold a pipe under any name; a build that waits for it would wait for ever."""
    os.mkfifo(project / "pipe")
    (project / "by.yaml").write_text("version: 1\ndefaults: {pricing: pipe}\n", "utf-8")
    done = process(*WAITING[flag])
    assert done.returncode == 2
    assert "it is a pipe that nobody writes to" in done.stderr


def test_a_baseline_that_is_a_pipe(process: Any, project: Path) -> None:
    """The one that is found beside the configuration too."""
    os.mkfifo(project / ".budgetcalc-baseline.json")
    done = process("lint")
    assert done.returncode == 2
    assert "it is a pipe that nobody writes to" in done.stderr


def test_a_pipe_with_a_writer_is_read(process: Any) -> None:
    """As a shell gives one for `--pricing <(...)`, a writer that takes its time among them."""
    read, write = os.pipe()

    def feed() -> None:
        for piece in (PRICES[:40], PRICES[40:]):
            os.write(write, piece.encode())
        os.close(write)

    writer = threading.Timer(0.3, feed)
    writer.start()
    done = process("models", "claude-opus-4-6", "--pricing", f"/dev/fd/{read}", pass_fds=[read])
    writer.join()
    os.close(read)
    assert done.returncode == 0, done.stderr
    assert "by pipe" in done.stdout


# ---- folders and files that may not be read --------------------------------------------------------------


def without_override() -> None:
    """Let permissions hold for the superuser too."""
    if os.geteuid() == 0:
        for capability in (1, 2):  # CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH
            ctypes.CDLL(None).prctl(24, capability, 0, 0, 0)  # PR_CAPBSET_DROP


@pytest.fixture
def closed(project: Path) -> Any:
    """A folder of requests, usage and recordings of which some may not be read."""
    if sys.platform != "linux" and os.geteuid() == 0:
        pytest.skip("the superuser may read everything")
    folder = project / "files"
    for name in ("open", "unlisted", "unreached"):
        (folder / name).mkdir(parents=True)
        (folder / name / "a.json").write_text(json.dumps(RECORDING), "utf-8")
    (folder / "closed.json").write_text(json.dumps(RECORDING), "utf-8")
    shut = [folder / "closed.json", folder / "unlisted", folder / "unreached"]
    for path, mode in zip(shut, (0, 0, 0o644), strict=True):
        path.chmod(mode)
    yield folder
    for path in shut:
        path.chmod(0o755)


SAID = {
    "lint": ("files/closed.json", "files/unlisted", "files/unreached/a.json"),
    "price": ("files/closed.json", "files/unlisted", "files/unreached/a.json"),
    "verify": ("files/closed.json", "files/unlisted", "files/unreached/a.json"),
    "calibrate": ("files/closed.json", "files/unlisted", "files/unreached/a.json"),
}


@pytest.mark.usefixtures("closed")
@pytest.mark.parametrize("command", SAID)
def test_what_may_not_be_read_is_said(process: Any, command: str) -> None:
    """Each file and each folder is named, the others are read: what nobody looked at is never a pass."""
    extra = ("--config", "none") if command == "lint" else ()
    done = process(command, "files", *extra, preexec_fn=without_override)
    assert done.returncode == {"price": 1, "lint": 2}.get(command, 0)
    said = done.stdout + done.stderr
    for name in SAID[command]:
        assert name in said
    assert "the folder cannot be read: Permission denied" in said
    assert said.count("permission to read the file is missing") == 2
    assert "files/open/a.json: " not in said


@pytest.mark.usefixtures("closed")
def test_init_says_where_it_did_not_look(process: Any, project: Path) -> None:
    """A first configuration of what was read, and a word on what was not."""
    with (project / "huge.json").open("wb") as file:
        file.truncate(20_000_001)
    done = process("init", "--force", preexec_fn=without_override)
    assert done.returncode == 0
    assert done.stderr.count("warning: files/unlisted: the folder cannot be read: Permission denied\n") == 1
    assert "warning: huge.json: larger than 20,000,000 bytes, so it was not looked at\n" in done.stderr


@pytest.mark.usefixtures("closed")
def test_a_budget_s_glob_that_cannot_look_everywhere(process: Any, project: Path) -> None:
    """The folder is a finding, unless a glob takes all of it out."""
    budget = "version: 1\nbudgets: [{name: all, files: [%s], max_input_tokens: 100}]\n"
    (project / "budgetcalc.yaml").write_text(budget % "'files/**/*.json'", "utf-8")
    done = process("lint", "--no-cache", preexec_fn=without_override)
    assert done.returncode == 2
    assert "files/unlisted\n  error    BC904 the folder cannot be read: Permission denied" in done.stdout
    out = "'files/**/*.json', '!files/un*/**', '!files/closed.json'"
    (project / "budgetcalc.yaml").write_text(budget % out, "utf-8")
    done = process("lint", "--no-cache", preexec_fn=without_override)
    assert (done.returncode, "unlisted" in done.stdout) == (0, False)


def test_links_in_a_circle(process: Any, project: Path) -> None:
    """A link that leads to itself is said to be one, where it is named and where it is to be written."""
    (project / "one").symlink_to("two")
    (project / "two").symlink_to("one")
    done = process("estimate", "one")
    assert (done.returncode, done.stdout) == (2, "")
    assert "one: error: the file cannot be read: Too many levels of symbolic links" in done.stderr
    for args in (("--config", "one"), ("--pricing", "one"), ("--calibration", "one"), ("-o", "one")):
        done = process("estimate", "a.json", *args)
        assert done.returncode == 2
        assert "Too many levels of symbolic links" in done.stderr
        _no_bug(done)
    assert (project / "one").is_symlink()


# ---- files that change while they are read ---------------------------------------------------------------

LINES = 40_000
"""Of a file of some chunks, so that its end is read after its beginning was answered."""


@pytest.fixture
def log(tmp_path: Path) -> Path:
    path = tmp_path / "log.jsonl"
    rows = (json.dumps({"id": f"msg_{at}", "type": "message", **USAGE}) for at in range(LINES))
    path.write_text("".join(f"{row}\n" for row in rows), "utf-8")
    return path


def test_a_file_that_grows(log: Path) -> None:
    """Whole lines that come while it is read are read; a half one at its end is said and counted."""
    rows = iter(read_usage(str(log)))
    next(rows)
    with log.open("a", encoding="utf-8") as file:
        file.write(json.dumps({"id": "msg_new", "type": "message", **USAGE}) + '\n{"id": "msg_ha')
    rest = list(rows)
    assert sum(not isinstance(row, InvalidRow) for row in rest) == LINES
    [cut] = [row for row in rest if isinstance(row, InvalidRow)]
    assert (cut.line, cut.message) == (LINES + 2, "the line is not JSON: it may have been cut off")


def test_a_file_that_shrinks(log: Path) -> None:
    """What is cut off in the middle of a line is said; nothing waits for what is gone."""
    rows = iter(read_usage(str(log)))
    next(rows)
    os.truncate(log, 3_000_005)
    rest = list(rows)
    assert isinstance(rest[-1], InvalidRow)
    assert not any(isinstance(row, InvalidRow) for row in rest[:-1])
    assert len(rest) < LINES


def test_a_file_that_is_replaced(log: Path) -> None:
    """As editors and rotating loggers do: the file that was begun is read to its end."""
    rows = iter(read_usage(str(log)))
    next(rows)
    other = log.with_name("other")
    other.write_text("{}\n", "utf-8")
    other.replace(log)
    assert len(list(rows)) == LINES - 1


def test_files_that_vanish_after_they_were_listed(tmp_path: Path) -> None:
    """Each is one unreadable file, by its name, and the others are read."""
    for name in ("a.jsonl", "b.jsonl", "c.jsonl"):
        (tmp_path / name).write_text(f"{json.dumps(USAGE)}\n", "utf-8")
    rows = iter(read_usage(str(tmp_path)))
    next(rows)
    (tmp_path / "b.jsonl").unlink()
    gone, third = rows
    assert isinstance(gone, InvalidRow)
    assert (Path(gone.file).name, gone.message) == ("b.jsonl", "no such file")
    assert Path(third.file).name == "c.jsonl"


def test_recordings_that_vanish_after_they_were_listed(tmp_path: Path) -> None:
    """They are invalid records."""
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(f"{json.dumps(RECORDING)}\n", "utf-8")
    records = read_recordings(str(tmp_path))
    next(records)
    (tmp_path / "b.jsonl").unlink()
    [gone] = records
    assert getattr(gone, "message", "") == "no such file"


def test_requests_that_vanish_after_they_were_listed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """They are findings: a file that was there a moment ago is not one that passes."""
    monkeypatch.chdir(tmp_path)
    for name in ("a.json", "b.json"):
        (tmp_path / name).write_text(json.dumps(REQUEST), "utf-8")
    budget = FileBudget(("*.json",), max_input_tokens=100)
    run = LintRun(LintQuestion(load_catalogue(), today()), today(), Config(budgets=(budget,)))
    chosen = select_files([], run.config, run.root)
    (tmp_path / "b.json").unlink()
    files = measure_files(chosen, run, None)
    assert [failure.message for failure in files["b.json"].failures] == ["no such file"]
    assert files["a.json"].failures == ()


# ---- interruptions and neighbours ------------------------------------------------------------------------

LONG: dict[str, tuple[str, ...]] = {
    "estimate": ("estimate", "-", "-o", "out.txt"),
    "price": ("price", "-", "-o", "out.txt"),
    "lint": ("lint", "-", "--config", "none", "-o", "out.txt"),
    "verify": ("verify", "-", "-o", "out.txt"),
    "calibrate": ("calibrate", "-", "-o", "out.txt"),
    "reconcile": ("price", "u.jsonl", "--reconcile", "-", "-o", "out.txt"),
}


def heed_ctrl_c() -> None:
    """Take the signal: a suite that runs in the background of a shell ignores it, and its children would too."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.mark.parametrize("command", LONG)
def test_ctrl_c(project: Path, process_env: dict[str, str], tmp_path: Path, command: str) -> None:
    """While it reads, Ctrl-C ends every command with 130: no traceback, no draft, the old output as it was."""
    (project / "out.txt").write_text("what was there", "utf-8")
    before = sorted(project.iterdir())
    del process_env["PYTHONWARNINGS"]  # an import that is interrupted leaves its file to the collector
    with subprocess.Popen(
        [sys.executable, "-m", "budgetcalc", *LONG[command]],
        cwd=project,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_env | {"BUDGETCALC_CACHE_DIR": str(tmp_path / "cache")},
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - no threads here
    ) as running:
        assert running.stdin
        assert running.stderr
        # More than a pipe holds: when it is written, the command has begun to read.
        running.stdin.write((json.dumps(RECORDING) + "\n").encode() * 2_000)
        running.stdin.flush()
        running.send_signal(signal.SIGINT)
        said = running.stderr.read()
    assert running.returncode == 130
    assert b"Traceback" not in said
    assert sorted(project.iterdir()) == before
    assert (project / "out.txt").read_text("utf-8") == "what was there"


INTERRUPTED = """
import _thread, threading
from budgetcalc.cli import main

# This sets Ctrl-C down for the interpreter and ends no read, as when it comes just before one begins.
waiting = threading.Timer(1, _thread.interrupt_main)
waiting.daemon = True
waiting.start()
main()
"""


@pytest.mark.parametrize("command", LONG)
def test_ctrl_c_just_before_a_read(
    project: Path, process_env: dict[str, str], tmp_path: Path, command: str
) -> None:
    """It ends every command all the same, though nothing is ever written to what it reads."""
    with subprocess.Popen(
        [sys.executable, "-c", INTERRUPTED, *LONG[command]],
        cwd=project,
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=process_env | {"BUDGETCALC_CACHE_DIR": str(tmp_path / "cache")},
        preexec_fn=heed_ctrl_c,  # noqa: PLW1509 - no threads here
    ) as running:
        try:
            assert running.wait(SECONDS) == 130
        finally:
            running.kill()
    assert not (project / "out.txt").exists()


def test_two_runs_at_once(project: Path, process_env: dict[str, str], tmp_path: Path) -> None:
    """On the same cache, baseline and output they all answer, and leave whole files and nothing else."""
    for at in range(20):
        (project / f"{at}.json").write_text(json.dumps(REQUEST | {"max_tokens": at + 1}), "utf-8")
    (project / "budgetcalc.yaml").write_text(CONFIG.replace("a.json]", "'*.json']"), "utf-8")
    env = process_env | {"BUDGETCALC_CACHE_DIR": str(tmp_path / "cache")}
    command = [
        sys.executable,
        "-m",
        "budgetcalc",
        "lint",
        "--write-baseline",
        "-q",
        "-f",
        "json",
        "-o",
        "out",
    ]
    running = [subprocess.Popen(command, cwd=project, env=env, stderr=subprocess.PIPE) for _ in range(4)]
    assert [each.communicate()[1] for each in running] == [b""] * 4
    assert [each.returncode for each in running] == [0] * 4
    assert json.loads((project / "out").read_text("utf-8"))["passed"] is True
    assert len(json.loads((project / ".budgetcalc-baseline.json").read_text("utf-8"))["files"]) == 21
    [cache] = (tmp_path / "cache").iterdir()
    assert len(json.loads(cache.read_text("utf-8"))["files"]) == 21
    assert not [path for path in project.iterdir() if path.suffix == ".tmp"]


def test_a_baseline_that_another_run_wrote_meanwhile(process: Any, project: Path) -> None:
    """What another run accepted of other files is kept, also when it did so after this one began."""
    (project / "b.json").write_text(json.dumps(REQUEST | {"temperature": 9}), "utf-8")
    (project / "budgetcalc.yaml").write_text(CONFIG.replace("a.json]", "'*.json']"), "utf-8")
    os.mkfifo(project / "slow.json")
    path = project / ".budgetcalc-baseline.json"
    begun = threading.Event()

    def other() -> None:
        # The first run waits for this pipe, and has read the baseline by then.
        with (project / "slow.json").open("w", encoding="utf-8") as pipe:
            begun.set()
            process("lint", "b.json", "--write-baseline", "-q")
            pipe.write(json.dumps(REQUEST))

    neighbour = threading.Thread(target=other)
    neighbour.start()
    done = process("lint", "slow.json", "--write-baseline", "-q")
    neighbour.join()
    assert begun.is_set()
    assert done.returncode == 0, done.stdout + done.stderr
    assert sorted(json.loads(path.read_text("utf-8"))["files"]) == ["b.json", "slow.json"]
