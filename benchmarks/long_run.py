"""A long run: generated requests and usage rows in one go, their exact expected total, and memory over the run.

    python benchmarks/long_run.py [--requests 10000] [--rows 1000000] [--seed N] [--folder DIR]

Requests go one by one through the library, then as JSONL through `budgetcalc estimate` and `budgetcalc lint`;
usage goes through `budgetcalc price` as nine formats in one call. What has to come out is computed here, from the
generator's own counts and the list prices below, never with the package's code. Memory is sampled while the commands
run and printed at each tenth. Exit code 1 when a total, a count of rows or an answer differs, or when memory is not
flat: it may grow with the identities of calls, which are held to find repeats (300 bytes each), and with the findings
of lint, which are its answer.
"""

from __future__ import annotations

import argparse
import base64
import gc
import json
import os
import random
import resource
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from log_speed import _family, _memory
from text_speed import Words, code, ideographs, prose

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import TextIOWrapper

BUCKETS = ("uncached_input", "cache_write_5m", "cache_write_1h", "cache_read", "output")
RATES = {
    "claude-opus-4-6": ("5", "6.25", "10", "0.50", "25"),
    "claude-opus-4-8": ("5", "6.25", "10", "0.50", "25"),
    "claude-sonnet-4-6": ("3", "3.75", "6", "0.30", "15"),
    "claude-haiku-4-5-20251001": ("1", "1.25", "2", "0.10", "5"),
    "claude-sonnet-5-5": ("2", "2.5", "4", "0.10", "10"),
    "claude-haiku-5-5": ("0.10", "0.125", "0.20", "0.01", "0.50"),
}
"""Dollars a million tokens by bucket, on the days of this run."""

CLIFF = {"claude-haiku-5-5": (100_000, ("0.50", "0.625", "1.00", "0.05", "2.50"))}
"""A longer prompt has these rates, output too."""

DAYS = [f"2026-10-{day:02}" for day in range(8, 28)]
ON = "2026-11-01"
SEARCH_USD = Decimal(10) / 1000
BYTES_A_CALL = 300
BYTES_A_FINDING = 3000
"""The answer of lint is its findings, in order; it is written when all are known."""
ROOM_MB = 24
"""What caches of answers and of texts, and the fragments of the heap, may add to the first third of a run."""


def amount(model: str, counts: tuple[int, ...], factor: Decimal = Decimal(1)) -> Decimal:
    """Return what a call costs: tokens × rate, the dearer tier over its threshold, and a factor on all of it."""
    rates = RATES[model]
    if model in CLIFF and sum(counts[:4]) > CLIFF[model][0]:
        rates = CLIFF[model][1]
    dollars = sum((n * Decimal(rate) for n, rate in zip(counts, rates, strict=True)), Decimal(0))
    return dollars * factor / 1_000_000


# -- usage ---------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Call:
    """A call as any format can write it; counts in the order of ``BUCKETS``."""

    id: str
    model: str
    day: str
    counts: tuple[int, ...]
    thinking: int
    searches: int

    @property
    def time(self) -> str:
        """A moment of its day."""
        return f"{self.day}T10:00:00Z"

    @property
    def split(self) -> dict[str, int]:
        """Its cache writes by lifetime."""
        return {"ephemeral_5m_input_tokens": self.counts[1], "ephemeral_1h_input_tokens": self.counts[2]}

    @property
    def message(self) -> dict[str, Any]:
        """The API's response."""
        fresh, five, hour, read, output = self.counts
        usage = {
            "input_tokens": fresh,
            "output_tokens": output,
            "cache_creation_input_tokens": five + hour,
            "cache_creation": self.split,
            "cache_read_input_tokens": read,
            "output_tokens_details": {"thinking_tokens": self.thinking},
        }
        if self.searches:
            usage["server_tool_use"] = {"web_search_requests": self.searches}
        return {
            "id": self.id, "type": "message", "role": "assistant", "model": self.model, "content": [],
            "stop_reason": "end_turn", "usage": usage,
        }  # fmt: skip


