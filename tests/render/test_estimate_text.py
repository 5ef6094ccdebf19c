"""The page and the table of ``estimate``."""

from __future__ import annotations

from typing import Any

from budgetcalc.answers import Failure
from budgetcalc.counts import Part, exact
from budgetcalc.estimates import SourceRef
from budgetcalc.render import Look, renderer


def text(report: Any, **look: Any) -> str:
    """Return the rendered report."""
    return "".join(renderer("estimate", "text")(report, Look(**look)))


def test_verdict_and_cost_come_last(report: Any, answer: Any) -> None:
    """The eye ends on the verdict and what it costs."""
    last = text(report(answer())).splitlines()[-4:]
    assert last[0].startswith("FITS; input and max_tokens need 17,633 of 200,000 tokens, 182,367 left")
    assert [row.split("  ")[1] for row in last[1:]] == ["input", "at most", "in a batch, at most"]


def test_parts_have_a_running_total_that_ends_in_the_input(report: Any, answer: Any) -> None:
    """Parts stand under their message, and the running total ends in the input."""
    page = text(report(answer()))
    assert "message 2 user" in page
    assert "1,633" in page
    assert "input 1,633 (1,613–1,653) tokens, formula" in page


def test_stripped_thinking_is_its_own_line_and_not_in_the_total(report: Any, answer: Any) -> None:
    """Stripped thinking is shown in brackets and explained."""
    page = text(report(answer()))
    assert "(320)" in page
    assert "not billed" in page
    assert "stripped, not billed: 320 (300–340) tokens in 1 block: a user turn follows" in page


def test_the_formula_has_this_requests_figures(report: Any, answer: Any) -> None:
    """The context-window formula is written out and its sum is what is needed."""
    expected = "200,000 ≥ (1,953 input − 320 stripped thinking) + 10,000 thinking + 6,000 output = 17,633"
    assert expected in text(report(answer()))


def test_findings_are_grouped_by_severity_with_hints(report: Any, answer: Any, exceeded: Any) -> None:
    """Limits and errors first, then warnings, then notes; hints under their finding."""
    page = text(report(answer(limits=(exceeded,))))
    order = [
        page.index(word) for word in ("error cost is over", "warning BC501", "hint: a hint", "note BC502")
    ]
    assert order == sorted(order)


def test_no_max_tokens_is_said(report: Any, answer: Any) -> None:
    """Without max_tokens the worst case is unknown, not zero."""
    page = text(report(answer(max_tokens=None, thinking=None)))
    assert "at most  unknown: the request has no max_tokens" in page
    assert "input needs 1,633" in page


def test_over_the_window(report: Any, answer: Any) -> None:
    """What does not fit is in the bar and in the verdict."""
    page = text(report(answer(parts=(Part("text", "/messages/0/content", 0, exact(250_000)),))))
    assert "OVER WINDOW" in page
    assert "66,000 too many" in page
    assert "! does not fit 66,000" in page


def test_many_parts_become_one_row_a_message(report: Any, answer: Any) -> None:
    """A long conversation has a row for each message, and every part with -v."""
    parts = tuple(Part("text", f"/messages/0/content/{i}", 0, exact(1)) for i in range(100))
    assert "/messages/0/content/99" not in text(report(answer(parts=parts)))
    assert "/messages/0/content/99" in text(report(answer(parts=parts)), verbose=True)


def test_several_requests_are_a_table_with_a_total(report: Any, answer: Any) -> None:
    """One line a request and their sum; the pages come with -v."""
    answers = [answer(source=SourceRef("rows.jsonl", line)) for line in (1, 2)]
    table = text(report(*answers))
    assert "rows.jsonl:1" in table
    assert "2 requests: 3,266 (3,226–3,306) input tokens" in table
    assert "formula" not in table
    assert text(report(*answers), verbose=True).count("context window 200,000") == 2


def test_several_models_are_side_by_side(report: Any, answer: Any) -> None:
    """One request held against several models has no sum; on a narrow terminal the table lies on its side."""
    answers = [answer(model=model, thinking=None) for model in ("claude-haiku-4-5", "claude-opus-4-6")]
    assert "requests:" not in text(report(*answers))
    narrow = text(report(*answers), terminal=True, width=80)
    assert all(len(row) <= 80 for row in narrow.splitlines())
    titles = next(row for row in narrow.splitlines() if row.startswith("model"))
    assert titles.split() == ["model", "claude-haiku-4-5-20251001", "claude-opus-4-6"]


def test_failures_are_counted(report: Any, answer: Any) -> None:
    """What could not be answered is not forgotten."""
    failed = Failure(SourceRef("bad.json"), "no JSON")
    assert "1 not answered" in text(report(answer(), failed))
    assert text(report(failed)) == ""


def test_a_stand_in_is_said(report: Any, answer: Any) -> None:
    """The page of an unknown model says as what it was treated."""
    page = text(report(answer(treated_as="[bold]mine[/bold]")))
    assert "claude-sonnet-4-5-20250929, treating [bold]mine[/bold] as it" in page
