"""What an invited organization answers: whether it comes, when it is away, whom it wishes to meet."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import Exists
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.fairs.fitting import best_demands
from events.fairs.forms import AnswerForm
from events.fairs.guests import delegates_of, waiting_place
from events.fairs.letters import letter_gaps
from events.fairs.models import Fair, FairStatus, Participation, ParticipationStatus, WishKind
from events.fairs.selectors import (
    named_like,
    other_side_of,
    partners_to_wish_for,
    slots_by_day,
    wish_counts,
    wished_as,
)
from events.fairs.services import answer_invitation, set_absences, set_wish, withdraw_participation
from events.fairs.services.delegations import ORGANIZER_MAY, PARTY_MAY, names_are_over
from events.fairs.services.invitations import IN_THE_FAIR
from events.fairs.services.moving import is_over
from events.fairs.views.inviting import ids, is_id
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal
from portal.common.paging import PAGE_SIZE, keyset_page
from portal.organizations.models import Organization


def own_participation(request: Request, pk: int) -> Participation:
    """The participation, if the user acts for the organization or runs the fair; everybody else gets a 404."""
    own = Participation.objects.editable_by(request.user)
    return get_object_or_404(own.select_related("fair__organizer", "organization"), pk=pk)


@require_safe
def participation(request: Request, pk: int) -> HttpResponse:
    return _page(request, own_participation(request, pk))


def _page(request: Request, row: Participation, form: AnswerForm | None = None) -> HttpResponse:
    rights = _rights(request, row)
    typed = {"delegates": row.delegates, "note": row.note}
    if row.status not in (ParticipationStatus.INVITED, ParticipationStatus.APPLIED):
        typed["accept"] = "0" if row.status == ParticipationStatus.DECLINED else "1"
    context = {
        "row": row,
        "fair": row.fair,
        "form": form or AnswerForm(initial=typed),
        "days": slots_by_day(row.fair),
        "away": set(row.absences.values_list("slot_id", flat=True)),
        "wishes": wish_counts(row),
        "people": delegates_of(request.user, row) if row.takes_part else [],
        "place": waiting_place(row),
        "gaps": letter_gaps(row.fair),
        **rights,
    }
    return render(request, "fairs/participation.html", context)


def _rights(request: Request, row: Participation) -> dict[str, Any]:
    """Who is looking, and what is still open to that person."""
    own_fairs = Fair.objects.editable_by(request.user).filter(pk=row.fair_id)
    own_bodies = Organization.objects.of_member(request.user).filter(pk=row.organization_id)
    rights = Participation.objects.filter(pk=row.pk).values_list(Exists(own_fairs), Exists(own_bodies))
    runs_it, belongs = rights.get()
    status, at = row.fair.status, timezone.now()
    early = status == FairStatus.REGISTRATION
    in_time = runs_it or not is_over(row.fair, at)
    decided = row.status not in (ParticipationStatus.CANCELLED, ParticipationStatus.APPLIED)
    late = status in (FairStatus.MATCHING, FairStatus.SCHEDULED, FairStatus.LIVE)
    return {
        "runs_it": runs_it,
        "on_behalf": runs_it and not belongs,
        "may_answer": decided and in_time and (early or (runs_it and late)),
        "may_wish": row.takes_part and (early or (runs_it and status == FairStatus.MATCHING)),
        "may_name": row.takes_part
        and ((runs_it and status in ORGANIZER_MAY) or (status in PARTY_MAY and not names_are_over(row.fair, at))),
        "may_withdraw": row.status in (IN_THE_FAIR if runs_it else IN_THE_FAIR[1:]) and status in PARTY_MAY,
    }


@require_POST
def answer(request: Request, pk: int) -> HttpResponse:
    row = own_participation(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, form)
    try:
        row = answer_invitation(participation_id=pk, **form.cleaned_data, actor=request.user, at=timezone.now())
    except DomainError as error:
        show_refusal(form, error)
        return _page(request, row, form)
    if row.status == ParticipationStatus.WAITLISTED:
        messages.success(request, _("Thank you. All places are taken: you are on the waiting list and will be told."))
    else:
        messages.success(request, _("Thank you for the answer. It can be changed until the answers are closed."))
    return redirect(row)


@require_POST
def withdraw(request: Request, pk: int) -> HttpResponse:
    row = own_participation(request, pk)
    note = request.POST.get("note", "").replace("\x00", "")[:300]
    try:
        withdraw_participation(participation_id=pk, note=note, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("The organization does not take part any more."))
    return redirect(row)


@require_POST
def absences(request: Request, pk: int) -> HttpResponse:
    row = own_participation(request, pk)
    try:
        set_absences(participation_id=pk, slot_ids=ids(request, "slots"), actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("Saved."))
    return redirect(row)


@require_safe
def wishes(request: Request, pk: int) -> HttpResponse:
    """The other side's organizations that are coming, best fit first; the reasons are asked for by the page itself."""
    row = own_participation(request, pk)
    rights = _rights(request, row)
    partners = partners_to_wish_for(row)
    words = request.GET.get("q", "").strip()[:60]
    if words:
        partners = partners.filter(named_like(words))
    if request.GET.get("wish") in WishKind:
        partners = wished_as(partners, row, request.GET["wish"])
    page = keyset_page(partners, order=("-fit", "id"), after=request.GET.get("after", ""))
    shown: list[Any] = page.rows
    context = {
        "row": row,
        "fair": row.fair,
        "page": page,
        "ranked": urlencode([("partner", partner.pk) for partner in shown if partner.fit]),
        "counts": wish_counts(row),
        "words": words,
        "chosen": request.GET.get("wish", ""),
        **rights,
    }
    return render(request, "fairs/wishes.html", context)


@require_safe
def reasons(request: Request, pk: int) -> HttpResponse:
    """What the ranking says of the participant and the partners of a page: of each the best fitting demand; a part.

    `partner`: ids of participations, as many as a page has; whoever does not come is passed over.
    """
    row = own_participation(request, pk)
    asked = [int(text) for text in request.GET.getlist("partner") if is_id(text)][:PAGE_SIZE]
    party_of = dict(other_side_of(row).filter(pk__in=asked).values_list("organization", "pk"))
    mine, theirs = [row.organization_id], list(party_of)
    schools, enterprises = (mine, theirs) if row.is_school else (theirs, mine)
    best = best_demands(schools=schools, enterprises=enterprises)
    lines = [
        (party_of[enterprise if row.is_school else school], demand) for (school, enterprise), demand in best.items()
    ]
    return render(request, "fairs/_wish_reasons.html", {"lines": lines})


@require_POST
def wish(request: Request, pk: int, partner: int) -> HttpResponse:
    """One wish: must, ok, no, or nothing to take it back; answers with the line and the counts."""
    row = own_participation(request, pk)
    text = request.POST.get("kind", "")
    if text and text not in WishKind:
        raise Http404
    error = ""
    try:
        set_wish(
            participation_id=pk,
            partner_id=partner,
            kind=WishKind(text) if text else None,
            actor=request.user,
            at=timezone.now(),
        )
    except DomainError as refused:
        error = str(refused)
    if not request.htmx:
        if error:
            messages.error(request, error)
        return redirect("fairs:wishes", pk=pk)
    context = {
        "row": row,
        "fair": row.fair,
        "partner": get_object_or_404(partners_to_wish_for(row, only=partner)),
        "error": error,
        "counts": wish_counts(row),
        **_rights(request, row),
    }
    return render(request, "fairs/wishes.html#answer", context)
