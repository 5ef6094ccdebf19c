"""Bodies of recorded HTTP calls: text, bytes, base64, gzip, JSON or a stream of events become one JSON value."""

from __future__ import annotations

import base64
import binascii
import json
import re
import zlib
from typing import TYPE_CHECKING, Any

from budgetcalc.input_limits import DEFAULTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from budgetcalc.input_limits import Limits

_TEXT_KEYS = ("string", "text", "content", "base64_string", "base64", "data")
_JSON_OR_EVENTS = re.compile(r"\s*(?:[\[{]|event:|data:|: ?ping)")
_BASE64 = re.compile(r"[A-Za-z0-9+/\s]++={0,2}+\s*+")
_BEDROCK_CHUNK = re.compile(rb'"bytes":"([A-Za-z0-9+/=]+)"')


class UnreadableBodyError(ValueError):
    """A body that holds no JSON and no stream of events; the message never holds its text."""


def body_value(body: Any, limits: Limits = DEFAULTS) -> Any:
    """Return the JSON value of a body as recorders write it, a stream of events as its merged message.

    Raises:
        UnreadableBodyError: compressed in a way Python does not unpack, cut, or no JSON.
    """
    if isinstance(body, dict) and not _is_payload(body):
        body = next((body[key] for key in _TEXT_KEYS if body.get(key) not in (None, "")), None)
    if isinstance(body, list) and body and all(isinstance(each, dict) and "type" in each for each in body):
        return merged_events(iter(body))
    if body is None or isinstance(body, dict | list):
        return body
    text = _text(body, limits)
    if text.lstrip().startswith(("{", "[")):
        return _decoded(text)
    return merged_events(_events(text))


def merged_events(events: Iterator[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the message of a stream: what a later event says replaces what was known, field by field.

    Counts in a stream are cumulative (streaming documentation), so nothing is added up. ``usage`` is missing
    when the stream ends before its first count.

    Raises:
        UnreadableBodyError: no event of a message among them.
    """
    message: dict[str, Any] = {}
    content: list[Any] = []
    for event in events:
        kind = event.get("type")
        if kind == "error":
            return {"type": "error", "error": {}}
        if kind == "message_start":
            started = event.get("message")
            message = dict(started) if isinstance(started, dict) else {}
        elif kind == "content_block_start" and isinstance(event.get("content_block"), dict):
            content.append(event["content_block"])
        elif kind == "message_delta":
            usage = event.get("usage")
            said = usage.items() if isinstance(usage, dict) else ()
            known = message.get("usage")
            message["usage"] = {
                **(known if isinstance(known, dict) else {}),
                **{key: value for key, value in said if value is not None},
            }
            if "context_management" in event:
                message["context_management"] = event["context_management"]
    if not message:
        raise UnreadableBodyError("the body is neither JSON nor a stream of events")
    return {**message, "content": content or message.get("content", [])}


def _is_payload(body: Mapping[str, Any]) -> bool:
    """Whether a dict is what was sent or returned, and not what a recorder wraps around a text."""
    return not {"messages", "usage", "input_tokens", "type", "error"}.isdisjoint(body) or not set(
        _TEXT_KEYS
    ) & set(body)


def _text(body: Any, limits: Limits) -> str:
    if isinstance(body, str):
        if _JSON_OR_EVENTS.match(body):
            return body
        if not _BASE64.fullmatch(body):
            raise UnreadableBodyError("the body is neither JSON nor a stream of events")
        try:
            body = base64.b64decode(body)
        except (binascii.Error, ValueError):
            raise UnreadableBodyError("the body is neither JSON nor a stream of events") from None
    if not isinstance(body, bytes):
        raise UnreadableBodyError("the body is no text")
    data = _unpacked(body, limits)
    chunks = _BEDROCK_CHUNK.findall(data)
    if chunks and not data.lstrip().startswith(b"{"):  # the binary frames of Bedrock's streams
        return "\n".join(f"data: {base64.b64decode(chunk).decode(errors='replace')}" for chunk in chunks)
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise UnreadableBodyError(
            "the body is compressed in a way that is not read here: record it decompressed"
        ) from None


def _unpacked(body: bytes, limits: Limits) -> bytes:
    if not body.startswith((b"\x1f\x8b", b"\x78\x01", b"\x78\x9c", b"\x78\xda")):
        return body
    unpack = zlib.decompressobj(wbits=47)  # gzip or zlib, as its header says
    try:
        data = unpack.decompress(body, limits.body)
    except zlib.error:
        raise UnreadableBodyError("the compressed body is broken") from None
    if unpack.unconsumed_tail:
        raise UnreadableBodyError(
            f"the compressed body unpacks to more than {limits.body:,} bytes; {limits.how_to_raise('body')}"
        )
    if not unpack.eof:
        raise UnreadableBodyError("the compressed body is cut")
    return data


def _decoded(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableBodyError("the body is cut, or no JSON") from None


def _events(text: str) -> Iterator[dict[str, Any]]:
    for line in text.split("\n"):  # not splitlines(): a string may hold U+2028
        if not line.startswith("data:"):
            continue
        try:
            event = json.loads(line[5:])
        except (ValueError, RecursionError):
            continue  # a cut line: what is missing then is missing in the usage too
        if isinstance(event, dict):
            yield event
