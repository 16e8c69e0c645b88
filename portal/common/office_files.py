"""Word and Excel files before any program reads them: no macro, no file within, nothing fetched from elsewhere.

Links that a person must click (web and mail addresses) are taken; what a program would fetch by itself is not.
No Django.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal
from xml.parsers import expat  # told below to refuse a DOCTYPE, hence every entity, and depth

from portal.common.file_flaws import FileRefused, Flaw
from portal.common.zip_files import Content, Member, read_directory, unpacked

OfficeKind = Literal["docx", "xlsx"]

LABELS: dict[OfficeKind, str] = {"docx": "Word (.docx)", "xlsx": "Excel (.xlsx)"}
OPENXML = "application/vnd.openxmlformats-officedocument."
MAIN_TYPES: dict[OfficeKind, str] = {
    "docx": f"{OPENXML}wordprocessingml.document.main+xml",
    "xlsx": f"{OPENXML}spreadsheetml.sheet.main+xml",
}
FOLDERS: dict[OfficeKind, str] = {"docx": "word/", "xlsx": "xl/"}
TYPES_PART, ROOT_LINKS = "[Content_Types].xml", "_rels/.rels"

DEPTH_MOST = 256
XML_MOST = 24 * 1024 * 1024  # about a million cells
XML_ENDINGS = {"xml", "rels", "vml"}
OTHER_ENDINGS = {"png", "jpg", "jpeg", "gif", "bmp", "tif", "tiff", "emf", "wmf", "wdp", "odttf", "fntdata", "sigs"}
PRINTER_SETTINGS = re.compile(r"xl/printersettings/printersettings\d*\.bin")
MACRO_SIGNS = ("vba", "macro", "activex", "customui", "webextension")
FILE_SIGNS = ("embeddings", "oleobject", "afchunk", "subdocument")
FETCHED_SIGNS = ("externallink", "connections", "querytable", "attachedtemplate")
CLICKED = re.compile(r"(?:https?://|mailto:)[^\\\s]*", re.IGNORECASE)
FIELD = "\x00"  # stands before each field's instruction: no XML can hold it
FETCHING_FIELDS = re.compile(
    rf"{FIELD}\s*(DDEAUTO|DDE|INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DATABASE|MACROBUTTON)\b", re.IGNORECASE
)


def check_office_file(content: Content, kind: OfficeKind) -> None:
    """Raise FileRefused unless this is a whole, plain document of that kind; reads each part once, in pieces."""
    members = read_directory(content)
    names = {member.name for member in members}
    if not {TYPES_PART, ROOT_LINKS} <= names:
        raise FileRefused(Flaw.OFFICE_DAMAGED, part=TYPES_PART)
    for member in members:
        _check_name(member.name, kind)
    _check_kind(_Part(content, next(member for member in members if member.name == TYPES_PART), kind), names, kind)
    if sum(member.size for member in members if _ending(member.name) in XML_ENDINGS) > XML_MOST:
        raise FileRefused(Flaw.OFFICE_TOO_LARGE)
    for member in members:
        if _ending(member.name) in XML_ENDINGS:
            _Part(content, member, kind)
        else:
            for _piece in unpacked(content, member):
                pass


def kind_of_office_file(content: Content) -> OfficeKind | None:
    """Which kind of document a zip file says it is by its folders; None if neither."""
    names = [member.name for member in read_directory(content)]
    for kind, folder in FOLDERS.items():
        if any(name.startswith(folder) for name in names):
            return kind
    return None


def _ending(name: str) -> str:
    return name.rpartition("/")[2].rpartition(".")[2].casefold()


def _check_name(name: str, kind: OfficeKind) -> None:
    plain = name.casefold()
    _check_signs(plain, name, kind)
    if name.endswith("/") or PRINTER_SETTINGS.fullmatch(plain):
        return
    if _ending(name) not in XML_ENDINGS | OTHER_ENDINGS:
        raise FileRefused(Flaw.OFFICE_EMBEDDED, part=name[:80])


def _check_signs(plain: str, name: str, kind: OfficeKind) -> None:
    """Refuse what a part's name, its type or a relationship's type (in small letters) says to be foreign or active."""
    if any(sign in plain for sign in MACRO_SIGNS):
        raise FileRefused(Flaw.OFFICE_MACRO, kind=LABELS[kind])
    if any(sign in plain for sign in FILE_SIGNS):
        raise FileRefused(Flaw.OFFICE_EMBEDDED, part=name[:80])
    if any(sign in plain for sign in FETCHED_SIGNS):
        raise FileRefused(Flaw.OFFICE_EXTERNAL, target=name[:80])


def _check_kind(types: _Part, names: set[str], kind: OfficeKind) -> None:
    """The one main part has the type of this kind, and lies in the file."""
    main = [part for part, content_type in types.overrides if content_type.endswith(".main+xml")]
    mine = [part for part, content_type in types.overrides if content_type == MAIN_TYPES[kind]]
    if len(main) != 1 or main != mine or main[0].removeprefix("/") not in names:
        raise FileRefused(Flaw.OFFICE_OTHER_KIND, kind=LABELS[kind])


class _Part:
    """An XML part, read and judged when made."""

    def __init__(self, content: Content, member: Member, kind: OfficeKind) -> None:
        self.name, self.kind = member.name, kind
        self.overrides: list[tuple[str, str]] = []  # part and type, of the list of types
        self._depth = 0
        self._in_field = False
        self._fields = [FIELD]
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._refuse_doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        if kind == "docx":
            parser.CharacterDataHandler = self._text
        try:
            for piece in unpacked(content, member):
                parser.Parse(piece, False)
            parser.Parse(b"", True)
        except FileRefused:
            raise
        except (expat.ExpatError, ValueError, LookupError):  # also of an encoding that does not exist
            raise FileRefused(Flaw.OFFICE_DAMAGED, part=member.name[:80]) from None
        if found := FETCHING_FIELDS.search("".join(self._fields)):
            raise FileRefused(Flaw.OFFICE_FIELD, field=found[1].upper())

    def _refuse_doctype(self, *_declaration: object) -> None:
        raise FileRefused(Flaw.OFFICE_DOCTYPE, part=self.name[:80])

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH_MOST:
            raise FileRefused(Flaw.OFFICE_DAMAGED, part=self.name[:80])
        judge = _JUDGES.get(name.rpartition(" ")[2])
        if judge is not None:
            judge(self, attributes)

    def _end(self, _name: str) -> None:
        self._depth -= 1
        self._in_field = False

    def _text(self, text: str) -> None:
        if self._in_field:
            self._fields.append(text)

    def judge_relationship(self, attributes: Mapping[str, str]) -> None:
        """Only a hyperlink may lead out of the file, and only to where a browser or mail program leads."""
        link_type = attributes.get("Type", "").casefold().rpartition("/")[2]
        target = attributes.get("Target", "")
        if attributes.get("TargetMode", "").casefold() == "external":
            if link_type != "hyperlink" or not CLICKED.fullmatch(target):
                raise FileRefused(Flaw.OFFICE_EXTERNAL, target=target[:80])
        elif not _stays_inside(self.name, target):
            raise FileRefused(Flaw.OFFICE_EXTERNAL, target=target[:80])
        _check_signs("activex" if link_type == "control" else link_type, target, self.kind)

    def judge_type(self, attributes: Mapping[str, str]) -> None:
        """A type of parts, or of one part."""
        content_type = attributes.get("ContentType", "")
        _check_signs(content_type.casefold(), attributes.get("PartName", content_type), self.kind)
        if "PartName" in attributes:
            self.overrides.append((attributes["PartName"], content_type))

    def judge_field(self, attributes: Mapping[str, str]) -> None:
        """A field's instruction; one field's may be spread over several elements."""
        self._in_field = True
        self._fields += [f"{FIELD}{value}{FIELD}" for name, value in attributes.items() if name.endswith(" instr")]

    def judge_field_mark(self, attributes: Mapping[str, str]) -> None:
        """Where a field begins or ends."""
        if "begin" in attributes.values():
            self._fields.append(FIELD)


_JUDGES = {
    "Relationship": _Part.judge_relationship,
    "Override": _Part.judge_type,
    "Default": _Part.judge_type,
    "instrText": _Part.judge_field,
    "fldSimple": _Part.judge_field,
    "fldChar": _Part.judge_field_mark,
}


def _stays_inside(part: str, target: str) -> bool:
    """Whether a relationship's target is a place in the file itself."""
    if set(target) & set("\\:") or target.startswith("//"):
        return False
    depth = 0 if target.startswith("/") else part.count("/") - 1  # links of word/x.xml lie in word/_rels/x.xml.rels
    for step in target.split("/"):
        depth += -1 if step == ".." else step not in ("", ".")
        if depth < 0:
            return False
    return True
