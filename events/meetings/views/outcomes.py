"""What came of the talks: recorded by either side or the desk, listed for the organizer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.models import Fair, Participation
from events.meetings.forms import OutcomeForm, PairForm
from events.meetings.models import Meeting, Outcome, OutcomeLevel
from events.meetings.selectors import outcome_counts, outcome_of
from events.meetings.services import mark_no_show, record_outcome
from events.meetings.views.timetables import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import keyset_page
from portal.organizations.models import Organization

METHODS = ["GET", "HEAD", "POST"]


@require_safe
def outcome_list(request: Request, slug: str) -> HttpResponse:
    """All outcomes of a fair, the highest first, for its organizer."""
    fair = own_fair(request, slug)
    rows = Outcome.objects.filter(fair=fair).with_parties().prefetch_related("cooperation_kinds")
    level = request.GET.get("level", "")
    if level in {str(value) for value in OutcomeLevel.values}:
        rows = rows.filter(level=int(level))
    words = request.GET.get("q", "").strip()[:60]
    if words:
        named = Organization.objects.named_like(words)
        rows = rows.filter(Q(school__organization__in=named) | Q(enterprise__organization__in=named))
    context = {
        "fair": fair,
        "page": keyset_page(rows, order=("-level", "-id"), after=request.GET.get("after", "")),
        "counts": outcome_counts(fair),
        "levels": OutcomeLevel.choices,
        "level": level,
        "words": words,
    }
    return render(request, "meetings/outcomes.html", context)


@require_http_methods(METHODS)
def of_meeting(request: Request, pk: int) -> HttpResponse:
    """What came of a planned meeting."""
    recordable = Meeting.objects.recordable_by(request.user).taking_place()
    meeting = get_object_or_404(recordable.with_parties(), pk=pk)
    outcome = outcome_of(meeting.school_id, meeting.enterprise_id)
    return _form_page(request, meeting.school, meeting.enterprise, outcome, meeting=meeting)


@require_http_methods(METHODS)
def outcome_edit(request: Request, pk: int) -> HttpResponse:
    """Correct an outcome, planned or not."""
    outcome = get_object_or_404(Outcome.objects.editable_by(request.user).with_parties(), pk=pk)
    return _form_page(request, outcome.school, outcome.enterprise, outcome)


def _form_page(
    request: Request,
    school: Participation,
    enterprise: Participation,
    outcome: Outcome | None,
    *,
    meeting: Meeting | None = None,
) -> HttpResponse:
    """The form of one pair; `version` travels with it, so that nobody overwrites unseen what another recorded."""
    back_url = _way_back(request, school, enterprise)
    form = OutcomeForm(request.POST or None, initial=_initial(outcome))
    if request.method == "POST" and form.is_valid():
        try:
            record_outcome(
                school_id=school.pk,
                enterprise_id=enterprise.pk,
                facts=form.facts(),
                version=_version(request),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Recorded."))
            return redirect(back_url)
    version = request.POST.get("version", "") if request.method == "POST" else (outcome.version if outcome else "")
    context = {
        "form": form,
        "school": school,
        "enterprise": enterprise,
        "outcome": outcome,
        "meeting": meeting,
        "version": version,
        "back_url": back_url,
        "fair": school.fair,
    }
    return render(request, "meetings/outcome.html", context)


def _initial(outcome: Outcome | None) -> dict[str, Any]:
    if outcome is None:
        return {}
    kinds = [kind.pk for kind in outcome.cooperation_kinds.all()]
    return {"level": outcome.level, "kinds": kinds, "headcount": outcome.headcount, "note": outcome.note}


def _version(request: Request) -> int | None:
    """The version on which the typed outcome is based; None if there was none yet, 0 (no row's) if unreadable."""
    text = request.POST.get("version", "")
    if not text:
        return None
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


def _way_back(request: Request, school: Participation, enterprise: Participation) -> str:
    """To the own timetable of the side that the user acts for; the organizer goes back to the list."""
    own = Participation.objects.own_of(request.user).filter(pk__in=(school.pk, enterprise.pk))
    if Fair.objects.editable_by(request.user).filter(pk=school.fair_id).exists():
        return reverse("meetings:outcomes", args=[school.fair.slug])
    row = own.first()
    return reverse("meetings:own", args=[row.pk if row else school.pk])


@require_http_methods(METHODS)
def own_outcome_add(request: Request, pk: int) -> HttpResponse:
    """A talk nobody had planned, recorded by one of the two."""
    editable = Participation.objects.editable_by(request.user).select_related("fair", "organization")
    row = get_object_or_404(editable, pk=pk)
    others = _coming(row.fair)
    side = "enterprise" if row.is_school else "school"
    sides = {side: others.enterprises() if row.is_school else others.schools()}
    return _pair_page(request, row.fair, sides, back_url=reverse("meetings:own", args=[pk]), own=row)


@require_http_methods(METHODS)
def outcome_add(request: Request, slug: str) -> HttpResponse:
    """A talk nobody had planned, recorded at the desk."""
    fair = own_fair(request, slug)
    sides = {"school": _coming(fair).schools(), "enterprise": _coming(fair).enterprises()}
    return _pair_page(request, fair, sides, back_url=reverse("meetings:outcomes", args=[slug]))


def _coming(fair: Fair) -> Any:
    rows = Participation.objects.taking_part().filter(fair=fair).select_related("organization")
    return rows.order_by("organization__pinyin", "pk")


def _pair_page(
    request: Request, fair: Fair, sides: dict[str, Any], *, back_url: str, own: Participation | None = None
) -> HttpResponse:
    form = PairForm(request.POST or None, sides=sides)
    if request.method == "POST" and form.is_valid():
        given = {"school": own, "enterprise": own} | {side: form.cleaned_data[side] for side in sides}
        try:
            record_outcome(
                school_id=given["school"].pk,
                enterprise_id=given["enterprise"].pk,
                facts=form.facts(),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Recorded."))
            return redirect(back_url)
    context = {"form": form, "fair": fair, "own": own, "back_url": back_url, "sides": list(sides)}
    return render(request, "meetings/outcome.html", context)


@require_POST
def no_show(request: Request, pk: int) -> HttpResponse:
    """The meeting did not take place."""
    meeting = get_object_or_404(Meeting.objects.recordable_by(request.user).with_parties(), pk=pk)
    try:
        mark_no_show(meeting_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(_way_back(request, meeting.school, meeting.enterprise))
