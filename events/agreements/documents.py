"""From an agreement's rows to its paper: the facts that events.printing turns into Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events.agreements.facts import FundingFacts, HeadCountFacts, TermFacts
from events.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementText,
    PartyRole,
    Signature,
    TextStatus,
)
from events.agreements.models.agreement import VALID
from events.agreements.standard_texts import PURPOSES, TITLES, in_language, title_of
from events.agreements.terms import facts_of, total_of
from events.printing import AgreementDocument as Paper
from events.printing import CooperationTerm, Funding, HeadCount, Instalment, MajorRow, Origin, Party
from events.printing.context import AgreementKind as PrintKind
from events.printing.context import AgreementState, Role, Side
from portal.organizations.models import OrganizationKind
from portal.taxonomy.models import CooperationKind, EducationLevel, Major

HASH_DIGITS = 12  # of the terms' hash, as many as the page header of a paper shows
PrintLanguage = Literal["zh", "en"]
PRINT_LANGUAGES: Mapping[str, PrintLanguage] = {"zh-hans": "zh", "en": "en"}
PRINT_ROLES: Mapping[str, Role] = {
    PartyRole.FIRST: "甲方",
    PartyRole.SECOND: "乙方",
    PartyRole.THIRD: "丙方",
    PartyRole.FOURTH: "丁方",
    PartyRole.FIFTH: "戊方",
    PartyRole.SIXTH: "己方",
}
PRINT_SIDES: Mapping[str, Side] = {
    OrganizationKind.SCHOOL: "school",
    OrganizationKind.ENTERPRISE: "enterprise",
    OrganizationKind.GOVERNMENT: "government",
    OrganizationKind.ASSOCIATION: "association",
}


def paper_of(agreement: Agreement, text: AgreementText, language: str, base_url: str = "") -> Paper:
    """The paper of one text of an agreement in a language of the site; seven queries.

    Titles and purposes that are standard come out in that language, what people wrote as they wrote it. With the
    site's address (`base_url`, without a slash at its end) the paper bears the code that leads to its verification.
    DocumentDataError if the text contradicts itself, which no stored text does.
    """
    with translation.override(language):
        return _paper(agreement, text, language, base_url)


def text_to_print(agreement: Agreement, number: int | None = None) -> AgreementText:
    """The text of that number; without one the text being negotiated, else the valid one, else the last one.

    AgreementText.DoesNotExist for a number that the agreement does not have.
    """
    if number is not None:
        return agreement.texts.get(number=number)
    order = {TextStatus.OPEN: 0, TextStatus.CURRENT: 1}
    return min(agreement.texts.all(), key=lambda text: (order.get(TextStatus(text.status), 2), -text.number))


def state_of(agreement: Agreement, text: AgreementText) -> AgreementState:
    """What a paper of the text says of itself: a draft, approved by all, valid, replaced; nothing once it has ended."""
    if text.status == TextStatus.OPEN:
        return "draft" if text.with_party_id else "approved"
    if text.status == TextStatus.CURRENT:
        return "in_force" if agreement.status in VALID else ""
    return "superseded" if text.status == TextStatus.SUPERSEDED else "draft"


def verify_path(number: str, text: AgreementText) -> str:
    """Where anybody learns whether this text is in force; the first digits of the hash do."""
    return reverse("agreements:verify", args=[number, text.number, text.terms_hash[:HASH_DIGITS]])


def file_name(agreement: Agreement, language: str, format_: str, text_number: int = 1) -> str:
    """What the file is called on the reader's machine; later texts are told by their number."""
    title = in_language(agreement.title, TITLES[agreement.kind], language)
    version = f" v{text_number}" if text_number > 1 else ""
    return f"{agreement.number} {title}{version}.{format_}"


