"""JSON, JSON lines and the schema."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from budgetcalc.answers import Failure
from budgetcalc.estimates import SourceRef
from budgetcalc.render import RENDERERS, Look, formats, renderer

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "estimate.schema.json").read_text(encoding="utf-8")
)


def strict(schema: Any) -> Any:
    """Return the schema with every object closed, so that a key it does not know is found."""
    closed = copy.deepcopy(schema)
    waiting = [closed]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if "properties" in each:
                each["additionalProperties"] = False
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return closed


def rendered(format_: str, report: Any) -> str:
    """Return the rendered report."""
    return "".join(renderer("estimate", format_)(report, Look()))


def test_the_schema_is_one() -> None:
    """The schema follows draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "changes", [{}, {"max_tokens": None, "thinking": None}, {"model": "claude-3-haiku-20240307"}]
)
def test_documents_follow_the_schema(
    report: Any, answer: Any, exceeded: Any, changes: dict[str, Any]
) -> None:
    """A document holds every key the schema asks for and none that it does not know."""
    source = SourceRef("rows.jsonl", 3, "item")
    outcomes = (
        answer(limits=(exceeded,), **changes),
        answer(source=source, **changes),
        Failure(source, "no", "yes", "x:1 /y"),
    )
    document = json.loads(rendered("json", report(*outcomes)))
    jsonschema.validate(document, strict(SCHEMA), jsonschema.Draft202012Validator)
    assert len(document["estimates"]) == 2
    assert document["totals"]["requests"] == 2


def test_lines_follow_the_schema(report: Any, answer: Any) -> None:
    """A line of JSONL is an estimate or an error."""
    failure = Failure(SourceRef("x"), "no")
    good, bad = (json.loads(row) for row in rendered("jsonl", report(answer(), failure)).splitlines())
    definitions = strict(SCHEMA)["$defs"]
    for name, value in (("estimate", good), ("error_line", bad)):
        jsonschema.validate(value, {"$ref": f"#/$defs/{name}", "$defs": definitions})


def test_any_stream_carries_it(report: Any, answer: Any) -> None:
    """JSON is ASCII, ends with a line feed, and keeps what UTF-8 could not."""
    text = rendered("json", report(answer(source=SourceRef("猫\udc80"))))
    assert text.isascii()
    assert text.endswith("}\n")
    assert json.loads(text)["estimates"][0]["source"]["file"] == "猫\udc80"


def test_every_registered_renderer_exists() -> None:
    """The registry names functions that are there, and text is every command's default."""
    for command, format_ in RENDERERS:
        assert callable(renderer(command, format_))
        assert formats(command)[0] == "text"
