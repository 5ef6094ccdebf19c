"""First stage of the request way: a request body becomes typed parts, in the order the model reads them.

Only shape is checked here: what the API would refuse for other reasons is a finding of a rule. Every part
knows its JSON pointer, so that whatever is said of it later can name the place.
"""

from __future__ import annotations

from dataclasses import field
from typing import TYPE_CHECKING, Any, Literal

from budgetcalc.errors import InputError
from budgetcalc.locations import Location, pointer, printable
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Role = Literal["user", "assistant", "system"]
RequestForm = Literal["messages", "count_tokens", "batch", "message_list", "openai_chat", "prompt_text"]

MAX_TOKENS_CEILING = 10_000_000_000
"""Above this a count in a request is a mistake, not a limit anybody serves."""


@dataclass(frozen=True, slots=True)
class CacheControl:
    """A cache breakpoint. An absent ``ttl`` means ``5m`` (prompt caching page)."""

    ttl: str = "5m"


@dataclass(frozen=True, slots=True)
class Text:
    """A ``text`` block. ``citations`` counts the citations that came with it."""

    path: str
    text: str
    cache: CacheControl | None = None
    citations: int = 0


@dataclass(frozen=True, slots=True)
class Image:
    """An ``image`` block. ``data`` is base64 text; ``None`` when only a URL or file id is known."""

    path: str
    source: str
    media_type: str = ""
    data: str | None = None
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A ``document`` block: base64 PDF, text, a list of blocks, or a URL or file id of unknown size."""

    path: str
    source: str
    data: str | None = None
    content: tuple[Block, ...] = ()
    title: str = ""
    context: str = ""
    citations: bool = False
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class Thinking:
    """A ``thinking`` block; on newer models the text is a summary or empty and the signature holds the rest."""

    path: str
    thinking: str
    signature: str = ""
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class RedactedThinking:
    """A ``redacted_thinking`` block: encrypted, of unknown size."""

    path: str
    data: str
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class ToolUse:
    """A call the client answers."""

    path: str
    id: str
    name: str
    input: Any
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class ToolResult:
    """The client's answer to a call."""

    path: str
    tool_use_id: str
    content: tuple[Block, ...]
    is_error: bool = False
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class SearchResult:
    """A ``search_result`` block: source, title and text the client found."""

    path: str
    source: str
    title: str
    content: tuple[Block, ...]
    citations: bool = False
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class ServerTool:
    """A server tool's call or result in history, as ``server_tool_use`` or ``web_search_tool_result``."""

    path: str
    type: str
    raw: Mapping[str, Any]
    cache: CacheControl | None = None


@dataclass(frozen=True, slots=True)
class UnknownBlock:
    """A block of a type this version does not know; counted by its text, and said."""

    path: str
    type: str
    raw: Mapping[str, Any]
    cache: CacheControl | None = None


Block = (
    Text
    | Image
    | Document
    | Thinking
    | RedactedThinking
    | ToolUse
    | ToolResult
    | SearchResult
    | ServerTool
    | UnknownBlock
)


@dataclass(frozen=True, slots=True)
class Message:
    """One message; string content is one text block whose path is the content itself."""

    path: str
    role: str
    blocks: tuple[Block, ...]

    @property
    def is_tool_results(self) -> bool:
        """Whether this user message answers tool calls, so that the turn goes on."""
        if self.role != "user":
            return False
        for block in self.blocks:  # noqa: SIM110 - a generator takes longer than the messages it is for
            if isinstance(block, ToolResult):
                return True
        return False


@dataclass(frozen=True, slots=True)
class Tool:
    """A tool definition. ``type`` is ``custom`` for the client's own, else the Anthropic tool's type."""

    path: str
    type: str
    name: str
    description: str
    input_schema: Any
    raw: Mapping[str, Any]
    defer_loading: bool = False
    cache: CacheControl | None = None

    @property
    def is_custom(self) -> bool:
        """Whether the client defined it, so that its whole text is in the request."""
        return self.type == "custom"


