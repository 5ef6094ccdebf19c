"""OpenAI's Chat Completions and Responses requests become Messages bodies.

What Claude has no counterpart for is left out and said. The result is a body like any other, so that the
rules and counts know one form only.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.locations import Location, pointer, printable

if TYPE_CHECKING:
    from collections.abc import Mapping

# Parameters of the same name and meaning on both sides, or that gateways pass on to Claude as they are.
_SAME = ("model", "temperature", "top_p", "top_k", "stream", "thinking", "cache_control", "betas")
_TEXT_PARTS = frozenset({"text", "input_text", "output_text", "refusal"})
_TOOL_CHOICES = {"auto": "auto", "required": "any", "any": "any", "none": "none"}


def chat_to_messages(
    value: Mapping[str, Any] | list[Any], *, file: str = ""
) -> tuple[dict[str, Any], list[str]]:
    """Return the Messages body of a Chat Completions body or of a bare list of its messages, and warnings.

    Raises:
        InputError: a message has not the shape of one.
    """
    body: Mapping[str, Any] = {"messages": value} if isinstance(value, list) else value
    conversion = _Conversion(file)
    for index, message in enumerate(conversion.sequence(body.get("messages"), "/messages")):
        conversion.add_message(message, pointer("messages", index))
    functions = [
        {"type": "function", "function": each}
        for each in conversion.sequence(body.get("functions") or [], "/functions")
    ]
    choice = body.get("tool_choice", body.get("function_call"))
    limit = body.get("max_completion_tokens")
    return conversion.body(
        body,
        tools=[*conversion.sequence(body.get("tools") or [], "/tools"), *functions],
        choice=choice,
        max_tokens=body.get("max_tokens") if limit is None else limit,
        schema=_at(body, "response_format", "json_schema", "schema"),
    )


def responses_to_messages(body: Mapping[str, Any], *, file: str = "") -> tuple[dict[str, Any], list[str]]:
    """Return the Messages body of a Responses API request, and warnings.

    Raises:
        InputError: an item has not the shape of one.
    """
    conversion = _Conversion(file)
    if body.get("instructions") is not None:
        conversion.add_message({"role": "system", "content": body["instructions"]}, "/instructions")
    given = body.get("input")
    items = [{"role": "user", "content": given}] if isinstance(given, str) else given
    for index, item in enumerate(conversion.sequence(items, "/input")):
        conversion.add_item(item, pointer("input", index))
    return conversion.body(
        body,
        tools=conversion.sequence(body.get("tools") or [], "/tools"),
        choice=body.get("tool_choice"),
        max_tokens=body.get("max_output_tokens"),
        schema=_at(body, "text", "format", "schema"),
    )


class _Conversion:
    """One request on its way: what has been converted so far."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.system: list[dict[str, Any]] = []
        self.messages: list[dict[str, Any]] = []
        self.warnings: dict[str, None] = {}
        self.function_calls = 0

    def warn(self, sentence: str) -> None:
        self.warnings[sentence] = None

    def error(self, path: str, message: str) -> InputError:
        return InputError(message, location=Location(self.file, None, None, path))

    def sequence(self, value: object, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.error(path, "expected a list")
        return value

    def body(
        self,
        given: Mapping[str, Any],
        *,
        tools: list[Any],
        choice: object,
        max_tokens: object,
        schema: object,
    ) -> tuple[dict[str, Any], list[str]]:
        """Return the whole request around the converted messages."""
        result: dict[str, Any] = {key: given[key] for key in _SAME if given.get(key) is not None}
        if max_tokens is not None:
            result["max_tokens"] = max_tokens
        if self.system:
            is_one_plain_text = len(self.system) == 1 and self.system[0].keys() == {"type", "text"}
            result["system"] = self.system[0]["text"] if is_one_plain_text else self.system
        result["messages"] = self.messages
        converted = [
            tool for index, each in enumerate(tools) if (tool := self.tool(each, pointer("tools", index)))
        ]
        if converted:
            result["tools"] = converted
        tool_choice = self.tool_choice(choice, is_parallel=given.get("parallel_tool_calls") is not False)
        if tool_choice is not None and (converted or choice is not None):
            result["tool_choice"] = tool_choice
        stop = given.get("stop")
        if stop:
            result["stop_sequences"] = [stop] if isinstance(stop, str) else stop
        if isinstance(schema, dict):
            result["output_config"] = {"format": {"type": "json_schema", "schema": schema}}
        if isinstance(given.get("n"), int) and given["n"] > 1:
            self.warn(f"n={given['n']}: Claude gives one answer a request; one is counted")
        if given.get("reasoning_effort") is not None or given.get("reasoning") is not None:
            self.warn("OpenAI's reasoning effort is left out: give --effort or --thinking-budget")
        return result, list(self.warnings)

    def add_message(self, message: object, path: str) -> None:
        """Add one chat message; tool results go into a user message, together with their neighbours."""
        if not isinstance(message, dict):
            raise self.error(path, "expected a JSON object")
        role, content = message.get("role"), message.get("content")
        if role in ("system", "developer"):
            if self.messages:
                self.warn("system messages from the middle of the conversation are counted in `system`")
            self.system += self.blocks(content, f"{path}/content")
        elif role == "tool":
            self.add_result(message.get("tool_call_id"), content, f"{path}/content")
        elif role == "function":
            self.add_result(f"call_{self.function_calls}", content, f"{path}/content")
        elif role == "assistant":
            self.add_answer(message, path)
        elif role == "user":
            self.add("user", self.blocks(content, f"{path}/content"), is_plain=isinstance(content, str))
        else:
            raise self.error(
                f"{path}/role", "the role is none of system, developer, user, assistant and tool"
            )

    def add_item(self, item: object, path: str) -> None:
        """Add one item of a Responses input."""
        kind = item.get("type") if isinstance(item, dict) else None
        if not isinstance(item, dict) or kind in (None, "message"):
            self.add_message(item, path)
        elif kind in ("function_call", "custom_tool_call"):
            arguments = item.get("arguments", item.get("input"))
            call = {"id": item.get("call_id"), "function": {"name": item.get("name"), "arguments": arguments}}
            self.add("assistant", [self.tool_use(call, path)])
        elif kind in ("function_call_output", "custom_tool_call_output"):
            self.add_result(item.get("call_id"), item.get("output"), f"{path}/output")
        else:
            self.warn(f"items of type `{printable(str(kind), limit=40)}` are left out")

    def add_answer(self, message: Mapping[str, Any], path: str) -> None:
        """Add an assistant message: its text, then its calls."""
        content = message.get("content")
        blocks = [] if content is None else self.blocks(content, f"{path}/content")
        if message.get("reasoning_content") or message.get("reasoning"):
            self.warn("reasoning text of other models is left out")
        # Some tools write calls both as Anthropic's blocks and as OpenAI's list.
        known = {str(block.get("id")) for block in blocks if block.get("type") == "tool_use"}
        calls = message.get("tool_calls") or []
        for index, call in enumerate(self.sequence(calls, f"{path}/tool_calls")):
            use = self.tool_use(call, f"{path}/tool_calls/{index}")
            if use["id"] not in known:
                blocks.append(use)
        if message.get("function_call"):
            self.function_calls += 1
            call = {"id": f"call_{self.function_calls}", "function": message["function_call"]}
            blocks.append(self.tool_use(call, f"{path}/function_call"))
        self.add("assistant", blocks, is_plain=isinstance(content, str) and len(blocks) == 1)

    def add_result(self, call: object, content: object, path: str) -> None:
        blocks = [] if content is None else self.blocks(content, path)
        shown = content if isinstance(content, str) else blocks
        self.add("user", [{"type": "tool_result", "tool_use_id": str(call or ""), "content": shown}])

    def add(self, role: str, blocks: list[dict[str, Any]], *, is_plain: bool = False) -> None:
        """Add a message, or join it to the last one when both belong to one exchange with tools."""
        last = self.messages[-1] if self.messages else None
        if last is not None and last["role"] == role and (_has_tools(last["content"]) or _has_tools(blocks)):
            content = last["content"]
            before = [{"type": "text", "text": content}] if isinstance(content, str) else content
            last["content"] = [*before, *blocks]
        else:
            content = (
                blocks[0]["text"] if is_plain and blocks and blocks[0].keys() == {"type", "text"} else blocks
            )
            self.messages.append({"role": role, "content": content})

    def blocks(self, content: object, path: str) -> list[dict[str, Any]]:
        """Return content as blocks; empty text gives none, as the API takes none."""
        if isinstance(content, str):
            return [{"type": "text", "text": content}] if content else []
        parts = self.sequence(content, path)
        return [
            block for i, part in enumerate(parts) if (block := self.block(part, f"{path}/{i}")) is not None
        ]

    def block(self, part: object, path: str) -> dict[str, Any] | None:
        if isinstance(part, str):
            return {"type": "text", "text": part}
        if not isinstance(part, dict):
            raise self.error(path, "expected a JSON object")
        kind = str(part.get("type"))
        cache = {"cache_control": part["cache_control"]} if part.get("cache_control") is not None else {}
        if kind in _TEXT_PARTS:
            text = part.get("text", part.get("refusal"))
            if not isinstance(text, str):
                raise self.error(f"{path}/text", "expected a string")
            return {"type": "text", "text": text, **cache}
        if kind in ("image_url", "input_image") or (kind == "image" and isinstance(part.get("image"), str)):
            given = part.get("image_url", part.get("image"))
            url = given.get("url") if isinstance(given, dict) else given
            return {"type": "image", "source": _source(url, part.get("file_id")), **cache}
        if kind in ("file", "input_file"):
            file = part["file"] if isinstance(part.get("file"), dict) else part
            data = file.get("file_data", file.get("file_url"))
            title = {"title": file["filename"]} if isinstance(file.get("filename"), str) else {}
            return {"type": "document", "source": _source(data, file.get("file_id")), **title, **cache}
        if kind in ("input_audio", "audio", "video_url", "reasoning", "thinking_content"):
            self.warn(f"content of type `{kind}` is left out: Claude takes none")
            return None
        return part  # Anthropic's own blocks in an OpenAI conversation, as gateways allow

    def tool_use(self, call: object, path: str) -> dict[str, Any]:
        """Return a call as a block; its arguments are a JSON string at OpenAI's, a value at Anthropic's."""
        obj = call if isinstance(call, dict) else {}
        function = obj.get("function") or obj.get("custom")
        if not isinstance(function, dict) or not isinstance(function.get("name"), str):
            raise self.error(path, "a tool call has no function name")
        arguments = function.get("arguments", function.get("input"))
        name = function["name"]
        return {
            "type": "tool_use",
            "id": str(obj.get("id") or ""),
            "name": name,
            "input": self.input(arguments),
        }

    def input(self, arguments: object) -> object:
        if not isinstance(arguments, str):
            return {} if arguments is None else arguments
        try:
            return json.loads(arguments) if arguments.strip() else {}
        except (ValueError, RecursionError):
            self.warn("tool arguments that are no JSON are counted as a string")
            return {"arguments": arguments}

    def tool(self, tool: object, path: str) -> dict[str, Any] | None:
        """Return a function as a tool; a tool that OpenAI runs has no counterpart."""
        if not isinstance(tool, dict):
            raise self.error(path, "expected a JSON object")
        if "input_schema" in tool:
            return tool
        function = tool["function"] if isinstance(tool.get("function"), dict) else tool
        if tool.get("type") not in (None, "function") or not isinstance(function.get("name"), str):
            self.warn(f"tools of type `{printable(str(tool.get('type')), limit=40)}` are left out")
            return None
        schema = function.get("parameters") or {"type": "object", "properties": {}}
        result = {"name": function["name"], "input_schema": schema}
        for key in ("description", "strict", "cache_control"):
            given = function.get(key, tool.get(key))
            if given is not None and given is not False:
                result[key] = given
        return result

    def tool_choice(self, choice: object, *, is_parallel: bool) -> dict[str, Any] | None:
        result: dict[str, Any] | None = None
        if isinstance(choice, str):
            result = {"type": _TOOL_CHOICES.get(choice, "auto")}
        elif isinstance(choice, dict):
            function = choice["function"] if isinstance(choice.get("function"), dict) else choice
            name = function.get("name")
            result = {"type": "tool", "name": name} if isinstance(name, str) else {"type": "auto"}
        if not is_parallel and (result is None or result["type"] != "none"):
            result = {**(result or {"type": "auto"}), "disable_parallel_tool_use": True}
        return result


def _has_tools(content: object) -> bool:
    return isinstance(content, list) and any(
        block.get("type") in ("tool_use", "tool_result") for block in content
    )


def _source(given: object, file_id: object) -> dict[str, Any]:
    """Return the source of an image or document: a data URL's bytes, an address, or a file id."""
    if not isinstance(given, str):
        return {"type": "file", "file_id": file_id if isinstance(file_id, str) else ""}
    head, comma, data = given.partition(",")
    if comma and head.startswith("data:") and head.endswith(";base64"):
        return {"type": "base64", "media_type": head[5:-7].partition(";")[0], "data": data}
    return {"type": "url", "url": given}


def _at(value: object, *keys: str) -> object:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value
