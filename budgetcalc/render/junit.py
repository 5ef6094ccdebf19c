"""JUnit XML: a suite a file, a failed case a finding that fails the run; what every CI server can show.

There is no official schema; the elements and attributes are those of
https://github.com/testmoapp/junitxml (as of 2026-08), which Jenkins, GitLab and Azure read.
"""

from __future__ import annotations

from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from budgetcalc.lint_report import LintReport, PlacedFinding
    from budgetcalc.render import Look


def render_lint(report: LintReport, look: Look) -> Iterator[str]:
    """Yield the document: files without findings are passed cases, so that a server sees what was looked at."""
    del look
    by_file: dict[str, Sequence[PlacedFinding]] = {measured.file: () for measured in report.measurements}
    ordered = sorted(report.findings, key=attrgetter("file"))
    by_file |= {file: tuple(found) for file, found in groupby(ordered, key=attrgetter("file"))}
    failing = {id(placed) for placed in report.failing}
    suites = [_suite(file, found, failing) for file, found in sorted(by_file.items())]
    tests, failures, errors = (sum(counts[i] for _, counts in suites) for i in range(3))
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield f'<testsuites name="budgetcalc lint" tests="{tests}" failures="{failures}" errors="{errors}">\n'
    yield from (suite for suite, _ in suites)
    yield "</testsuites>\n"


def _suite(file: str, found: Sequence[PlacedFinding], failing: set[int]) -> tuple[str, tuple[int, int, int]]:
    """Return the suite of a file, and how many cases, failures and errors it has."""
    errors = [placed for placed in found if placed.is_unmeasured]
    failures = [placed for placed in found if id(placed) in failing and not placed.is_unmeasured]
    others = [placed for placed in found if id(placed) not in failing and not placed.is_unmeasured]
    cases = [_case(placed, "error") for placed in errors] + [_case(placed, "failure") for placed in failures]
    if not cases:
        cases = [f"    <testcase classname={_attribute(file)} name={_attribute(file)}/>\n"]
    said = "".join(f"{_sentence(placed)}\n" for placed in others)
    output = f"    <system-out>{_text(said)}</system-out>\n" if said else ""
    head = f'tests="{len(cases)}" failures="{len(failures)}" errors="{len(errors)}"'
    suite = f"  <testsuite name={_attribute(file)} {head}>\n{''.join(cases)}{output}  </testsuite>\n"
    return suite, (len(cases), len(failures), len(errors))


def _case(placed: PlacedFinding, outcome: str) -> str:
    finding = placed.finding
    place = (f" line {placed.line}" if placed.line else "") + (f" {finding.path}" if finding.path else "")
    return (
        f"    <testcase classname={_attribute(placed.file)}"
        f" name={_attribute(f'{finding.rule} {finding.name}{place}')}>\n"
        f"      <{outcome} type={_attribute(finding.rule)} message={_attribute(finding.message)}>"
        f"{_text(_sentence(placed))}</{outcome}>\n    </testcase>\n"
    )


def _sentence(placed: PlacedFinding) -> str:
    finding = placed.finding
    place = f"{placed.file}:{placed.line}" if placed.line else placed.file
    hint = f"\nhint: {finding.hint}" if finding.hint else ""
    return f"{place}: {finding.severity} {finding.rule} {finding.message}{hint}"


def _attribute(text: str) -> str:
    return quoteattr(_printable(text))


def _text(text: str) -> str:
    return escape(_printable(text))


def _printable(text: str) -> str:
    """Return text without what XML 1.0 cannot hold, and what would turn the line around of whoever looks at it."""
    lines = (printable(line, limit=len(line) * 10) for line in text.split("\n"))
    return "\n".join(lines)
