"""Exit codes, the same for every command."""

from __future__ import annotations

from enum import IntEnum


class ExitCode(IntEnum):
    """What a script may rely on; of several, the highest wins."""

    OK = 0
    NO = 1
    """The answer is "no": an error finding, a limit exceeded."""
    CANNOT_ANSWER = 2
    """The question could not be answered: usage, configuration, input, an unknown model."""
    BUG = 3
    INTERRUPTED = 130
