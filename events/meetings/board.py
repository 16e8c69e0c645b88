"""Who sits where in a version, and for every place whether two could meet there, and if not, why not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _

from events.fairs.models import Absence, FairTable, Participation, Slot, TableClosing
from events.meetings.models import Meeting, MeetingState, Timetable

Why = Promise | str


@dataclass(frozen=True, slots=True)
class TableChoice:
    """A table in a slot; `refusal` is empty where the two could meet."""

    table: FairTable
    refusal: Why


@dataclass(frozen=True, slots=True)
class SlotChoice:
    """A slot with its tables; where `refusal` is not empty no table of the slot will do."""

    slot: Slot
    refusal: Why
    tables: list[TableChoice]
    is_here: bool = False

    @property
    def free(self) -> int:
        return 0 if self.refusal else sum(not choice.refusal for choice in self.tables)

    @property
    def first_free(self) -> int | None:
        """The table to propose: the first free one; they are in the order of preference."""
        return next((choice.table.pk for choice in self.tables if not choice.refusal), None)


class Board:
    """The places of one version; five queries when it is made, none afterwards."""

    def __init__(self, timetable: Timetable) -> None:
        self.timetable = timetable
        self.slots = list(Slot.objects.filter(fair=timetable.fair_id).order_by("starts_at"))
        tables = FairTable.objects.filter(fair=timetable.fair_id).select_related("owner__organization")
        self.tables = list(tables.order_by("number"))
        self.meetings = list(Meeting.objects.taking_place().filter(timetable=timetable).with_parties())
        absences = Absence.objects.filter(participation__fair=timetable.fair_id)
        self._away = set(absences.values_list("participation", "slot"))
        self._closed = set(TableClosing.objects.filter(table__fair=timetable.fair_id).values_list("table", "slot"))
        self._own_table = {table.owner_id: table for table in self.tables if table.owner_id}
        self._held: dict[tuple[int, int], list[Meeting]] = defaultdict(list)
        self._taken: dict[tuple[int, int], Meeting] = {}
        for meeting in self.meetings:
            self._held[meeting.school_id, meeting.slot_id].append(meeting)
            self._held[meeting.enterprise_id, meeting.slot_id].append(meeting)
            self._taken[meeting.table_id, meeting.slot_id] = meeting

    def choices(
        self, school: Participation, enterprise: Participation, *, moving: Meeting | None = None
    ) -> list[SlotChoice]:
        """Every slot and table for the two; a meeting that moves gives up its own place. Its own table comes first."""
        leaving = {moving.pk} if moving else set()
        sides = (school, enterprise)
        preferred = [self._own_table[row.pk].pk for row in sides if row.pk in self._own_table]
        if moving:
            preferred.append(moving.table_id)
        ordered = sorted(self.tables, key=lambda table: (table.pk not in preferred, table.number))
        found = []
        for slot in self.slots:
            refusal = self.against_slot(sides, slot.pk, leaving)
            choices = [] if refusal else [self._choice(sides, slot, table, leaving, moving) for table in ordered]
            found.append(SlotChoice(slot, refusal, choices, moving is not None and moving.slot_id == slot.pk))
        return found

    def _choice(
        self,
        sides: Collection[Participation],
        slot: Slot,
        table: FairTable,
        leaving: set[int],
        moving: Meeting | None,
    ) -> TableChoice:
        if moving and (moving.slot_id, moving.table_id) == (slot.pk, table.pk):
            return TableChoice(table, _("it is here"))
        return TableChoice(table, self.against_table(sides, slot.pk, table, leaving))

    def against_slot(self, sides: Iterable[Participation], slot: int, leaving: Collection[int] = ()) -> Why:
        """Why the two cannot meet in the slot, at whatever table; empty if they can."""
        for row in sides:
            name = row.organization.display_name
            if (row.pk, slot) in self._away:
                return _("%(name)s is away") % {"name": name}
            held = [meeting for meeting in self._held[row.pk, slot] if meeting.pk not in leaving]
            if len(held) >= row.at_once:
                other = held[0].enterprise if held[0].school_id == row.pk else held[0].school
                return _("%(name)s meets %(other)s") % {"name": name, "other": other.organization.display_name}
        return ""

    def against_table(
        self, sides: Collection[Participation], slot: int, table: FairTable, leaving: Collection[int] = ()
    ) -> Why:
        """Why the two cannot meet at the table in the slot, the slot being right; empty if they can."""
        there = self._taken.get((table.pk, slot))
        if there is not None and there.pk not in leaving:
            names = {"a": there.school.organization.display_name, "b": there.enterprise.organization.display_name}
            return _("taken by %(a)s – %(b)s") % names
        if (table.pk, slot) in self._closed:
            return _("closed")
        if table.owner is not None and table.owner_id not in {row.pk for row in sides}:
            return _("kept for %(name)s") % {"name": table.owner.organization.display_name}
        for row in sides:
            own = self._own_table.get(row.pk)
            if own is not None and own.pk != table.pk:
                return _("%(name)s meets at its own table %(table)s") % {
                    "name": row.organization.display_name,
                    "table": own,
                }
        return ""

    def partners_to_swap(self, meeting: Meeting) -> list[Meeting]:
        """The meetings that could exchange their places with this one, in the order of time."""
        return [other for other in self.meetings if self._can_swap(meeting, other)]

    def _can_swap(self, first: Meeting, second: Meeting) -> bool:
        if first.pk == second.pk or second.is_locked or second.state != MeetingState.PLANNED:
            return False
        leaving = {first.pk, second.pk}
        for meeting, goal in ((first, second), (second, first)):
            sides = (meeting.school, meeting.enterprise)
            if self.against_slot(sides, goal.slot_id, leaving):
                return False
            if self.against_table(sides, goal.slot_id, goal.table, leaving):
                return False
        return True
