"""Long works as people see them: what runs, how far it is, what came of it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import PurePosixPath
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from portal.common.http import Request, attachment
from portal.common.paging import keyset_page
from portal.jobs.models import Job, JobState
from portal.jobs.registry import may_read
from portal.jobs.services import JobHasEnded, request_cancel

STOP_POLLING = 286  # htmx takes the answer and asks no more
YOUNG = timedelta(seconds=10)  # so long a person sits and watches


@require_safe
def job_list(request: Request) -> HttpResponse:
    """Own jobs, newest first; for the platform's staff all, with who asked."""
    jobs = Job.objects.visible_to(request.user).select_related("requested_by")
    state = request.GET.get("state", "")
    if state in JobState.values:
        jobs = jobs.filter(state=state)
    page = keyset_page(jobs, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "jobs/list.html", {"page": page, "states": JobState.choices, "state": state})


@require_safe
def job_detail(request: Request, public_id: UUID) -> HttpResponse:
    """One job; its progress renews itself until it has ended."""
    return render(request, "jobs/detail.html", _seen(_job(request, public_id)))


@require_safe
def job_progress(request: Request, public_id: UUID) -> HttpResponse:
    """The progress alone, for htmx; its last answer ends the polling."""
    job = _job(request, public_id)
    status = STOP_POLLING if job.has_ended else 200
    return render(request, "includes/job.html", _seen(job), status=status)


@require_POST
def job_cancel(request: Request, public_id: UUID) -> HttpResponse:
    """Ask the job to stop; what it has not stored yet is given up."""
    job = _job(request, public_id)
    try:
        job = request_cancel(job_id=job.pk, at=timezone.now())
    except JobHasEnded as error:
        messages.info(request, str(error))
    if request.htmx:
        return render(request, "includes/job.html", _seen(job))
    return redirect("jobs:detail", public_id=job.public_id)


@require_safe
def job_download(request: Request, public_id: UUID) -> HttpResponseBase:
    """The result file, for those who may see the job today."""
    job = _job(request, public_id)
    if not job.result_file or not may_read(job, request.user):
        raise Http404(_("This job has no file."))
    try:
        content = job.result_file.open("rb")
    except FileNotFoundError as missing:
        raise Http404(_("The file is no longer kept.")) from missing
    return attachment(content, name=PurePosixPath(str(job.result_file.name)).name)


def _job(request: Request, public_id: UUID) -> Job:
    return get_object_or_404(Job.objects.visible_to(request.user), public_id=public_id)


def _seen(job: Job) -> dict[str, object]:
    young = timezone.now() - job.created_at < YOUNG
    return {"job": job, "pause": "1s" if young else "2s"}
