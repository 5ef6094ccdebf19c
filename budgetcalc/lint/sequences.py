"""Finds the conversations among the requests of one file, and runs the rules on sequences.

A request goes on with an earlier one when its messages begin with the earlier one's and the assistant speaks
next, or when both name the same session and begin alike. That is looked up by digests of growing prefixes, so
the work is linear in the size of the requests.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import field
from typing import TYPE_CHECKING

from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.body_values import is_masked
from budgetcalc.lint.prefixes import (
    block_type,
    blocks_of,
    canonical,
    conversation_digests,
    digest,
    have_static_in_common,
    messages_of,
    static_digest,
    turn_digest,
)
from budgetcalc.lint.rule import SequenceContext
from budgetcalc.lint.rules import RULES
from budgetcalc.records import dataclass

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
            for local, finding in rule.check(context) if rule.concerns((context.kind,)) else ():
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
    seen = _Seen()
    for index in indexes:
        step = steps[index]
        digests = conversation_digests(step.context.request)
        if not digests:
            continue
        session = _session(step, digests)
        parent = _by_prefix(steps, index, digests, seen)
        if parent is None and session is not None:
            earlier = seen.sessions.get(session)
            if earlier is not None and _messages(steps[earlier]) < _messages(step):
                parent = earlier
        if parent is not None:
            parents[index] = parent
        seen.ended[digests[-1]] = index
        # Of requests with the same messages, the one with the same tools and system prompt is the likelier.
        seen.ended[digest(digests[-1], static_digest(step.context.request))] = index
        if step.response is not None:
            turn = {"role": "assistant", "content": step.response.get("content")}
            seen.answered[turn_digest(digests[-1], turn)] = index
            seen.calls.update(dict.fromkeys(_calls(turn), index))
        if session is not None:
            seen.sessions[session] = index
    return parents


@dataclass(frozen=True, slots=True)
class _Seen:
    """The requests so far: by their messages, by messages and answer, by calls of the answer, by session."""

    ended: dict[bytes, int] = field(default_factory=dict)
    answered: dict[bytes, int] = field(default_factory=dict)
    calls: dict[str, int] = field(default_factory=dict)
    sessions: dict[bytes, int] = field(default_factory=dict)


def _by_prefix(steps: Sequence[Step], index: int, digests: tuple[bytes, ...], seen: _Seen) -> int | None:
    request = steps[index].context.request
    messages = messages_of(request)
    static = static_digest(request)
    for length in range(len(digests) - 1, 0, -1):
        turn = messages[length]
        if turn.get("role") != "assistant":
            continue
        prefix = digests[length - 1]
        if digests[length] in seen.answered:
            return seen.answered[digests[length]]
        called = next((seen.calls[call] for call in _calls(turn) if call in seen.calls), None)
        if called is not None and _messages(steps[called]) == length:
            return called
        for key in (digest(prefix, static), prefix):
            candidate = seen.ended.get(key)
            # With the answer on record it would have been found. Without, one common first message is not
            # enough: test suites ask the same question over and over.
            if candidate is None or steps[candidate].response is not None:
                continue
            if length > 1 or have_static_in_common(steps[candidate].context.request, request):
                return candidate
    return None


def _calls(turn: Mapping[str, Any]) -> list[str]:
    """Return the ids of a turn's calls; they are unique, unless a recorder masked them."""
    ids = (
        block.get("id")
        for block in blocks_of(turn.get("content"))
        if isinstance(block, dict) and block_type(block).endswith("tool_use")
    )
    return [call for call in ids if isinstance(call, str) and call and not is_masked(call)]


def _messages(step: Step) -> int:
    return len(messages_of(step.context.request))


def _session(step: Step, digests: tuple[bytes, ...]) -> bytes | None:
    """Return what requests of one session share: its name, tools, system prompt and first message."""
    metadata = step.context.request.body.get("metadata")
    if not isinstance(metadata, dict) or not digests:
        return None
    name = metadata.get("session_id", metadata.get("user_id"))
    if not isinstance(name, str) or not name:
        return None
    return digest("session", name, digests[0], static_digest(step.context.request))


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
