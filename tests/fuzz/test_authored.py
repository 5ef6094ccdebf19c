"""Configurations, price overlays and baselines: the same in any writing, and refused with their places when broken."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.errors import BudgetcalcError, CatalogueError, ConfigError, UsageError
from budgetcalc.readers.baseline_file import baseline_text, read_baseline
from budgetcalc.readers.config_file import read_config
from budgetcalc.readers.pricing_file import read_catalogue

from .damage import broken_bytes

names = st.from_regex(r"[a-z][a-z ]{0,10}[a-z]", fullmatch=True)
cents = st.integers(1, 9_999).map(lambda n: f"{n // 100}.{n % 100:02}")
shares = st.integers(1, 99).map(lambda n: f"{n}%")


def _optional(**keys: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({}, optional=keys)


budgets = st.builds(
    lambda name, files, limits, tokens: {"name": name, "files": files, **limits, "max_input_tokens": tokens},
    names,
    st.lists(st.sampled_from(["prompts/*.json", "a.json", "!old/**"]), min_size=1, max_size=1)
    .filter(lambda globs: not globs[0].startswith("!")),
    _optional(
        max_system_tokens=st.integers(1, 10**6),
        max_cost_usd=cents,
        max_suite_cost_usd=cents,
        min_headroom=shares,
        max_growth=shares,
        warn_at=shares,
    ),
    st.integers(1, 10**6),
)  # fmt: skip
configs = st.builds(
    lambda more: {"version": 1, **more},
    _optional(
        defaults=_optional(
            model=st.sampled_from(["claude-opus-4-6", "claude-haiku-4-5"]),
            max_tokens=st.integers(1, 64_000),
            effort=st.sampled_from(["low", "high"]),
            on=st.dates().filter(lambda day: day.year > 2000).map(str),
        ),
        budgets=st.lists(budgets, min_size=1, max_size=3, unique_by=lambda each: each["name"]),
        rules=st.dictionaries(
            st.sampled_from(["BC205", "BC601", "model-retiring"]),
            st.sampled_from(["off", "warning", "error", "note"]),
            max_size=2,
        ),
        ignores=st.lists(
            st.fixed_dictionaries({"file": names, "reason": names, "rule": st.just("BC501")}), max_size=2
        ),
    ),
)
prices = st.builds(
    lambda amounts: {
        "version": 1,
        "sources": {"ours": {"title": "Contract", "url": "https://example.org", "checked": "2026-11-01"}},
        "models": [
            {"id": "claude-opus-4-6", "prices": [{"from": "2026-01-01", **amounts, "source": "ours"}]}
        ],
    },
    st.fixed_dictionaries(
        {
            "input": st.just("2.5"),
            "cache_write_5m": cents,
            "cache_write_1h": cents,
            "cache_read": cents,
            "output": cents,
        }
    ),
)
baselines = st.builds(
    lambda files, accepted: {"schema": "budgetcalc/baseline/v1", "files": files, "accepted": accepted},
    st.dictionaries(
        names,
        st.fixed_dictionaries(
            {"requests": st.integers(0, 9), "input_tokens": st.integers(0, 10**9), "cost_usd": cents}
        ),
        max_size=3,
    ),
    st.lists(
        st.fixed_dictionaries(
            {
                "fingerprint": names,
                "rule": st.just("BC101"),
                "file": names,
                "path": st.just("/messages/0"),
                "measured": st.integers(0, 10**6) | cents,
            }
        ),
        max_size=3,
        unique_by=lambda entry: entry["fingerprint"],
    ),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder that examples write over."""
    return tmp_path_factory.mktemp("authored")


def _written(folder: Path, name: str, content: bytes | str) -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return path


