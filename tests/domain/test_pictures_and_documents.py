"""What images and documents cost in a request, known or not."""

from __future__ import annotations

import base64
import sys
from typing import Any

import pytest

from budgetcalc.library import count_text

from .builders import ask, document, image, parts_of, pdf, png, text, tokens

TIERS = [("claude-sonnet-4-5", "standard"), ("claude-opus-4-6", "standard"), ("claude-opus-4-7", "high")]


def n(value: str, model: str = "claude-sonnet-4-5") -> int:
    """Return the tokens of a text."""
    return count_text(value, model)


def pdf_block(data: bytes, **more: Any) -> dict[str, Any]:
    """Return a document block of a PDF."""
    source = {"type": "base64", "media_type": "application/pdf", "data": base64.b64encode(data).decode()}
    return {"type": "document", "source": source, **more}


@pytest.mark.parametrize(
    ("size", "standard", "high"),
    [
        pytest.param((1, 1), 1, 1, id="1x1"),
        pytest.param((200, 200), 64, 64, id="200x200"),
        pytest.param((1000, 1000), 1296, 1296, id="1000x1000"),
        pytest.param((1092, 1092), 1521, 1521, id="1092x1092"),
        pytest.param((1920, 1080), 1560, 2691, id="1920x1080"),
        pytest.param((2000, 1500), 1564, 3888, id="2000x1500"),
        pytest.param((3840, 2160), 1560, 4784, id="3840x2160"),
    ],
)
@pytest.mark.parametrize(("model", "tier"), TIERS)
def test_an_image_costs_its_patches_and_three(
    model: str, tier: str, size: tuple[int, int], standard: int, high: int
) -> None:
    """The documented patches of the model's tier, and 3 a picture; a formula on a known size where that is settled."""
    (part,) = parts_of(ask(model, [image(png(*size))]), "image")
    expected = (high if tier == "high" else standard) + 3
    settled = model != "claude-opus-4-7"
    assert (part.count.low, part.count.tokens) == (expected, expected)
    assert part.count.high == expected + (not settled)
    assert part.count.method == ("formula" if settled else "estimated")


@pytest.mark.parametrize(
    ("size", "patches"),
    [
        pytest.param((1, 1), 2 * 2, id="1x1"),
        pytest.param((128, 128), 6 * 6, id="128x128"),
        pytest.param((603, 427), 22 * 16, id="603x427"),
        pytest.param((1001, 1001), 36 * 36, id="1001x1001"),
    ],
)
def test_haiku_3_5_counts_patches_in_pairs(size: tuple[int, int], patches: int) -> None:
    """Haiku 3.5 rounds the patches of an image up to an even number each way, those of a PDF page too."""
    (part,) = parts_of(ask("claude-3-5-haiku-20241022", [image(png(*size))]), "image")
    assert part.count.tokens == patches + 3
    page = tokens("claude-3-5-haiku-20241022", [pdf_block(pdf("Hello"))])
    assert page - tokens("claude-3-5-sonnet-20241022", [pdf_block(pdf("Hello"))]) == 34 * 46 - 34 * 45


@pytest.mark.parametrize(("model", "tier"), TIERS)
def test_several_images_have_no_separator(model: str, tier: str) -> None:
    """Pictures add up; a text after one costs 1 more, a text before it nothing."""
    one = tokens(model, [image(png(280, 280))])
    assert tokens(model, [image(png(280, 280))] * 3) - one == 2 * (100 + 3)
    after = tokens(model, [image(png(280, 280)), text("Hello")])
    before = tokens(model, [text("Hello"), image(png(280, 280))])
    assert after - one == n("Hello", model) + 1
    assert before - one == n("Hello", model)


@pytest.mark.parametrize(
    "source",
    [
        pytest.param({"type": "url", "url": "https://example.com/a.png"}, id="url"),
        pytest.param({"type": "file", "file_id": "file_1"}, id="file"),
        pytest.param({"type": "base64", "media_type": "image/png", "data": "bm9uc2Vuc2U="}, id="unreadable"),
        pytest.param({"type": "base64", "media_type": "image/png", "data": "\u00e9"}, id="not-base64"),
    ],
)
@pytest.mark.parametrize(("model", "most"), [("claude-sonnet-4-5", 1568), ("claude-opus-4-8", 4784)])
def test_an_image_of_unknown_size_is_a_band(model: str, most: int, source: dict[str, str]) -> None:
    """From one patch to the most the tier has, and it is said which image."""
    estimated = ask(model, [{"type": "image", "source": source}])
    (part,) = parts_of(estimated, "image")
    assert (part.count.low, part.count.high) == (1 + 3, most + 3)
    assert part.count.low < part.count.tokens < part.count.high
    assert part.count.method == "estimated"
    reason = "cannot be read" if source["type"] == "base64" else "is given by reference"
    assert any(f"the image at /messages/0/content/0 {reason}" in note for note in estimated.counted.notes)


