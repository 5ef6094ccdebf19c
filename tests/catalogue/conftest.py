"""Fixtures of the catalogue's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from budgetcalc.readers.pricing_file import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from budgetcalc.catalogue import Catalogue


@pytest.fixture(scope="session")
def catalogue() -> Catalogue:
    return read_catalogue()


@pytest.fixture
def overlay(tmp_path: Path) -> Callable[[str], Path]:
    """Write a text as an overlay file and return its path."""

    def write(text: str, name: str = "overlay.yaml") -> Path:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return path

    return write
