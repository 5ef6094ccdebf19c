"""What a request costs beyond its texts: messages, separators, tools, results, structured output."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar

import pytest

from budgetcalc.library import count_text

from .builders import (
    ENABLED,
    V3,
    WEATHER,
    ask,
    assistant,
    call,
    count,
    document,
    image,
    parts_of,
    png,
    redacted,
    result,
    sealed,
    text,
    thinking,
    tokens,
    user,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from budgetcalc.counts import Count

V46 = ["claude-sonnet-4-6", "claude-opus-4-6"]
V48 = ["claude-opus-4-8", "claude-sonnet-5", "claude-opus-5"]
SCHEMA = {"type": "object", "properties": {"city": {"type": "string"}}, "required": ["city"]}
FORMAT = {"output_config": {"format": {"type": "json_schema", "schema": SCHEMA}}}
INTERLEAVED = "interleaved-thinking-2025-05-14"


def n(value: str, model: str = "claude-sonnet-4-5") -> int:
    """Return the tokens of a text with nothing special in front."""
    return count_text(value, model)


# -- messages --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "first", "pair"),
    [
        *(pytest.param(model, 7, 3 + 3, id=model) for model in (*V3, *V46)),
        pytest.param("claude-opus-4-7", 11, 6 + 4, id="opus-4-7"),
        *(pytest.param(model, 6, 2 + 2, id=model) for model in V48),
    ],
)
def test_frame_of_messages(model: str, first: int, pair: int) -> None:
    """The first message costs 7, 11 or 6; an assistant and a user message more cost 6, 10 or 4."""
    one = tokens(model, messages=[user("Hello")])
    three = tokens(model, messages=[user("Hello"), assistant("Hello"), user("Hello")])
    assert one == first + n("Hello", model)
    assert three - one == pair + 2 * n("Hello", model)


@pytest.mark.parametrize("model", [*V3, *V46, *V48])
def test_a_message_of_the_same_role_costs_one(model: str) -> None:
    """A message with the role of the one before it costs a single token beyond its text."""
    one, two = [user("Hello")], [user("Hello"), user("Hello")]
    assert tokens(model, messages=two) - tokens(model, messages=one) == 1 + n("Hello", model)


@pytest.mark.parametrize("model", V3)
def test_results_in_messages_of_their_own_are_as_in_one(model: str) -> None:
    """Two tool results in two user messages cost what they cost in one."""
    calls = [user("Weather?"), assistant([call("t1"), call("t2")])]
    together = [*calls, user([result(id_="t1"), result(id_="t2")])]
    apart = [*calls, user([result(id_="t1")]), user([result(id_="t2")])]
    assert tokens(model, messages=apart, tools=[WEATHER]) == tokens(model, messages=together, tools=[WEATHER])


@pytest.mark.parametrize("model", V3)
def test_a_prefill_takes_the_closing_frame_away(model: str) -> None:
    """A last message of the assistant is continued: its 3 are given back."""
    asked, prefilled = [user("Hello")], [user("Hello"), assistant("Hello")]
    assert tokens(model, messages=prefilled) - tokens(model, messages=asked) == 3 - 3 + n("Hello", model)


@pytest.mark.parametrize("model", V3)
def test_a_first_message_of_the_assistant_costs_a_turn_before_it(model: str) -> None:
    """A conversation the assistant begins costs 12 more, within a band."""
    begun = count(model, messages=[assistant("Hello"), user("Hello")])
    assert begun.tokens == 7 + 12 + 3 + 2 * n("Hello", model)
    assert begun.low <= begun.tokens < begun.high


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-4-8"])
def test_neighbouring_texts_are_joined_and_counted_once(model: str) -> None:
    """Text blocks side by side are one text without anything between, in a message and in the system prompt."""
    halves = [text("The wea"), text("ther in Ro"), text("me is fine.\n")]
    whole = "The weather in Rome is fine.\n"
    assert tokens(model, halves) == tokens(model, whole)
    assert tokens(model, "Hi", system=halves) == tokens(model, "Hi", system=whole)


@pytest.mark.parametrize(
    ("model", "of_user", "of_assistant"),
    [
        pytest.param("claude-sonnet-4-5", 1, 1, id="4.5"),
        pytest.param("claude-opus-4-7", 1, 1, id="4.7"),
        pytest.param("claude-opus-4-8", 0, 0, id="4.8"),
    ],
)
def test_what_stands_after_a_mark(model: str, of_user: int, of_assistant: int) -> None:
    """The mark that ends the frame of some messages costs a token before a digit and stands in for a leading space."""

    def extra(value: str, of: Callable[[str], list[Any]]) -> int:
        added = tokens(model, messages=of(value)) - tokens(model, messages=of("Hello"))
        return added - (n(value, model) - n("Hello", model))

    def asked(value: str) -> list[Any]:
        return [user(value)]

    def answered(value: str) -> list[Any]:
        return [user("Hello"), assistant(value), user("Hello")]

    def after_a_result(value: str) -> list[Any]:
        return [*history([call()], [result()]), assistant(value), user("Hello")]

    assert (extra("5", asked), extra(" Hello", asked)) == (of_user, -of_user)
    assert (extra("5", answered), extra(" Hello", answered)) == (of_assistant, -of_assistant)
    assert (extra("5", after_a_result), extra(" Hello", after_a_result)) == (0, 0)

    def asked_twice(value: str) -> list[Any]:
        return [user("Hello"), user(value)]

    def beside_a_result(value: str) -> list[Any]:
        return history([call()], [result(), text(value)])

    def after_results(value: str) -> list[Any]:
        return [*history([call()], [result()]), user(value)]

    assert (extra("5", asked_twice), extra(" Hello", asked_twice)) == (0, 0)
    assert (extra("5", beside_a_result), extra(" Hello", beside_a_result)) == (of_user, -of_user)
    assert (extra("5", after_results), extra(" Hello", after_results)) == (of_user, -of_user)
    assert tokens(model, system="5") - tokens(model, system="Hello") == n("5", model) - n("Hello", model)


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-4-8"])
def test_line_ends_at_the_end_are_read_with_those_of_the_frame(model: str) -> None:
    """Line ends at the end of a system prompt or a message cost nothing, but before a picture a token."""
    words, lines, picture = "Rules:", "Rules:\n\n\n", image(png(28, 28))
    assert tokens(model, system=lines) == tokens(model, system=words)
    assert tokens(model, lines) == tokens(model, words)
    assert tokens(model, [text(lines), picture]) - tokens(model, [text(words), picture]) == 1


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-opus-4-7", "claude-opus-4-8"])
def test_line_ends_before_a_call_are_read_with_the_blank_line_between(model: str) -> None:
    """A call stands a blank line below the text of its message, and takes in the line ends that the text has."""
    plain, spaced = (history([text(f"Let me see.{end}"), call()], [result()]) for end in ("", "\n\n"))
    assert tokens(model, messages=spaced, **BASE) == tokens(model, messages=plain, **BASE)


@pytest.mark.parametrize("end", [" ", "\n \n", "\t", "\n" * 40])
def test_white_space_at_the_end_of_a_message_is_not_read_by_some(end: str) -> None:
    """Opus 5 and later do not read it, within a band that holds the text as it is; elsewhere it is read."""
    bare, spaced = "Hello.", f"Hello.{end}"
    older = tokens("claude-opus-4-8", spaced) - tokens("claude-opus-4-8", bare)
    for model in ("claude-opus-5", "claude-opus-5-5"):
        plain, found = count(model, bare), count(model, spaced)
        assert (found.tokens, found.low) == (plain.tokens, plain.low)
        assert found.high - plain.high == older
        assert tokens(model, system=f"{bare}\t.") == tokens(model, system=f"{bare}\t.\n")
        with_picture = [text(spaced), image(png(28, 28))]
        assert tokens(model, with_picture) > tokens(model, [text(bare), image(png(28, 28))])
    assert tokens("claude-sonnet-5", spaced) - tokens("claude-sonnet-5", bare) == older > 0


PROMPTS = [
    [user("Hello")],
    [user("5 apples"), assistant("## Setup\n- a"), user("你好")],
    [
        user('"Why?"'),
        user("3 more"),
        assistant("1. One\n\n"),
        user("- and"),
        assistant("# Title"),
        user("ok\n"),
    ],
]


@pytest.mark.parametrize("messages", PROMPTS, ids=["one", "three", "six"])
@pytest.mark.parametrize(("model", "separator"), [("claude-sonnet-4-5", 0), ("claude-opus-4-7", 1)])
def test_a_prompt_is_one_text(model: str, separator: int, messages: list[dict[str, Any]]) -> None:
    """Up to 4.7 roles are written out: system and turns are as long as that text, with a token before it all."""
    system, written, before = "Be brief.", "Be brief.", ""
    for message in messages:
        role = {"user": "Human: ", "assistant": "Assistant: "}[message["role"]] * (message["role"] != before)
        written, before = f"{written}\n\n{role}{message['content']}", message["role"]
    written += "\n\nAssistant:"
    assert tokens(model, messages=messages, system=system) == 1 + n(written, model) + separator


def test_citations_are_a_section_of_the_prompt() -> None:
    """Beside tools they have a separator, alone they have none, and from 4.6 on they always have one."""

    def separators(model: str, **more: Any) -> int:
        cited = document("Rome is a city.", citations={"enabled": True})
        found = ask(model, [cited, text("Why?")], **more)
        return sum(part.count.tokens for part in found.counted.parts if part.why == "separators")

    assert separators("claude-haiku-4-5") == 0
    assert separators("claude-haiku-4-5", tools=[WEATHER]) == 1
    assert separators("claude-opus-4-6") == 1
    assert separators("claude-sonnet-5", tools=[WEATHER], system="Be brief.") == 3


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-opus-4-6", "claude-opus-4-7"])
def test_what_an_answer_cited_is_an_element_within_it(model: str) -> None:
    """Cited texts stand within tags of their own that name the place, and are counted with the text around them."""
    place = {
        "type": "content_block_location",
        "document_index": 0,
        "start_block_index": 0,
        "end_block_index": 1,
    }

    def answer(*blocks: dict[str, Any]) -> int:
        return tokens(model, messages=[user("Colors?"), assistant(list(blocks)), user("Why?")])

    def tagged(value: str, places: str) -> dict[str, Any]:
        return text(f'<antml:cite index="{places}">{value}</antml:cite>')

    plain = text("Based on it:\n- "), text(", and "), text(".")
    grass, sky = "The grass is green", "the sky is blue"
    one, two = text(grass, citations=[place]), text(sky, citations=[place, place])
    expected = answer(plain[0], tagged(grass, "0-0"), plain[1], tagged(sky, "0-1,0-2"), plain[2])
    assert answer(plain[0], one, plain[1], two, plain[2]) == expected
    assert answer(plain[0], text(grass, citations=[])) == answer(plain[0], text(grass))


def test_separators_stand_before_the_messages() -> None:
    """Whether there are citations is known last, but what they add is before the first message, where it is read."""
    cited = document("Rome is a city.", citations={"enabled": True})
    places = [part.why for part in ask("claude-sonnet-5", [cited], tools=[WEATHER]).counted.parts]
    assert places.index("tool_definition") < places.index("separators") < places.index("message")


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-opus-4-6", "claude-opus-4-8"])
def test_what_costs_nothing(model: str) -> None:
    """Sampling, metadata, stop sequences, streaming, effort, an empty system and empty texts add no token."""
    free = {
        "temperature": 0.5,
        "top_k": 5,
        "stop_sequences": ["END"],
        "stream": True,
        "metadata": {"user_id": "someone"},
        "service_tier": "auto",
        "system": [],
        "tools": [],
        "tool_choice": {"type": "none"},
        "output_config": {"effort": "low"},
    }
    assert tokens(model, **free) == tokens(model)
    assert tokens(model, [text("Hello, Claude"), text("")]) == tokens(model)
    assert tokens(model, [text("Hello, Claude", cache_control={"type": "ephemeral"})]) == tokens(model)


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-opus-4-6"])
def test_claude_codes_billing_header_is_removed(model: str) -> None:
    """A system block that starts with the billing header is not billed; alone, there is no system section."""
    header = text("x-anthropic-billing-header: cc_version=2.1.9; cc_entrypoint=cli;")
    rest = text("You are a scientist")
    assert tokens(model, system=[header, rest]) == tokens(model, system=[rest])
    assert tokens(model, system=[header]) == tokens(model)


# -- sections and their separators ---------------------------------------------------------------------


SECTIONS: dict[str, dict[str, Any]] = {
    "system": {"system": "You are a scientist"},
    "tools": {"tools": [WEATHER]},
    "thinking": {"thinking": ENABLED, "max_tokens": 2000},
    "format": FORMAT,
}


@pytest.mark.parametrize(
    "sections",
    [
        pytest.param((), id="none"),
        pytest.param(("system",), id="one"),
        pytest.param(("tools",), id="one-tools"),
        pytest.param(("system", "tools"), id="two"),
        pytest.param(("thinking", "format"), id="two-others"),
        pytest.param(("system", "tools", "thinking"), id="three"),
        pytest.param(("system", "tools", "thinking", "format"), id="four"),
    ],
)
@pytest.mark.parametrize(
    ("model", "free"),
    [
        pytest.param("claude-3-7-sonnet-20250219", 1, id="3.7"),
        pytest.param("claude-sonnet-4-20250514", 1, id="4"),
        pytest.param("claude-haiku-4-5", 1, id="4.5"),
        pytest.param("claude-opus-4-6", 0, id="4.6"),
    ],
)
def test_separators_between_sections(model: str, free: int, sections: tuple[str, ...]) -> None:
    """N sections need max(0, N − 1) separators up to 4.5, and N from 4.6 on."""
    body: dict[str, Any] = {}
    for name in sections:
        body |= SECTIONS[name]
    separators = [part for part in ask(model, **body).counted.parts if part.why == "separators"]
    assert sum(part.count.tokens for part in separators) == max(0, len(sections) - free)


@pytest.mark.parametrize(
    "model", ["claude-opus-4-7", "claude-opus-4-8", "claude-sonnet-5", "claude-opus-5-5"]
)
def test_models_without_a_thinking_prompt_have_no_section_for_it(model: str) -> None:
    """``enabled`` is refused from 4.7 on and adds neither a prompt nor a separator."""
    assert tokens(model, thinking=ENABLED, max_tokens=2000) == tokens(model, max_tokens=2000)


# -- tools -------------------------------------------------------------------------------------------


def definition(model: str, description: Any = WEATHER["description"]) -> int:
    """Return the tokens of the weather tool's line."""
    line = json.dumps(
        {
            "description": description,
            "name": WEATHER["name"],
            "parameters": WEATHER["input_schema"],
        },
        sort_keys=True,
    )
    return n(f"<function>{line}</function>", model) + 1


