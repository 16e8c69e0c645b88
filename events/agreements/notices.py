"""What the parties of an agreement are told."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext_lazy as _

from events.agreements.models import Agreement
from events.fairs.notices import people_of
from portal.accounts.models import User
from portal.notifications.events import register_event
from portal.notifications.services import notify

register_event("agreement_drafted", _("%(number)s, %(title)s: a draft is ready to be read and signed."))
register_event("agreement_signed", _("%(number)s, %(title)s: signed on %(signed_on)s."))
register_event("agreement_withdrawn", _("%(number)s, %(title)s: the draft was withdrawn."))


def tell_parties(agreement: Agreement, *, event: str, actor: User | None, at: datetime) -> None:
    """Tell everybody who acts for a party, each once, but not the one who did it."""
    parties = agreement.parties.values_list("organization_id", flat=True)
    people = {person.pk: person for persons in people_of(parties).values() for person in persons}
    if actor is not None:
        people.pop(actor.pk, None)
    if people:
        context: dict[str, object] = {
            "number": agreement.number,
            "title": agreement.title,
            "signed_on": agreement.signed_on.isoformat() if agreement.signed_on else "",
        }
        notify(recipients=people.values(), event=event, at=at, context=context, url=agreement.get_absolute_url())
