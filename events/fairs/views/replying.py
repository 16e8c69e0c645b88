"""The reply to a letter, without an account: whoever holds the signed link answers for its organization.

The page shows what the letter shows, and of the answers only whether they are there.
"""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from events.fairs.forms import AnswerForm
from events.fairs.guest_forms import delegation_forms
from events.fairs.guests import waiting_place
from events.fairs.models import FairStatus, Participation, ParticipationStatus
from events.fairs.replies import LinkVoid, opened
from events.fairs.selectors import slots_by_day
from events.fairs.services import (
    LinkHolder,
    answer_invitation,
    set_absences,
    set_delegation,
    withdraw_participation,
)
from events.fairs.services.delegations import PARTY_MAY, names_are_over
from events.fairs.services.moving import is_over
from events.fairs.views.inviting import ids
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal

MOST_REPLIES = 30  # of one link within the time below: more is no person
WINDOW = 600  # seconds
ANSWERABLE = (
    ParticipationStatus.INVITED,
    ParticipationStatus.DECLINED,
    ParticipationStatus.WAITLISTED,
    ParticipationStatus.CONFIRMED,
)


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: Request, token: str) -> HttpResponse:
    """The letter's facts and the answer; once they come also absences and names."""
    try:
        row, holder = opened(token)
    except LinkVoid:
        return _void(request)
    if request.method != "POST":
        return _page(request, token, row)
    if not _slowly(row):
        return _too_often(request)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, token, row, form=form)
    try:
        row = _answer(row, holder, form.cleaned_data)
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, token, row, form=form)
    messages.success(request, _("Thank you. The organizer has your answer."))
    return redirect("fairs:reply", token=token)


def _answer(row: Participation, holder: LinkHolder, typed: dict[str, Any]) -> Participation:
    """The answer, or after the answers were closed the withdrawal of one who had accepted."""
    closed = row.fair.status != FairStatus.REGISTRATION or is_over(row.fair, timezone.now())
    if closed and not typed["accept"] and row.status == ParticipationStatus.CONFIRMED:
        return withdraw_participation(participation_id=row.pk, note=typed["note"], actor=holder, at=timezone.now())
    return answer_invitation(participation_id=row.pk, **typed, actor=holder, at=timezone.now())


@login_not_required
@require_POST
def reply_absences(request: Request, token: str) -> HttpResponse:
    """The slots in which the organization cannot meet."""
    try:
        row, holder = opened(token)
    except LinkVoid:
        return _void(request)
    if not _slowly(row):
        return _too_often(request)
    try:
        set_absences(participation_id=row.pk, slot_ids=ids(request, "slots"), actor=holder, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect("fairs:reply", token=token)


@login_not_required
@require_POST
def reply_names(request: Request, token: str) -> HttpResponse:
    """Who comes: the whole list, which takes the place of one sent before."""
    try:
        row, holder = opened(token)
    except LinkVoid:
        return _void(request)
    if not _slowly(row):
        return _too_often(request)
    formset = delegation_forms([], request.POST)
    if not formset.is_valid() or not formset.people():
        if formset.is_valid():
            formset.non_form_errors().append(_("Write at least one name."))
        return _page(request, token, row, formset=formset)
    try:
        set_delegation(participation_id=row.pk, people=formset.people(), actor=holder, at=timezone.now())
    except DomainError as error:
        formset.non_form_errors().append(str(error))
        return _page(request, token, row, formset=formset)
    messages.success(request, _("Thank you. The organizer has the names."))
    return redirect("fairs:reply", token=token)


def _page(request: Request, token: str, row: Participation, *, form: Any = None, formset: Any = None) -> HttpResponse:
    fair, at = row.fair, timezone.now()
    accepting = fair.status == FairStatus.REGISTRATION and not is_over(fair, at)
    context = {
        "row": row,
        "fair": fair,
        "token": token,
        "form": form or AnswerForm(initial=_said(row)),
        "formset": formset or delegation_forms([], blank=4),
        "may_answer": accepting and row.status in ANSWERABLE,
        "may_withdraw": not accepting and row.status == ParticipationStatus.CONFIRMED and fair.status in PARTY_MAY,
        "may_name": row.takes_part and fair.status in PARTY_MAY and not names_are_over(fair, at),
        "may_be_away": row.takes_part and fair.status == FairStatus.REGISTRATION,
        "days": slots_by_day(fair),
        "away": set(row.absences.values_list("slot_id", flat=True)),
        "named": row.people.count(),
        "place": waiting_place(row),
    }
    return render(request, "fairs/reply.html", context)


def _said(row: Participation) -> dict[str, Any]:
    """What is shown again of an answer: whether they come and how many, not what they wrote."""
    said = {"1": row.takes_part or row.status == ParticipationStatus.WAITLISTED}
    said["0"] = row.status == ParticipationStatus.DECLINED
    return {"delegates": row.delegates, "accept": next((value for value, is_so in said.items() if is_so), None)}


def _slowly(row: Participation) -> bool:
    """Counts the reply; False once the link is used more often than a person would."""
    key = f"fairs-reply-{row.pk}"
    cache.add(key, 0, WINDOW)
    try:
        return cache.incr(key) <= MOST_REPLIES
    except ValueError:  # the cache is away: nobody is locked out for that
        return True


def _void(request: Request) -> HttpResponse:
    return render(request, "fairs/reply_void.html", status=404)


def _too_often(request: Request) -> HttpResponse:
    return render(request, "fairs/reply_void.html", {"too_often": True}, status=429)
