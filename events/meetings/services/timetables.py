"""Ask for a timetable, and publish one of its versions."""

from __future__ import annotations

from datetime import datetime
from functools import partial

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from events.fairs.models import Fair, FairStatus
from events.fairs.services import FairStateConflict, locked_fair, mark_scheduled
from events.meetings.models import Timetable, TimetableStatus
from events.meetings.notices import tell_participants
from events.meetings.selectors import TIMETABLE_KIND, conflicts_in, timetable_jobs
from events.meetings.signals import timetable_published
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.jobs.models import Job
from portal.jobs.services import enqueue

PLANNABLE = (FairStatus.MATCHING, FairStatus.SCHEDULED)


class TimetableMovedOn(StateConflict):
    """The version was published before, or a newer one took its place."""


class TimetableInTheMaking(StateConflict):
    """Somebody else has asked for a timetable, and it is being made."""


class TimetableOutdated(DomainError):
    """Since it was made, something has come up against single meetings of the timetable."""


@transaction.atomic
def request_timetable(*, fair_id: int, actor: User, at: datetime, seed: int = 1) -> Job:
    """Have a timetable proposed by a job; while one is being made for the same person, that one is returned.

    FairStateConflict unless the answers are closed and the fair has not begun; TimetableInTheMaking while one is made
    for somebody else, whose job the person could not see. The same seed gives the same timetable.
    """
    fair = locked_fair(fair_id)
    if fair.status not in PLANNABLE:
        raise FairStateConflict(_("A timetable is made once the answers are closed and before the fair begins."))
    jobs = timetable_jobs(fair)
    running = jobs.open().first()
    if running is not None:
        if not Job.objects.visible_to(actor).filter(pk=running.pk).exists():
            raise TimetableInTheMaking(_("Somebody else has asked for a timetable; it is being made."))
        return running
    job = enqueue(
        kind=TIMETABLE_KIND,
        title=_("Timetable of “%(fair)s”") % {"fair": fair.name},
        requested_by=actor,
        at=at,
        arguments={"fair_id": fair.pk, "seed": seed},
        idempotency_key=f"fair {fair.pk}, request {jobs.count() + 1}",
        return_url=reverse("meetings:timetable", args=[fair.slug]),
    )
    record(verb="timetable.requested", subject=fair, actor=actor, at=at, job=str(job.public_id))
    return job


@transaction.atomic
def publish_timetable(*, timetable_id: int, actor: User, at: datetime) -> Timetable:
    """Make a proposed version the one that counts, in the place of the former, and tell everybody who comes.

    TimetableOutdated if meetings of it have become impossible since; TimetableMovedOn if it was published before,
    even a moment ago.
    """
    timetable = Timetable.objects.select_related("fair").get(pk=timetable_id)
    fair = locked_fair(timetable.fair_id)
    _check_open(fair, timetable)
    published = Timetable.objects.published().filter(fair=fair)
    published.update(status=TimetableStatus.SUPERSEDED, updated_at=at)
    proposed = Timetable.objects.filter(pk=timetable_id, status=TimetableStatus.PROPOSED)
    if not proposed.update(status=TimetableStatus.PUBLISHED, published_at=at, updated_at=at):
        raise TimetableMovedOn(_("Only a proposed version can be published."))
    mark_scheduled(fair_id=fair.pk, actor=actor, at=at)
    timetable.refresh_from_db()
    record(verb="timetable.published", subject=timetable, actor=actor, at=at, fair=fair.pk, number=timetable.number)
    tell_participants(fair, event="timetable_published", at=at, number=str(timetable.number))
    transaction.on_commit(
        partial(timetable_published.send_robust, sender=Timetable, timetable_id=timetable.pk), robust=True
    )
    return timetable


def _check_open(fair: Fair, timetable: Timetable) -> None:
    if fair.status not in PLANNABLE:
        raise FairStateConflict(_("A timetable is published between the closing of the answers and the fair."))
    conflicts = conflicts_in(timetable)
    if conflicts:
        raise TimetableOutdated(
            _("%(n)d meetings have become impossible: %(first)s Cancel or move them, or make a new timetable.")
            % {"n": len(conflicts), "first": conflicts[0].reason}
        )
