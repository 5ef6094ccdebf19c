"""What holds for every request, whatever is in it."""

from __future__ import annotations

import copy
import csv
import json
import re
from datetime import date
from io import StringIO
from typing import TYPE_CHECKING, Any, get_args

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budgetcalc.answers import Answer, Question, Report
from budgetcalc.counts import METHODS, PartKind, exact
from budgetcalc.library import count_text, estimate
from budgetcalc.models_report import ModelsReport
from budgetcalc.render import Look, renderer

from .builders import CATALOGUE, ON, ask, parts_of, text, tokens, user
from .strategies import bodies, models, words

if TYPE_CHECKING:
    from collections.abc import Iterator

QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
KINDS = {*get_args(PartKind)}
PLAIN_DIGITS = re.compile(r"\d+(\.\d*[1-9])?")
RATES = {"input", "output", "cache_read", "cache_write_5m", "cache_write_1h"}
DAYS = st.dates(date(2024, 6, 1), date(2027, 6, 1))


@QUICK
@given(bodies(), DAYS)
def test_parts_sum_and_every_band_holds_its_count(body: dict[str, Any], on: date) -> None:
    """The parts' tokens sum to the input; no low end is above its count, no high end below."""
    counted = estimate(body, on=on).counted
    assert sum(part.count.tokens for part in counted.parts) == counted.total.tokens
    counts = [counted.total, counted.stripped.count, counted.next_turn_strips.count, counted.kept_thinking]
    for each in [*counts, *(part.count for part in counted.parts)]:
        assert each.low <= each.tokens <= each.high
        assert each.method != "exact" or each.low == each.high
    assert counted.total.tokens > 0
    least = max((part.count.method for part in counted.parts), key=METHODS.index)
    assert counted.total.method == least
    widths = [part.count.high - part.count.low for part in counted.parts]
    assert counted.total.high - counted.total.low <= sum(widths)
    assert {part.kind for part in counted.parts} <= KINDS
    for stripped in (counted.stripped, counted.next_turn_strips):
        assert len(stripped.paths) == stripped.blocks
        assert bool(stripped.reason) == bool(stripped.blocks)
        assert stripped.blocks or stripped.count == exact(0)


@QUICK
@given(bodies(), DAYS, st.booleans())
def test_the_document_is_json_with_money_as_text(body: dict[str, Any], on: date, batch: bool) -> None:
    """Every estimate is JSON without losses, its money strings of plain digits, its lines the sum of its totals."""
    estimated = estimate(body, on=on, batch=batch)
    found = estimated.to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    cost = found["cost"]
    amounts = [
        cost[name]
        for name in (
            "input",
            "input_cached",
            "output_max",
            "total_min",
            "total_max",
            "total_max_high",
            "batch_total_max",
        )
    ]
    for line in cost["lines"]:
        amounts += [line["usd"], line["usd_per_mtok"], line["multiplier"]]
    assert all(amount is None or PLAIN_DIGITS.fullmatch(amount) for amount in amounts)
    for scenario, total in (("first", estimated.cost.input), ("later", estimated.cost.input_cached)):
        lines = [line for line in estimated.cost.lines if line.scenario == scenario]
        assert sum(line.usd for line in lines) == total + (estimated.cost.output_max or 0)
        assert sum(line.tokens for line in lines if line.bucket != "output") == estimated.counted.total.tokens
        assert all(line.tokens >= 0 for line in lines)


@QUICK
@given(bodies(), DAYS)
def test_an_estimate_is_pure(body: dict[str, Any], on: date) -> None:
    """The same body gives the same answer twice, and is not changed by it."""
    before = copy.deepcopy(body)
    first, second = estimate(body, on=on), estimate(body, on=on)
    assert first.to_dict() == second.to_dict()
    assert body == before


@QUICK
@given(bodies())
def test_a_usage_is_never_looked_at(body: dict[str, Any]) -> None:
    """What a call was billed changes nothing about what is expected of it."""
    billed = {"input_tokens": 1, "output_tokens": 2, "cache_read_input_tokens": 3}
    plain, recorded = estimate(body, on=ON), estimate(body | {"usage": billed}, on=ON)
    assert plain.counted == recorded.counted
    assert plain.cost == recorded.cost


def shuffled(value: Any, random: Any) -> Any:
    """Return a JSON value with the keys of its objects in another order, but for a call's arguments."""
    if isinstance(value, dict):
        keys = list(value)
        random.shuffle(keys)
        return {
            key: value[key] if key in {"input", "schema"} else shuffled(value[key], random) for key in keys
        }
    return [shuffled(each, random) for each in value] if isinstance(value, list) else value


