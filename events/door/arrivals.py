"""What is so at the door, from all that was told of it: the latest event wins, whenever it was sent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from events.door.models import DoorEvent, DoorEventKind
from events.fairs.models import ParticipationStatus
from events.fairs.services.settling import Arrival

# A phone may have been without network since the desk opened, the evening before; nothing is older than that.
OLDEST = timedelta(days=4)


def put_right(happened_at: datetime, *, sent_at: datetime, received_at: datetime) -> datetime:
    """The time of an event by our clock: the phone's clock was as wrong when it happened as when it sent it.

    Never after `received_at`, nor more than OLDEST before: a clock that was set meanwhile cannot win for ever.
    """
    ours = happened_at + (received_at - sent_at)
    return min(received_at, max(received_at - OLDEST, ours))


def status_taken_back(status_before: str) -> ParticipationStatus:
    """What a delegation is again when its arrival is taken back: what it was before the door knew of it."""
    before = ParticipationStatus(status_before or ParticipationStatus.CONFIRMED)
    of_the_day = (ParticipationStatus.ATTENDED, ParticipationStatus.ABSENT)
    return ParticipationStatus.CONFIRMED if before in of_the_day else before


@dataclass
class _Desk:
    """The state while the events are read one after the other."""

    base: ParticipationStatus
    stand_in: Mapping[int, int | None]
    status: ParticipationStatus
    since: datetime | None = None
    count: int | None = None
    others: bool = False  # people without a name came along
    here: dict[int, datetime] = field(default_factory=dict)

    def read(self, event: DoorEvent) -> None:
        if event.kind in (DoorEventKind.ABSENT, DoorEventKind.UNDONE):
            self._gone(event)
        else:
            self._came(event)

    def _gone(self, event: DoorEvent) -> None:
        if event.delegate_id is not None:
            self.here.pop(event.delegate_id, None)
            if self.here or self.others:
                return
        self.here.clear()
        self.since, self.others = None, False
        whole = event.delegate_id is None and event.kind == DoorEventKind.ABSENT
        missed = whole and self.base == ParticipationStatus.CONFIRMED  # nobody misses who was not to come
        self.status = ParticipationStatus.ABSENT if missed else self.base

    def _came(self, event: DoorEvent) -> None:
        self.status = ParticipationStatus.ATTENDED
        self.since = self.since or event.happened_at
        self.count = event.people or self.count
        if event.delegate_id is not None:
            self.here[event.delegate_id] = event.happened_at
            self.here.pop(self.stand_in.get(event.delegate_id) or 0, None)
            return
        self.others = None not in self.stand_in.values()  # nobody of it is named, or only those who stand in
        replaced = {self.stand_in.get(person) for person in self.here}
        for person, stands_in_for in self.stand_in.items():
            if stands_in_for is None and person not in replaced:
                self.here.setdefault(person, event.happened_at)


def settled(events: Iterable[DoorEvent], *, base: ParticipationStatus, stand_in: Mapping[int, int | None]) -> Arrival:
    """Where a delegation stands after its events, in whatever order they came.

    `base` is its status if nothing had happened; `stand_in` holds each of its named people, with the one for whom
    somebody stands in. Two events of one moment count in the order in which they were received.
    """
    desk = _Desk(base=base, stand_in=stand_in, status=base)
    for event in sorted(events, key=lambda event: (event.happened_at, event.pk)):
        desk.read(event)
    return Arrival(desk.status, desk.since, desk.here, desk.count)
