"""A happened below: what the lists do about it. A lost signal is found by `repair_rankings`.

An enterprise is ranked at once, by whoever committed its change: that takes some ten milliseconds, and a page that is
shown next knows it. Where this is not possible, and for schools, which may move hundreds of lists, a worker is told.
"""

from __future__ import annotations

from typing import Any

from django.db import DatabaseError, connection, transaction
from django.dispatch import receiver

from matching.refreshing import refresh_enterprise
from matching.standing import NoRun
from matching.tasks import rank_enterprise, rank_school
from portal.demands.models import TalentDemand
from portal.demands.signals import demand_changed
from portal.majors.signals import offer_changed
from portal.organizations.models import Organization, OrganizationKind
from portal.organizations.signals import organization_changed

LONGEST_WAIT = 200  # milliseconds for the lists, which somebody else may be changing


@receiver(demand_changed, dispatch_uid="rank the enterprise of the changed demand")
def on_demand_changed(sender: object, demand_id: int, **_kwargs: Any) -> None:
    enterprise_id = TalentDemand.objects.filter(pk=demand_id).values_list("enterprise_id", flat=True).first()
    if enterprise_id is not None:
        _rank_enterprise(enterprise_id)


@receiver(offer_changed, dispatch_uid="rank the school of the changed offer")
def on_offer_changed(sender: object, school_id: int, **_kwargs: Any) -> None:
    rank_school.apply_async(kwargs={"school_id": school_id}, retry=False)


@receiver(organization_changed, dispatch_uid="rank the changed organization")
def on_organization_changed(sender: object, organization_id: int, **_kwargs: Any) -> None:
    kind = Organization.objects.filter(pk=organization_id).values_list("kind", flat=True).first()
    if kind == OrganizationKind.SCHOOL:
        rank_school.apply_async(kwargs={"school_id": organization_id}, retry=False)
    elif kind == OrganizationKind.ENTERPRISE:
        _rank_enterprise(organization_id)


def _rank_enterprise(enterprise_id: int) -> None:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = {LONGEST_WAIT}")
            refresh_enterprise(enterprise_id)
    except (NoRun, DatabaseError):
        rank_enterprise.apply_async(kwargs={"enterprise_id": enterprise_id}, retry=False)
