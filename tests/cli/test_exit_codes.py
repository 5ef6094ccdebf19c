"""Each exit code, and what is said with it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

import budgetcalc
from budgetcalc import errors
from budgetcalc.cli import guard


def test_zero_when_it_fits(run: Any, request_file: Any) -> None:
    """A request that fits and breaks no rule exits with 0."""
    assert run("estimate", request_file(), "-f", "json").exit_code == 0


def test_one_when_the_prompt_cannot_fit(run: Any, request_file: Any) -> None:
    """Input over the context window exits with 1."""
    result = run("estimate", request_file(messages=[{"role": "user", "content": "word " * 250_000}]))
    assert result.exit_code == 1
    assert "OVER WINDOW" in result.stdout


def test_one_for_an_error_finding(run: Any, request_file: Any) -> None:
    """A request the API would refuse exits with 1."""
    thinking = {"type": "enabled", "budget_tokens": 5}
    assert run("estimate", request_file(thinking=thinking)).exit_code == 1


@pytest.mark.parametrize(
    ("flags", "code"),
    [
        pytest.param(["--max-input-tokens", "5"], 1, id="over tokens"),
        pytest.param(["--max-input-tokens", "5000"], 0, id="under tokens"),
        pytest.param(["--max-cost", "0.000001"], 1, id="over cost"),
        pytest.param(["--max-cost", "5"], 0, id="under cost"),
    ],
)
def test_one_over_a_limit_given_by_flag(run: Any, request_file: Any, flags: list[str], code: int) -> None:
    """A limit given by flag makes the answer no, and says by how much."""
    result = run("estimate", request_file(), *flags)
    assert result.exit_code == code
    assert ("is over the limit of" in result.stderr) == bool(code)


def test_strict_makes_a_warning_an_error(run: Any, request_file: Any) -> None:
    """A reading warning exits with 0, and with 1 under --strict."""
    file = request_file()
    assert run("estimate", file, "--max-tokens", "7").exit_code == 0
    assert run("estimate", file, "--max-tokens", "7", "--strict").exit_code == 1


@pytest.mark.parametrize(
    "args",
    [
        pytest.param(["estimate", "--no-such-flag"], id="unknown flag"),
        pytest.param(["no-such-command"], id="unknown command"),
        pytest.param([], id="no arguments"),
        pytest.param(["estimate", "no-such-file.json"], id="missing file"),
        pytest.param(["estimate", "-", "--on", "yesterday"], id="no date"),
        pytest.param(["estimate", "-", "--max-cost", "nan"], id="no amount"),
        pytest.param(["estimate", "-", "--max-tokens", "-1"], id="out of range"),
        pytest.param(["estimate", "-", "--calls", "0"], id="no calls"),
        pytest.param(["estimate", "-", "--treat-as", "nobody"], id="unknown stand-in"),
        pytest.param(["estimate", "-", "--pricing", "no-such-file.yaml"], id="missing pricing file"),
        pytest.param(["estimate", "-", "--system", "@no-such-file"], id="missing system prompt"),
        pytest.param(["models", "nobody"], id="unknown model to list"),
        pytest.param(["explain", "nothing"], id="unknown topic"),
    ],
)
def test_two_when_the_question_cannot_be_answered(run: Any, args: list[str]) -> None:
    """Usage, files, models and topics that are wrong exit with 2 and say so on standard error."""
    result = run(*args, stdin="{}")
    assert result.exit_code == 2
    assert result.stderr
    assert "Traceback" not in result.output


def test_two_without_a_model(run: Any, request_file: Any) -> None:
    """A request without a model cannot be answered, and the hint names the flag."""
    result = run("estimate", request_file(model=None))
    assert result.exit_code == 2
    assert "--model" in result.stderr


def test_the_highest_code_of_a_stream_wins(run: Any, request_file: Any) -> None:
    """Every request is answered, and the worst one decides the code."""
    bad, good = request_file("bad.json", model="nobody"), request_file("good.json")
    result = run("estimate", bad, good, "-f", "csv")
    assert result.exit_code == 2
    assert "good.json" in result.stdout


def test_three_for_a_bug_without_any_of_the_conversation(capsys: pytest.CaptureFixture[str]) -> None:
    """A bug of ours exits with 3; message and values of the exception stay out of the report."""

    def broken() -> None:
        text = "my secret conversation"
        raise ValueError(text)

    assert guard(broken) == 3
    report = capsys.readouterr().err
    assert "ValueError" in report
    assert "budgetcalc 0" in report
    assert "secret" not in report


def test_three_for_a_panic_below_exception(capsys: pytest.CaptureFixture[str]) -> None:
    """A tokenizer written in another language may raise a BaseException; it is reported all the same."""

    class Panic(BaseException):
        pass

    def broken() -> None:
        raise Panic

    assert guard(broken) == 3
    assert "Panic" in capsys.readouterr().err


def test_two_for_an_error_of_the_system(capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk is no bug of ours."""

    def broken() -> None:
        raise OSError(28, "No space left on device")

    assert guard(broken) == 2
    assert capsys.readouterr().err == "error: No space left on device: output\n"


