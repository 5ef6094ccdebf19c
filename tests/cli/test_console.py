"""The decision how output may look."""

from __future__ import annotations

import pytest

from budgetcalc.cli.console import decide_look


@pytest.mark.parametrize(
    ("flag", "env", "is_terminal", "colour"),
    [
        pytest.param("auto", {}, True, True, id="a terminal has colour"),
        pytest.param("auto", {}, False, False, id="a pipe has none"),
        pytest.param("auto", {"NO_COLOR": "1"}, True, False, id="NO_COLOR takes it away"),
        pytest.param("auto", {"NO_COLOR": ""}, True, True, id="an empty NO_COLOR says nothing"),
        pytest.param("auto", {"FORCE_COLOR": "1"}, False, True, id="FORCE_COLOR gives it to a pipe"),
        pytest.param("auto", {"FORCE_COLOR": "0"}, False, False, id="FORCE_COLOR=0 is unset"),
        pytest.param("auto", {"FORCE_COLOR": "False"}, False, False, id="FORCE_COLOR=false is unset"),
        pytest.param("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, True, False, id="NO_COLOR wins"),
        pytest.param("auto", {"TERM": "dumb"}, True, False, id="a dumb terminal has none"),
        pytest.param("auto", {"GITHUB_ACTIONS": "true"}, True, False, id="a job log has none"),
        pytest.param("always", {"NO_COLOR": "1"}, False, True, id="the flag wins over the environment"),
        pytest.param("never", {"FORCE_COLOR": "1"}, True, False, id="never is never"),
    ],
)
def test_colour(flag: str, env: dict[str, str], is_terminal: bool, colour: bool) -> None:
    """Colour follows the flag, then NO_COLOR, then FORCE_COLOR, then the terminal."""
    look = decide_look(flag, env, is_terminal=is_terminal, encoding="utf-8")  # type: ignore[arg-type]
    assert look.colour is colour


@pytest.mark.parametrize(
    ("env", "is_terminal", "width"),
    [
        pytest.param({}, True, 120, id="the terminal's own"),
        pytest.param({"COLUMNS": "60"}, True, 60, id="COLUMNS wins"),
        pytest.param({"COLUMNS": "0"}, True, 120, id="zero columns say nothing"),
        pytest.param({"COLUMNS": "wide"}, True, 120, id="a word says nothing"),
        pytest.param({"COLUMNS": "60"}, False, None, id="a pipe is as wide as its content"),
    ],
)
def test_width(env: dict[str, str], is_terminal: bool, width: int | None) -> None:
    """Width is the terminal's or COLUMNS; in a pipe the content decides, so nothing is cut."""
    look = decide_look("auto", env, is_terminal=is_terminal, encoding="utf-8", terminal_width=120)
    assert look.width == width


@pytest.mark.parametrize(
    ("encoding", "env", "is_terminal", "unicode"),
    [
        pytest.param("utf-8", {}, True, True, id="a terminal in UTF-8"),
        pytest.param("ascii", {}, True, False, id="one in ASCII"),
        pytest.param("latin-1", {}, True, False, id="one without block characters"),
        pytest.param("no-such-codec", {}, True, False, id="one nobody knows"),
        pytest.param("utf-8", {"TERM": "dumb"}, True, False, id="a dumb one"),
        pytest.param("utf-8", {}, False, False, id="a pipe"),
    ],
)
def test_unicode(encoding: str, env: dict[str, str], is_terminal: bool, unicode: bool) -> None:
    """Glyphs beyond ASCII need a smart terminal whose encoding has all of them."""
    assert decide_look("auto", env, is_terminal=is_terminal, encoding=encoding).unicode is unicode