@QUICK
@given(bodies(), st.randoms(use_true_random=False))
def test_the_order_of_keys_is_irrelevant(body: dict[str, Any], random: Any) -> None:
    """Keys of the body, its blocks and its tools may come in any order; only an output schema keeps its own."""
    assert estimate(shuffled(body, random), on=ON).counted == estimate(body, on=ON).counted


@QUICK
@given(bodies())
def test_every_path_leads_into_the_body(body: dict[str, Any]) -> None:
    """The paths of parts, breakpoints and stripped blocks are JSON pointers into the request."""
    estimated = estimate(body, on=ON)
    counted = estimated.counted
    paths = {part.path for part in counted.parts} | set(counted.stripped.paths)
    paths |= {mark.path for mark in estimated.cost.breakpoints}
    for path in paths - {"/output_config/format"}:
        value: Any = body
        for step in path.split("/")[1:]:
            value = value[int(step)] if isinstance(value, list) else value[step]


@QUICK
@given(bodies())
def test_each_thinking_block_is_either_kept_or_stripped(body: dict[str, Any]) -> None:
    """No thinking block is billed and stripped, and none is forgotten."""
    estimated = estimate(body, on=ON)
    given_ = [
        f"/messages/{i}/content/{j}"
        for i, message in enumerate(body["messages"])
        if isinstance(message["content"], list)
        for j, block in enumerate(message["content"])
        if "thinking" in block["type"]
    ]
    kept = [part.path for part in parts_of(estimated, "thinking")]
    assert sorted([*kept, *estimated.counted.stripped.paths]) == sorted(given_)


@QUICK
@given(bodies())
def test_breakpoints_stay_within_the_prompt_and_in_order(body: dict[str, Any]) -> None:
    """Prefixes grow from mark to mark and never exceed the input; what is read later was written or read first."""
    estimated = estimate(body, on=ON)
    sizes = [mark.prefix_tokens for mark in estimated.cost.breakpoints]
    assert sizes == sorted(sizes)
    assert all(0 <= size <= estimated.counted.total.tokens for size in sizes)
    first = {line.bucket: line.tokens for line in estimated.cost.lines if line.scenario == "first"}
    later = {line.bucket: line.tokens for line in estimated.cost.lines if line.scenario == "later"}
    written = first.get("cache_write_5m", 0) + first.get("cache_write_1h", 0)
    assert later.get("cache_read", 0) == written
    assert later["uncached_input"] == first["uncached_input"]


@QUICK
@given(models, words)
def test_a_message_is_its_text_and_its_frame(model: str, content: str) -> None:
    """One message costs the same as a string and as a block; alone, at least its frame."""
    as_text, as_block = tokens(model, content), tokens(model, [text(content)])
    assert as_text == as_block
    assert as_text >= 6


@QUICK
@given(st.sampled_from(["claude-sonnet-4-5", "claude-opus-4-8"]), words, words)
def test_a_further_message_never_lowers_the_count(model: str, first: str, second: str) -> None:
    """Counts are not monotone in a text's length, but a further message of the user always adds at least one."""
    one, two = [user(first)], [user(first), user(second)]
    assert tokens(model, messages=two) > tokens(model, messages=one)


@QUICK
@given(st.sampled_from(["claude-sonnet-4-5", "claude-opus-4-8"]), words, words)
def test_joined_texts_are_about_the_sum_of_their_tokens(model: str, first: str, second: str) -> None:
    """Joining two texts can merge tokens across the seam; what it cannot do is cost much more than both."""
    apart = count_text(first, model) + count_text(second, model)
    assert count_text(first + second, model) <= apart + 8


def test_counts_are_not_monotone_in_length() -> None:
    """A longer word may be fewer tokens: nothing may rely on a prefix costing less."""
    assert count_text("hell", "claude-sonnet-4-20250514") < count_text("hel", "claude-sonnet-4-20250514")


@QUICK
@given(bodies(), st.integers(1, 60_000), st.integers(1, 60_000))
def test_input_does_not_depend_on_max_tokens(body: dict[str, Any], one: int, other: int) -> None:
    """How much may be produced changes neither the count nor the cost of the input."""
    first = estimate(body | {"max_tokens": one}, on=ON)
    second = estimate(body | {"max_tokens": other}, on=ON)
    assert first.counted == second.counted
    assert first.cost.input == second.cost.input


def test_an_empty_conversation_has_nothing_to_count() -> None:
    """No messages are no tokens, and no exception."""
    assert ask("claude-sonnet-4-5", messages=[]).counted.total.tokens == 0


KEEPS_ALL = {"context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]}}


def turns_kept(number: int) -> dict[str, Any]:
    """Return a body's edit that keeps the thinking of so many turns."""
    keep = {"type": "thinking_turns", "value": number}
    return {"context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": keep}]}}


