"""Who takes part, and who could be asked: from the ranking, by name, many at once."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.fairs.guests import GuestFilter, guest_rows, owed_of, provinces_of, reasons_for, waiting_places
from events.fairs.letters import letter_gaps
from events.fairs.models import Fair, ParticipationStatus
from events.fairs.selectors import Suggestion, found_to_invite, participation_counts, suggest_partners
from events.fairs.services import (
    About,
    invite_partners,
    move_up,
    remind,
    request_invitations,
    request_letters,
    withdraw_participation,
)
from events.fairs.services.reminding import to_remind
from events.fairs.sheets import guests_workbook
from events.fairs.views.organizing import own_fair
from portal.common.errors import DomainError
from portal.common.http import Request, attachment
from portal.common.paging import PAGE_SIZE, keyset_page
from portal.organizations.models import OrganizationKind

SIDES = {"school": OrganizationKind.SCHOOL, "enterprise": OrganizationKind.ENTERPRISE}
LONGEST_ID = 19  # digits of a number that the database can hold
HOW_MANY = (30, 60, 100, 200)


@require_safe
def participants(request: Request, slug: str) -> HttpResponse:
    """The organizer's list: answers, delegates, names, wishes; narrowed, counted, with what can be done to many."""
    fair = own_fair(request, slug)
    chosen = GuestFilter.of(request.GET)
    page = keyset_page(
        chosen.applied(guest_rows(fair)), order=("organization__pinyin", "id"), after=request.GET.get("after", "")
    )
    context = {
        "fair": fair,
        "page": page,
        "chosen": chosen,
        "counts": participation_counts(fair),
        "owed": owed_of(fair),
        "places": waiting_places(fair),
        "statuses": ParticipationStatus.choices,
        "provinces": provinces_of(fair),
    }
    return render(request, "fairs/participants.html", context)


@require_safe
def participants_sheet(request: Request, slug: str) -> HttpResponseBase:
    """The same list as Excel, narrowed as the page is."""
    fair = own_fair(request, slug)
    rows = GuestFilter.of(request.GET).applied(guest_rows(fair)).order_by("organization__pinyin", "pk")
    return attachment(guests_workbook(rows), name=f"{fair.slug}-participants.xlsx")


@require_http_methods(["GET", "HEAD", "POST"])
def reminders(request: Request, slug: str) -> HttpResponse:
    """Who would be reminded of what, counted before anybody is."""
    fair = own_fair(request, slug)
    if request.method == "POST":
        return _remind(request, fair)
    at = timezone.now()
    lines = [(about, to_remind(fair, about, at).count()) for about in About]
    return render(request, "fairs/invite_reminders.html", {"fair": fair, "lines": lines})


def _remind(request: Request, fair: Fair, only: list[int] | None = None) -> HttpResponse:
    about = request.POST.get("about", "")
    if about not in About:
        messages.error(request, _("Say of what they should be reminded."))
        return redirect("fairs:reminders", slug=fair.slug)
    try:
        told = remind(fair_id=fair.pk, about=About(about), actor=request.user, at=timezone.now(), only=only)
    except DomainError as error:
        messages.error(request, str(error))
    else:
        text = ngettext("%(n)d organization has been reminded.", "%(n)d organizations have been reminded.", len(told))
        messages.success(request, text % {"n": len(told)})
    return redirect("fairs:participants", slug=fair.slug)


@require_POST
def participants_bulk(request: Request, slug: str) -> HttpResponse:
    """One act for all rows that are ticked: letters, a reminder, moving up, taking off once it is said again."""
    fair = own_fair(request, slug)
    chosen = list(fair.participations.filter(pk__in=ids(request, "rows")).order_by("pk").values_list("pk", flat=True))
    act = request.POST.get("act", "")
    if not chosen or act not in ("letters", "remind", "move_up", "take_off"):
        messages.error(request, _("Tick at least one organization and choose what to do."))
        return redirect("fairs:participants", slug=slug)
    if act == "letters":
        return _letters(request, fair, chosen)
    if act == "remind":
        return _remind(request, fair, chosen)
    if act == "take_off" and "sure" not in request.POST:
        rows = fair.participations.filter(pk__in=chosen).select_related("organization")
        context = {"fair": fair, "rows": list(rows.order_by("organization__pinyin", "pk"))}
        return render(request, "fairs/participants_take_off.html", context)
    _each(request, chosen, act)
    return redirect("fairs:participants", slug=slug)


