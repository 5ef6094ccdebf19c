"""How fast `budgetcalc price` reads transcripts of Claude Code, beside ccusage's native binary, as a markdown table.

    python benchmarks/log_speed.py [--megabytes 200] [--seed N] [--runs 5] [--ccusage PATH] [--no-peer] [--growth]

Without ``--ccusage``, ccusage is installed into a temporary folder by npm. Fresh transcripts are made for each call of
this script, and its seed is printed. Both programs run in turn, once unmeasured; figures are medians, and ratios are
medians of those of paired runs. Memory is the largest sum over all processes of a program, shared pages counted once
where the system says so. ``--growth`` gives the time of a row for 1, 2, 4 and 8 times as many rows and files: the least
of the runs, less that of a start.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path
from typing import NamedTuple

MODELS = ("claude-sonnet-4-5-20250929", "claude-opus-4-5-20251101", "claude-haiku-4-5-20251001")
TURNS = 300
CCUSAGE = "20.0.24"
GROWTH = (1, 2, 4, 8)


class Run(NamedTuple):
    """One run of a program."""

    wall: float
    cpu: float
    megabytes: float
    total: str


def make_transcripts(folder: Path, size: int, seed: int) -> tuple[int, int]:
    """Write transcripts as Claude Code does, and return how many lines and bytes they have."""
    rng = random.Random(seed)
    words = ["".join(rng.choices("abcdefghijklmnopqrstuvwxyz", k=rng.randint(2, 9))) for _ in range(5000)]
    lines = written = 0
    while written < size:
        session = f"{rng.getrandbits(128):032x}"
        path = folder / "projects" / f"project{lines % 20}" / f"{session}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        said = list(_session_lines(rng, words, session, f"/home/u/{path.parent.name}"))
        lines += len(said)
        written += path.write_bytes("".join(said).encode())
    return lines, written


def _session_lines(rng: random.Random, words: list[str], session: str, project: str) -> list[str]:
    lines: list[str] = []
    for turn in range(TURNS):
        common = {
            "isSidechain": False,
            "cwd": project,
            "sessionId": session,
            "version": "2.1.0",
            "timestamp": f"2026-06-{1 + turn % 28:02d}T10:{turn % 60:02d}:{rng.randint(0, 59):02d}.000Z",
        }
        text = " ".join(rng.choices(words, k=rng.randint(20, 700)))
        result = {"role": "user", "content": [{"type": "tool_result", "content": text}]}
        lines.append(_line(common | {"type": "user", "message": result, "uuid": f"{rng.getrandbits(128):x}"}))
        lines.extend(_call_lines(rng, words, common))
    return lines


def _call_lines(rng: random.Random, words: list[str], common: dict[str, object]) -> list[str]:
    """Return the lines of one call: all but the last of a streamed one hold an output of a few tokens."""
    five, hour = rng.sample([rng.randint(0, 9000), 0], 2)
    usage = {
        "input_tokens": rng.randint(1, 900),
        "cache_creation_input_tokens": five + hour,
        "cache_read_input_tokens": rng.randint(0, 90_000),
        "cache_creation": {"ephemeral_5m_input_tokens": five, "ephemeral_1h_input_tokens": hour},
        "service_tier": "standard",
    }
    message = {"id": f"msg_{rng.getrandbits(96):024x}", "type": "message", "role": "assistant"}
    model, request = rng.choice(MODELS), f"req_{rng.getrandbits(96):024x}"
    output, repeats = rng.randint(50, 2500), rng.choice([1, 1, 1, 2, 3])
    lines = []
    for at in range(1, repeats + 1):
        text = " ".join(rng.choices(words, k=rng.randint(5, 120)))
        own = {
            "model": model,
            "content": [{"type": "text", "text": text}],
            "stop_reason": None,
            "usage": usage | {"output_tokens": output if at == repeats else rng.randint(1, 9)},
        }
        line = {"type": "assistant", "message": message | own, "requestId": request}
        lines.append(_line(common | line | {"uuid": f"{rng.getrandbits(128):x}"}))
    return lines


def _line(value: dict[str, object]) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


def run(command: list[str], environment: dict[str, str]) -> Run:
    """Run a program and return what it took."""
    before, start = os.times(), time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=os.environ | environment) as process:
        most = [0.0]
        watch = threading.Thread(target=_watch, args=(process, most))
        watch.start()
        output = process.stdout.read() if process.stdout else b""
        process.wait()
        wall, after = time.perf_counter() - start, os.times()
        watch.join()
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    answer = json.loads(output)
    return Run(wall, cpu, most[0], str(answer.get("total_usd") or answer["totals"]["totalCost"]))


def _watch(process: subprocess.Popen[bytes], most: list[float]) -> None:
    while process.poll() is None:
        most[0] = max(most[0], sum(map(_memory, _family(process.pid))))
        time.sleep(0.05)


def _family(root: int) -> list[int]:
    try:
        text = Path(f"/proc/{root}/task/{root}/children").read_text(encoding="ascii")
    except OSError:
        return [root]
    return [root, *(each for child in text.split() for each in _family(int(child)))]


def _memory(process: int) -> float:
    """Return the megabytes of a process, its share of what it shares with others."""
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text(encoding="ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1000
    except (OSError, StopIteration):
        return 0.0


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--megabytes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--ccusage", help="its native binary; installed by npm without this flag")
    parser.add_argument("--no-peer", action="store_true", help="measure budgetcalc alone")
    parser.add_argument("--growth", action="store_true", help="measure how time grows instead")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        if options.growth:
            _print_growth(Path(name), options)
        else:
            _print_comparison(Path(name), options)


def _print_comparison(folder: Path, options: argparse.Namespace) -> None:
    lines, size = make_transcripts(folder, options.megabytes * 1_000_000, options.seed)
    programs = {"budgetcalc": price_command(folder / "projects")}
    if not options.no_peer:
        binary = options.ccusage or install_ccusage(folder / "peer")
        programs["ccusage"] = [binary, "claude", "daily", "--json", "--offline", "--mode", "calculate"]
    runs = measured(programs, {"CLAUDE_CONFIG_DIR": str(folder)}, options.runs)
    print(f"Seed {options.seed}: {lines:,} lines, {size / 1e6:,.1f} MB; {os.cpu_count()} processors.\n")
    print("| program | wall | CPU | memory | total |\n| --- | ---: | ---: | ---: | ---: |")
    for program, each in runs.items():
        wall, cpu, memory = (statistics.median(run[:3][at] for run in each) for at in range(3))
        print(f"| {program} | {wall:.3f} s | {cpu:.3f} s | {memory:.0f} MB | {each[0].total} |")
    if len(runs) == 2:
        wall, cpu, memory = (
            statistics.median(ours[at] / theirs[at] for ours, theirs in zip(*runs.values(), strict=True))
            for at in range(3)
        )
        print(f"| ratio of paired runs | {wall:.2f} | {cpu:.2f} | {memory:.2f} | {_agreement(runs)} |")


def _agreement(runs: dict[str, list[Run]]) -> str:
    """Say whether the totals agree: ccusage's is a float."""
    ours, theirs = (float(each[0].total) for each in runs.values())
    return "equal" if abs(ours - theirs) <= 1e-9 * abs(ours) else "different"


