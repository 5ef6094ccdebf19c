"""The baseline: a ratchet over findings, and a file that is what was written."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.baseline import Baseline, baseline_of, hold_against, merged
from budgetcalc.comparison import Comparison, compare_measurements
from budgetcalc.errors import UsageError
from budgetcalc.findings import Finding
from budgetcalc.lint_report import PlacedFinding
from budgetcalc.measurements import Measurement
from budgetcalc.readers.baseline_file import baseline_text, read_baseline
from budgetcalc.records import replace


def placed(measured: Any = 120, limit: Any = 100, *, file: str = "a.json", **more: Any) -> PlacedFinding:
    finding = Finding("BC101", "budget-input-tokens", "error", "over", "", "", measured, limit)
    return PlacedFinding(finding, file, **more)


def measured(file: str = "a.json", tokens: int = 100, usd: Decimal | None = None) -> Measurement:
    return Measurement(file, 1, tokens, 0, 0, usd, usd, tokens)


BASELINE = baseline_of([measured()], [placed(120)])


@pytest.mark.parametrize(
    ("now", "limit", "state"),
    [
        (120, 100, "accepted"),
        (119, 100, "better"),
        (121, 100, "counts"),
        (120, 90, "accepted"),  # a tighter limit alone makes nothing worse
        (None, 100, "counts"),
    ],
)
def test_a_finding_is_accepted_while_it_is_no_worse(now: int | None, limit: int, state: str) -> None:
    """The figure of the baseline is the new limit."""
    ratchet = hold_against([placed(now, limit)], BASELINE)
    assert (len(ratchet.findings), len(ratchet.accepted), len(ratchet.better)) == {
        "accepted": (0, 1, 0),
        "better": (0, 1, 1),
        "counts": (1, 0, 0),
    }[state]


def test_a_limit_from_below_gets_worse_downwards() -> None:
    """Less headroom than in the baseline is worse, more is better."""
    baseline = baseline_of([], [placed(50, 100)])
    assert hold_against([placed(49, 100)], baseline).findings
    assert hold_against([placed(51, 100)], baseline).better


def test_another_file_is_another_finding() -> None:
    """What is accepted in one file is new in the next, and the old one is gone."""
    ratchet = hold_against([placed(file="b.json")], BASELINE)
    assert [each.file for each in ratchet.findings] == ["b.json"]
    assert [each.file for each in ratchet.gone] == ["a.json"]


def test_what_cannot_be_measured_is_never_accepted() -> None:
    """A file that could not be read once does not pass for ever."""
    broken = placed(None, None, is_unmeasured=True)
    assert hold_against([broken], baseline_of([], [broken])).findings == (broken,)


def test_a_run_on_some_files_keeps_what_is_known_of_the_others() -> None:
    """Writing the baseline of one file does not forget the rest; a whole run does."""
    later = baseline_of([measured("b.json")], [placed(file="b.json")])
    both = merged(BASELINE, later, is_whole=False)
    assert set(both.measurements) == {"a.json", "b.json"}
    assert {each.file for each in both.accepted.values()} == {"a.json", "b.json"}
    assert merged(BASELINE, later, is_whole=True) == later


FIGURES = st.none() | st.integers(-(10**12), 10**12) | st.decimals(0, 10**6, places=9)
FINDINGS = st.lists(
    st.tuples(st.sampled_from(["a", "b\n", "ü/c"]), FIGURES, FIGURES), max_size=8, unique_by=lambda f: f[0]
).map(lambda rows: [placed(figure, limit, file=file) for file, figure, limit in rows])
MEASUREMENTS = st.lists(
    st.builds(
        measured, st.text(max_size=5), st.integers(0, 10**12), st.none() | st.decimals(0, 99, places=12)
    ),
    max_size=5,
    unique_by=lambda each: each.file,
)


@given(MEASUREMENTS, FINDINGS)
def test_what_is_written_is_what_is_read(tmp_path_factory: Any, files: list[Measurement], found: Any) -> None:
    """Reading a written baseline gives it back, and it accepts the run it was made of."""
    baseline = baseline_of(files, found)
    path = tmp_path_factory.mktemp("baseline") / "b.json"
    path.write_text(baseline_text(baseline), "utf-8")
    again = read_baseline(path)
    assert isinstance(again, Baseline)
    assert again.to_dict() == baseline.to_dict()
    ratchet = hold_against(found, again)
    assert (ratchet.findings, ratchet.gone, ratchet.better) == ((), (), ())


GOOD = json.loads(baseline_text(BASELINE))


def broken(change: Any) -> bytes:
    document = json.loads(json.dumps(GOOD))
    change(document)
    return json.dumps(document).encode()


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "damaged"),
        (b"<<<<<<< HEAD\n{}", "damaged"),
        (b"[1]", "schema"),
        (b'{"schema": "budgetcalc/baseline/v2"}', "schema"),
        (b'{"schema": "budgetcalc/baseline/v1"}', "`files`"),
        (b"\xff\xfe\x00", "damaged"),
        (b"[" * 100_000, "damaged"),
        (broken(lambda d: d["files"]["a.json"].update(input_tokens=-1)), "a.json, input_tokens"),
        (broken(lambda d: d["files"]["a.json"].update(input_tokens=1.5)), "a.json, input_tokens"),
        (broken(lambda d: d["files"]["a.json"].update(cost_usd=1)), "a.json, cost_usd"),
        (broken(lambda d: d["files"]["a.json"].update(cost_usd="NaN")), "a.json, cost_usd"),
        (broken(lambda d: d["files"].update({"x\x1b[31m": 3})), "no object"),
        (broken(lambda d: d["accepted"].append("x")), "entry 1"),
        (broken(lambda d: d["accepted"][0].update(measured=True)), "entry 0"),
        (b'{"schema": "budgetcalc/baseline/v1", "files": {"a": {}, "a": {}}, "accepted": []}', "damaged"),
    ],
)
def test_a_damaged_baseline_is_said(tmp_path: Path, content: bytes, said: str) -> None:
    """A merge that went wrong is no empty baseline: it is said, with what to do."""
    path = tmp_path / "b.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match="baseline") as caught:
        read_baseline(path)
    assert said in caught.value.message
    assert "--write-baseline" in caught.value.hint
    assert "\x1b" not in str(caught.value)


def test_no_file_is_no_baseline(tmp_path: Path) -> None:
    """A project starts without one."""
    assert read_baseline(tmp_path / "none.json") is None


@given(MEASUREMENTS, MEASUREMENTS)
def test_changes_add_up(before: list[Measurement], after: list[Measurement]) -> None:
    """The change is that of the sums; both directions are each other's opposite, the largest impact first."""
    there, back = compare_measurements(before, after), compare_measurements(after, before)
    tokens = sum(each.suite_input_tokens for each in after) - sum(each.suite_input_tokens for each in before)
    assert Comparison("r", "c", there).token_change == tokens == -Comparison("r", "c", back).token_change
    impacts = [abs(each.cost_change_usd or 0) for each in there]
    assert impacts == sorted(impacts, reverse=True)


