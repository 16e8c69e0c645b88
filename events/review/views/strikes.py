"""Breaches of the house rules: listed, explained, objected to, answered, waived."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.fairs.models import Participation
from events.review.forms import AnswerForm, AppealForm, WaiveForm
from events.review.models import Strike, StrikeQuerySet
from events.review.selectors import acting_organizers, strikes_seen_by
from events.review.services import answer_appeal, barred_until, raise_appeal, rules_of, waive_strike
from events.review.services.appeals import appeal_until
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import keyset_page
from portal.organizations.models import Organization

STATES = ("standing", "waived", "appealed")


@require_safe
def strike_list(request: Request) -> HttpResponse:
    """Own breaches and those at own fairs, the latest first."""
    state = request.GET.get("state", "")
    rows = _in_state(strikes_seen_by(request.user), state)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        rows = rows.filter(participation__organization__in=Organization.objects.named_like(words))
    fair = request.GET.get("fair", "")[:60]
    if fair:
        rows = rows.filter(participation__fair__slug=fair)
    context = {
        "page": keyset_page(rows, order=("-noted_at", "-id"), after=request.GET.get("after", "")),
        "state": state,
        "words": words,
        "fair": fair,
        "organizers": acting_organizers(request.user),
    }
    return render(request, "review/strikes.html", context)


def _in_state(rows: StrikeQuerySet, state: str) -> StrikeQuerySet:
    if state == "appealed":
        return rows.filter(appeal__isnull=False, appeal__answered_at=None)
    if state in STATES:
        return rows.filter(waived_at__isnull=state == "standing")
    return rows


@require_safe
def strike(request: Request, pk: int) -> HttpResponse:
    return _page(request, _seen(request, pk))


def _seen(request: Request, pk: int) -> Strike:
    return get_object_or_404(strikes_seen_by(request.user), pk=pk)


def _page(
    request: Request,
    row: Strike,
    *,
    appeal_form: forms.Form | None = None,
    answer_form: forms.Form | None = None,
    waive_form: forms.Form | None = None,
) -> HttpResponse:
    """One breach with what the reader may do about it; a form that was refused stays as typed."""
    participation = row.participation
    until = appeal_until(row)
    concerned = Participation.objects.filter(
        pk=participation.pk, organization__in=Organization.objects.editable_by(request.user)
    ).exists()
    said = getattr(row, "appeal", None)
    may_appeal = concerned and said is None and row.waived_at is None and timezone.now() <= until
    context = {
        "strike": row,
        "appeal": said,
        "appeal_until": until,
        "rules": rules_of(participation.fair.organizer_id),
        "barred_until": barred_until(
            participation.organization_id, participation.fair.organizer_id, today=timezone.localdate()
        ),
        "appeal_form": (appeal_form or AppealForm()) if may_appeal else None,
    }
    if row.is_mine:  # type: ignore[attr-defined]
        waits = said is not None and said.answered_at is None and said.raised_by_id != request.user.pk
        context["answer_form"] = (answer_form or AnswerForm()) if waits else None
        context["waive_form"] = (waive_form or WaiveForm()) if row.waived_at is None and not waits else None
    return render(request, "review/strike.html", context)


@require_POST
def waive(request: Request, pk: int) -> HttpResponse:
    """The organizer lets a breach no longer count."""
    get_object_or_404(Strike.objects.editable_by(request.user), pk=pk)
    form = WaiveForm(request.POST)
    if not form.is_valid():
        return _page(request, _seen(request, pk), waive_form=form)
    try:
        waive_strike(strike_id=pk, reason=form.cleaned_data["reason"], actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The breach no longer counts, and the organization is told."))
    return redirect("review:strike", pk=pk)


@require_POST
def appeal(request: Request, pk: int) -> HttpResponse:
    """The organization objects."""
    mine = Organization.objects.editable_by(request.user)
    get_object_or_404(Strike.objects.filter(participation__organization__in=mine), pk=pk)
    form = AppealForm(request.POST)
    if form.is_valid():
        try:
            raise_appeal(strike_id=pk, text=form.cleaned_data["text"], actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The organizer has been told and will answer."))
            return redirect("review:strike", pk=pk)
    return _page(request, _seen(request, pk), appeal_form=form)


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    """The organizer answers an objection."""
    row = get_object_or_404(Strike.objects.editable_by(request.user).filter(appeal__isnull=False), pk=pk)
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            answer_appeal(appeal_id=row.appeal.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("The organization is told."))
            return redirect("review:strike", pk=pk)
    return _page(request, _seen(request, pk), answer_form=form)
