"""Output of Amazon Bedrock's batch inference: ``.jsonl.out``, a record a line, at the batch price.

``modelOutput`` is the body of an InvokeModel response or a Converse response, ``error`` stands in its place where the
call failed (Amazon Bedrock user guide, "View the results of a batch inference job").
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.readers.usage import bedrock
from budgetcalc.readers.usage.fields import Origin, mapping, text
from budgetcalc.readers.usage.messages import Records, response_row
from budgetcalc.records import replace
from budgetcalc.usage import InvalidRow, UsageRow

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FORMAT = "bedrock-batch"


def is_this(value: Any) -> bool:
    """Whether a value is a record of a batch's output."""
    return "modelInput" in value and ("modelOutput" in value or isinstance(value.get("error"), dict))


def read(value: Mapping[str, Any], origin: Origin, wrappers: Records = ()) -> Iterator[UsageRow | InvalidRow]:
    """Yield the row of one record.

    ``recordId`` is the sender's own name and identifies nothing: people use it again in the next batch. The record
    does not say the model of a Converse call, nor the region of any.

    Raises:
        BadUsage: a count is none.
    """
    record_id = text(value.get("recordId"))
    named = (("custom_id", record_id),) if record_id else ()
    output = mapping(value.get("modelOutput"))
    if not output:
        yield UsageRow(*origin, FORMAT, (), service_tier="batch", unbilled="failed call", dimensions=named)
    elif bedrock.is_this(output):
        for row in bedrock.read(output, origin):
            if isinstance(row, InvalidRow):
                yield row
            else:
                yield replace(row, format=FORMAT, service_tier="batch", dimensions=named)
    else:
        yield response_row(output, origin, wrappers, form=FORMAT, service_tier="batch", dimensions=named)
