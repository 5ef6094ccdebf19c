"""BC207 to BC214: how large a request or a batch may be, and what a batch takes."""

# ruff: noqa: E501 - one case a line reads best

from dataclasses import replace

import pytest

from budgetcalc.conversation import BatchItem
from budgetcalc.lint.rules import rule_by_id_or_name
from budgetcalc.lint.run import run_rules

OPUS_4_6, OPUS_5, FABLE_5 = "claude-opus-4-6", "claude-opus-5", "claude-fable-5"
OUTPUT_300K = ["output-300k-2026-03-24"]


def case(name, rule, expected, body, **options):
    return pytest.param(rule, expected, body, options, id=f"{rule}-{name}")


def item(custom_id="a", index=0, **place):
    return {"batch": True, "form": "batch", "batch_item": BatchItem(custom_id, index, **place)}


def sized(size, text="x"):
    """Return a body of exactly so many bytes of compact JSON."""
    frame = '{"model":"claude-opus-5","max_tokens":1024,"messages":[{"role":"user","content":""}]}'
    return {
        "model": OPUS_5,
        "messages": [{"role": "user", "content": text * ((size - len(frame)) // len(text.encode()))}],
    }


CASES = [
    case("zero", "max-tokens-below-minimum", "", {"max_tokens": 0}),
    case("zero-on-the-first-day", "max-tokens-below-minimum", "", {"max_tokens": 0}, on="2026-01-01"),
    case("zero-before-2026", "max-tokens-below-minimum", "error", {"max_tokens": 0}, on="2025-12-31"),
    case("zero-in-a-batch", "max-tokens-below-minimum", "error", {"max_tokens": 0}, batch=True),
    case("one-in-a-batch", "max-tokens-below-minimum", "", {"max_tokens": 1}, batch=True),
    *(
        case(name, "output-300k-outside-batch", expected, {"model": model, "max_tokens": asked}, betas=betas, batch=batch, on=on)
        for name, model, asked, betas, batch, on, expected in [
            ("direct", OPUS_5, 128_001, OUTPUT_300K, False, "2026-09-01", "warning"),
            ("direct-under-the-cap", OPUS_5, 128_000, OUTPUT_300K, False, "2026-09-01", ""),
            ("batch", OPUS_5, 300_000, OUTPUT_300K, True, "2026-09-01", ""),
            ("batch-over-the-raised-cap", OPUS_5, 300_001, OUTPUT_300K, True, "2026-09-01", ""),
            ("first-generation", OPUS_4_6, 300_000, OUTPUT_300K, True, "2026-09-01", ""),
            ("generation-before", "claude-opus-4-5-20251101", 200_000, OUTPUT_300K, True, "2026-09-01", "warning"),
            ("never-on-fable", FABLE_5, 200_000, OUTPUT_300K, True, "2026-09-01", "warning"),
            ("without-the-header", OPUS_5, 200_000, [], False, "2026-09-01", ""),
        ]
    ),
    case("32-million", "request-too-large", "", sized(32_000_000)),
    case("between-mb-and-mib", "request-too-large", "warning", sized(32_000_001)),
    case("32-mib", "request-too-large", "warning", sized(33_554_432)),
    case("over-32-mib", "request-too-large", "error", sized(33_554_433)),
    case("bytes-and-not-characters", "request-too-large", "error", sized(33_554_440, "é")),
    case("a-line-within-the-batch", "request-too-large", "", {}, **item(starts_at=0, ends_at=256_000_000)),
    case("the-line-that-goes-over", "request-too-large", "warning", {}, **item(starts_at=255_999_999, ends_at=256_000_001)),
    case("the-line-over-256-mib", "request-too-large", "error", {}, **item(starts_at=268_435_456, ends_at=268_435_457)),
    case("later-lines-are-silent", "request-too-large", "", {}, **item(starts_at=268_435_457, ends_at=268_435_900)),
    case("one", "too-many-messages", "", {}),
    case("100001", "too-many-messages", "error", {"messages": [{"role": "user", "content": "x"}] * 100_001}),
    case("last-that-fits", "batch-too-many-requests", "", {}, **item(index=99_999)),
    case("first-too-many", "batch-too-many-requests", "error", {}, **item(index=100_000)),
    case("said-once", "batch-too-many-requests", "", {}, **item(index=100_001)),
    *(
        case(name, "batch-custom-id-invalid", expected, {}, **item(custom_id, is_repeated=is_repeated))
        for name, custom_id, is_repeated, expected in [
            ("fine", "a-B_9", False, ""),
            ("64", "a" * 64, False, ""),
            ("65", "a" * 65, False, "error"),
            ("empty", "", False, "error"),
            ("slash", "ticket/1", False, "error"),
            ("newline", "a\n", False, "error"),
            ("missing", None, False, "error"),
            ("twice", "a", True, "error"),
        ]
    ),
    case("no-batch", "batch-custom-id-invalid", "", {}),
    *(
        case(name, "batch-unsupported-parameter", expected, body, batch=batch, form="batch" if batch else "messages")
        for name, body, batch, expected in [
            ("stream", {"stream": True}, True, "error"),
            ("stream-false", {"stream": False}, True, ""),
            ("stream-outside", {"stream": True}, False, ""),
            ("thread", {"thread": {"type": "create"}, "store": True}, True, "error error"),
            ("preview", {"research_preview_2026_02": "active"}, True, "error"),
            ("preview-off", {"research_preview_2026_02": "off"}, True, ""),
            ("bills-the-user", {"billing_policy": {"type": "billing_policy", "bill_to": "user_profile"}}, True, "error"),
            ("bills-oneself", {"billing_policy": {"type": "billing_policy", "bill_to": "self"}}, True, ""),
        ]
    ),
    case("stream-by-flag", "batch-unsupported-parameter", "warning", {"stream": True}, batch=True),
    case("an-error-in-a-batch", "batch-params-validated-late", "note", {"stream": True}, batch=True, form="batch"),
    case("an-error-of-the-batch", "batch-params-validated-late", "", {}, **item("a/b")),
    case("a-fine-item", "batch-params-validated-late", "", {}, batch=True),
    case("an-error-outside", "batch-params-validated-late", "", {"messages": []}),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "expected", "body", "options"), CASES)
def test_batch_rule(severities, rule, expected, body, options):
    """A rule on sizes and batches speaks exactly where the API would refuse the request or its batch."""
    assert severities(rule, body, **options) == expected


def test_as_many_messages_as_are_documented_are_fine(context_of):
    """The hundred thousandth message is still taken."""
    rule = rule_by_id_or_name("too-many-messages")
    context = context_of({"messages": [{"role": "user", "content": "x"}] * 100_000})
    assert list(rule.check(context)) == []


def test_the_size_is_that_of_the_json(judge):
    """The measured size is that of the body as compact JSON in UTF-8."""
    (found,) = [f for f in judge(sized(40_000_000)) if f.rule == "BC209"]
    assert (found.measured, found.limit) == (40_000_000, 33_554_432)


def test_limits_of_the_claude_api_spare_other_vendors(context_of):
    """A batch or body for another vendor's model is not held against limits of the Claude API."""
    context = context_of({"model": "gpt-4o", "stream": True, "seed": 1}, **item("a/b"))
    assert {found.rule[:3] for found in run_rules(context)} <= {"BC5", "BC6"}
    with_claude = replace(context, match=context.catalogue.find(OPUS_5))
    assert {"BC212", "BC213", "BC214", "BC233"} <= {found.rule for found in run_rules(with_claude)}
