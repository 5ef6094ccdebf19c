"""What programs put around a report: the headers of a response, line ends of their own."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from budgetcalc.patterns import pattern
from budgetcalc.records import replace

if TYPE_CHECKING:
    from budgetcalc.readers.files import Opened

_STATUS = pattern(rb"\s*HTTP/[0-9.]+ [0-9]{3}[^\n]*\n")
_HEADERS = pattern(rb"(?:[!-9;-~]+:[^\n]*\n)*\r?\n")
"""Lines of names and values up to a blank one (RFC 9112)."""

_DATE = pattern(rb"^date:[ \t]*([^\r\n]+)", re.IGNORECASE | re.MULTILINE)
_BEGINNING = 1 << 14
_LONGEST = 1 << 20
"""Bytes in which headers are looked for; servers allow some 8 kB."""


def with_line_feeds(opened: Opened) -> Opened:
    """Return an input whose lines end in line feeds, where they all end in carriage returns alone.

    No JSON text, event or row of CSV can hold a bare carriage return that means anything else.
    """
    if b"\n" in opened.head[:_BEGINNING].strip():  # so in nearly every input, and soon seen
        return opened
    if b"\r" not in opened.head.strip() or b"\n" in opened.head.strip():
        return opened
    rest = (chunk.replace(b"\r", b"\n") for chunk in opened.rest)
    return replace(opened, head=opened.head.replace(b"\r", b"\n"), rest=rest)


def without_http_headers(opened: Opened) -> tuple[Opened, dict[str, str]]:
    """Return the body of a response that was saved with its headers, as by ``curl -i``, and the date they give.

    The lines of the headers are left blank, so that line numbers stay. Several responses may come before the last
    one: of a proxy, or ``100 Continue``.
    """
    head, end = opened.head, 0
    while (status := _STATUS.match(head, end, _LONGEST)) and (
        headers := _HEADERS.match(head, status.end(), _LONGEST)
    ):
        end = headers.end()
    if not end:
        return opened, {}
    dates = _DATE.findall(head, 0, end)
    found = {"date": dates[-1].decode(errors="replace").strip()} if dates else {}
    return replace(opened, head=b"\n" * head.count(b"\n", 0, end) + head[end:]), found
