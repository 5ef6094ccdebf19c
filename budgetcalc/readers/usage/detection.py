"""Which usage format a JSON object or a CSV header is: one table, tried from the top; the content decides.

Formats are named by module and function and loaded when the first value asks for them.
"""

from __future__ import annotations

from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.readers.usage.fields import mapping
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from budgetcalc.readers.usage.messages import Records

_PACKAGE = "budgetcalc.readers.usage"
_WRAPPERS = ("response", "body", "message", "data", "result", "event", "responses", "pages", "items")
"""What people put around a record (formats.md §2), tried when the record itself is nothing known."""

_DEEPEST = 6
"""Levels of wrappers and lists that are looked into."""


@dataclass(frozen=True, slots=True)
class Format:
    """A usage format.

    Attributes:
        name: what ``--input-format`` calls it.
        test: ``module:function``: whether an object is one.
        reader: ``module:function`` for one object, or ``module:class`` for a log whose lines belong together.
        takes_wrappers: whether its reader wants the objects around a record too.
        takes_lists: whether it reads a list as a whole: pages and spans belong together.
        is_log: whether ``reader`` is a class.
    """

    name: str
    test: str
    reader: str
    takes_wrappers: bool = True
    takes_lists: bool = False
    is_log: bool = False


@dataclass(frozen=True, slots=True)
class CsvFormat:
    """A usage format in CSV: ``module:function`` of its test and of its reader."""

    name: str
    test: str
    reader: str


class Found(NamedTuple):
    """A record of a known format, and the objects it stands in, the innermost first."""

    format: Format
    value: Any
    wrappers: Records


FORMATS: tuple[Format, ...] = (
    Format("sse", "sse:is_this", "sse:Streams", is_log=True),
    Format("messages", "messages:is_this", "messages:read"),
    Format("batch-results", "batch_results:is_this", "batch_results:read"),
    Format("headless", "headless:is_this", "headless:Sessions", is_log=True),
    Format("claude-code", "claude_code:is_this", "claude_code:read"),
    Format(
        "admin-usage-report",
        "admin_report:is_this",
        "admin_report:read",
        takes_wrappers=False,
        takes_lists=True,
    ),
    Format(
        "claude-code-analytics",
        "claude_code_analytics:is_this",
        "claude_code_analytics:read",
        takes_wrappers=False,
    ),
    Format("bedrock-batch", "bedrock_batch:is_this", "bedrock_batch:read"),
    Format("bedrock", "bedrock:is_this", "bedrock:read", takes_wrappers=False),
    Format("otel", "otel:is_this", "otel:Traces", takes_wrappers=False, takes_lists=True, is_log=True),
    Format("litellm", "litellm_log:is_this", "litellm_log:read", takes_wrappers=False),
    Format("openrouter", "openrouter:is_this", "openrouter:read", takes_wrappers=False),
    Format(
        "openrouter-activity", "openrouter_activity:is_this", "openrouter_activity:read", takes_wrappers=False
    ),
    Format("helicone", "helicone:is_this", "helicone:read", takes_wrappers=False),
    Format("langfuse", "langfuse:is_this", "langfuse:read", takes_wrappers=False, takes_lists=True),
    Format("usage", "messages:is_usage", "messages:read_usage_object"),
)
"""In the order of formats.md §2, but that Claude Code stands before the reports: its lines are the most by far, and
no test holds for both. Headless lines stand before transcripts, which differ from them in one letter.
"""

CSV_FORMATS: tuple[CsvFormat, ...] = (
    CsvFormat("console-usage-csv", "console_csv:is_header", "console_csv:read_csv"),
    CsvFormat("openrouter", "openrouter:is_header", "openrouter:read_csv"),
    CsvFormat("openrouter-activity", "openrouter_activity:is_header", "openrouter_activity:read_csv"),
    CsvFormat("litellm", "litellm_log:is_header", "litellm_log:read_csv"),
    CsvFormat("helicone", "helicone:is_header", "helicone:read_csv"),
    CsvFormat("langfuse", "langfuse:is_header", "langfuse:read_csv"),
)

INPUT_FORMATS = tuple(dict.fromkeys([*(each.name for each in FORMATS), *(each.name for each in CSV_FORMATS)]))
"""What ``--input-format`` takes."""


@cache
def loaded(name: str) -> Callable[..., Any] | None:
    """Return the function or class of ``module:name``; ``None`` when the format has none."""
    module, _, attribute = name.partition(":")
    found: Callable[..., Any] | None = getattr(import_module(f"{_PACKAGE}.{module}"), attribute, None)
    return found


def found_in(
    value: Any, forced: str | None = None, wrappers: Records = (), depth: int = _DEEPEST
) -> Iterator[Found]:
    """Yield the records in a JSON value, however it is wrapped."""
    if not isinstance(value, dict | list):
        return
    form = _format_of(value, forced)
    if form:
        yield Found(form, value, wrappers)
    elif not depth:
        return
    elif isinstance(value, list):
        for item in value:
            yield from found_in(item, forced, wrappers, depth - 1)
    else:
        around = (value, mapping(value.get("request")), *wrappers)
        for key in _WRAPPERS:
            inner = list(found_in(value.get(key), forced, around, depth - 1))
            if inner:
                yield from inner
                return


def csv_format_of(header: list[str], forced: str | None = None) -> CsvFormat | None:
    """Return which format a CSV file is by its header."""
    return next(
        (
            each
            for each in CSV_FORMATS
            if forced in (None, each.name) and (test := loaded(each.test)) and test(header)
        ),
        None,
    )


def _format_of(value: Mapping[str, Any] | list[Any], forced: str | None) -> Format | None:
    is_list = isinstance(value, list)
    for each in FORMATS:
        if is_list and not each.takes_lists:
            continue
        if forced in (None, each.name) and (test := loaded(each.test)) and test(value):
            return each
    return None


def is_list_format(value: Any, forced: str | None = None) -> bool:
    """Whether a list is read as a whole."""
    return isinstance(value, list) and _format_of(value, forced) is not None