def test_two_for_our_own_errors_with_their_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """An error of the tree is its message and hint."""

    def broken() -> None:
        raise errors.UsageError("too much", hint="use less")

    assert guard(broken) == 2
    assert capsys.readouterr().err == "error: too much\nhint: use less\n"


def test_interrupt() -> None:
    """Ctrl-C exits with 130."""

    def interrupted() -> None:
        raise KeyboardInterrupt

    assert guard(interrupted) == 130


def test_no_message_sends_people_to_a_file_they_do_not_have() -> None:
    """An installed program has no docs folder: what is to be known stands in the hint, or `explain` has it."""
    package = Path(budgetcalc.__file__).parent
    texts = {path: path.read_text("utf-8") for path in package.rglob("*.py")}
    said = [
        path
        for path, text in texts.items()
        if re.search(r"""hint\s*=[^\n]*["' ]docs/|_HINT\s*=[^\n]*docs/""", text)
    ]
    assert said == []


def test_a_picture_is_no_report_and_the_hint_holds_for_every_command(run: Any, tmp_path: Path) -> None:
    """What is said of a PNG is true of reports, recordings and requests."""
    (tmp_path / "a.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    for command in ("estimate", "price", "verify"):
        said = run(command, str(tmp_path / "a.png"))
        assert said.exit_code == 2
        assert "name a text file; an image is counted within a request, as an `image` block" in said.stderr


def test_a_configuration_without_pipelines_is_told_what_one_is(
    run: Any, tmp_path: Path, monkeypatch: Any
) -> None:
    """The example of the hint is a pipeline."""
    from budgetcalc.cli.plan import EXAMPLE

    monkeypatch.chdir(tmp_path)
    (tmp_path / "write.md").write_text("Write a report.")
    (tmp_path / "budgetcalc.yaml").write_text("version: 1\n")
    assert EXAMPLE in run("plan").stderr
    (tmp_path / "budgetcalc.yaml").write_text(f"version: 1\n{EXAMPLE.removeprefix('as ')}\n")
    assert run("plan").exit_code == 0


def test_two_for_too_little_memory(capsys: pytest.CaptureFixture[str]) -> None:
    """Nobody has to report it: no bug of ours, and one sentence."""

    def full() -> int:
        raise MemoryError

    assert guard(full) == 2
    captured = capsys.readouterr()
    assert captured.err.count("\n") == 1
    assert "not enough memory" in captured.err


def test_a_report_of_a_bug_runs_no_program(monkeypatch: pytest.MonkeyPatch) -> None:
    """There may be no memory for one, and then there would be a traceback in the place of the report."""

    def broken() -> int:
        raise KeyError

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError

    monkeypatch.setattr("subprocess.Popen", refuse)
    assert guard(broken) == 3
