"""How output may look: one pure decision from the flag, the environment and the stream."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from budgetcalc.render import Look

if TYPE_CHECKING:
    from collections.abc import Mapping

ColourFlag = Literal["auto", "always", "never"]

GLYPHS = "█▓░│─±×–…≤≥"
"""What text uses beyond ASCII; a stream that cannot carry one of them gets none."""


def decide_look(
    flag: ColourFlag,
    env: Mapping[str, str],
    *,
    is_terminal: bool,
    encoding: str,
    terminal_width: int = 80,
    verbose: bool = False,
    quiet: bool = False,
) -> Look:
    """Return the look of a stream.

    Args:
        flag: ``--color``; wins over the environment.
        env: ``NO_COLOR``, ``FORCE_COLOR``, ``TERM``, ``COLUMNS``, ``GITHUB_ACTIONS`` are read.
        is_terminal: whether a person looks at the stream.
        encoding: of the stream.
        terminal_width: its width, unless ``COLUMNS`` says otherwise; without a terminal, content decides.
        verbose: every detail.
        quiet: nothing but what fails.
    """
    smart = is_terminal and env.get("TERM") != "dumb"
    columns = env.get("COLUMNS", "")
    width = int(columns) if columns.isascii() and columns.isdigit() and int(columns) > 0 else terminal_width
    return Look(
        colour=_wants_colour(flag, env, smart=smart),
        terminal=is_terminal,
        unicode=smart and _carries_glyphs(encoding),
        width=width if is_terminal else None,
        verbose=verbose,
        quiet=quiet,
    )


def _wants_colour(flag: ColourFlag, env: Mapping[str, str], *, smart: bool) -> bool:
    if flag != "auto":
        return flag == "always"
    if env.get("NO_COLOR"):
        return False
    if env.get("FORCE_COLOR", "").lower() not in {"", "0", "false"}:
        return True
    return smart and not env.get("GITHUB_ACTIONS")


def _carries_glyphs(encoding: str) -> bool:
    try:
        GLYPHS.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
