"""Pages of what is printed of a fair; for its organizer and the staff."""

from __future__ import annotations

import io
from dataclasses import replace

from django.conf import settings
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from events.fairs.models import Fair
from events.printing.fair_pack import DOCUMENTS, PackFacts, Paper, build
from events.prints.files import NOT_IN_NAMES, pdf_of, workbook_of
from events.prints.forms import OneSheetForm, PackForm
from events.prints.gathering import facts_of
from events.prints.selectors import Standing, comparisons, pack_jobs
from events.prints.services import request_pack
from portal.common.errors import DomainError
from portal.common.http import Request, attachment, show_refusal

MOST_JOBS = 5  # packs shown on the page, the newest


@require_http_methods(["GET", "HEAD", "POST"])
def pack(request: Request, slug: str) -> HttpResponse:
    """Choose what is printed; follow and fetch the packs asked for."""
    fair = _own_fair(request, slug)
    language = _language(request)
    form = PackForm(request.POST or None, initial={"documents": DOCUMENTS, "language": language})
    if request.method == "POST" and form.is_valid():
        try:
            request_pack(fair_id=fair.pk, **form.cleaned_data, actor=request.user, at=timezone.now())
        except DomainError as error:
            show_refusal(form, error)
        else:
            return redirect("prints:pack", slug=slug)
    parties = fair.participations.taking_part().order_by("organization__pinyin", "pk")
    names = [(str(key), name) for key, name in parties.values_list("public_id", "organization__legal_name")]
    context = {
        "fair": fair,
        "form": form,
        "jobs": pack_jobs(fair, request.user)[:MOST_JOBS],
        "single_form": OneSheetForm(parties=names) if names else None,
        "language": language,
    }
    return render(request, "prints/pack.html", context)


@require_safe
def standing(request: Request, slug: str) -> HttpResponse:
    """The part of the page that says of each document how much changed since it was last printed."""
    fair = _own_fair(request, slug)
    language = _language(request)
    _facts, compared = comparisons(fair, language=language, viewer=request.user)
    rows = [Standing(each) for each in compared]
    context = {"fair": fair, "rows": rows, "language": language, "languages": settings.LANGUAGES}
    return render(request, "prints/_standing.html", context)


@require_safe
def document_pdf(request: Request, slug: str, document: str) -> HttpResponseBase:
    """One document as it would be printed now; nothing is noted as printed."""
    facts, paper = _paper(request, slug, document)
    return _pdf(facts, paper)


@require_safe
def document_workbook(request: Request, slug: str, document: str) -> HttpResponseBase:
    """The lists of one document as a workbook."""
    _facts, paper = _paper(request, slug, document)
    if not paper.listings:
        raise Http404(_("There is nothing in this document yet."))
    return attachment(io.BytesIO(workbook_of(paper.listings)), name=_named(paper, "xlsx"))


@require_safe
def single(request: Request, slug: str) -> HttpResponseBase:
    """The sheets of one document for one organization: for the desk, where something was lost."""
    party = request.GET.get("party", "")
    document = request.GET.get("document", "")
    if document not in OneSheetForm.KINDS:
        raise Http404(_("There is no such document."))
    facts, paper = _paper(request, slug, document)
    sheets = tuple(sheet for sheet in paper.sheets if party in {sheet.subject, sheet.party})
    return _pdf(facts, replace(paper, sheets=sheets))


def _own_fair(request: Request, slug: str) -> Fair:
    fairs = Fair.objects.editable_by(request.user).select_related("organizer", "region")
    return get_object_or_404(fairs, slug=slug)


def _language(request: Request) -> str:
    """The language asked for in the address, else that of the reader."""
    asked = request.GET.get("language", "")
    known = dict(settings.LANGUAGES)
    return asked if asked in known else get_language() or settings.LANGUAGE_CODE


def _paper(request: Request, slug: str, document: str) -> tuple[PackFacts, Paper]:
    if document not in DOCUMENTS:
        raise Http404(_("There is no such document."))
    fair = _own_fair(request, slug)
    facts = facts_of(fair, language=_language(request), viewer=request.user, documents=[document])
    [paper] = build(facts, [document])
    return facts, paper


def _pdf(facts: PackFacts, paper: Paper) -> HttpResponseBase:
    if not paper.sheets:
        raise Http404(_("There is nothing in this document yet."))
    return attachment(io.BytesIO(pdf_of(facts, paper, at=timezone.now())), name=_named(paper, "pdf"))


def _named(paper: Paper, kind: str) -> str:
    return f"{NOT_IN_NAMES.sub(' ', paper.title)}.{kind}"
