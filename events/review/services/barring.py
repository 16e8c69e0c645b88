"""Whoever has broken the rules of an organizer too often does not come to its fairs for a while."""

from __future__ import annotations

from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from events.fairs.models import Fair
from events.review.models import HouseRules, Strike
from events.review.services.rules import rules_of
from portal.common.errors import DomainError
from portal.organizations.models import Organization


class Barred(DomainError):
    """The organization may not come to this organizer's fairs; the message says until when."""


def check_not_barred(organization: Organization, fair: Fair) -> None:
    """Raise Barred if the organization has too many standing breaches at this organizer's fairs."""
    until = barred_until(organization.pk, fair.organizer_id, today=timezone.localdate())
    if until is not None:
        raise Barred(
            _("%(name)s has broken the house rules too often and may come again from %(day)s.")
            % {"name": organization.display_name, "day": until.isoformat()},
            field="organizations",
        )


def barred_until(organization_id: int, organizer_id: int, *, today: date) -> date | None:
    """From which day the organization may come again; None if it may come today. Two queries.

    It is barred for `bar_months` from the breach that made them `strikes_to_bar` within as many months; waived ones
    do not count.
    """
    rules = rules_of(organizer_id)
    if not rules.strikes_to_bar or not rules.bar_months:
        return None
    standing = Strike.objects.standing().filter(
        participation__organization=organization_id, participation__fair__organizer=organizer_id
    )
    noted = [_day(at) for at in standing.order_by("noted_at").values_list("noted_at", flat=True)]
    ends = [
        _months_on(last, rules)
        for first, last in zip(noted, noted[rules.strikes_to_bar - 1 :], strict=False)
        if last <= _months_on(first, rules)
    ]
    return next((end for end in reversed(ends) if end > today), None)


def _day(at: datetime) -> date:
    return timezone.localdate(at)


def _months_on(day: date, rules: HouseRules) -> date:
    """The same day of the month so many months later; the month's last one where there is none such."""
    years, month = divmod(day.month - 1 + rules.bar_months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(day.year + years, month + 1, min(day.day, last))
        except ValueError:
            continue
    raise ValueError(day)