@dataclass
class Expected:
    """What has to come out."""

    usd: Decimal = Decimal(0)
    rows: Counter[str] = field(default_factory=Counter)
    tokens: Counter[str] = field(default_factory=Counter)
    identities: int = 0

    def price(self, call: Call, factor: Decimal) -> None:
        """Take in a call that is billed."""
        self.rows["priced"] += 1
        self.usd += amount(call.model, call.counts, factor) + call.searches * SEARCH_USD
        self.tokens.update(dict(zip(BUCKETS, call.counts, strict=True)))


def responses(call: Call) -> list[Any]:
    """Return a line of a log of responses."""
    return [{"timestamp": call.time, "response": call.message}]


def nameless(call: Call) -> list[Any]:
    """Return a line without an identity: each of them is a call of its own."""
    return [{"timestamp": call.time, "model": call.model, "usage": call.message["usage"]}]


def transcript(call: Call) -> list[Any]:
    """Return the lines of a streamed call in a transcript of Claude Code: the last one has all of its output."""
    common = {"type": "assistant", "sessionId": "s", "requestId": f"r-{call.id}", "timestamp": call.time}
    whole = call.message
    begun = whole | {"usage": whole["usage"] | {"output_tokens": min(1, call.counts[4])}}
    del begun["usage"]["output_tokens_details"]
    return [common | {"uuid": f"{call.id}-0", "message": begun}, common | {"uuid": call.id, "message": whole}]


def batch_result(call: Call) -> list[Any]:
    """Return a line of a batch's results."""
    return [
        {
            "custom_id": call.id,
            "created_at": call.time,
            "result": {"type": "succeeded", "message": call.message},
        }
    ]


def bedrock_log(call: Call) -> list[Any]:
    """Return a line of Bedrock's invocation log."""
    return [{
        "schemaType": "ModelInvocationLog", "timestamp": call.time, "requestId": call.id,
        "modelId": f"anthropic.{call.model}-v1:0", "operation": "InvokeModel", "input": {"inputTokenCount": 1},
        "output": {"outputTokenCount": 1, "outputBodyJson": call.message},
    }]  # fmt: skip


def litellm(call: Call) -> list[Any]:
    """Return a line of LiteLLM's spend log, whose prompt includes what was cached."""
    usage = {
        "cache_read_input_tokens": call.counts[3],
        "cache_creation_input_tokens": call.counts[1] + call.counts[2],
        "prompt_tokens_details": {"cache_creation_token_details": call.split},
        "completion_tokens_details": {"reasoning_tokens": call.thinking},
    }
    return [{
        "request_id": call.id, "call_type": "acompletion", "spend": 0.5, "model": f"anthropic/{call.model}",
        "startTime": call.time, "prompt_tokens": sum(call.counts[:4]), "completion_tokens": call.counts[4],
        "metadata": {"usage_object": usage},
    }]  # fmt: skip


def langfuse(call: Call) -> list[Any]:
    """Return a line of Langfuse's observations, whose counts are apart from each other."""
    fresh, five, hour, read, output = call.counts
    usage = {
        "input": fresh, "output": output - call.thinking, "output_reasoning_tokens": call.thinking,
        "input_cache_read": read, "input_cache_creation_5m": five, "input_cache_creation_1h": hour,
    }  # fmt: skip
    return [{
        "id": call.id, "traceId": "t", "type": "GENERATION", "startTime": call.time,
        "model": call.model, "usageDetails": usage | {"total": sum(usage.values())},
    }]  # fmt: skip


def admin_bucket(call: Call) -> list[Any]:
    """Return a page of the admin API's report with one bucket."""
    result = {
        "uncached_input_tokens": call.counts[0], "cache_read_input_tokens": call.counts[3],
        "output_tokens": call.counts[4], "cache_creation": call.split, "model": call.model,
        "service_tier": "standard", "api_key_id": call.id, "inference_geo": "global", "context_window": "0-200k",
    }  # fmt: skip
    end = f"{call.day[:8]}{int(call.day[8:]) + 1:02}T00:00:00Z"
    return [{"starting_at": f"{call.day}T00:00:00Z", "ending_at": end, "results": [result]}]


