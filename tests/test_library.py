"""The library's front door."""

from __future__ import annotations

import inspect
import io
import re
from contextlib import redirect_stdout
from datetime import date
from pathlib import Path
from typing import Any

import pytest

import budgetcalc

BODY: dict[str, Any] = {
    "model": "claude-haiku-4-5",
    "max_tokens": 100,
    "messages": [{"role": "user", "content": "Hello, Claude"}],
}


def test_an_estimate_of_a_body_and_of_a_typed_request_are_the_same() -> None:
    """A dict is parsed; a Request is taken as it is."""
    on = date(2026, 1, 31)
    typed = budgetcalc.parse_request(BODY)
    assert budgetcalc.estimate(BODY, on=on).to_dict() == budgetcalc.estimate(typed, on=on).to_dict()


def test_arguments_replace_and_add() -> None:
    """Model replaces the request's, batch and betas are added to it."""
    result = budgetcalc.estimate(BODY, model="claude-opus-4-6", batch=True, betas=["x"], on=date(2026, 3, 1))
    assert result.match.model.id == "claude-opus-4-6"
    assert result.request.batch
    assert "x" in result.request.betas


def test_today_is_the_default() -> None:
    """Without a date the rules of today apply, and the result says so."""
    assert budgetcalc.estimate(BODY).on_origin == "today"


def test_a_missing_model_is_an_error() -> None:
    """A request without a model has no answer, and the hint says how to name one."""
    with pytest.raises(budgetcalc.UnknownModelError, match="model="):
        budgetcalc.estimate({"messages": []})


def test_an_unreadable_body_is_an_error() -> None:
    """A body of another shape is an error that names the place."""
    with pytest.raises(budgetcalc.InputError, match="/messages"):
        budgetcalc.estimate({"model": "claude-haiku-4-5", "messages": "hi"})


@pytest.mark.parametrize("model", ["claude-haiku-4-5", "claude-opus-4-7", "gpt-4o", "gpt-4.1"])
def test_count_text_counts_content_alone(model: str) -> None:
    """A text's content is counted without the frame of a message; nothing is nothing."""
    assert budgetcalc.count_text("", model) == 0
    assert 2 <= budgetcalc.count_text("Hello, Claude", model) <= 7


def test_count_text_of_an_unknown_model() -> None:
    """An unknown model has no count."""
    with pytest.raises(budgetcalc.UnknownModelError):
        budgetcalc.count_text("hi", "nobody")


def test_the_bundled_catalogue_is_read_once() -> None:
    """Many calls share one immutable catalogue."""
    assert budgetcalc.load_catalogue() is budgetcalc.load_catalogue()


class _OfAnSdk:
    """What SDKs return: an object that gives its fields one by one, and has a way to a dict."""

    def model_dump(self) -> dict[str, Any]:
        return {}

    def __iter__(self) -> Any:
        return iter([("usage", 1)])


@pytest.mark.parametrize("given", ["console.csv", Path("console.csv"), ["console.csv"], 3, None, _OfAnSdk()])
def test_price_says_what_it_takes(given: Any) -> None:
    """A path, an object of an SDK, nothing: not an accident of Python, but what to write instead."""
    with pytest.raises(budgetcalc.UsageError, match=r"price.. takes usage objects") as caught:
        budgetcalc.price(given)
    assert "read_report" in caught.value.hint
    assert "model_dump" in caught.value.hint


@pytest.mark.parametrize("given", [BODY, [BODY], 3, None])
def test_lint_says_what_it_takes(given: Any) -> None:
    """A request is no path, and is not looked for under the names of its keys."""
    with pytest.raises(budgetcalc.UsageError, match=r"lint.. takes paths of files and folders") as caught:
        budgetcalc.lint(given)
    assert "estimate(request).findings" in caught.value.hint


@pytest.mark.parametrize("given", [[], "text", None, 3])
def test_errors_of_values_have_a_place(given: Any) -> None:
    """What is given as such is called <request> or <usage>, and no message begins with nothing."""
    with pytest.raises(budgetcalc.InputError) as caught:
        budgetcalc.estimate(given)
    assert str(caught.value).startswith("<request>: expected a JSON object")
    with pytest.raises(budgetcalc.InputError, match=r"^expected a JSON object"):
        budgetcalc.parse_request(given)
    with pytest.raises(budgetcalc.InputError, match=r"^<usage>: "):
        budgetcalc.price({"a": 1})


def test_rows_of_values_are_named_too() -> None:
    """A count that cannot be is an invalid row of <usage>, not of a standard input that nobody gave."""
    (row,) = budgetcalc.price({"input_tokens": -1, "output_tokens": 1}, model="claude-haiku-4-5").invalid
    assert row.file == "<usage>"


def test_results_are_short_to_look_at() -> None:
    """The catalogue is in most results; in a debugger or a failed test, nobody wants to read it."""
    usage = {"input_tokens": 8, "output_tokens": 5}
    results = [
        budgetcalc.load_catalogue(),
        budgetcalc.load_catalogue().find("claude-opus-4-6"),
        budgetcalc.price(usage, model="claude-opus-4-6"),
        budgetcalc.estimate(BODY),
        budgetcalc.verify([{"request": BODY, "usage": usage}]),
        budgetcalc.calibrate([{"request": BODY, "usage": usage}]),
    ]
    assert [len(repr(each)) for each in results if len(repr(each)) > 5_000] == []
    assert repr(results[0]).startswith("Catalogue('bundled pricing.yaml', ")
    assert repr(results[1].model) == "Model('claude-opus-4-6')"  # type: ignore[attr-defined]


def test_lint_is_the_function_to_whoever_asks() -> None:
    """The package of the rules has the same name, and shows the documentation and signature of what is called."""
    import budgetcalc.lint  # makes the package an attribute, whatever was there before
    from budgetcalc.library import lint

    assert inspect.getdoc(budgetcalc.lint) == inspect.getdoc(lint)
    assert inspect.signature(budgetcalc.lint) == inspect.signature(lint)  # type: ignore[arg-type]
    assert "paths" in inspect.signature(budgetcalc.lint).parameters  # type: ignore[arg-type]


def _of_the_page() -> tuple[str, list[str]]:
    text = (Path(__file__).parents[1] / "docs" / "library.md").read_text(encoding="utf-8")
    return text, re.findall(r"```python\n(.*?)```", text, re.DOTALL)


def test_the_page_of_the_library_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every example of docs/library.md runs as it stands, one after the other, and prints what its comments say."""
    _, examples = _of_the_page()
    assert len(examples) > 5
    monkeypatch.chdir(Path(__file__).parents[1])
    names: dict[str, Any] = {"__name__": "page"}
    for code in examples:
        printed = io.StringIO()
        with redirect_stdout(printed):
            exec(compile(code, "docs/library.md", "exec"), names)
        said = re.findall(r"print\(.*\)  # (.*)", code)
        assert printed.getvalue().splitlines() == said, code


def test_the_page_of_the_library_names_all_of_it() -> None:
    """Each public function has its example, each public name a word."""
    text, examples = _of_the_page()
    functions = [name for name in budgetcalc.__all__ if inspect.isfunction(getattr(budgetcalc, name))]
    assert [name for name in functions if not any(f"{name}(" in code for code in examples)] == ["api_counter"]
    assert [name for name in budgetcalc.__all__ if name not in text] == []
