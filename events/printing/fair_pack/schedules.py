"""Who meets whom when and where: a sheet for each organization, for each table, and the plan for the wall."""

from __future__ import annotations

from datetime import date
from typing import Any

from events.printing.fair_pack.facts import Party, Session, Table, Talk
from events.printing.fair_pack.sheets import Column, Listing, Paper, Sheet
from events.printing.fair_pack.speaking import Teller
from events.printing.fair_pack.wording import title_of

MOST_COLUMNS = 10  # slots beside each other on A3


def party_timetables(tell: Teller) -> Paper:
    """One sheet for each organization that comes, also for one without a talk."""
    code = "party_timetables"
    sheets = tuple(_party_sheet(tell, code, party) for party in tell.facts.parties)
    labels = tell.labels
    columns = [
        Column(labels["organization"], 3),
        Column(labels["side"]),
        Column(labels["day"], 1.5),
        Column(labels["time"], 1.2),
        Column(labels["table"]),
        Column(labels["room"], 1.3),
        Column(labels["partner"], 3),
    ]
    rows = [
        [party.name, tell.side(party), *_when_and_where(tell, talk), _partner(tell, talk, party)]
        for party in tell.facts.parties
        for talk in tell.talks_of_party.get(party.key, [])
    ]
    title = title_of(code, tell.facts.language)
    return Paper(code=code, title=title, sheets=sheets, listings=(Listing(title, columns, rows),))


def table_timetables(tell: Teller) -> Paper:
    """One sheet for each table at which somebody meets."""
    code = "table_timetables"
    used = [table for table in tell.facts.tables if table.key in tell.talks_of_table]
    labels = tell.labels
    columns = [
        Column(labels["table"]),
        Column(labels["room"], 1.3),
        Column(labels["day"], 1.5),
        Column(labels["time"], 1.2),
        Column(labels["school"], 3),
        Column(labels["enterprise"], 3),
    ]
    rows = []
    for table in used:
        for talk in tell.talks_of_table[table.key]:
            day, hours, _label, _room = _when_and_where(tell, talk)
            rows.append([table.label, table.room, day, hours, tell.name(talk.school), tell.name(talk.enterprise)])
    title = title_of(code, tell.facts.language)
    sheets = tuple(_table_sheet(tell, code, table) for table in used)
    return Paper(code=code, title=title, sheets=sheets, listings=(Listing(title, columns, rows),))


def wall_plan(tell: Teller) -> Paper:
    """One plan for each day with talks: tables down, slots across, both names in each place."""
    code = "wall_plan"
    title = title_of(code, tell.facts.language)
    sheets = [
        Sheet(
            document=code,
            subject=day.isoformat(),
            label=tell.day(day),
            layout="wall",
            content={"title": f"{title}　{tell.day(day)}", "parts": _wall_parts(tell, slots)},
        )
        for day, slots in tell.days
        if any(talk.slot in slots for talk in tell.facts.talks)
    ]
    listings = [_wall_listing(tell, day, slots) for day, slots in tell.days]
    return Paper(code=code, title=title, sheets=tuple(sheets), listings=tuple(listings))


def _party_sheet(tell: Teller, code: str, party: Party) -> Sheet:
    labels, own = tell.labels, tell.table_of.get(party.key)
    lines = [labels["place_line"].format(tell.facts.event.venue)] if tell.facts.event.venue else []
    if own:
        lines.append(labels["table_line"].format(tell.place(own)))
    if party.people:
        people = tell.list_of(f"{person.name} {person.post}".strip() for person in party.people)
        lines.append(labels["people_line"].format(people))
    talks = tell.talks_of_party.get(party.key, [])
    content = {
        "title": party.name,
        "subtitle": title_of(code, tell.facts.language),
        "lines": lines,
        "heads": [labels["time"], labels["table"], labels["partner"], labels["notes"]],
        "shares": [1.7, 1.5, 4, 4],
        "days": _days(tell, talks, lambda talk: [_table_words(tell, talk), _partner(tell, talk, party)]),
        "empty": labels["no_talks"],
    }
    return Sheet(document=code, subject=party.key, label=party.name, layout="schedule", content=content)


