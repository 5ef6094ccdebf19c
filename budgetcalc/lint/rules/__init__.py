"""The registry: every rule, one file each, in the order of the ids.

A row names the traits of requests that a rule is about, so that a small request loads a few files and not all.
"""

from __future__ import annotations

from budgetcalc.lint.rule import Rule


def _of(*traits: str) -> frozenset[str]:
    return frozenset(traits)


RULES: tuple[Rule, ...] = (
    Rule("BC101", "budget-input-tokens", "error", scope="budget"),
    Rule("BC102", "budget-system-tokens", "error", scope="budget"),
    Rule("BC103", "budget-tool-tokens", "error", scope="budget"),
    Rule("BC104", "budget-call-cost", "error", scope="budget"),
    Rule("BC105", "budget-suite-cost", "error", scope="budget"),
    Rule("BC106", "budget-total-cost", "error", scope="budget"),
    Rule("BC107", "budget-headroom", "error", scope="budget"),
    Rule("BC108", "budget-growth", "error", scope="budget"),
    Rule("BC121", "pipeline-stage-over-limit", "error", scope="pipeline"),
    Rule("BC122", "pipeline-over-limit", "error", scope="pipeline"),
    Rule("BC201", "prompt-too-long", "error"),
    Rule("BC202", "prompt-plus-max-tokens-over-window", "error"),
    Rule("BC203", "max-tokens-above-model-cap", "error"),
    Rule("BC204", "max-tokens-missing", "error", _of("batch")),
    Rule("BC205", "nonstreaming-too-long", "warning"),
    Rule("BC206", "max-tokens-zero-conflict", "error", _of("max_tokens:0")),
    Rule("BC220", "image-too-many", "error", _of("image", "document")),
    Rule("BC301", "thinking-budget-below-1024", "error", _of("thinking")),
    Rule("BC302", "thinking-budget-not-below-max-tokens", "error", _of("thinking")),
    Rule("BC303", "thinking-budget-over-32k", "warning", _of("thinking")),
    Rule("BC304", "thinking-max-tokens-tight", "warning", _of("thinks_by_default")),
    Rule("BC310", "thinking-enabled-unsupported", "error", _of("thinking")),
    Rule("BC311", "thinking-enabled-deprecated", "warning", _of("thinking")),
    Rule("BC312", "thinking-adaptive-unsupported", "error", _of("thinking")),
    Rule("BC313", "thinking-on-nonthinking-model", "error", _of("thinking")),
    Rule("BC314", "thinking-disabled-unsupported", "error", _of("thinking")),
    Rule("BC315", "thinking-between-tools-unsupported", "error", _of("thinking")),
    Rule("BC316", "thinking-type-unknown", "error", _of("thinking")),
    Rule("BC320", "thinking-off-with-effort", "error", _of("thinking")),
    Rule("BC321", "effort-unsupported", "error", _of("output_config")),
    Rule("BC330", "sampling-with-thinking", "error", _of("temperature", "top_p", "top_k")),
    Rule("BC331", "forced-tool-choice-with-thinking", "error", _of("tool_choice")),
    Rule("BC332", "forced-tool-choice-skips-thinking", "warning", _of("tool_choice")),
    Rule("BC333", "forced-tool-choice-unsupported", "error", _of("tool_choice")),
    Rule("BC340", "prefill-refused", "error", _of("ends_with_assistant")),
    Rule("BC350", "thinking-final-turn-without-block", "error", _of("tool_result")),
    Rule("BC351", "thinking-block-not-first", "warning", _of("thinking", "redacted_thinking")),
    Rule("BC352", "thinking-block-incomplete", "error", _of("thinking", "redacted_thinking")),
    Rule("BC360", "clear-thinking-without-thinking", "error", _of("context_management")),
    Rule("BC361", "interleaved-header-no-effect", "note", _of("betas")),
    Rule("BC370", "thinking-on-by-default", "note", _of("thinks_by_default")),
    Rule("BC371", "thinking-not-after-tool-result", "note", _of("tool_result")),
    Rule("BC372", "thinking-tokens-visible-undercount", "note", _of("thinking", "redacted_thinking")),
    Rule("BC401", "messages-empty", "error"),
    Rule("BC402", "role-invalid", "error"),
    Rule("BC403", "system-role-unsupported", "error", _of("system_message")),
    Rule("BC404", "content-empty", "error"),
    Rule("BC405", "text-block-blank", "error"),
    Rule("BC406", "final-assistant-trailing-whitespace", "error", _of("ends_with_assistant")),
    Rule("BC407", "block-type-by-role", "error"),
    Rule("BC420", "tool-use-without-result", "error", _of("tool_use")),
    Rule("BC421", "tool-result-without-use", "error", _of("tool_result")),
    Rule("BC422", "tool-id-duplicate", "error", _of("tool_use", "tool_result")),
    Rule("BC423", "tool-use-malformed", "error", _of("tool_use", "tool_result")),
    Rule("BC430", "tool-name-invalid", "error", _of("tools")),
    Rule("BC431", "tool-name-duplicate", "error", _of("tools")),
    Rule("BC432", "tool-schema-shape", "error", _of("tools")),
    Rule("BC433", "tool-choice-invalid", "error", _of("tool_choice")),
    Rule("BC440", "cache-control-over-4", "error", _of("cache_control")),
    Rule("BC441", "cache-control-ttl-order", "error", _of("cache_control")),
    Rule("BC442", "cache-control-on-thinking", "error", _of("cache_control")),
    Rule("BC443", "cache-control-on-empty-text", "error", _of("cache_control")),
    Rule("BC450", "sampling-out-of-range", "error", _of("temperature", "top_p", "top_k")),
    Rule("BC451", "sampling-removed-model", "error", _of("temperature", "top_p", "top_k")),
    Rule("BC452", "temperature-and-top-p", "error", _of("temperature")),
    Rule("BC453", "stop-sequence-blank", "error", _of("stop_sequences")),
    Rule("BC460", "inference-geo-unsupported", "error", _of("inference_geo")),
    Rule("BC461", "speed-unsupported", "error", _of("speed")),
    Rule("BC501", "model-retired", "error"),
    Rule("BC502", "model-retiring", "note"),
    Rule("BC503", "model-alias-floating", "note"),
    Rule("BC504", "model-platform-form", "note"),
    Rule("BC510", "beta-ended", "warning", _of("betas")),
    Rule("BC511", "beta-no-effect", "note", _of("betas")),
    Rule("BC601", "long-context-tier", "warning"),
    Rule("BC602", "price-surcharge", "note", _of("speed", "inference_geo")),
    Rule("BC603", "server-tool-uncapped", "warning", _of("tools")),
    Rule("BC604", "price-before-first-period", "warning"),
    Rule("BC605", "batch-without-price", "warning", _of("batch")),
    Rule("BC606", "fees-on-top", "note", _of("tools")),
    Rule("BC610", "cache-prefix-below-minimum", "warning", _of("cache_control")),
    Rule("BC901", "block-type-unknown", "warning", _of("unknown_block")),
    Rule("BC902", "count-too-uncertain", "warning"),
    Rule("BC903", "model-unknown", "error", scope="run", is_fixed=True),
    Rule("BC904", "file-unreadable", "error", scope="run", is_fixed=True),
    Rule("BC905", "budget-unmeasurable", "error", scope="run", is_fixed=True),
    Rule("BC906", "budget-without-files", "error", scope="run"),
    Rule("BC907", "budget-undecided", "warning", scope="run"),
    Rule("BC908", "price-table-old", "warning", scope="run", options=(("days", 90),)),
    Rule("BC909", "ignore-stale", "warning", scope="run"),
    Rule("BC910", "ignore-expired", "warning", scope="run"),
    Rule("BC911", "read-with-doubt", "warning", scope="run"),
    Rule("BC912", "baseline-stale", "warning", scope="run"),
    Rule("BC913", "baseline-missing", "note", scope="run"),
)


def rule_by_id_or_name(text: str) -> Rule | None:
    """Return the rule with this id (any case) or kebab name."""
    key = text.strip()
    return next((rule for rule in RULES if key.upper() == rule.id or key.lower() == rule.name), None)


def rules_selected(text: str) -> tuple[Rule, ...]:
    """Return the rules that an id, a name or the beginning of ids (``BC3``) stands for; empty for none."""
    rule = rule_by_id_or_name(text)
    if rule is not None:
        return (rule,)
    prefix = text.strip().upper()
    return tuple(rule for rule in RULES if prefix.startswith("BC") and rule.id.startswith(prefix))
