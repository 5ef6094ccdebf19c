"""What machines read is what was computed: every result, rendered and read back, in every format for machines."""

from __future__ import annotations

import csv
import html
import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import cache
from io import StringIO
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import budgetcalc
from budgetcalc.answers import Answer, Failure, Question, Report
from budgetcalc.calibration import Calibration, Refusal
from budgetcalc.configuration import Pipeline, Stage
from budgetcalc.conversation import parse_request
from budgetcalc.estimates import SourceRef
from budgetcalc.explanations import Entry, Explanation
from budgetcalc.findings import Finding
from budgetcalc.library import load_catalogue
from budgetcalc.lint_report import LintReport, Measurement, PlacedFinding
from budgetcalc.locations import printable
from budgetcalc.models_report import ModelsReport
from budgetcalc.money import column, for_people
from budgetcalc.pipelines import PlanReport, plan_pipeline
from budgetcalc.render import RENDERERS, Look, renderer
from budgetcalc.render.csv_ import FORMULA_STARTS
from budgetcalc.render.plan import COLUMNS

CATALOGUE = load_catalogue()
ON = date(2026, 11, 22)
FOR_PEOPLE = {"text", "markdown", "html"}
MACHINE = [pair for pair in RENDERERS if pair[1] not in FOR_PEOPLE or pair == ("calibrate", "text")]
# What JUnit and annotations say is read back in test_lint_servers, where their escapes are undone.
READ_ELSEWHERE = {("lint", "sarif"), ("lint", "gitlab"), ("lint", "junit"), ("lint", "github")}
HOSTILE = "=a\x1b[31m\u202e,\"'\n|`<b>::error::\r\ud800\x00猫\N{GRINNING FACE}"
BODY = {
    "model": "claude-sonnet-4-5",
    "max_tokens": 16_000,
    "system": HOSTILE.replace("\ud800", ""),
    "messages": [{"role": "user", "content": "Hello, Claude"}],
}


def rendered(command: str, format_: str, result: Any, **look: Any) -> str:
    return "".join(renderer(command, format_)(result, Look(**look)))


def estimates() -> Report:
    answers = [
        Answer(budgetcalc.estimate(BODY | {"model": model}, on=ON), (HOSTILE,))
        for model in ("claude-sonnet-4-5", "claude-haiku-4-5", "gpt-5.5")
    ]
    failure = Failure(SourceRef(HOSTILE, 3, HOSTILE), HOSTILE, HOSTILE, HOSTILE)
    return Report(Question(CATALOGUE, today=ON), (*answers, failure))


def priced() -> Any:
    usage = {"input_tokens": 1_234, "output_tokens": 7, "cache_read_input_tokens": 1}
    rows = [
        {"type": "message", "model": model, "usage": usage | {"output_tokens": output}}
        for output, model in enumerate(["claude-opus-4-6", "claude-haiku-4-5", HOSTILE])
    ]
    return budgetcalc.price(rows, on=ON)


def linted() -> LintReport:
    finding = Finding("BC203", "max-tokens-above-model-cap", "error", HOSTILE, HOSTILE, HOSTILE, 70, 64)
    cost = Finding(
        "BC104", "budget-call-cost", "warning", "x", measured=Decimal("1E-9"), limit=Decimal("1e3")
    )
    measured = tuple(Measurement(name, 1, 100, 10, 0, None, Decimal("0.1"), 100) for name in ("a", HOSTILE))
    return LintReport(
        (PlacedFinding(finding, HOSTILE, 3), PlacedFinding(cost, "a", None)), measured, {"files": 2}
    )


def verified() -> Any:
    usage = {"input_tokens": 30, "output_tokens": 1}
    records = [
        {"request": BODY, "usage": usage, "id": HOSTILE},
        {"request": BODY | {"model": HOSTILE}, "usage": usage},
    ]
    return budgetcalc.verify(records, on=ON, treat_as="claude-haiku-4-5")


def calibration() -> Calibration:
    records = [
        {
            "request": BODY
            | {"model": "claude-\N{GRINNING FACE}", "messages": [{"role": "user", "content": "a" * n}]},
            "usage": {"input_tokens": 100 + n, "output_tokens": 1},
        }
        for n in range(5)
    ]
    learned = budgetcalc.calibrate(records, on=ON, treat_as="claude-haiku-4-5")
    refused = (*learned.refused, Refusal("tool_prompt", ("a",), 2, "too few: \N{GRINNING FACE}"))
    return Calibration(learned.constants, "2026-11-22", "0.1.0", "0" * 64, learned.recordings, refused)


