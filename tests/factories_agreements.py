"""Agreements for tests, valid by default; tests/factories_events.py has the fairs they come from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from django.utils import timezone
from factory.django import DjangoModelFactory

from events.agreements.facts import AgreementFacts, FundingFacts, HeadCountFacts, TermFacts
from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementStatus,
    AgreementTerm,
    AgreementText,
    FundingCommitment,
    PartyRole,
    TermHeadCount,
    TextStatus,
)
from events.agreements.models.agreement import ENDED, EVER_SIGNED, GIVEN_UP
from events.agreements.terms import Content, canonical, hash_of
from events.fairs.models import FairStatus
from portal.organizations.models import Organization
from tests.factories import CooperationKindFactory, EnterpriseFactory, SchoolFactory
from tests.factories_events import FairFactory


class AgreementFactory(DjangoModelFactory):
    """A draft of a school and an enterprise with one term; `school=` and `enterprise=` choose them."""

    class Meta:
        model = Agreement
        skip_postgeneration_save = True

    number = factory.Sequence(lambda n: f"ZQ-2023-{n:04d}")
    kind = "intent"
    title = "校企合作意向协议"
    fair = factory.SubFactory(FairFactory, status=FairStatus.LIVE)
    status = AgreementStatus.DRAFT
    starts_on = date(2024, 5, 17)
    ends_on = date(2025, 5, 16)
    signed_on = factory.LazyAttribute(lambda row: date(2024, 5, 17) if row.status in EVER_SIGNED else None)
    ended_on = factory.LazyAttribute(lambda row: date(2025, 5, 16) if row.status in ENDED else None)

    @factory.post_generation
    def school(self: Agreement, create: bool, extracted: Organization | None, **_: Any) -> None:
        organization = extracted or SchoolFactory()
        AgreementParty.objects.create(agreement=self, organization=organization, role=PartyRole.FIRST, position=1)

    @factory.post_generation
    def enterprise(self: Agreement, create: bool, extracted: Organization | None, **_: Any) -> None:
        organization = extracted or EnterpriseFactory()
        AgreementParty.objects.create(agreement=self, organization=organization, role=PartyRole.SECOND, position=2)

    @factory.post_generation
    def terms(self: Agreement, create: bool, extracted: list[dict[str, Any]] | None, **_: Any) -> None:
        for values in [{}] if extracted is None else extracted:
            people = values.get("headcount", 0)
            given = {name: value for name, value in values.items() if name != "headcount"}
            term = AgreementTerm.objects.create(
                agreement=self, **({"cooperation_kind": CooperationKindFactory()} | given)
            )
            if people:
                TermHeadCount.objects.create(term=term, year=self.starts_on.year, people=people)

    @factory.post_generation
    def text(self: Agreement, create: bool, extracted: None, **_: Any) -> None:
        """The text that says what columns and rows say: open for a draft, else the valid one."""
        content = content_of(self)
        status = TextStatus.OPEN if self.is_before_signature else TextStatus.CURRENT
        status = TextStatus.DROPPED if self.status in GIVEN_UP else status
        AgreementText.objects.create(
            agreement=self,
            number=1,
            status=status,
            content=content,
            terms_hash=hash_of(content),
            with_party=self.parties.get(role=PartyRole.FIRST) if self.is_draft else None,
            settled_at=None if status == TextStatus.OPEN else timezone.now(),
        )


def content_of(agreement: Agreement) -> Content:
    """The canonical form of what columns and rows say."""
    facts = AgreementFacts(
        title=agreement.title,
        purpose=agreement.purpose,
        place=agreement.place,
        starts_on=agreement.starts_on,
        ends_on=agreement.ends_on,
        amount=agreement.amount,
        terms=[
            TermFacts(
                term.cooperation_kind_id,
                majors=term.majors,
                headcounts=[HeadCountFacts(row.year, row.people, row.major_id or "") for row in term.headcounts.all()],
                obligations=term.obligations,
                amount=term.amount,
            )
            for term in agreement.terms.all()
        ],
        funding=[
            FundingFacts(row.payer.role, row.payee.role, row.purpose, Decimal(row.amount), line=row.line)
            for row in agreement.funding.all()
        ],
    )
    return canonical(agreement.kind, agreement.parties.select_related("organization"), facts)


class FundingFactory(DjangoModelFactory):
    """Money that the enterprise of an agreement promises the school."""

    class Meta:
        model = FundingCommitment
        skip_postgeneration_save = True

    agreement = factory.SubFactory(AgreementFactory)
    payer = factory.LazyAttribute(lambda row: row.agreement.parties.get(role=PartyRole.SECOND))
    payee = factory.LazyAttribute(lambda row: row.agreement.parties.get(role=PartyRole.FIRST))
    purpose = "职业培训基金"
    amount = Decimal(100_000)
    line = factory.Sequence(lambda n: n % 30_000 + 1)

    @factory.post_generation
    def text(self: FundingCommitment, create: bool, extracted: None, **_: Any) -> None:
        """Let the agreement's text promise it too."""
        content = content_of(self.agreement)
        self.agreement.texts.filter(number=1).update(content=content, terms_hash=hash_of(content))
