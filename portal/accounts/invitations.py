"""The e-mail that lets an invited person choose a password."""

from __future__ import annotations

from allauth.account.adapter import get_adapter
from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.utils import translation

from portal.accounts.models import User


def send_invitation(*, user: User, organization: str) -> None:
    """Send the link, in the person's language; to be called while a request is served, whose host it names.

    The link is that of a forgotten password: it works once and for PASSWORD_RESET_TIMEOUT.
    """
    adapter = get_adapter()
    key = f"{user_pk_to_url_str(user)}-{default_token_generator.make_token(user)}"
    context = {
        "user": user,
        "organization": organization,
        "password_reset_url": adapter.get_reset_password_from_key_url(key),
    }
    with translation.override(user.language):
        adapter.send_mail("account/email/invitation", user.email, context)