@pytest.mark.parametrize(
    ("model", "auto", "any_", "named"),
    [
        pytest.param("claude-3-haiku-20240307", 264, 355, 357, id="haiku-3"),
        pytest.param("claude-3-5-haiku-20241022", 264, 355, 357, id="haiku-3.5"),
        pytest.param("claude-3-sonnet-20240229", 159, 250, 252, id="sonnet-3"),
        pytest.param("claude-3-opus-20240229", 533, 296, 298, id="opus-3"),
        pytest.param("claude-3-5-sonnet-20240620", 294, 276, 278, id="sonnet-3.5-june"),
        pytest.param("claude-3-5-sonnet-20241022", 313, 314, 316, id="sonnet-3.5-october"),
        pytest.param("claude-3-7-sonnet-20250219", 313, 314, 316, id="3.7"),
        pytest.param("claude-sonnet-4-20250514", 313, 315, 317, id="sonnet-4"),
        pytest.param("claude-opus-4-20250514", 313, 315, 317, id="opus-4"),
        pytest.param("claude-opus-4-1-20250805", 313, 315, 317, id="opus-4.1"),
        pytest.param("claude-sonnet-4-5", 496, 588, 590, id="sonnet-4.5"),
        pytest.param("claude-haiku-4-5", 496, 588, 590, id="haiku-4.5"),
        pytest.param("claude-opus-4-5", 496, 588, 590, id="opus-4.5"),
        pytest.param("claude-opus-4-6", 496 + 1, 588 + 1, 590 + 1, id="opus-4.6"),
        pytest.param("claude-sonnet-4-6", 496 + 1, 588 + 1, 590 + 1, id="sonnet-4.6"),
        pytest.param("claude-opus-4-7", 674 + 1, 803 + 1, 805 + 1, id="opus-4.7"),
        pytest.param("claude-opus-4-8", 289 + 1, 409 + 1, 411 + 1, id="opus-4.8"),
        pytest.param("claude-sonnet-5", 353 + 1, 473 + 1, 475 + 1, id="sonnet-5"),
        pytest.param("claude-opus-5", 285 + 1, 405 + 1, 407 + 1, id="opus-5"),
    ],
)
def test_the_tool_prompt_by_choice(model: str, auto: int, any_: int, named: int) -> None:
    """One tool adds its line and a prompt that depends on ``tool_choice``; a named tool its name as well."""
    base = tokens(model) + definition(model)

    def prompt(choice: Any) -> int:
        more = {} if choice is None else {"tool_choice": choice}
        return tokens(model, tools=[WEATHER], **more) - base

    assert prompt(None) == auto
    assert prompt({"type": "auto"}) == auto
    assert prompt({"type": "none"}) == auto
    assert prompt({"type": "any"}) == any_
    assert prompt({"type": "tool", "name": "get_weather"}) == named + n("get_weather", model)


