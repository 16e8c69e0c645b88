"""Ask for a timetable, be content with the best so far, take a version as the start of another, throw one away."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F, Func, JSONField, Value
from django.urls import reverse
from django.utils.translation import gettext as _

from events.fairs.services import FairStateConflict, locked_fair
from events.meetings.models import Meeting, Timetable, TimetableOrigin, TimetableStatus, UnmetWish
from events.meetings.selectors import TIMETABLE_KIND, timetable_jobs
from events.meetings.services.publishing import PLANNABLE, TimetableMovedOn
from events.meetings.storing import next_number
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import StateConflict
from portal.jobs.models import Job, JobState
from portal.jobs.services import enqueue


class TimetableInTheMaking(StateConflict):
    """Somebody else has asked for a timetable, and it is being made."""


class NothingInTheMaking(StateConflict):
    """There is no timetable being made whose best state could be taken."""


@transaction.atomic
def request_timetable(
    *, fair_id: int, actor: User, at: datetime, seed: int = 1, based_on: Timetable | None = None
) -> Job:
    """Have a timetable proposed by a job; while one is being made for the same person, that one is returned.

    With `based_on`, a version of the fair, its locked meetings stay and all others are planned anew.

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
    arguments = {"fair_id": fair.pk, "seed": seed} | ({"based_on": based_on.pk} if based_on else {})
    job = enqueue(
        kind=TIMETABLE_KIND,
        title=_("Timetable of “%(fair)s”") % {"fair": fair.name},
        requested_by=actor,
        at=at,
        arguments=arguments,
        idempotency_key=f"fair {fair.pk}, request {jobs.count() + 1}",
        return_url=reverse("meetings:timetable", args=[fair.slug]),
    )
    record(verb="timetable.requested", subject=fair, actor=actor, at=at, job=str(job.public_id))
    return job


@transaction.atomic
def take_best(*, fair_id: int, actor: User, at: datetime) -> Job:
    """Let the running job stop and store the best timetable it has found; if it has none yet, the first one.

    NothingInTheMaking if no job of the person's runs.
    """
    fair = locked_fair(fair_id)
    job = Job.objects.visible_to(actor).filter(pk__in=timetable_jobs(fair).open()).first()
    content = Value({"take_best": True}, output_field=JSONField())
    arguments = Func(F("arguments"), content, template="(%(expressions)s)", arg_joiner=" || ", output_field=JSONField())
    open_states = (JobState.QUEUED, JobState.RUNNING)
    if job is None or not Job.objects.filter(pk=job.pk, state__in=open_states).update(arguments=arguments):
        raise NothingInTheMaking(_("No timetable is being made."))
    record(verb="timetable.best_taken", subject=fair, actor=actor, at=at, job=str(job.public_id))
    return job


@transaction.atomic
def copy_timetable(*, timetable_id: int, actor: User, at: datetime) -> Timetable:
    """A proposed version with the same meetings, to be edited at leisure and published in one step.

    FairStateConflict unless versions can still be published.
    """
    base = Timetable.objects.get(pk=timetable_id)
    fair = locked_fair(base.fair_id)
    if fair.status not in PLANNABLE:
        raise FairStateConflict(_("A timetable is published between the closing of the answers and the fair."))
    copied = Timetable.objects.create(
        fair=fair,
        number=next_number(fair.pk),
        score=base.score,
        upper_bound=base.upper_bound,
        breaks=base.breaks,
        report=base.report,
        origin=TimetableOrigin.COPY,
        based_on=base,
    )
    Meeting.objects.bulk_create(copy_of(meeting, copied) for meeting in base.meetings.taking_place().order_by("pk"))
    wishes = list(base.unmet_wishes.all())
    for wish in wishes:
        wish.pk, wish.timetable = None, copied
    UnmetWish.objects.bulk_create(wishes)
    record(verb="timetable.copied", subject=copied, actor=actor, at=at, number=copied.number, of=base.number)
    return copied


def copy_of(meeting: Meeting, timetable: Timetable) -> Meeting:
    """The same meeting in another version, unsaved."""
    return Meeting(
        timetable=timetable,
        school_id=meeting.school_id,
        enterprise_id=meeting.enterprise_id,
        slot_id=meeting.slot_id,
        table_id=meeting.table_id,
        school_seat=meeting.school_seat,
        enterprise_seat=meeting.enterprise_seat,
        is_must=meeting.is_must,
        is_locked=meeting.is_locked,
        score=meeting.score,
        state=meeting.state,
        absent_side=meeting.absent_side,
        origin=meeting.origin,
        sequence=meeting.sequence,
    )


@transaction.atomic
def discard_timetable(*, timetable_id: int, actor: User, at: datetime) -> None:
    """Throw a proposed version away; TimetableMovedOn if it was published meanwhile."""
    timetable = Timetable.objects.get(pk=timetable_id)
    locked_fair(timetable.fair_id)
    proposed = Timetable.objects.filter(pk=timetable_id, status=TimetableStatus.PROPOSED)
    if not proposed.exists():
        raise TimetableMovedOn(_("Only a proposed version can be thrown away."))
    record(verb="timetable.discarded", subject=timetable, actor=actor, at=at, number=timetable.number)
    proposed.delete()
