"""One JSON value becomes records: a pair of request and usage, a recorded HTTP call, or a reason why it is none."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from budgetcalc import recordings
from budgetcalc.conversation import parse_request
from budgetcalc.errors import InputError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location
from budgetcalc.readers.detection import request_kind
from budgetcalc.readers.recorded_times import read_date
from budgetcalc.readers.recordings.bodies import UnreadableBodyError, body_value
from budgetcalc.readers.refusals import refused_value
from budgetcalc.readers.request_bodies import messages_body
from budgetcalc.readers.request_envelope import unwrap
from budgetcalc.readers.request_size import hold_size
from budgetcalc.recordings import BadUsageError, InvalidRecord, LeftOut, Recording
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from budgetcalc.input_limits import Limits
    from budgetcalc.locations import SourceRef
    from budgetcalc.recordings import Record

_USAGE_KEYS = {
    "inputTokens": "input_tokens",
    "cacheWriteInputTokens": "cache_creation_input_tokens",
    "cacheReadInputTokens": "cache_read_input_tokens",
}
"""Bedrock Converse's names of the same counts."""

_MESSAGES_PATH = re.compile(
    r"/v1/messages(?:/count_tokens)?/?$|/model/[^/]+/(?:invoke|converse)[^/]*$|:(?:raw|streamRaw)Predict$"
)
_FAILED_STATUS = 400
_PAIR_KEYS = frozenset({"usage", "response", "total_input_tokens"})
_HINT = (
    'a record is {"request": {...}, "usage": {...}}: the body that was sent, and the usage of its response'
)


def records_of(value: Any, source: SourceRef, group: str, limits: Limits = DEFAULTS) -> Iterator[Record]:
    """Yield the records of a JSON value: those of a list or a cassette, or the one that it is itself.

    What is no record at all yields nothing: the reader of the file knows whether that is a fault.
    """
    if isinstance(value, list):
        for position, each in enumerate(value):
            if isinstance(each, dict):
                yield from records_of(each, _numbered(source, position), group, limits)
    elif not isinstance(value, dict):
        return
    elif (calls := calls_of(value)) is not None:
        for position, call in enumerate(calls):
            yield from call_records(call, _numbered(source, position), group, limits)
    elif "request" in value and not _PAIR_KEYS.isdisjoint(value):
        yield from call_records(value, source, group, limits)
    elif _is_transcript(value):
        if isinstance(value.get("message"), dict) and isinstance(value["message"].get("usage"), dict):
            yield LeftOut(source, recordings.TRANSCRIPT)
    elif request_kind(unwrap(value, limits).body) is not None:
        yield LeftOut(source, recordings.NO_USAGE)
    elif refused_value(value) is not None:
        yield LeftOut(source, recordings.NO_REQUEST)


def may_hold_none(value: Any) -> bool:
    """Whether a value is whole without a record: a transcript's line, a cassette of other calls, an empty list."""
    return isinstance(value, list) or (
        isinstance(value, dict)
        and (_is_transcript(value) or calls_of(value) is not None or _url(value.get("request")) is not None)
    )


def calls_of(value: Mapping[str, Any]) -> list[Any] | None:
    """Return the HTTP calls of a cassette (vcrpy, Ruby's and Go's VCR) or of a HAR archive, if it is one."""
    log = value.get("log")
    holder = log if isinstance(log, dict) else value
    for key in ("interactions", "http_interactions", "entries"):
        if isinstance(holder.get(key), list) and (key != "entries" or holder is log):
            calls: list[Any] = holder[key]
            return calls
    return None


def call_records(value: Any, source: SourceRef, group: str, limits: Limits = DEFAULTS) -> Iterator[Record]:
    """Yield the record of a pair or of an HTTP call; nothing for a call of another API."""
    if not isinstance(value, dict) or not isinstance(value.get("request"), dict | str):
        return
    url = _url(value["request"])
    if url is not None and not _is_messages_url(url):
        return
    try:
        yield record_of(value, source, group, limits)
    except UnreadableBodyError as error:
        yield InvalidRecord(source, str(error), _HINT)
    except BadUsageError as error:
        yield InvalidRecord(source, str(error), "counts are whole numbers, 0 or more")
    except InputError as error:
        location = replace(error.location or Location(source.file), file=source.file, line=source.line)
        yield InvalidRecord(source, error.message, error.hint, str(location))
    except RecursionError:
        yield InvalidRecord(source, "the request is nested too deeply", limits.how_to_raise("depth"))


