"""What allauth asks of the portal."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from portal.accounts.language import remember_language
from portal.accounts.models import User


class AccountAdapter(DefaultAccountAdapter):
    """People are invited by an administrator or an organization; nobody signs up by himself yet."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def format_email_subject(self, subject: str) -> str:
        """Name the portal, not the host: mail is read outside."""
        return _("Zhiqiao: %(sentence)s") % {"sentence": subject}

    def post_login(self, request: HttpRequest, user: User, **details: Any) -> HttpResponse:
        """Go on in the person's language, unless another one was chosen on this browser."""
        response: HttpResponse = super().post_login(request, user, **details)
        if settings.LANGUAGE_COOKIE_NAME not in request.COOKIES:
            remember_language(response, user.language)
        return response
