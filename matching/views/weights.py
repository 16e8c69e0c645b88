"""The weights: what they are, what others would do, and their adoption. For the staff."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from matching.forms import WeightsForm
from matching.models import Weights
from matching.standing import NoRun
from matching.views.guarding import staff_only
from matching.weighing import adopt, factors_of, try_weights
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal

REMEMBERED = 20  # rows of the history


@require_http_methods(["GET", "HEAD", "POST"])
@staff_only
def weights(request: Request) -> HttpResponse:
    """Try other weights on a sample, then adopt them (`adopt`); `?from=` fills in those of an earlier row."""
    context: dict[str, Any] = {}
    form = WeightsForm(request.POST) if request.method == "POST" else WeightsForm(initial=_earlier(request))
    if request.method == "POST" and form.is_valid():
        if "adopt" in request.POST and request.POST["adopt"] != _mark(form):
            form.add_error(None, _("Other values stand there now than were tried. This is what they would change."))
        elif "adopt" in request.POST:
            try:
                adopt(
                    factors=form.factors(),
                    note=form.cleaned_data["note"],
                    based_on=form.cleaned_data["based_on"],
                    actor=request.user,
                    at=timezone.now(),
                )
            except DomainError as error:
                show_refusal(form, error)
            else:
                messages.success(request, _("The weights are adopted. Everybody is being ranked anew."))
                return redirect("matching:weights")
        context |= _tried(form)
    history = list(Weights.objects.select_related("adopted_by")[:REMEMBERED])
    return render(request, "matching/weights.html", context | {"form": form, "history": history})


def _tried(form: WeightsForm) -> dict[str, Any]:
    try:
        effect = try_weights(form.factors())
    except NoRun:
        effect = None
    return {"effect": effect, "tried": _mark(form)}


def _mark(form: WeightsForm) -> str:
    """What was tried, as the button that adopts it says: nothing else is adopted by it."""
    return " ".join(f"{value:.2f}" for value in form.factors().values())


def _earlier(request: Request) -> dict[str, Any]:
    """The factors of the row that `?from=` names; none otherwise."""
    wanted = request.GET.get("from", "")
    row = Weights.objects.filter(pk=int(wanted)).first() if wanted.isdecimal() and len(wanted) < 10 else None
    return factors_of(row) if row is not None else {}
