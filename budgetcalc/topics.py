"""What ``budgetcalc explain`` can explain beside the rules: kinds of parts, methods, verdicts, costs.

Each topic says what it is, why it matters and where that is known from.
"""

from __future__ import annotations

from budgetcalc.explanations import (
    BATCHES,
    CACHING,
    COUNTING,
    FAST,
    LIMITS,
    OURS,
    PDF,
    PRICING,
    RECORDINGS,
    RESIDENCY,
    THINKING,
    TOOLS,
    VISION,
    WINDOWS,
    Topic,
)
from budgetcalc.input_limits import DEFAULTS, KINDS
from budgetcalc.line_topics import LINE_TOPICS


def _limits() -> str:
    """Return one line a limit: its name, what holds by default, the most it may be, what it is about."""
    lines = (
        f"    {name:<14}{kind.written(getattr(DEFAULTS, name)):>9}  {kind.what}"
        + (f"; at most {kind.most:,}: {kind.why_most}" if kind.why_most else "")
        for name, kind in KINDS.items()
    )
    return "\n".join(lines)


TOPICS: tuple[Topic, ...] = (
    Topic(
        name="system",
        group="part",
        what="The text of the system prompt.",
        why="It is sent and billed with every call; a cache breakpoint behind it makes later calls cheaper.",
        source=COUNTING,
    ),
    Topic(
        name="tools",
        group="part",
        what=(
            "The definitions of the tools: name, description and input schema, as the API writes them "
            "into the prompt."
        ),
        why="Every definition is billed in every call, used or not.",
        source=TOOLS,
    ),
    Topic(
        name="tool_prompt",
        group="part",
        what=(
            "A system prompt the API adds once when at least one tool is present; its size depends on the"
            " model and on tool_choice."
        ),
        why="The first tool costs hundreds of tokens more than its definition.",
        source=TOOLS,
    ),
    Topic(
        name="thinking_prompt",
        group="part",
        what='A short system prompt the API adds with thinking.type "enabled".',
        why="Switching thinking on raises the input by 28 to 30 tokens on models that have it.",
        source=RECORDINGS,
    ),
    Topic(
        name="text",
        group="part",
        what="Text in a message.",
        why=(
            "Counted with the model's own vocabulary; two generations of vocabularies differ by up to 45 "
            "% on English prose."
        ),
        source=COUNTING,
    ),
    Topic(
        name="image",
        group="part",
        what=(
            "An image, by its size in pixels after the API has scaled it down: one token for each 28 x 28"
            " patch."
        ),
        why="Scaling an image down before it is sent saves what the API would discard.",
        source=VISION,
    ),
    Topic(
        name="document",
        group="part",
        what="A PDF or text document: for a PDF the text of each page and the page as an image.",
        why="A page costs both; the text alone is far cheaper where the layout does not matter.",
        source=PDF,
    ),
    Topic(
        name="tool_use",
        group="part",
        what="A tool call of an earlier assistant turn: its name and input as sent back.",
        why="Long inputs (files, patches) are billed again in each later call.",
        source=TOOLS,
    ),
    Topic(
        name="tool_result",
        group="part",
        what="What a tool returned, in a user turn.",
        why="Usually the largest part of an agent's history; context editing can clear old ones.",
        source=TOOLS,
    ),
    Topic(
        name="thinking",
        group="part",
        what=(
            "Thinking of earlier turns that is sent back. Within a running tool loop the model sees it; "
            "after the next user turn older models strip it, newer ones keep it."
        ),
        why="Stripped thinking is not billed and stands apart, under stripped_thinking.",
        source=THINKING,
    ),
    Topic(
        name="server_tool",
        group="part",
        what="A tool that the API runs itself, and what it returned.",
        why="Its definition has no published size, so its count is a band; results are input in later calls.",
        source=TOOLS,
    ),
    Topic(
        name="frame",
        group="part",
        what="What the API writes around content: turn marks, separators, tags.",
        why="A few tokens a message; it is why counting the text alone comes out short.",
        source=RECORDINGS,
    ),
    Topic(
        name="exact",
        group="method",
        what="Known to the token: the vocabulary and the frame reproduce recorded counts.",
        why="tokens, low and high are equal.",
        source=RECORDINGS,
    ),
    Topic(
        name="documented",
        group="method",
        what="A number the documentation states for this model.",
        why="As good as the documentation; measured values replace it where they exist.",
        source=COUNTING,
    ),
    Topic(
        name="formula",
        group="method",
        what="A published formula on a known size, for example an image's pixels.",
        why=(
            "Small deviations were measured, so it has a band. See also the context-window formula under "
            '"window".'
        ),
        source=VISION,
    ),
    Topic(
        name="estimated",
        group="method",
        what=(
            "An estimate where nothing exact is known: redacted thinking, URLs, other providers, a model "
            "treated as another one."
        ),
        why="Rely on the band from low to high, not on the middle.",
        source=OURS,
    ),
    Topic(
        name="fits",
        group="verdict",
        what="Input and max_tokens together are within the context window; equality fits.",
        why="The call cannot fail for its size.",
        source=WINDOWS,
    ),
    Topic(
        name="tight",
        group="verdict",
        what="With the low end of the count's band everything fits, with the high end not.",
        why="Take max_tokens down to largest_max_tokens to be safe.",
        source=OURS,
    ),
    Topic(
        name="clamped",
        group="verdict",
        what=(
            "Input and max_tokens exceed the window and the model is older than Claude 3.7: the API "
            "quietly reduces max_tokens."
        ),
        why="The answer may end earlier than asked for, without an error.",
        source=WINDOWS,
    ),
    Topic(
        name="rejected",
        group="verdict",
        what="Input and max_tokens exceed the window of a model from Claude 3.7 to 4.1: the API answers 400.",
        why=(
            "Reduce max_tokens to largest_max_tokens, or send the beta "
            "model-context-window-exceeded-2025-08-26."
        ),
        source=WINDOWS,
    ),
    Topic(
        name="may_stop_early",
        group="verdict",
        what=(
            "Input and max_tokens exceed the window, and the call is accepted: generation ends at the "
            "window with stop_reason model_context_window_exceeded."
        ),
        why="Handle that stop reason, or make room.",
        source=WINDOWS,
    ),
    Topic(
        name="over_window",
        group="verdict",
        what="The input alone, even at the low end of its band, is larger than the window.",
        why="No max_tokens helps: shorten the input or take a model with a larger window.",
        source=WINDOWS,
    ),
    Topic(
        name="window",
        group="budget",
        what=(
            "context window = (input - previous thinking that is stripped) + thinking + output. In a tool"
            " loop, and on models that keep it, previous thinking stays in the input."
        ),
        why="max_tokens covers thinking and answer together, so needed = input + max_tokens.",
        source=WINDOWS,
        also=("formula", "context window", "needed"),
    ),
    Topic(
        name="headroom",
        group="budget",
        what="context_window - needed; negative when it does not fit.",
        why="What the conversation may still grow by.",
        source=OURS,
        also=("free", "does not fit"),
    ),
    Topic(
        name="largest_max_tokens",
        group="budget",
        what=(
            "The largest max_tokens that is safe: the window less the high end of the input, at most the "
            "model's output cap."
        ),
        why="Use it as max_tokens when nothing else limits the answer.",
        source=OURS,
        also=("max_tokens",),
    ),
    Topic(
        name="stripped_thinking",
        group="budget",
        what="Thinking blocks of earlier turns that are sent but that the model does not see.",
        why="They are not billed; a redacted block's size is unknown, so it is a band and never zero.",
        source=THINKING,
        also=("stripped",),
    ),
    Topic(
        name="rate_limits",
        group="budget",
        what="What counts against per-minute limits: uncached input, and max_tokens as output.",
        why="Cache reads do not count against input limits on current models.",
        source=LIMITS,
        also=("tokens that count against per-minute limits",),
    ),
    Topic(
        name="uncached_input",
        group="cost",
        what="Input that is neither written to a cache nor read from one, at the input rate.",
        why="The API calls it usage.input_tokens: it excludes both cache fields.",
        source=PRICING,
    ),
    Topic(
        name="cache_write_5m",
        group="cost",
        what=(
            "Input up to a cache breakpoint, written to the cache for five minutes; normally 1.25 times "
            "the input rate."
        ),
        why="Pays off after one read.",
        source=CACHING,
        also=("cache writes, 5 min",),
    ),
    Topic(
        name="cache_write_1h",
        group="cost",
        what="Input up to a cache breakpoint with ttl 1h; normally twice the input rate.",
        why="Pays off after two reads; for calls that come more than five minutes apart.",
        source=CACHING,
        also=("cache writes, 1 hour",),
    ),
    Topic(
        name="cache_read",
        group="cost",
        what=(
            "Input read from the cache by a later call with the same prefix; a tenth of the input rate or"
            " less."
        ),
        why="Anything that changes the prefix (tools, system, earlier turns) loses it.",
        source=CACHING,
        also=("cache reads",),
    ),
    Topic(
        name="output",
        group="cost",
        what=(
            "What can be produced, thinking and answer together, at the output rate: max_tokens, cut to "
            "the window where the API cuts."
        ),
        why="One line, because a thinking budget is a target and not a cap.",
        source=PRICING,
        also=(
            "output_max",
            "answers",
            "other output",
            "output, which may hold thinking",
            "other output, which may hold thinking",
        ),
    ),
    Topic(
        name="at most",
        group="cost",
        what=(
            "The worst case of one call, total_max in JSON: the estimate of its input, and all the output that can "
            "be produced. Where the input has a band, what its end would cost is said beside it: total_max_high."
        ),
        why="A limit of --max-cost is held against it. Fees of tools that run on the server are not in it.",
        source=OURS,
        also=("total_max", "total_max_high"),
    ),
    Topic(
        name="standard",
        group="cost",
        what="The ordinary price of the day.",
        why="Prices have periods; a call pays those of its own day.",
        source=PRICING,
    ),
    Topic(
        name="batch",
        group="cost",
        what="The Batches API's factor on every kind of token, one half.",
        why="Results within 24 hours at half the price, cache writes and reads included.",
        source=BATCHES,
    ),
    Topic(
        name="long-context",
        group="cost",
        what=(
            "A dearer tier for prompts over a threshold; it is a cliff: one token more reprices every "
            "token of the call, output included."
        ),
        why="A count whose band straddles the threshold pays the dearer tier here.",
        source=PRICING,
    ),
    Topic(
        name="fast",
        group="cost",
        what='speed "fast": premium rates for faster output, in place of the standard ones.',
        why="Not available in batches; cache factors and residency stack on top.",
        source=FAST,
    ),
    Topic(
        name="us-only",
        group="cost",
        what='inference_geo "us": 1.1 times every token price, on models from the 4.6 generation.',
        why="Only set it where data must stay in the United States.",
        source=RESIDENCY,
    ),
    Topic(
        name="regional",
        group="cost",
        what=(
            "A regional endpoint on another cloud, told by the model's spelling (us., eu., ...): 1.1 "
            "times every token price since the 4.5 generation."
        ),
        why="The global endpoint costs the ordinary price.",
        source=PRICING,
    ),
    Topic(
        name="first",
        group="cost",
        what="The scenario of a first call: cache breakpoints are written.",
        why="total_max is this scenario.",
        source=OURS,
    ),
    Topic(
        name="later",
        group="cost",
        what="The scenario of a later identical call: cache breakpoints are read.",
        why="total_min is its input without any output.",
        source=OURS,
    ),
    Topic(
        name="thinking",
        group="cost",
        what=(
            "The part of recorded output that was thinking, at the output rate, where the report says how "
            "much it was (output_tokens_details.thinking_tokens)."
        ),
        why="Where a report does not say, it is unknown and at most the whole output, never 0.",
        source=THINKING,
        also=("thinking_max",),
    ),
    Topic(
        name="web_search",
        group="cost",
        what="Searches that the API ran, by use: 10 dollars per 1,000 (rule web-search).",
        why="No batch, residency or other factor applies; the results are input tokens besides.",
        source=PRICING,
        also=("web searches", "searches"),
    ),
    Topic(
        name="cache effect",
        group="cost",
        what="Cached tokens as they were billed, written and read, beside the same tokens at the input rate.",
        why="Negative savings mean prefixes that are written and hardly ever read again.",
        source=OURS,
        also=("cache",),
    ),
    Topic(
        name="batch savings",
        group="cost",
        what="What the Batches API would have taken off calls that could have been items of a batch.",
        why="Worth a look for work whose answer may take up to 24 hours.",
        source=BATCHES,
        also=("batch",),
    ),
    Topic(
        name="list value",
        group="cost",
        what="What Claude Code's usage would cost at API prices: API list value, not your bill.",
        why="On a subscription nothing is billed by token; the figure shows what the usage is worth.",
        source=OURS,
    ),
    Topic(
        name="reconcile",
        group="cost",
        what=(
            "Reported money beside what its tokens cost, by day, model and kind: rounding, discount, not "
            "reported, not computed, or unexplained."
        ),
        why="Reported money is compared with, never priced again and never added.",
        source=OURS,
        also=("reconciled",),
    ),
    Topic(
        name="priced",
        group="row",
        what="A call, or a bucket of a report, with a price for everything in it.",
        why="Only these are in tokens, groups and total.",
        source=OURS,
    ),
    Topic(
        name="deduplicated",
        group="row",
        what="A further record of a call or bucket that was read before, in this or another input.",
        why="Transcripts write a call several times, and fetches overlap; each call is billed once.",
        source=OURS,
    ),
    Topic(
        name="unbilled",
        group="row",
        what="A call that costs nothing: a failed batch item, a refusal before any output, a synthetic line.",
        why="It is counted, so that the rows add up.",
        source=PRICING,
    ),
    Topic(
        name="unpriced",
        group="row",
        what="Usage without a known price: no model, an unknown one, or a mode it has not got.",
        why="It is no zero: the total is incomplete and the exit code 1, unless --lenient is given.",
        source=OURS,
    ),
    Topic(
        name="invalid",
        group="row",
        what="A record that cannot be read: no JSON, cut off, or with a count that is none.",
        why="The other rows are priced all the same, and the total is incomplete.",
        source=OURS,
    ),
    Topic(
        name="exact_share",
        group="figure",
        what="Of the recordings that were compared, the share whose estimate is what was billed, to the token.",
        why="`budgetcalc verify --fail-under` holds a limit against it; skipped recordings are not in it.",
        source=OURS,
    ),
    Topic(
        name="calibration",
        group="count",
        what="Constants that `budgetcalc calibrate` learned from your recordings, counted before the bundled ones.",
        why=(
            "What is published nowhere, as server tools and new models, is counted closely; each constant has its "
            "evidence, its band and its cross-validated error in the file."
        ),
        source="Your own recordings (docs/verify.md)",
    ),
    Topic(
        name="api_difference",
        group="count",
        what="A frame part of `--counter api`: the API's count minus the parts that are counted here.",
        why="The total is the API's; the parts stay, so that they still show where the tokens are.",
        source=COUNTING,
    ),
    Topic(
        name="limits",
        group="limit",
        what=f"How much is read of one input; --limit NAME=VALUE sets it, as --limit document=500MB.\n{_limits()}",
        why=(
            "No input takes memory or time without bound. What is over a limit is said with its place, and is "
            "never cut in silence."
        ),
        source="docs/limits.md",
    ),
    *LINE_TOPICS,
)
