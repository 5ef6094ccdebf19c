"""Drop a file or folder into ``tests/corpus/rules/<id>-<name>/`` and it is a test of that rule.

``over-<what>.json`` earns a finding of the rule, ``within-<what>.json`` none; ``over-<what>.warning.json`` earns
one of that severity where it is not the rule's own. A file is a request, a recording (``request`` with ``date``,
``anthropic_beta``, ``response``), a batch item, lines of those (``.jsonl``) or a prompt (``.md``). A folder is a
project with its ``budgetcalc.yaml``. Arguments that a case needs stand in ``<case>.cmd``, or in ``cmd`` of a
folder. Everything goes through the command: from bytes to findings.

What is large is written as a recipe: ``{"$repeat": "text ", "$times": 9}`` is that text nine times, and among the
items of a list, or as a line, that many of them; ``$n`` in its texts is then the number of each, from 0. A list
of several takes turns.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from typer.main import get_command

from budgetcalc.cli.app import app
from budgetcalc.findings import SEVERITIES
from budgetcalc.lint.rules import RULES

if TYPE_CHECKING:
    from collections.abc import Iterator

    from budgetcalc.lint.rule import Rule

# Built once: that is most of what the command takes for a small file.
COMMAND = get_command(app)
CORPUS = Path(__file__).parent / "corpus" / "rules"
FOLDERS = {f"{rule.id}-{rule.name}": rule for rule in RULES}
CASES = sorted(path for path in CORPUS.glob("*/*") if path.suffix != ".cmd")
DAY = "2026-09-01"
NAME = re.compile(rf"(over|within)-[a-z0-9.-]+?(?:\.({'|'.join(SEVERITIES)}))?(?:\.jsonl?|\.md)?")
LARGEST_CORPUS_BYTES = 1_500_000
SLOW = {"BC211-over-100001-items.jsonl"}
"""Cases of more than half a minute: they run in CI, and where ``CI=1`` is set."""


def expanded(value: Any) -> Any:
    """Return the value with its recipes carried out."""
    if isinstance(value, list):
        return [item for each in value for item in items_of(each)]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"$repeat", "$times"}:
        return value["$repeat"] * value["$times"]
    return {key: expanded(each) for key, each in value.items()}


def items_of(value: Any) -> Iterator[Any]:
    """Yield an item of a list, or all that a recipe makes of it."""
    if isinstance(value, dict) and value.keys() == {"$repeat", "$times"}:
        repeated = expanded(value["$repeat"])
        for number in range(value["$times"]):
            made = numbered(repeated, number)
            yield from made if isinstance(made, list) else [made]
    else:
        yield expanded(value)


def numbered(value: Any, number: int) -> Any:
    """Return a copy whose texts have a number for ``$n``."""
    if isinstance(value, str):
        return value.replace("$n", str(number))
    if isinstance(value, list):
        return [numbered(each, number) for each in value]
    return {key: numbered(each, number) for key, each in value.items()} if isinstance(value, dict) else value


def carry_out(path: Path) -> None:
    """Write a file anew with its recipes carried out."""
    text = path.read_text(encoding="utf-8")
    if '"$repeat"' not in text:
        return
    if path.suffix == ".json":
        path.write_text(json.dumps(expanded(json.loads(text))), encoding="utf-8")
    else:
        rows = expanded([json.loads(line) for line in text.splitlines()])
        path.write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")


def arguments(case: Path) -> list[str]:
    """Return what a case says of the command."""
    cmd = case / "cmd" if case.is_dir() else case.with_name(f"{stem(case)}.cmd")
    return shlex.split(cmd.read_text(encoding="utf-8")) if cmd.exists() else []


def stem(case: Path) -> str:
    return re.sub(r"\.(jsonl?|md)$", "", case.name)


def lint(case: Path, rule: Rule, at: Path) -> list[dict[str, Any]]:
    """Return the findings of the command on a copy of the case.

    Nothing but the rules on what cannot be measured may say that something could not be: a case that nobody can
    read would be within every rule.
    """
    args, folder = arguments(case), at / "case"
    if case.is_dir():
        shutil.copytree(case, folder)
        for path in [*folder.rglob("*.json"), *folder.rglob("*.jsonl")]:
            carry_out(path)
    else:
        folder.mkdir()
        shutil.copy(case, folder)
        carry_out(folder / case.name)
        args = [case.name, "--config", "none", *args]
    os.chdir(folder)
    args += [] if "--on" in args else ["--on", DAY]
    args += [] if rule.is_default else ["--select", rule.id]
    report = at / "report.json"
    with pytest.raises(SystemExit) as stop:
        COMMAND.main(["lint", *args, "-f", "json", "-o", str(report), "--no-cache"], prog_name="budgetcalc")
    assert stop.value.code in {0, 1, 2}
    found: list[dict[str, Any]] = json.loads(report.read_text(encoding="utf-8"))["findings"]
    unread = [finding for finding in found if finding["rule"] in {"BC903", "BC904"}]
    assert rule.id.startswith("BC9") or unread == []
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.parent.name[:5]}-{case.name}")
def test_case(case: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is over earns a finding of the rule with its severity, what is within earns none."""
    monkeypatch.chdir(tmp_path)
    for name in [each for each in os.environ if each.startswith("BUDGETCALC_")]:
        monkeypatch.delenv(name)
    rule = FOLDERS[case.parent.name]
    if f"{rule.id}-{case.name}" in SLOW and not os.environ.get("CI"):
        pytest.skip("slow: set CI=1 to run it")
    matched = NAME.fullmatch(case.name)
    assert matched, f"{case} is neither over-<what> nor within-<what>"
    kind, severity = matched.groups()
    earned = {found["severity"] for found in lint(case, rule, tmp_path) if found["rule"] == rule.id}
    if kind == "within":
        assert earned == set()
    else:
        assert (severity or rule.severity) in earned


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_case_over_and_one_within(rule: Rule) -> None:
    """No rule is believed that was not seen to speak, and to keep silent, of a file."""
    names = [path.name for path in (CORPUS / f"{rule.id}-{rule.name}").glob("*") if path.suffix != ".cmd"]
    assert {name.partition("-")[0] for name in names} == {"over", "within"}


def test_every_folder_is_that_of_a_rule() -> None:
    """The cases of a misspelled folder would be no rule's."""
    assert {path.name for path in CORPUS.iterdir()} <= FOLDERS.keys()


def test_every_cmd_belongs_to_a_case() -> None:
    """Arguments without a case do nothing."""
    stems = {case.with_name(stem(case)) for case in CASES}
    assert [path for path in CORPUS.glob("*/*.cmd") if path.with_suffix("") not in stems] == []


def test_the_corpus_is_small() -> None:
    """What is large is a recipe."""
    assert sum(path.stat().st_size for path in CORPUS.rglob("*") if path.is_file()) < LARGEST_CORPUS_BYTES