@pytest.mark.parametrize(
    ("model", "frame"),
    [
        pytest.param("claude-sonnet-4-5", 35, id="4.5"),
        pytest.param("claude-opus-4-6", 37, id="4.6"),
        pytest.param("claude-sonnet-5", 39, id="sonnet-5"),
    ],
)
def test_a_text_document(model: str, frame: int) -> None:
    """A plain-text document costs its text and a frame; title and context about 14 each and their text."""
    prose = "The weather in Rome is fine. It was worse yesterday."
    bare = tokens(model, [text("Hello"), document(prose)])
    assert bare - tokens(model, [text("Hello")]) == n(prose, model) + frame
    titled = ask(model, [text("Hello"), document(prose, title="Weather", context="A report")]).counted.total
    assert titled.tokens - bare == n("Weather", model) + n("A report", model) + 2 * 14
    assert titled.low < titled.tokens < titled.high


@pytest.mark.parametrize(("model", "prompt"), [("claude-sonnet-4-5", 482), ("claude-sonnet-5", 722)])
def test_citations_cost_a_prompt_once_and_each_sentence(model: str, prompt: int) -> None:
    """Citations add their prompt with the first document and 16 a sentence with every one."""
    prose = "One sentence. Another one! A third?"
    plain, cited = document(prose), document(prose, citations={"enabled": True})
    first = tokens(model, [cited]) - tokens(model, [plain])
    second = tokens(model, [cited, cited]) - tokens(model, [cited, plain])
    assert first == prompt + 3 * 16
    assert second == 3 * 16
    assert tokens(model, [document(prose, citations={"enabled": False})]) == tokens(model, [plain])


@pytest.mark.parametrize(
    ("model", "merges"),
    [
        pytest.param("claude-sonnet-4-5", 1, id="4.5"),
        pytest.param("claude-opus-4-6", 1, id="4.6"),
        pytest.param("claude-sonnet-5", 0, id="sonnet-5"),
    ],
)
def test_a_text_is_glued_to_the_document_after_it(model: str, merges: int) -> None:
    """A full stop before a document merges with its tag where the vocabulary has such a token."""
    block = document("Rome is warm")
    stopped = tokens(model, [text("Read it."), block]) - tokens(model, [text("Read it.")])
    bare = tokens(model, [text("Read it"), block]) - tokens(model, [text("Read it")])
    assert bare - stopped == merges


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-opus-4-7", "claude-sonnet-5"])
def test_what_stands_before_a_document(model: str) -> None:
    """A document costs one token less after another document, and one more after an image."""
    one, picture = document("Rome is warm"), image(png(280, 280))
    first = tokens(model, [text("Hello"), one]) - tokens(model, [text("Hello")])
    assert tokens(model, [text("Hello"), one, one]) - tokens(model, [text("Hello"), one]) == first - 1
    assert tokens(model, [text("Hello"), picture, one]) - tokens(model, [text("Hello"), picture]) == first + 1


def test_a_document_of_blocks() -> None:
    """A document may be given as blocks, each counted by itself in a frame of about 36."""
    content = {"type": "content", "content": [text("One."), text("Two."), image(png(280, 280))]}
    block = {"type": "document", "source": content}
    added = tokens("claude-sonnet-4-5", [text("Hello"), block]) - tokens("claude-sonnet-4-5", [text("Hello")])
    assert added == 36 + n("One.") + n("Two.") + 100 + 3


@pytest.mark.parametrize(("model", "page"), [("claude-sonnet-4-5", 44), ("claude-sonnet-5", 48)])
@pytest.mark.parametrize("pages", [1, 2])
def test_a_pdf_with_its_text(model: str, page: int, pages: int) -> None:
    """Each page costs its picture at the old limits and its text; the first a frame, the others about 9."""
    data = pdf(*["Hello world"] * pages)
    (part,) = parts_of(ask(model, [pdf_block(data)]), "document")
    further = 9 * (pages - 1)
    assert part.count.tokens == pages * (34 * 45 + n("Hello world", model)) + page + further
    assert part.count.low < part.count.tokens < part.count.high


def test_citations_in_a_pdf_cost_each_sentence_of_each_page() -> None:
    """A PDF with citations has their prompt once and 16 for each sentence that its pages show."""
    data = pdf("One. Two.", "Three.")
    plain, cited = pdf_block(data), pdf_block(data, citations={"enabled": True})
    assert tokens("claude-sonnet-4-5", [cited]) - tokens("claude-sonnet-4-5", [plain]) == 482 + (2 + 1) * 16


