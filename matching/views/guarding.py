"""Pages that only the platform's staff finds; to everybody else there is nothing there."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from portal.common.http import Request

Rest = ParamSpec("Rest")
View = Callable[Concatenate[Request, Rest], HttpResponse]


def staff_only(view: View[Rest]) -> View[Rest]:
    """404 for whoever is not of the staff."""

    @wraps(view)
    def guarded(request: Request, /, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        if not request.user.is_staff:
            raise Http404(_("Not found."))
        return view(request, *args, **kwargs)

    return guarded
