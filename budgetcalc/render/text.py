"""Lines and tables as text: through rich for a terminal or colours, in plain columns for a pipe.

Renderers describe a page as data; only this module knows what becomes of it. Every string passes through
`printable` here and is never read as markup: nothing in somebody's input can style or steer a terminal.
"""

from __future__ import annotations

from io import StringIO
from textwrap import wrap
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.locations import printable
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.table import Table

    from budgetcalc.render import Columns, Look

NO_LIMIT = 1_000_000
UNBOUNDED = 100_000
"""Columns of a page whose width its content decides."""
LONGEST_RIGID = 16
"""A column as narrow as this is never folded."""
LEAST_FOLDED = 12
"""What a folded column needs to be readable."""
MOST_FOLDED = 500
"""Rows up to which a table is folded; measuring more takes longer than it helps."""


class Span(NamedTuple):
    """Text in a style of rich's vocabulary; plain without one."""

    text: str
    style: str = ""


Line = tuple[Span, ...]
EMPTY: Line = ()


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: titles with their alignment, and rows of cells."""

    columns: Columns
    rows: Sequence[Sequence[Span | str]]


def line(*spans: Span | str) -> Line:
    """Return a line of spans; bare strings have no style."""
    return tuple(span if isinstance(span, Span) else Span(span) for span in spans)


def note(name: Span, text: Span | str, look: Look, *, indent: int = 12) -> Iterator[Line]:
    """Yield a name and a sentence, which goes on under its own beginning where a terminal is too narrow for it."""
    said = text if isinstance(text, Span) else Span(text)
    safe, room = _safe(said.text), (look.width or 0) - indent
    wraps = look.terminal and room >= LEAST_FOLDED
    parts = wrap(safe, room, break_on_hyphens=False) if wraps else [safe]
    yield line(Span(f"{name.text:<{indent}}", name.style), Span(parts[0] if parts else "", said.style))
    for part in parts[1:]:
        yield line(" " * indent, Span(part, said.style))


def page(items: Iterable[Line | Grid], look: Look) -> str:
    """Return the items as text, each ending its line; no line has trailing blanks."""
    if look.terminal or look.colour:
        text = _rich_page(items, look)
    else:
        text = "\n".join(row for item in items for row in _plain(item))
    return "".join(f"{row.rstrip()}\n" for row in text.split("\n"))


def window_bar(segments: Sequence[tuple[int, Span]], size: int) -> Line:
    """Return a bar of ``size`` cells shared out among (amount, glyph); what is not nothing gets a cell."""
    whole = sum(amount for amount, _ in segments) or 1
    cells = [max(round(amount * size / whole), int(amount > 0)) for amount, _ in segments]
    # Rounding errors are taken from the widest segment, where they are least seen.
    cells[cells.index(max(cells))] += size - sum(cells)
    return tuple(
        Span(glyph.text * count, glyph.style) for count, (_, glyph) in zip(cells, segments, strict=True)
    )


def width(grid: Grid) -> int:
    """Return the columns a table takes."""
    widths = _widths(_shown(grid))
    return sum(widths) + 2 * (len(widths) - 1)


def fits(grid: Grid, look: Look) -> bool:
    """Return whether the table is no wider than the place it goes to."""
    return look.width is None or width(grid) <= look.width


def transposed(grid: Grid) -> Grid:
    """Return the table on its side: the first column's cells become the titles."""
    shown = _shown(grid)
    rows = [_spans(row) for row in shown.rows]
    columns: Columns = [(shown.columns[0][0], "left"), *((row[0].text, "right") for row in rows)]
    titles = enumerate(title for title, _ in shown.columns)
    return Grid(columns, [[title, *(row[i] for row in rows)] for i, title in titles if i])


def _lines(item: Line | Grid) -> list[Line]:
    """Return a table as aligned lines; a line is one already."""
    return _aligned(item) if isinstance(item, Grid) else [item]


