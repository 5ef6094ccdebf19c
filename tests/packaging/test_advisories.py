"""The audit for known vulnerabilities by a copy of the advisories on disk (.ci/advisories.py)."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / ".ci/advisories.py"

spec = importlib.util.spec_from_file_location("advisories", PROGRAM)
assert spec
assert spec.loader
sys.modules["advisories"] = advisories = importlib.util.module_from_spec(spec)
spec.loader.exec_module(advisories)


def advisory(*affected: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"id": "PYSEC-1", "modified": "2026-05-20T09:19:20.983812Z", "affected": list(affected), **more}


def of(name: str, *events: dict[str, str], kind: str = "ECOSYSTEM", **more: Any) -> dict[str, Any]:
    """What an advisory says of one package: one range of these events, if there are any."""
    ranges = [{"type": kind, "events": list(events)}] if events else []
    return {"package": {"ecosystem": "PyPI", "name": name}, "ranges": ranges, **more}


def write(folder: Path, *documents: dict[str, Any] | str) -> Path:
    """A copy with these advisories; JSON is YAML."""
    for number, document in enumerate(documents):
        file = folder / f"vulns/one/{number}.yaml"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(document if isinstance(document, str) else json.dumps(document), "utf-8")
    return folder


def audit(folder: Path, frozen: str) -> int:
    requirements = folder / "frozen.txt"
    requirements.write_text(frozen, "utf-8")
    return advisories.main(str(folder), str(requirements))


TWO_LINES = [
    of("one", {"introduced": "2.0.0"}, {"fixed": "2.0.6"}, {"introduced": "0"}, {"fixed": "1.26.17"}),
]
UP_TO = [of("one", {"introduced": "0"}, {"last_affected": "2.19.2"})]
ONLY = [of("one", {"introduced": "3.1"}, {"last_affected": "3.1"})]
AGAIN = [of("one", {"introduced": "1"}, {"fixed": "2"}, {"introduced": "2"}, {"fixed": "3"})]
LISTED = [of("one", versions=["1.0", "2004-really-old", "3.10"])]
COMMITS = {
    "type": "GIT",
    "repo": "https://example.com",
    "events": [{"introduced": "0"}, {"fixed": "1dd69c5"}],
}


@pytest.mark.parametrize(
    ("affected", "version", "expected"),
    [
        ([of("one", {"introduced": "0"}, {"fixed": "1.2"})], "1.1.9", True),
        ([of("one", {"introduced": "0"}, {"fixed": "1.2"})], "0.0.1.dev1", True),
        ([of("one", {"introduced": "0"}, {"fixed": "1.2"})], "1.2", False),
        ([of("one", {"introduced": "0"}, {"fixed": "1.2"})], "1.2rc1", True),
        ([of("one", {"introduced": "0"}, {"fixed": "1.2"})], "1.10", False),
        ([of("one", {"introduced": "1.1"}, {"fixed": "1.2"})], "1.0", False),
        ([of("one", {"introduced": "1.1"})], "99", True),
        ([of("one", {"introduced": "1.1"}, {"fixed": "1.2"}, kind="SEMVER")], "1.1.5", True),
        (TWO_LINES, "1.26.16", True),
        (TWO_LINES, "1.26.17", False),
        (TWO_LINES, "2.0.5", True),
        (TWO_LINES, "2.0.6", False),
        ([*TWO_LINES, of("one", {"introduced": "5"}, {"fixed": "6"})], "5.1", True),
        (UP_TO, "2.19.2", True),
        (UP_TO, "2.19.2.post1", False),
        (UP_TO, "2.20", False),
        (ONLY, "3.1", True),
        (ONLY, "3.1.1", False),
        (ONLY, "3.0", False),
        (AGAIN, "2", True),
        (AGAIN, "3", False),
        (LISTED, "1", True),
        (LISTED, "3.10", True),
        (LISTED, "3.1", False),
        ([of("one", {"introduced": "0"}, {"fixed": "2"}, versions=["2.5"])], "2.5", True),
        ([{**of("one", versions=["1.0"]), "ranges": [COMMITS]}], "1.0", True),
        ([{**of("one", versions=["1.0"]), "ranges": [COMMITS]}], "1.1", False),
        ([of("other", {"introduced": "0"})], "1", False),
        ([{**of("one", {"introduced": "0"}), "package": {"ecosystem": "npm", "name": "one"}}], "1", False),
    ],
)
def test_a_version_is_matched_as_the_schema_says(
    affected: list[dict[str, Any]], version: str, expected: bool, tmp_path: Path
) -> None:
    """Ranges with their ends, several ranges, lists of versions; other packages and registries are others'."""
    assert audit(write(tmp_path, advisory(*affected)), f"one=={version}\n") == expected


