"""``budgetcalc lint`` as users and scripts meet it."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

import budgetcalc

DAY = ("--on", "2026-11-22")
REQUEST = {
    "model": "claude-opus-4-6",
    "max_tokens": 1000,
    "messages": [{"role": "user", "content": "Hello, Claude"}],
}


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Make files in a folder that becomes the working folder; it is no repository."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("BUDGETCALC_CACHE_DIR", str(tmp_path / ".cache"))

    def make(config: str | None = None, **files: Any) -> Path:
        if config is not None:
            (tmp_path / "budgetcalc.yaml").write_text(f"version: 1\n{config}", encoding="utf-8")
        for name, content in files.items():
            path = tmp_path / name.replace("__", "/").replace("_json", ".json").replace("_md", ".md")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content if isinstance(content, str) else json.dumps(content), encoding="utf-8")
        return tmp_path

    return make


@pytest.fixture
def lint(run: Any) -> Any:
    """Run lint for the machine, and return exit code and document."""

    def runner(*args: str) -> tuple[int, dict[str, Any]]:
        result = run(
            "lint",
            *DAY,
            "-f",
            "json",
            *args,
            env={"BUDGETCALC_CACHE_DIR": os.environ.get("BUDGETCALC_CACHE_DIR", "")},
        )
        return result.exit_code, json.loads(result.stdout) if result.stdout else {}

    return runner


def rules_of(document: dict[str, Any]) -> list[str]:
    return [finding["rule"] for finding in document["findings"] if finding["severity"] != "note"]


BUDGET = "budgets: [{name: all, files: ['prompts/*'], max_input_tokens: %s}]\n"


def test_within_is_0_over_is_1(project, lint):
    """The exit code is the answer."""
    project(BUDGET % 10, prompts__a_json=REQUEST)
    assert lint()[0] == 0
    project(BUDGET % 9)
    code, document = lint()
    assert (code, document["passed"], rules_of(document)) == (1, False, ["BC101"])


def test_a_contracts_finding_has_its_keys(project, lint):
    """Scripts rely on the names."""
    project(BUDGET % 9, prompts__a_json=REQUEST)
    [finding] = lint()[1]["findings"]
    assert {
        "rule",
        "name",
        "severity",
        "message",
        "file",
        "line",
        "path",
        "measured",
        "limit",
        "fingerprint",
    } <= set(finding)
    assert (finding["file"], finding["measured"], finding["limit"]) == ("prompts/a.json", 10, 9)


def test_without_config_the_rules_run_on_the_paths(project, lint):
    """A request is judged by what the API would say, wherever it is."""
    project(a_json=REQUEST | {"temperature": 2}, b_json=REQUEST)
    assert lint("b.json")[0] == 0
    code, document = lint("a.json", "b.json")
    assert (code, rules_of(document)) == (1, ["BC450"])
    assert document["findings"][0]["line"] == 1


def test_nothing_to_lint_names_init(run, project):
    """Neither a configuration nor a path: the question is not complete."""
    project()
    result = run("lint")
    assert result.exit_code == 2
    assert "budgetcalc init" in result.stderr
    project("rules: {}\n")
    assert run("lint").exit_code == 2


def test_paths_are_judged_by_their_budgets_only(project, lint):
    """Of several files over a budget only the one that was asked for is reported."""
    project(BUDGET % 9, prompts__a_json=REQUEST, prompts__b_json=REQUEST, other_json=REQUEST)
    code, document = lint("prompts/b.json", "other.json")
    assert code == 1
    assert [finding["file"] for finding in document["findings"]] == ["prompts/b.json"]
    assert document["checked"]["files"] == 2
    assert lint("other.json")[0] == 0


def test_a_folder_is_searched(project, lint):
    """Files of budgets under it and files that look like requests; what is something else is passed over."""
    project(
        "budgets: [{files: ['prompts/*.md'], max_input_tokens: 1}]\ndefaults: {model: claude-opus-4-6}\n",
        prompts__a_md="Hello",
        prompts__b_json=REQUEST | {"temperature": 2},
        prompts__package_json={"name": "x"},
        prompts__node_modules__c_json=REQUEST | {"temperature": 2},
        other__d_json=REQUEST | {"temperature": 2},
    )
    code, document = lint("prompts")
    assert (code, rules_of(document)) == (1, ["BC101", "BC450"])


def test_a_folder_without_requests_is_no_pass(run, project):
    """Nothing was checked, so nothing passed."""
    project(src__package_json={"name": "x"})
    result = run("lint", "src")
    assert result.exit_code == 2
    assert "nothing to lint" in result.stderr


def test_a_broken_request_in_a_searched_folder_is_said(project, lint):
    """What nobody can read may have been meant as a request, and is not passed over."""
    project(prompts__a_json='{"messages": [', prompts__b_json="{not json", prompts__c_json=REQUEST)
    code, document = lint("prompts")
    assert (code, rules_of(document)) == (2, ["BC904", "BC904"])
    assert [finding["file"] for finding in document["findings"]] == ["prompts/a.json", "prompts/b.json"]


MISSPELT = {"model": "claude-opus-4-6", "max_token": 10, "mesages": []}


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("", id="empty"),
        pytest.param(" \n", id="blank"),
        pytest.param("<<<<<<< HEAD\n{}", id="a merge conflict"),
        pytest.param('{"a": 1} }', id="broken"),
        pytest.param(MISSPELT, id="misspelt"),
        pytest.param({"model": "m", "max_tokens": 5}, id="without its messages"),
        pytest.param({"model": "m", "system": "Be brief."}, id="only a system prompt"),
        pytest.param({"custom_id": "a", "params": MISSPELT}, id="misspelt in a batch item"),
        pytest.param('{\n// a comment\n"model": "m", "tools": []}', id="with a comment"),
    ],
)
def test_what_may_be_a_request_is_never_passed_over_in_a_folder(project, lint, content):
    """Empty, broken, or with the look of a request: a finding in a searched folder as by its name, and exit 2."""
    project(prompts__a_json=content, prompts__b_json=REQUEST)
    code, document = lint("prompts")
    assert (code, rules_of(document), document["passed"]) == (2, ["BC904"], False)
    assert document["checked"]["passed_over"] == 0
    assert lint("prompts/a.json")[0] == 2


@pytest.mark.parametrize(
    "content",
    [
        {"name": "x", "version": "1.0.0"},
        {"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"},
        {"model": "a car", "seats": 5},
        [1, 2],
        "null",
        '{\n  // for the compiler\n  "compilerOptions": {"baseUrl": "http://x", },\n}',
        '{ "compilerOptions": /* none */ {} }',
        {"id": "msg_1", "type": "message", "usage": {"input_tokens": 1}},
    ],
)
def test_other_files_of_a_folder_are_counted(run, project, lint, content):
    """What is something else is no fault: it is counted in the summary, and named with -v."""
    project(src__a_json=content, src__b_json=REQUEST)
    code, document = lint("src")
    assert (code, document["findings"], document["checked"]["passed_over"]) == (0, [], 1)
    for format_ in ("text", "markdown"):
        shown = run("lint", "src", *DAY, "-f", format_).stdout.replace("\\", "")
        assert "1 file passed over: no requests" in shown
        assert "src/a.json" not in shown
        assert "src/a.json" in run("lint", "src", *DAY, "-v", "-f", format_).stdout


def test_a_misspelt_key_is_named(run, project):
    """The hint says which key was meant."""
    project(a_json=MISSPELT)
    assert "did you mean `messages` by `mesages`?" in run("lint", "a.json").stdout
    assert "did you mean `messages` by `mesages`?" in run("estimate", "a.json").stderr


@pytest.mark.parametrize(
    "content",
    ["", "{}", '{"a": 1}', "[1, 2]", '{"messages": [', "\x00\x01", '{"id": "msg_1", "type": "message"}'],
)
def test_a_named_file_that_cannot_be_measured_is_never_a_pass(project, lint, content):
    """Empty, cut off, something else: exit 2 and a finding, by name and by glob."""
    project("budgets: [{files: [a.json], max_input_tokens: 5}]\n", a_json=content)
    for args in ((), ("a.json",)):
        code, document = lint(*args)
        assert (code, rules_of(document), document["passed"]) == (2, ["BC904"], False)


def test_a_missing_path_is_said(project, lint):
    """A path that is not there was not checked."""
    project(BUDGET % 100, prompts__a_json=REQUEST)
    code, document = lint("prompts/b.json")
    assert (code, rules_of(document)) == (2, ["BC904"])


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_a_file_that_may_not_be_read_is_said(project, lint):
    """Permission is not a pass."""
    (project(BUDGET % 100, prompts__a_json=REQUEST) / "prompts" / "a.json").chmod(0)
    assert lint()[0] == 2


def test_a_doubtful_request_is_a_warning(project, lint):
    """A key that stands twice is measured as the API reads it, and said."""
    project(b_json='{"max_tokens": 1, ' + json.dumps(REQUEST)[1:])
    code, document = lint("b.json")
    assert (code, rules_of(document)) == (0, ["BC911"])


def test_a_repeated_custom_id_is_an_error(project, lint):
    """The API refuses the whole batch."""
    item = {"custom_id": "x", "params": REQUEST}
    project(a_json={"requests": [item, item]})
    code, document = lint("a.json")
    assert (code, rules_of(document)) == (1, ["BC212"])


def test_an_unknown_model_goes_before_a_budget(project, lint):
    """Of "no" and "not known" the exit code says that something is not known."""
    project(BUDGET % 9, prompts__a_json=REQUEST, prompts__b_json=REQUEST | {"model": "claude-opus-44"})
    code, document = lint()
    assert (code, rules_of(document)) == (2, ["BC101", "BC903"])


def test_a_default_model_that_is_unknown_stops_the_command(run, project):
    """One misspelt default is one error, and not one for every file."""
    project("defaults: {model: claude-opus-44}\n" + BUDGET % 9, prompts__a_md="Hello")
    result = run("lint")
    assert result.exit_code == 2
    assert 'unknown model "claude-opus-44"' in result.stderr


def test_model_replaces_every_request(project, lint):
    """What would the same prompts cost and count elsewhere?"""
    project("budgets: [{files: ['prompts/*'], max_cost_usd: 0.006}]\n", prompts__a_json=REQUEST)
    # (10 × $5 + 1,000 × $25) / 1,000,000 = $0.02505; on Haiku 4.5 a fifth of it
    assert lint()[0] == 1
    assert lint("--model", "claude-haiku-4-5")[0] == 0


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        ((), 0),
        (("--fail-on", "warning"), 1),
        (("--strict",), 1),
        (("--fail-on", "note"), 1),
        (("--fail-on", "warning", "--ignore", "BC101"), 0),
        (("--strict", "--select", "BC2,BC3"), 0),
        (("--strict", "--select", "budget-input-tokens"), 1),
    ],
)
def test_severity_that_fails(project, lint, args, expected):
    """Ten of ten tokens are a warning from 90 % on."""
    project(
        "budgets: [{files: ['prompts/*'], max_input_tokens: 10, warn_at: 90%}]\n", prompts__a_json=REQUEST
    )
    assert lint(*args)[0] == expected


def test_a_misspelt_rule_is_an_error(run, project):
    """A typing mistake must not check less than meant."""
    project(BUDGET % 10, prompts__a_json=REQUEST)
    result = run("lint", "--ignore", "budget-inptu-tokens")
    assert result.exit_code == 2
    assert "did you mean budget-input-tokens?" in result.stderr


def test_configuration_errors_come_all_at_once(run, project):
    """With place and suggestion, exit 2."""
    project("budgts: []\nrules: {BC000: off}\n")
    result = run("lint")
    assert result.exit_code == 2
    assert 'budgetcalc.yaml:2:1: unknown key "budgts"' in result.stderr
    assert 'budgetcalc.yaml:3:9: no rule "BC000"' in result.stderr
    assert "2 errors in the configuration" in result.stderr


def test_what_cannot_be_measured_cannot_be_turned_off(run, project):
    """Fail closed is no setting."""
    project("rules: {BC904: off}\n")
    result = run("lint")
    assert result.exit_code == 2
    assert "is never a pass" in result.stderr


def test_names_are_relative_to_the_configuration(project, lint, monkeypatch):
    """From a folder below, the upward search finds the same configuration and gives the same names."""
    root = project(BUDGET % 9, prompts__a_json=REQUEST)
    monkeypatch.chdir(root / "prompts")
    assert lint()[1]["findings"][0]["file"] == "prompts/a.json"
    assert lint("a.json")[1]["findings"][0]["file"] == "prompts/a.json"


def test_a_suite_in_part_is_summed_in_part(project, lint):
    """The sum of the files that were asked for; what exceeds alone, exceeds."""
    project(
        "budgets: [{files: ['prompts/*'], max_suite_cost_usd: 0.03}]\n",
        prompts__a_json=REQUEST,
        prompts__b_json=REQUEST,
    )
    assert lint()[0] == 1
    assert lint("prompts/a.json")[0] == 0


def test_usage_reports_count_a_call_once(project, lint):
    """The same call in two reports of a budget was paid once."""
    call = json.dumps({"id": "msg_1", "type": "message", "role": "assistant", "model": "claude-opus-4-6",
                       "content": [], "usage": {"input_tokens": 1_000_000, "output_tokens": 0}})  # fmt: skip
    project(
        "budgets: [{name: spend, files: ['usage/*'], max_total_cost_usd: 5}]\n",
        usage__a_json=call,
        usage__b_json=call,
    )
    code, document = lint()
    assert code == 0, document
    assert document["budgets"][0]["measured"] == "5"


def test_standard_input_is_a_path(run, project):
    """A request from a pipe is judged by the rules."""
    project()
    result = run("lint", "-", *DAY, "-f", "json", stdin=json.dumps(REQUEST | {"temperature": 2}))
    assert result.exit_code == 1
    assert json.loads(result.stdout)["findings"][0]["file"] == "<stdin>"


def test_text_ends_with_the_verdict(run, project):
    """The eye is at the end: findings, budgets, sums, answer."""
    project(BUDGET % 9, prompts__a_json=REQUEST)
    lines = run("lint", *DAY).stdout.splitlines()
    assert lines[0] == "prompts/a.json"
    assert lines[-1] == "failed"
    assert lines[-2] == "1 file, 1 request, 1 budget checked: 1 error"


def test_notes_are_counted_and_shown_on_demand(run, project):
    """Worth knowing is not worth a screen; what fails is shown even when quiet."""
    project(prompts__a_json=REQUEST | {"model": "claude-sonnet-4-5", "temperature": 2})
    plain, verbose, quiet = (run("lint", "prompts", *DAY, *args).stdout for args in ((), ("-v",), ("-q",)))
    assert "note " not in plain
    assert "(-v shows the notes)" in plain
    assert "BC503" in verbose
    assert "BC450" in quiet
    assert "BC503" not in quiet


def test_jsonl_ends_with_the_sums(run, project):
    """A finding a line, then the document without them."""
    project(BUDGET % 9, prompts__a_json=REQUEST, prompts__b_json=REQUEST)
    rows = [json.loads(line) for line in run("lint", *DAY, "-f", "jsonl").stdout.splitlines()]
    assert [row.get("rule") for row in rows] == ["BC101", "BC101", None]
    assert rows[-1]["schema"] == "budgetcalc/lint/v1"


def test_fingerprints_are_unique_and_stay(project, lint):
    """Two requests of one line each differ; a changed limit or figure does not change them."""
    lines = "\n".join(json.dumps(REQUEST) for _ in range(3))
    root = project("budgets: [{files: [a.jsonl], max_input_tokens: 9}]\n")
    (root / "a.jsonl").write_text(lines)
    first = [finding["fingerprint"] for finding in lint()[1]["findings"]]
    project("budgets: [{files: [a.jsonl], max_input_tokens: 8}]\n")
    assert [finding["fingerprint"] for finding in lint()[1]["findings"]] == first
    assert len(set(first)) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="such names are not allowed there")
def test_hostile_names_obey_nobody(run, project):
    """Neither a terminal nor Markdown nor a log takes a file's name for a command."""
    root = project()
    name = "a|b `x` <img> @all \x1b[31m\n::error::.json"
    (root / name).write_text(json.dumps(REQUEST | {"temperature": 2}))
    text = run("lint", ".", *DAY).stdout
    assert "\x1b" not in text
    assert "\n::error::" not in text
    markdown = run("lint", ".", *DAY, "-f", "markdown").stdout
    assert "<img>" not in markdown
    assert "\\`x\\`" in markdown
    assert "\\@all" in markdown
    assert len([line for line in markdown.splitlines() if line.startswith("| error")]) == 1


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="other systems refuse such names")
def test_names_that_are_no_text_are_measured_too(project, lint):
    """Bytes that are no UTF-8 are escaped where they are shown, and never in the way."""
    root = project(BUDGET % 9)
    (root / "prompts").mkdir()
    (root / "prompts" / os.fsdecode(b"\xff.json")).write_text(json.dumps(REQUEST))
    assert lint()[0] == 1
    assert lint()[0] == 1


