"""Reading ``pricing.yaml``, its compiled form and overlays."""

from __future__ import annotations

import hashlib
import json
import pickle
import shutil
import sys
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest

from budgetcalc.catalogue import TokenizerFamily
from budgetcalc.errors import CatalogueError
from budgetcalc.input_limits import DEFAULTS
from budgetcalc.readers import pricing_file
from budgetcalc.readers.pricing_file import read_catalogue, text_document

ROOT = Path(__file__).parents[2]
PRICING = ROOT / "pricing.yaml"


def lines_of(path: Path) -> list[str]:
    """Return the places and messages of all errors of an overlay."""
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(path)
    return [f"{error.location}: {error.message}" for error in caught.value.errors]


def test_bundled_table_says_what_it_is(catalogue):
    """Origin and digest tell a user which prices were used."""
    assert catalogue.origin == "bundled pricing.yaml"
    assert catalogue.sha256 == hashlib.sha256(PRICING.read_bytes()).hexdigest()


def test_first_line_tells_editors_the_schema():
    """An editor completes the file from its schema."""
    first = PRICING.read_text("utf-8").splitlines()[0]
    assert first == "# yaml-language-server: $schema=schemas/pricing.schema.json"


@pytest.fixture
def package(tmp_path, monkeypatch):
    """A package folder beside a copy of the table, as in a checkout."""
    folder = tmp_path / "budgetcalc"
    (folder / "_built").mkdir(parents=True)
    shutil.copy(PRICING, tmp_path / "pricing.yaml")
    monkeypatch.setattr(pricing_file, "PACKAGE_FOLDER", folder)
    return folder


def compiled(document: object, content: bytes) -> str:
    return json.dumps(
        {"pricing": {"sha256": hashlib.sha256(content).hexdigest(), "document": document}, "framing": {}}
    )


def test_compiled_table_is_the_yaml(package, monkeypatch):
    """The compiled form of the same bytes gives the same catalogue, without a YAML library."""
    content = PRICING.read_bytes()
    parsed = read_catalogue()
    (package / "_built" / "catalogue.json").write_text(
        compiled(text_document(content.decode(), "x"), content)
    )
    monkeypatch.setitem(sys.modules, "yaml", None)
    assert read_catalogue() == parsed


def test_a_checked_table_is_read_entry_by_entry_and_is_the_same(package, catalogue):
    """With the spellings of a build that read it whole, each entry is read when it is asked for, and is equal."""
    content = PRICING.read_bytes()
    table = json.loads(compiled(text_document(content.decode(), "x"), content))
    (package / "_built" / "catalogue.json").unlink(missing_ok=True)
    whole = read_catalogue()
    table["pricing"]["spellings"] = dict(whole.spellings)
    (package / "_built" / "catalogue.json").write_text(json.dumps(table))
    lazy = read_catalogue()
    assert not isinstance(lazy.models, dict)
    assert "claude-opus-5" in lazy.models
    assert "nothing" not in lazy.models
    with pytest.raises(KeyError):
        lazy.models["nothing"]
    assert lazy.models["claude-opus-5"] is lazy.models["claude-opus-5"]
    assert lazy == whole
    assert pickle.loads(pickle.dumps(lazy)) == whole
    assert list(lazy.models) == list(whole.models)
    assert list(lazy.betas) == list(whole.betas)
    assert list(lazy.sources) == list(whole.sources)


def test_stale_compiled_table_is_not_used(package):
    """A table edited after it was compiled is parsed."""
    (package / "_built" / "catalogue.json").write_text(compiled({"version": "nonsense"}, b"older bytes"))
    assert read_catalogue().models


@pytest.mark.parametrize("content", ["", "{", "[]", '{"pricing": 3}', '{"pricing": null}', "{}"])
def test_broken_compiled_table_is_not_used(package, content):
    """A compiled file that can't be read is as good as none."""
    (package / "_built" / "catalogue.json").write_text(content)
    assert read_catalogue().models


def test_built_table_of_this_checkout_is_the_yaml(catalogue, package):
    """What the build hook wrote here, if it is up to date, equals what the YAML says."""
    assert read_catalogue().models == catalogue.models
    assert read_catalogue().spellings == catalogue.spellings


def test_table_inside_the_package_wins(package):
    """A wheel holds the table in the package folder."""
    shutil.move(package.parent / "pricing.yaml", package / "pricing.yaml")
    assert read_catalogue().models


