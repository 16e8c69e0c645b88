"""Invitations to a fair: a letter of one page for each organization, and its reply slip on the next."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

import segno

from events.printing.formatting import Language, format_date, format_period
from events.printing.letter_wording import LETTER_LABELS, WEEKDAYS
from events.printing.wording import SAMPLE_MARK, WATERMARK, page_words

ROOM_FOR_PEOPLE = 6  # rows of the slip


@dataclass(frozen=True, kw_only=True)
class Guest:
    """Who is invited, the address at which it answers, and who is known to come: (name, post) in the order of rank."""

    organization: str
    reply_url: str
    people: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class InvitationLetters:
    """The letters of a fair to some guests. Times are local to the fair; lines of `text` are its paragraphs."""

    template: ClassVar[str] = "letter"

    language: Language
    fair: str
    organizer: str
    starts_on: date
    ends_on: date
    venue: str
    registration_at: datetime
    registration_place: str
    contact: str
    issued_on: date
    guests: tuple[Guest, ...]
    theme: str = ""
    hosts: str = ""
    text: str = ""
    answers_due: date | None = None
    names_due: date | None = None
    sample: bool = False

    def of(self, guest: Guest) -> InvitationLetters:
        """The same letter to one guest alone."""
        return InvitationLetters(**{**self.__dict__, "guests": (guest,)})

    def as_dict(self) -> dict[str, Any]:
        """Return what the Typst template and the Word file print."""
        labels = LETTER_LABELS[self.language]
        return {
            "language": self.language,
            "page_words": list(page_words(self.language)),
            "watermark": WATERMARK[self.language] if self.sample else "",
            "sample_mark": SAMPLE_MARK[self.language] if self.sample else "",
            "labels": dict(labels),
            "title": f"{labels['title']} {self.fair}",
            "fair": self.fair,
            "organizer": self.organizer,
            "issued_on": format_date(self.issued_on, self.language),
            "paragraphs": self._paragraphs(),
            "facts": [list(fact) for fact in self._facts() if fact[1]],
            "note": labels["note"] if self.registration_at.date() != self.starts_on else "",
            "heads": labels["heads"].split("|"),
            "back": self._back(),
            "letters": [self._letter(guest) for guest in self.guests],
        }

    def _paragraphs(self) -> list[str]:
        own = [line.strip() for line in self.text.splitlines() if line.strip()]
        dates = format_period(self.starts_on, self.ends_on, self.language)
        usual = LETTER_LABELS[self.language]["opening"].format(dates=dates, venue=self.venue, fair=self.fair)
        return own or [usual]

    def _facts(self) -> Sequence[tuple[str, str]]:
        labels = LETTER_LABELS[self.language]
        return [
            (labels["fair"], self.fair),
            (labels["theme"], self.theme),
            (labels["hosts"], self.hosts),
            (labels["registration_at"], _moment(self.registration_at, self.language)),
            (labels["registration_place"], self.registration_place),
            (labels["meeting_days"], format_period(self.starts_on, self.ends_on, self.language)),
            (labels["venue"], self.venue),
            (labels["contact"], self.contact),
            (labels["answers_due"], self._date(self.answers_due)),
            (labels["names_due"], self._date(self.names_due)),
        ]

    def _date(self, day: date | None) -> str:
        return format_date(day, self.language) if day else ""

    def _back(self) -> str:
        labels = LETTER_LABELS[self.language]
        if self.answers_due:
            return labels["back"].format(due=self._date(self.answers_due), contact=self.contact)
        return labels["back_open"].format(contact=self.contact)

    def _letter(self, guest: Guest) -> dict[str, Any]:
        rows = [list(one) for one in guest.people]
        rows += [["", ""]] * max(1, ROOM_FOR_PEOPLE - len(rows))
        return {
            "organization": guest.organization,
            "salutation": LETTER_LABELS[self.language]["salutation"].format(guest.organization),
            "url": guest.reply_url,
            "qr": qr_svg(guest.reply_url),
            "people": rows,
        }


def qr_svg(text: str) -> str:
    """Return the QR code of a text as SVG, with the quiet zone around it."""
    file = io.BytesIO()
    segno.make(text, error="m").save(file, kind="svg", scale=4, border=2, xmldecl=False)
    return file.getvalue().decode()


def _moment(at: datetime, language: Language) -> str:
    """Return 2024年5月16日（星期四）15:00 or 16 May 2024 (Thursday) 15:00."""
    day, weekday = format_date(at.date(), language), WEEKDAYS[language][at.weekday()]
    return f"{day}（{weekday}）{at:%H:%M}" if language == "zh" else f"{day} ({weekday}) {at:%H:%M}"
