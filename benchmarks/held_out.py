"""How right are the estimates on a repository that took no part in fitting them?

    python benchmarks/held_out.py RECORDINGS.jsonl[.gz]

Leave one family out: every constant of ``framing.yaml``, and every measured one of ``pricing.yaml``, is fitted on the
recordings of all other families and judged on the one left out. A constant is the value most recordings ask for, at
most ten votes a family; one constant after the other, the most used first. What the other families do not show is not
taken from the table but from the nearest generation they do show (a correction some models do without is left out); a
figure of the documentation stays. What cannot be
fitted so is kept and said: renderings, separators, which thinking is visible, image patches, bytes a token of sealed
text. They are rules rather than numbers; most are supported by many families (docs/accuracy.md).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from statistics import fmean
from typing import TYPE_CHECKING

from constants import Constant, Traced, measured_names, trace

from budgetcalc.readers.framing_file import read_framing
from budgetcalc.readers.pricing_file import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

MOST_VOTES = 10
"""Recordings of one family that count, lest one large suite decide."""

NOT_FITTED = {"section_separator_free"}
"""Constants that are choices of structure: the count is not linear in them."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One recording of a family left out: its error with the table, and with what the other families give."""

    group: str
    family: str
    true: int
    in_sample: int
    error: int
    unseen: bool


def table_values() -> dict[Constant, int]:
    """Return every constant as the tables have it."""
    values = {
        Constant(name, tuple(sorted(value.applies))): value.tokens
        for name, fact in read_framing().facts.items()
        for value in fact.values
    }
    return values | {name: fact.tokens for fact, name in measured_names(read_catalogue()).items()}


def documented() -> set[Constant]:
    """Return the constants that rest on documentation, so that they are known without any recording."""
    return {name for fact, name in measured_names(read_catalogue()).items() if not fact.recordings}


