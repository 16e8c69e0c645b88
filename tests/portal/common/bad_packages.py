"""Word and Excel files that must not be taken."""

from __future__ import annotations

import struct
from collections.abc import Iterator

from portal.common.file_flaws import Flaw
from tests.portal.common import good_files as good

Case = tuple[str, str, bytes, Flaw]

TYPES = "[Content_Types].xml"
BODY, SHEET = "word/document.xml", "xl/worksheets/sheet1.xml"
LAUGHS = b'<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
ENTITY = b'<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]>'


def bad_packages() -> dict[str, list[Case]]:
    """The corpus by families."""
    return {
        "directories": list(_bad_directories()),
        "parts": list(_bad_parts()),
        "links": list(_bad_links()),
        "fields": list(_bad_fields()),
        "xml": list(_bad_xml()),
        "other kinds": list(_wrong_kinds()),
    }


def _patched(content: bytes, signature: bytes, offset: int, form: str, value: int) -> bytes:
    """A package with a number changed in the first structure of that signature."""
    spoilt = bytearray(content)
    struct.pack_into(form, spoilt, content.index(signature) + offset, value)
    return bytes(spoilt)


def _bad_directories() -> Iterator[Case]:
    for name, content in (("x.docx", good.word()), ("x.xlsx", good.excel())):
        spoilt = {
            "comment": content[:-2] + struct.pack("<H", 4) + b"evil",
            "two volumes": _patched(content, b"PK\x05\x06", 4, "<H", 1),
            "count too small": _patched(content, b"PK\x05\x06", 10, "<H", 1),
            "count too large": _patched(_patched(content, b"PK\x05\x06", 10, "<H", 99), b"PK\x05\x06", 8, "<H", 99),
            "directory elsewhere": _patched(content, b"PK\x05\x06", 16, "<I", 7),
            "size told too small": _patched(content, b"PK\x01\x02", 24, "<I", 1),
            "size told too large": _patched(content, b"PK\x01\x02", 24, "<I", 1_000_000),
            "packed told too small": _patched(content, b"PK\x01\x02", 20, "<I", 10),
            "checksum told wrong": _patched(content, b"PK\x01\x02", 16, "<I", 10),
            "another packing": _patched(content, b"PK\x01\x02", 10, "<H", 12),
            "told stored": _patched(content, b"PK\x01\x02", 10, "<H", 0),
            "unknown flag": _patched(content, b"PK\x01\x02", 8, "<H", 0x2000),
            "header elsewhere": _patched(content, b"PK\x01\x02", 42, "<I", 5),
            "header beyond the end": _patched(content, b"PK\x01\x02", 42, "<I", 0x7FFFFFF0),
            "another name before the part": content.replace(b"[Content", b"[Kontent", 1),
            "another size before the part": _patched(content, b"PK\x03\x04", 22, "<I", 3),
            "hole before the directory": _with_hole(content),
            "same part twice": _twice(content),
            "parts one within the other": _nested(content),
        }
        for what, package in spoilt.items():
            yield f"{name}: {what}", name, package, Flaw.OFFICE_DAMAGED
        locked = _patched(content, b"PK\x01\x02", 8, "<H", 1)
        yield f"{name}: locked", name, locked, Flaw.OFFICE_LOCKED
        larger = _patched(content, b"PK\x01\x02", 24, "<I", 0xFFFFFFFF)
        yield f"{name}: size told endless", name, larger, Flaw.OFFICE_TOO_LARGE
        many = good.package_of({**good.parts_of(content), **{f"customXml/{n}.xml": b"<a/>" for n in range(1000)}})
        yield f"{name}: flood of parts", name, many, Flaw.OFFICE_TOO_LARGE
        bomb = good.with_part(content, "customXml/item1.xml", b"<a>" + b" " * (25 * 1024 * 1024) + b"</a>")
        yield f"{name}: bomb of text", name, bomb, Flaw.OFFICE_TOO_LARGE
        picture = {f"word/media/image{n}.png": bytes(33 * 1024 * 1024) for n in range(2)}
        yield f"{name}: bomb of pictures", name, _bomb(content, picture), Flaw.OFFICE_TOO_LARGE
    for path in [
        "../x.xml",
        "word/../../x.xml",
        "/etc/x.xml",
        "word//x.xml",
        "word/./x.xml",
        "C:/x.xml",
        "word\\x.xml",
    ]:
        yield f"path {path}", "x.docx", _renamed(path), Flaw.OFFICE_DAMAGED
    for path in [
        "word/x\n.xml",
        "word/x\u202e.xml",
        "word/\x01.xml",
        "word/<x>.xml",
        "word/x*.xml",
        "x" * 300 + ".xml",
    ]:
        yield f"path {path[:20]!r}", "x.docx", _renamed(path), Flaw.OFFICE_DAMAGED
    yield (
        "path of a null",
        "x.docx",
        _renamed("word/A.xml").replace(b"word/A.xml", b"word/\x00.xml"),
        Flaw.OFFICE_DAMAGED,
    )


