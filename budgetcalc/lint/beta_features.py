"""Which features of a request need a beta header: those that ``betas`` of ``pricing.yaml`` gate, by name.

A gate ``tool:PREFIX`` is every tool whose type begins so; every other gate is a row here.
"""

from __future__ import annotations

from itertools import chain
from typing import TYPE_CHECKING

from budgetcalc.conversation import Document, Image, edit_types
from budgetcalc.lint.body_values import nested
from budgetcalc.lint.request_facts import breakpoints
from budgetcalc.lint.strict_schemas import output_formats, strict_tools

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from budgetcalc.catalogue import Beta
    from budgetcalc.conversation import Request
    from budgetcalc.lint.rule import RuleContext

TOOL_GATE = "tool:"
_CHANGES = frozenset({"tool_addition", "tool_removal"})


def _given(key: str) -> Callable[[Request], str | None]:
    return lambda request: None if request.body.get(key) is None else f"/{key}"


def _edit(prefix: str) -> Callable[[Request], str | None]:
    def find(request: Request) -> str | None:
        return next(
            (
                f"/context_management/edits/{index}"
                for index, kind in enumerate(edit_types(request.body))
                if kind.startswith(prefix)
            ),
            None,
        )

    return find


def _fallbacks(*, is_default: bool) -> Callable[[Request], str | None]:
    def find(request: Request) -> str | None:
        fallbacks = request.body.get("fallbacks")
        return "/fallbacks" if fallbacks is not None and (fallbacks == "default") is is_default else None

    return find


def _tool_changes(request: Request) -> str | None:
    kinds = ((block, getattr(block, "type", "")) for _, block in request.blocks())
    return next((block.path for block, kind in kinds if kind in _CHANGES), None)


def _structured_output(request: Request) -> str | None:
    formats = (path for path, _ in output_formats(request))
    return next(chain(formats, (f"{tool.path}/strict" for tool in strict_tools(request))), None)


def _hour_ttl(request: Request) -> str | None:
    return next((path for path, cache in breakpoints(request) if cache.ttl == "1h"), None)


def _file_source(request: Request) -> str | None:
    sources = ((block, getattr(block, "source", "")) for _, block in request.blocks())
    return next(
        (block.path for block, kind in sources if isinstance(block, Image | Document) and kind == "file"),
        None,
    )


def _at(*keys: str) -> Callable[[Request], str | None]:
    return lambda request: None if nested(request.body, *keys) is None else "/" + "/".join(keys)


FEATURES: dict[str, Callable[[Request], str | None]] = {
    "context_management": _edit("clear_"),
    "compaction_edit": _edit("compact_"),
    "compaction": _given("compaction"),
    "task_budget": _at("output_config", "task_budget"),
    "effort": _at("output_config", "effort"),
    "skills": _at("container", "skills"),
    "structured_output": _structured_output,
    "cache_ttl_1h": _hour_ttl,
    "file_source": _file_source,
    "tool_changes": _tool_changes,
    "fallbacks": _fallbacks(is_default=False),
    "fallbacks_default": _fallbacks(is_default=True),
    "fallback_credit_token": _given("fallback_credit_token"),
    "mcp_servers": _given("mcp_servers"),
    "diagnostics": _given("diagnostics"),
    "thread": _given("thread"),
}
"""The features by name; each finds the place where a request uses it."""


def gated_features(context: RuleContext) -> Iterator[tuple[str, str, tuple[Beta, ...]]]:
    """Yield each feature in use that needs a header on that day: its name, its place, the headers that open it."""
    gates: dict[str, list[Beta]] = {}
    for beta in context.catalogue.betas.values():
        for gate in beta.gates:
            gates.setdefault(gate, []).append(beta)
    for gate, betas in gates.items():
        if not all(beta.is_needed(context.on) for beta in betas):
            continue
        place = _place(context.request, gate)
        if place is not None:
            yield gate.removeprefix(TOOL_GATE).rstrip("_"), place, tuple(betas)


def _place(request: Request, gate: str) -> str | None:
    if gate.startswith(TOOL_GATE):
        prefix = gate.removeprefix(TOOL_GATE)
        return next((tool.path for tool in request.tools if tool.type.startswith(prefix)), None)
    find = FEATURES.get(gate)
    return None if find is None else find(request)
