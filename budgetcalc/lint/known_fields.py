"""The fields of the objects in a request: the API refuses any other ("Extra inputs are not permitted").

From the types of the Python SDK 2.12.0 (``anthropic.types.beta``, 2026-11-21), the API reference of 2026-08-21,
and fields the documentation names as refused in batches only.
"""

from __future__ import annotations

BODY = frozenset(
    {
        "anthropic_beta",  # Bedrock's and Vertex's place for the headers, as is `betas` in the SDK
        "anthropic_version",
        "betas",
        "billing_policy",
        "cache_control",
        "cache_hint",
        "compaction",
        "container",
        "context_hint",
        "context_management",
        "diagnostics",
        "fallback_credit_token",
        "fallbacks",
        "inference_geo",
        "max_tokens",
        "mcp_servers",
        "messages",
        "metadata",
        "model",
        "output_config",
        "output_format",
        "previous_thread_event_id",
        "research_preview_2026_02",
        "service_tier",
        "speed",
        "stop_sequences",
        "store",
        "stream",
        "system",
        "temperature",
        "thinking",
        "thread",
        "tool_choice",
        "tools",
        "top_k",
        "top_p",
        "user_profile_id",
        "workspace_id",
    }
)

OTHER_APIS = frozenset(
    {
        "frequency_penalty",
        "function_call",
        "functions",
        "logit_bias",
        "logprobs",
        "max_completion_tokens",
        "max_output_tokens",
        "n",
        "parallel_tool_calls",
        "presence_penalty",
        "reasoning_effort",
        "response_format",
        "seed",
        "stop",
        "stream_options",
        "top_logprobs",
        "user",
    }
)
"""Fields of OpenAI's APIs: known to be refused."""

SDK_OPTIONS = frozenset({"extra_body", "extra_headers", "extra_query", "timeout"})
"""Arguments of an SDK's method, which it never puts into the body."""

MESSAGES = {
    "user": frozenset({"role", "content"}),
    "assistant": frozenset({"role", "content"}),
    "system": frozenset({"role", "content", "clear_at", "output_config"}),
}
MESSAGES_OF_OTHER_APIS = frozenset(
    {"audio", "function_call", "name", "reasoning_content", "refusal", "tool_call_id", "tool_calls"}
)

_MARKED = frozenset({"type", "cache_control"})
_RESULT = _MARKED | {"tool_use_id", "content"}
BLOCKS = {
    "text": _MARKED | {"text", "citations"},
    "image": _MARKED | {"source", "transformations"},
    "document": _MARKED | {"source", "title", "context", "citations"},
    "search_result": _MARKED | {"source", "title", "content", "citations"},
    # A marker on thinking has a rule of its own.
    "thinking": _MARKED | {"thinking", "signature"},
    "redacted_thinking": _MARKED | {"data"},
    "tool_use": _MARKED | {"id", "name", "input", "caller", "toolset_name"},
    "tool_result": _RESULT | {"is_error", "toolset_name"},
    "server_tool_use": _MARKED | {"id", "name", "input", "caller"},
    "web_search_tool_result": _RESULT | {"caller"},
    "web_fetch_tool_result": _RESULT | {"caller"},
    "code_execution_tool_result": _RESULT,
    "bash_code_execution_tool_result": _RESULT,
    "text_editor_code_execution_tool_result": _RESULT,
    "tool_search_tool_result": _RESULT,
    "mcp_tool_use": _MARKED | {"id", "name", "input", "server_name"},
    "mcp_tool_result": _RESULT | {"is_error"},
    "container_upload": _MARKED | {"file_id"},
    "tool_reference": _MARKED | {"tool_name"},
}

CUSTOM_TOOL = _MARKED | {
    "name",
    "description",
    "input_schema",
    "strict",
    "defer_loading",
    "eager_input_streaming",
    "allowed_callers",
    "input_examples",
}
TOOLS_OF_OTHER_APIS = frozenset({"function", "parameters"})

SETTINGS = {
    "tool_choice": frozenset({"type", "name", "disable_parallel_tool_use"}),
    "thinking": frozenset({"type", "budget_tokens", "display", "block_binding"}),
    "output_config": frozenset({"effort", "format", "task_budget"}),
}
