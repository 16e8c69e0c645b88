"""Take a new plan on the day: it becomes the version that counts, and only those it touches are told."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from events.fairs.models import Absence, Fair, FairStatus, TableClosing, Wish, WishKind
from events.fairs.services import FairStateConflict, locked_fair
from events.meetings.differences import ChangeKind
from events.meetings.figures import quality_of
from events.meetings.models import Meeting, Timetable, TimetableOrigin, TimetableStatus, UnmetReason, UnmetWish
from events.meetings.replanning import Preview, WhatIf, how_it_stands, preview
from events.meetings.services.publishing import make_it_count
from events.meetings.storing import next_number
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import StateConflict

REPLANNABLE = (FairStatus.SCHEDULED, FairStatus.LIVE)


class PlanMovedOn(StateConflict):
    """The timetable has changed since the plan was looked at."""


def take_replan(*, fair_id: int, what: WhatIf, mark: str, actor: User, at: datetime) -> Timetable:
    """Publish the plan that `preview` showed with this `mark` as a new version.

    It is worked out anew, before anything is locked; PlanMovedOn if something else comes of it by now, or if the
    timetable changes while it is worked out. FairStateConflict unless a timetable is published and the fair not over.
    """
    fair = Fair.objects.get(pk=fair_id)
    _check(fair)
    plan = preview(fair, what)
    if plan.mark != mark:
        raise PlanMovedOn(_("Something has changed since you looked at this plan. Look at it again."))
    return _store(plan, what, actor, at)


@transaction.atomic
def _store(plan: Preview, what: WhatIf, actor: User, at: datetime) -> Timetable:
    fair = locked_fair(plan.version.fair_id)
    _check(fair)
    current = Timetable.objects.filter(pk=plan.version.pk, status=TimetableStatus.PUBLISHED).first()
    if current is None or how_it_stands(current) != plan.before:
        raise PlanMovedOn(_("Something has changed since you looked at this plan. Look at it again."))
    new = Timetable.objects.create(
        fair=fair,
        number=next_number(fair.pk),
        score=sum(meeting.score for meeting in plan.meetings),
        upper_bound=current.upper_bound,
        breaks=current.breaks,
        report=current.report | {"meetings": len(plan.meetings)},
        origin=TimetableOrigin.REPLAN,
        based_on=current,
    )
    for meeting in plan.meetings:
        meeting.timetable = new
    Meeting.objects.bulk_create(plan.meetings)
    UnmetWish.objects.bulk_create([*_still_unmet(current, new, plan), *_lost(new, plan)])
    _remember(fair, what)
    new.breaks = quality_of(new).breaks
    new.save(update_fields=["breaks"])
    record(
        verb="timetable.replanned", subject=new, actor=actor, at=at, absent=list(what.absent), tables=list(what.tables)
    )
    return make_it_count(new, fair, actor=actor, at=at)


def _remember(fair: Fair, what: WhatIf) -> None:
    """Who is away and which table is closed stays so: a later plan must not use them again."""
    slots = list(fair.slots.order_by("starts_at").values_list("pk", flat=True))
    rest = slots[slots.index(what.since) :]
    away = rest if what.until is None else rest[: max(0, slots.index(what.until) - slots.index(what.since))]
    parties = fair.participations.filter(pk__in=what.absent)
    Absence.objects.bulk_create(
        (Absence(participation=party, slot_id=slot) for party in parties for slot in away), ignore_conflicts=True
    )
    tables = fair.tables.filter(pk__in=what.tables)
    TableClosing.objects.bulk_create(
        (TableClosing(table=table, slot_id=slot) for table in tables for slot in rest), ignore_conflicts=True
    )


def _still_unmet(current: Timetable, new: Timetable, plan: Preview) -> list[UnmetWish]:
    """The wishes that were not kept and still are not."""
    met = {(meeting.school_id, meeting.enterprise_id) for meeting in plan.meetings}
    unmet = [wish for wish in current.unmet_wishes.all() if (wish.school_id, wish.enterprise_id) not in met]
    for wish in unmet:
        wish.pk, wish.timetable = None, new
    return unmet


def _lost(new: Timetable, plan: Preview) -> list[UnmetWish]:
    """The wishes that the version before had kept and this one does not."""
    gone = [change.meeting for change in plan.changes if change.kind == ChangeKind.CANCELLED]
    ends = {party for meeting in gone for party in (meeting.school_id, meeting.enterprise_id)}
    said = Wish.objects.filter(wisher__in=ends, partner__in=ends).exclude(kind=WishKind.NO)
    wished = {frozenset(pair) for pair in said.values_list("wisher", "partner")}
    return [
        UnmetWish(
            timetable=new,
            school_id=meeting.school_id,
            enterprise_id=meeting.enterprise_id,
            is_must=meeting.is_must,
            reason=UnmetReason.CHANGED,
        )
        for meeting in gone
        if frozenset((meeting.school_id, meeting.enterprise_id)) in wished
    ]


def _check(fair: Fair) -> None:
    if fair.status not in REPLANNABLE:
        raise FairStateConflict(
            _("A new plan is made between the publication of the timetable and the end of the fair.")
        )
