"""Every limit on what is read: named in the documentation, said when it is hit, raised by its flag."""

from __future__ import annotations

import base64
import gzip
import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import budgetcalc
from budgetcalc.configuration import Config
from budgetcalc.errors import UsageError
from budgetcalc.input_limits import DEFAULTS, KINDS, Limits, parse_limit

DOC = (Path(__file__).parents[2] / "docs" / "limits.md").read_text("utf-8")
MODEL = "claude-haiku-4-5"
HELLO: dict[str, Any] = {"model": MODEL, "max_tokens": 9, "messages": [{"role": "user", "content": "Hello"}]}
USAGE: dict[str, Any] = {"model": MODEL, "usage": {"input_tokens": 8, "output_tokens": 1}}


@pytest.fixture(autouse=True)
def _interpreter_limits_as_before() -> Any:
    """The flags set the interpreter's own limits, which outlive a command that runs in this process."""
    digits, frames = sys.get_int_max_str_digits(), sys.getrecursionlimit()
    yield
    sys.set_int_max_str_digits(digits)
    sys.setrecursionlimit(frames)


def lines(*values: Any) -> str:
    return "".join(f"{json.dumps(value)}\n" for value in values)


def cassette(body: bytes) -> str:
    packed = base64.b64encode(gzip.compress(body)).decode()
    usage = json.dumps({"type": "message", "usage": USAGE["usage"], "model": MODEL, "content": []})
    return (
        "interactions:\n- request:\n    uri: https://api.anthropic.com/v1/messages\n"
        f"    body: !!binary {packed}\n"
        f"  response: {{status: {{code: 200}}, body: {{string: {json.dumps(usage)}}}}}\n"
    )


CONSOLE = (
    "usage_date_utc,model_version,api_key,workspace,usage_type,context_window,usage_input_tokens_no_cache,"
    "usage_input_tokens_cache_write_5m,usage_input_tokens_cache_write_1h,usage_input_tokens_cache_read,"
    "usage_output_tokens,web_search_count,inference_geo,speed\n"
)
CELL = f'2026-09-01,{MODEL},"a\n\n\n\nb",w,standard,,1,0,0,0,1,0,,\n'
EVENT = 'data: {\ndata: "type": "message_start",\ndata: "message": {}}\n\n'
EVENT = EVENT.replace("{}}", json.dumps({"id": "msg_1", **USAGE, "content": []}) + "}")
EVENT += 'data: {"type": "message_delta", "usage": {"output_tokens": 1}}\n\n'
PRICES = """version: 1
sources: {own: {title: Own, url: 'https://example.com', checked: 2026-11-01}}
models: [{id: claude-opus-4-6, prices: [{input: 1, output: 5, source: own}]}]
"""
BASELINE = json.dumps({"schema": "budgetcalc/baseline/v1", "files": {}, "accepted": []})
MANY = HELLO | {"messages": [{"role": "user", "content": "x"}, {"role": "assistant", "content": "y"}] * 3}
DEEP = HELLO | {"metadata": {"user_id": "u"}, "x": [[[[[[[[[["x"]]]]]]]]]]}
LONG = json.dumps(HELLO)[:-1] + ', "x": ' + "1" * 700 + "}"

LONG_USAGE = json.dumps([USAGE], indent=1)[:-2] + ', {"x": ' + "1" * 700 + "}]"

