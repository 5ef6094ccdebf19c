"""What supports each constant? Recomputes the evidence in ``framing.yaml`` from recordings.

    python benchmarks/constants.py RECORDINGS.jsonl[.gz] [--write]

For every constant: how many recordings use it and come out exact (`recordings`), how many do not (`misses`, often
another constant's), how many repositories the exact ones come from (`families`) and their first and last day. Lines
that differ from the file are marked; ``--write`` puts what was found into it. Values and bands are left as they are.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from accuracy import Result, comparable, estimate

from budgetcalc.framing import FrameValue, Framing
from budgetcalc.readers.framing_file import read_framing
from budgetcalc.readers.pricing_file import read_catalogue

if TYPE_CHECKING:
    from budgetcalc.catalogue import Catalogue, Measured
    from budgetcalc.counts import Count

FILE = Path(__file__).parent.parent / "budgetcalc" / "framing.yaml"


class Constant(NamedTuple):
    """One value of one fact, by what it applies to."""

    fact: str
    applies: tuple[str, ...]


@dataclass(frozen=True)
class TracedFraming(Framing):
    """A framing that notes which constants a count uses, and how often."""

    names_of: dict[Measured, Constant] = field(default_factory=dict)
    used: list[tuple[Constant, int]] = field(default_factory=list)

    def count(self, fact: str, model: Any, n: int = 1) -> Count:
        """Note the constant and return its count."""
        value = self.value(fact, model)
        if n:
            self.used.append((Constant(fact, tuple(sorted(value.applies))), n))
        return super().count(fact, model, n)

    def measured(self, fact: Any) -> Count:
        """Note the constant of the price table and return its count."""
        self.used.append((self.names_of[fact], 1))
        return super().measured(fact)


@dataclass(frozen=True, slots=True)
class Traced:
    """A recording beside its estimate, with the constants that went into it."""

    result: Result
    day: str
    uses: dict[Constant, int]


def measured_names(catalogue: Catalogue) -> dict[Measured, Constant]:
    """Name the measured constants of the price table by what they are and the models they hold for."""
    found: dict[tuple[str, Measured], set[str]] = defaultdict(set)
    for model in catalogue.models.values():
        prompt, thinking = model.tool_prompt, model.thinking
        named = [("tool_prompt.auto", prompt and prompt.auto), ("tool_prompt.any", prompt and prompt.any)]
        named += [("interleaved_prompt", thinking.interleaved_prompt)]
        named += [
            (f"thinking.prompt since {p.start}" if p.start else "thinking.prompt", p) for p in thinking.prompt
        ]
        for name, fact in named:
            if fact is not None:
                found[name, fact].add(model.id)
    return {fact: Constant(name, tuple(sorted(owners))) for (name, fact), owners in found.items()}


def trace(path: Path) -> list[Traced]:
    """Estimate every comparable recording and note the constants it uses."""
    catalogue, plain = read_catalogue(), read_framing()
    names = measured_names(catalogue)
    parts = {part.name: getattr(plain, part.name) for part in fields(Framing)}
    traced = []
    for record in comparable(path):
        framing = TracedFraming(**parts, names_of=names)
        result, day = estimate(record, catalogue, framing)
        uses: dict[Constant, int] = defaultdict(int)
        for constant, n in framing.used:
            uses[constant] += n
        traced.append(Traced(result, day.isoformat() if day else "", dict(uses)))
    return traced


@dataclass(frozen=True, slots=True)
class Support:
    """The evidence for one constant."""

    recordings: int
    misses: int
    families: int
    first: str
    last: str


NO_SUPPORT = Support(0, 0, 0, "", "")


def support_of(traced: list[Traced]) -> dict[Constant, Support]:
    """Return the evidence for every constant that some recording uses."""
    using: dict[Constant, list[Traced]] = defaultdict(list)
    for one in traced:
        for constant in one.uses:
            using[constant].append(one)
    return {constant: _support(members) for constant, members in using.items()}


def _support(members: list[Traced]) -> Support:
    exact = [one for one in members if one.result.error == 0]
    days = sorted(one.day for one in exact if one.day)
    return Support(
        recordings=len(exact),
        misses=len(members) - len(exact),
        families=len({one.result.family for one in exact}),
        first=days[0] if days else "",
        last=days[-1] if days else "",
    )


_LINE = re.compile(r"^(      - )\{applies: \[([^\]]*)\], tokens: (-?\d+)(.*)\}$")
_EVIDENCE = re.compile(r",? *\b(recordings|misses|families|first|last): [\d-]+")


def rewritten(text: str, framing: Framing, support: dict[Constant, Support]) -> str:
    """Return the text of ``framing.yaml`` with the evidence replaced by what was found."""
    values = [(name, value) for name, fact in framing.facts.items() for value in fact.values]
    lines, at = [], 0
    for written in text.splitlines():
        line = written
        match = _LINE.match(line)
        if match:
            name, value = values[at]
            at += 1
            found = support.get(Constant(name, tuple(sorted(value.applies))), NO_SUPPORT)
            band = _EVIDENCE.sub("", match[4])
            line = f"{match[1]}{{applies: [{match[2]}], tokens: {match[3]}{evidence(found)}{band}}}"
        lines.append(line)
    if at != len(values):
        raise ValueError(f"{len(values)} values, but {at} lines of the usual form in framing.yaml")
    return "\n".join(lines) + "\n"


def evidence(found: Support) -> str:
    """Return the evidence as it stands in the file; what is zero or unknown is left out, but the recordings."""
    shown = f", recordings: {found.recordings}"
    shown += f", misses: {found.misses}" if found.misses else ""
    shown += f", families: {found.families}" if found.families else ""
    return shown + (f", first: {found.first}, last: {found.last}" if found.first else "")


def is_as_written(value: FrameValue, found: Support) -> bool:
    """Return whether the file says what was found."""
    return (value.recordings, value.misses, value.families) == (
        found.recordings,
        found.misses,
        found.families,
    )


def main() -> int:
    """Print the evidence, or write it; exit 1 when the file says otherwise and is not written."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--write", action="store_true", help="put the evidence into framing.yaml")
    arguments = parser.parse_args()
    framing, support = read_framing(), support_of(trace(arguments.recordings))
    if arguments.write:
        FILE.write_text(rewritten(FILE.read_text(encoding="utf-8"), framing, support), encoding="utf-8")
        return 0
    stale = 0
    for name, fact in framing.facts.items():
        for value in fact.values:
            found = support.get(Constant(name, tuple(sorted(value.applies))), NO_SUPPORT)
            same = is_as_written(value, found)
            stale += not same
            print(
                f"{' ' if same else '!'} {name:28} {','.join(sorted(value.applies)):28} {value.tokens:5} "
                f"[{value.low}..{value.high}] {'exact' if value.is_exact else 'estimate':8}{evidence(found)}"
            )
    for constant, found in sorted(support.items()):
        if constant.fact not in framing.facts:
            print(f"  {constant.fact:28} (pricing.yaml){evidence(found)} {', '.join(constant.applies)}")
    print(f"{stale} constants whose evidence in framing.yaml is not what these recordings say")
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
