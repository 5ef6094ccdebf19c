"""What is recognised and not a request: another command reads it, or another tool turns it into one.

Three tables of (name, test, hint), for objects, lists and texts, each tried from the top.
"""

from __future__ import annotations

import re
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from budgetcalc.locations import printable
from budgetcalc.patterns import pattern
from budgetcalc.readers.config_discovery import CONFIG_NAMES, PYPROJECT
from budgetcalc.readers.detection import is_message, string_at, type_of
from budgetcalc.readers.files import STDIN
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_STREAM_EVENTS = frozenset(
    {
        "message_start",
        "message_delta",
        "message_stop",
        "content_block_start",
        "content_block_delta",
        "content_block_stop",
        "ping",
    }
)
# Lines of a transcript that need not name their session.
_TRANSCRIPT_TYPES = frozenset({"file-history-snapshot", "queue-operation", "cost-state", "summary"})
_LANGCHAIN_TYPES = frozenset({"human", "ai", "system", "tool", "chat", "function"})
_ONLY_OF_REQUESTS = frozenset({"messages", "max_tokens", "system", "input", "contents", "anthropic_version"})
_RESULT_KEYS = frozenset({"modelUsage", "total_cost_usd", "session_id"})


@dataclass(frozen=True, slots=True)
class Refused:
    """A format that is recognised and not a request.

    Attributes:
        name: with its article, as it stands after "this is".
        test: whether a value or a text is one.
        hint: what to do instead; ``FILE`` stands for the input.
        is_piece: whether it is a part of a request, as one message is.
    """

    name: str
    test: Callable[[Any], bool]
    hint: str
    is_piece: bool = False

    def hint_for(self, path: str) -> str:
        """Return the hint with the input's own name, quoted for a shell."""
        if path == STDIN:  # jq reads standard input when no file is named, and knows no "-"
            return self.hint.replace("price FILE", "price -").replace(" FILE", "")
        from shlex import quote

        return self.hint.replace("FILE", printable(quote(path), limit=400))


def refused_value(value: Any) -> Refused | None:
    """Return what a JSON object or list is, when it is recognised and not a request."""
    if isinstance(value, dict):
        kinds = (*_REFUSED_OBJECTS, *_REFUSED_LONE_OBJECTS)
        return next((kind for kind in kinds if kind.test(value)), None)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        kinds = (*_REFUSED_LISTS, *_REFUSED_OBJECTS)
        return next((kind for kind in kinds if kind.test(value[0])), None)
    return None


def refused_text(head: str) -> Refused | None:
    """Return what a text that is no JSON is by its beginning, when it is recognised and not a prompt."""
    return next((kind for kind in _REFUSED_TEXTS if kind.test(head.lstrip())), None)


def refused_configuration(path: str, head: str) -> Refused | None:
    """Return that a text is a configuration, by its name or by its keys; a prompt may well show one."""
    name = PurePath(path)
    if name.suffix.lower() not in _CONFIGURATION_SUFFIXES:
        return None
    is_own = name.name in CONFIG_NAMES or (_OWN_VERSION.search(head) and _OWN_SECTION.search(head))
    return _CONFIGURATION if is_own or name.name == PYPROJECT else None


def _has(*keys: str) -> Callable[[Any], bool]:
    return lambda value: all(key in value for key in keys)


def _is_object(value: Any, key: str) -> bool:
    return isinstance(value.get(key), dict)


def _first(value: Any, key: str) -> Mapping[str, Any]:
    """Return the first object of the list under ``key``, or an empty one."""
    items = value.get(key)
    return items[0] if isinstance(items, list) and items and isinstance(items[0], dict) else {}


def _is_bare_usage(value: Any) -> bool:
    usage = value["usage"] if _is_object(value, "usage") else value
    counts = {"input_tokens", "output_tokens", "prompt_tokens", "completion_tokens", "inputTokens"}
    return "messages" not in value and "input" not in value and not counts.isdisjoint(usage)


def _is_response(value: Any) -> bool:
    return type_of(value) == "message" and not {"stop_reason", "usage"}.isdisjoint(value)


def _is_cost_report(value: Any) -> bool:
    row = _first(value, "data")
    return "amount" in (_first(row, "results") or row)


def _is_promptfoo(value: Any) -> bool:
    return "prompts" in value and not {"providers", "tests", "targets"}.isdisjoint(value)


