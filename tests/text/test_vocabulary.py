"""The vocabularies, and the facts about them that the engine's cuts rest on."""

import importlib.util
import re
import shutil
import unicodedata
from array import array
from importlib import import_module
from itertools import pairwise
from pathlib import Path

import pytest
import yaml
from ctok.main import _model

from budgetcalc import claude_text, claude_tiling, claude_vocabulary, native
from budgetcalc.claude_characters import CLASS_OF, SUFFIXES
from budgetcalc.claude_vocabulary import (
    ALL_CAPITALS,
    CAPITALISED,
    MARKS,
    WORD_BEGINS,
    WORD_ENDS,
    load_vocabulary,
)
from budgetcalc.errors import BudgetcalcError, CatalogueError

FAMILIES = ("v3", "v4.7")
CTOK_MARKS = str.maketrans(dict(zip("\ufdd0\ufdd1\ufdd3\ufdd4", MARKS, strict=True)))
ctok_rules = import_module("ctok.normalize")
every_family = pytest.mark.parametrize("family", FAMILIES)


def class_of(character):
    return CLASS_OF[ord(character)]


def neighbours(family):
    return {pair for piece in load_vocabulary(family).pieces for pair in pairwise(piece)}


@pytest.fixture(scope="module")
def hatch_build():
    path = Path(__file__).parents[2] / "hatch_build.py"
    spec = importlib.util.spec_from_file_location("hatch_build", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


# ---- what is in the file -----------------------------------------------------------------------------


@every_family
def test_pieces_are_those_of_ctok(family):
    """The vocabulary holds exactly the pieces ctok tiles with."""
    model = _model(family)
    vocabulary = load_vocabulary(family)
    assert vocabulary.pieces == {piece.translate(CTOK_MARKS) for piece in model.vocab}
    assert vocabulary.ordered == sorted(vocabulary.pieces)
    assert (vocabulary.fold_quotes, vocabulary.capitals_from) == (model.fold_quotes, model.allcaps_min)


def strings_of(trie):
    """Return every string that is in a trie as `native/words.c` reads it."""
    slots = array("I", trie)
    found, ahead = [], [(1, b"")]
    while ahead:
        node, string = ahead.pop()
        found += [string] if slots[node] & 0x100 else []
        for byte in range(1, 256):
            child = (slots[node] >> 9) + byte
            if child < len(slots) and slots[child] & 0xFF == byte:
                ahead.append((child, string + bytes((byte,))))
    return found


@every_family
def test_the_trie_holds_the_pieces_and_the_byte_prefixes(family):
    """What the loops in C find is each piece and each beginning of a character once, and nothing else."""
    vocabulary = load_vocabulary(family)
    expected = {piece.encode() for piece in vocabulary.pieces} | vocabulary.byte_prefixes
    assert sorted(strings_of(vocabulary.trie)) == sorted(expected)
    # None begins within a character: one without a piece costs its bytes, whatever stands beside it.
    assert not {piece for piece in expected if piece[0] in range(0x80, 0xC0)}


@every_family
def test_every_character_costs_what_it_does_in_ctok(family):
    """A character that stands alone costs as many tokens as ctok's pieces and byte prefixes make of it."""
    model, tiler = _model(family), claude_tiling.PythonTiler(load_vocabulary(family))
    for code in (*range(0x80, 0xD800), *range(0xF900, 0x11000), *range(0x1F000, 0x1FA00), 0x20000, 0x10FFFF):
        character = chr(code)
        expected = 1 if character in model.unit_pieces else model.bytes.cost_char(character)
        assert tiler._characters[character] == expected, ascii(character)


def test_every_character_has_the_class_it_has_in_ctok():
    """Every character of the basic plane is classed as by ctok on this Python and this `regex`."""
    skipped = (*range(0xD800, 0xF900), *range(9), *range(11, 32), *range(0x7F, 0xA0))  # never get so far
    wrong = {}
    for code in sorted({*range(0x10000)} - {*skipped}):
        character, found = chr(code), CLASS_OF[code]
        stray = ctok_rules._stray_mark(character)
        expected = {"wordy": "m" if stray else "w", "digit": "0" if character.isascii() else "d",
                    "space": " " if character == " " else "s", "punct": "'" if character == "'" else "p"}  # fmt: skip
        kinds = {"punct": "q", "letter": "h", "number": {"Nd": "n"}.get(unicodedata.category(character), "o")}
        name = ctok_rules.classify(character)
        if name == "hard":
            expected[name] = (
                "v" if ctok_rules._is_selector(character) else kinds[ctok_rules._hard_kind(character)]
            )
        if found != expected[name]:
            wrong[hex(code)] = (found, expected[name])
    assert wrong == {}


# ---- what no piece does: why counts may be added up --------------------------------------------------


@every_family
def test_no_piece_reaches_out_of_a_marked_word(family):
    """Nothing but a case mark comes before a begin mark in a piece, and nothing after an end mark."""
    for piece in load_vocabulary(family).pieces:
        assert WORD_BEGINS not in piece.lstrip(CAPITALISED + ALL_CAPITALS)[1:]
        assert WORD_ENDS not in piece[:-1]
        assert not {CAPITALISED, ALL_CAPITALS} & {*piece[1:]}


@every_family
def test_no_piece_mixes_spaces_with_anything(family):
    """A piece with white space is a run of one white-space character."""
    for piece in load_vocabulary(family).pieces:
        if any(class_of(c) in " s" for c in piece if c not in MARKS):
            assert len({*piece}) == 1


@every_family
def test_no_piece_joins_an_ascii_digit_to_anything_else(family):
    """ASCII digits are in pieces of one to three digits only, and every such group is a piece."""
    pieces = load_vocabulary(family).pieces
    with_digits = {piece for piece in pieces if re.search("[0-9]", piece)}
    assert with_digits == {f"{n:0{size}}" for size in (1, 2, 3) for n in range(10**size)}


@every_family
def test_no_piece_joins_a_hard_letter_to_anything(family):
    """An ideograph, a Hangul syllable, an emoji or a variation selector is in no piece but its own."""
    for first, second in neighbours(family):
        assert not {class_of(c) for c in (first, second) if c not in MARKS} & {"h", "v"}


@every_family
def test_no_piece_crosses_from_a_word_to_its_neighbour_except_in_contractions(family):
    """Between a letter of a word and another character there is a mark, or the apostrophe of a contraction."""
    for piece in load_vocabulary(family).pieces:
        kinds = {class_of(c) in "wm" for c in piece if c not in MARKS}
        if len(kinds) > 1:
            assert piece.removesuffix(WORD_ENDS) in {f"'{suffix}" for suffix in SUFFIXES}


@every_family
def test_a_piece_of_letters_is_one_chain_of_one_script(family):
    """Every piece of letters and marks is found whole by the pattern of one script, and in ASCII by that of ASCII."""
    vocabulary = load_vocabulary(family)
    tiler = claude_tiling.PythonTiler(vocabulary)
    scripts = [claude_tiling._chain_pattern(links) for links in vocabulary.chains]
    for piece in vocabulary.pieces:
        letters = {*piece} - {*MARKS}
        if len(piece) > 1 and letters and all(class_of(c) in "wm" for c in letters):
            assert sum(script.fullmatch(piece) is not None for script in scripts) == 1, ascii(piece)
            assert any(chain.fullmatch(piece) for chain in tiler._chains(piece)), ascii(piece)


@every_family
def test_every_character_of_ascii_is_a_piece(family):
    """A word in ASCII costs no more than it has characters and marks, and marks alone save nothing."""
    pieces = load_vocabulary(family).pieces
    assert {*map(chr, range(33, 127))} <= pieces
    assert {piece for piece in pieces if {*piece} <= {*MARKS}} <= {*MARKS}


@every_family
def test_a_long_run_can_be_shortened_by_its_longest_piece(family):
    """Past LONG_RUN, and whatever stands at its ends, a run as much longer as its longest piece costs one more."""
    pieces = load_vocabulary(family).pieces
    for character in sorted({piece[0] for piece in pieces if len(piece) > 1 and len({*piece}) == 1}):
        sizes = [size for size in range(1, 256) if character * size in pieces]
        mixed = (piece for piece in pieces if character in piece and len({*piece}) > 1)
        run = re.compile(f"{re.escape(character)}+")
        longest, across = (
            sizes[-1],
            max((len(found) for piece in mixed for found in run.findall(piece)), default=0),
        )
        fewest = [0]
        for length in range(1, claude_tiling.LONG_RUN + longest):
            fewest.append(1 + min(fewest[length - size] for size in sizes if size <= length))
        # As many neighbouring lengths as the longest piece has characters: all longer ones follow from them.
        least = claude_tiling.LONG_RUN - 2 * across
        for length in range(least, least + longest):
            assert fewest[length] == fewest[length - longest] + 1, (character, length)


def test_letters_and_their_harmless_neighbours_are_what_they_say():
    """Letters of the fast way make words by themselves; what may stand beside them never joins a word."""
    letter, beside = re.compile(f"[{claude_tiling._LETTERS}]"), re.compile(f"[{claude_tiling._BESIDE}]")
    for code in range(0x110000):
        character = chr(code)
        if letter.match(character):
            assert class_of(character) == "w", hex(code)
            assert unicodedata.category(character)[0] in "LMC", hex(code)
        if beside.match(character):
            assert class_of(character) not in "wm", hex(code)


def test_combining_marks_are_what_the_sort_of_long_runs_looks_for():
    """Every character with a combining class can be in a run of marks that is put in order."""
    for code in range(0x300, 0x110000):
        if unicodedata.combining(chr(code)):
            assert claude_text._LONG_MARKS.fullmatch(chr(code) * 32), hex(code)


# ---- reading it --------------------------------------------------------------------------------------


@pytest.mark.parametrize("content", [None, b"something else"])
def test_a_missing_or_foreign_file_is_said_with_what_to_do(content, tmp_path, monkeypatch):
    """Without the file the build writes there is an error that names the command that writes it."""
    path = tmp_path / "claude_vocabulary.bin"
    if content is not None:
        path.write_bytes(content)
    monkeypatch.setattr(claude_vocabulary, "FILE", path)
    with pytest.raises(BudgetcalcError, match="vocabulary of Claude") as caught:
        load_vocabulary.__wrapped__("v3")
    assert "pip install -e ." in caught.value.hint


# ---- the build ---------------------------------------------------------------------------------------


def test_the_build_writes_the_same_bytes_again(hatch_build, tmp_path):
    """Two builds of the same sources are equal, byte by byte, and hold the vocabulary, notice and catalogue."""
    shutil.copy(Path(__file__).parents[2] / "pricing.yaml", tmp_path)
    first = {path.name: path.read_bytes() for path in hatch_build.write_built(tmp_path)}
    assert first == {path.name: path.read_bytes() for path in hatch_build.write_built(tmp_path)}
    assert {*first} == {"claude_vocabulary.bin", "NOTICE-ctok.txt", "catalogue.json"}
    assert b"MIT License" in first["NOTICE-ctok.txt"]
    assert first["claude_vocabulary.bin"].startswith(claude_vocabulary.MAGIC)
    assert hatch_build.MAGIC == claude_vocabulary.MAGIC


@pytest.mark.parametrize(
    "pieces", [[b"a"], [b"a", b"ab", b"b", b"\xff" * 255], [bytes((byte,)) for byte in range(1, 256)]]
)
def test_a_trie_holds_what_was_put_in(hatch_build, pieces):
    """One piece, pieces within pieces, the longest there can be, and every byte come out as they went in."""
    assert sorted(strings_of(hatch_build.byte_trie(pieces))) == sorted(pieces)


@pytest.mark.parametrize("piece", [b"a" * 256, b"a\0b"])
def test_a_piece_that_no_trie_can_hold_stops_the_build(hatch_build, piece):
    """A piece longer than the loops in C look ahead, or with the byte of an empty slot, is an error."""
    with pytest.raises(ValueError, match="a piece of"):
        hatch_build.byte_trie([piece])


def test_the_loops_in_c_and_the_build_agree_on_the_form_of_a_trie(hatch_build):
    """The version and the longest piece are the same on both sides."""
    source = Path(native.__file__).with_name("words.c").read_text("utf-8")
    assert f"TRIE_VERSION {hatch_build.TRIE_VERSION:#x}u" in source
    assert f"LONGEST {hatch_build.LONGEST_PIECE} " in source


def test_the_catalogue_keeps_every_scalar_as_it_was_written(hatch_build, tmp_path):
    """Numbers, dates, booleans and nulls stay text, quoted or not, and absent files are left out."""
    path = tmp_path / "pricing.yaml"
    path.write_text("price: 1.50\nday: 2026-01-01\nquoted: '1.50'\nyes: no\nnothing: ~\nlist: [0x10, 1e3]\n")
    built = hatch_build.json.loads(
        hatch_build.catalogue_file({"pricing": path, "framing": tmp_path / "absent.yaml"})
    )
    assert [*built] == ["pricing"]
    assert built["pricing"]["sha256"] == hatch_build.hashlib.sha256(path.read_bytes()).hexdigest()
    assert built["pricing"]["document"] == {
        "price": "1.50", "day": "2026-01-01", "quoted": "1.50", "yes": "no", "nothing": "~", "list": ["0x10", "1e3"],
    }  # fmt: skip


def test_a_price_table_with_an_error_stops_the_build(hatch_build, tmp_path):
    """A start reads of the compiled table only what it needs, so the build reads all of it."""
    table = (Path(__file__).parents[2] / "pricing.yaml").read_text("utf-8")
    (tmp_path / "pricing.yaml").write_text(
        table.replace("image_tier: high_resolution", "image_tier: best"), "utf-8"
    )
    with pytest.raises(CatalogueError, match="expected one of standard, standard_pairs, high_resolution"):
        hatch_build.write_built(tmp_path)


def test_a_key_said_twice_is_an_error_of_the_build(hatch_build, tmp_path):
    """A repeated key stops the build and the message says on which line it is."""
    path = tmp_path / "pricing.yaml"
    path.write_text("models:\n  a: 1\n  b: 2\n  a: 3\n")
    with pytest.raises(yaml.constructor.ConstructorError, match=r"key 'a' again(.|\n)*line 4"):
        hatch_build.catalogue_file({"pricing": path})
