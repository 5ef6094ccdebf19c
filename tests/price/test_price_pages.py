"""The pages for people: text, Markdown and HTML."""

from __future__ import annotations

import html
import json
import re
from decimal import Decimal
from html.parser import HTMLParser
from typing import Any

import pytest

from budgetcalc.money import for_people, plain
from budgetcalc.render import Look, renderer
from budgetcalc.usage import InvalidRow

from .rows import HAIKU, OPUS, report, row

HOSTILE = "<script>alert(1)</script>|`x`\x1b[31m\u202e\"'&"


def rendered(format_: str, priced: Any, **look: Any) -> str:
    """Return the rendered report."""
    return "".join(renderer("price", format_)(priced, Look(**look)))


def days() -> list[Any]:
    """Return usage on three days of two models."""
    rows = [row(OPUS, moment=f"2026-11-{day}T10:00:00", cache_read=5000, thinking=40) for day in (17, 18, 20)]
    return [*rows, row(HAIKU, moment="2026-11-18T11:00:00", cache_write_5m=100, searches=1)]


def test_the_total_is_the_last_line() -> None:
    """The eye ends on the total."""
    lines = rendered("text", report(days(), by=("day",))).splitlines()
    assert lines[-1].startswith("total")
    assert lines[-1].endswith("$0.041625")


def test_the_total_has_every_decimal() -> None:
    """The table rounds for people; of the total nothing is cut off."""
    exact = Decimal(3 * (1000 * 5 + 100 * 25) + 15_000 // 2 + 1625) / 10**6 + Decimal(10) / 1000
    assert f"total       ${plain(exact)}" in rendered("text", report(days()))


def test_without_groups_the_kinds_of_tokens_are_the_table() -> None:
    """Nothing asked for is a table of what was used, thinking apart."""
    page = rendered("text", report(days()))
    assert page.splitlines()[0].split() == ["kind", "tokens", "usd", "share"]
    for word in ("uncached input", "cache writes, 5 min", "cache reads", "thinking", "web searches"):
        assert word in page


def test_bars_only_for_a_terminal_and_only_over_time() -> None:
    """A pipe gets plain columns; a terminal sees days as bars, in ASCII if it must."""
    by_day, by_model = report(days(), by=("day",)), report(days(), by=("model",))
    assert "#" not in rendered("text", by_day)
    assert "█" * 24 in rendered("text", by_day, terminal=True, unicode=True, width=120)
    assert "#" * 24 in rendered("text", by_day, terminal=True, width=120)
    assert "█" not in rendered("text", by_model, terminal=True, unicode=True, width=120)


def test_nothing_is_cut_in_a_pipe() -> None:
    """A long project name is there to its end."""
    name = "/home/" + "x" * 300
    assert name in rendered("text", report([row(dimensions=(("project", name),))], by=("project",)))


def test_what_qualifies_the_total_is_said() -> None:
    """Caching, thinking, batches, rows and prices have a line each."""
    page = rendered("text", report(days()))
    assert "caching saved $0.06748: the cached tokens cost $0.007625 instead of $0.0751" in page
    assert "are known; at most" in page
    assert "the Batches API would have cost" in page
    assert "4 read = 4 priced" in page
    assert "checked 20" in page


def test_caching_that_cost_more_is_said() -> None:
    """A loss is not called a saving."""
    assert "caching cost $0.00125 more than it saved" in rendered("text", report([row(cache_write_5m=1000)]))


def test_problems_are_said_before_the_total() -> None:
    """Unpriced rows, and that the total is incomplete."""
    page = rendered("text", report([row(), row("mystery")]))
    assert "unpriced    1 row of mystery: the model is not in the catalogue" in page
    assert "INCOMPLETE" in page.splitlines()[-1]


def test_nothing_priced_is_no_zero() -> None:
    """No total where nothing was priced, in any format."""
    for format_ in ("text", "markdown", "html"):
        page = rendered(format_, report([row(None)]))
        assert "nothing was priced" in page
        assert "$0" not in page


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
@pytest.mark.parametrize("asked", [{}, {"lines": True}, {"by": ("project", "model"), "lines": True}])
def test_input_cannot_steer_the_page(format_: str, asked: dict[str, Any]) -> None:
    """Names of other people's input are text: no markup, no control characters."""
    rows = [row(dimensions=(("project", HOSTILE),)), row(HOSTILE), row(warnings=(HOSTILE,))]
    page = rendered(format_, report(rows, timeline=True, **asked))
    assert "\x1b" not in page
    assert "\u202e" not in page
    if format_ != "text":
        assert "<script" not in page
    if format_ == "markdown":
        table = [line for line in page.splitlines() if line.startswith("|")]
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table[:3]}) == 1


def test_markdown_has_total_and_table() -> None:
    """The total first, then a table, then what qualifies it."""
    page = rendered("markdown", report(days(), by=("model",), lines=True))
    assert page.startswith("## Claude usage cost\n\n**Total: \\$0.041625**")
    assert "| model | rows |" in page
    assert "### Lines: claude-opus-4-6" in page


