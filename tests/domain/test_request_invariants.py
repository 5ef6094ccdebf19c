"""What holds for every request, whatever is in it."""

from __future__ import annotations

import copy
import json
import re
from datetime import date
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budgetcalc.counts import METHODS
from budgetcalc.library import count_text, estimate

from .builders import ON, ask, parts_of, text, tokens, user
from .strategies import bodies, models, words

QUICK = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
PLAIN_DIGITS = re.compile(r"\d+(\.\d*[1-9])?")
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
        for name in ("input", "input_cached", "output_max", "total_min", "total_max", "batch_total_max")
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
