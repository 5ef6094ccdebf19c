"""Finding the conversations of a file, and what a lost cache costs."""

from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from budgetcalc import money
from budgetcalc.caching import find_breakpoints
from budgetcalc.errors import InputError
from budgetcalc.lint.cache_loss import cache_loss
from budgetcalc.lint.prefixes import tokens_before_system
from budgetcalc.lint.sequences import find_sequences, run_sequence_rules

OPUS_5, GPT = "claude-opus-5", "gpt-4o"
EPHEMERAL = {"type": "ephemeral"}
LONG = "All work and no play makes a long prompt. " * 300
TOOLS = [{"name": "find", "description": LONG, "input_schema": {"type": "object"}}]
ASK = {"role": "user", "content": "Find it"}


def talk(turns, *, ask="Find it", model=OPUS_5, **body):
    messages = [{"role": "user", "content": ask}]
    for number in range(turns):
        messages += [
            {"role": "assistant", "content": f"Answer {number}"},
            {"role": "user", "content": "More"},
        ]
    return {"model": model, "messages": messages, **body}


def sequences(step_of, *steps):
    """Return kind and indexes of each sequence."""
    made = [
        step_of(body, **options)
        for body, options in ((s if isinstance(s, tuple) else (s, {})) for s in steps)
    ]
    return [(context.kind, indexes) for indexes, context in find_sequences(made)]


def test_conversation_is_found_among_others(step_of):
    """Requests of two conversations that alternate are told apart; what is alone is single."""
    found = sequences(
        step_of, talk(0), talk(0, ask="B"), talk(1), talk(1, ask="B"), talk(2), talk(0, ask="C")
    )
    assert found == [
        ("conversation", (0, 2, 4)),
        ("conversation", (1, 3)),
        ("suite", (5,)),
    ]


def test_branch_is_a_conversation_of_its_own(step_of):
    """Where two requests go on from one, the second branch begins with that one again."""
    branch = talk(1)
    branch["messages"][-1] = {"role": "user", "content": "Something else"}
    assert sequences(step_of, talk(0), talk(1), branch) == [
        ("conversation", (0, 1)),
        ("conversation", (0, 2)),
    ]


def test_thinking_and_markers_do_not_part_a_conversation(step_of):
    """A client may move the breakpoint, drop thinking, or send text as a block."""
    thought = {"type": "thinking", "thinking": "…", "signature": "EqQB"}
    later = talk(2)
    later["messages"][0] = {
        "role": "user",
        "content": [{"type": "text", "text": "Find it", "cache_control": EPHEMERAL}],
    }
    later["messages"][1] = {"role": "assistant", "content": [thought, {"type": "text", "text": "Answer 0"}]}
    assert sequences(step_of, talk(0), talk(1), later) == [("conversation", (0, 1, 2))]


def test_order_of_the_file_counts(step_of):
    """A request goes on only with an earlier one of the file."""
    assert sequences(step_of, talk(1), talk(0)) == [("suite", (0, 1))]


def test_one_question_asked_of_many_set_ups_is_no_conversation(step_of):
    """The same first message with other tools and another system prompt is another conversation."""
    assert sequences(step_of, talk(0, system="A"), talk(1, system="B")) == [("suite", (0, 1))]


def test_recorded_answer_decides(step_of):
    """With the answers on record, a request goes on with the one whose answer it sends back."""
    first = (talk(0), {"response": {"role": "assistant", "content": [{"type": "text", "text": "Answer 0"}]}})
    other = (talk(0), {"response": {"role": "assistant", "content": [{"type": "text", "text": "Another"}]}})
    assert sequences(step_of, first, other, talk(1)) == [("conversation", (0, 2)), ("suite", (1,))]


def test_session_joins_what_was_edited(step_of):
    """Requests of one session with the same beginning belong together although a message in between changed."""
    session = {"metadata": {"user_id": "user_1_session_2"}}
    edited = talk(2, **session)
    edited["messages"][1] = {"role": "assistant", "content": "Shortened"}
    assert sequences(step_of, talk(1, **session), edited) == [("conversation", (0, 1))]
    assert sequences(step_of, talk(1), {**edited, "metadata": {}})[0][0] == "suite"


def test_single_requests_that_begin_alike(step_of):
    """Single requests to one model with the same tools and system prompt share a prefix."""
    found = sequences(
        step_of, *(talk(0, ask=f"{i}", system="S") for i in range(2)), talk(0, ask="2", system="T")
    )
    assert found == [("shared_prefix", (0, 1)), ("suite", (0, 1, 2))]


def test_other_vendors_are_left_out(step_of):
    """Sequences are judged for Claude; the indexes are those of the whole file."""
    assert sequences(step_of, talk(0, model=GPT), talk(0), talk(1)) == [("conversation", (1, 2))]


