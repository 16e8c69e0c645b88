"""The house rules of an organizer."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from events.review.models import HouseRules
from portal.accounts.models import User
from portal.audit.services import record
from portal.organizations.models import Organization


@dataclass(frozen=True, slots=True)
class RulesFacts:
    """The rules as stated; hours and minutes, months and days as in HouseRules."""

    free_cancel_hours: int = 24
    late_minutes: int = 60
    strikes_to_bar: int = 2
    bar_months: int = 12
    appeal_days: int = 10


def rules_of(organizer_id: int) -> HouseRules:
    """The rules of an organizer; the usual ones, not stored, if it has set none."""
    return HouseRules.objects.filter(organizer=organizer_id).first() or HouseRules(organizer_id=organizer_id)


@transaction.atomic
def set_rules(*, organizer_id: int, facts: RulesFacts, actor: User, at: datetime) -> HouseRules:
    """Store the rules; what was noted before stays as it is, bars follow the rules of today."""
    rules, _made = HouseRules.objects.update_or_create(
        organizer_id=organizer_id, defaults={**asdict(facts), "updated_at": at}
    )
    organizer = Organization.objects.get(pk=organizer_id)
    record(verb="house_rules.set", subject=organizer, actor=actor, at=at, **asdict(facts))
    return rules
