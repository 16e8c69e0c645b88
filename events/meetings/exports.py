"""A version as a workbook or as CSV, for those who may see it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from events.meetings.figures import Quality
from events.meetings.models import Meeting
from portal.common.xlsx import Cell, Sheet, workbook

TRIGGERS = ("=", "+", "-", "@", "\t", "\r")  # with these a spreadsheet program begins a formula


def meeting_header() -> list[str]:
    """The heads of the columns of a list of meetings, in the active language."""
    return [
        _("Date"),
        _("From"),
        _("To"),
        _("Room"),
        _("Table"),
        _("School"),
        _("Enterprise"),
        _("must meet"),
        _("State"),
    ]


def meeting_row(meeting: Meeting) -> list[Cell]:
    """One line of such a list."""
    starts, ends = (timezone.localtime(moment) for moment in (meeting.slot.starts_at, meeting.slot.ends_at))
    return [
        f"{starts:%Y-%m-%d}",
        f"{starts:%H:%M}",
        f"{ends:%H:%M}",
        meeting.table.room.name if meeting.table.room else "",
        str(meeting.table),
        meeting.school.organization.legal_name,
        meeting.enterprise.organization.legal_name,
        "✓" if meeting.is_must else "",
        str(meeting.get_state_display()),
    ]


def as_workbook(meetings: Iterable[Meeting], quality: Quality) -> bytes:
    """Two sheets: the meetings, and how many each participant has."""
    header = [_("Organization"), _("Meetings"), _("at least"), _("at most"), _("Breaks"), _("Idle slots")]
    figures: list[list[Cell]] = [
        [row.party.organization.legal_name, row.meetings, row.least, row.most, row.breaks, row.idle]
        for row in quality.parties
    ]
    return workbook(
        [
            Sheet(_("Timetable"), meeting_header(), [meeting_row(row) for row in meetings], (12, 8, 8, 14, 8, 36, 36)),
            Sheet(_("Participants"), header, figures, (40,)),
        ]
    )


def as_csv(meetings: Iterable[Meeting]) -> bytes:
    """UTF-8 with a mark at the beginning, so that Excel reads it right; no cell begins a formula."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(meeting_header())
    writer.writerows(_defused(meeting_row(row)) for row in meetings)
    return text.getvalue().encode("utf-8-sig")


def _defused(row: Sequence[Cell]) -> list[Cell]:
    return [f"'{cell}" if isinstance(cell, str) and cell.startswith(TRIGGERS) else cell for cell in row]
