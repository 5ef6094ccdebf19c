"""What a start loads, and what the package offers: module names do not flake, milliseconds do."""

from __future__ import annotations

import json
import os
import pkgutil
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

import budgetcalc
from budgetcalc.native import load

CHECKOUT = Path(__file__).parents[1]
HEAVY = {
    "rich",
    "yaml",
    "tiktoken",
    "regex",
    "requests",
    "pydantic",
    "importlib.metadata",
    "jsonschema",
    "ctok",
}
REQUEST = '{"model": "claude-haiku-4-5", "max_tokens": 10, "messages": [{"role": "user", "content": "hi"}]}'
MODULES = sorted(
    module.name
    for module in pkgutil.walk_packages(budgetcalc.__path__, "budgetcalc.")
    if not module.name.endswith("__main__")
)


UNNEEDED = {"msgspec", "hashlib", "ipaddress", "urllib.parse", "shlex", "csv", "tomllib", "base64", "xml"}
"""What a small estimate has no use for; a few milliseconds each."""
COMMANDS = {f"budgetcalc.cli.{name}" for name in ("price", "lint", "plan", "models", "explain", "init")}
OTHER_CAPABILITIES = {
    "budgetcalc.configuration_document",
    "budgetcalc.readers.config_file",
    "budgetcalc.readers.usage",
    "budgetcalc.usage",
    "budgetcalc.openai_text",
    "budgetcalc.gemini_text",
    "budgetcalc.globs",
    "budgetcalc.linting",
    "budgetcalc.pipelines",
}
RESPONSE = (
    '{"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-haiku-4-5", "content": [], '
    '"stop_reason": "end_turn", "usage": {"input_tokens": 8, "output_tokens": 5}}'
)
FAST = "budgetcalc.readers.usage.transcripts"
EMPTY = """
import typer
app = typer.Typer()
@app.command()
def empty(count: int = 1): pass
app([])
"""
STANDARD = {
    "_bisect",
    "_csv",
    "_decimal",
    "_json",
    "_sha2",
    "_struct",
    "binascii",
    "bisect",
    "csv",
    "dataclasses",
}
STANDARD |= {"decimal", "gc", "json", "json.decoder", "json.encoder", "json.scanner", "numbers", "struct"}
STANDARD |= {"unicodedata", "__future__", "_blake2"}
"""What small commands load of the standard library beside what typer loads."""
MOST_MODULES = {"estimate": (84, 16), "price": (77, 0), "lint": (110, 22)}
"""Of ours, and of files of rules, in a small run of a command."""


def loaded(code: str, *args: str, stdin: str = "", cwd: Path = CHECKOUT) -> set[str]:
    """Return the modules a fresh interpreter has loaded after the code."""
    report = "import atexit, sys; atexit.register(lambda: print(*sys.modules, file=sys.stderr));"
    done = subprocess.run(
        [sys.executable, "-c", report + code, *args],
        input=stdin,
        capture_output=True,
        encoding="utf-8",
        cwd=cwd,
        env={k: v for k, v in os.environ.items() if not k.startswith(("COV_", "BUDGETCALC_"))}
        | {"PYTHONPATH": str(CHECKOUT)},
        check=True,
    )
    return set(done.stderr.split())


def test_version_loads_nearly_nothing() -> None:
    """--version is answered before the argument parser and the domain are loaded."""
    modules = loaded("from budgetcalc.cli import main; main()", "--version")
    assert not modules & (HEAVY | {"typer", "dataclasses", "json", "decimal", "msgspec"})
    assert {name for name in modules if name.startswith("budgetcalc")} == {"budgetcalc", "budgetcalc.cli"}


def test_a_small_estimate_loads_no_terminal_and_no_yaml() -> None:
    """A machine format on a Claude model needs no rich, no YAML, no other vendor's tokenizer."""
    modules = loaded("from budgetcalc.cli import main; main()", "estimate", "-", "-f", "json", stdin=REQUEST)
    assert not modules & HEAVY
    assert "budgetcalc.estimates" in modules


def test_a_small_estimate_loads_what_it_needs(tmp_path: Path) -> None:
    """No other command, no capability it does not use, nothing large of the standard library."""
    estimate = ("estimate", "-", "-f", "json")
    modules = loaded("from budgetcalc.cli import main; main()", *estimate, stdin=REQUEST, cwd=tmp_path)
    assert not modules & (HEAVY | UNNEEDED | COMMANDS | OTHER_CAPABILITIES)


@pytest.mark.parametrize("command", sorted(MOST_MODULES))
def test_a_small_run_loads_little_beside_typer(command: str, tmp_path: Path) -> None:
    """Few of our modules, few rules, nothing of others but small parts of the standard library."""
    (tmp_path / "estimate.json").write_text(REQUEST)
    (tmp_path / "lint.json").write_text(REQUEST)
    (tmp_path / "price.json").write_text(RESPONSE)
    run = (command, f"{command}.json", "-f", "json", "--on", "2026-11-22", "-q")
    modules = loaded("from budgetcalc.cli import main; main()", *run, cwd=tmp_path)
    ours = {name for name in modules if name.startswith("budgetcalc")}
    rules = {name for name in ours if name.startswith("budgetcalc.lint.rules.")}
    most, most_rules = MOST_MODULES[command]
    assert len(rules) <= most_rules
    assert len(ours - rules) <= most
    assert modules - ours - loaded(EMPTY, cwd=tmp_path) <= STANDARD


