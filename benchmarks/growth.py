"""Cost per unit while the input doubles: text, messages, tools, blocks, nesting, requests; hostile shapes too.

    python benchmarks/growth.py [--doublings N] [--seed N] [--only NAME …]

The columns are the input's sizes, each twice the one before; the cells are microseconds of processor time for one
unit. A row that stays flat is linear. Text goes through the tokenizer alone, whose memory is emptied before every
count; a request goes through all of `estimate`: reading, counting, prices, rules and the written answer.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from contextlib import redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from text_speed import Words, base64_text, code, forget, ideographs, prose, text_of, thai

from budgetcalc.claude_text import count_claude_text

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = "claude-opus-4-8"


class Growth(NamedTuple):
    """What grows: its unit, the smallest size, and how an input of a size is made."""

    unit: str
    start: int
    make: Callable[[random.Random, int], object]


def _kind(kind: Callable[[random.Random, Words], str]) -> Callable[[random.Random, int], str]:
    return lambda rng, size: text_of(rng, Words(rng), size / 1e6, {kind: 1})


def _distinct(rng: random.Random, size: int) -> str:
    return " ".join("".join(rng.choices("etaoinshrdlu", k=9)) for _ in range(size // 10))


TEXTS: dict[str, Growth] = {
    "prose": Growth("byte", 250_000, _kind(prose)),
    "code": Growth("byte", 250_000, _kind(code)),
    "Han, Hangul, kana": Growth("byte", 250_000, _kind(ideographs)),
    "Thai": Growth("byte", 250_000, _kind(thai)),
    "base64": Growth("byte", 250_000, _kind(base64_text)),
    "all words distinct": Growth("character", 250_000, _distinct),
    "one letter": Growth("character", 250_000, lambda _, size: "a" * size),
    "one space": Growth("character", 250_000, lambda _, size: " " * size),
    "one line end": Growth("character", 250_000, lambda _, size: "\n" * size),
    "one sign": Growth("character", 250_000, lambda _, size: "-" * size),
    "one apostrophe": Growth("character", 250_000, lambda _, size: "'" * size),
    "one ideograph": Growth("character", 250_000, lambda _, size: "好" * size),
    "one combining mark": Growth("character", 250_000, lambda _, size: "e" + "\u0301" * size),
    "marks out of order": Growth("character", 250_000, lambda _, size: "e" + "\u0301\u0327" * (size // 2)),
    "letters without a space": Growth(
        "character", 250_000, lambda rng, size: "".join(rng.choices("etaoinshrdlu", k=size))
    ),
    "kana without a space": Growth(
        "character", 250_000, lambda rng, size: "".join(map(chr, rng.choices(range(0x3041, 0x3094), k=size)))
    ),
    "contractions": Growth("character", 250_000, lambda _, size: "it's're'll" * (size // 10)),
    "capitals by turns": Growth("character", 250_000, lambda _, size: "aB" * (size // 2)),
}


def _request(messages: list[object], **more: object) -> str:
    return json.dumps({"model": MODEL, "max_tokens": 1000, "messages": messages, **more})


def _messages(_: random.Random, size: int) -> str:
    return _request([{"role": ("user", "assistant")[i % 2], "content": f"go {i % 9}"} for i in range(size)])


def _blocks(_: random.Random, size: int) -> str:
    return _request([{"role": "user", "content": [{"type": "text", "text": "go on"}] * size}])


def _tools(_: random.Random, size: int) -> str:
    schema = {"type": "object", "properties": {"path": {"type": "string", "description": "a path"}}}
    tools = [
        {"name": f"tool_{i}", "description": "reads a file", "input_schema": schema} for i in range(size)
    ]
    return _request([{"role": "user", "content": "go"}], tools=tools)


def _calls(_: random.Random, size: int) -> str:
    messages: list[object] = [{"role": "user", "content": "go"}]
    for i in range(size // 2):
        call = {"type": "tool_use", "id": f"toolu_{i}", "name": "read", "input": {"path": f"f{i}"}}
        result = {"type": "tool_result", "tool_use_id": f"toolu_{i}", "content": f"line {i}"}
        messages += [{"role": "assistant", "content": [call]}, {"role": "user", "content": [result]}]
    return _request(messages)


def _breakpoints(_: random.Random, size: int) -> str:
    block = {"type": "text", "text": "go on", "cache_control": {"type": "ephemeral"}}
    return _request([{"role": "user", "content": [block] * size}])


def _deep(_: random.Random, size: int) -> str:
    schema: object = {"type": "string"}
    for _level in range(size):
        schema = {"type": "object", "properties": {"a": schema}}
    tool = {"name": "t", "description": "d", "input_schema": schema}
    return _request([{"role": "user", "content": "go"}], tools=[tool])


def _lines(_: random.Random, size: int) -> str:
    return "\n".join(_request([{"role": "user", "content": f"question {i}"}]) for i in range(size))


def _one_long_message(rng: random.Random, size: int) -> str:
    return _request([{"role": "user", "content": text_of(rng, Words(rng), size / 1e6, {prose: 1})}])


REQUESTS: dict[str, Growth] = {
    "one message": Growth("byte", 500_000, _one_long_message),
    "messages": Growth("message", 5_000, _messages),
    "text blocks in a message": Growth("block", 5_000, _blocks),
    "tools": Growth("tool", 1_000, _tools),
    "calls and results": Growth("message", 2_000, _calls),
    "cache breakpoints": Growth("block", 1_000, _breakpoints),
    "nesting of a schema": Growth("level", 8, _deep),
    "requests in JSONL": Growth("request", 250, _lines),
}


def count(text: object) -> None:
    """Count a text as if nothing had been counted before."""
    forget()
    for family in ("v3", "v4.7"):
        count_claude_text(str(text), family)


def estimate(content: object) -> None:
    """Run the command on a request, or on lines of them."""
    from budgetcalc.cli import main

    content = str(content)
    name = "requests.jsonl" if "\n" in content else "request.json"
    with TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere, redirect_stdout(nowhere):
        path = Path(folder, name)
        path.write_text(content, encoding="utf-8")
        sys.argv = ["budgetcalc", "estimate", str(path)]
        try:
            main()
        except SystemExit as stop:
            if stop.code not in {0, 1}:
                raise


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--doublings", type=int, default=3)
    parser.add_argument("--seed", type=int, default=None, help="fixed texts; default: others each run")
    parser.add_argument("--only", nargs="+", metavar="NAME", help="only what grows by these names")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    warm = _request([{"role": "user", "content": "go"}])
    for title, table, run in (("text", TEXTS, count), ("estimate", REQUESTS, estimate)):
        chosen = {name: growth for name, growth in table.items() if name in (options.only or table)}
        if not chosen:
            continue
        if run is estimate:
            estimate(warm)  # imports and price tables are no part of what grows
        sizes = [f"x{2**step}" for step in range(options.doublings + 1)]
        print(
            f"\n| {title} | x1 is | "
            + " | ".join(f"{size} us a unit" for size in sizes)
            + " | last / first |"
        )
        print("| --- | --- | " + "--: | " * (len(sizes) + 1))
        for name, growth in chosen.items():
            costs = [_cost(growth, run, rng, growth.start * 2**step) for step in range(options.doublings + 1)]
            cells = " | ".join(f"{cost:.3g}" for cost in costs)
            print(
                f"| {name} | {growth.start:,} {growth.unit}s | {cells} | {costs[-1] / costs[0]:.2f} |",
                flush=True,
            )


def _cost(growth: Growth, run: Callable[[object], None], rng: random.Random, size: int) -> float:
    """Return microseconds of processor time a unit."""
    content = growth.make(rng, size)
    start = time.process_time()
    run(content)
    return (time.process_time() - start) / size * 1e6


if __name__ == "__main__":
    main()