HEADER = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    "usage_output_tokens,web_search_count\n"
)


def console(call: Call) -> str:
    """Return a row of the Console's export."""
    row = (call.day, call.model, call.id, "Default", "standard", "≤ 200k", *call.counts, call.searches)
    return ",".join(map(str, row)) + "\n"


FORMATS: dict[str, Callable[[Call], list[Any]]] = {
    each.__name__: each
    for each in (responses, nameless, transcript, batch_result, bedrock_log, litellm, langfuse, admin_bucket)
}
TELL_SEARCHES = {"responses", "nameless", "transcript", "batch_result", "bedrock_log", "console"}
BUCKET_REPORTS = {"admin_bucket", "console"}
"""A row is the sum of many calls: its size decides no tier."""


def make_call(rng: random.Random, name: str, number: int) -> Call:
    """Return a call of an identity of its own."""
    model = rng.choice([*RATES])
    if name in BUCKET_REPORTS and model in CLIFF:
        model = "claude-opus-4-8"
    large = rng.random() < 0.1
    counts = (
        rng.randint(0, 150_000 if large else 4000),
        rng.choice([0, 0, rng.randint(1, 9000)]),
        rng.choice([0, 0, rng.randint(1, 9000)]),
        rng.choice([0, rng.randint(1, 90_000)]),
        rng.randint(0, 6000),
    )
    thinking = rng.randint(0, counts[4])
    searches = rng.randint(1, 3) if name in TELL_SEARCHES and rng.random() < 0.03 else 0
    return Call(f"{name}-{number:x}", model, rng.choice(DAYS), counts, thinking, searches)


def write_usage(folder: Path, rows: int, seed: int) -> Expected:
    """Write so many rows of all formats, one file each, and return what they have to come to."""
    rng, expected = random.Random(seed), Expected()
    names = [*FORMATS, "console"]
    for at, name in enumerate(names):
        share = rows * (at + 1) // len(names) - rows * at // len(names)
        path = folder / f"{name}.{'csv' if name == 'console' else 'jsonl'}"
        with path.open("w", encoding="utf-8", newline="\n") as file:
            _write_format(file, name, share, rng, expected)
    return expected


def _write_format(file: TextIOWrapper, name: str, share: int, rng: random.Random, expected: Expected) -> None:
    factor = Decimal("0.5") if name == "batch_result" else Decimal(1)
    if name == "console":
        file.write(HEADER)
    written = number = 0
    while written < share:
        call = make_call(rng, name, number)
        number += 1
        if name in ODD and rng.random() < 0.02 and written > 0:
            written += 1
            file.write(ODD[name](rng, call, expected))
            continue
        lines = [console(call)] if name == "console" else [_line(each) for each in FORMATS[name](call)]
        if len(lines) > share - written:
            lines = lines[-1:]
        if name not in {"nameless", "console"} and rng.random() < 0.02 and written + len(lines) < share:
            lines.append(lines[-1])
        file.writelines(lines)
        written += len(lines)
        expected.price(call, factor)
        expected.rows["deduplicated"] += len(lines) - 1
        expected.identities += name != "nameless"


def _without_price(rng: random.Random, call: Call, expected: Expected) -> str:
    """Return a line whose model nobody knows, whose count is negative, or that was cut off."""
    kind = rng.choice(["unpriced", "negative", "cut"])
    expected.rows["unpriced" if kind == "unpriced" else "invalid"] += 1
    if kind == "cut":
        return '{"timestamp": "2026-10-08T10:00:00Z", "response": {"id": "cut", "type": "mess\n'
    message = call.message
    if kind == "negative":
        message["usage"]["input_tokens"] = -1
    else:
        message["model"] = "no-such-model-1"
        expected.identities += 1
    return _line({"timestamp": call.time, "response": message})


