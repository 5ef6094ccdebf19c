"""``budgetcalc explain``."""

from __future__ import annotations

import json
from typing import Any, get_args

import pytest

from budgetcalc.budgets import Verdict
from budgetcalc.catalogue import Bucket
from budgetcalc.counts import METHODS, PartKind
from budgetcalc.lint.rules import RULES
from budgetcalc.topics import TOPICS


@pytest.mark.parametrize("word", [*get_args(PartKind), *METHODS, *get_args(Verdict), *get_args(Bucket)])
def test_every_word_of_the_output_is_explained(run: Any, word: str) -> None:
    """A kind of part, a method, a verdict, a bucket: each has what, why and source."""
    result = run("explain", word)
    assert result.exit_code == 0
    assert all(title in result.stdout for title in ("What it is", "Why it matters", "Source"))


def test_topics_are_unique_and_have_everything() -> None:
    """No topic stands twice in a group, and none leaves anything empty."""
    assert len({(topic.name, topic.group) for topic in TOPICS}) == len(TOPICS)
    assert all(topic.what and topic.why and topic.source for topic in TOPICS)


def test_a_rule_by_id_and_by_name(run: Any) -> None:
    """A rule is found by its id and by its name, in any case."""
    rule = RULES[0]
    by_id = run("explain", rule.id.lower())
    assert by_id.exit_code == 0
    assert by_id.stdout == run("explain", rule.name).stdout
    assert rule.name in by_id.stdout


def test_a_cost_rule_of_several_words(run: Any) -> None:
    """A rule label of a cost line, as long-context+batch, explains each word."""
    text = run("explain", "long-context+batch").stdout
    assert "cliff" in text
    assert "Batches API" in text


def test_underscores_hyphens_and_case_do_not_matter(run: Any) -> None:
    """Over_Window is over-window."""
    assert run("explain", "Over-Window").stdout == run("explain", "over_window").stdout


def test_a_near_miss_is_suggested(run: Any) -> None:
    """An unknown topic exits with 2 and suggests near ones."""
    result = run("explain", "clampt")
    assert result.exit_code == 2
    assert "did you mean clamped?" in result.stderr


def test_no_topic_lists_all(run: Any) -> None:
    """Without a topic every topic and rule is listed."""
    text = run("explain").stdout
    assert all(topic.name in text for topic in TOPICS)
    assert all(rule.id in text for rule in RULES)


def test_json(run: Any) -> None:
    """JSON holds the entries; without a topic their texts are left out."""
    answer = json.loads(run("explain", "frame", "-f", "json").stdout)
    listed = json.loads(run("explain", "-f", "json").stdout)
    assert answer["entries"][0]["name"] == "frame"
    assert answer["entries"][0]["text"]
    assert len(listed["entries"]) == len(TOPICS) + len(RULES)