@pytest.mark.parametrize(
    ("tool", "same_as"),
    [
        pytest.param(
            WEATHER | {"description": ""},
            {k: v for k, v in WEATHER.items() if k != "description"},
            id="empty",
        ),
        pytest.param(WEATHER | {"strict": True, "eager_input_streaming": True}, WEATHER, id="flags"),
        pytest.param(WEATHER | {"cache_control": {"type": "ephemeral"}}, WEATHER, id="cache-control"),
        pytest.param(dict(reversed(WEATHER.items())), WEATHER, id="key-order"),
        pytest.param(WEATHER | {"type": "custom"}, WEATHER, id="type-custom"),
    ],
)
def test_what_of_a_tool_does_not_count(tool: dict[str, Any], same_as: dict[str, Any]) -> None:
    """An empty description, flags, a cache mark and the order of keys change nothing."""
    assert tokens("claude-sonnet-4-5", tools=[tool]) == tokens("claude-sonnet-4-5", tools=[same_as])


@pytest.mark.parametrize("description", ["caf\u00e9", "\u5929\u6c17\u3092\u8abf\u3079\u308b", "\U0001f324"])
def test_tools_are_written_in_ascii(description: str) -> None:
    """Letters beyond ASCII are counted as their escapes."""
    model = "claude-sonnet-4-5"
    written = tokens(model, tools=[WEATHER | {"description": description}]) - tokens(model)
    assert written == 496 + definition(model, description)


@pytest.mark.parametrize(
    ("model", "choice", "difference"),
    [
        pytest.param("claude-sonnet-4-5", "auto", -208, id="4.5-auto"),
        pytest.param("claude-haiku-4-5", "auto", -208, id="haiku-4.5-auto"),
        pytest.param("claude-sonnet-4-5", "any", 1, id="4.5-any"),
        pytest.param("claude-3-5-haiku-20241022", "auto", 2, id="haiku-3.5-auto"),
        pytest.param("claude-sonnet-5", "auto", 0, id="sonnet-5-auto"),
    ],
)
def test_parallel_use_disabled(model: str, choice: str, difference: int) -> None:
    """Without parallel use the hint about it goes: 208 fewer with auto on 4.5, next to nothing elsewhere."""
    allowed = tokens(model, tools=[WEATHER], tool_choice={"type": choice})
    disabled = count(model, tools=[WEATHER], tool_choice={"type": choice, "disable_parallel_tool_use": True})
    assert disabled.tokens - allowed == difference
    assert disabled.low <= allowed + difference <= disabled.high


def test_deferred_tools_are_not_in_the_prompt() -> None:
    """Tools that tool search loads later cost nothing, not even the tool prompt, and that is said."""
    deferred = WEATHER | {"defer_loading": True}
    estimated = ask("claude-opus-4-6", tools=[deferred])
    assert estimated.counted.total.tokens == tokens("claude-opus-4-6")
    assert any("1 deferred tool" in note for note in estimated.counted.notes)
    other = WEATHER | {"name": "other"}
    assert tokens("claude-opus-4-6", tools=[other, deferred]) == tokens("claude-opus-4-6", tools=[other])


