"""The engine's room: runs, who is in nobody's list, quality, and what the sides say of each other. For the staff."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe

from matching.coverage import Gap, counts, unlisted
from matching.feedback import HideReason
from matching.models import Feedback, FeedbackKind, MatchRun
from matching.quality import last_quality
from matching.rebuilding import request_rebuild
from matching.views.guarding import staff_only
from portal.common.http import Request
from portal.common.paging import keyset_page
from portal.organizations.models import OrganizationKind

STEPS = {
    "snapshot": pgettext_lazy("step of a run", "snapshot"),
    "ranking": pgettext_lazy("step of a run", "ranking"),
    "finishing": pgettext_lazy("step of a run", "merging and indexes"),
}
COUNTED_KINDS = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)


@require_safe
@staff_only
def runs(request: Request) -> HttpResponse:
    """The rankings of everybody, the last one first."""
    rows = MatchRun.objects.select_related("job", "weights")
    page = keyset_page(rows, order=("-id",), after=request.GET.get("after", ""))
    steps = [[(word, run.seconds[step]) for step, word in STEPS.items() if step in run.seconds] for run in page.rows]
    return render(request, "matching/runs.html", {"page": page, "rows": zip(page.rows, steps, strict=True)})


@require_POST
@staff_only
def new_run(request: Request) -> HttpResponse:
    """Rank everybody anew."""
    job = request_rebuild(request.user)
    return redirect("jobs:detail", public_id=job.public_id)


@require_safe
@staff_only
def coverage(request: Request) -> HttpResponse:
    """Who stands in nobody's list, by reason."""
    gap = Gap.of(request.GET.get("gap", ""))
    unnamed = unlisted(gap).select_related("region")
    page = keyset_page(unnamed, order=("pinyin", "id"), after=request.GET.get("after", ""))
    labels = dict(Gap.choices)
    rows = [(row, labels[row.gap]) for row in page.rows]  # type: ignore[attr-defined]
    found = [(known, [of_kind.get(kind, 0) for kind in COUNTED_KINDS]) for known, of_kind in counts().items()]
    return render(request, "matching/coverage.html", {"page": page, "rows": rows, "counts": found, "gap": gap})


@require_safe
@staff_only
def quality(request: Request) -> HttpResponse:
    """How well the engine ranks where the truth is known."""
    return render(request, "matching/quality.html", {"quality": last_quality()})


@require_safe
@staff_only
def feedback(request: Request) -> HttpResponse:
    """How often each side was interested, hid somebody and why, met, signed."""
    said = Feedback.objects.order_by().values_list("kind", "organization__kind").annotate(n=Count("pk"))
    by_kind = {(kind, side): n for kind, side, n in said}
    rows = [(kind.label, [by_kind.get((kind, side), 0) for side in COUNTED_KINDS]) for kind in FeedbackKind]
    why = Feedback.objects.filter(kind=FeedbackKind.HIDDEN).order_by()
    by_reason = {
        (reason, side): n for reason, side, n in why.values_list("reason", "organization__kind").annotate(n=Count("pk"))
    }
    reasons = [(reason.label, [by_reason.get((reason, side), 0) for side in COUNTED_KINDS]) for reason in HideReason]
    tables = [(_("Said or done"), rows), (_("Why hidden"), reasons)]
    return render(request, "matching/feedback.html", {"tables": tables, "is_empty": not by_kind})
