"""Estimates the tokens Gemini's tokenizers make of a text. Not exact, and not measured.

Gemini's vocabulary (SentencePiece, about 256,000 pieces) is not published; only the ``countTokens`` API is
exact. Google documents two rules: about four characters are a token, and 100 tokens are 60 to 80 English
words (ai.google.dev/gemini-api/docs/tokens). The figures of the table below were chosen, by reasoning and
not by measurement, so that ordinary English meets both; digits stand alone, as in Google's open models.

The band for Latin letters reaches over the whole documented range, 80 to 60 words in 100 tokens; that of the
others is wider the less is documented about them. It is a judgement of what to plan with, not a confidence
interval.
"""

from __future__ import annotations

import re
from math import ceil, floor
from typing import Final, NamedTuple

from budgetcalc.patterns import pattern


class _Kind(NamedTuple):
    runs: re.Pattern[str]
    characters_per_token: float
    low: float
    high: float


_CJK: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"

# A token never joins two runs, so a run has at least one. Lone spaces belong to the word after them.
_KINDS: Final = (
    # Words in Latin letters: about a quarter of those of English prose have more than six, which makes
    # 1.25 tokens a word and, with punctuation, 1.3 to 1.4: 70 to 75 words in 100 tokens.
    _Kind(pattern("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]+"), 6, 0.85, 1.35),
    _Kind(pattern(r"\d"), 1, 1.00, 1.00),
    _Kind(pattern(f"[{_CJK}]+"), 1.4, 0.70, 1.40),
    # Other letters and their marks: Cyrillic, Greek, Arabic, Hindi, Thai …
    _Kind(pattern(f"[^\x00-\u024f\u1e00-\u1eff\u2000-\u2bff\u3000-\u303f{_CJK}\ufe00-\uffff\U00010000-\U0010ffff]+"),
          3, 0.60, 1.50),
    _Kind(pattern(r"[!-/:-@\[-`{-~]+"), 2, 0.70, 1.40),
    # Typographic signs, full-width forms, emoji.
    _Kind(pattern("[\x7f-\u00bf\u2000-\u2bff\u3000-\u303f\ufe00-\uffff\U00010000-\U0001ffff]"), 1, 0.60, 2.00),
    _Kind(pattern("[\t\n\r]+|  +"), 16, 0.80, 1.30),
)  # fmt: skip


def estimate_gemini_text(text: str) -> tuple[int, int, int]:
    """Return an estimate of the tokens of ``text`` for Gemini models, and a low and a high one.

    All three are whole tokens, with low ≤ estimate ≤ high; an empty text has none.
    """
    tokens = low = high = 0.0
    for kind in _KINDS:
        found = sum(ceil(len(run) / kind.characters_per_token) for run in kind.runs.findall(text))
        tokens += found
        low += found * kind.low
        high += found * kind.high
    return round(tokens), floor(low), ceil(high)
