"""Results of a message batch: half the price by their format, and only what succeeded is billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.usage.fields import BadUsage, Origin, mapping, moment_in, text
from budgetcalc.readers.usage.messages import Records, response_row
from budgetcalc.usage import InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OUTCOMES = ("succeeded", "errored", "canceled", "expired")


def is_this(value: Any) -> bool:
    """Whether a value is one result of a batch."""
    return "custom_id" in value and mapping(value.get("result")).get("type") in _OUTCOMES


def read(value: Mapping[str, Any], origin: Origin, wrappers: Records = ()) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of one result.

    ``custom_id`` groups and identifies nothing: people use it again in the next batch. A succeeded result is of
    the batch tier whatever its message says: old ones say nothing (formats.md §3.3).
    """
    result = value["result"]
    custom_id = text(value.get("custom_id"))
    dimensions = (("custom_id", custom_id),) if custom_id else ()
    if result["type"] != "succeeded":
        moment, said = moment_in((value, *wrappers))
        yield UsageRow(
            *origin,
            "batch-results",
            (),
            day=moment.date() if moment else None,
            moment=moment,
            service_tier="batch",
            unbilled=f"batch request {result['type']}",
            dimensions=dimensions,
            warnings=said,
        )
        return
    message = result.get("message")
    if not isinstance(message, dict):
        raise BadUsage("a succeeded batch result holds no message")
    yield response_row(
        message,
        origin,
        (value, *wrappers),
        form="batch-results",
        service_tier="batch",
        dimensions=dimensions,
    )