def _is_langchain(value: Any) -> bool:
    """Whether an object is a message as LangChain writes it: dumped, as a dict, or bare."""
    kind = type_of(value)
    if value.get("lc") == 1:
        return _is_object(value, "kwargs")
    is_bare = "content" in value and "role" not in value
    return kind in _LANGCHAIN_TYPES and (_is_object(value, "data") or (is_bare and kind != "function"))


def _is_tool(value: Any) -> bool:
    return "name" in value and not {"input_schema", "inputSchema"}.isdisjoint(value)


def _is_tool_list(value: Any) -> bool:
    """Whether an object holds tools and nothing else of a request, as the answer to MCP's ``tools/list`` does."""
    held = value["result"] if _is_object(value, "result") else value
    return _ONLY_OF_REQUESTS.isdisjoint(held) and _is_tool(_first(held, "tools"))


def _has_gen_ai_attributes(value: Any) -> bool:
    attributes = value.get("attributes")
    if isinstance(attributes, list):
        attributes = {string_at(item, "key") for item in attributes}
    return isinstance(attributes, dict | set) and any(str(key).startswith("gen_ai.") for key in attributes)


_PRICE = "`budgetcalc price FILE` prices what was used"

# Commands that turn other tools' conversations into messages. EACH is `.[]` in a list of them, else `.`.
_CLAUDE_AI = (
    "jq -c 'EACH | {id: .uuid, date: .created_at, request: {messages: [.chat_messages[] | {role:"
    ' (if .sender == "human" then "user" else "assistant" end), content: ([(.content[]? | .text? // empty),'
    ' (.attachments[]? | .extracted_content // empty)] | join("\\n"))}]}}\' FILE'
)
_CHATGPT = (
    "jq -c 'EACH | . as $c | {id: .title, date: .create_time, request: {messages: ([.current_node |"
    " recurse($c.mapping[.].parent; . != null) | $c.mapping[.].message |"
    ' select(.author.role == "user" or .author.role == "assistant") |'
    ' {role: .author.role, content: ([.content.parts[]? | strings] | join("\\n"))}] | reverse)}}\' FILE'
)
_SHAREGPT = (
    "jq -c 'EACH | {request: {messages: [.conversations[] |"
    ' {role: ({human: "user", gpt: "assistant"}[.from] // .from), content: .value}]}}\' FILE'
)
# The class of a message is its type, or the last part of what names the class.
_LANGCHAIN = (
    "jq '[EACH | (.data.type? // .kwargs.type? // (.id | arrays | last) // .type | ascii_downcase |"
    ' sub("message(chunk)?$"; "")) as $t | (.data // .kwargs // .) |'
    ' {role: ({human: "user", ai: "assistant"}[$t] // $t), content, tool_call_id, tool_calls: [.tool_calls[]? |'
    ' {id, type: "function", function: {name, arguments: (.args | tojson)}}]}]\' FILE'
)
_INSPECT = (
    "jq -c '.samples[] | {request: {messages: [.messages[] | {role, content, tool_call_id, tool_calls:"
    ' [.tool_calls[]? | {id, type: "function", function: {name: .function, arguments: (.arguments | tojson)}}'
    "]}]}}' FILE"
)
_GEMINI = (
    'jq \'[((.systemInstruction // .system_instruction // empty) | {role: "system", content: ([.parts[].text]'
    ' | join("\\n"))}), (.contents[] | {role: (if .role == "model" then "assistant" else "user" end),'
    ' content: ([.parts[].text // empty] | join("\\n"))})]\' FILE'
)
_OPENAI_ANSWER = "jq '[.choices[].message]' FILE"
_RESPONSES_ANSWER = (
    'jq \'[.output[] | select(.type == "message") |'
    ' {role, content: ([.content[].text // empty] | join("\\n"))}]\' FILE'
)
# MCP's definitions become the API's; what does not reach the model is left out.
_AROUND_TOOLS = (
    'JQ \'{tools: [EACH | if has("inputSchema") then {name, input_schema: .inputSchema} +'
    " (if .description then {description} else {} end) else . end],"
    ' messages: [{role: "user", content: "Hi"}]}\' FILE'
)
_AROUND_BLOCKS = "jq '[{role: \"user\", content: .}]' FILE"


def _around_tools(jq: str, each: str) -> str:
    return _AROUND_TOOLS.replace("JQ", jq).replace("EACH", each)


def _to_messages(jq: str, each: str = ".") -> str:
    return f"turn it into messages first: {_estimated(jq.replace('EACH', each))}"


def _estimated(jq: str) -> str:
    return f"`{jq} | budgetcalc estimate -`"


