"""Change the open text of an agreement: its sheet, and its annexes."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from events.agreements import services
from events.agreements.comparing import differences
from events.agreements.facts import AgreementFacts
from events.agreements.forms.acts import AnnexForm, RemoveAnnexForm, upload_of
from events.agreements.forms.terms import Sheet, retyped, typed_of
from events.agreements.models import AgreementText
from events.agreements.reading import names_of
from events.agreements.refusals import AgreementRefused
from events.agreements.situation import Situation
from events.agreements.terms import facts_of
from events.agreements.views.dialogs import WRITABLE, Dialog, ask, find, lead, refuse, sent
from portal.common.errors import DomainError
from portal.common.http import Request


def _why_not(situation: Situation) -> str:
    """Why the reader cannot change the text now; empty if it can."""
    if situation.open is None:
        return _("No text of this agreement is being negotiated.")
    if situation.signed_by_some:
        return _("A party has signed this text already.")
    if not situation.holds:
        if situation.holder is None:
            return _("All parties have approved this text. It can be changed once one takes its word back.")
        return _("The draft is with %(party)s. Wait until it is handed over to you.") % {"party": situation.holder.name}
    return ""


@require_http_methods(WRITABLE)
def agreement_edit(request: Request, pk: int) -> HttpResponse:
    """Change the text on one sheet; whoever is second keeps what was typed and reads the other's change."""
    situation = find(request, pk)
    text = situation.open
    why = _why_not(situation)
    if text is None or why:
        return refuse(request, situation, why)
    facts = facts_of(text.content)
    lines = {row.line for row in facts.funding}
    data = sent(request)
    if data is None:
        sheet = Sheet(situation.parties, lines, typed=typed_of(facts, text.terms_hash), data=None)
        return _show(request, situation, sheet)
    if "add" in data or "remove" in data:
        typed = retyped(data, add=data.get("add", ""), remove=data.get("remove", ""))
        sheet = Sheet(situation.parties, lines, typed=typed, data=None)
        sheet.focus(data.get("add", ""))
        return _show(request, situation, sheet)
    read, now = data.get("terms_hash", ""), text.terms_hash
    if read and read != now:
        return _show_the_others_change(request, situation, text, data)
    sheet = Sheet(situation.parties, lines, typed={}, data=data)
    if sheet.is_valid() and _saved(request, situation, sheet, facts):
        messages.success(request, _("Saved."))
        return lead(request, situation.agreement)
    return _show(request, situation, sheet)


def _saved(request: Request, situation: Situation, sheet: Sheet, present: AgreementFacts) -> bool:
    """Whether the text is stored as the sheet has it; if not, the sheet says why.

    The text is what was read, so that the agreement's version is that of this moment: a telephone number changed
    meanwhile costs nobody what was typed.
    """
    agreement = situation.agreement
    facts = sheet.facts(present.annexes)
    try:
        services.update_agreement(
            agreement=agreement, version=agreement.version, facts=facts, actor=request.user, at=timezone.now()
        )
    except AgreementRefused as error:
        sheet.show(error, agreement.kind, facts)
    except DomainError as error:
        sheet.text.add_error(None, str(error))
    else:
        return True
    return False


def _show_the_others_change(
    request: Request, situation: Situation, text: AgreementText, data: QueryDict
) -> HttpResponse:
    """What was typed, beside what the other changed since it was read; saved now, the sheet replaces that."""
    read = AgreementText.pgh_event_model.objects.filter(  # type: ignore[attr-defined]
        pgh_obj_id=text.pk, terms_hash=data.get("terms_hash", "").replace("\x00", "")[:64]
    ).last()
    now = facts_of(text.content)
    groups = []
    if read is not None:
        before = facts_of(read.content)
        groups = differences(before, now, names_of(situation.parties, before, now))
    kept = data.copy()
    kept["terms_hash"] = text.terms_hash
    sheet = Sheet(situation.parties, {row.line for row in now.funding}, typed={}, data=kept)
    sheet.is_valid()
    sheet.text.add_error(
        None,
        _("Somebody changed the text while you were typing. What you typed is still here, and nothing of it is saved."),
    )
    return _show(request, situation, sheet, meanwhile=groups)


def _show(request: Request, situation: Situation, sheet: Sheet, **more: Any) -> HttpResponse:
    approved = [side for side in situation.sides if side.approval]
    context = {"agreement": situation.agreement, "sheet": sheet, "approved": approved, **more}
    return render(request, "agreements/_sheet.html" if request.htmx else "agreements/edit.html", context)


@require_http_methods(WRITABLE)
def annex_add(request: Request, pk: int) -> HttpResponse:
    """Make a file part of the open text."""
    situation = find(request, pk)
    if why := _why_not(situation):
        return refuse(request, situation, why)
    files = request.FILES if request.method == "POST" else None
    form = AnnexForm(sent(request), files, initial={"version": situation.agreement.version})
    dialog = Dialog(
        _("Add an annex"),
        [_("An annex is a term like the others: adding one resets every approval.")],
        _("Add"),
        _("The annex is part of the text."),
        "plus",
    )

    def carry_out() -> None:
        services.add_annex(
            agreement=situation.agreement,
            version=form.cleaned_data["version"],
            upload=upload_of(form.cleaned_data["file"]),
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)


@require_http_methods(WRITABLE)
def annex_remove(request: Request, pk: int) -> HttpResponse:
    """Take a file out of the open text."""
    situation = find(request, pk)
    text = situation.open
    why = _why_not(situation)
    if text is None or why:
        return refuse(request, situation, why)
    annexes = [(annex["sha256"], annex["name"]) for annex in text.content["annexes"]]
    if not annexes:
        return refuse(request, situation, _("The text has no annex."))
    initial = {"version": situation.agreement.version, "sha256": request.GET.get("annex", "")}
    form = RemoveAnnexForm(sent(request), annexes=annexes, initial=initial)
    dialog = Dialog(
        _("Remove an annex"),
        [_("Removing an annex resets every approval. Earlier texts that had it keep it.")],
        _("Remove"),
        _("The annex is no longer part of the text."),
        "trash",
        is_grave=True,
    )

    def carry_out() -> None:
        services.remove_annex(
            agreement=situation.agreement,
            version=form.cleaned_data["version"],
            sha256=form.cleaned_data["sha256"],
            actor=request.user,
            at=timezone.now(),
        )

    return ask(request, situation, dialog, form, carry_out)
