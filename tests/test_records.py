"""Records behave as the data classes of the standard library do; every example is defined both ways."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import re
import sys
from dataclasses import FrozenInstanceError, field
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc import records
from budgetcalc.patterns import pattern


def classes(dataclass: Any) -> dict[str, type]:
    """Return the same classes, made by one decorator or the other."""

    @dataclass(frozen=True, slots=True)
    class Point:
        """Two fields, one with a default."""

        x: Any
        y: Any = 7

        @property
        def both(self) -> tuple[Any, Any]:
            return self.x, self.y

    @dataclass(frozen=True, slots=True)
    class Bag:
        """Defaults of every kind."""

        name: str = "bag"
        items: list[Any] = field(default_factory=list)
        weight: Any = field(default=3)
        note: Any = field(default=None, compare=False, repr=False)

    @dataclass(frozen=True, slots=True)
    class Own:
        """Its own equality and representation."""

        key: Any
        shown: Any = ""

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Own) and self.key == other.key

        def __hash__(self) -> int:
            return hash(("own", self.key))

        def __repr__(self) -> str:
            return f"<{self.key}>"

    @dataclass(frozen=True, slots=True)
    class Checked:
        """Looks at its values once they are set, and counts in the class."""

        limit: int
        most: ClassVar[int] = 10

        def __post_init__(self) -> None:
            if self.limit > self.most:
                raise ValueError(self.limit)

    @dataclass(frozen=True, slots=True)
    class Empty:
        """No field."""

    @dataclass(slots=True)
    class Sums:
        """Can be changed."""

        x: Any
        items: list[Any] = field(default_factory=list)
        y: Any = 7

    return {cls.__name__: cls for cls in (Point, Bag, Own, Checked, Empty, Sums)}


ORIGINAL, OURS = classes(dataclasses.dataclass), classes(records.dataclass)


@records.dataclass(frozen=True, slots=True)
class Pair:
    """In a module, so that pickle finds it."""

    left: Any
    right: Any = None


def outcome(call: Any) -> tuple[Any, ...]:
    """Return what a call gives, or its error; the names of local scopes are alike."""
    try:
        return "value", call()
    except Exception as error:  # noqa: BLE001 - whatever the original raises
        return type(error), str(error)


values = st.one_of(
    st.none(), st.integers(), st.text(max_size=5), st.floats(), st.lists(st.integers(), max_size=2)
)
arguments = st.tuples(
    st.lists(values, max_size=4),
    st.dictionaries(st.sampled_from(["x", "y", "name", "items", "note", "key", "self"]), values),
)


@given(st.sampled_from(sorted(ORIGINAL)), st.lists(arguments, min_size=1, max_size=6))
def test_arguments_are_taken_and_refused_alike(
    name: str, calls: list[tuple[list[Any], dict[str, Any]]]
) -> None:
    """Any arguments give equal fields or the same error, in the first calls and once the method is compiled."""
    ours = classes(records.dataclass)[name]
    for positional, named in calls:
        original = outcome(lambda: repr(ORIGINAL[name](*positional, **named)))  # noqa: B023
        assert outcome(lambda: repr(ours(*positional, **named))) == original  # noqa: B023


@given(st.lists(st.tuples(values, values), min_size=2, max_size=5))
def test_equality_and_hash_are_alike(pairs: list[tuple[Any, Any]]) -> None:
    """Two records are equal when their originals are, and hash as they do."""
    ours = [OURS["Point"](*pair) for pair in pairs]
    originals = [ORIGINAL["Point"](*pair) for pair in pairs]
    assert [a == b for a in ours for b in ours] == [a == b for a in originals for b in originals]
    assert [outcome(lambda each=each: hash(each)) for each in ours] == [
        outcome(lambda each=each: hash(each)) for each in originals
    ]


@pytest.mark.parametrize("name", sorted(ORIGINAL))
def test_the_class_looks_alike(name: str) -> None:
    """Names, fields, slots, match arguments and parameters are those of the original."""
    original, ours = ORIGINAL[name], OURS[name]
    assert dataclasses.is_dataclass(ours)
    for attribute in ("__name__", "__qualname__", "__module__", "__doc__", "__slots__", "__match_args__"):
        assert getattr(ours, attribute) == getattr(original, attribute)
    assert [repr(each) for each in dataclasses.fields(ours)] == [
        repr(each) for each in dataclasses.fields(original)
    ]
    assert repr(ours.__dataclass_params__) == repr(original.__dataclass_params__)
    # Python adds `__annotations__` to a class without any when somebody looks for them.
    assert set(dir(ours)) - {"__annotations__"} == set(dir(original)) - {"__annotations__"}


@pytest.mark.parametrize("made", [ORIGINAL, OURS], ids=["original", "ours"])
def test_nothing_can_be_changed(made: dict[str, type]) -> None:
    """Assigning and deleting are refused, for fields and for anything else."""
    point: Any = made["Point"](1)
    with pytest.raises(FrozenInstanceError, match="cannot assign to field 'x'"):
        point.x = 2
    with pytest.raises(FrozenInstanceError, match="cannot delete field 'y'"):
        del point.y
    with pytest.raises((FrozenInstanceError, TypeError)):
        point.other = 2
    assert (point.x, point.y) == (1, 7)


@pytest.mark.parametrize("made", [ORIGINAL, OURS], ids=["original", "ours"])
def test_what_is_not_frozen_can_be_changed(made: dict[str, type]) -> None:
    """Its fields can be assigned to, no others; it is equal by its fields and has no hash."""
    sums, same = made["Sums"](1), made["Sums"](2)
    same.x = 1
    same.items.append(3)
    assert same != sums
    sums.items = [3]
    assert same == sums
    with pytest.raises(AttributeError):
        sums.other = 2
    with pytest.raises(TypeError, match="unhashable type"):
        hash(sums)


def test_a_plain_subclass_keeps_its_own_attributes() -> None:
    """A subclass without slots may have more, its inherited fields stay frozen."""

    class More(OURS["Point"]):  # type: ignore[misc,name-defined]
        pass

    more = More(1)
    more.other = 3
    assert (more.x, more.y, more.other) == (1, 7, 3)
    assert more == More(1)
    assert more != OURS["Point"](1)
    with pytest.raises(FrozenInstanceError):
        more.x = 2


@pytest.mark.parametrize("replace", [dataclasses.replace, records.replace], ids=["standard", "ours"])
def test_replacing(replace: Any) -> None:
    """A copy differs in what is named; a name that is no field is refused; other objects are refused."""
    bag = classes(records.dataclass)["Bag"]("a", [1])
    assert replace(bag, name="b") == type(bag)("b", [1])
    assert replace(bag).items is bag.items
    with pytest.raises(TypeError, match="unexpected keyword argument 'colour'"):
        replace(bag, colour=1)
    with pytest.raises(TypeError):
        replace(3, x=1)


def test_copies_and_pickles_are_equal() -> None:
    """Copying, deep copying and every protocol of pickle give an equal record."""
    pair = Pair([1], "x")
    copies = [copy.copy(pair), copy.deepcopy(pair)]
    copies += [pickle.loads(pickle.dumps(pair, each)) for each in range(2, pickle.HIGHEST_PROTOCOL + 1)]
    assert copies == [pair] * len(copies)
    assert copies[1].left is not pair.left
    if sys.version_info >= (3, 13):
        assert copy.replace(pair, right=2) == Pair([1], 2)


def test_conversion_to_plain_values() -> None:
    """asdict and astuple go into the fields."""
    pair = Pair(Pair(1), [Pair(2)])
    assert dataclasses.asdict(pair) == {
        "left": {"left": 1, "right": None},
        "right": [{"left": 2, "right": None}],
    }
    assert dataclasses.astuple(pair) == ((1, None), [(2, None)])


def test_patterns_match_by_place_and_name() -> None:
    """A match statement takes the fields in their order."""
    match Pair(1, "x"):
        case Pair(left, right="x"):
            assert left == 1
        case _:
            pytest.fail("did not match")


def test_a_record_can_be_the_base_of_a_data_class() -> None:
    """The standard library takes a record's fields over."""

    @dataclasses.dataclass(frozen=True, slots=True)
    class Triple(Pair):
        third: Any = 3

    assert [each.name for each in dataclasses.fields(Triple)] == ["left", "right", "third"]
    assert Triple(1, 2) == Triple(1, 2, 3)