def test_a_cost_that_is_not_known_is_not_nothing() -> None:
    """Without max_tokens on one side neither the file's change nor the sum is known."""
    changes = compare_measurements([measured(usd=None)], [measured(usd=Decimal("0.1"))])
    assert [each.cost_change_usd for each in changes] == [None]
    assert Comparison("r", "c", changes).cost_change_usd is None


NAMES = st.text(st.sampled_from(["a", "0", "1", "\0", "/", "\\", "x", "\udcff", "\ufffd", "é"]), max_size=4)


@given(st.lists(st.tuples(NAMES, NAMES, st.integers(0, 11)), min_size=2, max_size=9, unique=True))
def test_fingerprints_of_different_findings_differ(places):
    """Whatever stands in names of files and keys of JSON, NUL and the number of an occurrence among it."""
    finding = placed().finding
    found = [replace(finding, path=path).fingerprint(file, at) for file, path, at in places]
    assert len(set(found)) == len(found)


def test_a_fingerprint_under_another_name_accepts_nothing():
    """Who reads a baseline reads names; an entry that names a harmless file accepts nothing of another one."""
    [known] = baseline_of([], [placed(120)]).accepted.values()
    for changed in ({"file": "harmless.json"}, {"rule": "BC601"}, {"path": "/x"}):
        baseline = Baseline({}, {known.fingerprint: replace(known, **changed)})
        assert hold_against([placed(120)], baseline).accepted == ()


def test_a_name_that_is_no_utf_8_is_accepted_again(tmp_path):
    """JSON has no such characters: they are read as U+FFFD, and the finding is known all the same."""
    found = placed(120, file="a\udcff.json")
    path = tmp_path / "baseline.json"
    path.write_text(baseline_text(baseline_of([measured("a\udcff.json")], [found])), encoding="utf-8")
    assert hold_against([found], read_baseline(path)).accepted == (found,)


def test_two_entries_of_one_fingerprint_are_damage(tmp_path):
    """One of them would count for both."""
    document = baseline_of([], [placed(120)]).to_dict()
    document["accepted"] *= 2
    path = tmp_path / "baseline.json"
    path.write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises(UsageError, match="accepted, entry 1 has the fingerprint of entry 0"):
        read_baseline(path)
