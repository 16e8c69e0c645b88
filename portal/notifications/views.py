"""The inbox."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from portal.common.http import Request
from portal.common.paging import keyset_page
from portal.notifications.models import Notification
from portal.notifications.services import mark_read


@require_safe
def inbox(request: Request) -> HttpResponse:
    """The person's messages, newest first, in the language of the page."""
    mine = Notification.objects.visible_to(request.user)
    page = keyset_page(mine, order=("-id",), after=request.GET.get("after", ""))
    return render(request, "notifications/list.html", {"page": page})


@require_POST
def read_all(request: Request) -> HttpResponse:
    """Mark every message as read."""
    n = mark_read(user=request.user, at=timezone.now())
    text = ngettext("%(n)s message marked as read.", "%(n)s messages marked as read.", n)
    messages.success(request, text % {"n": n})
    return redirect("notifications:list")
