"""How right are the estimates? Compares them with what the API billed for recorded requests.

    python benchmarks/accuracy.py RECORDINGS.jsonl[.gz] [--by group|model|generation|family|method] [--worst N]
    python benchmarks/accuracy.py RECORDINGS.jsonl[.gz] --markdown    (the block of docs/accuracy.md)

A recording is a JSON object with `request`, `total_input_tokens` (or `usage`), `model`, and if known `date`,
`anthropic_beta`, `family`, `caveats`, `input_determinable`. The usage is only ever compared with. Averages over
families stand beside averages over recordings, or one large suite would decide the figure.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import fmean, median
from typing import TYPE_CHECKING, Any

from budgetcalc.conversation import parse_request
from budgetcalc.counting import count_request
from budgetcalc.counts import CountedRequest
from budgetcalc.readers.framing_file import read_framing
from budgetcalc.readers.pricing_file import read_catalogue
from budgetcalc.readers.recorded_times import read_date
from budgetcalc.verification import Comparison, feature_of, figures_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.framing import Framing

UNDATED = date(2026, 6, 1)
"""The day of recordings without a readable date: rules as they are now, as the tool itself would take them."""
NOT_COMPARABLE = {"server_tool_loop", "usage_iterations"}


@dataclass(frozen=True, slots=True)
class Result:
    """One recording beside its estimate."""

    id: str
    family: str
    model: str
    generation: str
    group: str
    true: int
    tokens: int
    low: int
    high: int
    method: str
    counted: CountedRequest

    @property
    def error(self) -> int:
        """Return by how many tokens the estimate is too high."""
        return self.tokens - self.true


def comparable(path: Path, left_out: Counter[str] | None = None) -> Iterator[dict[str, Any]]:
    """Yield the recordings whose input is wholly in the request; count the others, by reason."""
    left_out = Counter() if left_out is None else left_out
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            caveats = NOT_COMPARABLE & set(record.get("caveats", ()))
            if not record.get("input_determinable", True) or caveats or not record["total_input_tokens"]:
                left_out["not determinable"] += 1
            else:
                yield record


def compare(path: Path) -> tuple[list[Result], Counter[str]]:
    """Estimate every comparable recording; also count what was left out, by reason."""
    catalogue, framing = read_catalogue(), read_framing()
    results: list[Result] = []
    left_out: Counter[str] = Counter()
    for record in comparable(path, left_out):
        try:
            results.append(estimate(record, catalogue, framing)[0])
        except Exception as error:  # noqa: BLE001 - a benchmark reports what fails and goes on
            left_out[f"{type(error).__name__}: {str(error)[:80]}"] += 1
    return results, left_out


def estimate(record: dict[str, Any], catalogue: Catalogue, framing: Framing) -> tuple[Result, date | None]:
    """Return a recording beside its estimate, and its day if it has one."""
    headers = record.get("anthropic_beta") or ""
    betas = frozenset(name.strip() for name in str(headers).split(",") if name.strip()) - {"**REDACTED**"}
    request = parse_request(record["request"], betas=betas)
    model = catalogue.find(record["model"]).model
    day = read_date(record.get("date"))
    counted = count_request(request, model, framing, day or UNDATED)
    total = counted.total
    result = Result(
        id=str(record.get("id", "")),
        family=str(record.get("family", "")),
        model=model.id,
        generation=model.generation,
        group=feature_of(request),
        true=int(record["total_input_tokens"]),
        tokens=total.tokens,
        low=total.low,
        high=total.high,
        method=total.method,
        counted=counted,
    )
    return result, day


def figures(results: list[Result]) -> dict[str, float]:
    """Shares in percent, errors in percent of the truth; defined in ``budgetcalc.verification``."""
    found = figures_of(Comparison(r.true, r.tokens, r.low, r.high) for r in results)
    shares = {
        "exact": found.exact,
        "within_1": found.within_1_token,
        "within_1pct": found.within_1_percent,
        "in_band": found.inside_band,
    }
    return {
        "n": found.compared,
        "families": len({r.family for r in results}),
        **{name: 100 * n / found.compared for name, n in shares.items()},
        "median": 100 * (found.median_ape or 0),
        "p95": 100 * (found.p95_ape or 0),
        "bias": 100 * (found.bias or 0),
        "band_width": found.median_band_width or 0,
    }


def share(results: list[Result], holds: Any) -> float:
    """Return how many of the results hold, in percent."""
    return 100 * sum(map(holds, results)) / len(results)


def macro(results: list[Result], key: str) -> float:
    """Return a figure averaged over families."""
    families: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        families[result.family].append(result)
    return fmean(figures(members)[key] for members in families.values())


TITLES = (
    "exact %",
    "within 1 token %",
    "within 1 %",
    "median error %",
    "p95 error %",
    "bias %",
    "in band %",
    "band width",
)
COLUMNS = ("exact", "within_1", "within_1pct", "median", "p95", "bias", "in_band", "band_width")


def table(results: list[Result], by: str) -> str:
    """Return a Markdown table, one row a group, and a row for all."""
    groups: dict[str, list[Result]] = defaultdict(list)
    for result in results:
        groups[getattr(result, by)].append(result)
    rows = [*sorted(groups.items(), key=lambda item: -len(item[1])), ("all", results)]
    titles = (by, "n", "fam", *TITLES, "exact %, avg of families", "within 1 token %, avg of families")
    lines = ["| " + " | ".join(titles) + " |", "|---" * len(titles) + "|"]
    for name, members in rows:
        f = figures(members)
        cells = [name, f"{f['n']:.0f}", f"{f['families']:.0f}"]
        cells += [f"{f[c]:.2f}" if c in {"median", "p95", "bias"} else f"{f[c]:.1f}" for c in COLUMNS]
        cells += [f"{macro(members, 'exact'):.1f}", f"{macro(members, 'within_1'):.1f}"]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


GROUPS = (
    "text, system, turns",
    "tools, first turn",
    "tool history",
    "thinking",
    "tools + thinking",
    "thinking in history",
    "structured output",
    "images",
    "documents",
    "server tools",
)
"""Every name ``feature_of`` gives, in the order of docs/accuracy.md."""

GENERATIONS = ("3", "3.5", "3.7", "4", "4.1", "4.5", "4.6", "4.7", "4.8", "5")
MARKDOWN_TITLES = (
    "recordings",
    "repositories",
    "exact %",
    "within 1 token %",
    "within 1 %",
    "in band %",
    "exact, where said %",
    "band, median %",
)


def markdown(results: list[Result]) -> str:
    """Return the block that stands between the markers of docs/accuracy.md."""
    by_group = [(name, [r for r in results if r.group == name]) for name in GROUPS]
    by_generation = [(f"Claude {name}", [r for r in results if r.generation == name]) for name in GENERATIONS]
    everything = [("all", results)]
    parts = [
        summary("feature", by_group + everything),
        summary("generation", by_generation + everything),
        matrix(results),
    ]
    return "\n\n".join(parts)


def summary(what: str, rows: list[tuple[str, list[Result]]]) -> str:
    """Return a table of averages over families; a row without recordings is left out."""
    lines = [f"| {what} | " + " | ".join(MARKDOWN_TITLES) + " |", "|---" * (len(MARKDOWN_TITLES) + 1) + "|"]
    for name, members in rows:
        if members:
            said = [r for r in members if r.method in {"exact", "formula"}]
            cells = [f"{len(members):,}", str(len({r.family for r in members}))]
            cells += [f"{macro(members, key):.1f}" for key in ("exact", "within_1", "within_1pct", "in_band")]
            cells += [f"{share(said, lambda r: r.error == 0):.1f} of {len(said):,}" if said else "–"]
            cells += [f"{median((r.high - r.low) / r.true * 100 for r in members):.2f}"]
            lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def matrix(results: list[Result]) -> str:
    """Return exact and comparable recordings by feature and generation."""
    lines = [
        "| exact / recordings | " + " | ".join(GENERATIONS) + " |",
        "|---" * (len(GENERATIONS) + 1) + "|",
    ]
    for group in GROUPS:
        cells = []
        for generation in GENERATIONS:
            members = [r for r in results if r.group == group and r.generation == generation]
            cells.append(f"{sum(r.error == 0 for r in members)} / {len(members)}" if members else "")
        lines.append(f"| {group} | " + " | ".join(cells) + " |")
    return "\n".join(lines)


def main() -> int:
    """Print the tables; exit 2 when there is nothing to compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--by", nargs="*", default=["group", "generation", "family"])
    parser.add_argument("--worst", type=int, default=0, help="show the N largest errors")
    parser.add_argument("--markdown", action="store_true", help="print the tables of docs/accuracy.md only")
    parser.add_argument("--only", help="restrict --worst to a group")
    arguments = parser.parse_args()
    started = time.perf_counter()
    results, left_out = compare(arguments.recordings)
    if not results:
        print(f"nothing to compare in {arguments.recordings}: {dict(left_out)}", file=sys.stderr)
        return 2
    if arguments.markdown:
        print(markdown(results))
        return 0
    print(
        f"{len(results)} recordings compared in {time.perf_counter() - started:.1f} s; left out: {dict(left_out)}\n"
    )
    for by in arguments.by:
        print(table(results, by) + "\n")
    shown = [r for r in results if r.error and (not arguments.only or r.group == arguments.only)]
    for result in sorted(shown, key=lambda r: -abs(r.error) / max(r.true, 1))[: arguments.worst]:
        print(
            f"{result.error:+6d} of {result.true:7d}  [{result.low}..{result.high}] {result.group:20} "
            f"{result.generation:5} {result.family:22} {result.id}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