def test_a_deferred_tool_that_was_found_is_in_the_prompt() -> None:
    """Once tool search has named a deferred tool its definition is billed, as that of a tool sent plainly is."""
    found = {
        "type": "tool_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": {
            "type": "tool_search_tool_search_result",
            "tool_references": [{"type": "tool_reference", "tool_name": WEATHER["name"]}],
        },
    }
    messages = [user("Weather?"), assistant([found, text("Found.")]), user("Go on")]
    other = WEATHER | {"name": "other", "defer_loading": True}
    deferred = tokens("claude-opus-4-6", messages=messages, tools=[WEATHER | {"defer_loading": True}, other])
    assert deferred == tokens("claude-opus-4-6", messages=messages, tools=[WEATHER])


def test_a_deferred_tool_that_is_only_spoken_of_is_not() -> None:
    """A name in what a server tool is asked or shows is no reference: the definition stays out of the prompt."""
    asked = {"type": "server_tool_use", "id": "s", "name": "x", "input": {"tool_name": WEATHER["name"]}}
    messages = [user("Weather?"), assistant([asked, text("Found.")]), user("Go on")]
    deferred = tokens("claude-opus-4-6", messages=messages, tools=[WEATHER | {"defer_loading": True}])
    assert deferred == tokens("claude-opus-4-6", messages=messages)


@pytest.mark.parametrize(
    ("kind", "model", "tokens_", "exact"),
    [
        pytest.param("bash_20250124", "claude-sonnet-4-5", 244, False, id="bash"),
        pytest.param("bash_20250124", "claude-opus-4-8", 325, False, id="bash-4.8"),
        pytest.param("text_editor_20250429", "claude-sonnet-4-20250514", 700, False, id="text-editor"),
        pytest.param("web_fetch_20250910", "claude-haiku-4-5", 517, False, id="web-fetch"),
        pytest.param("computer_toolset_20260801", "claude-opus-5", 4520, False, id="computer-toolset"),
        pytest.param("web_search_20250305", "claude-opus-4-6", None, False, id="web-search"),
        pytest.param("code_execution_20250825", "claude-opus-4-6", None, False, id="code-execution"),
        pytest.param("levitation_20270101", "claude-opus-4-6", None, False, id="unheard-of"),
    ],
)
def test_tools_that_anthropic_defines_are_bands(
    kind: str, model: str, tokens_: int | None, exact: bool
) -> None:
    """A tool of Anthropic's is a documented figure within a band, or a wide band where none is published."""
    estimated = ask(model, tools=[{"type": kind, "name": kind.rsplit("_", 1)[0]}])
    (part,) = parts_of(estimated, "server_tool")
    assert part.count.low < part.count.high
    assert part.count.method == "estimated"
    if tokens_ is not None:
        assert part.count.tokens == tokens_
    assert estimated.counted.total.method == "estimated"
    if kind.startswith("levitation"):
        assert any("not published" in note for note in estimated.counted.notes)


@pytest.mark.parametrize("kind", ["computer_toolset_20260801", "browser_toolset_20260801"])
def test_toolsets_hold_their_tool_prompt(kind: str) -> None:
    """The documented figure of a toolset covers the tool prompt, so that it is not added twice."""
    documented = {"computer_toolset_20260801": 4520, "browser_toolset_20260801": 6610}[kind]
    added = tokens("claude-opus-5", tools=[{"type": kind, "name": "x"}]) - tokens("claude-opus-5")
    assert abs(added - documented) <= 10


# -- tool history ------------------------------------------------------------------------------------


def call_text(name: str = "get_weather", argument: str = "city", value: str = "Rome") -> str:
    """Return a call as it stands in the prompt."""
    tag = "antml:"
    return f'<{tag}invoke name="{name}">\n<{tag}parameter name="{argument}">{value}</{tag}parameter>\n</{tag}invoke>'


def history(calls: list[Any], results: list[Any]) -> list[Any]:
    """Return a conversation that ends with the results of the calls."""
    return [user("Hello"), assistant(calls), user(results)]


BASE = {"tools": [WEATHER]}


@pytest.mark.parametrize(
    ("model", "closing"),
    [
        pytest.param("claude-3-haiku-20240307", -1, id="haiku-3"),
        pytest.param("claude-3-7-sonnet-20250219", -1, id="3.7"),
        pytest.param("claude-sonnet-4-20250514", 0, id="4"),
        pytest.param("claude-sonnet-4-5", 0, id="4.5"),
        pytest.param("claude-opus-4-6", 0, id="4.6"),
    ],
)
def test_one_call_and_its_result(model: str, closing: int) -> None:
    """A call and its result cost 21 on top of the messages; up to 3.7 one less when the result is the end."""
    with_call = tokens(model, messages=history([call()], [result("sunny")]), **BASE)
    plain = tokens(model, "Hello", **BASE)
    content = n(call_text(), model) + n("a>sunny</a", model)
    assert with_call - plain == 3 + 3 + 21 + content + closing


def test_a_forced_tool_spares_the_closing_token() -> None:
    """The token that goes when a result is the end stays when a tool is forced."""
    model = "claude-3-7-sonnet-20250219"
    forced = {"tool_choice": {"type": "any"}}
    auto = tokens(model, messages=history([call()], [result()]), **BASE) - tokens(model, "Hello", **BASE)
    named = tokens(model, messages=history([call()], [result()]), **BASE, **forced) - tokens(
        model, "Hello", **BASE, **forced
    )
    assert named - auto == 1


@pytest.mark.parametrize("calls", [2, 3, 4, 6])
def test_parallel_calls(calls: int) -> None:
    """c ≥ 2 calls of a turn cost 63 + 19·(c − 2) and each name once more."""
    model = "claude-sonnet-4-5"
    made = [call(f"t{i}", name="get_weather") for i in range(calls)]
    results = [result("sunny", id_=f"t{i}") for i in range(calls)]
    added = tokens(model, messages=history(made, results), **BASE) - tokens(model, "Hello", **BASE)
    content = calls * (n(call_text(), model) + n("a>sunny</a", model) + n("get_weather", model))
    assert added == 3 + 3 + 63 + 19 * (calls - 2) + content


@pytest.mark.parametrize("content", ["It is sunny.", "Sunny!", 'He said "sunny"', "sunny", ""])
def test_results_are_glued_to_their_closing_tag(content: str) -> None:
    """A result's text is counted together with the tag that closes it."""
    model = "claude-sonnet-4-5"
    empty = tokens(model, messages=history([call()], [result("")]), **BASE)
    given = tokens(model, messages=history([call()], [result(content)]), **BASE)
    assert given - empty == n(f"a>{content}</a", model) - n("a></a", model)


def test_a_results_text_blocks_are_joined() -> None:
    """A string, one text block and several are the same result."""
    model = "claude-sonnet-4-5"
    forms: list[Any] = ["It is sunny.", [text("It is sunny.")], [text("It is s"), text("unny.")]]
    assert len({tokens(model, messages=history([call()], [result(form)]), **BASE) for form in forms}) == 1


