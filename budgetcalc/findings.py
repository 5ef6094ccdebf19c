"""What a rule has to say about a request."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Literal

from budgetcalc import money
from budgetcalc.digests import sha256_of
from budgetcalc.records import dataclass

Severity = Literal["error", "warning", "note"]
SEVERITIES: tuple[Severity, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One finding; the keys of its JSON form are the contract's.

    Attributes:
        rule: stable id, ``BC301``.
        name: kebab name, ``thinking-budget-below-1024``.
        severity: ``error`` where the API would answer 4xx or a budget is exceeded.
        message: one sentence with both numbers, never the text of a conversation.
        path: JSON pointer of the place; ``""`` for the request as a whole.
        hint: what to change.
        measured: the figure that was found, if the rule has one; an amount of US dollars is a Decimal.
        limit: the figure it may not pass.
        file: where it is, when the rule looks at more than one request; ``lint`` fills it in for the others.
        line: from 1; ``None`` when it speaks of the file as a whole.
        request_id: of the request it speaks of, when the message begins with it.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    path: str = ""
    hint: str = ""
    measured: int | Decimal | None = None
    limit: int | Decimal | None = None
    file: str = ""
    line: int | None = None
    request_id: str = ""

    def fingerprint(self, file: str, occurrence: int = 0) -> str:
        """Return what stays the same while the finding does: of its rule, file and place, no line, no figure.

        Args:
            file: the file it is in.
            occurrence: how many findings of the same rule, file and place come before it.
        """
        parts = (self.rule, file, self.path, *([str(occurrence)] if occurrence else []))
        return sha256_of(b"\0".join(map(_without_nul, parts)))[:16]

    def to_dict(self, file: str | None = None, line: int | None = None) -> dict[str, Any]:
        """Return the finding as the contract's JSON object; file and line are its own unless given."""
        file, line = (self.file, self.line) if file is None else (file, line)
        result: dict[str, Any] = {
            "rule": self.rule,
            "name": self.name,
            "severity": self.severity,
            "message": self.message,
            "file": file,
            "line": line,
            "path": self.path,
            "fingerprint": self.fingerprint(file),
        }
        if self.hint:
            result["hint"] = self.hint
        if self.measured is not None:
            result["measured"] = _plain(self.measured)
        if self.limit is not None:
            result["limit"] = _plain(self.limit)
        return result


def _without_nul(text: str) -> bytes:
    """Return bytes that are those of no other text and hold no NUL, so that NUL can stand between them.

    A key of somebody's JSON may hold any character; C0 80 is in no UTF-8.
    """
    return text.encode(errors="surrogatepass").replace(b"\0", b"\xc0\x80")


def _plain(figure: int | Decimal) -> int | str:
    return money.plain(figure) if isinstance(figure, Decimal) else figure
