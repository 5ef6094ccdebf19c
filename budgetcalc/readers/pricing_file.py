"""``pricing.yaml``, its compiled form and overlays → the catalogue.

A start of the program parses no YAML: the bundled table is read from the JSON that the build hook compiles,
as long as that was made of the very bytes of ``pricing.yaml``. A checkout whose table was edited, and an
overlay, are parsed.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from budgetcalc.catalogue_document import parse_catalogue
from budgetcalc.errors import BudgetcalcError, CatalogueError
from budgetcalc.locations import Location, pointer, printable
from budgetcalc.readers.framing_file import read_framing

if TYPE_CHECKING:
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.catalogue_document import Locate
    from budgetcalc.catalogue_document import Path as DocumentPath

PACKAGE_FOLDER = Path(__file__).parent.parent
BUNDLED = "bundled pricing.yaml"

# Far above any honest table (the bundled one has 4,000 in 60 kB), far below what hurts.
LARGEST_FILE_BYTES = 5_000_000
DEEPEST_NESTING = 30
MOST_VALUES = 50_000
_NOT_YAML = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class _File(NamedTuple):
    """A price file as it was read: its name for messages, its digest, its text if any, its document."""

    name: str
    sha256: str
    document: object
    text: str = ""


def read_catalogue(path: Path | None = None) -> Catalogue:
    """Return the bundled catalogue, with the entries of the overlay at ``path`` over it.

    Raises:
        CatalogueError: with every error of the files, each as ``file:line:column``.
    """
    bundled = _read_bundled(PACKAGE_FOLDER)
    if path is None:
        catalogue = parse_catalogue(
            bundled.document, origin=BUNDLED, sha256=bundled.sha256, locate=_locator(bundled)
        )
        return replace(catalogue, framing=read_framing())
    overlay = _read_yaml(path)
    catalogue = parse_catalogue(
        bundled.document,
        origin=f"{BUNDLED} and {printable(overlay.name)}",
        sha256=_digest((bundled.sha256 + overlay.sha256).encode()),
        overlay=overlay.document,
        locate=_locator(bundled, overlay),
    )
    return replace(catalogue, framing=read_framing())


def _read_bundled(package: Path) -> _File:
    """Return the bundled table: compiled if that is up to date, else parsed.

    An editable install and a checkout have ``pricing.yaml`` beside the package, a wheel inside it.
    """
    places = (package / "pricing.yaml", package.parent / "pricing.yaml")
    table = next((path for path in places if path.is_file()), None)
    if table is None:
        raise _unreadable("pricing.yaml", "the bundled price table is missing", "reinstall budgetcalc")
    content = _read_bytes(table)
    digest = _digest(content)
    compiled = _compiled_pricing(package / "_built" / "catalogue.json")
    if compiled.get("sha256") == digest:
        return _File(str(table), digest, compiled.get("document"))
    return _parsed(str(table), content)


def _compiled_pricing(path: Path) -> dict[str, Any]:
    """Return the compiled table, or an empty one when there is none that can be read."""
    try:
        compiled = json.loads(path.read_bytes())["pricing"]
    except (OSError, ValueError, KeyError, TypeError):
        return {}
    return compiled if isinstance(compiled, dict) else {}


def _read_yaml(path: Path) -> _File:
    return _parsed(str(path), _read_bytes(path))


def _read_bytes(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE_BYTES + 1)
    except OSError as error:
        raise _unreadable(str(path), f"cannot be read: {error.strerror or error}", "") from error
    if len(content) > LARGEST_FILE_BYTES:
        message = f"is larger than {LARGEST_FILE_BYTES:,} bytes"
        raise _unreadable(str(path), message, "a price table has some hundred kilobytes at most")
    return content


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _unreadable(
    name: str, message: str, hint: str, line: int | None = None, column: int | None = None
) -> CatalogueError:
    error = BudgetcalcError(message, location=Location(name, line, column), hint=hint)
    return CatalogueError("1 error in the price table", (error,))


# ---- YAML as text ------------------------------------------------------------------------------------------


def _parsed(name: str, content: bytes) -> _File:
    """Return the file with its document: mappings, lists, and every scalar as the text that stands there."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        message = f"is not UTF-8: byte 0x{content[error.start]:02x} at offset {error.start}"
        raise _unreadable(name, message, "save the file as UTF-8", line) from None
    return _File(name, _digest(content), text_document(text, name), text)


