"""Reads of talent demands for pages."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch

from portal.accounts.models import User
from portal.demands.models import TalentDemand, TalentDemandQuerySet
from portal.organizations.models import Organization
from portal.taxonomy.models import Major


def with_lists(demands: TalentDemandQuerySet) -> TalentDemandQuerySet:
    """With all that a row of a list shows: three queries whatever the number of rows."""
    majors = Prefetch("majors", Major.objects.order_by("code"))
    return demands.select_related("enterprise", "workplace").prefetch_related(majors)


def own_demands(user: User | AnonymousUser) -> TalentDemandQuerySet:
    """Those of the enterprises that the user acts or reads for, in every status."""
    return TalentDemand.objects.filter(enterprise__in=Organization.objects.of_member(user))
