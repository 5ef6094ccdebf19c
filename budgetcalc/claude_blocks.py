"""Counting for Claude, block by block: what a result, an image, a document or kept thinking costs.

Every constant is in ``framing.yaml``, every rendering in ``rendering.py``. What nobody has measured is an estimate
with a band, and is said.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from budgetcalc.counts import Count, exact
from budgetcalc.interleaving import INTERLEAVED_BETA, interleaving
from budgetcalc.patterns import pattern
from budgetcalc.sealed_text import sealed_bytes

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budgetcalc.catalogue import Measured, Model
    from budgetcalc.claude_vocabulary import Family
    from budgetcalc.conversation import Request, Tool
    from budgetcalc.counts import Method
    from budgetcalc.framing import Framing

PDF_PAGE_TEXT_TOKENS = (1_500, 3_000)
"""PDF support page: tokens of text a page, where the text cannot be read here."""

PDF_CHARACTERS_PER_TOKEN: dict[Family, float] = {"v3": 2.9, "v4.7": 2.35}
"""Characters that a PDF's content streams show a token of its text (two manuals of 17 and 36 pages; six short PDFs of
recordings had 1.3 to 2.6, or 5 in few characters)."""

PDF_TEXT_PERCENT = 2
"""How far off the text of a PDF page may be: the same on 6 recorded PDFs, all of them simple."""

TYPICAL_IMAGE_PATCHES = 750
"""An image of unknown size: in the middle of those recorded by reference (1 to 1,372)."""

UNKNOWN_DOCUMENT_PAGES = 100
"""Pages a document of unknown size may have, for the upper end of its band (PDF support page: 100 to 600)."""

GUESS_PERCENT = 30
"""Band either way of content nobody has measured, as the results of server tools."""

MOST_TIMES_WRITTEN = 2
"""Examples of a tool's input: at most so many times their JSON (tool use page: 20 to 50 tokens for a simple one)."""

SHOWN_WITHIN_BYTES = 2
"""Thinking whose text has as many bytes as its seal, but for a space or line end, is shown in full."""

SHORTEST_SUMMARY_BYTES = 600
"""Below it the text of Claude 4 to 4.6 is the thinking itself (271 of 272 signatures); summaries have 623 and more."""

MOST_HIDDEN_TIMES = 5
"""Hidden thinking of unknown size: at most so many times its summary (3 to 4 times on 6 long ones of 4.6)."""

UNREADABLE_THINKING_TOKENS = 100
MOST_UNREADABLE_TOKENS = 1_000
"""Thinking that is not shown and whose seal was scrubbed or cut (in recorded histories 15 to 365 tokens)."""

CHARACTERS_PER_OPAQUE_TOKEN = 4
"""Encrypted content: about this many base64 characters a token; only ever with a band from nothing to twice."""

ASCII_WHITE_SPACE = " \t\n\r\f\v"

_SENTENCE_END = pattern(r"[.!?]\s+")


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
    return banded(tokens, tokens - spread, tokens + spread).due_to("rendering")


def _with_or_without(tokens: int, low: int, high: int) -> Count:
    """Return what a header that may be sent changes, which its prompt depends on too."""
    return Count(tokens, min(0, low), max(0, high), "estimated").due_to(INTERLEAVED_BETA)