def _failed_entry(_: random.Random, call: Call, expected: Expected) -> str:
    """Return an entry of a batch that failed, which is not billed."""
    expected.rows["unbilled"] += 1
    expected.identities += 1
    error = {"type": "error", "error": {"type": "invalid_request_error", "message": "no"}}
    return _line({"custom_id": call.id, "result": {"type": "errored", "error": error}})


ODD = {"responses": _without_price, "batch_result": _failed_entry}


def _line(value: object) -> str:
    return json.dumps(value, separators=(",", ":")) + "\n"


# -- requests ------------------------------------------------------------------------------------------


def png(rng: random.Random) -> dict[str, Any]:
    """Return a white picture."""
    width, height = rng.randint(1, 2000), rng.randint(1, 2000)
    pixels = zlib.compress((b"\x00" + b"\xff" * ((width + 7) // 8)) * height)
    chunks = [
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)),
        (b"IDAT", pixels),
        (b"IEND", b""),
    ]
    data = b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(held)) + kind + held + struct.pack(">I", zlib.crc32(kind + held))
        for kind, held in chunks
    )
    source = {"type": "base64", "media_type": "image/png", "data": base64.b64encode(data).decode()}
    return {"type": "image", "source": source}


def make_request(rng: random.Random, words: Words) -> dict[str, Any]:
    """Return a request that the API accepts."""

    def said() -> str:
        return rng.choice([prose, prose, code, ideographs])(rng, words).strip() or "go on"

    content: list[Any] = [{"type": "text", "text": said()}]
    if rng.random() < 0.2:
        content.insert(0, png(rng))
    if rng.random() < 0.2:
        source = {"type": "text", "media_type": "text/plain", "data": "\n\n".join(said() for _ in range(5))}
        content.insert(0, {"type": "document", "source": source, "title": words()})
    messages: list[Any] = [{"role": "user", "content": content}]
    body: dict[str, Any] = {
        "model": rng.choice([*RATES]),
        "max_tokens": rng.randint(1, 4000),
        "messages": messages,
    }
    if rng.random() < 0.5:
        system: dict[str, Any] = {
            "type": "text",
            "text": "\n\n".join(said() for _ in range(rng.randint(1, 30))),
        }
        if rng.random() < 0.6:
            system["cache_control"] = {"type": "ephemeral", "ttl": rng.choice(["5m", "1h"])}
        body["system"] = [system]
    if rng.random() < 0.5:
        _call_tools(rng, words, body, said)
    for _ in range(rng.choice([0, 0, 1, 3])):
        if messages[-1]["role"] == "user":
            messages.append({"role": "assistant", "content": said()})
        messages.append({"role": "user", "content": said()})
    return body


def _call_tools(rng: random.Random, words: Words, body: dict[str, Any], said: Callable[[], str]) -> None:
    """Add tools, and a round of a call and its result, with thinking where the model thinks by a budget."""
    schema = {"type": "object", "properties": {words(): {"type": "string", "description": said()}}}
    names = [f"tool_{n}" for n in range(rng.randint(1, 6))]
    body["tools"] = [{"name": name, "description": said(), "input_schema": schema} for name in names]
    call = {"type": "tool_use", "id": "toolu_1", "name": names[0], "input": {words(): said()}}
    result = {"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": said()}]}
    blocks: list[Any] = [call]
    if body["model"] == "claude-haiku-4-5-20251001":
        body |= {"thinking": {"type": "enabled", "budget_tokens": 1024}, "max_tokens": 4096}
        seal = base64.b64encode(rng.randbytes(rng.randint(60, 900))).decode()
        blocks.insert(0, {"type": "thinking", "thinking": said(), "signature": seal})
    body["messages"] += [{"role": "assistant", "content": blocks}, {"role": "user", "content": [result]}]


# -- running -------------------------------------------------------------------------------------------


@dataclass
class Watched:
    """A command that has run: its exit code, seconds, and the memory of all its processes at each tenth, in MB."""

    code: int
    seconds: float
    cpu: float
    tenths: list[float]

    def took(self, units: int) -> str:
        """Return how long it took, in all and for each of so many."""
        return f"{self.seconds:.1f} s, processor {self.cpu:.1f} s, {self.cpu / units * 1e6:,.0f} us each"


