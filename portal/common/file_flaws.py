"""What can be wrong with a file that somebody sends, each told in a sentence that says what to do. No Django."""

from __future__ import annotations

from enum import Enum


def gettext_noop(text: str) -> str:
    """Mark a sentence for the catalogue; who shows it translates it."""
    return text


class Flaw(Enum):
    """Why a file is refused: an English sentence of the catalogue, with places for the facts."""

    EMPTY = gettext_noop("The file is empty. Choose it again.")
    TOO_LARGE = gettext_noop(
        "The file measures %(size)s MB; at most %(most)s MB are taken. Scan it at a lower resolution, or divide it."
    )
    ENDING = gettext_noop("Files of this kind are not taken here. Send one of these: %(kinds)s.")
    MISNAMED = gettext_noop(
        "The name ends in %(ending)s, but the content is %(kind)s. Save it again from the program it was made with."
    )
    UNKNOWN = gettext_noop(
        "The content is not what the ending %(ending)s says. Open the file, save it as %(kinds)s and send that."
    )
    OLD_OFFICE = gettext_noop(
        "The file has an old Office format or a password. Save it in the present format without a password: %(kinds)s."
    )
    PHONE_PICTURE = gettext_noop("The picture has a format that only some phones read. Save it as %(kinds)s.")
    PDF_DAMAGED = gettext_noop("The PDF is incomplete or damaged. Open it, print it into a new PDF and send that.")
    PDF_ACTIVE = gettext_noop(
        "The PDF holds something that acts by itself or a hidden file (%(what)s). Print it into a new one."
    )
    PDF_LOCKED = gettext_noop("The PDF is protected by a password. Save it without protection and send that.")
    PICTURE_DAMAGED = gettext_noop("The picture is incomplete or damaged. Open it, save it again and send that.")
    PICTURE_TOO_LARGE = gettext_noop(
        "The picture has %(width)s × %(height)s pixels; at most %(most)s million are taken. Make it smaller."
    )
    FOREIGN_DATA = gettext_noop("The file hides other data. Open it, save it under a new name and send that.")
    OFFICE_DAMAGED = gettext_noop(
        "The document is incomplete or damaged (%(part)s). Open it in Word or Excel, save it again and send that."
    )
    OFFICE_LOCKED = gettext_noop("The document is protected by a password. Save it without a password and send that.")
    OFFICE_TOO_LARGE = gettext_noop(
        "Unpacked, the document is too large. Make its pictures smaller, or divide it into several."
    )
    OFFICE_OTHER_KIND = gettext_noop("The document is not a plain %(kind)s file. Save it as %(kind)s and send that.")
    OFFICE_MACRO = gettext_noop("The document holds macros. Save it without macros as %(kind)s and send that.")
    OFFICE_EMBEDDED = gettext_noop(
        "The document holds another file (%(part)s). Put it in as a picture, or send it separately."
    )
    OFFICE_EXTERNAL = gettext_noop(
        "The document fetches something from elsewhere (%(target)s). Put it into the document instead of linking to it."
    )
    OFFICE_FIELD = gettext_noop(
        "The document has a field that fetches or starts something (%(field)s). Replace the field by its text."
    )
    OFFICE_DOCTYPE = gettext_noop(
        "The document was altered by a program that is not Office (%(part)s). Save it again in Word or Excel."
    )


class FileRefused(ValueError):
    """A file that is not taken: `flaw` says why, `facts` fills the places of its sentence."""

    def __init__(self, flaw: Flaw, **facts: str) -> None:
        self.flaw = flaw
        self.facts = facts
        super().__init__(flaw.value % facts)
