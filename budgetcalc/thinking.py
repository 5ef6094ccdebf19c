"""Which prior thinking the model sees, and so which is billed.

Rules by generation (extended-thinking page; measured in brackets):

* Models that keep the last turn only (3.7 to 4.5 but Opus 4.5): once a user message that is no tool result
  follows, all earlier thinking is removed; inside the running tool loop it stays (recordings of 2 families).
* Models that keep all (Opus 4.5, and everything from 4.6 on) bill it again with every turn.
* ``context_management`` with ``clear_thinking`` changes either: ``all`` keeps all, a number keeps that many
  assistant turns (110 of 113 recordings).
* With thinking off, the models that strip ignore every block, inside a loop too.
* A trailing assistant message is the turn being continued: its thinking stays.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.conversation import Message, RedactedThinking, Text, Thinking
from budgetcalc.records import dataclass, replace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.catalogue import Model
    from budgetcalc.conversation import Request

ThinkingPart = Thinking | RedactedThinking


@dataclass(frozen=True, slots=True)
class VisibleThinking:
    """The request's prior thinking, parted.

    Attributes:
        kept: paths of blocks the model sees.
        stripped: paths of blocks it does not.
        reason: why blocks are stripped; ``""`` when none is.
    """

    kept: frozenset[str]
    stripped: frozenset[str]
    reason: str


def is_thinking(request: Request, model: Model) -> bool:
    """Return whether the model thinks in this call: as asked, else by its default."""
    if request.thinking is None:
        return model.thinking.always_on or model.thinking.default == "adaptive"
    if request.thinking.type in {"enabled", "adaptive"}:
        return bool(model.thinking.types)
    return model.thinking.always_on


def last_turn_start(messages: tuple[Message, ...]) -> int:
    """Return the index after the last user message that is not a tool result: where the running turn begins."""
    for index in range(len(messages) - 1, -1, -1):
        if messages[index].role == "user" and not messages[index].is_tool_results:
            return index + 1
    return 0


def part_thinking(request: Request, model: Model) -> VisibleThinking:
    """Return which of the request's thinking blocks the model sees."""
    blocks = list(_thinking_blocks(request.messages))
    if not blocks:
        return VisibleThinking(frozenset(), frozenset(), "")
    first_kept, reason = _first_kept_message(request, model)
    kept = frozenset(block.path for index, block in blocks if index >= first_kept)
    stripped = frozenset(block.path for index, block in blocks if index < first_kept)
    return VisibleThinking(kept, stripped, reason if stripped else "")


def next_turn_strips(request: Request, model: Model) -> frozenset[str]:
    """Return the paths of blocks that the model sees now and that a following user turn would strip.

    Empty unless the conversation ends with the assistant's answer: only then is the next message a new turn.
    """
    messages = request.messages
    if not messages or messages[-1].role != "assistant":
        return frozenset()
    following = Message("", "user", (Text("", "."),))
    after = part_thinking(replace(request, messages=(*messages, following)), model)
    return after.stripped - part_thinking(request, model).stripped


def _first_kept_message(request: Request, model: Model) -> tuple[int, str]:
    """Return the first message whose thinking is kept, and why that of earlier ones is not."""
    messages = request.messages
    end = len(messages)
    if not model.thinking.types:
        return end, "the model does not think; thinking blocks are ignored"
    if request.clear_thinking == "all":
        return 0, ""
    if request.clear_thinking is not None:
        turns = request.clear_thinking
        return _turn_start(messages, turns), f"clear_thinking keeps the last {turns} turn(s) with thinking"
    if model.thinking.keeps == "all":
        return 0, ""
    if not is_thinking(request, model):
        return end, "thinking is off: every thinking block passed back is ignored"
    return last_turn_start(
        messages
    ), "a user turn that is not a tool result follows; earlier thinking is removed"


def _turn_start(messages: tuple[Message, ...], turns: int) -> int:
    """Return where the last ``turns`` assistant turns with thinking begin; tool loops count as one turn."""
    starts = [0]
    for index, message in enumerate(messages):
        if message.role == "user" and not message.is_tool_results:
            starts.append(index + 1)
    spans = list(zip(starts, [*starts[1:], len(messages)], strict=True))
    thinking_turns = [start for start, end in spans if any(_thinking_blocks(messages[start:end]))]
    return thinking_turns[-turns] if len(thinking_turns) >= turns else 0


def _thinking_blocks(messages: tuple[Message, ...]) -> Iterator[tuple[int, ThinkingPart]]:
    for index, message in enumerate(messages):
        for block in message.blocks:
            if isinstance(block, Thinking | RedactedThinking):
                yield index, block
