"""The buttons and small forms that move a demand from one state to the next."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.demands import services
from portal.demands.forms import FilledForm, RefreshForm
from portal.demands.models import TalentDemand
from portal.demands.views import WRITABLE

Service = Callable[..., TalentDemand]


def _move(request: Request, pk: int, service: Service, done: str) -> HttpResponse:
    """One move by a button; shows the demand that came out of it."""
    demand = get_object_or_404(TalentDemand.objects.editable_by(request.user), pk=pk)
    try:
        demand = service(demand_id=pk, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done)
    return redirect(demand)


@require_POST
def demand_publish(request: Request, pk: int) -> HttpResponse:
    return _move(request, pk, services.publish_demand, _("Published. Schools that fit are being ranked."))


@require_POST
def demand_withdraw(request: Request, pk: int) -> HttpResponse:
    return _move(request, pk, services.withdraw_demand, _("The demand is withdrawn."))


@require_POST
def demand_copy(request: Request, pk: int) -> HttpResponse:
    """A new draft like this one, opened for changes."""
    get_object_or_404(TalentDemand.objects.editable_by(request.user), pk=pk)
    copy = services.copy_demand(demand_id=pk, actor=request.user, at=timezone.now())
    messages.success(request, _("This is the copy, a draft: change what differs, then publish it."))
    return redirect("demands:edit", copy.pk)


def _small_form(
    request: Request, pk: int, form_class: type[forms.Form], service: Service, heading: str | Promise
) -> HttpResponse:
    """A page with one question, then back to the demand."""
    demand = get_object_or_404(TalentDemand.objects.editable_by(request.user), pk=pk)
    initial: dict[str, Any] = {"filled": demand.filled}
    initial["valid_until"] = timezone.localdate() + services.USUAL_VALIDITY
    form = form_class(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            service(demand_id=pk, actor=request.user, at=timezone.now(), **form.cleaned_data)
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _("Saved."))
            return redirect(demand)
    return render(request, "demands/small_form.html", {"form": form, "demand": demand, "heading": heading})


@require_http_methods(WRITABLE)
def demand_refresh(request: Request, pk: int) -> HttpResponse:
    return _small_form(request, pk, RefreshForm, services.refresh_demand, gettext_lazy("Renew the demand"))


@require_http_methods(WRITABLE)
def demand_filled(request: Request, pk: int) -> HttpResponse:
    return _small_form(request, pk, FilledForm, services.record_filled, gettext_lazy("Record people found"))
