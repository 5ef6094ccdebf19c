"""Counting for Claude: how a Messages request adds up to its billed input tokens.

Measured on 2,176 recordings of 22 repositories (2026-11-22): every constant is in ``framing.yaml`` or
``pricing.yaml``, every rendering in ``rendering.py``; here is only how they come together. A text is counted in
one of two ways: after a begin-of-word mark (the start of a message, on frames that end in one), or with nothing
special in front.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
from itertools import groupby, pairwise
from re import compile as regex
from typing import TYPE_CHECKING

from budgetcalc import media, rendering
from budgetcalc.claude_text import count_claude_text
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
from budgetcalc.counting import total_of
from budgetcalc.counts import Count, CountedRequest, Part, StrippedThinking, exact
from budgetcalc.thinking import next_turn_strips, part_thinking

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from budgetcalc.catalogue import Measured, Model
    from budgetcalc.claude_vocabulary import Family
    from budgetcalc.conversation import Block, Message, Request, Tool
    from budgetcalc.counts import Method, PartKind
    from budgetcalc.framing import Framing
    from budgetcalc.thinking import VisibleThinking

BILLING_HEADER = "x-anthropic-billing-header"
"""Claude Code sends a system block that starts so; the API removes it (164 of 167 recordings)."""

INTERLEAVED_BETA = "interleaved-thinking-2025-05-14"

PDF_PAGE_TEXT_TOKENS = (1_500, 3_000)
"""PDF support page: tokens of text a page, where the text cannot be read here."""

GUESS_PERCENT = 30
"""Band either way of content nobody has measured, as the results of server tools."""

CHARACTERS_PER_OPAQUE_TOKEN = 4
"""Encrypted content: about this many base64 characters a token; only ever with a band from nothing to twice."""

_SENTENCE_END = regex(r"[.!?]\s+")
_TOOL_DATE = regex(r"_\d{8}$")


def count_claude_request(request: Request, model: Model, framing: Framing, on: date) -> CountedRequest:
    """Return the input of a request to a Claude model, part by part."""
    counter = _Counter(request, model, framing, on)
    counter.add_system()
    counter.add_tools()
    counter.add_prompts()
    for index in range(counter.first_message, len(request.messages)):
        counter.add_message(index)
    parts = tuple(counter.parts)
    return CountedRequest(
        parts=parts,
        total=total_of(parts),
        stripped=counter.count_stripped(counter.visible.stripped, counter.visible.reason),
        next_turn_strips=counter.count_stripped(
            next_turn_strips(request, model), "the next user turn removes the thinking of this one"
        ),
        kept_thinking=sum((part.count for part in parts if part.kind == "thinking"), exact(0)),
        notes=tuple(dict.fromkeys(counter.notes)),
    )


def banded(tokens: int, low: int, high: int, method: Method = "estimated") -> Count:
    """Return an inexact count."""
    return Count(tokens, max(0, low), high, method)


def opaque(characters: int) -> Count:
    """Return the band of encrypted content of so many base64 characters."""
    tokens = characters // CHARACTERS_PER_OPAQUE_TOKEN
    return banded(tokens, 0, max(2 * tokens, 1))


def guess(tokens: int) -> Count:
    """Return the band of content whose rendering nobody has measured."""
    spread = -(-tokens * GUESS_PERCENT // 100)
    return banded(tokens, tokens - spread, tokens + spread)


@dataclass(slots=True)
class _Counter:
    """One request's count in the making: parts are appended in the order in which the model reads them."""

    request: Request
    model: Model
    framing: Framing
    on: date
    parts: list[Part] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    sections: int = 0
    visible: VisibleThinking = field(init=False)
    first_message: int = field(init=False)

    def __post_init__(self) -> None:
        self.visible = part_thinking(self.request, self.model)
        self.first_message = self.find_first_message()

    def find_first_message(self) -> int:
        """Return the first message the model reads: one with a compaction block replaces all before it."""
        for index in range(len(self.request.messages) - 1, 0, -1):
            blocks = self.request.messages[index].blocks
            if any(isinstance(block, ServerTool) and block.type == "compaction" for block in blocks):
                self.notes.append(
                    f"the compaction in message {index} replaces the {index} messages before it"
                )
                return index
        return 0

    # -- texts -------------------------------------------------------------------------------------------------

    def text(self, text: str, *, after_mark: bool = False, closes: bool = False) -> Count:
        """Return the tokens of a text; a stand-in tokenizer makes it an estimate."""
        family: Family = "v4.7" if self.model.tokenizer.family == "claude-v4.7" else "v3"
        tokens = count_claude_text(text, family, after_mark=after_mark, closes=closes)
        return exact(tokens) if self.model.tokenizer.exact else guess(tokens)

    def fact(self, name: str, n: int = 1) -> Count:
        return self.framing.count(name, self.model, n)

    def add(self, kind: PartKind, path: str, message: int | None, count: Count, why: str) -> None:
        if count.tokens or count.low or count.high or kind not in {"frame", "text"}:
            self.parts.append(Part(kind, path, message, count, why))

    def measured(self, fact: Measured) -> Count:
        if fact.recordings >= 5 and fact.families >= 2:
            return exact(fact.tokens)
        if fact.recordings:
            return banded(fact.tokens, fact.tokens - 1, fact.tokens + 1)
        return Count(fact.tokens, fact.tokens - 2, fact.tokens + 6, "documented")

    # -- before the messages -----------------------------------------------------------------------------------

    def add_system(self) -> None:
        blocks = [block for block in self.request.system if not _is_billing_header(block)]
        texts = [block for block in blocks if isinstance(block, Text)]
        if any(block.text for block in texts):
            self.sections += 1
            self.add_run("system", texts, None, after_mark=False, closes=True, why="system")
            if texts[0].text.startswith(" "):
                spaces = self.fact("system_leading_spaces")
                self.add("frame", texts[0].path, None, spaces, "system_leading_spaces")
        for block in blocks:
            if not isinstance(block, Text):
                self.add_block(block, None)

    def add_tools(self) -> None:
        tools = [tool for tool in self.request.tools if not tool.defer_loading]
        deferred = len(self.request.tools) - len(tools)
        if deferred:
            self.notes.append(
                f"{deferred} deferred tool(s) are not in the prompt until tool search loads them"
            )
        if not tools:
            return
        self.sections += 1
        self.add("tool_prompt", "", None, self.tool_prompt(), "tool_prompt")
        for tool in tools:
            if tool.is_custom:
                count = self.text(rendering.tool_definition(tool)) + self.fact("tool_line_end")
                self.add("tools", tool.path, None, count, "tool_definition")
            else:
                self.add("server_tool", tool.path, None, self.anthropic_tool(tool), "anthropic_tool")

    def tool_prompt(self) -> Count:
        prompt, choice = self.model.tool_prompt, self.request.tool_choice
        if prompt is None:
            self.notes.append("no tool prompt of this model is published or recorded")
            return banded(300, 0, 800)
        kind = choice.type if choice else "auto"
        forced = kind in {"any", "tool"} and prompt.any is not None
        count = self.measured(prompt.any if forced and prompt.any else prompt.auto)
        if forced and choice and choice.type == "tool":
            count += self.fact("tool_choice_named") + self.text(choice.name)
        if choice and choice.disable_parallel_tool_use:
            count += self.fact("parallel_disabled_forced" if forced else "parallel_disabled_auto")
        return count

    def anthropic_tool(self, tool: Tool) -> Count:
        """Return the tokens of a tool that Anthropic defines: documented or measured by type, else a wide band."""
        fact = f"tool.{_TOOL_DATE.sub('', tool.type)}"
        if fact not in self.framing.facts:
            fact = "tool.unknown"
            self.notes.append(f"the definition of {tool.path} is not published: a band is given")
        return self.fact(fact)

    def add_prompts(self) -> None:
        request, thinking = self.request, self.request.thinking
        enabled = thinking is not None and thinking.type == "enabled" and bool(self.model.thinking.types)
        prompt = self.model.thinking_prompt(self.on) if enabled else None
        if prompt is not None:
            self.sections += 1
            self.add("thinking_prompt", "/thinking", None, self.measured(prompt), "thinking_prompt")
        if enabled and request.tools:
            self.add_interleaved()
        if request.output_schema is not None:
            self.sections += 1
            schema = self.text(rendering.output_schema(request.output_schema)) + self.fact(
                "structured_output"
            )
            self.add("frame", "/output_config/format", None, schema, "structured_output")
        if request.compacts:
            self.add("frame", "/context_management", None, self.fact("compaction_edit"), "compaction_edit")
        free = self.framing.value("section_separator_free", self.model).tokens
        self.add("frame", "", None, exact(max(0, self.sections - free)), "separators")

    def add_interleaved(self) -> None:
        """Add the interleaved beta's prompt: where the header is known, or Claude Code's, which always sends it."""
        prompt = self.model.thinking.interleaved_prompt
        if prompt is None:
            return
        if INTERLEAVED_BETA in self.request.betas:
            self.add("thinking_prompt", "", None, self.measured(prompt), "interleaved_thinking")
        elif not self.request.betas_known:
            assumed = self.is_claude_code or self.thinks_between_tools
            self.notes.append(
                f"{INTERLEAVED_BETA} adds {prompt.tokens} tokens; whether it is sent is not known, so it is "
                f"{'assumed, as the request shows it' if assumed else 'not counted'}: say so with --beta"
            )
            count = banded(prompt.tokens if assumed else 0, 0, prompt.tokens)
            self.add("thinking_prompt", "", None, count, "interleaved_thinking")

    @property
    def is_claude_code(self) -> bool:
        return any(_is_billing_header(block) for block in self.request.system)

    @property
    def thinks_between_tools(self) -> bool:
        """Whether an answer to tool results begins with thinking, which only the interleaved beta brings about."""
        pairs = pairwise(self.request.messages)
        return any(
            before.is_tool_results
            and after.blocks
            and isinstance(after.blocks[0], Thinking | RedactedThinking)
            for before, after in pairs
        )

    # -- messages ----------------------------------------------------------------------------------------------

    def add_message(self, index: int) -> None:
        message = self.request.messages[index]
        self.add("frame", message.path, index, self.message_frame(index), "message")
        seen = [block for block in message.blocks if block.path not in self.visible.stripped]
        runs = [(is_text, list(run)) for is_text, run in groupby(seen, lambda b: isinstance(b, Text))]
        for position, (is_text, run) in enumerate(runs):
            before = runs[position - 1][1][-1] if position else None
            if is_text:
                texts = [block for block in run if isinstance(block, Text)]
                closes = position == len(runs) - 1
                self.add_texts(texts, before, index, closes=closes)
            else:
                for block in run:
                    self.add_block(block, index)

    def message_frame(self, index: int) -> Count:
        messages = self.request.messages
        message = messages[index]
        before = messages[index - 1] if index > self.first_message else None
        count = self.turn_frame(before, message)
        if message.role == "assistant":
            count += self.call_frame(message, before)
        if index == len(messages) - 1:
            if message.role == "assistant":
                count += self.fact("prefill")
            elif message.is_tool_results and not self.is_forced:
                count += self.fact("tool_result_closes")
        return count

    @property
    def is_forced(self) -> bool:
        choice = self.request.tool_choice
        return choice is not None and choice.type in {"any", "tool"}

    def turn_frame(self, before: Message | None, message: Message) -> Count:
        if before is None:
            first = self.fact("message_first")
            return first + self.fact("first_message_assistant") if message.role == "assistant" else first
        if before.role == message.role:
            both_results = before.is_tool_results and message.is_tool_results
            return self.fact("message_same_role_results" if both_results else "message_same_role")
        return self.fact("message_next_assistant" if message.role == "assistant" else "message_next_user")

    def call_frame(self, message: Message, before: Message | None) -> Count:
        """Return what a turn with calls costs beyond the calls and the results themselves."""
        calls = [block for block in message.blocks if isinstance(block, ToolUse)]
        if not calls:
            return exact(0)
        has_text = any(isinstance(block, Text) and block.text for block in message.blocks)
        has_thinking = any(block.path in self.visible.kept for block in message.blocks)
        if len(calls) == 1:
            count = self.fact("tool_turn_one_call")
            if has_text:
                count += self.fact("tool_turn_text_before_call")
        else:
            count = self.fact("tool_turn_two_calls") + self.fact("tool_turn_further_call", len(calls) - 2)
            count += sum((self.text(call.name) for call in calls), exact(0))
        if before is not None and before.is_tool_results and not has_text and not has_thinking:
            count += self.fact("tool_call_bare_after_result")
        return count

    def add_texts(self, texts: list[Text], before: Block | None, index: int, *, closes: bool) -> None:
        message = self.request.messages[index]
        previous = self.request.messages[index - 1] if index else None
        after_results = message.role == "assistant" and previous is not None and previous.is_tool_results
        marked = message.role in self.framing.frame_of(self.model).marked_roles and not after_results
        if not any(block.text for block in texts):
            return
        seam = self.seam_before_text(before, previous if message.role == "user" else None)
        self.add("frame", texts[0].path, index, seam, "text_seam")
        self.add_run("text", texts, index, after_mark=marked and before is None, closes=closes, why="text")
        cited = sum(1 for block in texts if block.citations)
        self.add("frame", texts[0].path, index, self.fact("cited_text", cited), "cited_text")

    def seam_before_text(self, before: Block | None, previous: Message | None) -> Count:
        if isinstance(before, Image | Document):
            return self.fact("text_after_media")
        if isinstance(before, ToolResult) or (
            before is None and previous is not None and previous.is_tool_results
        ):
            return self.fact("text_after_result")
        if isinstance(before, Thinking | RedactedThinking) and before.path in self.visible.kept:
            return self.fact("thinking_block_then_text")
        return exact(0)

    def add_run(
        self,
        kind: PartKind,
        texts: Sequence[Text],
        message: int | None,
        *,
        after_mark: bool,
        closes: bool,
        why: str,
    ) -> None:
        """Add neighbouring text blocks: concatenated with nothing between and counted once.

        A run is one part, but for cache breakpoints within it: each ends a part, so that a prefix can be priced.
        """
        ends = [i for i, block in enumerate(texts) if block.cache or i == len(texts) - 1]
        counted, start = 0, 0
        for end in ends:
            is_last = end == len(texts) - 1
            prefix = "".join(block.text for block in texts[: end + 1])
            count = self.text(prefix, after_mark=after_mark, closes=closes and is_last)
            piece = Count(count.tokens - counted, count.low - counted, count.high - counted, count.method)
            path = texts[end].path if end == start or texts[end].cache else texts[start].path
            self.add(kind, path, message, piece, why)
            counted, start = count.tokens, end + 1

    # -- blocks ------------------------------------------------------------------------------------------------

    def add_block(self, block: Block, index: int | None) -> None:
        match block:
            case ToolUse():
                self.add("tool_use", block.path, index, self.text(rendering.tool_call(block)), "tool_call")
            case ToolResult():
                self.add("tool_result", block.path, index, self.tool_result(block), "tool_result")
            case Image():
                self.add("image", block.path, index, self.image(block), "image")
            case Document():
                self.add("document", block.path, index, self.document(block), "document")
            case Thinking() | RedactedThinking():
                if block.path in self.visible.kept:
                    self.add("thinking", block.path, index, self.thinking(block), "thinking_block")
            case SearchResult():
                self.add("document", block.path, index, self.search_result(block), "search_result")
            case ServerTool():
                self.add("server_tool", block.path, index, self.server_tool(block), "server_tool")
            case UnknownBlock():
                self.notes.append(
                    f"{block.path} is of a type this version does not know; counted as its JSON"
                )
                count = guess(self.text(rendering.unknown_value(block.raw)).tokens)
                self.add("text", block.path, index, count, "unknown_block")
            case Text():
                self.add("text", block.path, index, self.text(block.text), "text")

    def tool_result(self, block: ToolResult) -> Count:
        texts = "".join(inner.text for inner in block.content if isinstance(inner, Text))
        pieces = rendering.result_texts(texts, is_error=block.is_error)
        count = sum((self.text(piece) for piece in pieces), exact(0))
        if block.is_error:
            count += self.fact("tool_result_error")
        for inner in block.content:
            if isinstance(inner, Image | Document):
                count += self.fact("media_in_result")
                count += self.image(inner) if isinstance(inner, Image) else self.document(inner)
            elif isinstance(inner, SearchResult):
                count += self.search_result(inner)
            elif isinstance(inner, ServerTool | UnknownBlock):
                count += guess(self.text(rendering.unknown_value(inner.raw)).tokens)
        return count

    def image(self, block: Image) -> Count:
        tier = self.model.accepts.image_tier
        frame = self.fact("image")
        data = media.decode_base64(block.data) if block.data is not None else None
        size = media.image_size(data) if data is not None else None
        if size is None:
            known = "is given by reference" if block.data is None else "cannot be read"
            self.notes.append(f"the image at {block.path} {known}: its size is unknown, a band is given")
            largest = media.largest_image_patches(tier)
            return frame + banded((1 + largest) // 2, 1, largest)
        tokens = media.image_patches(*size, tier)
        return frame + Count(tokens, tokens, tokens, "formula")

    def document(self, block: Document) -> Count:
        count = self.document_source(block)
        for label in (block.title, block.context):
            if label:
                count += self.fact("document_title") + self.text(label)
        return count

    def document_source(self, block: Document) -> Count:
        if block.source == "text" and block.data is not None:
            count = self.fact("document_text") + self.text(block.data, closes=True)
            if block.citations:
                sentences = len(_SENTENCE_END.findall(block.data.strip())) + 1
                count += self.fact("citation_sentence", sentences)
            return self.with_citations(block, count)
        if block.source == "content":
            count = self.fact("document_content")
            for inner in block.content:
                if isinstance(inner, Text):
                    count += self.text(inner.text)
                elif isinstance(inner, Image):
                    count += self.image(inner)
            if block.citations:
                count += self.fact("citation_block", len(block.content))
            return self.with_citations(block, count)
        if block.data is not None:
            return self.with_citations(block, self.pdf(block))
        self.notes.append(
            f"the document at {block.path} is given by reference: its size is unknown, a band is given"
        )
        page = media.page_patches(*media.US_LETTER) + PDF_PAGE_TEXT_TOKENS[0]
        return banded(page, 40, max(page, self.model.accepts.media * (page + PDF_PAGE_TEXT_TOKENS[1])))

    def pdf(self, block: Document) -> Count:
        data = media.decode_base64(block.data or "")
        pages = media.pdf_pages(data) if data is not None else None
        if pages is None:
            self.notes.append(f"the PDF at {block.path} cannot be read: a band of one to ten pages is given")
            tokens = media.page_patches(*media.US_LETTER) + PDF_PAGE_TEXT_TOKENS[0]
            return banded(tokens, 100, 10 * (tokens + PDF_PAGE_TEXT_TOKENS[1]))
        count = exact(0)
        for page in pages:
            picture = media.page_patches(page.width, page.height)
            count += Count(picture, picture, picture, "formula") + self.fact("pdf_page")
            if page.text is None:
                low, high = PDF_PAGE_TEXT_TOKENS
                count += banded(low, 0, high)
            else:
                count += self.text(page.text)
                if block.citations:
                    count += self.fact("citation_sentence", len(_SENTENCE_END.findall(page.text.strip())) + 1)
        if any(page.text is None for page in pages):
            self.notes.append(
                "the text of PDF pages was not read: install budgetcalc[pdf] for a closer count"
            )
        return count

    def with_citations(self, block: Document | SearchResult, count: Count) -> Count:
        """Add the prompt of citations, once a request: with the first document that enables them."""
        cited = (
            b for _, b in self.request.blocks() if isinstance(b, Document | SearchResult) and b.citations
        )
        return count + self.fact("citations") if next(cited, None) is block else count

    def search_result(self, block: SearchResult) -> Count:
        texts = [
            block.source,
            block.title,
            *(inner.text for inner in block.content if isinstance(inner, Text)),
        ]
        count = self.fact("search_result") + sum((self.text(text) for text in texts), exact(0))
        if block.citations:
            count += self.fact("citation_block", len(block.content))
        return self.with_citations(block, count)

    def server_tool(self, block: ServerTool) -> Count:
        hidden = sum(len(text) for text in _opaque_texts(block.raw))
        self.notes.append(
            "server tool calls and results in history are estimates: nobody has published their rendering"
        )
        return guess(self.text(rendering.unknown_value(block.raw)).tokens) + (
            opaque(hidden) if hidden else exact(0)
        )

    # -- thinking ----------------------------------------------------------------------------------------------

    def thinking(self, block: Thinking | RedactedThinking) -> Count:
        """Return what a kept thinking block is billed: its text, or what the signature tells of a hidden one."""
        hidden = self.framing.hidden(self.model)
        if isinstance(block, RedactedThinking):
            self.notes.append(f"redacted thinking at {block.path} is of unknown size: a band is given")
            return opaque(len(block.data)) + self.fact("thinking_block")
        summary = 0 < hidden.text_is_summary_over < len(block.signature)
        if block.thinking and not summary:
            count = self.text(block.thinking) + self.fact("thinking_block")
            if not self.request.betas_known and self.model.thinking.interleaved == "header":
                count += self.fact("thinking_without_interleaving")
            return count
        shown = self.text(block.thinking).tokens
        length = max(0, len(block.signature) - hidden.offset)
        tokens = hidden.base + int(
            (Decimal(length) / hidden.characters_per_token).to_integral_value(ROUND_HALF_EVEN)
        )
        tokens = max(tokens, shown)
        if block.thinking:
            self.notes.append(
                "thinking returned as a summary is billed in full; its size is told by its signature"
            )
        return banded(tokens, max(shown, tokens - hidden.spread), tokens + hidden.spread)

    def count_stripped(self, paths: frozenset[str], reason: str) -> StrippedThinking:
        """Return what the blocks at these paths would have cost."""
        blocks = [
            block
            for _, block in self.request.blocks()
            if isinstance(block, Thinking | RedactedThinking) and block.path in paths
        ]
        count = sum((self.thinking_text(block) for block in blocks), exact(0))
        return StrippedThinking(count, len(blocks), tuple(b.path for b in blocks), reason if blocks else "")

    def thinking_text(self, block: Thinking | RedactedThinking) -> Count:
        if isinstance(block, RedactedThinking):
            return opaque(max(len(block.data), CHARACTERS_PER_OPAQUE_TOKEN))
        return self.text(block.thinking)


def _is_billing_header(block: Block) -> bool:
    return isinstance(block, Text) and block.text.startswith(BILLING_HEADER)


def _opaque_texts(value: object) -> Iterable[str]:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in rendering.OPAQUE_KEYS and isinstance(inner, str):
                yield inner
            else:
                yield from _opaque_texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _opaque_texts(inner)
