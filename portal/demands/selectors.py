"""Reads of talent demands for pages."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch

from portal.accounts.models import User
from portal.demands.models import DemandWording, TalentDemand, TalentDemandQuerySet
from portal.organizations.models import Organization
from portal.taxonomy.models import Major
from portal.taxonomy.queue.models import NameState, WordingQuerySet


def with_lists(demands: TalentDemandQuerySet) -> TalentDemandQuerySet:
    """With all that a row of a list shows: three queries whatever the number of rows."""
    majors = Prefetch("majors", Major.objects.order_by("code"))
    return demands.select_related("enterprise", "workplace").prefetch_related(majors)


def own_demands(user: User | AnonymousUser) -> TalentDemandQuerySet:
    """Those of the enterprises that the user acts or reads for, in every status."""
    return TalentDemand.objects.filter(enterprise__in=Organization.objects.of_member(user))


def wordings_shown_to(user: User | AnonymousUser) -> WordingQuerySet:
    """The unknown names, in the order typed, of the user's enterprises' demands; the staff sees all."""
    wordings = DemandWording.objects.select_related("name").order_by("pk")
    is_staff = user.is_authenticated and user.is_staff
    return wordings if is_staff else wordings.filter(demand__in=own_demands(user))


def unplaced_wordings(demand: TalentDemand) -> list[DemandWording]:
    """The names in a demand that wait for the staff, or were not accepted, in the order typed."""
    waiting = demand.wordings.exclude(name__state=NameState.DECIDED)
    return list(waiting.select_related("name").order_by("pk"))
