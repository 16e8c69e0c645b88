"""Who comes for an organization, by name and in the order of rank: the second confirmation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Delegate, Fair, FairStatus, Participation
from events.fairs.services.moving import AnswerConflict, Answerer, announce, person, runs, theirs
from events.fairs.services.planning import start_of
from events.fairs.services.waiting import MOST_DELEGATES
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError

PARTY_MAY = (FairStatus.REGISTRATION, FairStatus.MATCHING, FairStatus.SCHEDULED)
ORGANIZER_MAY = (*PARTY_MAY, FairStatus.LIVE, FairStatus.CLOSED)
ARRIVES_BEFORE = timedelta(days=30)


class DelegationRefused(DomainError):
    """A delegation that cannot be; nothing of it is stored."""


@dataclass(frozen=True, slots=True)
class Person:
    """One delegate; `public_id` says which of the known ones it is, else a known one of the same name."""

    name: str
    post: str = ""
    phone: str = ""
    is_leader: bool = False
    arrives_at: datetime | None = None
    lodging: str = ""
    diet: str = ""
    vehicle: str = ""
    public_id: UUID | None = None


FACTS = ("name", "post", "phone", "is_leader", "arrives_at", "lodging", "diet", "vehicle")


@transaction.atomic
def set_delegation(
    *, participation_id: int, people: Sequence[Person], actor: Answerer, at: datetime, confirmed: bool = True
) -> list[Delegate]:
    """Say who comes, and nobody else, first the highest in rank; the number of delegates follows.

    The party until the names are due, the organizer until after the fair. Known people keep their badge. Whoever is
    checked in stays. Without a leader the first one leads. AnswerConflict, DelegationRefused.
    """
    row = _open_row(participation_id, actor, at)
    _check(people)
    _check_arrivals(row.fair, people)
    known = list(row.people.order_by("rank"))
    kept = _assigned(people, known)
    gone = [delegate for delegate in known if delegate not in kept.values()]
    if any(delegate.checked_in_at for delegate in gone):
        raise DelegationRefused(_("Somebody who is checked in cannot be taken off the list."))
    row.people.filter(pk__in=[delegate.pk for delegate in gone]).delete()
    row.people.filter(is_leader=True).update(is_leader=False)  # one leader at every moment
    leads = next((rank for rank, one in enumerate(people) if one.is_leader), 0)
    for rank, one in enumerate(people):
        _store(row, kept.get(rank), one, rank=rank + 1, is_leader=rank == leads, at=at)
    _note(row, people, confirmed=confirmed, at=at)
    record(verb="participation.names_set", subject=row, actor=person(actor), at=at, people=len(people))
    announce(row.pk)
    return list(row.people.order_by("rank"))


def _open_row(participation_id: int, actor: Answerer, at: datetime) -> Participation:
    row = theirs(participation_id, actor)
    organizer = runs(actor, row.fair_id)
    if row.fair.status not in (ORGANIZER_MAY if organizer else PARTY_MAY):
        raise AnswerConflict(_("The names cannot be changed any more. Ask the organizer."))
    if not organizer and names_are_over(row.fair, at):
        raise AnswerConflict(_("The time to give names is over. Call the organizer to change yours."))
    if not row.takes_part:
        raise AnswerConflict(_("Accept the invitation first."))
    return row


def names_are_over(fair: Fair, at: datetime) -> bool:
    """Whether the last day for names is past at the place of the fair."""
    return fair.names_due is not None and timezone.localdate(at) > fair.names_due


def _check(people: Sequence[Person]) -> None:
    if len(people) > MOST_DELEGATES:
        raise DelegationRefused(_("Between 1 and 50 delegates can come."))
    if any(not one.name.strip() for one in people):
        raise DelegationRefused(_("Every delegate has a name."), field="name")
    if sum(one.is_leader for one in people) > 1:
        raise DelegationRefused(_("A delegation has one leader."), field="is_leader")


def _check_arrivals(fair: Fair, people: Sequence[Person]) -> None:
    """Whoever arrives in another year has mistyped; in the year 1 the database could not even give it back."""
    first, last = start_of(fair.starts_on - ARRIVES_BEFORE), start_of(fair.ends_on + timedelta(days=1))
    for one in people:
        if one.arrives_at is not None and not first <= one.arrives_at <= last:
            text = _("%(name)s: the arrival lies within the month before the fair, or on its days.")
            raise DelegationRefused(text % {"name": one.name.strip()}, field="arrives_at")


def _assigned(people: Sequence[Person], known: Sequence[Delegate]) -> dict[int, Delegate]:
    """Place in the new order → the known delegate who stands there: by identifier, then by name."""
    kept: dict[int, Delegate] = {}
    free = {delegate.public_id: delegate for delegate in known}
    for rank, one in enumerate(people):
        if one.public_id in free:
            kept[rank] = free.pop(one.public_id)
    for rank, one in enumerate(people):
        same = next((delegate for delegate in free.values() if delegate.name == one.name.strip()), None)
        if rank not in kept and same is not None:
            kept[rank] = free.pop(same.public_id)
    return kept


def _store(
    row: Participation, known: Delegate | None, one: Person, *, rank: int, is_leader: bool, at: datetime
) -> None:
    values = {fact: getattr(one, fact) for fact in FACTS if fact != "is_leader"}
    values |= {"name": one.name.strip(), "rank": rank, "is_leader": is_leader}
    if known is None:
        Delegate.objects.create(participation=row, **values)
    else:
        Delegate.objects.filter(pk=known.pk).update(**values, updated_at=at)


def _note(row: Participation, people: Sequence[Person], *, confirmed: bool, at: datetime) -> None:
    changes: dict[str, object] = {"names_confirmed_at": at if people and confirmed else None}
    if people:
        changes["delegates"] = len(people)
    Participation.objects.filter(pk=row.pk).update(**changes, updated_at=at)
    row.refresh_from_db(fields=["names_confirmed_at", "delegates"])


@transaction.atomic
def set_delegations(
    *, fair_id: int, delegations: Mapping[int, Sequence[Person]], actor: User, at: datetime
) -> list[int]:
    """The names of many participations of a fair at once, all or nothing; returns the participations changed."""
    mine = Participation.objects.filter(fair=fair_id, pk__in=delegations).values_list("pk", flat=True)
    if set(mine) != set(delegations):
        raise DelegationRefused(_("One of the organizations is not in this fair."))
    for participation_id in sorted(delegations):
        set_delegation(participation_id=participation_id, people=delegations[participation_id], actor=actor, at=at)
    return sorted(delegations)
