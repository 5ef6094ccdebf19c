"""YAML cassettes, one recorded call after the other: a file of any length takes the memory of its longest call.

Only what recorders write is read: mappings, lists, plain values, ``!!binary`` and references to what stood before.
No tag makes an object, and nesting is bounded.
"""

from __future__ import annotations

import base64
import binascii
from typing import TYPE_CHECKING, Any

from budgetcalc.errors import InputError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.locations import Location

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.input_limits import Limits

CALL_LISTS = ("interactions", "http_interactions")


def cassette_calls(content: bytes, file: str, limits: Limits = DEFAULTS) -> Iterator[Any]:
    """Yield the calls of a cassette, each as nested ``dict``, ``list`` and plain values.

    Raises:
        InputError: no YAML, or nested too deeply: with line and column.
    """
    import yaml

    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    try:
        yield from _Builder(file, limits).calls(yaml.parse(content, Loader=loader))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        place = Location(file, mark.line + 1, mark.column + 1) if mark else Location(file)
        raise InputError(f"the cassette is not YAML: {error.problem}", location=place) from None
    except yaml.YAMLError:
        raise InputError(
            "the cassette holds characters that YAML does not allow", location=Location(file)
        ) from None


class _Builder:
    """Builds values out of the events of the parser."""

    def __init__(self, file: str, limits: Limits) -> None:
        from yaml import ScalarNode
        from yaml.constructor import SafeConstructor
        from yaml.resolver import Resolver

        self.file, self.limits = file, limits
        self.node: Any = ScalarNode
        self.resolver: Any = Resolver()
        self.constructor = SafeConstructor()
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.values = 0

    def calls(self, events: Iterator[Any]) -> Iterator[Any]:
        """Yield the entries of the top-level list of calls; everything else at the top is passed over."""
        from yaml import MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent

        for event in events:
            if isinstance(event, MappingStartEvent):
                break
        else:
            return
        while not isinstance(event := next(events), MappingEndEvent):
            key = self.value(event, events, 1)
            event = next(events)
            if key in CALL_LISTS and isinstance(event, SequenceStartEvent):
                while not isinstance(entry := next(events), SequenceEndEvent):
                    self.values = 0
                    yield self.value(entry, events, 2)
            else:
                self.value(event, events, 1)

    def value(self, event: Any, events: Iterator[Any], depth: int) -> Any:
        """Return the value that begins with the event."""
        from yaml import AliasEvent, MappingEndEvent, MappingStartEvent, SequenceEndEvent, SequenceStartEvent

        if depth > self.limits.depth:
            raise self.refusal(
                f"the cassette is nested deeper than {self.limits.depth} levels", "depth", event
            )
        if isinstance(event, AliasEvent):
            known, size = self.anchors.get(str(event.anchor), (None, 1))
            self.count(size, event)
            return known
        before = self.values
        self.count(1, event)
        built: Any
        if isinstance(event, SequenceStartEvent):
            built = []
            while not isinstance(entry := next(events), SequenceEndEvent):
                built.append(self.value(entry, events, depth + 1))
        elif isinstance(event, MappingStartEvent):
            built = {}
            while not isinstance(entry := next(events), MappingEndEvent):
                key = self.value(entry, events, depth + 1)
                inner = self.value(next(events), events, depth + 1)
                if isinstance(key, str):
                    built[key] = inner
        else:
            built = self.scalar(event)
        if event.anchor:
            self.anchors[event.anchor] = built, self.values - before
        return built

    def count(self, size: int, event: Any) -> None:
        """Take in so many values more; few references can stand for very many, so each counts every time.

        Raises:
            InputError: no call holds so many.
        """
        self.values += size
        if self.values > self.limits.values:
            message = f"a call of the cassette holds more than {self.limits.values:,} values"
            raise self.refusal(message, "values", event)

    def refusal(self, message: str, limit: str, event: Any) -> InputError:
        """Return the error of a limit that was reached at an event."""
        place = Location(self.file, event.start_mark.line + 1, event.start_mark.column + 1)
        return InputError(message, location=place, hint=self.limits.how_to_raise(limit))

    def scalar(self, event: Any) -> Any:
        """Return a scalar as YAML reads it; dates and whatever else is not JSON stay text."""
        text: str = event.value
        if event.tag is not None and event.tag.endswith("binary"):
            try:
                return base64.b64decode(text)
            except (binascii.Error, ValueError):
                return text
        if not event.implicit[0]:
            return text
        tag = self.resolver.resolve(self.node, text, (True, False)).rpartition(":")[2]
        if tag == "null":
            return None
        if tag not in {"bool", "int", "float"}:
            return text
        node = self.node(tag=f"tag:yaml.org,2002:{tag}", value=text)
        try:
            return getattr(self.constructor, f"construct_yaml_{tag}")(node)
        except ValueError:
            return text
