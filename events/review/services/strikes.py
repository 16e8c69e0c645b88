"""Breaches follow from what happened: noted once, and gone when a mistake is put right."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import Count, Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import (
    TAKING_PART,
    Absence,
    Fair,
    FairStatus,
    Origin,
    Participation,
    ParticipationStatus,
)
from events.fairs.notices import tell_each
from events.fairs.services.planning import start_of
from events.review.models import HouseRules, Strike, StrikeKind
from events.review.services.rules import rules_of
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import StateConflict

# Who gave a place back has withdrawn whatever it is called since: whoever asks for it again is not innocent for that.
GAVE_BACK = (
    ParticipationStatus.CANCELLED,
    ParticipationStatus.DECLINED,
    ParticipationStatus.APPLIED,
    ParticipationStatus.WAITLISTED,
)
BREACHING = (*GAVE_BACK, ParticipationStatus.ATTENDED, ParticipationStatus.ABSENT)


class StrikeConflict(StateConflict):
    """The breach is waived already."""


def begins_at(fair: Fair) -> datetime:
    """When the first part of the programme or the first slot begins; midnight of the first day without either."""
    first = Fair.objects.filter(pk=fair.pk).aggregate(session=Min("sessions__starts_at"), slot=Min("slots__starts_at"))
    known = [moment for moment in first.values() if moment is not None]
    return min(known, default=start_of(fair.starts_on))


def note_strikes(*, participation_id: int, at: datetime) -> list[Strike]:
    """Note the breaches of one participation that are not noted yet, and take back those that are none any more.

    Running it again changes nothing. Returns the newly noted ones; their organizations are told.
    """
    row = Participation.objects.select_related("fair", "organization").get(pk=participation_id)
    innocent = row.status not in BREACHING and row.fair.status != FairStatus.CLOSED
    if innocent and not row.strikes.exists():
        return []
    return _note(row.fair, [row], at)


def note_strikes_of_fair(*, fair_id: int, at: datetime) -> list[Strike]:
    """The same for everybody of a fair, in a fixed number of queries."""
    fair = Fair.objects.get(pk=fair_id)
    return _note(fair, list(fair.participations.select_related("fair", "organization").order_by("pk")), at)


@transaction.atomic
def _note(fair: Fair, rows: list[Participation], at: datetime) -> list[Strike]:
    rules, start = rules_of(fair.organizer_id), begins_at(fair)
    counts_absence = fair.status == FairStatus.CLOSED and _desk_was_used(fair)
    awaited = _awaited_from(fair, rows)
    due = {
        (row.pk, kind)
        for row in rows
        for kind in _breaches(row, rules, start, awaited.get(row.pk, start), counts_absence=counts_absence)
    }
    known = Strike.objects.filter(participation__in=[row.pk for row in rows])
    stored = set(known.values_list("participation", "kind"))
    mistaken = known.filter(waived_at=None, appeal=None).exclude(_any_of(due))
    mistaken.delete()
    Strike.objects.bulk_create(
        (Strike(participation_id=pk, kind=kind, noted_at=at) for pk, kind in sorted(due - stored)),
        ignore_conflicts=True,  # another process has just noted the same
    )
    fresh = known.filter(_any_of(due - stored), noted_at=at).select_related("participation__organization")
    noted = list(fresh.order_by("pk")) if due - stored else []
    _tell(fair, noted, rules, at)
    return noted


def _any_of(breaches: set[tuple[int, StrikeKind]]) -> Q:
    found = Q(pk__in=[])
    for kind in StrikeKind:
        found |= Q(kind=kind, participation__in=[pk for pk, of in breaches if of == kind])
    return found


def _awaited_from(fair: Fair, rows: list[Participation]) -> dict[int, datetime]:
    """For those who said that they are away when the talks begin: from when they are awaited; two queries."""
    away: dict[int, set[int]] = {}
    for pk, slot in Absence.objects.filter(participation__in=rows).values_list("participation", "slot"):
        away.setdefault(pk, set()).add(slot)
    slots = list(fair.slots.order_by("starts_at").values_list("pk", "starts_at"))
    never = start_of(fair.ends_on + timedelta(days=1))
    return {
        pk: next((begin for slot, begin in slots if slot not in of), never)
        for pk, of in away.items()
        if slots[0][0] in of
    }


def _had_promised(row: Participation, start: datetime) -> bool:
    """Whether it had accepted before the fair began: who comes unasked is neither late nor missed."""
    answered = row.answered_at is not None and row.answered_at <= start
    return answered and row.origin != Origin.WALK_IN and row.withdrawn_at is None and row.waitlisted_at is None


def _breaches(
    row: Participation, rules: HouseRules, start: datetime, awaited_from: datetime, *, counts_absence: bool
) -> list[StrikeKind]:
    """What the participation is guilty of as things stand; of nothing if the fair itself was called off."""
    if row.fair.status == FairStatus.CANCELLED:
        return []
    if row.status in GAVE_BACK:
        free_until = start - timedelta(hours=rules.free_cancel_hours)
        late = row.withdrawn_at is not None and not row.taken_off and row.withdrawn_at > free_until
        return [StrikeKind.LATE_CANCEL] if late else []
    if not _had_promised(row, start):
        return []
    if row.status == ParticipationStatus.ATTENDED and row.checked_in_at is not None:
        late = row.checked_in_at > awaited_from + timedelta(minutes=rules.late_minutes)
        return [StrikeKind.LATE] if late else []
    stayed_away = row.status in (ParticipationStatus.ABSENT, ParticipationStatus.CONFIRMED)
    return [StrikeKind.ABSENT] if counts_absence and stayed_away else []


def _desk_was_used(fair: Fair) -> bool:
    """Whether most of those who came were checked in: without a desk nobody is known to have stayed away."""
    counts = fair.participations.aggregate(
        here=Count("pk", filter=Q(status=ParticipationStatus.ATTENDED)),
        expected=Count("pk", filter=Q(status__in=(*TAKING_PART, ParticipationStatus.ABSENT))),
    )
    return bool(2 * counts["here"] >= counts["expected"] > 0)


def _tell(fair: Fair, noted: list[Strike], rules: HouseRules, at: datetime) -> None:
    until = timezone.localdate(at) + timedelta(days=rules.appeal_days)
    for strike in noted:
        row = strike.participation
        record(verb="strike.noted", subject=strike, actor=None, at=at, kind=strike.kind, participation=row.pk)
        tell_each(
            [row],
            event="strike_noted",
            fair=fair,
            at=at,
            url_of=partial(strike_page, strike.pk),
            until=until.isoformat(),
        )


def strike_page(strike_id: int, _row: Participation) -> str:
    """Where the organization reads of its breach, and may object."""
    return reverse("review:strike", args=[strike_id])


@transaction.atomic
def waive_strike(*, strike_id: int, reason: str, actor: User, at: datetime) -> Strike:
    """Let a breach no longer count, and tell the organization; StrikeConflict if it does not count already."""
    won = Strike.objects.filter(pk=strike_id, waived_at=None).update(
        waived_at=at, waived_by=actor, note=reason.strip()[:300], updated_at=at
    )
    if not won:
        raise StrikeConflict(_("This breach no longer counts already."))
    strike = Strike.objects.select_related("participation__fair", "participation__organization").get(pk=strike_id)
    row = strike.participation
    record(verb="strike.waived", subject=strike, actor=actor, at=at, reason=reason.strip())
    tell_each(
        [row],
        event="strike_waived",
        fair=row.fair,
        at=at,
        url_of=partial(strike_page, strike_id),
    )
    return strike
