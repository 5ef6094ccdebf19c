"""The document of ``lint --format json`` is what its schema says."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
SCHEMA = json.loads((ROOT / "schemas" / "lint.schema.json").read_text("utf-8"))
CASES = sorted((ROOT / "tests" / "corpus" / "lint").iterdir())


def test_schema_is_a_schema():
    """The file is valid JSON Schema 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("case", CASES, ids=lambda path: path.name)
def test_document_is_valid(case, run, monkeypatch):
    """Every case of the corpus, whatever is found in it; and no key that the schema does not describe."""
    monkeypatch.chdir(case)
    args = shlex.split((case / "cmd").read_text("utf-8").split("\n")[0])
    document = json.loads(run(*args, "-f", "json").stdout)
    jsonschema.Draft202012Validator(SCHEMA).validate(document)
    assert set(document) == set(SCHEMA["properties"]) - {"diff"}
    for key, definition in [("findings", "finding"), ("budgets", "limit"), ("measurements", "measurement")]:
        for entry in document[key]:
            assert set(entry) <= set(SCHEMA["$defs"][definition]["properties"])