def text_document(text: str, name: str) -> object:
    """Return a YAML (or JSON) text as nested ``dict``, ``list`` and ``str``, every scalar as written.

    Anchors, aliases, tags, duplicate keys and several documents are refused: a price table needs none of
    them, and each is a way to say one thing and mean another. So are nesting deeper than ``DEEPEST_NESTING``
    and more than ``MOST_VALUES`` keys and values.

    Raises:
        CatalogueError: all duplicate keys at once, else the first thing that is no such YAML.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    events = yaml.parse(text, Loader=loader)
    builder = _Builder(name)
    try:
        document = builder.document(events)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = (mark.line + 1, mark.column + 1) if mark else (None, None)
        raise _unreadable(name, f"is not YAML: {error.problem}", "", *place) from None
    except yaml.reader.ReaderError as error:
        raise _unreadable(name, *_forbidden_character(text)) from error
    if builder.duplicates:
        count = "1 error" if len(builder.duplicates) == 1 else f"{len(builder.duplicates)} errors"
        raise CatalogueError(f"{count} in the price table", tuple(builder.duplicates))
    return document


def _forbidden_character(text: str) -> tuple[str, str, int | None, int | None]:
    """Return message, hint, line and column of the first character that YAML does not allow."""
    match = _NOT_YAML.search(text)
    if match is None:
        return "holds a character that YAML does not allow", "", None, None
    line = text.count("\n", 0, match.start()) + 1
    column = match.start() - text.rfind("\n", 0, match.start())
    return f"holds the character U+{ord(match[0]):04X}, which YAML does not allow", "", line, column


class _Builder:
    """Builds the document out of parser events; the refusals of ``text_document`` are decided here."""

    def __init__(self, name: str) -> None:
        self.name = name
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
            raise self._refusal(event, message, "say the facts again, or use same_as")
        if event.tag is not None:
            message = f"the tag {printable(event.tag)} is not taken here"
            raise self._refusal(event, message, "leave it out: every value is read from its text")
        if depth > DEEPEST_NESTING:
            raise self._refusal(event, f"is nested deeper than {DEEPEST_NESTING} levels", "")
        self.values += 1
        if self.values > MOST_VALUES:
            raise self._refusal(
                event, f"holds more than {MOST_VALUES:,} values", "an overlay holds only what differs"
            )
        if isinstance(event, yaml.ScalarEvent):
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

    def _refusal(self, event: Any, message: str, hint: str) -> CatalogueError:
        place = self._place(event)
        return _unreadable(self.name, message, hint, place.line, place.column)


# ---- Places, looked up only when an error must be shown ----------------------------------------------------


def _locator(*files: _File) -> Locate:
    """Return what finds the line and column of a path in one of the files."""

    @lru_cache(maxsize=len(files))
    def tree(number: int) -> Any:
        import yaml

        text = files[number].text or Path(files[number].name).read_text("utf-8-sig")
        return yaml.compose(text, Loader=getattr(yaml, "CBaseLoader", yaml.BaseLoader))

    def locate(number: int, path: DocumentPath) -> Location:
        name = files[number].name
        mark = _mark(tree(number), path)
        return (
            Location(name, mark.line + 1, mark.column + 1) if mark else Location(name, pointer=pointer(*path))
        )

    return locate


def _mark(node: Any, path: DocumentPath) -> Any:
    """Return where the node at the path starts: of a mapping's entry the key, of a list's the entry."""
    mark = node.start_mark if node is not None else None
    for step in path:
        if isinstance(step, int):
            node = node.value[step]
            mark = node.start_mark
        else:
            key, node = next((key, value) for key, value in node.value if key.value == step)
            mark = key.start_mark
    return mark
