"""Cost per unit while the input doubles: text, messages, tools, rows, files, rules of a config; hostile shapes too.

    python benchmarks/growth.py [--doublings N] [--scale X] [--seed N] [--only NAME …]

The columns are the input's sizes, each twice the one before; the cells are microseconds of processor time for one
unit. A row that stays flat is linear. Text goes through the tokenizer alone, whose memory is emptied before every
count; everything else goes through all of a command: reading, counting, prices, rules and the written answer.
"Rules" are what a configuration says: budgets, ignores, stages of a pipeline. No cache is read or written.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import time
from contextlib import chdir, redirect_stderr, redirect_stdout
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, NamedTuple

from text_speed import Words, base64_text, code, forget, ideographs, prose, text_of, thai

from budgetcalc.claude_text import count_claude_text

if TYPE_CHECKING:
    from collections.abc import Callable

MODEL = "claude-opus-4-8"
RUNS, LONG_SECONDS = 3, 4


class Growth(NamedTuple):
    """What grows: its unit, the smallest size, and how an input of a size is made.

    ``make`` gives a text to count, or the files of a run of ``command`` by name. ``refused`` is an input that has to
    be answered with exit code 2.
    """

    unit: str
    start: int
    make: Callable[[random.Random, int], object]
    command: tuple[str, ...] = ()
    refused: bool = False


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


def _calls_of_one_turn(_: random.Random, size: int) -> str:
    call = {"type": "tool_use", "name": "read", "input": {"path": "f"}}
    result = {"type": "tool_result", "content": "a line"}
    calls = [call | {"id": f"toolu_{i}"} for i in range(size)]
    results = [result | {"tool_use_id": f"toolu_{i}"} for i in range(size)]
    turns = ({"role": "assistant", "content": calls}, {"role": "user", "content": results})
    return _request([{"role": "user", "content": "go"}, *turns])


def _thoughts(_: random.Random, size: int) -> str:
    messages: list[object] = []
    for i in range(size // 2):
        thought = {"type": "thinking", "thinking": f"let me see {i}", "signature": "c2lnbmVk" * 10}
        answer = [thought, {"type": "text", "text": "done"}]
        messages += [{"role": "user", "content": "go"}, {"role": "assistant", "content": answer}]
    return _request([*messages, {"role": "user", "content": "go"}])


def _thoughts_of_one_turn(_: random.Random, size: int) -> str:
    thought = {"type": "thinking", "thinking": "let me see " * 20, "signature": "c2lnbmVk" * 200}
    answer: list[object] = []
    for i in range(size):
        answer += [thought, {"type": "text", "text": f"done {i}"}]
    messages = ({"role": "user", "content": "go"}, {"role": "assistant", "content": answer})
    return _request([*messages, {"role": "user", "content": "go"}], thinking={"type": "adaptive"})


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


def _one_word(_: random.Random, size: int) -> str:
    return _request([{"role": ("user", "assistant")[i % 2], "content": "go"} for i in range(size)])


def _blank_blocks(_: random.Random, size: int) -> str:
    return _request([{"role": "user", "content": [{"type": "text", "text": " "}] * size}])


def _estimate(unit: str, start: int, make: Callable[[random.Random, int], str], **more: bool) -> Growth:
    command = ("estimate", "request.json", "--limit", "blocks=1000000")
    return Growth(unit, start, lambda rng, size: {"request.json": make(rng, size)}, command, **more)


REQUESTS: dict[str, Growth] = {
    "one message": _estimate("byte", 500_000, _one_long_message),
    "messages": _estimate("message", 40_000, _messages),
    "messages of one word, up to a million": _estimate("message", 125_000, _one_word),
    "text blocks in a message": _estimate("block", 5_000, _blocks),
    "blank blocks, a finding each": _estimate("block", 5_000, _blank_blocks),
    "tools": _estimate("tool", 1_000, _tools),
    "calls and results": _estimate("message", 2_000, _calls),
    "calls of one turn, and their results": _estimate("call", 1_000, _calls_of_one_turn),
    "turns with thinking": _estimate("message", 2_000, _thoughts),
    "thinking blocks of one turn": _estimate("block", 500, _thoughts_of_one_turn),
    "cache breakpoints": _estimate("block", 1_000, _breakpoints),
    "nesting of a schema": _estimate("level", 8, _deep),
    "brackets that never close": _estimate("bracket", 250_000, lambda _, size: "[" * size, refused=True),
    "one line of one letter": _estimate("character", 500_000, lambda _, size: "a" * size, refused=True),
    "requests in JSONL": Growth(
        "request", 250, lambda rng, size: {"r.jsonl": _lines(rng, size)}, ("estimate", "r.jsonl")
    ),
}

# ---- price ---------------------------------------------------------------------------------------------


def _usage(rng: random.Random) -> dict[str, int]:
    return {"input_tokens": rng.randrange(5_000), "output_tokens": rng.randrange(1, 2_000)}


def _responses(rng: random.Random, size: int) -> dict[str, str]:
    response = {"type": "message", "role": "assistant", "model": MODEL, "content": []}
    lines = (
        json.dumps(response | {"id": f"msg_{i}", "stop_reason": "end_turn", "usage": _usage(rng)})
        for i in range(size)
    )
    return {"usage.jsonl": "\n".join(lines)}


def _transcript(rng: random.Random, size: int, sessions: int = 1) -> str:
    lines = []
    for i in range(size):
        message = {"id": f"msg_{i}_{rng.random()}", "type": "message", "role": "assistant", "model": MODEL}
        line = {
            "type": "assistant",
            "sessionId": f"session {i % sessions}",
            "timestamp": f"2026-{1 + i // 28 % 10:02}-{1 + i % 28:02}T12:00:00.000Z",
            "requestId": f"req_{i}",
            "message": message | {"content": [], "stop_reason": "end_turn", "usage": _usage(rng)},
        }
        lines.append(json.dumps(line))
    return "\n".join(lines)


def _table(rng: random.Random, size: int) -> dict[str, str]:
    rows = (f"2026-06-01,{MODEL},{rng.randrange(5_000)},0,0,0,{rng.randrange(2_000)}" for _ in range(size))
    head = (
        "usage_date_utc,model_version,usage_input_tokens_no_cache,usage_input_tokens_cache_write_5m,"
        "usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,usage_output_tokens"
    )
    return {"usage.csv": "\n".join((head, *rows))}


PRICE = ("price", "--on", "2026-11-22", "-q")
USAGE: dict[str, Growth] = {
    "responses in JSONL": Growth("row", 5_000, _responses, (*PRICE, "usage.jsonl")),
    "rows of a table of the Console": Growth("row", 5_000, _table, (*PRICE, "usage.csv")),
    "lines of a transcript": Growth(
        "line", 25_000, lambda rng, n: {"t.jsonl": _transcript(rng, n)}, (*PRICE, "t.jsonl")
    ),
    "groups, one a line": Growth(
        "line",
        5_000,
        lambda rng, n: {"t.jsonl": _transcript(rng, n, n)},
        (*PRICE, "t.jsonl", "--by", "session"),
    ),
    "transcripts of 10 lines in a folder": Growth(
        "file", 250, lambda rng, n: {f"p/{i}.jsonl": _transcript(rng, 10) for i in range(n)}, (*PRICE, "p")
    ),
}

# ---- lint ----------------------------------------------------------------------------------------------

LINT = ("lint", "--no-cache", "--on", "2026-11-22")
FILES_OF_RULES = 20


def _prompts(count: int) -> dict[str, str]:
    return {
        f"prompts/{i}.json": _request([{"role": "user", "content": f"question {i}"}]) for i in range(count)
    }


def _linted(config: str, files: int) -> dict[str, str]:
    return {"budgetcalc.yaml": f"version: 1\n{config}", **_prompts(files)}


def _files(_: random.Random, size: int) -> dict[str, str]:
    return _linted("budgets:\n  - {files: ['prompts/*.json'], max_input_tokens: 1000}\n", size)


def _budgets(_: random.Random, size: int) -> dict[str, str]:
    each = (f"  - {{name: b{i}, files: ['prompts/*.json'], max_input_tokens: 1000}}\n" for i in range(size))
    return _linted(f"budgets:\n{''.join(each)}", FILES_OF_RULES)


def _ignores(_: random.Random, size: int) -> dict[str, str]:
    each = (f"  - {{file: 'prompts/{i}*', rule: BC205, reason: of its age}}\n" for i in range(size))
    budget = "budgets:\n  - {files: ['prompts/*.json'], max_input_tokens: 1}\n"
    return _linted(f"{budget}ignores:\n{''.join(each)}", FILES_OF_RULES)


def _stages(_: random.Random, size: int) -> dict[str, str]:
    stage = "      - {{name: s{0}, model: claude-haiku-4-5, prompt: prompts/{1}.json, max_tokens: 10{2}}}\n"
    each = (stage.format(i, i % FILES_OF_RULES, f", fed_by: [s{i - 1}]" if i else "") for i in range(size))
    return _linted(f"pipelines:\n  - name: p\n    stages:\n{''.join(each)}", FILES_OF_RULES)


def _over(_: random.Random, size: int) -> dict[str, str]:
    budget = "budgets:\n  - {files: ['prompts/*.json'], max_input_tokens: 1, max_cost_usd: 0.000001}\n"
    return _linted(budget, size)


RULES: dict[str, Growth] = {
    "files": Growth("file", 250, _files, LINT),
    "files over two limits each": Growth("file", 250, _over, LINT),
    f"budgets of {FILES_OF_RULES} files": Growth("budget", 50, _budgets, LINT),
    f"ignores on {FILES_OF_RULES} findings": Growth("ignore", 500, _ignores, LINT),
    "stages of a pipeline": Growth("stage", 100, _stages, LINT),
}


def count(text: object) -> None:
    """Count a text as if nothing had been counted before."""
    forget()
    for family in ("v3", "v4.7"):
        count_claude_text(str(text), family)


def run(growth: Growth, content: object) -> float:
    """Return the seconds of processor time that counting a text, or running a command on files, takes."""
    if not growth.command:
        start = time.process_time()
        count(content)
        return time.process_time() - start
    files: dict[str, str] = content  # type: ignore[assignment]
    with TemporaryDirectory() as folder, Path(os.devnull).open("w") as nowhere:
        for name, text in files.items():
            path = Path(folder, name)
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")
        with chdir(folder), redirect_stdout(nowhere), redirect_stderr(nowhere):
            return _run_command(growth)


def _run_command(growth: Growth) -> float:
    from budgetcalc.cli import main

    sys.argv = ["budgetcalc", *growth.command]
    start = time.process_time()
    try:
        main()
    except SystemExit as stop:
        if stop.code not in ({2} if growth.refused else {0, 1}):
            raise RuntimeError(f"exit code {stop.code} of {' '.join(sys.argv)}") from None
    return time.process_time() - start


TABLES = (("text", TEXTS), ("estimate", REQUESTS), ("price", USAGE), ("lint", RULES))


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--doublings", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1, help="smallest sizes times this, for a quick look")
    parser.add_argument("--seed", type=int, default=None, help="fixed texts; default: others each run")
    parser.add_argument(
        "--only", nargs="+", metavar="NAME", help="only what grows by these names, or a table's"
    )
    options = parser.parse_args()
    rng = random.Random(options.seed)
    os.environ["BUDGETCALC_CACHE_DIR"] = os.devnull
    for title, table in TABLES:
        chosen = {n: g for n, g in table.items() if not options.only or {n, title} & {*options.only}}
        if chosen:
            print(_head(title, options.doublings))
        for name, growth in chosen.items():
            start = max(1, int(growth.start * options.scale))
            run(growth, growth.make(rng, max(1, start // 8)))  # imports and price tables are no part of it
            costs = [_cost(growth, rng, start * 2**step) for step in range(options.doublings + 1)]
            cells = " | ".join(f"{cost:.3g}" for cost in costs)
            print(f"| {name} | {start:,} {growth.unit}s | {cells} | {costs[-1] / costs[0]:.2f} |", flush=True)


def _head(title: str, doublings: int) -> str:
    sizes = " | ".join(f"x{2**step} us a unit" for step in range(doublings + 1))
    return f"\n| {title} | x1 is | {sizes} | last / first |\n| --- | --- | " + "--: | " * (doublings + 2)


def _cost(growth: Growth, rng: random.Random, size: int) -> float:
    """Return microseconds of processor time a unit: the least of three runs of other inputs, of one if it is long."""
    costs: list[float] = []
    while len(costs) < RUNS and sum(costs) < LONG_SECONDS:
        costs.append(run(growth, growth.make(rng, size)))
    return min(costs) / size * 1e6


if __name__ == "__main__":
    main()
