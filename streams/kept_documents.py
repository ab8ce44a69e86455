"""The documents of a view in bytes: what a keyframe holds, and the digest by which two views are compared. The same in every store."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Iterable, Sequence

import msgspec

from streams.views import Row

_kept = msgspec.json.Decoder(list[tuple[str, int, msgspec.Raw]])
_GONE = b"null"


def packed(rows: Sequence[tuple[str, int, bytes | None]]) -> bytes:
    """The rows of one keyframe; None: no longer shown."""
    raw = [(key, at, None if document is None else msgspec.Raw(document)) for key, at, document in rows]
    return zlib.compress(msgspec.json.encode(raw), 1)


def unpacked(parts: Iterable[tuple[int, bytes]]) -> tuple[int, dict[str, bytes]] | None:
    """The picture that a whole keyframe and those of what changed after it give (position, rows); None where there are none."""
    documents: dict[str, bytes] = {}
    found = 0
    for position, part in parts:
        found = position
        for key, _, raw in _kept.decode(zlib.decompress(part)):
            document = bytes(raw)
            if document == _GONE:
                documents.pop(key, None)
            else:
                documents[key] = document
    return (found, documents) if found else None


def digest_of(rows: Iterable[Row]) -> str:
    """SHA-256 over keys and JSON, in the order of the keys."""
    whole = hashlib.sha256()
    for key, _, document in rows:
        whole.update(key.encode() + b"\0" + document + b"\n")
    return whole.hexdigest()
