"""What a person has to do next after a fair, for the home page."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Count, Min
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.review.models import CallBack, Strike
from portal.accounts.models import User
from portal.organizations.models import EDITING_ROLES, Membership
from portal.pages.registry import NextAction, Severity


def next_actions(user: User) -> Iterable[NextAction]:
    """Call-backs that are due and objections without an answer, of own fairs; two queries."""
    roles = Membership.objects.current().filter(user=user, role__in=EDITING_ROLES).values("organization")
    today = timezone.localdate()
    due = CallBack.objects.open().filter(outcome__fair__organizer__in=roles, due_on__lte=today)
    calls = due.aggregate(n=Count("pk"), first=Min("due_on"))
    if calls["n"]:
        text = ngettext("%(n)d call-back is due", "%(n)d call-backs are due", calls["n"]) % {"n": calls["n"]}
        yield NextAction(text, f"{reverse('review:call_backs')}?when=due", _("Call"), calls["first"])
    open_appeals = Strike.objects.filter(
        participation__fair__organizer__in=roles, appeal__isnull=False, appeal__answered_at=None
    ).count()
    if open_appeals:
        words = ngettext(
            "%(n)d objection to a breach waits for an answer",
            "%(n)d objections to breaches wait for an answer",
            open_appeals,
        )
        url = f"{reverse('review:strikes')}?state=appealed"
        yield NextAction(words % {"n": open_appeals}, url, _("Answer"), None, Severity.BLOCKING)
