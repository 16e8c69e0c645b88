"""Requests as our views see them, and answers of more than one slice."""

from __future__ import annotations

from typing import IO, TYPE_CHECKING

from django.core.files.base import File
from django.forms import BaseForm
from django.http import FileResponse, HttpRequest
from django_htmx.middleware import HtmxDetails

from portal.common.errors import DomainError

if TYPE_CHECKING:
    from django.contrib.auth.models import _User  # the type of AUTH_USER_MODEL; `common` knows no slice


class Request(HttpRequest):
    """A request behind the login: a signed-in user, and what htmx says of it. For annotations only."""

    user: _User
    htmx: HtmxDetails


def attachment(content: IO[bytes] | File[bytes], *, name: str, content_type: str = "") -> FileResponse:
    """A private file to be saved, never shown inside a page; the name may be Chinese (RFC 6266).

    The caller has found the row through `visible_to` for this request: an address alone opens nothing.
    """
    answer = FileResponse(content, as_attachment=True, filename=name, content_type=content_type or None)
    answer.headers["X-Content-Type-Options"] = "nosniff"
    answer.headers["Cache-Control"] = "private, no-store"
    return answer


def base_url_of(request: HttpRequest) -> str:
    """The address of the site as this request has reached it, without a slash at its end."""
    return request.build_absolute_uri("/").rstrip("/")


def show_refusal(form: BaseForm, error: DomainError) -> None:
    """Put a service's refusal beside the field it names, or above the form if it names none of this form."""
    form.add_error(error.field if error.field in form.fields else None, str(error))
