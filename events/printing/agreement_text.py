"""From the facts of an agreement to all its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.printing import general_clauses as general
from events.printing.annexes import majors_annex, payments_annex
from events.printing.articles import articles
from events.printing.formatting import format_amount
from events.printing.internship import internship_articles, student_words
from events.printing.qr import qr_svg
from events.printing.voice import Voice
from events.printing.wording import (
    AGREEMENT_LABELS,
    SAMPLE_MARK,
    SIDES,
    STATE_WATERMARKS,
    WATERMARK,
    page_words,
    version_label,
)

if TYPE_CHECKING:
    from events.printing.context import AgreementDocument, Party

SHORT_HASH = 12  # digits of the terms' hash in the page header


def agreement_words(document: AgreementDocument) -> dict[str, Any]:
    """Return all that the agreement templates print; the same for Word and PDF."""
    language = document.language
    with_student = document.kind == "internship"
    voice = Voice(language, len(document.parties) + with_student)
    parties = [_party_words(party, voice) for party in document.parties]
    return {
        "language": language,
        "labels": dict(AGREEMENT_LABELS[language]),
        "page_words": list(page_words(language)),
        "watermark": _watermark(document),
        "sample_mark": SAMPLE_MARK[language] if document.sample else "",
        "number": document.number,
        "version": version_label(document.version, language),
        "short_hash": document.terms_hash[:SHORT_HASH],
        "verify": _verification(document),
        "amount": "" if not document.total_yuan else format_amount(document.total_yuan, language),
        "kind": document.kind_label,
        "title": document.title,
        "parties": parties,
        "party_rows": [parties[first : first + 2] for first in range(0, len(parties), 2)],
        "student": student_words(voice) if with_student else None,
        "preamble": _preamble(document, voice),
        "articles": (internship_articles if with_student else articles)(document, voice),
        "majors": majors_annex(document, voice),
        "payments": payments_annex(document, voice),
    }


def _watermark(document: AgreementDocument) -> str:
    """Return the words behind the text: a sample is a sample first, whatever its state."""
    if document.sample:
        return WATERMARK[document.language]
    return STATE_WATERMARKS[document.state][document.language] if document.state in STATE_WATERMARKS else ""


def _verification(document: AgreementDocument) -> dict[str, str] | None:
    """Return the address that says whether these terms are in force, as text and as a code, and their whole hash."""
    if not document.verify_url:
        return None
    return {"url": document.verify_url, "hash": document.terms_hash, "qr": qr_svg(document.verify_url)}


def _party_words(party: Party, voice: Voice) -> dict[str, str]:
    """Return what the head of the agreement and the signature block print of a party."""
    role = voice.role(party.role)
    side = SIDES[party.side][voice.language] if party.side else ""
    short = party.short_name
    representative = "head" if party.side == "government" else "representative"
    return {
        "role": role,
        "label": role + (voice.either(f"（{side}）", f" ({side})") if side else ""),
        "name": party.name,
        "short": voice.either(f"（以下简称“{short}”）", f" (“{short}”)") if short else "",
        "own_number": party.own_number,
        "uscc": party.uscc,
        "address": party.address,
        "representative_label": AGREEMENT_LABELS[voice.language][representative],
        "representative": party.representative,
        "signatory": party.signatory,
        "post": party.signatory_post,
        "signed_on": voice.day_or_room(party.signed_on),
    }


def _preamble(document: AgreementDocument, voice: Voice) -> str:
    aim = voice.say(general.AIM[document.kind])
    origin = document.origin
    if origin is None:
        return voice.say(general.PREAMBLE, aim=aim, origin="")
    meeting = voice.either(f"（{origin.meeting}）", f" ({origin.meeting})") if origin.meeting else ""
    talks = voice.say(general.PREAMBLE_ORIGIN, fair=origin.fair, meeting=meeting)
    return voice.say(general.PREAMBLE, aim=aim, origin=talks)
