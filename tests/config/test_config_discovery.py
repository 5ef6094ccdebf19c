"""Which configuration a folder has."""

from __future__ import annotations

import pytest

from budgetcalc.errors import ConfigError
from budgetcalc.readers.config_discovery import find_config

TABLE = "[tool.budgetcalc]\nversion = 1\n"


@pytest.fixture
def tree(tmp_path):
    """Make files under a folder that is the root of a repository, and return it."""
    (tmp_path / ".git").mkdir()

    def make(**files):
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_yaml", ".yaml").replace("_toml", ".toml")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content)
        return tmp_path

    return make


def test_the_nearest_one_is_taken(tree):
    """A folder's own configuration goes before that above it; they are not merged."""
    root = tree(budgetcalc_yaml="version: 1\n", a__budgetcalc_yaml="version: 1\n", a__b__x_yaml="")
    assert find_config(root / "a" / "b") == root / "a" / "budgetcalc.yaml"
    assert find_config(root) == root / "budgetcalc.yaml"


def test_our_own_file_goes_before_pyproject(tree):
    """Two in one folder: the one that is about nothing else."""
    root = tree(budgetcalc_yaml="version: 1\n", pyproject_toml=TABLE)
    assert find_config(root) == root / "budgetcalc.yaml"


@pytest.mark.parametrize(
    "text", ['[project]\nname = "x"\n', '[project]\nname = "budgetcalc"\n[tool.ruff]\nline-length = 9\n']
)
def test_pyproject_without_our_table_is_passed_over(tree, text):
    """Most projects have a pyproject.toml; the search goes on above it."""
    root = tree(pyproject_toml=TABLE, a__pyproject_toml=text)
    assert find_config(root / "a") == root / "pyproject.toml"


def test_the_search_ends_at_the_root_of_the_repository(tree):
    """What lies above a repository is another project's."""
    root = tree(budgetcalc_yaml="version: 1\n", inner__x_yaml="")
    (root / "inner" / ".git").write_text("gitdir: elsewhere")
    assert find_config(root / "inner") is None


def test_broken_pyproject_that_speaks_of_us_is_said(tree):
    """It may be the configuration that was meant, so it is not passed over in silence."""
    root = tree(pyproject_toml="[tool.budgetcalc\n")
    with pytest.raises(ConfigError, match="is not TOML"):
        find_config(root)


def test_broken_pyproject_of_somebody_else_is_not_our_business(tree):
    """A file without our name is not even parsed."""
    assert find_config(tree(pyproject_toml="[project\n")) is None
