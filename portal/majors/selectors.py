"""Reads of what schools offer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.contrib.auth.models import AnonymousUser
from django.db.models import F, Prefetch, Q, Sum

from portal.accounts.models import User
from portal.majors.models import Programme, ProgrammeWording, SupplyLine, SupplyState
from portal.organizations.models import Organization
from portal.taxonomy.queue.models import WordingQuerySet

NEW_YEAR_MONTH = 9  # a school year begins in September; its leavers are those of the next summer


@dataclass(frozen=True, slots=True)
class YearTotals:
    """The people of a school's active programmes in one graduating year."""

    graduating_year: int
    enrolled: int
    graduating: int
    committed: int
    available: int
    drafts: int


def current_graduating_year(today: date) -> int:
    """The year in which those leave who are in their last school year now."""
    return today.year + (today.month >= NEW_YEAR_MONTH)


def year_to_show(school: Organization, user: User | AnonymousUser, today: date) -> int:
    """The present graduating year, or the latest with numbers for the user as long as there are none for it."""
    present = current_graduating_year(today)
    visible = SupplyLine.objects.visible_to(user)
    lines = visible.filter(programme__school=school, graduating_year__lte=present)
    return lines.order_by("-graduating_year").values_list("graduating_year", flat=True).first() or present


def programmes_of(school: Organization, user: User | AnonymousUser, year: int) -> list[Programme]:
    """The programmes of a school that the user may see, by code, each with `lines_of_year` (one line or none)."""
    lines = SupplyLine.objects.visible_to(user).filter(graduating_year=year)
    visible = Programme.objects.visible_to(user).filter(school=school).select_related("major")
    of_year = visible.prefetch_related(Prefetch("supply", lines, to_attr="lines_of_year"), "skills")
    return list(of_year.order_by("-is_active", "major_id", "pk"))


def totals_by_year(school: Organization, user: User | AnonymousUser) -> list[YearTotals]:
    """The years for which a school gave numbers that the user may see, the latest first."""
    visible = SupplyLine.objects.visible_to(user)
    lines = visible.filter(programme__school=school, programme__is_active=True)
    sums = (
        lines.values("graduating_year")
        .annotate(
            of_enrolled=Sum("enrolled"),
            of_graduating=Sum("graduating"),
            of_committed=Sum("committed"),
            of_drafts=Sum(1, filter=Q(state=SupplyState.DRAFT), default=0),
        )
        .order_by(F("graduating_year").desc())
    )
    return [
        YearTotals(
            row["graduating_year"],
            row["of_enrolled"],
            row["of_graduating"],
            row["of_committed"],
            row["of_graduating"] - row["of_committed"],
            row["of_drafts"],
        )
        for row in sums
    ]


def wordings_shown_to(user: User | AnonymousUser) -> WordingQuerySet:
    """The unknown names, in the order typed, of the user's schools' programmes; the staff sees all."""
    wordings = ProgrammeWording.objects.select_related("name").order_by("pk")
    is_staff = user.is_authenticated and user.is_staff
    return wordings if is_staff else wordings.filter(programme__school__in=Organization.objects.of_member(user))


def waiting_names(programme: Programme) -> list[str]:
    """The skills of a programme that are still to be checked, or about to reach it, as typed."""
    return list(programme.wordings.waiting().values_list("name__text", flat=True))
