"""Documentation of the rules, made of their modules' docstrings: ``python -m budgetcalc.lint.rule_docs``."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from budgetcalc.lint.rules import RULES

if TYPE_CHECKING:
    from budgetcalc.lint.rule import Rule

GROUPS = {
    "BC1": "Budgets",
    "BC2": "Size and window",
    "BC3": "Thinking",
    "BC4": "Messages, blocks and parameters",
    "BC5": "Models and betas",
    "BC6": "Caching and cost",
    "BC9": "Trust",
}

_INTRODUCTION = """\
<!-- Written by `python -m budgetcalc.lint.rule_docs > docs/rules.md`; do not edit. -->

# Rules

`budgetcalc estimate` judges requests by these rules; `budgetcalc explain BC301` shows
one of them. An **error** is what the API would answer with 4xx, a **warning** a trap, a cost or a doubt, a
**note** worth knowing. The severity given is the highest a rule gives. Ids are never used again. A rule that is
**off** runs only when it is selected: nobody has confirmed for today's API what it is about.
"""


def render_rule_docs() -> str:
    """Return ``docs/rules.md``: an overview, then every rule."""
    parts = [_INTRODUCTION]
    for group, rules in groupby(RULES, key=lambda rule: rule.id[:3]):
        rows = "".join(
            f"| [{r.id}](#{_anchor(r)}) | {r.name} | {_severity(r)} | {_title(r)} |\n" for r in rules
        )
        parts.append(
            f"## {group}xx: {GROUPS[group]}\n\n| id | name | severity | what |\n|---|---|---|---|\n{rows}"
        )
    parts += [f"## {rule.id} {rule.name}\n\n*{_severity(rule)}*. {_demoted(rule)}" for rule in RULES]
    return "\n".join(parts)


def explain_rule(rule: Rule) -> str:
    """Return what ``budgetcalc explain`` shows of a rule, as plain text that is Markdown too."""
    return f"# {rule.id} {rule.name} ({_severity(rule)})\n\n{rule.documentation.strip()}\n"


def _severity(rule: Rule) -> str:
    return rule.severity if rule.is_default else f"{rule.severity}, off by default"


def _title(rule: Rule) -> str:
    return rule.documentation.strip().splitlines()[0]


def _anchor(rule: Rule) -> str:
    """Return the anchor GitHub gives the rule's heading."""
    return f"{rule.id.lower()}-{rule.name}"


def _demoted(rule: Rule) -> str:
    """Return the documentation with its headings one level below the rule's own."""
    return re.sub(r"^## ", "### ", rule.documentation.strip(), flags=re.MULTILINE) + "\n"


if __name__ == "__main__":
    print(render_rule_docs(), end="")  # noqa: T201 - a generator writes to stdout
