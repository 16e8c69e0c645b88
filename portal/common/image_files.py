"""JPEG and PNG pictures before any program reads them: whole, of a size that can be shown, and nothing else. No Django.

Only the frame around the pixels is read, never the pixels, so no picture can grow in memory.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator

from portal.common.file_flaws import FileRefused, Flaw
from portal.common.pdf_files import refuse_zip_within
from portal.common.zip_files import Content

PIXELS_MOST = 120_000_000  # a phone's 108 million; A3 at 600 dots per inch has 70
SIDE_MOST = 30_000
SCANS_MOST = 64  # of a progressive picture; each costs its reader a pass over all pixels
CHUNKS_MOST = 20_000
TEXT_MOST = 4 * 1024 * 1024  # unpacked, of one text or colour profile

PNG_START = b"\x89PNG\r\n\x1a\n"
PNG_CRITICAL = {b"IHDR", b"PLTE", b"IDAT", b"IEND"}
PNG_DEPTHS = {0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}  # by type of colour
JPEG_FRAMES = {0xC0, 0xC1, 0xC2}  # baseline, extended, progressive
JPEG_UNREADABLE = {0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF}  # what browsers do not show
JPEG_MARKER = re.compile(rb"\xff+([\x01-\xcf\xd8-\xfe])")
MARKUP = re.compile(rb"<(?:script|html|svg|!doctype|\?php)", re.IGNORECASE)
EMPTY_REST = re.compile(rb"[\x00\s]*\Z")
SNIFFED = 4096  # at least as much as any browser looks at to guess what a file is


def check_jpeg(content: Content) -> None:
    """Raise FileRefused unless this is a whole JPEG; a second picture behind it (a phone's depth map) is taken."""
    _refuse_foreign(content)
    place, pictures = 0, 0
    while content[place : place + 2] == b"\xff\xd8":
        place = _end_of_jpeg(content, place + 2)
        pictures += 1
    if not pictures:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    if not EMPTY_REST.match(content, place):
        raise FileRefused(Flaw.FOREIGN_DATA)


def _end_of_jpeg(content: Content, place: int) -> int:
    """The place behind the picture whose first segment begins at `place`."""
    sized, scans = False, 0
    while True:
        marker, place = _next_marker(content, place)
        if marker == 0xD9:
            if not scans:
                raise FileRefused(Flaw.PICTURE_DAMAGED)
            return place
        length = int.from_bytes(content[place : place + 2], "big")
        if length < 2 or place + length > len(content) or marker in JPEG_UNREADABLE or marker == 0xD8:
            raise FileRefused(Flaw.PICTURE_DAMAGED)
        if marker in JPEG_FRAMES:
            sized = _jpeg_frame(content[place : place + length], again=sized)
        scans += marker == 0xDA
        if scans > SCANS_MOST or (scans and not sized):
            raise FileRefused(Flaw.PICTURE_DAMAGED)
        place += length
        if marker == 0xDA:  # the pixels: up to the next marker that is none of theirs
            place = _start_of_marker(content, place)


def _next_marker(content: Content, place: int) -> tuple[int, int]:
    """The marker that must stand here, and the place behind it."""
    found = JPEG_MARKER.match(content, place)
    if found is None:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    return found[1][0], found.end()


def _start_of_marker(content: Content, place: int) -> int:
    found = JPEG_MARKER.search(content, place)
    if found is None:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    return found.start()


def _jpeg_frame(segment: bytes, *, again: bool) -> bool:
    """Check size and components of the one frame; returns True."""
    if again or len(segment) < 8:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    depth, height, width, components = struct.unpack_from(">BHHB", segment, 2)
    if depth not in (8, 12) or components not in (1, 3, 4) or len(segment) != 8 + 3 * components:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    _check_size(width, height)
    return True


def check_png(content: Content) -> None:
    """Raise FileRefused unless this is a whole PNG with nothing behind its end."""
    _refuse_foreign(content)
    if content[:8] != PNG_START:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    seen: list[bytes] = []
    end = 8
    for kind, data, behind in _chunks(content):
        end = behind
        if not seen:
            _png_header(kind, data)
        elif kind == b"IHDR" or (kind[:1].isupper() and kind not in PNG_CRITICAL):
            raise FileRefused(Flaw.PICTURE_DAMAGED)
        _check_packed_text(kind, data)
        seen.append(kind)
    if seen[-1:] != [b"IEND"] or b"IDAT" not in seen:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    if not EMPTY_REST.match(content, end):
        raise FileRefused(Flaw.FOREIGN_DATA)


def _chunks(content: Content) -> Iterator[tuple[bytes, bytes, int]]:
    """Each chunk's kind, data and the place behind it, up to the one that ends the picture."""
    place = 8
    for _number in range(CHUNKS_MOST):
        head = content[place : place + 8]
        if len(head) < 8:
            raise FileRefused(Flaw.PICTURE_DAMAGED)
        length, kind = int.from_bytes(head[:4], "big"), head[4:]
        data, told = content[place + 8 : place + 8 + length], content[place + 8 + length : place + 12 + length]
        if not kind.isalpha() or len(told) < 4 or zlib.crc32(data, zlib.crc32(kind)) != int.from_bytes(told, "big"):
            raise FileRefused(Flaw.PICTURE_DAMAGED)
        place += 12 + length
        yield kind, data, place
        if kind == b"IEND":
            return
    raise FileRefused(Flaw.PICTURE_DAMAGED)


def _png_header(kind: bytes, data: bytes) -> None:
    if kind != b"IHDR" or len(data) != 13:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    width, height, depth, colour, packing, filtering, interlaced = struct.unpack(">2I5B", data)
    if depth not in PNG_DEPTHS.get(colour, ()) or packing or filtering or interlaced > 1:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    _check_size(width, height)


def _check_packed_text(kind: bytes, data: bytes) -> None:
    """Text and profiles are packed: their readers unpack them whole."""
    if kind in (b"zTXt", b"iCCP"):
        packed = data.partition(b"\x00")[2][1:]
    elif kind == b"iTXt" and data.partition(b"\x00")[2][:1] == b"\x01":
        packed = data.partition(b"\x00")[2][2:].partition(b"\x00")[2].partition(b"\x00")[2]
    else:
        return
    inflater = zlib.decompressobj()
    try:
        inflater.decompress(packed, TEXT_MOST)
    except zlib.error:
        raise FileRefused(Flaw.PICTURE_DAMAGED) from None
    if not inflater.eof:
        raise FileRefused(Flaw.PICTURE_DAMAGED)


def _check_size(width: int, height: int) -> None:
    if not width or not height:
        raise FileRefused(Flaw.PICTURE_DAMAGED)
    if width * height > PIXELS_MOST or max(width, height) > SIDE_MOST:
        raise FileRefused(
            Flaw.PICTURE_TOO_LARGE, width=str(width), height=str(height), most=str(PIXELS_MOST // 1_000_000)
        )


def _refuse_foreign(content: Content) -> None:
    """A picture that is a web page or an archive as well."""
    refuse_zip_within(content)
    if MARKUP.search(content[:SNIFFED]):
        raise FileRefused(Flaw.FOREIGN_DATA)