def _renamed(path: str) -> bytes:
    return good.with_part(good.word(), path, b"<a/>")


def _bomb(content: bytes, parts: dict[str, bytes]) -> bytes:
    """As cheap as a bomb can be made: the sizes are told, the parts are not there."""
    small = good.package_of({**good.parts_of(content), **dict.fromkeys(parts, b"")})
    for name, part in parts.items():
        place = small.rindex(name.encode()) - 46
        spoilt = bytearray(small)
        struct.pack_into("<I", spoilt, place + 24, len(part))
        small = bytes(spoilt)
    return small


def _with_hole(content: bytes) -> bytes:
    """A package with bytes that no part owns."""
    directory = content.index(b"PK\x01\x02")
    spoilt = content[:directory] + b"hidden" + content[directory:]
    return _patched(spoilt, b"PK\x05\x06", 16, "<I", directory + 6)


def _twice(content: bytes) -> bytes:
    """A package whose directory tells a part twice, in other letters."""
    return good.with_part(content, "DOCPROPS/APP.XML", b"<a/>")


def _nested(content: bytes) -> bytes:
    """A package whose directory sends two names to the same bytes."""
    first = content.index(b"PK\x01\x02")
    second = content.index(b"PK\x01\x02", first + 4)
    spoilt = bytearray(content)
    struct.pack_into("<I", spoilt, second + 42, 0)
    return bytes(spoilt)


def _bad_parts() -> Iterator[Case]:
    word, excel = good.word(), good.excel()
    for path in ["word/vbaProject.bin", "word/vbaData.xml", "word/activeX/activeX1.xml", "customUI/customUI.xml"]:
        yield f"docx with {path}", "x.docx", good.with_part(word, path, b"<a/>"), Flaw.OFFICE_MACRO
    for path in ["xl/vbaProject.bin", "xl/macrosheets/sheet1.xml", "xl/webextensions/webextension1.xml"]:
        yield f"xlsx with {path}", "x.xlsx", good.with_part(excel, path, b"<a/>"), Flaw.OFFICE_MACRO
    for path in [
        "embeddings/oleObject1.bin",
        "embeddings/a.xlsx",
        "a.exe",
        "a.docx",
        "a.js",
        "a.bin",
        "a",
        "media/a.svg",
    ]:
        yield f"docx with {path}", "x.docx", good.with_part(word, f"word/{path}", b"<a/>"), Flaw.OFFICE_EMBEDDED
        yield f"xlsx with {path}", "x.xlsx", good.with_part(excel, f"xl/{path}", b"<a/>"), Flaw.OFFICE_EMBEDDED
    nested = good.package_of({"a": b"b"})
    yield "docx with an archive", "x.docx", good.with_part(word, "word/a.zip", nested), Flaw.OFFICE_EMBEDDED
    for path in ["xl/externalLinks/externalLink1.xml", "xl/connections.xml", "xl/queryTables/queryTable1.xml"]:
        yield f"xlsx with {path}", "x.xlsx", good.with_part(excel, path, b"<a/>"), Flaw.OFFICE_EXTERNAL
    for content_type, flaw in [
        ("application/vnd.ms-office.vbaProject", Flaw.OFFICE_MACRO),
        ("application/vnd.ms-office.activeX+xml", Flaw.OFFICE_MACRO),
        ("application/vnd.openxmlformats-officedocument.oleObject", Flaw.OFFICE_EMBEDDED),
    ]:
        default = f'<Default Extension="dat" ContentType="{content_type}"/></Types>'.encode()
        changed = good.with_text(word, TYPES, b"</Types>", default)
        yield f"docx with parts of {content_type}", "x.docx", changed, flaw


def _bad_links() -> Iterator[Case]:
    word, excel = good.word(), good.excel()
    for kind in ["image", "attachedTemplate", "frame", "video", "stylesheet", "header", "hyperlinks"]:
        for target in ["http://example.org/x", "file:///c:/x"]:
            linked = good.with_link(word, kind, target)
            yield f"docx {kind} from {target}", "x.docx", linked, Flaw.OFFICE_EXTERNAL
    for target in [
        "file:///etc/passwd",
        "\\\\host\\share\\x",
        "javascript:alert(1)",
        "ms-word:ofe|u|http://x",
        "//host/x",
    ]:
        linked = good.with_link(word, "hyperlink", target)
        yield f"docx hyperlink to {target}", "x.docx", linked, Flaw.OFFICE_EXTERNAL
    for target in ["../../../etc/passwd", "//host/share", "file:///etc/passwd", "..\\..\\x", "http://example.org/x"]:
        linked = good.with_link(word, "image", target, external=False)
        yield f"docx image within, {target}", "x.docx", linked, Flaw.OFFICE_EXTERNAL
    for kind, flaw in [
        ("oleObject", Flaw.OFFICE_EMBEDDED),
        ("aFChunk", Flaw.OFFICE_EMBEDDED),
        ("subDocument", Flaw.OFFICE_EMBEDDED),
        ("control", Flaw.OFFICE_MACRO),
        ("vbaProject", Flaw.OFFICE_MACRO),
    ]:
        linked = good.with_link(word, kind, "styles.xml", external=False)
        yield f"docx {kind} under a harmless name", "x.docx", linked, flaw
    for kind in ["image", "externalLinkPath"]:
        linked = good.with_link(excel, kind, "http://example.org/x", part="xl/workbook.xml")
        yield f"xlsx {kind} from elsewhere", "x.xlsx", linked, Flaw.OFFICE_EXTERNAL


