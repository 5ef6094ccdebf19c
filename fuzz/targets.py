"""What is fuzzed: one function of bytes for each reader, from the bytes to the rendered answer.

A target returns when the input was answered or refused with a :class:`~budgetcalc.BudgetcalcError` that is fit to
be shown. Anything else it raises is a bug; so is a :class:`WrongAnswerError`, which says that two ways that have to
agree do not.
"""

from __future__ import annotations

import io
import json
import os
import tempfile
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budgetcalc.answers import Answer, Failure, Question, Report, answer_request
from budgetcalc.errors import BudgetcalcError
from budgetcalc.library import estimate, load_catalogue
from budgetcalc.readers.requests import FailedItem, read_requests
from budgetcalc.render import Look, renderer
from budgetcalc.usage_question import UsageQuestion
from budgetcalc.usage_run import price_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from budgetcalc.readers.usage.transcript_kinds import Piece, Pieces
    from budgetcalc.usage_report import PricedUsage

ON = date(2026, 11, 22)
_LOOK = Look()


class WrongAnswerError(Exception):
    """Two ways that have to agree do not, or a message is not fit to be shown."""


@cache
def _folder() -> Path:
    """Return a folder for readers that take a path: in memory where there is one."""
    memory = Path("/dev/shm")
    return Path(tempfile.mkdtemp(prefix="budgetcalc-fuzz-", dir=memory if memory.is_dir() else None))


def _file(name: str, data: bytes) -> Path:
    path = _folder() / f"{os.getpid()}-{name}"
    path.write_bytes(data)
    return path


def _check_sentence(message: str) -> None:
    """Hold that a message says something and is not the text of a file."""
    if not message.strip() or len(message) > 2_000:
        raise WrongAnswerError(f"a message of {len(message)} characters")


def _refused(call: Callable[[], Any]) -> Any:
    """Return what a call returns, or ``None`` when it refuses its input in words."""
    try:
        return call()
    except BudgetcalcError as error:
        _check_sentence(error.message)
        str(error)
        return None


# ---- requests ----------------------------------------------------------------------------------------------


def _outcomes(data: bytes, **options: Any) -> list[Answer | Failure]:
    catalogue = load_catalogue()
    question = Question(catalogue, ON, treat_as=catalogue.find("claude-opus-4-6"))
    found: list[Answer | Failure] = []
    for item in read_requests("-", stdin=io.BytesIO(data), **options):
        if isinstance(item, FailedItem):
            _check_sentence(item.message)
            found.append(Failure(item.source, item.message, item.hint, item.location))
        else:
            found += answer_request(
                question, item.request, item.source, item.date, warnings=item.warnings, notes=item.notes
            )
    return found


def _counts(outcomes: list[Answer | Failure]) -> list[object]:
    for each in outcomes:
        if isinstance(each, Answer):
            counted = each.estimate.counted
            if sum(part.count.tokens for part in counted.parts) != counted.total.tokens:
                raise WrongAnswerError("the parts do not sum to the total")
    return [
        each.estimate.counted.total if isinstance(each, Answer) else type(each).__name__ for each in outcomes
    ]


def read_and_estimate(data: bytes) -> None:
    """Read requests, count and price them, render the answers; the writing of JSON changes no count."""
    outcomes = _outcomes(data)
    catalogue = load_catalogue()
    for format_ in ("json", "text", "csv", "markdown"):
        "".join(renderer("estimate", format_)(Report(Question(catalogue, ON), iter(outcomes)), _LOOK))
    rewritten = _rewritten(data)
    if rewritten is None:
        return
    # An object whose keys come in another order is read and counted in that order, so the order stays.
    again = _outcomes(rewritten)
    if _counts(again) != _counts(outcomes):
        raise WrongAnswerError(f"{_counts(outcomes)} became {_counts(again)} by the writing of the JSON")