def test_an_error_costs_more() -> None:
    """``is_error`` costs 8, within a band."""
    model = "claude-sonnet-4-5"
    fine = tokens(model, messages=history([call()], [result("No such city.")]), **BASE)
    failed = count(model, messages=history([call()], [result("No such city.", is_error=True)]), **BASE)
    assert failed.tokens - fine == 8
    assert failed.low < failed.tokens < failed.high


@pytest.mark.parametrize("model", ["claude-sonnet-4-5", "claude-opus-4-7", "claude-sonnet-5"])
def test_an_error_among_several_results_may_cost_nothing(model: str) -> None:
    """One of several results is an element of its own already: an error among them is a band up to 8."""
    calls = [call("t1"), call("t2")]
    fine = count(model, messages=history(calls, [result(id_="t1"), result(id_="t2")]), **BASE)
    failed = count(
        model, messages=history(calls, [result(id_="t1", is_error=True), result(id_="t2")]), **BASE
    )
    assert failed.tokens == fine.tokens
    assert failed.high - fine.high >= 4
    assert failed.method == "estimated"


def test_call_ids_and_argument_forms() -> None:
    """Ids cost nothing; numbers, booleans, lists and objects are written as JSON with default separators."""
    model = "claude-sonnet-4-5"

    def total(id_: str, value: Any) -> int:
        return tokens(model, messages=history([call(id_, city=value)], [result(id_=id_)]), **BASE)

    assert total("t1", "Rome") == total("toolu_01A09q90qw90lq917835lq9", "Rome")
    for value in (3, 2.5, True, None, ["a", 1], {"a": {"b": []}}, "\u00e9"):
        written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
        assert total("t1", value) - total("t1", "Rome") == n(call_text(value=written), model) - n(
            call_text(), model
        )


def test_text_after_a_result() -> None:
    """The user's words after a result cost the frame of a pair less one, in the same message or the next."""
    for model, pair in (("claude-sonnet-4-5", 6), ("claude-opus-4-7", 10), ("claude-sonnet-5", 4)):
        plain = tokens(model, messages=history([call()], [result()]), **BASE)
        same = count(model, messages=history([call()], [result(), text("Hello")]), **BASE)
        following = count(model, messages=[*history([call()], [result()]), user("Hello")], **BASE)
        assert same.tokens - plain == pair - 1 + n("Hello", model)
        assert following.tokens == same.tokens
        assert same.low < same.tokens < same.high


def test_a_picture_after_a_result_opens_a_message_as_words_do() -> None:
    """An image that follows a result costs what words would cost to begin, and once."""
    model = "claude-sonnet-4-5"
    plain = tokens(model, messages=history([call()], [result()]), **BASE)
    picture = image(png(280, 280))
    shown = tokens(model, messages=history([call()], [result(), picture]), **BASE)
    described = tokens(model, messages=history([call()], [result(), picture, text("Hello")]), **BASE)
    assert shown - plain == 5 + 100 + 3
    assert described - shown == 1 + n("Hello", model)


def test_words_after_words_after_a_result_are_joined_as_ever() -> None:
    """What begins a message after results is counted once: more words of the user's cost one token beyond them."""
    model = "claude-sonnet-4-5"
    once = [*history([call()], [result(), text("Hello")])]
    assert tokens(model, messages=[*once, user("Hello")], **BASE) - tokens(model, messages=once, **BASE) == (
        1 + n("Hello", model)
    )


@pytest.mark.parametrize(("model", "glued"), [("claude-sonnet-4-5", True), ("claude-sonnet-5", False)])
def test_a_result_between_tokens_of_its_own_is_not_glued(model: str, glued: bool) -> None:
    """From 4.8 on nothing written stands around a turn's only result; that is not recorded, so a band spans both."""
    text_, tag = "<b>", n("</a", model)
    merged = n(f"a>{text_}</a", model)
    apart = n("a>", model) + n(text_, model) + tag
    assert merged < apart
    plain = count(model, messages=history([call()], [result("sunny")]), **BASE)
    given = count(model, messages=history([call()], [result(text_)]), **BASE)
    assert given.tokens - plain.tokens == (merged if glued else apart) - n("a>sunny</a", model)
    assert (given.low < given.tokens) is not glued


def test_a_tools_name_merges_with_its_quotes() -> None:
    """A forced tool and one of several results are named within tags, with which a name may merge."""
    model = "claude-sonnet-4-5"

    def forced(name: str) -> int:
        tool = WEATHER | {"name": name}
        auto = tokens(model, tools=[tool])
        return tokens(model, tools=[tool], tool_choice={"type": "tool", "name": name}) - auto

    assert n(' name="_Person">', model) < n(' name="', model) + n("_Person", model) + n('">', model)
    assert forced("_Person") == 588 - 496 - 2 + n(' name="_Person">', model)


def test_examples_of_a_tools_input_are_never_nothing() -> None:
    """How ``input_examples`` are written is not known: at least half their JSON, at most twice, and it is said."""
    examples = [{"city": "Rome"}, {"city": "Reykjavik"}]
    estimated = ask("claude-sonnet-4-5", tools=[WEATHER | {"input_examples": examples}])
    plain = tokens("claude-sonnet-4-5", tools=[WEATHER])
    written = n(json.dumps(examples))
    assert estimated.counted.total.tokens - plain == written
    assert estimated.counted.total.low == plain + written // 2
    assert estimated.counted.total.high == plain + 2 * written
    assert any("/tools/0" in note for note in estimated.counted.notes)
    assert tokens("claude-sonnet-4-5", tools=[WEATHER | {"input_examples": []}]) == plain


def test_token_efficient_tools_are_a_band_on_3_7_alone() -> None:
    """That header brings another tool prompt on 3.7, which no recording shows; elsewhere it does nothing."""
    beta = {"anthropic_beta": ["token-efficient-tools-2025-02-19"]}
    given = count("claude-3-7-sonnet-20250219", tools=[WEATHER], **beta)
    plain = count("claude-3-7-sonnet-20250219", tools=[WEATHER])
    assert (plain.method, given.method) == ("exact", "estimated")
    assert given.low < given.tokens == plain.tokens < given.high
    assert count("claude-sonnet-4", tools=[WEATHER], **beta) == count("claude-sonnet-4", tools=[WEATHER])


def test_a_task_budget_is_told_to_the_model() -> None:
    """A task budget adds a little that nobody has measured, and its band holds nothing at all."""
    given = count("claude-opus-4-8", output_config={"task_budget": {"type": "tokens", "total": 50_000}})
    assert given.low <= tokens("claude-opus-4-8") < given.tokens < given.high


@pytest.mark.parametrize("model", ["claude-3-haiku-20240307", "claude-3-7-sonnet-20250219"])
def test_text_after_a_result_brings_back_the_closing_token(model: str) -> None:
    """Up to 3.7 a conversation that ends with a result is one cheaper; one that ends with words after it is not."""
    plain = tokens(model, messages=history([call()], [result()]), **BASE)
    same = tokens(model, messages=history([call()], [result(), text("Hello")]), **BASE)
    assert same - plain == 1 + 5 + n("Hello", model)


