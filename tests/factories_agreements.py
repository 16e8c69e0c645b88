"""Agreements for tests, valid by default; tests/factories_events.py has the fairs they come from."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import factory
from factory.django import DjangoModelFactory

from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementStatus,
    AgreementTerm,
    FundingCommitment,
    PartyRole,
)
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
    signed_on = factory.LazyAttribute(lambda row: date(2024, 5, 17) if row.status == AgreementStatus.SIGNED else None)

    @factory.post_generation
    def school(self: Agreement, create: bool, extracted: Organization | None, **_: Any) -> None:
        AgreementParty.objects.create(agreement=self, organization=extracted or SchoolFactory(), role=PartyRole.FIRST)

    @factory.post_generation
    def enterprise(self: Agreement, create: bool, extracted: Organization | None, **_: Any) -> None:
        organization = extracted or EnterpriseFactory()
        AgreementParty.objects.create(agreement=self, organization=organization, role=PartyRole.SECOND)

    @factory.post_generation
    def terms(self: Agreement, create: bool, extracted: list[dict[str, Any]] | None, **_: Any) -> None:
        for values in [{"headcount": 20}] if extracted is None else extracted:
            AgreementTerm.objects.create(agreement=self, **({"cooperation_kind": CooperationKindFactory()} | values))


class FundingFactory(DjangoModelFactory):
    """Money that the enterprise of an agreement promises the school."""

    class Meta:
        model = FundingCommitment

    agreement = factory.SubFactory(AgreementFactory)
    payer = factory.LazyAttribute(lambda row: row.agreement.parties.get(role=PartyRole.SECOND))
    payee = factory.LazyAttribute(lambda row: row.agreement.parties.get(role=PartyRole.FIRST))
    purpose = "职业培训基金"
    amount = Decimal(100_000)
