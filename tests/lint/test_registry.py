"""The registry and the documentation made of it."""

import re
import runpy
import subprocess
import sys
from pathlib import Path
from typing import get_args

import pytest

from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.request_traits import OF_BLOCKS, OF_CIRCUMSTANCES
from budgetcalc.lint.rule import OF_RUNS, SequenceKind
from budgetcalc.lint.rule_docs import GROUPS, explain_rule, render_rule_docs
from budgetcalc.lint.rules import RULES, rule_by_id_or_name

BODY_KEYS = {
    "compaction",
    "container",
    "context_management",
    "diagnostics",
    "fallbacks",
    "inference_geo",
    "max_tokens",
    "mcp_servers",
    "metadata",
    "output_config",
    "output_format",
    "service_tier",
    "speed",
    "stop_sequences",
    "system",
    "temperature",
    "tool_choice",
    "tools",
    "top_k",
    "top_p",
}
REPOSITORY = Path(__file__).parents[2]
SECTIONS = ["## What it does", "## Why it matters", "## Example", "## How to fix", "## Source"]


def test_ids_and_names_are_unique():
    """No two rules share an id or a name, and the ids ascend."""
    ids = [rule.id for rule in RULES]
    assert ids == sorted(set(ids))
    assert len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_rule_is_well_formed(rule):
    """A rule has an id of a known range, a kebab name, and every section of its documentation, in order."""
    assert re.fullmatch(r"BC[0-9]{3}", rule.id)
    assert rule.id[:3] in GROUPS
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", rule.name)
    assert rule.severity in SEVERITIES
    lines = rule.documentation.splitlines()
    assert lines[0].endswith(".")
    assert [line for line in lines if line.startswith("## ")] == SECTIONS


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_file_is_named_after_its_rule(rule):
    """A rule is found by its id and its name: they are its file's name."""
    name = f"{rule.id}_{rule.name}".lower().replace("-", "_")
    assert rule.module.__name__ == f"budgetcalc.lint.rules.{name}"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_file_says_what_the_registry_says(rule):
    """The registry lists a rule without loading its file; both say the same of it."""
    module = rule.module
    assert (rule.id, rule.name, rule.severity) == (module.ID, module.NAME, module.SEVERITY)


OF_REQUESTS = OF_BLOCKS | OF_CIRCUMSTANCES | BODY_KEYS
KNOWN_TRAITS = {
    "request": OF_REQUESTS,
    "verdict": OF_REQUESTS,
    "sequence": frozenset(get_args(SequenceKind)),
    "run": frozenset(OF_RUNS),
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_traits_are_known(rule):
    """A trait is a key of the body, a type of block, a circumstance: a misspelled one would silence a rule."""
    assert rule.traits <= KNOWN_TRAITS.get(rule.scope, frozenset())


def test_every_rule_file_is_registered():
    """A file in the folder that the explicit list does not name would never run."""
    files = (REPOSITORY / "budgetcalc" / "lint" / "rules").glob("bc*.py")
    assert {file.stem for file in files} == {rule.module.__name__.rsplit(".")[-1] for rule in RULES}


def test_every_rule_has_a_case_over_and_one_within():
    """The tables of this folder hold, for each rule, a request that earns a finding and one that does not."""
    earned: dict[str, set[bool]] = {rule.name: set() for rule in RULES}
    for file in Path(__file__).parent.glob("test_*_rules.py"):
        for name, table in runpy.run_path(str(file)).items():
            for rule, expected, *_ in (case.values for case in table) if name.endswith("CASES") else ():
                earned[rule].add(bool(expected))
    assert [name for name, outcomes in earned.items() if outcomes != {True, False}] == []


@pytest.mark.parametrize("text", ["BC301", "bc301", "thinking-budget-below-1024", " BC301 "])
def test_rule_is_found_by_id_or_name(text):
    """``explain`` and the config name a rule either way."""
    rule = rule_by_id_or_name(text)
    assert rule is not None
    assert rule.id == "BC301"


def test_unknown_rule_is_none():
    """No neighbour is taken for an id that does not exist."""
    assert rule_by_id_or_name("BC300") is None


def test_explanation_is_the_docstring():
    """``explain`` shows id, name, severity and the whole documentation."""
    rule = RULES[0]
    assert explain_rule(rule).startswith(
        f"# {rule.id} {rule.name} ({rule.severity})\n\n{rule.documentation[:40]}"
    )


def test_rules_that_are_off_say_so():
    """What runs only when selected is marked in the overview and in the explanation."""
    off = [rule for rule in RULES if not rule.is_default]
    assert off
    for rule in off:
        assert explain_rule(rule).startswith(f"# {rule.id} {rule.name} ({rule.severity}, off by default)")
        assert f"| {rule.name} | {rule.severity}, off by default |" in render_rule_docs()


def test_rule_page_is_up_to_date():
    """The page is what the docstrings say; else ``python -m budgetcalc.lint.rule_docs > docs/rules.md``."""
    page = (REPOSITORY / "docs" / "rules.md").read_text(encoding="utf-8")
    assert page == render_rule_docs()


def test_links_of_the_rule_page_have_targets():
    """Every link of the overview leads to a heading of the page."""
    page = render_rule_docs()
    headings = {
        line.removeprefix("## ").lower().replace(" ", "-") for line in page.splitlines() if line[:3] == "## "
    }
    assert set(re.findall(r"\(#([^)]+)\)", page)) <= headings


def test_registry_loads_nothing_heavy():
    """The registry imports neither a vocabulary nor a terminal, YAML or JSON library."""
    heavy = ("typer", "rich", "yaml", "msgspec", "tiktoken", "budgetcalc.claude_text")
    code = f"import sys, budgetcalc.lint.rules; print([m for m in {heavy} if m in sys.modules])"
    answer = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        cwd=REPOSITORY,
        encoding="utf-8",
    )
    assert answer.stdout.strip() == "[]"
