"""What people may upload as scans, proofs and annexes: checked whole before anything is stored or any program reads it.

The name a person gave a file is for people: cleaned, shown, offered at the download. A file is stored as `stored_name`.
"""

from __future__ import annotations

import hashlib
import mmap
import re
import unicodedata
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from io import BytesIO, UnsupportedOperation
from typing import Any

from django.core.files.base import File
from django.utils.functional import lazystr
from django.utils.translation import gettext

from portal.common.errors import DomainError
from portal.common.file_flaws import FileRefused, Flaw
from portal.common.image_files import PNG_START, check_jpeg, check_png
from portal.common.office_files import check_office_file, kind_of_office_file
from portal.common.pdf_files import check_pdf
from portal.common.zip_files import Content

MEGABYTE = 1024 * 1024
NAME_MOST = 100  # characters, the ending included
NAME_BYTES_MOST = 200  # a file system takes 255


class FileKind(StrEnum):
    """The kinds of files that may be taken."""

    PDF = "pdf"
    JPEG = "jpeg"
    PNG = "png"
    DOCX = "docx"
    XLSX = "xlsx"

    @property
    def label(self) -> str:
        """What people call it; the same in every language."""
        return {FileKind.DOCX: "Word (.docx)", FileKind.XLSX: "Excel (.xlsx)"}.get(self, self.value.upper())

    @property
    def endings(self) -> tuple[str, ...]:
        """The endings of its names, the usual one first."""
        return (".jpg", ".jpeg") if self is FileKind.JPEG else (f".{self.value}",)

    @property
    def content_type(self) -> str:
        """Its media type."""
        return CONTENT_TYPES[self]


