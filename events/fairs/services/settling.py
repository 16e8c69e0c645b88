"""What the door has found out about a delegation is put down on its rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Coalesce

from events.fairs.models import Delegate, Participation, ParticipationStatus
from events.fairs.services.moving import announce


@dataclass(frozen=True, slots=True)
class Arrival:
    """Where a delegation stands: since when it is here, who of its named people when, and how many came if told."""

    status: ParticipationStatus
    since: datetime | None
    people: Mapping[int, datetime]
    count: int | None = None


@transaction.atomic
def settle_arrival(participation: Participation, arrival: Arrival, *, at: datetime) -> bool:
    """Store an arrival; False if it was so before. Called by events.door, which knows what happened in which order."""
    changed = _settle_people(participation, arrival, at)
    stored = (participation.status, participation.checked_in_at)
    count = participation.delegates if arrival.count is None else arrival.count
    if changed or stored != (arrival.status, arrival.since) or count != participation.delegates:
        Participation.objects.filter(pk=participation.pk).update(
            status=arrival.status,
            checked_in_at=arrival.since,
            answered_at=Coalesce("answered_at", Value(at)),
            delegates=count,
            updated_at=at,
        )
        changed = True
    if participation.status != arrival.status:
        announce(participation.pk)
    participation.status, participation.checked_in_at, participation.delegates = arrival.status, arrival.since, count
    return changed


def _settle_people(participation: Participation, arrival: Arrival, at: datetime) -> bool:
    rows = [
        person
        for person in Delegate.objects.filter(participation=participation)
        if person.checked_in_at != arrival.people.get(person.pk)
    ]
    for person in rows:
        person.checked_in_at, person.updated_at = arrival.people.get(person.pk), at
    Delegate.objects.bulk_update(rows, ["checked_in_at", "updated_at"])
    return bool(rows)