def planned(*pipelines: Pipeline, prompts: dict[str, Any] | None = None) -> PlanReport:
    asked = {stage.name: PROMPT for each in pipelines for stage in each.stages} | (prompts or {})
    return PlanReport(tuple(plan_pipeline(each, asked, CATALOGUE, ON) for each in pipelines), CATALOGUE, ON)


PROMPT = parse_request({"messages": [{"role": "user", "content": "Explain."}]}, form="prompt_text")
STAGES = (
    Stage(HOSTILE, HOSTILE, "claude-haiku-4-5", 200, calls=3, max_input_tokens=1),
    Stage("answer", "b.md", "claude-opus-4-5", 4_096, thinking_budget=1_024, fed_by=(HOSTILE,)),
)

RESULTS: dict[str, Callable[[], Any]] = {
    "estimate": estimates,
    "price": priced,
    "plan": lambda: planned(Pipeline(HOSTILE, STAGES, max_cost_usd=Decimal("0.4"))),
    "lint": linted,
    "verify": verified,
    "calibrate": calibration,
    "models": lambda: ModelsReport(CATALOGUE, ON, tuple(CATALOGUE.models.values())),
    "explain": lambda: Explanation("x", (Entry(HOSTILE, "rule", HOSTILE, HOSTILE),)),
}


@cache
def result_of(command: str) -> Any:
    return RESULTS[command]()


# ---- every format for machines -----------------------------------------------------------------------------


@pytest.mark.parametrize("command", [command for command, format_ in MACHINE if format_ == "json"])
def test_json_is_the_document(command: str) -> None:
    """It reads back as the document of the result, key by key in its order, and holds money as plain digits."""
    result = result_of(command)
    text = rendered(command, "json", result)
    assert json.loads(text) == result.to_dict()
    assert [*json.loads(text)] == [*result.to_dict()]
    assert text.isascii()
    assert text.endswith("}\n")
    amounts = [*money_in(json.loads(text))]
    assert all(re.fullmatch(r"-?\d+(\.\d+)?", each) for each in amounts)
    assert amounts or command not in {"estimate", "price", "plan", "lint"}


def money_in(value: Any, key: str = "") -> Iterator[Any]:
    """Yield every amount of a document."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from money_in(each, name)
    elif isinstance(value, list):
        for each in value:
            yield from money_in(each, key)
    elif value is not None and (
        "usd" in key or key in {"total_min", "total_max", "input_cached", "output_max"}
    ):
        yield value


LINES = {
    "estimate": lambda result: [
        each.to_dict(message_key="error") if isinstance(each, Failure) else each.to_dict()
        for each in result.outcomes
    ],
    "price": lambda result: [*result.to_dict()["groups"], without(result.to_dict(), "groups")],
    "lint": lambda result: [*result.to_dict()["findings"], without(result.to_dict(), "findings")],
}


def without(document: dict[str, Any], key: str) -> dict[str, Any]:
    return {name: value for name, value in document.items() if name != key}


@pytest.mark.parametrize("command", [command for command, format_ in MACHINE if format_ == "jsonl"])
def test_jsonl_is_a_line_for_each(command: str) -> None:
    """Its lines read back as the entries of the document, and no text of an entry ends a line."""
    result = result_of(command)
    text = rendered(command, "jsonl", result)
    assert text.isascii()
    assert [json.loads(each) for each in text.split("\n")[:-1]] == LINES[command](result)


def parts_of(report: Report) -> Iterator[tuple[Any, ...]]:
    for each in report.outcomes:
        if isinstance(each, Answer):
            source = each.estimate.source
            for part in each.estimate.counted.parts:
                count = part.count
                where = (
                    source.file,
                    source.line,
                    source.id,
                    each.estimate.match.model.id,
                    part.kind,
                    part.path,
                )
                yield *where, part.message, count.tokens, count.low, count.high, count.method


ROWS: dict[str, Callable[[Any], Any]] = {
    "estimate": parts_of,
    "price": lambda result: [
        (
            result.spend.rows,
            *(result.spend.tokens(name) for name in ("uncached_input", "cache_write_5m", "cache_write_1h")),
            *(result.spend.tokens(name) for name in ("cache_read", "output")),
            *(result.spend.tokens_dict()[name] for name in ("thinking_known", "thinking_at_most")),
            result.spend.web_searches,
            result.total_usd,
        )
    ],
    "models": lambda result: map(result.row, result.entries),
    "verify": lambda result: [
        ("all", "", *result.figures.to_dict().values()),
        *((each.by, each.value, *each.figures.to_dict().values()) for each in result.tally.groups()),
    ],
}


@pytest.mark.parametrize("command", [command for command, format_ in MACHINE if format_ == "csv"])
def test_csv_is_a_row_for_each(command: str) -> None:
    """Its cells read back as the figures of the result; names are as a screen and a spreadsheet may see them."""
    result = result_of(command)
    header, *rows = csv.reader(StringIO(rendered(command, "csv", result)))
    expected = [[cell(each) for each in row] for row in ROWS[command](result)]
    assert rows == expected
    assert rows
    assert {len(row) for row in rows} == {len(header)}


def cell(value: Any) -> str:
    """Return a value as a cell holds it."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return budgetcalc.money.plain(value)
    if not isinstance(value, str):
        return str(value)
    return (
        f"'{printable(value, limit=10_000)}"
        if value.startswith(FORMULA_STARTS)
        else printable(value, limit=10_000)
    )


