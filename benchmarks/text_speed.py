"""Speed of the text count: this package against ctok and against tiktoken's cl100k, in one run.

    python benchmarks/text_speed.py [--seed N] [--rounds N] [--megabytes N]

Every round makes fresh text of six kinds from a language made up for it and from templates, forgets what this
package remembers of the round before, and times each counter on the text, one after the other. ctok, which is
slow, gets a text of CTOK_SHARE of the size. Vocabularies are loaded before. The table gives the median of the
rounds: megabytes of UTF-8 per second of processor time, and how many times faster this package was than the
other in the same round.
"""

from __future__ import annotations

import argparse
import itertools
import json
import random
import statistics
import time
from typing import TYPE_CHECKING

import ctok

from budgetcalc import claude_text
from budgetcalc.claude_text import count_claude_text
from budgetcalc.openai_text import count_openai_text

if TYPE_CHECKING:
    from collections.abc import Callable

    type Kinds = dict[Callable[[random.Random, Words], str], int]

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


KINDS = {prose: 40, code: 25, data: 15, markdown: 10, ideographs: 7, symbols: 3}


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


def forget() -> None:
    """Empty the memory of this package's counter, but load its vocabularies."""
    claude_text._tiler.cache_clear()  # noqa: SLF001
    for family in ("v3", "v4.7"):
        claude_text.count_claude_text("x", family)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--seed", type=int, default=None, help="fixed texts; default: others each run")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--megabytes", type=float, default=5.0)
    options = parser.parse_args()
    rng = random.Random(options.seed)

    counters: dict[str, Callable[[str], int]] = {
        "budgetcalc v4.7": lambda text: count_claude_text(text, "v4.7"),
        "budgetcalc v3": lambda text: count_claude_text(text, "v3", after_mark=True),
        "tiktoken cl100k": lambda text: count_openai_text(text, "cl100k_base"),
        "ctok 4.8": lambda text: ctok.token_count(text, "4.8"),
        "ctok 3.0": lambda text: ctok.token_count(text, "3.0"),
    }
    for count in counters.values():
        count("Load the vocabulary: été, 文字.")
    mixes = {"mixed": KINDS, "code, prose, JSON": {prose: 1, code: 1, data: 1}}
    mixes |= {kind.__name__: {kind: 1} for kind in KINDS}
    print(f"{'':20}" + "".join(f"{name:>17}" for name in counters) + f"{'/ cl100k':>16}{'/ ctok':>14}")
    for mix, kinds in mixes.items():
        speeds: dict[str, list[float]] = {name: [] for name in counters}
        for _ in range(options.rounds):
            word = Words(rng)
            text = text_of(rng, word, options.megabytes, kinds)
            short = text_of(rng, word, options.megabytes * CTOK_SHARE, kinds)
            forget()
            for name, count in counters.items():
                body = short if name.startswith("ctok") else text
                speeds[name].append(len(body.encode()) / seconds(count, body) / 1e6)
        row = "".join(f"{statistics.median(speed):>12.2f} MB/s" for speed in speeds.values())
        v47, v3, cl100k, ctok48, ctok30 = speeds.values()
        ratios = [statistics.median(a / b for a, b in zip(ours, theirs, strict=True)) for ours, theirs in
                  ((v47, cl100k), (v3, cl100k), (v47, ctok48), (v3, ctok30))]  # fmt: skip
        print(
            f"{mix:20}{row}{ratios[0]:>9.1f} {ratios[1]:>6.1f}{ratios[2]:>7.0f} {ratios[3]:>6.0f}", flush=True
        )


if __name__ == "__main__":
    main()
