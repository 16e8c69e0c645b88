"""What happens in a session: who presents in which turn, who rides in which group, what is signed on stage."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext_lazy as _

from events.fairs.models import (
    TAKING_PART,
    Fair,
    FairSession,
    Participation,
    Presentation,
    SessionKind,
    SigningItem,
    TourGroup,
    TourSeat,
)
from events.fairs.services.grounds import BEFORE_THE_END, GroundsRefused
from events.fairs.services.states import locked_fair_in
from portal.accounts.models import User
from portal.audit.services import record

MOST_SEATS, LONGEST_TALK = 200, 120


@dataclass(frozen=True, slots=True)
class SigningFacts:
    """A paper signed on stage, and who signs it before whom."""

    title: str
    school_id: int | None = None
    enterprise_id: int | None = None
    school_signatory: str = ""
    enterprise_signatory: str = ""
    witnesses: str = ""


@transaction.atomic
def add_presentation(
    *,
    session_id: int,
    participation_id: int,
    topic: str = "",
    speaker: str = "",
    minutes: int = 8,
    actor: User,
    at: datetime,
) -> Presentation:
    """Put an organization on the list, last; GroundsRefused if it is there already or does not come."""
    session, fair = _session(session_id, SessionKind.PRESENTATION)
    _check_coming(fair, participation_id, "participation")
    if not 1 <= minutes <= LONGEST_TALK:
        raise GroundsRefused(_("A presentation lasts between 1 and 120 minutes."), field="minutes")
    if session.presentations.filter(participation=participation_id).exists():
        raise GroundsRefused(_("This organization is on the list already."), field="participation")
    row = Presentation.objects.create(
        session=session,
        position=_next_position(session.presentations.all()),
        participation_id=participation_id,
        topic=topic.strip(),
        speaker=speaker.strip(),
        minutes=minutes,
    )
    record(verb="fair.presentation_added", subject=fair, actor=actor, at=at, participation=participation_id)
    return row


@transaction.atomic
def fill_presentations(*, session_id: int, kind: str, minutes: int, actor: User, at: datetime) -> int:
    """Put all of a side ("school" or "enterprise") that come and are not yet on the list behind those that are."""
    session, fair = _session(session_id, SessionKind.PRESENTATION)
    there = session.presentations.values("participation")
    coming = Participation.objects.taking_part().filter(fair=fair, organization__kind=kind).exclude(pk__in=there)
    first = _next_position(session.presentations.all())
    rows = Presentation.objects.bulk_create(
        Presentation(session=session, position=first + turn, participation_id=pk, minutes=minutes)
        for turn, pk in enumerate(coming.order_by("organization__pinyin", "pk").values_list("pk", flat=True))
    )
    record(verb="fair.presentations_filled", subject=fair, actor=actor, at=at, side=kind, presentations=len(rows))
    return len(rows)


@transaction.atomic
def add_signing(*, session_id: int, facts: SigningFacts, actor: User, at: datetime) -> SigningItem:
    """Put a paper on the run sheet, last; GroundsRefused without a title or for somebody who does not come."""
    session, fair = _session(session_id, SessionKind.SIGNING)
    if not facts.title.strip():
        raise GroundsRefused(_("Say what is signed."), field="title")
    for side in ("school", "enterprise"):
        participation = getattr(facts, f"{side}_id")
        if participation is not None:
            _check_coming(fair, participation, side, kind=side)
    item = SigningItem.objects.create(
        session=session,
        position=_next_position(session.signings.all()),
        title=facts.title.strip(),
        school_id=facts.school_id,
        enterprise_id=facts.enterprise_id,
        school_signatory=facts.school_signatory.strip(),
        enterprise_signatory=facts.enterprise_signatory.strip(),
        witnesses=facts.witnesses.strip(),
    )
    record(verb="fair.signing_added", subject=fair, actor=actor, at=at, title=item.title)
    return item


@transaction.atomic
def change_signing(
    *, signing_id: int, school_signatory: str, enterprise_signatory: str, witnesses: str, actor: User, at: datetime
) -> SigningItem:
    """Say anew who signs a paper on stage, and before whom."""
    item = SigningItem.objects.select_related("session").get(pk=signing_id)
    fair = locked_fair_in(item.session.fair_id, BEFORE_THE_END)
    item.school_signatory = school_signatory.strip()
    item.enterprise_signatory = enterprise_signatory.strip()
    item.witnesses = witnesses.strip()
    item.save(update_fields=["school_signatory", "enterprise_signatory", "witnesses"])
    record(verb="fair.signing_changed", subject=fair, actor=actor, at=at, title=item.title)
    return item


@transaction.atomic
def add_tour_group(
    *, session_id: int, seats: int, vehicle: str = "", guide: str = "", actor: User, at: datetime
) -> TourGroup:
    """Add a bus or group to a tour, numbered on from the last."""
    session, fair = _session(session_id, SessionKind.TOUR)
    if not 1 <= seats <= MOST_SEATS:
        raise GroundsRefused(_("A group has between 1 and 200 seats."), field="seats")
    last: int = session.tour_groups.aggregate(last=Max("number"))["last"] or 0
    group = TourGroup.objects.create(
        session=session, number=last + 1, seats=seats, vehicle=vehicle.strip(), guide=guide.strip()
    )
    record(verb="fair.tour_group_added", subject=fair, actor=actor, at=at, group=group.number, seats=seats)
    return group


@transaction.atomic
def share_out_seats(*, session_id: int, actor: User, at: datetime) -> int:
    """Seat everybody who comes anew: delegations whole, schools first, each in the first group with room for it.

    GroundsRefused, with nothing changed, if the groups have too few seats for that. Returns how many people ride.
    """
    session, fair = _session(session_id, SessionKind.TOUR)
    groups = list(session.tour_groups.order_by("number"))
    coming = Participation.objects.taking_part().filter(fair=fair).select_related("organization")
    parties = sorted(coming.order_by("organization__pinyin", "pk"), key=lambda row: not row.is_school)
    left = [group.seats for group in groups]
    seats = []
    for party in parties:
        group = next((index for index, free in enumerate(left) if free >= party.delegates), None)
        if group is None:
            people = sum(row.delegates for row in parties)
            text = _("%(people)d people come and the groups have %(seats)d seats: add a group.")
            raise GroundsRefused(text % {"people": people, "seats": sum(row.seats for row in groups)})
        left[group] -= party.delegates
        seats.append(TourSeat(group=groups[group], participation=party, people=party.delegates))
    TourSeat.objects.filter(group__session=session).delete()
    TourSeat.objects.bulk_create(seats)
    people = sum(seat.people for seat in seats)
    record(verb="fair.tour_seated", subject=fair, actor=actor, at=at, people=people)
    return people


def move_presentation(*, presentation_id: int, by: int, actor: User, at: datetime) -> None:
    """Let an organization present earlier (by=-1) or later (1); at the end of the list nothing changes."""
    _move(Presentation.objects.filter(pk=presentation_id), lambda session: session.presentations.all(), by, actor, at)


def move_signing(*, signing_id: int, by: int, actor: User, at: datetime) -> None:
    """Sign a paper earlier (by=-1) or later (1); at the end of the list nothing changes."""
    _move(SigningItem.objects.filter(pk=signing_id), lambda session: session.signings.all(), by, actor, at)


@transaction.atomic
def remove_item(*, item: Presentation | SigningItem | TourGroup, actor: User, at: datetime) -> None:
    """Take a presentation, a paper or a tour group off; those behind move up."""
    fair = locked_fair_in(item.session.fair_id, BEFORE_THE_END)
    session = item.session
    item.delete()
    if not isinstance(item, TourGroup):
        rows = session.presentations.all() if isinstance(item, Presentation) else session.signings.all()
        _number(list(rows.order_by("position")))
    record(verb="fair.programme_item_removed", subject=fair, actor=actor, at=at, item=str(item))


@transaction.atomic
def _move(
    wanted: QuerySet[Any], rows_of: Callable[[FairSession], QuerySet[Any]], by: int, actor: User, at: datetime
) -> None:
    row = wanted.select_related("session").get()
    fair = locked_fair_in(row.session.fair_id, BEFORE_THE_END)
    rows = list(rows_of(row.session).order_by("position"))
    place = next(index for index, other in enumerate(rows) if other.pk == row.pk)
    goal = min(max(place + by, 0), len(rows) - 1)
    rows.insert(goal, rows.pop(place))
    _number(rows)
    record(verb="fair.programme_item_moved", subject=fair, actor=actor, at=at, item=str(row), position=goal + 1)


def _number(rows: Sequence[Any]) -> None:
    """Positions 1, 2, 3 …; the constraint that forbids two of the same looks at the end of the transaction."""
    changed = [(row, turn) for turn, row in enumerate(rows, 1) if row.position != turn]
    for row, turn in changed:
        row.position = turn
    if changed:
        type(changed[0][0]).objects.bulk_update([row for row, _turn in changed], ["position"])


def _next_position(rows: QuerySet[Any]) -> int:
    last: int = rows.aggregate(last=Max("position"))["last"] or 0
    return last + 1


def _session(session_id: int, kind: SessionKind) -> tuple[FairSession, Fair]:
    """The session, its fair locked; GroundsRefused if it is of another kind."""
    session = FairSession.objects.get(pk=session_id)
    fair = locked_fair_in(session.fair_id, BEFORE_THE_END)
    if session.kind != kind:
        raise GroundsRefused(_("This part of the programme is of another kind."))
    return session, fair


def _check_coming(fair: Fair, participation_id: int, field: str, *, kind: str | None = None) -> None:
    rows = Participation.objects.filter(pk=participation_id, fair=fair, status__in=TAKING_PART)
    if kind is not None:
        rows = rows.filter(organization__kind=kind)
    if not rows.exists():
        raise GroundsRefused(_("This organization does not take part in the fair."), field=field)
