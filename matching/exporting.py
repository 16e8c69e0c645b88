"""A list of partners as a file for a spreadsheet program."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from matching.reasons import Meeting
from matching.selectors import Partner

CONTENT_TYPE = "text/csv; charset=utf-8"
# What a spreadsheet program would carry out; some do so with the wide forms too.
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r", "\n")


def partners_csv(partners: Sequence[Partner], meetings: Mapping[int, Meeting]) -> bytes:
    """UTF-8 with the mark that spreadsheet programs need; a cell never begins a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(_header())
    for partner in partners:
        meeting = meetings.get(partner.organization.pk, Meeting())
        writer.writerow([_harmless(cell) for cell in _row(partner, meeting)])
    return out.getvalue().encode("utf-8-sig")


def _header() -> list[str]:
    return [
        _("Rank"),
        _("Partner"),
        _("Region"),
        _("Distance"),
        _("Fit"),
        _("Fit for you, %"),
        _("Fit for the partner, %"),
        _("Mutual"),
        _("Eligible graduates"),
        _("Seats"),
        _("Majors that meet"),
        _("Majors missing"),
        _("Skills that meet"),
        _("Skills missing"),
        _("Agreement signed"),
    ]


def _row(partner: Partner, meeting: Meeting) -> list[str]:
    return [
        str(partner.place or ""),
        partner.organization.legal_name,
        partner.organization.region.full_name or partner.organization.region.name,
        str(partner.distance),
        str(partner.own_fit.word),
        str(partner.own_fit.percent),
        str(partner.their_fit.percent),
        _("yes") if partner.is_mutual else _("no"),
        str(round(partner.figures.graduates)),
        str(partner.seats),
        "、".join(met.wanted if met.exact else f"{met.wanted} ← {met.offered}" for met in meeting.majors_met),
        "、".join(meeting.majors_missing),
        "、".join(meeting.skills_met),
        "、".join(meeting.skills_missing),
        _("yes") if partner.is_partner else _("no"),
    ]


def _harmless(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