# limit, a value that is too small for the input, one that is enough, name and content of the input, the command.
CASES: list[tuple[str, str, str, str, str | bytes, tuple[str, ...]]] = [
    ("document", "100", "1kB", "a.json", json.dumps(HELLO, indent=9), ("estimate", "a.json")),
    ("document", "100", "1kB", "a.json", json.dumps(HELLO, indent=9), ("lint", "a.json", "--config", "none")),
    ("document", "50", "1kB", "a.json", json.dumps([USAGE], indent=9), ("price", "a.json")),
    ("document", "5", "1kB", "a.txt", "Be brief.", ("estimate", "s.json", "--system", "@a.txt")),
    ("line", "60", "1kB", "a.jsonl", lines(HELLO, HELLO), ("estimate", "a.jsonl")),
    ("line", "60", "1kB", "a.jsonl", lines(USAGE, USAGE), ("price", "a.jsonl")),
    ("line", "90", "1kB", "a.jsonl", lines({"request": HELLO, **USAGE}), ("verify", "a.jsonl")),
    ("values", "9", "90", "a.json", json.dumps(HELLO), ("estimate", "a.json")),
    ("values", "5", "50", "a.json", json.dumps([USAGE], indent=1), ("price", "a.json")),
    ("values", "9", "90", "a.yaml", cassette(json.dumps(HELLO).encode()), ("verify", "a.yaml")),
    ("blocks", "5", "6", "a.json", json.dumps(MANY), ("estimate", "a.json")),
    ("blocks", "5", "6", "a.jsonl", lines({"request": MANY, **USAGE}), ("verify", "a.jsonl")),
    ("depth", "10", "11", "a.json", json.dumps(DEEP), ("estimate", "a.json")),
    ("depth", "10", "11", "a.json", json.dumps(DEEP), ("lint", "a.json", "--config", "none")),
    ("depth", "3", "9", "a.yaml", cassette(json.dumps(HELLO).encode()), ("verify", "a.yaml")),
    ("digits", "640", "800", "a.json", LONG, ("estimate", "a.json")),
    ("digits", "640", "800", "a.json", LONG_USAGE, ("price", "a.json")),
    ("cell_lines", "3", "9", "a.csv", CONSOLE + CELL, ("price", "a.csv")),
    ("event_lines", "2", "9", "a.sse", EVENT, ("price", "a.sse")),
    ("body", "60", "1kB", "a.yaml", cassette(json.dumps(HELLO).encode()), ("verify", "a.yaml")),
    ("config", "99", "1kB", "p.yaml", PRICES, ("models", "--pricing", "p.yaml")),
    ("config", "9", "1kB", "b.yaml", "version: 1\n", ("estimate", "s.json", "--config", "b.yaml")),
    ("config_values", "9", "90", "p.yaml", PRICES, ("models", "--pricing", "p.yaml")),
    ("baseline", "9", "1kB", "b.json", BASELINE, ("lint", "s.json", "--config", "none", "--baseline", "b.json")),
]  # fmt: skip


