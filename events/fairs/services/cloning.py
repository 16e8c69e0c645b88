"""Begin a fair from an earlier one or from a pattern: the same rooms, tables, slots and programme on other days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, FairRoom, FairSession, FairTable, SessionKind, Slot
from events.fairs.services.planning import FairFacts, FairRefused, create_fair, moment_of
from portal.accounts.models import User
from portal.audit.services import record


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a pattern's programme: on which day, from when to when."""

    kind: SessionKind
    title: Any
    day: int
    start: time
    end: time


@dataclass(frozen=True, slots=True)
class Pattern:
    """A usual course of a fair; talks get slots of 20 minutes, 5 apart."""

    name: str
    label: Any
    days: int
    tables: int
    parts: tuple[Part, ...]


TIME_TO_INVITE = timedelta(days=60)
SLOT, PAUSE = timedelta(minutes=20), timedelta(minutes=5)
_TALKS = _("One-to-one talks")
PATTERNS = {
    pattern.name: pattern
    for pattern in (
        Pattern(
            "half-day",
            _("Half a day: talks only"),
            1,
            20,
            (Part(SessionKind.NEGOTIATION, _TALKS, 0, time(9), time(12)),),
        ),
        Pattern(
            "one-day",
            _("One day: opening and presentations in the morning, talks in the afternoon"),
            1,
            40,
            (
                Part(SessionKind.OPENING, _("Opening"), 0, time(9), time(9, 40)),
                Part(SessionKind.SIGNING, _("Signing ceremony"), 0, time(9, 40), time(10, 20)),
                Part(SessionKind.PRESENTATION, _("Presentations"), 0, time(10, 30), time(12)),
                Part(SessionKind.MEAL, _("Lunch"), 0, time(12), time(13, 30)),
                Part(SessionKind.NEGOTIATION, _TALKS, 0, time(14), time(17, 30)),
            ),
        ),
        Pattern(
            "two-days",
            _("Two days: opening, signing, presentations, talks, tour"),
            2,
            40,
            (
                Part(SessionKind.OPENING, _("Opening"), 0, time(9), time(9, 40)),
                Part(SessionKind.SIGNING, _("Signing ceremony"), 0, time(9, 40), time(10, 30)),
                Part(SessionKind.PRESENTATION, _("Presentations"), 0, time(10, 30), time(12)),
                Part(SessionKind.MEAL, _("Lunch"), 0, time(12), time(13, 30)),
                Part(SessionKind.NEGOTIATION, _TALKS, 0, time(14), time(17, 30)),
                Part(SessionKind.NEGOTIATION, _TALKS, 1, time(9), time(12)),
                Part(SessionKind.MEAL, _("Lunch"), 1, time(12), time(13, 30)),
                Part(SessionKind.NEGOTIATION, _TALKS, 1, time(14), time(16, 30)),
                Part(SessionKind.TOUR, _("Tour"), 1, time(16, 40), time(18)),
            ),
        ),
    )
}


@transaction.atomic
def create_from_pattern(*, pattern: str, organizer_id: int, facts: FairFacts, actor: User, at: datetime) -> Fair:
    """A fair in planning with the pattern's programme, slots and tables, in the language of the person who makes it.

    FairRefused if the fair has fewer days than the pattern.
    """
    shape = PATTERNS[pattern]
    if facts.ends_on - facts.starts_on < timedelta(days=shape.days - 1):
        raise FairRefused(_("The chosen pattern needs %(n)d days.") % {"n": shape.days}, field="ends_on")
    fair = create_fair(organizer_id=organizer_id, facts=facts, actor=actor, at=at)
    for part in shape.parts:
        day = facts.starts_on + timedelta(days=part.day)
        begin, end = moment_of(day, part.start), moment_of(day, part.end)
        title = str(part.title)
        FairSession.objects.create(
            fair=fair, kind=part.kind, title=title, place=facts.venue[:120], starts_at=begin, ends_at=end
        )
        if part.kind == SessionKind.NEGOTIATION:
            Slot.objects.bulk_create(_slots(fair, begin, end))
    FairTable.objects.bulk_create(FairTable(fair=fair, number=number + 1) for number in range(shape.tables))
    record(verb="fair.laid_out", subject=fair, actor=actor, at=at, pattern=pattern)
    return fair


@transaction.atomic
def create_from_fair(*, source: Fair, organizer_id: int, facts: FairFacts, actor: User, at: datetime) -> Fair:
    """A fair in planning with the rooms, tables, slots and programme of an earlier one.

    Every time of day stays, the days move along with the first day. Nobody is invited, and what belonged to those who
    came (tables fixed to somebody, who presents, who signs) stays behind. What lies after the last day of the new fair
    is left out.
    """
    fair = create_fair(organizer_id=organizer_id, facts=facts, actor=actor, at=at)
    Fair.objects.filter(pk=fair.pk).update(based_on=source)
    by = facts.starts_on - source.starts_on
    last = facts.ends_on
    for session in source.sessions.all():
        begin, end = _shifted(session.starts_at, by), _shifted(session.ends_at, by)
        if timezone.localdate(end) <= last:
            FairSession.objects.create(
                fair=fair, kind=session.kind, title=session.title, place=session.place, starts_at=begin, ends_at=end
            )
    Slot.objects.bulk_create(
        Slot(fair=fair, starts_at=_shifted(slot.starts_at, by), ends_at=_shifted(slot.ends_at, by))
        for slot in source.slots.all()
        if timezone.localdate(_shifted(slot.ends_at, by)) <= last
    )
    rooms = {
        room.pk: FairRoom.objects.create(fair=fair, name=room.name, seats=room.seats) for room in source.rooms.all()
    }
    FairTable.objects.bulk_create(
        FairTable(fair=fair, number=table.number, zone=table.zone, room=rooms.get(table.room_id or 0))
        for table in source.tables.all()
    )
    record(verb="fair.copied", subject=fair, actor=actor, at=at, source=source.slug)
    fair.refresh_from_db()
    return fair


def facts_for_next(source: Fair, today: date) -> dict[str, Any]:
    """What a form for the next fair can be filled with: the facts of the last one, a year on, or two months hence.

    The new fair begins on the same weekday, so that a fair of Friday and Saturday stays one.
    """
    first = source.starts_on + timedelta(days=364)
    while first <= today + TIME_TO_INVITE:
        first += timedelta(days=7)
    by = first - source.starts_on
    moved = {
        name: getattr(source, name) + by
        for name in ("starts_on", "ends_on", "answers_due", "names_due", "timetable_due")
        if getattr(source, name)
    }
    same = ("theme", "hosts", "region_id", "venue", "registration_place", "duty_contact", "letter")
    limits = ("min_meetings", "max_meetings", "most_schools", "most_enterprises")
    desk = source.registration_at and _shifted(source.registration_at, by)
    return {
        "name": source.name,
        **{name: getattr(source, name) for name in (*same, *limits)},
        **moved,
        "registration_at": desk,
        "graduating_year": source.graduating_year + first.year - source.starts_on.year,
    }


def _slots(fair: Fair, begin: datetime, end: datetime) -> list[Slot]:
    slots = []
    while begin + SLOT <= end:
        slots.append(Slot(fair=fair, starts_at=begin, ends_at=begin + SLOT))
        begin += SLOT + PAUSE
    return slots


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """The same time of day, so many days later, at the place of the fair."""
    local = timezone.localtime(moment)
    return moment_of(local.date() + by, local.time())
