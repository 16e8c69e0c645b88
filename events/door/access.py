"""Who stands at a desk: somebody who runs the fair, or whoever holds a pass of it and needs no account."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, Concatenate

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone

from events.door.models import DeskPass
from events.door.services.passes import digest_of
from events.fairs.models import Fair
from portal.accounts.models import User
from portal.common.http import Request

COOKIE = "desk_pass"
COOKIE_PATH = "/door/"
# After the end of a pass its phone may still send what happened before; it is shown nothing any more.
SENT_LATE = timedelta(days=2)


@dataclass(frozen=True)
class Desk:
    """A desk of one fair; exactly one of the person and the pass is there."""

    fair: Fair
    person: User | None = None
    desk_pass: DeskPass | None = None

    @property
    def runs_it(self) -> bool:
        """Whether telephone numbers and the timetable are this desk's business."""
        return self.person is not None

    @property
    def may_record(self) -> bool:
        """Whether what came of the talks is recorded here."""
        return self.desk_pass is None or self.desk_pass.may_record

    @property
    def answers_for(self) -> User:
        """Under whose name an outcome is recorded: who handed out the pass answers for it."""
        return self.person or self.desk_pass.created_by  # type: ignore[union-attr]  # one of the two is there

    @property
    def is_over(self) -> bool:
        return self.desk_pass is not None and self.desk_pass.expires_at <= timezone.now()


DeskView = Callable[Concatenate[Request, Desk, ...], HttpResponse]


def pass_of(secret: str, at: datetime) -> DeskPass | None:
    """The pass behind a secret, unless it was taken back or has been over for long; the caller looks at the rest."""
    if not secret:
        return None
    rows = DeskPass.objects.filter(digest=digest_of(secret), revoked_at=None, expires_at__gt=at - SENT_LATE)
    return rows.select_related("fair__organizer", "created_by").first()


def desk_of(request: Request, slug: str) -> Desk | None:
    """The desk at which the request stands; None for everybody else. Two or three queries."""
    if request.user.is_authenticated:
        fair = Fair.objects.editable_by(request.user).select_related("organizer").filter(slug=slug).first()
        if fair is not None:
            return Desk(fair, person=request.user)
    found = pass_of(request.COOKIES.get(COOKIE, ""), timezone.now())
    if found is None or found.fair.slug != slug:
        return None
    return Desk(found.fair, desk_pass=found)


def at_a_desk(*methods: str, late: bool = False) -> Callable[[DeskView], Callable[..., HttpResponse]]:
    """A view for those at a desk of the fair, for these methods: strangers get a 404, the anonymous the sign-in.

    `late`: answers a pass that has just ended too, see SENT_LATE.
    """

    def dress(view: DeskView) -> Callable[..., HttpResponse]:
        @login_not_required
        @wraps(view)
        def dressed(request: Request, slug: str, **kwargs: Any) -> HttpResponse:
            desk = desk_of(request, slug)
            closed = desk is None or (desk.is_over and not late)
            if closed and not _is_signed_in(request):
                return redirect_to_login(request.get_full_path())
            if request.method not in methods:
                return HttpResponseNotAllowed(methods)
            if desk is None or closed:
                raise Http404
            response = view(request, desk, **kwargs)
            response.headers.setdefault("Cache-Control", "no-store")
            return response

        return dressed

    return dress


def _is_signed_in(request: HttpRequest) -> bool:
    return request.user.is_authenticated


def hand_over(response: HttpResponse, secret: str, desk_pass: DeskPass) -> None:
    """The phone keeps the pass for the pages of the door, out of reach of scripts, until it ends."""
    response.set_cookie(
        COOKIE,
        secret,
        path=COOKIE_PATH,
        expires=desk_pass.expires_at + SENT_LATE,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )
