"""PDFs of a kilobyte that ask for more than there is: counted with a band, and the next one is read as ever."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from budgetcalc import pdf_reading
from budgetcalc.media import pdf_file, pdf_pages

from .builders import pdf

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no bounds of memory there")
CHECKOUT = Path(__file__).parents[2]
MEMORY = 500_000_000


def of_objects(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1."""
    out, places = b"%PDF-1.7\n", []
    for number, each in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, each)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    return out + (
        b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF"
        % (size, table, size, len(out))
    )


def stream(content: bytes, keys: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>stream\n%s\nendstream" % (keys, len(content), content)


def nested(levels: int) -> bytes:
    """A page that draws a form ten times, which draws another ten times, and so on."""
    page = (
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Contents 4 0 R/Resources<</XObject<</X 5 0 R>>>>>>"
    )
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X %d 0 R>>>>"
    return of_objects(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        page,
        stream(b"/X Do"),
        *(stream(b"/X Do " * 10, form % (6 + level)) for level in range(levels)),
        stream(b"q Q", b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]"),
    )


def estimated(folder: Path, *pdfs: bytes) -> tuple[int, Any]:
    """Estimate a request of these PDFs in a process that has little memory to give."""
    import resource

    blocks = [
        {
            "type": "document",
            "source": {
                "type": "base64",
                "media_type": "application/pdf",
                "data": base64.b64encode(each).decode(),
            },
        }
        for each in pdfs
    ]
    body = {"model": "claude-sonnet-4-5", "max_tokens": 5, "messages": [{"role": "user", "content": blocks}]}
    done = subprocess.run(
        [sys.executable, "-m", "budgetcalc", "estimate", "-", "-f", "json", "--on", "2026-11-22"],
        input=json.dumps(body).encode(),
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        capture_output=True,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY)),
    )
    assert done.stderr == b""
    (estimate,) = json.loads(done.stdout)["estimates"]
    return done.returncode, estimate


@pytest.mark.parametrize("hostile", [nested(12)], ids=["forms within forms"])
def test_a_pdf_that_asks_for_too_much_ends_its_reader_alone(hostile: bytes, tmp_path: Path) -> None:
    """It is counted by its pages, with a band and a note; those before and after it are read as ever."""
    code, estimate = estimated(tmp_path, pdf("Hello world"), hostile, pdf("Hello world"))
    assert code == 0
    first, bad, last = [part for part in estimate["parts"] if part["kind"] == "document"]
    assert first["tokens"] in {last["tokens"], last["tokens"] + 1, last["tokens"] - 1}
    assert first["high"] - first["low"] < 20 < bad["high"] - bad["low"]
    assert "the text of PDF pages was not read" in " ".join(estimate["notes"])


def test_a_reader_that_ended_is_started_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """What it was doing is lost, nothing else."""
    monkeypatch.setattr(pdf_reading, "_failures", 0)
    pages = pdf_pages(pdf("One", "Two"))
    assert pages
    assert [page.text for page in pages] == ["One", "Two"]
    pdf_reading._running[os.getpid()].kill()
    pdf_reading._running[os.getpid()].wait()
    assert pdf_file(pdf("One", "Two")).is_exact is False
    assert pdf_file(pdf("One", "Two")).is_exact is True
    assert pdf_pages(pdf("One", "Two")) == pages


def test_after_some_failures_no_further_pdf_is_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand of them can't take a thousand times the time; the others are counted with a band, too."""
    monkeypatch.setattr(pdf_reading, "_failures", pdf_reading._MOST_FAILURES - 1)
    assert pdf_reading.ask("number", pdf("One")) == {"number": 1}
    pdf_reading._running[os.getpid()].kill()
    pdf_reading._running[os.getpid()].wait()
    assert pdf_reading.ask("number", pdf("One")) is None
    assert pdf_reading.ask("number", pdf("One")) is None
    pages = pdf_pages(pdf("One"))
    assert pages
    assert pages[0].text is None


def test_slow_pdfs_do_not_take_all_time_together(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each ends within its bounds; a thousand of a few kilobytes would take hours."""
    monkeypatch.setattr(pdf_reading, "_failures", 0)
    monkeypatch.setattr(pdf_reading, "_seconds_lost", 0.0)
    monkeypatch.setattr(pdf_reading, "_SECONDS", -61.0)
    assert pdf_reading.ask("number", pdf("One")) == {"number": 1}
    assert pdf_reading.ask("number", pdf("One")) is None


FORKED = """
import os, sys
from budgetcalc import pdf_reading
from budgetcalc.media import pdf_pages
one = sys.stdin.buffer.read()
before = pdf_pages(one)
parents = pdf_reading._running[os.getpid()].pid
child = os.fork()
if not child:
    own = pdf_pages(one)
    reader = pdf_reading._running[os.getpid()]
    reader.kill()
    os._exit(0 if own == before and reader.pid != parents else 1)
assert os.waitpid(child, 0)[1] == 0
assert pdf_pages(one) == before
assert pdf_reading._running[os.getpid()].pid == parents
"""


def test_a_fork_has_a_reader_of_its_own() -> None:
    """Two processes on one pipe would get each other's answers."""
    subprocess.run(
        [sys.executable, "-c", FORKED],
        input=pdf("One", "Two"),
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        check=True,
    )
