"""The review of one fair, its call-backs planned at once, and the house rules of its organizer."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from events.fairs.models import Fair
from events.meetings.models import Outcome
from events.review.forms import PlanForm, RulesForm
from events.review.selectors import funnel, open_work
from events.review.services import plan_call_backs, rules_of, set_rules
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.organizations.models import Organization

METHODS = ["GET", "HEAD", "POST"]


def _own_fair(request: Request, slug: str) -> Fair:
    return get_object_or_404(Fair.objects.editable_by(request.user).select_related("organizer"), slug=slug)


@require_safe
def panel(request: Request, slug: str) -> HttpResponse:
    """The part of a fair's page that says what came of it and what is left to do."""
    fair = _own_fair(request, slug)
    context = {"fair": fair, "steps": funnel(fair), "work": open_work(fair, timezone.localdate())}
    return render(request, "review/_panel.html", context)


@require_safe
def rules_shown(request: Request, slug: str) -> HttpResponse:
    """The rules in a few sentences, for those who are asked to a fair."""
    fair = get_object_or_404(Fair.objects.visible_to(request.user), slug=slug)
    return render(request, "review/_rules.html", {"rules": rules_of(fair.organizer_id)})


@require_http_methods(METHODS)
def plan(request: Request, slug: str) -> HttpResponse:
    """Plan to ask about all talks of a fair."""
    fair = _own_fair(request, slug)
    form = PlanForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            added = plan_call_backs(fair_id=fair.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            text = ngettext("%(n)d call-back planned.", "%(n)d call-backs planned.", added) % {"n": added}
            messages.success(request, text)
            return redirect(f"{reverse('review:call_backs')}?fair={fair.slug}")
    outcomes = Outcome.objects.filter(fair=fair, level__gt=0).count()
    return render(request, "review/plan.html", {"fair": fair, "form": form, "outcomes": outcomes})


@require_http_methods(METHODS)
def rules(request: Request, pk: int) -> HttpResponse:
    """The house rules of an organizer."""
    runs_fairs = Organization.objects.editable_by(request.user).filter(fairs__isnull=False).distinct()
    organizer = get_object_or_404(runs_fairs, pk=pk)
    form = RulesForm(request.POST or None, instance=rules_of(pk))
    if request.method == "POST" and form.is_valid():
        set_rules(organizer_id=pk, facts=form.facts(), actor=request.user, at=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("review:strikes")
    return render(request, "review/rules.html", {"organizer": organizer, "form": form})
