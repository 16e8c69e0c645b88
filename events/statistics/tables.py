"""The rows behind a figure as a plain table: headings, and cells of text, some with a link."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from events.agreements.models import Agreement, FundingCommitment
from events.fairs.models import Participation, Wish
from events.meetings.models import Meeting, Outcome
from events.templatetags.amounts import grouped, yuan
from portal.demands.models import TalentDemand
from portal.majors.models import SupplyLine
from portal.organizations.models import Organization
from portal.taxonomy.models import Region


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of a table's cell; numbers stand at the right."""

    text: str
    url: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class LabelledCell:
    """A cell with the heading of its column, which a phone shows beside it."""

    label: str | Promise
    text: str
    url: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class RowTable:
    """How rows of one model are listed: the headings, a row's cells, and an order that ends with a unique field."""

    headings: Sequence[str | Promise]
    cells: Callable[[Any], list[Cell]]
    order: tuple[str, ...]

    def line(self, row: Any) -> list[LabelledCell]:
        """One row's cells with their headings."""
        return [
            LabelledCell(label, cell.text, cell.url, cell.is_number)
            for label, cell in zip(self.headings, self.cells(row), strict=True)
        ]


def table_of(model: type[Model]) -> RowTable:
    """The table for rows of a model; KeyError for one that no figure is made of."""
    return TABLES[model]


def _body(organization: Organization) -> Cell:
    return Cell(organization.legal_name, organization.get_absolute_url())


def _number(value: int) -> Cell:
    return Cell(grouped(value), is_number=True)


def _participation(row: Participation) -> list[Cell]:
    profile = getattr(row.organization, "school", None)
    level = profile.get_level_display() if profile else row.organization.get_kind_display()
    return [
        _body(row.organization),
        Cell(level),
        Cell(row.organization.region.full_name),
        Cell(row.get_status_display()),
    ]


def _region(row: Region) -> list[Cell]:
    return [Cell(row.name), Cell(row.code)]


def _supply(row: SupplyLine) -> list[Cell]:
    programme = row.programme
    return [
        _body(programme.school),
        Cell(str(programme)),
        Cell(programme.major_id),
        Cell(str(row.graduating_year), is_number=True),
        _number(row.graduating),
    ]


def _agreement(row: Agreement) -> list[Cell]:
    parties = " – ".join(party.organization.legal_name for party in row.parties.all())
    signed = row.signed_on.isoformat() if row.signed_on else ""
    return [Cell(row.number, row.get_absolute_url()), Cell(row.get_kind_display()), Cell(parties), Cell(signed)]


def _funding(row: FundingCommitment) -> list[Cell]:
    return [
        Cell(row.agreement.number, row.agreement.get_absolute_url()),
        _body(row.payer.organization),
        _body(row.payee.organization),
        Cell(row.purpose),
        Cell(yuan(row.amount), is_number=True),
    ]


def _meeting(row: Meeting) -> list[Cell]:
    when = timezone.localtime(row.slot.starts_at)
    return [
        Cell(f"{when:%Y-%m-%d %H:%M}"),
        Cell(str(row.table)),
        _body(row.school.organization),
        _body(row.enterprise.organization),
        Cell(row.get_state_display()),
    ]


def _wish(row: Wish) -> list[Cell]:
    return [_body(row.wisher.organization), Cell(row.get_kind_display()), _body(row.partner.organization)]


def _outcome(row: Outcome) -> list[Cell]:
    return [
        _body(row.school.organization),
        _body(row.enterprise.organization),
        Cell(row.get_level_display()),
        _number(row.headcount),
    ]


def _demand(row: TalentDemand) -> list[Cell]:
    return [_body(row.enterprise), Cell(row.title, row.get_absolute_url()), _number(row.headcount)]


TABLES: Mapping[type[Model], RowTable] = {
    Participation: RowTable(
        [_("Organization"), _("Level or kind"), _("Region"), _("Status")],
        _participation,
        ("organization__pinyin", "id"),
    ),
    Region: RowTable([_("Province"), _("Code")], _region, ("code",)),
    SupplyLine: RowTable(
        [_("School"), _("Programme"), _("Code"), _("Class of"), _("Graduates")],
        _supply,
        ("programme__school__pinyin", "id"),
    ),
    Agreement: RowTable([_("Number"), _("Kind"), _("Parties"), _("Signed on")], _agreement, ("number",)),
    FundingCommitment: RowTable(
        [_("Agreement"), _("Payer"), _("Payee"), pgettext_lazy("of money", "Purpose"), _("Amount (yuan)")],
        _funding,
        ("id",),
    ),
    Meeting: RowTable(
        [_("Time"), _("Table"), _("School"), _("Enterprise"), _("State")], _meeting, ("slot__starts_at", "id")
    ),
    Wish: RowTable([_("Who wishes"), _("Wish"), _("Whom")], _wish, ("id",)),
    Outcome: RowTable([_("School"), _("Enterprise"), _("Outcome"), _("People promised")], _outcome, ("id",)),
    TalentDemand: RowTable([_("Enterprise"), _("Post"), _("People sought")], _demand, ("enterprise__pinyin", "id")),
}
