"""Which findings are shown, and as how severe."""

from __future__ import annotations

from datetime import date

import pytest

from budgetcalc.cli.lint_options import rule_ids
from budgetcalc.configuration import Config, Ignore, Override, RuleSetting
from budgetcalc.errors import UsageError
from budgetcalc.findings import Finding
from budgetcalc.lint.policy import Policy

TODAY = date(2026, 11, 22)
IN_A = Finding("BC205", "nonstreaming-too-long", "warning", "m", file="a/x.json")
IN_B = Finding("BC205", "nonstreaming-too-long", "warning", "m", file="b/x.json")
BROKEN = Finding("BC904", "file-unreadable", "error", "m", file="a/x.json")


def settled(config, finding, **flags):
    found = Policy(config, **flags).settled(finding)
    return None if found is None else found.severity


def test_findings_are_left_as_they_are():
    """Without a word about a rule each finding keeps its own severity."""
    assert settled(Config(), IN_A) == "warning"


@pytest.mark.parametrize(("level", "expected"), [("off", None), ("note", "note"), ("error", "error")])
def test_a_setting_is_the_severity(level, expected):
    """The config has the word on how bad a rule is, or that it is not asked."""
    assert settled(Config(rules=(RuleSetting("BC205", level),)), IN_A) == expected
    assert settled(Config(rules=(RuleSetting("BC301", level),)), IN_A) == "warning"


def test_options_alone_change_no_severity():
    """A rule with an option set keeps its severity."""
    assert settled(Config(rules=(RuleSetting("BC205", None, (("days", 3),)),)), IN_A) == "warning"


def test_the_last_override_of_a_file_wins():
    """Files of some globs have settings of their own."""
    config = Config(
        rules=(RuleSetting("BC205", "error"),),
        overrides=(
            Override(("a/**",), (RuleSetting("BC205", "off"),)),
            Override(("**/x.json", "!b/*"), (RuleSetting("BC205", "note"),)),
        ),
    )
    assert settled(config, IN_A) == "note"
    assert settled(config, IN_B) == "error"


def test_flags_choose_rules():
    """--select asks only these, --ignore all but these."""
    assert settled(Config(), IN_A, select=frozenset({"BC205"})) == "warning"
    assert settled(Config(), IN_A, select=frozenset({"BC301"})) is None
    assert settled(Config(), IN_A, ignore=frozenset({"BC205"})) is None


def test_what_could_not_be_measured_stays():
    """Neither flag nor setting nor ignore makes a pass of a file that nobody could read."""
    config = Config(rules=(RuleSetting("BC904", "off"),), ignores=(Ignore("a/*", "because"),))
    assert settled(config, BROKEN, select=frozenset({"BC205"}), ignore=frozenset({"BC904"})) == "error"
    assert Policy(config).without_ignored([BROKEN], TODAY) == ((BROKEN,), (0,))


@pytest.mark.parametrize(
    ("ignore", "kept"),
    [
        (Ignore("a/*", "r"), [IN_B]),
        (Ignore("a/*", "r", "BC205"), [IN_B]),
        (Ignore("a/*", "r", "BC301"), [IN_A, IN_B]),
        (Ignore("**/x.json", "r", "BC205", TODAY), []),
        (Ignore("**/x.json", "r", "BC205", date(2026, 11, 21)), [IN_A, IN_B]),
    ],
)
def test_an_ignore_takes_away_until_its_last_day(ignore, kept):
    """Rule, file and day have to fit."""
    found, counts = Policy(Config(ignores=(ignore,))).without_ignored([IN_A, IN_B], TODAY)
    assert list(found) == kept
    assert counts == (2 - len(kept),)


def test_every_ignore_that_fits_is_used():
    """Two that say the same are both of use, as far as anybody can tell."""
    config = Config(ignores=(Ignore("a/*", "r"), Ignore("**", "r", "BC205")))
    assert Policy(config).without_ignored([IN_A], TODAY) == ((), (1, 1))


def test_rules_are_chosen_by_id_name_and_beginning():
    """BC10 stands for all rules that begin so; commas separate."""
    assert rule_ids("--select", ["BC205, budget-growth"]) == {"BC205", "BC108"}
    assert {"BC101", "BC108"} <= rule_ids("--select", ["bc10"])
    assert rule_ids("--select", None) == frozenset()


@pytest.mark.parametrize("text", ["BC999", "budget-grwth", "x", "B"])
def test_a_rule_that_is_none_is_an_error(text):
    """A misspelt --ignore would check more than meant, a misspelt --select nothing."""
    with pytest.raises(UsageError):
        rule_ids("--select", [text])
