"""What cannot be trusted is said: files, models, prices, counts and the configuration itself."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from budgetcalc.baseline import AcceptedFinding, Ratchet
from budgetcalc.configuration import Allowance, Config, FileBudget, Ignore
from budgetcalc.counts import Count, exact
from budgetcalc.lint.rule import BudgetContext, RunContext
from budgetcalc.lint.rules import rule_by_id_or_name
from budgetcalc.measurements import MeasuredFile, MeasuredRequest, MeasuredUsage, ReadFailure

TODAY = date(2026, 11, 22)


def budget_of(usd, *, tokens=10, high=10, usage=None, **limits):
    """Return a budget with one request of that worst case."""
    count = Count(tokens, tokens, high, "estimated")
    request = MeasuredRequest(
        "a.json", None, None, "m", TODAY, count, exact(0), exact(0), 200_000, None, usd, Decimal(0)
    )
    budget = FileBudget(("a.json",), "agent", line=3, **limits)
    files = (MeasuredFile("a.json", "requests", (request,)),)
    return BudgetContext(budget, "budgetcalc.yaml", files if usage is None else (), usage)


def run_with(ignores=(), **changes):
    values = {
        "prices_checked": date(2026, 8, 24),
        "prices": "pricing.yaml",
        "options": {"days": 90},
    } | changes
    return RunContext(Config(ignores=tuple(ignores)), "budgetcalc.yaml", TODAY, **values)


def ignore(until=None):
    return Ignore("a/*", "because", "BC501", until, 7)


def case(rule, expected, name, run):
    return pytest.param(rule, expected, run, id=f"{rule}-{name}")


def failure(kind):
    return ReadFailure(kind, "a.json", 3, "is broken", "mend it", "/model")


CAP = Decimal("0.05")
GROWTH = Allowance(percent=Decimal(5))
GONE = AcceptedFinding("f", "BC101", "a.json", "", 9)
GAPS = MeasuredUsage(("u.jsonl",), Decimal(1), ("2 rows of x have no price",))
FULL = MeasuredUsage(("u.jsonl",), Decimal(1))
TRUST_CASES = [
    case("model-unknown", "error", "unknown", run_with(failures=(failure("unknown_model"),))),
    case("model-unknown", "", "unreadable", run_with(failures=(failure("unreadable"),))),
    case("file-unreadable", "error", "unreadable", run_with(failures=(failure("unreadable"),))),
    case("file-unreadable", "", "unknown", run_with(failures=(failure("unknown_model"),))),
    case("read-with-doubt", "warning", "doubtful", run_with(failures=(failure("doubtful"),))),
    case("read-with-doubt", "", "unreadable", run_with(failures=(failure("unreadable"),))),
    case("baseline-stale", "warning", "gone", run_with(ratchet=Ratchet((), (), (GONE,), ()))),
    case("baseline-stale", "warning", "better", run_with(ratchet=Ratchet((), (), (), (GONE,)))),
    case("baseline-stale", "", "as-it-was", run_with(ratchet=Ratchet((), (), (), ()))),
    case("baseline-missing", "warning", "none", run_with(budgets=(budget_of(CAP, max_growth=GROWTH),))),
    case(
        "baseline-missing",
        "",
        "there",
        run_with(budgets=(budget_of(CAP, max_growth=GROWTH),), has_baseline=True),
    ),
    case("budget-unmeasurable", "error", "no-bound", run_with(budgets=(budget_of(None, max_cost_usd=CAP),))),
    case("budget-unmeasurable", "", "bound", run_with(budgets=(budget_of(CAP, max_cost_usd=CAP),))),
    case("budget-unmeasurable", "", "not-asked", run_with(budgets=(budget_of(None, max_input_tokens=5),))),
    case(
        "budget-unmeasurable", "error", "suite", run_with(budgets=(budget_of(None, max_suite_cost_usd=CAP),))
    ),
    case(
        "budget-unmeasurable",
        "error",
        "unpriced",
        run_with(budgets=(budget_of(None, usage=GAPS, max_total_cost_usd=CAP),)),
    ),
    case(
        "budget-unmeasurable",
        "",
        "priced",
        run_with(budgets=(budget_of(None, usage=FULL, max_total_cost_usd=CAP),)),
    ),
    case(
        "budget-without-files", "error", "empty", run_with(empty_globs=((FileBudget(("x/*",), "x"), "x/*"),))
    ),
    case("budget-without-files", "", "none", run_with()),
    case(
        "budget-undecided",
        "warning",
        "band",
        run_with(budgets=(budget_of(CAP, high=12, max_input_tokens=11),)),
    ),
    case("budget-undecided", "", "exact", run_with(budgets=(budget_of(CAP, max_input_tokens=10),))),
    case("budget-undecided", "", "over", run_with(budgets=(budget_of(CAP, high=12, max_input_tokens=9),))),
    case("price-table-old", "", "90-days", run_with()),
    case("price-table-old", "warning", "91-days", run_with(prices_checked=date(2026, 8, 23))),
    case("price-table-old", "warning", "own-days", run_with(options={"days": 89})),
    case("ignore-stale", "warning", "unused", run_with([ignore()], suppressed=(0,))),
    case("ignore-stale", "", "used", run_with([ignore()], suppressed=(2,))),
    case("ignore-stale", "", "part-of-the-tree", run_with([ignore()])),
    case("ignore-stale", "", "expired", run_with([ignore(date(2026, 11, 21))], suppressed=(0,))),
    case("ignore-expired", "warning", "yesterday", run_with([ignore(date(2026, 11, 21))])),
    case("ignore-expired", "", "last-day", run_with([ignore(TODAY)])),
    case("ignore-expired", "", "for-ever", run_with([ignore()])),
]


@pytest.mark.parametrize(("rule", "expected", "run"), TRUST_CASES)
def test_trust_rule(rule, expected, run):
    """Each speaks of its own doubt and of no other."""
    found = rule_by_id_or_name(rule).check(run)
    assert " ".join(finding.severity for finding in found) == expected


def test_what_cannot_be_measured_is_placed():
    """File, line, pointer and what to do are handed on."""
    [finding] = rule_by_id_or_name("BC904").check(run_with(failures=(failure("unreadable"),)))
    assert (finding.file, finding.line, finding.path, finding.hint) == ("a.json", 3, "/model", "mend it")


def test_the_age_of_prices_is_said():
    """Both figures stand in the message and in the machine's fields."""
    [finding] = rule_by_id_or_name("BC908").check(run_with(prices_checked=date(2026, 8, 23)))
    assert finding.message == "pricing.yaml was checked 91 days ago, on 2026-08-23"
    assert (finding.measured, finding.limit) == (91, 90)