class BlockCounter:
    """Counts single blocks for one request and model; notes gather what had to be assumed."""

    def __init__(self, request: Request, model: Model, framing: Framing) -> None:
        self.request, self.model, self.framing = request, model, framing
        self.notes: list[str] = []
        self.has_citations = False
        self.interleaving = interleaving(request)
        self.facts: dict[tuple[str, int], Count] = {}
        self.sized = "", (0, 0)

    @property
    def vocabulary(self) -> Family:
        """The vocabulary the model's texts are counted with."""
        return "v4.7" if self.model.tokenizer.family == "claude-v4.7" else "v3"

    def text(self, text: str, *, after_mark: bool = False, closes: bool = False, before: str = "") -> Count:
        """Return the tokens of a text, glued to what it stands before; a stand-in tokenizer makes it an estimate."""
        tokens = count_claude_text(text + before, self.vocabulary, after_mark=after_mark, closes=closes)
        if before:
            tokens -= count_claude_text(before, self.vocabulary)
        scale = self.framing.scale(self.model)
        if scale is not None:
            return scale.times(tokens)
        return exact(tokens) if self.model.tokenizer.exact else guess(tokens)

    def message_end(self, text: str, *, after_mark: bool) -> Count:
        """Return a text that ends its message, where some models do not read the white space that it ends with.

        Args:
            text: the text, from the message's start or from the last block that is none.
            after_mark: as in :meth:`text`.
        """
        written = self.text(text, after_mark=after_mark, closes=True)
        bare = text.rstrip(ASCII_WHITE_SPACE)
        if bare == text or not self.framing.trims_messages(self.model):
            return written
        read = self.text(bare, after_mark=after_mark, closes=True)
        doubt = Count(read.tokens, min(read.low, written.low), max(read.high, written.high), "estimated")
        return doubt.due_to("message_end") if doubt.low < doubt.high else read

    def fact(self, name: str, n: int = 1) -> Count:
        """Return ``n`` uses of a frame constant."""
        known = self.facts.get((name, n))
        if known is None:
            value = self.framing.value(name, self.model)
            if value.calibrated and n:
                self.notes.append(f"{name} of {value.tokens:,} tokens is from the calibration")
            known = self.facts[name, n] = self.framing.count(name, self.model, n)
        return known

    def measured(self, fact: Measured) -> Count:
        """Return a constant of the price table with the band its evidence leaves."""
        return self.framing.measured(fact)

    def output_schema(self, schema: Mapping[str, Any]) -> Count:
        """Return a structured output's schema, with a band where its keys may have been sent in another order."""
        sent = self.text(rendering.output_schema(schema))
        if not rendering.is_sorted(schema):
            return sent
        usual = self.text(rendering.output_schema(rendering.usual_order(schema)))
        low, high = min(sent.low, usual.low), max(sent.high, usual.high)
        return usual if low == high else Count(usual.tokens, low, high, "estimated")

    def input_examples(self, tool: Tool) -> Count:
        """Return the examples of a tool's input: no recording shows how they are written, so their JSON and a band."""
        examples = tool.raw.get("input_examples")
        if not isinstance(examples, list) or not examples:
            return exact(0)
        self.notes.append(
            f"how the input_examples of {tool.path} are written is not published: a band is given"
        )
        tokens = self.text(rendering.unknown_value(examples)).tokens
        return banded(tokens, tokens // 2, MOST_TIMES_WRITTEN * tokens)

    def tool_use(self, block: ToolUse) -> Count:
        """Return a call as its XML element; one whose input is no object is refused by the API, so a guess."""
        count = self.text(rendering.tool_call(block))
        if isinstance(block.input, dict):
            return count
        self.notes.append(f"the input of the call at {block.path} is no object, which the API refuses")
        return guess(count.tokens)

    def tool_result(self, block: ToolResult, *, alone: bool = True) -> Count:
        """Return a result: its joined texts glued to their tags, and whatever else is in it.

        Args:
            block: the result.
            alone: it is the only one of its turn; several have a name and an element each, errors another one.
        """
        texts = "".join(inner.text for inner in block.content if isinstance(inner, Text))
        count = self.text(rendering.element(texts))
        if block.is_error:
            count += self.fact("tool_result_error" if alone else "tool_result_error_among_several")
        elif alone and not self.framing.frame_of(self.model).has_glued_results:
            count = self.result_apart(texts, count)
        for inner in block.content:
            if isinstance(inner, Image | Document):
                count += self.fact("media_in_result")
                count += self.image(inner) if isinstance(inner, Image) else self.document(inner)
            elif isinstance(inner, SearchResult):
                count += self.search_result(inner)
            elif isinstance(inner, ServerTool | UnknownBlock):
                count += guess(self.text(rendering.unknown_value(inner.raw)).tokens)
        return count

    def result_apart(self, text: str, glued: Count) -> Count:
        """Return a result that stands between tokens of its own, so that no tag merges with it.

        That the frame of such models has no room for written tags is known, not that the text is as it is: the band
        spans both.
        """
        apart = sum((self.text(piece) for piece in (rendering.OPENING, text, rendering.CLOSING)), exact(0))
        if apart.tokens == glued.tokens:
            return glued
        return Count(apart.tokens, min(apart.low, glued.low), max(apart.high, glued.high), "estimated")

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
            return frame + banded(TYPICAL_IMAGE_PATCHES, 1, largest)
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
            return self.with_citations(count, enabled=block.citations)
        if block.source == "content":
            count = self.fact("document_content")
            for inner in block.content:
                if isinstance(inner, Text):
                    count += self.text(inner.text)
                elif isinstance(inner, Image):
                    count += self.image(inner)
            if block.citations:
                count += self.fact("citation_block", len(block.content))
            return self.with_citations(count, enabled=block.citations)
        if block.data is not None:
            return self.with_citations(self.pdf(block), enabled=block.citations)
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
        count = self.fact("pdf_page") + self.fact("pdf_further_page", len(pages) - 1)
        for page in pages:
            picture = media.page_patches(page.width, page.height, self.model.accepts.image_tier)
            count += Count(picture, picture, picture, "formula")
            if page.text is None:
                count += self.unread_page(page.characters)
            else:
                count += self.page_text(page.text)
                if block.citations:
                    count += self.fact("citation_sentence", len(_SENTENCE_END.findall(page.text.strip())) + 1)
        if any(page.text is None for page in pages):
            self.notes.append(
                "the text of PDF pages was not read: install the extra `pdf` of budgetcalc for a closer count; a PDF "
                "that takes over 30 s or 2 GB is not read either"
            )
        return count

    def page_text(self, text: str) -> Count:
        """Return the text of a page as a library reads it, which need not be how the API does."""
        tokens = self.text(text)
        spread = -(-tokens.tokens * PDF_TEXT_PERCENT // 100)
        return banded(tokens.tokens, tokens.low - spread, tokens.high + spread)

    def unread_page(self, characters: int | None) -> Count:
        """Return the text of a page that no library read, by its length where that is known."""
        if characters is None:
            low, high = PDF_PAGE_TEXT_TOKENS
            return banded(low, 0, high)
        per_token = PDF_CHARACTERS_PER_TOKEN[self.vocabulary]
        tokens = round(characters / per_token)
        return banded(tokens, tokens // 2, 2 * tokens)

    def with_citations(self, count: Count, *, enabled: bool) -> Count:
        """Add the prompt of citations, once a request: with the first document or tool that enables them."""
        if not enabled or self.has_citations:
            return count
        self.has_citations = True
        return count + self.fact("citations")

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
        return self.with_citations(count, enabled=block.citations)

    def thinking(self, block: Thinking | RedactedThinking, beside: str) -> Count:
        """Return what a kept thinking block is billed.

        Args:
            block: the block.
            beside: the text of its message, which tells what its own is like where that is not shown.
        """
        count = self.thinking_text(block, beside) + self.fact("thinking_block")
        by_header = self.model.thinking.interleaved_prompt is not None
        always = not by_header and self.model.thinking.interleaved != "none"
        if always or not self.request.tools or (by_header and self.interleaving == "sent"):
            return count
        if not by_header or self.interleaving == "absent":
            return count + self.fact("thinking_without_interleaving")
        if self.interleaving == "assumed":
            value = self.framing.value("thinking_without_interleaving", self.model)
            return count + _with_or_without(0, value.low, value.high)
        fact = self.fact("thinking_without_interleaving")
        return count + _with_or_without(fact.tokens, fact.low, fact.high)

    def thinking_text(self, block: Thinking | RedactedThinking, beside: str = "") -> Count:
        """Return the tokens of thinking without its frame: its text, or what is known of one that is not shown."""
        shown = block.thinking if isinstance(block, Thinking) else ""
        seal = block.signature if isinstance(block, Thinking) else block.data
        sealed = sealed_bytes(seal)
        if sealed is None:
            return self.unsealed_thinking(block, shown, seal)
        differs = len(shown.encode("utf-8", "replace")) - sealed
        if abs(differs) <= SHOWN_WITHIN_BYTES:
            tokens = self.text(shown)
            if differs > 0:
                return tokens + self.fact("thinking_shown_longer")
            # The text that is billed has a space or line end more.
            return tokens + Count(0, -1, 1, "estimated") if differs else tokens
        return self.framing.sealed(self.model).thinking(sealed, *self.size(beside or shown))

    def size(self, text: str) -> tuple[int, int]:
        """Return the bytes and tokens of a text; all thinking of a message asks for those of the same one."""
        if text != self.sized[0]:
            self.sized = text, (len(text.encode("utf-8", "replace")), self.text(text).tokens)
        return self.sized[1]

    def unsealed_thinking(self, block: Thinking | RedactedThinking, shown: str, seal: str) -> Count:
        """Return thinking whose seal tells nothing: by its text, where that is all of it."""
        returned = self.model.thinking.returned_as
        is_short = len(shown.encode("utf-8", "replace")) < SHORTEST_SUMMARY_BYTES
        if shown and (returned == "full" or (returned == "summary" and is_short)):
            return self.text(shown)
        kind = "redacted thinking" if isinstance(block, RedactedThinking) else "thinking"
        self.notes.append(f"the size of the {kind} at {block.path} cannot be read: a band is given")
        if not shown:
            count = opaque(len(seal))
            tokens = max(count.tokens, UNREADABLE_THINKING_TOKENS)
            return banded(tokens, 0, max(count.high, MOST_UNREADABLE_TOKENS))
        tokens_shown = self.text(shown)
        return banded(tokens_shown.tokens, tokens_shown.low, MOST_HIDDEN_TIMES * tokens_shown.high)
