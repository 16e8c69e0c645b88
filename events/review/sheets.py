"""Call-backs as an Excel sheet."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from events.review.models import CallBack
from portal.common.xlsx import Sheet


def call_back_sheet(rows: Iterable[CallBack]) -> Sheet:
    """One line a call-back; both sides of the outcome must be loaded."""
    return Sheet(
        title=_("Call-backs"),
        header=[
            _("Due"),
            _("Fair"),
            _("School"),
            _("Enterprise"),
            _("Outcome"),
            _("What to ask"),
            _("Done"),
            _("What was said"),
        ],
        rows=[
            [
                row.due_on,
                row.outcome.fair.name,
                row.outcome.school.organization.legal_name,
                row.outcome.enterprise.organization.legal_name,
                str(row.outcome.get_level_display()),
                row.note,
                row.done_at,
                row.finding,
            ]
            for row in rows
        ],
        widths=(12, 28, 30, 30, 16, 30, 17, 40),
    )
