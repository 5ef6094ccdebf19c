"""What the files of a project hold, in the units of budgets.

These classes are what the cache of ``lint`` holds on disk: figures, names of models and places, never text.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Literal

from budgetcalc import money
from budgetcalc.counts import Count
from budgetcalc.findings import Finding
from budgetcalc.records import dataclass

FileKind = Literal["requests", "prompt", "tools"]
FailureKind = Literal["unreadable", "unknown_model", "doubtful"]


@dataclass(frozen=True, slots=True)
class MeasuredRequest:
    """One request, or a prompt text or list of tools that is to become part of one.

    Attributes:
        file: as findings name it.
        line: of a JSONL file.
        id: its own, as a batch's ``custom_id``.
        model: canonical id.
        on: the day whose prices and rules apply.
        input: what is billed as input.
        system: the system prompt; of a prompt text all of it, as it may well become one.
        tools: the tool definitions and the prompt the API adds to them.
        context_window: in tokens.
        max_tokens: ``None`` when nothing says it.
        cost_usd: worst case of one call; ``None`` without max_tokens.
        doubt_usd: what the band of the input may add to the cost.
    """

    file: str
    line: int | None
    id: str | None
    model: str
    on: date
    input: Count
    system: Count
    tools: Count
    context_window: int
    max_tokens: int | None
    cost_usd: Decimal | None
    doubt_usd: Decimal

    @property
    def headroom(self) -> int:
        """What is left of the window after the input and max_tokens; negative when it does not fit."""
        return self.context_window - self.input.tokens - (self.max_tokens or 0)


@dataclass(frozen=True, slots=True)
class ReadFailure:
    """A file, or a request in it, that could not be measured, or not without a doubt.

    Attributes:
        kind: the content cannot be read, its model is not known, or it was read in a way that may not be meant.
        file: as findings name it.
        line: of the fault, as far as it is known.
        message: one sentence.
        hint: what to do; may be empty.
        path: JSON pointer; may be empty.
    """

    kind: FailureKind
    file: str
    line: int | None
    message: str
    hint: str = ""
    path: str = ""


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """One file: its requests, what the rules say of them, and what could not be measured.

    Attributes:
        file: as findings name it, relative to the configuration, with forward slashes.
        kind: what it was read as.
        requests: in their order.
        findings: of rules on requests and on sequences of them, each with its file and line.
        failures: what could not be measured, or is doubtful.
    """

    file: str
    kind: FileKind
    requests: tuple[MeasuredRequest, ...] = ()
    findings: tuple[Finding, ...] = ()
    failures: tuple[ReadFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class MeasuredUsage:
    """What usage reports cost together; calls that stand in several of them count once.

    Attributes:
        files: the reports.
        usd: of what could be priced; ``None`` when nothing could.
        gaps: why the amount does not cover everything; empty when it does.
        failures: reports that could not be read.
    """

    files: tuple[str, ...]
    usd: Decimal | None
    gaps: tuple[str, ...] = ()
    failures: tuple[ReadFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class Measurement:
    """What one file holds, in the units of budgets.

    Attributes:
        file: as in findings.
        requests: how many requests it holds; a prompt text is one.
        input_tokens: the largest request's, as is every figure below that is not of the suite.
        system_tokens: of the system prompt.
        tool_tokens: of the tool definitions.
        cost_usd: worst case of one call; ``None`` when no request says ``max_tokens``.
        suite_cost_usd: worst case of all its requests together; ``None`` when one of them is not known.
        suite_input_tokens: of all its requests together.
        spent_usd: what a usage report cost; ``None`` for requests.
    """

    file: str
    requests: int
    input_tokens: int
    system_tokens: int
    tool_tokens: int
    cost_usd: Decimal | None
    suite_cost_usd: Decimal | None
    suite_input_tokens: int
    spent_usd: Decimal | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return it as JSON; money as strings of plain digits."""

        def usd(amount: Decimal | None) -> str | None:
            return None if amount is None else money.plain(amount)

        return {
            "file": self.file,
            "requests": self.requests,
            "input_tokens": self.input_tokens,
            "system_tokens": self.system_tokens,
            "tool_tokens": self.tool_tokens,
            "cost_usd": usd(self.cost_usd),
            "suite_cost_usd": usd(self.suite_cost_usd),
            "suite_input_tokens": self.suite_input_tokens,
            "spent_usd": usd(self.spent_usd),
        }


def measurement_of(measured: MeasuredFile) -> Measurement:
    """Return a file's figures: the largest of its requests' and their sum."""
    requests = measured.requests
    costs = [request.cost_usd for request in requests]
    known = [cost for cost in costs if cost is not None]
    return Measurement(
        measured.file,
        len(requests),
        max((request.input.tokens for request in requests), default=0),
        max((request.system.tokens for request in requests), default=0),
        max((request.tools.tokens for request in requests), default=0),
        max(known, default=None),
        money.total(known) if known and len(known) == len(costs) else None,
        sum(request.input.tokens for request in requests),
    )
