"""Beta headers in the price table."""

from datetime import date

import pytest

from budgetcalc.errors import CatalogueError
from budgetcalc.readers.pricing_file import read_catalogue

OURS = 'version: 1\nsources: {ours: {title: t, url: "https://a", checked: 2026-11-22}}\n'


def overlay(tmp_path, text):
    path = tmp_path / "prices.yaml"
    path.write_text(OURS + text, encoding="utf-8")
    return read_catalogue(path)


def test_overlay_adds_and_replaces_headers(tmp_path):
    """A header of an overlay goes over the table's whole entry; the others stay."""
    text = "betas: [{name: new-2026-11-20, source: ours}, {name: skills-2025-10-02, until: 2026-12-01, source: ours}]\n"
    betas = overlay(tmp_path, text).betas
    assert betas["new-2026-11-20"].source == "ours"
    assert (betas["skills-2025-10-02"].general, betas["skills-2025-10-02"].end) == (None, date(2026, 12, 1))
    assert set(betas) == {*read_catalogue().betas, "new-2026-11-20"}


@pytest.mark.parametrize(
    ("entries", "message"),
    [
        ("[{name: a, source: ours}, {name: a, source: ours}]", 'duplicate beta "a"'),
        ("[{name: a, effect: magic, source: ours}]", "expected one of feature, limit, refused"),
        ("[{name: a}]", 'missing key "source"'),
        ("[{name: a, gate: [speed], source: ours}]", 'unknown key "gate"'),
        ("[{source: ours}]", 'missing key "name"'),
    ],
)
def test_wrong_entry_is_said(tmp_path, entries, message):
    """A mistake in the section is an error with its place."""
    with pytest.raises(CatalogueError) as error:
        overlay(tmp_path, f"betas: {entries}\n")
    assert any(message in each.message for each in error.value.errors)


@pytest.mark.parametrize(
    ("name", "on", "is_needed"),
    [
        ("web-fetch-2025-09-10", date(2026, 2, 16), True),
        ("web-fetch-2025-09-10", date(2026, 2, 17), False),
        ("mcp-client-2025-11-20", date(2026, 11, 22), True),
        ("context-1m-2025-08-07", date(2025, 9, 1), False),
    ],
)
def test_header_is_needed_until_its_feature_is_general(name, on, is_needed):
    """A header gates its feature until the day it is generally available."""
    assert read_catalogue().betas[name].is_needed(on) is is_needed
