"""BC381, BC385, BC390, BC391, BC493: what a prompt or a history gives away."""

# ruff: noqa: E501 - one case a line reads best

import pytest

SONNET_3_5, SONNET_4_5, OPUS_5 = "claude-3-5-sonnet-20241022", "claude-sonnet-4-5-20250929", "claude-opus-5"
TOOLS = [{"name": "search", "input_schema": {"type": "object"}}]
ASK = {"role": "user", "content": "Find it"}
TEXT = {"type": "text", "text": "Hi"}
THOUGHT = {"type": "thinking", "thinking": "…", "signature": "EqQB"}


def manual(budget=2_048):
    return {"type": "enabled", "budget_tokens": budget}


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, {"max_tokens": 8_000, **body}, options, id=f"{rule}-{name}")


def call(number=1):
    return {"type": "tool_use", "id": f"toolu_{number}", "name": "search", "input": {}}


def result(number=1):
    return {"type": "tool_result", "tool_use_id": f"toolu_{number}", "content": "found"}


def loop(*answers, thinking=None):
    """Return a tool loop of so many assistant messages, each answered, with thinking."""
    turns = [ASK]
    for number, blocks in enumerate(answers, start=1):
        turns += [{"role": "assistant", "content": blocks}, {"role": "user", "content": [result(number)]}]
    return {"messages": turns, "tools": TOOLS, "thinking": thinking or manual()}


def says(text, max_tokens=500, **body):
    return {"max_tokens": max_tokens, "system": text, **body}


