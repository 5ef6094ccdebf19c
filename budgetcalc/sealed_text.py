"""How many bytes of text are sealed in a signature, in redacted thinking or in encrypted search results.

The API hands such text back as base64 of a small protobuf message: field 2 holds a header, two nonces and, as its
field 5, the ciphertext, which is the text's UTF-8 bytes and a tag of 16. Field 3 tells whether the text is in it: on
Claude 3.7 a visible thinking's signature holds 13 bytes whatever the thinking was. Measured: on Claude 4 to 4.6 the
sealed bytes equal those of the thinking that stands beside it wherever that is billed as it stands (260 signatures of
8 repositories, 28 more but for a byte or two), and differ from it where it is a summary.

Nothing is decrypted: only lengths are read.
"""

from __future__ import annotations

import binascii
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

TAG_BYTES = 16
"""Authentication tag at the end of the ciphertext."""

LONGEST_VARINT = 10
"""Bytes of the largest number protobuf writes."""

_ENVELOPE, _KIND, _CIPHERTEXT = 2, 3, 5
_KIND_WITHOUT_TEXT = 2
_VARINT, _BYTES = 0, 2


def sealed_bytes(sealed: str) -> int | None:
    """Return the bytes of the text sealed in base64 data; ``None`` where it holds none or is of another form."""
    try:
        raw = binascii.a2b_base64(sealed, strict_mode=True)
        outer = dict(_fields(raw))
        envelope = outer.get(_ENVELOPE)
        if not isinstance(envelope, bytes) or outer.get(_KIND, _KIND_WITHOUT_TEXT) == _KIND_WITHOUT_TEXT:
            return None
        ciphertext = dict(_fields(envelope)).get(_CIPHERTEXT)
    except (binascii.Error, ValueError):
        return None
    return max(0, len(ciphertext) - TAG_BYTES) if isinstance(ciphertext, bytes) else None


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Yield the number and value of each field of a protobuf message.

    Raises:
        ValueError: the bytes are no such message.
    """
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        value, at = _varint(message, at)
        if key & 7 == _VARINT:
            yield key >> 3, value
        elif key & 7 == _BYTES and at + value <= len(message):
            yield key >> 3, message[at : at + value]
            at += value
        else:
            raise ValueError("not a message of numbers and bytes")


def _varint(message: bytes, at: int) -> tuple[int, int]:
    value = 0
    for index, byte in enumerate(message[at : at + LONGEST_VARINT]):
        value |= (byte & 0x7F) << (7 * index)
        if byte < 0x80:
            return value, at + index + 1
    raise ValueError("a number does not end")
