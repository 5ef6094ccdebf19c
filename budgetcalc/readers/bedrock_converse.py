"""Bedrock's Converse requests become Messages bodies: the same request in Amazon's spelling."""

from __future__ import annotations

import base64
import binascii
import json
from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.locations import Location, pointer, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

# Where Converse's inference parameters stand in a Messages body.
_INFERENCE = {
    "maxTokens": "max_tokens",
    "temperature": "temperature",
    "topP": "top_p",
    "stopSequences": "stop_sequences",
}
_CHOICES = ("auto", "any", "tool")


def converse_to_messages(body: Mapping[str, Any], *, file: str = "") -> tuple[dict[str, Any], list[str]]:
    """Return the Messages body of a Converse request, and warnings about what has no counterpart.

    Raises:
        InputError: something has not the shape of a Converse request.
    """
    conversion = _Conversion(file)
    messages = [
        conversion.message(message, pointer("messages", index))
        for index, message in enumerate(conversion.sequence(body.get("messages"), "/messages"))
    ]
    result: dict[str, Any] = {"messages": messages}
    model = body.get("modelId", body.get("model"))
    if model is not None:
        result["model"] = model
    if body.get("system"):
        result["system"] = conversion.blocks(body["system"], "/system")
    inference = conversion.mapping(body.get("inferenceConfig") or {}, "/inferenceConfig")
    result |= {_INFERENCE[key]: value for key, value in inference.items() if key in _INFERENCE}
    config = conversion.mapping(body.get("toolConfig") or {}, "/toolConfig")
    if config.get("tools"):
        result["tools"] = conversion.tools(config["tools"])
    choice = config.get("toolChoice")
    if isinstance(choice, dict):
        kind = next((kind for kind in _CHOICES if kind in choice), "auto")
        fields = conversion.mapping(choice.get(kind) or {}, f"/toolConfig/toolChoice/{kind}")
        result["tool_choice"] = {"type": kind, **fields}
    # Fields of the model itself, in its own spelling: thinking, anthropic_beta, top_k.
    result |= conversion.mapping(
        body.get("additionalModelRequestFields") or {}, "/additionalModelRequestFields"
    )
    return result, list(conversion.warnings)


class _Conversion:
    """One request on its way; blocks are known by their only key."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.warnings: dict[str, None] = {}

    def error(self, path: str, message: str) -> InputError:
        return InputError(message, location=Location(self.file, None, None, path))

    def sequence(self, value: object, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.error(path, "expected a list")
        return value

    def mapping(self, value: object, path: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.error(path, "expected a JSON object")
        return value

    def message(self, value: object, path: str) -> dict[str, Any]:
        message = self.mapping(value, path)
        content = message.get("content")
        shown = content if isinstance(content, str) else self.blocks(content, f"{path}/content")
        return {"role": message.get("role"), "content": shown}

    def blocks(self, value: object, path: str) -> list[dict[str, Any]]:
        """Return blocks; a cache point marks the block before it."""
        result: list[dict[str, Any]] = []
        for index, each in enumerate(self.sequence(value, path)):
            block = self.mapping(each, f"{path}/{index}")
            if "cachePoint" in block:
                if result:
                    result[-1]["cache_control"] = _cache(block["cachePoint"])
            elif (converted := self.block(block, f"{path}/{index}")) is not None:
                result.append(converted)
        return result

    def block(self, block: Mapping[str, Any], path: str) -> dict[str, Any] | None:
        if "text" in block:
            return {"type": "text", "text": block["text"]}
        if "toolUse" in block:
            use = self.mapping(block["toolUse"], f"{path}/toolUse")
            name, given = use.get("name"), use.get("input")
            return {"type": "tool_use", "id": use.get("toolUseId"), "name": name, "input": given}
        if "toolResult" in block:
            return self.tool_result(
                self.mapping(block["toolResult"], f"{path}/toolResult"), f"{path}/toolResult"
            )
        if "image" in block:
            image = self.mapping(block["image"], f"{path}/image")
            return {"type": "image", "source": _source(image, f"image/{image.get('format')}")}
        if "document" in block:
            return self.document(self.mapping(block["document"], f"{path}/document"))
        if "reasoningContent" in block:
            return _reasoning(self.mapping(block["reasoningContent"], f"{path}/reasoningContent"))
        if "json" in block:
            return {"type": "text", "text": _compact(block["json"])}
        kind = printable(next(iter(block), "empty"), limit=40)
        self.warnings[f"content of type `{kind}` is left out"] = None
        return None

    def tool_result(self, result: Mapping[str, Any], path: str) -> dict[str, Any]:
        content = self.blocks(result.get("content") or [], f"{path}/content")
        block = {"type": "tool_result", "tool_use_id": result.get("toolUseId"), "content": content}
        return {**block, "is_error": True} if result.get("status") == "error" else block

    def document(self, document: Mapping[str, Any]) -> dict[str, Any]:
        source = document.get("source")
        text = source.get("text") if isinstance(source, dict) else None
        if text is None and document.get("format") != "pdf":
            text = _decoded(source)
        if isinstance(text, str):
            shown: dict[str, Any] = {"type": "text", "media_type": "text/plain", "data": text}
        else:
            shown = _source(document, "application/pdf")
        return {"type": "document", "source": shown, "title": document.get("name")}

    def tools(self, value: object) -> list[dict[str, Any]]:
        result: list[dict[str, Any]] = []
        for index, each in enumerate(self.sequence(value, "/toolConfig/tools")):
            path = f"/toolConfig/tools/{index}"
            tool = self.mapping(each, path)
            if "cachePoint" in tool:
                if result:
                    result[-1]["cache_control"] = _cache(tool["cachePoint"])
            elif "toolSpec" in tool:
                spec = self.mapping(tool["toolSpec"], f"{path}/toolSpec")
                schema = spec.get("inputSchema")
                converted = {
                    "name": spec.get("name"),
                    "description": spec.get("description"),
                    "input_schema": schema.get("json") if isinstance(schema, dict) else None,
                }
                result.append({key: given for key, given in converted.items() if given is not None})
            else:
                kind = printable(next(iter(tool), "empty"), limit=40)
                self.warnings[f"tools of type `{kind}` are left out"] = None
        return result


def _cache(point: object) -> dict[str, Any]:
    ttl = point.get("ttl") if isinstance(point, dict) else None
    return {"type": "ephemeral", **({"ttl": ttl} if isinstance(ttl, str) else {})}


def _source(holder: Mapping[str, Any], media_type: str) -> dict[str, Any]:
    source = holder.get("source")
    data = source.get("bytes") if isinstance(source, dict) else None
    if isinstance(data, str):
        return {"type": "base64", "media_type": media_type, "data": data}
    place = source.get("s3Location") if isinstance(source, dict) else None
    return {"type": "url", "url": place.get("uri") if isinstance(place, dict) else ""}


def _decoded(source: object) -> str | None:
    """Return the text of a document given as base64 bytes, when it is text."""
    data = source.get("bytes") if isinstance(source, dict) else None
    try:
        return base64.b64decode(data, validate=True).decode() if isinstance(data, str) else None
    except (binascii.Error, ValueError):
        return None


def _reasoning(content: Mapping[str, Any]) -> dict[str, Any]:
    if "redactedContent" in content:
        return {"type": "redacted_thinking", "data": content["redactedContent"]}
    text = content.get("reasoningText")
    given = text if isinstance(text, dict) else {}
    return {"type": "thinking", "thinking": given.get("text", ""), "signature": given.get("signature", "")}


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