def _paper(agreement: Agreement, text: AgreementText, language: str, base_url: str) -> Paper:
    facts = facts_of(text.content)
    parties = list(agreement.parties.select_related("organization").order_by("position"))
    signatures = {row.party_id: row for row in text.signatures.all()}
    kinds = CooperationKind.objects.in_bulk([term.cooperation_kind for term in facts.terms])
    majors = Major.objects.in_bulk([row.major for term in facts.terms for row in term.headcounts if row.major])
    terms = sorted(facts.terms, key=lambda term: kinds[term.cooperation_kind].position)
    signed_by_all = len(signatures) == len(parties)
    return Paper(
        number=agreement.number,
        version=text.number,
        kind=_print_kind(agreement.kind),
        kind_label=str(AgreementKind(agreement.kind).label),
        title=in_language(facts.title, TITLES[agreement.kind], language) or title_of(agreement.kind, language),
        language=PRINT_LANGUAGES[language],
        parties=tuple(_party(party, signatures.get(party.pk)) for party in parties),
        purpose=in_language(facts.purpose, PURPOSES[agreement.kind], language),
        period_start=facts.starts_on,
        period_end=facts.ends_on,
        cooperation=tuple(_term(term, kinds[term.cooperation_kind], majors, language) for term in terms),
        funding=tuple(_funding(row) for row in facts.funding),
        total_yuan=total_of(facts) or None,
        place=facts.place,
        signed_on=max(row.signed_on for row in signatures.values()) if signed_by_all else None,
        origin=_origin(agreement),
        annex_majors=tuple(
            _major(row, majors[row.major], _name(kinds[term.cooperation_kind], language))
            for term in terms
            for row in term.headcounts
            if row.major and row.people
        ),
        sample=agreement.is_sample,
        terms_hash=text.terms_hash,
        state=state_of(agreement, text),
        verify_url=f"{base_url}{verify_path(agreement.number, text)}" if base_url else "",
    )


def _print_kind(kind: str) -> PrintKind:
    return AgreementKind(kind).value  # type: ignore[return-value]


def _name(kind: CooperationKind, language: str) -> str:
    return kind.name_en if language == "en" else kind.name


def _party(party: AgreementParty, signature: Signature | None) -> Party:
    organization = party.organization
    return Party(
        role=PRINT_ROLES[party.role],
        name=organization.legal_name,
        side=PRINT_SIDES.get(organization.kind, ""),
        own_number=party.own_number,
        uscc=organization.uscc or "",
        address=organization.address,
        signatory=signature.signatory if signature else party.signatory,
        signatory_post=signature.signatory_post if signature else party.signatory_post,
        signed_on=signature.signed_on if signature else None,
    )


def _term(term: TermFacts, kind: CooperationKind, majors: Mapping[str, Major], language: str) -> CooperationTerm:
    """People are planned by year and major; without people, the names of the majors are an obligation's line."""
    lines = [term.obligations]
    if term.majors and not term.headcounts:
        lines.insert(0, _("Majors concerned: %(majors)s.") % {"majors": term.majors})
    counts = tuple(
        HeadCount(year=row.year, major=majors[row.major].name if row.major else term.majors, people=row.people)
        for row in term.headcounts
    )
    return CooperationTerm(
        code=kind.code,
        name=_name(kind, language),
        period_start=term.starts_on,
        period_end=term.ends_on,
        head_counts=counts,
        obligations="\n".join(filter(None, lines)),
        amount_yuan=term.amount,
        clause=term.clause_en if language == "en" else term.clause,
    )


def _funding(row: FundingFacts) -> Funding:
    return Funding(
        payer=PRINT_ROLES[row.payer],
        payee=PRINT_ROLES[row.payee],
        purpose=row.purpose,
        amount_yuan=row.amount,
        instalments=tuple(Instalment(due_on=part.due_on, amount_yuan=part.amount) for part in row.instalments),
    )


def _major(row: HeadCountFacts, major: Major, cooperation: str) -> MajorRow:
    return MajorRow(
        code=major.code,
        name=major.name,
        level=str(EducationLevel(major.level).label),
        year=row.year,
        people=row.people,
        cooperation=cooperation,
    )


def _origin(agreement: Agreement) -> Origin | None:
    """The fair, and when and where the two met there."""
    if agreement.fair is None:
        return None
    meeting = agreement.outcome.meeting if agreement.outcome else None
    if meeting is None:
        return Origin(fair=agreement.fair.name)
    when = timezone.localtime(meeting.slot.starts_at)
    return Origin(fair=agreement.fair.name, meeting=f"{when:%Y-%m-%d %H:%M} {meeting.table}")
