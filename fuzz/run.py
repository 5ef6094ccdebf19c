"""Fuzz every reader for a bounded time: ``python fuzz/run.py [--seconds-each N] [TARGET]...``.

Exit code 1 when something was found; what was found is in ``fuzz/found/``.
"""

from __future__ import annotations

import argparse
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE.parent))

from fuzz.targets import TARGETS  # noqa: E402


def main() -> int:
    """Run the targets one after another."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("targets", nargs="*", default=list(TARGETS))
    parser.add_argument("--seconds-each", type=int, default=30)
    asked = parser.parse_args()
    failed = []
    for name in asked.targets:
        command = [sys.executable, str(HERE / "fuzz_readers.py"), name, "--seconds", str(asked.seconds_each)]
        run = _run(command)
        if run.returncode == -signal.SIGALRM:
            run = _run(command)  # on a busy machine libFuzzer's timer may ring before its handler is in place
        executed = [line for line in run.stderr.splitlines() if "number_of_executed_units" in line]
        print(f"{name}: {executed[-1].split()[-1] if executed else '?'} cases,", end=" ")
        print("nothing found" if run.returncode == 0 else f"FOUND (exit {run.returncode})", flush=True)
        if run.returncode:
            failed.append(name)
            print("\n".join((run.stdout + run.stderr).splitlines()[-40:]))
    return bool(failed)


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, check=False, capture_output=True, text=True, errors="replace")


if __name__ == "__main__":
    sys.exit(main())
