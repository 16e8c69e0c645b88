"""The agreements of the scene: four frameworks with money at the opening, the intents that came of the talks."""

from __future__ import annotations

import random
from datetime import date, datetime
from decimal import Decimal

from django.db import transaction

from events.agreements.facts import FundingFacts, Signatory
from events.agreements.models import Agreement, AgreementKind, AgreementStatus, PartyRole
from events.agreements.services import draft_agreement, sign_agreement
from events.fairs.models import Fair
from portal.accounts.models import User
from portal.organizations.models import Organization, OrganizationQuerySet

# Firm, school, yuan for the training of scarce talent.
FRAMEWORKS = (
    ("长盈精密", "昭通市职业教育中心", 300_000),
    ("银宝山新", "", 300_000),
    ("", "", 250_000),
    ("", "", 250_000),
)


@transaction.atomic
def sign_frameworks(*, fair: Fair, organizer: User, at: datetime, dice: random.Random) -> None:
    """The ceremony at the opening: four firms and four schools, one to one, each firm with a grant."""
    if fair.agreements.filter(kind=AgreementKind.FRAMEWORK).exists():
        return
    guests = Organization.objects.filter(participations__fair=fair)
    for firm, school, yuan in couples(guests.enterprises(), guests.schools(), dice):
        grant = FundingFacts(
            payer=PartyRole.SECOND, payee=PartyRole.FIRST, purpose="职业培训资助（紧缺人才培养）", amount=Decimal(yuan)
        )
        agreement = draft_agreement(
            kind=AgreementKind.FRAMEWORK,
            parties=(school, firm),
            fair=fair,
            cooperation_kinds=("internship", "order_class", "training_base"),
            funding=(grant,),
            actor=organizer,
            at=at,
        )
        _sign(agreement, at.date(), organizer, at)


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
        _sign(agreement, at.date(), organizer, at)
    return len(drafts)


def _sign(agreement: Agreement, day: date, organizer: User, at: datetime) -> None:
    signatories = {
        role: Signatory(name="（样例）授权代表", post="负责人")
        for role in agreement.parties.values_list("role", flat=True)
    }
    sign_agreement(
        agreement=agreement,
        version=agreement.version,
        signed_on=day,
        signatories=signatories,
        place="深圳市宝安区",
        actor=organizer,
        at=at,
    )