def record_of(
    value: Mapping[str, Any], source: SourceRef, group: str = "", limits: Limits = DEFAULTS
) -> Record:
    """Return the recording that a pair of request and usage is, or why it is left out.

    Args:
        value: ``request`` beside ``usage``, ``response`` or ``total_input_tokens``; see ``docs/verify.md``.
        source: where it was read.
        group: what it belongs to in cross-validation, unless it says so itself.
        limits: how much is read of it.

    Raises:
        InputError: the request has not the shape of one.
        UnreadableBodyError: a body holds no JSON.
        BadUsageError: a count of the usage is none.
    """
    envelope = unwrap({**value, "request": _request_part(value["request"], limits)}, limits)
    if envelope.id is not None:
        source = replace(source, id=envelope.id)
    response = _response(value, limits)
    if response is None or (reason := _reason(value, response)) is not None:
        return LeftOut(source, recordings.FAILED_CALL if response is None else str(reason))
    usage = _usage(value, response)
    total = None if usage is None else recordings.billed_input(usage)
    if total is None:
        return LeftOut(
            source, recordings.CUT_STREAM if response.get("type") == "message" else recordings.NO_USAGE
        )
    if total == 0:
        return LeftOut(source, recordings.NOTHING_BILLED)
    if usage is not None and (reason := recordings.reason_in_usage(usage)) is not None:
        return LeftOut(source, reason)
    kind = request_kind(envelope.body)
    if kind not in {"messages", "converse"}:
        raise InputError(
            "the request is no body of the Messages API",
            location=Location(source.file, source.line),
            hint=_HINT,
        )
    hold_size(envelope.body, limits, source.file, source.line)
    body, form, _ = messages_body(envelope.body, kind, is_batch=envelope.is_batch, file=source.file)
    request = parse_request(
        body,
        form=form,
        betas=envelope.betas,
        betas_known=envelope.betas_known or _holds_all_headers(value["request"]),
        batch=envelope.is_batch,
        file=source.file,
        line=source.line,
    )
    if (reason := recordings.reason_in_request(request)) is not None:
        return LeftOut(source, reason)
    answered = response.get("model")
    return Recording(
        source=source,
        request=request,
        model=envelope.model or request.model or (answered if isinstance(answered, str) else None),
        input_tokens=total,
        date=_day(value, envelope.date),
        group=_group(value) or group,
    )


def _request_part(request: Any, limits: Limits) -> Any:
    """Return the request with its body decoded and its headers as one level, as the envelope reads them."""
    if not isinstance(request, dict) or "messages" in request:
        return request
    for key in ("parsed_body", "json", "body", "postData", "content"):
        if request.get(key) is not None:
            body = body_value(request[key], limits)
            rest = {
                name: each
                for name, each in request.items()
                if name not in {"parsed_body", "json", "postData", "content"}
            }
            return {**rest, "body": body, "headers": _headers(request)}
    return request


def _response(value: Mapping[str, Any], limits: Limits) -> dict[str, Any] | None:
    """Return the response as a message (or count); an empty one where only a usage stands; ``None`` for an error."""
    response = value.get("response")
    if response is None:
        return {}
    if isinstance(response, dict) and (
        not {"usage", "input_tokens"}.isdisjoint(response) or response.get("type") == "error"
    ):
        return response
    if isinstance(response, dict) and response.get("type") != "message":
        if _status(response) >= _FAILED_STATUS:
            return None
        held = (response.get(key) for key in ("parsed_body", "json", "body", "content", "text"))
        response = next((each for each in held if each is not None), None)
    decoded = body_value(response, limits)
    return decoded if isinstance(decoded, dict) else {}


def _status(response: Mapping[str, Any]) -> int:
    for key in ("status", "status_code", "code", "statusCode"):
        status = response.get(key)
        if isinstance(status, dict):
            status = status.get("code")
        if isinstance(status, int) and not isinstance(status, bool):
            return status
        if isinstance(status, str) and status[:3].isdecimal():
            return int(status[:3])
    return 0


def _usage(value: Mapping[str, Any], response: Mapping[str, Any]) -> Mapping[str, Any] | None:
    usage = value.get("usage", response.get("usage"))
    if usage is None and "input_tokens" in response:
        usage = response  # count_tokens answers with the bare number
    if usage is None and value.get("total_input_tokens") is not None:
        usage = {"input_tokens": value["total_input_tokens"]}
    if not isinstance(usage, dict):
        return None
    return {_USAGE_KEYS.get(str(key), str(key)): each for key, each in usage.items()}


def _reason(value: Mapping[str, Any], response: Mapping[str, Any]) -> str | None:
    return recordings.reason_in_record(value) or recordings.reason_in_response(response)


def _headers(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return headers by name, from a mapping or a list of name and value as HAR has it."""
    headers = message.get("headers")
    if isinstance(headers, dict):
        return {str(name): each for name, each in headers.items()}
    pairs = headers if isinstance(headers, list) else []
    return {str(pair.get("name")): pair.get("value") for pair in pairs if isinstance(pair, dict)}


def _holds_all_headers(request: Any) -> bool:
    """Whether the API's version header was kept, so that a beta header that is not there was not sent."""
    return isinstance(request, dict) and "anthropic-version" in {name.lower() for name in _headers(request)}


def _url(request: Any) -> str | None:
    url = request.get("url", request.get("uri")) if isinstance(request, dict) else None
    return url if isinstance(url, str) else None


def _is_messages_url(url: str) -> bool:
    try:
        path = urlsplit(url).path
    except ValueError:
        return False
    if not _MESSAGES_PATH.search(path):
        return False
    return (
        path.rstrip("/").endswith(("/messages", "/count_tokens")) or "claude" in path or "anthropic" in path
    )


def _is_transcript(value: Mapping[str, Any]) -> bool:
    refused = refused_value(value)
    return refused is not None and refused.name == "a Claude Code transcript"


def _day(value: Mapping[str, Any], given: object) -> Any:
    response = value.get("response")
    headers = _headers(response) if isinstance(response, dict) else {}
    sent = next((each for name, each in headers.items() if name.lower() == "date"), None)
    candidates = (given, value.get("recorded_at"), value.get("startedDateTime"), sent)
    for candidate in candidates:
        day = read_date(candidate[0] if isinstance(candidate, list) and candidate else candidate)
        if day is not None:
            return day
    return None


def _group(value: Mapping[str, Any]) -> str:
    for key in ("family", "source"):
        named = value.get(key)
        if isinstance(named, dict):
            named = named.get("repo")
        if isinstance(named, str) and named:
            return named
    return ""


def _numbered(source: SourceRef, position: int) -> SourceRef:
    number = str(position + 1)
    return replace(source, id=number if source.id is None else f"{source.id}.{number}")
