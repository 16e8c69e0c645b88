"""What is different between two versions of a timetable, meeting by meeting and for each participant."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q, TextChoices
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Participation
from events.meetings.models import Meeting, Timetable

Pair = tuple[int, int]


class ChangeKind(TextChoices):
    ADDED = "added", _("new")
    MOVED = "moved", _("another time")
    RESEATED = "reseated", _("another table")
    CANCELLED = "cancelled", _("cancelled")


@dataclass(frozen=True, slots=True)
class Change:
    """A pair whose meeting is not what it was: `before` is None for a new one, `after` for a cancelled one."""

    kind: ChangeKind
    before: Meeting | None
    after: Meeting | None

    @property
    def meeting(self) -> Meeting:
        """The later of the two."""
        meeting = self.after or self.before
        if meeting is None:
            raise ValueError("a change has a meeting before or after it")
        return meeting

    def partner_of(self, participation_id: int) -> Participation:
        """The other side."""
        return self.meeting.enterprise if self.meeting.school_id == participation_id else self.meeting.school


@dataclass(frozen=True, slots=True)
class PartyChanges:
    """What a new version changes for one participant, in the order of time."""

    party: Participation
    changes: list[Change]

    @property
    def counts(self) -> Counter[str]:
        """How many changes by kind."""
        return Counter(str(change.kind.value) for change in self.changes)


def differences(old: Timetable | None, new: Timetable) -> list[Change]:
    """Every pair that meets otherwise than in `old`, by time; with no old version every meeting is new. Two queries."""
    return changes_between(meetings_by_pair(old), meetings_by_pair(new))


def meetings_by_pair(version: Timetable | None) -> dict[Pair, Meeting]:
    """The meetings of a version that take place, by pair of participations."""
    if version is None:
        return {}
    rows = Meeting.objects.taking_place().filter(timetable=version).with_parties()
    return {(row.school_id, row.enterprise_id): row for row in rows}


def own_changes(party: Participation, old: Timetable, new: Timetable) -> list[Change]:
    """What is different for one participant; one query."""
    own = Q(school=party) | Q(enterprise=party)
    rows = Meeting.objects.taking_place().filter(own, timetable__in=(old, new)).with_parties()
    sorted_in: dict[int, dict[Pair, Meeting]] = {old.pk: {}, new.pk: {}}
    for row in rows:
        sorted_in[row.timetable_id][row.school_id, row.enterprise_id] = row
    return changes_between(sorted_in[old.pk], sorted_in[new.pk])


def changes_between(before: dict[Pair, Meeting], after: dict[Pair, Meeting]) -> list[Change]:
    """As `differences`, of meetings at hand."""
    changes = []
    for pair in before.keys() | after.keys():
        was, now = before.get(pair), after.get(pair)
        kind = _kind(was, now)
        if kind is not None:
            changes.append(Change(kind, was, now))
    return sorted(changes, key=lambda change: (change.meeting.slot.starts_at, change.meeting.table.number))


def _kind(was: Meeting | None, now: Meeting | None) -> ChangeKind | None:
    if was is None or now is None:
        return ChangeKind.ADDED if was is None else ChangeKind.CANCELLED
    if was.slot_id != now.slot_id:
        return ChangeKind.MOVED
    return ChangeKind.RESEATED if was.table_id != now.table_id else None


def by_party(changes: Iterable[Change]) -> list[PartyChanges]:
    """The changes of each participant that has any, schools first, by the sound of their names."""
    rows: dict[int, list[Change]] = defaultdict(list)
    parties: dict[int, Participation] = {}
    for change in changes:
        for party in (change.meeting.school, change.meeting.enterprise):
            parties[party.pk] = party
            rows[party.pk].append(change)
    ordered = sorted(parties.values(), key=lambda row: (not row.is_school, row.organization.pinyin, row.pk))
    return [PartyChanges(party, rows[party.pk]) for party in ordered]


def in_signs(changes: Iterable[Change], participation_id: int, most: int = 3) -> str:
    """The first changes of a participant in a line that needs no language: + new, × cancelled, → another place."""
    rows = list(changes)
    signs = [_sign(change, change.partner_of(participation_id).organization.display_name) for change in rows[:most]]
    return "; ".join(signs) + (" …" if len(rows) > most else "")


def _sign(change: Change, partner: str) -> str:
    if change.before is None or change.after is None:
        return f"{'+' if change.before is None else '×'} {_place(change.meeting)} {partner}"
    return f"{_place(change.before)} → {_place(change.after)} {partner}"


def _place(meeting: Meeting) -> str:
    return f"{timezone.localtime(meeting.slot.starts_at):%m-%d %H:%M} [{meeting.table}]"
