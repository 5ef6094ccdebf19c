"""Processor time of a start, against an empty command of typer, which is what the command line is made with.

    python benchmarks/start_speed.py [--rounds N] [--output FILE]

Every round runs each command once, as a process of its own, in an empty folder and with compiled bytecode at hand.
The table gives user and system time in milliseconds, the least and the median of the rounds, and the ratio to the
reference of the same round: `python -c pass` for `--version`, the empty typer command for the others.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
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


def processor_ms(arguments: tuple[str, ...], folder: Path) -> float:
    """Return what a run takes of the processor, in milliseconds.

    Raises:
        SystemExit: it failed; a figure of a failure is none.
    """
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    environment["PYTHONPATH"] = str(ROOT)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode not in {0, 1}:
        raise SystemExit(f"{' '.join(arguments)}: exit code {done.returncode}\n{done.stderr.decode()}")
    return 1000 * (after.ru_utime - before.ru_utime + after.ru_stime - before.ru_stime)


def table(times: dict[str, list[float]]) -> str:
    """Return the figures as Markdown."""
    lines = [
        "| command | least ms | median ms | ratio to | of the least | median of pairs |",
        "|---|--:|--:|---|--:|--:|",
    ]
    for name, each in times.items():
        base = PASS if name in {TYPER, "`--version`"} else TYPER
        ratios = [a / b for a, b in zip(each, times[base], strict=True)]
        compared = (
            " | | "
            if name == PASS
            else f"{base} | {min(each) / min(times[base]):.2f} | {statistics.median(ratios):.2f}"
        )
        lines.append(f"| {name} | {min(each):.0f} | {statistics.median(each):.0f} | {compared} |")
    return "\n".join(lines)


def main() -> None:
    """Run the rounds and print the table."""
    parser = argparse.ArgumentParser(description="Processor time of a start.")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--output", type=Path)
    arguments = parser.parse_args()
    times: dict[str, list[float]] = {name: [] for name in COMMANDS}
    with TemporaryDirectory() as made:
        folder = Path(made)
        (folder / "empty.py").write_text(EMPTY)
        (folder / "request.json").write_text(REQUEST)
        (folder / "response.json").write_text(RESPONSE)
        for command in COMMANDS.values():
            processor_ms(command, folder)  # writes bytecode
        for _ in range(arguments.rounds):
            for name, command in COMMANDS.items():
                times[name].append(processor_ms(command, folder))
    text = f"Python {sys.version.split()[0]}, {arguments.rounds} rounds\n\n{table(times)}\n"
    print(text)
    if arguments.output:
        arguments.output.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
