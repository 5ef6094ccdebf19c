"""Recordings beside their estimates."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import budgetcalc
from budgetcalc.library import load_catalogue
from budgetcalc.locations import SourceRef
from budgetcalc.readers.recordings import record_of
from budgetcalc.recorded_counts import RecordingQuestion, Unread, count_recordings
from budgetcalc.recordings import Recording

from .calls import HELLO_TOKENS, counted, record, request

TEXTS = ["Hello, Claude", "What is the capital of France?", "1 2 3", "Привет", "x" * 50]


def estimates(records: list[dict[str, Any]]) -> list[Any]:
    """Return what each record is estimated at."""
    question = RecordingQuestion(load_catalogue(), undated=date(2026, 11, 1))
    read = [record_of(each, SourceRef("r")) for each in records]
    return [each.counted for each in count_recordings(question, read, Unread())]


@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(st.permutations(range(len(TEXTS))), st.lists(st.integers(1, 10**6), min_size=5, max_size=5))
def test_the_usage_is_only_compared_with(order: list[int], usages: list[int]) -> None:
    """Estimates stay the same when usages are exchanged among the recordings, whatever they are."""
    own = [record(request(text), tokens) for text, tokens in zip(TEXTS, usages, strict=True)]
    exchanged = [record(request(text), usages[i]) for text, i in zip(TEXTS, order, strict=True)]
    assert estimates(own) == estimates(exchanged)


def test_truth_is_all_three_input_buckets() -> None:
    """What was billed is uncached input, cache writes and cache reads together."""
    read = record_of(record(tokens=HELLO_TOKENS), SourceRef("r"))
    assert isinstance(read, Recording)
    assert read.input_tokens == HELLO_TOKENS == 5 + 3 + 2


def test_a_documented_count_is_exact() -> None:
    """The documented ten tokens of "Hello, Claude" are what is estimated."""
    report = budgetcalc.verify([record()])
    assert (report.figures.compared, report.figures.exact) == (1, 1)


def test_the_answer_is_by_model_and_feature() -> None:
    """Each recording counts in the group of its model and in that of its feature."""
    tool = {"name": "f", "input_schema": {"type": "object"}}
    report = budgetcalc.verify(
        [record(), record(request(model="claude-opus-4-6")), record(request(tools=[tool]), tokens=500)]
    )
    groups = {(group.by, group.value): group.figures.compared for group in report.tally.groups()}
    assert groups == {
        ("model", "claude-haiku-4-5-20251001"): 2,
        ("model", "claude-opus-4-6"): 1,
        ("feature", "text, system, turns"): 2,
        ("feature", "tools, first turn"): 1,
    }


def test_the_worst_cases_come_first_and_say_where() -> None:
    """Worst cases are sorted by relative error; equal errors of one model and feature are told as shared."""
    off = [record(request(text), counted(request(text)) + 7) for text in TEXTS[:2]]
    report = budgetcalc.verify([record(), *off, record(request(TEXTS[4]), counted(request(TEXTS[4])) + 1)])
    cases = list(report.tally.worst_first())
    assert [case.comparison.error for case in cases] == [-7, -7, -1]
    assert cases[0].comparison.ape > cases[1].comparison.ape > cases[2].comparison.ape
    assert (
        "2 recordings of this model and feature are off by the same -7" in report.case_dict(cases[0])["where"]
    )
    assert "recordings" not in report.case_dict(cases[2])["where"]
    assert report.shared_differences() == [(cases[0].difference, 2)]


def test_a_doubtful_part_is_named_as_the_place() -> None:
    """Where the estimate has a band, the part that it comes from is named with its JSON pointer."""
    body = request(tools=[{"type": "crystal_ball_20270101", "name": "crystal_ball"}])
    report = budgetcalc.verify([record(body, counted(body) + 300)])
    (case,) = report.to_dict()["worst"]
    assert case["where"].startswith("inside the band, which comes from: anthropic_tool")
    assert case["inexact_parts"][0]["path"] == "/tools/0"


def test_only_so_many_worst_cases_are_kept() -> None:
    """Of many wrong estimates only the worst ones are held."""
    from budgetcalc.recorded_counts import verify_recordings

    question = RecordingQuestion(load_catalogue(), undated=date(2026, 11, 1))
    read = [record_of(record(tokens=HELLO_TOKENS + n), SourceRef("r", n)) for n in range(1, 60)]
    report = verify_recordings(question, read, worst_cases=3)
    assert [case.source.line for case in report.tally.worst_first()] == [59, 58, 57]
    assert report.figures.compared == 59


@pytest.mark.parametrize(
    ("model", "compared"), [(None, 0), ("claude-opus-4-6", 1)], ids=["without a model", "filled by model="]
)
def test_a_model_fills_only_what_a_record_lacks(model: str | None, compared: int) -> None:
    """``model`` is taken where nothing names one, and never replaces a name."""
    nameless = record({key: value for key, value in request().items() if key != "model"})
    report = budgetcalc.verify([nameless], model=model)
    assert report.figures.compared == compared
    named = budgetcalc.verify([record()], model="claude-opus-4-6")
    assert next(group.value for group in named.tally.groups()) == "claude-haiku-4-5-20251001"


def test_an_unknown_model_is_skipped_and_counted() -> None:
    """A model that is not in the catalogue is no guess: the recording is left out with its reason."""
    report = budgetcalc.verify([record(), record(request(model="claude-next-9"))])
    assert report.records == 2
    assert dict(report.left_out) == {'unknown model "claude-next-9"': 1}
    stood_in = budgetcalc.verify([record(request(model="claude-next-9"))], treat_as="claude-haiku-4-5")
    assert stood_in.figures.compared == stood_in.figures.exact == 1


def test_the_day_of_the_recording_counts() -> None:
    """A recording is counted under the rules of its own day; without one that of ``on``."""
    body = request(model="claude-3-7-sonnet-latest", thinking={"type": "enabled", "budget_tokens": 1024})
    assert budgetcalc.verify([record(body, 100)], on="2025-06-01").undated == "2025-06-01"
    read = record_of(record(body, 100, date="2025-03-01T10:00:00Z"), SourceRef("r"))
    assert isinstance(read, Recording)
    assert str(read.date) == "2025-03-01"
