"""Valid requests keep their count in any writing; broken ones are refused in words that show nobody's text."""

from __future__ import annotations

import gzip
import io
import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budgetcalc.answers import Answer, Failure, Question, answer_request
from budgetcalc.library import load_catalogue
from budgetcalc.readers.requests import FailedItem, read_requests

from .damage import MARK, broken_bytes, reordered, requests

QUESTION = Question(load_catalogue(), date(2026, 11, 22))


def outcomes(data: bytes) -> list[Answer | Failure]:
    """Return what is answered of an input."""
    found: list[Answer | Failure] = []
    for item in read_requests("-", stdin=io.BytesIO(data)):
        if isinstance(item, FailedItem):
            found.append(Failure(item.source, item.message, item.hint, item.location))
        else:
            found += answer_request(
                QUESTION, item.request, item.source, item.date, warnings=item.warnings, notes=item.notes
            )
    return found


def counts(data: bytes) -> list[Any]:
    """Return the counts; a failure fails the test."""
    found = outcomes(data)
    assert all(isinstance(each, Answer) for each in found), found
    for each in found:
        if isinstance(each, Answer):
            counted = each.estimate.counted
            assert sum(part.count.tokens for part in counted.parts) == counted.total.tokens
    return [each.estimate.counted.total for each in found if isinstance(each, Answer)]


def _escaped(body: Any) -> bytes:
    """Return JSON in which the letters of strings are escapes; ``true`` and numbers have to stay as they are."""

    def written(value: Any) -> str:
        if isinstance(value, str):
            return '"' + "".join(f"\\u{unit:04x}" for unit in _units(value)) + '"'
        if isinstance(value, list):
            return "[" + ",".join(map(written, value)) + "]"
        if isinstance(value, dict):
            return "{" + ",".join(f"{written(key)}:{written(inner)}" for key, inner in value.items()) + "}"
        return json.dumps(value)

    return written(body).encode()


def _units(text: str) -> list[int]:
    data = text.encode("utf-16-le", "surrogatepass")
    return [int.from_bytes(data[at : at + 2], "little") for at in range(0, len(data), 2)]


WRITINGS: dict[str, Any] = {
    "indented": lambda body: json.dumps(body, indent=3).encode(),
    "without spaces": lambda body: json.dumps(body, separators=(",", ":")).encode(),
    "without escapes": lambda body: json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass"),
    "carriage returns": lambda body: json.dumps(body, indent=1).replace("\n", "\r\n").encode(),
    "byte order mark": lambda body: b"\xef\xbb\xbf" + json.dumps(body).encode(),
    "UTF-16": lambda body: json.dumps(body).encode("utf-16"),
    "gzip": lambda body: gzip.compress(json.dumps(body).encode()),
    "other order of keys": lambda body: json.dumps(reordered(body)).encode(),
    "metadata": lambda body: json.dumps(body | {"metadata": {"user_id": "u"}}).encode(),
    "a key nobody knows": lambda body: json.dumps(body | {"x_trace": [1, {}]}).encode(),
    "a line of JSONL": lambda body: json.dumps(body).encode() + b"\n\n",
    "every letter escaped": _escaped,
}


@pytest.mark.parametrize("writing", WRITINGS)
@settings(max_examples=12)
@given(requests)
def test_the_writing_of_a_valid_request_changes_no_count(writing: str, body: dict[str, Any]) -> None:
    """Spaces, escapes, encodings, packing and the order of keys are nothing a model sees."""
    assert counts(WRITINGS[writing](body)) == counts(json.dumps(body).encode())


@settings(max_examples=15)
@given(st.lists(requests, min_size=1, max_size=3))
def test_lines_and_batches_count_as_their_requests(several: list[dict[str, Any]]) -> None:
    """Requests in one file, one on a line or as a batch, count as each does alone."""
    alone = [count for body in several for count in counts(json.dumps(body).encode())]
    assert counts(b"\n".join(json.dumps(body).encode() for body in several)) == alone
    items = [{"custom_id": f"i{at}", "params": body} for at, body in enumerate(several)]
    assert counts(json.dumps({"requests": items}).encode()) == alone


@settings(max_examples=150)
@given(broken_bytes(requests))
def test_a_broken_request_is_answered_or_refused_in_words(data: bytes) -> None:
    """No exception; a refusal names the place, keeps to a sentence, and shows no text of the conversation."""
    found = outcomes(data)
    assert found
    for each in found:
        if isinstance(each, Failure):
            assert each.location.startswith("<stdin>") or each.source.file == "<stdin>"
            assert each.message
            assert MARK not in each.message + each.hint + each.location


@settings(max_examples=40)
@given(broken_bytes(requests), requests)
def test_a_broken_line_fails_alone(damaged: bytes, body: dict[str, Any]) -> None:
    """What stands on the other lines is counted as without it."""
    valid = json.dumps(body).encode()
    lines = [valid, damaged.replace(b"\n", b" "), valid]
    found = outcomes(b"\n".join(lines))
    expected = counts(valid)
    answered = {
        each.estimate.source.line: each.estimate.counted.total for each in found if isinstance(each, Answer)
    }
    assert [answered[1], answered[3]] == expected * 2
