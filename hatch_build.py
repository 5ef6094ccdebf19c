"""Build hook: writes ``budgetcalc/_built/`` from the ``ctok`` wheel and the YAML files of this project.

    claude_vocabulary.bin   the vocabularies of Claude's tokenizers, from ctok's measured pieces
    NOTICE-ctok.txt         ctok's MIT licence, which goes with them
    catalogue.json          pricing.yaml and framing.yaml, every scalar as the text it was written as

and compiles the C files of ``budgetcalc/native/`` where a C compiler and Python's headers are at hand. Without them
the package is pure Python: slower, and the same in every answer. ``BUDGETCALC_BUILD_NATIVE=0`` asks for that,
``BUDGETCALC_BUILD_NATIVE=1`` makes it an error if they can't be compiled.

Nothing of it is committed: a wheel, an editable install and a wheel built from the sdist each run the hook.
``python hatch_build.py`` does the same for a checkout by hand. The same input gives the same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import re
import shlex
import subprocess
import sys
import sysconfig
from array import array
from collections import Counter
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from string import ascii_letters
from typing import TYPE_CHECKING, Any

import yaml

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand in an environment without hatchling
    BuildHookInterface = object  # type: ignore[assignment,misc]

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).resolve().parent
BUILT = Path("budgetcalc", "_built")
NATIVE = Path("budgetcalc", "native")

MAGIC = b"budgetcalc claude vocabulary 3\n"
FAMILIES = {"v3": "pieces_v3.json", "v4.7": "pieces_v4_7.json"}
SOURCES = {"pricing": Path("pricing.yaml"), "framing": Path("budgetcalc", "framing.yaml")}

# One control character for each of ctok's named marks. Claude's tokenizers strip these from text, so a mark
# can never be mistaken for text, and text in ASCII stays ASCII with its marks.
MARKS = {"⟨bow⟩": "\x01", "⟨eow⟩": "\x02", "⟨shift⟩": "\x03", "⟨caps⟩": "\x04"}
SCRIPT = 10  # letters in a set that gets a table of its own (`chains`)
LONGEST_PIECE = 255  # bytes; as in native/words.c, like the next
TRIE_VERSION = 0x62630001
SEPARATOR = "\0"  # NUL counts as a space and so is in no piece


class CustomBuildHook(BuildHookInterface):  # type: ignore[misc,type-arg,unused-ignore]
    """Writes the folder before a wheel or an editable install takes the package's files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002
        """Write the folder and name it an artifact, so that it goes in although Git ignores it."""
        if self.target_name == "wheel":
            write_built(Path(self.root))
            build_data["artifacts"].append(f"/{BUILT.as_posix()}/*")
            compiled = compile_native(Path(self.root))
            if compiled:
                build_data["artifacts"] += [f"/{NATIVE.as_posix()}/{module.name}" for module in compiled]
                build_data["pure_python"] = False
                build_data["tag"] = f"cp312-abi3-{re.sub('[-.]', '_', sysconfig.get_platform())}"


def write_built(root: Path) -> list[Path]:
    """Write the three files under ``root`` and return their paths."""
    folder = root / BUILT
    folder.mkdir(parents=True, exist_ok=True)
    contents = {
        "claude_vocabulary.bin": vocabulary_file(),
        "NOTICE-ctok.txt": ctok_notice(),
        "catalogue.json": with_spellings(
            catalogue_file({name: root / path for name, path in SOURCES.items()})
        ),
    }
    for name, content in contents.items():
        # A reader running meanwhile sees the old file or the new one, never half of it.
        part = folder / f"{name}.{os.getpid()}.part"  # another build may write beside this one
        part.write_bytes(content)
        part.replace(folder / name)
    return [folder / name for name in contents]