@pytest.fixture
def answer(run: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Run a command beside a file; return its exit code and all it says."""

    def runner(name: str, content: str | bytes, *args: str) -> tuple[int, str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / "cache"))
        Path("s.json").write_text(json.dumps(HELLO), encoding="utf-8")
        Path(name).write_bytes(content.encode() if isinstance(content, str) else content)
        result = run(*args)
        return result.exit_code, result.output

    return runner


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case[0]}-{case[5][0]}")
def test_a_limit_is_said_and_raised_by_its_flag(answer: Any, case: Any) -> None:
    """The same input fails with the flag that raises the limit in its message, and is answered with it raised."""
    limit, low, high, name, content, args = case
    code, said = answer(name, content, *args, "--limit", f"{limit}={low}")
    assert code in {1, 2}
    if limit not in {"cell_lines", "event_lines"}:  # beyond these a quote or an event counts as never ended
        assert re.search(rf"--limit {limit}=\w+ allows more", said)
    code, said = answer(name, content, *args, "--limit", f"{limit}={high}")
    assert (code, "allows more" in said) == (0, False), said


def test_the_cases_are_of_every_limit() -> None:
    """A limit whose flag does nothing would be worse than none; that of gzip has a test of its own."""
    assert {case[0] for case in CASES} | {"expansion"} == set(KINDS)


def test_a_gzip_bomb(answer: Any) -> None:
    """What grows as only a trap grows is refused before it is unpacked, unless its flag says that it is none."""
    bomb = gzip.compress(lines(HELLO).encode() * 300)
    args = ("estimate", "a.jsonl.gz", "--limit", "document=9kB")
    code, said = answer("a.jsonl.gz", bomb, *args, "--limit", "expansion=9")
    assert code == 2
    assert "unpacks to more than 9,000 bytes and 9 times its size" in said
    assert "--limit expansion=18 allows more" in said
    assert answer("a.jsonl.gz", bomb, *args, "--limit", "expansion=900")[0] == 0


def test_every_limit_is_documented() -> None:
    """Name, default and what happens beyond stand in docs/limits.md."""
    table = {
        name: (value, beyond)
        for name, value, beyond in re.findall(r"^\| `(\w+)` \| ([^|]*) \| ([^|]*) \|", DOC, re.MULTILINE)
        if name in KINDS
    }
    assert list(table) == list(KINDS) == list(Limits.__dataclass_fields__)
    for name, kind in KINDS.items():
        value, beyond = table[name]
        assert parse_limit(name, value.replace(",", "")) == getattr(DEFAULTS, name)
        assert beyond == kind.beyond


def test_explain_lists_them(run: Any) -> None:
    """`budgetcalc explain limits` names every limit with what holds by default."""
    text = run("explain", "limits").stdout
    for name, kind in KINDS.items():
        assert re.search(rf"{name} +{kind.written(getattr(DEFAULTS, name))}  ", text)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("depth=1001", "depth is from 1 to 1,000 levels, not 1,001: deeper ones could end the interpreter"),
        ("depth=0", "depth is from 1 to 1,000 levels, not 0"),
        ("digits=639", "digits is from 640 to 100,000 digits, not 639"),
        ("dept=5", "there is no limit 'dept'; did you mean depth?"),
        ("zzz=5", "there is no limit 'zzz'; known: document, line"),
        ("depth", "'' is no number of levels for depth"),
        ("depth=1kB", "'1kB' is no number of levels for depth"),
        ("document=1.5GB", "'1.5GB' is no number of bytes for document: write it as 500MB or 500000000"),
        ("document=-1", "is no number of bytes for document"),
        ("document=9999999999999", "document is from 1 to 1,000,000,000,000 bytes"),
        ("line=\x1b[31m", "'\\x1b[31m' is no number of bytes for line"),
    ],
)  # fmt: skip
def test_what_is_no_limit_is_refused(run: Any, request_file: Any, text: str, says: str) -> None:
    """With what it may be, and why not more where that has a reason."""
    result = run("estimate", request_file(), "--limit", text)
    assert result.exit_code == 2
    # typer breaks its messages at the width of the window.
    assert says.replace(" ", "") in "".join(result.stderr.split()).replace("│", "")


def test_sizes_may_be_written_with_their_unit() -> None:
    """Of a thousand, a million and a billion bytes, in any case and with or without the B."""
    given = ["5000000", "5000kB", "5 MB", "5m", "5MB"]
    assert {parse_limit("document", text) for text in given} == {5_000_000}
    assert parse_limit("document", "2gb") == 2_000_000_000
    with pytest.raises(UsageError):
        parse_limit("document", "٣MB")


def test_flag_environment_configuration(answer: Any, run: Any) -> None:
    """The flag goes before the environment, that before the configuration; -v says which it was."""
    answer("budgetcalc.yaml", "version: 1\nlimits: {document: 20}\n", "estimate", "s.json")
    assert run("estimate", "s.json").exit_code == 2
    assert "limits: document=20 (from the config)" in run("estimate", "s.json", "-v").stderr
    result = run("estimate", "s.json", "-v", env={"BUDGETCALC_LIMIT": "document=1MB"})
    assert result.exit_code == 0
    assert "limits: document=1MB (from BUDGETCALC_LIMIT)" in result.stderr
    env = {"BUDGETCALC_LIMIT": "document=1"}
    assert run("estimate", "s.json", "--limit", "document=1MB", env=env).exit_code == 0


@pytest.mark.parametrize("command", ["estimate", "price", "lint", "plan"])
def test_the_configuration_s_limits_hold_where_it_is_read(answer: Any, run: Any, command: str) -> None:
    """Each command that reads the configuration takes its limits."""
    config = (
        "version: 1\nlimits: {document: 9}\n"
        "pipelines: [{name: p, stages: [{name: s, prompt: s.json, max_tokens: 9}]}]\n"
    )
    answer("budgetcalc.yaml", config, "models")
    Path("u.json").write_text(json.dumps([USAGE], indent=1), encoding="utf-8")
    result = run(command, *({"plan": (), "price": ("u.json",)}.get(command, ("s.json",))))
    assert result.exit_code == 2
    assert "--limit document=18 allows more" in result.output


def test_another_limit_is_another_question_to_the_cache(answer: Any, run: Any) -> None:
    """A file that a limit refused is measured again when the limit is raised, and the other way round."""
    text = "version: 1\nbudgets: [{files: s.json, max_input_tokens: 99}]\n"
    for value, code in (("9", 2), ("1kB", 0), ("9", 2)):
        assert answer("budgetcalc.yaml", text, "lint", "--limit", f"document={value}")[0] == code


def deep(levels: int, leaf: str = '"x"') -> str:
    return '{"a": [' * (levels // 2) + leaf + "]}" * (levels // 2)


DEEPEST = KINDS["depth"].most
PLACES = {
    "unknown field": '{"model": "%s", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}], "x": %s}',
    "tool input": (
        '{"model": "%s", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}, {"role": "assistant",'
        ' "content": [{"type": "tool_use", "id": "t", "name": "f", "input": %s}]}, {"role": "user", "content":'
        ' [{"type": "tool_result", "tool_use_id": "t"}]}], "tools": [{"name": "f", "input_schema":'
        ' {"type": "object"}}]}'
    ),
    "tool schema": (
        '{"model": "%s", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}], "tools": [{"name": "f",'
        ' "strict": true, "input_schema": {"type": "object", "properties": {"b": {"items": %s}}}}]}'
    ),
    "schema of properties": (
        '{"model": "%s", "max_tokens": 9, "messages": [{"role": "user", "content": "x"}], "tools": [{"name": "f",'
        ' "strict": true, "input_examples": [{}], "input_schema": %s}]}'
    ),
}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("command", ["estimate", "lint", "verify", "calibrate"])
def test_the_deepest_nesting_that_the_flag_allows(
    tmp_path: Path, process_env: dict[str, str], place: str, command: str
) -> None:
    """The highest depth is one that every command takes: no crash of the interpreter, no bug of ours."""
    nested = deep(DEEPEST - 20, '"\\ud800"')
    if place == "schema of properties":
        levels = (DEEPEST - 20) // 2
        nested = '{"type": "object", "properties": {"a": ' * levels + '{"type": "null"}' + "}}" * levels
    body = PLACES[place] % (MODEL, nested)
    path = tmp_path / "deep.jsonl"
    recorded = command in {"verify", "calibrate"}
    path.write_text(
        f'{{"request": {body}, "usage": {{"input_tokens": 9}}}}\n' if recorded else f"{body}\n", "utf-8"
    )
    extra = ("--config", "none") if command in {"estimate", "lint"} else ()
    flag = f"depth={DEEPEST}"
    for form in ("json", "text"):
        done = subprocess.run(
            [sys.executable, "-m", "budgetcalc", command, "deep.jsonl", "-f", form, *extra, "--limit", flag],
            cwd=tmp_path,
            env=process_env | {"BUDGETCALC_CACHE_DIR": str(tmp_path / "cache")},
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        assert done.returncode in {0, 1}, done.stderr
        assert "nested" not in done.stdout + done.stderr


def test_the_library_takes_limits(tmp_path: Path) -> None:
    """Every function that reads a file does; what is over one is an error with the flag's name for it."""
    limits = budgetcalc.Limits(document=50, line=50, config=9)
    usage = tmp_path / "u.json"
    usage.write_text(json.dumps([USAGE], indent=1), encoding="utf-8")
    record = tmp_path / "r.jsonl"
    record.write_text(lines({"request": HELLO, **USAGE}), encoding="utf-8")
    with pytest.raises(budgetcalc.InputError) as caught:
        list(budgetcalc.read_report(usage, limits=limits))
    assert caught.value.hint.endswith("--limit document=100 allows more")
    assert list(budgetcalc.read_report(usage))
    for ask in (budgetcalc.verify, budgetcalc.calibrate):
        with pytest.raises(budgetcalc.InputError, match="too large for one document"):
            ask(record, limits=limits)
        ask(record)
    with pytest.raises(budgetcalc.CatalogueError):
        budgetcalc.load_catalogue(usage, limits=limits)
    [refused] = budgetcalc.lint(usage, config=Config(limits=(("document", 50),)))
    assert (refused.rule, "too large for one document" in refused.message) == ("BC904", True)
    [refused] = budgetcalc.lint(usage, config=Config(), limits=limits)
    assert refused.rule == "BC904"