def test_one_response_is_read_without_what_reads_many(tmp_path: Path) -> None:
    """A line of a transcript is read as any JSON is; of two lines on, the fast reader is worth loading."""
    code = "from budgetcalc.cli import main; main()"
    (tmp_path / "one.jsonl").write_text(RESPONSE)
    (tmp_path / "two.jsonl").write_text(f"{RESPONSE}\n{RESPONSE}\n")
    assert FAST not in loaded(code, "price", "one.jsonl", "--on", "2026-11-22", cwd=tmp_path)
    assert FAST in loaded(code, "price", "two.jsonl", "--on", "2026-11-22", cwd=tmp_path)


@pytest.mark.skipif(load("lines") is None, reason="built without a compiler: msgspec takes lines apart")
def test_a_folder_is_begun_with_few_modules(tmp_path: Path) -> None:
    """Until the other process begins to read, nothing goes on beside: what is not needed for it comes later."""
    (tmp_path / "two.jsonl").write_text(f"{RESPONSE}\n{RESPONSE}\n")
    code = "from budgetcalc.cli import early_reading; early_reading.begin(['price', '.'])"
    modules = loaded(code, cwd=tmp_path)
    assert FAST in modules
    assert not modules & {"dataclasses", "inspect", "csv", "typer", "msgspec", "budgetcalc.aggregation"}


@pytest.mark.parametrize("command", ["estimate", "price", "lint"])
def test_flags_are_no_text_that_typer_evaluates(command: str) -> None:
    """The annotations of these commands are what they say, not strings: typer evaluates each string twice."""
    function = getattr(import_module(f"budgetcalc.cli.{command}"), command)
    assert not [name for name, kind in function.__annotations__.items() if isinstance(kind, str)]


def test_an_interpreter_that_ends_looks_for_no_garbage(tmp_path: Path) -> None:
    """What was loaded is out of the collector's sight when modules are taken down."""
    report = "import atexit, gc, sys; atexit.register(lambda: print(gc.get_freeze_count(), file=sys.stderr));"
    done = subprocess.run(
        [sys.executable, "-c", f"{report} from budgetcalc.cli import main; main()", "models"],
        capture_output=True,
        encoding="utf-8",
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(CHECKOUT)},
        check=True,
    )
    assert int(done.stderr) > 10_000


def test_the_command_that_runs_is_the_one_that_is_loaded(tmp_path: Path) -> None:
    """Other commands are imported for the help of the group, which lists them all."""
    code = "from budgetcalc.cli import main; main()"
    assert loaded(code, "models", cwd=tmp_path) & COMMANDS == {"budgetcalc.cli.models"}
    assert loaded(code, "--help", cwd=tmp_path) >= COMMANDS


def test_a_start_compiles_few_patterns_and_reads_one_model(tmp_path: Path) -> None:
    """Importing all that counts a request compiles no pattern of ours; of the price table one model is read."""
    code = """
import budgetcalc.answers, budgetcalc.claude_text, budgetcalc.readers.requests, budgetcalc.counting_claude
import budgetcalc.media, budgetcalc.readers.pricing_file, budgetcalc.lint.stated_budgets
from budgetcalc.patterns import pattern
import gc
assert not [each for each in gc.get_objects() if isinstance(each, pattern) and "_compiled" in each.__dict__]
from budgetcalc import load_catalogue
catalogue = load_catalogue()
catalogue.find("claude-haiku-4-5")
assert len(catalogue.models) > 50
assert [*catalogue.models._known] == ["claude-haiku-4-5-20251001"]
"""
    loaded(code, cwd=tmp_path)


def test_piped_text_loads_no_terminal() -> None:
    """Plain text needs no rich either."""
    modules = loaded("from budgetcalc.cli import main; main()", "estimate", "-", stdin=REQUEST)
    assert "rich" not in modules


def test_importing_the_package_loads_nothing() -> None:
    """`import budgetcalc` loads no other module of ours; dir() and hasattr do not either."""
    modules = loaded("import budgetcalc; dir(budgetcalc); budgetcalc.__version__")
    assert {name for name in modules if name.startswith("budgetcalc")} == {"budgetcalc"}


@pytest.mark.parametrize("module", MODULES)
def test_every_module_can_be_imported_alone(module: str) -> None:
    """No module needs another one to be imported before it."""
    assert module in loaded(f"import {module}")


def test_all_is_sorted_and_complete() -> None:
    """__all__ is sorted, each name resolves, and nothing public is missing from it."""
    assert budgetcalc.__all__ == sorted(budgetcalc.__all__)
    assert {*budgetcalc._HOMES, "__version__"} == set(budgetcalc.__all__)
    for name in budgetcalc.__all__:
        assert getattr(budgetcalc, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """The lazy package answers like any other module."""
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        budgetcalc.nothing  # noqa: B018


def test_the_bundled_request_is_json() -> None:
    """The request these tests send is what it says."""
    assert json.loads(REQUEST)["max_tokens"] == 10
