"""Finds the conversations among the requests of one file, and runs the rules on sequences.

A request goes on with an earlier one when its messages begin with the earlier one's and the assistant speaks
next, or when both name the same session and begin alike. That is looked up by digests of growing prefixes, so
the work is linear in the size of the requests.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.prefixes import (
    block_type,
    blocks_of,
    canonical,
    conversation_digests,
    digest,
    messages_of,
    static_digest,
)
from budgetcalc.lint.rule import SequenceContext
from budgetcalc.lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from typing import Any

    from budgetcalc.findings import Finding
    from budgetcalc.lint.rule import Step


def run_sequence_rules(
    steps: Sequence[Step], selected: frozenset[str] = frozenset()
) -> Iterator[tuple[int, Finding]]:
    """Yield what the rules on sequences say of the requests of one file: (index of the step, finding).

    Args:
        steps: the requests, in the order of the file.
        selected: ids of rules that run although they are off by default.
    """
    rules = [r for r in RULES if r.scope == "sequence" and (r.is_default or r.id in selected)]
    found: dict[tuple[int, Finding], None] = {}
    for indexes, context in find_sequences(steps):
        for rule in rules:
            for local, finding in rule.check(context):
                found[indexes[local], finding] = None
    yield from sorted(found, key=_place)


def _place(found: tuple[int, Finding]) -> tuple[int, int, str, str]:
    index, finding = found
    return index, SEVERITIES.index(finding.severity), finding.rule, finding.path


def find_sequences(steps: Sequence[Step]) -> Iterator[tuple[tuple[int, ...], SequenceContext]]:
    """Yield the conversations, then what single requests share, each with the indexes of its steps.

    Where a conversation branches, the branch is a sequence of its own that begins with the common request.
    """
    claude = [i for i, step in enumerate(steps) if step.context.model.provider == "anthropic"]
    parents = _parents(steps, claude)
    chains: list[list[int]] = []
    tails: dict[int, list[int]] = {}
    for index, parent in parents.items():
        chain = tails.pop(parent, None)
        if chain is None:
            chain = [parent]
            chains.append(chain)
        chain.append(index)
        tails[index] = chain
    for chain in chains:
        yield tuple(chain), SequenceContext(tuple(steps[i] for i in chain))
    in_conversation = {index for chain in chains for index in chain}
    single = [index for index in claude if index not in in_conversation]
    groups: dict[bytes, list[int]] = defaultdict(list)
    for index in single:
        shared = _shared_prefix(steps[index])
        if shared is not None:
            groups[shared].append(index)
    for group in groups.values():
        if len(group) > 1:
            yield tuple(group), SequenceContext(tuple(steps[i] for i in group), "shared_prefix")
    if single:
        yield tuple(single), SequenceContext(tuple(steps[i] for i in single), "suite")


def _parents(steps: Sequence[Step], indexes: list[int]) -> dict[int, int]:
    """Return, for each request that goes on with an earlier one, that one; in the order of the file."""
    parents: dict[int, int] = {}
    ended: dict[bytes, int] = {}
    sessions: dict[bytes, int] = {}
    for index in indexes:
        step = steps[index]
        digests = conversation_digests(step.context.request)
        session = _session(step, digests)
        parent = _by_prefix(steps, index, digests, ended)
        if parent is None and session is not None:
            earlier = sessions.get(session)
            if earlier is not None and _messages(steps[earlier]) < _messages(step):
                parent = earlier
        if parent is not None:
            parents[index] = parent
        if digests:
            # The static parts are part of the key: of requests with the same messages, the likeliest is found.
            ended[digests[-1]] = index
            ended[digest(digests[-1], static_digest(step.context.request))] = index
        if session is not None:
            sessions[session] = index
    return parents


def _by_prefix(
    steps: Sequence[Step], index: int, digests: tuple[bytes, ...], ended: Mapping[bytes, int]
) -> int | None:
    request = steps[index].context.request
    messages = messages_of(request)
    static = static_digest(request)
    for length in range(len(digests) - 1, 0, -1):
        turn = messages[length]
        if turn.get("role") != "assistant":
            continue
        prefix = digests[length - 1]
        for key, is_static in ((digest(prefix, static), True), (prefix, False)):
            candidate = ended.get(key)
            if candidate is not None and _goes_on(steps[candidate], turn, is_static=is_static, length=length):
                return candidate
    return None


def _goes_on(step: Step, turn: Mapping[str, Any], *, is_static: bool, length: int) -> bool:
    """Return whether this assistant turn can be the answer to the step.

    With the answer on record it must be that one. Without, one common first message is not enough when tools
    or system prompt differ: test suites ask the same question over and over.
    """
    if step.response is None:
        return is_static or length > 1
    said, replayed = _said(step.response.get("content")), _said(turn.get("content"))
    return said == replayed or not said.isdisjoint(replayed)


def _said(content: Any) -> frozenset[str]:
    """Return what a turn says and calls, without its thinking."""
    return frozenset(
        str(block.get("id")) if block_type(block) == "tool_use" else _text(block)
        for block in blocks_of(content)
        if block_type(block) in {"text", "tool_use"}
    )


def _text(block: Any) -> str:
    """Return the text of a text block."""
    return block.strip() if isinstance(block, str) else str(block.get("text", "")).strip()


def _messages(step: Step) -> int:
    return len(step.context.request.messages)


def _session(step: Step, digests: tuple[bytes, ...]) -> bytes | None:
    """Return what requests of one session share: the name they carry and their first message."""
    metadata = step.context.request.body.get("metadata")
    if not isinstance(metadata, dict) or not digests:
        return None
    name = metadata.get("session_id", metadata.get("user_id"))
    return digest("session", name, digests[0]) if isinstance(name, str) and name else None


def _shared_prefix(step: Step) -> bytes | None:
    """Return what single requests share that begin alike: model, tools and system, else the first block."""
    request = step.context.request
    static: tuple[str | bytes, ...] = ()
    if request.tools or request.system:
        static = (static_digest(request),)
    else:
        blocks = blocks_of(messages_of(request)[0].get("content")) if messages_of(request) else []
        static = (canonical(blocks[0]),) if len(blocks) > 1 else ()
    return digest(step.context.model.id, *static) if static else None
