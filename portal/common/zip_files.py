"""The directory of a zip file, read without trust: what it says must be what lies there, and nothing else may.

Only what an Office program writes is taken: one volume, no comment, stored or deflated parts one behind the other,
told the same by the directory and by the header before each part. So no two readers can see different files in it.
No Django.
"""

from __future__ import annotations

import mmap
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

from portal.common.file_flaws import FileRefused, Flaw

Content = bytes | mmap.mmap

PARTS_MOST = 1000
UNPACKED_MOST = 64 * 1024 * 1024
NAME_MOST = 255
CHUNK = 64 * 1024

END = struct.Struct("<4s4H2IH")
ENTRY = struct.Struct("<4s6H3I5H2I")
HEADER = struct.Struct("<4s5H3I2H")
STORED, DEFLATED = 0, 8
ENCRYPTED, DESCRIBED_BEHIND, UTF8 = 0x1, 0x8, 0x800
KNOWN_FLAGS = ENCRYPTED | 0x6 | DESCRIBED_BEHIND | UTF8
OTHER_NAMES = (0x7075, 0x6375)  # extra fields by which some readers take another name or note than the one told
DESCRIPTORS = (12, 16, 20, 24)  # bytes behind a part whose sizes were not known before it


@dataclass(frozen=True)
class Member:
    """A part as the directory tells it; its bytes begin at `start` and are `packed` long."""

    name: str
    flags: int
    method: int
    crc: int
    packed: int
    size: int
    header: int
    start: int = 0

    @property
    def end(self) -> int:
        """The place behind the last byte."""
        return self.start + self.packed


def read_directory(content: Content) -> list[Member]:
    """The parts in the order of their places; raises FileRefused for all that an Office program would not write."""
    if len(content) < END.size:
        raise _damaged("ZIP")
    end = len(content) - END.size
    signature, disk, first_disk, here, count, length, offset, comment = END.unpack_from(content, end)
    if signature != b"PK\x05\x06" or disk or first_disk or here != count or comment or offset + length != end:
        raise _damaged("ZIP")
    if count > PARTS_MOST:
        raise FileRefused(Flaw.OFFICE_TOO_LARGE)
    members = sorted(_entries(content, offset, end, count), key=lambda member: member.header)
    if sum(member.size for member in members) > UNPACKED_MOST:
        raise FileRefused(Flaw.OFFICE_TOO_LARGE)
    if len({member.name.casefold() for member in members}) < count:
        raise _damaged("ZIP")
    placed = [_placed(content, member) for member in members]
    _check_places(placed, offset)
    return placed


def unpacked(content: Content, member: Member) -> Iterator[bytes]:
    """A part's bytes in pieces of at most CHUNK; raises FileRefused if size or checksum are not as told."""
    count = crc = 0
    for piece in _pieces(content, member):
        count += len(piece)
        if count > member.size:
            raise _damaged(member.name)
        crc = zlib.crc32(piece, crc)
        yield piece
    if count != member.size or crc != member.crc:
        raise _damaged(member.name)


def _pieces(content: Content, member: Member) -> Iterator[bytes]:
    packed = (content[at : min(at + CHUNK, member.end)] for at in range(member.start, member.end, CHUNK))
    if member.method == STORED:
        yield from packed
        return
    inflater = zlib.decompressobj(-15)
    try:
        for piece in packed:
            yield inflater.decompress(piece, CHUNK)
            while inflater.unconsumed_tail:
                yield inflater.decompress(inflater.unconsumed_tail, CHUNK)
        yield from _rest(inflater)
    except zlib.error:
        raise _damaged(member.name) from None
    if not inflater.eof or inflater.unused_data:
        raise _damaged(member.name)


def _rest(inflater: zlib._Decompress) -> Iterator[bytes]:
    """What the inflater still holds when all has been read."""
    while piece := inflater.decompress(b"", CHUNK):
        yield piece


def _entries(content: Content, offset: int, end: int, count: int) -> Iterator[Member]:
    for _number in range(count):
        if offset + ENTRY.size > end:
            raise _damaged("ZIP")
        fields = ENTRY.unpack_from(content, offset)
        name_length, extra_length, comment_length, disk = fields[10:14]
        if fields[0] != b"PK\x01\x02" or disk or comment_length:
            raise _damaged("ZIP")
        name_end = offset + ENTRY.size + name_length
        _check_extra(content[name_end : name_end + extra_length])
        yield _member(content[offset + ENTRY.size : name_end], fields)
        offset = name_end + extra_length
    if offset != end:
        raise _damaged("ZIP")


def _member(name: bytes, fields: tuple[Any, ...]) -> Member:
    """The member of a directory's entry."""
    flags, method = fields[3:5]
    if flags & ENCRYPTED:
        raise FileRefused(Flaw.OFFICE_LOCKED)
    if flags & ~KNOWN_FLAGS or method not in (STORED, DEFLATED):
        raise _damaged("ZIP")
    try:
        text = name.decode("utf-8" if flags & UTF8 else "cp437")
    except UnicodeDecodeError:
        raise _damaged("ZIP") from None
    crc, packed, size = fields[7:10]
    if not _is_plain(text, size):
        raise _damaged("ZIP")
    return Member(text, flags, method, crc, packed, size, header=fields[16])


def _is_plain(name: str, size: int) -> bool:
    """Whether a name stays inside the file's own tree and means one thing to every reader."""
    folder, path = name.endswith("/"), name.removesuffix("/")
    return (
        0 < len(name) <= NAME_MOST
        and name.isprintable()
        and not set(name) & set('\\:*?"<>|')
        and all(step.strip(". ") for step in path.split("/"))
        and not (folder and size)
    )


def _placed(content: Content, member: Member) -> Member:
    """The member with the place of its bytes, from the header before them, which must tell the same."""
    if member.header + HEADER.size > len(content):
        raise _damaged(member.name)
    fields = HEADER.unpack_from(content, member.header)
    signature, _needs, flags, method, _time, _date, crc, packed, size, name_length, extra_length = fields
    at = member.header + HEADER.size
    name = content[at : at + name_length].decode("utf-8" if member.flags & UTF8 else "cp437", "replace")
    told = (crc, packed, size)
    meant = {(member.crc, member.packed, member.size)} | ({(0, 0, 0)} if flags & DESCRIBED_BEHIND else set())
    if signature != b"PK\x03\x04" or (flags, method, name) != (member.flags, member.method, member.name):
        raise _damaged(member.name)
    if told not in meant:
        raise _damaged(member.name)
    start = at + name_length + extra_length
    _check_extra(content[at + name_length : start])
    return replace(member, start=start)


def _check_extra(extra: bytes) -> None:
    """Refuse further facts of a part that give it a second name."""
    place = 0
    while place + 4 <= len(extra):
        kind, length = struct.unpack_from("<2H", extra, place)
        if kind in OTHER_NAMES:
            raise _damaged("ZIP")
        place += 4 + length


def _check_places(members: list[Member], directory: int) -> None:
    """Parts lie one behind the other from the first byte to the directory: none within another, nothing between."""
    place = 0
    for member, following in zip(members, [*(member.header for member in members[1:]), directory], strict=True):
        gap = following - member.end
        allowed = DESCRIPTORS if member.flags & DESCRIBED_BEHIND else (0,)
        if member.header < place or gap not in allowed:
            raise _damaged(member.name)
        place = following
    if members and members[0].header:
        raise FileRefused(Flaw.FOREIGN_DATA)


def _damaged(part: str) -> FileRefused:
    return FileRefused(Flaw.OFFICE_DAMAGED, part=part[:80])