def test_an_output_that_is_an_input_is_refused(run, project):
    """-o does not replace what is judged."""
    project(prompts__a_json=REQUEST)
    assert run("lint", "prompts/a.json", "-o", "prompts/a.json").exit_code == 2


def test_library_says_the_same(project):
    """Findings know where they are; a path, a list and a configuration are taken."""
    root = project(BUDGET % 9, prompts__a_json=REQUEST)
    for paths in ((), "prompts/a.json", [root / "prompts"]):
        [finding] = budgetcalc.lint(paths, on="2026-11-22")
        assert (finding.rule, finding.file, finding.line) == ("BC101", "prompts/a.json", None)
        assert finding.to_dict()["file"] == "prompts/a.json"
    assert budgetcalc.lint("prompts/a.json", config=budgetcalc.Config(), on="2026-11-22") == []
    assert len(budgetcalc.lint(config=root / "budgetcalc.yaml", on="2026-11-22")) == 1
    with pytest.raises(budgetcalc.UsageError):
        budgetcalc.lint(config=budgetcalc.Config())


def test_the_package_of_rules_is_the_function_too(project):
    """Whoever has imported the rules still calls budgetcalc.lint."""
    import budgetcalc.lint.rules

    project(prompts__a_json=REQUEST)
    assert budgetcalc.lint.rules.RULES
    assert budgetcalc.lint("prompts/a.json", on="2026-11-22") == []