@dataclass(frozen=True, slots=True)
class ToolChoice:
    """``tool_choice``: auto, any, tool (with a name) or none."""

    type: str
    name: str = ""
    disable_parallel_tool_use: bool = False


@dataclass(frozen=True, slots=True)
class ThinkingConfig:
    """The request's ``thinking`` parameter."""

    type: str
    budget_tokens: int | None = None
    display: str | None = None


@dataclass(frozen=True, slots=True)
class BatchItem:
    """Where a request stands in its batch.

    Attributes:
        custom_id: as given; ``None`` when it is absent or no text.
        index: from 0.
        is_repeated: whether an earlier item has the same ``custom_id``.
        starts_at: bytes of the items before it; 0 throughout where the batch is one document.
        ends_at: the same with this item.
    """

    custom_id: str | None
    index: int
    is_repeated: bool = False
    starts_at: int = 0
    ends_at: int = 0


@dataclass(frozen=True, slots=True)
class Request:
    """A request, typed where something counts or prices it; ``body`` is what was sent, for rules on the rest.

    Attributes:
        body: the JSON object itself (of the Messages form, whatever the input's form was).
        form: what kind of input it was read from.
        model: as given; ``None`` when absent.
        max_tokens: ``None`` when absent.
        system: the system prompt's blocks.
        messages: in order.
        tools: in order.
        tool_choice: ``None`` when absent.
        thinking: ``None`` when absent.
        effort: ``output_config.effort``.
        output_schema: schema of ``output_config.format`` or ``output_format``.
        clear_thinking: ``keep`` of a ``clear_thinking`` edit: ``all`` or a number of turns; ``None`` without one.
        auto_cache: top-level ``cache_control``.
        betas: beta headers known to be sent.
        betas_known: whether ``betas`` is all there is; a bare body does not say which headers go with it.
        anthropic_version: the header, or what Bedrock and Vertex bodies say in its place; ``None`` when unknown.
        compacts: whether ``context_management`` asks for compaction.
        batch: whether it is an item of a batch.
        batch_item: its place in the batch; ``None`` when it has no ``custom_id`` and is in no batch document.
        unpaired_surrogates: pointers to the strings whose unpaired UTF-16 surrogates were read as U+FFFD.
        zero_retention: the organisation that sends it has zero data retention, as its config says.
    """

    body: Mapping[str, Any]
    form: RequestForm
    model: str | None
    max_tokens: int | None
    system: tuple[Block, ...]
    messages: tuple[Message, ...]
    tools: tuple[Tool, ...] = ()
    tool_choice: ToolChoice | None = None
    thinking: ThinkingConfig | None = None
    effort: str | None = None
    output_schema: Mapping[str, Any] | None = None
    clear_thinking: Literal["all"] | int | None = None
    auto_cache: CacheControl | None = None
    betas: frozenset[str] = field(default_factory=frozenset)
    betas_known: bool = False
    anthropic_version: str | None = None
    compacts: bool = False
    batch: bool = False
    batch_item: BatchItem | None = None
    unpaired_surrogates: tuple[str, ...] = ()
    zero_retention: bool = False

    def blocks(self) -> Iterator[tuple[int | None, Block]]:
        """Yield every block with the index of its message (``None`` for the system prompt), nested ones too."""
        for block in self.system:
            yield None, block
        for index, message in enumerate(self.messages):
            for block in message.blocks:
                yield index, block
                if isinstance(block, _WITH_BLOCKS):
                    for outer in block.content:
                        yield from ((index, inner) for inner in walk(outer))


_WITH_BLOCKS = (ToolResult, Document, SearchResult)


def walk(block: Block) -> Iterator[Block]:
    """Yield the block and those inside it."""
    yield block
    if isinstance(block, _WITH_BLOCKS):
        for inner in block.content:
            yield from walk(inner)


