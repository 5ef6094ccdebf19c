"""Known vulnerabilities of frozen packages, by a copy of the advisories: advisories.py FOLDER REQUIREMENTS.

FOLDER holds a clone of github.com/pypa/advisory-database (`vulns`) or of github.com/github/advisory-database
(`advisories/github-reviewed`), or both; OSV's export for PyPI can be unpacked into `vulns` too. All are documents of
the OSV schema (https://ossf.github.io/osv-schema/), whose evaluation algorithm this follows. REQUIREMENTS is what
`pip freeze` prints. Exit code 0: none is known; 1: some are; 2: the copy or the list could not be read as a whole.
"""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

if TYPE_CHECKING:
    from collections.abc import Iterator

TREES = ("vulns", "advisories/github-reviewed")
# At one version: what was fixed may come back in it, and one version alone is introduced before it is the last.
EVENTS = {"fixed": 0, "introduced": 1, "last_affected": 2}
# Commits, which nobody installs: such a range comes with the versions that it means.
UNCOMPARED_RANGES = {"GIT"}
COMPARED_RANGES = {"ECOSYSTEM", "SEMVER"}
# It leaves all scalars text, so that version 3.10 does not become the number 3.1.
BASE_LOADER = getattr(yaml, "CBaseLoader", yaml.BaseLoader)


class UnreadableError(Exception):
    """What was given cannot be judged."""


@dataclass(frozen=True, slots=True)
class Advisory:
    """One document: its id and other names, the day it was changed, and what it says of packages on PyPI."""

    names: tuple[str, ...]
    modified: str
    is_withdrawn: bool
    affected: tuple[tuple[str, dict[str, Any]], ...]


def packages_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what an advisory says of packages, or raise TypeError where a value is not of the type of the schema."""
    texts = [document["id"], document["modified"], *document.get("aliases", ())]
    if not all(isinstance(text, str) and text.isprintable() for text in texts):
        raise TypeError("id, modified and aliases are not all texts of one line")
    if not isinstance(document.get("withdrawn", ""), str):
        raise TypeError("withdrawn is no day")
    packages = [entry for entry in document.get("affected", ()) if "package" in entry]
    for entry in packages:
        versions = entry.get("versions", [])
        if not (isinstance(versions, list) and all(isinstance(each, str) for each in versions)):
            raise TypeError("versions is no list of texts")
    return packages


def read_advisory(path: Path) -> Advisory:
    """Return one advisory, or raise `UnreadableError` for anything that is none."""
    try:
        text = path.read_text(encoding="utf-8")
        document = json.loads(text) if path.suffix == ".json" else yaml.load(text, Loader=BASE_LOADER)  # noqa: S506
        modified = document["modified"]
        datetime.fromisoformat(modified)
        packages = packages_of(document)
        advisory = Advisory(
            (document["id"], *document.get("aliases", ())),
            modified[:10],
            "withdrawn" in document,
            tuple(
                (canonicalize_name(entry["package"]["name"]), entry)
                for entry in packages
                if entry["package"]["ecosystem"].casefold() == "pypi"
            ),
        )
    except (
        OSError,
        ValueError,
        RecursionError,
        yaml.YAMLError,
        LookupError,
        TypeError,
        AttributeError,
        MemoryError,
    ) as error:
        raise UnreadableError(f"{path}: no advisory: {type(error).__name__}: {error}") from error
    if not packages and not advisory.is_withdrawn:
        raise UnreadableError(f"{path}: no advisory: it names no package")
    return advisory


def documents_below(tree: Path) -> Iterator[Path]:
    """Yield the files of a tree that hold advisories, or raise OSError where a folder can't be listed."""

    def refuse(error: OSError) -> None:
        raise error

    for folder, _, names in tree.walk(on_error=refuse):
        for path in (folder / name for name in sorted(names)):
            if path.suffix in {".yaml", ".json"} and path.exists() and not (path.is_file() or path.is_dir()):
                raise UnreadableError(f"{path}: no file")  # a pipe would be waited for
            # A linked folder counts as a file here; to follow it could take for ever, to pass over it hides advisories.
            if path.is_dir():
                raise UnreadableError(
                    f"{path}: a link to a folder, which is not followed: copy what it names"
                )
            if path.suffix in {".yaml", ".json"}:
                yield path


