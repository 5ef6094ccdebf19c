"""What of a call is packed: by which identity it is found, and whether it can be summed with others."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.packed_calls import KNOWS_THINKING, LARGEST_PROMPT, LARGEST_SMALL, PLAIN, flags, identity

SMALL = LARGEST_PROMPT // 4


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((1, 1, 1, 1, 1, 0, 0), PLAIN),
        ((1, 1, 1, 1, 1, 1, 0), PLAIN | KNOWS_THINKING),
        ((1, 1, 1, 1, 1, 0, 1), 0),
        ((SMALL, SMALL, SMALL, SMALL, LARGEST_SMALL, 0, 0), PLAIN),
        ((SMALL + 1, SMALL, SMALL, SMALL, 0, 0, 0), 0),
        ((SMALL, SMALL + 1, SMALL, SMALL, 0, 0, 0), 0),
        ((SMALL, SMALL, SMALL + 1, SMALL, 0, 0, 0), 0),
        ((SMALL, SMALL, SMALL, SMALL + 1, 0, 0, 0), 0),
        ((0, 0, 0, 0, LARGEST_SMALL + 1, 0, 0), 0),
    ],
)
def test_which_calls_can_be_summed(counts: tuple[int, ...], expected: int) -> None:
    """Without searches, with a prompt and an output so small that they decide no price."""
    *prompt, output, thinking, searches = counts
    assert flags(sum(prompt), output, thinking, searches) == expected


ODD = st.text(alphabet=st.characters(exclude_categories=()), max_size=80)


@given(st.lists(ODD, unique_by=lambda text: text.encode(errors="replace")))
def test_every_identity_is_found_by_its_own_key(ids: list[str]) -> None:
    """Short and long, in any script, broken characters too: other ids have other keys, of 32 bytes at most."""
    keys = {identity(each) for each in ids}
    assert len(keys) == len(ids)
    assert all(len(key) <= 32 for key in keys)


def test_a_short_identity_is_its_own_key() -> None:
    """Nothing is hashed that is shorter than its hash."""
    assert identity("msg_" + "0" * 27) == b"msg_" + b"0" * 27
    assert identity("ß") == "ß".encode()
    assert identity("m\ud800") != identity("m\ud801x")
    assert len(identity("m" * 32)) == len(identity("m" * 5000)) == 32


def test_ids_that_no_encoding_can_write_are_told_apart() -> None:
    """JSON can hold halves of a surrogate pair: three ids are three calls."""
    assert len({identity(name) for name in ("m?", "m\ud800", "m\ud801", "m\ufffd")}) == 4
