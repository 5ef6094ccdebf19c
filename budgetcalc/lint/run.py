"""Runs the rules on one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.request_traits import request_traits
from budgetcalc.lint.rules import RULES

if TYPE_CHECKING:
    from budgetcalc.findings import Finding
    from budgetcalc.lint.rule import Rule, RuleContext
    from budgetcalc.pipelines import PipelinePlan

_ANY_PROVIDER = ("BC2", "BC5", "BC6", "BC9")
"""Size, models, cost and trust are judged for every vendor's models, the rest is the Claude API's."""


def run_rules(context: RuleContext) -> tuple[Finding, ...]:
    """Return what the rules say of a request: most severe first, then by rule and place."""
    traits = request_traits(context)
    findings = [
        finding for rule in RULES if _applies(rule, context, traits) for finding in rule.check(context)
    ]
    # The sort is stable: findings of one rule and place keep the order in which the rule yields them.
    return tuple(
        sorted(findings, key=lambda found: (SEVERITIES.index(found.severity), found.rule, found.path))
    )


def run_pipeline_rules(plan: PipelinePlan) -> tuple[Finding, ...]:
    """Return what the rules on pipelines say of a plan, in the order of the rules and stages."""
    return tuple(finding for rule in RULES if rule.scope == "pipeline" for finding in rule.check(plan))


def _applies(rule: Rule, context: RuleContext, traits: frozenset[str]) -> bool:
    return (
        rule.scope == "request"
        and (not rule.traits or not rule.traits.isdisjoint(traits))
        and (context.model.provider == "anthropic" or rule.id.startswith(_ANY_PROVIDER))
    )
