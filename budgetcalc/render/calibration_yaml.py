"""A calibration as the file that people read and `estimate`, `verify` and `lint` accept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from budgetcalc.locations import printable

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.calibration import Calibration
    from budgetcalc.render import Look

HEAD = """\
# What recordings taught: constants of this account and its models that no table can know.
# Written by `budgetcalc calibrate`; used with `--calibration FILE` or BUDGETCALC_CALIBRATION.
# A value is used as it stands here, low and high are its band. error: what it was off by, in whole requests, when
# it was learned without the recordings it was judged on.
"""


def render_calibration(calibration: Calibration, look: Look) -> Iterator[str]:
    """Yield the file as YAML."""
    del look
    yield HEAD
    for key, value in calibration.to_dict().items():
        if isinstance(value, list):
            yield f"{key}:\n" if value else f"{key}: []\n"
            yield from _entries(value)
        else:
            yield f"{key}: {_scalar(value)}\n"


def render_document(calibration: Calibration, look: Look) -> Iterator[str]:
    """Yield the same as JSON, which is accepted as well."""
    del look
    yield json.dumps(calibration.to_dict(), indent=2) + "\n"


def _entries(entries: list[dict[str, Any]]) -> Iterator[str]:
    for entry in entries:
        for position, (key, value) in enumerate(entry.items()):
            yield f"  {' ' if position else '-'} {key}: {_inline(value)}\n"


def _inline(value: Any) -> str:
    if isinstance(value, list):
        return f"[{', '.join(map(_scalar, value))}]"
    if isinstance(value, dict):
        return f"{{{', '.join(f'{key}: {_scalar(each)}' for key, each in value.items())}}}"
    return _scalar(value)


def _scalar(value: Any) -> str:
    """Return a number as it is and a text in quotes, in ASCII: any stream carries it."""
    if isinstance(value, int | float):
        return str(value)
    text = json.dumps(printable(str(value), limit=500), ensure_ascii=False)
    # Python's escapes are YAML's; those of JSON are not, beyond U+FFFF.
    return text.encode("ascii", "backslashreplace").decode()
