"""More than three hundred files that must not be taken, each with its name, its content and the flaw to be told."""

from __future__ import annotations

import itertools
import struct
import zipfile
import zlib
from collections.abc import Iterator

import pypdf
from pypdf.actions import JavaScript

from portal.common.file_flaws import Flaw
from tests.portal.common import good_files as good
from tests.portal.common.bad_packages import bad_packages

Case = tuple[str, str, bytes, Flaw]  # id, file name, content, what is told

ACTIVE_NAMES = [
    "JavaScript",
    "Launch",
    "EmbeddedFile",
    "EmbeddedFiles",
    "RichMedia",
    "XFA",
    "Rendition",
    "GoToE",
    "GoToR",
    "SubmitForm",
    "ImportData",
    "JS",
]
MISCALLED = {
    Flaw.ENDING: ["x.exe", "x.pdf.exe", "x.svg", "x.docm", "x.html", "x", "pdf", ".", "x.pdf ;.js", "x.pdf\x00.js"],
    Flaw.PHONE_PICTURE: ["x.heic", "x.AVIF"],
    Flaw.OLD_OFFICE: ["x.doc", "x.XLS", "x.wps"],
}
FOREIGN = {
    "executable": b"MZ\x90\x00\x03" + bytes(100),
    "elf": b"\x7fELF\x02\x01\x01" + bytes(100),
    "script": b"#!/bin/sh\nrm -rf /\n",
    "page": b"<!DOCTYPE html><script>alert(1)</script>",
    "vector picture": b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "text": "协议".encode(),
    "gif": b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
    "rar": b"Rar!\x1a\x07\x00" + bytes(50),
    "zip without an end": b"\x1f\x8b\x08\x00" + bytes(50),
    "zeros": bytes(4096),
    "one byte": b"%",
}


def bad_files() -> dict[str, list[Case]]:
    """The corpus by families."""
    return {
        "misnamed": list(_misnamed()),
        "truncated": list(_truncated()),
        "flipped": list(_flipped()),
        "foreign": list(_foreign()),
        "active pdfs": list(_active_pdfs()),
        "broken pdfs": list(_broken_pdfs()),
        "pictures": [*_bad_pngs(), *_bad_jpegs()],
        **bad_packages(),
    }


def _originals() -> dict[str, bytes]:
    return {
        "typst.pdf": good.typst_pdf(),
        "pypdf.pdf": good.pypdf_pdf(),
        "x.png": good.png(),
        "x.jpg": good.jpeg_of(),
        "x.docx": good.word(),
        "x.xlsx": good.excel(),
    }


def _misnamed() -> Iterator[Case]:
    endings = {".pdf": "pypdf.pdf", ".png": "x.png", ".jpeg": "x.jpg", ".docx": "x.docx", ".xlsx": "x.xlsx"}
    for ending, source in itertools.permutations(endings, 2):
        yield f"{source} as {ending}", f"x{ending}", _originals()[endings[source]], Flaw.MISNAMED
    for flaw, names in MISCALLED.items():
        for name in names:
            yield f"called {name!r}", name, good.pypdf_pdf(), flaw
    yield "phone's picture called jpg", "x.jpg", b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00", Flaw.PHONE_PICTURE
    for ending in ("docx", "xlsx", "pdf"):
        yield (
            f"old Office as {ending}",
            f"x.{ending}",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504),
            Flaw.OLD_OFFICE,
        )


