"""What is recognised and has no usage to price, or usage that cannot be priced: told by name, tried from the top."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.usage import reported_costs
from budgetcalc.readers.usage.fields import mapping
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable

_ESTIMATE = "use `budgetcalc estimate FILE`: it counts and prices requests before they are sent"
_RECONCILE = "it holds money and no tokens: give the usage report, and this one with `--reconcile FILE`"


@dataclass(frozen=True, slots=True)
class Refused:
    """A format that is recognised and not priced.

    Attributes:
        name: with its article, as it stands after "this is".
        test: whether an object or a CSV header is one.
        hint: what to do instead; ``FILE`` stands for the input.
        holds_usage: whether leaving it out makes a total wrong.
    """

    name: str
    test: Callable[[Any], bool]
    hint: str
    holds_usage: bool = False


def refused_value(value: Any) -> Refused | None:
    """Return what a JSON object is, when it is recognised and not priced."""
    return next((kind for kind in _OBJECTS if kind.test(value)), None)


def refused_header(header: list[str]) -> Refused | None:
    """Return what a CSV file is, when it is recognised and not priced."""
    return next((kind for kind in _HEADERS if kind.test(header)), None)


def _first(value: Any, key: str) -> Any:
    items = value.get(key)
    return mapping(items[0]) if isinstance(items, list) and items else {}


def _is_managed_session(value: Any) -> bool:
    usage = mapping(value.get("usage"))
    return (
        "active_seconds" in usage
        or "list_cost" in usage
        or value.get("type") == "span.model_request_end"
        or ("model_usage" in value and str(value.get("type")).startswith("span."))
    )


def _is_langchain(value: Any) -> bool:
    inner = mapping(value.get("kwargs")) or mapping(value.get("data"))
    return "usage_metadata" in inner or (value.get("lc") == 1 and "kwargs" in value)


def _is_ccusage(value: Any) -> bool:
    parts = ("daily", "monthly", "weekly", "sessions", "blocks", "projects")
    first: Any = next((row for part in parts if (row := _first(value, part))), {})
    return "totalCost" in first or "modelBreakdowns" in first or "modelsUsed" in first


def _is_request(value: Any) -> bool:
    body = next(
        (mapping(value[key]) for key in ("params", "body", "request", "modelInput") if key in value), value
    )
    return isinstance(body.get("messages"), list) or isinstance(value.get("requests"), list)


_OBJECTS: tuple[Refused, ...] = (
    Refused("a cost report", reported_costs.is_this, _RECONCILE),
    Refused(
        "a Managed Agents session",
        _is_managed_session,
        "its usage is cumulative and names no model; price the Admin usage report instead",
        holds_usage=True,
    ),
    Refused(
        "a LangChain message dump",
        _is_langchain,
        "give its `response_metadata.usage`, as in `jq -c '.. | .response_metadata? | select(.usage?)' FILE`",
        holds_usage=True,
    ),
    Refused(
        "an Inspect log",
        lambda v: "eval" in v and ("model_usage" in mapping(v.get("stats")) or "samples" in v),
        "its `stats.model_usage` holds sums of whole runs, which no command of budgetcalc reads yet",
        holds_usage=True,
    ),
    Refused(
        "output of ccusage",
        _is_ccusage,
        "give what ccusage itself reads: `budgetcalc price ~/.claude/projects`",
        holds_usage=True,
    ),
    Refused(
        "a Helicone export",
        lambda v: any(str(key).startswith("helicone") for key in v) or "heliconeMetadata" in v,
        "export it with `npx @helicone/export --include-body`, or give the responses it recorded: "
        "`jq -c '.response_body // .response' FILE | budgetcalc price -`",
        holds_usage=True,
    ),
    Refused(
        "the status of a message batch, without its results",
        lambda v: v.get("type") == "message_batch",
        "download the results: `results_url` names them",
    ),
    Refused(
        "the manifest of a Bedrock batch",
        lambda v: "processedRecordCount" in v and "totalRecordCount" in v,
        "give the `.jsonl.out` files beside it: its sums do not tell cached tokens apart",
    ),
    Refused(
        "a report of budgetcalc itself",
        lambda v: str(v.get("schema")).startswith("budgetcalc/"),
        "give the usage report that it was made from",
    ),
    Refused(
        "a count of the token counting API",
        lambda v: "input_tokens" in v and "output_tokens" not in v and "messages" not in v,
        "counting is free; price the response of the call itself",
    ),
    Refused("a request, not what it used", _is_request, _ESTIMATE),
    Refused(
        "a conversation, not what it used",
        lambda v: ("role" in v and "content" in v) or "chat_messages" in v,
        _ESTIMATE,
    ),
)

_HEADERS: tuple[Refused, ...] = (
    Refused("a Console cost CSV", reported_costs.is_header, _RECONCILE),
    Refused(
        "a Helicone export",
        lambda header: any(column.lower().startswith("helicone") for column in header),
        "export it with `npx @helicone/export --include-body`, which writes what can be priced",
        holds_usage=True,
    ),
)