class _Checker(HTMLParser):
    """Collects what must not or must be there, and that every tag is closed."""

    VOID = frozenset({"meta", "link", "br"})
    NESTED = frozenset({"rect", "line"})

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.links: list[str] = []
        self.images: list[dict[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Enter an element."""
        found = dict(attrs)
        assert not any(name.startswith("on") for name in found)
        assert tag not in {"script", "img", "iframe", "object"}
        self.links += [value or "" for name, value in attrs if name in {"src", "href"}]
        self.ids += [found["id"] or ""] if "id" in found else []
        if tag == "svg" and found.get("aria-hidden") != "true":
            self.images.append(found)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Pass an element that closes itself."""

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        assert self.open.pop() == tag


def checked(page: str) -> _Checker:
    """Return what the page holds."""
    checker = _Checker()
    checker.feed(page)
    assert checker.open == []
    return checker


def test_html_is_self_contained_and_well_formed() -> None:
    """Every tag is closed, nothing is loaded, ids are unique, and every link leads somewhere in the page."""
    page = rendered("html", report([*days(), row("mystery")], timeline=True, by=("model",), lines=True))
    found = checked(page)
    assert len(found.ids) == len(set(found.ids))
    assert all(link.startswith("#") or link == "data:," for link in found.links)
    assert {link[1:] for link in found.links if link.startswith("#")} <= set(found.ids)
    assert not re.search(r"https?:|url\(|@import", page)
    assert "default-src 'none'" in page


def test_html_charts_have_names_and_tables() -> None:
    """Each chart is an image with a name, and a table has its figures."""
    page = rendered("html", report(days(), timeline=True))
    found = checked(page)
    assert len(found.images) == 6
    assert all(image["role"] == "img" and image["aria-label"] for image in found.images)
    assert page.count("<table>") == 3
    assert "2026-11-19" in page, "a day without usage is a gap in the chart, not left out"


@pytest.mark.parametrize(
    ("last", "unit"), [("2026-11-21", "day"), ("2027-03-01", "week"), ("2028-11-01", "month")]
)
def test_html_periods_follow_the_length_of_time(last: str, unit: str) -> None:
    """Days while they are few, then weeks, then months."""
    rows = [row(moment="2026-11-20T10:00:00"), row(moment=f"{last}T10:00:00")]
    assert f"US dollars by {unit} and model" in rendered("html", report(rows, timeline=True))


def test_html_without_dates_or_money() -> None:
    """Undated usage has no chart over time; an amount of zero breaks no chart."""
    page = rendered("html", report([row(moment="")], timeline=True))
    assert "of usage without a date is not shown" in page
    checked(rendered("html", report([row(uncached_input=0, output=0)], timeline=True)))
    checked(rendered("html", report([], timeline=True)))


def test_html_of_many_models_and_groups_is_bounded() -> None:
    """Colours end at seven series, the table at a hundred groups; both say so."""
    models = [
        "claude-opus-4-6",
        "claude-opus-4-5",
        "claude-opus-4-1",
        "claude-sonnet-4-6",
        "claude-sonnet-4-5",
    ]
    models += ["claude-haiku-4-5", "claude-sonnet-5", "claude-opus-5", "claude-opus-5-5"]
    rows = [row(model, dimensions=(("session", f"{n}"),)) for n in range(15) for model in models]
    rows += [row(dimensions=(("session", f"more {n}"),)) for n in range(100)]
    page = rendered("html", report(rows, timeline=True, by=("session",)))
    checked(page)
    assert "other models" in page
    assert "15 more groups" in page
    assert set(re.findall(r"--s(\d)", page)) <= set("0123456")


@pytest.mark.parametrize(
    "asked", [{}, {"by": ("day", "model")}, {"by": ("model",), "lines": True}, {"lines": True}]
)
@pytest.mark.parametrize("width", [60, 80, 120])
def test_a_page_fits_its_terminal(asked: dict[str, Any], width: int) -> None:
    """No line is wider than the terminal, and every sentence goes on below its own beginning."""
    rows = [*days(), row("mystery"), InvalidRow("folder/" * 20 + "log.jsonl", 7, "the line is not JSON")]
    page = rendered("text", report(rows, **asked), terminal=True, unicode=True, width=width)
    assert max(map(len, page.splitlines())) <= width
    for said in page[page.index("unpriced") :].splitlines():
        assert said[11] == " "


@pytest.mark.parametrize("width", [80, 200])
def test_a_narrow_terminal_gets_the_same_amounts(width: int) -> None:
    """Fewer columns and shorter bars, never other money; a wide one has every column."""
    page = rendered("text", report(days(), by=("day", "model")), terminal=True, unicode=True, width=width)
    for group in report(days(), by=("day", "model")).groups:
        assert for_people(group.spend.usd) in page
    assert ("cache reads" in page.splitlines()[0]) is (width == 200)


@pytest.mark.parametrize("format_", ["text", "markdown", "html"])
def test_no_more_models_are_named_than_anybody_reads(format_: str) -> None:
    """Of very many models without a price those of the most rows are named, and the rest is counted."""
    rows = [row(f"mystery-{i:03}") for i in range(75)] + [row("mystery-070")] * 3
    page = html.unescape(rendered(format_, report(rows)))
    named = set(re.findall(r"mystery-(\d+): the model", page.replace("\\", "")))
    assert named == {f"{i:03}" for i in range(49)} | {"070"}
    assert "25 rows more, of 25 models: JSON has them all" in page
    assert len(json.loads(rendered("json", report(rows)))["unpriced"]) == 75


def test_why_nothing_was_billed_is_said() -> None:
    """A refusal and an error are no gap; the total says so too."""
    priced = report([row(unbilled="error"), row(unbilled="error"), row(unbilled="refused before any output")])
    for format_ in ("text", "markdown", "html"):
        page = rendered(format_, priced)
        assert "error (2), refused before any output (1)" in page
        assert "nothing was billed" in page


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([row(), row("mystery")], "INCOMPLETE: some rows have no price"),
        ([row(), InvalidRow("a", 1, "no JSON")], "INCOMPLETE: some rows could not be read"),
    ],
)
def test_the_total_says_what_it_lacks(rows: list[Any], said: str) -> None:
    """Each kind of gap has words of its own."""
    assert said in rendered("text", report(rows)).splitlines()[-1]