CONTENT_TYPES = {
    FileKind.PDF: "application/pdf",
    FileKind.JPEG: "image/jpeg",
    FileKind.PNG: "image/png",
    FileKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    FileKind.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
SCANS = frozenset({FileKind.PDF, FileKind.JPEG, FileKind.PNG})
DOCUMENTS = frozenset(FileKind)

CHECKS: dict[FileKind, Callable[[Content], None]] = {
    FileKind.PDF: check_pdf,
    FileKind.JPEG: check_jpeg,
    FileKind.PNG: check_png,
    FileKind.DOCX: lambda content: check_office_file(content, "docx"),
    FileKind.XLSX: lambda content: check_office_file(content, "xlsx"),
}
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
PHONE_PICTURE = re.compile(rb"....ftyp(?:hei|hev|mif1|msf1|avif)", re.DOTALL)


class UploadRefused(DomainError):
    """A file that is not taken; the text says what to do, `flaw` what it is."""

    def __init__(self, refused: FileRefused, *, field: str | None = None) -> None:
        super().__init__(lazystr_of(refused.flaw, refused.facts), field=field)
        self.flaw = refused.flaw


def lazystr_of(flaw: Flaw, facts: Mapping[str, str]) -> Any:
    """A flaw's sentence with its facts, in the language of whoever reads it."""
    return lazystr(_Sentence(flaw, facts))


@dataclass(frozen=True)
class _Sentence:
    flaw: Flaw
    facts: Mapping[str, str]

    def __str__(self) -> str:
        return gettext(self.flaw.value) % self.facts


@dataclass(frozen=True)
class CheckedFile:
    """A file that passed: `size` in bytes, `sha256` in hexadecimal digits, `name` as a person called it, cleaned."""

    kind: FileKind
    size: int
    sha256: str
    name: str
    content_type: str
    file: File[bytes] = field(repr=False, compare=False)

    @property
    def stored_name(self) -> str:
        """The name under which it is stored: nothing of what a person typed."""
        return f"{self.sha256}{self.kind.endings[0]}"


def check_upload(
    file: File[bytes], *, allowed: Collection[FileKind], most_bytes: int, form_field: str | None = None
) -> CheckedFile:
    """Return what the file is, opened at its first byte; raises UploadRefused, which says what to do.

    Ending, first bytes and inner structure must agree on one of the `allowed` kinds. A file on disk is read through
    the page cache and parts are unpacked in pieces: memory stays within a few megabytes whatever the file holds.
    """
    name = cleaned_name(file.name or "")
    try:
        kind = _kind_by_name(name, allowed)
        _check_size(file.size, most_bytes)
        with _content(file, most_bytes) as content:
            _check_size(len(content), most_bytes)
            _check_start(content, kind, name, allowed)
            CHECKS[kind](content)
            digest, size = hashlib.sha256(content).hexdigest(), len(content)
    except FileRefused as refused:
        raise UploadRefused(refused, field=form_field) from None
    file.seek(0)
    return CheckedFile(kind, size, digest, name, kind.content_type, file)


def cleaned_name(name: str) -> str:
    """A file's name fit to be shown and offered: no folders, no character that is not seen, at most NAME_MOST long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    seen = "".join(" " if character.isspace() else character for character in last)
    seen = "".join(character for character in seen if unicodedata.category(character)[0] != "C")
    plain = re.sub(r'[<>:"|?*]', "_", re.sub(r" +", " ", seen)).strip(" .")
    stem, dot, ending = plain.rpartition(".")
    if not dot:
        stem, ending = ending, ""
    ending = f".{ending}"[:12] if dot else ""
    stem = stem[: NAME_MOST - len(ending)].rstrip(" .")
    while len(f"{stem}{ending}".encode()) > NAME_BYTES_MOST:
        stem = stem[:-1]
    return f"{stem}{ending}"


def kinds_told(kinds: Collection[FileKind]) -> str:
    """Kinds for people, in the order of FileKind."""
    return " / ".join(kind.label for kind in FileKind if kind in kinds)


def _ending(name: str) -> str:
    return f".{name.rpartition('.')[2].lower()}" if "." in name else ""


def _kind_by_name(name: str, allowed: Collection[FileKind]) -> FileKind:
    for kind in FileKind:
        if kind in allowed and _ending(name) in kind.endings:
            return kind
    if _ending(name) in (".heic", ".heif", ".avif"):
        raise FileRefused(Flaw.PHONE_PICTURE, kinds=kinds_told(allowed))
    if _ending(name) in (".doc", ".xls", ".wps", ".et"):
        raise FileRefused(Flaw.OLD_OFFICE, kinds=kinds_told(allowed))
    raise FileRefused(Flaw.ENDING, kinds=kinds_told(allowed))


def _check_size(size: int, most: int) -> None:
    if not size:
        raise FileRefused(Flaw.EMPTY)
    if size > most:
        raise FileRefused(Flaw.TOO_LARGE, size=f"{size / MEGABYTE:.1f}", most=f"{most / MEGABYTE:g}")


def _check_start(content: Content, kind: FileKind, name: str, allowed: Collection[FileKind]) -> None:
    """The first bytes are those of the kind that the name tells."""
    found = _kind_by_start(content)
    if found is kind:
        return
    if found is not None:
        raise FileRefused(Flaw.MISNAMED, ending=_ending(name), kind=found.label)
    if content[:8] == OLD_OFFICE:
        raise FileRefused(Flaw.OLD_OFFICE, kinds=kinds_told(allowed))
    if PHONE_PICTURE.match(content):
        raise FileRefused(Flaw.PHONE_PICTURE, kinds=kinds_told(allowed))
    raise FileRefused(Flaw.UNKNOWN, ending=_ending(name), kinds=kinds_told(allowed))


def _kind_by_start(content: Content) -> FileKind | None:
    if content[:5] == b"%PDF-":
        return FileKind.PDF
    if content[:3] == b"\xff\xd8\xff":
        return FileKind.JPEG
    if content[:8] == PNG_START:
        return FileKind.PNG
    if content[:4] == b"PK\x03\x04":
        office = kind_of_office_file(content)
        return FileKind(office) if office else None
    return None


@contextmanager
def _content(file: File[bytes], most_bytes: int) -> Iterator[Content]:
    """The file's bytes: mapped if it lies on disk, its own if it lies in memory."""
    inner: Any = getattr(file, "file", file)
    if isinstance(inner, BytesIO):
        yield inner.getvalue()
        return
    try:
        inner.seek(0)  # also writes what is still held back
        mapped = mmap.mmap(inner.fileno(), 0, access=mmap.ACCESS_READ)
    except (UnsupportedOperation, AttributeError, ValueError):  # no file of the system, or an empty one
        file.seek(0)
        yield file.read(most_bytes + 1)
        return
    with mapped:
        yield mapped
