"""``budgetcalc explain``: what a word in a result means, why it matters, and how it is known."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Annotated

import typer

from budgetcalc.cli import options
from budgetcalc.cli.completion import complete_topic

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.explanations import Entry


def explain(
    topic: Annotated[
        str | None,
        typer.Argument(
            metavar="[TOPIC]",
            autocompletion=complete_topic,
            help="A rule id or name, a kind of part, a method, a verdict, a cost; none lists them.",
        ),
    ] = None,
    format_: options.ExplainFormat = "text",
    output: options.Output = None,
    color: options.Colour = "auto",
) -> None:
    """Explain a rule, or a word in a result: what, why, source.

    \b
    Examples:
      budgetcalc explain BC301
      budgetcalc explain clamped
      budgetcalc explain long-context+batch
    """  # noqa: D301 - \b keeps click from joining the lines
    from budgetcalc.cli.output import look_of, write
    from budgetcalc.explanations import Explanation
    from budgetcalc.render import renderer

    entries = tuple(_all_entries() if topic is None else _find_entries(topic))
    look = look_of(output, color, os.environ, verbose=False)
    write(renderer("explain", format_)(Explanation(topic, entries), look), output)


def _all_entries() -> Iterator[Entry]:
    from budgetcalc.explanations import Entry, topic_entry
    from budgetcalc.lint.rules import RULES
    from budgetcalc.topics import TOPICS

    for topic in TOPICS:
        yield topic_entry(topic)
    for rule in RULES:
        yield Entry(f"{rule.id} {rule.name}", "rule", rule.documentation.partition("\n")[0], "")


def _find_entries(topic: str) -> list[Entry]:
    """Return what has this name; ``long-context+batch`` is each of its words.

    Raises:
        UsageError: nothing has; the hint suggests near names.
    """
    from budgetcalc.explanations import Entry, topic_entry
    from budgetcalc.line_topics import LIMIT_RULES
    from budgetcalc.lint.rule_docs import explain_rule
    from budgetcalc.lint.rules import RULES
    from budgetcalc.topics import TOPICS

    limits = {rule: _normalised(limit) for limit, rule in LIMIT_RULES.items()}

    found: list[Entry] = []
    for word in topic.split("+"):
        key = _normalised(word)
        entries = [topic_entry(each) for each in TOPICS if key in map(_normalised, each.names)]
        entries += [
            Entry(f"{rule.id} {rule.name}", "rule", rule.documentation.partition("\n")[0], explain_rule(rule))
            for rule in RULES
            if key in {_normalised(rule.id), _normalised(rule.name), limits.get(rule.id)}
        ]
        if not entries:
            raise _unknown(word)
        found += entries
    return found


def _unknown(word: str) -> Exception:
    from difflib import get_close_matches

    from budgetcalc.errors import UsageError
    from budgetcalc.lint.rules import RULES
    from budgetcalc.locations import printable
    from budgetcalc.topics import TOPICS

    known = (
        *(name for topic in TOPICS for name in topic.names),
        *(name for rule in RULES for name in (rule.id, rule.name)),
    )
    names = {_normalised(name): name for name in known}
    near = [names[key] for key in get_close_matches(_normalised(word), names, n=3)]
    hint = f"did you mean {', '.join(near)}?" if near else "'budgetcalc explain' lists every topic"
    return UsageError(f"nothing to explain under {printable(repr(word))}", hint=hint)


def _normalised(name: str) -> str:
    return name.strip().lower().replace(",", "").replace("_", "-").replace(" ", "-")
