"""Valid request bodies for the invariants: text, tools, thinking and images in conversations that alternate."""

from __future__ import annotations

import string
from typing import Any

from hypothesis import strategies as st

from .builders import CLAUDE, assistant, call, document, image, png, redacted, result, text, thinking, user

models = st.sampled_from([model.id for model in CLAUDE])
words = st.one_of(
    st.text(max_size=30),
    st.text(alphabet=string.ascii_letters + " .!?\n0123456789", min_size=1, max_size=60),
    st.sampled_from(
        ["Hello, Claude", "  indented", "ends with a line\n", "\u5929\u6c17", "\U0001f324\ufe0f", "1234567"]
    ),
)
names = st.from_regex(r"[a-z][a-z_]{0,15}", fullmatch=True)
scalars = st.one_of(st.none(), st.booleans(), st.integers(-999, 999), st.floats(-9, 9), words)
json_values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3),
    max_leaves=6,
)
marks = st.sampled_from(
    [
        {},
        {},
        {},
        {"cache_control": {"type": "ephemeral"}},
        {"cache_control": {"type": "ephemeral", "ttl": "1h"}},
    ]
)
texts = st.builds(lambda value, mark: text(value, **mark), words, marks)
images = st.builds(
    lambda width, height: image(png(width, height)), st.integers(1, 4000), st.integers(1, 4000)
)
documents = st.builds(
    lambda value, cited: document(value, citations={"enabled": cited}), words, st.booleans()
)
thoughts = st.one_of(
    st.builds(thinking, words, st.text(alphabet="ABC+/=", max_size=900)),
    st.builds(redacted, st.text(alphabet="ABC+/=", max_size=400)),
)
questions = st.one_of(
    words.filter(bool), st.lists(st.one_of(texts, images, documents), min_size=1, max_size=4)
)


@st.composite
def turns(draw: st.DrawFn, number: int) -> list[dict[str, Any]]:
    """Return a question, some rounds of calls with their results, and the answer."""
    messages = [user(draw(questions))]
    for step in range(draw(st.integers(0, 2))):
        ids = [f"toolu_{number}_{step}_{i}" for i in range(draw(st.integers(1, 3)))]
        before = draw(st.lists(thoughts, max_size=1)) + draw(st.lists(texts, max_size=1))
        arguments = [draw(st.dictionaries(names, json_values, min_size=1, max_size=2)) for _ in ids]
        calls = [call(id_, draw(names)) | {"input": given} for id_, given in zip(ids, arguments, strict=True)]
        messages.append(assistant(before + calls))
        results = [
            result(
                draw(st.one_of(words, st.lists(st.one_of(texts, images), max_size=2))),
                id_,
                is_error=draw(st.booleans()),
            )
            for id_ in ids
        ]
        messages.append(user(results))
    messages.append(assistant([*draw(st.lists(thoughts, max_size=1)), draw(texts)]))
    return messages


@st.composite
def tools(draw: st.DrawFn) -> dict[str, Any]:
    """Return a client's tool, or one of Anthropic's."""
    if draw(st.integers(0, 9)) == 0:
        return {
            "type": draw(st.sampled_from(["bash_20250124", "web_search_20250305", "levitation_20270101"])),
            "name": "x",
        }
    properties = draw(
        st.dictionaries(
            names, st.fixed_dictionaries({"type": st.just("string"), "description": words}), max_size=3
        )
    )
    schema = {"type": "object", "properties": properties}
    return {"name": draw(names), "description": draw(words), "input_schema": schema, **draw(marks)}


@st.composite
def bodies(draw: st.DrawFn) -> dict[str, Any]:
    """Return a request body whose conversation is well formed."""
    messages = [message for i in range(draw(st.integers(0, 2))) for message in draw(turns(i))]
    ending = draw(st.sampled_from(["question", "open", "answered"]))
    if ending == "question" or not messages:
        messages.append(user(draw(questions)))
    elif ending == "open" and len(messages) > 2:
        messages.pop()
    body: dict[str, Any] = {"model": draw(models), "messages": messages}
    optional = {
        "max_tokens": st.integers(1, 70_000),
        "system": st.one_of(words, st.lists(texts, max_size=3)),
        "tools": st.lists(tools(), max_size=3),
        "tool_choice": st.sampled_from(
            [{"type": "auto"}, {"type": "any"}, {"type": "none"}, {"type": "tool", "name": "x"}]
        ),
        "thinking": st.sampled_from(
            [{"type": "enabled", "budget_tokens": 1024}, {"type": "disabled"}, {"type": "adaptive"}]
        ),
        "output_config": st.just({"format": {"type": "json_schema", "schema": {"type": "object"}}}),
        "betas": st.sampled_from([[], ["interleaved-thinking-2025-05-14"], ["context-1m-2025-08-07"]]),
        "inference_geo": st.sampled_from(["us", "global"]),
        "speed": st.just("fast"),
        "cache_control": st.just({"type": "ephemeral"}),
        "context_management": st.sampled_from(
            [
                {"edits": [{"type": "clear_thinking_20251015", "keep": keep}]}
                for keep in ("all", {"type": "thinking_turns", "value": 1})
            ]
        ),
    }
    for name, values in optional.items():
        if draw(st.integers(0, 2)) == 0:
            body[name] = draw(values)
    return body