def test_lost_cache_is_priced_by_the_line(step_of):
    """A changed tool costs what the whole prefix costs to write, less what it would cost to read."""
    marked = [{"type": "text", "text": LONG, "cache_control": EPHEMERAL}]
    before = step_of(talk(0, system=marked, tools=TOOLS))
    after = step_of(talk(1, system=marked, tools=[{**TOOLS[0], "name": "seek"}]))
    (mark,) = find_breakpoints(before.context.request, before.context.counted)
    tokens = mark.prefix_tokens
    loss = cache_loss(before, after, 0)
    assert loss is not None
    # Claude Opus 5: 6.25 USD to write a million tokens for five minutes, 0.50 to read them.
    assert loss.usd == tokens * (Decimal("6.25") - Decimal("0.50")) / 1_000_000
    ((index, finding),) = [f for f in run_sequence_rules([before, after]) if f[1].rule == "BC613"]
    assert index == 1
    assert finding.measured == tokens
    assert f"{tokens:,} tokens are not read from the cache but paid as new" in finding.message
    assert money.for_people(loss.usd) in finding.message


def test_loss_counts_from_the_last_breakpoint_that_holds(step_of):
    """With a breakpoint on the tools, a changed system prompt loses only what stands behind them."""
    tools = [{**TOOLS[0], "cache_control": EPHEMERAL}]

    def marked(words):
        return [{"type": "text", "text": words, "cache_control": EPHEMERAL}]

    before, after = (
        step_of(talk(0, system=marked(LONG), tools=tools)),
        step_of(talk(1, system=marked("x" + LONG), tools=tools)),
    )
    first, last = find_breakpoints(before.context.request, before.context.counted)
    loss = cache_loss(before, after, tokens_before_system(before.context.counted))
    assert loss is not None
    assert loss.tokens == last.prefix_tokens - first.prefix_tokens


def test_what_is_not_written_again_is_plain_input(step_of):
    """Without a breakpoint of its own, the later request pays the price of input: 5 USD a million."""
    marked = [{"type": "text", "text": LONG, "cache_control": EPHEMERAL}]
    before, after = step_of(talk(0, system=marked)), step_of(talk(1, system=LONG))
    loss = cache_loss(before, after, 0)
    assert loss is not None
    assert loss.usd == loss.tokens * (Decimal(5) - Decimal("0.50")) / 1_000_000


@pytest.mark.parametrize("selected", [frozenset(), frozenset({"BC613"})])
def test_findings_come_in_the_order_of_the_requests(step_of, selected):
    """A finding is yielded once, with the index of its request, in the order of the file."""
    marked = [{"type": "text", "text": LONG, "cache_control": EPHEMERAL}]
    steps = [step_of(talk(i, system=marked, tools=[{**TOOLS[0], "name": f"t{i}"}])) for i in range(4)]
    found = list(run_sequence_rules(steps, selected))
    assert [index for index, _ in found] == sorted(index for index, _ in found)
    assert len(found) == len(set(found))


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-5, 99) | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)
BLOCKS = st.fixed_dictionaries(
    {
        "type": st.sampled_from(
            ["text", "thinking", "tool_use", "tool_result", "server_tool_use", "web_search_tool_result"]
        )
    },
    optional={
        "text": st.sampled_from(["a", "b"]),
        "id": st.sampled_from(["a", "b"]) | JSON,
        "name": st.just("t"),
        "input": JSON,
        "content": st.text(max_size=2) | JSON,
        "signature": JSON,
        "cache_control": st.just(EPHEMERAL),
    },
)
MESSAGES = st.lists(
    st.fixed_dictionaries(
        {
            "role": st.sampled_from(["user", "assistant"]),
            "content": st.sampled_from(["a", "b"]) | st.lists(BLOCKS, max_size=3),
        }
    ),
    max_size=5,
)
BODIES = st.fixed_dictionaries(
    {"model": st.sampled_from([OPUS_5, "claude-sonnet-4-5-20250929", "claude-fable-5-2", GPT])},
    optional={
        "system": st.text(max_size=2) | st.just([{"type": "text", "text": LONG, "cache_control": EPHEMERAL}]),
        "tools": st.lists(st.fixed_dictionaries({"name": st.just("t"), "input_schema": JSON}), max_size=2),
        "cache_control": st.just(EPHEMERAL),
        "metadata": JSON | st.just({"user_id": "u"}),
        "thinking": st.sampled_from([{"type": "adaptive"}, {"type": "disabled"}]),
        "output_config": st.dictionaries(st.sampled_from(["format", "task_budget"]), JSON),
        "speed": JSON,
        "max_tokens": st.integers(0, 99_999),
    },
)
RESPONSES = st.none() | st.fixed_dictionaries(
    {}, optional={"content": JSON | st.lists(BLOCKS), "usage": JSON}
)
TIMES = st.none() | st.sampled_from(["10:00:00", "10:00:00", "10:20:00"])


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    messages=MESSAGES,
    cuts=st.lists(
        st.tuples(st.integers(0, 5), BODIES, RESPONSES, TIMES, st.booleans()), min_size=1, max_size=5
    ),
)
def test_no_sequence_rule_raises(step_of, messages, cuts):
    """Whatever parses is judged: growing prefixes of one conversation, with anything around them."""
    steps = []
    for length, body, response, at, batch in cuts:
        try:
            steps.append(
                step_of({**body, "messages": messages[:length]}, response=response, at=at, batch=batch)
            )
        except InputError:
            continue
    for index, finding in run_sequence_rules(steps):
        assert 0 <= index < len(steps)
        assert finding.message
        assert "\n" not in finding.message
        assert finding.path == "" or finding.path.startswith("/")
