"""Whether the interleaved beta's header goes with a request: named, known to be absent, shown by the body, or open."""

from __future__ import annotations

from typing import Any

import pytest

from budgetcalc.conversation import parse_request
from budgetcalc.interleaving import INTERLEAVED_BETA, interleaving
from budgetcalc.library import estimate
from budgetcalc.records import replace

from .builders import (
    ENABLED,
    ON,
    WEATHER,
    assistant,
    call,
    redacted,
    result,
    text,
    thinking,
    user,
)

MODEL = "claude-sonnet-4-5"
HEADER = text("x-anthropic-billing-header: cc_version=2.1.9; cc_entrypoint=cli;")
LOOP = [user("Weather?"), assistant([thinking(), call()]), user([result()])]
AFTER_RESULTS = [*LOOP, assistant([thinking("And now."), call("t2")]), user([result(id_="t2")])]

SHOWN: dict[str, dict[str, Any]] = {
    "claude-code": {"system": [text("You help."), HEADER]},
    "eager-streaming": {"tools": [{**WEATHER, "eager_input_streaming": True}]},
    "thinking-after-results": {"messages": AFTER_RESULTS},
    "redacted-after-results": {
        "messages": [*LOOP, assistant([redacted(), call("t2")]), user([result(id_="t2")])]
    },
}
OPEN: dict[str, dict[str, Any]] = {
    "plain": {},
    "another-system": {"system": [text("You help, without x-anthropic-billing-header: in front.")]},
    "no-eager-streaming": {"tools": [{**WEATHER, "eager_input_streaming": False}]},
    "text-after-results": {
        "messages": [*LOOP, assistant([text("Now."), call("t2")]), user([result(id_="t2")])]
    },
    "empty-after-results": {"messages": [*LOOP, assistant([])]},
    "thinking-after-a-question": {"messages": LOOP},
}


def body(**more: Any) -> dict[str, Any]:
    """Return a request with tools and thinking."""
    return {
        "model": MODEL,
        "max_tokens": 4000,
        "thinking": ENABLED,
        "tools": [WEATHER],
        "messages": LOOP,
        **more,
    }


def blocks_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """Return a message's blocks."""
    content = message["content"]
    return content if isinstance(content, list) else []


@pytest.mark.parametrize("more", SHOWN.values(), ids=SHOWN)
def test_what_shows_the_header(more: dict[str, Any]) -> None:
    """Claude Code's own block, eager streaming of arguments, and thinking after a tool's result."""
    assert interleaving(parse_request(body(**more))) == "assumed"


@pytest.mark.parametrize("more", OPEN.values(), ids=OPEN)
def test_what_does_not_show_it(more: dict[str, Any]) -> None:
    """Thinking before the first call, or a text between calls, needs no header."""
    assert interleaving(parse_request(body(**more))) == "unlikely"


def test_who_knows_the_headers_is_believed() -> None:
    """A named header is sent, and one that is not among known headers is absent, whatever the body shows."""
    shown = body(**SHOWN["claude-code"])
    sent = parse_request(body(betas=[INTERLEAVED_BETA]))
    assert interleaving(sent) == "sent"
    absent = replace(parse_request(shown), betas_known=True)
    assert interleaving(absent) == "absent"


@pytest.mark.parametrize("more", [*SHOWN.values(), *OPEN.values()], ids=[*SHOWN, *OPEN])
def test_the_count_is_that_of_the_likelier_case_and_its_band_holds_both(more: dict[str, Any]) -> None:
    """Shown, it counts as with the header; not shown, as without; and the band holds the other case too.

    The prompt of the header and what each thinking block costs less without it have one cause: they add up.
    """
    request = body(**more)
    open_ = estimate(request, on=ON).counted.total
    sent = estimate(request, on=ON, betas=(INTERLEAVED_BETA,)).counted.total
    absent = estimate(request, on=ON, betas=("none",)).counted.total
    assert sent.tokens > absent.tokens
    if interleaving(parse_request(request)) == "assumed":
        assert open_.tokens == sent.tokens
    else:
        assert open_.tokens == absent.tokens
    assert open_.low <= absent.tokens
    assert sent.tokens <= open_.high
