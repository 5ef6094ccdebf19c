"""What was measured of files whose content has not changed: one file a question, read once, replaced whole.

An entry is found by the file's name and the hash of its bytes; the file of entries by the hash of everything
else that an answer depends on. It holds figures, names and findings, never text of a conversation.
"""

from __future__ import annotations

import os
import stat
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from budgetcalc.digests import sha256_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    import msgspec

    from budgetcalc.measurements import MeasuredFile, MeasuredUsage

ENVIRONMENT = "BUDGETCALC_CACHE_DIR"
KEPT_SECONDS = 7 * 24 * 3600
MOST_ENTRIES = 50_000
LARGEST_BYTES = 200_000_000
"""A file of 50,000 entries has about 50 MB; one above the limit is measured anew and replaced."""


def cache_folder(env: Mapping[str, str]) -> Path | None:
    """Return where the cache is: ``BUDGETCALC_CACHE_DIR``, else a folder of the user's own for such things.

    ``None`` for a user without a home, as a container's: nothing is kept then.
    """
    if env.get(ENVIRONMENT):
        return Path(env[ENVIRONMENT])
    base = env.get("XDG_CACHE_HOME") or env.get("LOCALAPPDATA")
    try:
        return (Path(base) if base else Path.home() / ".cache") / "budgetcalc"
    except RuntimeError:
        return None


def package_state() -> str:
    """Return what changes with any file of the package, in a checkout that keeps its version too."""
    package = Path(__file__).parent.parent
    places = [*package.rglob("*.py"), *package.glob("_built/*"), *package.glob("*.yaml")]
    places += [*package.glob("native/*.so"), package.parent / "pricing.yaml"]
    stats = []
    for place in sorted(places):
        with suppress(OSError):
            state = place.stat()
            stats.append(f"{place} {state.st_size} {state.st_mtime_ns}")
    return sha256_of("\n".join(stats).encode(errors="backslashreplace"))


class LintCache:
    """Measured files of one question."""

    def __init__(self, folder: Path, question: str) -> None:
        name = sha256_of(question.encode(errors="backslashreplace"))
        self.path = folder / f"lint-{name[:40]}.json"
        self.files: dict[str, MeasuredFile | None] = {}
        self.usages: dict[str, MeasuredUsage] = {}
        self.used: set[str] = set()
        self.changed = False
        self._load()

    def _load(self) -> None:
        """Read what is there; what was damaged or written by something else is nothing."""
        try:
            if not self.path.is_file():
                return
            with self.path.open("rb") as file:
                content = file.read(LARGEST_BYTES + 1)
        except OSError:
            return
        if len(content) > LARGEST_BYTES:
            return
        import msgspec

        try:
            store = msgspec.json.decode(content, type=_store_type())
        except (msgspec.MsgspecError, ValueError, RecursionError):
            return
        self.files, self.usages = store.files, store.usages  # type: ignore[attr-defined]

    @staticmethod
    def key(name: str, path: str) -> str | None:
        """Return the key of a file: its name and its bytes; ``None`` when it cannot be read, or read only once."""
        from hashlib import file_digest

        try:
            if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - thousands of them
                return None
            with open(path, "rb", buffering=0) as file:  # noqa: PTH123 - thousands of them
                before = os.fstat(file.fileno())
                digest = file_digest(file, "sha256")
        except (OSError, ValueError):
            return None
        digest.update(b"\0" + name.encode(errors="backslashreplace"))
        digest.update(f"\0{before.st_size}".encode())
        return digest.hexdigest()

    def save(self) -> None:
        """Write the entries, whole or not at all; a cache that cannot be written is none."""
        if not self.changed:
            return
        import msgspec

        if len(self.files) > MOST_ENTRIES:
            self.files = {key: value for key, value in self.files.items() if key in self.used}
        # Not by the process id: containers that share the folder have the same.
        draft = self.path.with_name(f"{self.path.name}.{os.urandom(8).hex()}.tmp")
        with suppress(OSError, UnicodeEncodeError):
            content = msgspec.json.encode(_store_type()(self.files, self.usages))
            self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                draft.write_bytes(content)
                draft.replace(self.path)
            finally:
                draft.unlink(missing_ok=True)
            self._forget_old()

    def _forget_old(self) -> None:
        for old in self.path.parent.glob("lint-*"):
            with suppress(OSError):
                if old.stat().st_mtime < time.time() - KEPT_SECONDS:
                    old.unlink()


def _store_type() -> type[msgspec.Struct]:
    """Return the form of the file, checked field by field when it is read."""
    from msgspec import defstruct

    from budgetcalc.measurements import MeasuredFile, MeasuredUsage

    fields = [("files", dict[str, MeasuredFile | None]), ("usages", dict[str, MeasuredUsage])]
    return defstruct("LintStore", fields, forbid_unknown_fields=True)
