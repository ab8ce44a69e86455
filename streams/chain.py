"""The chain over the log: each fact is bound to the one before it, so that no old fact is changed, moved or taken out unseen.

    hash(0) = SHA-256("drumtower chain 1" | witnessed since)
    hash(n) = SHA-256(hash(n-1) | position | version | length of aggregate, topic, state | aggregate | topic | state)

Numbers are unsigned and big-endian, texts are UTF-8, `state` is the stored bytes as they are: nothing is read to be checked, so sealed data
verify whether or not their key is still there. Pure: a store of any kind keeps the hashes beside its facts, written with them.
"""

from __future__ import annotations

import hashlib
import re
import struct
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from streams.failures import ChainIsBroken

HASH_BYTES = 32

_ORIGIN = struct.Struct(">17sQ")
# Every length stands before the texts: no two facts have the same frame.
_FRAME = struct.Struct(">32sQQIIQ")
_NOTED = re.compile(r"(?P<position>\d{1,18}):(?P<hash>[0-9a-f]{64})", re.ASCII)


@dataclass(frozen=True, slots=True)
class Head:
    """The hash at one position. Who keeps a copy elsewhere can tell later whether the log up to there is still the same."""

    position: int
    hash: bytes

    def __str__(self) -> str:
        return f"{self.position}:{self.hash.hex()}"

    @classmethod
    def noted(cls, text: str) -> Head:
        """What `str` gave. Raises ValueError for anything else."""
        found = _NOTED.fullmatch(text.strip())
        if found is None:
            raise ValueError(f"{text.strip()[:100]!r} is not a head of a chain, such as 4711:{'9f' * 4}… with 64 hexadecimal digits.")
        return cls(int(found["position"]), bytes.fromhex(found["hash"]))


class Link(NamedTuple):
    """A fact as it is stored, and its hash."""

    position: int
    aggregate: str
    version: int
    topic: str
    state: bytes
    hash: bytes


def origin(witnessed_since: int) -> Head:
    """The head of an empty chain. It holds the position from which facts were hashed as they were written, so that nobody dates it back."""
    return Head(0, hashlib.sha256(_ORIGIN.pack(b"drumtower chain 1", witnessed_since)).digest())


def bind(previous: bytes, position: int, aggregate: str, version: int, topic: str, state: bytes) -> bytes:
    """The hash of a fact that follows on one whose hash is `previous`."""
    name, kind = aggregate.encode(), topic.encode()
    return hashlib.sha256(_FRAME.pack(previous, position, version, len(name), len(kind), len(state)) + name + kind + state).digest()


def walk(links: Iterable[Link], witnessed_since: int, *, noted: Collection[Head] = (), reached: int = 0) -> Head:
    """The head of these facts in their order, from the first. Raises ChainIsBroken at the first position that does not hold.

    `noted` are heads that were kept elsewhere, `reached` a position that the log is known to have had.
    """
    notes: dict[int, list[Head]] = {}
    for note in noted:
        notes.setdefault(note.position, []).append(note)
    head = origin(witnessed_since)
    held = _require_noted(head, notes, held=0)
    for link in links:
        if link.hash != _bound(head.hash, link):
            raise _broken(head.position, link)
        head = Head(link.position, link.hash)
        if notes:
            held = _require_noted(head, notes, held=held)
    _require_end(head, max([reached, *notes]))
    return head


def _bound(previous: bytes, link: Link) -> bytes | None:
    try:
        return bind(previous, *link[:5])
    except (AttributeError, TypeError, UnicodeEncodeError, struct.error):
        # A store may hold what no fact has, when somebody else has written to it: a version that is a text, a state that is none.
        return None


def _broken(before: int, link: Link) -> ChainIsBroken:
    holds_en = f"Positions 1 to {before} hold together." if before else "Nothing before it can be relied on either."
    holds_zh = f"位置 1 至 {before} 前后一致。" if before else "其前亦无可信内容。"
    if link.position > before + 1:
        return ChainIsBroken(
            before + 1,
            f"The chain breaks at position {before + 1}: it is missing, {link.position} is the next that there is. {holds_en}",
            f"哈希链在位置 {before + 1} 断开:该位置缺失,其后为 {link.position}。{holds_zh}",
        )
    return ChainIsBroken(
        link.position,
        f"The chain breaks at position {link.position} ({link.topic} of {link.aggregate}): "
        f"this fact or its hash is not what was written there. {holds_en}",
        f"哈希链在位置 {link.position}({link.aggregate} 的 {link.topic})断开:该事实或其哈希与写入时不符。{holds_zh}",
    )


def _require_noted(head: Head, notes: dict[int, list[Head]], *, held: int) -> int:
    """The newest noted position that holds."""
    if head.position not in notes:
        return held
    for note in notes.pop(head.position):
        if note.hash != head.hash:
            raise _rewritten(note, head, held)
    return head.position


def _rewritten(note: Head, head: Head, held: int) -> ChainIsBroken:
    was, now = note.hash.hex()[:16], head.hash.hex()[:16]
    return ChainIsBroken(
        note.position,
        f"The head noted at position {note.position} is {was}…, but the log has {now}… there: "
        f"facts after position {held} were rewritten, hashes and all.",
        f"位置 {note.position} 处留存的链头为 {was}…,日志现为 {now}…:位置 {held} 之后的事实连同哈希被改写。",
    )


def _require_end(head: Head, reached: int) -> None:
    if head.position < reached:
        raise ChainIsBroken(
            head.position + 1,
            f"The log ends at position {head.position}, but it has been at {reached}: the newest {reached - head.position} facts are gone.",
            f"日志止于位置 {head.position},但曾到过 {reached}:最新的 {reached - head.position} 条事实已丢失。",
        )