@pytest.mark.parametrize("written", ["Friendly.Bard", "friendly_bard", "FRIENDLY--bard"])
def test_names_are_compared_as_the_registry_does(written: str, tmp_path: Path) -> None:
    """However dots, dashes and case are written, on either side, it is the same package."""
    write(tmp_path, advisory(of(written, {"introduced": "0"})))
    assert audit(tmp_path, "friendly-bard==1\n") == 1
    write(tmp_path, advisory(of("friendly-bard", {"introduced": "0"})))
    assert audit(tmp_path, f"{written}==1\n") == 1


def test_a_withdrawn_advisory_says_nothing(tmp_path: Path) -> None:
    """It counts as read and finds nothing, even if it can't be judged any more."""
    gone = advisory(of("one", {"introduced": "0"}), withdrawn="2026-01-01T00:00:00Z")
    assert audit(write(tmp_path, gone, {**gone, "affected": []}), "one==1\n") == 0


def test_what_is_found_and_how_old_the_copy_is_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Package, version, advisory with its other names and the first fixed version; the newest change of the copy."""
    write(
        tmp_path,
        advisory(*TWO_LINES, aliases=["CVE-2026-1"]),
        advisory(*UP_TO, id="PYSEC-2", modified="2026-06-01T00:00:00Z"),
        advisory(of("three", {"introduced": "0"})),
    )
    assert audit(tmp_path, "one==2.0.5\ntwo==1\n") == 1
    assert capsys.readouterr().out.splitlines() == [
        f"{tmp_path / 'vulns'}: 3 advisories of 2 packages, the newest of 2026-06-01",
        "2 packages, 1 of them in some advisory: one",
        "one 2.0.5: PYSEC-1 (CVE-2026-1), fixed in 2.0.6",
        "one 2.0.5: PYSEC-2, no fixed version",
        "2 known vulnerabilities",
    ]


def test_the_other_layout_is_read_beside_the_first(tmp_path: Path) -> None:
    """GitHub's advisories are JSON files in folders by month; both trees are read."""
    write(tmp_path, advisory(of("two", {"introduced": "0"})))
    file = tmp_path / "advisories/github-reviewed/2026/04/GHSA-1/GHSA-1.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(advisory(*UP_TO)), "utf-8")
    assert audit(tmp_path, "one==1\n") == 1
    assert audit(tmp_path, "one==3\n") == 0
    assert audit(tmp_path, "two==3\n") == 1


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ("id: [broken\n", "no advisory"),
        ("", "no advisory"),
        ("- a list\n", "no advisory"),
        ("[" * 5000, "no advisory"),
        ({"id": "PYSEC-1", "affected": []}, "no advisory"),
        (advisory(of("one", {"introduced": "0"}), modified="yesterday"), "no advisory"),
        (advisory(), "names no package"),
        # The form before version 1.0 of the schema.
        (
            {"id": "P", "modified": "2021-05-13T19:15:00Z", "package": {"name": "one"}, "affects": {}},
            "names no",
        ),
        (advisory({"package": {"name": "one"}}), "no advisory"),
        (advisory(of("one")), "neither versions nor a range"),
        (advisory({**of("one"), "ranges": [COMMITS]}), "neither versions nor a range"),
        (advisory(of("one", {"fixed": "2"})), "begins nowhere"),
        (advisory(of("one", {"introduced": "0"}, {"limit": "2"})), "event of kind limit"),
        (advisory(of("one", {"introduced": "0", "fixed": "2"})), "cannot be judged"),
        (advisory(of("one", {"introduced": "0"}, {"fixed": "two"})), "Invalid version"),
        (advisory(of("one", {"introduced": "0"}, kind="TIME")), "range of type TIME"),
        (advisory({**of("one"), "ranges": "all"}), "cannot be judged"),
    ],
)
def test_an_advisory_that_cannot_be_read_is_an_error(
    document: dict[str, Any] | str, said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A sound one beside it does not hide it, and nothing is said to be free of vulnerabilities."""
    write(tmp_path, document, advisory(of("one", {"introduced": "0"}, {"fixed": "1"})))
    assert audit(tmp_path, "one==1\n") == 2
    output = capsys.readouterr()
    assert said in output.err
    assert "no known" not in output.out


def test_bytes_that_are_no_text_are_an_error(tmp_path: Path) -> None:
    """A file cut by a bad copy is not skipped."""
    write(tmp_path, "x")
    (tmp_path / "vulns/one/0.yaml").write_bytes(b"id: \xff\xfe")
    assert audit(tmp_path, "one==1\n") == 2


@pytest.mark.parametrize("folder", ["", "vulns", "advisories/github-reviewed", "advisories/unreviewed"])
def test_a_folder_without_advisories_is_an_error(folder: str, tmp_path: Path) -> None:
    """Nothing to look at is not nothing found."""
    (tmp_path / folder).mkdir(parents=True, exist_ok=True)
    assert audit(tmp_path, "one==1\n") == 2


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="rights do not bind here")
def test_a_folder_that_cannot_be_listed_is_an_error(tmp_path: Path) -> None:
    """A part of the copy that is out of reach is not passed over."""
    write(tmp_path, advisory(of("two", {"introduced": "0"})))
    hidden = tmp_path / "vulns/hidden"
    hidden.mkdir(mode=0)
    try:
        assert audit(tmp_path, "one==1\n") == 2
    finally:
        hidden.chmod(0o700)


def test_a_linked_folder_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It could lead back to itself; that it is not followed is said."""
    write(tmp_path, advisory(of("two", {"introduced": "0"})))
    (tmp_path / "vulns/again").symlink_to(tmp_path / "vulns", target_is_directory=True)
    assert audit(tmp_path, "one==1\n") == 2
    assert "not followed" in capsys.readouterr().err


@pytest.mark.parametrize(
    "frozen",
    ["", "one\n", "one>=1\n", "one @ git+https://example.com/one\n", "-e .\n", "==1\n", "one==one\n"],
)
def test_a_list_that_names_no_exact_versions_is_an_error(frozen: str, tmp_path: Path) -> None:
    """What is not NAME==VERSION cannot be judged."""
    write(tmp_path, advisory(of("two", {"introduced": "0"})))
    assert audit(tmp_path, frozen) == 2


def test_the_program_says_it_by_its_exit_code(tmp_path: Path) -> None:
    """0 nothing known, 1 something, 2 not answered: also without arguments."""
    write(tmp_path, advisory(*UP_TO))
    frozen = tmp_path / "frozen.txt"
    frozen.write_text("one==3\n", "utf-8")

    def run(*arguments: str) -> int:
        return subprocess.run(
            [sys.executable, PROGRAM, *arguments], capture_output=True, check=False
        ).returncode

    assert run(str(tmp_path), str(frozen)) == 0
    frozen.write_text("one==2\n", "utf-8")
    assert run(str(tmp_path), str(frozen)) == 1
    assert run(str(tmp_path), str(tmp_path / "nowhere.txt")) == 2
    assert run() == 2


@pytest.mark.parametrize(
    "document",
    [
        advisory(of("one", versions="1.0")),
        advisory(of("one", versions=[1.0])),
        advisory(of("one", versions={"1.0": 1})),
        advisory(of("one", versions=["1.0"]), withdrawn=None),
        advisory(of("one", versions=["1.0"])) | {"id": 5},
        advisory(of("one", versions=["1.0"])) | {"id": "\ud800"},
        advisory(of("one", versions=["1.0"])) | {"id": "X\n::error::\x1b[31m"},
        advisory(of("one", versions=["1.0"]), aliases=[None]),
    ],
)
def test_values_of_another_type_are_an_error_and_no_pass(
    document: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """As JSON they have types: versions that are one text, or numbers, matched nothing."""
    file = tmp_path / "advisories/github-reviewed/one.json"
    file.parent.mkdir(parents=True)
    file.write_text(json.dumps(document), "utf-8")
    assert audit(tmp_path, "one==1.0\n") == 2
    assert "\x1b" not in capsys.readouterr().err


@pytest.mark.skipif(os.name == "nt", reason="no pipes with names")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """Nobody may ever write to it."""
    write(tmp_path, advisory(*LISTED))
    os.mkfifo(tmp_path / "vulns/pipe.yaml")
    assert audit(tmp_path, "one==2.0\n") == 2


def test_a_list_of_other_bytes_is_an_error(tmp_path: Path) -> None:
    """Exit code 1 would say that something is known."""
    write(tmp_path, advisory(*LISTED))
    (tmp_path / "list").write_bytes(b"\xff")
    assert advisories.main(str(tmp_path), str(tmp_path / "list")) == 2
