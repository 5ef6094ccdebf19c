"""Markdown."""

from __future__ import annotations

from typing import Any

from budgetcalc.answers import Failure
from budgetcalc.estimates import SourceRef
from budgetcalc.findings import Finding
from budgetcalc.render import Look, renderer
from budgetcalc.render.markdown import escape


def markdown(report: Any, **look: Any) -> str:
    """Return the rendered report."""
    return "".join(renderer("estimate", "markdown")(report, Look(**look)))


def test_summary_parts_findings_and_cost(report: Any, answer: Any) -> None:
    """One request has all four, each as a table or list."""
    text = markdown(report(answer()))
    assert "| request.json | claude-sonnet-4-5-20250929 | 1,633 | 1,613–1,653 | fits |" in text
    assert "| message 2 user | image | /messages/2/content/0 | 1,500 |" in text
    assert "- **warning** BC501 model-retired: a warning (at /model)<br>a hint" in text
    assert "| at most | \\$" in text


def test_rows_have_as_many_cells_as_the_head(report: Any, answer: Any) -> None:
    """Whatever is in a name, a table keeps its shape."""
    source = SourceRef("a|b\n`c`<script>", 1, "*x*")
    for table in markdown(report(answer(source=source))).split("\n\n"):
        lines = [row.replace("\\|", "") for row in table.splitlines() if row.startswith("|")]
        assert len({row.count("|") for row in lines}) <= 1


def test_escape() -> None:
    """Nothing of a text is markup, HTML, a mention or a new line."""
    assert escape("<b>&|`*_[x](y)\n@me #1 ~ $") == (
        "&lt;b&gt;&amp;\\|\\`\\*\\_\\[x\\](y)\\\\n\\@me \\#1 \\~ \\$"
    )


def test_findings_and_failures_are_escaped(report: Any, answer: Any) -> None:
    """Messages with somebody's words in them are inert as well."""
    finding = Finding("BC901", "block-type-unknown", "warning", "<img src=x> | `x`")
    text = markdown(report(answer(findings=(finding,)), Failure(SourceRef("<x>"), "<y>", "<z>")))
    assert "<img" not in text
    assert "&lt;x&gt;: &lt;y&gt;<br>&lt;z&gt;" in text


def test_several_requests_have_one_table(report: Any, answer: Any) -> None:
    """Details of several requests come with -v only."""
    answers = [answer(source=SourceRef("rows.jsonl", line)) for line in (1, 2)]
    assert markdown(report(*answers)).count("### Input") == 0
    assert markdown(report(*answers), verbose=True).count("### Input") == 2
