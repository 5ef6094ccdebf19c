"""The process that reads PDFs with pypdfium2, within bounds of time and memory; run by its file's name.

PDFium is C++ that takes a PDF at its word: one of a kilobyte can ask for a million million operations, or end the
process. It imports nothing of budgetcalc. A question is one byte (``p``: pages, ``n``: their number), eight bytes of
length and the PDF; an answer is eight bytes of length and JSON, with the processor seconds it took.
"""

from __future__ import annotations

import json
import sys
import time
from contextlib import suppress
from typing import Any, BinaryIO

CPU_SECONDS = 30
"""For one PDF; what is read takes some milliseconds a page."""
MEMORY = 2_000_000_000
MOST_CHARACTERS = 20_000_000
"""Of a PDF's text: more than any window holds, less than would fill a memory."""
LENGTH = 8


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer until there are no more questions."""
    import pypdfium2

    _bound_memory()
    while head := questions.read(1 + LENGTH):
        _bound_time()
        data = questions.read(int.from_bytes(head[1:]))
        begun = time.process_time()
        found = _answer(pypdfium2, head[:1], data)
        answer = json.dumps(found | {"seconds": time.process_time() - begun}).encode()
        answers.write(len(answer).to_bytes(LENGTH) + answer)
        answers.flush()


def _answer(library: Any, kind: bytes, data: bytes) -> dict[str, Any]:
    try:
        with library.PdfDocument(data) as document:
            if kind == b"n":
                return {"number": len(document)}
            pages = _pages(document)
            return {} if pages is None else {"pages": pages}
    except library.PdfiumError as error:
        return {"error": str(error)}


def _pages(document: Any) -> list[tuple[float, float, str]] | None:
    pages, characters = [], 0
    for page in document:
        width, height = page.get_size()
        text = page.get_textpage().get_text_bounded()
        characters += len(text)
        if characters > MOST_CHARACTERS:
            return None
        pages.append((width, height, text))
    return pages


def _bound_memory() -> None:
    with suppress(ImportError, ValueError, OSError):  # Windows has no such bounds, macOS not this one
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        _, most = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY if most < 0 else min(MEMORY, most), most))


def _bound_time() -> None:
    with suppress(ImportError, ValueError, OSError):
        import resource

        used = resource.getrusage(resource.RUSAGE_SELF)
        _, most = resource.getrlimit(resource.RLIMIT_CPU)
        resource.setrlimit(resource.RLIMIT_CPU, (int(used.ru_utime + used.ru_stime) + CPU_SECONDS, most))


if __name__ == "__main__":
    serve(sys.stdin.buffer, sys.stdout.buffer)
