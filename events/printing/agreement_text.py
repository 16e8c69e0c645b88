"""From the facts of an agreement to all its words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from events.printing import general_clauses as general
from events.printing.annexes import majors_annex, payments_annex
from events.printing.articles import articles
from events.printing.voice import Voice
from events.printing.wording import (
    AGREEMENT_LABELS,
    SAMPLE_MARK,
    SIDES,
    WATERMARK,
    page_words,
    version_label,
)

if TYPE_CHECKING:
    from events.printing.context import AgreementDocument, Party


def agreement_words(document: AgreementDocument) -> dict[str, Any]:
    """Return all that the agreement templates print; the same for Word and PDF."""
    language = document.language
    voice = Voice(language, len(document.parties))
    parties = [_party_words(party, voice) for party in document.parties]
    return {
        "language": language,
        "labels": dict(AGREEMENT_LABELS[language]),
        "page_words": list(page_words(language)),
        "watermark": WATERMARK[language] if document.sample else "",
        "sample_mark": SAMPLE_MARK[language] if document.sample else "",
        "number": document.number,
        "version": version_label(document.version, language),
        "kind": document.kind_label,
        "title": document.title,
        "parties": parties,
        "party_rows": [parties[first : first + 2] for first in range(0, len(parties), 2)],
        "preamble": _preamble(document, voice),
        "articles": articles(document, voice),
        "majors": majors_annex(document, voice),
        "payments": payments_annex(document, voice),
    }


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
        "uscc": party.uscc,
        "address": party.address,
        "representative_label": AGREEMENT_LABELS[voice.language][representative],
        "representative": party.representative,
        "signatory": party.signatory,
        "post": party.signatory_post,
        "signed_on": voice.day_or_room(party.signed_on),
    }


def _preamble(document: AgreementDocument, voice: Voice) -> str:
    origin = document.origin
    if origin is None:
        return voice.say(general.PREAMBLE, origin="")
    meeting = voice.either(f"（{origin.meeting}）", f" ({origin.meeting})") if origin.meeting else ""
    talks = voice.say(general.PREAMBLE_ORIGIN, fair=origin.fair, meeting=meeting)
    return voice.say(general.PREAMBLE, origin=talks)
