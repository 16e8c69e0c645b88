"""What a person has to do next about fairs, for the home page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.fairs.models import TAKING_PART, Fair, FairStatus, Participation, ParticipationStatus, Wish
from events.fairs.services.delegations import PARTY_MAY
from portal.accounts.models import User
from portal.organizations.models import EDITING_ROLES, Membership, Organization
from portal.pages.registry import NextAction, Number, Severity

RUNNING = (
    FairStatus.PLANNING,
    FairStatus.REGISTRATION,
    FairStatus.MATCHING,
    FairStatus.SCHEDULED,
    FairStatus.LIVE,
)


def _own_organizations(user: User) -> Q:
    """Organizations for which the person acts by membership: the staff is not asked to answer for everybody."""
    roles = Membership.objects.current().filter(user=user, role__in=EDITING_ROLES)
    return Q(pk__in=roles.values("organization"))


def next_actions(user: User) -> Iterable[NextAction]:
    """Invitations to answer, partners to choose, a timetable to look at; one query."""
    mine = Organization.objects.filter(_own_organizations(user))
    wished = Wish.objects.filter(wisher=OuterRef("pk"))
    own = Participation.objects.filter(organization__in=mine, fair__status__in=RUNNING).select_related("fair")
    rows: Iterable[Any] = own.annotate(has_wish=Exists(wished)).order_by("fair__starts_on", "pk")
    for row in rows:
        action = _action_for(row, has_wish=row.has_wish)
        if action is not None:
            yield action


def _action_for(row: Participation, *, has_wish: bool) -> NextAction | None:
    fair, facts = row.fair, {"fair": row.fair.name}
    if fair.status == FairStatus.REGISTRATION and row.status == ParticipationStatus.INVITED:
        text = _("Answer the invitation to “%(fair)s”") % facts
        return NextAction(text, row.get_absolute_url(), _("Answer"), fair.starts_on, Severity.BLOCKING)
    if fair.status == FairStatus.REGISTRATION and row.takes_part and not has_wish:
        text = _("Choose whom to meet at “%(fair)s”") % facts
        return NextAction(text, reverse("fairs:wishes", args=[row.pk]), _("Choose"), fair.starts_on)
    if _owes_names(row):
        text = _("Name who comes to “%(fair)s”") % facts
        return NextAction(text, reverse("fairs:delegation", args=[row.pk]), _("Names"), fair.names_due)
    if fair.status == FairStatus.SCHEDULED and row.takes_part:
        text = _("The timetable of “%(fair)s” is there") % facts
        return NextAction(text, reverse("meetings:own", args=[row.pk]), _("See"), fair.starts_on, Severity.OPTIONAL)
    return None


def _owes_names(row: Participation) -> bool:
    """Whether the names of a delegation are asked for by a day that is not past, and not confirmed yet."""
    return bool(
        row.takes_part
        and row.names_confirmed_at is None
        and row.fair.names_due
        and row.fair.names_due >= timezone.localdate()
        and row.fair.status in PARTY_MAY
    )


def organizer_actions(user: User) -> Iterable[NextAction]:
    """The next step of every fair that the person runs; one query."""
    mine = Organization.objects.filter(_own_organizations(user))
    unanswered = Count("participations", filter=Q(participations__status=ParticipationStatus.INVITED))
    own = Fair.objects.filter(organizer__in=mine, status__in=RUNNING)
    fairs: Iterable[Any] = own.annotate(unanswered=unanswered).order_by("starts_on", "pk")
    for fair in fairs:
        yield _step_of(fair, fair.unanswered)


def _step_of(fair: Fair, unanswered: int) -> NextAction:
    facts = {"fair": fair.name, "n": unanswered}
    detail = fair.get_absolute_url()
    timetable, door = reverse("meetings:timetable", args=[fair.slug]), reverse("door:desk", args=[fair.slug])
    waiting = ngettext(
        "“%(fair)s”: %(n)d invitation is unanswered", "“%(fair)s”: %(n)d invitations are unanswered", unanswered
    )
    text, url, button = {
        FairStatus.PLANNING: (_("Prepare “%(fair)s” and open registration"), detail, _("Prepare")),
        FairStatus.REGISTRATION: (waiting, detail, _("Look")),
        FairStatus.MATCHING: (_("Make and publish the timetable of “%(fair)s”"), timetable, _("Timetable")),
        FairStatus.SCHEDULED: (_("“%(fair)s” is ready: open the doors on the day"), detail, _("Look")),
        FairStatus.LIVE: (_("Check in those who come to “%(fair)s”"), door, _("Check in")),
    }[FairStatus(fair.status)]
    blocking = fair.status in (FairStatus.MATCHING, FairStatus.LIVE)
    return NextAction(text % facts, url, button, fair.starts_on, Severity.BLOCKING if blocking else Severity.NORMAL)


def numbers(user: User) -> Iterable[Number]:
    """How many come to the fairs that the person runs; one query."""
    mine = Organization.objects.filter(_own_organizations(user))
    own = Fair.objects.filter(organizer__in=mine, status__in=RUNNING)
    coming = Count("participations", filter=Q(participations__status__in=TAKING_PART))
    fairs: Iterable[Any] = own.annotate(coming=coming).order_by("starts_on", "pk")[:1]
    for fair in fairs:
        yield Number(_("Organizations coming"), fair.coming, fair.get_absolute_url(), fair.name)