def parse_request(
    body: object,
    *,
    form: RequestForm = "messages",
    betas: frozenset[str] = frozenset(),
    betas_known: bool = False,
    anthropic_version: str | None = None,
    batch: bool = False,
    file: str = "",
    line: int | None = None,
) -> Request:
    """Return the typed request of a Messages body.

    Args:
        body: the decoded JSON object.
        form: what kind of input it came from.
        betas: beta headers known from outside the body; the body's own ``betas`` are added.
        betas_known: whether no other beta headers can have been sent; so too when any is named.
        anthropic_version: the header; the body's own ``anthropic_version`` stands in for it.
        batch: whether it is an item of a batch.
        file: name of the input, for error messages.
        line: line of a JSONL file, for error messages.

    Raises:
        InputError: something has not the shape of a request: with its JSON pointer, never with its text.
    """
    parse = _Parser(file, line)
    obj = parse.mapping(body, "")
    given = obj.get("output_config")
    output_config = parse.mapping({} if given is None else given, "/output_config")
    betas |= frozenset(parse.strings(obj.get("betas", obj.get("anthropic_beta")), "/betas"))
    return Request(
        body=obj,
        form=form,
        model=parse.optional_string(obj.get("model"), "/model"),
        max_tokens=parse.count(obj.get("max_tokens"), "/max_tokens"),
        system=parse.system(obj.get("system")),
        messages=parse.messages(obj.get("messages")),
        tools=parse.tools(obj.get("tools")),
        tool_choice=parse.tool_choice(obj.get("tool_choice")),
        thinking=parse.thinking(obj.get("thinking")),
        effort=parse.optional_string(output_config.get("effort"), "/output_config/effort"),
        output_schema=parse.output_schema(obj.get("output_format"), output_config.get("format")),
        clear_thinking=parse.clear_thinking(obj.get("context_management")),
        auto_cache=parse.cache(obj.get("cache_control")),
        betas=betas,
        betas_known=betas_known or bool(betas) or "betas" in obj or "anthropic_beta" in obj,
        anthropic_version=anthropic_version or _text_or_none(obj.get("anthropic_version")),
        compacts=any(kind.startswith("compact_") for kind in edit_types(obj)),
        batch=batch,
    )