_REFUSED_OBJECTS: tuple[Refused, ...] = (
    Refused("a batch results file", lambda v: "custom_id" in v and _is_object(v, "result"), _PRICE),
    Refused(
        "the status of a message batch, without its requests",
        lambda v: type_of(v) == "message_batch",
        "give the file that created the batch; `budgetcalc price` reads its results",
    ),
    Refused(
        "a Claude Code headless result",
        lambda v: type_of(v) == "result" and not _RESULT_KEYS.isdisjoint(v),
        _PRICE,
    ),
    Refused(
        "a Claude Code stream-json log",
        lambda v: "session_id" in v and type_of(v) in {"system", "assistant", "user"},
        _PRICE,
    ),
    Refused(
        "a Bedrock streaming metrics chunk",
        lambda v: "amazon-bedrock-invocationMetrics" in v,
        _PRICE,
    ),
    Refused("a log of streaming events", lambda v: type_of(v) in _STREAM_EVENTS, _PRICE),
    Refused(
        "a Claude Code transcript",
        lambda v: (
            ("sessionId" in v and ("type" in v or _is_object(v, "message")))
            or type_of(v) in _TRANSCRIPT_TYPES
            or (
                _is_object(v, "message") and type_of(v["message"]) == "" and _is_object(v["message"], "usage")
            )
        ),
        f"{_PRICE}; system prompt and tools are not in a transcript",
    ),
    Refused(
        "a Messages response",
        lambda v: any(map(_is_response, (v, v.get("response"), v.get("message")))),
        _PRICE,
    ),
    Refused(
        "an error of the API",
        lambda v: type_of(v) == "error" and _is_object(v, "error"),
        "give the request that was refused",
    ),
    Refused(
        "a Bedrock invocation log",
        lambda v: v.get("schemaType") == "ModelInvocationLog",
        f"{_PRICE}; for the request alone: {_estimated('jq -c .input.inputBodyJson FILE')}",
    ),
    Refused("a Bedrock Converse response", _has("stopReason", "usage"), _PRICE),
    Refused(
        "a Claude Code analytics report",
        lambda v: "model_breakdown" in _first(v, "data") or "model_breakdown" in v,
        _PRICE,
    ),
    Refused("an Admin API cost report", _is_cost_report, _PRICE),
    Refused(
        "an Admin API usage report",
        lambda v: "starting_at" in _first(v, "data") or ("starting_at" in v and "results" in v),
        _PRICE,
    ),
    Refused(
        "an OpenTelemetry trace",
        lambda v: not {"resourceSpans", "resource_spans"}.isdisjoint(v) or _has_gen_ai_attributes(v),
        _PRICE,
    ),
    Refused("a LiteLLM spend log", _has("spend", "call_type"), _PRICE),
    Refused(
        "a Langfuse observation",
        lambda v: "usageDetails" in v or (v.get("type") == "GENERATION" and "model" in v),
        _PRICE,
    ),
    Refused(
        "an OpenAI chat completion",
        lambda v: "choices" in v and v.get("object") != "chat.completion.chunk",
        f"{_PRICE}; to count its message: {_estimated(_OPENAI_ANSWER)}",
    ),
    Refused(
        "an OpenAI or OpenRouter stream chunk",
        lambda v: v.get("object") == "chat.completion.chunk",
        _PRICE,
    ),
    Refused(
        "an OpenAI response",
        lambda v: v.get("object") == "response" and isinstance(v.get("output"), list),
        _to_messages(_RESPONSES_ANSWER),
    ),
    Refused(
        "an Inspect log",
        lambda v: _is_object(v, "eval") and ("samples" in v or _is_object(v, "stats")),
        f"{_to_messages(_INSPECT)}; {_PRICE}",
    ),
    Refused(
        "a promptfoo configuration",
        _is_promptfoo,
        "name its prompt files: `budgetcalc estimate prompts/*.json`",
    ),
    Refused(
        "a Gemini request",
        lambda v: isinstance(v.get("contents"), list) and "messages" not in v,
        _to_messages(_GEMINI),
    ),
    Refused(
        "a claude.ai conversation",
        _has("chat_messages"),
        _to_messages(_CLAUDE_AI),
    ),
    Refused(
        "a ChatGPT conversation",
        lambda v: _is_object(v, "mapping") and "current_node" in v,
        _to_messages(_CHATGPT),
    ),
    Refused(
        "a ShareGPT conversation",
        lambda v: "from" in _first(v, "conversations"),
        _to_messages(_SHAREGPT),
    ),
    Refused(
        "a LangChain conversation",
        lambda v: _is_langchain(_first(v, "messages")),
        _to_messages(_LANGCHAIN, each=".messages[]"),
    ),
    Refused(
        "a list of tool definitions",
        _is_tool_list,
        f"put it into a request: {_estimated(_around_tools('jq', '(.result // .).tools[]'))}",
    ),
    Refused(
        "a legacy Text Completions request",
        lambda v: isinstance(v.get("prompt"), str) and "messages" not in v and "input" not in v,
        f"count its prompt as text: {_estimated('jq -r .prompt FILE')}",
    ),
    Refused("the `usage` of a response", _is_bare_usage, _PRICE),
)

