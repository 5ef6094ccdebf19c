"""The loops over packed calls in C give what those in Python give, and refuse what is none."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.calls import hold_in_python
from budgetcalc.native import load
from budgetcalc.packed_calls import INDEX, RECORD
from budgetcalc.settling import settle_in_python

if TYPE_CHECKING:
    from collections.abc import Callable

compiled = load("calls")
needs_compiler = pytest.mark.skipif(
    compiled is None, reason="built without a compiler, or BUDGETCALC_NATIVE=0"
)
LOOPS = [(hold_in_python, settle_in_python), *([(compiled.hold, compiled.settle)] if compiled else [])]

SMALL = st.integers(0, 2**32 - 2)


def record(identity: bytes = b"m", shape: int = 0, day: int = 739_000, flags: int = 1, *counts: int) -> bytes:
    """Return a packed call of one row."""
    return RECORD.pack(identity, shape, day, flags, 1, 10**15, 3, 0, *(counts or (1, 2, 3, 4, 5, 6, 0)))


records = st.builds(
    record,
    st.sampled_from([b"", b"m", b"m\0", b"n" * 31, b"d" * 32]),
    st.integers(0, 2),
    st.sampled_from([0, 1, 739_000, 739_001]),
    st.integers(0, 3),
    SMALL, SMALL, SMALL, SMALL, SMALL, SMALL, SMALL,
)  # fmt: skip


@needs_compiler
@settings(max_examples=200, deadline=None)
@given(
    st.lists(records, max_size=20), st.dictionaries(st.sampled_from([b"m", b"m\0"]), st.binary(max_size=3))
)
def test_both_hold_the_same_calls(calls: list[bytes], before: dict[bytes, Any]) -> None:
    """In the same order, and find the same ones held already."""
    heads = b"".join(map(INDEX.pack, (7, 2**32 - 1, 0)))
    held = [deepcopy(before), deepcopy(before)]
    again = [hold(mine, heads, b"".join(calls)) for mine, (hold, _) in zip(held, LOOPS, strict=True)]
    assert again[0] == again[1]
    assert list(held[0].items()) == list(held[1].items())
    assert len(held[0]) + len(again[0]) == len(before) + len(calls)


@needs_compiler
@settings(max_examples=200, deadline=None)
@given(
    st.lists(
        st.one_of(records.map(lambda call: call[33:]), st.binary(min_size=13, max_size=120), st.tuples())
    ),
    st.lists(st.integers(0, 1), min_size=3, max_size=3),
    st.data(),
)
def test_both_sum_the_same_calls(calls: list[Any], kinds: list[int], data: st.DataObject) -> None:
    """Places are asked for and begun in the same order, and the same calls are handed on."""
    calls = [call if isinstance(call, tuple) else INDEX.pack(len(call) % 3) + call[4:] for call in calls]
    calls = [call for call in calls if isinstance(call, tuple) or len(call) == RECORD.size - 33]
    asked: dict[tuple[int, int, int], int | None] = {}

    def said(settle: Callable[..., Any]) -> Any:
        told: list[Any] = []

        def find(*alike: int) -> int | None:
            told.append(("find", alike))
            if alike not in asked:
                new = 1 + max((-1, *(place for place in asked.values() if place is not None)))
                asked[alike] = data.draw(st.sampled_from([None, -1, new, max(new - 1, 0)]))
            return asked[alike]

        sums = settle(
            calls,
            b"".join(map(INDEX.pack, kinds)),
            find,
            lambda place: told.append(("begin", place)),
            lambda call: told.append(("other", call)),
        )
        return sums, told

    assert said(settle_in_python) == said(compiled.settle)  # type: ignore[union-attr]


@pytest.mark.parametrize(("hold", "settle"), LOOPS)
def test_calls_of_one_place_are_added_up(hold: Any, settle: Any) -> None:
    """Shapes of one kind share a place, days do not; calls that are left out are nowhere."""
    held: dict[bytes, Any] = {}
    calls = [record(b"a"), record(b"b", 1), record(b"c", 0, 739_001), record(b"d", 2), record(b"a")]
    assert hold(held, b"".join(map(INDEX.pack, (0, 1, 2))), b"".join(calls)) == [(b"a", calls[0][33:])]
    places = {(0, 739_000, 1): 0, (0, 739_001, 1): 1, (2, 739_000, 1): -1}
    sums = settle(held.values(), b"".join(map(INDEX.pack, (5, 5, 6))), lambda *at: places[at], bool, bool)
    assert sums == [(2, 0, 2, 4, 6, 8, 10, 12, 0), (1, 0, 1, 2, 3, 4, 5, 6, 0)]


@needs_compiler
def test_what_is_no_packed_call_is_refused() -> None:
    """Nothing is read behind the end, whatever the bytes say."""
    hold, settle = compiled.hold, compiled.settle  # type: ignore[union-attr]
    one = INDEX.pack(0)
    for heads, calls in (
        (b"", record()),
        (one, record(shape=1)),
        (one, record(shape=2**32 - 1)),
        (one, record()[:-1]),
        (one, record() + b"x"),
        (one, b"\x21" + record()[1:]),
    ):
        with pytest.raises(ValueError, match="packed calls"):
            hold({}, heads, calls)
    with pytest.raises(ValueError, match="shape"):
        settle([record(shape=1)[33:]], one, bool, bool, bool)
    with pytest.raises(ValueError, match="places"):
        settle([record()[33:]], one, lambda *_: 1, bool, bool)
    for answer, error in ((2**70, OverflowError), ("0", TypeError)):
        with pytest.raises(error):
            settle([record()[33:]], one, lambda *_, answer=answer: answer, bool, bool)
    for at in range(3):
        functions: list[Any] = [lambda *_: 0, bool, bool]
        functions[at] = lambda *_: 1 // 0
        with pytest.raises(ZeroDivisionError):
            settle([record()[33:], None], one, *functions)


@needs_compiler
def test_a_sum_that_would_grow_too_large_is_left_as_it_was() -> None:
    """The call that would make it so is handed on."""
    handed: list[bytes] = []
    large, small = (record(b"a", 0, 739_000, 1, *[count] * 7)[33:] for count in (2**64 - 1, 1))
    calls = [small, large, small]
    sums = compiled.settle(calls, INDEX.pack(0), lambda *_: 0, bool, handed.append)  # type: ignore[union-attr]
    assert (sums, handed) == ([(2, 0, *[2] * 7)], [large])