def _rewritten(data: bytes) -> bytes | None:
    """Return a JSON document in other words: spaces, escapes; ``None`` for anything that is no document."""
    try:
        value = json.loads(data.decode())
        if not isinstance(value, dict | list):
            return None
        return json.dumps(value, indent=3, ensure_ascii=True, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return None


def read_and_lint(data: bytes) -> None:
    """Read requests or tools and hold every rule against them."""
    from budgetcalc.lint.rules import RULES
    from budgetcalc.readers.measuring import LintQuestion, measure_file

    path = _file("lint.json", data)
    question = LintQuestion(
        load_catalogue(), ON, default_model="claude-opus-4-6", selected=frozenset(rule.id for rule in RULES)
    )
    _refused(lambda: measure_file(question, str(path), "lint.json"))


# ---- usage -------------------------------------------------------------------------------------------------


def _priced(data: bytes, *, packs: bool, by: tuple[Any, ...] = ()) -> PricedUsage | None:
    from budgetcalc.readers.usage import read_usage

    def price() -> PricedUsage:
        question = UsageQuestion(load_catalogue(), ON, by=by, lines=bool(by), timeline=bool(by))
        return price_rows(question, read_usage("-", stdin=io.BytesIO(data), packs=packs))

    result: PricedUsage | None = _refused(price)
    return result


def read_and_price(data: bytes) -> None:
    """Read a usage report, price it by everything there is, render it; the fast and the slow way agree."""
    report = _priced(data, packs=True, by=("day", "model", "project", "session"))
    slow = _priced(data, packs=False)
    if (report is None) != (slow is None):
        raise WrongAnswerError("the fast way and the slow one do not both answer")
    if report is None or slow is None:
        return
    for format_ in ("json", "text", "csv", "markdown", "html"):
        "".join(renderer("price", format_)(report, _LOOK))
    if _sums(report) != _sums(slow):
        raise WrongAnswerError(f"{_sums(report)} the fast way, {_sums(slow)} the slow one")


def _sums(report: PricedUsage) -> object:
    rows = report.rows
    return report.total_usd, rows.priced, rows.unpriced, rows.invalid, rows.deduplicated


def compare_line_readers(data: bytes) -> None:
    """Take lines apart by compiled code and by Python: what both take is the same, and what is taken is JSON."""
    from budgetcalc.readers.usage.transcript_kinds import Kinds
    from budgetcalc.readers.usage.transcript_packing import pieces
    from budgetcalc.readers.usage.transcript_view import compiled_pieces

    compiled = compiled_pieces()
    if compiled is None:
        return

    def taken(reader: Pieces, block: bytes) -> list[Piece]:
        found, _ = reader(block, 0, len(block), 1, Kinds(""))
        return [piece for piece in found if isinstance(piece, tuple) or piece.rows]

    def is_ordinary(reader: Pieces, block: bytes) -> bool:
        return not any(isinstance(piece, tuple) for piece in taken(reader, block))

    lines = data.split(b"\n")
    for line in lines:
        if line.strip() and is_ordinary(compiled, line):
            json.loads(line)
    ordinary = [line for line in lines if is_ordinary(compiled, line)]
    both = b"\n".join(line for line in ordinary if is_ordinary(pieces, line))
    if both and taken(compiled, both) != taken(pieces, both):
        raise WrongAnswerError(f"{taken(compiled, both)} by compiled code, {taken(pieces, both)} by Python")
    found, number = compiled(data, 0, len(data), 1, Kinds(""))
    unusual = [piece[0] for piece in found if isinstance(piece, tuple)]
    if unusual != [at for at, line in enumerate(lines, 1) if not is_ordinary(compiled, line)]:
        raise WrongAnswerError("a line is read in another way beside others")
    if number != data.count(b"\n") + bool(data.rpartition(b"\n")[2]) + 1:
        raise WrongAnswerError(f"the line behind the last one is {number}")


def read_costs_reported(data: bytes) -> None:
    """Read what the provider says it charged."""
    from budgetcalc.readers.cost_files import read_costs

    _refused(lambda: list(read_costs("-", stdin=io.BytesIO(data))))


# ---- recordings --------------------------------------------------------------------------------------------


def read_and_verify(data: bytes) -> None:
    """Read recordings, compare and learn from them, render both; a calibration that was written is read again."""
    from budgetcalc.readers.calibration_file import read_calibration
    from budgetcalc.readers.recordings import read_recordings
    from budgetcalc.recorded_counts import RecordingQuestion, calibrate_recordings, verify_recordings

    catalogue = load_catalogue()
    question = RecordingQuestion(catalogue, ON, "claude-opus-4-6", catalogue.find("claude-opus-4-6"))
    records = _refused(lambda: list(read_recordings("-", stdin=io.BytesIO(data))))
    if records is None:
        return
    for each in records:
        if hasattr(each, "message"):
            _check_sentence(each.message)
    report = verify_recordings(question, records)
    for format_ in ("json", "text", "csv", "markdown"):
        "".join(renderer("verify", format_)(report, _LOOK))
    learned = calibrate_recordings(question, records, made_on=ON, version="0")
    for format_ in ("text", "json"):
        written = "".join(renderer("calibrate", format_)(learned, _LOOK))
        read = read_calibration(_file("learned.yaml", written.encode()))
        if "".join(renderer("calibrate", format_)(read, _LOOK)) != written:
            raise AssertionError("a calibration changed by being read")


def read_calibration_file(data: bytes) -> None:
    """Read a calibration and count with it."""
    path = _file("calibration.yaml", data)
    table = _refused(lambda: load_catalogue(calibration=path))
    if table is None:
        return
    body = {
        "model": "claude-haiku-4-5",
        "max_tokens": 5,
        "messages": [{"role": "user", "content": "Hello"}],
        "tools": [{"type": "web_search_20250305", "name": "web_search"}],
    }
    estimated = _refused(lambda: estimate(body, on=ON, catalogue=table))
    if estimated is not None:
        json.dumps(estimated.to_dict())


# ---- files and caches --------------------------------------------------------------------------------------


class _Trickle(io.BytesIO):
    """A pipe that brings few bytes at a time."""

    def read1(self, size: int | None = -1, /) -> bytes:
        return self.read(min(3, size or 3))


def read_lines(data: bytes) -> None:
    """Read a stream: packed or not, in any encoding; a slow pipe brings the same lines as a quick one."""
    from budgetcalc.input_limits import Limits
    from budgetcalc.readers.files import open_input

    limits = Limits(document=5_000, line=200, expansion=50)

    def lines(stdin: io.BytesIO) -> Any:
        return _refused(lambda: list(open_input("-", stdin=stdin, limits=limits).lines()))

    if lines(io.BytesIO(data)) != lines(_Trickle(data)):
        raise WrongAnswerError("a slow pipe brings other lines than a quick one")


def read_lint_cache(data: bytes) -> None:
    """Read a cache of lint that something else wrote; it is kept or forgotten."""
    from budgetcalc.readers.lint_cache import LintCache

    folder = _folder()
    LintCache(folder, "q").path.write_bytes(data)
    cache = LintCache(folder, "q")
    cache.changed = True
    cache.save()
    again = LintCache(folder, "q")
    if (again.files, again.usages) != (cache.files, cache.usages):
        raise WrongAnswerError("a cache that was written is not the one that was read")


# ---- what people write -------------------------------------------------------------------------------------


def _config(name: str) -> Callable[[bytes], None]:
    def target(data: bytes) -> None:
        from budgetcalc.readers.config_file import read_config

        _refused(lambda: read_config(_file(name, data)))

    return target


def read_pricing(data: bytes) -> None:
    """Lay a price file over the bundled one."""
    from budgetcalc.readers.pricing_file import read_catalogue

    _refused(lambda: read_catalogue(_file("pricing.yaml", data)))


def read_baseline_file(data: bytes) -> None:
    """Read a baseline; what was read is written and read again as the same."""
    from budgetcalc.readers.baseline_file import baseline_text, read_baseline

    baseline = _refused(lambda: read_baseline(_file("baseline.json", data)))
    if baseline is None:
        return
    again = read_baseline(_file("again.json", baseline_text(baseline).encode()))
    if again != baseline:
        raise WrongAnswerError("a baseline that was written is not the one that was read")


# ---- texts, pictures, schemas ------------------------------------------------------------------------------


@cache
def _oracle(vocabulary: str) -> Any:
    from ctok.main import TokenizerModel, _document

    document = _document({"v3": "pieces_v3.json", "v4.7": "pieces_v4_7.json"}[vocabulary])
    return TokenizerModel({**document, "meta": {**document["meta"], "frame_bow": False}})


def count_as_ctok(data: bytes) -> None:
    """Count a short text with Claude's tokenizers and with ctok."""
    from ctok.engine import tile

    from budgetcalc.claude_text import count_claude_text

    text = data[:400].decode("utf-8", "replace")
    for vocabulary in ("v3", "v4.7"):
        ours = count_claude_text(text, vocabulary)  # type: ignore[arg-type]
        theirs = tile(text, _oracle(vocabulary))[0]
        if ours != theirs:
            raise WrongAnswerError(f"{vocabulary}: {ours} tokens, {theirs} by ctok: {text!a}")


@cache
def _both_ways(vocabulary: str) -> tuple[Any, Any] | None:
    from budgetcalc.claude_text import _native_tiler
    from budgetcalc.claude_tiling import PythonTiler
    from budgetcalc.claude_vocabulary import load_vocabulary
    from budgetcalc.native import load

    known, words = load_vocabulary(vocabulary), load("words")  # type: ignore[arg-type]
    return (_native_tiler(words, known), PythonTiler(known)) if words else None


def count_both_ways(data: bytes) -> None:
    """Count a text with the loops in C, where they were built, and with those in Python."""
    from budgetcalc.claude_text import normalise

    text = normalise(data.decode("utf-8", "replace"), fold_quotes=False)
    for vocabulary in ("v3", "v4.7"):
        for after_mark in (False, True):
            counts = [tiler.count(text, after_mark) for tiler in _both_ways(vocabulary) or ()]
            if len({*counts}) > 1:
                raise WrongAnswerError(f"{vocabulary}: {counts} tokens in C and in Python: {text!a}")


def count_other_texts(data: bytes) -> None:
    """Count a text with OpenAI's tokenizers and estimate it for Gemini."""
    from budgetcalc.gemini_text import estimate_gemini_text
    from budgetcalc.openai_text import count_openai_text

    text = data.decode("utf-8", "surrogateescape")
    for encoding in ("cl100k_base", "o200k_base"):
        _refused(lambda name=encoding: count_openai_text(text, name))
    tokens, low, high = estimate_gemini_text(text)
    if not low <= tokens <= high:
        raise WrongAnswerError(f"{tokens} is not within {low} to {high}")


def look_at_media(data: bytes) -> None:
    """Look at the header of a picture and the pages of a PDF."""
    from base64 import b64encode

    from budgetcalc import media

    size = media.image_size(data)
    media.image_media_type(data)
    media.image_is_cut(data)
    if media.base64_image_size(b64encode(data).decode()) != size:
        raise WrongAnswerError("base64 changes the size of a picture")
    for page in media.pdf_pages(data) or ():
        if not (page.width > 0 and page.height > 0):
            raise WrongAnswerError(f"a page of {page.width} by {page.height}")
    media.pdf_file(data)


def check_schema(data: bytes) -> None:
    """Check a tool's schema, as JSON that the reader takes; the document is also held against itself."""
    from budgetcalc.lint import strict_schemas, tool_schemas
    from budgetcalc.readers.json_text import decode_json

    decoded = _refused(lambda: decode_json(data.decode("utf-8", "replace")))
    if decoded is None:
        return
    schema = decoded.value
    list(tool_schemas.schema_problems(schema))
    list(tool_schemas.dead_references(schema))
    tool_schemas.misfit(schema, schema)
    tool_schemas.misfit({"a": 1, "b": [1, "x", None]}, schema)
    if isinstance(schema, dict):
        strict_schemas.has_reference_cycle(schema)
        list(strict_schemas.subschemas(schema, ""))


def _lines_of(names: Iterable[str], target: Callable[[bytes], None]) -> Iterator[tuple[str, Any]]:
    return ((name, target) for name in names)


USAGE = (
    "usage-messages",
    "usage-transcripts",
    "usage-sse",
    "usage-batch",
    "usage-admin",
    "usage-console-csv",
    "usage-bedrock",
    "usage-litellm",
    "usage-openrouter",
    "usage-otel",
    "usage-langfuse",
    "usage-helicone",
    "usage-headless",
)
REQUESTS = (
    "requests-json",
    "requests-jsonl",
    "requests-batch",
    "requests-openai",
    "requests-converse",
    "requests-text",
)
RECORDINGS = ("recordings-jsonl", "recordings-cassette", "recordings-har")

TARGETS: dict[str, Callable[[bytes], None]] = {
    **dict(_lines_of(REQUESTS, read_and_estimate)),
    "lint": read_and_lint,
    **dict(_lines_of(USAGE, read_and_price)),
    "transcript-lines": compare_line_readers,
    **dict(_lines_of(RECORDINGS, read_and_verify)),
    "costs": read_costs_reported,
    "config-yaml": _config("budgetcalc.yaml"),
    "config-toml": _config("pyproject.toml"),
    "pricing": read_pricing,
    "baseline": read_baseline_file,
    "calibration": read_calibration_file,
    "lint-cache": read_lint_cache,
    "streams": read_lines,
    "claude-text": count_as_ctok,
    "claude-text-in-c": count_both_ways,
    "other-texts": count_other_texts,
    "media": look_at_media,
    "tool-schema": check_schema,
}
"""Every target by its name; ``seeds`` has inputs for each."""
