"""The whole pack of papers of a fair: facts in, papers and their lists out, PDF by one template. No Django.

papers = build(facts, ["badges", "sign_in"])      # sheets by subject, lists as they go into Excel too
[pdf] = render_papers(facts, papers, printed_at="2024-05-16 18:00")
sheet.digest(around(facts))                         # whether it says the same as last time
"""

from events.printing.fair_pack.building import DOCUMENTS, PRINT_LIST, build, print_list
from events.printing.fair_pack.facts import (
    Demand,
    Event,
    Group,
    PackFacts,
    Party,
    Person,
    Session,
    Signing,
    Slot,
    Supply,
    Table,
    Talk,
    Turn,
)
from events.printing.fair_pack.rendering import around, merge, pages_in, render_papers
from events.printing.fair_pack.sheets import Column, Listing, Paper, Sheet
from events.printing.fair_pack.wording import title_of, title_of_all

__all__ = [
    "DOCUMENTS",
    "PRINT_LIST",
    "Column",
    "Demand",
    "Event",
    "Group",
    "Listing",
    "PackFacts",
    "Paper",
    "Party",
    "Person",
    "Session",
    "Sheet",
    "Signing",
    "Slot",
    "Supply",
    "Table",
    "Talk",
    "Turn",
    "around",
    "build",
    "merge",
    "pages_in",
    "print_list",
    "render_papers",
    "title_of",
    "title_of_all",
]
