"""The run sheet of a fair's signing ceremony: which agreements, in which turn, who signs before whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from events.agreements.models import Agreement, CeremonyTurn
from events.agreements.pipeline import with_parties
from events.agreements.services import fill_ceremony
from events.agreements.services.ceremonies import FOR_THE_STAGE
from events.agreements.staging import Stage, stage_of
from events.fairs.models import Fair, FairSession, SessionKind, SigningItem
from events.fairs.services import change_signing, move_signing, remove_item
from portal.common.errors import DomainError
from portal.common.http import Request, show_refusal

WRITABLE = ("GET", "HEAD", "POST")
TURNS = {"up": -1, "down": 1}


class TurnForm(forms.ModelForm):  # type: ignore[type-arg]
    """Who signs one paper, and before whom."""

    class Meta:
        model = SigningItem
        fields = ["school_signatory", "enterprise_signatory", "witnesses"]
        labels = {
            "school_signatory": _("Signs on the left (school)"),
            "enterprise_signatory": _("Signs on the right (enterprise)"),
            "witnesses": _("Witnesses"),
        }
        help_texts = {"witnesses": _("Those who stand behind the table, in the order from the middle outwards.")}


class ChoiceForm(forms.Form):
    """The agreements that are put on the run sheet."""

    agreements = forms.ModelMultipleChoiceField(
        Agreement.objects.none(), error_messages={"required": _("Choose at least one agreement.")}
    )

    def __init__(self, *args: Any, choices: QuerySet[Agreement], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreements"].queryset = choices  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Line:
    """One paper of the run sheet; those that somebody typed have no agreement."""

    item: SigningItem
    agreement: Agreement | None
    stage: Stage | None


@require_http_methods(WRITABLE)
def sheet(request: Request, slug: str) -> HttpResponse:
    """The run sheet, and the agreements of the fair that may still be put on it; for the organizer."""
    fair = get_object_or_404(Fair.objects.editable_by(request.user), slug=slug)
    sessions = list(fair.sessions.filter(kind=SessionKind.SIGNING).order_by("starts_at", "pk"))
    session = _chosen(request, sessions)
    free = fair.agreements.filter(status__in=FOR_THE_STAGE, ceremony_turn=None).order_by("pk")
    form = ChoiceForm(request.POST if request.method == "POST" else None, choices=free)
    if session and form.is_bound and form.is_valid():
        try:
            made = fill_ceremony(
                fair=fair,
                session=session,
                agreements=list(form.cleaned_data["agreements"].order_by("pk")),
                actor=request.user,
                at=timezone.now(),
            )
        except DomainError as error:
            show_refusal(form, error)
        else:
            text = ngettext("%(n)d agreement is on the run sheet.", "%(n)d agreements are on the run sheet.", len(made))
            messages.success(request, text % {"n": len(made)})
            return redirect(f"{request.path}?session={session.pk}")
    context = {
        "fair": fair,
        "sessions": sessions,
        "session": session,
        "lines": _lines(session) if session else [],
        "free": [(row, stage_of(row)) for row in with_parties(free)],
        "form": form,
    }
    return render(request, "agreements/ceremony.html", context)


@require_http_methods(WRITABLE)
def turn(request: Request, slug: str, item: int) -> HttpResponse:
    """Who signs one paper and before whom."""
    row = _item(request, slug, item)
    form = TurnForm(request.POST if request.method == "POST" else None, instance=row)
    if form.is_bound and form.is_valid():
        try:
            change_signing(signing_id=item, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, gettext("Saved."))
            return redirect(_back(row))
    context = {"fair": row.session.fair, "item": row, "form": form, "back": _back(row)}
    return render(request, "agreements/ceremony_turn.html", context)


@require_POST
def change(request: Request, slug: str, item: int, change: str) -> HttpResponse:
    """Sign a paper earlier or later, or take it off the sheet; its agreement stays what it is."""
    row = _item(request, slug, item)
    back = _back(row)
    act: dict[str, Any] = {"actor": request.user, "at": timezone.now()}
    try:
        if change == "remove":
            remove_item(item=row, **act)
        elif change in TURNS:
            move_signing(signing_id=item, by=TURNS[change], **act)
        else:
            raise Http404
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(back)


def _chosen(request: Request, sessions: list[FairSession]) -> FairSession | None:
    asked = (request.POST if request.method == "POST" else request.GET).get("session", "")
    return next((row for row in sessions if str(row.pk) == asked), sessions[0] if sessions else None)


def _lines(session: FairSession) -> list[Line]:
    turns = CeremonyTurn.objects.all()
    agreements = Prefetch("agreement", with_parties(Agreement.objects.all()))
    rows = session.signings.order_by("position").select_related("school__organization", "enterprise__organization")
    rows = rows.prefetch_related(Prefetch("agreement_turn", turns.prefetch_related(agreements)))
    lines = []
    for row in rows:
        held = getattr(row, "agreement_turn", None)
        agreement = held.agreement if held else None
        lines.append(Line(row, agreement, stage_of(agreement) if agreement else None))
    return lines


def _item(request: Request, slug: str, item: int) -> SigningItem:
    fairs = Fair.objects.editable_by(request.user).filter(slug=slug)
    rows = SigningItem.objects.filter(session__fair__in=fairs, session__kind=SessionKind.SIGNING)
    return get_object_or_404(rows.select_related("session__fair"), pk=item)


def _back(row: SigningItem) -> str:
    return f"{reverse('agreements:ceremony', args=[row.session.fair.slug])}?session={row.session_id}"
