"""How right are the estimates, and how wide their bands, on a repository that took no part in fitting them?

    python benchmarks/held_out.py RECORDINGS.jsonl[.gz] [--outside] [--without ID...]

Leave one family out: every constant of ``framing.yaml``, and every measured one of ``pricing.yaml``, is fitted on the
recordings of all other families, with the evidence and the band that they give it, and the family left out is counted
anew with them. A constant is the value most recordings ask for, at most ten votes a family; one constant after the
other, the most used first. What the other families do not show is not taken from the table but, in this order, from

- the documentation, or what is published: tool prompts, the citations prompt,
- what is written (`written_tags.py`): roles, tags and line ends, counted in the model's vocabulary,
- the nearest generation they do show, one with the same vocabulary first. A correction some models do without is left
  out. A prompt in words that only the other vocabulary shows is as much longer or shorter as such texts are.

What cannot be fitted so is kept and said: renderings and written tags, separators, which thinking is visible, image
patches, bytes a token of sealed text. They are rules rather than numbers; most are supported by many families
(docs/accuracy.md).
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field, fields, replace
from functools import cache
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from accuracy import Result, comparable, estimate
from constants import Constant, Traced, measured_names, trace
from written_tags import OTHER_VOCABULARY, written

from budgetcalc.framing import FrameValue, Framing
from budgetcalc.readers.framing_file import read_framing
from budgetcalc.readers.pricing_file import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from budgetcalc.catalogue import Measured
    from budgetcalc.counts import Count

MOST_VOTES = 10
"""Recordings of one family that count, lest one large suite decide."""

NOT_FITTED = {"section_separator_free"}
"""Constants that are choices of structure: the count is not linear in them."""

UNKNOWN_SIZES = frozenset({"sealed thinking", "sealed search results", "rendering"})
MOST_UNKNOWN_PERCENT = 5
"""What a recording may hold of unknown size, in percent of its tokens, to say anything about a constant."""

LEAST_DOUBT = 1
"""Tokens either way of a constant that few recordings or one family show, as in the tables."""

TOOL_PROMPTS = {
    "claude-opus-5": {"tool_prompt.auto": 285, "tool_prompt.any": 405},
    "claude-opus-4-8": {"tool_prompt.auto": 289, "tool_prompt.any": 409},
    "claude-opus-4-7": {"tool_prompt.auto": 674, "tool_prompt.any": 803},
    "claude-opus-4-1-20250805": {"tool_prompt.auto": 313, "tool_prompt.any": 315},
}
"""Tool prompts of the pricing page (2026-08), less the separator that the figures since 4.6 hold."""


PUBLISHED_PROMPTS = {"citations": (482, 720)}
"""Prompts whose words are public, in tokens of the vocabulary up to 4.6 and since: the instructions for citations that
users have published of claude.ai, in several collections, are as long as what the API bills for them."""

PROMPTS = ("structured_output", "citations", "compaction_edit", "programmatic_calls", "tool.")
"""What the constants begin with that are prompts in words, so that they differ between vocabularies as words do."""

TOKENS_OF_WORDS = (1.2, 1.455, 1.55)
"""Tokens of a text on 4.7 and later for one before: of code at least, of English prose, at most. Recorded counts of 21
languages and 22 programming languages have 1.21 for Python and 1.455 for English; technical prose has up to 1.5."""


@dataclass(frozen=True, slots=True)
class HeldOut:
    """One recording of a family left out: counted with the tables, and with what the other families give."""

    in_sample: Result
    held_out: Result
    unseen: bool

    @property
    def group(self) -> str:
        """What the request is about."""
        return self.in_sample.group

    @property
    def family(self) -> str:
        """The repository."""
        return self.in_sample.family


@dataclass(frozen=True)
class Refitted(Framing):
    """A framing whose constants are those of some families, the price table's measured ones included."""

    names_of: dict[Measured, Constant] = field(default_factory=dict)
    values: dict[Constant, FrameValue] = field(default_factory=dict)

    def value(self, fact: str, model: Any) -> FrameValue:
        """Return the refitted constant for a model."""
        plain = super().value(fact, model)
        return self.values.get(Constant(fact, tuple(sorted(plain.applies))), plain)

    def measured(self, fact: Any) -> Count:
        """Return the refitted constant of the price table."""
        value = self.values.get(self.names_of[fact])
        return super().measured(fact) if value is None else value.times(1)


