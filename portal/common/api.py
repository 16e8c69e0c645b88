"""How the API answers: problem details (RFC 9457), keyset pages, and no unknown parameter."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404
from django.utils.translation import gettext as _
from django_filters.rest_framework import DjangoFilterBackend
from rest_framework import exceptions, status
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView, exception_handler

from portal.common.errors import DomainError, StateConflict


class KeysetPagination(CursorPagination):
    """50 rows a page, at most 500; the cursor is opaque, deep pages cost what the first one costs."""

    page_size = 50
    page_size_query_param = "page_size"
    max_page_size = 500
    ordering: str | tuple[str, ...] = "-id"


class StrictFilterBackend(DjangoFilterBackend):
    """Refuses an unknown query parameter: a typing error must not return everything."""

    OTHER_PARAMETERS = frozenset({"cursor", "page_size", "format"})

    def filter_queryset(self, request: Request, queryset: QuerySet[Any], view: APIView) -> QuerySet[Any]:
        filterset_class = self.get_filterset_class(view, queryset)
        known = set(filterset_class.get_filters()) if filterset_class else set()
        unknown = set(request.query_params) - known - self.OTHER_PARAMETERS
        if unknown:
            raise exceptions.ValidationError({name: [_("Unknown parameter.")] for name in sorted(unknown)})
        filtered: QuerySet[Any] = super().filter_queryset(request, queryset, view)
        return filtered


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every refusal as application/problem+json: 409 for a state that has moved on, 422 for a broken rule."""
    if isinstance(error, DomainError):
        conflict = isinstance(error, StateConflict)
        code = status.HTTP_409_CONFLICT if conflict else status.HTTP_422_UNPROCESSABLE_ENTITY
        problem = _problem(code, str(error), type(error).__name__)
        if error.field:
            problem["errors"] = [{"pointer": f"/{error.field}", "code": type(error).__name__, "detail": str(error)}]
        return Response(problem, status=code, content_type="application/problem+json")
    response = exception_handler(error, context)
    if response is None:
        return None
    detail = (
        str(getattr(error, "detail", "")) if not isinstance(error, exceptions.ValidationError) else _("Invalid input.")
    )
    if isinstance(error, Http404):
        detail = _("Not found.")
    elif isinstance(error, PermissionDenied):
        detail = _("You may not do this.")
    problem = _problem(response.status_code, detail, _code_of(error))
    if isinstance(error, exceptions.ValidationError):
        problem["errors"] = list(_pointers(error.get_full_details(), ""))
    response.data = problem
    response.content_type = "application/problem+json"
    return response


def _problem(status_code: int, detail: str, code: str) -> dict[str, Any]:
    return {"type": f"/problems/{code}", "title": code, "status": status_code, "detail": detail}


def _code_of(error: Exception) -> str:
    return str(getattr(error, "default_code", "not_found"))


def _pointers(details: Any, path: str) -> Any:
    """Flatten the nested errors of a serializer into JSON pointers."""
    if isinstance(details, dict) and set(details) == {"message", "code"}:
        yield {"pointer": path, "code": details["code"], "detail": details["message"]}
    elif isinstance(details, dict):
        for name, inner in details.items():
            yield from _pointers(inner, path if name == "non_field_errors" else f"{path}/{name}")
    elif isinstance(details, list):
        for index, inner in enumerate(details):
            plain = isinstance(inner, dict) and set(inner) == {"message", "code"}
            yield from _pointers(inner, path if plain else f"{path}/{index}")
