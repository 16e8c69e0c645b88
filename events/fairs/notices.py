"""What a fair tells the organizations that are asked to it, and who of them reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime

from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair, Participation
from portal.accounts.models import User
from portal.notifications.events import register_event
from portal.notifications.services import Message, notify, notify_each
from portal.organizations.models import EDITING_ROLES, Membership

register_event("fair_invitation", _("%(organization)s is invited to “%(fair)s”, %(starts_on)s. Please answer."))
register_event("fair_declined", _("%(organization)s does not come to “%(fair)s”. %(note)s"))
register_event("fair_waitlisted", _("“%(fair)s” is full: %(organization)s is on the waiting list and will be told."))
register_event("fair_moved_up", _("A place is free: %(organization)s takes part in “%(fair)s”, %(starts_on)s."))
register_event("fair_applied", _("%(organization)s asks to take part in “%(fair)s”. %(note)s"))
register_event("fair_admitted", _("%(organization)s is admitted to “%(fair)s”, %(starts_on)s. Name your delegates."))
register_event("fair_not_admitted", _("%(organization)s is not admitted to “%(fair)s”. %(note)s"))
register_event("fair_taken_off", _("The organizer has taken %(organization)s off the list of “%(fair)s”. %(note)s"))
register_event("fair_answer_due", _("Please answer by %(due)s whether %(organization)s comes to “%(fair)s”."))
register_event("fair_names_due", _("Please name by %(due)s who comes to “%(fair)s” for %(organization)s."))
register_event("fair_wishes_due", _("Please choose whom %(organization)s wants to meet at “%(fair)s”."))
register_event("fair_cancelled", _("“%(fair)s” is cancelled. %(reason)s"))


def people_of(organization_ids: Iterable[int]) -> dict[int, list[User]]:
    """The active persons who act for each of these organizations; one query."""
    rows = Membership.objects.current().filter(
        organization__in=list(organization_ids), role__in=EDITING_ROLES, user__is_active=True
    )
    people: dict[int, list[User]] = {}
    for membership in rows.select_related("user").order_by("pk"):
        people.setdefault(membership.organization_id, []).append(membership.user)
    return people


def tell_each(
    participations: Iterable[Participation],
    *,
    event: str,
    fair: Fair,
    at: datetime,
    url_of: Callable[[Participation], str] = Participation.get_absolute_url,
    **context: str,
) -> None:
    """Tell the people of every participation, each with its own link; `organization` must be loaded."""
    notify_each(messages_to(participations, event=event, fair=fair, url_of=url_of, **context), at=at)


def messages_to(
    participations: Iterable[Participation],
    *,
    event: str,
    fair: Fair,
    url_of: Callable[[Participation], str] = Participation.get_absolute_url,
    **context: str,
) -> list[Message]:
    """What `tell_each` tells, for who has to read it all before locks are taken; one query."""
    rows = list(participations)
    people = people_of(row.organization_id for row in rows)
    messages = []
    for row in rows:
        facts: dict[str, object] = {**facts_of(fair), "organization": row.organization.display_name, **context}
        url = url_of(row)
        messages += [Message(user, event, facts, url) for user in people.get(row.organization_id, ())]
    return messages


def tell_organizer(participation: Participation, *, event: str, at: datetime, **context: str) -> None:
    """Tell the people of the fair's organizer; `fair` and `organization` must be loaded."""
    fair = participation.fair
    people = people_of([fair.organizer_id]).get(fair.organizer_id, [])
    facts: dict[str, object] = {**facts_of(fair), "organization": participation.organization.display_name, **context}
    notify(recipients=people, event=event, at=at, context=facts, url=participation.get_absolute_url())


def facts_of(fair: Fair) -> dict[str, str]:
    """What every message about a fair may name."""
    return {"fair": fair.name, "starts_on": fair.starts_on.isoformat()}
