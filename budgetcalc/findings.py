"""What a rule has to say about a request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

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
        measured: the figure that was found, if the rule has one.
        limit: the figure it may not pass.
    """

    rule: str
    name: str
    severity: Severity
    message: str
    path: str = ""
    hint: str = ""
    measured: int | None = None
    limit: int | None = None

    def fingerprint(self, file: str) -> str:
        """Return what stays the same while the finding does: of its rule, file and place, no line, no figure."""
        from hashlib import sha256

        stable = "\0".join((self.rule, file, self.path))
        return sha256(stable.encode(errors="backslashreplace")).hexdigest()[:16]

    def to_dict(self, file: str, line: int | None = None) -> dict[str, Any]:
        """Return the finding as the contract's JSON object."""
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
            result["measured"] = self.measured
        if self.limit is not None:
            result["limit"] = self.limit
        return result
