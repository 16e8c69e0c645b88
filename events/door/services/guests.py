"""Of whom an event tells: somebody on the list, somebody who stands in, or somebody nobody had expected."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from events.door.models import DoorEventKind
from events.fairs.models import Delegate, Fair, Origin, Participation, ParticipationStatus
from events.fairs.services.waiting import MOST_DELEGATES, SIDES
from portal.common.errors import DomainError
from portal.organizations.models import Organization


class GuestUnknown(DomainError):
    """Nobody of this fair, or somebody who cannot be put on its list."""


@dataclass(frozen=True, slots=True)
class Told:
    """One event as a desk tells it; every person and organization by its public identifier.

    `person` names one of the delegation, alone; for somebody who stands in (`name`, `post`) it is the identifier that
    this person gets, chosen by the desk so that it can speak of the person before it has been heard.
    `organization` is that of a walk-in; without one, `note` says in words where the person comes from.
    """

    nonce: UUID
    kind: DoorEventKind
    happened_at: datetime
    party: UUID | None = None
    person: UUID | None = None
    organization: UUID | None = None
    name: str = ""
    post: str = ""
    stands_in_for: UUID | None = None
    people: int | None = None
    note: str = ""

    def words(self) -> str:
        """What is kept in words: for a walk-in of an unknown organization this is all there is."""
        if self.kind != DoorEventKind.WALK_IN or self.organization is not None:
            return self.note.strip()[:200]
        parts = (self.note, self.name, self.post)
        return " · ".join(part.strip() for part in parts if part.strip())[:200]


def find_guests(fair: Fair, told: Sequence[Told]) -> dict[UUID, Participation]:
    """The participations that the events speak of, by public identifier; one query."""
    wanted = {one.party for one in told if one.party is not None}
    rows = Participation.objects.filter(fair=fair, public_id__in=wanted)
    return {row.public_id: row for row in rows}


def guest_of(
    fair: Fair, one: Told, guests: dict[UUID, Participation], *, at: datetime
) -> tuple[Participation | None, Delegate | None]:
    """The delegation and, if the event tells of one person alone, that person; GuestUnknown."""
    if one.people is not None and not 1 <= one.people <= MOST_DELEGATES:
        raise GuestUnknown(_("Between 1 and 50 delegates can come."))
    if one.kind == DoorEventKind.WALK_IN:
        return _walk_in(fair, one, at)
    participation = guests.get(one.party) if one.party is not None else None
    if participation is None:
        raise GuestUnknown(_("This organization is not on the list of the fair."))
    if one.kind == DoorEventKind.SUBSTITUTE:
        return participation, _new_person(participation, one)
    if one.person is None:
        return participation, None
    person = Delegate.objects.filter(participation=participation, public_id=one.person).first()
    if person is None:
        raise GuestUnknown(_("This person is not on the list of the fair."))
    return participation, person


def _walk_in(fair: Fair, one: Told, at: datetime) -> tuple[Participation | None, Delegate | None]:
    if one.organization is None:
        if not one.words():
            raise GuestUnknown(_("Say who came."))
        return None, None
    able = Organization.objects.approved().filter(kind__in=SIDES)
    organization = able.filter(public_id=one.organization).first()
    if organization is None:
        raise GuestUnknown(_("Only approved schools and enterprises can be put on the list."))
    participation, _created = Participation.objects.get_or_create(
        fair=fair,
        organization=organization,
        defaults={
            "status": ParticipationStatus.CANCELLED,  # what it is again if the arrival is taken back
            "origin": Origin.WALK_IN,
            "invited_at": at,
            "answered_at": at,
            "delegates": one.people or 1,
        },
    )
    return participation, _new_person(participation, one) if one.name.strip() else None


def _new_person(participation: Participation, one: Told) -> Delegate:
    """Put somebody on the list, behind the others; sent twice in two events it is one person."""
    name = one.name.strip()
    if not 1 <= len(name) <= 60 or len(one.post.strip()) > 80:
        raise GuestUnknown(_("Write the name of the person, in at most 60 characters."))
    own = Delegate.objects.filter(participation=participation)
    if one.person is not None:
        known = Delegate.objects.filter(public_id=one.person).first()
        if known is not None and known.participation_id == participation.pk:
            return known
        if known is not None:
            raise GuestUnknown(_("This person is not on the list of the fair."))
    missing = own.filter(public_id=one.stands_in_for).first() if one.stands_in_for else None
    last = own.aggregate(last=Max("rank"))["last"] or 0
    identifier = {"public_id": one.person} if one.person is not None else {}
    return Delegate.objects.create(
        participation=participation,
        rank=last + 1,
        name=name,
        post=one.post.strip(),
        stands_in_for=missing,
        **identifier,
    )
