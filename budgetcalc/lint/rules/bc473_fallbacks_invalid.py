"""`fallbacks` cannot be tried in this form.

## What it does

Finds more than three entries, the same model twice, the requested model itself, an entry without a model,
a text other than `default`, and a model for which the API would refuse the same request: its rules are its own.
A missing header is BC513. Models this version does not know are left alone.

## Why it matters

The API answers 400.

## Example

Over, for Claude Opus 5:

    {"fallbacks": [{"model": "claude-opus-5"}]}

Within:

    {"fallbacks": [{"model": "claude-opus-4-8"}]}

## How to fix

Name up to three other models.

## Source

Refusals and fallback, https://platform.claude.com/docs/en/build-with-claude/refusals-and-fallback
(2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.budgets import plan_budget
from budgetcalc.counting import count_request
from budgetcalc.errors import UnknownModelError
from budgetcalc.findings import Finding
from budgetcalc.locations import printable
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC473"
NAME = "fallbacks-invalid"
SEVERITY: Severity = "error"

_MOST = 3


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each thing wrong with the list."""
    fallbacks = context.request.body.get("fallbacks")
    if fallbacks is None or fallbacks == "default":
        return
    if not isinstance(fallbacks, list):
        message = 'fallbacks is neither a list of models nor "default"'
        yield Finding(ID, NAME, "error", message, path="/fallbacks", hint='give a list of {"model": …}')
        return
    if len(fallbacks) > _MOST:
        message = f"{len(fallbacks)} fallbacks, at most {_MOST} are tried"
        yield Finding(
            ID,
            NAME,
            "error",
            message,
            path="/fallbacks",
            hint="name three at most",
            measured=len(fallbacks),
            limit=_MOST,
        )
    seen = {context.model.id}
    for index, entry in enumerate(fallbacks):
        name = entry.get("model") if isinstance(entry, dict) else None
        path = f"/fallbacks/{index}"
        if not isinstance(name, str):
            yield Finding(ID, NAME, "error", "a fallback names no model", path=path, hint="give its model")
            continue
        model = _id(context, name)
        if model in seen:
            what = "the requested model" if model == context.model.id else "named twice"
            message = f"the fallback {printable(name, limit=60)} is {what}"
            yield Finding(ID, NAME, "error", message, path=path, hint="name another model")
        elif model in context.catalogue.models:
            yield from _refusals(context, name, path)
        seen.add(model)


def _refusals(context: RuleContext, name: str, path: str) -> Iterator[Finding]:
    """Yield an error when the API would refuse the request for a fallback's model, whose rules are its own."""
    from budgetcalc.lint.run import run_rules

    match = context.catalogue.find(name)
    body = {key: value for key, value in context.request.body.items() if key != "fallbacks"}
    request = replace(context.request, body=body)
    counted = count_request(request, match.model, context.catalogue.framing, context.on)
    budget = plan_budget(request, match.model, counted, context.on)
    there = replace(context, request=request, match=match, counted=counted, budget=budget)
    refusals = [found for found in run_rules(there) if found.severity == "error"]
    if refusals:
        first = f"{refusals[0].rule} {refusals[0].message}"
        message = f"the request is not valid for the fallback {match.model.id}: {first}"
        hint = "name a fallback that takes the request, or change it for both"
        yield Finding(ID, NAME, "error", message, path=path, hint=hint, measured=len(refusals), limit=0)


def _id(context: RuleContext, name: str) -> str:
    try:
        return context.catalogue.find(name).model.id
    except UnknownModelError:
        return name