def test_a_bare_call_right_after_results_is_one_cheaper() -> None:
    """The second call of a loop costs one less when neither text nor kept thinking stands before it."""
    model = "claude-sonnet-4-5"
    first = history([call()], [result()])
    bare = tokens(model, messages=[*first, assistant([call("t2")]), user([result(id_="t2")])], **BASE)
    once = tokens(model, messages=first, **BASE)
    with_text = tokens(
        model, messages=[*first, assistant([text("Hello"), call("t2")]), user([result(id_="t2")])], **BASE
    )
    content = n(call_text(), model) + n("a>sunny</a", model)
    assert bare - once == 3 + 3 + 21 - 1 + content
    assert with_text - once == 3 + 3 + 21 + content + n("Hello", model)


def test_pictures_in_results() -> None:
    """An image inside a result costs its patches, its frame of 3, and about 18."""
    model = "claude-sonnet-4-5"
    plain = tokens(model, messages=history([call()], [result([text("sunny")])]), **BASE)
    shown = count(model, messages=history([call()], [result([text("sunny"), image(png(280, 280))])]), **BASE)
    assert shown.tokens - plain == 10 * 10 + 3 + 18
    assert shown.low < shown.tokens < shown.high


def test_everything_else_in_a_result_is_added_to_its_text() -> None:
    """A document, a search result and a block nobody knows, inside a result, cost what they cost anywhere."""
    model = "claude-sonnet-4-5"
    found = {"type": "search_result", "source": "s", "title": "t", "content": [text("x")]}
    hologram = {"type": "hologram", "beam": "some words of light"}

    def given(*blocks: Any) -> Count:
        return count(model, messages=history([call()], [result([text("sunny"), *blocks])]), **BASE)

    plain = given()
    assert given(document("Rome is warm")).tokens - plain.tokens == 18 + 35 + n("Rome is warm")
    assert given(found).tokens - plain.tokens == 66 + n("s") + n("t") + n("x")
    written = n(json.dumps(hologram))
    unknown = given(hologram)
    assert unknown.tokens - plain.tokens == written
    assert plain.tokens < unknown.low < unknown.tokens < unknown.high


# -- thinking in history ---------------------------------------------------------------------------------


def test_kept_thinking_in_an_open_loop() -> None:
    """On 4.5 a kept block costs its text and 14, and 1 more when a text follows it."""
    model = "claude-haiku-4-5"
    thought = n("Let me think.", model)
    more = {**BASE, "thinking": ENABLED, "max_tokens": 2000, "anthropic_beta": [INTERLEAVED]}
    bare = tokens(model, messages=history([call()], [result()]), **more)
    kept = tokens(model, messages=history([thinking(), call()], [result()]), **more)
    before_text = tokens(model, messages=history([thinking(), text("Hello"), call()], [result()]), **more)
    assert kept - bare == thought + 14
    assert before_text - kept == n("Hello", model) + 1


@pytest.mark.parametrize(
    "model",
    [
        "claude-sonnet-4-20250514",
        "claude-opus-4-1-20250805",
        "claude-sonnet-4-5",
        "claude-haiku-4-5",
        "claude-opus-4-5",
    ],
)
class TestInterleavedThinking:
    """The beta that lets Claude 4 to 4.5 think between calls adds a prompt of 148 tokens."""

    body: ClassVar[dict[str, Any]] = {"tools": [WEATHER], "thinking": ENABLED, "max_tokens": 2000}

    def test_with_the_header(self, model: str) -> None:
        """The header is known: 148, but for one token of it and one of the thinking prompt."""
        sent = count(model, **self.body, anthropic_beta=[INTERLEAVED])
        absent = count(model, **self.body, anthropic_beta=["context-management-2025-06-27"])
        assert sent.tokens - absent.tokens == 148
        assert sent.high - sent.low <= 4

    def test_known_to_be_absent(self, model: str) -> None:
        """The headers are known and it is not among them: nothing, and no doubt but of the thinking prompt."""
        absent = count(model, **self.body, betas=[], anthropic_beta=[])
        assert (absent.tokens - absent.low, absent.high - absent.tokens) == (1, 0)
        assert not any(
            "interleaved" in note for note in ask(model, **self.body, anthropic_beta=[]).counted.notes
        )

    def test_unknown(self, model: str) -> None:
        """A bare body does not say which headers go with it: a band of 148 upwards, and a note."""
        estimated = ask(model, **self.body)
        total = estimated.counted.total
        assert total.tokens == tokens(model, **self.body, anthropic_beta=[])
        assert total.high - total.tokens == 148
        assert any("interleaved" in note for note in estimated.counted.notes)

    def test_assumed_where_the_request_shows_it(self, model: str) -> None:
        """Claude Code always sends it, and thinking after a result comes about by it alone: 148, with a band."""
        header = text("x-anthropic-billing-header: cc_version=2.1.9;")
        coded = count(model, **self.body, system=[header])
        plain = tokens(model, **self.body, anthropic_beta=[])
        assert coded.tokens - plain == 148
        assert coded.low <= plain
        loop = [*history([call()], [result()]), assistant([thinking(), call("t2")]), user([result(id_="t2")])]
        sent = tokens(model, messages=loop, **self.body, anthropic_beta=[INTERLEAVED])
        assert tokens(model, messages=loop, **self.body) == sent
        absent = tokens(model, messages=loop, **self.body, anthropic_beta=["context-management-2025-06-27"])
        assert sent - absent == 148 + 7
        streaming = [WEATHER | {"eager_input_streaming": True}]
        assert tokens(model, **self.body | {"tools": streaming}) == coded.tokens

    def test_only_with_tools_and_manual_thinking(self, model: str) -> None:
        """Without tools, or without thinking, the header adds nothing."""
        for missing in ("tools", "thinking"):
            body = {key: value for key, value in self.body.items() if key != missing}
            assert tokens(model, **body, anthropic_beta=[INTERLEAVED]) == tokens(model, **body)


def test_deferred_tools_do_not_make_thinking_interleaved() -> None:
    """Where all tools are deferred there is no tool in the prompt, and so nothing to think between."""
    body: dict[str, Any] = {"thinking": ENABLED, "max_tokens": 2000}
    deferred = count("claude-sonnet-4-5", tools=[WEATHER | {"defer_loading": True}], **body)
    assert deferred == count("claude-sonnet-4-5", **body)


@pytest.mark.parametrize("model", ["claude-3-7-sonnet-20250219", "claude-opus-4-6", "claude-opus-4-8"])
def test_the_interleaved_header_adds_nothing_elsewhere(model: str) -> None:
    """On 3.7 and from 4.6 on the header costs nothing, sent or not."""
    body = {"tools": [WEATHER], "thinking": ENABLED, "max_tokens": 2000}
    assert count(model, **body, anthropic_beta=[INTERLEAVED]) == count(model, **body)


def test_3_7_never_interleaves() -> None:
    """There is no header for it on 3.7: a kept block counts as on 4.5 without, whatever is sent."""
    body = {"tools": [WEATHER], "thinking": ENABLED, "max_tokens": 2000}
    loop = history([thinking(), call()], [result()])
    (part,) = parts_of(ask("claude-3-7-sonnet-20250219", messages=loop, **body), "thinking")
    (later,) = parts_of(ask("claude-haiku-4-5", messages=loop, **body, anthropic_beta=[]), "thinking")
    assert part.count == later.count


