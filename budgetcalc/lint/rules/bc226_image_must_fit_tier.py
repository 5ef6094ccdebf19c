"""An image that must not be reduced does not fit.

## What it does

Finds images with `transformations.oversized_image: "error"`, and images in the results of a `computer` or
`browser` toolset, that are larger than the model sees: 1568 pixels and tokens, or 2576 pixels and 4784 tokens
on the newer models. Models named in `fallbacks` count too.

## Why it matters

The API answers 400: `image dimensions 1920x1080 exceed the maximum image size of a model named on this
request`.

## Example

Over, on a model of the smaller kind, with an image of 1920 × 1080:

    {"type": "image", "transformations": {"oversized_image": "error"}, …}

Within: the same at 1456 × 819.

## How to fix

Reduce the image to the size in the message, and scale coordinates back.

## Source

Vision, coordinates, https://platform.claude.com/docs/en/build-with-claude/vision-coordinates, and Computer
use, https://platform.claude.com/docs/en/agents-and-tools/tool-use/computer-use-tool (both 2026-08-22).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budgetcalc.errors import UnknownModelError
from budgetcalc.findings import Finding
from budgetcalc.lint.media_facts import sized_images
from budgetcalc.lint.request_facts import block_objects
from budgetcalc.media import reduced_size

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Any

    from budgetcalc.catalogue import Model
    from budgetcalc.findings import Severity
    from budgetcalc.lint.rule import RuleContext

ID = "BC226"
NAME = "image-must-fit-tier"
SEVERITY: Severity = "error"

_TOOLSETS = ("computer", "browser")


def check(context: RuleContext) -> Iterator[Finding]:
    """Yield an error for each image that would have to be reduced and must not be."""
    strict = dict(_strict_images(context.request.body))
    if not strict:
        return
    models = [context.model, *_fallbacks(context)]
    for block, width, height in sized_images(context.request):
        if block.path not in strict:
            continue
        for model in models:
            fitting = reduced_size(width, height, model.accepts.image_tier)
            if fitting != (width, height):
                message = (
                    f"the image is {width:,} by {height:,} pixels, larger than {model.id} sees,"
                    f" and {strict[block.path]} forbids to reduce it"
                )
                hint = f"scale it to at most {fitting[0]:,} by {fitting[1]:,}"
                path = f"{block.path}/source/data"
                yield Finding(ID, NAME, "error", message, path, hint, max(width, height), max(fitting))
                break


def _strict_images(body: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield the pointers of images that must fit, and what says so."""
    for path, block in block_objects(body):
        settings = block.get("transformations")
        if isinstance(settings, dict) and settings.get("oversized_image") == "error":
            yield path, "oversized_image"
        elif block.get("type") == "tool_result" and block.get("toolset_name") in _TOOLSETS:
            content = block.get("content")
            for index in range(len(content) if isinstance(content, list) else 0):
                yield f"{path}/content/{index}", "the toolset"


def _fallbacks(context: RuleContext) -> Iterator[Model]:
    given = context.request.body.get("fallbacks")
    for entry in given if isinstance(given, list) else ():
        name = entry.get("model") if isinstance(entry, dict) else None
        try:
            if isinstance(name, str):
                yield context.catalogue.find(name).model
        except UnknownModelError:
            continue