def compile_native(root: Path) -> list[Path]:
    """Compile each C file to a module beside it that CPython 3.12 and later load, and return the modules.

    Returns:
        All of them, or none: the package is then pure Python, and standard error says why.

    Raises:
        RuntimeError: they could not be compiled, and ``BUDGETCALC_BUILD_NATIVE`` is ``1``.
    """
    sources = sorted((root / NATIVE).glob("*.c"))
    modules = [source.with_suffix(".abi3.so") for source in sources]
    wish = os.environ.get("BUDGETCALC_BUILD_NATIVE", "")
    if wish == "0":
        sources, modules, problem = [], [], ""
    else:
        problem = _no_compiler()
    for source, module in zip(sources, modules, strict=True):
        problem = problem or _compile(source, module)
    # Not before: another build may be taking them into its wheel.
    for old in (root / NATIVE).glob("*.so"):
        if problem or old not in modules:
            old.unlink(missing_ok=True)
    if not problem:
        return modules
    if wish == "1":
        raise RuntimeError(problem)
    print(f"budgetcalc is built without its C modules: {problem}", file=sys.stderr)  # noqa: T201
    return []


def _no_compiler() -> str:
    """Return why nothing can be compiled here, or an empty string."""
    if sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return "they are for CPython with its lock"
    if not sysconfig.get_config_var("LDSHARED"):
        return "this Python does not say which compiler made it"
    if not Path(sysconfig.get_paths()["include"], "Python.h").exists():
        return "Python's headers are not installed"
    return ""


def _compile(source: Path, module: Path) -> str:
    """Compile one file and return what went wrong, or an empty string."""
    part = module.with_suffix(f".{os.getpid()}.part")
    try:
        flags = shlex.split(os.environ.get("CFLAGS", ""))
    except ValueError as error:
        return f"CFLAGS: {error}"
    command = [
        *shlex.split(sysconfig.get_config_var("LDSHARED")),
        *("-std=c11", "-O2", "-fPIC", "-fvisibility=hidden", "-Wall", "-Wextra"),
        *flags,
        "-DPy_LIMITED_API=0x030C0000",
        f"-I{sysconfig.get_paths()['include']}",
        *(source.name, "-o", part.name),
    ]
    try:
        subprocess.run(command, cwd=source.parent, check=True, capture_output=True, text=True)  # noqa: S603
    except (OSError, subprocess.CalledProcessError) as error:
        part.unlink(missing_ok=True)
        said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
        return f"{shlex.join(command)}: {said[0] if said else error}"
    part.replace(module)
    return ""


def vocabulary_file() -> bytes:
    """Return ctok's vocabularies as they are read, in place and in parts: most runs need one part of one family.

    A magic line, a line of JSON, and the parts it names: for each family the two rules that are no table, and
    where each part is (its offset from the end of that line, and its size). ``trie`` is for the loops in C. ``pieces``,
    sorted and joined by NUL, and ``tables`` are for those in Python. Each part begins at a multiple of eight bytes.
    """
    families: dict[str, dict[str, Any]] = {}
    content = bytearray()
    for family in FAMILIES:
        vocabulary = family_vocabulary(family)
        parts = {
            "pieces": SEPARATOR.join(vocabulary["pieces"]).encode(),
            "tables": _json({name: vocabulary[name] for name in ("byte_prefixes", "chains")}),
            "trie": byte_trie(
                [piece.encode() for piece in vocabulary["pieces"]]
                + [bytes.fromhex(prefix) for prefix in vocabulary["byte_prefixes"]]
            ),
        }
        families[family] = {name: vocabulary[name] for name in ("fold_quotes", "capitals_from")}
        for name, part in parts.items():
            families[family][name] = [len(content), len(part)]
            content += part + bytes(-len(part) % 8)
    return MAGIC + _json(families) + b"\n" + content


