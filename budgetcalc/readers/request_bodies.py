"""A request of any dialect becomes a Messages body: the form that everything later reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budgetcalc.conversation import RequestForm
    from budgetcalc.readers.detection import RequestKind


def messages_body(
    body: Any, kind: RequestKind, *, is_batch: bool, file: str
) -> tuple[Mapping[str, Any], RequestForm, list[str]]:
    """Return the Messages body of a body of a known kind, the form it came in, and warnings.

    Raises:
        InputError: something in it has not the shape of its kind; the pointer counts from the body.
    """
    # The dialects are imported when met: most inputs are Messages requests.
    if kind == "message-list":
        return {"messages": body}, "message_list", []
    if kind == "openai":
        from budgetcalc.readers.openai_chat import chat_to_messages

        converted, warnings = chat_to_messages(body, file=file)
        return converted, "openai_chat", warnings
    if kind == "responses":
        from budgetcalc.readers.openai_chat import responses_to_messages

        converted, warnings = responses_to_messages(body, file=file)
        return converted, "openai_chat", warnings
    if kind == "converse":
        from budgetcalc.readers.bedrock_converse import converse_to_messages

        converted, warnings = converse_to_messages(body, file=file)
        # Bedrock takes a message without a limit, and counts by another call.
        return converted, "batch" if is_batch else "messages", warnings
    return body, _form(body, is_batch=is_batch), []


def moved(error: InputError, at: str) -> InputError:
    """Return the error with its pointer counted from the document instead of from the body."""
    place = error.location
    if place is None or not at:
        return error
    return InputError(error.message, location=replace(place, pointer=at + place.pointer), hint=error.hint)


def _form(body: Mapping[str, Any], *, is_batch: bool) -> RequestForm:
    if is_batch:
        return "batch"
    return "count_tokens" if body.get("max_tokens") is None else "messages"