def _table_sheet(tell: Teller, code: str, table: Table) -> Sheet:
    labels = tell.labels
    content = {
        "title": f"{labels['table']} {table.label}",
        "subtitle": title_of(code, tell.facts.language),
        "lines": [line for line in (table.room, tell.name(table.owner)) if line],
        "heads": [labels["time"], labels["school"], labels["enterprise"], labels["notes"]],
        "shares": [1.7, 3, 3, 3],
        "days": _days(
            tell,
            tell.talks_of_table[table.key],
            lambda talk: [tell.name(talk.school), tell.name(talk.enterprise)],
            with_sessions=False,
        ),
        "empty": labels["no_talks"],
    }
    return Sheet(document=code, subject=table.key, label=table.label, layout="schedule", content=content)


def _days(tell: Teller, talks: list[Talk], cells: Any, *, with_sessions: bool = True) -> list[dict[str, Any]]:
    """Each day with what happens on it, in the order of time: talks of this sheet, and what everybody attends."""
    slots = tell.facts.slots
    entries: dict[date, list[tuple[Any, dict[str, Any]]]] = {}
    for talk in talks:
        slot = slots[talk.slot]
        row = {"time": tell.hours(slot), "cells": cells(talk), "activity": ""}
        entries.setdefault(slot.starts_at.date(), []).append((slot.starts_at, row))
    counts = {day: len(rows) for day, rows in entries.items()}
    for session in tell.facts.sessions if with_sessions else ():
        if not session.is_talks:
            row = {"time": tell.hours(session), "cells": [], "activity": _activity(session)}
            entries.setdefault(session.starts_at.date(), []).append((session.starts_at, row))
    return [
        {
            "day": tell.day(day),
            "talks": tell.labels["talks_of_day"].format(counts[day]) if day in counts else "",
            "entries": [row for _moment, row in sorted(rows, key=lambda entry: entry[0])],
        }
        for day, rows in sorted(entries.items())
    ]


def _activity(session: Session) -> str:
    return f"{session.title}　{session.place}".strip()


def _when_and_where(tell: Teller, talk: Talk) -> list[str]:
    slot, table = tell.facts.slots[talk.slot], tell.tables[talk.table]
    return [slot.starts_at.date().isoformat(), tell.hours(slot), table.label, table.room]


def _partner(tell: Teller, talk: Talk, party: Party) -> str:
    return tell.name(talk.enterprise if party.is_school else talk.school)


def _table_words(tell: Teller, talk: Talk) -> str:
    return tell.place(tell.tables[talk.table])


def _wall_parts(tell: Teller, slots: list[int]) -> list[dict[str, Any]]:
    """The slots of a day in parts of nearly the same width, none too wide for the paper."""
    placed = {(talk.table, talk.slot): talk for talk in tell.facts.talks}
    tables = [table for table in tell.facts.tables if any((table.key, slot) in placed for slot in slots)]
    count = -(-len(slots) // MOST_COLUMNS)
    size = -(-len(slots) // count)
    return [
        {
            "heads": [tell.labels["table"], *(tell.hours(tell.facts.slots[slot]) for slot in part)],
            "rows": [
                [tell.place(table), *(_pair(tell, placed.get((table.key, slot))) for slot in part)] for table in tables
            ],
        }
        for part in (slots[start : start + size] for start in range(0, len(slots), size))
    ]


def _pair(tell: Teller, talk: Talk | None) -> list[str]:
    return [tell.short(talk.school), tell.short(talk.enterprise)] if talk else []


def _wall_listing(tell: Teller, day: date, slots: list[int]) -> Listing:
    """The same plan as a sheet of the workbook, all slots of the day beside each other."""
    placed = {(talk.table, talk.slot): talk for talk in tell.facts.talks}
    tables = [table for table in tell.facts.tables if any((table.key, slot) in placed for slot in slots)]
    columns = [Column(tell.labels["table"])]
    columns += [Column(tell.hours(tell.facts.slots[slot]), 3) for slot in slots]
    rows = [
        [tell.place(table), *(" – ".join(_pair(tell, placed.get((table.key, slot)))) for slot in slots)]
        for table in tables
    ]
    return Listing(day.isoformat(), columns, rows)