OVER = [
    "Answer in at most 600 tokens.",
    "Keep your answer to no more than 600 tokens.",
    "Your response must not exceed 600 tokens",
    "Respond within 800 tokens.",
    "Summarize in max. 1k tokens.",
    "Write up to 1,000 tokens.",
    "Maximum output length: max 600 tokens",
    "Think first, then answer in at most 600 tokens.",
    "at most 600 tokens",
    "Antworte in höchstens 600 Token.",
    "Deine Antwort hat maximal 1.000 Tokens.",
    "Répondez en au plus 600 tokens.",
    "La réponse ne doit pas dépasser : au maximum 1 000 tokens",
    "La réponse ne doit pas dépasser 600 tokens.",
    "La respuesta no debe superar 600 tokens.",
    "Responde en como máximo 600 tokens.",
    "A resposta deve ter no máximo 600 tokens.",
    "Rispondi in al massimo 600 token.",
    "Ответ не более 600 токенов.",
    "回答最多 600 个 token。",
    "请将回答控制在600个token以内。",
    "600トークン以内で回答してください。",
    "답변은 최대 600토큰으로 작성하세요.",
    "600 토큰 이내로 답변하세요.",
]
WITHIN = [
    "Answer in at most 500 tokens.",
    "Answer in at most 600 words.",
    "Answer in 600 tokens or so, but use at most 400 tokens.",
    "The context window is at most 200000 tokens.",
    "The input has up to 4,000 tokens; answer briefly.",
    "Split the document into chunks of at most 800 tokens.",
    "The rate limit is at most 80,000 tokens per minute.",
    "GPT-2 was trained on up to 40,000 tokens.",
    "Write a function that returns max_tokens, at most 4096 tokens.",
    "The answer costs under 5,000 tokens, that is 0.05 USD.",
    "The secret has at most 4096 access tokens in its response.",
    "I read 600 tokens of your answer.",
    "Version 3.600 tokens",
]
MAGIC = "ANTHROPIC_MAGIC_STRING_TRIGGER_REDACTED_THINKING_46C9A13E"
PROMPT_CASES = [
    *(case(text, "prompt-budget-contradicts-max-tokens", "warning", says(text)) for text in OVER),
    *(case(text, "prompt-budget-contradicts-max-tokens", "", says(text)) for text in WITHIN),
    case("in-the-users-text", "prompt-budget-contradicts-max-tokens", "warning", {"max_tokens": 500, "messages": [{"role": "user", "content": OVER[0]}]}),
    case("in-an-answer", "prompt-budget-contradicts-max-tokens", "", {"max_tokens": 500, "messages": [ASK, {"role": "assistant", "content": OVER[0]}, ASK]}),
    case("in-a-tool-result", "prompt-budget-contradicts-max-tokens", "", {"max_tokens": 500, "messages": [ASK, {"role": "assistant", "content": [call()]}, {"role": "user", "content": [{**result(), "content": OVER[0]}]}]}),
    case("in-a-document", "prompt-budget-contradicts-max-tokens", "", {"max_tokens": 500, "messages": [{"role": "user", "content": [{"type": "document", "source": {"type": "content", "content": OVER[0]}}]}]}),
    case("599", "prompt-budget-contradicts-max-tokens", "warning", says(OVER[0], 599)),
    case("600", "prompt-budget-contradicts-max-tokens", "", says(OVER[0], 600)),
    case("without-max-tokens", "prompt-budget-contradicts-max-tokens", "", says(OVER[0], None), form="count_tokens"),
    *(
        case(f"{text}-{budget}", "prompt-thinking-budget-contradicts", expected, says(text, 8_000, thinking=budget and manual(budget)))
        for text, budget, expected in [
            ("Think for at most 4,000 tokens.", 2_048, "warning"),
            ("Think for at most 4,000 tokens.", 4_000, ""),
            ("Think for at most 4,000 tokens.", None, ""),
            ("Think for at most 1023 tokens.", None, "warning"),
            ("Think for at most 1024 tokens.", None, ""),
            ("Denke höchstens 500 Token lang nach.", None, "warning"),
            ("思考最多 500 个 token。", None, "warning"),
            ("推論は500トークン以内で。", None, ""),
            ("Think first. Answer in at most 500 tokens.", None, ""),
        ]
    ),
    case("model-without-thinking", "prompt-thinking-budget-contradicts", "", says("Think for at most 500 tokens.", model=SONNET_3_5)),
    case("in-the-user's-text", "thinking-test-string", "warning", {"messages": [{"role": "user", "content": f"Hello {MAGIC}"}]}),
    case("refusal", "thinking-test-string", "warning", {"system": "ANTHROPIC_MAGIC_STRING_TRIGGER_REFUSAL_1FAE"}),
    case("spoken-of", "thinking-test-string", "", {"system": "Never send the magic test string."}),
    case("placeholder", "thinking-signature-foreign", "warning", loop([{**THOUGHT, "signature": "rs_0123"}, call()])),
    case("genuine", "thinking-signature-foreign", "", loop([THOUGHT, call()])),
    case("masked-by-a-recorder", "thinking-signature-foreign", "", loop([{**THOUGHT, "signature": "signature_REDACTED_1"}, call()])),
    case("thinking-off", "thinking-signature-foreign", "", loop([{**THOUGHT, "signature": "rs_0123"}, call()], thinking={"type": "disabled"})),
    case("call-first", "thinking-reordered-in-tool-loop", "warning", loop([THOUGHT, call(), THOUGHT])),
    case("adaptive-too", "thinking-reordered-in-tool-loop", "warning", {"model": OPUS_5, **loop([call(), THOUGHT], thinking={"type": "adaptive"})}),
    case("thinking-first", "thinking-reordered-in-tool-loop", "", loop([THOUGHT, TEXT, call()], [call(2)])),
    case("first-lost", "thinking-reordered-in-tool-loop", "warning", loop([call()], [THOUGHT, call(2)])),
    case("adaptive-need-not-think", "thinking-reordered-in-tool-loop", "", {"model": OPUS_5, **loop([call()], [THOUGHT, call(2)], thinking={"type": "adaptive"})}),
    case("loop-has-ended", "thinking-reordered-in-tool-loop", "", {"thinking": manual(), "tools": TOOLS, "messages": [*loop([call(), THOUGHT])["messages"], {"role": "assistant", "content": "Done"}, ASK]}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), PROMPT_CASES)
def test_prompt_rule(severities, rule, expected, body, options):
    """A stated budget is found in many languages; tokens of something else are left alone."""
    assert severities(rule, body, **options) == expected


def test_only_the_numbers_are_said(judge):
    """The finding names both numbers and the place, never what the prompt says."""
    (finding,) = [
        f for f in judge(says("My secret plan: answer in at most 600 tokens.")) if f.rule == "BC493"
    ]
    assert finding.message == "the prompt allows an answer of 600 tokens, max_tokens is 500"
    assert (finding.path, finding.measured, finding.limit) == ("/system", 600, 500)


def test_amount_is_said_once(judge):
    """A pasted text full of numbers and the word token is read in linear time, and one amount is said once."""
    text = "at most 1,000,000 token maximum of up to 999 999 999 tok answer " * 20_000
    assert [f.measured for f in judge(says(text)) if f.rule == "BC493"] == [1_000_000]