def fit(traced: list[Traced], table: dict[Constant, int]) -> dict[Constant, int]:
    """Return the value of each constant that these recordings ask for; one that none uses is absent.

    One constant after the other, the most used first, so that an error is put right once.
    """
    using: dict[Constant, list[int]] = defaultdict(list)
    for index, one in enumerate(traced):
        for constant in one.uses.keys() - NOT_FITTED:
            using[constant].append(index)
    errors = [one.result.error for one in traced]
    fitted: dict[Constant, int] = {}
    for constant in sorted(using, key=lambda constant: (-len(using[constant]), constant)):
        votes: dict[str, Counter[int]] = defaultdict(Counter)
        for index in using[constant]:
            n = traced[index].uses[constant]
            if errors[index] % n == 0:
                votes[traced[index].result.family][table[constant] - errors[index] // n] += 1
        fitted[constant] = _winner(votes) if votes else table[constant]
        for index in using[constant]:
            errors[index] += traced[index].uses[constant] * (fitted[constant] - table[constant])
    return fitted


def _winner(families: dict[str, Counter[int]]) -> int:
    shares: Counter[float] = Counter()
    for counted in families.values():
        weight = min(counted.total(), MOST_VOTES) / counted.total()
        for value, n in counted.items():
            shares[value] += n * weight
    return int(max(sorted(shares), key=lambda value: round(shares[value], 6)))


def error_with(one: Traced, table: dict[Constant, int], values: dict[Constant, int]) -> int:
    """Return a recording's error if some constants had other values."""
    return one.result.error + sum(
        n * (values[constant] - table[constant]) for constant, n in one.uses.items() if constant in values
    )


def nearest(constant: Constant, fitted: dict[Constant, int], table: dict[Constant, int]) -> int | None:
    """Return what stands in for a constant that no other family shows.

    A correction, which some models do without, is then not made. Anything else is taken from the nearest models that
    have a fitted value; ``None`` where none has.
    """
    if any(value == 0 for other, value in table.items() if other.fact == constant.fact):
        return 0
    others = [other for other in fitted if other.fact == constant.fact]
    if not others:
        return None
    return fitted[min(others, key=lambda other: (abs(place(other) - place(constant)), other))]


@cache
def places() -> dict[str, int]:
    """Return where in the line of generations each frame, generation and model stands."""
    order = (
        "2",
        "3",
        "3.5",
        "3.7",
        "4",
        "4.1",
        "4.5",
        "4.6",
        "v3",
        "4.7",
        "v4.7",
        "4.8",
        "5",
        "v4.8",
        "5.1",
        "5.5",
    )
    found = {name: index for index, name in enumerate(order)}
    models = read_catalogue().models.values()
    return found | {model.id: found.get(model.generation, len(order)) for model in models}


def place(constant: Constant) -> float:
    """Return where a constant stands in the line of generations."""
    return fmean(places().get(name, len(places())) for name in constant.applies)


def hold_out(traced: list[Traced]) -> list[HeldOut]:
    """Return every recording judged by constants fitted without its family."""
    table, known = table_values(), documented()
    judged = []
    for family in sorted({one.result.family for one in traced}):
        fitted = fit([one for one in traced if one.result.family != family], table)
        for one in traced:
            if one.result.family != family:
                continue
            values = dict(fitted)
            unseen = [c for c in one.uses if c not in fitted and c not in known and c not in NOT_FITTED]
            for constant in unseen:
                near = nearest(constant, fitted, table)
                values[constant] = table[constant] if near is None else near
            result = one.result
            error = error_with(one, table, values)
            judged.append(HeldOut(result.group, family, result.true, result.error, error, bool(unseen)))
    return judged


def average(members: list[HeldOut], holds: Callable[[HeldOut], bool]) -> float:
    """Return a share in percent, averaged over families."""
    by_family: dict[str, list[bool]] = defaultdict(list)
    for one in members:
        by_family[one.family].append(holds(one))
    return fmean(100 * fmean(marks) for marks in by_family.values()) if by_family else float("nan")


def row(name: str, members: list[HeldOut]) -> str:
    """Return a line of the table."""
    seen = [one for one in members if not one.unseen]
    cells = (
        average(members, lambda one: one.in_sample == 0),
        average(members, lambda one: one.error == 0),
        average(members, lambda one: abs(one.error) <= 1),
        average(members, lambda one: abs(one.error) <= one.true / 100),
        100 - 100 * len(seen) / len(members),
        average(seen, lambda one: one.error == 0),
        average(seen, lambda one: abs(one.error) <= one.true / 100),
    )
    families = len({one.family for one in members})
    return f"| {name} | {len(members)} | {families} | " + " | ".join(f"{cell:.1f}" for cell in cells) + " |"


def table(judged: list[HeldOut], by: str) -> str:
    """Return a Markdown table, one row a group or family, and one for all."""
    groups: dict[str, list[HeldOut]] = defaultdict(list)
    for one in judged:
        groups[getattr(one, by)].append(one)
    titles = (by, "n", "fam", "exact % as shipped", "exact % held out", "within 1 token %", "within 1 %")
    titles += ("unseen %", "exact % of the seen", "within 1 % of the seen")
    rows = [row(name, members) for name, members in sorted(groups.items(), key=lambda item: -len(item[1]))]
    head = "| " + " | ".join(titles) + " |"
    return "\n".join([head, "|---" * len(titles) + "|", *rows, row("all", judged)])


def main() -> int:
    """Print the tables; exit 2 when there are not two families to fit and judge on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path)
    traced = trace(parser.parse_args().recordings)
    if len({one.result.family for one in traced}) < 2:
        print("holding out a family needs recordings of two", file=sys.stderr)
        return 2
    judged = hold_out(traced)
    print("Averages over families; every family judged by constants fitted on all others.")
    print(
        "`unseen`: recordings that use a constant no other family shows; the nearest generation's stands in."
    )
    print(
        "Kept as they are: renderings, separators, visible thinking, patches, bytes a token of sealed text.\n"
    )
    print(table(judged, "group") + "\n\n" + table(judged, "family"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
