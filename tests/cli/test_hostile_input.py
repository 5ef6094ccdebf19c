"""Names from other people's input cannot steer a terminal, a spreadsheet or a page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

HOSTILE = [
    "[red]x[/red]",
    "\x1b[31mred\x1b[0m",
    "\x1b]0;title\x07",
    "a\nb",
    "\u202eevil",
    "| <b>x</b> `y`",
    "=1+1",
]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("format_", ["text", "json", "jsonl", "csv", "markdown"])
def test_model_names(run: Any, request_file: Any, name: str, format_: str) -> None:
    """A hostile model name is shown, and never obeyed."""
    file = request_file(model=name)
    result = run("estimate", file, "--treat-as", "claude-haiku-4-5", "-f", format_, "--color", "always")
    assert result.exit_code == 0
    raw = "\x1b[31mred" if "red" in name else "\x1b]0;"
    assert raw not in result.output
    assert "\u202e" not in result.output


@pytest.mark.parametrize("name", HOSTILE)
def test_unknown_model_names_in_messages(run: Any, request_file: Any, name: str) -> None:
    """A hostile name in an error message keeps to its line and shows its markup."""
    result = run("estimate", request_file(model=name))
    assert result.exit_code == 2
    assert "\x1b" not in result.output
    assert "\nb" not in result.output


def test_file_names(run: Any, tmp_path: Path) -> None:
    """A hostile file name is escaped in text and starts no formula in CSV."""
    body = json.dumps({"model": "claude-haiku-4-5", "messages": [{"role": "user", "content": "hi"}]})
    path = tmp_path / "=cmd\x1b[2J[bold].json"
    path.write_text(body, encoding="utf-8")
    text = run("estimate", str(path)).stdout
    assert "\x1b" not in text
    assert "\\x1b[2J[bold].json" in text


def test_no_text_of_a_conversation_in_messages(run: Any, tmp_path: Path) -> None:
    """A request that cannot be read is described by place and kind, never by its text."""
    path = tmp_path / "bad.json"
    path.write_text('{"messages": [{"role": "user", "content": 7, "x": "my secret"}]}', encoding="utf-8")
    result = run("estimate", str(path), "--model", "claude-haiku-4-5")
    assert result.exit_code == 2
    assert "my secret" not in result.output


@pytest.mark.parametrize("name", ["\x1b[31mred", "\u202eevil", "a\n::error::x"])
def test_what_was_typed_is_shown_as_text(run: Any, name: str) -> None:
    """An argument that is none, as a script may hand over from somebody, cannot steer the terminal it is shown on."""
    for args in (("init", name), (name,), ("models", f"--{name}"), ("explain", name), ("estimate", name)):
        result = run(*args)
        assert result.exit_code == 2
        assert all(char.isprintable() or char == "\n" for char in result.output)
        assert not any(line.startswith("::error") for line in result.output.splitlines())
