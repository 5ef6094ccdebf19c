"""``pricing.yaml`` and ``framing.yaml`` as the build compiled them into JSON, so that a start parses no YAML."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

PACKAGE_FOLDER = Path(__file__).parent.parent


def compiled_table(name: str, sha256: str, package: Path = PACKAGE_FOLDER) -> dict[str, Any] | None:
    """Return what the build made of a table, unless the file has changed since or nothing was built.

    Args:
        name: ``pricing`` or ``framing``.
        sha256: of the table's bytes as they are now.
        package: the folder of the package.
    """
    path = package / "_built" / "catalogue.json"
    try:
        table = _compiled(path, path.stat().st_mtime_ns).get(name)
    except (OSError, ValueError, AttributeError):
        return None
    return table if isinstance(table, dict) and table.get("sha256") == sha256 else None


@lru_cache(maxsize=1)
def _compiled(path: Path, changed_ns: int) -> Any:
    """Return the file's content, read once for both tables."""
    del changed_ns
    return json.loads(path.read_bytes())
