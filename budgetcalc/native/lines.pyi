from collections.abc import Callable
from typing import Any

# A key, the number of the field whose object it is of (0 for the line), its sort, and the string of `NOT`.
type Field = tuple[bytes, int, str, bytes]

# The sort of a check, and three fields.
type Check = tuple[str, int, int, int]

# A field, and the least and the most it is where the remark is said.
type Remark = tuple[int, int, int]

# Fields of the identity, the request and the moment; of the seven counts; two of them that are needed; checks; remarks.
# Field 0 is none.
type Reading = tuple[
    int,
    int,
    int,
    tuple[int, int, int, int, int, int, int],
    tuple[int, int],
    tuple[Check, ...],
    tuple[Remark, ...],
]

class Table: ...  # opaque

# Lines that told of a call, what these share, and the calls packed; or an unusual line's number and offset. What is
# shared: the number of the kind divided by that of readings, times 256, and a bit for each remark.
type Piece = tuple[int, dict[int, int], bytes] | tuple[int, int]

TABLES: int

# Tables as lines are read by: fields; readings; the earliest moment, the one behind the latest, and the largest prompt
# of a plain call; what makes an identity of a long text. What makes no sense is a ValueError.
def table(
    fields: tuple[Field, ...],
    readings: tuple[Reading, ...],
    limits: tuple[int, int, int],
    digest: Callable[[str], bytes],
    /,
) -> Table: ...

# What the lines from `start` to `stop` tell, in their order, and the number of the line behind them. `kinds` gets those
# that are asked for: None of lines that are unusual, False of lines to leave out, or a number, of which the remainder
# by the number of readings is the reading's.
def calls(
    table: Table,
    block: bytes,
    start: int,
    stop: int,
    number: int,
    kinds: dict[Any, Any],
    ask: Callable[[tuple[bytes | bool, ...]], Any],
    /,
) -> tuple[list[Piece], int]: ...
