"""The annexes of an agreement: majors with numbers of people, and the schedule of payments."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from events.printing.formatting import annex_label, format_date, format_figures
from events.printing.voice import Voice
from events.printing.wording import (
    AGREEMENT_LABELS,
    MAJORS_COLUMNS,
    MAJORS_KIND_COLUMN,
    MAJORS_KIND_PLACE,
    PAYMENTS_COLUMNS,
)

if TYPE_CHECKING:
    from events.printing.context import AgreementDocument


def annex_labels(document: AgreementDocument) -> dict[str, str]:
    """Return 附件一, 附件二 … of the annexes that there are, by "majors" and "payments"."""
    there = {
        "majors": bool(document.annex_majors),
        "payments": any(funding.instalments for funding in document.funding),
    }
    names = [name for name, is_there in there.items() if is_there]
    return {name: annex_label(number, document.language) for number, name in enumerate(names, start=1)}


def majors_annex(document: AgreementDocument, voice: Voice) -> dict[str, Any] | None:
    """Return the table of majors, its rows in the order given and its sum; None if there are no majors."""
    rows = document.annex_majors
    if not rows:
        return None
    schools = [party.short_name or party.name for party in document.parties if party.side == "school"]
    only_school = schools[0] if len(schools) == 1 else ""
    columns = list(MAJORS_COLUMNS[voice.language])
    cells = [
        [str(place), row.school or only_school, row.code, row.name, row.level, str(row.year), f"{row.people:,}"]
        for place, row in enumerate(rows, start=1)
    ]
    kinds = kinds_of_rows(document)
    if kinds:
        columns.insert(MAJORS_KIND_PLACE, MAJORS_KIND_COLUMN[voice.language])
        for row_cells, kind in zip(cells, kinds, strict=True):
            row_cells.insert(MAJORS_KIND_PLACE, kind)
    return {
        "heading": _heading(document, voice, "majors"),
        "with_kinds": bool(kinds),
        "columns": columns,
        "rows": cells,
        "total": f"{sum(row.people for row in rows):,}",
    }


def kinds_of_rows(document: AgreementDocument) -> list[str]:
    """Return the kind of cooperation of every row of majors; nothing unless people are planned under several kinds.

    A row that does not name its kind is of the only term that plans people for that major and year, if there is one.
    """
    planned: dict[tuple[int, str], set[str]] = {}
    for term in document.cooperation:
        for count in term.head_counts:
            planned.setdefault((count.year, count.major), set()).add(term.name)
    kinds = {row.cooperation for row in document.annex_majors if row.cooperation}.union(*planned.values())
    if len(kinds) < 2:
        return []
    found = [(row.cooperation, planned.get((row.year, row.name), set())) for row in document.annex_majors]
    return [named or (next(iter(terms)) if len(terms) == 1 else "") for named, terms in found]


def payments_annex(document: AgreementDocument, voice: Voice) -> dict[str, Any] | None:
    """Return the table of instalments, by funding as given, and its sum; None if there are no instalments."""
    payments = [(funding, due) for funding in document.funding for due in funding.instalments]
    if not payments:
        return None
    return {
        "heading": _heading(document, voice, "payments"),
        "columns": list(PAYMENTS_COLUMNS[voice.language]),
        "rows": [
            [
                str(place),
                voice.role(funding.payer),
                voice.role(funding.payee),
                funding.purpose,
                format_date(due.due_on, voice.language),
                format_figures(due.amount_yuan),
            ]
            for place, (funding, due) in enumerate(payments, start=1)
        ],
        "total": format_figures(sum((due.amount_yuan for _, due in payments), Decimal(0))),
    }


def _heading(document: AgreementDocument, voice: Voice, name: str) -> str:
    label, words = annex_labels(document)[name], AGREEMENT_LABELS[voice.language][name]
    return voice.either(f"{label}　{words}", f"{label}. {words}")
