"""The grounds of a fair: slots, tables and the programme."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Max, Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Absence, Fair, FairSession, FairStatus, FairTable, Slot
from events.fairs.services.planning import moment_of
from events.fairs.services.states import locked_fair_in
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError

BEFORE_THE_TIMETABLE = (FairStatus.PLANNING, FairStatus.REGISTRATION, FairStatus.MATCHING)
BEFORE_THE_END = (*BEFORE_THE_TIMETABLE, FairStatus.SCHEDULED, FairStatus.LIVE)
SHORTEST_SLOT, LONGEST_SLOT, LONGEST_BUFFER = 5, 180, 120  # minutes
MOST_TABLES = 2000


class GroundsRefused(DomainError):
    """Slots, tables or sessions that cannot be."""


@dataclass(frozen=True, slots=True)
class SessionFacts:
    """A part of the programme as stated."""

    kind: str
    title: str
    starts_at: datetime
    ends_at: datetime
    place: str = ""


@transaction.atomic
def lay_out_slots(
    *, fair_id: int, day: date, start: time, end: time, minutes: int, buffer: int = 0, actor: User, at: datetime
) -> list[Slot]:
    """Add slots of `minutes` each, `buffer` minutes apart, from `start` to `end` of a day at the place of the fair.

    GroundsRefused if the day is not of the fair, no slot fits, or one would overlap a slot there already.
    """
    fair = locked_fair_in(fair_id, BEFORE_THE_TIMETABLE)
    _check_day(fair, day, start, end)
    _check_lengths(minutes, buffer)
    begin, last = moment_of(day, start), moment_of(day, end)
    length, gap = timedelta(minutes=minutes), timedelta(minutes=buffer)
    slots = []
    while begin + length <= last:
        slots.append(Slot(fair=fair, starts_at=begin, ends_at=begin + length))
        begin += length + gap
    if not slots:
        raise GroundsRefused(_("Not even one slot fits between these times."), field="end")
    try:
        with transaction.atomic():
            Slot.objects.bulk_create(slots)
    except IntegrityError as error:
        raise GroundsRefused(_("Some of these slots overlap slots that are there already."), field="start") from error
    record(
        verb="fair.slots_added",
        subject=fair,
        actor=actor,
        at=at,
        day=day.isoformat(),
        slots=len(slots),
        minutes=minutes,
    )
    return slots


@transaction.atomic
def remove_slots(*, fair_id: int, day: date, actor: User, at: datetime) -> int:
    """Remove the slots of a day; refused once somebody meets or marked an absence in one. Returns how many."""
    fair = locked_fair_in(fair_id, BEFORE_THE_TIMETABLE)
    begin = moment_of(day, time.min)
    slots = Slot.objects.filter(fair=fair, starts_at__gte=begin, starts_at__lt=begin + timedelta(days=1))
    if Absence.objects.filter(slot__in=slots).exists():
        raise GroundsRefused(_("Organizations have already said when they are away in these slots."))
    removed = _delete_unused(slots, _("A timetable uses these slots."))
    record(verb="fair.slots_removed", subject=fair, actor=actor, at=at, day=day.isoformat(), slots=removed)
    return removed


@transaction.atomic
def lay_out_tables(
    *, fair_id: int, count: int, zones: Sequence[str] = ("",), actor: User, at: datetime
) -> list[FairTable]:
    """Add `count` tables, numbered on from the last, shared out over the zones in blocks as equal as can be."""
    fair = locked_fair_in(fair_id, BEFORE_THE_END)
    names = [zone.strip()[:20] for zone in zones] or [""]
    last: int = FairTable.objects.filter(fair=fair).aggregate(last=Max("number"))["last"] or 0
    if not 1 <= count <= MOST_TABLES - last:
        raise GroundsRefused(
            _("Between 1 and %(most)s tables can be added.") % {"most": max(1, MOST_TABLES - last)}, field="count"
        )
    tables = FairTable.objects.bulk_create(
        FairTable(fair=fair, number=last + 1 + index, zone=names[index * len(names) // count]) for index in range(count)
    )
    record(verb="fair.tables_added", subject=fair, actor=actor, at=at, tables=count, zones=names)
    return tables


@transaction.atomic
def remove_tables(*, fair_id: int, actor: User, at: datetime) -> int:
    """Remove all tables; refused once a timetable uses one. Returns how many there were."""
    fair = locked_fair_in(fair_id, BEFORE_THE_TIMETABLE)
    removed = _delete_unused(FairTable.objects.filter(fair=fair), _("A timetable uses these tables."))
    record(verb="fair.tables_removed", subject=fair, actor=actor, at=at, tables=removed)
    return removed


@transaction.atomic
def add_session(*, fair_id: int, facts: SessionFacts, actor: User, at: datetime) -> FairSession:
    """Add a part to the programme; GroundsRefused outside of the days of the fair or when it ends before it begins."""
    fair = locked_fair_in(fair_id, BEFORE_THE_END)
    _check_session(fair, facts)
    session = FairSession.objects.create(fair=fair, **asdict(facts))
    record(verb="fair.session_added", subject=fair, actor=actor, at=at, title=facts.title)
    return session


@transaction.atomic
def update_session(*, session_id: int, facts: SessionFacts, actor: User, at: datetime) -> FairSession:
    """Change a part of the programme; refused as in `add_session`."""
    session = FairSession.objects.get(pk=session_id)
    fair = locked_fair_in(session.fair_id, BEFORE_THE_END)
    _check_session(fair, facts)
    FairSession.objects.filter(pk=session_id).update(**asdict(facts))
    record(verb="fair.session_changed", subject=fair, actor=actor, at=at, title=facts.title)
    session.refresh_from_db()
    return session


@transaction.atomic
def remove_session(*, session_id: int, actor: User, at: datetime) -> None:
    """Take a part off the programme."""
    session = FairSession.objects.get(pk=session_id)
    fair = locked_fair_in(session.fair_id, BEFORE_THE_END)
    session.delete()
    record(verb="fair.session_removed", subject=fair, actor=actor, at=at, title=session.title)


def _delete_unused(rows: QuerySet[Slot] | QuerySet[FairTable], refusal: object) -> int:
    """Delete all rows, or none if a meeting stands in one."""
    if rows.filter(meetings__isnull=False).exists():
        raise GroundsRefused(str(refusal))
    _total, by_model = rows.delete()
    counted: dict[str, int] = by_model
    return counted.get(_label(rows.model), 0)


def _label(model: type[Model]) -> str:
    return str(model._meta.label)


def _check_day(fair: Fair, day: date, start: time, end: time) -> None:
    if not fair.starts_on <= day <= fair.ends_on:
        raise GroundsRefused(_("This day is not a day of the fair."), field="day")
    if end <= start:
        raise GroundsRefused(_("The end is not after the beginning."), field="end")


def _check_lengths(minutes: int, buffer: int) -> None:
    if not SHORTEST_SLOT <= minutes <= LONGEST_SLOT:
        raise GroundsRefused(_("A slot lasts between 5 and 180 minutes."), field="minutes")
    if not 0 <= buffer <= LONGEST_BUFFER:
        raise GroundsRefused(_("The pause between two slots lasts at most 120 minutes."), field="buffer")


def _check_session(fair: Fair, facts: SessionFacts) -> None:
    if facts.ends_at <= facts.starts_at:
        raise GroundsRefused(_("A session ends after it begins."), field="ends_at")
    first, last = timezone.localdate(facts.starts_at), timezone.localdate(facts.ends_at)
    if first < fair.starts_on or last > fair.ends_on:
        raise GroundsRefused(_("The session lies outside of the days of the fair."), field="starts_at")