def byte_trie(pieces: list[bytes]) -> bytes:
    """Return the pieces as a double array, which ``native/words.c`` walks where it lies.

    Slots are 32-bit numbers in this machine's byte order: a base, a bit that says that a piece ends here, and eight
    bits of label. A node's child by a byte is the slot whose number is the node's base plus the byte, if its label is
    the byte. No two nodes have the same base. A leaf has base 0, an empty slot is 0, and as no piece has a byte 0,
    no label is. Slot 0 tells the version and the byte order, slot 1 is the root.

    Raises:
        ValueError: a piece is longer than the loops in C look ahead, or has a byte 0.
    """
    nodes: list[dict[int, int]] = [{}]  # from byte to the number of the child
    ends = set()
    for piece in pieces:
        if len(piece) > LONGEST_PIECE or 0 in piece:
            raise ValueError(f"a piece of {len(piece)} bytes, or with NUL: {piece!r}")
        node = 0
        for byte in piece:
            if byte not in nodes[node]:
                nodes[node][byte] = len(nodes)
                nodes.append({})
            node = nodes[node][byte]
        ends.add(node)
    room = 2 * len(nodes) + 256
    free, unused = (1 << room) - 4, (1 << room) - 2  # one bit for each slot, and for each base
    bases = [0] * len(nodes)
    for node in sorted(filter(nodes.__getitem__, range(len(nodes))), key=lambda n: -len(nodes[n])):
        fits = unused
        for byte in nodes[node]:
            fits &= free >> byte
        bases[node] = base = (fits & -fits).bit_length() - 1
        unused ^= 1 << base
        for byte in nodes[node]:
            free ^= 1 << base + byte
    slots = array("I", bytes(4 * (max(bases) + 256)))
    slots[0] = TRIE_VERSION
    slots[1] = bases[0] << 9
    for node, children in enumerate(nodes):
        for byte, child in children.items():
            slots[bases[node] + byte] = bases[child] << 9 | (child in ends) << 8 | byte
    return slots.tobytes()


def family_vocabulary(family: str) -> dict[str, Any]:
    """Return one vocabulary of ctok as this package reads it.

    Returns:
        ``pieces``: every string that is one token, marks as control characters, sorted.
        ``byte_prefixes``: beginnings of a UTF-8 character that are one token, in hex, sorted.
        ``chains``: see :func:`chains`. ``fold_quotes`` and ``capitals_from``: ctok's ``fold_quotes`` and
        ``allcaps_min``.
    """
    document = json.loads(files("ctok").joinpath("data", FAMILIES[family]).read_text(encoding="utf-8"))
    tokens = dict(document["tokens"])
    prefixes = tokens.pop("bytes_fallback")
    pieces = {marked(piece) for group in tokens.values() for piece in group}
    # A contraction closes its word: the text "it's" is written `'s` + end of word (ctok engine.build_vocab).
    pieces |= {marked(suffix) + MARKS["⟨eow⟩"] for suffix in tokens["contractions"]}
    return {
        "pieces": sorted(pieces),
        "byte_prefixes": sorted(prefixes),
        "chains": chains(pieces),
        "fold_quotes": document["meta"]["fold_quotes"],
        "capitals_from": document["meta"]["allcaps_min"],
    }


def chains(pieces: set[str]) -> list[dict[str, str]]:
    """Return which character can follow which inside a piece that is made of letters and marks.

    A word is cut into pieces between any two characters that never meet in a piece. There is one table for
    each set of letters that pieces connect (Latin, Cyrillic, …), the largest first, from a character to those
    that can follow it. The last is for all the sets of a few letters and says more than is true: any of
    its letters can follow any. A mark is in every table it has a part in.
    """
    marks = "".join(MARKS.values())
    latin = {*ascii_letters}
    connected = dict.fromkeys(latin, latin)
    links: dict[str, Counter[str]] = {}
    for piece in sorted(pieces):
        letters = {*piece} - {*marks}
        if any(letter.isascii() and not letter.isalpha() for letter in letters):
            continue
        merged = letters.union(*(connected.get(letter, ()) for letter in letters))
        connected.update(dict.fromkeys(merged, merged))
        for first, second in pairwise(piece):
            links.setdefault(first, Counter())[second] += 1
    scripts = {id(letters): letters for letters in connected.values() if len(letters) >= SCRIPT}
    few = {letter for letter, letters in connected.items() if len(letters) < SCRIPT}
    tables = sorted((_table(links, letters, marks) for letters in scripts.values()), key=len, reverse=True)
    rest = _table(links, few, marks)
    return [*tables, {"".join(sorted(rest)): "".join(sorted({*"".join(rest.values())}))}]


