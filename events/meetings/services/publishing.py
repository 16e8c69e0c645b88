"""Publish a version: what changes for whom, calendars that follow, and a word to those, and only those, concerned."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import partial

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from events.fairs.models import Fair, FairStatus
from events.fairs.services import FairStateConflict, locked_fair, mark_scheduled
from events.meetings.differences import Change, Pair, by_party, changes_between, meetings_by_pair
from events.meetings.following import seen_now, stands
from events.meetings.models import Acknowledgement, Meeting, Outcome, Timetable, TimetableStatus
from events.meetings.notices import tell_changes, tell_participants
from events.meetings.selectors import conflicts_in
from events.meetings.signals import timetable_published
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict

PLANNABLE = (FairStatus.MATCHING, FairStatus.SCHEDULED)


class TimetableMovedOn(StateConflict):
    """The version was published before, or a newer one took its place."""


class TimetableOutdated(DomainError):
    """Since it was made, something has come up against single meetings of the timetable."""


@transaction.atomic
def publish_timetable(*, timetable_id: int, actor: User, at: datetime) -> Timetable:
    """Make a proposed version the one that counts, in the place of the former.

    The first one is told to everybody who comes; a later one to those for whom something changes, with what changes.
    TimetableOutdated if meetings of it have become impossible since; TimetableMovedOn if it was published before,
    even a moment ago.
    """
    timetable = Timetable.objects.select_related("fair").get(pk=timetable_id)
    fair = locked_fair(timetable.fair_id)
    if fair.status not in PLANNABLE:
        raise FairStateConflict(_("A timetable is published between the closing of the answers and the fair."))
    conflicts = conflicts_in(timetable)
    if conflicts:
        raise TimetableOutdated(
            _("%(n)d meetings have become impossible: %(first)s Cancel or move them, or make a new timetable.")
            % {"n": len(conflicts), "first": conflicts[0].reason}
        )
    mark_scheduled_after = fair.status == FairStatus.MATCHING
    timetable = make_it_count(timetable, fair, actor=actor, at=at)
    if mark_scheduled_after:
        mark_scheduled(fair_id=fair.pk, actor=actor, at=at)
        timetable.fair.refresh_from_db()
    return timetable


def make_it_count(timetable: Timetable, fair: Fair, *, actor: User, at: datetime) -> Timetable:
    """The step itself, in the caller's transaction, the fair locked and everything checked; TimetableMovedOn."""
    former = Timetable.objects.published().filter(fair=fair).first()
    before, after = meetings_by_pair(former), meetings_by_pair(timetable)
    Timetable.objects.published().filter(fair=fair).update(status=TimetableStatus.SUPERSEDED, updated_at=at)
    proposed = Timetable.objects.filter(pk=timetable.pk, status=TimetableStatus.PROPOSED)
    if not proposed.update(status=TimetableStatus.PUBLISHED, published_at=at, updated_at=at):
        raise TimetableMovedOn(_("Only a proposed version can be published."))
    _continue_sequences(fair, timetable, before, after)
    _carry_outcomes(fair, after)
    timetable.refresh_from_db()
    changes = changes_between(before, after)
    if former is None:
        tell_participants(fair, event="timetable_published", at=at, number=str(timetable.number))
    else:
        _carry_acknowledgements(former, timetable, changes)
        tell_changes(fair, by_party(changes), at=at, number=str(timetable.number))
    counts = {"number": timetable.number, "changes": len(changes)}
    record(verb="timetable.published", subject=timetable, actor=actor, at=at, fair=fair.pk, **counts)
    transaction.on_commit(
        partial(timetable_published.send_robust, sender=Timetable, timetable_id=timetable.pk), robust=True
    )
    return timetable


def _continue_sequences(
    fair: Fair, timetable: Timetable, before: dict[Pair, Meeting], after: dict[Pair, Meeting]
) -> None:
    """Let the sequence of each pair grow over the versions with each change, as calendars expect.

    A meeting that stands where it stood keeps its number; one that comes back had its cancellation counted between.
    """
    shown = Meeting.objects.filter(timetable__fair=fair, timetable__published_at__isnull=False)
    rows = shown.exclude(timetable=timetable).values_list("school", "enterprise").order_by()
    last = {(school, enterprise): number for school, enterprise, number in rows.annotate(last=Max("sequence"))}
    changed = []
    for pair, meeting in after.items():
        if pair not in last:
            continue
        was = before.get(pair)
        stays = was is not None and (was.slot_id, was.table_id) == (meeting.slot_id, meeting.table_id)
        number = last[pair] + (0 if stays else 1 if was else 2)
        if number != meeting.sequence:
            meeting.sequence = number
            changed.append(meeting)
    Meeting.objects.bulk_update(changed, ["sequence"], batch_size=1000)


def _carry_outcomes(fair: Fair, after: dict[Pair, Meeting]) -> None:
    """What was recorded on the day belongs to the pair's meeting of the version that counts."""
    rows = [row for row in Outcome.objects.filter(fair=fair) if (row.school_id, row.enterprise_id) in after]
    for row in rows:
        row.meeting = after[row.school_id, row.enterprise_id]
    Outcome.objects.filter(pk__in=[row.pk for row in rows]).update(meeting=None)  # first: one outcome a meeting
    Outcome.objects.bulk_update(rows, ["meeting"], batch_size=1000)


def _carry_acknowledgements(former: Timetable, timetable: Timetable, changes: Iterable[Change]) -> None:
    """Who has seen its meetings and keeps them all has seen the new version too."""
    touched = {party.pk for change in changes for party in (change.meeting.school, change.meeting.enterprise)}
    now = stands(timetable)
    Acknowledgement.objects.bulk_create(
        Acknowledgement(timetable=timetable, participation_id=party, by_id=row.by_id, at=row.at, stand=now[party])
        for row in seen_now(former)
        if (party := row.participation_id) not in touched
    )
