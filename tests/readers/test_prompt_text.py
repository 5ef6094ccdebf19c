"""Prompt texts: counted as they stand, with a note on what is not literal."""

from __future__ import annotations

import time

import pytest

from budgetcalc.readers.prompt_text import is_prompt_name, placeholder_notes, prompt_notes


@pytest.mark.parametrize(
    ("text", "note"),
    [
        ("Hi {{ name }} and {{other}}", "2 placeholders are counted as written: 2 × {{…}}"),
        ("{% if x %}a{% endif %}", "2 placeholders are counted as written: 2 × {%…%}"),
        ("${HOME} {x} {#c#}", "3 placeholders are counted as written: 1 × {#…#}, 1 × ${…}, 1 × {…}"),
        (
            "{% a {% b %} %} {# {# x #} {%%} {##}",
            "4 placeholders are counted as written: 2 × {%…%}, 2 × {#…#}",
        ),
        (
            "{% a } { # % b %}{# % } { c #}{%\n%}",
            "3 placeholders are counted as written: 2 × {%…%}, 1 × {#…#}",
        ),
        ("{%" + "x" * 501 + "%}", None),
        ("{name}", "1 placeholder is counted as written: 1 × {…}"),
    ],
)
def test_placeholders_are_noted_by_number(text: str, note: str | None) -> None:
    """Each form is counted, and none of the names inside is shown."""
    assert placeholder_notes(text) == ((note,) if note else ())


@pytest.mark.parametrize("text", ["plain", '{"a": 1}', "f(x) { return 1; }", "{}", "a { b } c"])
def test_braces_of_code_are_no_placeholders(text: str) -> None:
    """JSON, code and formulas are not taken for templates."""
    assert placeholder_notes(text) == ()


def test_front_matter_is_noted() -> None:
    """Settings at the top of a prompt file are text, and that is said."""
    assert prompt_notes("---\nmodel: x\n---\nHi")[-1].startswith("the front matter is counted")
    assert prompt_notes("--- not\n---\nHi") == ()


def test_hostile_text_takes_no_time() -> None:
    """Openings that are never closed do not make the search quadratic."""
    started = time.monotonic()
    prompt_notes("---\n" + "{{" * 100_000 + "{%" * 100_000 + "{#" * 50_000 + "${a" * 50_000)
    assert time.monotonic() - started < 10


def test_the_name_of_a_prompt() -> None:
    """Only the known suffixes make a prompt's name, also of a gzipped file."""
    assert is_prompt_name("a/b.MD")
    assert is_prompt_name("x.jinja2.gz")
    assert not is_prompt_name("x.json")
    assert not is_prompt_name("-")
