"""What is cut and folded: badges, cards for tables and places, and the form for what two agreed on."""

from __future__ import annotations

from events.printing.fair_pack.facts import Party, Person, Table
from events.printing.fair_pack.sheets import Column, Listing, Paper, Sheet
from events.printing.fair_pack.speaking import Teller
from events.printing.fair_pack.wording import title_of


def badges(tell: Teller) -> Paper:
    """A badge for each person named, and blank ones with the organization's code for those announced but not named."""
    code = "badges"
    labels = tell.labels
    sheets: list[Sheet] = []
    rows: list[list[str | int]] = []
    for party in tell.facts.parties:
        for person in party.people:
            sheets.append(_badge(tell, code, party, person))
            rows.append([party.name, tell.side(party), person.name, person.post, person.code])
        for number in range(len(party.people), party.delegates):
            sheets.append(_blank_badge(tell, code, party, number))
            rows.append([party.name, tell.side(party), "", "", party.code])
    columns = [
        Column(labels["organization"], 3),
        Column(labels["side"]),
        Column(labels["name"]),
        Column(labels["post"], 2),
        Column("QR", 2),
    ]
    title = title_of(code, tell.facts.language)
    return Paper(code=code, title=title, sheets=tuple(sheets), listings=(Listing(title, columns, rows),))


def table_cards(tell: Teller) -> Paper:
    """A card for each table, read from both sides: its number, its room and who keeps it."""
    code = "table_cards"
    sheets = tuple(_table_card(tell, code, table) for table in tell.facts.tables)
    return Paper(code=code, title=title_of(code, tell.facts.language), sheets=sheets)


def name_cards(tell: Teller) -> Paper:
    """A card for each organization, read from both sides: the short name large, the full one below."""
    code = "name_cards"
    sheets = tuple(
        Sheet(
            document=code,
            subject=party.key,
            label=party.name,
            layout="tent",
            content={
                "large": party.short,
                "small": party.name if party.name != party.short else "",
                "line": tell.facts.event.name,
                "fold": tell.labels["fold"],
            },
        )
        for party in tell.facts.parties
    )
    return Paper(code=code, title=title_of(code, tell.facts.language), sheets=sheets)


def intent_form(tell: Teller) -> Paper:
    """One page with two copies of the form: one for the desk, one for the two."""
    code, labels = "intent_form", tell.labels
    content = {
        "title": title_of(code, tell.facts.language),
        "copies": [labels["copy_desk"], labels["copy_parties"]],
        "cut": labels["cut"],
        "rows": [
            [labels["school"], labels["contact_person"]],
            [labels["enterprise"], labels["contact_person"]],
            [labels["table"], labels["meet_time"]],
        ],
        "kinds": [labels["kinds"], "　".join(f"□ {kind}" for kind in tell.facts.cooperation)],
        "majors": labels["majors_people"],
        "outcome": [labels["level_of_intent"], labels["levels_of_intent"]],
        "next": labels["next"],
        "signatures": [labels["school_signs"], labels["enterprise_signs"], labels["date_line"]],
    }
    sheet = Sheet(document=code, subject="", label=labels["all"], layout="form", content=content)
    return Paper(code=code, title=title_of(code, tell.facts.language), sheets=(sheet,))


def _badge(tell: Teller, code: str, party: Party, person: Person) -> Sheet:
    content = _face(tell, party) | {"name": person.name, "post": person.post, "code": person.code}
    return Sheet(
        document=code,
        subject=person.key,
        label=f"{party.short} {person.name}",
        layout="badge",
        content=content,
        party=party.key,
    )


def _blank_badge(tell: Teller, code: str, party: Party, number: int) -> Sheet:
    content = _face(tell, party) | {"name": "", "post": "", "code": party.code}
    return Sheet(
        document=code,
        subject=f"{party.key}#{number + 1}",
        label=f"{party.short} {tell.labels['not_named']}",
        layout="badge",
        content=content,
        party=party.key,
    )


def _face(tell: Teller, party: Party) -> dict[str, str]:
    side = "school" if party.is_school else "enterprise"
    return {"organization": party.name, "side": tell.side(party), "kind": side, "event": tell.facts.event.name}


def _table_card(tell: Teller, code: str, table: Table) -> Sheet:
    content = {
        "large": table.label,
        "small": table.sign or tell.name(table.owner),
        "line": table.room or tell.facts.event.name,
        "fold": tell.labels["fold"],
    }
    return Sheet(document=code, subject=table.key, label=table.label, layout="tent", content=content)
