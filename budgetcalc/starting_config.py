"""A first configuration, made of what a repository holds: every budget a little above what was measured."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from budgetcalc import money
from budgetcalc.locations import printable
from budgetcalc.measurements import measurement_of
from budgetcalc.model_names import family_of, newest_of_family
from budgetcalc.records import dataclass

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import date

    from budgetcalc.catalogue import Catalogue
    from budgetcalc.measurements import MeasuredFile

ROOM_PERCENT = 20
"""How much more than today a budget allows; less would fail at the next edit, more would catch nothing."""
GROWTH_PERCENT, LEAST_GROWTH_TOKENS = 10, 50
"""What a file may grow by until somebody accepts it: of a text of a few lines, 10 % would be a word."""
_TITLES = {
    "requests": "requests",
    "prompt": "prompts",
    "tools": "tool definitions",
    "instructions": "instructions",
}
_INSTRUCTIONS = {"CLAUDE.md", "AGENTS.md", "SKILL.md"}

_HEAD = """\
# Budgets of this repository's prompts. `budgetcalc lint` holds files against them; every key is explained in
# https://github.com/budgetcalc/budgetcalc/blob/main/docs/configuration.md
# yaml-language-server: $schema=https://raw.githubusercontent.com/budgetcalc/budgetcalc/main/schemas/config.schema.json
version: 1

defaults:
"""
_TAIL = """
# Stages that feed each other, planned with `budgetcalc plan`:
# pipelines:
#   - name: report
#     max_cost_usd: 0.40
#     stages:
#       - {name: explain, model: claude-haiku-4-5, prompt: prompts/explain.md, max_tokens: 200}
#       - {name: plan, model: claude-opus-4-5, prompt: prompts/plan.md, max_tokens: 4096, thinking_budget: 1024,
#          fed_by: [explain]}

# Severities of rules, by id or name; `budgetcalc explain` lists them:
# rules: {nonstreaming-too-long: off, long-context-tier: error}

# Findings that are known, with a reason and perhaps a last day:
# ignores:
#   - {file: "prompts/legacy/*", rule: model-retired, reason: "kept for the archive", until: 2027-01-31}
"""


@dataclass(frozen=True, slots=True)
class Group:
    """Files that share a budget.

    Attributes:
        name: of the budget.
        globs: that stand for just these files.
        input_tokens: of the largest request.
        cost_usd: of the dearest call; ``None`` of texts, whose max_tokens nobody knows.
        files: how many.
        least_tokens: of the file with the smallest requests.
        limit_key: what their size is limited by.
    """

    name: str
    globs: tuple[str, ...]
    input_tokens: int
    cost_usd: Decimal | None
    files: int
    least_tokens: int
    limit_key: str = "max_input_tokens"


def usual_model(files: Iterable[MeasuredFile]) -> str | None:
    """Return the Claude model that most requests name; ``None`` when there is none."""
    requests = (each for file in files if file.kind == "requests" for each in file.requests)
    counted = Counter(each.model for each in requests if each.model.startswith("claude-"))
    return max(counted, key=lambda name: (counted[name], name)) if counted else None


def model_to_go_on_with(catalogue: Catalogue, usual: str, on: date) -> str:
    """Return the usual model while it is promised; once it may be retired any day, the newest of its family."""
    model = catalogue.models[usual]
    if model.is_served(on) and not model.is_past_promise(on):
        return usual
    family = family_of(usual)
    newest = newest_of_family(catalogue, family, on) if family else ()
    return newest[0] if newest else newest_sonnet(catalogue, on)


def newest_sonnet(catalogue: Catalogue, on: date) -> str:
    """Return the newest Sonnet that is served, the middle of the price list, for files that name no model."""
    served = [model for model in catalogue.models.values() if "sonnet" in model.id and model.is_served(on)]
    return max(served or catalogue.models.values(), key=lambda model: str(model.lifecycle.released or "")).id


def group_files(files: Sequence[MeasuredFile], expand: Callable[[str], list[str]]) -> tuple[Group, ...]:
    """Return the files by kind and top folder, in the order of their names.

    Args:
        files: measured, with at least one request each.
        expand: the files of the repository that a glob stands for.
    """
    groups: dict[tuple[str, str], list[MeasuredFile]] = {}
    for file in files:
        folder, _, rest = file.file.rpartition("/")
        kind = "instructions" if (rest or file.file) in _INSTRUCTIONS else file.kind
        top = "" if kind == "instructions" else folder.split("/")[0]
        groups.setdefault((kind, top), []).append(file)
    return tuple(_group(kind, top, members, expand) for (kind, top), members in sorted(groups.items()))


def starting_config(groups: Iterable[Group], day: date, *, model: str, usual: str | None) -> str:
    """Return the text of a configuration.

    Args:
        groups: what was found; none gives a commented example.
        day: when it was measured, for the comment.
        model: for files that name none.
        usual: the model that requests of the repository name; ``None`` when they name none.
    """
    why = "prompt texts name none: change it to yours" if usual is None else "the usual one here"
    if usual not in {None, model}:
        why = f"requests name {usual}, which is retired or may be any day"
    lines = [
        f"  model: {model}  # for files that name none ({why})",
        "  max_tokens: 4096  # for files that say none: what an answer may be, and so the worst case",
        "  # on: 2026-01-31  # the day of prices and rules; today by default",
    ]
    text = _HEAD + "\n".join(lines) + "\n\n"
    found = list(groups)
    if not found:
        example = '#   - {name: prompts, files: ["prompts/**/*.json"], max_input_tokens: 8000}'
        return text + f"# Nothing was found to budget. As an example:\n# budgets:\n{example}\n" + _TAIL
    text += f"# Measured on {day.isoformat()}, plus {ROOM_PERCENT} %.\nbudgets:\n"
    return text + "".join(map(_budget, found)) + _TAIL


def _group(kind: str, top: str, members: Sequence[MeasuredFile], expand: Callable[[str], list[str]]) -> Group:
    measured = [measurement_of(file) for file in members]
    names = [file.file for file in members]
    costs = [each.cost_usd for each in measured if each.cost_usd is not None]
    title, is_tools = _TITLES[kind], kind == "tools"
    tokens = [each.tool_tokens if is_tools else each.input_tokens for each in measured]
    return Group(
        f"{title} in {printable(top)}" if top else title,
        _globs(names, expand),
        max(tokens),
        max(costs) if kind == "requests" and len(costs) == len(measured) else None,
        len(names),
        min(tokens),
        "max_tool_tokens" if is_tools else "max_input_tokens",
    )


def _globs(names: Sequence[str], expand: Callable[[str], list[str]]) -> tuple[str, ...]:
    """Return the widest globs that stand for these files and no others: a folder's, else the names."""
    found: list[str] = []
    wanted, covered = set(names), set[str]()
    expanded: dict[str, set[str]] = {}
    for name in names:
        if name in covered:
            continue
        folder, _, last = _literal(name).rpartition("/")
        suffix = last[last.rfind(".") :] if "." in last.lstrip(".") else ""
        top = folder.split("/")[0]
        wide = [f"{top}/**/*{suffix}", f"{folder}/*{suffix}"] if folder and suffix else []
        if last in _INSTRUCTIONS:
            wide = [f"**/{last}", f"{top}/**/{last}"] if folder else [f"**/{last}"]
        for glob in wide:
            if glob not in expanded:
                expanded[glob] = set(expand(glob))
            if {name} <= expanded[glob] <= wanted:
                found.append(glob)
                covered |= expanded[glob]
                break
        else:
            found.append(_literal(name))
    return tuple(found)