def _each(request: Request, chosen: list[int], act: str) -> None:
    """Move up or take off one by one: those who have moved on meanwhile are counted, not an obstacle."""
    service = move_up if act == "move_up" else withdraw_participation
    done, refusals = 0, []
    for pk in chosen:
        try:
            service(participation_id=pk, actor=request.user, at=timezone.now())
            done += 1
        except DomainError as error:
            refusals.append(str(error))
    if done:
        messages.success(request, ngettext("Done for %(n)d.", "Done for %(n)d.", done) % {"n": done})
    if refusals:
        text = ngettext("Not done for %(n)d: %(why)s", "Not done for %(n)d: %(why)s", len(refusals))
        messages.error(request, text % {"n": len(refusals), "why": refusals[0]})


@require_POST
def letters(request: Request, slug: str) -> HttpResponse:
    """The letters of all guests, made again by a job."""
    return _letters(request, own_fair(request, slug), None)


def _letters(request: Request, fair: Fair, chosen: list[int] | None) -> HttpResponse:
    try:
        job = request_letters(fair_id=fair.pk, participation_ids=chosen, **job_facts(request))
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("fairs:participants", slug=fair.slug)
    return redirect("jobs:detail", public_id=job.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: Request, slug: str) -> HttpResponse:
    """Suggestions from the ranking, best first, and a search by name; invite the chosen ones, with letters or not."""
    fair = own_fair(request, slug)
    kind = SIDES.get(request.GET.get("side", "school"), OrganizationKind.SCHOOL)
    if request.method == "POST":
        return _invite(request, fair)
    words = request.GET.get("q", "").replace("\x00", "").strip()[:60]
    context = {
        "fair": fair,
        "side": kind.value,
        "words": words,
        "found": found_to_invite(fair, side=kind, words=words) if words else [],
        "gaps": letter_gaps(fair),
        **({"suggestions": []} if words else _suggested(request, fair, kind)),
    }
    return render(request, "fairs/invite.html", context)


def _suggested(request: Request, fair: Fair, kind: OrganizationKind) -> dict[str, Any]:
    """As many suggestions as asked for, above the least fit (percent) asked for, without some provinces."""
    most = _number(request, "most", HOW_MANY[0], HOW_MANY[-1])
    least = _number(request, "least", 0, 100)
    not_from = request.GET.get("not_from", "")[:2]
    found = [line for line in suggest_partners(fair, side=kind, limit=most) if 100 * line.best >= least]
    if not_from:
        found = [line for line in found if not line.organization.region_id.startswith(not_from)]
    return {
        "suggestions": found,
        "most": most,
        "least": least,
        "not_from": not_from,
        "how_many": HOW_MANY,
        "provinces": _provinces(found),
    }


def _provinces(found: list[Suggestion]) -> list[tuple[str, str]]:
    """Codes and names of the provinces that the suggestions come from, by their regions' full names."""
    named = {line.organization.region_id[:2]: line.organization.region.full_name for line in found}
    return sorted((code, name[:3]) for code, name in named.items())


def _number(request: Request, name: str, otherwise: int, most: int) -> int:
    text = request.GET.get(name, "")
    return min(int(text), most) if text.isascii() and text.isdigit() and len(text) < 5 else otherwise


def _invite(request: Request, fair: Fair) -> HttpResponse:
    chosen = ids(request, "organizations")
    try:
        if "letters" in request.POST:
            job = request_invitations(fair_id=fair.pk, organization_ids=chosen, **job_facts(request))
            return redirect("jobs:detail", public_id=job.public_id)
        invited = invite_partners(fair_id=fair.pk, organization_ids=chosen, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(request.get_full_path())
    text = ngettext("%(n)d organization has been invited.", "%(n)d organizations have been invited.", len(invited))
    messages.success(request, text % {"n": len(invited)})
    return redirect(request.get_full_path())


@require_safe
def invite_reasons(request: Request, slug: str) -> HttpResponse:
    """Why the suggested ones of a page are suggested: best partner and demand of each; a part.

    `org`: as many as a page shows first; the others are suggested by the same measure.
    """
    fair = own_fair(request, slug)
    asked = [int(text) for text in request.GET.getlist("org") if is_id(text)][:PAGE_SIZE]
    side = SIDES.get(request.GET.get("side", "school"), OrganizationKind.SCHOOL)
    lines = reasons_for(fair, side=side, organization_ids=asked) if asked else []
    return render(request, "fairs/invite_reasons.html", {"lines": lines})


def ids(request: Request, name: str) -> list[int]:
    """The numbers ticked under a name; what is no number is passed over."""
    return [int(text) for text in request.POST.getlist(name) if is_id(text)]


def is_id(text: str) -> bool:
    """Whether the text writes a number that the database can hold."""
    return text.isascii() and text.isdigit() and len(text) < LONGEST_ID


def job_facts(request: Request) -> dict[str, Any]:
    """What every job of letters is asked with; the letters' language can be chosen, else it is the reader's."""
    language = request.POST.get("language") or get_language() or ""
    base_url = request.build_absolute_uri("/").rstrip("/")
    return {"language": language, "base_url": base_url, "actor": request.user, "at": timezone.now()}
