"""The JSON of an estimate: the contract's keys, money as plain digits, parts that sum."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from budgetcalc.counts import METHODS

from .builders import (
    ENABLED,
    ON,
    WEATHER,
    ask,
    assistant,
    call,
    document,
    image,
    png,
    result,
    text,
    thinking,
    user,
)

PLAIN_DIGITS = re.compile(r"-?\d+(\.\d*[1-9])?")

KEYS = {
    "": {
        "source",
        "model",
        "requested_model",
        "input",
        "parts",
        "stripped_thinking",
        "budget",
        "cost",
        "rate_limits",
        "findings",
    },
    "input": {"tokens", "low", "high", "method"},
    "stripped_thinking": {"tokens", "low", "high", "blocks", "paths", "reason"},
    "budget": {
        "context_window",
        "max_tokens",
        "thinking_budget",
        "needed",
        "headroom",
        "largest_max_tokens",
        "output_cap",
        "verdict",
        "formula",
    },
    "cost": {
        "currency",
        "input",
        "input_cached",
        "output_max",
        "total_min",
        "total_max",
        "batch_total_max",
        "lines",
    },
    "rate_limits": {"input_tokens", "output_tokens"},
}
PART_KEYS = {"kind", "path", "message", "tokens", "low", "high", "method"}
KINDS = {
    "system",
    "tools",
    "tool_prompt",
    "thinking_prompt",
    "text",
    "image",
    "document",
    "tool_use",
    "tool_result",
    "thinking",
    "server_tool",
    "frame",
}
LINE_KEYS = {
    "scenario",
    "bucket",
    "tokens",
    "usd_per_mtok",
    "multiplier",
    "rule",
    "price_period",
    "source",
    "usd",
}
FINDING_KEYS = {"rule", "name", "severity", "message", "file", "line", "path", "fingerprint"}

MARK = {"cache_control": {"type": "ephemeral"}}
FULL: dict[str, Any] = {
    "system": [text("You are a scientist. " * 400, **MARK)],
    "tools": [WEATHER, {"type": "web_search_20250305", "name": "web_search"}],
    "messages": [
        user([text("Weather?"), image(png(100, 100)), document("Some text.")]),
        assistant([thinking("one"), text("I look."), call()]),
        user([result("sunny")]),
        assistant([thinking("two"), text("Sunny.")]),
        user("Thanks"),
    ],
    "thinking": ENABLED,
    "max_tokens": 4000,
    "temperature": 0.5,
}


def money_of(document_: dict[str, Any]) -> list[Any]:
    """Return every amount and rate in the document."""
    cost = document_["cost"]
    names = ("input", "input_cached", "output_max", "total_min", "total_max", "batch_total_max")
    amounts = [cost[name] for name in names]
    return amounts + [line[key] for line in cost["lines"] for key in ("usd", "usd_per_mtok", "multiplier")]


@pytest.mark.parametrize(
    "model", ["claude-3-haiku-20240307", "claude-sonnet-4-5", "claude-opus-4-6", "gpt-4o", "gemini-2.5-pro"]
)
@pytest.mark.parametrize("body", [pytest.param({}, id="least"), pytest.param(FULL, id="full")])
def test_the_contracts_keys(model: str, body: dict[str, Any]) -> None:
    """Every key of the contract is there, always; more may be."""
    found = ask(model, **body).to_dict()
    for name, keys in KEYS.items():
        assert keys <= set(found[name] if name else found), name
    assert set(found["source"]) >= {"file"}
    assert all(set(part) == PART_KEYS for part in found["parts"])
    assert all(set(line) == LINE_KEYS for line in found["cost"]["lines"])
    assert {part["kind"] for part in found["parts"]} <= KINDS
    assert {part["method"] for part in found["parts"]} <= set(METHODS)
    assert {line["scenario"] for line in found["cost"]["lines"]} == {"first", "later"}
    assert found["cost"]["currency"] == "USD"
    assert found["model"]
    assert found["requested_model"] == model


def test_a_finding_has_the_contracts_keys() -> None:
    """A finding is the same object in every command: with its file, line and fingerprint too."""
    findings = ask("claude-sonnet-4-5", max_tokens=100_000).to_dict()["findings"]
    assert findings
    for finding in findings:
        assert set(finding) >= FINDING_KEYS


@pytest.mark.parametrize("body", [pytest.param({}, id="least"), pytest.param(FULL, id="full")])
def test_values_agree_with_each_other(body: dict[str, Any]) -> None:
    """The input is the sum of its parts, its method that of the least certain, and the budget speaks of it."""
    found = ask("claude-sonnet-4-5", **body).to_dict()
    tokens = found["input"]["tokens"]
    assert sum(part["tokens"] for part in found["parts"]) == tokens
    assert found["input"]["low"] <= tokens <= found["input"]["high"]
    assert found["input"]["method"] == max((part["method"] for part in found["parts"]), key=METHODS.index)
    budget = found["budget"]
    assert budget["needed"] == tokens + (budget["max_tokens"] or 0)
    assert budget["headroom"] == budget["context_window"] - budget["needed"]
    assert found["rate_limits"]["input_tokens"] == tokens
    assert found["rate_limits"]["output_tokens"] == budget["max_tokens"]


def test_money_is_text_of_plain_digits() -> None:
    """Amounts are strings without an exponent or trailing zeros; unknown ones are null."""
    for body in ({}, FULL, {"max_tokens": 1}, {"max_tokens": 64_000, "batch": True}):
        for amount in money_of(ask("claude-haiku-5-5", **body).to_dict()):
            assert amount is None or PLAIN_DIGITS.fullmatch(amount), amount


def test_nothing_is_stripped_by_default() -> None:
    """``stripped_thinking`` is there with zeros when nothing is stripped."""
    found = ask("claude-sonnet-4-5").to_dict()
    assert found["stripped_thinking"] == {
        "tokens": 0,
        "low": 0,
        "high": 0,
        "blocks": 0,
        "paths": [],
        "reason": "",
    }


def test_without_max_tokens_the_worst_case_is_null() -> None:
    """Without ``max_tokens`` four values are null and the verdict is that of the input alone."""
    found = ask("claude-sonnet-4-5").to_dict()
    assert found["budget"]["max_tokens"] is None
    assert found["cost"]["output_max"] is None
    assert found["cost"]["total_max"] is None
    assert found["cost"]["batch_total_max"] is None
    assert found["budget"]["needed"] == found["input"]["tokens"]
    assert found["budget"]["verdict"] == "fits"
    assert found["rate_limits"]["output_tokens"] is None


def test_paths_are_json_pointers_into_the_body() -> None:
    """Every path of a part leads to something in the request, escaped as RFC 6901 wants."""
    body: dict[str, Any] = {"model": "claude-opus-4-6", **FULL}
    for part in ask(**body).to_dict()["parts"]:
        value: Any = body
        for step in part["path"].split("/")[1:]:
            key = step.replace("~1", "/").replace("~0", "~")
            value = value[int(key)] if isinstance(value, list) else value[key]
        if part["message"] is not None:
            assert part["path"].startswith(f"/messages/{part['message']}")


def test_the_document_is_json() -> None:
    """The document goes through a JSON encoder as it is and comes back the same."""
    found = ask("claude-sonnet-4-5", **FULL).to_dict()
    assert json.loads(json.dumps(found, allow_nan=False)) == found
    assert found["on"] == ON.isoformat()