# Tried after the tests above on an object that stands alone; in a list they are parts of something.
_REFUSED_LONE_OBJECTS: tuple[Refused, ...] = (
    Refused(
        "one message",
        lambda v: is_message(v) and "messages" not in v,
        f"make a list of the messages: {_estimated('jq -s . FILE')}",
        is_piece=True,
    ),
    Refused(
        "one tool definition",
        _is_tool,
        f"put it into a request: {_estimated(_around_tools('jq -s', '.[]'))}",
        is_piece=True,
    ),
)

# Tried on the first item of a list, before the tests on objects.
_REFUSED_LISTS: tuple[Refused, ...] = (
    Refused("a claude.ai export", _has("chat_messages"), _to_messages(_CLAUDE_AI, each=".[]")),
    Refused(
        "a ChatGPT export",
        lambda v: _is_object(v, "mapping") and "current_node" in v,
        _to_messages(_CHATGPT, each=".[]"),
    ),
    Refused(
        "a ShareGPT file",
        lambda v: "from" in _first(v, "conversations"),
        _to_messages(_SHAREGPT, each=".[]"),
    ),
    Refused(
        "a LangChain message dump",
        _is_langchain,
        _to_messages(_LANGCHAIN, each=".[]"),
    ),
    Refused(
        "a list of tool definitions",
        _is_tool,
        f"put it into a request: {_estimated(_around_tools('jq', '.[]'))}",
    ),
    Refused(
        "a list of content blocks",
        lambda v: type_of(v) in {"text", "image", "document"} and "role" not in v,
        f"make it a message: {_estimated(_AROUND_BLOCKS)}",
    ),
)


_CONFIGURATION_SUFFIXES = frozenset({".yaml", ".yml", ".toml"})
_OWN_VERSION = pattern(r"^version\s*[:=]\s*[\"']?1\b", re.MULTILINE)
_OWN_SECTION = pattern(r"^\[?\[?(defaults|budgets|pipelines|rules|overrides|ignores|limits)\b", re.MULTILINE)
_CONFIGURATION = Refused(
    "a configuration",
    lambda _: True,
    "`budgetcalc lint --config FILE` holds the files it names to their budgets, `budgetcalc plan --config FILE` plans"
    " its pipelines",
)
_SSE = pattern(r"event: ?(message_|content_block_|ping|error|response\.)|data: ?[{\[]|: ?ping")


def _header(*columns: str) -> Callable[[Any], bool]:
    """Return a test for a CSV header with all these columns, whatever the delimiter."""

    def test(head: str) -> bool:
        cells = {cell.strip(' "\r').lower() for cell in re.split("[,;\t]", head.partition("\n")[0])}
        return all(column in cells for column in columns)

    return test


_REFUSED_TEXTS: tuple[Refused, ...] = (
    Refused("a log of streaming events (SSE)", lambda t: _SSE.match(t) is not None, _PRICE),
    Refused("a Console usage CSV", _header("usage_date_utc", "usage_output_tokens"), _PRICE),
    Refused("a Console cost CSV", _header("usage_date_utc", "cost_usd"), _PRICE),
    Refused("an OpenRouter activity CSV", _header("date", "slug", "usage"), _PRICE),
    Refused("an OpenRouter log CSV", _header("cost_total", "tokens_prompt"), _PRICE),
    Refused("a LiteLLM spend log", _header("request_id", "spend"), _PRICE),
    Refused(
        "a promptfoo configuration",
        lambda t: (
            re.search(r"^prompts:", t, re.MULTILINE) is not None
            and re.search(r"^(providers|targets|tests):", t, re.MULTILINE) is not None
        ),
        "name its prompt files: `budgetcalc estimate prompts/*.json`",
    ),
)
