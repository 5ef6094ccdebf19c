"""Every limit of a budget, over, near, uncertain and within."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from budgetcalc.configuration import Allowance, FileBudget
from budgetcalc.counts import Count, exact
from budgetcalc.lint.limits import held_limits, percent
from budgetcalc.lint.rule import BudgetContext
from budgetcalc.lint.rules import rule_by_id_or_name
from budgetcalc.measurements import MeasuredFile, MeasuredRequest, MeasuredUsage, Measurement

WINDOW = 200_000
TWENTY_PERCENT = Allowance(percent=Decimal(20))
FIVE_PERCENT = Allowance(percent=Decimal(5))


def measured(tokens=100, high=None, *, system=0, tools=0, max_tokens=1000, usd="0.01", doubt="0", line=None):
    """Return a request with these figures."""
    count = exact(tokens) if high is None else Count(tokens, tokens, high, "estimated")
    return MeasuredRequest(
        "a.jsonl",
        line,
        None,
        "claude-opus-4-6",
        date(2026, 11, 22),
        count,
        exact(system),
        exact(tools),
        WINDOW,
        max_tokens,
        Decimal(usd) if usd is not None else None,
        Decimal(doubt),
    )


def baseline(tokens):
    return {"a.jsonl": Measurement("a.jsonl", 1, tokens, 0, 0, None, None, tokens)}


def context(limits, requests=(), usage=None, earlier=None):
    budget = FileBudget(("a.jsonl",), "agent", line=4, **limits)
    files = (MeasuredFile("a.jsonl", "requests", tuple(requests)),) if requests else ()
    return BudgetContext(budget, "budgetcalc.yaml", files, usage, earlier or {})


def case(rule, expected, limits, requests=(), usage=None, earlier=None):
    name = "-".join(f"{key}={value}" for key, value in limits.items())
    return pytest.param(
        rule, expected, limits, requests, usage, earlier, id=f"{rule}-{name}-{expected or 'ok'}"
    )


TOKEN_CASES = [
    case("budget-input-tokens", "", {"max_input_tokens": 100}, [measured(100)]),
    case("budget-input-tokens", "error", {"max_input_tokens": 99}, [measured(100)]),
    case("budget-input-tokens", "error", {"max_input_tokens": 99}, [measured(100, 120)]),
    case(
        "budget-input-tokens",
        "error error",
        {"max_input_tokens": 9},
        [measured(10), measured(9), measured(11)],
    ),
    case("budget-input-tokens", "warning", {"max_input_tokens": 100, "warn_at": Decimal(90)}, [measured(90)]),
    case("budget-input-tokens", "", {"max_input_tokens": 100, "warn_at": Decimal(90)}, [measured(89)]),
    case("budget-input-tokens", "error", {"max_input_tokens": 0}, [measured(1)]),
    case("budget-system-tokens", "error", {"max_system_tokens": 50}, [measured(system=51)]),
    case("budget-system-tokens", "", {"max_system_tokens": 50}, [measured(system=50)]),
    case("budget-tool-tokens", "error", {"max_tool_tokens": 50}, [measured(tools=51)]),
    case("budget-tool-tokens", "", {"max_tool_tokens": 50}, [measured(tools=50)]),
    case("budget-tool-tokens", "", {"max_tool_tokens": 0, "warn_at": Decimal(90)}, [measured(tools=0)]),
]
COST_CASES = [
    case("budget-call-cost", "", {"max_cost_usd": Decimal("0.05")}, [measured(usd="0.05")]),
    case("budget-call-cost", "error", {"max_cost_usd": Decimal("0.05")}, [measured(usd="0.050000001")]),
    case("budget-call-cost", "", {"max_cost_usd": Decimal("0.05")}, [measured(usd=None)]),
    case("budget-suite-cost", "", {"max_suite_cost_usd": Decimal("0.02")}, [measured(), measured()]),
    case("budget-suite-cost", "error", {"max_suite_cost_usd": Decimal("0.0299")}, [measured()] * 3),
    case(
        "budget-total-cost", "", {"max_total_cost_usd": Decimal(5)}, usage=MeasuredUsage(("u",), Decimal(5))
    ),
    case(
        "budget-total-cost",
        "error",
        {"max_total_cost_usd": Decimal(5)},
        usage=MeasuredUsage(("u",), Decimal("5.01")),
    ),
    case(
        "budget-total-cost",
        "warning",
        {"max_total_cost_usd": Decimal(5), "warn_at": Decimal(80)},
        usage=MeasuredUsage(("u",), Decimal(4)),
    ),
]
ROOM_CASES = [
    # 200,000 − 159,000 − 1,000 = 40,000, which is 20 % of the window.
    case("budget-headroom", "", {"min_headroom": TWENTY_PERCENT}, [measured(159_000)]),
    case("budget-headroom", "error", {"min_headroom": TWENTY_PERCENT}, [measured(159_001)]),
    case("budget-headroom", "error", {"min_headroom": Allowance(tokens=40_001)}, [measured(159_000)]),
    case("budget-headroom", "error", {"min_headroom": Allowance(tokens=0)}, [measured(200_000)]),
    # 160,000 tokens may be taken; 90 % of them are 144,000, of which max_tokens takes 1,000.
    case(
        "budget-headroom",
        "warning",
        {"min_headroom": TWENTY_PERCENT, "warn_at": Decimal(90)},
        [measured(143_000)],
    ),
    case(
        "budget-headroom", "", {"min_headroom": TWENTY_PERCENT, "warn_at": Decimal(90)}, [measured(142_999)]
    ),
    # 8,000 + 5 % = 8,400
    case("budget-growth", "", {"max_growth": FIVE_PERCENT}, [measured(8_400)], earlier=baseline(8_000)),
    case("budget-growth", "error", {"max_growth": FIVE_PERCENT}, [measured(8_401)], earlier=baseline(8_000)),
    case(
        "budget-growth", "error", {"max_growth": Allowance(tokens=9)}, [measured(110)], earlier=baseline(100)
    ),
    case("budget-growth", "", {"max_growth": FIVE_PERCENT}, [measured(9_000)]),
    case("budget-growth", "", {"max_growth": FIVE_PERCENT}, [measured(5)], earlier=baseline(8_000)),
]


@pytest.mark.parametrize(
    ("rule", "expected", "limits", "requests", "usage", "earlier"), [*TOKEN_CASES, *COST_CASES, *ROOM_CASES]
)
def test_budget_rule(rule, expected, limits, requests, usage, earlier):
    """A limit is exceeded by the first token and the first fraction of a cent above it."""
    found = rule_by_id_or_name(rule).check(context(limits, requests, usage, earlier))
    assert " ".join(finding.severity for finding in found) == expected


@pytest.mark.parametrize(
    ("limits", "request_", "verdict"),
    [
        ({"max_input_tokens": 110}, measured(100, 111), "undecided"),
        ({"max_input_tokens": 111}, measured(100, 111), "within"),
        ({"max_input_tokens": 99}, measured(100, 111), "over"),
        ({"max_cost_usd": Decimal("0.011")}, measured(doubt="0.002"), "undecided"),
        ({"max_suite_cost_usd": Decimal("0.011")}, measured(doubt="0.002"), "undecided"),
        ({"min_headroom": TWENTY_PERCENT}, measured(159_000, 159_500), "undecided"),
        ({"max_input_tokens": 110, "warn_at": Decimal(50)}, measured(100, 111), "undecided"),
    ],
)
def test_a_band_that_reaches_beyond_the_limit_decides_nothing(limits, request_, verdict):
    """Only the estimate makes an error; a band makes a doubt, which goes before being near."""
    [held] = held_limits(context(limits, [request_]))
    assert held.verdict == verdict


def test_a_message_has_both_figures_and_the_name():
    """Who is over what by whose word, without looking anything up."""
    [finding] = rule_by_id_or_name("BC101").check(
        context({"max_input_tokens": 8000}, [measured(8300, 8500, line=3)])
    )
    assert finding.message == (
        "input tokens: 8,300 (as much as 8,500) is over 8,000, max_input_tokens of budget agent"
    )
    assert (finding.measured, finding.limit, finding.file, finding.line) == (8300, 8000, "a.jsonl", 3)


def test_headroom_says_what_it_is_a_share_of():
    """20 % means nothing without the window."""
    [finding] = rule_by_id_or_name("BC107").check(
        context({"min_headroom": TWENTY_PERCENT}, [measured(187_000)])
    )
    assert finding.message == (
        "headroom in tokens: 12,000 is under 40,000 (20% of 200,000), min_headroom of budget agent"
    )


def test_a_sum_is_placed_in_the_config():
    """What no single file is guilty of stands at the budget."""
    [finding] = rule_by_id_or_name("BC105").check(
        context({"max_suite_cost_usd": Decimal("0.01")}, [measured(), measured()])
    )
    assert (finding.file, finding.line) == ("budgetcalc.yaml", 4)
    assert finding.to_dict()["measured"] == "0.02"


@pytest.mark.parametrize(
    ("share", "shown"), [("0.99999", "99.9%"), ("1", "100.0%"), ("12.3456", "1,234.5%"), ("0", "0.0%")]
)
def test_a_share_is_cut_and_not_rounded_up(share, shown):
    """100 % is said of nothing that is less."""
    assert percent(Decimal(share)) == shown
