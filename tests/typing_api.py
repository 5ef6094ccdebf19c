"""The public API written out for mypy; never run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from budgetcalc import (
    BudgetcalcError,
    Calibration,
    Catalogue,
    CatalogueError,
    Config,
    ConfigError,
    Estimate,
    Finding,
    InputError,
    InvalidRow,
    PricedUsage,
    ReportPage,
    Request,
    UnknownModelError,
    UsageError,
    UsageRow,
    VerifyReport,
    WrongCommandError,
    __version__,
    api_counter,
    calibrate,
    count_text,
    estimate,
    lint,
    load_catalogue,
    parse_request,
    price,
    read_report,
    verify,
)

version: str = __version__
catalogue: Catalogue = load_catalogue()
overlaid: Catalogue = load_catalogue(Path("pricing.yaml"))
named: Catalogue = load_catalogue("pricing.yaml")
tokens: int = count_text("Hello", "claude-opus-4-6")
dated: int = count_text("Hello", "claude-opus-4-6", on=date(2026, 11, 22))
body: dict[str, Any] = {"model": "claude-opus-4-6", "max_tokens": 10, "messages": []}
request: Request = parse_request(body)
result: Estimate = estimate(body)
typed: Estimate = estimate(
    request, model="claude-opus-4-6", on=date(2026, 11, 22), catalogue=catalogue, batch=True, betas=["x"]
)
answer: dict[str, Any] = result.to_dict()
findings: tuple[Finding, ...] = result.findings
fits: bool = not result.says_no
errors: tuple[type[BudgetcalcError], ...] = (
    CatalogueError,
    ConfigError,
    InputError,
    UnknownModelError,
    UsageError,
    WrongCommandError,
)
usage: dict[str, Any] = {"input_tokens": 10, "output_tokens": 5}
priced: PricedUsage = price(usage, model="claude-opus-4-6", on=date(2026, 11, 22), catalogue=catalogue)
rows: Iterator[UsageRow | InvalidRow | ReportPage] = read_report(Path("usage.jsonl"))
several: PricedUsage = price(rows)
mixed: PricedUsage = price([usage, usage])
total: Decimal | None = priced.total_usd
document: dict[str, Any] = priced.to_dict()
calibrated: Catalogue = load_catalogue(calibration="calibration.yaml")
asked: Estimate = estimate(body, counter=api_counter())
verified: VerifyReport = verify("recordings.jsonl", treat_as="claude-opus-5", on="2026-11-22")
pairs: VerifyReport = verify([{"request": body, "usage": usage}, Path("cassettes")])
share: float | None = verified.figures.exact_share
learned: Calibration = calibrate(Path("recordings.jsonl"), catalogue=catalogue)
linted: list[Finding] = lint("prompts", on=date(2026, 11, 22))
ruled: list[Finding] = lint([Path("a.json")], config=Config())
placed: tuple[str, int | None] = (linted[0].file, linted[0].line)
