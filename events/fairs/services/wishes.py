"""When a participant is away, and whom it wishes to meet; known to nobody but itself and the organizer."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from events.fairs.models import TAKING_PART, Absence, FairStatus, Participation, Slot, Wish, WishKind
from events.fairs.services.moving import AnswerConflict, Answerer, person, runs, theirs
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError


class WishRefused(DomainError):
    """A wish that cannot be."""


class AbsenceRefused(DomainError):
    """A slot that is not one of the fair."""


@transaction.atomic
def set_absences(*, participation_id: int, slot_ids: Iterable[int], actor: Answerer, at: datetime) -> Participation:
    """Say in which slots, and in no others, the organization cannot meet.

    Possible while registration is open, for the organizer until the timetable is published.
    """
    row = _open_row(participation_id, actor)
    wanted = set(slot_ids)
    if Slot.objects.filter(fair=row.fair_id, pk__in=wanted).count() != len(wanted):
        raise AbsenceRefused(_("One of the slots does not belong to this fair."), field="slots")
    known = set(row.absences.values_list("slot_id", flat=True))
    row.absences.filter(slot__in=known - wanted).delete()
    Absence.objects.bulk_create(Absence(participation=row, slot_id=pk) for pk in sorted(wanted - known))
    if wanted != known:
        record(verb="participation.absences_set", subject=row, actor=person(actor), at=at, slots=sorted(wanted))
    return row


@transaction.atomic
def set_absence(*, participation_id: int, slot_id: int, is_away: bool, actor: Answerer, at: datetime) -> Participation:
    """Say of one slot whether the organization can meet in it; the others stay. Otherwise as `set_absences`."""
    row = _open_row(participation_id, actor)
    away = set(row.absences.values_list("slot_id", flat=True))
    wanted = away | {slot_id} if is_away else away - {slot_id}
    return set_absences(participation_id=participation_id, slot_ids=wanted, actor=actor, at=at)


@transaction.atomic
def set_wishes(
    *, participation_id: int, wishes: Mapping[int, WishKind | None], actor: User, at: datetime
) -> dict[int, WishKind]:
    """Wish for partners, given by participation: must, ok, no, or None to take a wish back; returns all wishes.

    WishRefused, with nothing stored, for a partner of the own side or one that is not taking part, and for more
    musts than meetings a party may have. `no` is absolute: such a pair never meets, whatever the other side wishes.
    """
    row = _open_row(participation_id, actor)
    if not row.takes_part:
        raise WishRefused(_("Accept the invitation first."))
    _check_partners(row, [partner for partner, kind in wishes.items() if kind is not None])
    row.wishes.filter(partner__in=[partner for partner, kind in wishes.items() if kind is None]).delete()
    Wish.objects.bulk_create(
        (Wish(wisher=row, partner_id=partner, kind=kind) for partner, kind in wishes.items() if kind is not None),
        update_conflicts=True,
        unique_fields=["wisher", "partner"],
        update_fields=["kind", "updated_at"],
    )
    _check_musts(row)
    record(verb="participation.wishes_set", subject=row, actor=actor, at=at, wishes=len(wishes))
    return {partner: WishKind(kind) for partner, kind in row.wishes.values_list("partner_id", "kind")}


def set_wish(
    *, participation_id: int, partner_id: int, kind: WishKind | None, actor: User, at: datetime
) -> dict[int, WishKind]:
    """One wish; see `set_wishes`."""
    return set_wishes(participation_id=participation_id, wishes={partner_id: kind}, actor=actor, at=at)


def _open_row(participation_id: int, actor: Answerer) -> Participation:
    """The participation, its fair locked, if the actor may still change its answers."""
    row = theirs(participation_id, actor)
    open_states = (FairStatus.REGISTRATION, FairStatus.MATCHING)
    if row.fair.status not in (open_states if runs(actor, row.fair_id) else open_states[:1]):
        raise AnswerConflict(_("The answers are closed. Ask the organizer to change yours."))
    return row


def _check_partners(row: Participation, partner_ids: list[int]) -> None:
    partners = Participation.objects.filter(pk__in=partner_ids, fair=row.fair_id, status__in=TAKING_PART)
    if partners.count() != len(partner_ids):
        raise WishRefused(_("This partner is not taking part in the fair."), field="partner")
    if partners.filter(organization__kind=row.organization.kind).exists():
        raise WishRefused(_("Schools meet enterprises: choose a partner of the other side."), field="partner")


def _check_musts(row: Participation) -> None:
    most = row.fair.max_meetings
    if row.wishes.filter(kind=WishKind.MUST, partner__status__in=TAKING_PART).count() > most:
        raise WishRefused(
            _("At most %(most)d partners can be a must: a party has no more meetings.") % {"most": most}, field="kind"
        )
