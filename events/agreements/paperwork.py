"""Drafts asked for and papers made: what goes through a job, and the files."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from events.agreements import services
from events.agreements.documents import file_name
from events.agreements.models import Agreement, AgreementDocument, AgreementFile, AgreementKind
from events.agreements.models.agreement import GIVEN_UP
from events.agreements.papers import papers_of
from events.agreements.selectors import outcomes_editable_by
from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.common.errors import DomainError
from portal.common.http import Request, attachment, base_url_of
from portal.jobs.models import Job, JobState

MOST_DIGITS = 9  # of a text's number as it is sent: more are no number that any text has


def papers_context(agreement: Agreement) -> dict[str, Any]:
    """What the part with the papers shows: files by text and language, what is being made, what is missing."""
    rows = papers_of(agreement)
    return {
        "agreement": agreement,
        "papers": rows,
        "is_busy": any(language.is_busy for row in rows for language in row.languages),
    }


@require_safe
def papers(request: Request, pk: int) -> HttpResponse:
    """The part with the papers; asks again by itself while a worker makes some."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    if not request.htmx:
        return redirect(agreement)
    return render(request, "agreements/_papers.html", papers_context(agreement))


@require_POST
def papers_request(request: Request, pk: int) -> HttpResponse:
    """Have Word and PDF of one text made in one language; every reader of the agreement may."""
    agreement = get_object_or_404(Agreement.objects.visible_to(request.user), pk=pk)
    number = request.POST.get("text", "")[:MOST_DIGITS]
    try:
        services.request_documents(
            agreement=agreement,
            language=request.POST.get("language", ""),
            text=int(number) if number.isascii() and number.isdigit() else None,
            actor=request.user,
            at=timezone.now(),
            base_url=base_url_of(request),
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(agreement)
    if request.htmx:
        return render(request, "agreements/_papers.html", papers_context(agreement))
    return redirect(f"{agreement.get_absolute_url()}#papers")


@require_safe
def document(request: Request, public_id: UUID) -> HttpResponseBase:
    """One file, for those who may see its agreement today."""
    found = get_object_or_404(
        AgreementDocument.objects.visible_to(request.user).select_related("agreement"), public_id=public_id
    )
    try:
        content = found.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404(_("The file is no longer kept.")) from missing
    return attachment(content, name=file_name(found.agreement, found.language, found.format, found.text_number))


@require_safe
def file(request: Request, public_id: UUID) -> HttpResponseBase:
    """A file that somebody brought, for those who may see its agreement today."""
    found = get_object_or_404(AgreementFile.objects.visible_to(request.user), public_id=public_id)
    try:
        content = found.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404(_("The file is no longer kept.")) from missing
    return attachment(content, name=found.name, content_type=found.content_type)


@require_POST
def draft(request: Request, outcome_pk: int) -> HttpResponse:
    """Have the agreement of an outcome drafted by a job."""
    outcome = get_object_or_404(outcomes_editable_by(request.user), pk=outcome_pk)
    kind = request.POST.get("kind", AgreementKind.INTENT)
    try:
        job = services.request_draft(
            outcome=outcome, kind=kind, actor=request.user, at=timezone.now(), base_url=base_url_of(request)
        )
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("agreements:list")
    return _follow(request, job)


@require_POST
def drafts(request: Request, slug: str) -> HttpResponse:
    """Have the agreements of all outcomes of a fair drafted that are marked as signed; for its organizer."""
    fair = get_object_or_404(Fair.objects.editable_by(request.user), slug=slug)
    try:
        job = services.request_drafts(fair=fair, actor=request.user, at=timezone.now(), base_url=base_url_of(request))
    except DomainError as error:
        messages.info(request, str(error))
        return redirect(fair)
    return _follow(request, job)


@require_safe
def of_outcome(request: Request, outcome_pk: int) -> HttpResponse:
    """To the agreement that grew out of an outcome."""
    outcome = get_object_or_404(Outcome.objects.visible_to(request.user), pk=outcome_pk)
    grown = Agreement.objects.visible_to(request.user).filter(outcome=outcome)
    latest = grown.exclude(status__in=GIVEN_UP).order_by("-pk").first() or grown.order_by("-pk").first()
    if latest is None:
        messages.info(request, _("These two have no agreement yet."))
        return redirect("agreements:list")
    return redirect(latest)


def _follow(request: Request, job: Job) -> HttpResponse:
    """To the job's progress; where another person asked first, or it is done already, to where it leads."""
    if job.state == JobState.DONE:
        return redirect(job.return_url)
    if Job.objects.visible_to(request.user).filter(pk=job.pk).exists():
        return redirect("jobs:detail", public_id=job.public_id)
    messages.info(request, _("Somebody else has asked for this a moment ago; it will be here soon."))
    return redirect(job.return_url)
