"""A file → what ``lint`` wants to know of it: the figures of its requests and what the rules say of them."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import field
from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc.conversation import parse_request
from budgetcalc.costs import doubtful_usd, price_request
from budgetcalc.counts import Count, exact
from budgetcalc.errors import BudgetcalcError, UnknownModelError
from budgetcalc.estimates import weigh_request
from budgetcalc.findings import Finding
from budgetcalc.input_limits import DEFAULTS, Limits
from budgetcalc.lint.rule import Step
from budgetcalc.lint.run import run_rules
from budgetcalc.lint.sequences import run_sequence_rules
from budgetcalc.locations import printable
from budgetcalc.measurements import MeasuredFile, MeasuredRequest, ReadFailure
from budgetcalc.readers.detection import body_meant
from budgetcalc.readers.files import STDIN, is_read_once
from budgetcalc.readers.json_places import line_of
from budgetcalc.readers.lint_files import name_says_json
from budgetcalc.readers.prompt_text import plain_text_notes
from budgetcalc.readers.requests import (
    FORCE_TEXT_HINT,
    FailedItem,
    RequestFill,
    RequestItem,
    read_requests,
)
from budgetcalc.readers.tool_lists import read_tools
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date
    from typing import BinaryIO

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.conversation import Request
    from budgetcalc.counts import PartKind
    from budgetcalc.lint.rule import RuleContext
    from budgetcalc.measurements import FailureKind

NO_MODEL = "the request names no model"
NO_MODEL_HINT = "name one with --model, or under defaults: of the config"
_MOST_SETTINGS = 1_000_000
"""Bytes of a file that cannot be read as requests, in which it is looked for what it is."""
_TOOL_PARTS: frozenset[PartKind] = frozenset({"tools", "tool_prompt"})


@dataclass(frozen=True, slots=True)
class LintQuestion:
    """What is asked of every request.

    Attributes:
        catalogue: models and prices.
        day: for requests without a date of their own.
        model: replaces the request's own.
        default_model: fills in where a request names none.
        fill: what else fills requests.
        selected: ids of rules that run although they are off by default.
        limits: how much is read of each file.
    """

    catalogue: Catalogue
    day: date
    model: str | None = None
    default_model: str | None = None
    fill: RequestFill = field(default_factory=RequestFill)
    selected: frozenset[str] = frozenset()
    limits: Limits = DEFAULTS


@dataclass(frozen=True, slots=True)
class _Weighed:
    """A request with its place and what rules look at."""

    item: RequestItem
    context: RuleContext


def measure_file(
    question: LintQuestion, path: str, name: str, *, stdin: BinaryIO | None = None, searched: bool = False
) -> MeasuredFile | None:
    """Return what a file holds.

    Args:
        question: what is asked.
        path: to read; ``-`` is standard input.
        name: what findings call the file.
        stdin: standard input.
        searched: the file was come upon and not asked for, so that it is no fault to be something else.

    Returns:
        The file; ``None`` for one that was come upon and is neither requests nor tools.
    """
    if path != STDIN and is_read_once(path):
        with suppress(OSError), open(path, "rb") as stream:  # noqa: PTH123 - a name as it was found
            return measure_file(question, STDIN, name, stdin=stream, searched=searched)
    items = list(read_requests(path, stdin=stdin, fill=question.fill, limits=question.limits))
    failed = [item for item in items if isinstance(item, FailedItem)]
    if len(failed) == len(items):
        tools = None if path == STDIN else read_tools(path, question.limits)
        if tools is not None:
            return _measure_tools(question, path, name, *tools)
        if searched and _is_something_else(path, failed):
            return None
    if any(_is_text(item) for item in items) and name_says_json(name):
        # A merge conflict at the top of a request must not make a prompt text of it.
        failure = ReadFailure("unreadable", name, 1, "the name says JSON, and the content is none")
        is_settings = searched and _is_something_else(path, [])
        return None if is_settings else MeasuredFile(name, "requests", (), (), (failure,))
    failures = [
        ReadFailure("unreadable", name, each.place.line, each.message, _hint(each), each.place.pointer)
        for each in failed
    ]
    weighed: list[_Weighed] = []
    for item in items:
        if isinstance(item, RequestItem):
            failures += _doubts(item, name)
            try:
                weighed.append(_Weighed(item, _weigh(question, item.request, item.date)))
            except BudgetcalcError as error:
                failures.append(_failure(error, name, item))
    is_prompt = any(map(_is_text, items))
    found = list(_findings(weighed, question.selected))
    lines = _line_finder(path, [(item, finding) for item, finding in found], question.limits)
    return MeasuredFile(
        name,
        "prompt" if is_prompt else "requests",
        tuple(_measured(each, name, is_prompt=is_prompt) for each in weighed),
        (
            *_on_name(name if is_prompt else ""),
            *(_placed(finding, item, name, lines) for item, finding in found),
        ),
        tuple(failures),
    )


def _weigh(question: LintQuestion, request: Request, own_date: date | None) -> RuleContext:
    """Return the request as rules look at it.

    Raises:
        UnknownModelError: its model is not known, or nobody names one.
        InputError: it is nested too deeply.
    """
    model = question.model or request.model or question.default_model
    if model is None:
        raise UnknownModelError(NO_MODEL, hint=NO_MODEL_HINT)
    match = question.catalogue.find(model)
    return weigh_request(
        request,
        match,
        question.catalogue,
        own_date or question.day,
        command="lint",
        is_dated=own_date is not None,
    )


def _doubts(item: RequestItem, name: str) -> Iterator[ReadFailure]:
    who = f"{printable(item.source.id)}: " if item.source.id else ""
    for warning in item.warnings:
        yield ReadFailure("doubtful", name, item.source.line, f"{who}{warning}", path=item.pointer)


def _failure(error: BudgetcalcError, name: str, item: RequestItem) -> ReadFailure:
    who = f"{printable(item.source.id)}: " if item.source.id else ""
    is_unknown = isinstance(error, UnknownModelError)
    kind: FailureKind = "unknown_model" if is_unknown else "unreadable"
    path = f"{item.pointer}/model" if is_unknown else item.pointer
    return ReadFailure(kind, name, item.source.line, f"{who}{error.message}", _hint(error), path)


def _hint(error: BudgetcalcError | FailedItem) -> str:
    """Return what to do, without the flags that ``lint`` has not."""
    return error.hint.removesuffix(FORCE_TEXT_HINT)


def _findings(weighed: list[_Weighed], selected: frozenset[str]) -> Iterator[tuple[RequestItem, Finding]]:
    for each in weighed:
        for finding in run_rules(each.context, selected):
            yield each.item, finding
    steps = [Step(each.context, each.item.response, each.item.sent_at) for each in weighed]
    for index, finding in run_sequence_rules(steps, selected):
        yield weighed[index].item, finding


def _placed(finding: Finding, item: RequestItem, name: str, lines: Callable[[str], int | None]) -> Finding:
    line = item.source.line if item.source.line is not None else lines(item.pointer + finding.path)
    who = printable(item.source.id) if item.source.id else ""
    message = f"{who}: {finding.message}" if who else finding.message
    path = item.pointer + finding.path if item.source.line is None else finding.path
    return replace(finding, file=name, line=line, message=message, path=path, request_id=who)


def _line_finder(
    path: str, found: Iterable[tuple[RequestItem, Finding]], limits: Limits
) -> Callable[[str], int | None]:
    """Return what finds the line of a pointer in a JSON document; texts and JSONL have nothing to look up."""
    pointers = {
        item.pointer + finding.path
        for item, finding in found
        if item.source.line is None and item.request.form != "prompt_text"
    }
    return line_of(path, pointers, limits).get if pointers and path != STDIN else lambda _: None


def _on_name(name: str) -> Iterator[Finding]:
    """Yield a note on a prompt text that is called something else."""
    for note in plain_text_notes(name):
        yield Finding("BC911", "read-with-doubt", "note", note, file=name)


def _measured(each: _Weighed, name: str, *, is_prompt: bool) -> MeasuredRequest:
    context, source = each.context, each.item.source
    counted = context.counted
    cost = price_request(context.request, context.match, counted, context.budget, context.on)
    system = _sum(context, frozenset({"text"} if is_prompt else {"system"}))
    return MeasuredRequest(
        name,
        source.line,
        source.id,
        context.model.id,
        context.on,
        counted.total,
        system,
        _sum(context, _TOOL_PARTS),
        context.budget.context_window,
        context.budget.max_tokens,
        cost.total_max,
        doubtful_usd(cost, counted.total),
    )


def _sum(context: RuleContext, kinds: frozenset[PartKind]) -> Count:
    return sum((part.count for part in context.counted.parts if part.kind in kinds), exact(0))


def _measure_tools(
    question: LintQuestion, path: str, name: str, tools: list[dict[str, object]], pointer: str
) -> MeasuredFile:
    """Return a list of tools, measured and judged as part of the smallest request there is."""
    body = {"messages": [{"role": "user", "content": "-"}], "tools": tools}
    try:
        context = _weigh(question, parse_request(body, form="count_tokens", file=path), None)
    except BudgetcalcError as error:
        kind: FailureKind = "unknown_model" if isinstance(error, UnknownModelError) else "unreadable"
        failure = ReadFailure(
            kind, name, None, error.message.replace("request", "list of tools"), _hint(error)
        )
        return MeasuredFile(name, "tools", failures=(failure,))
    count = _sum(context, _TOOL_PARTS)
    request = MeasuredRequest(
        name, None, None, context.model.id, context.on, count, exact(0), count, context.budget.context_window,
        None, None, Decimal(0),
    )  # fmt: skip
    found = [
        finding for finding in run_rules(context, question.selected) if finding.path.startswith("/tools")
    ]
    paths = [pointer + finding.path.removeprefix("/tools") for finding in found]
    lines = line_of(path, set(paths), question.limits)
    placed = (
        replace(finding, file=name, line=lines.get(place), path=place)
        for finding, place in zip(found, paths, strict=True)
    )
    return MeasuredFile(name, "tools", (request,), tuple(placed))


def _is_text(item: RequestItem | FailedItem) -> bool:
    return isinstance(item, RequestItem) and item.request.form == "prompt_text"


def _is_something_else(path: str, failed: list[FailedItem]) -> bool:
    """Whether a file that was come upon is no request for sure: JSON of another kind, with comments or without.

    What nobody could read may be a request, and so is never passed over.
    """
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - a name as it was found
            content = file.read(_MOST_SETTINGS)
    except OSError:
        return False
    if b'"messages"' in content:
        return False  # the one word that every request has
    if failed and all(item.is_other for item in failed):
        return True
    from budgetcalc.readers.commented_json import decode_commented

    try:
        value = decode_commented(content.decode())
    except ValueError:
        return False
    return isinstance(value, dict | list) and body_meant(value) is None
