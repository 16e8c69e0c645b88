"""Files as people's programs make them, and the means to spoil them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from functools import cache
from typing import Any

import docx
import pypdf
import segno
import typst
import xlsxwriter


@cache
def typst_pdf() -> bytes:
    return bytes(typst.compile(b"= Agreement\nA page. #pagebreak() Another."))


@cache
def pypdf_pdf() -> bytes:
    writer = pypdf.PdfWriter()
    writer.add_blank_page(200, 200)
    return written(writer)


def written(writer: Any) -> bytes:
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue()


def pdf_of(objects: list[bytes], trailer: bytes = b"", header: bytes = b"%PDF-1.7\n") -> bytes:
    """A PDF of a catalog (object 1), a tree of no pages (2) and these further objects; its table is right."""
    parts = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>", *objects]
    body, places = header, []
    for number, part in enumerate(parts, start=1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
    table += b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, trailer, len(body))
    return body + table + end


def stream(content: bytes, dictionary: bytes = b"") -> bytes:
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (dictionary, len(content), content)


def packed_objects(*objects: bytes, dictionary: bytes = b"/Type/ObjStm/Filter/FlateDecode") -> bytes:
    """A stream with objects 10, 11 … packed in it."""
    places, body = b"", b""
    for number, item in enumerate(objects, start=10):
        places += b"%d %d " % (number, len(body))
        body += item + b"\n"
    facts = b"%s/N %d/First %d" % (dictionary, len(objects), len(places))
    return stream(zlib.compress(places + body), facts)


@cache
def png() -> bytes:
    file = io.BytesIO()
    segno.make("https://example.org/v/1").save(file, kind="png", scale=4)
    return file.getvalue()


def chunk(kind: bytes, data: bytes = b"") -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(data, zlib.crc32(kind)))


def png_of(
    *chunks: bytes, width: int = 2, height: int = 2, depth: int = 8, colour: int = 0, rest: bytes = b""
) -> bytes:
    """A grey PNG with these chunks before its pixels."""
    head = chunk(b"IHDR", struct.pack(">2I5B", width, height, depth, colour, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(b"\x00\x00\x00" * 2))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(chunks) + pixels + chunk(b"IEND") + rest


def segment(marker: int, data: bytes) -> bytes:
    return bytes([0xFF, marker]) + struct.pack(">H", len(data) + 2) + data


FRAME = struct.pack(">BHHB", 8, 1, 1, 1) + b"\x01\x11\x00"
TABLES = segment(0xDB, b"\x00" + b"\x01" * 64) + segment(0xC4, b"\x00" + b"\x01" + b"\x00" * 15 + b"\x00")
SCAN = segment(0xDA, b"\x01\x01\x00\x00\x3f\x00") + b"\x3f\xff\x00\x2a"


def jpeg_of(
    *segments: bytes, frame: bytes = segment(0xC0, FRAME), scan: bytes = SCAN, end: bytes = b"\xff\xd9"
) -> bytes:
    """A grey JPEG of one pixel with these segments at its front."""
    return (
        b"\xff\xd8"
        + segment(0xE0, b"JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00")
        + b"".join([*segments, TABLES, frame, scan, end])
    )


@cache
def word() -> bytes:
    document = docx.Document()
    document.add_paragraph("协议正文 with words")
    document.add_table(2, 2)
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


@cache
def excel() -> bytes:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet("名单")
        sheet.write_row(0, 0, ["school", "people", 3.5])
        sheet.write_url(1, 0, "https://example.org/")
    return file.getvalue()


@cache
def parts_of(package: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as file:
        return {name: file.read(name) for name in file.namelist()}


def package_of(parts: dict[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return file.getvalue()


def with_parts(package: bytes, **changed: bytes | None) -> bytes:
    """A package with parts added or changed (None: taken out); `__` in a key stands for / and `_dot_` for a dot."""
    parts = dict(parts_of(package))
    for key, content in changed.items():
        name = key.replace("__", "/").replace("_dot_", ".")
        if content is None:
            del parts[name]
        else:
            parts[name] = content
    return package_of(parts)


def with_part(package: bytes, name: str, content: bytes) -> bytes:
    """A package with one part added or changed."""
    return package_of({**parts_of(package), name: content})


def with_text(package: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """A package with a text in one of its parts replaced, which must be there."""
    content = parts_of(package)[name]
    assert old in content
    return with_part(package, name, content.replace(old, new, 1))


def with_link(
    package: bytes, link_type: str, target: str, *, external: bool = True, part: str = "word/document.xml"
) -> bytes:
    """A package with one more relationship of a part."""
    folder, _, name = part.rpartition("/")
    mode = ' TargetMode="External"' if external else ""
    kind = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{link_type}"
    link = f'<Relationship Id="rIdX" Type="{kind}" Target="{target}"{mode}/></Relationships>'
    return with_text(package, f"{folder}/_rels/{name}.rels", b"</Relationships>", link.encode())
