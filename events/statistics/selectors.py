"""Who sees the brief of a fair, and who the rows behind it."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet

from events.fairs.models import Fair, FairStatus, Participation
from portal.accounts.models import User
from portal.organizations.models import Organization


def fairs_with_rows(user: User | AnonymousUser) -> QuerySet[Fair]:
    """Fairs of which the person sees every row behind a figure: those of the own organizer, all to the staff.

    Participants do not: among the rows are what others agreed, promised and wished.
    """
    if not user.is_authenticated:
        return Fair.objects.none()
    if user.is_staff:
        return Fair.objects.all()
    return Fair.objects.filter(organizer__in=Organization.objects.of_member(user))


def fairs_with_brief(user: User | AnonymousUser) -> QuerySet[Fair]:
    """Fairs whose brief the person may read: own and the staff's at any time, others once they are closed, if the
    person's organization takes part. Annotated with `shows_rows`."""
    rows = fairs_with_rows(user)
    mine = Participation.objects.taking_part().filter(organization__in=Organization.objects.of_member(user))
    readable = Q(pk__in=rows.values("pk")) | Q(status=FairStatus.CLOSED, pk__in=mine.values("fair"))
    shown = Fair.objects.filter(readable).annotate(shows_rows=Exists(rows.filter(pk=OuterRef("pk"))))
    return shown.select_related("organizer", "region")