def _plain(item: Line | Grid) -> Iterator[str]:
    """Yield the lines of a pipe: a table is made column by column of texts, as it may have a million rows."""
    if not isinstance(item, Grid):
        yield "".join(_safe(span.text) for span in item)
        return
    columns = []
    cells = zip(*item.rows, strict=True) if item.rows else ()
    for (title, side), column in zip(item.columns, cells, strict=bool(item.rows)):
        texts = [_safe(cell if isinstance(cell, str) else cell.text) for cell in column]
        if any(texts):
            texts.insert(0, _safe(title))
            width = max(map(len, texts))
            columns.append([text.rjust(width) if side == "right" else text.ljust(width) for text in texts])
    yield from map("  ".join, zip(*columns, strict=True)) if columns else ("",)


def _aligned(grid: Grid) -> list[Line]:
    """Return columns as wide as their widest cell, two blanks apart; columns without content are left out."""
    table = _shown(grid)
    widths = _widths(table)
    sides = [side for _, side in table.columns]

    def align(cell: Span, width: int, side: str) -> Span:
        text = cell.text.rjust(width) if side == "right" else cell.text.ljust(width)
        return Span(f"{text}  ", cell.style)

    head = [Span(title, "bold") for title, _ in table.columns]
    return [tuple(map(align, row, widths, sides)) for row in (head, *map(_spans, table.rows))]


def _shown(grid: Grid) -> Grid:
    """Return the table without empty columns, all of it safe to print."""
    rows = [[Span(_safe(cell.text), cell.style) for cell in _spans(row)] for row in grid.rows]
    shown = [i for i, _ in enumerate(grid.columns) if any(row[i].text for row in rows)]
    titles = [(_safe(title), side) for title, side in grid.columns]
    if len(shown) == len(titles):
        return Grid(titles, rows)
    return Grid([titles[i] for i in shown], [[row[i] for i in shown] for row in rows])


def _spans(row: Sequence[Span | str]) -> list[Span]:
    return [cell if isinstance(cell, Span) else Span(cell) for cell in row]


def _widths(grid: Grid) -> list[int]:
    widths = [len(title) for title, _ in grid.columns]
    for row in grid.rows:
        widths = list(map(max, widths, [len(cell.text) for cell in _spans(row)]))
    return widths


def _rich_page(items: Iterable[Line | Grid], look: Look) -> str:
    from rich.console import Console
    from rich.text import Text

    out = StringIO()
    console = Console(
        file=out,
        width=look.width or UNBOUNDED,
        force_terminal=look.colour,
        color_system="standard" if look.colour else None,
        no_color=not look.colour,
        markup=False,
        emoji=False,
        highlight=False,
        legacy_windows=False,
        _environ={},
    )
    for item in items:
        folded = _folded(item, look.width) if isinstance(item, Grid) and look.width else None
        if folded is not None:
            console.print(folded)
            continue
        for row in _lines(item):
            text = Text.assemble(*((_safe(span.text), span.style) for span in row))
            text.rstrip()
            console.print(text, overflow="fold")
    return out.getvalue().removesuffix("\n")


def _folded(grid: Grid, width: int) -> Table | None:
    """Return the table with its long cells folded when only that makes it fit, else ``None``.

    Where the short columns alone are too wide, lines that the terminal wraps are easier to read.
    """
    from rich.table import Table
    from rich.text import Text

    shown = _shown(grid)
    widths = _widths(shown)
    rigid = [each if each <= LONGEST_RIGID else LEAST_FOLDED for each in widths]
    gaps = 2 * len(widths)
    if sum(widths) + gaps <= width or sum(rigid) + gaps > width or len(shown.rows) > MOST_FOLDED:
        return None
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for (title, side), each in zip(shown.columns, widths, strict=True):
        table.add_column(title, justify=side, overflow="fold", no_wrap=each <= LONGEST_RIGID)
    for row in shown.rows:
        table.add_row(*(Text(cell.text, cell.style) for cell in _spans(row)))
    return table


def _safe(text: str) -> str:
    return text if text.isprintable() else printable(text, limit=NO_LIMIT)
