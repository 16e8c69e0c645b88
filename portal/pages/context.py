"""What every template may use."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.http import HttpRequest

from portal.notifications.models import Notification
from portal.organizations.standing import remember_standing
from portal.pages.navigation import menu


def site(request: HttpRequest) -> dict[str, Any]:
    """The menu, whom the person acts for, and the number of unread messages.

    Each is a function that the template calls: a page or partial that does not show it costs no query.
    """
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {}
    return {
        "site_menu": cache(lambda: menu(remember_standing(user).roles, request.path)),
        "site_acts_for": cache(lambda: remember_standing(user).seats),
        "unread_count": cache(lambda: Notification.objects.visible_to(user).unread().count()),
    }
