"""Where a thing was said: file, line, column and JSON pointer."""

from __future__ import annotations

from typing import Any

from budgetcalc.records import dataclass


@dataclass(frozen=True, slots=True)
class Location:
    """A place in an input. Lines and columns count from 1; ``pointer`` is an RFC 6901 JSON pointer."""

    file: str
    line: int | None = None
    column: int | None = None
    pointer: str = ""

    def __str__(self) -> str:
        """Return ``file:line:column`` as editors and CI logs understand it, with the pointer if known."""
        text = printable(self.file)
        if self.line is not None:
            text += f":{self.line}"
            if self.column is not None:
                text += f":{self.column}"
        return f"{text} {printable(self.pointer)}".lstrip() if self.pointer else text


@dataclass(frozen=True, slots=True)
class SourceRef:
    """Which input a request came from: the file, the line of a JSONL file, the ``custom_id`` of a batch item."""

    file: str
    line: int | None = None
    id: str | None = None

    def to_dict(self) -> dict[str, Any]:
        """Return the contract's ``source`` object."""
        result: dict[str, Any] = {"file": self.file}
        if self.line is not None:
            result["line"] = self.line
        if self.id is not None:
            result["id"] = self.id
        return result


def printable(text: str, *, limit: int = 120) -> str:
    """Return ``text`` safe to print on one line: control and direction characters escaped, cut at ``limit``.

    File names, model names and keys come from other people's input; a terminal must not obey them.
    """
    if text.isprintable() and len(text) <= limit:
        return text
    shown = "".join(
        c if c.isprintable() else c.encode("unicode_escape", "backslashreplace").decode() for c in text
    )
    return shown if len(shown) <= limit else shown[: limit - 1] + "…"


def pointer(*steps: str | int) -> str:
    """Return the JSON pointer of the steps, escaped as RFC 6901 wants: ``("a/b", 0)`` gives ``/a~1b/0``."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in steps)
