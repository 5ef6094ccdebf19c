"""Words a shell may complete; the catalogue is read only when somebody presses the tab key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.errors import BudgetcalcError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgetcalc.catalogue import Model


def complete_model(incomplete: str) -> list[str]:
    """Return ids and aliases of the bundled catalogue."""
    return _starting(incomplete, (name for model in _models() for name in (model.id, *model.aliases)))


def complete_effort(incomplete: str) -> list[str]:
    """Return the effort levels that any model takes."""
    return _starting(incomplete, (level for model in _models() for level in model.thinking.efforts))


def complete_beta(incomplete: str) -> list[str]:
    """Return the betas that change a window, an output cap or a price."""
    betas: list[str | None] = []
    for model in _models():
        betas += [limit.beta for limit in (*model.context_windows, *model.output_caps)]
        betas += [period.beta for period in (*model.long_context, *model.fast)]
    return _starting(incomplete, (beta for beta in betas if beta))


def complete_limit(incomplete: str) -> list[str]:
    """Return the names of limits, ready for their value."""
    from budgetcalc.input_limits import KINDS

    return _starting(incomplete, (f"{name}=" for name in KINDS))


def complete_topic(incomplete: str) -> list[str]:
    """Return what can be explained: topics, rule ids and rule names."""
    from budgetcalc.lint.rules import RULES
    from budgetcalc.topics import TOPICS

    rules = (name for rule in RULES for name in (rule.id, rule.name))
    return _starting(incomplete, (*(topic.name for topic in TOPICS), *rules))


def complete_pipeline(incomplete: str) -> list[str]:
    """Return the pipelines of the project's configuration whose names are plain words.

    A shell puts what it gets into the command line as it is, or evaluates it: no name of a checkout may steer it.
    """
    from budgetcalc.cli.project import project_config
    from budgetcalc.patterns import pattern

    try:
        config = project_config(None)
    except BudgetcalcError:
        return []
    names = [pipeline.name for pipeline in config.pipelines] if config else []
    return _starting(incomplete, filter(pattern(r"\w[\w.:@/-]*").fullmatch, names))


def _models() -> tuple[Model, ...]:
    from budgetcalc.library import load_catalogue

    try:
        return tuple(load_catalogue().models.values())
    except BudgetcalcError:
        return ()


def _starting(incomplete: str, words: Iterable[str]) -> list[str]:
    return [word for word in dict.fromkeys(words) if word.startswith(incomplete)]
