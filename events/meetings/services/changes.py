"""Change single meetings of a timetable by hand; the database refuses a double booking, whoever comes at once."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from events.fairs.models import TAKING_PART, FairTable, Participation, Slot, Wish, WishKind
from events.meetings.models import Meeting, MeetingOrigin, MeetingState, Timetable, TimetableStatus, UnmetWish
from events.meetings.notices import tell_both_sides
from events.meetings.services.placing import (
    Held,
    MeetingMovedOn,
    MoveRefused,
    Seats,
    Side,
    changeable_meetings,
    check_changeable,
    lock_slots,
    one_change,
    seats_at,
    share_fair,
)
from portal.accounts.models import User
from portal.audit.services import record


def move_meeting(
    *, meeting_id: int, slot_id: int, table_id: int, actor: User, at: datetime, sequence: int | None = None
) -> Meeting:
    """Put a planned meeting into another slot or at another table, and tell both if the timetable is published.

    MoveRefused names what stands against it: locked, a side that already meets somebody or is away, a table taken,
    closed or kept for another. `sequence` is that of the meeting as the page showed it, if it matters: MeetingMovedOn
    if it was changed since.
    """
    with one_change():
        (held,) = changeable_meetings([meeting_id])
        _check_movable(held, sequence)
        _seats(held, slot_id=slot_id, table_id=table_id, moving=[meeting_id])  # who is refused now waits for nobody
        lock_slots(held.slot_id, slot_id)
        seats = _seats(held, slot_id=slot_id, table_id=table_id, moving=[meeting_id])
        before = {"slot": str(Slot.objects.get(pk=held.slot_id)), "table": str(FairTable.objects.get(pk=held.table_id))}
        Meeting.objects.filter(pk=meeting_id).update(
            slot=slot_id,
            table=table_id,
            school_seat=seats.school,
            enterprise_seat=seats.enterprise,
            sequence=F("sequence") + 1,
            updated_at=at,
        )
        meeting = Meeting.objects.with_parties().get(pk=meeting_id)
        _tell(meeting, event="meeting_moved", at=at)
        record(verb="meeting.moved", subject=meeting, actor=actor, at=at, before=before, after=place_of(meeting))
        return meeting


def swap_meetings(*, meeting_id: int, other_id: int, actor: User, at: datetime) -> tuple[Meeting, Meeting]:
    """Let two planned meetings of one version exchange slot and table, and tell all of them if it is published.

    MoveRefused, MeetingMovedOn as for a move, of either of the two.
    """
    with one_change():
        if meeting_id == other_id:
            raise MoveRefused(_("A meeting cannot change places with itself."), field="other")
        rows = {row.pk: row for row in changeable_meetings([meeting_id, other_id])}
        first, second = rows[meeting_id], rows[other_id]
        if first.timetable_id != second.timetable_id:
            raise MoveRefused(_("These two meetings are not of the same version."), field="other")
        for held in (first, second):
            _check_movable(held)
        lock_slots(first.slot_id, second.slot_id)
        # Out of the way of each other first: the database checks row by row.
        both = Meeting.objects.filter(pk__in=rows)
        both.update(state=MeetingState.CANCELLED)
        for held, goal in ((first, second), (second, first)):
            seats = _seats(held, slot_id=goal.slot_id, table_id=goal.table_id)
            Meeting.objects.filter(pk=held.pk).update(
                slot=goal.slot_id,
                table=goal.table_id,
                school_seat=seats.school,
                enterprise_seat=seats.enterprise,
                state=MeetingState.PLANNED,
                sequence=F("sequence") + 1,
                updated_at=at,
            )
        moved = {row.pk: row for row in both.with_parties()}
        for meeting in moved.values():
            _tell(meeting, event="meeting_moved", at=at)
        places = {pk: place_of(moved[pk]) for pk in moved}
        for pk, other in sorted([(meeting_id, other_id), (other_id, meeting_id)]):  # each was where the other is now
            facts = {"before": places[other], "after": places[pk]}
            record(verb="meeting.moved", subject=moved[pk], actor=actor, at=at, **facts)
        return moved[meeting_id], moved[other_id]


def cancel_meeting(*, meeting_id: int, actor: User, at: datetime, sequence: int | None = None) -> Meeting:
    """Take a planned meeting off the timetable, and tell both if it is published; its place is free again."""
    with transaction.atomic():
        (held,) = changeable_meetings([meeting_id])
        _check_movable(held, sequence)
        meeting = _set(held, state=MeetingState.CANCELLED, at=at)
        _tell(meeting, event="meeting_cancelled", at=at)
        record(verb="meeting.cancelled", subject=meeting, actor=actor, at=at)
        return meeting


def restore_meeting(*, meeting_id: int, actor: User, at: datetime, sequence: int | None = None) -> Meeting:
    """Put a cancelled meeting back where it was, if the place is still free; MoveRefused, MeetingMovedOn else."""
    with one_change():
        (held,) = changeable_meetings([meeting_id])
        if held.state != MeetingState.CANCELLED or sequence not in (None, held.sequence):
            raise MeetingMovedOn(_("Somebody has changed this meeting meanwhile."))
        lock_slots(held.slot_id)
        seats = _seats(held, slot_id=held.slot_id, table_id=held.table_id)
        taken = {"school_seat": seats.school, "enterprise_seat": seats.enterprise}
        meeting = _set(held, state=MeetingState.PLANNED, at=at, **taken)
        _tell(meeting, event="meeting_moved", at=at)
        record(verb="meeting.restored", subject=meeting, actor=actor, at=at)
        return meeting


def put_in_meeting(
    *, timetable_id: int, school_id: int, enterprise_id: int, slot_id: int, table_id: int, actor: User, at: datetime
) -> Meeting:
    """Put a meeting of two participants, an unmet wish perhaps, into a version by hand; tell both if it is published.

    MoveRefused as for a move, and if the two already meet, one does not come or says no. How many meetings a party may
    have is the organizer's own rule and does not hold for the own hand.
    """
    with one_change():
        share_fair(timetable_id=timetable_id)
        timetable = Timetable.objects.select_related("fair").get(pk=timetable_id)
        check_changeable(timetable)
        school, enterprise = _sides(timetable, school_id, enterprise_id)
        look = partial(
            seats_at,
            fair_id=timetable.fair_id,
            timetable_id=timetable.pk,
            school=school,
            enterprise=enterprise,
            slot_id=slot_id,
            table_id=table_id,
        )
        look()  # who is refused now waits for nobody
        wishes = set(_said(school_id, enterprise_id))
        if WishKind.NO in wishes:
            raise MoveRefused(_("One of the two does not want this meeting."))
        lock_slots(slot_id)
        seats = look()
        meeting = Meeting.objects.create(
            timetable=timetable,
            school_id=school_id,
            enterprise_id=enterprise_id,
            slot_id=slot_id,
            table_id=table_id,
            school_seat=seats.school,
            enterprise_seat=seats.enterprise,
            is_must=WishKind.MUST in wishes,
            origin=MeetingOrigin.MANUAL,
        )
        UnmetWish.objects.filter(timetable=timetable, school=school_id, enterprise=enterprise_id).delete()
        meeting = Meeting.objects.with_parties().get(pk=meeting.pk)
        _tell(meeting, event="meeting_added", at=at)
        record(verb="meeting.put_in", subject=meeting, actor=actor, at=at, place=place_of(meeting))
        return meeting


def _sides(timetable: Timetable, school_id: int, enterprise_id: int) -> tuple[Side, Side]:
    coming = Participation.objects.filter(fair=timetable.fair_id, status__in=TAKING_PART)
    rows = coming.filter(pk__in=(school_id, enterprise_id)).values_list("pk", "at_once", "organization__kind")
    found = {pk: (Side(pk, at_once), kind) for pk, at_once, kind in rows}
    if not {school_id, enterprise_id} <= found.keys():
        raise MoveRefused(_("One of the two does not come to this fair."))
    (school, kind), (enterprise, other_kind) = found[school_id], found[enterprise_id]
    if (kind, other_kind) != ("school", "enterprise"):
        raise MoveRefused(_("A meeting is of one school and one enterprise."))
    return school, enterprise


def _said(school_id: int, enterprise_id: int) -> list[str]:
    both = Wish.objects.filter(wisher__in=(school_id, enterprise_id), partner__in=(school_id, enterprise_id))
    return list(both.values_list("kind", flat=True))


def lock_meetings(*, timetable_id: int, meeting_ids: list[int], locked: bool, actor: User, at: datetime) -> int:
    """Lock planned meetings of a version, so that no new plan moves them, or unlock them; how many changed.

    MeetingMovedOn if the version can no longer be changed.
    """
    with transaction.atomic():
        share_fair(timetable_id=timetable_id)
        timetable = Timetable.objects.select_related("fair").get(pk=timetable_id)
        check_changeable(timetable)
        rows = timetable.meetings.filter(pk__in=meeting_ids, state=MeetingState.PLANNED, is_locked=not locked)
        ids = list(rows.select_for_update(no_key=True).order_by("pk").values_list("pk", flat=True))
        changed = Meeting.objects.filter(pk__in=ids).update(is_locked=locked, updated_at=at)
        if changed:
            verb = "timetable.meetings_locked" if locked else "timetable.meetings_unlocked"
            record(verb=verb, subject=timetable, actor=actor, at=at, meetings=ids)
        return changed


def place_of(meeting: Meeting) -> dict[str, str]:
    """Slot and table in words, for the audit; both must be loaded."""
    return {"slot": str(meeting.slot), "table": str(meeting.table)}


def _seats(held: Held, *, slot_id: int, table_id: int, moving: Iterable[int] = ()) -> Seats:
    return seats_at(
        fair_id=held.fair_id,
        timetable_id=held.timetable_id,
        school=held.school,
        enterprise=held.enterprise,
        slot_id=slot_id,
        table_id=table_id,
        moving=moving,
    )


def _check_movable(meeting: Held, sequence: int | None = None) -> None:
    if meeting.state != MeetingState.PLANNED:
        raise MeetingMovedOn(_("Only a planned meeting can be moved or cancelled."))
    if sequence not in (None, meeting.sequence):
        raise MeetingMovedOn(_("Somebody has changed this meeting meanwhile."))
    if meeting.is_locked:
        raise MoveRefused(_("This meeting is locked. Unlock it first."))


def _set(meeting: Held, *, at: datetime, **fields: Any) -> Meeting:
    Meeting.objects.filter(pk=meeting.pk).update(sequence=F("sequence") + 1, updated_at=at, **fields)
    return Meeting.objects.with_parties().get(pk=meeting.pk)


def _tell(meeting: Meeting, *, event: str, at: datetime) -> None:
    if meeting.timetable.status == TimetableStatus.PUBLISHED:
        tell_both_sides(meeting, event=event, at=at)
