"""Counting for the models that a request is compared with: OpenAI's and Google's.

OpenAI: the chat format of the cookbook page "How to count tokens with tiktoken" (2025-09): three tokens a
message, one for its role, three to prime the answer; tools as it renders them there. Google publishes no offline
tokenizer: texts are estimates with a band, images a documented 258 tokens a tile.
"""

from __future__ import annotations

import json
from dataclasses import field
from math import ceil
from typing import TYPE_CHECKING, Any

from budgetcalc import media
from budgetcalc.conversation import (
    Document,
    Image,
    RedactedThinking,
    SearchResult,
    ServerTool,
    Text,
    Thinking,
    ToolResult,
    ToolUse,
    UnknownBlock,
)
from budgetcalc.counts import NOTHING_STRIPPED, Count, CountedRequest, Part, StrippedThinking, exact, total_of
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from budgetcalc.catalogue import Model
    from budgetcalc.conversation import Block, Message, Request, Tool
    from budgetcalc.counts import PartKind

OPENAI_MESSAGE_TOKENS = 4
"""Three of the format, one for the role."""

OPENAI_PRIMING_TOKENS = 3

OPENAI_FUNCTION_INIT = {"cl100k_base": 10, "o200k_base": 7}
OPENAI_FUNCTION = {"end": 12, "properties": 3, "key": 3, "enum": -3, "enum_item": 3}
"""Cookbook page, section 7: what a function costs beside the tokens of its texts."""

FORMAT_DOUBT_PERCENT = 5
"""Band of structured parts, whose rendering is reported and not measured here."""

TILE_TOKENS = 170
TILE_BASE_TOKENS = 85
TILE_PIXELS = 512
"""OpenAI's images guide for GPT-4-turbo, 4o and 4.1: 85 and 170 a 512-pixel tile, after reduction."""

GEMINI_TILE_TOKENS = 258
GEMINI_SMALL_PIXELS = 384
GEMINI_LARGEST_IMAGE = 1_120
"""Gemini's token page: 258 an image up to 384 pixels a side, else 258 a tile, whose unit is two thirds of the short
side (960×540: 360, six tiles); Gemini 3 takes up to 1,120 instead, by ``media_resolution``."""


def count_other_request(request: Request, model: Model) -> CountedRequest:
    """Return the input of a request to a model that is not Claude, part by part; structured parts are estimates."""
    counter = _Counter(request, model)
    counter.run()
    parts = tuple(counter.parts)
    return CountedRequest(
        parts=parts,
        total=total_of(parts),
        stripped=counter.stripped(),
        next_turn_strips=NOTHING_STRIPPED,
        kept_thinking=exact(0),
        notes=tuple(dict.fromkeys(counter.notes)),
    )


