"""Small valid inputs for every target: most are written here, the rest are the project's own examples and cases."""

from __future__ import annotations

import base64
import codecs
import gzip
import json
import struct
import zlib
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parent.parent
MODEL = "claude-opus-4-6"


def _json(*values: Any) -> list[bytes]:
    return [json.dumps(value).encode() for value in values]


def _lines(*values: Any) -> bytes:
    return b"".join(line + b"\n" for line in _json(*values))


def _files(*patterns: str) -> list[bytes]:
    paths = sorted({path for pattern in patterns for path in PROJECT.glob(pattern) if path.is_file()})
    return [
        path.read_bytes() for path in paths if not path.name.startswith("expected.") and path.name != "cmd"
    ]


# ---- pictures ----------------------------------------------------------------------------------------------


def png(width: int, height: int) -> bytes:
    """Return a grey PNG."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (width + 1) * height)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


GIF = b"GIF89a" + struct.pack("<HHBBB", 30, 20, 0, 0, 0) + b";"
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\0\x01\x01\0\0\x01\0\x01\0\0"
    b"\xff\xc0\x00\x11\x08\x00\x20\x00\x30\x03\x01\x22\0\x02\x11\x01\x03\x11\x01\xff\xd9"
)
WEBP = (
    b"RIFF\x1a\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x1f\0\0\x0f\0\0",
    b"RIFF\x1a\0\0\0WEBPVP8L\x0d\0\0\0\x2f\x1f\xc0\x03\0" + b"\0" * 8,
    b"RIFF\x1a\0\0\0WEBPVP8 \x0e\0\0\0\x30\x01\0\x9d\x01\x2a\x20\0\x10\0\0\0",
)
PDF = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 300]/Contents 4 0 R/Resources<</Font<</F 5 0 R>>>>>>endobj\n"
    b"4 0 obj<</Length 36>>stream\nBT /F 12 Tf 10 10 Td (Hello) Tj ET  \nendstream endobj\n"
    b"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R/Size 6>>\n%%EOF\n"
)

# ---- requests ----------------------------------------------------------------------------------------------

SCHEMA = {
    "$defs": {"place": {"type": "object", "properties": {"name": {"type": "string", "enum": ["a", "b"]}}}},
    "type": "object",
    "properties": {
        "place": {"$ref": "#/$defs/place"},
        "days": {"type": "array", "items": {"type": "integer", "minimum": 0}, "maxItems": 7},
        "unit": {"anyOf": [{"const": "c"}, {"type": "null"}], "pattern": "^c$"},
    },
    "required": ["place"],
    "additionalProperties": False,
}
_PICTURE = {
    "type": "image",
    "source": {
        "type": "base64",
        "media_type": "image/png",
        "data": base64.b64encode(png(3, 2)).decode(),
    },
}
_DOCUMENT = {
    "type": "document",
    "source": {
        "type": "base64",
        "media_type": "application/pdf",
        "data": base64.b64encode(PDF).decode(),
    },
    "citations": {"enabled": True},
}
REQUEST: dict[str, Any] = {
    "model": MODEL,
    "max_tokens": 2000,
    "system": [{"type": "text", "text": "Be short.", "cache_control": {"type": "ephemeral", "ttl": "1h"}}],
    "tools": [
        {"name": "weather", "description": "Says it.", "input_schema": SCHEMA, "strict": True},
        {"type": "web_search_20250305", "name": "web_search", "max_uses": 2},
        {"type": "bash_20250124", "name": "bash"},
    ],
    "tool_choice": {"type": "auto"},
    "thinking": {"type": "enabled", "budget_tokens": 1024},
    "messages": [
        {"role": "user", "content": [{"type": "text", "text": "Rain?"}, _PICTURE, _DOCUMENT]},
        {
            "role": "assistant",
            "content": [
                {"type": "thinking", "thinking": "I look.", "signature": "RXVjS" * 40},
                {"type": "tool_use", "id": "toolu_1", "name": "weather", "input": {"place": {"name": "a"}}},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "tool_result",
                    "tool_use_id": "toolu_1",
                    "content": [{"type": "text", "text": "Sunny."}],
                }
            ],
        },
    ],
    "output_config": {"effort": "high", "format": {"type": "json_schema", "schema": SCHEMA}},
    "context_management": {"edits": [{"type": "clear_thinking_20251015", "keep": "all"}]},
    "metadata": {"user_id": "u"},
}
_SHORT = {"model": MODEL, "max_tokens": 5, "messages": [{"role": "user", "content": "Hello, Claude"}]}
_SERVER_BLOCKS = {
    "model": MODEL,
    "max_tokens": 50,
    "messages": [
        {"role": "user", "content": "Search."},
        {
            "role": "assistant",
            "content": [
                {
                    "type": "server_tool_use",
                    "id": "srvtoolu_1",
                    "name": "web_search",
                    "input": {"query": "rain"},
                },
                {
                    "type": "web_search_tool_result",
                    "tool_use_id": "srvtoolu_1",
                    "content": [
                        {
                            "type": "web_search_result",
                            "title": "T",
                            "url": "https://e.org",
                            "encrypted_content": "QUJD" * 30,
                        }
                    ],
                },
                {"type": "redacted_thinking", "data": "QUJD" * 20},
            ],
        },
        {
            "role": "user",
            "content": [
                {
                    "type": "search_result",
                    "source": "s",
                    "title": "t",
                    "content": [{"type": "text", "text": "x"}],
                    "citations": {"enabled": True},
                },
                {
                    "type": "document",
                    "source": {"type": "text", "media_type": "text/plain", "data": "A page."},
                },
            ],
        },
    ],
}
_RARE_FIELDS = {
    "model": MODEL,
    "max_tokens": 50,
    "messages": [
        {"role": "user", "content": "Go.", "cache_control": {"type": "ephemeral"}},
        {
            "role": "assistant",
            "content": [
                {"type": "mcp_tool_use", "id": "mcptoolu_1", "name": "f", "server_name": "s", "input": {}},
                {"type": "mcp_tool_result", "tool_use_id": "mcptoolu_1", "content": [], "is_error": False},
                {
                    "type": "server_tool_use",
                    "id": "srvtoolu_2",
                    "name": "code_execution",
                    "input": {"code": "1"},
                },
            ],
        },
    ],
    "tools": [
        {"type": "mcp_toolset", "mcp_server_name": "s", "configs": {"f": {"enabled": True}}},
        {"type": "code_execution_20250825", "name": "code_execution"},
        {
            "type": "web_fetch_20250910",
            "name": "web_fetch",
            "allowed_domains": ["e.org"],
            "citations": {"enabled": True},
        },
        {"type": "tool_search_tool_regex_20251119", "name": "tool_search_tool_regex"},
        {"type": "computer_20250124", "name": "computer", "display_width_px": 800, "display_height_px": 600},
        {"type": "advisor_20260301", "name": "advisor", "model": MODEL},
        {
            "name": "g",
            "input_schema": {"type": "object"},
            "input_examples": [{"a": 1}],
            "allowed_callers": ["code_execution_20250825"],
            "defer_loading": True,
        },
    ],
    "tool_choice": {"type": "tool", "name": "g", "disable_parallel_tool_use": True},
    "mcp_servers": [
        {"type": "url", "url": "https://e.org", "name": "s", "tool_configuration": {"enabled": True}}
    ],
    "container": {"id": "c", "skills": [{"type": "anthropic", "skill_id": "pdf", "version": "latest"}]},
    "context_management": {
        "edits": [
            {"type": "clear_tool_uses_20250919", "trigger": {"type": "input_tokens", "value": 30000}},
            {"type": "compact_20260112", "trigger": {"type": "input_tokens", "value": 150000}},
        ]
    },
    "fallbacks": [{"model": "claude-haiku-4-5"}],
    "thinking": {
        "type": "adaptive",
        "display": "omitted",
        "block_binding": {"prefix_mismatch_behavior": "error"},
    },
    "output_config": {"effort": "low", "task_budget": {"type": "tokens", "total": 20000}},
    "service_tier": "auto",
    "inference_geo": "us",
    "speed": "fast",
    "stop_sequences": ["x"],
    "temperature": 0.5,
    "top_k": 5,
    "betas": ["context-1m-2025-08-07"],
    "diagnostics": {"previous_message_id": "msg_1"},
    "stream": True,
}
_OPENAI = {
    "model": "gpt-4o",
    "messages": [
        {"role": "system", "content": "Be short."},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "See"},
                {"type": "image_url", "image_url": {"url": "data:image/png;base64,iVBORw0KGgo="}},
            ],
        },
        {
            "role": "assistant",
            "content": None,
            "tool_calls": [
                {"id": "c1", "type": "function", "function": {"name": "f", "arguments": '{"a": 1}'}}
            ],
        },
        {"role": "tool", "tool_call_id": "c1", "content": "done"},
    ],
    "tools": [{"type": "function", "function": {"name": "f", "parameters": SCHEMA, "description": "d"}}],
    "max_completion_tokens": 100,
    "response_format": {"type": "json_schema", "json_schema": {"name": "n", "schema": SCHEMA}},
    "stop": ["x"],
}
_RESPONSES = {
    "model": "gpt-4o",
    "instructions": "Be short.",
    "input": [
        {"role": "user", "content": [{"type": "input_text", "text": "Hello"}]},
        {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
        {"type": "function_call_output", "call_id": "c", "output": "x"},
    ],
    "max_output_tokens": 64,
}
_CONVERSE = {
    "modelId": "anthropic.claude-opus-4-6-v1:0",
    "system": [{"text": "Be short."}, {"cachePoint": {"type": "default", "ttl": "1h"}}],
    "messages": [
        {
            "role": "user",
            "content": [
                {"text": "Hello"},
                {"image": {"format": "png", "source": {"bytes": base64.b64encode(png(2, 2)).decode()}}},
                {"document": {"format": "txt", "name": "n", "source": {"bytes": "SGVsbG8="}}},
            ],
        },
        {
            "role": "assistant",
            "content": [
                {"reasoningContent": {"reasoningText": {"text": "t", "signature": "QUJD"}}},
                {"toolUse": {"toolUseId": "t", "name": "f", "input": {"a": [1]}}},
            ],
        },
        {"role": "user", "content": [{"toolResult": {"toolUseId": "t", "content": [{"json": {"b": 2}}]}}]},
    ],
    "inferenceConfig": {"maxTokens": 100, "temperature": 0.5, "stopSequences": ["x"]},
    "toolConfig": {
        "tools": [{"toolSpec": {"name": "f", "description": "d", "inputSchema": {"json": SCHEMA}}}],
        "toolChoice": {"tool": {"name": "f"}},
    },
    "additionalModelRequestFields": {"thinking": {"type": "enabled", "budget_tokens": 1024}},
}

# ---- usage -------------------------------------------------------------------------------------------------

USAGE = {
    "input_tokens": 100,
    "output_tokens": 50,
    "cache_creation_input_tokens": 30,
    "cache_creation": {"ephemeral_5m_input_tokens": 10, "ephemeral_1h_input_tokens": 20},
    "cache_read_input_tokens": 1000,
    "service_tier": "standard",
    "server_tool_use": {"web_search_requests": 1},
    "output_tokens_details": {"thinking_tokens": 7},
}
MESSAGE = {
    "id": "msg_1", "type": "message", "role": "assistant", "model": MODEL, "content": [],
    "stop_reason": "end_turn", "usage": USAGE,
}  # fmt: skip


_TRANSCRIPTS = "tests/corpus/price/claude-code-transcripts/*/*/*.jsonl"


def _transcript_line(number: int, **more: Any) -> dict[str, Any]:
    return {
        "type": "assistant",
        "sessionId": "s",
        "uuid": f"u{number}",
        "requestId": f"r{number}",
        "timestamp": f"2026-09-0{number}T10:00:00.000Z",
        "cwd": "/home/me/project",
        "version": "2.1.0",
        "isSidechain": number == 2,
        "message": {**MESSAGE, "id": f"msg_{number}", "content": [{"type": "text", "text": "x"}]},
        **more,
    }


_EVENTS = (
    {"type": "message_start", "message": {**MESSAGE, "stop_reason": None}},
    {"type": "content_block_delta", "index": 0, "delta": {"type": "text_delta", "text": "Hi"}},
    {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 60}},
    {"type": "message_stop"},
)
_STREAM = b"".join(b"event: %s\ndata: %s\n\n" % (e["type"].encode(), json.dumps(e).encode()) for e in _EVENTS)  # type: ignore[attr-defined]
_BUCKET = {
    "starting_at": "2026-09-01T00:00:00Z",
    "ending_at": "2026-09-02T00:00:00Z",
    "results": [
        {
            "uncached_input_tokens": 100,
            "cache_read_input_tokens": 5,
            "output_tokens": 9,
            "cache_creation": {"ephemeral_5m_input_tokens": 1, "ephemeral_1h_input_tokens": 2},
            "server_tool_use": {"web_search_requests": 1},
            "model": MODEL,
            "service_tier": "batch",
            "api_key_id": "k",
            "workspace_id": None,
            "inference_geo": "us",
            "context_window": "0-200k",
        }
    ],
}
_ANALYTICS = {
    "data": [
        {
            "date": "2026-09-01T00:00:00Z",
            "actor": {"type": "user_actor", "email_address": "a@b.c"},
            "organization_id": "o",
            "terminal_type": "t",
            "model_breakdown": [
                {
                    "model": MODEL,
                    "tokens": {"input": 100, "output": 35, "cache_read": 10, "cache_creation": 5},
                    "estimated_cost": {"currency": "USD", "amount": 1025},
                }
            ],
        }
    ],
    "has_more": False,
}
_CONSOLE = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    f"usage_output_tokens,web_search_count\n2026-09-01,{MODEL},k,Default,standard,≤ 200k,100,1,2,3,4,1\n"
    f'2026-09-02,{MODEL},"a\nkey",Default,batch,≤ 200k,100,1,2,3,4,0\n'
).encode()
_BEDROCK = {
    "schemaType": "ModelInvocationLog",
    "timestamp": "2026-09-01T10:00:00Z",
    "requestId": "r",
    "modelId": f"anthropic.{MODEL}-v1:0",
    "operation": "InvokeModel",
    "input": {"inputTokenCount": 1},
    "output": {"outputTokenCount": 1, "outputBodyJson": MESSAGE},
}
_BEDROCK_CONVERSE = {
    **_BEDROCK,
    "operation": "Converse",
    "output": {
        "outputBodyJson": {
            "usage": {
                "inputTokens": 10,
                "outputTokens": 5,
                "totalTokens": 15,
                "cacheReadInputTokens": 3,
                "cacheWriteInputTokens": 2,
            },
            "stopReason": "end_turn",
        }
    },
}
_BEDROCK_BATCH = {"recordId": "r1", "modelInput": _SHORT, "modelOutput": MESSAGE}
_LITELLM = {
    "request_id": "q",
    "call_type": "acompletion",
    "model": f"anthropic/{MODEL}",
    "spend": 0.01,
    "prompt_tokens": 100,
    "completion_tokens": 20,
    "startTime": "2026-04-21T10:00:00+00:00",
    "cache_hit": "False",
    "metadata": {
        "status": "success",
        "usage_object": {
            "prompt_tokens": 100,
            "completion_tokens": 20,
            "cache_read_input_tokens": 80,
            "cache_creation_input_tokens": 5,
            "completion_tokens_details": {"reasoning_tokens": 4},
        },
    },
}
_LITELLM_CSV = (
    f"request_id,call_type,model,spend,prompt_tokens,completion_tokens,startTime,cache_hit,metadata\n"
    f"q,acompletion,anthropic/{MODEL},0.01,100,20,2026-04-21T10:00:00Z,False,{{}}\n"
).encode()
_OPENROUTER = {
    "id": "gen-1",
    "model": "anthropic/claude-opus-4.6",
    "created": 1777000000,
    "usage": {
        "prompt_tokens": 194,
        "prompt_tokens_details": {"cached_tokens": 40, "cache_write_tokens": 100},
        "completion_tokens": 20,
        "completion_tokens_details": {"reasoning_tokens": 5},
        "cost": 0.95,
        "is_byok": True,
        "cost_details": {"upstream_inference_cost": 19},
    },
}
_ACTIVITY = {
    "data": [
        {
            "date": "2026-05-12",
            "model": "anthropic/claude-opus-4.6",
            "model_permaslug": "anthropic/claude-4.6-opus-20260205",
            "provider_name": "Anthropic",
            "usage": 0.015,
            "byok_usage_inference": 0.012,
            "requests": 5,
            "prompt_tokens": 50,
            "completion_tokens": 125,
            "reasoning_tokens": 25,
        }
    ]
}
_OPENROUTER_CSV = (
    b"generation_id,created_at,model_permaslug,tokens_prompt,tokens_completion,tokens_reasoning,tokens_cached,"
    b"cost_total\ng1,2026-03-30 10:00:00,anthropic/claude-opus-4.6,100,20,5,40,0.01\n"
)
_SPAN = {
    "traceId": "t",
    "spanId": "a",
    "startTimeUnixNano": "1785926400000000000",
    "attributes": [
        {"key": "gen_ai.operation.name", "value": {"stringValue": "chat"}},
        {"key": "gen_ai.request.model", "value": {"stringValue": MODEL}},
        {"key": "gen_ai.usage.input_tokens", "value": {"intValue": "5120"}},
        {"key": "gen_ai.usage.output_tokens", "value": {"intValue": 100}},
        {"key": "gen_ai.usage.cache_read.input_tokens", "value": {"intValue": "4500"}},
    ],
}
_OBSERVATION = {
    "id": "o",
    "traceId": "t",
    "type": "GENERATION",
    "startTime": "2026-04-04T06:21:09.835Z",
    "model": MODEL,
    "usageDetails": {"input": 24, "output": 378, "cache_read_input_tokens": 30, "total": 432},
    "totalCost": 0.000952199999,
}
_HELICONE = {
    "request_id": "q",
    "request_created_at": "2026-10-01T10:00:00.000Z",
    "response_status": 200,
    "response_model": MODEL,
    "prompt_tokens": 100,
    "prompt_cache_write_tokens": 20,
    "prompt_cache_read_tokens": 40,
    "completion_tokens": 10,
    "costUSD": 0.0009,
    "request_properties": {"App": "mail"},
}
_HELICONE_CSV = (
    f"response_id,response_created_at,response_status,response_model,request_id,request_created_at,prompt_tokens,"
    f"completion_tokens\nr,2026-10-01T10:00:02Z,200,{MODEL},q,2026-10-01T10:00:00Z,100,10\n"
).encode()
_HEADLESS = (
    {"type": "system", "subtype": "init", "session_id": "s", "model": MODEL},
    {"type": "assistant", "session_id": "s", "uuid": "u", "message": MESSAGE},
    {
        "type": "result",
        "subtype": "success",
        "session_id": "s",
        "uuid": "r",
        "total_cost_usd": 0.5,
        "usage": USAGE,
        "modelUsage": {
            MODEL: {
                "inputTokens": 100,
                "outputTokens": 50,
                "cacheReadInputTokens": 10,
                "cacheCreationInputTokens": 5,
                "webSearchRequests": 1,
                "costUSD": 0.5,
            }
        },
    },
)
_COST = {
    "data": [
        {
            "starting_at": "2026-09-01T00:00:00Z",
            "ending_at": "2026-09-02T00:00:00Z",
            "results": [
                {
                    "currency": "USD",
                    "amount": "123.45",
                    "model": MODEL,
                    "cost_type": "tokens",
                    "token_type": "uncached_input_tokens",
                    "service_tier": "standard",
                    "context_window": "0-200k",
                    "workspace_id": None,
                    "description": "Claude Opus 4.6 Usage - Input Tokens",
                }
            ],
        }
    ],
    "has_more": False,
    "next_page": None,
}

# ---- what people write -------------------------------------------------------------------------------------

_OVERLAY = b"""version: 1
sources:
  ours: {title: Our contract, url: "https://example.org", checked: 2026-11-01}
