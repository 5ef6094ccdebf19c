"""The examples of docs/configuration.md are configurations, and its tables know every key."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from budgetcalc import configuration_document as document
from budgetcalc.lint.rules import RULES

PAGE = (Path(__file__).parents[2] / "docs" / "configuration.md").read_text("utf-8")
EXAMPLES = re.findall(r"```(yaml|toml)\n(.*?)```", PAGE, re.DOTALL)


@pytest.mark.parametrize(("kind", "text"), EXAMPLES, ids=lambda value: value[:20].split("\n")[0])
def test_example_is_a_configuration(kind, text, config_of):
    """Whoever copies an example has a configuration without errors."""
    config_of(text, "pyproject.toml" if kind == "toml" else "budgetcalc.yaml")


def test_both_forms_of_the_first_example_mean_the_same(config_of):
    """The page says so."""
    first = config_of(EXAMPLES[0][1])
    toml = next(text for kind, text in EXAMPLES if kind == "toml")

    def bare(config):
        budgets = tuple(replace(budget, line=None) for budget in config.budgets)
        return replace(config, file="", sha256="", budgets=budgets)

    assert bare(config_of(toml, "pyproject.toml")) == bare(first)


@pytest.mark.parametrize(
    "keys",
    [
        document.CONFIG_KEYS,
        document.DEFAULTS_KEYS,
        document.BUDGET_KEYS,
        document.PIPELINE_KEYS,
        document.STAGE_KEYS,
        document.IGNORE_KEYS,
    ],
)
def test_every_key_stands_in_a_table(keys):
    """A key that nobody can read of does not exist."""
    tables = "\n".join(line for line in PAGE.splitlines() if line.startswith("|"))
    assert [key for key in keys if f"`{key}`" not in tables] == []


def test_every_option_of_a_rule_stands_in_the_table():
    """With the rule it belongs to and the value that holds otherwise."""
    for rule in RULES:
        for name, default in rule.options:
            assert f"| `{name}` | `{rule.name}` ({rule.id}) |" in PAGE
            assert f"; {default} |" in PAGE


def test_the_errors_shown_are_those_that_are_made(errors_of):
    """The sample of errors comes from such a file."""
    text = (
        "version: 1\nbudgets:\n  - name: a\n    files: a\n\n    max_input_token: 1\nignores:\n\n  - file: a\n"
    )
    shown = re.search(r"```text\n(.*?)```", PAGE, re.DOTALL)[1]
    for line in errors_of(text):
        assert line in shown
