"""Whether the header goes with a request that lets Claude 4 to 4.5 think between tool calls.

A plain request body does not say. Where nobody says either, the body tells of clients that always send it.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from budgetcalc.conversation import RedactedThinking, Text, Thinking

if TYPE_CHECKING:
    from budgetcalc.conversation import Block, Request

INTERLEAVED_BETA = "interleaved-thinking-2025-05-14"

BILLING_HEADER = "x-anthropic-billing-header"
"""Claude Code sends a system block that starts so; the API removes it (164 of 167 recordings)."""

Interleaving = Literal["sent", "assumed", "unlikely", "absent"]
"""Named among the headers; not known but shown by the request; not known and not shown; known not to be sent."""


def interleaving(request: Request) -> Interleaving:
    """Return whether the interleaved beta's header goes with the request."""
    if INTERLEAVED_BETA in request.betas:
        return "sent"
    if request.betas_known:
        return "absent"
    shown = is_claude_code(request) or streams_arguments(request) or thinks_between_tools(request)
    return "assumed" if shown else "unlikely"


def is_billing_header(block: Block) -> bool:
    """Return whether a system block is Claude Code's billing header, which the model never reads."""
    return isinstance(block, Text) and block.text.startswith(BILLING_HEADER)


def is_claude_code(request: Request) -> bool:
    """Return whether the request comes from Claude Code, which always sends the header (115 of 115 recordings)."""
    return any(is_billing_header(block) for block in request.system)


def streams_arguments(request: Request) -> bool:
    """Return whether tools ask for eager input streaming, as agents do that also send the header (22 of 22)."""
    return any(tool.raw.get("eager_input_streaming") is True for tool in request.tools)


def thinks_between_tools(request: Request) -> bool:
    """Return whether an answer to tool results begins with thinking, which only the header brings about."""
    return any(
        before.is_tool_results and after.blocks and isinstance(after.blocks[0], Thinking | RedactedThinking)
        for before, after in pairwise(request.messages)
    )
