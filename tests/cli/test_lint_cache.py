"""The cache: a second run is quick, and never wrong."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

REQUEST = {
    "model": "claude-opus-4-6",
    "max_tokens": 1000,
    "messages": [{"role": "user", "content": "Hello, Claude, this is a secret"}],
}
LARGE = json.dumps(REQUEST) + 50_000 * " "
"""What is small is measured anew sooner than the cache is looked up."""
PRICES = """version: 1
sources: {own: {title: Own, url: 'https://example.com', checked: 2026-11-01}}
models: [{id: claude-opus-4-6, prices: [{input: %s, output: 9, source: own}]}]
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.json").write_text(LARGE)
    (tmp_path / "budgetcalc.yaml").write_text(
        "version: 1\nbudgets: [{files: [a.json], max_input_tokens: 100}]\n"
    )
    return tmp_path


@pytest.fixture
def lint(run: Any, tmp_path: Path) -> Any:
    def runner(*args: str, on: str = "2026-11-22") -> dict[str, Any]:
        env = {"BUDGETCALC_CACHE_DIR": str(tmp_path / "cache")}
        result = run("lint", "--on", on, "-f", "json", *args, env=env)
        assert result.exit_code in {0, 1}, result.output
        return json.loads(result.stdout)

    return runner


def entries(project: Path) -> list[Path]:
    return sorted((project / "cache").glob("lint-*.json"))


def poison(project: Path) -> None:
    """Change a figure in the cache, so that its use can be seen."""
    [entry] = entries(project)
    entry.write_text(entry.read_text().replace('"tokens":15', '"tokens":77'))


def tokens(document: dict[str, Any]) -> int:
    return document["measurements"][0]["input_tokens"]


def test_a_second_run_takes_what_the_first_measured(project, lint):
    """The figures come from the cache while nothing has changed."""
    first = lint()
    assert tokens(first) == 15
    assert lint() == first
    poison(project)
    assert tokens(lint()) == 77
    assert tokens(lint("--no-cache")) == 15


def test_few_small_files_need_no_cache(project, lint):
    """They are measured in each run, and nothing is written; many of them are kept like a large one."""
    (project / "a.json").write_text(json.dumps(REQUEST))
    assert tokens(lint()) == 15
    assert not (project / "cache").exists()
    for number in range(8):
        (project / f"b{number}.json").write_text(json.dumps(REQUEST))
    lint(*map(str, project.glob("*.json")))
    assert len(entries(project)) == 1


def test_content_decides(project, lint):
    """A changed file is measured again, whatever its date; the same content is not."""
    lint()
    poison(project)
    (project / "a.json").write_text(LARGE.replace("1000", "999"))
    assert tokens(lint()) == 15
    (project / "a.json").write_text(LARGE)
    assert tokens(lint()) == 77


@pytest.mark.parametrize(
    "args",
    [
        ("--model", "claude-haiku-4-5"),
        ("--pricing", "prices.yaml"),
        ("--beta", "context-1m-2025-08-07"),
        ("--beta", "none"),
    ],
)
def test_what_is_asked_decides(project, lint, args):
    """Another model, price table or header is another question."""
    (project / "prices.yaml").write_text(PRICES % 7)
    lint()
    poison(project)
    assert tokens(lint(*args)) == 15


def test_the_day_decides(project, lint):
    """Rules and prices are dated."""
    lint()
    poison(project)
    assert tokens(lint(on="2026-11-21")) == 15


def test_defaults_of_the_configuration_decide(project, lint):
    """What fills a request changes what is measured."""
    lint()
    poison(project)
    config = project / "budgetcalc.yaml"
    config.write_text(config.read_text() + "defaults: {effort: low}\n")
    assert tokens(lint()) == 15


def test_a_changed_price_is_another_question(project, lint):
    """Not the name of the price table counts but what stands in it."""
    (project / "prices.yaml").write_text(PRICES % 7)
    first = lint("--pricing", "prices.yaml")
    (project / "prices.yaml").write_text(PRICES % 8)
    second = lint("--pricing", "prices.yaml")
    # 15 tokens at $7 and at $8 a million
    costs = [float(document["measurements"][0]["cost_usd"]) for document in (first, second)]
    assert costs[1] - costs[0] == pytest.approx(15 * 1 / 1_000_000)


def test_limits_and_severities_are_applied_afterwards(project, lint):
    """A new limit needs no new measuring, and takes effect at once."""
    assert lint()["passed"]
    (project / "budgetcalc.yaml").write_text(
        "version: 1\nbudgets: [{files: [a.json], max_input_tokens: 5}]\n"
    )
    assert not lint()["passed"]
    assert len(entries(project)) == 1


def test_another_version_is_another_question(project, lint, monkeypatch):
    """An update of the program forgets everything."""
    lint()
    poison(project)
    monkeypatch.setattr("budgetcalc.linting.__version__", "9.9.9")
    assert tokens(lint()) == 15


@pytest.mark.parametrize(
    "content", [b"", b"{", b"[]", b"\xff\xfe", b'{"files": {"x": 1}, "usages": {}}', b"[" * 5000]
)
def test_a_damaged_or_foreign_cache_is_none(project, lint, content):
    """Whatever stands there, the answer is right, and the next run has a cache again."""
    first = lint()
    [entry] = entries(project)
    entry.write_bytes(content)
    assert lint() == first
    poison(project)
    assert tokens(lint()) == 77


def test_a_cache_that_cannot_be_written_is_none(project, run):
    """A file where the folder should be stops nothing."""
    (project / "cache").write_text("")
    result = run("lint", "--on", "2026-11-22", env={"BUDGETCALC_CACHE_DIR": str(project / "cache")})
    assert result.exit_code == 0
    assert (project / "cache").read_text() == ""


def test_the_cache_holds_no_conversation(project, lint):
    """Figures and names only."""
    lint()
    [entry] = entries(project)
    assert "secret" not in entry.read_text()


def test_no_draft_is_left_behind(project, lint):
    """The file is written whole or not at all."""
    lint()
    assert [path.suffix for path in (project / "cache").iterdir()] == [".json"]