@pytest.mark.parametrize("model", ["claude-sonnet-4", "claude-sonnet-4-5", "claude-haiku-4-5"])
def test_kept_thinking_without_the_interleaved_header(model: str) -> None:
    """In a loop on 4.5 without the header a kept block was once billed 7 less: that counts, and the band says that it
    is not settled."""
    body = {"tools": [WEATHER], "thinking": ENABLED, "max_tokens": 2000}
    loop = history([thinking(), call()], [result()])
    absent = ask(model, messages=loop, **body, anthropic_beta=[])
    (part,) = parts_of(absent, "thinking")
    assert part.count.tokens == part.count.low == part.count.high - 7
    sent = ask(model, messages=loop, **body, anthropic_beta=[INTERLEAVED])
    (part,) = parts_of(sent, "thinking")
    assert part.count.low == part.count.high


def test_betas_given_to_the_library_are_known() -> None:
    """Naming the headers that are sent is saying which are sent: no doubt is left about the others."""
    body: dict[str, Any] = {"tools": [WEATHER], "thinking": ENABLED, "max_tokens": 2000}
    by_argument = count("claude-sonnet-4-5", **body, betas=["context-management-2025-06-27"])
    in_the_body = count("claude-sonnet-4-5", **body, anthropic_beta=["context-management-2025-06-27"])
    assert by_argument == in_the_body


def test_redacted_thinking_inside_a_loop_is_banded_not_exact() -> None:
    """A loop with redacted thinking is an estimate as a whole, and says so."""
    estimated = ask(
        "claude-opus-4-6",
        messages=history([redacted(), call()], [result()]),
        tools=[WEATHER],
        thinking=ENABLED,
        max_tokens=2000,
    )
    assert estimated.counted.total.method == "estimated"
    assert any("redacted" in note for note in estimated.counted.notes)


# -- structured output -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "constant", "separator"),
    [
        pytest.param("claude-sonnet-4-5", 81, 0, id="4.5"),
        pytest.param("claude-opus-4-6", 81, 1, id="4.6"),
        pytest.param("claude-opus-4-7", 119, 1, id="4.7"),
        pytest.param("claude-opus-4-8", 119, 1, id="4.8"),
        pytest.param("claude-sonnet-5", 119, 1, id="sonnet-5"),
    ],
)
@pytest.mark.parametrize("form", ["output_config", "output_format"])
def test_structured_output(model: str, constant: int, separator: int, form: str) -> None:
    """A JSON schema costs its indented text in the order sent, a constant, and from 4.6 on a separator."""
    body: dict[str, Any] = (
        FORMAT if form == "output_config" else {"output_format": FORMAT["output_config"]["format"]}
    )
    assert (
        tokens(model, **body) - tokens(model) == n(json.dumps(SCHEMA, indent=2), model) + constant + separator
    )


SORTED = {
    "additionalProperties": False,
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "type": "object",
}
USUAL = {
    "type": "object",
    "properties": {"a": {"type": "string"}},
    "required": ["a"],
    "additionalProperties": False,
}


def test_a_schema_with_sorted_keys_may_have_been_sent_in_another_order() -> None:
    """Recorders sort keys, and the API reads the order sent: the usual order counts, and the band spans both."""

    def of(schema: dict[str, Any]) -> Count:
        return count("claude-sonnet-4-5", output_config={"format": {"type": "json_schema", "schema": schema}})

    usual, sorted_ = of(USUAL), of(SORTED)
    as_sent = usual.tokens - n(json.dumps(USUAL, indent=2)) + n(json.dumps(SORTED, indent=2))
    assert usual.method == "exact"
    assert sorted_.tokens == usual.tokens
    assert {sorted_.low, sorted_.high} == {usual.tokens, as_sent}
    assert sorted_.method == "estimated"


def test_a_schema_whose_order_makes_no_difference_is_exact() -> None:
    """Sorted keys leave no doubt where the usual order comes to the same tokens."""
    schema = {"format": {"type": "json_schema", "schema": {"type": "object"}}}
    assert count("claude-sonnet-4-5", output_config=schema).method == "exact"


# -- blocks nobody has measured ------------------------------------------------------------------------------


def test_server_tool_blocks_are_banded_and_said() -> None:
    """Calls and results of server tools in history are estimates; encrypted content may be nothing or much."""
    used = {
        "type": "server_tool_use",
        "id": "srvtoolu_1",
        "name": "web_search",
        "input": {"query": "weather"},
    }
    found = {
        "type": "web_search_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": [
            {"type": "web_search_result", "url": "u", "title": "t", "encrypted_content": "QUJD" * 200}
        ],
    }
    estimated = ask("claude-opus-4-6", messages=[user("a"), assistant([used, found, text("b")]), user("c")])
    parts = parts_of(estimated, "server_tool")
    assert [part.path for part in parts] == ["/messages/1/content/0", "/messages/1/content/1"]
    assert all(part.count.low < part.count.tokens < part.count.high for part in parts)
    assert parts[1].count.high - parts[1].count.low > parts[0].count.high - parts[0].count.low
    assert any("server tool" in note for note in estimated.counted.notes)


def test_search_results_are_sized_by_the_bytes_sealed_in_them() -> None:
    """Sealed search results cost 150 each, and their bytes over 2.7 a token, whatever the base64 around them."""

    def found(*sizes: int) -> Count:
        results = [{"type": "web_search_result", "encrypted_content": sealed(size, kind=3)} for size in sizes]
        block = {"type": "web_search_tool_result", "content": results}
        estimated = ask("claude-sonnet-4-5", messages=[user("a"), assistant([block, text("b")]), user("c")])
        return parts_of(estimated, "server_tool")[0].count

    assert found(27_000).tokens == 150 + 10_000
    assert found(27_000, 54_000).tokens == 2 * 150 + 30_000
    assert found(27_000).low <= 0.7 * found(27_000).tokens
    assert found(27_000).high >= 1.3 * found(27_000).tokens


def test_a_later_search_that_is_only_called_directly_is_the_first_one() -> None:
    """Without programs that filter its results a later version needs no code execution."""
    first = {"type": "web_search_20250305", "name": "web_search"}
    later = {"type": "web_search_20260318", "name": "web_search"}
    model = "claude-haiku-4-5"
    assert tokens(model, tools=[later | {"allowed_callers": ["direct"]}]) == tokens(model, tools=[first])
    assert tokens(model, tools=[later]) > tokens(model, tools=[first])


