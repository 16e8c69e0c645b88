"""Lists of guests as Excel workbooks."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping, Sequence
from typing import IO

from django.utils.translation import gettext as _

from events.fairs.models import Participation
from events.fairs.services.importing import LABELS, Guest, Verdict
from portal.common.xlsx import Cell, Sheet, workbook


def guests_workbook(rows: Iterable[Participation]) -> IO[bytes]:
    """The list of participants; rows as `guest_rows` gives them."""
    header = [
        _("Organization"),
        _("Unified social credit code"),
        _("Side"),
        _("Region"),
        _("Status"),
        _("Delegates"),
        _("Names given"),
        _("Wishes"),
        _("Slots away"),
        _("Invited"),
        _("Answered"),
        _("Reminders"),
        _("Note"),
    ]
    sheet = Sheet(
        _("Participants"), header, [_guest(row) for row in rows], (36, 22, 10, 14, 14, 10, 10, 8, 10, 17, 17, 8, 40)
    )
    return io.BytesIO(workbook([sheet]))


def _guest(row: Participation) -> Sequence[Cell]:
    counted: dict[str, int] = row.__dict__  # annotations
    return [
        row.organization.legal_name,
        row.organization.uscc or "",
        row.organization.get_kind_display(),
        row.organization.region.name,
        row.get_status_display(),
        row.delegates,
        counted["name_count"],
        counted["wish_count"],
        counted["absence_count"],
        row.invited_at,
        row.answered_at,
        row.reminders,
        row.note,
    ]


def upload_template() -> IO[bytes]:
    """An empty list of guests to fill in."""
    header = [str(label) for label in LABELS.values()]
    return io.BytesIO(workbook([Sheet(_("Guests"), header, [], (40, 24))]))


def checked_workbook(
    rows: Sequence[Sequence[str]], remarks: Mapping[int, Sequence[str]], heads: Sequence[str]
) -> IO[bytes]:
    """The uploaded rows as they came, with columns of remarks behind them; `remarks` by row, counted from 1."""
    width = max(len(row) for row in rows)
    header = [*rows[0], *[""] * (width - len(rows[0])), *heads]
    body = [[*row, *[""] * (width - len(row)), *remarks.get(line, [])] for line, row in enumerate(rows[1:], start=2)]
    widths = [*[20.0] * width, *[44.0] * len(heads)]
    return io.BytesIO(workbook([Sheet(_("Checked"), header, body, widths)]))


def guest_remarks(guests: Iterable[Guest]) -> dict[int, Sequence[str]]:
    """What was found out about every row: the verdict in words, and the name that was perhaps meant."""
    words = {Verdict.NEW: _("will be invited"), Verdict.KNOWN: _("is in the fair already"), Verdict.WRONG: ""}
    return {guest.line: (guest.problem or words[guest.verdict], guest.suggestion) for guest in guests}