models:
  - id: claude-opus-4-6
    prices:
      - {from: 2026-01-01, input: 4, cache_write_5m: 5, cache_write_1h: 8, cache_read: 0.4, output: 20, source: ours}
"""
_TOML = b"""[tool.budgetcalc]
version = 1
[tool.budgetcalc.defaults]
model = "claude-opus-4-6"
[[tool.budgetcalc.budgets]]
name = "prompts"
files = ["prompts/*.json"]
max_input_tokens = 10_000
max_cost_usd = "0.10"
[tool.budgetcalc.rules]
model-retiring = "off"
"""
_BASELINE = {
    "schema": "budgetcalc/baseline/v1",
    "files": {
        "prompts/a.json": {
            "requests": 1,
            "input_tokens": 10,
            "system_tokens": 2,
            "tool_tokens": 0,
            "cost_usd": "0.00017",
            "suite_cost_usd": None,
            "suite_input_tokens": 10,
            "spent_usd": None,
        }
    },
    "accepted": [
        {"fingerprint": "f", "rule": "BC101", "file": "prompts/a.json", "path": "", "measured": 10},
        {"fingerprint": "g", "rule": "BC104", "file": "prompts/a.json", "path": "/x", "measured": "0.5"},
    ],
}
_TEXTS = (
    "Hello, Claude. It's 1234567 o'clock, isn't it?\n\n\tdef f(x):\n        return x_y + 0.5\n",
    "天気はどうですか。 \U0001f324\ufe0f e\u0301 ﬁ Ünïcödé ПРИВЕТ İSTANBUL ʼn \u200d\u00a0\u3000 नमस्ते",
    '{"a": [1, 2], "b": "\\u00e9"}  <tag attr="v">CamelCase SCREAMING_SNAKE don\u2019t "quoted"</tag>\r\n',
)

_BODY = json.dumps(_SHORT)
_ANSWER = json.dumps(MESSAGE)
_CASSETTE = f"""interactions:
- request:
    method: POST
    uri: https://api.anthropic.com/v1/messages
    headers: {{anthropic-version: ['2023-06-01']}}
    body: {json.dumps(_BODY)}
  response:
    status: {{code: 200, message: OK}}
    body: {{string: {json.dumps(_ANSWER)}}}