def table_values() -> dict[Constant, FrameValue]:
    """Return every constant as the tables have it; a measured one of the price table with the band it gets."""
    framing = read_framing()
    values = {
        Constant(name, tuple(sorted(value.applies))): value
        for name, fact in framing.facts.items()
        for value in fact.values
    }
    for fact, name in measured_names(read_catalogue()).items():
        count = framing.measured(fact)
        values[name] = FrameValue(frozenset(name.applies), count.tokens, count.low, count.high)
    return values


def documented() -> set[Constant]:
    """Return the constants that rest on documentation alone, so that they are known without any recording."""
    return {name for fact, name in measured_names(read_catalogue()).items() if not fact.recordings}


def fit(traced: list[Traced], table: dict[Constant, FrameValue]) -> dict[Constant, int]:
    """Return the value of each constant that these recordings ask for; one that none tells is absent.

    One constant after the other, the most used first, so that an error is put right once.
    """
    traced = [one for one in traced if is_telling(one)]
    using: dict[Constant, list[int]] = defaultdict(list)
    for index, one in enumerate(traced):
        for constant in one.uses.keys() - NOT_FITTED:
            using[constant].append(index)
    errors = [one.result.error for one in traced]
    fitted: dict[Constant, int] = {}
    for constant in sorted(using, key=lambda constant: (-len(using[constant]), constant)):
        votes: dict[str, Counter[int]] = defaultdict(Counter)
        tokens = table[constant].tokens
        for index in using[constant]:
            n = traced[index].uses[constant]
            if errors[index] % n == 0:
                votes[traced[index].result.family][tokens - errors[index] // n] += 1
        if not votes:
            continue
        fitted[constant] = _winner(votes)
        for index in using[constant]:
            errors[index] += traced[index].uses[constant] * (fitted[constant] - tokens)
    return fitted


def is_telling(one: Traced) -> bool:
    """Return whether what is sealed in a recording, or of unknown form, is too little to pass for a constant."""
    unknown = [
        below + above
        for part in one.result.counted.parts
        for cause, below, above in part.count.doubts
        if cause in UNKNOWN_SIZES
    ]
    return sum(unknown) <= one.result.true * MOST_UNKNOWN_PERCENT / 100


def _winner(families: dict[str, Counter[int]]) -> int:
    shares: Counter[float] = Counter()
    for counted in families.values():
        weight = min(counted.total(), MOST_VOTES) / counted.total()
        for value, n in counted.items():
            shares[value] += n * weight
    return int(max(sorted(shares), key=lambda value: round(shares[value], 6)))


def error_with(one: Traced, table: dict[Constant, FrameValue], tokens: dict[Constant, int]) -> int:
    """Return a recording's error if some constants had other values."""
    return one.result.error + sum(
        n * (tokens[constant] - table[constant].tokens)
        for constant, n in one.uses.items()
        if constant in tokens
    )


def refitted(traced: list[Traced], table: dict[Constant, FrameValue]) -> dict[Constant, FrameValue]:
    """Return the constants of these recordings with the evidence for them and the band that it leaves.

    A constant keeps the doubt the table has of it, moved to the value found. Without enough evidence it has at least
    that of constants which few recordings show.
    """
    fitted = fit(traced, table)
    exact: Counter[Constant] = Counter()
    missed: Counter[Constant] = Counter()
    families: dict[Constant, set[str]] = defaultdict(set)
    for one in traced:
        is_exact = error_with(one, table, fitted) == 0
        for constant in one.uses:
            (exact if is_exact else missed)[constant] += 1
            if is_exact:
                families[constant].add(one.result.family)
    found = {}
    for constant, tokens in fitted.items():
        known = table[constant]
        value = FrameValue(
            known.applies,
            tokens,
            tokens - (known.tokens - known.low),
            tokens + (known.high - known.tokens),
            exact[constant],
            missed[constant],
            len(families[constant]),
        )
        found[constant] = value if value.is_exact else doubted(value)
    return found


def doubted(value: FrameValue) -> FrameValue:
    """Return a constant with at least the doubt of one that few recordings show."""
    low, high = min(value.low, value.tokens - LEAST_DOUBT), max(value.high, value.tokens + LEAST_DOUBT)
    return replace(value, low=low, high=high)


def nearest(
    constant: Constant, fitted: dict[Constant, FrameValue], table: dict[Constant, FrameValue]
) -> FrameValue:
    """Return what stands in for a constant that no other family shows, with the band of what is known beside it.

    Documented, or written out, or taken from the nearest models that have a fitted value; where none has, the table's
    estimate stays. A correction, which some models do without, is then not made.
    """
    applies = frozenset(constant.applies)
    documented = next((TOOL_PROMPTS[m].get(constant.fact) for m in applies if m in TOOL_PROMPTS), None)
    if documented is None and constant.fact in PUBLISHED_PROMPTS:
        documented = PUBLISHED_PROMPTS[constant.fact][has_other_words(constant)]
    if documented is not None:
        return FrameValue(applies, documented, documented - 2, documented + 6)
    tags = written(constant.fact, constant.applies)
    if tags is not None:
        return doubted(FrameValue(applies, tags, tags, tags))
    others = {other: value for other, value in fitted.items() if other.fact == constant.fact}
    if any(value.tokens == 0 for other, value in table.items() if other.fact == constant.fact):
        around = [0, *(value.tokens for value in others.values())]
        return doubted(FrameValue(applies, 0, min(around), max(around)))
    alike = {other: v for other, v in others.items() if has_other_words(other) == has_other_words(constant)}
    if not others:
        return doubted(table[constant])
    near = min(alike or others, key=lambda other: (abs(place(other) - place(constant)), other))
    if not alike and constant.fact.startswith(PROMPTS):
        return reworded(applies, others[near].tokens, longer=has_other_words(constant))
    around = [value.tokens for value in others.values()]
    return doubted(FrameValue(applies, others[near].tokens, min(around), max(around)))


def has_other_words(constant: Constant) -> bool:
    """Return whether a constant is one of models with the vocabulary of Opus 4.7."""
    return not OTHER_VOCABULARY.isdisjoint(constant.applies) or all(
        places().get(name, 0) >= places()["v4.7"] for name in constant.applies
    )


def reworded(applies: frozenset[str], tokens: int, *, longer: bool) -> FrameValue:
    """Return a prompt in words as the other vocabulary counts it."""
    factors = TOKENS_OF_WORDS if longer else tuple(1 / factor for factor in reversed(TOKENS_OF_WORDS))
    low, middle, high = (round(tokens * factor) for factor in factors)
    return FrameValue(applies, middle, low, high)


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


def hold_out(path: Path) -> list[HeldOut]:
    """Return every recording judged by constants fitted without its family."""
    catalogue, plain = read_catalogue(), read_framing()
    names = measured_names(catalogue)
    parts = {part.name: getattr(plain, part.name) for part in fields(Framing)}
    traced, table, known = trace(path), table_values(), documented()
    recordings = list(zip(comparable(path), traced, strict=True))
    judged = []
    for family in sorted({one.result.family for one in traced}):
        values = refitted([one for one in traced if one.result.family != family], table)
        mine = [(record, one) for record, one in recordings if one.result.family == family]
        unseen = {name for _, one in mine for name in one.uses} - values.keys() - known
        unseen -= {name for name in unseen if name.fact in NOT_FITTED}
        values |= {name: nearest(name, values, table) for name in unseen}
        framing = Refitted(**parts, names_of=names, values=values)
        for record, one in mine:
            result, _ = estimate(record, catalogue, framing)
            judged.append(HeldOut(one.result, result, not unseen.isdisjoint(one.uses)))
    return judged


def average(members: list[HeldOut], holds: Callable[[Result], bool]) -> float:
    """Return a share in percent, averaged over families."""
    by_family: dict[str, list[bool]] = defaultdict(list)
    for one in members:
        by_family[one.family].append(holds(one.held_out))
    return fmean(100 * fmean(marks) for marks in by_family.values()) if by_family else float("nan")


TITLES = (
    "n",
    "fam",
    "exact %, in sample",
    "exact %",
    "within 1 token %",
    "within 1 %",
    "in band %",
    "band, median %",
    "bias %",
    "unseen %",
    "exact % of the seen",
    "within 1 % of the seen",
    "in band % of the seen",
)


def is_exact(result: Result) -> bool:
    """Return whether an estimate is the billed count."""
    return result.error == 0


def is_near(result: Result) -> bool:
    """Return whether an estimate is within one percent."""
    return abs(result.error) <= result.true / 100


def is_in_band(result: Result) -> bool:
    """Return whether the billed count lies in the band."""
    return result.low <= result.true <= result.high


def row(name: str, members: list[HeldOut]) -> str:
    """Return a line of the table."""
    seen = [one for one in members if not one.unseen]
    results = [one.held_out for one in members]
    plain = [replace(one, held_out=one.in_sample) for one in members]
    cells = (
        f"{average(plain, is_exact):.1f}",
        f"{average(members, is_exact):.1f}",
        f"{average(members, lambda one: abs(one.error) <= 1):.1f}",
        f"{average(members, is_near):.1f}",
        f"{average(members, is_in_band):.1f}",
        f"{median(100 * (one.high - one.low) / one.true for one in results):.2f}",
        f"{100 * sum(one.error for one in results) / sum(one.true for one in results):+.2f}",
        f"{100 - 100 * len(seen) / len(members):.1f}",
        *(f"{average(seen, holds):.1f}" if seen else "–" for holds in (is_exact, is_near, is_in_band)),
    )
    return f"| {name} | {len(members)} | {len({one.family for one in members})} | " + " | ".join(cells) + " |"


def table_of(judged: list[HeldOut], by: str) -> str:
    """Return a Markdown table, one row a group or family, and one for all."""
    groups: dict[str, list[HeldOut]] = defaultdict(list)
    for one in judged:
        groups[getattr(one, by)].append(one)
    rows = [row(name, members) for name, members in sorted(groups.items(), key=lambda item: -len(item[1]))]
    head = "| " + " | ".join((by, *TITLES)) + " |"
    return "\n".join([head, "|---" * (len(TITLES) + 1) + "|", *rows, row("all", judged)])


def main() -> int:
    """Print the tables; exit 2 when there are not two families to fit and judge on."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--outside", action="store_true", help="list the recordings outside their band")
    parser.add_argument(
        "--without", nargs="+", default=[], metavar="ID", help="judge all but these, by their ids"
    )
    arguments = parser.parse_args()
    if len({record.get("family") for record in comparable(arguments.recordings)}) < 2:
        print("holding out a family needs recordings of two", file=sys.stderr)
        return 2
    judged = [one for one in hold_out(arguments.recordings) if one.in_sample.id not in arguments.without]
    print("Averages over families; every family judged by constants fitted on all others.")
    print(
        "`unseen`: recordings that use a constant no other family shows; documentation, written tags or the nearest "
        "generation stand in."
    )
    print(
        "Kept as they are: renderings, written tags, separators, visible thinking, patches, bytes a token of sealed "
        "text.\n"
    )
    print(table_of(judged, "group") + "\n\n" + table_of(judged, "family"))
    if arguments.outside:
        for one in judged:
            found = one.held_out
            if not is_in_band(found):
                seen = "unseen" if one.unseen else "seen"
                band = f"[{found.low}..{found.high}]"
                print(f"{found.error:+6d} of {found.true:7d} {band} {seen:6} {one.group:20} {found.id}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
