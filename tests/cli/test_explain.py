"""``budgetcalc explain``."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from budgetcalc.budgets import Verdict
from budgetcalc.catalogue import Bucket
from budgetcalc.configuration_document import REQUEST_LIMITS
from budgetcalc.counts import METHODS, PartKind
from budgetcalc.lint.rules import RULES
from budgetcalc.reconciliation import Reason
from budgetcalc.render.lint_wording import VERDICTS
from budgetcalc.render.wording import SUMMARY
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


MARKED = {"type": "text", "text": "word " * 3_000, "cache_control": {"type": "ephemeral"}}
ALL_COSTS = {
    "model": "claude-sonnet-4-6",
    "max_tokens": 5_000,
    "thinking": {"type": "enabled", "budget_tokens": 2_000},
    "system": [MARKED],
    "messages": [{"role": "user", "content": "Hi"}],
}
ALL_USAGE = {
    "id": "msg_1",
    "type": "message",
    "role": "assistant",
    "model": "claude-sonnet-4-6",
    "content": [],
    "usage": {
        "input_tokens": 100,
        "output_tokens": 50,
        "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 10},
        "cache_creation_input_tokens": 20,
        "cache_read_input_tokens": 10,
        "server_tool_use": {"web_search_requests": 1},
    },
}


def is_explained(run: Any, label: str) -> bool:
    return bool(run("explain", label).exit_code == 0)


def test_every_line_of_a_cost_is_explained(run: Any) -> None:
    """What estimate writes before an amount is a topic, and so is every key of the cost in JSON."""
    given = ("estimate", "-", "--expect-output", "10", "--calls", "3")
    shown = run(*given, stdin=json.dumps(ALL_COSTS)).stdout
    labels = re.findall(r"^  (\S.*?)  +\$", shown.partition("FITS")[2], re.MULTILINE)
    assert labels == ["input", "later call, cached", "at most", "in a batch, at most", "expected"]
    cost = json.loads(run(*given, "-f", "json", stdin=json.dumps(ALL_COSTS)).stdout)["estimates"][0]["cost"]
    keys = [key for key in cost if key not in {"currency", "lines"}]
    assert [label for label in (*labels, *keys) if not is_explained(run, label)] == []


def test_every_title_of_an_estimate_is_explained(run: Any) -> None:
    """The titles of the page's sections and of the table's columns of figures."""
    shown = run(
        "estimate", "-", "--on", "2026-11-22", stdin=json.dumps(ALL_COSTS | {"temperature": 9})
    ).stdout
    titles = [row for row in shown.splitlines() if re.fullmatch(r"[a-z]+( [a-z-]+)*", row)]
    assert {"formula", "findings", "tokens that count against per-minute limits"} <= {*titles}
    columns = [title for title, _ in SUMMARY if title not in {"request", "model", "verdict"}]
    assert [label for label in (*titles, *columns) if not is_explained(run, label)] == []


def test_every_line_of_a_price_is_explained(run: Any, tmp_path: Path) -> None:
    """Kinds of tokens, what qualifies the total, and the total: what stands before a figure is a topic."""
    refused = ALL_USAGE | {"id": "msg_3", "usage": {"input_tokens": -1, "output_tokens": 1}}
    answers = [ALL_USAGE, ALL_USAGE | {"id": "msg_2", "model": "nobody"}, refused]
    usage = tmp_path / "usage.jsonl"
    usage.write_text("".join(f"{json.dumps(each)}\n" for each in answers), encoding="utf-8")
    shown = run("price", str(usage), "--on", "2026-11-22").stdout
    table, _, rest = shown.partition("\n\n")
    kinds = [row.split("  ")[0] for row in table.splitlines()[1:]]
    lines = [row.split("  ")[0] for row in rest.splitlines() if re.match(r"[a-z]+  ", row)]
    assert {"uncached input", "cache writes, 5 min", "cache writes, 1 hour", "web searches"} <= {*kinds}
    assert {"unpriced", "invalid", "cache", "rows", "prices"} <= {*lines}
    assert re.search("^total ", rest, re.MULTILINE)
    words = (*kinds, *lines, "total", "incomplete", "reported", "reconciled", *LABELS_OF_KINDS)
    assert [label for label in words if not is_explained(run, label)] == []


LABELS_OF_KINDS = (
    "answers",
    "other output, which may hold thinking",
    "other output",
    "output, which may hold thinking",
)


@pytest.mark.parametrize("reason", [each for each in get_args(Reason.__value__) if each])
def test_every_reason_of_a_difference_is_explained(run: Any, reason: str) -> None:
    """Why reported and computed money differ."""
    assert is_explained(run, reason)


def test_every_limit_and_verdict_of_a_budget_is_explained(run: Any) -> None:
    """The limits that a budget may have lead to their rules, and what the table says of each is a topic."""
    limits = [*REQUEST_LIMITS, "max_total_cost_usd"]
    assert [label for label in (*limits, *VERDICTS.values()) if not is_explained(run, label)] == []
    assert "BC108" in run("explain", "max_growth").stdout
