"""Runs the rules on one request."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.request_traits import request_traits
from budgetcalc.lint.rule import VerdictContext
from budgetcalc.lint.rules import RULES

if TYPE_CHECKING:
    from budgetcalc.findings import Finding
    from budgetcalc.lint.rule import Rule, RuleContext, Scope
    from budgetcalc.pipelines import PipelinePlan

_ANY_PROVIDER = ("BC2", "BC5", "BC6", "BC9")
"""Size, models, cost and trust are judged for every vendor's models, the rest is the Claude API's."""

_LOOKED_FOR = frozenset[str]().union(*(rule.traits for rule in RULES))
"""Without the others, which are any keys that somebody wrote, the requests of a file have few combinations."""


def run_rules(context: RuleContext, selected: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Return what the rules say of a request: most severe first, then by rule and place.

    Args:
        context: the request and what is known of it.
        selected: ids or names of rules that run although they are off by default.
    """
    is_claude, traits = context.model.provider == "anthropic", request_traits(context) & _LOOKED_FOR
    findings = [f for rule in _applying("request", traits, selected, is_claude) for f in rule.check(context)]
    verdict = VerdictContext(context, tuple(findings))
    findings += [f for rule in _applying("verdict", traits, selected, is_claude) for f in rule.check(verdict)]
    # The sort is stable: findings of one rule and place keep the order in which the rule yields them.
    return tuple(
        sorted(findings, key=lambda found: (SEVERITIES.index(found.severity), found.rule, found.path))
    )


def run_pipeline_rules(plan: PipelinePlan) -> tuple[Finding, ...]:
    """Return what the rules on pipelines say of a plan, in the order of the rules and stages."""
    return tuple(finding for rule in RULES if rule.scope == "pipeline" for finding in rule.check(plan))


@lru_cache(maxsize=1024)
def _applying(
    scope: Scope, traits: frozenset[str], selected: frozenset[str], is_claude: bool
) -> tuple[Rule, ...]:
    """Return the rules that look at such requests; those of one file are mostly alike."""
    return tuple(
        rule
        for rule in RULES
        if rule.scope == scope
        and (rule.is_default or rule.id in selected or rule.name in selected)
        and rule.concerns(traits)
        and (is_claude or not (rule.is_claude_only or not rule.id.startswith(_ANY_PROVIDER)))
    )
