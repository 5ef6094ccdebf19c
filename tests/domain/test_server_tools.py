"""Server tools in history, MCP servers and skills: what of them is counted, and by what."""

from __future__ import annotations

from typing import Any

import pytest

from budgetcalc.claude_server_tools import servers_without_toolset, skills_of
from budgetcalc.conversation import parse_request
from budgetcalc.library import count_text

from .builders import ask, assistant, parts_of, text, user

MODEL = "claude-sonnet-4-5"
LONG = "a rather long sentence about the weather in Rome, " * 20


def cost_of(block: dict[str, Any]) -> int:
    """Return the tokens of a server tool's block in history."""
    messages = [user("Hi"), assistant([block, text("Done.")]), user("And?")]
    return sum(part.count.tokens for part in parts_of(ask(MODEL, messages=messages), "server_tool"))


def call(**more: Any) -> dict[str, Any]:
    """Return a call of a server tool."""
    return {"type": "server_tool_use", "id": "srvtoolu_1", "name": "web_search", "input": {}, **more}


def fetched(**more: Any) -> dict[str, Any]:
    """Return the result of a fetch."""
    source = {"type": "text", "media_type": "text/plain", "data": "Rain."}
    page = {"type": "document", "source": source, **more}
    return {
        "type": "web_fetch_tool_result",
        "tool_use_id": "srvtoolu_1",
        "content": {"type": "web_fetch_result", "url": "https://example.com", "content": page},
    }


@pytest.mark.parametrize(
    ("short", "long"),
    [
        pytest.param(call(), call(input={"query": LONG}), id="input"),
        pytest.param(call(), call(name=LONG), id="name"),
        pytest.param(
            {"type": "code_execution_tool_result", "content": {"stdout": "1"}},
            {"type": "code_execution_tool_result", "content": {"stdout": LONG}},
            id="what-a-result-shows",
        ),
        pytest.param(
            {"type": "bash_code_execution_tool_result", "said": "1"},
            {"type": "bash_code_execution_tool_result", "said": LONG},
            id="a-result-without-content",
        ),
        pytest.param(fetched(), fetched(title=LONG), id="title-of-a-page"),
        pytest.param(
            {"type": "compaction", "content": "1"}, {"type": "compaction", "content": LONG}, id="compaction"
        ),
    ],
)
def test_what_is_in_a_block_is_counted(short: dict[str, Any], long: dict[str, Any]) -> None:
    """The 200 or so tokens of a long text are in the count of the block that holds it."""
    assert 150 < cost_of(long) - cost_of(short) < 500


RAN = {"type": "code_execution_tool_result", "content": {"stdout": "1"}}


@pytest.mark.parametrize(
    ("block", "identity"),
    [
        pytest.param(call(), "id", id="call"),
        pytest.param(fetched(), "tool_use_id", id="fetch"),
        pytest.param(RAN, "tool_use_id", id="program"),
    ],
)
def test_the_identity_of_a_call_is_not(block: dict[str, Any], identity: str) -> None:
    """Ids are no part of the prompt."""
    assert cost_of(block | {identity: LONG}) == cost_of(block)


def test_a_page_that_cannot_be_read_is_said_by_its_place() -> None:
    """A fetched PDF that is none is a band, with the place of the fetch."""
    source = {"type": "base64", "media_type": "application/pdf", "data": "bm9uc2Vuc2U="}
    messages = [user("Hi"), assistant([fetched(source=source), text("Done.")]), user("And?")]
    notes = ask(MODEL, messages=messages).counted.notes
    assert any("the PDF at /messages/1/content/0 cannot be read" in note for note in notes)


def test_a_compaction_is_its_summary() -> None:
    """A compaction costs its text and a frame, not the JSON that holds it."""
    for content in ("They talked.", LONG):
        assert cost_of({"type": "compaction", "content": content}) == 14 + count_text(content, MODEL)


DOCS, MAIL = {"type": "url", "name": "docs"}, {"type": "url", "name": "mail"}


@pytest.mark.parametrize(
    ("servers", "toolsets", "without"),
    [
        ([], [], 0),
        (None, [], 0),
        ("docs", [], 0),
        ([DOCS, MAIL], [], 2),
        ([DOCS, MAIL], ["docs"], 1),
        ([DOCS, MAIL], ["mail", "docs"], 0),
        ([DOCS, MAIL], ["other"], 2),
        ([DOCS, "mail", None], [], 1),
        ([{"type": "url"}, {"type": "url", "name": 7}], [7], 2),
    ],
)
def test_mcp_servers_that_no_toolset_stands_for(servers: Any, toolsets: list[Any], without: int) -> None:
    """Each named server without a toolset of its name brings definitions nobody can see."""
    tools = [{"type": "mcp_toolset", "mcp_server_name": name} for name in toolsets]
    request = parse_request({"messages": [user("Hi")], "mcp_servers": servers, "tools": tools})
    assert servers_without_toolset(request) == without


@pytest.mark.parametrize(
    ("container", "skills"),
    [
        (None, 0),
        ("container_1", 0),
        ({}, 0),
        ({"skills": None}, 0),
        ({"skills": [{"skill_id": "pptx"}, {"skill_id": "xlsx"}]}, 2),
    ],
)
def test_the_skills_of_a_container(container: Any, skills: int) -> None:
    """A container by its id has none that are named here."""
    assert skills_of(parse_request({"messages": [user("Hi")], "container": container})) == skills
