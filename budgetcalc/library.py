"""The library's front door: the questions of the command line, asked from Python."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from budgetcalc.errors import UnknownModelError, UsageError

NO_BETA = "none"
"""What ``betas`` and ``--beta`` take to say that no beta header is sent, where a count depends on it."""

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.conversation import Request
    from budgetcalc.estimates import Estimate


def load_catalogue(path: str | Path | None = None) -> Catalogue:
    """Return the bundled catalogue, overlaid by a pricing file if one is given.

    Args:
        path: a file of the form of ``pricing.yaml``; what it says wins over the bundled table.

    Raises:
        CatalogueError: the file has errors; all of them are in it.
    """
    return _bundled() if path is None else _read(Path(path))


def count_text(text: str, model: str, *, on: date | None = None) -> int:
    """Return the content tokens of a text, without the frame a message adds.

    Args:
        text: the text.
        model: id, alias or platform spelling of a model in the bundled catalogue.
        on: accepted for symmetry with ``estimate``: no model has changed its tokenizer so far.

    Raises:
        UnknownModelError: no model has that name.
        UsageError: nobody knows the model's vocabulary (Claude 2).
    """
    del on
    found = load_catalogue().find(model).model
    family = found.tokenizer.family
    if family in {"claude-v3", "claude-v4.7"}:
        from budgetcalc.claude_text import count_claude_text

        return count_claude_text(text, "v3" if family == "claude-v3" else "v4.7", after_mark=False)
    if family == "cl100k_base" or family == "o200k_base":  # noqa: PLR1714 - narrows the type
        from budgetcalc.openai_text import count_openai_text

        return count_openai_text(text, family)
    if family == "gemini":
        from budgetcalc.gemini_text import estimate_gemini_text

        tokens: int = estimate_gemini_text(text)[0]
        return tokens
    raise UsageError(f"the vocabulary of {found.id} is not known", hint="estimate() gives a band")


def estimate(
    request: Mapping[str, Any] | Request,
    *,
    model: str | None = None,
    on: date | None = None,
    catalogue: Catalogue | None = None,
    batch: bool = False,
    betas: Collection[str] = (),
) -> Estimate:
    """Return everything that can be said of a request before it is sent.

    Args:
        request: a body of the Messages API, or the result of ``parse_request``.
        model: replaces the request's model.
        on: the day whose prices and rules apply; today (UTC) by default.
        catalogue: the bundled one by default.
        batch: price it as an item of a batch.
        betas: beta headers that are sent with it, beside those in the body; ``("none",)`` says that none is.

    Raises:
        InputError: the body has not the shape of a request.
        UnknownModelError: the model is missing or not in the catalogue.
    """
    from budgetcalc.conversation import Request, parse_request
    from budgetcalc.estimates import SourceRef, estimate_request

    typed = request if isinstance(request, Request) else parse_request(request)
    typed = replace(
        typed,
        batch=batch or typed.batch,
        betas=typed.betas | frozenset(betas) - {NO_BETA},
        betas_known=typed.betas_known or bool(betas),
    )
    table = catalogue or load_catalogue()
    name = model or typed.model
    if name is None:
        raise UnknownModelError(
            "the request names no model", hint="pass model=, as in model='claude-opus-4-6'"
        )
    match = table.find(name)
    origin = "today" if on is None else "flag"
    return estimate_request(
        typed, match, table, on or today(), source=SourceRef("<request>"), on_origin=origin
    )


def today() -> date:
    """Return today's date in UTC, the only clock there is."""
    return datetime.now(UTC).date()


@cache
def _bundled() -> Catalogue:
    return _read(None)


def _read(path: Path | None) -> Catalogue:
    from budgetcalc.readers.pricing_file import read_catalogue

    return read_catalogue(path)