def test_options_of_a_fetch_are_written_into_its_definition() -> None:
    """A limit of uses is a few tokens, and citations bring their prompt before anything is fetched, once."""
    model = "claude-haiku-4-5"
    fetch = {"type": "web_fetch_20250910", "name": "web_fetch"}
    cited = {"citations": {"enabled": True}}
    plain = tokens(model, tools=[fetch])
    assert tokens(model, tools=[fetch | {"max_uses": 1}]) - plain == 8
    assert (
        tokens(model, tools=[fetch | cited]) - plain == 482 + 1
    )  # a separator: it is a section of the prompt
    both = [document("Rome is warm. ", **cited), text("Hello")]
    one = [document("Rome is warm. "), text("Hello")]
    assert tokens(model, both, tools=[fetch | cited]) - tokens(model, one, tools=[fetch]) == 482 + 1 + 16


def test_a_fetched_page_is_counted_as_a_document() -> None:
    """What a fetch brought back costs its text, its title and a frame, and with citations each sentence."""

    def fetched(page: str, *, cited: bool) -> int:
        document = {"type": "document", "title": "T", "source": {"type": "text", "data": page}}
        document |= {"citations": {"enabled": cited}}
        block = {
            "type": "web_fetch_tool_result",
            "content": {"type": "web_fetch_result", "content": document},
        }
        return tokens("claude-sonnet-4-5", messages=[user("a"), assistant([block, text("b")]), user("c")])

    page = "One sentence. Another one! "
    assert fetched(page * 10, cited=False) - fetched(page, cited=False) == n(page * 10) - n(page)
    assert fetched(page, cited=True) - fetched(page, cited=False) == 482 + 2 * 16


@pytest.mark.parametrize(
    "content",
    [
        pytest.param({"content": {"source": {"data": 5}}}, id="number-for-text"),
        pytest.param({"content": "text"}, id="string-for-document"),
        pytest.param(None, id="nothing"),
        pytest.param([{"encrypted_content": 7}, "x"], id="mixed-list"),
    ],
)
def test_server_results_of_another_form_are_guessed(content: Any) -> None:
    """A server tool's result that is not of the known form is an estimate from its JSON, never an error."""
    block = {"type": "web_fetch_tool_result", "content": content}
    estimated = ask("claude-sonnet-4-5", messages=[user("a"), assistant([block, text("b")]), user("c")])
    (part,) = parts_of(estimated, "server_tool")
    assert part.count.method == "estimated"
    assert 0 <= part.count.low <= part.count.tokens <= part.count.high


@pytest.mark.parametrize(
    ("body", "path"),
    [
        pytest.param({"mcp_servers": [{"type": "url", "name": "docs"}]}, "/mcp_servers", id="mcp-server"),
        pytest.param({"container": {"skills": [{"skill_id": "pptx"}]}}, "/container", id="skill"),
    ],
)
def test_what_the_api_adds_from_elsewhere_is_banded_and_said(body: dict[str, Any], path: str) -> None:
    """Tools of MCP servers and descriptions of skills are in the prompt but not in the request."""
    estimated = ask("claude-sonnet-4-5", **body)
    (part,) = parts_of(estimated, "server_tool")
    assert part.path == path
    assert part.count.low < part.count.tokens < part.count.high
    assert any(path in note for note in estimated.counted.notes)


def test_an_mcp_server_brings_the_tool_prompt() -> None:
    """The tools of an MCP server are tools: their prompt is there although the request holds none."""
    estimated = ask("claude-sonnet-4-5", mcp_servers=[{"type": "url", "name": "docs"}])
    (prompt,) = parts_of(estimated, "tool_prompt")
    assert prompt.count.tokens == 496


def test_tools_called_by_programs_cost_a_prompt() -> None:
    """``allowed_callers`` with code execution adds a prompt once, however many tools have it; ``direct`` none."""
    execution = {"type": "code_execution_20250825", "name": "code_execution"}

    def total(*callers: list[str]) -> int:
        tools = [WEATHER | {"name": f"t{i}", "allowed_callers": each} for i, each in enumerate(callers)]
        return tokens("claude-sonnet-4-5", tools=[execution, *tools])

    programs = ["code_execution_20250825"]
    assert total(programs) - total(["direct"]) == 950
    assert total(programs, programs) - total(["direct"], ["direct"]) == 950


def test_search_results_whose_seal_was_scrubbed_are_as_long_as_results_are() -> None:
    """A masked ``encrypted_content`` says nothing of the result's size: not that it is small."""
    results = [{"type": "web_search_result", "encrypted_content": "<REDACTED>"} for _ in range(8)]
    block = {"type": "web_search_tool_result", "content": results}
    estimated = ask("claude-opus-4-8", messages=[user("a"), assistant([block, text("b")]), user("c")])
    (part,) = parts_of(estimated, "server_tool")
    assert part.count.low < 6_700 < part.count.high
    assert 4_000 < part.count.tokens < 9_000


def test_an_mcp_server_with_a_toolset_is_counted_once() -> None:
    """A toolset stands for its server: the server adds nothing beside it."""
    toolset = {"type": "mcp_toolset", "mcp_server_name": "docs"}
    alone = count("claude-sonnet-4-5", tools=[toolset])
    named = count("claude-sonnet-4-5", tools=[toolset], mcp_servers=[{"type": "url", "name": "docs"}])
    assert named == alone


def test_unknown_blocks_are_counted_by_their_text_and_said() -> None:
    """A block of a type of tomorrow is an estimate from its JSON, and named by its place."""
    block = {"type": "hologram", "beam": "some words of light"}
    estimated = ask("claude-opus-4-6", [block, text("Hello")])
    part = next(part for part in estimated.counted.parts if part.path == "/messages/0/content/0")
    assert part.count.low < part.count.tokens < part.count.high
    assert part.count.method == "estimated"
    assert any("/messages/0/content/0" in note for note in estimated.counted.notes)


def test_compaction_replaces_what_was_before_it() -> None:
    """A compaction block stands for all messages before it: however long they are, the count is the same."""
    summary = {"type": "compaction", "content": "They talked about the weather."}

    def total(before: str) -> Any:
        return ask("claude-opus-4-6", messages=[user(before), assistant([summary]), user("go on")]).counted

    short, long = total("Hello"), total("word " * 5000)
    assert short.total == long.total
    assert any("compaction" in note for note in short.notes)
    assert short.total.method == "estimated"


def test_asking_for_compaction_costs_a_prompt() -> None:
    """``context_management`` with a compaction edit adds about 71 tokens."""
    edit = {"context_management": {"edits": [{"type": "compact_20260112"}]}}
    asked = count("claude-opus-4-6", **edit)
    assert asked.tokens - tokens("claude-opus-4-6") == 71
    assert asked.low < asked.tokens < asked.high


@pytest.mark.parametrize("model", ["claude-2.1", "claude-instant-1.2"])
def test_a_model_without_a_known_tool_prompt_has_a_wide_band(model: str) -> None:
    """Claude 2 had no tools: should a request have one, its prompt is 300 within 0 and 800, and that is said."""
    estimated = ask(model, tools=[WEATHER])
    (prompt,) = parts_of(estimated, "tool_prompt")
    assert (prompt.count.tokens, prompt.count.low, prompt.count.high) == (300, 0, 800)
    assert "no tool prompt of this model is published or recorded" in estimated.counted.notes