def _truncated() -> Iterator[Case]:
    damaged = {"pdf": Flaw.PDF_DAMAGED, "png": Flaw.PICTURE_DAMAGED, "jpg": Flaw.PICTURE_DAMAGED}
    for name, content in _originals().items():
        flaw = damaged.get(name.rpartition(".")[2], Flaw.OFFICE_DAMAGED)
        yield f"{name} empty", name, b"", Flaw.EMPTY
        for part in range(1, 15):
            length = max(9, len(content.rstrip()) * part // 15)
            yield f"{name} cut at {part}/15", name, content[:length], flaw
        yield f"{name} without its last byte", name, content.rstrip()[:-1], flaw


def _flipped() -> Iterator[Case]:
    """Every bit of PNG and of a package's parts is under a checksum or told twice."""
    for name in ("x.png", "x.docx", "x.xlsx"):
        content = _originals()[name]
        flaw = Flaw.PICTURE_DAMAGED if name == "x.png" else Flaw.OFFICE_DAMAGED
        first = 60 if name == "x.png" else 200
        for step in range(8):
            place = first + (len(content) // 2 - first) * step // 8
            spoilt = content[:place] + bytes([content[place] ^ 0x40]) + content[place + 1 :]
            yield f"{name} flipped at {place}", name, spoilt, flaw


def _foreign() -> Iterator[Case]:
    for what, content in FOREIGN.items():
        for name in ("x.pdf", "x.png", "x.jpg", "x.docx", "x.xlsx"):
            yield f"{what} as {name}", name, content, Flaw.UNKNOWN
    archive = good.package_of({"evil.sh": b"rm -rf /"})
    for name, content in _originals().items():
        if name.endswith("x"):
            yield f"{name} before an archive", name, content + archive, Flaw.OFFICE_DAMAGED
            yield f"{name} before a page", name, content + FOREIGN["page"], Flaw.OFFICE_DAMAGED
            yield f"{name} behind a page", name, FOREIGN["page"] + content, Flaw.UNKNOWN
            continue
        told = Flaw.FOREIGN_DATA if not name.endswith("pdf") else Flaw.PDF_DAMAGED
        yield f"{name} before an archive", name, content + archive, told
        yield f"{name} before a program", name, content + FOREIGN["executable"], told
        yield f"{name} before a long program", name, content + FOREIGN["executable"] * 40, Flaw.FOREIGN_DATA
        yield f"{name} behind a page", name, FOREIGN["page"] + content, Flaw.UNKNOWN
    within = good.pdf_of([good.stream(archive)])
    yield "pdf around an archive", "x.pdf", within, Flaw.FOREIGN_DATA
    yield "jpeg around an archive", "x.jpg", good.jpeg_of(good.segment(0xFE, archive)), Flaw.FOREIGN_DATA
    yield "png around an archive", "x.png", good.png_of(good.chunk(b"zzzz", archive)), Flaw.FOREIGN_DATA
    for what in ("page", "vector picture"):
        comment = good.segment(0xFE, FOREIGN[what])
        yield f"jpeg with a {what}", "x.jpg", good.jpeg_of(comment), Flaw.FOREIGN_DATA
        text = good.chunk(b"tEXt", b"Comment\x00" + FOREIGN[what])
        yield f"png with a {what}", "x.png", good.png_of(text), Flaw.FOREIGN_DATA


def _active_pdfs() -> Iterator[Case]:
    for name in ACTIVE_NAMES:
        action = f"<</S/{name}/X(1)>>".encode()
        hexed = f"<</S/{''.join(f'#{ord(letter):02x}' for letter in name)} 1>>".encode()
        mixed = f"<</S/{name[:-1]}#{ord(name[-1]):02X}/X 1>>".encode()
        yield f"pdf {name}", "x.pdf", good.pdf_of([action]), Flaw.PDF_ACTIVE
        yield f"pdf {name} in hexadecimal", "x.pdf", good.pdf_of([hexed]), Flaw.PDF_ACTIVE
        yield f"pdf {name} half in hexadecimal", "x.pdf", good.pdf_of([mixed]), Flaw.PDF_ACTIVE
        yield f"pdf {name} packed", "x.pdf", good.pdf_of([good.packed_objects(b"<<>>", action)]), Flaw.PDF_ACTIVE
        unsaid = good.packed_objects(action, dictionary=b"/Filter/FlateDecode/Type 9 0 R")
        yield f"pdf {name} packed, unsaid", "x.pdf", good.pdf_of([unsaid]), Flaw.PDF_ACTIVE
        silent = good.stream(zlib.compress(b"%\n10 0 %\n" + action), b"/Filter/FlateDecode")
        yield f"pdf {name} packed, silent", "x.pdf", good.pdf_of([silent]), Flaw.PDF_ACTIVE
        far = good.packed_objects(b"(" + b"x" * 65530 + b")", action)
        yield f"pdf {name} packed, far", "x.pdf", good.pdf_of([far]), Flaw.PDF_ACTIVE
        if name != "JS":
            hidden = good.stream(action)
            yield f"pdf {name} in what looks like data", "x.pdf", good.pdf_of([hidden]), Flaw.PDF_ACTIVE
    for what, writer in _active_writers().items():
        yield f"pypdf: {what}", "x.pdf", good.written(writer), Flaw.PDF_ACTIVE
    for method in ("RC4-40", "RC4-128", "AES-128"):
        yield f"pdf trailer locked by {method}", "x.pdf", good.pdf_of([b"<</V 1>>"], b"/Encrypt 3 0 R"), Flaw.PDF_LOCKED
    yield "pdf locked, in hexadecimal", "x.pdf", good.pdf_of([], b"/#45ncrypt 3 0 R"), Flaw.PDF_LOCKED
    locked = pypdf.PdfWriter()
    locked.add_blank_page(9, 9)
    locked.encrypt("secret", algorithm="RC4-128")
    yield "pypdf: locked", "x.pdf", good.written(locked), Flaw.PDF_LOCKED


def _active_writers() -> dict[str, pypdf.PdfWriter]:
    script, attached = pypdf.PdfWriter(), pypdf.PdfWriter()
    for writer in (script, attached):
        writer.add_blank_page(9, 9)
    script.add_open_action(JavaScript("app.alert(1)"))
    attached.add_attachment("evil.exe", b"MZ")
    return {"script": script, "attachment": attached}


def _broken_pdfs() -> Iterator[Case]:
    plain = good.pdf_of([])
    spoilt = {
        "no version": plain.replace(b"%PDF-1.7", b"%PDF-x.y"),
        "of the future": plain.replace(b"%PDF-1.7", b"%PDF-9.0"),
        "no end": plain.replace(b"%%EOF", b""),
        "no table": plain.replace(b"startxref", b"startxxxx"),
        "table elsewhere": plain.replace(b"\nxref", b"\nnope"),
        "table behind the end": good.pdf_of([])[:-20] + b"startxref\n9999999\n%%EOF",
        "no root": plain.replace(b"/Root", b"/Boot"),
        "header only": b"%PDF-1.7\n%%EOF",
        "other packing": good.pdf_of([good.packed_objects(b"1", dictionary=b"/Type/ObjStm/Filter/LZWDecode")]),
        "two packings": good.pdf_of(
            [good.packed_objects(b"1", dictionary=b"/Type/ObjStm/Filter[/ASCIIHexDecode/FlateDecode]")]
        ),
        "two packings, other order": good.pdf_of(
            [good.packed_objects(b"1", dictionary=b"/Type/ObjStm/Filter[/FlateDecode/ASCIIHexDecode]")]
        ),
        "predicted": good.pdf_of(
            [good.packed_objects(b"1", dictionary=b"/Type/ObjStm/Filter/FlateDecode/DecodeParms<</Predictor 12>>")]
        ),
        "damaged objects": good.pdf_of(
            [good.stream(b"\x78\x9cgarbage", b"/Type/ObjStm/Filter/FlateDecode/N 1/First 4")]
        ),
        "bomb of objects": good.pdf_of([_object_bomb()]),
        "flood of streams": good.pdf_of([b"stream\n" * 50_001]),
    }
    for what, content in spoilt.items():
        yield f"pdf: {what}", "x.pdf", content, Flaw.PDF_DAMAGED


def _object_bomb() -> bytes:
    packer = zlib.compressobj(9)
    packed = packer.compress(b"10 0 ") + b"".join(packer.compress(b" " * 1_000_000) for _ in range(68)) + packer.flush()
    return good.stream(packed, b"/Type/ObjStm/Filter/FlateDecode/N 1/First 5")


def _bad_pngs() -> Iterator[Case]:
    for width, height in [(20_000, 20_000), (2**31 - 1, 1), (1, 40_000), (30_000, 4_001)]:
        yield f"png {width}×{height}", "x.png", good.png_of(width=width, height=height), Flaw.PICTURE_TOO_LARGE
    pixels, end = good.chunk(b"IDAT", b"x"), good.chunk(b"IEND")
    text_bomb = zlib.compress(bytes(5_000_000))
    plain = good.png_of()
    spoilt = {
        "no width": good.png_of(width=0),
        "no height": good.png_of(height=0),
        "depth": good.png_of(depth=7),
        "colour": good.png_of(colour=5),
        "second header": good.png_of(good.chunk(b"IHDR", struct.pack(">2I5B", 9, 9, 8, 0, 0, 0, 0))),
        "unknown critical chunk": good.png_of(good.chunk(b"EVIL")),
        "chunk of no letters": good.png_of(good.chunk(b"12#4")),
        "long chunk": good.png_of(struct.pack(">I", 2**31) + b"tEXt"),
        "no pixels": plain[:33] + end,
        "no end": plain[:-12],
        "no header": plain[:8] + pixels + end,
        "short header": plain[:8] + good.chunk(b"IHDR", b"abc") + pixels + end,
        "wrong checksum": plain[:-4] + b"abcd",
        "text bomb": good.png_of(good.chunk(b"zTXt", b"x\x00\x00" + text_bomb)),
        "profile bomb": good.png_of(good.chunk(b"iCCP", b"x\x00\x00" + text_bomb)),
        "international text bomb": good.png_of(good.chunk(b"iTXt", b"x\x00\x01\x00\x00\x00" + text_bomb)),
        "text not packed": good.png_of(good.chunk(b"zTXt", b"x\x00\x00garbage")),
        "flood of chunks": good.png_of(good.chunk(b"aaaa") * 20_001),
    }
    for what, content in spoilt.items():
        yield f"png: {what}", "x.png", content, Flaw.PICTURE_DAMAGED
    yield "png with a film behind", "x.png", good.png_of(rest=b"\x00\x00\x00\x18ftypmp42"), Flaw.FOREIGN_DATA


def _bad_jpegs() -> Iterator[Case]:
    def frame(width: int, height: int, depth: int = 8, components: int = 1) -> bytes:
        data = struct.pack(">BHHB", depth, height, width, components) + b"\x01\x11\x00" * components
        return good.segment(0xC0, data)

    for width, height in [(65_000, 65_000), (1, 30_001), (20_000, 6_001)]:
        yield f"jpeg {width}×{height}", "x.jpg", good.jpeg_of(frame=frame(width, height)), Flaw.PICTURE_TOO_LARGE
    normal = frame(1, 1)
    spoilt = {
        "no width": good.jpeg_of(frame=frame(0, 1)),
        "no height": good.jpeg_of(frame=frame(1, 0)),
        "depth": good.jpeg_of(frame=frame(1, 1, depth=9)),
        "components": good.jpeg_of(frame=frame(1, 1, components=7)),
        "short frame": good.jpeg_of(frame=good.segment(0xC0, b"\x08\x00")),
        "two frames": good.jpeg_of(frame=normal + normal),
        "no frame": good.jpeg_of(frame=b""),
        "no scan": good.jpeg_of(scan=b""),
        "no end": good.jpeg_of(end=b""),
        "start within": good.jpeg_of(b"\xff\xd8"),
        "segment of no length": good.jpeg_of(b"\xff\xe1\x00\x00"),
        "segment beyond the end": good.jpeg_of(b"\xff\xe1\xff\xff"),
        "bytes between segments": good.jpeg_of(b"abc"),
        "flood of scans": good.jpeg_of(scan=good.SCAN * 65),
        "start only": b"\xff\xd8\xff",
        **{f"frame {kind:x}": good.jpeg_of(frame=good.segment(kind, good.FRAME)) for kind in (0xC3, 0xC5, 0xC9, 0xCB)},
    }
    for what, content in spoilt.items():
        yield f"jpeg: {what}", "x.jpg", content, Flaw.PICTURE_DAMAGED
    yield "jpeg with a film behind", "x.jpg", good.jpeg_of() + b"\x00\x00\x00\x18ftypmp42", Flaw.FOREIGN_DATA
    yield "jpeg before half a jpeg", "x.jpg", good.jpeg_of() + good.jpeg_of()[:-9], Flaw.PICTURE_DAMAGED
    yield "jpeg before a stored archive", "x.jpg", good.jpeg_of() + _stored(), Flaw.FOREIGN_DATA


def _stored() -> bytes:
    return good.package_of({"a.txt": b"a"}, zipfile.ZIP_STORED)
