"""Edge out: results in, text out. Renderers are pure; printing and ``--output`` belong to the cli."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from typing import Any, Literal

type Columns = Sequence[tuple[str, Literal["left", "right"]]]
"""Titles of a table's columns, each with its alignment."""

RENDERERS = {
    ("estimate", "text"): "estimate_text:render_estimates",
    ("estimate", "json"): "json_:render_estimates",
    ("estimate", "jsonl"): "json_:render_estimate_lines",
    ("estimate", "csv"): "csv_:render_estimates",
    ("estimate", "markdown"): "markdown:render_estimates",
    ("price", "text"): "price_text:render_usage",
    ("price", "json"): "json_:render_usage",
    ("price", "jsonl"): "json_:render_usage_lines",
    ("price", "csv"): "csv_:render_usage",
    ("price", "markdown"): "price_markdown:render_usage",
    ("price", "html"): "price_html:render_usage",
    ("plan", "text"): "plan:render_text",
    ("plan", "json"): "json_:render_plans",
    ("plan", "markdown"): "plan:render_markdown",
    ("lint", "text"): "lint_text:render_lint",
    ("lint", "json"): "json_:render_lint",
    ("lint", "jsonl"): "json_:render_lint_lines",
    ("lint", "markdown"): "lint_markdown:render_lint",
    ("lint", "github"): "github:render_lint",
    ("lint", "sarif"): "sarif:render_lint",
    ("lint", "junit"): "junit:render_lint",
    ("lint", "gitlab"): "gitlab:render_lint",
    ("verify", "text"): "verify_text:render_verification",
    ("verify", "json"): "json_:render_verification",
    ("verify", "csv"): "csv_:render_verification",
    ("verify", "markdown"): "verify_markdown:render_verification",
    ("calibrate", "text"): "calibration_yaml:render_calibration",
    ("calibrate", "json"): "calibration_yaml:render_document",
    ("models", "text"): "models_text:render_models",
    ("models", "json"): "json_:render_models",
    ("models", "csv"): "csv_:render_models",
    ("models", "markdown"): "markdown:render_models",
    ("explain", "text"): "explain_text:render_explanation",
    ("explain", "json"): "json_:render_explanation",
}
"""Which function renders a command's result in a format; its module is loaded when it is asked for."""


@dataclass(frozen=True, slots=True)
class Look:
    """How text may look where it is going to.

    Attributes:
        colour: colours and bold.
        terminal: a person looks at it, so lines and bars help; otherwise plain columns.
        unicode: glyphs beyond ASCII can be shown.
        width: columns; ``None`` takes the width of the content.
        verbose: every detail.
        quiet: nothing but what fails.
    """

    colour: bool = False
    terminal: bool = False
    unicode: bool = False
    width: int | None = None
    verbose: bool = False
    quiet: bool = False


def renderer(command: str, format_: str) -> Callable[[Any, Look], Iterator[str]]:
    """Return the renderer of a command's result; it yields pieces of text in order."""
    from importlib import import_module

    module, function = RENDERERS[command, format_].split(":")
    found: Callable[[Any, Look], Iterator[str]] = getattr(
        import_module(f"budgetcalc.render.{module}"), function
    )
    return found


def formats(command: str) -> tuple[str, ...]:
    """Return the formats a command has, the default first."""
    return tuple(format_ for name, format_ in RENDERERS if name == command)