def run(arguments: list[str], output: Path) -> Watched:
    """Run the command line and watch its memory."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    seen: list[float] = []
    command = [sys.executable, "-m", "budgetcalc", *arguments]
    with (
        output.open("wb") as file,
        subprocess.Popen(command, stdout=file, stderr=subprocess.DEVNULL) as process,
    ):
        watch = threading.Thread(target=_watch, args=(process, seen))
        watch.start()
        process.wait()
        watch.join()
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Watched(process.returncode, time.perf_counter() - start, cpu, _tenths(seen))


def _watch(process: subprocess.Popen[bytes], seen: list[float]) -> None:
    while process.poll() is None:
        seen.append(sum(map(_memory, _family(process.pid))))
        time.sleep(0.02)


def _tenths(seen: list[float]) -> list[float]:
    """Return the most of each tenth of the samples."""
    size = max(1, -(-len(seen) // 10))
    return [max(seen[at : at + size]) for at in range(0, len(seen), size)]


class Report:
    """What is printed, and whether all of it is as it has to be."""

    def __init__(self) -> None:
        self.is_right = True

    def check(self, what: str, found: object, expected: object) -> None:
        """Print whether what was found is what was expected."""
        is_equal = found == expected
        self.is_right &= is_equal
        print(f"  {what}: {found}" + ("" if is_equal else f"  WRONG, expected {expected}"))

    def memory(self, tenths: list[float], *, held: int = 0, bytes_each: int = 0) -> None:
        """Print the memory at each tenth, and whether it grows from the third on by more than what is held."""
        first, last = max(tenths[:3], default=0.0), max(tenths, default=0.0)
        room = ROOM_MB + held * bytes_each / 1e6
        is_flat = last - first <= room
        self.is_right &= is_flat
        shown = " ".join(f"{each:.0f}" for each in tenths)
        said = f"grew {last - first:.0f} MB after the third" + (f", {held:,} are held" if held else "")
        print(f"  MB at each tenth: {shown}; {said}" + ("" if is_flat else f"  WRONG, room is {room:.0f} MB"))


def price_rows(folder: Path, rows: int, seed: int, report: Report) -> None:
    """Price usage rows, in one call of the command."""
    expected = write_usage(folder, rows, seed)
    files = sorted(folder.iterdir())
    size = sum(path.stat().st_size for path in files)
    watched = run(["price", *map(str, files), "-f", "json", "-q"], folder.parent / "price.json")
    answer = json.loads((folder.parent / "price.json").read_bytes())
    print(f"price: {rows:,} rows, {size / 1e6:.0f} MB, {watched.took(rows)}")
    report.check("total_usd", Decimal(answer["total_usd"]), expected.usd)
    found = {name: count for name, count in answer["rows"].items() if count}
    report.check("rows", found, {"read": rows, **expected.rows})
    report.check("tokens", {name: answer["tokens"][name] for name in BUCKETS}, dict(expected.tokens))
    report.check("exit code", watched.code, int(any(expected.rows[name] for name in ("unpriced", "invalid"))))
    report.memory(watched.tenths, held=expected.identities, bytes_each=BYTES_A_CALL)


def estimate_requests(folder: Path, requests: int, seed: int, report: Report) -> None:
    """Estimate requests by the library, by the command, and lint them."""
    rng = random.Random(seed)
    words = Words(rng)
    path = folder / "requests.jsonl"
    with path.open("w", encoding="utf-8") as file:
        file.writelines(_line(make_request(rng, words)) for _ in range(requests))
    print(f"estimate: {requests:,} requests, {path.stat().st_size / 1e6:.0f} MB")
    documents, total = _by_library(path, requests, report)
    watched = run(["estimate", str(path), "-f", "jsonl", "--on", ON, "-q"], folder / "estimate.jsonl")
    print(f"  command: {watched.took(requests)}")
    differing, by_command = 0, Decimal(0)
    with (folder / "estimate.jsonl").open(encoding="utf-8") as lines:
        for line in lines:
            document = json.loads(line)
            if "cost" not in document:
                continue
            differing += _hash(document) != documents.pop(0)
            by_command += Decimal(document["cost"]["total_max"])
    report.check("answers that are not the library's", differing + len(documents), 0)
    report.check("total_max of all", by_command, total)
    report.check("exit code", watched.code, 0)
    report.memory(watched.tenths)
    watched = run(["lint", str(path), "-f", "json", "--on", ON], folder / "lint.json")
    answer = json.loads((folder / "lint.json").read_bytes())
    found = Counter(finding["severity"] for finding in answer["findings"])
    print(f"  lint: {watched.took(requests)}, findings {dict(found)}")
    report.check("requests checked", answer["checked"]["requests"], requests)
    report.check("exit code", watched.code, 0)
    report.memory(watched.tenths, held=len(answer["findings"]), bytes_each=BYTES_A_FINDING)


def _by_library(path: Path, requests: int, report: Report) -> tuple[list[int], Decimal]:
    """Return the hash of each answer and the sum of the worst cases; money is checked line by line."""
    from budgetcalc import estimate

    wrong, total, seen, objects = 0, Decimal(0), [], []
    answers: list[int] = []
    start = time.process_time()
    with path.open(encoding="utf-8") as lines:
        for at, line in enumerate(lines, 1):
            body = json.loads(line)
            document = estimate(body, on=ON).to_dict()
            answers.append(_hash(document))
            worst = sum(_amounts(document, body["model"]), Decimal(0))
            wrong += worst != Decimal(document["cost"]["total_max"])
            wrong += Decimal(document["cost"]["output_max"]) != amount(
                body["model"], (0, 0, 0, 0, body["max_tokens"])
            )
            total += worst
            if at % max(1, requests // 10) == 0:
                gc.collect()
                seen.append(_own_memory())
                objects.append(len(gc.get_objects()))
    took = time.process_time() - start
    print(f"  library: processor {took:.1f} s, {took / requests * 1e6:,.0f} us each")
    print(
        f"  objects at the first tenth {objects[0]:,}, at the half {objects[4]:,}, at the end {objects[-1]:,}"
    )
    report.check("amounts that are not tokens times rate", wrong, 0)
    is_steady = objects[-1] < 1.1 * objects[4]
    report.check("objects of the second half are few", is_steady, is_steady or "fewer than a tenth more")
    report.memory(seen)
    return answers, total


def _hash(document: dict[str, Any]) -> int:
    """Return what tells an answer from others, wherever the request was read."""
    findings = [
        {name: value for name, value in finding.items() if name not in {"file", "line", "fingerprint"}}
        for finding in document["findings"]
    ]
    return hash(_line({**document, "source": None, "findings": findings}))


def _amounts(document: dict[str, Any], model: str) -> Iterator[Decimal]:
    """Yield what a first call's lines come to at the prices of this file."""
    for line in document["cost"]["lines"]:
        if line["scenario"] == "first":
            yield line["tokens"] * Decimal(RATES[model][BUCKETS.index(line["bucket"])]) / 1_000_000


def _own_memory() -> float:
    """Return the megabytes of this process."""
    return _memory(os.getpid())


def main() -> None:
    """Run both, print, and exit with 1 if anything is wrong."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--requests", type=int, default=10_000)
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().getrandbits(32))
    parser.add_argument(
        "--folder", type=Path, help="where the inputs are written and kept; default: a temporary one"
    )
    options = parser.parse_args()
    print(f"seed {options.seed}")
    report = Report()
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        (folder / "usage").mkdir(parents=True, exist_ok=True)
        if options.requests:
            estimate_requests(folder, options.requests, options.seed, report)
        if options.rows:
            price_rows(folder / "usage", options.rows, options.seed, report)
    print("all as expected" if report.is_right else "NOT as expected")
    sys.exit(not report.is_right)


if __name__ == "__main__":
    main()
