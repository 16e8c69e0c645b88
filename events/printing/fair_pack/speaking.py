"""The facts of one fair in one language: its labels, days and times in words, and who is who by key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from functools import cached_property
from itertools import groupby

from events.printing.fair_pack.facts import PackFacts, Party, Session, Slot, Table, Talk
from events.printing.fair_pack.wording import PACK_LABELS
from events.printing.formatting import format_date
from events.printing.letter_wording import WEEKDAYS


class Teller:
    """What the builders of all documents ask again and again."""

    def __init__(self, facts: PackFacts) -> None:
        self.facts = facts
        self.labels: Mapping[str, str] = PACK_LABELS[facts.language]

    @cached_property
    def parties(self) -> dict[str, Party]:
        return {party.key: party for party in self.facts.parties}

    @cached_property
    def tables(self) -> dict[str, Table]:
        return {table.key: table for table in self.facts.tables}

    @cached_property
    def table_of(self) -> dict[str, Table]:
        """The table that a party keeps, by its key."""
        return {table.owner: table for table in self.facts.tables if table.owner}

    @cached_property
    def talks_of_party(self) -> dict[str, list[Talk]]:
        found: dict[str, list[Talk]] = {}
        for talk in self.facts.talks:
            found.setdefault(talk.school, []).append(talk)
            found.setdefault(talk.enterprise, []).append(talk)
        return found

    @cached_property
    def talks_of_table(self) -> dict[str, list[Talk]]:
        found: dict[str, list[Talk]] = {}
        for talk in self.facts.talks:
            found.setdefault(talk.table, []).append(talk)
        return found

    @cached_property
    def days(self) -> list[tuple[date, list[int]]]:
        """The days with talks, each with the places of its slots."""
        places = range(len(self.facts.slots))
        grouped = groupby(places, key=lambda place: self.facts.slots[place].starts_at.date())
        return [(day, list(slots)) for day, slots in grouped]

    @cached_property
    def session_days(self) -> list[tuple[date, list[Session]]]:
        grouped = groupby(self.facts.sessions, key=lambda session: session.starts_at.date())
        return [(day, list(sessions)) for day, sessions in grouped]

    def name(self, key: str) -> str:
        """The full name of a party; nothing for nobody."""
        party = self.parties.get(key)
        return party.name if party else ""

    def short(self, key: str) -> str:
        party = self.parties.get(key)
        return party.short if party else ""

    def side(self, party: Party) -> str:
        return self.labels["side_school" if party.is_school else "side_enterprise"]

    def place(self, table: Table) -> str:
        """The table with its room: 一号厅 A01."""
        return f"{table.room} {table.label}".strip()

    def day(self, day: date) -> str:
        """2024年5月17日（星期五）, or 17 May 2024 (Friday)."""
        words, weekday = format_date(day, self.facts.language), WEEKDAYS[self.facts.language][day.weekday()]
        return f"{words}（{weekday}）" if self.facts.language == "zh" else f"{words} ({weekday})"

    def moment(self, at: datetime | None) -> str:
        """The day and the hour; nothing for an unknown one."""
        if at is None:
            return ""
        return f"{self.day(at.date())} {at:%H:%M}"

    def brief_moment(self, at: datetime | None) -> str:
        """For narrow columns: 05-17 14:00."""
        return f"{at:%m-%d %H:%M}" if at else ""

    def hours(self, part: Slot | Session) -> str:
        return f"{part.starts_at:%H:%M}–{part.ends_at:%H:%M}"

    def list_of(self, names: Iterable[str]) -> str:
        """The names side by side."""
        return ("、" if self.facts.language == "zh" else ", ").join(name for name in names if name)