@pytest.mark.parametrize("format_", ["text", "json"])
def test_a_calibration_is_its_document(format_: str) -> None:
    """As YAML and as JSON; that it is read and written again with the same bytes is tested where it is learned."""
    result = result_of("calibrate")
    assert result.constants
    text = rendered("calibrate", format_, result)
    assert (yaml.safe_load if format_ == "text" else json.loads)(text) == result.to_dict()
    assert text.isascii()


def test_no_format_for_machines_is_left_out() -> None:
    """A new format for machines has to be read back somewhere."""
    checked = {
        *((command, "json") for command in RESULTS),
        *((command, "jsonl") for command in LINES),
        *((command, "csv") for command in ROWS),
        ("calibrate", "text"),
    }
    assert checked | READ_ELSEWHERE == {*MACHINE}


# ---- plan, whose figures are computed here once more -------------------------------------------------------

NAMES = st.text(max_size=8) | st.sampled_from([HOSTILE, "a|b", "\\", "total", "=1+1"])
MODELS = st.sampled_from(["claude-haiku-4-5", "claude-opus-4-5", "claude-3-haiku-20240307", "no-such-model"])


@st.composite
def pipelines(draw: st.DrawFn) -> Pipeline:
    """Return a pipeline of some stages, each fed by some of those before it."""
    names = draw(st.lists(NAMES, min_size=1, max_size=4, unique=True))
    stages = [
        Stage(
            name,
            draw(NAMES),
            draw(MODELS),
            draw(st.integers(1, 200_000)),
            calls=draw(st.integers(1, 10**9)),
            fed_by=tuple(draw(st.lists(st.sampled_from(names[:i]), unique=True))) if i else (),
            max_input_tokens=draw(st.none() | st.integers(1, 10**6)),
            max_cost_usd=draw(st.none() | st.decimals(0, 100, places=9)),
        )
        for i, name in enumerate(names)
    ]
    most = draw(st.none() | st.integers(1, 10**9)), draw(st.none() | st.decimals(0, 100, places=9))
    return Pipeline(draw(NAMES), tuple(stages), *most)


