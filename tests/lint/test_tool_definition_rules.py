"""BC434 to BC439: schemas, examples, types and deferral of tools."""

# ruff: noqa: E501 - one case a line reads best

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.lint.tool_schemas import dead_references, misfit, schema_problems

SONNET_4, SONNET_4_5 = "claude-sonnet-4-20250514", "claude-sonnet-4-5-20250929"
OPUS_4_7, OPUS_4_8, OPUS_5, OPUS_5_5 = (
    "claude-opus-4-7",
    "claude-opus-4-8",
    "claude-opus-5",
    "claude-opus-5-5",
)
SONNET_5_5, HAIKU_5_5, FABLE_5 = "claude-sonnet-5-5", "claude-haiku-5-5", "claude-fable-5"
FINDER = {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def tool(name="search", **fields):
    return {"name": name, "input_schema": {"type": "object"}, **fields}


def schema(**keywords):
    return {"tools": [tool(input_schema={"type": "object", **keywords})]}


def of(**keywords):
    """Return a tool with one property of these keywords."""
    return schema(properties={"p": keywords})


def typed(tool_type, model):
    return {"model": model, "tools": [{"type": tool_type, "name": "t"}]}


def found_tool(name):
    """Return a conversation in which a client's own search found a tool."""
    call = {"type": "tool_use", "id": "toolu_1", "name": "search", "input": {}}
    result = {
        "type": "tool_result",
        "tool_use_id": "toolu_1",
        "content": [{"type": "tool_reference", "tool_name": name}],
    }
    return [
        {"role": "user", "content": "Hello"},
        {"role": "assistant", "content": [call]},
        {"role": "user", "content": [result]},
    ]


DEFERRED = tool("read", defer_loading=True)
CITY = {
    "type": "object",
    "properties": {"city": {"type": "string"}, "days": {"type": "integer", "maximum": 7}},
    "required": ["city"],
    "additionalProperties": False,
}

SCHEMA_CASES = [
    *(
        case(name, "tool-schema-top-level-combinator", expected, body)
        for name, body, expected in [
            ("any-of", schema(anyOf=[{}]), "error"),
            ("one-of-and-all-of", schema(oneOf=[{}], allOf=[{}]), "error error"),
            ("inside-a-property", of(anyOf=[{"type": "string"}, {"type": "null"}]), ""),
            ("not", schema(**{"not": {}, "if": {}, "then": {}}), ""),
            ("none", schema(), ""),
        ]
    ),
    *(
        case(name, "tool-schema-not-2020-12", expected, body)
        for name, body, expected in [
            ("plain", of(type="string", description="A city", enum=["a"]), ""),
            ("nullable", of(type="string", nullable=True), ""),
            ("unknown-keyword", of(type="string", widget={"properties": 7}), ""),
            ("properties-named-like-keywords", schema(properties={"type": {"type": "string"}, "required": {"type": "boolean"}, "$ref": {"type": "string"}}), ""),
            ("exclusive-minimum-true", of(type="integer", minimum=0, exclusiveMinimum=True), "error"),
            ("exclusive-minimum", of(type="integer", exclusiveMinimum=0), ""),
            ("tuple-of-draft-7", of(type="array", items=[{"type": "string"}]), "error"),
            ("tuple", of(type="array", prefixItems=[{"type": "string"}], items=False), ""),
            ("required-true", of(type="string", required=True), "error"),
            ("required-twice", schema(required=["a", "a"]), "error"),
            ("type-any", of(type="any"), "error"),
            ("types", of(type=["string", "null"]), ""),
            ("no-types", of(type=[]), "error"),
            ("properties-null", schema(properties=None), "error"),
            ("property-null", schema(properties={"p": None}), "error"),
            ("property-true", schema(properties={"p": True}), ""),
            ("description-null", of(type="string", description=None), "error"),
            ("enum-text", of(enum="a"), "error"),
            ("negative-length", of(type="string", minLength=-1), "error"),
            ("length-as-a-float", of(type="string", minLength=1.0), ""),
            ("length-and-a-half", of(type="string", minLength=1.5), "error"),
            ("empty-any-of", of(anyOf=[]), "error"),
            ("additional-text", schema(additionalProperties="no"), "error"),
            ("reference", schema(properties={"p": {"$ref": "#/$defs/q"}}, **{"$defs": {"q": {"type": "string"}}}), ""),
            ("reference-to-itself", schema(properties={"p": {"$ref": "#"}}), ""),
            ("reference-escaped", schema(properties={"p": {"$ref": "#/$defs/a~1b%20c"}}, **{"$defs": {"a/b c": {}}}), ""),
            ("reference-to-an-anchor", schema(properties={"p": {"$ref": "#q"}}, **{"$defs": {"x": {"$anchor": "q"}}}), ""),
            ("dead-reference", schema(properties={"p": {"$ref": "#/$defs/q"}}), "warning"),
            ("dead-anchor", schema(properties={"p": {"$ref": "#q"}}), "warning"),
            ("reference-elsewhere", schema(properties={"p": {"$ref": "https://example.com/s.json"}}), ""),
            ("reference-from-an-inner-document", schema(properties={"p": {"$id": "https://example.com/p", "$ref": "#/q"}}), ""),
            ("top-type-is-another-rule", {"tools": [tool(input_schema={"type": "any"})]}, ""),
            ("deep", schema(properties={"p": {"allOf": [{"not": {"items": {"minimum": "0"}}}]}}), "error"),
            ("anthropic-tool", {"tools": [{"type": "bash_20250124", "name": "bash", "input_schema": {"type": 7}}]}, ""),
        ]
    ),
    *(
        case(name, "tool-schema-property-key", expected, schema(properties={key: {} for key in keys}))
        for name, keys, expected in [
            ("plain", ["a", "b_c", "d-e", "f.g"], ""),
            ("64", ["a" * 64], ""),
            ("65", ["a" * 65], "error"),
            ("dollar", ["$filter"], "error"),
            ("space", ["first name"], "error"),
            ("empty", [""], "error"),
            ("letters-of-other-scripts", ["größe", "名前"], "warning"),
            ("the-worse-decides", ["größe", "a b"], "error"),
        ]
    ),
    case("inside-is-not-judged", "tool-schema-property-key", "", of(type="object", properties={"a b": {}})),
    *(
        case(name, "tool-input-examples-invalid", expected, {"tools": [tool(input_schema=CITY, input_examples=examples)]})
        for name, examples, expected in [
            ("none", [], ""),
            ("fits", [{"city": "Bern"}, {"city": "Bern", "days": 7}], ""),
            ("lacks-a-property", [{"city": "Bern"}, {"days": 1}], "error"),
            ("wrong-type", [{"city": 7}], "error"),
            ("out-of-bounds", [{"city": "Bern", "days": 8}], "error"),
            ("extra-property", [{"city": "Bern", "country": "CH"}], "error"),
            ("no-object", ["Bern"], "error"),
            ("no-list", {"city": "Bern"}, "error"),
        ]
    ),
    case("on-a-server-tool", "tool-input-examples-invalid", "error", {"tools": [{"type": "web_search_20250305", "name": "web_search", "input_examples": []}]}),
    case("on-a-toolset", "tool-input-examples-invalid", "error", {"tools": [{"type": "mcp_toolset", "mcp_server_name": "m", "input_examples": []}]}),
    case("on-a-client-tool", "tool-input-examples-invalid", "", {"tools": [{"type": "memory_20250818", "name": "memory", "input_examples": []}]}),
]  # fmt: skip

TOOL_CASES = [
    *(
        case(f"{kind}-{model}", "tool-type-unsupported", expected, typed(kind, model))
        for kind, model, expected in [
            ("computer_20251124", OPUS_5, ""),
            ("computer_20251124", OPUS_5_5, "error"),
            ("computer_20251124", SONNET_5_5, "error"),
            ("computer_20251124", HAIKU_5_5, "error"),
            ("computer_20251124", "anthropic.claude-opus-5-5", ""),
            ("computer_20251124", "claude-opus-5-5@default", "error"),
            ("computer_20241022", "claude-3-5-sonnet-20241022", ""),
            ("computer_20241022", SONNET_4, "error"),
            ("computer_20241022", OPUS_5, "error"),
            ("text_editor_20250124", "claude-3-7-sonnet-20250219", ""),
            ("text_editor_20250124", SONNET_4, ""),
            ("text_editor_20250124", SONNET_4_5, "warning"),
            ("text_editor_20250728", SONNET_4_5, ""),
            ("browser_toolset_20260801", OPUS_4_7, "error"),
            ("browser_toolset_20260801", OPUS_4_8, ""),
            ("browser_toolset_20260801", FABLE_5, ""),
            ("browser_toolset_20260801", SONNET_5_5, ""),
            ("browser_toolset_20260801", HAIKU_5_5, "error"),
        ]
    ),
    *(
        case(name, "tool-deferral-invalid", expected, body)
        for name, body, expected in [
            ("with-the-search-tool", {"tools": [FINDER, DEFERRED]}, ""),
            ("all", {"tools": [DEFERRED]}, "error"),
            ("marked", {"tools": [FINDER, {**DEFERRED, "cache_control": {"type": "ephemeral"}}]}, "error"),
            ("undeferred-marked", {"tools": [{**FINDER, "cache_control": {"type": "ephemeral"}}, DEFERRED]}, ""),
            ("reference", {"tools": [tool(), DEFERRED], "messages": found_tool("read")}, ""),
            ("reference-to-nothing", {"tools": [tool(), DEFERRED], "messages": found_tool("write")}, "error"),
            ("reference-into-an-mcp-server", {"tools": [tool(), {"type": "mcp_toolset", "mcp_server_name": "m"}], "messages": found_tool("write")}, ""),
            ("reference-to-an-added-tool", {"model": OPUS_5, "tools": [tool()], "messages": [{"role": "user", "content": "Hello"}, {"role": "system", "content": [{"type": "tool_addition", "tool": {"type": "definition", "definition": tool("write")}}]}, *found_tool("write")[1:]]}, ""),
        ]
    ),
]  # fmt: skip


NAME_CASES = [
    case("beside-its-toolset", "tool-name-duplicate", "error", {"model": OPUS_5, "tools": [{"type": "computer_toolset_20260801"}, tool("computer")]}),
    case("beside-another-toolset", "tool-name-duplicate", "", {"model": OPUS_5, "tools": [{"type": "browser_toolset_20260801"}, tool("computer")]}),
    case("called-from-code-only", "tool-choice-invalid", "error", {"tools": [tool(allowed_callers=["code_execution_20250825"])], "tool_choice": {"type": "tool", "name": "search"}}),
    case("called-from-code-too", "tool-choice-invalid", "", {"tools": [tool(allowed_callers=["direct", "code_execution_20250825"])], "tool_choice": {"type": "tool", "name": "search"}}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), [*NAME_CASES, *SCHEMA_CASES, *TOOL_CASES])
def test_tool_definition_rule(severities, rule, expected, body, options):
    """A rule on tool definitions speaks exactly where the API would refuse the tool."""
    assert severities(rule, body, **options) == expected


def test_the_first_wrong_place_is_named(judge):
    """One finding a tool, at the first wrong keyword in the order of the schema, with how many more there are."""
    (found,) = [
        f
        for f in judge(schema(properties={"a": {"minimum": "0"}, "b": {"maximum": "9"}}))
        if f.rule == "BC435"
    ]
    assert found.path == "/tools/0/input_schema/properties/a/minimum"
    assert "(and 1 more)" in found.message


WORDS = st.sampled_from(["a", "b", "object", "string", "#", "#/$defs/a", ""])
SMALL_JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-2, 5) | st.sampled_from([0.5, 2.0]) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
KEYWORDS = [
    *(
        "type",
        "enum",
        "const",
        "required",
        "minimum",
        "exclusiveMaximum",
        "maxLength",
        "minItems",
        "multipleOf",
    ),
    *("properties", "$defs", "items", "additionalProperties", "not", "anyOf", "allOf", "prefixItems"),
    *("description", "uniqueItems", "format", "dependentSchemas", "contains"),
]
SCHEMAS = st.recursive(
    st.dictionaries(st.sampled_from(KEYWORDS), SMALL_JSON, max_size=4) | st.booleans(),
    lambda inner: st.fixed_dictionaries(
        {},
        optional={
            "type": st.sampled_from(["object", "array", "string", "integer"]),
            "properties": st.dictionaries(WORDS, inner, max_size=3),
            "items": inner,
            "allOf": st.lists(inner, min_size=1, max_size=2),
            "required": st.lists(WORDS, unique=True, max_size=2),
            "minimum": st.integers(-1, 3),
        },
    ),
    max_leaves=6,
)


