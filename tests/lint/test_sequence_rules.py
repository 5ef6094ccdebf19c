"""Rules on sequences: conversations, requests that begin alike, files of many requests."""

# ruff: noqa: E501 - one case a line reads best

import base64
import struct

import pytest

from budgetcalc.lint.sequences import run_sequence_rules

SONNET_4_5, OPUS_4_6, OPUS_4_7, OPUS_5 = (
    "claude-sonnet-4-5-20250929",
    "claude-opus-4-6",
    "claude-opus-4-7",
    "claude-opus-5",
)
FABLE_5, FABLE_5_1, MYTHOS_5_1, FABLE_5_2, OPUS_5_5, SONNET_5_5 = (
    "claude-fable-5",
    "claude-fable-5-1",
    "claude-mythos-5-1",
    "claude-fable-5-2",
    "claude-opus-5-5",
    "claude-sonnet-5-5",
)
EPHEMERAL, HOUR = {"type": "ephemeral"}, {"type": "ephemeral", "ttl": "1h"}
ADAPTIVE, DISABLED = {"type": "adaptive"}, {"type": "disabled"}
LONG = "All work and no play makes a long prompt. " * 300
TOOLS = [
    {
        "name": "find",
        "input_schema": {"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "string"}}},
    },
    {"name": "sum", "input_schema": {"type": "object"}},
]
REORDERED_KEYS = [
    {
        "name": "find",
        "input_schema": {"type": "object", "properties": {"b": {"type": "string"}, "a": {"type": "string"}}},
    },
    TOOLS[1],
]
THOUGHT = {"type": "thinking", "thinking": "Let me see.", "signature": "EqQB"}
REDACTED = {"type": "redacted_thinking", "data": "EmwK"}
CALL = {"type": "tool_use", "id": "toolu_1", "name": "find", "input": {"a": "x", "b": "y"}}
DONE = {"type": "tool_result", "tool_use_id": "toolu_1", "content": "found"}
SEARCH = {"type": "web_search_20250305", "name": "web_search", "max_uses": 5}
USE = {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {"query": "x"}}
FOUND = {"type": "web_search_result", "url": "https://example.com", "title": "t", "encrypted_content": "EqQB"}
RESULT = {"type": "web_search_tool_result", "tool_use_id": "srvtoolu_1", "content": [FOUND]}


def user(content):
    return {"role": "user", "content": content}


def assistant(*content):
    return {"role": "assistant", "content": list(content)}


def text(words, **keys):
    return {"type": "text", "text": words, **keys}


def system(words=LONG, cache=EPHEMERAL):
    return [text(words, **({"cache_control": cache} if cache else {}))]


def case(name, rule, expected, *steps):
    """A step is a body, or a body with what is known of it (``at``, ``response``, ``batch``, ``on``)."""
    return pytest.param(rule, expected, steps, id=f"{rule}-{name}")


def answered(body, *content, **usage):
    return body, {"response": {"role": "assistant", "content": list(content), "usage": usage}}


def at(body, moment, **options):
    return body, {"at": moment, **options}


ASK = user("Find it")
FIRST = {"model": OPUS_5, "tools": TOOLS, "messages": [ASK]}


def loop(*content, model=OPUS_5, **body):
    """Return the request that answers a call of the turn before."""
    return {**FIRST, "model": model, "messages": [ASK, assistant(*content), user([DONE])], **body}


def talk(turns, model=OPUS_5, **body):
    """Return the request after so many turns of a plain conversation."""
    messages = [ASK]
    for number in range(turns):
        messages += [assistant(text(f"Answer {number}")), user(f"Question {number}")]
    return {"model": model, "messages": messages, **body}


def cached(turns, **body):
    return talk(turns, **{"system": system(), "tools": TOOLS, **body})


def thinking_loop(model, thinking, *later):
    """Return a cached request within a tool loop with thinking, or after it."""
    messages = [ASK, assistant(THOUGHT, CALL), user([DONE]), *later]
    return {
        **FIRST,
        "model": model,
        "max_tokens": 9_000,
        "thinking": thinking,
        "messages": messages,
        "cache_control": EPHEMERAL,
        "system": LONG,
    }


THINKING_CASES = [
    case("whole", "thinking-blocks-modified", "", answered(FIRST, THOUGHT, REDACTED, CALL), loop(THOUGHT, REDACTED, CALL)),
    case("redacted-dropped", "thinking-blocks-modified", "error", answered(FIRST, THOUGHT, REDACTED, CALL), loop(THOUGHT, CALL)),
    case("reordered", "thinking-blocks-modified", "error", answered(FIRST, THOUGHT, REDACTED, CALL), loop(REDACTED, THOUGHT, CALL)),
    case("text-edited", "thinking-blocks-modified", "error", answered(FIRST, THOUGHT, CALL), loop({**THOUGHT, "thinking": "Shorter."}, CALL)),
    case("signature-edited", "thinking-blocks-modified", "error", answered(FIRST, THOUGHT, CALL), loop({**THOUGHT, "signature": "EqQC"}, CALL)),
    case("all-dropped", "thinking-blocks-modified", "", answered(FIRST, THOUGHT, CALL), loop(CALL)),
    case("text-put-into-an-empty-block", "thinking-blocks-modified", "", answered(FIRST, {**THOUGHT, "thinking": ""}, CALL), loop(THOUGHT, CALL)),
    case("not-on-record", "thinking-blocks-modified", "", FIRST, loop({**THOUGHT, "thinking": "Shorter."}, CALL)),
    case("another-run", "thinking-blocks-modified", "", answered({"model": OPUS_5, "messages": [ASK]}, THOUGHT, text("Hi")), {"model": OPUS_5, "messages": [ASK, assistant({**THOUGHT, "signature": "EqQC"}, text("Hi")), ASK]}),
    case("not-the-latest", "thinking-blocks-modified", "", answered(FIRST, THOUGHT, CALL), {**FIRST, "messages": [*loop({**THOUGHT, "thinking": "x"}, CALL)["messages"], assistant(text("Done")), ASK]}),
    case("masked", "thinking-blocks-modified", "", answered(FIRST, {**THOUGHT, "signature": "REDACTED"}, CALL), loop(THOUGHT, CALL)),
    *(
        case(f"{name}-{model}", "thinking-prefix-changed", expected, {**FIRST, "model": model}, loop(THOUGHT, CALL, model=model, **change))
        for name, model, expected, change in [
            ("same", FABLE_5_2, "", {}),
            ("system", FABLE_5_2, "error", {"system": "Be brief"}),
            ("tools", FABLE_5_2, "error", {"tools": TOOLS[:1]}),
            ("tools-reordered", FABLE_5_2, "", {"tools": TOOLS[::-1]}),
            ("choice", FABLE_5_2, "", {"tool_choice": {"type": "auto"}, "max_tokens": 2_048}),
            ("system", FABLE_5_1, "warning", {"system": "Be brief"}),
            ("system", OPUS_5_5, "warning", {"system": "Be brief"}),
            ("asks-for-errors", OPUS_5_5, "error", {"system": "Be brief", "thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "error"}}}),
            ("drops", FABLE_5_2, "warning", {"system": "Be brief", "thinking": {"type": "adaptive", "block_binding": {"prefix_mismatch_behavior": "drop_block"}}}),
            ("system", MYTHOS_5_1, "", {"system": "Be brief"}),
            ("system", OPUS_5, "", {"system": "Be brief"}),
        ]
    ),
    case("nothing-kept", "thinking-prefix-changed", "", {**FIRST, "model": FABLE_5_2}, loop(CALL, model=FABLE_5_2, system="Be brief")),
    case("in-a-batch", "thinking-prefix-changed", "warning", ({**FIRST, "model": FABLE_5_2}, {"batch": True}), (loop(THOUGHT, CALL, model=FABLE_5_2, system="Be brief"), {"batch": True})),
    *(
        case(f"{old}-{new}", "thinking-blocks-unreadable-after-switch", expected, {**FIRST, "model": old}, loop(THOUGHT, CALL, model=new))
        for old, new, expected in [
            (FABLE_5_1, OPUS_5, "warning"),
            (FABLE_5_2, OPUS_4_7, "warning"),
            (FABLE_5_1, FABLE_5_2, ""),
            (OPUS_5_5, SONNET_5_5, "warning"),
            (OPUS_5_5, FABLE_5_1, ""),
            (OPUS_5, SONNET_5_5, "warning"),
            (OPUS_5, OPUS_5_5, ""),
            (FABLE_5, OPUS_5, ""),
            (OPUS_5, OPUS_5, ""),
        ]
    ),
    case("nothing-to-read", "thinking-blocks-unreadable-after-switch", "", {**FIRST, "model": FABLE_5_1}, loop(CALL, model=OPUS_5)),
    case("off", "thinking-toggled-mid-loop", "warning", FIRST, loop(THOUGHT, CALL, thinking=DISABLED)),
    case("stated-default", "thinking-toggled-mid-loop", "", FIRST, loop(THOUGHT, CALL, thinking=ADAPTIVE)),
    case("on", "thinking-toggled-mid-loop", "warning", {**FIRST, "model": OPUS_4_7}, loop(CALL, model=OPUS_4_7, thinking=ADAPTIVE)),
    case("at-a-new-turn", "thinking-toggled-mid-loop", "", talk(1), talk(2, thinking=DISABLED)),
    case("unchanged", "web-search-result-altered", "", answered({"model": OPUS_5, "tools": [SEARCH], "messages": [ASK]}, USE, RESULT), {"model": OPUS_5, "tools": [SEARCH], "messages": [ASK, assistant(USE, RESULT), ASK]}),
    case("changed", "web-search-result-altered", "error", answered({"model": OPUS_5, "tools": [SEARCH], "messages": [ASK]}, USE, text("Hi"), RESULT), {"model": OPUS_5, "tools": [SEARCH], "messages": [ASK, assistant(USE, text("Hi"), {**RESULT, "content": [{**FOUND, "encrypted_content": "Eq"}]}), ASK]}),
]  # fmt: skip

LATER = cached(2)
CACHE_CASES = [
    case("same", "cache-prefix-changed", "", cached(1), LATER),
    case("tool-removed", "cache-prefix-changed", "warning", cached(1), {**LATER, "tools": TOOLS[:1]}),
    case("tools-reordered", "cache-prefix-changed", "warning", cached(1), {**LATER, "tools": TOOLS[::-1]}),
    case("keys-reordered", "cache-prefix-changed", "warning", cached(1), {**LATER, "tools": REORDERED_KEYS}),
    case("system-edited", "cache-prefix-changed", "warning", cached(1), {**LATER, "system": system("Hello. " + LONG)}),
    case("only-the-marker-moved", "cache-prefix-changed", "", cached(1), {**LATER, "system": system(cache=HOUR)}),
    case("string-or-block", "cache-prefix-changed", "", cached(1), {**LATER, "messages": [user([text("Find it")]), *LATER["messages"][1:]]}),
    case("nothing-cached", "cache-prefix-changed", "", talk(1, tools=TOOLS), talk(2, tools=TOOLS[:1])),
    case("prefix-too-short", "cache-prefix-changed", "", cached(1, system=system("Be brief")), cached(2, system=system("Be brief"), tools=[])),
    case("expired", "cache-prefix-changed", "", at(cached(1), "10:00:00"), at({**LATER, "tools": []}, "10:05:01")),
    case("not-expired", "cache-prefix-changed", "warning", at(cached(1), "10:00:00"), at({**LATER, "tools": []}, "10:05:00")),
    case("billing-header", "cache-prefix-changed", "", cached(1, system=[text("x-anthropic-billing-header: cch=1"), *system()]), cached(2, system=[text("x-anthropic-billing-header: cch=2"), *system()])),
    case(
        "keys-of-an-input", "cache-prefix-changed", "warning",
        cached(0, messages=[*loop(CALL)["messages"], user([text(LONG, cache_control=EPHEMERAL)])]),
        cached(0, messages=[ASK, assistant({**CALL, "input": {"b": "y", "a": "x"}}), user([DONE]), user([text(LONG)]), assistant(text("Hi")), ASK]),
    ),
    case("web-search-switched", "cache-prefix-changed", "", cached(1), {**LATER, "tools": [*TOOLS, SEARCH]}),
    case("web-search-switched", "cache-settings-changed", "warning", cached(1), {**LATER, "tools": [*TOOLS, SEARCH]}),
    case("speed", "cache-settings-changed", "warning", cached(1), {**LATER, "speed": "fast"}),
    case("model", "cache-settings-changed", "warning", cached(1), {**LATER, "model": OPUS_4_7}),
    case("format", "cache-settings-changed", "warning", cached(1), {**LATER, "output_config": {"format": {"type": "json_schema", "schema": {"type": "object"}}}}),
    case("thinking-after-the-mark", "cache-settings-changed", "", cached(1), {**LATER, "thinking": DISABLED}),
    *(
        case(name, "cache-settings-changed", expected, cached(1, cache_control=EPHEMERAL), {**LATER, "cache_control": EPHEMERAL, **change})
        for name, expected, change in [
            ("thinking", "warning", {"thinking": DISABLED}),
            ("thinking-default", "", {"thinking": ADAPTIVE}),
            ("effort", "warning", {"output_config": {"effort": "low"}}),
            ("effort-default", "", {"output_config": {"effort": "high"}}),
            ("choice", "warning", {"tool_choice": {"type": "any"}}),
            ("choice-default", "", {"tool_choice": {"type": "auto"}}),
            ("task-budget", "warning", {"output_config": {"task_budget": {"type": "tokens", "total": 50_000}}}),
            ("tools-say-it-all", "", {"thinking": DISABLED, "tools": []}),
        ]
    ),
    *(
        case(f"manual-budget-{budget}", "cache-settings-changed", expected, cached(1, model=SONNET_4_5, thinking={"type": "enabled", "budget_tokens": 2_048}, max_tokens=9_000, cache_control=EPHEMERAL), cached(2, model=SONNET_4_5, thinking={"type": "enabled", "budget_tokens": budget}, max_tokens=9_000, cache_control=EPHEMERAL))
        for budget, expected in [(2_048, ""), (4_096, "warning")]
    ),
    *(
        case(f"stripped-{model}", "cache-thinking-stripped", expected, thinking_loop(model, kind), thinking_loop(model, kind, assistant(text("Done")), ASK))
        for model, kind, expected in [
            (SONNET_4_5, {"type": "enabled", "budget_tokens": 2_048}, "warning"),
            (OPUS_4_6, ADAPTIVE, ""),
        ]
    ),
    case("still-in-the-loop", "cache-thinking-stripped", "", thinking_loop(SONNET_4_5, {"type": "enabled", "budget_tokens": 2_048}), thinking_loop(SONNET_4_5, {"type": "enabled", "budget_tokens": 2_048}, assistant({**CALL, "id": "toolu_2"}), user([{**DONE, "tool_use_id": "toolu_2"}]))),
    *(
        case(f"{count}-blocks", "cache-lookback-20", expected, {"model": OPUS_5, "messages": [user([text(LONG, cache_control=EPHEMERAL)])]}, {"model": OPUS_5, "messages": [user([text(LONG)]), assistant(text("Hi")), user([*(text(f"{i}") for i in range(count - 2)), text("end", cache_control=EPHEMERAL)])]})
        for count, expected in [(20, ""), (21, "warning")]
    ),
    case("first-mark-kept", "cache-lookback-20", "", {"model": OPUS_5, "messages": [user([text(LONG, cache_control=EPHEMERAL)])]}, {"model": OPUS_5, "messages": [user([text(LONG, cache_control=EPHEMERAL)]), assistant(text("Hi")), user([*(text(f"{i}") for i in range(30)), text("end", cache_control=EPHEMERAL)])]}),
    *(
        case(f"{name}-{moment}", "cache-ttl-mismatch", expected, at(cached(1, system=system(cache=ttl)), "10:00:00"), at(cached(2, system=system(cache=ttl)), moment))
        for name, ttl, moment, expected in [
            ("5m", EPHEMERAL, "10:05:00", ""),
            ("5m", EPHEMERAL, "10:05:01", "note"),
            ("5m", EPHEMERAL, "11:00:01", ""),
            ("1h", HOUR, "10:05:00", "note"),
            ("1h", HOUR, "10:05:01", ""),
        ]
    ),
    case("times-not-known", "cache-ttl-mismatch", "", cached(1, system=system(cache=HOUR)), cached(2, system=system(cache=HOUR))),
    case("questions", "cache-auto-on-varying-tail", "warning", *({"model": OPUS_5, "system": LONG, "cache_control": EPHEMERAL, "messages": [user(f"Question {i}")]} for i in range(2))),
    case("own-mark", "cache-auto-on-varying-tail", "", *({"model": OPUS_5, "system": system(), "cache_control": EPHEMERAL, "messages": [user(f"Question {i}")]} for i in range(2))),
    case("conversation", "cache-auto-on-varying-tail", "", *(talk(i, system=LONG, cache_control=EPHEMERAL) for i in range(2))),
    case("questions", "cache-none-on-long-prefix", "note", *({"model": OPUS_5, "system": LONG * 2, "messages": [user(f"Question {i}")]} for i in range(3))),
    case("conversation", "cache-none-on-long-prefix", "note", *(talk(i, system=LONG * 2) for i in range(3))),
    case("cached", "cache-none-on-long-prefix", "", *(talk(i, system=system(LONG * 2)) for i in range(3))),
    case("short", "cache-none-on-long-prefix", "", *(talk(i, system=LONG) for i in range(3))),
    case("one-second", "cache-parallel-cold", "note", *(at({"model": OPUS_5, "system": system(), "messages": [user(f"Question {i}")]}, "10:00:00") for i in range(3))),
    case("one-after-another", "cache-parallel-cold", "", *(at({"model": OPUS_5, "system": system(), "messages": [user(f"Question {i}")]}, f"10:00:0{i}") for i in range(3))),
    case("times-not-known", "cache-parallel-cold", "", *({"model": OPUS_5, "system": system(), "messages": [user(f"Question {i}")]} for i in range(3))),
    case("batch", "cache-parallel-cold", "note", *(({"model": OPUS_5, "system": system(), "messages": [user(f"Question {i}")]}, {"batch": True}) for i in range(3))),
]  # fmt: skip


def history(words, *, model, **body):
    """Return the second and third request of a conversation whose first answer thought so much."""
    thought = {**THOUGHT, "thinking": words}
    one = {"model": model, "messages": [ASK, assistant(thought, text("Hi")), ASK], **body}
    return one, {**one, "messages": [*one["messages"], assistant(text("Hi")), ASK]}


MUCH = "I wonder what the user might want from me here. " * 200
MANY = [{"model": OPUS_5, "messages": [user(f"Question {i}")]} for i in range(20)]
COST_CASES = [
    case("much", "thinking-kept-grows-input", "note", *history(MUCH, model=OPUS_4_6, thinking=ADAPTIVE)),
    case("little", "thinking-kept-grows-input", "", *history("Well.", model=OPUS_4_6, thinking=ADAPTIVE)),
    case("stripped", "thinking-kept-grows-input", "", *history(MUCH, model=SONNET_4_5, thinking={"type": "enabled", "budget_tokens": 2_048}, max_tokens=9_000)),
    case("cleared", "thinking-kept-grows-input", "", *history(MUCH, model=OPUS_4_6, thinking=ADAPTIVE, context_management={"edits": [{"type": "clear_thinking_20251015", "keep": {"type": "thinking_turns", "value": 1}}]})),
    *(
        case(f"{asked}-for-{took}", "max-tokens-far-above-need", expected, answered({"model": OPUS_5, "max_tokens": asked, "messages": [ASK]}, text("Hi"), output_tokens=took))
        for asked, took, expected in [(8_000, 1_000, "note"), (7_999, 1_000, ""), (4_096, 10, "")]
    ),
    case("without-answers", "max-tokens-far-above-need", "note", {"model": OPUS_4_7, "max_tokens": 64_000, "messages": [ASK]}),
    case("thinks", "max-tokens-far-above-need", "", {"model": OPUS_5, "max_tokens": 64_000, "messages": [ASK]}),
    case("twenty", "batch-eligible", "note", *MANY),
    case("nineteen", "batch-eligible", "", *MANY[1:]),
    case("streamed", "batch-eligible", "", *({**body, "stream": True} for body in MANY)),
    case("in-a-batch", "batch-eligible", "", *((body, {"batch": True}) for body in MANY)),
    case("grows", "agent-history-unbounded", "note", *(talk(i, system=LONG * 37) for i in range(3))),
    case("two-requests", "agent-history-unbounded", "", *(talk(i, system=LONG * 37) for i in range(2))),
    case("cached", "agent-history-unbounded", "", *(talk(i, system=LONG * 37, cache_control=EPHEMERAL) for i in range(3))),
    case("edited", "agent-history-unbounded", "", *(talk(i, system=LONG * 37, context_management={"edits": [{"type": "clear_tool_uses_20250919"}]}) for i in range(3))),
    case("small", "agent-history-unbounded", "", *(talk(i, system=LONG) for i in range(3))),
]  # fmt: skip


@pytest.fixture(scope="module")
def judged(step_of):
    """Return what the sequence rules say of bodies: (index of the request, finding)."""

    def run(steps):
        made = [step_of(s[0], **s[1]) if isinstance(s, tuple) else step_of(s) for s in steps]
        return list(run_sequence_rules(made))

    return run


@pytest.mark.parametrize(("rule", "expected", "steps"), [*THINKING_CASES, *CACHE_CASES, *COST_CASES])
def test_sequence_rule(judged, rule, expected, steps):
    """A rule on sequences speaks of the change that costs or fails, and not of one that does neither."""
    assert " ".join(f.severity for _, f in judged(steps) if f.name == rule) == expected


def png(width, height):
    head = b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height) + b"\x08\x02\0\0\0"
    return {
        "type": "image",
        "source": {"type": "base64", "media_type": "image/png", "data": base64.b64encode(head).decode()},
    }


MARKED = {"system": [{**text("Be brief"), "cache_control": EPHEMERAL}]}


def prefix(words, **body):
    return {"model": OPUS_5, "system": [{**text(words), "cache_control": EPHEMERAL}], **body}


def request_case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


LARGE = {"/system/0": 9_000, "/messages/0/content": 9}
REQUEST_CASES = [
    *(
        request_case(words, "cache-breakpoint-on-volatile", expected, prefix(words), parts=LARGE)
        for words, expected in [
            ("Current time: 2026-11-22T10:15:00Z", "warning"),
            ("Request id 123e4567-e89b-12d3-a456-426614174000", "warning"),
            ("timestamp 1763806500", "warning"),
            ("It is now 10:15:00.", "warning"),
            ("Today is 2026-11-22.", ""),
            ("The order 123e4567-e89b-12d3-a456-426614174000 is an example.", ""),
            ("The company was founded in 1998.", ""),
        ]
    ),
    request_case("short-prefix", "cache-breakpoint-on-volatile", "", prefix("Current time: 10:15:00"), parts={"/system/0": 100}),
    request_case("behind-the-mark", "cache-breakpoint-on-volatile", "", prefix("Be brief", messages=[user("Current time: 10:15:00")]), parts=LARGE),
    request_case("in-a-tool", "cache-breakpoint-on-volatile", "warning", prefix("Be brief", tools=[{"name": "t", "description": "Now is 10:15:00", "input_schema": {"type": "object"}}]), parts=LARGE),
    request_case("search", "cache-server-tool-5m-write", "note", prefix("Be brief", tools=[SEARCH]), parts=LARGE),
    request_case("own-tools", "cache-server-tool-5m-write", "", prefix("Be brief", tools=TOOLS), parts=LARGE),
    request_case("uncached", "cache-server-tool-5m-write", "", {"model": OPUS_5, "tools": [SEARCH]}, parts=LARGE),
    *(
        request_case(f"{model}-{size}", "image-will-be-downscaled", expected, {"model": model, "messages": [user([png(*size)])]})
        for model, size, expected in [
            (OPUS_4_6, (1_000, 1_000), ""),
            (OPUS_4_6, (1_569, 100), "note"),
            (OPUS_4_6, (1_568, 1_568), "note"),
            (OPUS_4_7, (1_568, 1_568), ""),
            (OPUS_4_7, (2_576, 100), ""),
            (OPUS_4_7, (2_577, 100), "note"),
        ]
    ),
    *(
        request_case(name, "tool-definitions-heavy", expected, {"model": OPUS_5, "tools": tools, **body}, parts={"/tools": tokens})
        for name, expected, tools, tokens, body in [
            ("10000", "", TOOLS, 10_000, {}),
            ("10001", "note", TOOLS, 10_001, {}),
            ("with-search", "", [*TOOLS, {"type": "tool_search_tool_regex_20251119", "name": "s"}], 10_001, {}),
            ("29-tools", "", [{**TOOLS[1], "name": f"t{i}"} for i in range(29)], 900, {}),
            ("30-tools", "note", [{**TOOLS[1], "name": f"t{i}"} for i in range(30)], 900, {}),
            ("unused-toolset", "note", [*TOOLS, {"type": "computer_toolset_20260801"}], 900, {"messages": [*loop(CALL)["messages"] * 7]}),
            ("used-toolset", "", [*TOOLS, {"type": "computer_toolset_20260801"}], 900, {"messages": [*loop({**CALL, "toolset_name": "computer"})["messages"] * 7]}),
        ]
    ),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), REQUEST_CASES)
def test_cost_trap_rule(severities, rule, expected, body, options):
    """A cost trap of a single request is found on its side of each figure."""
    assert severities(rule, body, **options) == expected
