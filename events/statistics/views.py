"""Pages of a fair's brief: the sheet, and the rows behind each figure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.fairs.models import Fair
from events.statistics.brief import Brief, brief
from events.statistics.figures import BY_KEY, figure_named, scope_of, without_empty_fen
from events.statistics.selectors import fairs_with_brief, fairs_with_rows
from events.statistics.services import request_brief
from events.statistics.summary import paragraphs, percent
from events.statistics.tables import table_of
from portal.common.errors import DomainError
from portal.common.http import Request
from portal.common.paging import keyset_page

SHARE = "share_secondary_and_technician"
LEADING = (
    "schools",
    "provinces",
    "enterprises",
    SHARE,
    "graduates",
    "framework_agreements",
    "funding_yuan",
    "schools_with_intent",
    "enterprises_with_consensus",
    "intent_agreements",
)
FURTHER = ("meetings_planned", "meetings_held", "wishes", "wishes_met", "people_promised", "demands", "people_sought")


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure on the sheet; `key` leads to its rows."""

    key: str
    label: str | Promise
    value: str
    unit: str | Promise


def tiles(figures: Brief, keys: tuple[str, ...]) -> list[Tile]:
    """The figures of these keys, worded."""
    return [_tile(figures, key) for key in keys]


def _tile(figures: Brief, key: str) -> Tile:
    value = getattr(figures, key)
    if key == SHARE:
        return Tile(key, gettext_lazy("Secondary and technician schools"), percent(value), "")
    return Tile(key, BY_KEY[key].label, f"{value:,}", BY_KEY[key].unit)


@require_safe
def fair_brief(request: Request, slug: str) -> HttpResponse:
    """The sheet: what happened in sentences, figures, majors, levels and provinces."""
    fair = get_object_or_404(fairs_with_brief(request.user), slug=slug)
    figures = brief(fair)
    context: dict[str, Any] = {
        "fair": fair,
        "brief": figures,
        "paragraphs": paragraphs(fair, figures),
        "leading": tiles(figures, LEADING),
        "further": tiles(figures, FURTHER),
        "counted_at": timezone.now(),
    }
    return render(request, "statistics/brief.html", context)


@require_safe
def figure_rows(request: Request, slug: str, figure: str) -> HttpResponse:
    """The rows that one figure counts or adds up; for the organizer and the staff."""
    fair = get_object_or_404(fairs_with_rows(request.user), slug=slug)
    try:
        defined = figure_named(figure)
    except KeyError as unknown:
        raise Http404(_("There is no such figure.")) from unknown
    scope = scope_of(fair)
    rows = defined.rows(scope)
    table = table_of(rows.model)
    page = keyset_page(rows, order=table.order, after=request.GET.get("after", ""))
    context: dict[str, Any] = {
        "fair": fair,
        "figure": defined,
        "value": f"{_value(fair, defined.measure(scope)):,}",
        "headings": table.headings,
        "lines": [table.line(row) for row in page.rows],
        "page": page,
    }
    return render(request, "statistics/rows.html", context)


def _value(fair: Fair, measure: Any) -> int | Decimal:
    return without_empty_fen(Fair.objects.filter(pk=fair.pk).values_list(measure, flat=True).get())


@require_POST
def brief_paper(request: Request, slug: str) -> HttpResponse:
    """Have the brief printed as PDF in the reader's language, or the one given."""
    fair = get_object_or_404(fairs_with_brief(request.user), slug=slug)
    language = request.POST.get("language") or get_language() or "zh-hans"
    try:
        job = request_brief(fair=fair, language=language, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("statistics:brief", slug=slug)
    return redirect("jobs:detail", public_id=job.public_id)