def read_copy(folder: Path) -> list[Advisory]:
    """Return all advisories below a folder, and print how many there are and of when."""
    trees = [folder / tree for tree in TREES if (folder / tree).is_dir()]
    if not trees:
        raise UnreadableError(f"{folder}: neither {' nor '.join(TREES)} in it: not a copy of the advisories")
    read: list[Advisory] = []
    for tree in trees:
        paths = list(documents_below(tree))
        if not paths:
            raise UnreadableError(f"{tree}: no advisory in it")
        advisories = [read_advisory(path) for path in paths]
        packages = {name for advisory in advisories for name, _ in advisory.affected}
        newest = max(advisory.modified for advisory in advisories)
        print(f"{tree}: {len(advisories):,} advisories of {len(packages):,} packages, the newest of {newest}")
        read += advisories
    return read


def read_frozen(path: Path) -> dict[str, Version]:
    """Return the version of each package that `pip freeze` printed, by its normalised name."""
    frozen = {}
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UnreadableError(f"{path}: not UTF-8 text") from error
    for line in text.split("\n"):
        name, _, version = line.strip().partition("==")
        if not name:
            continue
        try:
            frozen[canonicalize_name(name, validate=True)] = Version(version)
        except ValueError as error:
            raise UnreadableError(f"{path}: not NAME==VERSION: {line!r}") from error
    if not frozen:
        raise UnreadableError(f"{path}: no packages")
    return frozen


def events_of(entry: dict[str, Any]) -> list[list[tuple[Version | None, str]]]:
    """Return the events of each range that speaks of versions, in order; None is before any version."""
    ranges = []
    for each in entry.get("ranges", ()):
        if each["type"] in UNCOMPARED_RANGES:
            continue
        if each["type"] not in COMPARED_RANGES:
            raise ValueError(f"a range of type {each['type']}")
        events = []
        for event in each["events"]:
            ((kind, at),) = event.items()
            if kind not in EVENTS:
                raise ValueError(f"an event of kind {kind}")
            events.append((None if kind == "introduced" and at == "0" else Version(at), kind))
        if not any(kind == "introduced" for _, kind in events):
            raise ValueError("a range that begins nowhere")
        events.sort(key=lambda event: (event[0] is not None, event[0] or Version("0"), EVENTS[event[1]]))
        ranges.append(events)
    if not ranges and not entry.get("versions"):
        raise ValueError("neither versions nor a range of versions")
    return ranges


def is_affected(entry: dict[str, Any], version: Version) -> bool:
    """Return whether one `affected` entry of an advisory means a version."""
    for events in events_of(entry):
        inside = False
        for at, kind in events:
            if kind == "introduced":
                inside = inside or at is None or version >= at
            elif at is not None and (version > at if kind == "last_affected" else version >= at):
                inside = False
        if inside:
            return True
    return any(is_version(listed, version) for listed in entry.get("versions", ()))


def is_version(listed: str, version: Version) -> bool:
    """Return whether a listed version is this one; some of old are no versions by today's rules."""
    try:
        return Version(listed) == version
    except InvalidVersion:
        return False


def fixed_version(entry: dict[str, Any], version: Version) -> str:
    """Return the first later version that is said to be fixed, in words."""
    fixed = [at for events in events_of(entry) for at, kind in events if kind == "fixed" and at is not None]
    return f"fixed in {min(later)}" if (later := [at for at in fixed if at > version]) else "no fixed version"


def find(advisories: list[Advisory], frozen: dict[str, Version]) -> dict[tuple[str, str], str]:
    """Return what is known of the frozen packages: a sentence for each package and advisory."""
    found = {}
    for advisory in advisories:
        for name, entry in advisory.affected:
            if advisory.is_withdrawn or name not in frozen:
                continue
            version = frozen[name]
            try:
                if is_affected(entry, version):
                    others = f" ({', '.join(advisory.names[1:])})" if advisory.names[1:] else ""
                    found[name, advisory.names[0]] = (
                        f"{name} {version}: {advisory.names[0]}{others}, {fixed_version(entry, version)}"
                    )
            except (ValueError, LookupError, TypeError, AttributeError) as error:
                raise UnreadableError(f"{advisory.names[0]} cannot be judged for {name}: {error}") from error
    return found


def main(folder: str, requirements: str) -> int:
    """Print what is known and return the exit code."""
    try:
        frozen = read_frozen(Path(requirements))
        advisories = read_copy(Path(folder))
        found = find(advisories, frozen)
    except (OSError, UnreadableError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    known = {name for advisory in advisories for name, _ in advisory.affected} & frozen.keys()
    print(f"{len(frozen)} packages, {len(known)} of them in some advisory: {', '.join(sorted(known))}")
    for sentence in sorted(found.values()):
        print(sentence)
    print(f"{len(found) or 'no'} known {'vulnerability' if len(found) == 1 else 'vulnerabilities'}")
    return 1 if found else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    sys.exit(main(*sys.argv[1:]))
