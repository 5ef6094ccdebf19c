"""How much is read of one input: every limit by its name, what it may be set to, and how it is raised.

No limit cuts silently. What is over one is said with its place, and with the flag that raises it.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from budgetcalc.errors import UsageError
from budgetcalc.locations import printable
from budgetcalc.patterns import pattern
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Mapping

FLAG = "--limit"
MOST_BYTES = 10**12
_BYTES = pattern(r"([0-9]{1,18})\s*([kMG]?)B?", 2)  # re.IGNORECASE: gb is GB
_PLAIN = pattern(r"[0-9]{1,18}")
_FACTORS = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9}
_FRAMES_A_LEVEL = 8
"""Calls that one level of nesting may take: the deepest way through what reads and counts takes four."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read of one input; the fields are the names that ``--limit`` takes.

    ``depth`` and ``digits`` beyond their defaults need :func:`raise_interpreter_limits` too, as the interpreter has
    such limits of its own.
    """

    document: int = 200_000_000
    line: int = 64_000_000
    expansion: int = 300
    values: int = 10_000_000
    blocks: int = 500_000
    depth: int = 256
    digits: int = 4_300
    cell_lines: int = 5_000
    event_lines: int = 10_000
    body: int = 64_000_000
    config: int = 5_000_000
    config_values: int = 50_000
    baseline: int = 50_000_000

    def how_to_raise(self, name: str) -> str:
        """Return what to do about an input over a limit, as the end of a hint."""
        kind, value = KINDS[name], getattr(self, name)
        if value >= kind.most:
            return f"{FLAG} {name} is at its highest"
        return f"{FLAG} {name}={kind.written(min(2 * value, kind.most))} allows more"


DEFAULTS = Limits()
"""What holds unless somebody says otherwise."""


@dataclass(frozen=True, slots=True)
class LimitKind:
    """What one limit is about.

    Attributes:
        what: that is limited.
        beyond: what happens beyond it.
        unit: of its value; ``bytes`` may be written with kB, MB, GB.
        least: it may be set to.
        most: it may be set to.
        why_most: why not more; ``""`` where the highest value is only formal.
    """

    what: str
    beyond: str
    unit: str = "bytes"
    least: int = 1
    most: int = MOST_BYTES
    why_most: str = ""

    def written(self, value: int) -> str:
        """Return a value as the flag takes it."""
        if self.unit == "bytes" and value % 10**6 == 0:
            return f"{value // 10**6}MB"
        return str(value)


KINDS: Mapping[str, LimitKind] = {
    "document": LimitKind(
        "one JSON document or text",
        "error: too large for one document; JSONL of any size is read line by line",
    ),
    "line": LimitKind("one line of JSONL, CSV or a stream", "this line fails alone; a CSV file fails at it"),
    "expansion": LimitKind(
        "how often its size a gzip file over the document limit may unpack to",
        "error: unpacks to more",
        "times",
        most=10**6,
    ),
    "values": LimitKind(
        "keys, values and entries of one JSON document or line, of one call of a cassette",
        "the document or line fails",
        "values",
        most=10**9,
    ),
    "blocks": LimitKind(
        "messages, content blocks and tools of one request", "the request fails", "blocks", most=10**9
    ),
    "depth": LimitKind(
        "nesting of JSON and cassettes",
        "the document or line fails",
        "levels",
        most=1_000,
        why_most="deeper ones could end the interpreter",
    ),
    "digits": LimitKind(
        "digits of a whole number",
        "the document or line fails",
        "digits",
        least=640,
        most=100_000,
        why_most="reading a number takes more than its length in time",
    ),
    "cell_lines": LimitKind(
        "lines of one quoted CSV cell",
        "the line with the open quote is unreadable, the next are read",
        "lines",
        most=10**6,
    ),
    "event_lines": LimitKind(
        "lines of one server-sent event",
        "what was held is read as it is, unreadable if it is no JSON",
        "lines",
        most=10**6,
    ),
    "body": LimitKind("one packed body in a recording, unpacked", "the recording is unreadable"),
    "config": LimitKind("a configuration, a price table, a calibration", "error"),
    "config_values": LimitKind(
        "keys and values of a configuration or a price table", "error", "values", most=10**7
    ),
    "baseline": LimitKind("a baseline of lint", "error"),
}
"""Every limit by its name: the fields of :class:`Limits`."""


def parse_limit(name: str, value: str) -> int:
    """Return what a limit is set to.

    Args:
        name: of the limit.
        value: plain digits; sizes also with kB, MB or GB, of a thousand, a million or a billion bytes.

    Raises:
        UsageError: there is no such limit, or the value is none that it takes.
    """
    kind = KINDS.get(name)
    if kind is None:
        from difflib import get_close_matches

        near = get_close_matches(name, KINDS, n=1)
        hint = f"did you mean {near[0]}?" if near else f"known: {', '.join(KINDS)}"
        raise UsageError(f"there is no limit {printable(repr(name), limit=60)}", hint=hint)
    match = (_BYTES if kind.unit == "bytes" else _PLAIN).fullmatch(value.strip())
    if match is None:
        example = "500MB or 500000000" if kind.unit == "bytes" else str(kind.least * 1_000)
        raise UsageError(
            f"{printable(repr(value), limit=60)} is no number of {kind.unit} for {name}: write it as {example}"
        )
    number = int(match[1]) * _FACTORS[match[2].lower()] if kind.unit == "bytes" else int(match[0])
    if not kind.least <= number <= kind.most:
        why = f": {kind.why_most}" if kind.why_most and number > kind.most else ""
        raise UsageError(f"{name} is from {kind.least:,} to {kind.most:,} {kind.unit}, not {number:,}{why}")
    return number


def raise_interpreter_limits(limits: Limits) -> None:
    """Let the interpreter take numbers as long and nesting as deep as the limits say.

    Both are settings of the whole process: the command line makes them, the library leaves them to its caller.
    """
    sys.set_int_max_str_digits(limits.digits)
    sys.setrecursionlimit(max(sys.getrecursionlimit(), _FRAMES_A_LEVEL * limits.depth))
