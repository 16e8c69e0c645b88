"""Who stands in nobody's list, and why: what the platform's staff can still mend."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import Case, CharField, Count, Exists, F, OuterRef, Q, TextChoices, Value, When
from django.utils.translation import gettext_lazy as _

from matching.models import Match, Side
from portal.demands.models import OPEN_STATUSES, TalentDemand
from portal.majors.models import SupplyLine, SupplyState
from portal.organizations.models import Organization, OrganizationKind, OrganizationQuerySet, OrganizationStatus


class Gap(TextChoices):
    """Why nobody's list names an organization; the first that holds."""

    NOT_APPROVED = "not_approved", _("not approved")
    NO_SUPPLY = "no_supply", _("no confirmed graduates")
    NO_DEMAND = "no_demand", _("no open demand")
    NO_OVERLAP = "no_overlap", _("nobody asks for or offers its majors and skills")
    OUTRANKED = "outranked", _("others fit better everywhere")

    @classmethod
    def of(cls, value: str) -> Self | None:
        return cls(value) if value in cls.values else None


def unlisted(gap: Gap | None = None) -> OrganizationQuerySet:
    """Schools and enterprises that stand in no list of the other side, annotated with their `gap`."""
    kinds = Organization.objects.filter(kind__in=(OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE))
    rows = kinds.exclude(status=OrganizationStatus.ARCHIVED)
    is_school, is_approved = Q(kind=OrganizationKind.SCHOOL), Q(status=OrganizationStatus.APPROVED)
    of_enterprises = Match.objects.filter(side=Side.ENTERPRISE, school=OuterRef("pk"))
    of_schools = Match.objects.filter(side=Side.SCHOOL, enterprise=OuterRef("pk"))
    listed = is_school & Q(Exists(of_enterprises)) | ~is_school & Q(Exists(of_schools))
    rows = rows.exclude(is_approved & listed)
    reason = Case(
        When(~is_approved, then=Value(Gap.NOT_APPROVED.value)),
        When(is_school & ~Q(Exists(_supply())), then=Value(Gap.NO_SUPPLY.value)),
        When(~is_school & ~Q(Exists(_demands())), then=Value(Gap.NO_DEMAND.value)),
        When(is_school & ~Q(Exists(_own_list(Side.SCHOOL, "school"))), then=Value(Gap.NO_OVERLAP.value)),
        When(~is_school & ~Q(Exists(_own_list(Side.ENTERPRISE, "enterprise"))), then=Value(Gap.NO_OVERLAP.value)),
        default=Value(Gap.OUTRANKED.value),
        output_field=CharField(),
    )
    annotated = rows.annotate(gap=reason)
    return annotated.filter(gap=gap.value) if gap else annotated


def counts() -> dict[Gap, dict[str, int]]:
    """Gap → kind of organization → how many; every gap is there."""
    rows = unlisted().order_by().values_list("gap", "kind").annotate(n=Count("pk"))  # type: ignore[misc]
    found: dict[Gap, dict[str, int]] = {gap: {} for gap in Gap}
    for gap, kind, n in rows:
        found[Gap(gap)][kind] = n
    return found


def _supply() -> models.QuerySet[SupplyLine]:
    """Graduates who are still to be had, of the newest year that a programme has confirmed: what the ranking reads."""
    confirmed = SupplyLine.objects.filter(state__in=(SupplyState.CONFIRMED, SupplyState.LOCKED))
    newer = confirmed.filter(programme=OuterRef("programme"), graduating_year__gt=OuterRef("graduating_year"))
    sure = confirmed.filter(graduating__gt=F("committed"))
    return sure.filter(programme__school=OuterRef("pk"), programme__is_active=True).exclude(Exists(newer))


def _demands() -> models.QuerySet[TalentDemand]:
    return TalentDemand.objects.filter(enterprise=OuterRef("pk"), status__in=OPEN_STATUSES)


def _own_list(side: Side, owner: str) -> models.QuerySet[Match]:
    return Match.objects.filter(**{"side": side, owner: OuterRef("pk")})
