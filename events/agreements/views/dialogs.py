"""How an act is asked for and answered: one page that says what will happen, opened alone or in place by htmx."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django_htmx.http import HttpResponseClientRedirect

from events.agreements.models import Agreement
from events.agreements.refusals import AgreementRefused
from events.agreements.situation import Situation, agreements_for, situation_of
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal

WRITABLE = ("GET", "HEAD", "POST")
Text = str | Promise


@dataclass(frozen=True, slots=True)
class Dialog:
    """What a dialog says: `sentences` on what will happen, the word on its button, what is told when it is done."""

    heading: Text
    sentences: list[Text]
    button: Text
    done: Text
    icon: str = "check"
    is_grave: bool = False
    parts: dict[str, Any] = field(default_factory=dict)
    """What templates/agreements/_act.html shows above the form."""


def find(request: Request, pk: int, *, writing: bool = True) -> Situation:
    """The agreement under this address, where the person may read it, or write to it; else 404."""
    agreement = get_object_or_404(_seen(request), pk=pk)
    if writing and not getattr(agreement, "may_edit", False):
        raise Http404
    return situation_of(agreement, request.user)


def _seen(request: Request) -> QuerySet[Agreement]:
    return agreements_for(request.user)


def sent(request: Request) -> QueryDict | None:
    """What was posted; None where the page is only looked at."""
    return request.POST if request.method == "POST" else None


def ask(
    request: Request,
    situation: Situation,
    dialog: Dialog,
    form: BaseForm | None,
    carry_out: Callable[[], Agreement | None],
) -> HttpResponse:
    """Show the dialog, or do what it asks for and lead to the agreement; a refusal is said beside its field.

    Without a form nothing can be done now: the dialog says what is missing.
    """
    if request.method == "POST" and form is not None and form.is_valid():
        try:
            leads_to = carry_out()
        except DomainError as error:
            show_problems(form, error)
        else:
            messages.success(request, str(dialog.done))
            return lead(request, leads_to or situation.agreement)
    context = {"agreement": situation.agreement, "situation": situation, "dialog": dialog, "form": form}
    return render(request, "agreements/_act.html" if request.htmx else "agreements/act.html", context)


def show_problems(form: BaseForm, error: DomainError) -> None:
    """Put all that a service refuses beside its field, or above the form."""
    if not isinstance(error, AgreementRefused):
        show_refusal(form, error)
        return
    for problem in error.problems:
        form.add_error(problem.field if problem.field in form.fields else None, str(problem.message))


def lead(request: Request, agreement: Agreement) -> HttpResponse:
    """To the agreement's page: as a whole, also from a dialog that htmx has opened in place."""
    if request.htmx:
        return HttpResponseClientRedirect(agreement.get_absolute_url())
    return redirect(agreement)


def refuse(request: Request, situation: Situation, sentence: Text) -> HttpResponse:
    """To the agreement's page, with the reason why the act is not possible now."""
    messages.info(request, str(sentence))
    return lead(request, situation.agreement)
