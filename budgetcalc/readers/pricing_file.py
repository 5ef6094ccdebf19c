"""``pricing.yaml``, its compiled form and overlays → the catalogue.

A start of the program parses no YAML: the bundled table is read from the JSON that the build hook compiles,
as long as that was made of the very bytes of ``pricing.yaml``. A checkout whose table was edited, and an
overlay, are parsed.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from budgetcalc.catalogue_document import checked_catalogue, parse_catalogue
from budgetcalc.digests import sha256_of
from budgetcalc.errors import CatalogueError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location, printable
from budgetcalc.readers.authored_yaml import (
    AuthoredKind,
    decode_authored,
    read_authored,
    yaml_document,
    yaml_locator,
)
from budgetcalc.readers.compiled_tables import PACKAGE_FOLDER, compiled_table
from budgetcalc.readers.framing_file import read_framing
from budgetcalc.records import replace

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from budgetcalc.authored_values import Path as DocumentPath
    from budgetcalc.catalogue import Catalogue
    from budgetcalc.catalogue_document import Locate
    from budgetcalc.input_limits import Limits

BUNDLED = "bundled pricing.yaml"

PRICE_TABLE = AuthoredKind(
    "the price table",
    CatalogueError,
    too_large="a price table has some hundred kilobytes at most",
    too_many="an overlay holds only what differs",
    alias="say the facts again, or use same_as",
)


class _File(NamedTuple):
    """A price file as it was read: its name for messages, its digest, its text if any, its document.

    ``spellings`` are there when the build has checked the document.
    """

    name: str
    sha256: str
    document: object
    text: str = ""
    spellings: Mapping[str, list[str]] | None = None


def read_catalogue(path: Path | None = None, limits: Limits = DEFAULTS) -> Catalogue:
    """Return the bundled catalogue, with the entries of the overlay at ``path`` over it.

    Raises:
        CatalogueError: with every error of the files, each as ``file:line:column``.
    """
    bundled = _read_bundled(PACKAGE_FOLDER)
    if path is None and bundled.spellings is not None:
        catalogue = checked_catalogue(
            bundled.document, bundled.spellings, origin=BUNDLED, sha256=bundled.sha256
        )
        return replace(catalogue, framing=read_framing())
    if path is None:
        catalogue = parse_catalogue(
            bundled.document, origin=BUNDLED, sha256=bundled.sha256, locate=_locator(bundled)
        )
        return replace(catalogue, framing=read_framing())
    overlay = _read_yaml(path, limits)
    catalogue = parse_catalogue(
        bundled.document,
        origin=f"{BUNDLED} and {printable(overlay.name)}",
        sha256=sha256_of((bundled.sha256 + overlay.sha256).encode()),
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
        missing = "the bundled price table is missing"
        raise PRICE_TABLE.refused(missing, Location("pricing.yaml"), "reinstall budgetcalc")
    content = read_authored(table, PRICE_TABLE)
    digest = sha256_of(content)
    compiled = compiled_table("pricing", digest, package)
    if compiled:
        return _File(str(table), digest, compiled.get("document"), spellings=compiled.get("spellings"))
    return _parsed(str(table), content)


def _read_yaml(path: Path, limits: Limits) -> _File:
    return _parsed(str(path), read_authored(path, PRICE_TABLE, limits), limits)


def _parsed(name: str, content: bytes, limits: Limits = DEFAULTS) -> _File:
    """Return the file with its document: mappings, lists, and every scalar as the text that stands there."""
    text = decode_authored(content, name, PRICE_TABLE)
    return _File(name, sha256_of(content), text_document(text, name, limits), text)


def text_document(text: str, name: str, limits: Limits = DEFAULTS) -> object:
    """Return a YAML (or JSON) text as nested ``dict``, ``list`` and ``str``, every scalar as written.

    Raises:
        CatalogueError: all duplicate keys at once, else the first thing that is no such YAML.
    """
    return yaml_document(text, name, PRICE_TABLE, limits)


# ---- Places, looked up only when an error must be shown ----------------------------------------------------


def _locator(*files: _File) -> Locate:
    """Return what finds the line and column of a path in one of the files."""

    @lru_cache(maxsize=len(files))
    def place(number: int) -> Callable[[DocumentPath], Location]:
        file = files[number]
        return yaml_locator(file.text or Path(file.name).read_text("utf-8-sig"), file.name)

    return lambda number, path: place(number)(path)
