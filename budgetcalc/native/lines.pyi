from collections.abc import Callable
from typing import Any

# A key, the number of the field whose object it is of (0 for the line), its sort, and the string of `NOT`.
type Field = tuple[bytes, int, str, bytes]

TABLES: int

# The rows of the lines from `start` to `stop`, and the number of the line behind them. `kinds` gets those that are
# asked for: None of lines that are unusual, False of lines to leave out but for the first one.
def rows(
    table: tuple[Field, ...],
    block: bytes,
    start: int,
    stop: int,
    number: int,
    kinds: dict[Any, Any],
    ask: Callable[[tuple[bytes | bool, ...]], Any],
    /,
) -> tuple[list[tuple[Any, ...]], int]: ...
