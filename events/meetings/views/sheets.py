"""A version on the wall, table by table, and as a file."""

from __future__ import annotations

from itertools import groupby

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from events.fairs.models import Fair
from events.fairs.selectors import slots_by_day
from events.meetings.exports import as_csv, as_workbook
from events.meetings.figures import quality_of
from events.meetings.models import Meeting, Timetable
from events.meetings.selectors import day_grid
from events.meetings.views.timetables import chosen_day, own_version
from portal.common.http import Request

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _published(request: Request, slug: str) -> Timetable:
    """The version that counts of a fair that the user runs."""
    own = Fair.objects.editable_by(request.user)
    rows = Timetable.objects.published().select_related("fair").filter(fair__in=own)
    return get_object_or_404(rows, fair__slug=slug)


@require_safe
def wall(request: Request, slug: str) -> HttpResponse:
    """The whole day of the published version, for a big screen or a sheet on the wall."""
    version = _published(request, slug)
    days = slots_by_day(version.fair)
    day = chosen_day(request.GET.get("day", ""), [day for day, _slots in days])
    slots = dict(days)[day] if day else []
    context = {
        "fair": version.fair,
        "shown": version,
        "days": [each for each, _slots in days],
        "day": day,
        "grid": day_grid(version, day, slots) if day else None,
        "now": next((slot.pk for slot in slots if slot.starts_at <= timezone.now() < slot.ends_at), None),
    }
    return render(request, "meetings/wall.html", context)


@require_safe
def tables(request: Request, slug: str) -> HttpResponse:
    """The published version table by table: who comes when."""
    version = _published(request, slug)
    rows = Meeting.objects.taking_place().filter(timetable=version).with_parties()
    ordered = rows.order_by("table__number", "slot__starts_at")
    context = {
        "fair": version.fair,
        "shown": version,
        "tables": [(table, list(group)) for table, group in groupby(ordered, lambda row: row.table)],
    }
    return render(request, "meetings/tables.html", context)


@require_safe
def export(request: Request, slug: str, number: int, kind: str) -> HttpResponse:
    """A version as Excel workbook or CSV file."""
    version = own_version(request, slug, number)
    rows = Meeting.objects.visible_to(request.user).taking_place().filter(timetable=version).with_parties()
    meetings = list(rows.select_related("table__room").order_by("slot__starts_at", "table__number"))
    if kind == "csv":
        content, content_type = as_csv(meetings), "text/csv; charset=utf-8"
    elif kind == "xlsx":
        content, content_type = as_workbook(meetings, quality_of(version)), EXCEL
    else:
        raise Http404
    answer = HttpResponse(content, content_type=content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{slug}-v{number}.{kind}"'
    answer.headers["Cache-Control"] = "private, no-store"
    return answer
