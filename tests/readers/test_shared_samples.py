"""Every sample of the project's collection is a request, or refused by its own name."""

from __future__ import annotations

from pathlib import Path

import pytest

from budgetcalc.readers.requests import FailedItem, RequestItem, read_requests

SAMPLES = Path(__file__).parents[3] / "shared" / "samples"

pytestmark = pytest.mark.skipif(not SAMPLES.is_dir(), reason="the samples are not part of the repository")

EXPECTED = {
    "admin/analytics_usage_report.json": "an Admin API usage report",
    "admin/analytics_user_cost_report.json": "an Admin API cost report",
    "admin/claude_code_usage_report*.json": "a Claude Code analytics report",
    "admin/cost_report.json": "an Admin API cost report",
    "admin/usage_report_messages.json": "an Admin API usage report",
    "batch/create_request.json": "Messages request",
    "batch/results_*.jsonl": "a batch results file",
    "claude_code/*.jsonl": "a Claude Code transcript",
    "claude_code/headless_result_*.json": "a Claude Code headless result",
    "cloud/bedrock_converse_response.json": "a Bedrock Converse response",
    "cloud/bedrock_invocation_log_*.json": "a Bedrock invocation log",
    "cloud/bedrock_stream_metrics_chunk.json": "a Bedrock streaming metrics chunk",
    "console/claude_api_cost_*.csv": "a Console cost CSV",
    "console/claude_api_tokens_*.csv": "a Console usage CSV",
    "conversations/claude_ai_export_conversations.json": "a claude.ai export",
    "conversations/count_tokens_request.json": "Messages request",
    "conversations/inspect_eval_log_excerpt.json": "an Inspect log",
    "conversations/langchain_*.json": "a LangChain message dump",
    "conversations/messages_request_full.json": "Messages request",
    "conversations/openai_chat.json": "OpenAI chat messages",
    "conversations/promptfoo_chat_prompt.json": "OpenAI chat messages",
    "conversations/sharegpt.json": "a ShareGPT file",
    "gateways/langfuse_observation.json": "a Langfuse observation",
    "gateways/litellm_spendlog.json": "a LiteLLM spend log",
    "gateways/openrouter_activity.csv": "an OpenRouter activity CSV",
    "gateways/openrouter_logs.csv": "an OpenRouter log CSV",
    "gateways/openrouter_response_usage.json": "an OpenAI or OpenRouter stream chunk",
    "gateways/otel_genai_span_attributes.json": "an OpenTelemetry trace",
    "messages/response_full_2026.json": "a Messages response",
    "messages/response_refusal_unbilled.json": "a Messages response",
    "messages/response_*.json": "the `usage` of a response",
    "messages/*.sse.txt": "a log of streaming events (SSE)",
    "prompts/*": "prompt text",
}


@pytest.mark.parametrize(
    "path",
    [pytest.param(path, id=str(path.relative_to(SAMPLES))) for path in sorted(SAMPLES.glob("*/*"))],
)
def test_every_sample_is_what_it_is(path: Path) -> None:
    """A sample is read as one request, or refused once, by the right name."""
    own = path.relative_to(SAMPLES)
    name = next((name for pattern, name in EXPECTED.items() if own.match(pattern)), None)
    assert name is not None, "a new sample: say what it is"
    (item,) = read_requests(str(path))
    if isinstance(item, RequestItem):
        assert item.recognised == name
    else:
        assert isinstance(item, FailedItem)
        assert item.message == f"this is {name}, not a Messages request"


def test_every_recording_is_a_request() -> None:
    """All recorded requests of the corpus are read, each with its id and line."""
    path = SAMPLES.parent / "corpus" / "recordings.jsonl.gz"
    if not path.exists():
        pytest.skip("no corpus")
    for line, item in enumerate(read_requests(str(path)), start=1):
        assert isinstance(item, RequestItem), item
        assert (item.source.line, item.source.id is not None) == (line, True)
        assert item.recognised == "Messages request"
        assert item.warnings == ()
