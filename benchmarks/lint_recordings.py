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
from typing import Any

from budgetcalc.conversation import parse_request
from budgetcalc.errors import BudgetcalcError
from budgetcalc.estimates import weigh_request
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.run import run_rules
from budgetcalc.readers.pricing_file import read_catalogue
from budgetcalc.readers.request_bodies import messages_body
from budgetcalc.readers.request_dates import read_date

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
    found: dict[str, list[str]] = defaultdict(list)
    seen: Counter[str] = Counter()
    catalogue = read_catalogue()
    started = time.perf_counter()
    with (gzip.open if options.recordings.suffix == ".gz" else open)(options.recordings, "rt") as lines:
        for line in lines:
            record = json.loads(line)
            try:
                findings = judge(record, catalogue)
            except BudgetcalcError as error:
                seen["not judged"] += 1
                found[f"not judged: {error.message}"].append(record["id"])
                continue
            seen[record.get("platform") or "anthropic"] += 1
            refused = {
                f"{f.rule} {f.name}: {f.message}" if options.severity == "error" else f"{f.rule} {f.name}"
                for f in findings
                if f.severity == options.severity
            }
            for rule in refused:
                found[rule].append(record["id"])
            seen["with findings"] += bool(refused)
    seconds = time.perf_counter() - started
    for rule, ids in sorted(found.items(), key=lambda entry: -len(entry[1])):
        print(f"{len(ids):6,}  {rule}\n        {', '.join(ids[: options.examples])}")
    print(f"\n{dict(seen)} in {seconds:.1f} s")
    print(f"accepted requests with a finding of severity {options.severity}: {seen['with findings']:,}")
    return int(options.severity == "error" and bool(seen["with findings"]))


def judge(record: dict[str, Any], catalogue: Any) -> Any:
    """Return the findings about a recording, as it was sent and when."""
    raw = record["request"]
    kind = "converse" if "inferenceConfig" in raw or "toolConfig" in raw else "messages"
    body, form, _ = messages_body(raw, kind, is_batch=record.get("endpoint") == "batch", file="")
    betas = record.get("anthropic_beta")
    request = parse_request(
        body,
        form="count_tokens" if record.get("endpoint") == "count_tokens" else form,
        betas=frozenset(name.strip() for name in betas.split(",")) if betas else frozenset(),
        betas_known=betas is not None,
        batch=record.get("endpoint") == "batch",
    )
    match = catalogue.find(record.get("model") or request.model)
    on = read_date(record.get("date"))
    if on is None:
        retired = match.model.lifecycle.retired
        on = min(UNDATED, retired - timedelta(days=1)) if retired else UNDATED
    return run_rules(weigh_request(request, match, catalogue, on, command="lint"))


if __name__ == "__main__":
    sys.exit(main())
