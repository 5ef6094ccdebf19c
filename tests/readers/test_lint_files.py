"""Which files globs and paths stand for."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetcalc.globs import matches, matches_any
from budgetcalc.readers.lint_files import expand_glob, search_folder

TREE = [
    "CLAUDE.md",
    ".claude/agents/a.md",
    "prompts/a.json",
    "prompts/b.txt",
    "prompts/deep/er/c.json",
    "prompts/.hidden/d.json",
    "prompts/node_modules/e.json",
    "node_modules/pkg/f.json",
    "venv/g.json",
    ".git/h.json",
    "[odd] name/i.json",
]


@pytest.fixture
def tree(tmp_path):
    for name in TREE:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("{}")
    return tmp_path


@pytest.mark.parametrize(
    ("glob", "expected"),
    [
        ("CLAUDE.md", ["CLAUDE.md"]),
        ("./CLAUDE.md", ["CLAUDE.md"]),
        ("prompts/*.json", ["prompts/a.json"]),
        ("prompts/?.*", ["prompts/a.json", "prompts/b.txt"]),
        ("prompts/[ab].*", ["prompts/a.json", "prompts/b.txt"]),
        ("prompts/**/*.json", ["prompts/a.json", "prompts/deep/er/c.json"]),
        ("prompts/**", ["prompts/a.json", "prompts/b.txt", "prompts/deep/er/c.json"]),
        ("prompts/**/**/c.json", ["prompts/deep/er/c.json"]),
        ("**/er/*", ["prompts/deep/er/c.json"]),
        ("**/*.md", ["CLAUDE.md"]),
        (".claude/**/*.md", [".claude/agents/a.md"]),
        ("node_modules/**", ["node_modules/pkg/f.json"]),
        ("venv/*.json", ["venv/g.json"]),
        ("prompts/.hidden/*", ["prompts/.hidden/d.json"]),
        ("*/f.json", []),
        ("prompts", []),
        ("nothing/*", []),
        ("CLAUDE.md/*", []),
        ("[[]odd] name/*", ["[odd] name/i.json"]),
        ("Claude.md", []),
    ],
)
def test_a_glob_stands_for_files(tree, glob, expected):
    """Relative names, sorted; folders of other people's files only when they are named."""
    if glob == "Claude.md" and (tree / "claude.MD").exists():
        pytest.skip("names are not case-sensitive here")
    assert expand_glob(tree, glob) == expected


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege there")
def test_links_lead_in_no_circle(tree):
    """A link to the folder above is not followed by **; a file that is a link is a file."""
    (tree / "prompts" / "up").symlink_to(tree, target_is_directory=True)
    (tree / "prompts" / "self.json").symlink_to("self.json")
    (tree / "prompts" / "gone.json").symlink_to("nowhere")
    (tree / "prompts" / "link.json").symlink_to("a.json")
    assert expand_glob(tree, "prompts/**/*.json") == [
        "prompts/a.json",
        "prompts/deep/er/c.json",
        "prompts/link.json",
    ]
    assert [path.name for path in search_folder(tree / "prompts")] == ["a.json", "c.json", "link.json"]


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the superuser may read everything"
)
def test_a_folder_that_may_not_be_read_holds_nothing(tree):
    """The glob that names it then matches nothing, which is an error of its own."""
    (tree / "prompts").chmod(0)
    try:
        assert expand_glob(tree, "prompts/*") == []
    finally:
        (tree / "prompts").chmod(0o755)


def test_very_deep_folders_are_walked(tmp_path):
    """No nesting that a file system allows breaks the walk."""
    deep = tmp_path
    for _ in range(300):
        deep = deep / "d"
    deep.mkdir(parents=True)
    (deep / "x.json").write_text("{}")
    assert expand_glob(tmp_path, "**/*.json") == ["d/" * 300 + "x.json"]
    assert len(list(search_folder(tmp_path))) == 1


@pytest.mark.parametrize(
    "glob", ["prompts/**/*.json", "**/*", ".claude/**", "*", "**/deep/**/c.json", "prompts/**"]
)
def test_matching_is_what_expanding_finds(tree, glob):
    """An ignore means the same files as a budget with the same glob."""
    found = set(expand_glob(tree, glob))
    assert {
        name for name in TREE if matches(glob, name) and "node_modules" not in name and "venv" not in name
    } == found


def test_exceptions_take_files_out():
    """A glob with ! in front wins over those without, wherever it stands."""
    assert matches_any(("a/*", "!a/x"), "a/y")
    assert not matches_any(("!a/x", "a/*"), "a/x")


def means(parts: list[str], names: list[str]) -> bool:
    """Say the same as `matches`, slowly: what each segment stands for is tried one after the other."""
    if not parts or not names:
        return not parts and not names
    if parts[0] == "**":
        return means(parts[1:] or ["*"], names) or means(parts, names[1:])
    fits = {"*": True, "?": len(names[0]) == 1, "b*": names[0].startswith("b")}
    return fits.get(parts[0], names[0] == parts[0]) and means(parts[1:], names[1:])


@given(
    st.lists(st.sampled_from(["**", "*", "a", "b*", "?"]), min_size=1, max_size=5),
    st.lists(st.sampled_from(["a", "b", "bc", "cc"]), min_size=1, max_size=6),
)
def test_matching_is_what_the_segments_mean(parts, names):
    """For every small glob and every small path."""
    assert matches("/".join(parts), "/".join(names)) == means(parts, names)


def test_many_wildcards_end_soon():
    """A glob of fifty ** and a path of a thousand folders are a matter of their product."""
    assert not matches("**/a/" * 50 + "x", "a/" * 1000 + "y")
