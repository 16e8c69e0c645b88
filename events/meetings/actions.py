"""What a person has to do next about meetings, for the home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Case, Count, F, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.fairs.models import FairStatus
from events.meetings.models import Meeting, MeetingState, TimetableStatus
from portal.accounts.models import User
from portal.organizations.models import EDITING_ROLES, Membership
from portal.pages.registry import NextAction, Severity


def next_actions(user: User) -> Iterable[NextAction]:
    """Talks that are over and of which nobody has said what came; one query."""
    mine = Membership.objects.current().filter(user=user, role__in=EDITING_ROLES).values("organization")
    over = Meeting.objects.filter(
        timetable__status=TimetableStatus.PUBLISHED,
        timetable__fair__status=FairStatus.LIVE,
        state=MeetingState.PLANNED,
        slot__ends_at__lt=timezone.now(),
    )
    own = Case(
        When(school__organization__in=mine, then=F("school")),
        When(enterprise__organization__in=mine, then=F("enterprise")),
    )
    rows = over.annotate(own=own).filter(own__isnull=False).values("own", "timetable__fair__name")
    for row in rows.annotate(n=Count("pk")).order_by("own"):
        text = ngettext(
            "“%(fair)s”: record what came of %(n)d talk",
            "“%(fair)s”: record what came of %(n)d talks",
            row["n"],
        )
        facts = {"fair": row["timetable__fair__name"], "n": row["n"]}
        url = reverse("meetings:own", args=[row["own"]])
        yield NextAction(text % facts, url, _("Record"), severity=Severity.BLOCKING)
