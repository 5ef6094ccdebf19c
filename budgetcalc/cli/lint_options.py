"""The flags that only ``lint`` has."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

from budgetcalc.cli.completion import complete_model

Paths = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[PATH]...", help="Files and folders; '-' is stdin. None takes the files of all budgets."
    ),
]
LintFormat = Annotated[
    Literal["text", "json", "jsonl", "markdown", "github", "sarif", "junit", "gitlab"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="Form of the output."),
]
OneModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        envvar="BUDGETCALC_MODEL",
        autocompletion=complete_model,
        help="Replace every request's model.",
    ),
]
Baseline = Annotated[
    str | None,
    typer.Option(
        "--baseline",
        metavar="FILE",
        envvar="BUDGETCALC_BASELINE",
        help="What was accepted before; .budgetcalc-baseline.json beside the config by default, 'none' for none.",
    ),
]
WriteBaseline = Annotated[
    bool, typer.Option("--write-baseline", help="Accept what there is: write it to the baseline.")
]
Diff = Annotated[
    str | None,
    typer.Option(
        "--diff", metavar="GIT_REF", help="Show how tokens and cost of the files have changed since this ref."
    ),
]
FailOn = Annotated[
    Literal["error", "warning", "note"],
    typer.Option("--fail-on", envvar="BUDGETCALC_FAIL_ON", help="Exit 1 from this severity on."),
]
Select = Annotated[
    list[str] | None,
    typer.Option("--select", metavar="RULE", help="Only these rules: an id, a name, or BC3; repeatable."),
]
Ignore = Annotated[
    list[str] | None,
    typer.Option("--ignore", metavar="RULE", help="Not these rules: an id, a name, or BC3; repeatable."),
]


def rule_ids(flag: str, given: list[str] | None) -> frozenset[str]:
    """Return the ids that a flag's values stand for; each may be several, with commas between.

    Raises:
        UsageError: one stands for no rule.
    """
    from difflib import get_close_matches

    from budgetcalc.errors import UsageError
    from budgetcalc.lint.rules import RULES, rules_selected
    from budgetcalc.locations import printable

    found: set[str] = set()
    for text in (part for value in given or () for part in value.split(",") if part.strip()):
        rules = rules_selected(text)
        if not rules:
            near = get_close_matches(text.strip().lower(), [rule.name for rule in RULES], n=1)
            hint = f"did you mean {near[0]}?" if near else "`budgetcalc explain` lists the rules"
            raise UsageError(f"{flag}: no rule {printable(repr(text.strip()), limit=60)}", hint=hint)
        found |= {rule.id for rule in rules}
    return frozenset(found)
