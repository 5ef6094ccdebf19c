"""The editor's schema and the parser know the same keys and accept the same files."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest
import yaml

from budgetcalc import catalogue_document as document

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "pricing.schema.json").read_text("utf-8"))


class YamlAsEditorsReadIt(yaml.SafeLoader):
    """YAML 1.2: a date is a text."""


YamlAsEditorsReadIt.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def problems(text: str) -> list[str]:
    content = yaml.load(text, Loader=YamlAsEditorsReadIt)
    return [error.message for error in jsonschema.Draft202012Validator(SCHEMA).iter_errors(content)]


def test_schema_is_a_schema():
    """The file is valid JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


def test_bundled_table_is_valid():
    """No editor marks anything in ``pricing.yaml``."""
    assert problems((ROOT / "pricing.yaml").read_text("utf-8")) == []


def test_overlay_needs_nothing_but_the_version():
    """An overlay holds what differs."""
    assert (
        problems("version: 1\nmodels:\n  - {id: claude-opus-5, thinking: {keeps: last_turn}, fast: []}\n")
        == []
    )
    assert problems("models: []\n")


@pytest.mark.parametrize(
    "text",
    [
        "version: 1\nmodles: []\n",
        "version: 1\nmodels: [{name: x}]\n",
        "version: 1\nmodels: [{id: x, prices: [{input: -1, output: 1, source: s}]}]\n",
        "version: 1\nmodels: [{id: x, prices: [{input: 1e1x, output: 1, source: s}]}]\n",
        "version: 1\nmodels: [{id: x, prices: [{input: 1, output: 1}]}]\n",
        "version: 1\nmodels: [{id: x, lifecycle: {retired: soon}}]\n",
        "version: 1\ngenerations: {a: {over_window: explodes}}\n",
    ],
)
def test_what_the_parser_refuses_an_editor_marks(text):
    """A mistake is seen while it is typed."""
    assert problems(text)


@pytest.mark.parametrize(
    ("definition", "keys"),
    [
        ("source", document.SOURCE_KEYS),
        ("fee", document.FEE_KEYS),
        ("limit", document.LIMIT_KEYS),
        ("price", document.PRICE_KEYS),
        ("fast", document.FAST_KEYS),
        ("tier", document.TIER_KEYS),
        ("multiplier", document.MULTIPLIER_KEYS),
        ("measured", document.MEASURED_KEYS),
        ("refusedTool", document.REFUSED_TOOL_KEYS),
        ("toolPrompt", document.TOOL_PROMPT_KEYS),
        ("tokenizer", document.TOKENIZER_KEYS),
        ("samplingLimit", document.SAMPLING_KEYS),
        ("thinking", document.THINKING_KEYS),
        ("accepts", document.ACCEPTS_KEYS),
        ("lifecycle", document.LIFECYCLE_KEYS),
        ("generation", document.GENERATION_KEYS),
        ("model", document.MODEL_KEYS),
    ],
)
def test_schema_and_parser_know_the_same_keys(definition, keys):
    """A key added in one place is added in the other."""
    assert set(SCHEMA["$defs"][definition]["properties"]) == set(keys)


def test_schema_and_parser_know_the_same_sections():
    """The top level too."""
    assert set(SCHEMA["properties"]) == set(document.SECTION_KEYS)


@pytest.mark.parametrize(
    ("definition", "keys"),
    [
        ("source", document.SOURCE_KEYS),
        ("fee", document.FEE_KEYS),
        ("limit", document.LIMIT_KEYS),
        ("price", document.PRICE_KEYS),
        ("tier", document.TIER_KEYS),
        ("multiplier", document.MULTIPLIER_KEYS),
        ("measured", document.MEASURED_KEYS),
        ("tokenizer", document.TOKENIZER_KEYS),
        ("samplingLimit", document.SAMPLING_KEYS),
    ],
)
def test_schema_and_parser_require_the_same_keys(definition, keys):
    """Facts that are never taken over in part are complete or wrong, in both."""
    required = {name for name, key in keys.items() if key.required}
    assert set(SCHEMA["$defs"][definition].get("required", ())) == required
