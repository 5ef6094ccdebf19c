"""Every input that a fuzzer ever found is a folder here: ``target``, the target's name, and ``input``, its bytes."""

from __future__ import annotations

from pathlib import Path

import pytest

from fuzz.seeds import SEEDS
from fuzz.targets import TARGETS

CRASHES = sorted(path for path in (Path(__file__).parent / "crashes").glob("*") if path.is_dir())


@pytest.mark.parametrize("crash", CRASHES, ids=lambda path: path.name)
def test_what_once_crashed_is_answered_or_refused(crash: Path) -> None:
    """The target that found it takes it now."""
    name = (crash / "target").read_text(encoding="utf-8").strip()
    TARGETS[name]((crash / "input").read_bytes())


@pytest.mark.parametrize("name", TARGETS)
def test_every_seed_is_taken(name: str) -> None:
    """The fuzzer begins with inputs that are fine."""
    assert SEEDS[name]
    for seed in SEEDS[name]:
        TARGETS[name](seed)
