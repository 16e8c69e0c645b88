"""The handbook: everything that everybody may know of the fair, in one booklet."""

from __future__ import annotations

from typing import Any

from events.printing.fair_pack.facts import Party, Table
from events.printing.fair_pack.lists import presentation_lists, signing_lists, tour_lists
from events.printing.fair_pack.sheets import Cell, Column, Listing, Paper, Sheet
from events.printing.fair_pack.speaking import Teller
from events.printing.fair_pack.wording import title_of
from events.printing.formatting import format_period

Section = dict[str, Any]


def handbook(tell: Teller) -> Paper:
    """Cover, contents, dates, programme, who comes by pinyin, rooms and tables, the talks, what happens on stage.

    No names of delegates: the booklet is handed out to everybody.
    """
    code = "handbook"
    sections = [section for section in _sections(tell) if section["listings"] or section["facts"]]
    content = {
        "title": title_of(code, tell.facts.language),
        "cover": _cover(tell),
        "contents": tell.labels["contents"],
        "sections": [
            section | {"listings": [listing.as_dict() for listing in section["listings"]]} for section in sections
        ],
        "nothing": tell.labels["nothing"],
    }
    sheet = Sheet(document=code, subject="", label=tell.labels["all"], layout="sections", content=content)
    listings = tuple(listing for section in sections for listing in section["listings"])
    return Paper(code=code, title=title_of(code, tell.facts.language), sheets=(sheet,), listings=listings)


def _sections(tell: Teller) -> list[Section]:
    labels, facts = tell.labels, tell.facts
    return [
        _section(labels["registration"], facts=_dates(tell)),
        _section(labels["programme"], _programme(tell)),
        _section(labels["schools"], [_directory(tell, labels["schools"], facts.schools)] if facts.schools else []),
        _section(
            labels["enterprises"],
            [_directory(tell, labels["enterprises"], facts.enterprises)] if facts.enterprises else [],
        ),
        _section(labels["rooms"], _rooms(tell)),
        _section(labels["talks"], [_talks(tell)] if facts.talks else [], text=labels["talks_text"]),
        _section(title_of("signings", facts.language), signing_lists(tell)),
        _section(title_of("presentations", facts.language), presentation_lists(tell)),
        _section(title_of("tour_groups", facts.language), tour_lists(tell)),
    ]


def _section(
    heading: str, listings: list[Listing] | None = None, *, facts: list[list[str]] | None = None, text: str = ""
) -> Section:
    return {"heading": heading, "listings": listings or [], "facts": facts or [], "text": text}


def _cover(tell: Teller) -> dict[str, Any]:
    event = tell.facts.event
    dates = format_period(event.starts_on, event.ends_on, tell.facts.language)
    return {
        "event": event.name,
        "theme": event.theme,
        "lines": [line for line in (dates, event.venue) if line],
        "hosts": [line for line in (event.hosts, event.organizer) if line],
    }


def _dates(tell: Teller) -> list[list[str]]:
    labels, event = tell.labels, tell.facts.event
    facts = [
        (labels["registration_at"], tell.moment(event.registration_at)),
        (labels["registration_place"], event.registration_place),
        (labels["contact"], event.contact),
        (labels["dates"], format_period(event.starts_on, event.ends_on, tell.facts.language)),
        (labels["talk_days"], tell.list_of(tell.day(day) for day, _slots in tell.days)),
        (labels["venue"], f"{event.venue}　{event.region}".strip()),
        (labels["theme"], event.theme),
        (labels["hosts"], event.hosts),
        (labels["organizer"], event.organizer),
    ]
    return [list(fact) for fact in facts if fact[1]]


def _programme(tell: Teller) -> list[Listing]:
    labels = tell.labels
    columns = [Column(labels["time"], 1.2, "center"), Column(labels["part"], 3), Column(labels["place"], 2.4)]
    return [
        Listing(tell.day(day), columns, [[tell.hours(part), part.title, part.place] for part in sessions])
        for day, sessions in tell.session_days
    ]


def _directory(tell: Teller, title: str, parties: list[Party]) -> Listing:
    """Who comes, by pinyin; the letter stands where it begins."""
    labels = tell.labels
    columns = [
        Column(labels["initial"], 0.7, "center"),
        Column(labels["number"], 0.6, "center"),
        Column(labels["organization"], 4.4),
        Column(labels["region"], 1.3),
        Column(labels["people"], 0.7, "right"),
        Column(labels["table"], 0.9, "center"),
        Column(labels["talks_planned"], 0.9, "right"),
    ]
    rows: list[list[Cell]] = []
    letter = ""
    for number, party in enumerate(parties, 1):
        own = tell.table_of.get(party.key)
        mark = party.initial if party.initial != letter else ""
        letter = party.initial
        talks = len(tell.talks_of_party.get(party.key, []))
        people = max(party.delegates, len(party.people))
        rows.append([mark, number, party.name, party.region, people, own.label if own else "", talks])
    return Listing(title, columns, rows)


def _rooms(tell: Teller) -> list[Listing]:
    """The tables of each room: who keeps one, and what its sign says."""
    labels = tell.labels
    columns = [Column(labels["table"], 0.8, "center"), Column(labels["owner"], 4), Column(labels["sign"], 3)]
    rooms: dict[str, list[Table]] = {}
    for table in tell.facts.tables:
        rooms.setdefault(table.room, []).append(table)
    return [
        Listing(
            room or labels["no_room"],
            columns,
            [[table.label, tell.name(table.owner) or labels["shared"], table.sign] for table in tables],
        )
        for room, tables in rooms.items()
    ]


def _talks(tell: Teller) -> Listing:
    """How many talks each day holds: nothing that changes when one of them is moved within the day."""
    labels = tell.labels
    columns = [
        Column(labels["day"], 2),
        Column(labels["time"], 1.4, "center"),
        Column(labels["slots"], 1, "right"),
        Column(labels["talks_planned"], 1, "right"),
    ]
    rows: list[list[Cell]] = []
    for day, slots in tell.days:
        first, last = tell.facts.slots[slots[0]], tell.facts.slots[slots[-1]]
        hours = f"{first.starts_at:%H:%M}–{last.ends_at:%H:%M}"
        rows.append([tell.day(day), hours, len(slots), sum(talk.slot in slots for talk in tell.facts.talks)])
    return Listing(labels["talks"], columns, rows)
