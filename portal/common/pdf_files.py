"""PDF files before any program reads them: whole, readable without a password, and nothing in them acts by itself.

No PDF is parsed here: a reader can be led by a crafted file to see other objects than this module. So names that make a
file act are looked for everywhere, in every spelling, also in what looks like text or data, and in all that is packed
like objects. A page's own text is packed and not looked at. No Django.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator

from portal.common.file_flaws import FileRefused, Flaw
from portal.common.zip_files import Content

TAIL = 2048
ZIP_TAIL = 22 + 0xFFFF  # where a zip file's end can stand
DICTIONARY_MOST = 2048
STREAMS_MOST = 50_000
HEAD_OF_STREAM = 2048
OBJECTS_MOST = 64 * 1024 * 1024  # unpacked, all object streams together

ACTIVE = (
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
)


def _spelled(*names: str) -> str:
    """A pattern of names as PDF may write them: any character may be #xx."""

    def letter(character: str) -> str:
        code = f"{ord(character):02x}"
        return f"(?:{character}|#{code[0]}[{code[1]}{code[1].upper()}])"

    words = "|".join("".join(map(letter, name)) for name in names)
    return rf"/({words})(?=[\s\x00()<>\[\]{{}}/%]|\Z)"


HEADER = re.compile(rb"%PDF-[12]\.\d")
ENDING = re.compile(rb"startxref\s+(\d{1,10})\s+%%EOF[\s\x00]*\Z")
TABLE = re.compile(rb"xref\b|\d+\s+\d+\s+obj\b")
ACTIVE_NAME = re.compile(_spelled(*ACTIVE).encode())
SCRIPT_KEY = re.compile(_spelled("JS").encode())
ENCRYPT = re.compile(_spelled("Encrypt").encode())
ROOT = re.compile(_spelled("Root").encode())
STREAM = re.compile(rb"(?<!end)stream(?:\r\n|\n|\r)")
OBJECTS_DICTIONARY = re.compile((_spelled("ObjStm", "First")).encode())
# The only shape in which packed objects are taken: nothing in the dictionary can hide where it ends or what it says.
SIGN_OF_OBJECTS = re.compile(
    (_spelled("ObjStm") + "|" + _spelled("First") + r"[\s\x00]*[+-]?\d++(?![\s\x00]+\d+[\s\x00]+R)").encode()
)
PLAIN_OBJECTS = re.compile(
    rb"obj[\s\x00]*<<([^<>()%]{0,1000}(?:<<[^<>()%]{0,200}>>[^<>()%]{0,500})?)>>[\s\x00]{0,9}stream[\r\n]"
)
MISLEADING = re.compile(rb"endobj|stream")
PLAIN_FILTER = re.compile(rb"/Filter\s*(?:\[\s*)?/(?:FlateDecode|Fl)\s*(?:\]|/(?!\w*Decode)|>>|$)")
PREDICTED = re.compile(rb"/Predictor\s+(?!1\b)\d")
# What stands at the front of packed objects: pairs of whole numbers, then the first object; comments anywhere.
OBJECTS_HEAD = re.compile(rb"(?:[\s\x00]|%[^\r\n]*[\r\n])*(?:\d+(?:[\s\x00]|%[^\r\n]*[\r\n])+){2,}(?:<<|\[|/|\(|<)")


def check_pdf(content: Content) -> None:
    """Raise FileRefused unless the PDF is whole, unlocked and passive."""
    if not HEADER.match(content):
        raise FileRefused(Flaw.PDF_DAMAGED)
    ending = ENDING.search(content[-TAIL:])
    if ending is None:
        raise FileRefused(Flaw.FOREIGN_DATA if b"%%EOF" in content[-ZIP_TAIL:-TAIL] else Flaw.PDF_DAMAGED)
    table = int(ending[1])
    if table >= len(content) or not TABLE.search(content[max(0, table - 8) : table + 40]) or not ROOT.search(content):
        raise FileRefused(Flaw.PDF_DAMAGED)
    refuse_zip_within(content)
    if ENCRYPT.search(content):
        raise FileRefused(Flaw.PDF_LOCKED)
    _refuse_active(ACTIVE_NAME.search(content))
    _check_outside_of_streams(content)
    _check_dictionaries_of_objects(content)
    _check_packed_objects(content)


