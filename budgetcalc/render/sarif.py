"""SARIF 2.1.0, as GitHub code scanning takes it.

Sources: SARIF 2.1.0, https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and SARIF support for code
scanning, https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support
(as of 2026-08), for the limits and for the properties that are shown.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from budgetcalc import __version__
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.rules import rule_by_id_or_name
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.lint.rule import Rule
    from budgetcalc.lint_report import LintReport, PlacedFinding
    from budgetcalc.render import Look

MOST_RESULTS = 25_000
"""Code scanning refuses a run with more; the most severe ones are kept and the rest is said."""
_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_FIGURES = ("path", "measured", "limit")
"""As in the document of ``lint``: money is a text of plain digits."""
_ABSOLUTE = pattern(r"/|[A-Za-z]:[\\/]")


def render_lint(report: LintReport, look: Look) -> Iterator[str]:
    """Yield the log: one run, the rules that found something with their documentation, a result a finding."""
    del look
    found = list(report.findings)
    if len(found) > MOST_RESULTS:
        found.sort(key=lambda placed: SEVERITIES.index(placed.finding.severity))
    left_out = len(found) - MOST_RESULTS
    found = found[:MOST_RESULTS]
    ids = sorted({placed.finding.rule for placed in found})
    run = {
        "tool": {
            "driver": {
                "name": "budgetcalc",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in map(rule_by_id_or_name, ids) if rule is not None],
            }
        },
        "invocations": [_invocation(report, left_out)],
        "originalUriBaseIds": {"SRCROOT": {"description": {"text": "The folder budgetcalc was run in."}}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(placed, ids) for placed in found],
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2) + "\n"


def _rule(rule: Rule) -> dict[str, Any]:
    documentation = rule.documentation.strip()
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.name.split("-")),
        "shortDescription": {"text": documentation.splitlines()[0]},
        "fullDescription": {"text": f"{rule.id} {rule.name}: {documentation.splitlines()[0]}"},
        "help": {"text": documentation, "markdown": documentation},
        "defaultConfiguration": {"level": rule.severity},
        "properties": {"tags": ["budgetcalc", rule.id[:3]]},
    }


def _invocation(report: LintReport, left_out: int) -> dict[str, Any]:
    unmeasured = [placed for placed in report.findings if placed.is_unmeasured]
    notes = [f"{placed.file}: {placed.finding.message}" for placed in unmeasured[:100]]
    if left_out > 0:
        notes.append(f"{left_out:,} results are left out: code scanning takes {MOST_RESULTS:,} a run")
    invocation: dict[str, Any] = {"executionSuccessful": not unmeasured}
    if notes:
        invocation["toolExecutionNotifications"] = [
            {"level": "error", "message": {"text": note}} for note in notes
        ]
    return invocation


def _result(placed: PlacedFinding, ids: list[str]) -> dict[str, Any]:
    finding, document = placed.finding, placed.to_dict()
    text = finding.message + (f". {finding.hint}" if finding.hint else "")
    return {
        "ruleId": finding.rule,
        "ruleIndex": ids.index(finding.rule),
        "level": finding.severity,
        "message": {"text": text},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": _artifact(placed.file),
                    "region": {"startLine": placed.line or 1},
                }
            }
        ],
        "partialFingerprints": {"budgetcalcFinding/v1": placed.fingerprint},
        "properties": {name: document[name] for name in _FIGURES if document.get(name, "") != ""},
    }


def _artifact(file: str) -> dict[str, str]:
    """Return the place of a file as a URI: relative ones against the folder of the run."""
    path = quote(file.replace("\\", "/").encode(errors="surrogatepass"), safe="/")
    if _ABSOLUTE.match(file):
        return {"uri": "file://" + path if file.startswith("/") else "file:///" + path}
    return {"uri": path, "uriBaseId": "SRCROOT"}
