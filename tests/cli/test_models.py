"""``budgetcalc models``."""

from __future__ import annotations

import csv
import io
import json
from typing import Any


def test_the_table_leaves_retired_models_out(run: Any) -> None:
    """Without --all only models that are served on the day are listed."""
    day = ("--on", "2026-11-22")
    assert "claude-3-7-sonnet" not in run("models", *day).stdout
    assert "retired 2026-02-19" in run("models", "--all", *day).stdout
    assert "claude-3-7-sonnet" in run("models", "--on", "2025-06-01").stdout


def test_provider(run: Any) -> None:
    """--provider keeps one vendor's models."""
    text = run("models", "--provider", "google").stdout
    assert "gemini" in text
    assert "claude" not in text


def test_a_models_page_has_its_facts_with_sources(run: Any) -> None:
    """One model: everything known, found under any of its spellings, with the sources that are named."""
    result = run("models", "anthropic/claude-sonnet-4.5", "--on", "2026-11-22")
    assert "retires 2026-11-30" in result.stdout
    assert "https://platform.claude.com/docs" in result.stdout


def test_json_is_the_catalogue_as_data(run: Any) -> None:
    """Prices are strings, dates ISO, and every source that a fact names is there."""
    answer = json.loads(run("models", "claude-haiku-4-5", "-f", "json").stdout)
    (model,) = answer["models"]
    assert answer["schema"] == "budgetcalc/models/v1"
    assert model["prices"][-1]["rates"]["input"] == "1"
    assert model["prices"][-1]["source"] in answer["sources"]


def test_csv_and_markdown_have_a_row_a_model(run: Any) -> None:
    """Every format lists the same models."""
    rows = list(csv.DictReader(io.StringIO(run("models", "-f", "csv").stdout)))
    ids = {model["id"] for model in json.loads(run("models", "-f", "json").stdout)["models"]}
    markdown = run("models", "-f", "markdown").stdout
    assert {row["id"] for row in rows} == ids
    assert all(f"| {name} |" in markdown for name in ids)
    assert all(row["window"].isdigit() for row in rows)


def test_csv_reads_back_as_json(run: Any) -> None:
    """Generation and the prices of the day of every model are those of the JSON."""
    day = "2026-11-22"
    rows = list(csv.DictReader(io.StringIO(run("models", "-f", "csv", "--on", day).stdout)))
    models = json.loads(run("models", "-f", "json", "--on", day).stdout)["models"]
    assert [(row["id"], row["generation"]) for row in rows] == [
        (model["id"], model["generation"] or "") for model in models
    ]
    checked = 0
    for row, model in zip(rows, models, strict=True):
        rates = [
            price["rates"]
            for price in model["prices"]
            if (price["start"] or "") <= day and day < (price["end"] or "9999") and not price.get("tier")
        ]
        if len(rates) == 1:
            checked += 1
            assert (row["usd_per_mtok_input"], row["usd_per_mtok_output"]) == (
                rates[0]["input"],
                rates[0]["output"],
            )
    assert checked > len(models) / 2


def test_a_state_that_the_sources_do_not_tell_is_not_made_up(run: Any) -> None:
    """Retired without a day, or of an unknown day of release: said so, in the table and on the page; never active."""
    day = ("--on", "2026-11-22")
    assert "retired (day unknown) on 2026-11-22" in run("models", "gemini-1.5-pro", *day).stdout
    assert "gemini-1.5-pro" not in run("models", *day).stdout
    assert "active" not in run("models", "--on", "2020-01-01").stdout
    early = json.loads(run("models", "gpt-4o", "--on", "2020-01-01", "-f", "json").stdout)
    assert early["models"][0]["status"] == "release day not known"
    assert json.loads(run("models", "gpt-4o", *day, "-f", "json").stdout)["models"][0]["status"] == "active"


def test_a_promise_that_ended_stands_beside_the_state(run: Any) -> None:
    """The page of a model that may be retired any day says so, and since when."""
    page = run("models", "claude-haiku-4-5", "--on", "2026-11-22").stdout
    assert "active on 2026-11-22; may be retired any day since 2026-10-15: the promise ended" in page
    assert "any day" not in run("models", "claude-haiku-4-5", "--on", "2026-10-14").stdout