def edit_types(body: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the types of the request's ``context_management`` edits."""
    management = body.get("context_management")
    edits = management.get("edits") if isinstance(management, dict) else None
    return tuple(
        str(edit.get("type", ""))
        for edit in (edits if isinstance(edits, list) else ())
        if isinstance(edit, dict)
    )


class _Parser:
    """Turns JSON values into parts, naming the place of whatever has the wrong shape."""

    def __init__(self, file: str, line: int | None) -> None:
        self.file = file
        self.line = line

    def error(self, path: str, message: str, hint: str = "") -> InputError:
        return InputError(message, location=Location(self.file, self.line, None, path), hint=hint)

    def mapping(self, value: object, path: str) -> Mapping[str, Any]:
        if not isinstance(value, dict):
            raise self.error(path, f"expected a JSON object, got {_kind(value)}")
        return value

    def sequence(self, value: object, path: str) -> list[Any]:
        if not isinstance(value, list):
            raise self.error(path, f"expected a list, got {_kind(value)}")
        return value

    def string(self, value: object, path: str) -> str:
        if not isinstance(value, str):
            raise self.error(path, f"expected a string, got {_kind(value)}")
        return value

    def optional_string(self, value: object, path: str) -> str | None:
        return None if value is None else self.string(value, path)

    def strings(self, value: object, path: str) -> list[str]:
        if value is None:
            return []
        if isinstance(value, str):
            return [name.strip() for name in value.split(",") if name.strip()]
        return [self.string(name, f"{path}/{i}") for i, name in enumerate(self.sequence(value, path))]

    def count(self, value: object, path: str) -> int | None:
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(path, f"expected a whole number, got {_kind(value)}")
        if not 0 <= value <= MAX_TOKENS_CEILING:
            shown = str(value) if abs(value) < 10**18 else "a number of more than 18 digits"
            raise self.error(path, f"{shown} is out of range", f"use 0 to {MAX_TOKENS_CEILING}")
        return value

    def cache(self, value: object) -> CacheControl | None:
        if not isinstance(value, dict):
            return None
        ttl = value.get("ttl")
        return CacheControl(ttl if isinstance(ttl, str) else "5m")

    def system(self, value: object) -> tuple[Block, ...]:
        if value is None:
            return ()
        return self.content(value, "/system")

    def messages(self, value: object) -> tuple[Message, ...]:
        if value is None:
            raise self.error(
                "/messages", "the request has no messages", "a Messages body needs a `messages` list"
            )
        return tuple(
            self.message(m, f"/messages/{i}") for i, m in enumerate(self.sequence(value, "/messages"))
        )

    def message(self, value: object, path: str) -> Message:
        obj = self.mapping(value, path)
        role, content = obj.get("role"), obj.get("content")
        if not isinstance(role, str):  # asked here, because there may be a million messages
            role = self.string(role, f"{path}/role")
        if isinstance(content, str):
            return Message(path, role, (Text(f"{path}/content", content),))
        # An effort-only entry of the mid-conversation beta has no content (api_rules: system-role-placement).
        blocks = (
            () if content is None and "output_config" in obj else self.content(content, f"{path}/content")
        )
        return Message(path, role, blocks)

    def content(self, value: object, path: str) -> tuple[Block, ...]:
        if isinstance(value, str):
            return (Text(path, value),)
        if value is None:
            raise self.error(path, "the content is missing", "content is a string or a list of blocks")
        return tuple(self.block(b, f"{path}/{i}") for i, b in enumerate(self.sequence(value, path)))

    def block(self, value: object, path: str) -> Block:
        if isinstance(value, str):
            return Text(path, value)
        obj = self.mapping(value, path)
        kind = self.string(obj.get("type", "text" if "text" in obj else None), f"{path}/type")
        cache = self.cache(obj.get("cache_control"))
        known = _BLOCKS.get(kind)
        if known is not None:
            return known(self, obj, path, cache)
        if kind.endswith(("_tool_use", "_tool_result")) or kind in _SERVER_BLOCKS:
            return ServerTool(path, kind, obj, cache)
        return UnknownBlock(path, kind, obj, cache)

    def text(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        citations = obj.get("citations")
        cited = len(citations) if isinstance(citations, list) else 0
        return Text(path, self.string(obj.get("text"), f"{path}/text"), cache, cited)

    def image(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        source = self.mapping(obj.get("source"), f"{path}/source")
        data = source.get("data")
        return Image(
            path,
            str(source.get("type", "")),
            str(source.get("media_type", "")),
            data if isinstance(data, str) else None,
            cache,
        )

    def document(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        source = self.mapping(obj.get("source"), f"{path}/source")
        kind = str(source.get("type", ""))
        citations = obj.get("citations")
        data = source.get("data")
        return Document(
            path,
            kind,
            data if isinstance(data, str) else None,
            self.content(source.get("content"), f"{path}/source/content") if kind == "content" else (),
            str(obj.get("title") or ""),
            str(obj.get("context") or ""),
            isinstance(citations, dict) and citations.get("enabled") is True,
            cache,
        )

    def thinking_block(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        thinking, signature = obj.get("thinking"), obj.get("signature")
        return Thinking(
            path,
            thinking if isinstance(thinking, str) else "",
            signature if isinstance(signature, str) else "",
            cache,
        )

    def redacted(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        data = obj.get("data")
        return RedactedThinking(path, data if isinstance(data, str) else "", cache)

    def tool_use(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        name = self.string(obj.get("name"), f"{path}/name")
        return ToolUse(path, str(obj.get("id", "")), name, obj.get("input"), cache)

    def tool_result(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        content = obj.get("content")
        blocks = () if content is None else self.content(content, f"{path}/content")
        return ToolResult(path, str(obj.get("tool_use_id", "")), blocks, obj.get("is_error") is True, cache)

    def search_result(self, obj: Mapping[str, Any], path: str, cache: CacheControl | None) -> Block:
        citations = obj.get("citations")
        return SearchResult(
            path,
            str(obj.get("source", "")),
            str(obj.get("title", "")),
            self.content(obj.get("content") or [], f"{path}/content"),
            isinstance(citations, dict) and citations.get("enabled") is True,
            cache,
        )

    def tools(self, value: object) -> tuple[Tool, ...]:
        if value is None:
            return ()
        return tuple(self.tool(t, pointer("tools", i)) for i, t in enumerate(self.sequence(value, "/tools")))

    def tool(self, value: object, path: str) -> Tool:
        obj = self.mapping(value, path)
        kind = obj.get("type") or "custom"
        description = obj.get("description")
        return Tool(
            path=path,
            type=self.string(kind, f"{path}/type"),
            name=self.optional_string(obj.get("name"), f"{path}/name") or "",
            description=self.optional_string(description, f"{path}/description") or "",
            input_schema=obj.get("input_schema"),
            raw=obj,
            defer_loading=obj.get("defer_loading") is True,
            cache=self.cache(obj.get("cache_control")),
        )

    def tool_choice(self, value: object) -> ToolChoice | None:
        if value is None:
            return None
        if isinstance(value, str):
            return ToolChoice(value)
        obj = self.mapping(value, "/tool_choice")
        return ToolChoice(
            self.string(obj.get("type"), "/tool_choice/type"),
            self.optional_string(obj.get("name"), "/tool_choice/name") or "",
            obj.get("disable_parallel_tool_use") is True,
        )

    def thinking(self, value: object) -> ThinkingConfig | None:
        if value is None:
            return None
        obj = self.mapping(value, "/thinking")
        return ThinkingConfig(
            self.string(obj.get("type"), "/thinking/type"),
            self.count(obj.get("budget_tokens"), "/thinking/budget_tokens"),
            self.optional_string(obj.get("display"), "/thinking/display"),
        )

    def output_schema(self, *formats: object) -> Mapping[str, Any] | None:
        for value in formats:
            if isinstance(value, dict) and isinstance(value.get("schema"), dict):
                schema: Mapping[str, Any] = value["schema"]
                return schema
        return None

    def clear_thinking(self, value: object) -> Literal["all"] | int | None:
        edits = value.get("edits") if isinstance(value, dict) else None
        for edit in edits if isinstance(edits, list) else ():
            if isinstance(edit, dict) and str(edit.get("type", "")).startswith("clear_thinking"):
                keep = edit.get("keep")
                if keep == "all" or (isinstance(keep, dict) and keep.get("type") == "all"):
                    return "all"
                turns = keep.get("value") if isinstance(keep, dict) else None
                # Without `keep` the edit does what the model does anyway.
                return turns if isinstance(turns, int) and not isinstance(turns, bool) and turns > 0 else None
        return None


_BLOCKS = {
    "text": _Parser.text,
    "image": _Parser.image,
    "document": _Parser.document,
    "thinking": _Parser.thinking_block,
    "redacted_thinking": _Parser.redacted,
    "tool_use": _Parser.tool_use,
    "tool_result": _Parser.tool_result,
    "search_result": _Parser.search_result,
}

# Blocks that belong to tools the server runs, beside the *_tool_use and *_tool_result ones.
_SERVER_BLOCKS = frozenset(
    {
        "container_upload",
        "tool_reference",
        "tool_addition",
        "tool_removal",
        "browser_state",
        "fallback",
        "compaction",
    }
)


def _text_or_none(value: object) -> str | None:
    return value if isinstance(value, str) and value else None


def _kind(value: object) -> str:
    """Return what a JSON value is, for an error message: its type, never its content."""
    names = {dict: "an object", list: "a list", str: "a string", bool: "true or false", type(None): "nothing"}
    if isinstance(value, bool):
        return names[bool]
    if isinstance(value, int | float):
        return f"the number {printable(repr(value), limit=30)}" if isinstance(value, float) else "a number"
    return names.get(type(value), type(value).__name__)
