"""How an input is cut: one JSON document, requests line by line, or a text. Decided by its beginning."""

from __future__ import annotations

import json
from pathlib import PurePath
from typing import Any, Literal

from budgetcalc.readers.detection import looks_like_json, request_kind
from budgetcalc.readers.prompt_text import is_prompt_name
from budgetcalc.readers.refusals import refused_value
from budgetcalc.readers.request_envelope import unwrap

Shape = Literal["document", "lines", "text"]

_SAMPLE_LINES = 20


def input_shape(head: str, *, is_whole: bool, path: str) -> Shape:
    """Return how an input is cut.

    Args:
        head: its beginning, whole lines unless it is all of it.
        is_whole: whether ``head`` is all of it.
        path: its name, asked only where the content fits both: a single line of JSON is a document
            unless the file is called ``.jsonl`` or ``.ndjson``; a text is a prompt if its name says so.
    """
    text = head.strip()
    first, _, others = text.partition("\n")
    samples = [line for line in others.split("\n", _SAMPLE_LINES)[:_SAMPLE_LINES] if line.strip()]
    if not looks_like_json(text):
        # A JSONL file whose first line is broken: what follows says what it is.
        complete = [line for line in samples if looks_like_json(line)]
        is_jsonl = bool(complete) and len(complete) == len(samples) and all(map(_is_known_line, complete))
        return "lines" if is_jsonl else "text"
    if is_whole and not others:
        return "lines" if _is_lines_name(path) else "document"
    value, is_complete, _ = _begin(first)
    if is_complete:
        return "lines" if is_known(value) or not is_prompt_name(path) else "text"
    _, _, is_broken = _begin(text)
    return "lines" if is_broken and any(map(_is_known_line, samples)) else "document"


def is_known(value: Any) -> bool:
    """Whether a value is what a line of JSONL can be, and not just a piece of a larger document."""
    body = unwrap(value).body
    kind = refused_value(body)
    return request_kind(body) is not None if kind is None else not kind.is_piece


def _is_lines_name(path: str) -> bool:
    return PurePath(path.removesuffix(".gz")).suffix.lower() in {".jsonl", ".ndjson"}


def _is_known_line(line: str) -> bool:
    value, is_complete, _ = _begin(line)
    return is_complete and is_known(value)


def _begin(text: str) -> tuple[Any, bool, bool]:
    """Return the JSON value, whether it is complete, and whether no continuation could make it JSON."""
    try:
        return json.loads(text), True, False
    except json.JSONDecodeError as error:
        # Lines are whole here, and a JSON string never goes over a line break.
        is_broken = error.msg.startswith("Unterminated string") or error.pos < len(text.rstrip())
        return None, False, is_broken
    except (ValueError, RecursionError):
        return None, False, False
