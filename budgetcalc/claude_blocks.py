"""Counting for Claude, block by block: what a result, an image, a document or kept thinking costs.

Every constant is in ``framing.yaml``, every rendering in ``rendering.py``. What nobody has measured is an estimate
with a band, and is said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import ROUND_HALF_EVEN, Decimal
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
    ToolResult,
    ToolUse,
    UnknownBlock,
)
from budgetcalc.counts import Count, exact
from budgetcalc.framing import ENOUGH_FAMILIES, ENOUGH_RECORDINGS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from budgetcalc.catalogue import Measured, Model
    from budgetcalc.claude_vocabulary import Family
    from budgetcalc.conversation import Request, Thinking
    from budgetcalc.counts import Method
    from budgetcalc.framing import Framing

PDF_PAGE_TEXT_TOKENS = (1_500, 3_000)
"""PDF support page: tokens of text a page, where the text cannot be read here."""

UNKNOWN_DOCUMENT_PAGES = 100
"""Pages a document of unknown size may have, for the upper end of its band (PDF support page: 100 to 600)."""

INTERLEAVED_BETA = "interleaved-thinking-2025-05-14"

GUESS_PERCENT = 30
"""Band either way of content nobody has measured, as the results of server tools."""

CHARACTERS_PER_OPAQUE_TOKEN = 4
"""Encrypted content: about this many base64 characters a token; only ever with a band from nothing to twice."""

_SENTENCE_END = regex(r"[.!?]\s+")


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
class BlockCounter:
    """Counts single blocks for one request and model; notes gather what had to be assumed."""

    request: Request
    model: Model
    framing: Framing
    notes: list[str] = field(default_factory=list)
    first_cited: Document | SearchResult | None = field(init=False)

    def __post_init__(self) -> None:
        cited = (
            b for _, b in self.request.blocks() if isinstance(b, Document | SearchResult) and b.citations
        )
        self.first_cited = next(cited, None)

    def text(self, text: str, *, after_mark: bool = False, closes: bool = False) -> Count:
        """Return the tokens of a text; a stand-in tokenizer makes it an estimate."""
        family: Family = "v4.7" if self.model.tokenizer.family == "claude-v4.7" else "v3"
        tokens = count_claude_text(text, family, after_mark=after_mark, closes=closes)
        scale = self.framing.scale(self.model)
        if scale is not None:
            return scale.times(tokens)
        return exact(tokens) if self.model.tokenizer.exact else guess(tokens)

    def fact(self, name: str, n: int = 1) -> Count:
        """Return ``n`` uses of a frame constant."""
        value = self.framing.value(name, self.model)
        if value.calibrated and n:
            self.notes.append(f"{name} of {value.tokens:,} tokens is from the calibration")
        return value.times(n)

    def measured(self, fact: Measured) -> Count:
        """Return a constant of the price table with the band its evidence leaves."""
        if fact.recordings >= ENOUGH_RECORDINGS and fact.families >= ENOUGH_FAMILIES:
            return exact(fact.tokens)
        if fact.recordings:
            return banded(fact.tokens, fact.tokens - 1, fact.tokens + 1)
        return Count(fact.tokens, fact.tokens - 2, fact.tokens + 6, "documented")

    def tool_use(self, block: ToolUse) -> Count:
        """Return a call as its XML element; one whose input is no object is refused by the API, so a guess."""
        count = self.text(rendering.tool_call(block))
        if isinstance(block.input, dict):
            return count
        self.notes.append(f"the input of the call at {block.path} is no object, which the API refuses")
        return guess(count.tokens)

    def tool_result(self, block: ToolResult) -> Count:
        """Return a result: its joined texts glued to the closing tag, and whatever else is in it."""
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
        """Return an image by its real size, or the band of any image when only a reference is given."""
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
        """Return a document with its title and context."""
        count = self.document_source(block)
        for label in (block.title, block.context):
            if label:
                count += self.fact("document_title") + self.text(label)
        return count

    def document_source(self, block: Document) -> Count:
        """Return a document by what holds it: text, blocks, a PDF, or a reference of unknown size."""
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
        return banded(page, 40, UNKNOWN_DOCUMENT_PAGES * (page + PDF_PAGE_TEXT_TOKENS[0]))

    def pdf(self, block: Document) -> Count:
        """Return a PDF: each page as a picture, its extracted text, and the frame of a page."""
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
        return count + self.fact("citations") if block is self.first_cited else count

    def search_result(self, block: SearchResult) -> Count:
        """Return a search result: source, title and texts in a frame."""
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
        """Return a server tool's call or result in history, as a guess with a band."""
        hidden = sum(len(text) for text in _opaque_texts(block.raw))
        self.notes.append(
            "server tool calls and results in history are estimates: nobody has published their rendering"
        )
        return guess(self.text(rendering.unknown_value(block.raw)).tokens) + (
            opaque(hidden) if hidden else exact(0)
        )

    def thinking(self, block: Thinking | RedactedThinking) -> Count:
        """Return what a kept thinking block is billed: its text, or what the signature tells of a hidden one."""
        hidden = self.framing.hidden(self.model)
        if isinstance(block, RedactedThinking):
            self.notes.append(f"redacted thinking at {block.path} is of unknown size: a band is given")
            return opaque(len(block.data)) + self.fact("thinking_block")
        summary = 0 < hidden.text_is_summary_over < len(block.signature)
        if block.thinking and not summary:
            count = self.text(block.thinking) + self.fact("thinking_block")
            if self.request.tools and INTERLEAVED_BETA not in self.request.betas:
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

    def thinking_text(self, block: Thinking | RedactedThinking) -> Count:
        """Return the tokens of thinking by what is visible of it, without its frame."""
        if isinstance(block, RedactedThinking):
            return opaque(max(len(block.data), CHARACTERS_PER_OPAQUE_TOKEN))
        if not block.thinking and block.signature:
            return opaque(max(len(block.signature), CHARACTERS_PER_OPAQUE_TOKEN))
        return self.text(block.thinking)


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
