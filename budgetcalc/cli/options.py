"""The flags that commands share, declared once, so that each means the same everywhere."""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any, Literal

import typer

from budgetcalc import money
from budgetcalc.cli.completion import complete_beta, complete_effort, complete_limit, complete_model


def parse_day(text: str) -> date:
    """Return the day of an ISO date."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(f"{text!r} is not a date: write it as 2026-11-22") from None


def parse_usd(text: str) -> Decimal:
    """Return an amount from its text, never through a float."""
    try:
        amount = Decimal(text.removeprefix("$"))
    except InvalidOperation:
        amount = Decimal("NaN")
    if not money.is_in_range(amount) or amount < 0:
        raise typer.BadParameter(f"{text!r} is not an amount of US dollars: write it as 0.05")
    return amount


def parse_share(text: str) -> Decimal:
    """Return a share of one, exact."""
    try:
        share = Decimal(text)
    except InvalidOperation:
        share = Decimal("NaN")
    if not share.is_finite() or not 0 <= share <= 1:
        raise typer.BadParameter(f"{text!r} is not a share from 0 to 1: write it as 0.9")
    return share


def parse_limit_setting(text: str) -> tuple[str, int]:
    """Return name and value of a limit."""
    from budgetcalc.errors import UsageError
    from budgetcalc.input_limits import parse_limit

    name, _, value = text.partition("=")
    try:
        return name.strip(), parse_limit(name.strip(), value)
    except UsageError as error:
        raise typer.BadParameter(f"{error.message}; {error.hint}" if error.hint else error.message) from None


Output = Annotated[
    str | None,
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write there, whole or not at all; '-' is standard output. Without -f, its ending says the format.",
    ),
]
On = Annotated[
    date | None,
    typer.Option(
        "--on",
        metavar="DATE",
        parser=parse_day,
        envvar="BUDGETCALC_ON",
        help="Day of prices and rules for input without a date of its own; today (UTC) by default.",
    ),
]
Pricing = Annotated[
    Path | None,
    typer.Option(
        "--pricing",
        metavar="FILE",
        envvar="BUDGETCALC_PRICING",
        help="Overlay this pricing file on the bundled one.",
    ),
]
Calibration = Annotated[
    Path | None,
    typer.Option(
        "--calibration",
        metavar="FILE",
        envvar="BUDGETCALC_CALIBRATION",
        help="Use the constants that `budgetcalc calibrate` learned.",
    ),
]
Counter = Annotated[
    Literal["offline", "api"],
    typer.Option(
        "--counter",
        envvar="BUDGETCALC_COUNTER",
        help="Who counts the input: nothing is sent, or the API's count_tokens (needs the extra `api` and a key).",
    ),
]
FillModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        envvar="BUDGETCALC_MODEL",
        autocompletion=complete_model,
        help="Model of recordings that name none; never replaces a recording's own.",
    ),
]
Config = Annotated[
    str | None,
    typer.Option(
        "--config",
        metavar="FILE",
        envvar="BUDGETCALC_CONFIG",
        help="The project's configuration, instead of the one found upward; 'none' takes none.",
    ),
]
Models = Annotated[
    list[str] | None,
    typer.Option(
        "--model",
        metavar="NAME",
        envvar="BUDGETCALC_MODEL",
        autocompletion=complete_model,
        help="Replace the request's model; repeat it to compare models side by side.",
    ),
]
TreatAs = Annotated[
    str | None,
    typer.Option(
        "--treat-as",
        metavar="NAME",
        autocompletion=complete_model,
        help="Count and price an unknown or missing model as this one: everything becomes an estimate.",
    ),
]
InputFormat = Annotated[
    str | None,
    typer.Option(
        "--input-format",
        metavar="NAME",
        envvar="BUDGETCALC_INPUT_FORMAT",
        help="What the input is, instead of finding out.",
    ),
]
Betas = Annotated[
    list[str] | None,
    typer.Option(
        "--beta",
        metavar="NAME",
        envvar="BUDGETCALC_BETA",
        autocompletion=complete_beta,
        help="A beta header that is sent with the requests; repeatable; 'none' says that none is.",
    ),
]
Effort = Annotated[
    str | None,
    typer.Option(
        "--effort", metavar="LEVEL", autocompletion=complete_effort, help="Fill output_config.effort."
    ),
]
MaxCost = Annotated[
    Decimal | None,
    typer.Option("--max-cost", metavar="USD", parser=parse_usd, help="Exit 1 when one call can cost more."),
]
LimitSettings = Annotated[
    list[Any] | None,
    typer.Option(
        "--limit",
        metavar="NAME=VALUE",
        parser=parse_limit_setting,
        envvar="BUDGETCALC_LIMIT",
        autocompletion=complete_limit,
        help="How much is read, as document=500MB; repeatable; `budgetcalc explain limits` lists them.",
    ),
]
Strict = Annotated[
    bool, typer.Option("--strict", envvar="BUDGETCALC_STRICT", help="Warnings count as errors: exit 1.")
]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No warnings and notes on standard error.")]
Verbose = Annotated[
    bool, typer.Option("--verbose", "-v", help="Every detail, and where each value came from.")
]
Colour = Annotated[
    Literal["auto", "always", "never"],
    typer.Option(
        "--color", envvar="BUDGETCALC_COLOR", help="Colours; auto follows the terminal and NO_COLOR."
    ),
]
EstimateFormat = Annotated[
    Literal["text", "json", "jsonl", "csv", "markdown"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="Form of the output."),
]
FailUnder = Annotated[
    Decimal | None,
    typer.Option(
        "--fail-under",
        metavar="SHARE",
        parser=parse_share,
        help="Exit 1 when fewer estimates are exact, as 0.9.",
    ),
]
VerifyFormat = Annotated[
    Literal["text", "json", "csv", "markdown"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="Form of the output."),
]
CalibrateFormat = Annotated[
    Literal["text", "json"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="YAML, or the same as JSON."),
]
Recordings = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[INPUT]...",
        help="Recordings: JSONL of {request, usage}, cassettes, HAR, folders of them; '-' is stdin.",
    ),
]
PlanFormat = Annotated[
    Literal["text", "json", "markdown"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="Form of the output."),
]
ModelsFormat = Annotated[
    Literal["text", "json", "csv", "markdown"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="Form of the output."),
]
ExplainFormat = Annotated[
    Literal["text", "json"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="Form of the output."),
]