def _literal(name: str) -> str:
    """Return a glob that stands for one name, whatever characters are in it.

    What no glob of a configuration can say, a backslash, a first ``!`` and bytes that are not UTF-8, is a ``?``.
    """
    said = "".join(
        f"[{char}]" if char in "*?[" else "?" if char == "\\" or "\ud800" <= char <= "\udfff" else char
        for char in name
    )
    return f"?{said[1:]}" if said.startswith("!") else said


def _quoted(text: str) -> str:
    """Return a text in quotes as YAML takes it; what is not printed, and what YAML refuses, is escaped."""
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(char if char.isprintable() else f"\\U{ord(char):08x}" for char in quoted)


def _budget(group: Group) -> str:
    files = ", ".join(_quoted(glob) for glob in group.globs)
    largest = f"{group.input_tokens:,} in the largest of {group.files}"
    lines = [
        f"  - name: {_quoted(group.name)}",
        f"    files: [{files}]",
        f"    {group.limit_key}: {_with_room(group.input_tokens)}  # {largest}",
    ]
    if group.cost_usd:
        amount = money.plain(_dollars_with_room(group.cost_usd))
        lines.append(
            f"    max_cost_usd: {amount}  # worst case of one call, {money.for_people(group.cost_usd)} now"
        )
    lines += [
        f"    max_growth: {_growth(group)}  # over the baseline: `budgetcalc lint --write-baseline`",
        "    warn_at: 90%",
    ]
    return "\n".join(lines) + "\n"


def _growth(group: Group) -> str:
    """Return what files may grow by: a share, or tokens where the share of the smallest would be a few words."""
    if group.least_tokens * GROWTH_PERCENT >= LEAST_GROWTH_TOKENS * 100:
        return f"{GROWTH_PERCENT}%"
    return str(max(LEAST_GROWTH_TOKENS, group.input_tokens * GROWTH_PERCENT // 100))


def _with_room(tokens: int) -> int:
    """Return tokens plus the room, rounded up to two digits."""
    wanted = max(1, -(-tokens * (100 + ROOM_PERCENT) // 100))
    step = int(10 ** max(0, len(str(wanted)) - 2))
    return -(-wanted // step) * step


def _dollars_with_room(amount: Decimal) -> Decimal:
    """Return dollars plus the room, rounded up to two digits."""
    wanted = money.times(amount, Decimal(100 + ROOM_PERCENT) / 100)
    step = Decimal(1).scaleb(wanted.adjusted() - 1)
    whole = int(wanted / step)
    return money.times(step, whole if step * whole == wanted else whole + 1)
