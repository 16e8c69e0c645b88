"""From the facts of a fair to the papers that are asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from events.printing.fair_pack.cards import badges, intent_form, name_cards, table_cards
from events.printing.fair_pack.facts import PackFacts
from events.printing.fair_pack.handbook import handbook
from events.printing.fair_pack.lists import (
    demands,
    lodging,
    presentations,
    sign_in,
    signings,
    signs,
    supply,
    tour_groups,
)
from events.printing.fair_pack.schedules import party_timetables, table_timetables, wall_plan
from events.printing.fair_pack.sheets import Cell, Column, Listing, Paper, Sheet
from events.printing.fair_pack.speaking import Teller
from events.printing.fair_pack.wording import DOCUMENT_TITLES

BUILDERS: Mapping[str, Callable[[Teller], Paper]] = {
    "handbook": handbook,
    "badges": badges,
    "table_cards": table_cards,
    "name_cards": name_cards,
    "sign_in": sign_in,
    "party_timetables": party_timetables,
    "table_timetables": table_timetables,
    "wall_plan": wall_plan,
    "presentations": presentations,
    "tour_groups": tour_groups,
    "signings": signings,
    "signs": signs,
    "lodging": lodging,
    "supply": supply,
    "demands": demands,
    "intent_form": intent_form,
}
DOCUMENTS = tuple(DOCUMENT_TITLES)
PRINT_LIST = "print_list"


def build(facts: PackFacts, codes: Sequence[str] = DOCUMENTS) -> list[Paper]:
    """The papers of these codes, in the order of DOCUMENTS. One without anything to say has no sheets.

    Raises KeyError for a code that is none of DOCUMENTS.
    """
    unknown = set(codes) - set(DOCUMENTS)
    if unknown:
        raise KeyError(", ".join(sorted(unknown)))
    tell = Teller(facts)
    return [BUILDERS[code](tell) for code in DOCUMENTS if code in codes]


def print_list(facts: PackFacts, papers: Sequence[Paper], withdrawn: Sequence[tuple[str, str]] = ()) -> Paper:
    """What lies on top of a pack: which papers are in it and for whom, and which old ones are void.

    withdrawn: (title of the document, for whom) of sheets printed earlier whose subject is gone.
    """
    tell = Teller(facts)
    labels = tell.labels
    columns = [Column(labels["document"], 2), Column(labels["sheets"], 0.7, "right"), Column(labels["for_whom"], 6)]
    rows: list[list[Cell]] = [
        [paper.title, len(paper.sheets), _for_whom(tell, paper.sheets)] for paper in papers if paper.sheets
    ]
    printed = sum(len(paper.sheets) for paper in papers)
    sections = [
        {
            "heading": "",
            "text": labels["print_list_text"].format(len(rows), printed),
            "listings": [Listing("", columns, rows).as_dict()] if rows else [],
        }
    ]
    if withdrawn:
        void = Listing("", [Column(labels["document"], 1), Column(labels["for_whom"], 3)], withdrawn)
        text = labels["withdrawn_text"]
        sections.append({"heading": labels["withdrawn"], "text": text, "listings": [void.as_dict()]})
    content = {"title": labels["print_list"], "sections": sections, "nothing": labels["nothing"]}
    sheet = Sheet(document=PRINT_LIST, subject="", label=labels["all"], layout="sections", content=content)
    return Paper(code=PRINT_LIST, title=labels["print_list"], sheets=(sheet,))


def _for_whom(tell: Teller, sheets: Sequence[Sheet], most: int = 12) -> str:
    """The subjects by name; of many the first ones and how many there are."""
    names = tell.list_of(sheet.label for sheet in sheets[:most])
    return names if len(sheets) <= most else f"{names} …"