@given(st.lists(pipelines(), min_size=1, max_size=2))
def test_a_plan_reads_back_figure_by_figure(asked: list[Pipeline]) -> None:
    """JSON has every stage with what it was asked, its figures add up, and a limit is exceeded by what is over it."""
    report = planned(*asked)
    document = json.loads(rendered("plan", "json", report))
    assert document == report.to_dict()
    for pipeline, read in zip(asked, document["pipelines"], strict=True):
        assert read["name"] == pipeline.name
        configured = {stage.name: stage for stage in pipeline.stages}
        said: list[dict[str, Any]] = [*read["limits"]]
        for each in read["stages"]:
            stage = configured[each["name"]]
            assert (each["prompt"], each["calls"], tuple(each["fed_by"])) == (
                stage.prompt,
                stage.calls,
                stage.fed_by,
            )
            feeding = [configured[name] for name in stage.fed_by]
            assert each["fed_tokens"] == sum((other.max_tokens or 0) * other.calls for other in feeding)
            assert each["input"]["tokens"] == each["prompt_tokens"] + each["fed_tokens"]
            assert amount(each["cost"]["total_max"]) == amount(each["cost"]["per_call_max"]) * stage.calls
            assert each["headroom"] == each["context_window"] - each["input"]["tokens"] - each["max_tokens"]
            limits = {"max_input_tokens": stage.max_input_tokens, "max_cost_usd": stage.max_cost_usd}
            assert {check["limit"]: amount(check["allowed"]) for check in each["limits"]} == {
                name: allowed for name, allowed in limits.items() if allowed is not None
            }
            said += each["limits"]
        for check in said:
            assert check["exceeded"] == (amount(check["measured"]) > amount(check["allowed"]))
        totals = read["totals"]
        if len(read["stages"]) == len(pipeline.stages):
            assert totals["input_tokens"] == sum(
                each["input"]["tokens"] * each["calls"] for each in read["stages"]
            )
            assert totals["output_tokens"] == sum(
                each["max_tokens"] * each["calls"] for each in read["stages"]
            )
            costs = [amount(each["cost"]["total_max"]) for each in read["stages"]]
            assert amount(totals["cost"]["total_max"]) == budgetcalc.money.total(costs)
        else:
            assert totals["input_tokens"] is totals["output_tokens"] is totals["cost"]["total_max"] is None
    missing = sum(len(pipeline.stages) for pipeline in asked) - sum(
        len(p["stages"]) for p in document["pipelines"]
    )
    assert len(document["errors"]) == missing
    stages = [each for pipeline in document["pipelines"] for each in pipeline["stages"]]
    refused = any(found["severity"] == "error" for each in stages for found in each["findings"])
    over = any(check["exceeded"] for p in document["pipelines"] for check in limits_of(p))
    assert document["passed"] == (not missing and not refused and not over)


def limits_of(pipeline: dict[str, Any]) -> list[Any]:
    return [*pipeline["limits"], *(check for each in pipeline["stages"] for check in each["limits"])]


def amount(value: Any) -> Decimal:
    return Decimal(value)


@given(st.lists(pipelines(), min_size=1, max_size=2))
def test_the_tables_of_a_plan_have_its_figures(asked: list[Pipeline]) -> None:
    """Markdown reads back as a table a pipeline with a row a stage; text says the same figures."""
    report = planned(*asked)
    tables = markdown_tables(rendered("plan", "markdown", report))
    words = rendered("plan", "text", report).split()
    assert len(tables) == len(asked)
    for plan, (header, *rows) in zip(report.plans, tables, strict=True):
        assert header == [title for title, _ in COLUMNS]
        *costs, whole = column([*(each.cost_usd for each in plan.stages), plan.cost_usd])
        expected = [
            [
                printable(each.stage.name, limit=10_000).strip(),
                each.estimate.match.model.id,
                f"{each.stage.calls:,}",
                f"{each.prompt_tokens:,}",
                f"{each.fed_tokens:,}" if each.stage.fed_by else "",
                f"{each.estimate.counted.total.tokens:,}",
                f"{each.estimate.budget.max_tokens:,}",
                f"{each.estimate.budget.needed * 100 / each.estimate.budget.context_window:.1f}%",
                for_people(each.estimate.cost.total_max or Decimal(0)),
                usd,
                each.estimate.budget.verdict.replace("_", " ").replace("fits", ""),
            ]
            for each, usd in zip(plan.stages, costs, strict=True)
        ]
        assert rows[: len(plan.stages)] == expected
        if plan.is_complete:
            (total,) = rows[len(plan.stages) :]
            assert [cell for cell in total if cell] == [
                "total",
                f"{sum(stage.calls for stage in plan.pipeline.stages):,}",
                f"{plan.input_tokens:,}",
                f"{plan.output_tokens:,}",
                whole,
            ]
        else:
            assert rows[len(plan.stages) :] == []
        assert {cell for row in rows for cell in row[2:10] if cell} <= {*words}


def markdown_tables(page: str) -> list[list[list[str]]]:
    """Return the cells of each table of a page, as GitHub shows them."""
    tables: list[list[list[str]]] = []
    for line in page.split("\n"):
        if line.startswith("## "):
            tables.append([])
        elif line.startswith("| "):
            cells = re.findall(r"((?:\\.|[^|\\])*)\|", line.removeprefix("|"))
            tables[-1].append([html.unescape(re.sub(r"\\(.)", r"\1", cell.strip())) for cell in cells])
    return tables