@pytest.mark.parametrize("compressed", [False, True], ids=["plain", "object-stream"])
def test_a_pdf_without_a_library_is_sized_by_the_text_it_shows(
    compressed: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without the extra ``pdf`` the text of a page is told by its length, within half and twice, and that is said."""
    words = "The quick brown fox jumps over the lazy dog."
    block = pdf_block(pdf(words, words, compressed=compressed))
    (known,) = parts_of(ask("claude-sonnet-4-5", [block]), "document")
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    estimated = ask("claude-sonnet-4-5", [block])
    (part,) = parts_of(estimated, "document")
    guessed = round(len(words) / 2.9)
    assert part.count.tokens == 2 * (34 * 45 + guessed) + 44 + 9
    # The frame of the first page is 43 to 45, that of a further one 6 to 14.
    assert part.count.low == 2 * (34 * 45 + guessed // 2) + 43 + 6
    assert part.count.high == 2 * (34 * 45 + 2 * guessed) + 45 + 14
    assert part.count.low <= known.count.tokens <= part.count.high
    assert part.count.low > 2 * 34 * 45
    assert part.count.high - part.count.low > known.count.high - known.count.low
    assert any("the extra `pdf`" in note for note in estimated.counted.notes)


def test_a_pdf_without_a_library_that_shows_no_text_is_a_wide_band(monkeypatch: pytest.MonkeyPatch) -> None:
    """A scanned page, or one whose text cannot be found, may have up to 3,000 tokens of it."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    (part,) = parts_of(ask("claude-sonnet-4-5", [pdf_block(pdf("", ""))]), "document")
    assert part.count.low <= 2 * 34 * 45 + 60
    assert part.count.high >= 2 * (34 * 45 + 3000)


@pytest.mark.parametrize(
    "stream",
    [
        pytest.param(b"stream\n" * 200_000, id="streams-without-end"),
        pytest.param(b"stream\nBT Tj " + b"(" * 500_000 + b"\nendstream", id="open-brackets"),
        pytest.param(b"stream\nBT Tj " + b"<" * 500_000 + b"\nendstream", id="open-hex"),
        pytest.param(b"stream\nBT TJ (\\", id="cut-in-an-escape"),
    ],
)
def test_hostile_pdfs_are_read_in_one_pass(stream: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """Streams and strings without an end are no error and no loop: the page is there, its text unknown."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    block = pdf_block(b"%PDF-1.4\n1 0 obj<</Type/Page>>endobj\n" + stream)
    (part,) = parts_of(ask("claude-sonnet-4-5", [block]), "document")
    assert part.count.low < part.count.tokens < part.count.high


@pytest.mark.parametrize(
    "source",
    [
        pytest.param({"type": "url", "url": "https://example.com/a.pdf"}, id="url"),
        pytest.param({"type": "file", "file_id": "file_1"}, id="file"),
        pytest.param(
            {"type": "base64", "media_type": "application/pdf", "data": "bm9uc2Vuc2U="}, id="unreadable"
        ),
    ],
)
def test_a_document_of_unknown_size_is_a_band(source: dict[str, str]) -> None:
    """A reference or an unreadable PDF has a wide band, and it is said which document."""
    estimated = ask("claude-sonnet-4-5", [{"type": "document", "source": source}])
    (part,) = parts_of(estimated, "document")
    assert part.count.low < 1000 < part.count.tokens < 10_000 < part.count.high
    assert part.count.method == "estimated"
    assert any("/messages/0/content/0" in note for note in estimated.counted.notes)


def test_a_search_result() -> None:
    """A search result costs its source, title and texts in a frame, within a band."""
    block = {
        "type": "search_result",
        "source": "https://example.com",
        "title": "Weather",
        "content": [text("The weather in Rome is fine.")],
    }
    (part,) = parts_of(ask("claude-sonnet-4-5", [block]), "document")
    assert part.count.tokens == 66 + n("https://example.com") + n("Weather") + n(
        "The weather in Rome is fine."
    )
    assert part.count.low < part.count.tokens < part.count.high


def test_citations_in_a_search_result_cost_each_of_its_texts() -> None:
    """A search result with citations has their prompt, and 12 for each text in it."""
    block = {"type": "search_result", "source": "s", "title": "t", "content": [text("One."), text("Two.")]}
    cited = tokens("claude-sonnet-4-5", [block | {"citations": {"enabled": True}}])
    assert cited - tokens("claude-sonnet-4-5", [block]) == 482 + 2 * 12
