"""What every answer carries."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.views.defaults import bad_request
from django_htmx.http import HttpResponseClientRedirect


class PrivatePagesMiddleware:
    """Pages of signed-in people are not kept by browsers and proxies (a shared office PC).

    A fragment asked for after the session has ended sends the whole page to the sign-in, instead of showing the
    sign-in form inside the page.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if "Cache-Control" not in response.headers and request.user.is_authenticated:
            response.headers["Cache-Control"] = "no-store"
        return _whole_page(request) if _is_sign_in_fragment(request, response) else response


def _is_sign_in_fragment(request: HttpRequest, response: HttpResponse) -> bool:
    asked_by_htmx = request.headers.get("HX-Request") == "true"
    to_sign_in = urlsplit(response.headers.get("Location", "")).path == resolve_url(settings.LOGIN_URL)
    return asked_by_htmx and to_sign_in and not request.user.is_authenticated


def _whole_page(request: HttpRequest) -> HttpResponse:
    """Send the browser to the sign-in, and from there back to the page that asked."""
    page = urlsplit(request.headers.get("HX-Current-URL", ""))
    back = urlencode({"next": page._replace(scheme="", netloc="").geturl() or "/"})
    return HttpResponseClientRedirect(f"{resolve_url(settings.LOGIN_URL)}?{back}")


class NulRefusedMiddleware:
    """A character that PostgreSQL cannot store is the sender's fault: 400 instead of a server error."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DataError) and "NUL" in str(exception):
            return bad_request(request, exception)
        return None
