"""A participant's own timetable."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from events.fairs.models import Fair, Participation
from events.meetings.selectors import agenda, unplanned_outcomes
from events.meetings.services.outcomes import RECORDING
from portal.common.http import Request


@require_safe
def own(request: Request, pk: int) -> HttpResponse:
    """The meetings of one organization by day, for paper too; on the day the way to record what came of them."""
    shown = Participation.objects.own_of(request.user).select_related("fair", "organization")
    row = get_object_or_404(shown, pk=pk)
    edits = Participation.objects.editable_by(request.user).filter(pk=pk).exists()
    context = {
        "row": row,
        "fair": row.fair,
        "days": agenda(row),
        "unplanned": unplanned_outcomes(row),
        "may_record": edits and row.fair.status in RECORDING,
        "runs_it": Fair.objects.editable_by(request.user).filter(pk=row.fair_id).exists(),
    }
    return render(request, "meetings/own.html", context)