def test_missing_table_is_said(package):
    """Without a table there is no catalogue."""
    (package.parent / "pricing.yaml").unlink()
    with pytest.raises(CatalogueError) as caught:
        read_catalogue()
    assert "the bundled price table is missing" in str(caught.value)


def test_overlay_goes_over_the_bundled_table(overlay, catalogue):
    """One price differs, everything else is as it was; origin says both."""
    path = overlay("""
version: 1
models:
  - id: claude-opus-4-6
    prices:
      - {input: 4.5, cache_write_5m: 5.625, cache_write_1h: 9, cache_read: 0.45, output: 22.5, source: sdk}
""")
    changed = read_catalogue(path)
    assert changed.models["claude-opus-4-6"].prices[0].rates.input == Decimal("4.5")
    assert changed.models["claude-opus-4-6"].fast == catalogue.models["claude-opus-4-6"].fast
    assert changed.models["claude-opus-5"] == catalogue.models["claude-opus-5"]
    assert changed.origin == f"bundled pricing.yaml and {path}"
    assert changed.sha256 != catalogue.sha256


def test_overlay_may_be_json(overlay):
    """JSON is YAML."""
    path = overlay('{"version": 1, "models": [{"id": "claude-opus-5", "note": "ours"}]}', "overlay.json")
    assert read_catalogue(path).models["claude-opus-5"].note == "ours"


def test_overlay_with_byte_order_mark_and_crlf(tmp_path):
    """Windows editors are welcome."""
    path = tmp_path / "overlay.yaml"
    path.write_bytes(b"\xef\xbb\xbfversion: 1\r\nfees:\r\n  - {name: x, usd: 1, per: use, source: sdk}\r\n")
    assert read_catalogue(path).fees[-1].usd == Decimal(1)


def test_all_errors_of_an_overlay_come_with_their_places(overlay):
    """Each error is at the line and column of what is wrong, in the order of the file."""
    path = overlay("""\
version: 1
fees:
  - {name: web_search, usd: 1e1, per: 1000 searches, source: pricing-docs}
models:
  - id: claude-opus-4-6
    pricse: []
    prices:
      - {from: 2026-02-05, input: .nan, cache_read: -1, output: 25, source: pricing-doc}
    tokenizer: {family: claude-v9, exact: yes, source: sdk}
  - id: my-model
    same_as: claude-opus-4-66
    name: Mine
generations:
  "4.5":
    output_caps: [{tokens: 64_000, source: models-docs}]
""")
    assert lines_of(path) == [
        f'{path}:3:24: expected a decimal number, got "1e1"',
        f'{path}:6:5: unknown key "pricse"',
        f'{path}:8:28: expected a decimal number, got ".nan"',
        f'{path}:8:41: expected a decimal number, got "-1"',
        f'{path}:8:69: no source "pricing-doc" under sources:',
        f'{path}:9:17: expected one of {", ".join(get_args(TokenizerFamily))}, got "claude-v9"',
        f'{path}:9:36: expected true or false, got "yes"',
        f'{path}:11:5: same_as names "claude-opus-4-66", which is not there',
        f'{path}:15:20: expected a whole number, got "64_000"',
    ]


def test_error_shown_to_people(overlay):
    """File, line, column, both values and what to do."""
    path = overlay("version: 1\nmodels:\n  - id: claude-opus-5\n    thinking: {keeps: last-turn}\n")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(path)
    assert str(caught.value) == (
        f'{path}:4:16: expected one of last_turn, all, got "last-turn"\n'
        "hint: did you mean last_turn?\n"
        "1 error in the price table"
    )


