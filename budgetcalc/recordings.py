"""Recorded calls: what was sent and what the API billed for it, and which of them can be compared with an estimate.

Truth is what the API billed as input: uncached input, cache creation and cache read together (prompt caching page).
Some totals cannot be worked out from the request alone; those recordings are left out, each with its reason.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.conversation import Document, Image, ServerTool
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import date

    from budgetcalc.conversation import Request
    from budgetcalc.locations import SourceRef

INPUT_KEYS = ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")
LARGEST_COUNT = 10**12

NO_USAGE = "no usage stands beside the request"
NO_REQUEST = "no request stands beside the usage"
NOTHING_BILLED = "the usage says that no input was billed"
FAILED_CALL = "the API answered with an error"
CUT_STREAM = "the recorded stream ends before its usage"
TRANSCRIPT = "a Claude Code transcript holds the usage, but neither the system prompt nor the tools"
SDK_LOG = "the debug log of the SDK holds the request, but not the usage"

_LOOP = "the server called tools and billed every round"
_EDITED = "the server edited the context before it was read"
_REMOTE = "tool definitions come from an MCP server"
_CONTAINER = "a container or its skills add to the prompt"
_REFERENCE = "an image or a document is given by reference (URL or file id)"
_SCRUBBED = "the recording says that its input cannot be determined"

_CAVEATS = {
    "server_tool_loop": _LOOP,
    "usage_iterations": _LOOP,
}


class BadUsageError(ValueError):
    """A usage whose counts are no counts; the message names the key, never a value of the conversation."""


@dataclass(frozen=True, slots=True)
class Recording:
    """One call: the typed request beside the tokens that were billed for it.

    Attributes:
        source: where it was read.
        request: typed, with the beta headers that are known.
        model: the name that was billed; ``None`` when nothing says it.
        input_tokens: what the API billed as input, cached or not.
        date: the day of the call in UTC; ``None`` when unknown.
        group: where it comes from, for cross-validation: its own ``family`` or ``source``, else the input.
    """

    source: SourceRef
    request: Request
    model: str | None
    input_tokens: int
    date: date | None = None
    group: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A recording that was read and cannot be compared, with the reason; ``times`` of them at once."""

    source: SourceRef
    reason: str
    times: int = 1


@dataclass(frozen=True, slots=True)
class InvalidRecord:
    """A record that cannot be read: where, why, and what to do."""

    source: SourceRef
    message: str
    hint: str = ""
    location: str = ""


type Record = Recording | LeftOut | InvalidRecord


def billed_input(usage: Mapping[str, Any]) -> int | None:
    """Return the input tokens of a usage object, cached or not; ``None`` when it says nothing of input.

    Raises:
        BadUsageError: a count is negative, no whole number, or beyond anything that is served.
    """
    counts = {key: usage[key] for key in INPUT_KEYS if usage.get(key) is not None}
    for key, value in counts.items():
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= LARGEST_COUNT:
            raise BadUsageError(f"`{key}` of the usage is no number of tokens")
    return sum(counts.values()) if "input_tokens" in counts else None


def reason_in_usage(usage: Mapping[str, Any]) -> str | None:
    """Return why the input of this usage is not that of one pass over the request, if so."""
    iterations = usage.get("iterations")
    if isinstance(iterations, list) and (
        len(iterations) > 1
        or any(isinstance(each, dict) and each.get("type") not in {None, "message"} for each in iterations)
    ):
        return _LOOP
    uses = usage.get("server_tool_use")
    if isinstance(uses, dict) and any(isinstance(n, int) and n > 0 for n in uses.values()):
        return _LOOP
    return None


def reason_in_response(response: Mapping[str, Any]) -> str | None:
    """Return why a response's usage says more or less than its request, if so."""
    if response.get("type") == "error" or isinstance(response.get("error"), dict):
        return FAILED_CALL
    content = response.get("content")
    kinds = (
        {block.get("type") for block in content if isinstance(block, dict)}
        if isinstance(content, list)
        else set()
    )
    if (
        any(isinstance(kind, str) and kind.endswith("server_tool_use") for kind in kinds)
        or "mcp_tool_use" in kinds
    ):
        return _LOOP
    management = response.get("context_management")
    return _EDITED if isinstance(management, dict) and management.get("applied_edits") else None


def reason_in_record(record: Mapping[str, Any]) -> str | None:
    """Return why a record itself says that it is not to be compared, if it does."""
    caveats = record.get("caveats")
    for caveat in caveats if isinstance(caveats, list) else ():
        if isinstance(caveat, str) and caveat in _CAVEATS:
            return _CAVEATS[caveat]
    return _SCRUBBED if record.get("input_determinable") is False else None


def reason_in_request(request: Request) -> str | None:
    """Return why the input cannot be known from the request alone, if so."""
    if request.body.get("mcp_servers") or any(tool.type.startswith("mcp_") for tool in request.tools):
        return _REMOTE
    if request.body.get("container"):
        return _CONTAINER
    return _REFERENCE if any(_references(request)) else None


def _references(request: Request) -> Iterator[bool]:
    for _, block in request.blocks():
        if isinstance(block, Image):
            yield block.data is None
        elif isinstance(block, Document):
            yield block.data is None and block.source != "content"
        elif isinstance(block, ServerTool):
            yield block.type == "container_upload"
