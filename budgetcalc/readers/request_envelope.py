"""What is wrapped around a request: batch lines, recordings, SDK and HTTP calls."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.locations import pointer
from budgetcalc.patterns import pattern
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budgetcalc.input_limits import Limits

_WRAPPERS = ("params", "request", "body", "modelInput")
_DEEPEST = 3
_IDS = ("custom_id", "recordId", "id")
_DATES = ("date", "timestamp", "created_at", "ts")
_BODY_KEYS = frozenset({"messages", "requests", "contents", "instructions"})

# Bedrock and Vertex name the model in the address, not in the body.
_MODEL_IN_URL = pattern(r"/models?/([^/?]+?)(?:/(?:invoke|converse)|:(?:raw|streamRaw)Predict)")
_VERSION = pattern(r"\s*[A-Za-z0-9][A-Za-z0-9.\-]{0,39}\s*")
_BETA_NAME = pattern(r"[a-z0-9][a-z0-9._\-]*")


@dataclass(frozen=True, slots=True)
class Envelope:
    """A request's body and what was written around it.

    Attributes:
        body: the innermost value.
        pointer: where it stands in the document.
        id: ``custom_id``, or the record's own id.
        model: named outside the body.
        date: as written; ``None`` when nothing says it.
        betas: beta headers.
        betas_known: whether the wrapper says which headers were sent, be it none.
        anthropic_version: the header of that name, where headers are recorded.
        is_batch: whether the wrapper is that of a batch item.
        response: the recorded answer, a Messages API object or one made of its content.
        custom_id: of a batch item, as written.
    """

    body: Any
    pointer: str = ""
    id: str | None = None
    model: str | None = None
    date: object = None
    betas: frozenset[str] = frozenset()
    betas_known: bool = False
    anthropic_version: str | None = None
    is_batch: bool = False
    response: Mapping[str, Any] | None = None
    custom_id: object = None


def unwrap(value: Any, limits: Limits | None = None) -> Envelope:
    """Return the request inside its wrappers; a value without any is its own body."""
    envelope = Envelope(value)
    for _ in range(_DEEPEST):
        outer = envelope.body
        if not isinstance(outer, dict) or not _BODY_KEYS.isdisjoint(outer):
            break
        key = next((key for key in _WRAPPERS if isinstance(outer.get(key), dict | str)), None)
        inner = None if key is None else _decoded(outer[key], limits)
        if key is None or inner is None:
            break
        betas = _betas(outer)
        envelope = replace(
            envelope,
            body=inner,
            pointer=envelope.pointer + pointer(key),
            id=envelope.id or _first_text(outer, _IDS),
            model=envelope.model or _model(outer),
            date=envelope.date if envelope.date is not None else _first(outer, _DATES),
            betas=envelope.betas | (betas or frozenset()),
            betas_known=envelope.betas_known or betas is not None,
            anthropic_version=envelope.anthropic_version or _version(outer),
            response=envelope.response or response_of(outer),
            is_batch=envelope.is_batch or "custom_id" in outer or key == "modelInput",
            custom_id=outer.get("custom_id", envelope.custom_id),
        )
    return envelope


def response_of(record: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Return the answer a record of a call holds beside its request; ``None`` when it holds none.

    That is an assistant's message under ``response``, also as the ``body`` of a recorded HTTP answer or the
    ``message`` of a batch result, or its ``response_content``. A request's own history is never taken for an
    answer: what a client sends back may have been changed.
    """
    content = record.get("response_content")
    if isinstance(content, list):
        usage = record.get("usage")
        return {
            "role": "assistant",
            "content": content,
            **({"usage": usage} if isinstance(usage, dict) else {}),
        }
    found: Any = record.get("response", record.get("result"))
    for _ in range(_DEEPEST):
        found = _decoded(found)
        if not isinstance(found, dict):
            return None
        if isinstance(found.get("content"), list) and found.get("role", "assistant") == "assistant":
            return found
        found = found.get("body", found.get("message"))
    return None


def _version(outer: Mapping[str, Any]) -> str | None:
    headers = outer.get("headers")
    given: list[object] = [outer.get("anthropic_version"), outer.get("anthropic-version")]
    if isinstance(headers, dict):
        given += [value for key, value in headers.items() if key.lower() == "anthropic-version"]
    # Some recorders keep every header as a list.
    texts = [value[0] if isinstance(value, list) and value else value for value in given]
    # A version is a date; what has no digit is a mask of the recorder.
    return next(
        (text.strip() for text in texts if isinstance(text, str) and any(map(str.isdigit, text))), None
    )


def _decoded(inner: Any, limits: Limits | None = None) -> Any:
    """Return the body; recorded HTTP calls hold it as a string of JSON."""
    if not isinstance(inner, str):
        return inner
    from budgetcalc.readers.json_text import decode_json

    try:
        value = decode_json(inner, limits=limits).value
    except InputError:
        return None
    return value if isinstance(value, dict) else None


def _first(obj: Mapping[str, Any], keys: tuple[str, ...]) -> object:
    return next((obj[key] for key in keys if obj.get(key) is not None), None)


def _first_text(obj: Mapping[str, Any], keys: tuple[str, ...]) -> str | None:
    value = _first(obj, keys)
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    return str(value) if is_plain else None


def _model(outer: Mapping[str, Any]) -> str | None:
    model = outer.get("model", outer.get("modelId"))
    if isinstance(model, str) and model:
        return model
    url = outer.get("url", outer.get("uri"))
    found = _MODEL_IN_URL.search(url) if isinstance(url, str) else None
    if found is None:
        return None
    from urllib.parse import unquote

    return unquote(found.group(1))


def _header(outer: Mapping[str, Any], name: str) -> list[object]:
    """Return what stands beside the body under the header's name, in any case, or among its headers."""
    headers = outer.get("headers")
    given = [outer.get(name), outer.get(name.replace("-", "_"))]
    if isinstance(headers, dict):
        given += [value for key, value in headers.items() if key.lower() == name]
    return given


def _betas(outer: Mapping[str, Any]) -> frozenset[str] | None:
    """Return the beta headers written beside the body; ``None`` when nothing, or a mask, stands there."""
    given = [*_header(outer, "anthropic-beta"), outer.get("betas")]
    texts = [text for value in given for text in (value if isinstance(value, list) else [value])]
    names = {name.strip() for text in texts if isinstance(text, str) for name in text.split(",")} - {""}
    known = frozenset(name for name in names if _BETA_NAME.fullmatch(name))
    is_said = any(value is not None for value in given) and known == names
    return known if known or is_said else None