@pytest.mark.parametrize("dataclass", [dataclasses.dataclass, records.dataclass], ids=["original", "ours"])
def test_what_the_original_refuses_is_refused(dataclass: Any) -> None:
    """A mutable default and a field without default after one with are errors of the definition."""
    with pytest.raises(ValueError, match="mutable default"):
        dataclass(frozen=True, slots=True)(
            type("A", (), {"__doc__": "A.", "__annotations__": {"x": "list"}, "x": []})
        )
    namespace = {"__doc__": "B.", "__annotations__": {"x": "int", "y": "int"}, "x": 1}
    with pytest.raises(TypeError, match="non-default argument 'y' follows default argument"):
        dataclass(frozen=True, slots=True)(type("B", (), namespace))


@given(st.text(alphabet="ab1 ", max_size=20))
def test_a_pattern_compiled_later_is_the_pattern(text: str) -> None:
    """Every method gives what that of a compiled pattern gives, flags included."""
    later, now = pattern("(A)|[0-9]", re.IGNORECASE), re.compile("(A)|[0-9]", re.IGNORECASE)
    assert later.findall(text) == now.findall(text)
    assert later.sub("x", text) == now.sub("x", text)
    assert (later.pattern, later.groups, later.flags) == (now.pattern, now.groups, now.flags)


@pytest.mark.parametrize("flags", [{"slots": True}, {"frozen": True, "slots": True}, {}, {"order": True}])
def test_a_default_is_made_for_each_instance(flags: dict[str, bool]) -> None:
    """By the field of this module as by the original, in classes of either, and it is known as a factory."""

    class Bag:
        """A list of its own, and an order that is not compared."""

        name: str
        items: list[Any] = records.field(default_factory=list)
        order: int = records.field(default=3, compare=False)

    made = records.dataclass(**flags)(Bag)  # type: ignore[call-overload]
    for _ in range(records.A_FEW + 2):
        one, two = made("a"), made("a")
        one.items.append(1)
        assert (one.items, two.items, two.order) == ([1], [], 3)
    assert made("a", order=4) == made("a")
    assert repr(made("a")).endswith("(name='a', items=[], order=3)")
    assert [each.default_factory for each in dataclasses.fields(made)][1] is list
