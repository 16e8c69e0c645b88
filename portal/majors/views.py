"""Pages of what schools offer: programmes of all schools, the yearly sheet of one, one programme."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Prefetch
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import keyset_page
from portal.majors import services
from portal.majors.filters import ProgrammeFilter
from portal.majors.forms import ProgrammeEditForm, ProgrammeForm, SupplySheet
from portal.majors.models import Programme, SupplyLine
from portal.majors.selectors import (
    current_graduating_year,
    programmes_of,
    totals_by_year,
    waiting_names,
    year_to_show,
)
from portal.organizations.models import Organization

WRITABLE = ("GET", "HEAD", "POST")


@require_safe
def majors_entry(request: Request) -> HttpResponse:
    """Where the menu leads: people of a school to its sheet, all others to the programmes of all schools."""
    school = Organization.objects.of_member(request.user).schools().order_by("pk").first()
    return redirect("majors:school", school.pk) if school else redirect("majors:all")


@require_safe
def programme_list(request: Request) -> HttpResponse:
    """The programmes of all schools that the reader may see, by code of the major, with the latest year's people."""
    lines = SupplyLine.objects.visible_to(request.user).order_by("-graduating_year")
    latest = Prefetch("supply", lines, to_attr="lines")
    visible = Programme.objects.visible_to(request.user).active().select_related("major", "school__region")
    narrowed = ProgrammeFilter(request.GET, visible.prefetch_related(latest))
    page = keyset_page(narrowed.qs, order=("major_id", "id"), after=request.GET.get("after", ""))
    is_narrowed = any(narrowed.form.data.get(name) for name in narrowed.form.fields)
    return render(request, "majors/list.html", {"page": page, "form": narrowed.form, "is_narrowed": is_narrowed})


def _school(request: Request, school_pk: int) -> Organization:
    return get_object_or_404(Organization.objects.visible_to(request.user).schools(), pk=school_pk)


def _editable_school(request: Request, school_pk: int) -> Organization:
    return get_object_or_404(Organization.objects.editable_by(request.user).schools(), pk=school_pk)


@require_safe
def school_offer(request: Request, school_pk: int) -> HttpResponse:
    """The sheet of the year that matters now; within another page, its programmes in short."""
    school = _school(request, school_pk)
    year = year_to_show(school, request.user, timezone.localdate())
    if not request.htmx:
        return redirect("majors:sheet", school_pk, year)
    context = {"school": school, "year": year, "programmes": programmes_of(school, request.user, year)}
    return render(request, "majors/_of_school.html", context)


@require_http_methods(WRITABLE)
def school_sheet(request: Request, school_pk: int, year: int) -> HttpResponse:
    """The programmes of a school with the people of one year; those who may edit get it as one form."""
    school = _school(request, school_pk)
    may_edit = Organization.objects.editable_by(request.user).filter(pk=school_pk).exists()
    if request.method == "POST" and not may_edit:
        _editable_school(request, school_pk)
    sheet = SupplySheet(programmes_of(school, request.user, year), request.POST if request.method == "POST" else None)
    if request.method == "POST" and sheet.is_valid() and _save(request, school, year, sheet):
        return redirect("majors:sheet", school_pk, year)
    totals = {row.graduating_year: row for row in totals_by_year(school, request.user)}
    this_year = current_graduating_year(timezone.localdate())
    context: dict[str, Any] = {
        "school": school,
        "year": year,
        "years": sorted({*totals, year, this_year, this_year + 1}, reverse=True),
        "totals": totals.get(year),
        "sheet": sheet,
        "may_edit": may_edit,
        "has_errors": any(row.form.errors for row in sheet.rows),
    }
    return render(request, "majors/sheet.html", context)


def _save(request: Request, school: Organization, year: int, sheet: SupplySheet) -> bool:
    now = timezone.now()
    try:
        changed = services.save_supply(
            school_id=school.pk, graduating_year=year, numbers=sheet.numbers(), actor=request.user, at=now
        )
    except DomainError as error:
        if not sheet.refuse(error.field, str(error)):
            messages.error(request, str(error))
        return False
    saved = ngettext("%(count)d line saved.", "%(count)d lines saved.", changed) % {"count": changed}
    messages.success(request, saved)
    return True


@require_POST
def sheet_confirm(request: Request, school_pk: int, year: int) -> HttpResponse:
    """The school vouches for the numbers of a year."""
    _editable_school(request, school_pk)
    try:
        services.confirm_supply(school_id=school_pk, graduating_year=year, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Confirmed. Enterprises are matched with these numbers from now on."))
    return redirect("majors:sheet", school_pk, year)


@require_http_methods(WRITABLE)
def programme_add(request: Request, school_pk: int) -> HttpResponse:
    """A new programme of a school."""
    school = _editable_school(request, school_pk)
    form = ProgrammeForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            programme = services.add_programme(
                school_id=school_pk, actor=request.user, at=timezone.now(), **form.service_fields()
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("“%(programme)s” is added.") % {"programme": programme})
            return redirect("majors:school", school_pk)
    return render(request, "majors/form.html", {"form": form, "school": school})


@require_http_methods(WRITABLE)
def programme_edit(request: Request, pk: int) -> HttpResponse:
    """Direction, skills, and whether a programme is still offered."""
    editable = Programme.objects.editable_by(request.user).select_related("major", "school")
    programme = get_object_or_404(editable, pk=pk)
    initial = {
        "direction": programme.direction,
        "skills": [*programme.skills.all(), *waiting_names(programme)],
        "is_active": programme.is_active,
    }
    form = ProgrammeEditForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            services.update_programme(programme_id=pk, actor=request.user, at=timezone.now(), **form.service_fields())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect("majors:school", programme.school_id)
    return render(request, "majors/form.html", {"form": form, "school": programme.school, "programme": programme})