@QUICK
@given(bodies(), st.integers(1, 3))
def test_stripping_never_adds(body: dict[str, Any], turns: int) -> None:
    """What is stripped is not billed: fewer kept turns never count more, and all kept never less than any rule."""
    whole = estimate(body | KEEPS_ALL, on=ON).counted
    for edit in ({"context_management": None}, turns_kept(turns)):
        less = estimate(body | edit, on=ON).counted
        assert less.total.tokens <= whole.total.tokens
        assert less.stripped.blocks >= whole.stripped.blocks
    fewer, more = (estimate(body | turns_kept(number), on=ON).counted for number in (turns, turns + 1))
    assert fewer.total.tokens <= more.total.tokens
    assert fewer.stripped.blocks >= more.stripped.blocks


@QUICK
@given(bodies(), st.sampled_from(["system", "tool", "turn", "text"]), words.filter(str.strip))
def test_more_context_never_lowers_the_count(body: dict[str, Any], kind: str, said: str) -> None:
    """A system prompt, a further tool, an earlier turn or a further text only ever add; so do they to the band."""
    before = {name: value for name, value in body.items() if name not in {"system", "cache_control"}}
    after = dict(before)
    if kind == "system":
        after["system"] = said
    elif kind == "tool":
        tool = {"name": "a_further_tool", "description": said, "input_schema": {"type": "object"}}
        before["tools"] = [*before.get("tools", []), tool | {"name": "the_first_tool"}]
        after["tools"] = [*before["tools"], tool]
    elif kind == "turn":
        after["messages"] = [user(said), {"role": "assistant", "content": "Yes."}, *before["messages"]]
    else:
        after["messages"] = [*before["messages"], user([text(said)])]
        before["context_management"] = after["context_management"] = KEEPS_ALL["context_management"]
    less, more = (estimate(each, on=ON).counted.total for each in (before, after))
    assert less.tokens <= more.tokens
    assert less.low <= more.low


@QUICK
@given(st.lists(bodies(), min_size=1, max_size=3), st.booleans())
def test_every_machine_format_reads_back(several: list[dict[str, Any]], batch: bool) -> None:
    """JSON, its lines and the rows of CSV hold what was computed, and rows of parts sum to the billed input."""
    estimates = [estimate(body, on=ON, batch=batch) for body in several]
    report = Report(Question(CATALOGUE, today=ON), [Answer(each, (), ()) for each in estimates])
    documents = [each.to_dict() for each in estimates]
    assert json.loads(rendered("json", report)) == report.to_dict()
    assert [*map(json.loads, rendered("jsonl", report).splitlines())] == report.to_dict()["estimates"]
    rows = list(csv.DictReader(StringIO(rendered("csv", report))))
    parts = [part for document in documents for part in document["parts"]]
    names = ("tokens", "low", "high")
    assert [tuple(int(row[name]) for name in names) for row in rows] == [
        tuple(part[name] for name in names) for part in parts
    ]
    assert [(row["kind"], row["path"], row["method"]) for row in rows] == [
        (part["kind"], part["path"], part["method"]) for part in parts
    ]
    assert sum(int(row["tokens"]) for row in rows) == sum(each.counted.total.tokens for each in estimates)


def rendered(format_: str, report: Report) -> str:
    """Return a report as the command writes it."""
    return "".join(renderer("estimate", format_)(report, Look()))


@given(DAYS)
def test_the_catalogue_reads_back(on: date) -> None:
    """The models of any day as JSON and as CSV: every rate is plain digits, and both say the same."""
    report = ModelsReport(CATALOGUE, on, tuple(CATALOGUE.models.values()))
    document = json.loads("".join(renderer("models", "json")(report, Look())))
    assert document == report.to_dict()
    rates = [rate for model in document["models"] for rate in amounts_in(model)]
    assert len(rates) > 3 * len(document["models"])
    assert all(PLAIN_DIGITS.fullmatch(rate) for rate in rates)


def amounts_in(value: Any) -> Iterator[str]:
    """Yield the rates and fees of a document."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and (name in RATES or name.endswith("usd")):
                yield each
            else:
                yield from amounts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from amounts_in(each)


@QUICK
@given(bodies(), DAYS, st.booleans())
def test_the_end_of_the_band_is_never_cheaper(body: dict[str, Any], on: date, batch: bool) -> None:
    """total_max_high is known where total_max is, no less than it, and the same exactly where the count is exact."""
    estimated = estimate(body, on=on, batch=batch)
    cost, total = estimated.cost, estimated.counted.total
    assert (cost.total_max is None) == (cost.total_max_high is None)
    if cost.total_max is not None and cost.total_max_high is not None:
        assert cost.total_max_high >= cost.total_max
        assert (cost.total_max_high == cost.total_max) == (total.high == total.tokens)