def _bad_fields() -> Iterator[Case]:
    begin = b'<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
    for field in ["DDEAUTO", "DDE", "INCLUDEPICTURE", "INCLUDETEXT", "IMPORT", "LINK", "dDeAuTo", "MACROBUTTON"]:
        first, second = field[: len(field) // 2], field[len(field) // 2 :]
        plain = _instruction(f" {field} c:\\\\x ")
        split = _instruction(first) + _instruction(f"{second} x")
        simple = f'<w:fldSimple w:instr=" {field} x "><w:r><w:t>x</w:t></w:r></w:fldSimple>'.encode()
        for how, text in {"plain": begin + plain, "split": begin + split, "simple": simple}.items():
            spoilt = good.with_text(good.word(), BODY, b"<w:body>", b"<w:body><w:p>" + text + b"</w:p>")
            yield f"docx field {field} {how}", "x.docx", spoilt, Flaw.OFFICE_FIELD


def _instruction(text: str) -> bytes:
    return f"<w:r><w:instrText>{text}</w:instrText></w:r>".encode()


def _bad_xml() -> Iterator[Case]:
    for name, package, part in [("x.docx", good.word(), BODY), ("x.xlsx", good.excel(), SHEET)]:
        content = good.parts_of(package)[part]
        start = content.index(b"?>") + 2
        for what, doctype in {"laughs": LAUGHS, "entity": ENTITY, "doctype": b"<!DOCTYPE r>"}.items():
            spoilt = good.with_part(package, part, content[:start] + doctype + content[start:])
            yield f"{name} {what}", name, spoilt, Flaw.OFFICE_DOCTYPE
            other = good.with_part(package, "docProps/app.xml", doctype + b"<r/>")
            yield f"{name} {what} in its properties", name, other, Flaw.OFFICE_DOCTYPE
            wide = f"\ufeff{doctype.decode()}<r/>".encode("utf-16-le")
            hidden = good.with_part(package, "customXml/item9.xml", wide)
            yield f"{name} {what} in wide letters", name, hidden, Flaw.OFFICE_DOCTYPE
        damaged = {
            "half": content[: len(content) // 2],
            "no XML": b"hello",
            "empty": b"",
            "another encoding": content.replace(b"UTF-8", b"no-such", 1),
            "deep": b"<a>" * 300 + b"</a>" * 300,
            "control": b"<a>\x01</a>",
        }
        for what, spoilt_part in damaged.items():
            yield f"{name} part {what}", name, good.with_part(package, part, spoilt_part), Flaw.OFFICE_DAMAGED


def _wrong_kinds() -> Iterator[Case]:
    word, excel = good.word(), good.excel()
    main = b"wordprocessingml.document.main+xml"
    for other in [b"wordprocessingml.template.main+xml", b"presentationml.presentation.main+xml", b"nothing"]:
        yield (
            f"docx of type {other.decode()}",
            "x.docx",
            good.with_text(word, TYPES, main, other),
            Flaw.OFFICE_OTHER_KIND,
        )
    macro = (b"openxmlformats-officedocument." + main, b"ms-word.document.macroEnabled.main+xml")
    yield "docx of a type with macros", "x.docx", good.with_text(word, TYPES, *macro), Flaw.OFFICE_MACRO
    moved = good.with_text(word, TYPES, b"/word/document.xml", b"/word/elsewhere.xml")
    yield "docx without its main part", "x.docx", moved, Flaw.OFFICE_OTHER_KIND
    for package, name in ((word, "x.docx"), (excel, "x.xlsx")):
        for missing in (TYPES, "_rels/.rels"):
            parts = {part: content for part, content in good.parts_of(package).items() if part != missing}
            yield f"{name} without {missing}", name, good.package_of(parts), Flaw.OFFICE_DAMAGED
    yield "archive as docx", "x.docx", good.package_of({"a.txt": b"a"}), Flaw.UNKNOWN
    yield "slides as docx", "x.docx", good.package_of({"ppt/a.xml": b"<a/>", TYPES: b"<a/>"}), Flaw.UNKNOWN
    both = good.package_of({**good.parts_of(word), **good.parts_of(excel)})
    yield "both kinds in one", "x.xlsx", both, Flaw.MISNAMED
