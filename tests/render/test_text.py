"""Lines, tables and bars."""

from __future__ import annotations

import re

import pytest

from budgetcalc.render import Look
from budgetcalc.render.text import EMPTY, Grid, Span, fits, line, page, transposed, window_bar

TERMINAL = Look(colour=True, terminal=True, unicode=True, width=60)
GRID = Grid(
    (("name", "left"), ("tokens", "right"), ("empty", "left")),
    [["a", "1,000", ""], [Span("longer", "bold"), "2", ""]],
)


def shown(text: str) -> str:
    """Return the text without colours."""
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_plain_columns() -> None:
    """In a pipe columns are as wide as their content, without lines, trailing blanks or empty columns."""
    assert page([GRID], Look()) == "name    tokens\na        1,000\nlonger       2\n"


def test_a_terminal_shows_the_same_text() -> None:
    """A terminal adds styles and nothing else, where everything fits."""
    assert shown(page([line("x"), EMPTY, GRID], TERMINAL)) == page([line("x"), EMPTY, GRID], Look())


def test_a_long_cell_is_folded_on_a_terminal() -> None:
    """A table too wide for the terminal folds its long cells and loses nothing."""
    path = "/messages/12/content/34/input/some/very/long/pointer/that/goes/on"
    text = shown(page([Grid((("path", "left"), ("tokens", "right")), [[path, "17"]])], TERMINAL))
    assert all(len(row) <= 60 for row in text.splitlines())
    assert re.sub(r"\s|path|tokens|17", "", text) == path


def test_nothing_is_cut_in_a_pipe() -> None:
    """However long a cell is, a pipe gets it whole."""
    cell = "x" * 5_000
    assert cell in page([Grid((("path", "left"),), [[cell]]), line(cell)], Look())
    assert shown(page([line(cell)], Look(colour=True))) == f"{cell}\n"


def test_wide_tables_are_left_to_the_terminal() -> None:
    """When even folding cannot make a table fit, its lines stay whole."""
    columns = tuple((f"column {i}", "right") for i in range(20))
    grid = Grid(columns, [["1"] * 20])  # type: ignore[arg-type]
    assert "column 19" in shown(page([grid], TERMINAL))


@pytest.mark.parametrize("look", [Look(), TERMINAL, Look(colour=True)])
@pytest.mark.parametrize("text", ["[red]x[/red]", "\x1b[2J", "a\rb", "\x07", "\u202eevil", ":smile:"])
def test_strings_are_inert(look: Look, text: str) -> None:
    """Markup is shown as it stands; control and direction characters are escaped, everywhere."""
    result = shown(page([line(text), Grid(((text, "left"),), [[text]])], look))
    assert text.isprintable() == (text in result)
    assert not set("\x1b\r\x07\u202e") & set(result)


@pytest.mark.parametrize(
    ("amounts", "cells"),
    [
        pytest.param((50, 50), "aaaaabbbbb", id="halves"),
        pytest.param((1, 1_000_000), "abbbbbbbbb", id="a little is still seen"),
        pytest.param((0, 10), "bbbbbbbbbb", id="nothing is not"),
        pytest.param((1, 1), "aaaaabbbbb", id="small numbers"),
    ],
)
def test_window_bar(amounts: tuple[int, int], cells: str) -> None:
    """A bar has exactly its size, shared out by amount."""
    bar = window_bar([(amount, Span(glyph)) for amount, glyph in zip(amounts, "ab", strict=True)], 10)
    assert "".join(span.text for span in bar) == cells


def test_a_table_on_its_side() -> None:
    """The first column becomes the titles; empty columns are gone."""
    turned = transposed(GRID)
    assert turned.columns == [("name", "left"), ("a", "right"), ("longer", "right")]
    assert [[str(getattr(cell, "text", cell)) for cell in row] for row in turned.rows] == [
        ["tokens", "1,000", "2"]
    ]


def test_fits() -> None:
    """A table fits a pipe always, and a terminal up to its width."""
    assert fits(GRID, Look())
    assert fits(GRID, Look(width=14))
    assert not fits(GRID, Look(width=13))
