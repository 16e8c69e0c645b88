"""Change single meetings of a timetable by hand; the database refuses a double booking, whoever comes at once."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from events.fairs.models import TAKING_PART, FairTable, Participation, Slot, Wish, WishKind
from events.meetings.models import Meeting, MeetingOrigin, MeetingState, Timetable, TimetableStatus, UnmetWish
from events.meetings.notices import messages_to_both
from events.meetings.services.holding import (
    Held,
    MeetingMovedOn,
    changeable_meetings,
    check_changeable,
    meetings_now,
    share_fair,
)
from events.meetings.services.placing import (
    MoveRefused,
    Place,
    Seats,
    Side,
    lock_slots,
    locked_seats,
    one_change,
    seats_at,
)
from portal.accounts.models import User
from portal.audit.services import record
from portal.notifications.services import Message, notify_each


def move_meeting(
    *, meeting_id: int, slot_id: int, table_id: int, actor: User, at: datetime, sequence: int | None = None
) -> Meeting:
    """Put a planned meeting into another slot or at another table, and tell both if the timetable is published.

    MoveRefused names what stands against it: locked, a side that already meets somebody or is away, a table taken,
    closed or kept for another. `sequence` is that of the meeting as the page showed it, if it matters: MeetingMovedOn
    if it was changed since.
    """
    (seen,) = meetings_now([meeting_id])
    _check_movable(seen, sequence)
    seats_at(seen.place(slot_id, table_id, meeting_id))
    with one_change():
        (held,) = changeable_meetings([meeting_id])
        _check_movable(held, sequence)
        meeting = _loaded(held)
        before = place_of(meeting)
        meeting.slot, meeting.table = Slot.objects.get(pk=slot_id), FairTable.objects.get(pk=table_id)
        messages = _messages(meeting, event="meeting_moved")
        seats = locked_seats(held.place(slot_id, table_id, meeting_id), leaving=[held.slot_id])
        _set(meeting, at=at, slot=meeting.slot, table=meeting.table, **_as_fields(seats))
        notify_each(messages, at=at)
        record(verb="meeting.moved", subject=meeting, actor=actor, at=at, before=before, after=place_of(meeting))
        return meeting


def swap_meetings(*, meeting_id: int, other_id: int, actor: User, at: datetime) -> tuple[Meeting, Meeting]:
    """Let two planned meetings of one version exchange slot and table, and tell all of them if it is published.

    MoveRefused, MeetingMovedOn as for a move, of either of the two.
    """
    if meeting_id == other_id:
        raise MoveRefused(_("A meeting cannot change places with itself."), field="other")
    ids = (meeting_id, other_id)
    for held, goal in _exchanged(meetings_now(ids)):
        seats_at(held.place(goal.slot_id, goal.table_id, *ids))
    with one_change():
        exchanged = _exchanged(changeable_meetings(ids))
        loaded = {row.pk: row for row in Meeting.objects.with_parties().filter(pk__in=ids)}
        places = {row.pk: (row.slot, row.table, place_of(row)) for row in loaded.values()}
        messages: list[Message] = []
        for held, goal in exchanged:
            meeting = loaded[held.pk]
            meeting.slot, meeting.table, _words = places[goal.pk]
            messages += _messages(meeting, event="meeting_moved")
        lock_slots(*(held.slot_id for held, _goal in exchanged))
        # Out of the way of each other first: the database checks row by row.
        Meeting.objects.filter(pk__in=ids).update(state=MeetingState.CANCELLED)
        for held, goal in exchanged:
            meeting = loaded[held.pk]
            seats = _as_fields(seats_at(held.place(goal.slot_id, goal.table_id)))
            _set(meeting, at=at, slot=meeting.slot, table=meeting.table, state=MeetingState.PLANNED, **seats)
        notify_each(messages, at=at)
        for held, goal in exchanged:
            facts = {"before": places[held.pk][2], "after": places[goal.pk][2]}
            record(verb="meeting.moved", subject=loaded[held.pk], actor=actor, at=at, **facts)
        return loaded[meeting_id], loaded[other_id]


def _exchanged(held: list[Held]) -> list[tuple[Held, Held]]:
    """Each of two meetings with the one whose place it takes, if they may change places at all."""
    first, second = held
    if first.timetable_id != second.timetable_id:
        raise MoveRefused(_("These two meetings are not of the same version."), field="other")
    for each in held:
        _check_movable(each)
    return [(first, second), (second, first)]


def cancel_meeting(*, meeting_id: int, actor: User, at: datetime, sequence: int | None = None) -> Meeting:
    """Take a planned meeting off the timetable, and tell both if it is published; its place is free again."""
    with transaction.atomic():
        (held,) = changeable_meetings([meeting_id])
        _check_movable(held, sequence)
        meeting = _loaded(held)
        messages = _messages(meeting, event="meeting_cancelled")
        _set(meeting, at=at, state=MeetingState.CANCELLED)
        notify_each(messages, at=at)
        record(verb="meeting.cancelled", subject=meeting, actor=actor, at=at)
        return meeting


def restore_meeting(*, meeting_id: int, actor: User, at: datetime, sequence: int | None = None) -> Meeting:
    """Put a cancelled meeting back where it was, if the place is still free; MoveRefused, MeetingMovedOn else."""
    (seen,) = meetings_now([meeting_id])
    _check_cancelled(seen, sequence)
    seats_at(seen.place(seen.slot_id, seen.table_id))
    with one_change():
        (held,) = changeable_meetings([meeting_id])
        _check_cancelled(held, sequence)
        meeting = _loaded(held)
        messages = _messages(meeting, event="meeting_moved")
        seats = locked_seats(held.place(held.slot_id, held.table_id))
        _set(meeting, at=at, state=MeetingState.PLANNED, **_as_fields(seats))
        notify_each(messages, at=at)
        record(verb="meeting.restored", subject=meeting, actor=actor, at=at)
        return meeting


def put_in_meeting(
    *, timetable_id: int, school_id: int, enterprise_id: int, slot_id: int, table_id: int, actor: User, at: datetime
) -> Meeting:
    """Put a meeting of two participants, an unmet wish perhaps, into a version by hand; tell both if it is published.

    MoveRefused as for a move, and if the two already meet, one does not come or says no. How many meetings a party may
    have is the organizer's own rule and does not hold for the own hand.
    """
    timetable = Timetable.objects.select_related("fair").get(pk=timetable_id)
    check_changeable(timetable)
    school, enterprise = _sides(timetable, school_id, enterprise_id)
    sides = Side(school.pk, school.at_once), Side(enterprise.pk, enterprise.at_once)
    place = Place(timetable.fair_id, timetable.pk, *sides, slot_id, table_id)
    seats_at(place)
    wishes = set(_said(school_id, enterprise_id))
    if WishKind.NO in wishes:
        raise MoveRefused(_("One of the two does not want this meeting."))
    with one_change():
        timetable.status = share_fair(timetable_id=timetable_id)
        slot, table = Slot.objects.get(pk=slot_id), FairTable.objects.get(pk=table_id)
        meeting = Meeting(timetable=timetable, school=school, enterprise=enterprise, slot=slot, table=table)
        meeting.is_must, meeting.origin = WishKind.MUST in wishes, MeetingOrigin.MANUAL
        meeting.sequence = _sequence_after(school, enterprise)
        messages = _messages(meeting, event="meeting_added")
        seats = locked_seats(place)
        meeting.school_seat, meeting.enterprise_seat = seats.school, seats.enterprise
        meeting.save(force_insert=True)
        UnmetWish.objects.filter(timetable=timetable, school=school, enterprise=enterprise).delete()
        notify_each(messages, at=at)
        record(verb="meeting.put_in", subject=meeting, actor=actor, at=at, place=place_of(meeting))
        return meeting


def _sides(timetable: Timetable, school_id: int, enterprise_id: int) -> tuple[Participation, Participation]:
    coming = Participation.objects.filter(fair=timetable.fair_id, status__in=TAKING_PART)
    found = coming.select_related("organization").in_bulk((school_id, enterprise_id))
    if not {school_id, enterprise_id} <= found.keys():
        raise MoveRefused(_("One of the two does not come to this fair."))
    school, enterprise = found[school_id], found[enterprise_id]
    if (school.organization.kind, enterprise.organization.kind) != ("school", "enterprise"):
        raise MoveRefused(_("A meeting is of one school and one enterprise."))
    return school, enterprise


def _sequence_after(school: Participation, enterprise: Participation) -> int:
    """Above all that calendars were told of the two before: they pass over a change that looks older (RFC 5545)."""
    told = Meeting.objects.filter(school=school, enterprise=enterprise, timetable__published_at__isnull=False)
    last: int | None = told.aggregate(last=Max("sequence"))["last"]
    return 0 if last is None else last + 2  # one more than the cancellation of the last one


def _said(school_id: int, enterprise_id: int) -> list[str]:
    both = Wish.objects.filter(wisher__in=(school_id, enterprise_id), partner__in=(school_id, enterprise_id))
    return list(both.values_list("kind", flat=True))


def lock_meetings(*, timetable_id: int, meeting_ids: list[int], locked: bool, actor: User, at: datetime) -> int:
    """Lock planned meetings of a version, so that no new plan moves them, or unlock them; how many changed.

    MeetingMovedOn if the version can no longer be changed.
    """
    with transaction.atomic():
        share_fair(timetable_id=timetable_id)
        timetable = Timetable.objects.get(pk=timetable_id)
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


def _loaded(held: Held) -> Meeting:
    """The meeting with what `with_parties` loads, in small queries: to plan a join of nine tables takes longer."""
    meeting = Meeting.objects.select_related("slot", "table").get(pk=held.pk)
    meeting.timetable = Timetable.objects.select_related("fair").get(pk=held.timetable_id)
    sides = Participation.objects.select_related("organization").in_bulk((held.school.pk, held.enterprise.pk))
    meeting.school, meeting.enterprise = sides[held.school.pk], sides[held.enterprise.pk]
    return meeting


def _as_fields(seats: Seats) -> dict[str, int]:
    return {"school_seat": seats.school, "enterprise_seat": seats.enterprise}


def _check_movable(meeting: Held, sequence: int | None = None) -> None:
    if meeting.state != MeetingState.PLANNED:
        raise MeetingMovedOn(_("Only a planned meeting can be moved or cancelled."))
    if sequence not in (None, meeting.sequence):
        raise MeetingMovedOn(_("Somebody has changed this meeting meanwhile."))
    if meeting.is_locked:
        raise MoveRefused(_("This meeting is locked. Unlock it first."))


def _check_cancelled(meeting: Held, sequence: int | None) -> None:
    if meeting.state != MeetingState.CANCELLED or sequence not in (None, meeting.sequence):
        raise MeetingMovedOn(_("Somebody has changed this meeting meanwhile."))


def _set(meeting: Meeting, *, at: datetime, **fields: Any) -> None:
    """Store a change of a meeting that was loaded after its row was locked, and show it on what was loaded."""
    fields |= {"sequence": meeting.sequence + 1, "updated_at": at}
    Meeting.objects.filter(pk=meeting.pk).update(**fields)
    for name, value in fields.items():
        setattr(meeting, name, value)


def _messages(meeting: Meeting, *, event: str) -> list[Message]:
    """What both are told, read before others have to wait for a slot; nothing unless the timetable is published."""
    if meeting.timetable.status != TimetableStatus.PUBLISHED:
        return []
    return messages_to_both(meeting, event=event)