def _print_growth(folder: Path, options: argparse.Namespace) -> None:
    """Print the time of a row for more and more rows: in more files of one size, and in ever larger files."""
    print(
        f"Seed {options.seed}; {options.megabytes} MB of transcripts are the largest; {options.runs} runs.\n"
    )
    print("| times | rows | files | CPU a row | memory | rows of one file | CPU a row | memory |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    empty = folder / "empty"
    make_transcripts(empty, 1, options.seed)
    start = least(price_command(empty / "projects"), options.runs).cpu
    for times in GROWTH:
        many, one = folder / f"many{times}", folder / f"one{times}.jsonl"
        lines, _ = make_transcripts(many, options.megabytes * 1_000_000 * times // GROWTH[-1], options.seed)
        files = sorted(many.rglob("*.jsonl"))
        with one.open("wb") as whole:
            for file in files:
                whole.write(file.read_bytes())
        cells = [str(times), f"{lines:,}", f"{len(files):,}"]
        for path in (many / "projects", one):
            run_ = least(price_command(path), options.runs)
            cells += [f"{(run_.cpu - start) / lines * 1e6:.2f} µs", f"{run_.megabytes:.0f} MB", f"{lines:,}"]
        print(f"| {' | '.join(cells[:-1])} |")


def price_command(path: Path) -> list[str]:
    """Return the command that prices transcripts."""
    return [sys.executable, "-m", "budgetcalc", "price", str(path), "-f", "json"]


def least(command: list[str], times: int) -> Run:
    """Return the run that took the least processor time: what others do on the machine only adds to it."""
    return min((run(command, {}) for _ in range(times)), key=lambda each: each.cpu)


def install_ccusage(folder: Path) -> str:
    """Install ccusage by npm and return its native binary.

    Raises:
        SystemExit: there is no npm, or no binary for this machine.
    """
    npm = shutil.which("npm")
    if npm is None:
        raise SystemExit("npm is missing: name the binary by --ccusage PATH, or give --no-peer")
    folder.mkdir()
    command = [npm, "install", "--prefix", str(folder), "--no-audit", "--no-fund", f"ccusage@{CCUSAGE}"]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    found = [path for path in folder.glob("node_modules/@ccusage/*/bin/ccusage*") if path.is_file()]
    if not found:
        raise SystemExit(f"ccusage {CCUSAGE} has no native binary for this machine: give --no-peer")
    found[0].chmod(0o755)  # as its own launcher does
    return str(found[0])


def measured(programs: dict[str, list[str]], environment: dict[str, str], times: int) -> dict[str, list[Run]]:
    """Return the runs of each program, in turn; the first ones, which fill the caches, do not count."""
    runs: dict[str, list[Run]] = {program: [] for program in programs}
    for _ in range(times + 1):
        for program, command in programs.items():
            runs[program].append(run(command, environment))
    return {program: each[1:] for program, each in runs.items()}


if __name__ == "__main__":
    main()
