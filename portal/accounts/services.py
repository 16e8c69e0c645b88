"""Changes of a person's own account."""

from __future__ import annotations

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.common.errors import DomainError


class UnknownLanguage(DomainError):
    """The portal does not speak it."""


def change_profile(*, user: User, name: str, language: str) -> User:
    """Store the person's name and language; raises UnknownLanguage."""
    if language not in dict(settings.LANGUAGES):
        raise UnknownLanguage(_("The portal does not speak this language."), field="language")
    User.objects.filter(pk=user.pk).update(name=name, language=language)
    user.name, user.language = name, language
    return user
