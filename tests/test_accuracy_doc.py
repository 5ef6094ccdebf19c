"""The benchmarks run on anybody's recordings, and docs/accuracy.md shows what they print."""

from __future__ import annotations

import ast
import base64
import importlib.util
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from budgetcalc import verification
from budgetcalc.readers.framing_file import read_framing

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parent.parent
BENCHMARKS = ROOT / "benchmarks"
DOC = (ROOT / "docs" / "accuracy.md").read_text(encoding="utf-8")
COMMAND = "python benchmarks/accuracy.py RECORDINGS --markdown"


@pytest.fixture(scope="module")
def accuracy() -> ModuleType:
    """The benchmark as a module."""
    spec = importlib.util.spec_from_file_location("accuracy", BENCHMARKS / "accuracy.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["accuracy"] = module  # its dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def recording(family: str, total: int, **body: Any) -> str:
    """Return a line of a recordings file."""
    request = {"model": "claude-sonnet-4-5", "max_tokens": 100, **body}
    return json.dumps(
        {
            "id": f"{family}-{total}",
            "family": family,
            "model": request["model"],
            "request": request,
            "total_input_tokens": total,
            "date": "2026-06-01",
        }
    )


SCIENTIST = {"system": "You are a scientist", "messages": [{"role": "user", "content": "Hello, Claude"}]}
"""The example of the token counting page, billed 14 on Claude 4.5."""


def greeting(family: str, total: int = 10) -> str:
    """Return a recording of "Hi there!", which is billed 10 on Claude 4.5 and before."""
    return recording(family, total, messages=[{"role": "user", "content": "Hi there!"}])


def run(script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """Run a benchmark as its documentation says."""
    return subprocess.run(
        [sys.executable, BENCHMARKS / script, *map(str, arguments)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


@pytest.fixture
def recordings(tmp_path: Path) -> Path:
    """A file of recordings of two families: documented examples, and one that is off by one."""
    path = tmp_path / "recordings.jsonl"
    lines = [greeting("a"), recording("a", 14, **SCIENTIST), greeting("b"), greeting("b", 11)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def block() -> list[str]:
    """Return the lines between the markers of the document."""
    assert DOC.count("<!-- accuracy:begin -->") == DOC.count("<!-- accuracy:end -->") == 1
    return DOC.split("<!-- accuracy:begin -->")[1].split("<!-- accuracy:end -->")[0].strip().splitlines()


def test_the_document_says_how_its_tables_are_made() -> None:
    """The command that prints the block stands beside it."""
    assert f"`{COMMAND}`" in DOC


def test_the_tables_have_the_features_the_benchmark_tells_apart(accuracy: ModuleType) -> None:
    """No feature of the benchmark is missing from the document, and none is left from before."""
    rows = [line.split("|")[1].strip() for line in block() if line.startswith("| ")]
    features = rows[rows.index("feature") + 1 : rows.index("all")]
    assert tuple(features) == accuracy.GROUPS
    assert tuple(rows[rows.index("exact / recordings") + 1 :]) == accuracy.GROUPS


def test_the_tables_have_the_columns_of_the_benchmark(accuracy: ModuleType) -> None:
    """A column that is added, renamed or dropped shows in the document."""
    assert block()[0] == "| feature | " + " | ".join(accuracy.MARKDOWN_TITLES) + " |"
    assert "| exact / recordings | " + " | ".join(accuracy.GENERATIONS) + " |" in block()


def test_the_block_is_what_the_benchmark_prints(recordings: Path) -> None:
    """With ``--markdown`` nothing but the block is printed, in the form that stands in the document."""
    done = run("accuracy.py", recordings, "--markdown")
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == block()[0]
    # Family a is exact, family b on one of two: 75 % on average, 3 of 4 where exactness is claimed.
    assert "| text, system, turns | 4 | 2 | 75.0 | 100.0 | 75.0 | 75.0 | 75.0 of 4 | 0.00 |" in lines


def test_every_feature_of_a_request_has_a_row(accuracy: ModuleType) -> None:
    """What ``feature_of`` may call a request is among the names of the tables."""
    function = ast.parse(inspect.getsource(verification.feature_of)).body[0]
    returned = [node.value for node in ast.walk(function) if isinstance(node, ast.Return) and node.value]
    named = {
        leaf.value if isinstance(leaf, ast.Constant) else getattr(verification, leaf.id)
        for value in returned
        for leaf in ast.walk(value)
        if (isinstance(leaf, ast.Constant) and isinstance(leaf.value, str))
        or (isinstance(leaf, ast.Name) and leaf.id.isupper())
    }
    assert named == set(accuracy.GROUPS)


def test_the_evidence_of_constants_is_recomputed(recordings: Path) -> None:
    """For each constant: the recordings that use it and are exact, those that are not, families and days."""
    done = run("constants.py", recordings)
    assert done.returncode == 1  # framing.yaml rests on other recordings
    first = next(
        line for line in done.stdout.splitlines() if line[2:].startswith("message_first") and " v3 " in line
    )
    assert "recordings: 3, misses: 1, families: 2, first: 2026-06-01, last: 2026-06-01" in first


def test_writing_the_evidence_changes_nothing_else(
    recordings: Path, monkeypatch: pytest.MonkeyPatch, accuracy: ModuleType
) -> None:
    """Values, bands and comments of framing.yaml stay as they are when its evidence is written anew."""
    assert accuracy
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    import constants

    text = constants.FILE.read_text(encoding="utf-8")
    written = constants.rewritten(text, read_framing(), constants.support_of(constants.trace(recordings)))
    assert written != text
    assert constants.rewritten(written, read_framing(), {}) == constants.rewritten(text, read_framing(), {})

    def rest(content: str) -> list[str]:
        return [constants._EVIDENCE.sub("", line) for line in content.splitlines()]

    assert [line for line in rest(written) if "applies" not in line] == [
        line for line in rest(text) if "applies" not in line
    ]
    assert [line.replace(" ", "") for line in rest(written)] == [line.replace(" ", "") for line in rest(text)]


def test_a_family_is_judged_by_the_others(recordings: Path) -> None:
    """Held out, family a is exact by what family b shows, as far as b shows it."""
    done = run("held_out.py", recordings)
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("| a |"))
    assert row.split("|")[2:5] == [" 2 ", " 1 ", " 100.0 "]


def test_a_recording_that_was_not_billed_so_can_be_left_out(recordings: Path) -> None:
    """Without it, its family is judged by its others; the figures with it are what is printed otherwise."""
    for options, n, exact in (((), "2", "50.0"), (("--without", "b-11"), "1", "100.0")):
        done = run("held_out.py", recordings, *options)
        row = next(line for line in done.stdout.splitlines() if line.startswith("| b |"))
        assert [row.split("|")[column].strip() for column in (2, 4)] == [n, exact]


def test_roles_that_no_other_family_shows_are_counted_as_written(tmp_path: Path) -> None:
    """Held out, a family alone with a generation is exact where its frame is text, without any recording of it."""
    new = {"model": "claude-opus-4-7", "messages": [{"role": "user", "content": "2026"}]}
    answered = [
        *new["messages"],
        {"role": "assistant", "content": "555"},
        {"role": "user", "content": "2026"},
    ]
    lines = [greeting("a"), greeting("b"), recording("c", 11 + 3, **new)]
    lines += [recording("c", 11 + 3 + 10 + 2 + 3, **new | {"messages": answered})]
    path = tmp_path / "recordings.jsonl"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    done = run("held_out.py", path)
    assert done.returncode == 0, done.stderr
    row = next(line for line in done.stdout.splitlines() if line.startswith("| c |"))
    n, _, in_sample, held_out = (cell.strip() for cell in row.split("|")[2:6])
    assert (n, in_sample, held_out) == ("2", "100.0", "100.0")


@pytest.fixture
def held_out(monkeypatch: pytest.MonkeyPatch, accuracy: ModuleType) -> ModuleType:
    """The benchmark that leaves a family out, as a module."""
    assert accuracy
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    return importlib.import_module("held_out")


def test_hidden_thinking_tells_nothing_of_a_constant(held_out: ModuleType, tmp_path: Path) -> None:
    """What only its bytes are known of is never exact, so that its error is no other constant's."""
    # A signature with 3,000 bytes of text in it, and the 16 of its tag.
    sealed = base64.b64encode(b"\x12\xcb\x17\x2a\xc8\x17" + bytes(3_000 + 16) + b"\x18\x01").decode()
    new = {"model": "claude-sonnet-5"}
    hello = {"role": "user", "content": "2026"}
    hidden = {"role": "assistant", "content": [{"type": "thinking", "thinking": "", "signature": sealed}]}
    path = tmp_path / "recordings.jsonl"
    lines = [recording("a", 6 + 2, messages=[hello], **new)]
    lines += [recording("b", 900 + off, messages=[hello, hidden, hello], **new) for off in (0, 7, 7)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    traced = held_out.trace(path)
    assert [one.result.error == 0 for one in traced] == [True, False, False, False]
    assert [held_out.is_telling(one) for one in traced] == [True, False, False, False]
    found = {name.fact: tokens for name, tokens in held_out.fit(traced, held_out.table_values()).items()}
    assert found["message_first"] == 6
    assert "message_next_user" not in found


@pytest.mark.parametrize(
    ("fact", "applies", "expected"),
    [
        # The other vocabulary's English: 1.2 to 1.55 times as many tokens, or as few.
        ("tool.memory", ("v4.8",), (round(900 * 1.2), round(900 * 1.455), round(900 * 1.55))),
        ("structured_output", ("4.6",), (round(119 / 1.55), round(119 / 1.455), round(119 / 1.2))),
        # One of the same vocabulary goes before one that is nearer.
        ("structured_output", ("v4.7",), (118, 119, 120)),
        # Published, and as long as that in the vocabulary of the model.
        ("citations", ("v4.8",), (718, 720, 726)),
        # Documented, less the separator that the figure holds.
        ("tool_prompt.any", ("claude-opus-5",), (403, 405, 411)),
        # Tags, however many the neighbours have.
        ("document_text", ("4.6",), (36, 37, 38)),
        # A correction that some models do without is not made.
        ("tool_result_closes", ("v4.7",), (-1, 0, 1)),
        # Nobody shows any: the table's estimate.
        ("compaction_block", ("v4.8",), (4, 14, 30)),
    ],
)
def test_what_stands_in_for_a_constant(
    held_out: ModuleType, fact: str, applies: tuple[str, ...], expected: tuple[int, int, int]
) -> None:
    """What no other family shows is documented, written, or taken from the nearest generation, with a band."""
    shown = {
        ("tool.memory", ("v3",)): 900,
        ("structured_output", ("v4.8",)): 119,
        ("document_text", ("v3",)): 35,
    }
    shown |= {("tool_result_closes", ("v3",)): 0}
    fitted = {
        held_out.Constant(*name): held_out.FrameValue(frozenset(name[1]), tokens, tokens, tokens)
        for name, tokens in shown.items()
    }
    found = held_out.nearest(held_out.Constant(fact, applies), fitted, held_out.table_values())
    assert (found.low, found.tokens, found.high) == expected


def test_holding_out_needs_two_families(tmp_path: Path) -> None:
    """One family can't be judged by the others: that is said, with exit code 2."""
    path = tmp_path / "one.jsonl"
    path.write_text(greeting("a") + "\n", encoding="utf-8")
    done = run("held_out.py", path)
    assert done.returncode == 2
    assert "two" in done.stderr
