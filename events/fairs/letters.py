"""From the rows of a fair to its letters: the facts, the files and their names."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Delegate, Fair, Participation
from events.fairs.replies import token_of
from events.printing import render_pdf
from events.printing.letter import Guest, InvitationLetters
from events.printing.letter_word import letters_docx
from portal.common.errors import DomainError

LANGUAGES = {"zh-hans": "zh", "en": "en"}  # of the site → of the printing
FORMATS = ("pdf", "docx")
NOT_IN_NAMES = re.compile(r'[\x00-\x1f\\/:*?"<>|]+')


class LetterRefused(DomainError):
    """Something that every invitation states is missing."""


def letter_gaps(fair: Fair) -> list[str | Promise]:
    """What the fair does not say yet and a letter must, in words: delegates travel by it."""
    needed: list[tuple[object, str | Promise]] = [
        (fair.registration_at, _("when to register")),
        (fair.registration_place, _("where to register")),
        (fair.duty_contact, _("whom to call")),
        (fair.venue, _("the venue")),
    ]
    return [words for value, words in needed if not value]


def check_letter(fair: Fair) -> None:
    """LetterRefused names everything that is missing."""
    gaps = letter_gaps(fair)
    if gaps:
        raise LetterRefused(_("The letter lacks: %(gaps)s. Complete the fair first.") % {"gaps": _joined(gaps)})


def _joined(words: Sequence[str | Promise]) -> str:
    return ", ".join(map(str, words))


def guests_of(rows: Iterable[Participation], base_url: str) -> list[Guest]:
    """The guests of letters to participations, with the people named already; `organization` must be loaded.

    base_url: scheme and host of the site, without a slash at its end. One query.
    """
    parties = list(rows)
    people: dict[int, list[tuple[str, str]]] = {}
    named = Delegate.objects.filter(participation__in=parties).order_by("participation", "rank")
    for participation, name, post in named.values_list("participation", "name", "post"):
        people.setdefault(participation, []).append((name, post))
    return [
        guest(row.organization.legal_name, row.public_id, row.reply_serial, base_url, people.get(row.pk, []))
        for row in parties
    ]


def guest(name: str, public_id: UUID, serial: int, base_url: str, people: Sequence[tuple[str, str]] = ()) -> Guest:
    """One guest, whose row may not be stored yet."""
    url = base_url + reverse("fairs:reply", args=[token_of(public_id, serial)])
    return Guest(organization=name, reply_url=url, people=tuple(people))


def letters_of(fair: Fair, guests: Sequence[Guest], *, language: str, issued_on: date) -> InvitationLetters:
    """The letters in a language of the site; LetterRefused if the fair does not say enough. `organizer` loaded."""
    check_letter(fair)
    return InvitationLetters(
        language="en" if LANGUAGES.get(language) == "en" else "zh",
        fair=fair.name,
        theme=fair.theme,
        hosts=fair.hosts,
        organizer=fair.organizer.legal_name,
        starts_on=fair.starts_on,
        ends_on=fair.ends_on,
        venue=fair.venue,
        registration_at=timezone.localtime(fair.registration_at),  # checked just now
        registration_place=fair.registration_place,
        contact=fair.duty_contact,
        answers_due=fair.answers_due,
        names_due=fair.names_due,
        text=fair.letter,
        issued_on=issued_on,
        guests=tuple(guests),
        sample=fair.is_sample,
    )


def letter_file(letters: InvitationLetters, kind: str) -> bytes:
    """All letters in one file, "pdf" or "docx"."""
    return letters_docx(letters) if kind == "docx" else render_pdf(letters.template, letters.as_dict())


def letter_name(number: int, guest: Guest, kind: str) -> str:
    """001 full name.pdf — a name that every file system takes."""
    return f"{number:03d} {NOT_IN_NAMES.sub(' ', guest.organization).strip()[:80]}.{kind}"


def bundle(letters: InvitationLetters, progress: Callable[[int, int], None]) -> bytes:
    """A ZIP: all letters as one PDF to print, and each alone as PDF and Word to send.

    `progress` is told (done, total) after each guest and may raise to stop.
    """
    file = io.BytesIO()
    total = len(letters.guests) + 1
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("letters.pdf", render_pdf(letters.template, letters.as_dict()))
        progress(1, total)
        for number, one in enumerate(letters.guests, start=1):
            alone = letters.of(one)
            for kind in FORMATS:
                archive.writestr(f"{kind}/{letter_name(number, one, kind)}", letter_file(alone, kind))
            progress(number + 1, total)
    return file.getvalue()


def known_language(language: str) -> str:
    """The language if the site has it, else its first one."""
    return language if language in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
