"""Ways around the gate that a review found: what one reader overlooks and another one acts on."""

from __future__ import annotations

import binascii
import struct
import zlib

import pytest
from django.core.files.base import ContentFile

from portal.common.file_flaws import Flaw
from portal.common.uploads import FileKind, UploadRefused, check_upload
from tests.portal.common import good_files as good

SCRIPT = b"10 0 <</S/JavaScript/JS(app.alert(1))>>"
HEXED = binascii.hexlify(zlib.compress(SCRIPT)) + b">"
PACKED_TWICE = b"/Filter[/ASCIIHexDecode/FlateDecode]/N 1/First 5"


def flaw_of(name: str, content: bytes) -> Flaw | None:
    kind = FileKind(name.rpartition(".")[2])
    try:
        check_upload(ContentFile(content, name), allowed=[kind], most_bytes=10_000_000)
    except UploadRefused as refused:
        return refused.flaw
    return None


@pytest.mark.parametrize(
    "dictionary",
    [
        b"/Type/ObjStm" + PACKED_TWICE + b"/Pad[" + b"1 " * 1500 + b"]",
        b"/Type/ObjStm" + PACKED_TWICE + b"/Note(endobj)",
        b"/Type/ObjStm" + PACKED_TWICE + b"/endobj 1",
        b"/Type/ObjStm" + PACKED_TWICE + b"%endobj\n",
        b"/Type/ObjStm/stream\n1/Pad[" + b"1 " * 1500 + b"]" + PACKED_TWICE,
        b"/Type/ObjStm" + PACKED_TWICE + b"/Note<656e646f626a>",
        PACKED_TWICE + b"/Note(endobj)",
    ],
)
def test_packed_objects_cannot_hide_how_they_are_packed(dictionary):
    assert flaw_of("x.pdf", good.pdf_of([good.stream(HEXED, dictionary)])) == Flaw.PDF_DAMAGED


def test_packed_objects_and_outlines_as_programs_write_them_are_taken():
    harmless = [
        good.packed_objects(b"<</A 1>>"),
        good.packed_objects(b"<</A 1>>", dictionary=b"/Type /ObjStm /Extends 9 0 R\r\n/Filter [/FlateDecode] "),
        b"<</Type/Outlines/First 7 0 R/Last 7 0 R/Count 1>>",
        good.stream(HEXED, b"/Subtype/Image/Filter[/ASCIIHexDecode/DCTDecode]/Note(a % of it)"),
    ]
    assert flaw_of("x.pdf", good.pdf_of(harmless)) is None


@pytest.mark.parametrize("kind", [0x7075, 0x6375])
@pytest.mark.parametrize("signature", [b"PK\x03\x04", b"PK\x01\x02"])
def test_part_with_a_second_name_is_refused(kind, signature):
    assert flaw_of("x.docx", _with_extra(good.word(), signature, struct.pack("<2H", kind, 6) + b"\x01evil!")) == (
        Flaw.OFFICE_DAMAGED
    )


@pytest.mark.parametrize("signature", [b"PK\x03\x04", b"PK\x01\x02"])
def test_part_with_room_to_grow_is_taken(signature):
    assert flaw_of("x.docx", _with_extra(good.word(), signature, struct.pack("<2H", 0xA028, 2) + b"\0\0")) is None


def _with_extra(content: bytes, signature: bytes, extra: bytes) -> bytes:
    """The package with an extra field in the last header of that kind, and all places told moved with it."""
    at = content.rindex(signature)
    length_at, head = (28, 30) if signature == b"PK\x03\x04" else (30, 46)
    name_length, extra_length = struct.unpack_from("<2H", content, at + length_at - 2)
    assert extra_length == 0
    spoilt = bytearray(content)
    struct.pack_into("<H", spoilt, at + length_at, len(extra))
    end = at + head + name_length
    spoilt[end:end] = extra
    field = 16 if signature == b"PK\x03\x04" else 12  # of the end: where the directory lies, or how long it is
    tail = len(spoilt) - 22
    told = struct.unpack_from("<I", spoilt, tail + field)[0]
    struct.pack_into("<I", spoilt, tail + field, told + len(extra))
    return bytes(spoilt)