@settings(deadline=None, max_examples=300)
@given(candidate=SCHEMAS)
def test_schemas_are_judged_as_by_the_metaschema(candidate):
    """What is said to be no schema is none for jsonschema either, and the other way round."""
    try:
        jsonschema.Draft202012Validator.check_schema(candidate)
    except jsonschema.SchemaError:
        assert list(schema_problems(candidate))
    else:
        assert not list(schema_problems(candidate))


@settings(deadline=None, max_examples=300)
@given(candidate=SCHEMAS, value=SMALL_JSON)
def test_what_does_not_fit_does_not_validate(candidate, value):
    """A value that is said not to fit a valid schema never validates against it."""
    if not list(schema_problems(candidate)) and misfit(value, candidate) is not None:
        assert not jsonschema.Draft202012Validator(candidate).is_valid(value)


def test_endless_schemas_end():
    """References in circles, and schemas far deeper than Python's stack, are judged all the same."""
    circle = {"$ref": "#/$defs/a", "$defs": {"a": {"allOf": [{"$ref": "#/$defs/a"}, {"$ref": "#/$defs/a"}]}}}
    assert misfit({}, circle) is None
    deep: dict[str, object] = {"type": "any"}
    value: object = 1
    for _ in range(50_000):
        deep, value = {"properties": {"p": deep}}, {"p": value}
    assert next(said for _, said in schema_problems(deep)).startswith("type should be")
    assert list(dead_references(deep)) == []
    assert misfit(value, deep) is None  # given up, not found to fit
