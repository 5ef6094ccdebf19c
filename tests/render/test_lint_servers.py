"""``lint`` for servers: GitHub annotations, SARIF, JUnit and GitLab, from reports made by hand."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote_to_bytes
from xml.etree import ElementTree as ET

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.findings import SEVERITIES, Finding
from budgetcalc.lint_report import LintReport, Measurement, PlacedFinding
from budgetcalc.locations import printable
from budgetcalc.render import Look, renderer
from budgetcalc.render.lint_wording import folded

SARIF_SCHEMA = json.loads(Path(__file__).with_name("sarif-2.1.0.schema.json").read_text("utf-8"))
HOSTILE = "a\x1b[31m\u202e::error::\r\n##[error]<b>%0A,:\"'&]]>\x00\ud800.json"


def placed(
    severity="error", *, file="prompts/a.json", line=None, rule="BC203", message="70,000 > 64,000", **more
):
    finding = Finding(
        rule, "max-tokens-above-model-cap", severity, message, "/max_tokens", "lower it", 70, 64
    )
    return PlacedFinding(finding, file, line, **more)


def report(*findings, files=("prompts/a.json", "prompts/b.json")):
    measured = tuple(Measurement(file, 1, 100, 10, 0, None, None, 100) for file in files)
    return LintReport(tuple(findings), measured, {"files": len(files)})


def rendered(kind, result):
    return "".join(renderer("lint", kind)(result, Look()))


# --- GitHub annotations ---


def test_an_annotation_names_file_line_and_rule():
    """A finding is a workflow command at its line, with the rule in the title and the fix in the text."""
    assert rendered("github", report(placed(line=3))) == (
        "::error file=prompts/a.json,line=3,title=BC203 max-tokens-above-model-cap::"
        "70,000 > 64,000 (/max_tokens). lower it\n"
    )


def test_a_finding_without_a_line_is_at_the_first():
    """GitHub shows an annotation in the diff only at a line."""
    assert ",line=1," in rendered("github", report(placed()))


def test_severities_have_their_commands_and_order():
    """Errors come first, notes are notices."""
    text = rendered("github", report(placed("note"), placed("warning"), placed("error")))
    assert [line.split(" ")[0] for line in text.splitlines()] == ["::error", "::warning", "::notice"]


@pytest.mark.parametrize(("count", "commands"), [(9, 9), (10, 10), (11, 10), (500, 10)])
def test_no_more_than_ten_annotations_of_a_kind(count, commands):
    """GitHub drops what is beyond ten: the tenth says how many more there are, and the log has them all."""
    text = rendered("github", report(*(placed(line=n + 1) for n in range(count))))
    lines = text.splitlines()
    assert sum(line.startswith("::error") for line in lines) == commands
    assert len(lines) == count + (count > 10)
    if count > 10:
        assert f"::error title=budgetcalc::{count - 9:,} more" in text


def test_ten_errors_leave_room_for_ten_warnings():
    """The limit holds for each kind by itself."""
    text = rendered("github", report(*[placed()] * 10, *[placed("warning")] * 10))
    assert text.count("::error ") == text.count("::warning ") == 10


def test_hostile_names_make_no_commands():
    """Neither a file name nor a message can start a workflow command or leave its property."""
    many = [placed(file=HOSTILE, message=f"bad {HOSTILE}")] * 30
    for line in rendered("github", report(*many)).splitlines():
        assert line.startswith(("::error file=", "::error title=budgetcalc::", "error "))
        assert line.startswith("::") or "##[" not in line
        assert "\x1b" not in line
        assert "\u202e" not in line
    first = rendered("github", report(many[0]))
    properties = re.match(r"::error ([^:]*)::", first)
    assert properties
    assert [each.split("=")[0] for each in properties[1].split(",")] == ["file", "line", "title"]


# --- SARIF ---


def test_sarif_is_valid_and_names_its_rule():
    """The log follows the schema of SARIF 2.1.0; a result points to its rule and its line."""
    log = json.loads(rendered("sarif", report(placed(line=3), placed("note", rule="BC201", file="b c.json"))))
    jsonschema.Draft4Validator(SARIF_SCHEMA).validate(log)
    (run,) = log["runs"]
    rules = run["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules] == ["BC201", "BC203"]
    assert [rules[result["ruleIndex"]]["id"] for result in run["results"]] == ["BC203", "BC201"]
    assert [result["level"] for result in run["results"]] == ["error", "note"]
    location = run["results"][1]["locations"][0]["physicalLocation"]
    assert location == {
        "artifactLocation": {"uri": "b%20c.json", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 1},
    }
    assert run["results"][0]["properties"] == {"path": "/max_tokens", "measured": 70, "limit": 64}
    assert run["invocations"] == [{"executionSuccessful": True}]


def test_sarif_without_findings_is_valid():
    """A clean run has a run without results: code scanning closes the alerts of the last one."""
    log = json.loads(rendered("sarif", report()))
    jsonschema.Draft4Validator(SARIF_SCHEMA).validate(log)
    assert log["runs"][0]["results"] == []


def test_sarif_says_that_a_file_was_not_measured():
    """A run that could not look at a file was not a successful one."""
    log = json.loads(rendered("sarif", report(placed(is_unmeasured=True))))
    jsonschema.Draft4Validator(SARIF_SCHEMA).validate(log)
    (invocation,) = log["runs"][0]["invocations"]
    assert invocation["executionSuccessful"] is False
    assert invocation["toolExecutionNotifications"][0]["message"]["text"].startswith("prompts/a.json: ")


def test_sarif_keeps_the_most_severe_of_too_many(monkeypatch):
    """Code scanning refuses more results than its limit, so the least severe are left out, and that is said."""
    monkeypatch.setattr("budgetcalc.render.sarif.MOST_RESULTS", 2)
    log = json.loads(rendered("sarif", report(placed("note"), placed("warning"), placed("error"))))
    run = log["runs"][0]
    assert [result["level"] for result in run["results"]] == ["error", "warning"]
    assert (
        "1 results are left out" in run["invocations"][0]["toolExecutionNotifications"][0]["message"]["text"]
    )


def test_an_absolute_file_is_a_file_uri():
    """A file outside the folder of the run has no place below it."""
    log = json.loads(rendered("sarif", report(placed(file="/tmp/a b.json"))))
    artifact = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert artifact == {"uri": "file:///tmp/a%20b.json"}


# --- JUnit ---


def test_junit_shows_what_would_steer_a_screen():
    """Direction marks and control characters are shown as escapes, also those that XML itself would let through."""
    text = rendered("junit", report(placed(file=HOSTILE, message="a\u202eb\x9b31mc\u2066")))
    assert all(char.isprintable() or char == "\n" for char in text)
    assert "a\\u202eb\\x9b31mc\\u2066" in text


def test_junit_counts_cases_failures_and_errors():
    """A failing finding is a failed case, an unmeasured file an error, a clean file a passed case."""
    result = report(
        placed(line=2),
        placed("note"),
        placed(file="broken.json", is_unmeasured=True),
        files=("a", "prompts/a.json"),
    )
    root = ET.fromstring(rendered("junit", result))
    assert root.attrib == {"name": "budgetcalc lint", "tests": "3", "failures": "1", "errors": "1"}
    outcomes = {
        suite.attrib["name"]: [child.tag for case in suite.findall("testcase") for child in case]
        for suite in root
    }
    assert outcomes == {"a": [], "broken.json": ["error"], "prompts/a.json": ["failure"]}
    failure = root.find(".//failure")
    assert failure is not None
    assert failure.attrib == {"type": "BC203", "message": "70,000 > 64,000"}
    assert "note BC203" in root.findtext(".//system-out", "")


# --- GitLab ---


def test_gitlab_has_the_keys_it_reads():
    """Each issue has a description, a check, a severity, a relative path and a line."""
    (issue,) = json.loads(rendered("gitlab", report(placed("warning", line=4))))
    assert issue == {
        "description": "70,000 > 64,000",
        "check_name": "BC203 max-tokens-above-model-cap",
        "fingerprint": placed().finding.fingerprint("prompts/a.json"),
        "severity": "minor",
        "location": {"path": "prompts/a.json", "lines": {"begin": 4}},
    }


# --- all of them ---


TEXT = st.text(max_size=12) | st.sampled_from([HOSTILE, "::error::", "]]>", "<a>", "\x00\x1b", "=1+1"])


@given(
    st.lists(
        st.builds(
            lambda severity, file, line, message: placed(
                severity, file=file or "x", line=line, message=message
            ),
            st.sampled_from(SEVERITIES),
            TEXT,
            st.none() | st.integers(1, 9),
            TEXT,
        ),
        max_size=25,
    )
)
def test_whatever_the_text_the_formats_stay_valid(findings):
    """No name or message breaks JSON, XML or a command, and no finding is lost."""
    result = report(*(replace(found, occurrence=number) for number, found in enumerate(findings)))
    log = json.loads(rendered("sarif", result))
    jsonschema.Draft4Validator(SARIF_SCHEMA).validate(log)
    assert len(log["runs"][0]["results"]) == len(findings)
    issues = json.loads(rendered("gitlab", result))
    assert len({issue["fingerprint"] for issue in issues}) == len(findings)
    ET.fromstring(rendered("junit", result).encode())
    for line in rendered("github", result).split("\n")[:-1]:
        assert line.startswith(("::", *SEVERITIES))


FINDINGS = st.lists(
    st.builds(
        lambda severity, file, line, message, hint, path, measured, limit: PlacedFinding(
            Finding("BC203", "max-tokens-above-model-cap", severity, message, path, hint, measured, limit),
            file or "x",
            line,
        ),
        st.sampled_from(SEVERITIES),
        TEXT,
        st.none() | st.integers(1, 9),
        TEXT,
        TEXT,
        TEXT,
        st.none() | st.integers(0, 10**6) | st.decimals(0, 10**6, places=9),
        st.none() | st.integers(0, 10**6),
    ),
    max_size=12,
)


@given(FINDINGS)
def test_what_machines_read_back_is_what_was_found(findings):
    """Rule, severity, place, message, hint and figures come back from every machine format as they went in."""
    result = report(*(replace(found, occurrence=number) for number, found in enumerate(findings)))
    documents = [found.to_dict() for found in result.findings]
    whole = json.loads(rendered("json", result))
    assert whole == result.to_dict()
    assert whole["findings"] == documents
    *lines, rest = map(json.loads, rendered("jsonl", result).splitlines())
    assert lines == documents
    assert rest | {"findings": lines} == whole
    assert sorted(map(from_sarif, json.loads(rendered("sarif", result))["runs"][0]["results"])) == sorted(
        (each.finding.rule, each.finding.severity, place_of(each), sentence_of(each), each.fingerprint)
        for each in result.findings
    )
    figures = [each["properties"] for each in json.loads(rendered("sarif", result))["runs"][0]["results"]]
    assert figures == [
        {name: each[name] for name in ("path", "measured", "limit") if each.get(name, "") != ""}
        for each in documents
    ]
    assert [
        (each["description"], each["severity"], each["location"]["path"], each["fingerprint"])
        for each in json.loads(rendered("gitlab", result))
    ] == [
        (
            each.finding.message,
            {"error": "major", "warning": "minor", "note": "info"}[each.finding.severity],
            each.file,
            each.fingerprint,
        )
        for each in result.findings
    ]


@given(FINDINGS)
def test_what_servers_show_is_what_was_found(findings):
    """Rule, file, line and sentence come back from JUnit and from annotations, whose escapes a runner undoes."""
    result = report(*(replace(found, occurrence=number) for number, found in enumerate(findings)))
    cases = [
        (case.get("classname"), outcome.get("type"), outcome.get("message"))
        for case in ET.fromstring(rendered("junit", result).encode()).iter("testcase")
        for outcome in case
    ]
    assert sorted(cases) == sorted(
        (in_lines(each.file), each.finding.rule, in_lines(each.finding.message))
        for each in result.findings
        if each.finding.severity == "error"
    )
    marks = [line for line in rendered("github", result).split("\n")[:-1] if " file=" in line]
    assert sorted(map(from_annotation, marks)) == sorted(
        (each.finding.rule, shown(each.file), str(each.line or 1), annotation_of(each.finding))
        for severity in SEVERITIES
        for each in annotated(
            [found for found in folded(result.findings) if found.finding.severity == severity]
        )
    )


def annotated(found):
    """Return the findings that GitHub shows at their lines: ten of a kind, or nine and how many more there are."""
    return found if len(found) <= 10 else found[:9]


def from_annotation(line):
    """Return what a workflow command says, its escapes undone as a runner does."""
    given, _, message = line.removeprefix("::").partition("::")
    values = dict(each.split("=", 1) for each in given.split(" ", 1)[1].split(","))
    escapes = (("%3A", ":"), ("%2C", ","), ("%0D", "\r"), ("%0A", "\n"), ("%25", "%"))
    for escape, char in escapes:
        values = {name: value.replace(escape, char) for name, value in values.items()}
        message = message if escape in {"%3A", "%2C"} else message.replace(escape, char)
    return values["title"].split()[0], values["file"], values["line"], message


def annotation_of(finding):
    """Return what an annotation says of a finding; a runner would obey ``##[``."""
    path = f" ({shown(finding.path)})" if finding.path else ""
    hint = f". {finding.hint}" if finding.hint else ""
    return shown(f"{finding.message}{path}{hint}").replace("##[", "## [")


