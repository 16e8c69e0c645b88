"""Pages of what follows the signature: money, milestones, results; each a page, and a part of the agreement's page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from events.agreements import services
from events.agreements.following_forms import MilestoneForm, PaymentForm, ReachForm, ResultForm
from events.agreements.ledger import ledger_of, results_of
from events.agreements.models import Agreement, Milestone, Payment
from events.agreements.models.agreement import EVER_SIGNED, GIVEN_UP
from events.agreements.services.following import RECORDED_IN
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal

WRITABLE = ("GET", "HEAD", "POST")
TITLES: Mapping[str, str | Promise] = {
    "money": _("Money"),
    "milestones": _("Milestones"),
    "results": _("Results"),
}


@require_http_methods(WRITABLE)
def money(request: Request, pk: int) -> HttpResponse:
    """What was promised, is due and was paid; a party or who attends the agreement records a payment."""
    agreement = _agreement(request, pk)
    if request.method != "POST":
        return _show(request, "money", agreement)
    lines = {line.funding.line: line for line in ledger_of(agreement, timezone.localdate()).open_lines}
    form = PaymentForm(request.POST, request.FILES, lines=list(lines.values()), prefix="payment")
    if form.is_valid():
        typed = form.cleaned_data
        try:
            services.record_payment(
                funding=lines[typed["line"]].funding,
                paid_on=typed["paid_on"],
                amount=typed["amount"],
                proof=form.upload(),
                note=typed["note"],
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _done(request, "money", pk, _t("The payment is recorded."))
    return _refused(request, "money", agreement, form, payment_form=form)


@require_POST
def payment_cancel(request: Request, public_id: UUID) -> HttpResponse:
    """Strike out a payment recorded by mistake."""
    payments = Payment.objects.filter(funding__agreement__in=Agreement.objects.editable_by(request.user))
    payment = get_object_or_404(payments.select_related("funding"), public_id=public_id)
    pk = payment.funding.agreement_id
    return _act(request, "money", pk, _t("The payment is struck out."), services.cancel_payment, payment=payment)


@require_http_methods(WRITABLE)
def milestones(request: Request, pk: int) -> HttpResponse:
    """The steps that the parties have set themselves; a party or who attends the agreement plans one."""
    agreement = _agreement(request, pk)
    if request.method != "POST":
        return _show(request, "milestones", agreement)
    form = MilestoneForm(request.POST, prefix="milestone")
    if form.is_valid():
        try:
            services.plan_milestone(agreement=agreement, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _done(request, "milestones", pk, _t("The milestone is planned."))
    return _refused(request, "milestones", agreement, form, milestone_form=form)


@require_POST
def milestone_reach(request: Request, public_id: UUID) -> HttpResponse:
    """Record that a milestone was reached, with what shows it."""
    milestone = _milestone(request, public_id)
    form = ReachForm(request.POST, request.FILES, prefix=f"reach-{milestone.pk}")
    if form.is_valid():
        typed = form.cleaned_data
        try:
            services.reach_milestone(
                milestone=milestone,
                done_on=typed["done_on"],
                note=typed["note"],
                evidence=form.upload(),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _done(request, "milestones", milestone.agreement_id, _t("The milestone is reached."))
    agreement = _agreement(request, milestone.agreement_id)
    return _refused(request, "milestones", agreement, form, reach_form=form, reached=milestone)


@require_POST
def milestone_reopen(request: Request, public_id: UUID) -> HttpResponse:
    """Undo that a milestone was reached."""
    milestone = _milestone(request, public_id)
    said = _t("The milestone is open again.")
    return _act(request, "milestones", milestone.agreement_id, said, services.reopen_milestone, milestone=milestone)


@require_POST
def milestone_remove(request: Request, public_id: UUID) -> HttpResponse:
    """Take an open milestone off the plan."""
    milestone = _milestone(request, public_id)
    said = _t("The milestone is off the plan.")
    return _act(request, "milestones", milestone.agreement_id, said, services.remove_milestone, milestone=milestone)


@require_http_methods(WRITABLE)
def results(request: Request, pk: int) -> HttpResponse:
    """People promised beside people recorded; the same form records a result and corrects it."""
    agreement = _agreement(request, pk)
    if request.method != "POST":
        return _show(request, "results", agreement)
    form = ResultForm(request.POST, request.FILES, agreement_id=pk, prefix="result")
    if form.is_valid():
        typed = form.cleaned_data
        try:
            services.record_result(
                agreement=agreement,
                cooperation_kind=typed["cooperation_kind"],
                year=typed["year"],
                people=typed["people"],
                note=typed["note"],
                evidence=form.upload(),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            return _done(request, "results", pk, _t("The result is recorded."))
    return _refused(request, "results", agreement, form, result_form=form)


def _agreement(request: Request, pk: int) -> Agreement:
    """The agreement for whoever may see it, and to be changed only for whoever may write it."""
    editable = Agreement.objects.editable_by(request.user)
    if request.method == "POST":
        return get_object_or_404(editable, pk=pk)
    seen = Agreement.objects.visible_to(request.user).annotate(may_record=Exists(editable.filter(pk=OuterRef("pk"))))
    return get_object_or_404(seen, pk=pk)


def _milestone(request: Request, public_id: UUID) -> Milestone:
    editable = Agreement.objects.editable_by(request.user)
    return get_object_or_404(Milestone.objects.filter(agreement__in=editable), public_id=public_id)


def _act(
    request: Request, part: str, pk: int, said: str, service: Callable[..., object], **what: object
) -> HttpResponse:
    """Do one thing that needs no form, and show the part again."""
    try:
        service(**what, actor=request.user, at=timezone.now())
    except DomainError as error:
        return _done(request, part, pk, str(error), level=messages.ERROR)
    return _done(request, part, pk, said)


def _done(request: Request, part: str, pk: int, said: str, *, level: int = messages.SUCCESS) -> HttpResponse:
    """The part anew with a sentence on what was done or why it was not, or back to its page."""
    if request.htmx:
        return _show(request, part, get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk), said=said)
    messages.add_message(request, level, said)
    return redirect(f"agreements:{part}", pk=pk)


def _refused(request: Request, part: str, agreement: Agreement, form: Form, **more: Any) -> HttpResponse:
    """The part with the form as it was typed; where it offers that form no longer, with what the form says alone.

    Somebody may have recorded the rest of the money, or ended the agreement, while the form was filled in.
    """
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=agreement.pk)
    if _is_offered(_FACTS[part](agreement, True), more):
        return _show(request, part, agreement, **more)
    said = " ".join(str(text) for texts in form.errors.values() for text in texts)
    return _show(request, part, agreement, said=said)


def _is_offered(facts: Mapping[str, Any], more: Mapping[str, Any]) -> bool:
    if reached := more.get("reached"):
        return any(form for milestone, form in facts["milestones"] if milestone == reached)
    return any(facts[name] for name in more)


def _show(request: Request, part: str, agreement: Agreement, **more: Any) -> HttpResponse:
    """The part alone for a script, else the page around it. Whoever got as far as posting may record."""
    may_record = getattr(agreement, "may_record", request.method == "POST")
    context = {"agreement": agreement, "part": f"agreements/_{part}.html", "heading": TITLES[part]}
    context |= _FACTS[part](agreement, may_record) | more
    return render(request, f"agreements/_{part}.html" if request.htmx else "agreements/following.html", context)


def _money(agreement: Agreement, may_record: bool) -> dict[str, Any]:
    has_begun = agreement.status in EVER_SIGNED
    ledger = ledger_of(agreement, timezone.localdate()) if has_begun else None
    form = None
    if ledger and may_record and ledger.open_lines:
        form = PaymentForm(lines=ledger.open_lines, prefix="payment", initial={"paid_on": timezone.localdate()})
    return _begun(agreement, has_begun) | {"ledger": ledger, "payment_form": form, "may_record": may_record}


def _milestones(agreement: Agreement, may_record: bool) -> dict[str, Any]:
    writable = may_record and agreement.status in RECORDED_IN
    today = timezone.localdate()
    rows = []
    for milestone in agreement.milestones.select_related("evidence").order_by("due_on", "pk"):
        form = ReachForm(prefix=f"reach-{milestone.pk}", initial={"done_on": today, "note": milestone.note})
        rows.append((milestone, form if writable and not milestone.done_on else None))
    return _begun(agreement, agreement.status in EVER_SIGNED) | {
        "milestones": rows,
        "today": today,
        "milestone_form": MilestoneForm(prefix="milestone") if writable else None,
        "may_record": writable,
        "count_done": sum(1 for milestone, _form in rows if milestone.done_on),
    }


def _results(agreement: Agreement, may_record: bool) -> dict[str, Any]:
    has_begun = agreement.status in EVER_SIGNED
    form = None
    if may_record and agreement.status in RECORDED_IN:
        initial = {"year": timezone.localdate().year}
        form = ResultForm(agreement_id=agreement.pk, prefix="result", initial=initial)
    return _begun(agreement, has_begun) | {
        "results": results_of(agreement) if has_begun else None,
        "result_form": form,
        "this_year": timezone.localdate().year,
    }


def _begun(agreement: Agreement, has_begun: bool) -> dict[str, Any]:
    return {
        "has_begun": has_begun,
        "is_given_up": agreement.status in GIVEN_UP,
        "back": reverse("agreements:detail", args=[agreement.pk]),
    }


_FACTS: Mapping[str, Callable[[Agreement, bool], dict[str, Any]]] = {
    "money": _money,
    "milestones": _milestones,
    "results": _results,
}
