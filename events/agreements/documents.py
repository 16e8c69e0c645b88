"""From an agreement's rows to its paper: the facts that events.printing turns into Word and PDF."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from events.agreements.models import (
    Agreement,
    AgreementKind,
    AgreementMajor,
    AgreementParty,
    AgreementTerm,
    FundingCommitment,
    PartyRole,
)
from events.agreements.standard_texts import PURPOSES, TITLES, in_language, title_of
from events.printing import AgreementDocument as Paper
from events.printing import CooperationTerm, Funding, HeadCount, Instalment, MajorRow, Origin, Party
from events.printing.context import Role, Side
from portal.organizations.models import OrganizationKind
from portal.taxonomy.models import EducationLevel

PrintLanguage = Literal["zh", "en"]
PRINT_LANGUAGES: Mapping[str, PrintLanguage] = {"zh-hans": "zh", "en": "en"}
PRINT_ROLES: Mapping[str, Role] = {PartyRole.FIRST: "甲方", PartyRole.SECOND: "乙方", PartyRole.THIRD: "丙方"}
PRINT_SIDES: Mapping[str, Side] = {
    OrganizationKind.SCHOOL: "school",
    OrganizationKind.ENTERPRISE: "enterprise",
    OrganizationKind.GOVERNMENT: "government",
    OrganizationKind.ASSOCIATION: "association",
}


def paper_of(agreement: Agreement, language: str) -> Paper:
    """The paper of an agreement in a language of the site; six queries.

    Titles and purposes that are standard come out in that language, what people wrote as they wrote it.
    """
    with translation.override(language):
        return _paper(agreement, language)


def file_name(agreement: Agreement, language: str, format_: str) -> str:
    """What the file is called on the reader's machine."""
    title = in_language(agreement.title, TITLES[agreement.kind], language)
    return f"{agreement.number} {title}.{format_}"


def _paper(agreement: Agreement, language: str) -> Paper:
    parties = list(agreement.parties.select_related("organization").order_by("role"))
    terms = list(agreement.terms.select_related("cooperation_kind"))
    majors = list(agreement.majors.select_related("major"))
    money = list(agreement.funding.select_related("payer", "payee").order_by("pk"))
    year = majors[0].graduating_year if majors else agreement.starts_on.year
    promised = sum((row.amount for row in money), Decimal(0))
    total = promised or sum((term.amount or Decimal(0) for term in terms), Decimal(0))
    return Paper(
        number=agreement.number,
        version=agreement.version,
        kind=_print_kind(agreement.kind),
        kind_label=str(AgreementKind(agreement.kind).label),
        title=in_language(agreement.title, TITLES[agreement.kind], language) or title_of(agreement.kind, language),
        language=PRINT_LANGUAGES[language],
        parties=tuple(_party(party, agreement) for party in parties),
        purpose=in_language(agreement.purpose, PURPOSES[agreement.kind], language),
        period_start=agreement.starts_on,
        period_end=agreement.ends_on,
        cooperation=tuple(_term(term, year, language) for term in terms),
        funding=tuple(_funding(row) for row in money),
        total_yuan=total or None,
        place=agreement.place,
        signed_on=agreement.signed_on,
        origin=_origin(agreement),
        annex_majors=tuple(_major(row) for row in majors),
        sample=agreement.is_sample,
    )


def _print_kind(kind: str) -> Literal["framework", "intent", "strategic", "project"]:
    return AgreementKind(kind).value  # type: ignore[return-value]


def _party(party: AgreementParty, agreement: Agreement) -> Party:
    organization = party.organization
    return Party(
        role=PRINT_ROLES[party.role],
        name=organization.legal_name,
        side=PRINT_SIDES.get(organization.kind, ""),
        uscc=organization.uscc or "",
        address=organization.address,
        signatory=party.signatory,
        signatory_post=party.signatory_post,
        signed_on=agreement.signed_on,
    )


def _term(term: AgreementTerm, year: int, language: str) -> CooperationTerm:
    """People are planned by the names of the majors; without people, the names alone are an obligation's line."""
    kind = term.cooperation_kind
    lines = [term.obligations]
    if term.majors and not term.headcount:
        lines.insert(0, _("Majors concerned: %(majors)s.") % {"majors": term.majors})
    counts = (HeadCount(year=year, major=term.majors, people=term.headcount),) if term.headcount else ()
    return CooperationTerm(
        code=kind.code,
        name=kind.name_en if language == "en" else kind.name,
        head_counts=counts,
        obligations="\n".join(filter(None, lines)),
        amount_yuan=term.amount,
    )


def _funding(row: FundingCommitment) -> Funding:
    due = (Instalment(due_on=row.due_on, amount_yuan=row.amount),) if row.due_on else ()
    return Funding(
        payer=PRINT_ROLES[row.payer.role],
        payee=PRINT_ROLES[row.payee.role],
        purpose=row.purpose,
        amount_yuan=row.amount,
        instalments=due,
    )


def _major(row: AgreementMajor) -> MajorRow:
    return MajorRow(
        code=row.major.code,
        name=row.major.name,
        level=str(EducationLevel(row.major.level).label),
        year=row.graduating_year,
        people=row.people,
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
