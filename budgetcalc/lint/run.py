"""Runs the rules on one request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.request_traits import request_traits
from budgetcalc.lint.rule import VerdictContext
from budgetcalc.lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Finding
    from budgetcalc.lint.rule import Rule, RuleContext, Scope
    from budgetcalc.pipelines import PipelinePlan

_ANY_PROVIDER = ("BC2", "BC5", "BC6", "BC9")
"""Size, models, cost and trust are judged for every vendor's models, the rest is the Claude API's."""


def run_rules(context: RuleContext, selected: frozenset[str] = frozenset()) -> tuple[Finding, ...]:
    """Return what the rules say of a request: most severe first, then by rule and place.

    Args:
        context: the request and what is known of it.
        selected: ids or names of rules that run although they are off by default.
    """
    traits = request_traits(context)

    def applying(scope: Scope) -> Iterator[Rule]:
        return (rule for rule in RULES if rule.scope == scope and _applies(rule, context, traits, selected))

    findings = [finding for rule in applying("request") for finding in rule.check(context)]
    verdict = VerdictContext(context, tuple(findings))
    findings += [finding for rule in applying("verdict") for finding in rule.check(verdict)]
    # The sort is stable: findings of one rule and place keep the order in which the rule yields them.
    return tuple(
        sorted(findings, key=lambda found: (SEVERITIES.index(found.severity), found.rule, found.path))
    )


def run_pipeline_rules(plan: PipelinePlan) -> tuple[Finding, ...]:
    """Return what the rules on pipelines say of a plan, in the order of the rules and stages."""
    return tuple(finding for rule in RULES if rule.scope == "pipeline" for finding in rule.check(plan))


def _applies(rule: Rule, context: RuleContext, traits: frozenset[str], selected: frozenset[str]) -> bool:
    is_claude_only = rule.is_claude_only or not rule.id.startswith(_ANY_PROVIDER)
    return (
        (rule.is_default or rule.id in selected or rule.name in selected)
        and rule.concerns(traits)
        and (context.model.provider == "anthropic" or not is_claude_only)
    )
