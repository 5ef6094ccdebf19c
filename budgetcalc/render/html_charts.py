"""Charts as inline SVG: widths in percent, so that they fit any place and their text keeps its size.

Every chart is an image with a name; a table with the same figures stands beside it. Geometry is the only place
where money becomes a float.
"""

from __future__ import annotations

from html import escape
from math import floor, log10
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.locations import printable
from budgetcalc.money import for_people

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from decimal import Decimal

HEIGHT = 240
"""Pixels of the plot over time."""
GUTTER = 64
"""Pixels for the labels of the money axis."""
WIDEST = 9.0
"""Percent of the width that a column takes at most."""
MOST_LABELS = 6
BAR_HEIGHT = 26


class Piece(NamedTuple):
    """A part of a bar: which colour, what it is, how much."""

    colour: int
    label: str
    amount: Decimal | int


class Column(NamedTuple):
    """One period of the chart over time."""

    label: str
    short: str
    pieces: Sequence[Piece]


def safe(text: str) -> str:
    """Return text of somebody's input as it may stand in HTML, in an attribute too."""
    return escape(printable(text, limit=1_000))


def stacked_columns(columns: Sequence[Column], name: str) -> str:
    """Return money over time, a column a period, a colour a series."""
    top, step = _scale(max(float(sum(piece.amount for piece in column.pieces)) for column in columns))
    ticks = [index * step for index in range(round(top / step) + 1)]
    axis = "".join(
        f'<text x="{GUTTER - 8}" y="{_y(tick, top) + 4:.1f}" text-anchor="end">{_tick(tick, step)}</text>'
        for tick in ticks
    )
    grid = "".join(
        f'<line class="grid" x1="0" x2="100%" y1="{_y(tick, top):.1f}" y2="{_y(tick, top):.1f}"/>'
        for tick in ticks
    )
    slot = 100 / len(columns)
    drawn = "".join(_column(column, index * slot, slot, top) for index, column in enumerate(columns))
    return (
        f'<div class="chart"><svg class="axis" width="{GUTTER}" height="{HEIGHT + 44}" aria-hidden="true">{axis}'
        f'</svg><svg width="100%" height="{HEIGHT + 44}" role="img" aria-label="{safe(name)}">{grid}{drawn}'
        f"{''.join(_labels(columns, slot))}</svg></div>"
    )


def stacked_bar(pieces: Sequence[Piece], whole: float, name: str) -> str:
    """Return a bar of which ``whole`` is the full width."""
    left, drawn = 0.0, []
    for piece in pieces:
        width = 100 * float(piece.amount) / (whole or 1)
        drawn.append(
            f'<rect class="piece" x="{left:.3f}%" width="{width:.3f}%" height="{BAR_HEIGHT}" rx="3"'
            f' fill="var(--s{piece.colour})"><title>{_title(piece)}</title></rect>'
        )
        left += width
    return (
        f'<svg width="100%" height="{BAR_HEIGHT}" role="img" aria-label="{safe(name)}">{"".join(drawn)}</svg>'
    )


def legend(entries: Sequence[tuple[int, str]]) -> str:
    """Return which colour is what."""
    return f'<ul class="legend">{"".join(f"<li>{key(c)}{safe(label)}</li>" for c, label in entries)}</ul>'


def key(colour: int) -> str:
    """Return a patch of a series' colour."""
    return f'<span class="key" style="background:var(--s{colour})"></span>'


def _column(column: Column, left: float, slot: float, top: float) -> str:
    width = min(slot * 0.78, WIDEST)
    x, drawn, height = left + (slot - width) / 2, [], 0.0
    for piece in column.pieces:
        part = float(piece.amount) / top * HEIGHT
        height += part
        drawn.append(
            f'<rect class="piece" x="{x:.3f}%" width="{width:.3f}%" y="{_y(0, 1) - height:.2f}"'
            f' height="{part:.2f}" rx="2" fill="var(--s{piece.colour})">'
            f"<title>{safe(column.label)}: {_title(piece)}</title></rect>"
        )
    return "".join(drawn)


def _labels(columns: Sequence[Column], slot: float) -> Iterator[str]:
    """Yield as many labels of periods as have room, at equal distances."""
    every = -(-len(columns) // MOST_LABELS)
    for index in range(0, len(columns), every):
        x = (index + 0.5) * slot
        yield (
            f'<text x="{x:.3f}%" y="{HEIGHT + 34}" text-anchor="middle">{safe(columns[index].short)}</text>'
        )


def _title(piece: Piece) -> str:
    amount = f"{piece.amount:,}" if isinstance(piece.amount, int) else for_people(piece.amount)
    return f"{safe(piece.label)}: {amount}"


def _y(amount: float, top: float) -> float:
    return 12 + HEIGHT * (1 - amount / top)


def _scale(largest: float) -> tuple[float, float]:
    """Return the top of an axis and its step: 1, 2 or 5 times a power of ten, four or five of them."""
    if largest <= 0:
        return 1.0, 1.0
    raw = largest / 4
    power = 10.0 ** floor(log10(raw))
    step = next(power * factor for factor in (1, 2, 5, 10) if raw <= power * factor)
    return step * -(-largest // step), step


def _tick(amount: float, step: float) -> str:
    digits = max(0, -floor(log10(step)))
    return f"${amount:,.{digits}f}" if amount else "$0"
