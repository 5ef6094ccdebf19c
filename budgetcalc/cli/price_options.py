"""The flags that only ``price`` has."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import typer

from budgetcalc.cli.completion import complete_model
from budgetcalc.cli.options import parse_day, parse_usd
from budgetcalc.dimensions import DIMENSIONS


def parse_dimension(text: str) -> str:
    """Return what can be grouped by."""
    if text in DIMENSIONS:
        return text
    from difflib import get_close_matches

    near = get_close_matches(text, DIMENSIONS, 1)
    hint = f"; did you mean {near[0]}?" if near else ""
    raise typer.BadParameter(f"{text!r} is not one of {', '.join(DIMENSIONS)}{hint}")


def complete_dimension(incomplete: str) -> list[str]:
    """Return dimensions that start so."""
    return [name for name in DIMENSIONS if name.startswith(incomplete)]


Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[INPUT]...", help="Usage reports: files, .gz, folders (searched through); '-' is stdin."
    ),
]
PriceFormat = Annotated[
    Literal["text", "json", "jsonl", "csv", "markdown", "html"],
    typer.Option("--format", "-f", envvar="BUDGETCALC_FORMAT", help="Form of the output."),
]
FillModel = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="NAME",
        envvar="BUDGETCALC_MODEL",
        autocompletion=complete_model,
        help="Model of rows that name none; never replaces a row's own.",
    ),
]
By = Annotated[
    list[str] | None,
    typer.Option(
        "--by",
        metavar="DIMENSION",
        parser=parse_dimension,
        autocompletion=complete_dimension,
        help=f"Group by {', '.join(DIMENSIONS[:-1])} or {DIMENSIONS[-1]}; repeatable.",
    ),
]
TimeZone = Annotated[
    str,
    typer.Option(
        "--timezone",
        metavar="NAME",
        envvar="BUDGETCALC_TIMEZONE",
        help="Time zone of days, as Europe/Berlin. Buckets of reports keep their UTC day.",
    ),
]
Since = Annotated[
    date | None, typer.Option(metavar="DATE", parser=parse_day, help="Only usage of this day and later.")
]
Until = Annotated[
    date | None, typer.Option(metavar="DATE", parser=parse_day, help="Only usage up to this day, included.")
]
Where = Annotated[
    list[str] | None,
    typer.Option(
        "--where", metavar="KEY=VALUE", help="Only usage with this model, project, ...; repeatable."
    ),
]
Sort = Annotated[
    Literal["usd", "key"] | None,
    typer.Option(
        "--sort",
        help="Order of the groups: dearest first, or by name; by default time in its order, then dearest first.",
    ),
]
Top = Annotated[
    int | None,
    typer.Option(
        "--top",
        min=1,
        metavar="N",
        help="Show the N dearest groups and the others as one row; json, jsonl and csv have all.",
    ),
]
Lines = Annotated[bool, typer.Option("--lines", help="Show tokens, rate, rule and source of each amount.")]
Lenient = Annotated[
    bool, typer.Option("--lenient", help="Exit 0 though rows are unpriced or invalid or a report incomplete.")
]
FailOver = Annotated[
    Decimal | None,
    typer.Option("--fail-over", metavar="USD", parser=parse_usd, help="Exit 1 when the total is more."),
]
Reconcile = Annotated[
    list[str] | None,
    typer.Option(
        "--reconcile", metavar="COST_FILE", help="Compare with this cost report, line by line; repeatable."
    ),
]
ClaudeCode = Annotated[
    bool, typer.Option("--claude-code", help="Price the transcripts of Claude Code on this machine.")
]
