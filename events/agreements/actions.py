"""What the home page says of agreements."""

from __future__ import annotations

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from events.agreements.selectors import texts_waiting_for
from portal.accounts.models import User
from portal.pages.registry import NextAction

MOST = 3  # more drafts than these are one line that leads to the list


def next_actions(user: User) -> Iterable[NextAction]:
    """Texts that wait for those who act for a party; one query."""
    drafts = list(texts_waiting_for(user)[: MOST + 1])
    if len(drafts) > MOST:
        yield NextAction(
            text=_("Several agreements are with you to be read"),
            url=f"{reverse('agreements:list')}?waiting=on",
            button=_("See them"),
        )
        return
    for agreement in (draft.agreement for draft in drafts):
        text = _("Read and approve %(number)s, %(title)s") % {"number": agreement.number, "title": agreement.title}
        yield NextAction(text=text, url=agreement.get_absolute_url(), button=_("Open"))
