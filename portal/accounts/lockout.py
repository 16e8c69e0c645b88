"""Whose sign-in failed: django-axes locks the address typed, at whichever door it was typed."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

FIELDS = ("email", "username", "login")  # allauth, Django's admin, and the site's form name it differently


def username_of(request: HttpRequest, credentials: dict[str, Any] | None = None) -> str:
    """The e-mail address that somebody tried to sign in with, in the one spelling that is counted."""
    for source in (credentials or {}, request.POST):
        for field in FIELDS:
            if typed := source.get(field):
                return str(typed).strip().lower()
    return ""
