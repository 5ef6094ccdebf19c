"""What an explanation is: a topic with what, why and source, and the answer of ``budgetcalc explain``."""

from __future__ import annotations

from typing import Any

from budgetcalc.records import dataclass

_DOCS = "https://platform.claude.com/docs/en"
COUNTING = f"Token counting, {_DOCS}/build-with-claude/token-counting (2026-10-08)"
RECORDINGS = "Measured on recorded requests with their billed usage (README, How exact)"
WINDOWS = f"Context windows, {_DOCS}/build-with-claude/context-windows (2026-08-22)"
THINKING = f"Extended thinking, {_DOCS}/build-with-claude/extended-thinking (2026-08-22)"
TOOLS = f"Tool use overview, {_DOCS}/agents-and-tools/tool-use/overview (2026-10-08)"
VISION = f"Vision, {_DOCS}/build-with-claude/vision (2026-10-08)"
PDF = f"PDF support, {_DOCS}/build-with-claude/pdf-support (2026-10-08)"
PRICING = f"Pricing, {_DOCS}/about-claude/pricing (2026-10-08)"
CACHING = f"Prompt caching, {_DOCS}/build-with-claude/prompt-caching (2026-10-08)"
BATCHES = f"Batch processing, {_DOCS}/build-with-claude/batch-processing (2026-08-22)"
FAST = f"Fast mode, {_DOCS}/build-with-claude/fast-mode (2026-10-08)"
RESIDENCY = f"Data residency, {_DOCS}/manage-claude/data-residency (2026-08-22)"
LIMITS = f"Rate limits, {_DOCS}/api/rate-limits (2026-08-22)"
OURS = "A definition of budgetcalc (README)"


@dataclass(frozen=True, slots=True)
class Topic:
    """Something a result names.

    Attributes:
        name: the word in the output.
        group: what sort of thing it is.
        what: what it is.
        why: why anybody should care, or how to act on it.
        source: where that is known from.
        also: other words in the output for the same.
    """

    name: str
    group: str
    what: str
    why: str
    source: str
    also: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """Every word it is found by."""
        return self.name, *self.also


@dataclass(frozen=True, slots=True)
class Entry:
    """A topic or rule ready to be shown; ``text`` may have several lines."""

    name: str
    group: str
    summary: str
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """What was asked and what answers it; without a topic, everything there is, as a list."""

    topic: str | None
    entries: tuple[Entry, ...]

    def to_dict(self) -> dict[str, Any]:
        """Return the document of ``explain --format json``."""
        return {
            "schema": "budgetcalc/explain/v1",
            "topic": self.topic,
            "entries": [
                {"name": entry.name, "group": entry.group, "summary": entry.summary}
                | ({"text": entry.text} if self.topic is not None else {})
                for entry in self.entries
            ],
        }


def topic_entry(topic: Topic) -> Entry:
    """Return a topic ready to be shown."""
    text = f"What it is\n  {topic.what}\n\nWhy it matters\n  {topic.why}\n\nSource\n  {topic.source}"
    return Entry(topic.name, topic.group, topic.what.partition("\n")[0], text)
