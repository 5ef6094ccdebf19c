"""A configuration on disk, and what reading it says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from budgetcalc.errors import ConfigError
from budgetcalc.readers.config_file import read_config


@pytest.fixture
def config_of(tmp_path: Path) -> Any:
    """Return the configuration of a text."""

    def read(text: str, name: str = "budgetcalc.yaml") -> Any:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        return read_config(path, name)

    return read


@pytest.fixture
def errors_of(config_of: Any) -> Any:
    """Return the lines of the errors of a text, without hints and the sum at the end."""

    def read(text: str, name: str = "budgetcalc.yaml") -> list[str]:
        with pytest.raises(ConfigError) as caught:
            config_of(text, name)
        return [str(error).split("\n", 1)[0] for error in caught.value.errors]

    return read
