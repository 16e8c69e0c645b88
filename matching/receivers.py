"""A happened below: what the lists do about it. A lost signal is found by `repair_rankings`."""

from __future__ import annotations

from typing import Any

from django.dispatch import receiver

from matching.tasks import rank_demand, rank_enterprise, rank_school
from portal.demands.signals import demand_changed
from portal.majors.signals import offer_changed
from portal.organizations.models import Organization, OrganizationKind
from portal.organizations.signals import organization_changed


@receiver(demand_changed, dispatch_uid="rank the enterprise of the changed demand")
def on_demand_changed(sender: object, demand_id: int, **_kwargs: Any) -> None:
    rank_demand.apply_async(kwargs={"demand_id": demand_id}, retry=False)


@receiver(offer_changed, dispatch_uid="rank the school of the changed offer")
def on_offer_changed(sender: object, school_id: int, **_kwargs: Any) -> None:
    rank_school.apply_async(kwargs={"school_id": school_id}, retry=False)


@receiver(organization_changed, dispatch_uid="rank the changed organization")
def on_organization_changed(sender: object, organization_id: int, **_kwargs: Any) -> None:
    kind = Organization.objects.filter(pk=organization_id).values_list("kind", flat=True).first()
    if kind == OrganizationKind.SCHOOL:
        rank_school.apply_async(kwargs={"school_id": organization_id}, retry=False)
    elif kind == OrganizationKind.ENTERPRISE:
        rank_enterprise.apply_async(kwargs={"enterprise_id": organization_id}, retry=False)
