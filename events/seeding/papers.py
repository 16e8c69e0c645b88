"""The agreements of the scene: four frameworks with money at the opening, the intents that came of the talks.

All of them go the way of every agreement: drafted, approved by each party, signed with a scan. The organizer records
what the parties said and signed, and says that it is sample data.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from functools import cache

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from events.agreements.facts import FundingFacts, HeadCountFacts, InstalmentFacts, Signatory, TermFacts, Upload
from events.agreements.models import Agreement, AgreementKind, AgreementStatus, PartyRole, TextStatus
from events.agreements.services import approve, draft_agreement, sign_agreement, update_agreement
from events.agreements.terms import facts_of
from events.fairs.models import Fair
from events.printing import AgreementDocument, Party, as_pdf
from portal.accounts.models import User
from portal.organizations.models import Organization, OrganizationQuerySet

# Firm, school, yuan for the training of scarce talent.
FRAMEWORKS = (
    ("长盈精密", "昭通市职业教育中心", 300_000),
    ("银宝山新", "", 300_000),
    ("", "", 250_000),
    ("", "", 250_000),
)
# By firm, the days on which equal parts of it are due.
PARTS_DUE = {
    "长盈精密": (date(2024, 6, 30), date(2024, 12, 31), date(2025, 6, 30)),
    "银宝山新": (date(2024, 6, 30), date(2025, 6, 30)),
}
SIGNING_DAY = date(2024, 5, 17)
PLACE = "深圳市宝安区"
ON_PAPER = "（样例数据）会上当面确认"
SIGNATORY = Signatory(name="（样例）授权代表", post="负责人")
STUDENTS = {"internship": 20, "order_class": 30}  # a year, by the kind of cooperation
YEARS = (2025, 2026, 2027)


@transaction.atomic
def sign_frameworks(*, fair: Fair, organizer: User, at: datetime, dice: random.Random) -> None:
    """The ceremony at the opening: four firms and four schools, one to one, each firm with a grant."""
    if fair.agreements.filter(kind=AgreementKind.FRAMEWORK).exists():
        return
    guests = Organization.objects.filter(participations__fair=fair)
    for firm, school, yuan in couples(guests.enterprises(), guests.schools(), dice):
        agreement = draft_agreement(
            kind=AgreementKind.FRAMEWORK,
            parties=(school, firm),
            fair=fair,
            cooperation_kinds=("internship", "order_class", "training_base"),
            funding=(_grant(Decimal(yuan), PARTS_DUE.get(firm.short_name, ())),),
            place=PLACE,
            actor=organizer,
            at=at,
        )
        _plan_students(agreement, organizer, at)
        agree_and_sign(agreement, organizer=organizer, at=at)


def _grant(yuan: Decimal, days: tuple[date, ...]) -> FundingFacts:
    return FundingFacts(
        payer=PartyRole.SECOND,
        payee=PartyRole.FIRST,
        purpose="职业培训资助（紧缺人才培养）",
        amount=yuan,
        instalments=tuple(InstalmentFacts(day, yuan / len(days)) for day in days),
    )


def _plan_students(agreement: Agreement, organizer: User, at: datetime) -> None:
    facts = facts_of(agreement.texts.get(status=TextStatus.OPEN).content)
    terms = tuple(with_students(facts.terms, STUDENTS))
    planned = replace(facts, terms=terms)
    update_agreement(agreement=agreement, version=agreement.version, facts=planned, actor=organizer, at=at)


def with_students(terms: Iterable[TermFacts], students: dict[str, int]) -> Iterator[TermFacts]:
    """The terms with so many students in each of the years, for the kinds of cooperation that are named."""
    for term in terms:
        people = students.get(term.cooperation_kind)
        rows = tuple(HeadCountFacts(year, people) for year in YEARS) if people else term.headcounts
        yield replace(term, headcounts=rows)


def couples(
    firms: OrganizationQuerySet, schools: OrganizationQuerySet, dice: random.Random
) -> list[tuple[Organization, Organization, int]]:
    """The named ones where names are given, others drawn; nobody twice."""
    free_firms = list(firms.exclude(short_name__in=[firm for firm, _, _ in FRAMEWORKS]).order_by("pk"))
    free_schools = list(schools.exclude(legal_name__in=[school for _, school, _ in FRAMEWORKS]).order_by("pk"))
    dice.shuffle(free_firms)
    dice.shuffle(free_schools)
    return [
        (
            firms.get(short_name=firm) if firm else free_firms.pop(),
            schools.get(legal_name=school) if school else free_schools.pop(),
            yuan,
        )
        for firm, school, yuan in FRAMEWORKS
    ]


@transaction.atomic
def sign_intents(*, fair: Fair, organizer: User, at: datetime) -> int:
    """Sign what the job has drafted from the outcomes; returns how many."""
    drafts = fair.agreements.filter(kind=AgreementKind.INTENT, status=AgreementStatus.DRAFT).order_by("pk")
    for agreement in drafts:
        agree_and_sign(agreement, organizer=organizer, at=at)
    return len(drafts)


def agree_and_sign(agreement: Agreement, *, organizer: User, at: datetime) -> Agreement:
    """Record that each party approved the open text, then that all signed it; as sample data."""
    text = agreement.texts.get(status=TextStatus.OPEN)
    parties = list(agreement.parties.select_related("organization").order_by("position"))
    for party in parties:
        approve(
            agreement=agreement,
            party=party,
            terms_hash=text.terms_hash,
            actor=organizer,
            at=at,
            on_behalf=ON_PAPER,
        )
    return sign_agreement(
        agreement=agreement,
        terms_hash=text.terms_hash,
        signed_on=timezone.localdate(at),
        signatories={party.role: SIGNATORY for party in parties},
        scan=sample_scan(),
        actor=organizer,
        at=at,
    )


def sample_scan(name: str = "（样例）签署页.pdf") -> Upload:
    """What stands for the scan of a signed paper: a page that says on it that it is sample data."""
    content = _sample_page()
    digest = hashlib.sha256(content).hexdigest()
    return Upload(ContentFile(content), name, "application/pdf", digest, len(content))


@cache
def _sample_page() -> bytes:
    sides = (("甲方", "（样例）学校"), ("乙方", "（样例）企业"))
    return as_pdf(
        AgreementDocument(
            number="（样例）",
            version=1,
            kind="framework",
            kind_label="样例",
            title="（样例）签署页",
            language="zh",
            parties=tuple(Party(role=role, name=name) for role, name in sides),  # type: ignore[arg-type]
            purpose="本页为样例数据，不是真实的签署页。",
            period_start=SIGNING_DAY,
            period_end=SIGNING_DAY.replace(year=SIGNING_DAY.year + 1),
            sample=True,
        )
    )
