"""`fallbacks` cannot be tried in this form.

## What it does

Finds more than three entries, the same model twice, the requested model itself, an entry without a model,
and a text other than `default`. A missing header is BC513. Models this version does not know are left alone.

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

from budgetcalc.errors import UnknownModelError
from budgetcalc.findings import Finding
from budgetcalc.locations import printable

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
        seen.add(model)


def _id(context: RuleContext, name: str) -> str:
    try:
        return context.catalogue.find(name).model.id
    except UnknownModelError:
        return name
