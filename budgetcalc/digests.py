"""Digests of small contents, without what they need not load."""

from __future__ import annotations


def sha256_of(content: bytes) -> str:
    """Return the SHA-256 of some bytes, in hexadecimal."""
    try:
        # `hashlib` loads OpenSSL first, which takes longer than reading the price table.
        from _sha2 import sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256
    return str(sha256(content).hexdigest())


def short_digest(content: bytes, size: int) -> bytes:
    """Return a BLAKE2b digest of ``size`` bytes."""
    try:
        from _blake2 import blake2b  # as above
    except ImportError:
        from hashlib import blake2b
    return bytes(blake2b(content, digest_size=size).digest())