BOMB = "a: &a [x, x]\n" + "".join(
    f"{chr(98 + n)}: &{chr(98 + n)} [*{chr(97 + n)}, *{chr(97 + n)}]\n" for n in range(20)
)


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        pytest.param(BOMB, "1:4", "anchors and aliases", id="bomb"),
        pytest.param("version: 1\nmodels: *later\n", "2:9", "anchors and aliases", id="alias"),
        pytest.param(
            "version: !!python/object/apply:os.system [ls]\n", "1:10", "the tag tag:yaml.org", id="tag"
        ),
        pytest.param("version: ! 1\n", "1:10", "the tag !", id="bare-tag"),
        pytest.param(
            "version: 1\nmodels:\n  - id: a\n    id: b\n", "4:5", 'duplicate key "id"', id="duplicate"
        ),
        pytest.param('{"version": 1, "version": 1}', "1:16", 'duplicate key "version"', id="duplicate-json"),
        pytest.param("[" * 100_000, "1:31", "nested deeper than 30 levels", id="deep-lists"),
        pytest.param("{a: " * 100_000, "1:118", "nested deeper than 30 levels", id="deep-mappings"),
        pytest.param(
            "version: [" + "a," * 60_000 + "]", "1:100005", "more than 50,000 values", id="many-values"
        ),
        pytest.param("- " * 50_000, "1:61", "nested deeper than 30 levels", id="deep-blocks"),
        pytest.param(
            "version: 1\n---\nversion: 1\n", "2:1", "more than one YAML document", id="two-documents"
        ),
        pytest.param("{[a]: b}", "1:2", "a key must be a plain word", id="list-as-key"),
        pytest.param("version: [1\n", "2:1", "is not YAML", id="open-bracket"),
        pytest.param("version: 1\n\tmodels: []\n", "2:1", "is not YAML", id="tab"),
        pytest.param('version: "a\x07"\n', "1:12", "U+0007", id="control-character"),
        pytest.param("version: 1\nmodels: \x00", "2:9", "U+0000", id="nul"),
        pytest.param("- 1\n", "1:1", "expected a mapping, got a list", id="a-list"),
        pytest.param("version: 1\n<<: {models: []}\n", "2:1", 'unknown key "<<"', id="merge-key"),
    ],
)
def test_hostile_yaml_is_refused_at_once_with_its_place(overlay, text, place, message):
    """A price table needs none of YAML's tricks."""
    path = overlay(text)
    said = lines_of(path)
    assert said[0].startswith(f"{path}:{place}: ")
    assert message in said[0]


def test_overlay_with_a_mistake_on_every_line_is_answered(overlay):
    """A few hundred errors are enough, and none of them takes long."""
    path = overlay(
        "version: 1\nmodels:\n  - id: claude-opus-5\n" + "".join(f"    key{n}: x\n" for n in range(20_000))
    )
    assert 100 < len(lines_of(path)) <= 500


def test_long_chain_of_same_as_is_refused(overlay):
    """A chain of references has an end that can be followed."""
    chain = "".join(
        f"  - {{id: m{n}, name: N{n}, same_as: m{n + 1}, lifecycle: {{source: sdk}}}}\n" for n in range(2_000)
    )
    path = overlay(f"version: 1\nmodels:\n{chain}")
    assert any("same_as goes on for more than 20 steps" in line for line in lines_of(path))


def test_empty_overlay_is_an_error(overlay):
    """Nothing is not a table."""
    path = overlay("")
    assert lines_of(path) == [f"{path}: expected a mapping, got nothing"]


@pytest.mark.parametrize(
    "content", [b"version: 1\nname: caf\xe9\n", b"\xff\xfev\x00e\x00r\x00", b"\x89PNG\r\n\x1a\n"]
)
def test_file_that_is_no_utf_8_is_refused(tmp_path, content):
    """Broken text is not repaired."""
    path = tmp_path / "overlay.yaml"
    path.write_bytes(content)
    [said] = lines_of(path)
    assert "is not UTF-8" in said


def test_large_file_is_refused_unread(tmp_path):
    """Five megabytes are far more than any table needs."""
    path = tmp_path / "overlay.yaml"
    path.write_bytes(b"#" * (DEFAULTS.config + 1))
    assert lines_of(path) == [f"{path}: is larger than 5,000,000 bytes"]


def test_missing_file_and_folder_are_said(tmp_path):
    """What cannot be opened is named."""
    assert "cannot be read: No such file" in lines_of(tmp_path / "none.yaml")[0]
    assert "cannot be read: Is a directory" in lines_of(tmp_path)[0]


def test_pure_python_yaml_gives_the_same_document(monkeypatch):
    """Without libyaml the document is the same."""
    import yaml

    text = PRICING.read_text("utf-8")
    fast = text_document(text, "x")
    monkeypatch.delattr(yaml, "CBaseLoader", raising=False)
    assert text_document(text, "x") == fast
    for hostile in ("a: &a [x]", "a: !!str x", "a: 1\na: 2", "a: \x07", "a: [", "[" * 100):
        with pytest.raises(CatalogueError):
            text_document(hostile, "x")