def refuse_zip_within(content: Content) -> None:
    """A file that is also a zip file is a way around every gate that looks at one of the two."""
    if b"PK\x05\x06" in content[-ZIP_TAIL:]:
        raise FileRefused(Flaw.FOREIGN_DATA)


def _refuse_active(found: re.Match[bytes] | None) -> None:
    if found is not None:
        name = re.sub(rb"#([0-9A-Fa-f]{2})", lambda code: bytes([int(code[1], 16)]), found[1])
        raise FileRefused(Flaw.PDF_ACTIVE, what=name.decode("latin-1"))


def _check_outside_of_streams(content: Content) -> None:
    """Two letters come up in packed data by chance, so the key of a script is looked for outside of it only."""
    place = 0
    for start in STREAM.finditer(content):
        if start.start() >= place:
            _refuse_active(SCRIPT_KEY.search(content[place : start.start()]))
            end = content.find(b"endstream", start.end())
            place = len(content) if end < 0 else end
    _refuse_active(SCRIPT_KEY.search(content[place:]))


def _check_dictionaries_of_objects(content: Content) -> None:
    """Whatever says that objects are packed stands in a short plain dictionary right before its stream.

    A string, a comment or padding there could keep `_tells_objects` from seeing how they are packed.
    """
    plain = [
        found.span(1)
        for found in PLAIN_OBJECTS.finditer(content)
        if not MISLEADING.search(content, found.start(1), found.end(1))
    ]
    number = 0
    for sign in SIGN_OF_OBJECTS.finditer(content):
        while number < len(plain) and plain[number][1] < sign.end():
            number += 1
        if number == len(plain) or sign.start() < plain[number][0]:
            raise FileRefused(Flaw.PDF_DAMAGED)


def _check_packed_objects(content: Content) -> None:
    budget = OBJECTS_MOST
    for number, start in enumerate(STREAM.finditer(content)):
        if number == STREAMS_MOST:
            raise FileRefused(Flaw.PDF_DAMAGED)
        told = _tells_objects(content, start.start())
        if not told and not _looks_like_objects(content, start.end()):
            continue
        text = b""
        for piece in _inflated(content, start.end(), strict=told):
            budget -= len(piece)
            if budget < 0:
                raise FileRefused(Flaw.PDF_DAMAGED)
            text = text[-64:] + piece  # a name may lie across two pieces
            _refuse_active(ACTIVE_NAME.search(text) or SCRIPT_KEY.search(text))


def _tells_objects(content: Content, place: int) -> bool:
    """Whether the dictionary before a stream says that objects are packed in it, in the one way that is taken."""
    window = content[max(0, place - DICTIONARY_MOST) : place]
    dictionary = window[max(window.rfind(b"endobj"), window.rfind(b"endstream"), 0) :]
    if not OBJECTS_DICTIONARY.search(dictionary):
        return False
    if b"/Filter" in dictionary or b"#" in dictionary:
        if not PLAIN_FILTER.search(dictionary) or PREDICTED.search(dictionary):
            raise FileRefused(Flaw.PDF_DAMAGED)
        return True
    return False  # not packed: its names were seen


def _looks_like_objects(content: Content, place: int) -> bool:
    """Whether what lies here unpacks to what could be objects, whatever its dictionary says."""
    head = content[place : place + 2]
    if len(head) < 2 or head[0] & 0x0F != 8 or int.from_bytes(head, "big") % 31:
        return False
    try:
        start = zlib.decompressobj().decompress(content[place : place + HEAD_OF_STREAM], HEAD_OF_STREAM)
    except zlib.error:
        return False
    return OBJECTS_HEAD.match(start) is not None or start.lstrip()[:1] == b"%"


def _inflated(content: Content, place: int, *, strict: bool) -> Iterator[bytes]:
    """What a packed stream holds, in pieces; damage refuses the file if `strict`, else ends the stream."""
    inflater, size = zlib.decompressobj(), 64 * 1024
    try:
        while not inflater.eof:
            packed = inflater.unconsumed_tail
            if not packed:
                packed, place = content[place : place + size], place + size
            if not packed:
                raise zlib.error
            yield inflater.decompress(packed, size)
    except zlib.error:
        if strict:
            raise FileRefused(Flaw.PDF_DAMAGED) from None
