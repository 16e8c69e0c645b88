"""The search behind the selects over code lists."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, JsonResponse
from django.views.decorators.http import require_safe

from portal.common.http import Request
from portal.taxonomy.search import KINDS, search


@require_safe
def taxonomy_search(request: Request, kind: str) -> JsonResponse:
    """At most 20 rows of a list for the text `q`, as `{"results": [{"value": …, "text": …}]}`."""
    if kind not in KINDS:
        raise Http404
    options = search(kind, request.GET.get("q", ""))
    return JsonResponse({"results": [asdict(option) for option in options]})
