"""The document: JSON, JSON lines, CSV, and the schema that describes them."""

from __future__ import annotations

import copy
import csv
import json
from datetime import date
from decimal import Decimal
from io import StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from budgetcalc.library import load_catalogue
from budgetcalc.render import Look, formats, renderer
from budgetcalc.render.usage_wording import prices_sentence
from budgetcalc.usage import InvalidRow
from budgetcalc.usage_report import FailedInput, PricedUsage
from budgetcalc.usage_run import price_rows

from .rows import HAIKU, OPUS, report, row

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "schemas" / "price.schema.json").read_text(encoding="utf-8")
)
KEYS = ("schema", "total_usd", "complete", "prices", "rows", "tokens", "groups", "unpriced", "warnings")


def strict(schema: Any) -> Any:
    """Return the schema with every object closed, so that a key it does not know is found."""
    closed = copy.deepcopy(schema)
    waiting = [closed]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if "properties" in each and "additionalProperties" not in each:
                each["additionalProperties"] = False
            waiting += each.values()
        elif isinstance(each, list):
            waiting += each
    return closed


def rendered(format_: str, priced: PricedUsage) -> str:
    """Return the rendered report."""
    return "".join(renderer("price", format_)(priced, Look()))


def full(**asked: Any) -> PricedUsage:
    """Return a report with something of everything."""
    rows = [
        row(OPUS, thinking=50, searches=2, cache_read=10),
        row(HAIKU, moment="", reported_usd=Decimal("0.1")),
        row("mystery"),
        row(None),
        InvalidRow("x", None, "no JSON"),
    ]
    question = report([], **asked).question
    return price_rows(question, rows, failed=[FailedInput("y", "no", "yes", "y:1")])


def test_the_schema_is_one() -> None:
    """The schema follows draft 2020-12."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize(
    "asked",
    [{}, {"by": ("day", "project")}, {"lines": True, "by": ("model",)}, {"fail_over": Decimal("0.01")}],
)
def test_documents_follow_the_schema(asked: dict[str, Any]) -> None:
    """A document holds every key the schema asks for and none that it does not know."""
    document = json.loads(rendered("json", full(**asked)))
    jsonschema.validate(document, strict(SCHEMA))
    assert tuple(document)[: len(KEYS)] == KEYS


def test_an_empty_document_follows_the_schema() -> None:
    """So does the report of nothing."""
    jsonschema.validate(json.loads(rendered("json", report([]))), strict(SCHEMA))


def test_lines_of_jsonl_are_groups_and_the_totals() -> None:
    """One group a line; the last line is the document without them."""
    *groups, totals = map(json.loads, rendered("jsonl", full(by=("model",), lines=True)).splitlines())
    definitions = strict(SCHEMA)
    assert len(groups) == 2
    for group in groups:
        jsonschema.validate(group, {"$defs": definitions["$defs"], **definitions["$defs"]["group"]})
    # The whole schema as it is, entered at the definition.
    whole = {**definitions, "$ref": "#/$defs/totals"}
    whole = {**whole, "required": [], "additionalProperties": True}
    jsonschema.validate(totals, whole)
    assert "groups" not in totals
    assert sum(Decimal(group["usd"]) for group in groups) == Decimal(totals["total_usd"])


def test_csv_rows_sum_to_the_total() -> None:
    """A row a group, or a row a line: a column of money sums to the total."""
    for asked in ({}, {"by": ("model",)}, {"lines": True}, {"by": ("day", "model"), "lines": True}):
        priced = full(**asked)
        rows = list(csv.DictReader(StringIO(rendered("csv", priced))))
        assert sum(Decimal(each["usd"]) for each in rows) == priced.total_usd


def test_csv_cells_are_no_formulas() -> None:
    """A project name that a spreadsheet would run gets an apostrophe."""
    priced = report([row(dimensions=(("project", "=cmd|' /C calc'!A0"),))], by=("project",))
    assert rendered("csv", priced).splitlines()[1].startswith("'=cmd")


def test_csv_of_nothing_has_a_header() -> None:
    """Groups of nothing are no rows."""
    assert rendered("csv", report([], by=("model",))).count("\n") == 1


def test_all_formats_are_there() -> None:
    """The formats of the contract, text first."""
    assert formats("price") == ("text", "json", "jsonl", "csv", "markdown", "html")


def test_prices_are_as_old_as_the_oldest_source_that_was_used() -> None:
    """``prices.checked`` is of the prices that were taken; where nothing has a price, of the table as a whole."""
    catalogue = load_catalogue()

    def checked(*models: str) -> str:
        priced = report([row(model) for model in models])
        document = priced.to_dict()["prices"]["checked"]
        assert document in prices_sentence(priced)
        return str(document)

    def source(model: str) -> str:
        found = catalogue.find(model).model.price_period(date(2026, 11, 20))[0].source
        return catalogue.sources[found].checked.isoformat()

    assert checked("claude-opus-5-5") == source("claude-opus-5-5")
    assert checked("claude-3-opus-20240229") == source("claude-3-opus-20240229") < source("claude-opus-5-5")
    assert checked("claude-opus-5-5", "claude-3-opus-20240229") == source("claude-3-opus-20240229")
    assert checked("nobody-knows") == catalogue.checked.isoformat()