def test_an_organisation_without_retention(project, lint):
    """What the config says of the organisation decides about models that do not serve it."""
    config = "defaults: {zero_retention: true}\nbudgets: [{files: ['*.json'], max_input_tokens: 99}]\n"
    project(config, a_json=REQUEST | {"model": "claude-fable-5"})
    assert "BC507" in rules_of(lint()[1])
    project(config.replace("true", "false"))
    assert "BC507" not in rules_of(lint()[1])


def test_what_was_learned_counts(project, lint, run):
    """A calibration changes what is measured, and what was measured without it is not taken for it."""
    case = Path(__file__).parents[1] / "corpus/calibrate/search-tool"
    line = json.loads((case / "recordings.jsonl").read_text("utf-8").splitlines()[0])
    project(a_json=line["request"])
    before = lint("a.json")[1]["measurements"][0]["input_tokens"]
    assert run("calibrate", str(case / "recordings.jsonl"), "-o", "learned.yaml").exit_code == 0
    after = lint("a.json", "--calibration", "learned.yaml")[1]["measurements"][0]["input_tokens"]
    assert after != before
    assert lint("a.json")[1]["measurements"][0]["input_tokens"] == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("budgetcalc.yaml", "version: 1\n"),
        ("other.yml", "# Mine\nversion: 1\n\ndefaults:\n  model: claude-opus-4-6\n"),
        ("other.toml", 'version = "1"\n[defaults]\nmodel = "claude-opus-4-6"\n'),
        ("pyproject.toml", "[project]\nname = 'x'\n"),
    ],
)
def test_a_configuration_is_no_prompt(run, tmp_path, name, content):
    """By its name or its keys: refused with what reads it, by estimate and by lint."""
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    for command in ("estimate", "lint"):
        result = run(command, str(path), "--config", "none", "--model", "claude-opus-4-6")
        assert result.exit_code == 2
        assert "this is a configuration" in result.output
        assert "lint --config" in result.output


def test_a_prompt_may_show_a_configuration(run, tmp_path):
    """A document about configurations is a prompt text by its name."""
    path = tmp_path / "configuration.md"
    path.write_text("Write this:\n\nversion: 1\ndefaults:\n  model: x\n", encoding="utf-8")
    assert run("estimate", str(path), "--model", "claude-opus-4-6").exit_code == 0


@pytest.mark.parametrize(
    ("name", "is_noted"), [("a.py", True), ("a.ts", True), ("a.md", False), ("PROMPT", False)]
)
def test_code_is_noted_as_plain_text(run, tmp_path, name, is_noted):
    """A text called something else than a prompt is counted, and said to be plain text; it fails nothing."""
    path = tmp_path / name
    path.write_text("import os\n", encoding="utf-8")
    given = (str(path), "--config", "none", "--model", "claude-opus-4-6")
    estimated, linted = run("estimate", *given), run("lint", *given, "-v", "--strict")
    assert estimated.exit_code == linted.exit_code == 0
    assert ("counted as plain text" in estimated.stdout) == is_noted
    assert ("BC911 counted as plain text" in linted.stdout) == is_noted
