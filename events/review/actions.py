"""What a person has to do next after a fair, for the home page."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Count, Min, QuerySet, Subquery, Value
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from events.review.models import CallBack, Strike
from portal.accounts.models import User
from portal.organizations.models import EDITING_ROLES, Membership
from portal.organizations.standing import Role, roles_of
from portal.pages.registry import NextAction, Severity


def next_actions(user: User) -> Iterable[NextAction]:
    """Call-backs that are due and objections without an answer, of own fairs; one query, none for who runs no fair."""
    if Role.ORGANIZER not in roles_of(user):
        return
    roles = Membership.objects.current().filter(user=user, role__in=EDITING_ROLES).values("organization")
    due = CallBack.objects.open().filter(outcome__fair__organizer__in=roles, due_on__lte=timezone.localdate())
    appealed = Strike.objects.filter(
        participation__fair__organizer__in=roles, appeal__isnull=False, appeal__answered_at=None
    )
    row: Any = (
        User.objects.filter(pk=user.pk)
        .annotate(due=_of(due, Count("pk")), first=_of(due, Min("due_on")), appeals=_of(appealed, Count("pk")))
        .values("due", "first", "appeals")
        .first()
    )
    if row is None:
        return
    if row["due"]:
        text = ngettext("%(n)d call-back is due", "%(n)d call-backs are due", row["due"]) % {"n": row["due"]}
        yield NextAction(text, f"{reverse('review:call_backs')}?when=due", _("Call"), row["first"])
    if row["appeals"]:
        words = ngettext(
            "%(n)d objection to a breach waits for an answer",
            "%(n)d objections to breaches wait for an answer",
            row["appeals"],
        )
        url = f"{reverse('review:strikes')}?state=appealed"
        yield NextAction(words % {"n": row["appeals"]}, url, _("Answer"), None, Severity.BLOCKING)


def _of(rows: QuerySet[Any], figure: Count | Min) -> Subquery:
    """A figure of all these rows as one value; None where there are no rows."""
    together = rows.order_by().annotate(together=Value(1)).values("together")
    return Subquery(together.annotate(figure=figure).values("figure"))