- &known
  request: {{uri: https://api.anthropic.com/v1/messages, body: !!binary {base64.b64encode(_BODY.encode()).decode()}}}
  response: {{status: {{code: 200}}, body: {{string: {json.dumps(_STREAM.decode())}}}}}
- *known
""".encode()
_HAR = {
    "log": {
        "entries": [
            {
                "startedDateTime": "2026-09-01T10:00:00Z",
                "request": {
                    "url": "https://api.anthropic.com/v1/messages",
                    "headers": [{"name": "anthropic-version", "value": "2023-06-01"}],
                    "postData": {"text": _BODY},
                },
                "response": {"status": 200, "content": {"text": _ANSWER}},
            }
        ]
    }
}
_SEARCH = {**_SHORT, "tools": [{"type": "web_search_20250305", "name": "web_search"}]}
_LEARNABLE = [
    {
        "request": {**_SEARCH, "messages": [{"role": "user", "content": "x " * at}]},
        "usage": {"input_tokens": 2500 + at, "output_tokens": 1},
    }
    for at in range(1, 7)
]
_CALIBRATION = b"""schema: "budgetcalc/calibration/v1"
made_on: "2026-11-22"
budgetcalc: "0.1.0"
framing: "b6be96f3ff0452afb97664d5e6a77ca7e5669715a1702c7f856ca43de8eac548"
recordings: 6
constants:
  - name: "tool.web_search_20250305"
    about: "definition of the web_search_20250305 tool"
    applies: ["4.5"]
    unit: "tokens"
    value: 1995
    low: 1986
    high: 2004
    method: "estimated"
    recordings: 6
    sources: 1
    spread_tokens: 0
    models: ["claude-haiku-4-5-20251001"]
    error: {left_out: "recording", median_tokens: 0, worst_tokens: 0}
refused: []
"""

_REQUESTS = _files("examples/*.json", "tests/corpus/estimate/*/*.json")
_USAGE_FILES = "tests/corpus/price/*/*.json*"

SEEDS: dict[str, list[bytes]] = {
    "requests-json": [*_json(_SHORT, REQUEST, _SERVER_BLOCKS, _RARE_FIELDS), *_REQUESTS],
    "requests-jsonl": [
        _lines(_SHORT, REQUEST, {"custom_id": "a", "params": _SHORT}),
        *_files("examples/requests.jsonl", "tests/corpus/estimate/*/*.jsonl"),
    ],
    "requests-batch": _json(
        {"requests": [{"custom_id": name, "params": _SHORT} for name in "ab"]}, [_SHORT, _SHORT]
    ),
    "requests-openai": _json(_OPENAI, _RESPONSES, _OPENAI["messages"]),
    "requests-converse": _json(_CONVERSE),
    "requests-text": [
        b"---\nmodel: x\ntitle: A prompt\n---\nYou are a {{role}}. Answer ${question} <%= name %>.\n",
        *(text.encode() for text in _TEXTS),
        "UTF-16".encode("utf-16"),
    ],
    "lint": [
        *_json(REQUEST, _SERVER_BLOCKS, _RARE_FIELDS, REQUEST["tools"]),
        *_files("tests/corpus/lint/*/*/*.json"),
    ],
    "usage-messages": [*_json(USAGE, MESSAGE), _lines(MESSAGE, {"response": MESSAGE}), *_files(_USAGE_FILES)],
    "usage-transcripts": [
        _lines(*map(_transcript_line, (1, 2, 3, 3))),
        *_files(_TRANSCRIPTS),
    ],
    "transcript-lines": [_lines(*map(_transcript_line, (1, 2, 3, 3))), *_files(_TRANSCRIPTS)],
    "usage-sse": [_STREAM, _STREAM + _STREAM, _lines(*_EVENTS)],
    "usage-batch": [
        _lines(
            {"custom_id": "a", "result": {"type": "succeeded", "message": MESSAGE}},
            {"custom_id": "b", "result": {"type": "errored", "error": {"type": "x"}}},
        )
    ],
    "usage-admin": _json({"data": [_BUCKET], "has_more": False, "next_page": None}, _BUCKET, _ANALYTICS),
    "usage-console-csv": [_CONSOLE],
    "usage-bedrock": [_lines(_BEDROCK, _BEDROCK_CONVERSE), _lines(_BEDROCK_BATCH)],
    "usage-litellm": [*_json(_LITELLM, [_LITELLM, _LITELLM]), _LITELLM_CSV],
    "usage-openrouter": [*_json(_OPENROUTER, _ACTIVITY), _OPENROUTER_CSV],
    "usage-otel": _json({"resourceSpans": [{"scopeSpans": [{"spans": [_SPAN]}]}]}, [_SPAN]),
    "usage-langfuse": _json(_OBSERVATION, {"data": [_OBSERVATION]}),
    "usage-helicone": [*_json(_HELICONE), _HELICONE_CSV],
    "usage-headless": [_lines(*_HEADLESS), *_json(_HEADLESS[2], list(_HEADLESS))],
    "recordings-jsonl": [
        _lines({"request": _SHORT, "usage": USAGE}, {"request": _SHORT, "response": MESSAGE}),
        _lines(*_LEARNABLE),
        *_files("tests/corpus/verify/*/*.jsonl", "tests/corpus/calibrate/*/*.jsonl"),
    ],
    "recordings-cassette": [_CASSETTE],
    "recordings-har": _json(_HAR, [{"request": _SHORT, "usage": USAGE}]),
    "costs": [*_json(_COST), *_files("tests/corpus/price/reconciled-console-export/cost.csv")],
    "config-yaml": _files("tests/corpus/lint/*/budgetcalc.yaml"),
    "config-toml": [_TOML, *_files("tests/corpus/lint/pyproject/pyproject.toml")],
    "pricing": [_OVERLAY],
    "baseline": _json(_BASELINE),
    "calibration": [_CALIBRATION, *_files("tests/corpus/calibrate/*/*.yaml")],
    "lint-cache": [b'{"files":{},"usages":{}}', b'{"files":{"a":null},"usages":{}}'],
    "streams": [
        b"one\ntwo\r\n\n",
        "one\nzwei\n".encode("utf-16"),
        codecs.BOM_UTF8 + b"a" * 300 + b"\nb\n",
        gzip.compress(b"packed\nlines\n") + gzip.compress(b"again\n"),
        gzip.compress(b"x" * 9_000),
    ],
    "claude-text": [text.encode() for text in _TEXTS],
    "claude-text-in-c": [text.encode() for text in _TEXTS],
    "other-texts": [text.encode() for text in _TEXTS],
    "media": [png(3, 2), GIF, JPEG, *WEBP, PDF],
    "tool-schema": _json(SCHEMA, {"$ref": "#"}, {"allOf": [{"not": {"if": True, "then": False}}]}),
}
"""By the name of the target."""
