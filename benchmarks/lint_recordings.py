"""How often does lint refuse what the API accepted? Judges recorded requests that were billed.

    python benchmarks/lint_recordings.py RECORDINGS.jsonl[.gz] [--examples N] [--severity error|warning|note]

A recording is a JSON object with `request`, `usage`, `model`, and if known `date`, `anthropic_beta`, `platform`.
An error-severity finding of a rule on requests or on a sequence of them says that the API would answer 4xx: on a
request that it billed, that is a false positive. There must be none; the exit code says so.

Most recordings have no date. Those are judged at the last day of June 2026, or the day before their model
retired: a rule that holds from a later day on says nothing about a request that was sent before.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budgetcalc.conversation import parse_request
from budgetcalc.errors import BudgetcalcError
from budgetcalc.estimates import weigh_request
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.rule import Step
from budgetcalc.lint.run import run_rules
from budgetcalc.lint.sequences import run_sequence_rules
from budgetcalc.readers.pricing_file import read_catalogue
from budgetcalc.readers.recorded_times import read_date
from budgetcalc.readers.request_bodies import messages_body
from budgetcalc.readers.request_envelope import unwrap

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.findings import Finding
    from budgetcalc.lint.rule import RuleContext

UNDATED = date(2026, 6, 30)


def main() -> int:
    """Judge every recording and list the findings by rule."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("recordings", type=Path)
    parser.add_argument("--examples", type=int, default=3)
    parser.add_argument("--severity", choices=SEVERITIES, default="error")
    options = parser.parse_args()
    catalogue = read_catalogue()
    found: dict[str, set[str]] = defaultdict(set)
    seen: Counter[str] = Counter()
    suites: dict[tuple[str, str], list[tuple[str, Step]]] = defaultdict(list)
    started = time.perf_counter()

    def note(findings: Iterable[tuple[str, Finding]]) -> None:
        for name, finding in findings:
            if finding.severity == options.severity:
                found[f"{finding.rule} {finding.name}"].add(name)

    with (gzip.open if options.recordings.suffix == ".gz" else open)(options.recordings, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            name, source = record["id"], record.get("source") or {}
            try:
                context = weighed(record, catalogue)
            except BudgetcalcError as error:
                seen["not judged"] += 1
                found[f"not judged: {error.message}"].add(name)
                continue
            seen[record.get("platform") or "anthropic"] += 1
            note((name, finding) for finding in run_rules(context))
            step = Step(context, {"role": "assistant", "content": record.get("response_content") or []})
            suites[source.get("repo", ""), source.get("path", name)].append((name, step))
    for steps in suites.values():
        if len(steps) > 1:
            judged = run_sequence_rules([step for _, step in steps])
            note((steps[index][0], finding) for index, finding in judged)
    seconds = time.perf_counter() - started
    for rule, names in sorted(found.items(), key=lambda entry: -len(entry[1])):
        print(f"{len(names):6,}  {rule}\n        {', '.join(sorted(names)[: options.examples])}")
    judged_count = sum(seen.values()) - seen["not judged"]
    print(f"\n{judged_count:,} recordings in {len(suites):,} suites, {seconds:.1f} s: {dict(seen)}")
    refused = set[str]().union(*(names for rule, names in found.items() if rule.startswith("BC")))
    print(f"accepted requests with a finding of severity {options.severity}: {len(refused):,}")
    return int(options.severity == "error" and bool(refused))


def weighed(record: dict[str, Any], catalogue: Catalogue) -> RuleContext:
    """Return a recording as rules look at it: as it was sent, and when."""
    raw, endpoint = record["request"], record.get("endpoint")
    kind = "converse" if "inferenceConfig" in raw or "toolConfig" in raw else "messages"
    body, form, _ = messages_body(raw, kind, is_batch=endpoint == "batch", file="")
    # As a line of JSONL is read: what a recorder has masked is not known.
    wrapped = unwrap({"request": record["request"], "anthropic_beta": record.get("anthropic_beta")})
    request = parse_request(
        body,
        form="count_tokens" if endpoint == "count_tokens" else form,
        betas=wrapped.betas,
        betas_known=wrapped.betas_known,
        batch=endpoint == "batch",
    )
    match = catalogue.find(record.get("model") or request.model)
    on = dated = read_date(record.get("date"))
    if on is None:
        retired = match.model.lifecycle.retired
        on = min(UNDATED, retired - timedelta(days=1)) if retired else UNDATED
    return weigh_request(request, match, catalogue, on, command="lint", is_dated=dated is not None)


if __name__ == "__main__":
    sys.exit(main())
