"""The public home page, the home page by role, help, and what is shown when nothing else can be."""

from __future__ import annotations

import sys

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import OperationalError
from django.db.models import Count, Q, Window
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils import timezone
from django.views.decorators.http import require_safe

from portal.accounts.models import User
from portal.common.http import Request
from portal.notifications.models import Notification
from portal.organizations.standing import remember_standing
from portal.pages import registry

RECENT = 8


@require_safe
@login_not_required
def index(request: HttpRequest) -> HttpResponse:
    """What the portal is, three ways in, and what the slices show to everybody."""
    return render(request, "pages/index.html", {"sections": registry.public_sections(request)})


@require_safe
def home(request: Request) -> HttpResponse:
    """The next actions first, then a few figures, then what happened."""
    user = request.user
    roles = remember_standing(user).roles
    context = {
        "actions": registry.next_actions(user, today=timezone.localdate()),
        "numbers": registry.numbers(user),
        "roles": roles,
    } | _recent_messages(user)
    return render(request, "pages/home.html", context)


def _recent_messages(user: User) -> dict[str, object]:
    """The latest messages and how many are unread, by one query."""
    unread = Window(Count("pk", filter=Q(read_at=None)))
    recent = list(Notification.objects.visible_to(user).annotate(unread=unread)[:RECENT])
    return {"recent": recent, "unread_count": getattr(recent[0], "unread", 0) if recent else 0}


@require_safe
@login_not_required
def help_page(request: HttpRequest) -> HttpResponse:
    """How to begin, and whom to ask; the same link stands at the foot of every page."""
    return render(request, "pages/help.html", {"contact": settings.DEFAULT_FROM_EMAIL})


def server_error(request: HttpRequest) -> HttpResponse:
    """The page of last resort: it needs neither database nor session. 503 where the database is away."""
    away = isinstance(sys.exc_info()[1], OperationalError)
    response = HttpResponse(render_to_string("503.html" if away else "500.html"), status=503 if away else 500)
    response.headers["Cache-Control"] = "no-store"
    if away:
        response.headers["Retry-After"] = "30"
    return response
