"""The command line: arguments in, exit code out."""

from __future__ import annotations

import atexit
import gc
import sys

TYPE_CHECKING = False  # its own constant: importing `typing` is a fifth of the time of --version
if TYPE_CHECKING:
    from collections.abc import Callable


GARBAGE_AFTER = 100_000, 50
"""New objects after which garbage is looked for among them, and how often before all are looked at: modules, messages,
rows and sums hold few cycles, and there are many of them. With Python's own figures a tenth of the time of a million
messages goes into looking at what is there to stay."""


def main() -> None:
    """Run the command line and exit with its code."""
    gc.set_threshold(*GARBAGE_AFTER)
    # An interpreter that ends looks for garbage among all modules, several times over: as long as a whole start of
    # Python. The memory goes back to the system anyhow; streams are flushed and files closed as always.
    atexit.register(gc.freeze)
    if sys.argv[1:] in (["--version"], ["-V"]):
        # Answered before the argument parser is loaded, which is most of a start.
        from budgetcalc import __version__

        sys.exit(guard(lambda: print(f"budgetcalc {__version__}")))  # noqa: T201

    sys.exit(guard(_price if sys.argv[1:2] == ["price"] else _run))


def _run() -> None:
    from budgetcalc.cli.app import app

    app()


def _price() -> None:
    from budgetcalc.cli import early_reading

    try:
        early_reading.begin(sys.argv[1:])
        _run()
    finally:
        early_reading.end()


def guard(command: Callable[[], object]) -> int:
    """Return the exit code of a command, whatever it raises: the one boundary where errors become words.

    A closed pipe is quiet; a bug of ours is reported without the text of conversations, which messages and
    local variables of a traceback would show.
    """
    _replace_closed_streams()
    try:
        code = command()
        sys.stdout.flush()
    except BrokenPipeError:
        return _close_quietly()
    except SystemExit as stop:
        return stop.code if isinstance(stop.code, int) else int(stop.code is not None)
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        return _complain(f"{error.strerror or type(error).__name__}: {error.filename or 'output'}")
    except MemoryError:
        return _complain("there is not enough memory for this: give it more, or less to read at once")
    except BaseException as error:  # noqa: BLE001 - tokenizers of other languages panic below Exception
        return _explain_failure(error)
    return code if isinstance(code, int) else 0


def _replace_closed_streams() -> None:
    """Let a command whose output or messages were closed by the caller run all the same."""
    import os

    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123 - lives as long as we do
    if sys.stderr is None:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


def say(message: str) -> None:
    """Write a line to standard error; when nobody can take it, the exit code has to say it."""
    import os

    try:
        print(message, file=sys.stderr, flush=True)  # noqa: T201
    except OSError:
        sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115, PTH123


def _close_quietly() -> int:
    """Give the interpreter somewhere to flush what nobody reads any more."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return 0


def _explain_failure(error: BaseException) -> int:
    from budgetcalc.errors import BudgetcalcError

    if isinstance(error, BudgetcalcError):
        return _complain(str(error))
    if hasattr(error, "show") and hasattr(error, "exit_code"):  # a usage error of the argument parser
        from io import StringIO

        from budgetcalc.locations import printable

        shown = StringIO()
        if isinstance(message := getattr(error, "message", None), str):
            # What was typed is in it, as it was typed: not every version of the parser escapes line ends.
            error.message = printable(message, limit=1_000)  # type: ignore[attr-defined]
        error.show(file=shown)
        say("\n".join(printable(line, limit=1_000) for line in shown.getvalue().splitlines()))
        return int(error.exit_code)
    return _report_bug(error)


def _complain(message: str) -> int:
    say(f"error: {message}")
    return 2


def _report_bug(error: BaseException) -> int:
    """Print what a bug report needs: versions and places in the code; no messages, no values."""
    import platform
    from traceback import extract_tb

    from budgetcalc import __version__

    # Not `platform.platform()`, which runs `uname`.
    system = f"{platform.system()}-{platform.release()}-{platform.machine()}"
    places = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in extract_tb(error.__traceback__)]
    report = [
        "error: this is a bug in budgetcalc, not in your input. Please report it with this block:",
        "",
        f"budgetcalc {__version__}, Python {platform.python_version()}, {system}",
        f"{type(error).__name__} at",
        *places[-12:],
    ]
    say("\n".join(report))
    return 3
