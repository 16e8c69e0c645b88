"""What the parties of an agreement are told."""

from __future__ import annotations

from datetime import date, datetime

from django.utils.translation import gettext_lazy as _

from events.agreements.models import Agreement, AgreementParty
from events.fairs.notices import people_of
from portal.accounts.models import User
from portal.notifications.events import register_event
from portal.notifications.services import notify

register_event("agreement_drafted", _("%(number)s, %(title)s: a draft is ready to be read and approved."))
register_event("agreement_handed_over", _("%(number)s, %(title)s: the draft is with you now."))
register_event("agreement_approved", _("%(number)s, %(title)s: a party has approved the text; it is not signed yet."))
register_event("agreement_approved_by_all", _("%(number)s, %(title)s: all have approved the text; it can be signed."))
register_event("agreement_approval_taken_back", _("%(number)s, %(title)s: a party took its approval back."))
register_event(
    "agreement_approvals_reset", _("%(number)s, %(title)s: the terms were changed; no approval given before stands.")
)
register_event("agreement_signed_by_one", _("%(number)s, %(title)s: a party has signed; others still have to."))
register_event("agreement_signed", _("%(number)s, %(title)s: signed on %(signed_on)s."))
register_event("agreement_in_force", _("%(number)s, %(title)s: in force from today."))
register_event("agreement_withdrawn", _("%(number)s, %(title)s: the draft was withdrawn."))
register_event("agreement_rejected", _("%(number)s, %(title)s: the draft was rejected."))
register_event("agreement_amending", _("%(number)s, %(title)s: a party proposes to change the text."))
register_event(
    "agreement_text_dropped", _("%(number)s, %(title)s: the change was given up; the text in force stays as it is.")
)
register_event("agreement_notice_given", _("%(number)s, %(title)s: a party has given notice."))
register_event("agreement_notice_taken_back", _("%(number)s, %(title)s: a notice was taken back."))
register_event("agreement_completed", _("%(number)s, %(title)s: completed."))
register_event("agreement_expired", _("%(number)s, %(title)s: its period is over."))
register_event("agreement_terminated", _("%(number)s, %(title)s: terminated."))
register_event("agreement_paid", _("%(number)s, %(title)s: a payment was recorded."))
register_event("agreement_payment_cancelled", _("%(number)s, %(title)s: a payment recorded before was cancelled."))
register_event("agreement_milestone_reached", _("%(number)s, %(title)s: a milestone was reached."))
register_event(
    "agreement_ends_soon",
    _("%(number)s, %(title)s: ends on %(due)s, in %(days)s days. Complete it, extend it or renew it."),
)
register_event(
    "agreement_instalment_due",
    _("%(number)s, %(title)s: of instalment %(instalment)s for %(purpose)s, %(left)s yuan are due on %(due)s."),
)
register_event(
    "agreement_instalment_overdue",
    _("%(number)s, %(title)s: of instalment %(instalment)s for %(purpose)s, %(left)s yuan were due on %(due)s."),
)
register_event("agreement_milestone_due", _("%(number)s, %(title)s: the milestone “%(milestone)s” is due on %(due)s."))
register_event(
    "agreement_dormant",
    _("%(number)s, %(title)s: nothing was recorded for 180 days. Record what was done, or end the agreement."),
)


def tell_parties(
    agreement: Agreement,
    *,
    event: str,
    actor: User | None,
    at: datetime,
    only: AgreementParty | None = None,
    signed_on: date | None = None,
) -> None:
    """Tell everybody who acts for a party, or for this one only, each once, but not the one who did it.

    `signed_on` is the day of the text signed now, where an amendment has another than the agreement.
    """
    told = agreement.parties.filter(pk=only.pk) if only else agreement.parties.all()
    parties = told.values_list("organization_id", flat=True)
    people = {person.pk: person for persons in people_of(parties).values() for person in persons}
    if actor is not None:
        people.pop(actor.pk, None)
    if people:
        day = signed_on or agreement.signed_on
        context: dict[str, object] = {
            "number": agreement.number,
            "title": agreement.title,
            "signed_on": day.isoformat() if day else "",
        }
        notify(recipients=people.values(), event=event, at=at, context=context, url=agreement.get_absolute_url())