def in_lines(text):
    """Return a text as a screen may see it, its line ends kept."""
    return "\n".join(map(shown, text.split("\n")))


def shown(text):
    """Return a text as a screen may see it."""
    return printable(text, limit=4_096)


def place_of(each):
    """Return a finding's file and line as every server takes them."""
    return each.file.replace("\\", "/"), each.line or 1


def sentence_of(each):
    """Return a finding's message with its hint."""
    return each.finding.message + (f". {each.finding.hint}" if each.finding.hint else "")


def from_sarif(result):
    """Return what a result says."""
    place = result["locations"][0]["physicalLocation"]
    uri = place["artifactLocation"]["uri"].removeprefix("file://")
    file = unquote_to_bytes(uri).decode(errors="surrogatepass")
    fingerprint = result["partialFingerprints"]["budgetcalcFinding/v1"]
    line = place["region"]["startLine"]
    return result["ruleId"], result["level"], (file, line), result["message"]["text"], fingerprint


# --- Notes that say the same of many requests ---


def alike(severity="note", *, ids=("", "", ""), file="a.jsonl"):
    """The same said of three lines, each with its id where it has one."""
    for line, name in enumerate(ids, start=1):
        said = placed(severity, file=file, line=line, message=f"{name}: of a line" if name else "of a line")
        yield replace(said, finding=replace(said.finding, request_id=name), occurrence=line - 1)


@pytest.mark.parametrize("ids", [("", "", ""), ("one", "two", "three")])
@pytest.mark.parametrize("kind", ["github", "text", "markdown"])
def test_notes_that_say_the_same_are_one_with_a_count(kind, ids):
    """People read it once, at its first line, without the id of one request; another file has its own."""
    result = report(*alike(ids=ids), *alike(ids=ids, file="b.jsonl"), placed("note", file="c.jsonl", line=1))
    shown = "".join(renderer("lint", kind)(result, Look(verbose=True, width=200)))
    assert shown.count("of a line") == shown.count("(3 times in this file)") == 2
    assert "two" not in shown


@pytest.mark.parametrize("kind", ["json", "sarif", "gitlab"])
def test_machines_get_every_note(kind):
    """Nothing is folded where a program counts."""
    assert rendered(kind, report(*alike())).count("of a line") == 3


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_what_may_fail_is_never_folded(severity):
    """Each error and warning stands at its own line."""
    assert rendered("github", report(*alike(severity))).count("of a line") == 3
