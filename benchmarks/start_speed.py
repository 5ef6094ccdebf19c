"""Processor time of a start, against an empty command of typer, which is what the command line is made with.

    python benchmarks/start_speed.py [--rounds N] [--output FILE]

Every round runs each command once, as a process of its own, in an empty folder and with compiled bytecode at hand.
The table gives user and system time in milliseconds, the least and the median of the rounds, the ratio to the
reference of the same round (`python -c pass` for `--version`, the empty typer command for the others), and the medians
of wall time and of the most memory.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import sysconfig
import time
from pathlib import Path
from tempfile import TemporaryDirectory, TemporaryFile
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
IS_INSTALLED = (Path(sysconfig.get_path("purelib")) / "budgetcalc").is_dir()
"""As a wheel; otherwise the checkout is measured, as it stands."""
EMPTY = """\
import typer
app = typer.Typer()
@app.command()
def empty(count: int = 1): pass
app()
"""
REQUEST = '{"model": "claude-haiku-4-5", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}'
RESPONSE = (
    '{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": [], '
    '"stop_reason": "end_turn", "usage": {"input_tokens": 8, "output_tokens": 5}}'
)
BUDGETCALC = ("-m", "budgetcalc")
PASS, TYPER = "`python -c pass`", "empty typer command"
COMMANDS = {
    PASS: ("-c", "pass"),
    TYPER: ("empty.py",),
    "`--version`": (*BUDGETCALC, "--version"),
    "`estimate -f json`, one message": (*BUDGETCALC, "estimate", "-f", "json", "request.json"),
    "`price -f json --on 2026-11-22`, one response": (
        *BUDGETCALC, "price", "-f", "json", "--on", "2026-11-22", "response.json"
    ),
    "`lint`, one request": (*BUDGETCALC, "lint", "request.json"),
}  # fmt: skip


class Run(NamedTuple):
    """What a run took."""

    cpu_ms: float
    wall_ms: float
    megabytes: float


def run(arguments: tuple[str, ...], folder: Path) -> Run:
    """Return what a run takes.

    Raises:
        SystemExit: it failed; a figure of a failure is none.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    if not IS_INSTALLED:
        environment["PYTHONPATH"] = str(ROOT)
    start = time.perf_counter()
    with TemporaryFile() as said:
        process = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
        )
        _, status, used = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = code = os.waitstatus_to_exitcode(status)
        if code not in {0, 1}:
            said.seek(0)
            raise SystemExit(f"{' '.join(arguments)}: exit code {code}\n{said.read().decode()}")
    return Run(1000 * (used.ru_utime + used.ru_stime), 1000 * wall, used.ru_maxrss / 1000)


def table(runs: dict[str, list[Run]]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| command | least CPU ms | median | ratio to | of the least | median of pairs | wall ms | peak MB |",
        "|---|--:|--:|---|--:|--:|--:|--:|",
    ]
    times = {name: [each.cpu_ms for each in made] for name, made in runs.items()}
    for name, each in times.items():
        base = PASS if name in {TYPER, "`--version`"} else TYPER
        ratios = [a / b for a, b in zip(each, times[base], strict=True)]
        compared = (
            " | | "
            if name == PASS
            else f"{base} | {min(each) / min(times[base]):.2f} | {statistics.median(ratios):.2f}"
        )
        wall = statistics.median(each.wall_ms for each in runs[name])
        most = statistics.median(each.megabytes for each in runs[name])
        lines.append(
            f"| {name} | {min(each):.0f} | {statistics.median(each):.0f} | {compared} | {wall:.0f} | {most:.0f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description="Processor time of a start.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    runs: dict[str, list[Run]] = {name: [] for name in COMMANDS}
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "empty.py").write_text(EMPTY)
        (folder / "request.json").write_text(REQUEST)
        (folder / "response.json").write_text(RESPONSE)
        for command in COMMANDS.values():
            run(command, folder)  # writes bytecode
        for _ in range(arguments.rounds):
            for name, command in COMMANDS.items():
                runs[name].append(run(command, folder))
    text = f"Python {sys.version.split()[0]}, {arguments.rounds} rounds\n\n{table(runs)}\n"
    print(text)
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
