"""BC22x: images and PDFs."""

# ruff: noqa: E501 - one case a line reads best

import base64
import struct
import sys
import zlib

import pytest

SONNET_4_5, OPUS_4_6, OPUS_4_7, OPUS_5 = (
    "claude-sonnet-4-5-20250929",
    "claude-opus-4-6",
    "claude-opus-4-7",
    "claude-opus-5",
)
BEDROCK = "anthropic.claude-sonnet-4-5-20250929-v1:0"
VERTEX = "claude-sonnet-4-5@20250929"


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height):
    header = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")


def jpeg(width, height, before=b""):
    frame = b"\xff\xc0\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x01\x11\x00"
    return b"\xff\xd8\xff\xe0\x00\x04\x00\x00" + before + frame + b"\xff\xd9"


def gif(width, height):
    return b"GIF89a" + struct.pack("<HH", width, height) + b"\x00\x00\x00;"


def webp(width, height):
    body = (
        b"VP8X\x0a\x00\x00\x00\x10\x00\x00\x00"
        + struct.pack("<I", width - 1)[:3]
        + struct.pack("<I", height - 1)[:3]
    )
    return b"RIFF" + struct.pack("<I", len(body) + 4) + b"WEBP" + body


def pdf(pages, trailer=""):
    kids = " ".join(f"{i + 3} 0 R" for i in range(pages))
    objects = [
        "<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {pages}/MediaBox[0 0 612 792]>>",
    ]
    objects += ["<</Type/Page/Parent 2 0 R>>"] * pages
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(f"{len(out):010} 00000 n \n")
        out += f"{number} 0 obj\n{content}\nendobj\n"
    end = f"trailer<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\nstartxref\n{len(out)}\n%%EOF\n"
    return (f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{''.join(offsets)}{end}").encode()


# Keys of the password that fit no empty one.
LOCKED = pdf(1, f"/Encrypt<</Filter/Standard/V 1/R 2/P -4/O<{'ab' * 32}>/U<{'cd' * 32}>>>/ID[<00><00>]")


def encoded(data):
    return base64.b64encode(data).decode()


def image(data, media_type="image/png", **fields):
    text = data if isinstance(data, str) else encoded(data)
    return {"type": "image", "source": {"type": "base64", "media_type": media_type, "data": text}, **fields}


def document(data):
    return {
        "type": "document",
        "source": {"type": "base64", "media_type": "application/pdf", "data": encoded(data)},
    }


def user(*blocks, **body):
    return {**body, "messages": [{"role": "user", "content": list(blocks)}]}


def shown(*blocks, toolset=None, **body):
    """Return a conversation whose tool result holds the blocks."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "screenshot", "input": {}, "toolset_name": toolset}
    result = {
        "type": "tool_result",
        "tool_use_id": "toolu_1",
        "content": list(blocks),
        "toolset_name": toolset,
    }
    messages = [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    ]
    return {**body, "messages": messages}


URL = {"type": "image", "source": {"type": "url", "url": "https://example.com/a.png"}}
SMALL, WIDE = image(png(10, 10)), image(png(2_001, 10))
MUST_FIT = {"transformations": {"oversized_image": "error"}}


def by_url(url, kind="image"):
    return user({"type": kind, "source": {"type": "url", "url": url}})


CASES = [
    case("pages-and-images-at-the-cap", "image-too-many", "", user(document(pdf(60)), *[URL] * 40)),
    case("pages-and-images-over", "image-too-many", "error", user(document(pdf(60)), *[URL] * 41)),
    case("pages-alone-are-another-rule", "image-too-many", "", user(document(pdf(101)))),
    case("100-on-a-small-window", "pdf-too-many-pages", "", user(document(pdf(100)))),
    case("101-on-a-small-window", "pdf-too-many-pages", "error", user(document(pdf(101)))),
    case("over-in-sum", "pdf-too-many-pages", "error", user(document(pdf(60)), document(pdf(60)), document(pdf(60)))),
    case("600-on-a-million", "pdf-too-many-pages", "", user(document(pdf(600)), model=OPUS_4_6)),
    case("601-on-a-million", "pdf-too-many-pages", "error", user(document(pdf(601)), model=OPUS_4_6)),
    case("unreadable-is-another-rule", "pdf-too-many-pages", "", user(document(b"hello"))),
    case("text", "pdf-encrypted-or-invalid", "warning", user(document(b"hello"))),
    case("password", "pdf-encrypted-or-invalid", "warning", user(document(LOCKED))),
    case("no-pages", "pdf-encrypted-or-invalid", "warning", user(document(pdf(0)))),
    case("pdf", "pdf-encrypted-or-invalid", "", user(document(pdf(1)))),
    case("junk-before-the-header", "pdf-encrypted-or-invalid", "", user(document(b"\n\n" + pdf(1)))),
    case("by-url", "pdf-encrypted-or-invalid", "", by_url("https://example.com/a.pdf", "document")),
    *(
        case(f"{size}-{name}", "image-bytes-over-limit", expected, user(image("A" * size), **({"model": model} if model else {})), on=on)
        for name, model, size, on, expected in [
            ("claude-api", None, 10_485_760, "2026-09-01", ""),
            ("claude-api", None, 10_485_764, "2026-09-01", "warning"),
            ("first-day-of-10-mb", None, 5_242_884, "2026-01-01", ""),
            ("last-day-of-5-mb", None, 5_242_884, "2025-12-31", "error"),
            ("bedrock", BEDROCK, 5_242_880, "2026-09-01", ""),
            ("bedrock", BEDROCK, 5_242_884, "2026-09-01", "error"),
            ("vertex", VERTEX, 5_242_884, "2026-09-01", "error"),
        ]
    ),
    case("8000", "image-side-over-8000", "", user(image(png(8_000, 10)))),
    case("8001-wide", "image-side-over-8000", "error", user(image(png(8_001, 10)))),
    case("8001-high", "image-side-over-8000", "error", user(image(jpeg(10, 8_001), "image/jpeg"))),
    case("behind-large-segments", "image-side-over-8000", "error", user(image(jpeg(8_001, 10, (b"\xff\xe2\xff\xff" + bytes(65_533)) * 2), "image/jpeg"))),
    case("in-a-result", "image-side-over-8000", "error", shown(image(png(8_001, 10)))),
    case("by-url", "image-side-over-8000", "", user(URL)),
    case("20-images", "image-side-over-2000-many", "", user(*[SMALL] * 19, WIDE)),
    case("21-images", "image-side-over-2000-many", "error", user(*[SMALL] * 20, WIDE)),
    case("21-small-ones", "image-side-over-2000-many", "", user(*[image(png(2_000, 10))] * 21)),
    case("results-count", "image-side-over-2000-many", "error", shown(*[SMALL] * 20, WIDE)),
    case("documents-do-not-count", "image-side-over-2000-many", "", user(*[document(pdf(1))] * 20, WIDE)),
    case("documents-count-on-bedrock", "image-side-over-2000-many", "error", user(*[document(pdf(1))] * 20, WIDE, model=BEDROCK)),
    case("over-8000-is-another-rule", "image-side-over-2000-many", "", user(*[SMALL] * 20, image(png(8_001, 10)))),
    *(
        case(name, "image-must-fit-tier", expected, body)
        for name, body, expected in [
            ("standard-fits", user(image(png(1_456, 819), **MUST_FIT)), ""),
            ("standard-too-wide", user(image(png(1_920, 1_080), **MUST_FIT)), "error"),
            ("last-standard-model", user(image(png(1_920, 1_080), **MUST_FIT), model=OPUS_4_6), "error"),
            ("first-with-high-resolution", user(image(png(1_920, 1_080), **MUST_FIT), model=OPUS_4_7), ""),
            ("too-wide-for-high-resolution", user(image(png(2_577, 10), **MUST_FIT), model=OPUS_5), "error"),
            ("may-be-reduced", user(image(png(1_920, 1_080))), ""),
            ("downsize", user(image(png(1_920, 1_080), transformations={"oversized_image": "downsize"})), ""),
            ("a-fallback-sees-less", user(image(png(1_920, 1_080), **MUST_FIT), model=OPUS_5, fallbacks=[{"model": "claude-fable-0"}, {"model": SONNET_4_5}]), "error"),
            ("a-fallback-sees-as-much", user(image(png(1_920, 1_080), **MUST_FIT), model=OPUS_5, fallbacks=[{"model": OPUS_4_7}]), ""),
            ("computer-toolset", shown(image(png(1_920, 1_080)), toolset="computer"), "error"),
            ("computer-toolset-fits", shown(image(png(1_280, 720)), toolset="computer"), ""),
            ("own-tool", shown(image(png(1_920, 1_080))), ""),
        ]
    ),
    *(
        case(name, "image-data-invalid", expected, user(block))
        for name, block, expected in [
            ("png", image(png(10, 10)), ""),
            ("jpeg", image(jpeg(10, 10), "image/jpeg"), ""),
            ("gif", image(gif(10, 10), "image/gif"), ""),
            ("webp", image(webp(10, 10), "image/webp"), ""),
            ("white-space-in-base64", image(encoded(png(10, 10))[:20] + "\n" + encoded(png(10, 10))[20:]), ""),
            ("tiff", image(png(10, 10), "image/tiff"), "error"),
            ("png-called-jpeg", image(png(10, 10), "image/jpeg"), "warning"),
            ("data-prefix", image("data:image/png;base64," + encoded(png(10, 10))), "error"),
            ("empty", image(""), "error"),
            ("no-base64", image("not base64!"), "error"),
            ("without-padding", image(encoded(png(10, 10)).rstrip("=") + "A"), "error"),
            ("text", image(b"hello world!"), "error"),
            ("no-size", image(png(0, 0)), "warning"),
            ("cut-png", image(png(10, 10)[:-12]), "error"),
            ("cut-webp", image(webp(10, 10)[:-2], "image/webp"), "error"),
            ("by-url", URL, ""),
        ]
    ),
    *(
        case(name, "image-url-not-https", expected, by_url(url, kind))
        for name, url, kind, expected in [
            ("https", "https://example.com/a.png", "image", ""),
            ("http", "http://example.com/a.png", "image", "warning"),
            ("local-file", "file:///tmp/a.pdf", "document", "warning"),
            ("localhost", "https://localhost/a.png", "image", "warning"),
            ("private-address", "https://10.0.0.7/a.png", "image", "warning"),
            ("private-ipv6", "https://[fd00::1]/a.png", "image", "warning"),
            ("unreadable", "https://[::1/a.png", "image", "warning"),
            ("public-address", "https://93.184.216.34/a.pdf", "document", ""),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), CASES)
def test_media_rule(severities, rule, expected, body, options):
    """A rule on images and PDFs speaks exactly when the API could not take one on that model, cloud and day."""
    assert severities(rule, body, **options) == expected


def test_pages_without_a_library_are_doubted(severities, monkeypatch):
    """Without a PDF library page objects are counted, so that too many of them are a warning and no error."""
    monkeypatch.setitem(sys.modules, "pypdfium2", None)
    assert severities("pdf-too-many-pages", user(document(pdf(101)))) == "warning"
    assert severities("pdf-encrypted-or-invalid", user(document(LOCKED))) == ""


def test_the_fitting_size_is_said(judge):
    """The hint names the size an image must be scaled to, as the API does."""
    (found,) = [f for f in judge(user(image(png(1_920, 1_080), **MUST_FIT))) if f.rule == "BC226"]
    assert found.hint == "scale it to at most 1,456 by 819"