def _toml(config: dict[str, Any]) -> str:
    """Return a configuration as a table of pyproject.toml, in inline tables."""

    def value(given: Any) -> str:
        if isinstance(given, dict):
            return (
                "{" + ", ".join(f"{json.dumps(key)} = {value(inner)}" for key, inner in given.items()) + "}"
            )
        return "[" + ", ".join(map(value, given)) + "]" if isinstance(given, list) else json.dumps(given)

    return "[tool.budgetcalc]\n" + "".join(f"{key} = {value(inner)}\n" for key, inner in config.items())


def _facts(folder: Path, name: str, content: str) -> Any:
    """Return what a configuration says, without where it says so."""
    config = read_config(_written(folder, name, content), name="x")
    budgets = tuple(replace(each, line=None) for each in config.budgets)
    levels = {setting.rule: setting.level for setting in config.rules}
    return config.defaults, budgets, levels, [(each.file, each.rule, each.reason) for each in config.ignores]


@settings(max_examples=40)
@given(configs)
def test_a_configuration_says_the_same_in_any_writing(folder: Path, config: dict[str, Any]) -> None:
    """Block and flow style, JSON, comments, the order of keys and TOML."""
    expected = _facts(folder, "b.yaml", yaml.safe_dump(config, sort_keys=False))
    turned = dict(reversed(config.items()))
    for content in (
        json.dumps(config, indent=2),
        yaml.safe_dump(turned, sort_keys=False, default_flow_style=True),
        "# a comment\n\n" + yaml.safe_dump(turned, sort_keys=True, indent=5).replace("\n", "  # why\n"),
    ):
        assert _facts(folder, "b.yaml", content) == expected
    assert _facts(folder, "pyproject.toml", _toml(config)) == expected


def _places_are_said(error: ConfigError | CatalogueError, path: Path) -> None:
    assert error.errors
    for each in error.errors:
        assert each.message
        assert each.location is not None
        assert each.location.file == str(path)


@settings(max_examples=100)
@given(broken_bytes(configs))
def test_a_broken_configuration_is_read_or_refused_with_places(folder: Path, data: bytes) -> None:
    """Every error has its place in the file; nothing else is raised."""
    for name in ("broken.yaml", "broken.toml"):
        path = _written(folder, name, data)
        try:
            read_config(path)
        except ConfigError as error:
            _places_are_said(error, path)


@settings(max_examples=15)
@given(prices)
def test_an_overlay_is_laid_over_the_bundled_prices(folder: Path, document: dict[str, Any]) -> None:
    """Each price of a contract is the one that is taken."""
    given_ = document["models"][0]["prices"][0]
    catalogue = read_catalogue(_written(folder, "p.yaml", json.dumps(document)))
    (period,) = catalogue.find("claude-opus-4-6").model.prices
    assert period.rates.output == Decimal(given_["output"])
    assert period.rates.cache_read == Decimal(given_["cache_read"])


@settings(max_examples=40)
@given(broken_bytes(prices))
def test_a_broken_overlay_is_read_or_refused_with_places(folder: Path, data: bytes) -> None:
    """Every error has its place in the file; nothing else is raised."""
    path = _written(folder, "p.yaml", data)
    try:
        read_catalogue(path)
    except CatalogueError as error:
        _places_are_said(error, path)


@settings(max_examples=60)
@given(baselines)
def test_a_baseline_is_what_was_written(folder: Path, document: dict[str, Any]) -> None:
    """Written and read again it is the same, and says what it said."""
    baseline = read_baseline(_written(folder, "a.json", json.dumps(document)))
    assert baseline is not None
    assert len(baseline.accepted) == len(document["accepted"])
    assert read_baseline(_written(folder, "b.json", baseline_text(baseline))) == baseline


@settings(max_examples=60)
@given(broken_bytes(baselines))
def test_a_broken_baseline_is_read_or_refused(folder: Path, data: bytes) -> None:
    """What is damaged is said to be so."""
    try:
        read_baseline(_written(folder, "c.json", data))
    except BudgetcalcError as error:
        assert isinstance(error, UsageError)
        assert "c.json" in error.message
