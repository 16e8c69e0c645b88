"""The lists that are kept at the desk, behind the stage, in the buses and in the kitchen."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from events.printing.fair_pack.facts import Group, Party, Session
from events.printing.fair_pack.sheets import Cell, Column, Layout, Listing, Paper, Sheet
from events.printing.fair_pack.speaking import Teller
from events.printing.fair_pack.wording import title_of

BLANK_ROWS = 1  # for a stand-in, behind the people of each organization


def of_listings(
    tell: Teller, code: str, listings: list[Listing], *, layout: Layout = "sections", **extra: Any
) -> Paper:
    """A document that is nothing but lists; without any it is not printed."""
    title = title_of(code, tell.facts.language)
    if not any(listing.rows for listing in listings):
        return Paper(code=code, title=title, sheets=())
    content = {
        "title": title,
        "sections": [{"heading": "", "listings": [listing.as_dict()]} for listing in listings if listing.rows],
        "nothing": tell.labels["nothing"],
    } | extra
    sheet = Sheet(document=code, subject="", label=tell.labels["all"], layout=layout, content=content)
    return Paper(code=code, title=title, sheets=(sheet,), listings=tuple(listings))


def sign_in(tell: Teller) -> Paper:
    """One book for each side: every organization with its people, room to sign, and a row for a stand-in."""
    code, labels = "sign_in", tell.labels
    title = title_of(code, tell.facts.language)
    sides = [
        ("school", labels["schools"], tell.facts.schools),
        ("enterprise", labels["enterprises"], tell.facts.enterprises),
    ]
    sheets = tuple(_sign_in_sheet(tell, key, f"{title}　{name}", parties) for key, name, parties in sides if parties)
    columns = [
        Column(labels["number"], 0.7, "right"),
        Column(labels["organization"], 3),
        Column(labels["name"]),
        Column(labels["post"], 2),
        Column(labels["signature"], 2),
        Column(labels["sign_time"]),
    ]
    listings = tuple(
        Listing(
            name,
            columns,
            [row for number, party in enumerate(parties, 1) for row in _sign_in_rows(tell, number, party)],
        )
        for _key, name, parties in sides
    )
    return Paper(code=code, title=title, sheets=sheets, listings=listings)


def presentations(tell: Teller) -> Paper:
    """Who is on stage when: each session with presentations is a list."""
    return of_listings(tell, "presentations", presentation_lists(tell))


def presentation_lists(tell: Teller) -> list[Listing]:
    labels = tell.labels
    columns = [
        Column(labels["order"], 0.6, "center"),
        Column(labels["from"], 0.8, "center"),
        Column(labels["organization"], 3),
        Column(labels["topic"], 2.4),
        Column(labels["speaker"], 1.3),
        Column(labels["minutes"], 0.9, "center"),
    ]
    return [
        Listing(_titled(tell, session), columns, _turns(tell, session))
        for session in tell.facts.sessions
        if session.turns
    ]


def tour_groups(tell: Teller) -> Paper:
    """Who rides in which bus."""
    return of_listings(tell, "tour_groups", tour_lists(tell))


def tour_lists(tell: Teller) -> list[Listing]:
    labels = tell.labels
    columns = [
        Column(labels["number"], 0.5, "center"),
        Column(labels["riders"], 4),
        Column(labels["people"], 0.8, "right"),
    ]
    return [
        Listing(_bus(tell, session, group), columns, _riders(tell, group))
        for session in tell.facts.sessions
        for group in session.groups
    ]


def _bus(tell: Teller, session: Session, group: Group) -> str:
    labels = tell.labels
    words = [f"{_titled(tell, session)}　{labels['group_line'].format(group.number)}", group.vehicle]
    words += [f"{labels['guide']} {group.guide}" if group.guide else "", f"{labels['seats']} {group.seats}"]
    return tell.list_of(words)


def _riders(tell: Teller, group: Group) -> list[list[Cell]]:
    rows: list[list[Cell]] = [[n, tell.name(key), people] for n, (key, people) in enumerate(group.riders, 1)]
    return [*rows, ["", tell.labels["total"], sum(people for _key, people in group.riders)]]


def signings(tell: Teller) -> Paper:
    """What is signed in which order, and a picture of who stands where for each turn."""
    stages = [
        {
            "heading": tell.labels["turn_line"].format(number, item.title),
            "back": tell.labels["stage_back"].format(item.witnesses or "—"),
            "left": [tell.labels["left"], tell.name(item.school), item.school_signatory],
            "right": [tell.labels["right"], tell.name(item.enterprise), item.enterprise_signatory],
            "audience": tell.labels["stage_audience"],
        }
        for session in tell.facts.sessions
        for number, item in enumerate(session.signings, 1)
    ]
    return of_listings(tell, "signings", signing_lists(tell), stages=stages, text=tell.labels["stage"])


def signing_lists(tell: Teller) -> list[Listing]:
    labels = tell.labels
    columns = [
        Column(labels["order"], 0.6, "center"),
        Column(labels["paper"], 2),
        Column(labels["left"], 2.2),
        Column(labels["signs_school"], 1.1),
        Column(labels["right"], 2.2),
        Column(labels["signs_enterprise"], 1.1),
        Column(labels["witnesses"], 1.4),
    ]
    return [
        Listing(
            _titled(tell, session),
            columns,
            [
                [
                    number,
                    item.title,
                    tell.name(item.school),
                    item.school_signatory,
                    tell.name(item.enterprise),
                    item.enterprise_signatory,
                    item.witnesses,
                ]
                for number, item in enumerate(session.signings, 1)
            ],
        )
        for session in tell.facts.sessions
        if session.signings
    ]


def signs(tell: Teller) -> Paper:
    """The words on the sign of every table that somebody keeps or that has a sign of its own."""
    labels = tell.labels
    columns = [
        Column(labels["booth"], 0.8, "center"),
        Column(labels["room"], 1.3),
        Column(labels["sign"], 3),
        Column(labels["owner"], 3),
    ]
    rows = [
        [table.label, table.room, table.sign or tell.short(table.owner), tell.name(table.owner)]
        for table in tell.facts.tables
        if table.sign or table.owner
    ]
    return of_listings(tell, "signs", [Listing(title_of("signs", tell.facts.language), columns, rows)])


def lodging(tell: Teller) -> Paper:
    """Who arrives when, sleeps where and eats what; organizations without names have one row."""
    labels = tell.labels
    heads = [("number", 0.6), ("organization", 3), ("name", 1), ("post", 1.6), ("phone", 1.4), ("arrives", 1.3)]
    heads += [("lodging", 1.6), ("diet", 1.2), ("vehicle", 1.2)]
    columns = [Column(labels[head], share) for head, share in heads]
    rows: list[list[Cell]] = []
    for number, party in enumerate(tell.facts.parties, 1):
        for person in party.people:
            arrives = tell.brief_moment(person.arrives)
            known = [person.name, person.post, person.phone, arrives, person.lodging, person.diet, person.vehicle]
            rows.append([number, party.name, *known])
        if not party.people:
            unnamed = f"{labels['not_named']} {party.delegates}"
            rows.append([number, party.name, unnamed, "", "", "", "", "", ""])
    listing = Listing(title_of("lodging", tell.facts.language), columns, rows)
    return of_listings(tell, "lodging", [listing], layout="wide")


def supply(tell: Teller) -> Paper:
    """What the schools that come train, and how many of this class are still free."""
    labels = tell.labels
    heads = [("school", 3.2), ("region", 1.1), ("major_code", 1), ("major", 2.2), ("level", 1.3)]
    columns = [Column(labels[head], share) for head, share in heads]
    columns += [Column(labels["graduating"], 1, "right"), Column(labels["available"], 1, "right")]
    rows: list[list[Cell]] = [
        [line.school, line.region, line.major_code, line.major, line.level, line.graduating, line.available]
        for line in tell.facts.supply
    ]
    totals = [sum(line.graduating for line in tell.facts.supply), sum(line.available for line in tell.facts.supply)]
    if rows:
        rows.append([labels["total"], "", "", "", "", *totals])
    note = labels["supply_note"].format(tell.facts.event.graduating_year)
    return of_listings(tell, "supply", [Listing(title_of("supply", tell.facts.language), columns, rows, note)])


def demands(tell: Teller) -> Paper:
    """What the firms that come seek."""
    labels = tell.labels
    heads = [("enterprise", 2.6), ("title", 1.8), ("majors", 2.6), ("levels", 1.2)]
    columns = [Column(labels[head], share) for head, share in heads]
    columns += [Column(labels["wanted"], 0.8, "right"), Column(labels["pay"], 1.2), Column(labels["workplace"], 1.2)]
    columns.append(Column(labels["cooperation"], 1.6))
    rows: list[list[Cell]] = [
        [
            line.enterprise,
            line.title,
            tell.list_of(line.majors),
            tell.list_of(line.levels),
            line.people,
            line.pay,
            line.workplace,
            tell.list_of(line.cooperation),
        ]
        for line in tell.facts.demands
    ]
    if rows:
        rows.append([labels["total"], "", "", "", sum(line.people for line in tell.facts.demands), "", "", ""])
    listing = Listing(title_of("demands", tell.facts.language), columns, rows)
    return of_listings(tell, "demands", [listing], layout="wide")


def _sign_in_sheet(tell: Teller, key: str, title: str, parties: list[Party]) -> Sheet:
    labels = tell.labels
    content = {
        "title": title,
        "heads": [labels[head] for head in ("number", "organization", "name", "post", "signature", "sign_time")],
        "groups": [
            {
                "number": str(number),
                "name": party.name,
                "region": party.region,
                "code": party.code,
                "rows": [row[2:4] for row in _sign_in_rows(tell, number, party)],
            }
            for number, party in enumerate(parties, 1)
        ],
    }
    return Sheet(document="sign_in", subject=key, label=title, layout="sign_in", content=content)


def _sign_in_rows(tell: Teller, number: int, party: Party) -> list[list[Cell]]:
    """The people named, room for those announced but not named, and for a stand-in."""
    rows: list[list[Cell]] = [[number, party.name, person.name, person.post, "", ""] for person in party.people]
    unnamed = max(0, party.delegates - len(party.people))
    rows += [[number, party.name, "", "", "", ""] for _person in range(unnamed)]
    return rows + [[number, party.name, "", tell.labels["substitute"], "", ""]] * BLANK_ROWS


def _titled(tell: Teller, session: Session) -> str:
    place = f"　{session.place}" if session.place else ""
    return f"{session.title}　{tell.day(session.starts_at.date())} {tell.hours(session)}{place}"


def _turns(tell: Teller, session: Session) -> list[list[Cell]]:
    """The turns with the time at which each begins."""
    rows: list[list[Cell]] = []
    begins = session.starts_at
    for number, turn in enumerate(session.turns, 1):
        rows.append([number, f"{begins:%H:%M}", tell.name(turn.party), turn.topic, turn.speaker, turn.minutes])
        begins += timedelta(minutes=turn.minutes)
    return rows
