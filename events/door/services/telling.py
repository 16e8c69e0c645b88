"""What the desks tell: a batch of events, each taken once, however often and in whatever order it is sent."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID, uuid4

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.door.arrivals import settled, status_taken_back
from events.door.models import DeskPass, DoorEvent, DoorEventKind
from events.door.services.guests import Told, find_guests, guest_of
from events.fairs.models import Delegate, Fair, Participation, ParticipationStatus
from events.fairs.services import NotTheirs, locked_fair
from events.fairs.services.arrival import DOOR_OPEN
from events.fairs.services.settling import settle_arrival
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict

MOST_AT_ONCE = 200
OF_THE_DAY = (ParticipationStatus.ATTENDED, ParticipationStatus.ABSENT)


class DoorClosed(StateConflict):
    """The fair takes no arrivals: its timetable is not published yet, or it is cancelled."""


class TooMuchAtOnce(DomainError):
    """More events than one batch may hold."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one event: stored, now or when it was sent before, or refused for a reason in words."""

    nonce: UUID
    stored: bool
    reason: str = ""


@transaction.atomic
def tell(
    *,
    fair_id: int,
    told: Sequence[Told],
    at: datetime,
    actor: User | None = None,
    desk_pass: DeskPass | None = None,
) -> list[Report]:
    """Take what a desk tells, in its order; one report an event. By a person who runs the fair, or by a pass of it.

    An event sent before is reported as stored and changes nothing. A refused one is not stored; the others are.
    DoorClosed, NotTheirs and TooMuchAtOnce refuse the whole batch.
    """
    if len(told) > MOST_AT_ONCE:
        raise TooMuchAtOnce(_("At most 200 events can be sent at once."))
    fair = locked_fair(fair_id)  # desks take turns, so that what is known is known to the next
    _check_may_tell(fair, actor, desk_pass)
    if fair.status not in DOOR_OPEN:
        raise DoorClosed(_("Check-in opens with the publication of the timetable."))
    known = dict(DoorEvent.objects.filter(nonce__in=[one.nonce for one in told]).values_list("nonce", "fair_id"))
    guests = find_guests(fair, told)
    book = _Book(fair, at, actor, desk_pass)
    reports = []
    for one in told:
        if one.nonce not in known:
            reports.append(book.take(one, guests))
            known[one.nonce] = fair.pk
        else:
            ours = known[one.nonce] == fair.pk
            reports.append(Report(one.nonce, ours, "" if ours else str(_("This was told at another fair."))))
    book.settle()
    return reports


def _check_may_tell(fair: Fair, actor: User | None, desk_pass: DeskPass | None) -> None:
    by_pass = desk_pass is not None and desk_pass.fair_id == fair.pk and desk_pass.revoked_at is None
    by_person = actor is not None and Fair.objects.editable_by(actor).filter(pk=fair.pk).exists()
    if by_pass == by_person:
        raise NotTheirs(_("Only the organizer of the fair can do this."))


class _Book:
    """The events of one batch, written down, and then what they come to for each delegation."""

    def __init__(self, fair: Fair, at: datetime, actor: User | None, desk_pass: DeskPass | None) -> None:
        self.fair, self.at = fair, at
        self.by = {"by": actor, "desk_pass": desk_pass}
        self.touched: dict[int, Participation] = {}

    def take(self, one: Told, guests: dict[UUID, Participation]) -> Report:
        try:
            participation, delegate = guest_of(self.fair, one, guests, at=self.at)
        except DomainError as error:
            return Report(one.nonce, stored=False, reason=str(error))
        if participation is not None and participation.pk not in self.touched:
            self._catch_up(participation)
            self.touched[participation.pk] = participation
        self._write(
            participation,
            nonce=one.nonce,
            kind=one.kind,
            happened_at=min(one.happened_at, self.at),
            delegate=delegate,
            people=one.people,
            note=one.words(),
        )
        return Report(one.nonce, stored=True)

    def settle(self) -> None:
        for participation in self.touched.values():
            arrival = settled(_events_of(participation), base=_base_of(participation), stand_in=_people(participation))
            before = participation.status
            if settle_arrival(participation, arrival, at=self.at):
                desk = self.by["desk_pass"]
                record(
                    verb="door.settled",
                    subject=participation,
                    actor=self.by["by"],  # type: ignore[arg-type]  # a person or nobody
                    at=self.at,
                    before=before,
                    after=arrival.status,
                    here=len(arrival.people),
                    desk=str(desk or ""),
                )

    def _catch_up(self, participation: Participation) -> None:
        """What came to be known beside the door (a talk recorded, a program) is an event like the others."""
        arrival = settled(_events_of(participation), base=_base_of(participation), stand_in=_people(participation))
        if participation.status == arrival.status or participation.status not in OF_THE_DAY:
            return
        here = participation.status == ParticipationStatus.ATTENDED
        self._write(
            participation,
            nonce=uuid4(),
            kind=DoorEventKind.ARRIVED if here else DoorEventKind.ABSENT,
            happened_at=participation.checked_in_at or participation.updated_at,
        )

    def _write(self, participation: Participation | None, **facts: object) -> None:
        status = participation.status if participation is not None else ""
        DoorEvent.objects.create(
            fair=self.fair,
            participation=participation,
            status_before=status,
            received_at=self.at,
            **self.by,
            **facts,
        )


def _events_of(participation: Participation) -> Iterable[DoorEvent]:
    return DoorEvent.objects.filter(participation=participation)


def _base_of(participation: Participation) -> ParticipationStatus:
    """What the delegation was before the first event was received."""
    first = DoorEvent.objects.filter(participation=participation).order_by("pk").first()
    return status_taken_back(participation.status if first is None else first.status_before)


def _people(participation: Participation) -> dict[int, int | None]:
    return dict(Delegate.objects.filter(participation=participation).values_list("pk", "stands_in_for"))
