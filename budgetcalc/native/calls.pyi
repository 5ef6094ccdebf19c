from collections.abc import Callable, Iterable
from typing import Any

TABLES: int

# Hold calls (`packed_calls.RECORD`) under their identities. `heads` has for each shape that they name the index it is
# held by, packed. Returns identities that were held already, with the calls, which are not held.
def hold(held: dict[bytes, Any], heads: bytes, calls: bytes, /) -> list[tuple[bytes, bytes]]: ...

# What calls sum up to, by their places: how many they are, repeats, counts. `kinds` has for each shape, packed as an
# index, a number that shapes have in common whose calls can be summed. `find` returns where calls of a shape, day and
# flags are summed: places from 0 on one after the other, -1 where calls are left out, None where they are told apart.
# `begin` is told of a place before its first call, `other` gets what is not summed, all in the order of the calls.
def settle(
    calls: Iterable[Any],
    kinds: bytes,
    find: Callable[[int, int, int], int | None],
    begin: Callable[[int], object],
    other: Callable[[Any], object],
    /,
) -> list[tuple[int, ...]]: ...
