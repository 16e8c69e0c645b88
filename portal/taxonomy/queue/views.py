"""The staff's page of names that nobody knows; a stranger gets 404."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.common.errors import DomainError
from portal.common.http import Request
from portal.common.paging import keyset_page
from portal.taxonomy.naming import Suggestion
from portal.taxonomy.queue import services
from portal.taxonomy.queue.forms import NewSkillForm, RejectionForm, TargetForm
from portal.taxonomy.queue.models import NameKind, NameState, UnresolvedName
from portal.taxonomy.queue.places import Place
from portal.taxonomy.queue.selectors import last_decision, meanings, places_of, with_uses
from portal.taxonomy.search import suggestion_label

Service = Callable[..., UnresolvedName]
PAGE_SIZE = 10  # each name brings its choices and forms
STATES = {"": NameState.OPEN, "decided": NameState.DECIDED, "rejected": NameState.REJECTED}


@dataclass(frozen=True, slots=True)
class Line:
    """One name as the page shows it."""

    name: UnresolvedName
    places: list[Place]
    choices: list[tuple[str, str]]  # what it may mean: the value to post, and how it reads
    target: TargetForm
    new_skill: NewSkillForm
    rejection: RejectionForm


@require_safe
def name_queue(request: Request) -> HttpResponse:
    """The names that wait, the oldest first, with what they may mean; or those decided, the latest first."""
    if not request.user.is_staff:
        raise Http404
    names = UnresolvedName.objects.visible_to(request.user)
    state = STATES.get(request.GET.get("state", ""), NameState.OPEN)
    shown = with_uses(names.filter(state=state))
    kind = request.GET.get("kind", "")
    if kind in NameKind.values:
        shown = shown.filter(kind=kind)
    order = ("first_seen_at", "id") if state == NameState.OPEN else ("-decided_at", "-id")
    page = keyset_page(shown, order=order, after=request.GET.get("after", ""), size=PAGE_SIZE)
    context = {
        "page": page,
        "lines": [
            Line(name, places_of(name), _choices(found), TargetForm(name), NewSkillForm(name), RejectionForm(name))
            for name, found in zip(page.rows, meanings(page.rows), strict=True)
        ],
        "state": state,
        "kind": kind,
        "kinds": NameKind.choices,
        "last": last_decision(names),
    }
    return render(request, "taxonomy/queue.html", context)


def _choices(found: Iterable[Suggestion]) -> list[tuple[str, str]]:
    return [(suggestion.key, suggestion_label(suggestion)) for suggestion in found]


def _name(request: Request, pk: int) -> UnresolvedName:
    return get_object_or_404(UnresolvedName.objects.visible_to(request.user), pk=pk)


def _back(request: Request) -> HttpResponse:
    """The list as it was narrowed when a move was pressed; its forms carry the list's query string."""
    return redirect(f"{reverse('taxonomy:queue')}?{request.GET.urlencode()}".removesuffix("?"))


def _move(request: Request, name: UnresolvedName, service: Service, done: str, **arguments: Any) -> HttpResponse:
    """One move of a name, then back to the list."""
    try:
        moved = service(name_id=name.pk, actor=request.user, at=timezone.now(), **arguments)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, done % {"name": moved.text, "target": moved.target})
    return _back(request)


def _refused(request: Request, form: forms.Form) -> HttpResponse:
    for errors in form.errors.values():
        for error in errors:
            messages.error(request, str(error))
    return _back(request)


@require_POST
def name_decide(request: Request, pk: int) -> HttpResponse:
    """Let the name stand for a major or a skill of the lists."""
    name = _name(request, pk)
    form = TargetForm(name, request.POST)
    if not form.is_valid():
        return _refused(request, form)
    done = _("“%(name)s” now stands for %(target)s.")
    if name.kind == NameKind.MAJOR:
        return _move(request, name, services.decide_as_major, done, major=form.cleaned_data["target"])
    return _move(request, name, services.decide_as_skill, done, skill=form.cleaned_data["target"])


@require_POST
def name_new_skill(request: Request, pk: int) -> HttpResponse:
    """Take the name into the vocabulary."""
    name = _name(request, pk)
    form = NewSkillForm(name, request.POST)
    if not form.is_valid():
        return _refused(request, form)
    done = _("“%(target)s” is a skill of the list now.")
    return _move(request, name, services.decide_as_new_skill, done, **form.cleaned_data)


@require_POST
def name_reject(request: Request, pk: int) -> HttpResponse:
    """Say that the name is none."""
    name = _name(request, pk)
    form = RejectionForm(name, request.POST)
    if not form.is_valid():
        return _refused(request, form)
    return _move(request, name, services.reject_name, _("“%(name)s” is not accepted."), **form.cleaned_data)


@require_POST
def name_undo(request: Request, pk: int) -> HttpResponse:
    """Take a decision back."""
    return _move(request, _name(request, pk), services.undo_decision, _("“%(name)s” waits for a decision again."))
