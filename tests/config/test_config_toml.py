"""``[tool.budgetcalc]`` says the same as ``budgetcalc.yaml``."""

from __future__ import annotations

from dataclasses import replace

import pytest

YAML = """\
version: 1
defaults: {model: claude-opus-4-6, on: 2026-11-22}
budgets:
  - {name: agent, files: ["p/*.json"], max_input_tokens: 8000, max_cost_usd: 0.10, warn_at: 90%}
rules: {BC205: off}
"""
TOML = """\
[project]
name = "x"

[tool.budgetcalc]
version = 1
defaults = {model = "claude-opus-4-6", on = 2026-11-22}
rules.BC205 = "off"

[[tool.budgetcalc.budgets]]
name = "agent"
files = ["p/*.json"]
max_input_tokens = 8_000
max_cost_usd = 0.10
warn_at = "90%"
"""


def test_both_forms_mean_the_same(config_of):
    """A project chooses the file, not the meaning."""

    def bare(config):
        budgets = tuple(replace(budget, line=None) for budget in config.budgets)
        return replace(config, file="", sha256="", budgets=budgets)

    assert bare(config_of(YAML)) == bare(config_of(TOML, "pyproject.toml"))


def test_money_of_toml_is_read_from_its_text(config_of):
    """Not even TOML's own numbers pass through a float."""
    assert str(config_of(TOML, "pyproject.toml").budgets[0].max_cost_usd) == "0.10"


def test_budgets_know_their_lines(config_of):
    """The header of a table is its place."""
    assert config_of(TOML, "pyproject.toml").budgets[0].line == 9


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("max_cost_usd", "max_costs_usd"), 'pyproject.toml:13:1: unknown key "max_costs_usd"'),
        (("max_cost_usd = 0.10", "max_cost_usd = -1"), "pyproject.toml:13:1: expected a decimal number"),
        (('model = "claude-opus-4-6"', "modle = 1"), 'pyproject.toml:6:1: unknown key "modle"'),
        (("version = 1", "version = true"), 'pyproject.toml:5:1: expected version: 1, got "true"'),
        (("rules.BC205", "rules.BC999"), 'pyproject.toml:7:1: no rule "BC999"'),
        (("[[tool.budgetcalc.budgets]]", "[[tool.budgetcalc.budgest]]"), ':9:1: unknown key "budgest"'),
        (('name = "x"', "name ="), "pyproject.toml:2:"),
        (("[tool.budgetcalc]", "[tool.other]"), "has no [tool.budgetcalc]"),
    ],
)
def test_errors_have_their_line(errors_of, change, said):
    """tomllib knows no positions, and the line is said all the same."""
    text = TOML.replace(*change)
    if "other" in change[1]:
        text = text.split("[[")[0]
    assert said in errors_of(text, "pyproject.toml")[0]


def test_deep_toml_is_refused(errors_of):
    """No traceback for a bomb."""
    assert errors_of("[tool.budgetcalc]\nversion = " + "[" * 100_000 + "]" * 100_000, "pyproject.toml")