def _table(links: Mapping[str, Counter[str]], letters: set[str], marks: str) -> dict[str, str]:
    """Return the links among some letters and the marks, those most pieces have first."""
    kept = {}
    for first in sorted(letters.union(marks) & links.keys(), key=lambda c: (-links[c].total(), c)):
        if seconds := letters.union(marks) & links[first].keys():
            kept[first] = "".join(sorted(seconds))
    return kept


def marked(piece: str) -> str:
    """Return a piece in ctok's public notation (``⟨bow⟩the⟨eow⟩``, ``⟨0xE2⟩``) as marks and text."""
    from ctok.constants import GLYPH_TO_ATOM
    from ctok.notation import atoms

    text = bytearray()
    for kind, value in atoms(piece):
        match kind:
            case "byte":
                text.append(value)
            case "marker":
                text += MARKS[GLYPH_TO_ATOM[value]].encode()
            case _:
                text += value.encode()
    return text.decode()


def ctok_notice() -> bytes:
    """Return the notice that goes with the vocabularies: where they come from, and ctok's licence."""
    distribution = importlib.metadata.distribution("ctok")
    licences = [path for path in distribution.files or () if path.name.startswith("LICENSE")]
    if len(licences) != 1:
        raise ValueError(f"ctok {distribution.version} holds {len(licences)} licence files, not one")
    head = (
        f"claude_vocabulary.bin is made from the vocabularies of ctok {distribution.version}\n"
        "(https://github.com/sanderland/ctok), which is under this licence:\n\n"
    )
    return head.encode() + Path(str(licences[0].locate())).read_bytes()


def catalogue_file(sources: Mapping[str, Path]) -> bytes:
    """Return the YAML files as one JSON object: name to ``{"sha256": …, "document": …}``.

    ``document`` holds objects, lists and strings only. Files that do not exist are left out.
    """
    return (
        _json({name: _source(path.read_bytes()) for name, path in sources.items() if path.exists()}) + b"\n"
    )


def with_spellings(catalogue: bytes) -> bytes:
    """Return the compiled tables with every name of a model, made of a price table that has no errors.

    What has been read whole here is read entry by entry by a start of the program.

    Raises:
        CatalogueError: the price table has errors.
    """
    tables = json.loads(catalogue)
    if "pricing" in tables:
        sys.path.insert(0, str(ROOT))
        from budgetcalc.catalogue_document import parse_catalogue

        document = tables["pricing"]["document"]
        checked = parse_catalogue(document, origin="pricing.yaml", sha256=tables["pricing"]["sha256"])
        tables["pricing"]["spellings"] = checked.spellings
    return _json(tables) + b"\n"


def _source(content: bytes) -> dict[str, Any]:
    return {"sha256": hashlib.sha256(content).hexdigest(), "document": yaml.load(content, Loader=TextLoader)}  # noqa: S506


class TextLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """YAML where every scalar stays the text it was written as, and a key said twice is an error."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Return the mapping.

        Raises:
            yaml.constructor.ConstructorError: two keys are the same; the error says where.
        """
        for repeated in _repeated(node):
            found = f"found key {repeated.value!r} again"
            raise yaml.constructor.ConstructorError(
                "in a mapping", node.start_mark, found, repeated.start_mark
            )
        return super().construct_mapping(node, deep=deep)  # type: ignore[no-any-return]


def _repeated(node: yaml.MappingNode) -> Iterator[yaml.Node]:
    seen = set()
    for key, _ in node.value:
        if isinstance(key, yaml.ScalarNode):
            if key.value in seen:
                yield key
            seen.add(key.value)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


if __name__ == "__main__":
    for written in (*write_built(ROOT), *compile_native(ROOT)):
        print(f"{written.stat().st_size:>9,} bytes  {written.relative_to(ROOT)}")  # noqa: T201
