"""Who can sign in on a demo: made by `seed_demo` only, with a password drawn once for this installation."""

from __future__ import annotations

from django.conf import settings

from portal.embedded.secret import kept_secret

# part → (e-mail address, name); the domain is reserved and never delivered to (RFC 2606)
DEMO_USERS = {
    "admin": ("admin@demo.invalid", "平台管理员（样例）"),
    "organizer": ("organizer@demo.invalid", "主办方（样例）"),
    "hr": ("hr@demo.invalid", "企业 HR（样例）"),
    "school": ("school@demo.invalid", "校企合作处（样例）"),
}


def demo_password() -> str:
    """The password of all demo users of this installation."""
    return kept_secret(settings.VAR / "demo_password", length=9)
