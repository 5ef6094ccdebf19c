"""Bytes of files that people write → nested mappings, lists and source text, and where each of them stands.

YAML is taken as the text it is: no scalar is resolved, and whatever says one thing and means another is refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from budgetcalc.errors import BudgetcalcError, SeveralErrors
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location, pointer, printable
from budgetcalc.patterns import pattern
from budgetcalc.plurals import plural
from budgetcalc.readers.small_files import read_at_once
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    import re
    from collections.abc import Callable
    from pathlib import Path

    from budgetcalc.authored_values import Path as DocumentPath
    from budgetcalc.input_limits import Limits

# Far above any honest file, far below what hurts.
DEEPEST_NESTING = 30
_TWO_ESCAPES = pattern(r"(?<!\\)((?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})")
_HALF = pattern("[\ud800-\udfff]")
_NOT_YAML = pattern("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True)
class AuthoredKind:
    """What a file is called in messages, which exception holds its errors, and what to do instead.

    Attributes:
        noun: as in "1 error in the price table".
        error: the exception.
        too_large: hint for too many bytes.
        too_many: hint for too many values.
        alias: hint for anchors and aliases.
    """

    noun: str
    error: type[SeveralErrors]
    too_large: str
    too_many: str
    alias: str

    def several(self, errors: tuple[BudgetcalcError, ...]) -> SeveralErrors:
        """Return all errors of a file as one."""
        return self.error(f"{plural(len(errors), 'error')} in {self.noun}", errors)

    def refused(self, message: str, location: Location, hint: str = "") -> SeveralErrors:
        """Return the one error of a file that cannot be read at all."""
        return self.several((BudgetcalcError(message, location=location, hint=hint),))


def read_authored(path: Path, kind: AuthoredKind, limits: Limits = DEFAULTS) -> bytes:
    """Return the bytes of a file.

    Raises:
        SeveralErrors: the kind's own; it cannot be read, or is larger than the limit.
    """
    try:
        content = read_at_once(path, limits.config)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "not a usable path"
        raise kind.refused(f"cannot be read: {reason}", Location(str(path))) from error
    if len(content) > limits.config:
        message = f"is larger than {limits.config:,} bytes"
        hint = f"{kind.too_large}; {limits.how_to_raise('config')}"
        raise kind.refused(message, Location(str(path)), hint)
    return content


def decode_authored(content: bytes, name: str, kind: AuthoredKind) -> str:
    """Return the text of UTF-8 bytes, without a byte order mark.

    Raises:
        SeveralErrors: the kind's own; with the line of the first byte that is wrong.
    """
    try:
        return whole_characters(content.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}"
        raise kind.refused(message, Location(name, line), "save the file as UTF-8") from None


def whole_characters(text: str) -> str:
    r"""Return JSON as YAML takes it: a character beyond U+FFFF is one escape there, not two halves.

    YAML calls itself a superset of JSON, and is none in this: ``"\ud83d\ude00"`` is ``"\U0001f600"``.
    """
    if not text.lstrip().startswith("{"):
        return text

    def joined(found: re.Match[str]) -> str:
        halves = bytes.fromhex(found[2] + found[3]).decode("utf-16-be")
        return f"{found[1]}\\U{ord(halves):08x}"

    return _TWO_ESCAPES.sub(joined, text)


def yaml_document(text: str, name: str, kind: AuthoredKind, limits: Limits = DEFAULTS) -> object:
    """Return a YAML (or JSON) text as nested ``dict``, ``list`` and ``str``, every scalar as written.

    Anchors, aliases, tags, duplicate keys and several documents are refused: these files need none of
    them, and each is a way to say one thing and mean another. So are nesting deeper than ``DEEPEST_NESTING``
    and more keys and values than the limit.

    Raises:
        SeveralErrors: the kind's own; all duplicate keys at once, else the first thing that is no such YAML.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    events = yaml.parse(text, Loader=loader)
    builder = _Builder(name, kind, limits)
    try:
        document = builder.document(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Location(name, mark.line + 1, mark.column + 1) if mark else Location(name)
        raise kind.refused(f"is not YAML: {error.problem}", place) from None
    except yaml.reader.ReaderError as error:
        raise kind.refused(*_forbidden_character(text, name)) from error
    if builder.duplicates:
        raise kind.several(tuple(builder.duplicates))
    return document


def _forbidden_character(text: str, name: str) -> tuple[str, Location]:
    """Return message and place of the first character that YAML does not allow."""
    match = _NOT_YAML.search(text)
    if match is None:
        return "holds a character that YAML does not allow", Location(name)
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - text.rfind("\n", 0, match.start())
    message = f"holds the character U+{ord(match[0]):04X}, which YAML does not allow"
    return message, Location(name, line, column)


class _Builder:
    """Builds the document out of parser events; the refusals of ``yaml_document`` are decided here."""

    def __init__(self, name: str, kind: AuthoredKind, limits: Limits) -> None:
        self.name, self.kind, self.limits = name, kind, limits
        self.duplicates: list[BudgetcalcError] = []
        self.values = 0

    def document(self, events: Iterator[Any]) -> object:
        """Return the only document of the stream; ``""`` when there is none."""
        import yaml

        document: object = ""
        found = False
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if found:
                    raise self._refusal(event, "holds more than one YAML document", "")
                found = True
                document = self._node(next(events), events, 1)
        return document

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> object:
        import yaml

        if isinstance(event, yaml.AliasEvent) or event.anchor:
            message = "anchors and aliases (& and *) are not taken here"
            raise self._refusal(event, message, self.kind.alias)
        if event.tag is not None:
            message = f"the tag {printable(event.tag)} is not taken here"
            raise self._refusal(event, message, "leave it out: every value is read from its text")
        if depth > DEEPEST_NESTING:
            raise self._refusal(event, f"is nested deeper than {DEEPEST_NESTING} levels", "")
        self.values += 1
        if self.values > self.limits.config_values:
            hint = f"{self.kind.too_many}; {self.limits.how_to_raise('config_values')}"
            raise self._refusal(event, f"holds more than {self.limits.config_values:,} values", hint)
        if isinstance(event, yaml.ScalarEvent):
            # libyaml refuses these itself, PyYAML without it does not.
            if not event.value.isascii() and _HALF.search(event.value):
                message = "holds half of a character: an escape for an unpaired surrogate"
                raise self._refusal(event, message, "write the character itself")
            return event.value
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(entry := next(events), yaml.SequenceEndEvent):
                items.append(self._node(entry, events, depth + 1))
            return items
        return self._mapping(events, depth)

    def _mapping(self, events: Iterator[Any], depth: int) -> dict[str, object]:
        import yaml

        mapping: dict[str, object] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key = self._node(event, events, depth + 1)
            if not isinstance(key, str):
                raise self._refusal(event, "a key must be a plain word", "")
            if key in mapping:
                message = f'duplicate key "{printable(key)}"'
                place = self._place(event)
                self.duplicates.append(BudgetcalcError(message, location=place, hint="keep one of them"))
            mapping[key] = self._node(next(events), events, depth + 1)
        return mapping

    def _place(self, event: Any) -> Location:
        return Location(self.name, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refusal(self, event: Any, message: str, hint: str) -> SeveralErrors:
        return self.kind.refused(message, self._place(event), hint)


def yaml_locator(text: str, name: str) -> Callable[[DocumentPath], Location]:
    """Return what finds the line and column of a path: of a mapping's entry its key, of a list's the entry.

    Args:
        text: YAML that ``yaml_document`` takes.
        name: of its file.
    """
    import yaml

    tree = yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))

    def locate(path: DocumentPath) -> Location:
        mark = _mark(tree, path)
        return (
            Location(name, mark.line + 1, mark.column + 1) if mark else Location(name, pointer=pointer(*path))
        )

    return locate


def _mark(node: Any, path: DocumentPath) -> Any:
    """Return where the path starts, or what encloses it: a lone value may stand for a list of it."""
    mark = node.start_mark if node is not None else None
    for step in path:
        entries = node.value if isinstance(node.value, list) else []
        if isinstance(step, int):
            if step >= len(entries) or isinstance(entries[step], tuple):
                break
            node = entries[step]
            mark = node.start_mark
        else:
            pair = next(
                (entry for entry in entries if isinstance(entry, tuple) and entry[0].value == step), None
            )
            if pair is None:
                break
            mark, node = pair[0].start_mark, pair[1]
    return mark