@dataclass(slots=True)
class _Counter:
    """One request's count in the making."""

    request: Request
    model: Model
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def is_openai(self) -> bool:
        return self.model.provider == "openai"

    def text(self, text: str) -> Count:
        if self.is_openai:
            from budgetcalc.openai_text import count_openai_text

            family = self.model.tokenizer.family
            tokens = count_openai_text(text, "cl100k_base" if family == "cl100k_base" else "o200k_base")
            return Count(tokens, tokens, tokens, "exact" if self.model.tokenizer.exact else "estimated")
        from budgetcalc.gemini_text import estimate_gemini_text

        guessed, low, high = estimate_gemini_text(text)
        return Count(guessed, low, high, "estimated")

    def doubtful(self, count: Count) -> Count:
        spread = ceil(count.tokens * FORMAT_DOUBT_PERCENT / 100)
        return Count(count.tokens, min(count.low, count.tokens - spread), count.high + spread, "estimated")

    def add(self, kind: PartKind, path: str, message: int | None, count: Count, why: str) -> None:
        if count.high or kind != "frame":
            self.parts.append(Part(kind, path, message, count, why))

    def frame(self, tokens: int) -> Count:
        return Count(tokens, tokens, tokens, "documented") if self.is_openai else exact(0)

    def run(self) -> None:
        request = self.request
        for block in request.system:
            self.add_block(block, None, "system")
        if request.system:
            self.add("frame", "", None, self.frame(OPENAI_MESSAGE_TOKENS), "chat_format")
        for tool in request.tools:
            self.add("tools", tool.path, None, self.tool(tool), "tool_definition")
        if request.tools and self.is_openai:
            self.add(
                "tool_prompt", "", None, self.doubtful(self.frame(OPENAI_FUNCTION["end"])), "tool_definition"
            )
        if request.output_schema is not None:
            schema = self.doubtful(self.text(json.dumps(request.output_schema)))
            self.add("frame", "/output_config/format", None, schema, "structured_output")
        for index, message in enumerate(request.messages):
            self.add_message(index, message)
        self.add("frame", "", None, self.frame(OPENAI_PRIMING_TOKENS), "chat_format")

    def add_message(self, index: int, message: Message) -> None:
        for block in message.blocks:
            self.add_block(block, index, "text")
        results = sum(isinstance(block, ToolResult) for block in message.blocks)
        self.add(
            "frame", message.path, index, self.frame(OPENAI_MESSAGE_TOKENS * max(1, results)), "chat_format"
        )

    def add_block(self, block: Block, index: int | None, kind: PartKind) -> None:
        match block:
            case Text():
                self.add(kind, block.path, index, self.text(block.text), "text")
            case Image():
                self.add("image", block.path, index, self.image(block), "image")
            case ToolUse():
                call = self.text(block.name) + self.text(json.dumps(block.input, ensure_ascii=False))
                self.add("tool_use", block.path, index, self.doubtful(call), "tool_call")
            case ToolResult() | SearchResult() | Document() if not (
                isinstance(block, Document) and block.data
            ):
                for inner in block.content:
                    self.add_block(
                        inner, index, "tool_result" if isinstance(block, ToolResult) else "document"
                    )
            case Document():
                self.add("document", block.path, index, self.document(block), "document")
            case Thinking() | RedactedThinking():
                pass
            case ServerTool() | UnknownBlock():
                count = self.doubtful(self.text(json.dumps(block.raw, ensure_ascii=False)))
                self.add("server_tool", block.path, index, count, "server_tool")

    def tool(self, tool: Tool) -> Count:
        if not self.is_openai:
            definition = {"name": tool.name, "description": tool.description, "parameters": tool.input_schema}
            return self.doubtful(self.text(json.dumps(definition)))
        cost = OPENAI_FUNCTION
        count = self.frame(OPENAI_FUNCTION_INIT.get(self.model.tokenizer.family, 7)) + self.text(
            f"{tool.name}:{tool.description.rstrip('.')}"
        )
        properties = tool.input_schema.get("properties") if isinstance(tool.input_schema, dict) else None
        if isinstance(properties, dict) and properties:
            count += self.frame(cost["properties"])
            for name, schema in properties.items():
                count += self.property_count(name, schema if isinstance(schema, dict) else {})
        return self.doubtful(count)

    def property_count(self, name: str, schema: dict[str, Any]) -> Count:
        cost = OPENAI_FUNCTION
        description = str(schema.get("description", "")).rstrip(".")
        count = self.frame(cost["key"]) + self.text(f"{name}:{schema.get('type', '')}:{description}")
        choices = schema.get("enum")
        if isinstance(choices, list) and choices:
            count += self.frame(cost["enum"] + cost["enum_item"] * len(choices))
            for choice in choices:
                count += self.text(str(choice))
        nested = {k: v for k, v in schema.items() if k in {"properties", "items"}}
        return count + self.text(json.dumps(nested)) if nested else count

    def image(self, block: Image) -> Count:
        data = media.decode_base64(block.data) if block.data is not None else None
        size = media.image_size(data) if data is not None else None
        if size is None:
            self.notes.append(f"the size of the image at {block.path} is not known: a band is given")
            return (
                Count(765, TILE_BASE_TOKENS, 1_445, "estimated")
                if self.is_openai
                else Count(258, 258, 3_096, "estimated")
            )
        if self.is_openai:
            tokens = openai_image_tokens(*size)
            return Count(tokens, tokens, tokens, "formula")
        tokens = gemini_image_tokens(*size)
        return Count(tokens, min(tokens, GEMINI_TILE_TOKENS), max(tokens, GEMINI_LARGEST_IMAGE), "estimated")

    def document(self, block: Document) -> Count:
        if block.source == "text":
            return self.text(block.data or "")
        data = media.decode_base64(block.data or "")
        pages = media.pdf_pages(data) if data is not None else None
        count = Count(0, 0, 0, "estimated")
        for page in pages or ():
            low, high = (0, 3_000) if page.text is None else (0, 0)
            count += Count(GEMINI_TILE_TOKENS, GEMINI_TILE_TOKENS, 1_500, "estimated")
            count += self.text(page.text) if page.text is not None else Count(1_500, low, high, "estimated")
        if not pages:
            self.notes.append(f"the document at {block.path} cannot be read: a band is given")
            return Count(2_000, 0, 40_000, "estimated")
        return count

    def stripped(self) -> StrippedThinking:
        blocks = [b for _, b in self.request.blocks() if isinstance(b, Thinking | RedactedThinking)]
        if not blocks:
            return NOTHING_STRIPPED
        texts = [block.thinking for block in blocks if isinstance(block, Thinking)]
        hidden = sum(len(block.data) for block in blocks if isinstance(block, RedactedThinking)) // 4
        count = sum((self.text(text) for text in texts), Count(hidden, 0, 2 * hidden, "estimated"))
        return StrippedThinking(
            count,
            len(blocks),
            tuple(b.path for b in blocks),
            "Claude's thinking blocks are not sent to another model",
        )


def openai_image_tokens(width: int, height: int) -> int:
    """Return the tokens of an image in high detail: fitted into 2,048 px, short side 768 px, 512-pixel tiles."""
    scale = min(1.0, 2048 / max(width, height))
    width, height = max(1, int(width * scale)), max(1, int(height * scale))
    scale = min(1.0, 768 / min(width, height))
    tiles = ceil(width * scale / TILE_PIXELS) * ceil(height * scale / TILE_PIXELS)
    return TILE_BASE_TOKENS + TILE_TOKENS * tiles


def gemini_image_tokens(width: int, height: int) -> int:
    """Return the tokens of an image: 258 when small, else 258 a tile of two thirds of its short side."""
    if max(width, height) <= GEMINI_SMALL_PIXELS:
        return GEMINI_TILE_TOKENS
    unit = max(1, int(min(width, height) / 1.5))
    return GEMINI_TILE_TOKENS * ceil(width / unit) * ceil(height / unit)
