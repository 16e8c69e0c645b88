"""The end of demands: a reminder two weeks before the last day, and the expiry after it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from portal.audit.services import record
from portal.demands.models import OPEN_STATUSES, DemandStatus, TalentDemand, TalentDemandQuerySet
from portal.demands.signals import demand_changed
from portal.notifications.events import register_event
from portal.organizations.notices import notify_members

REMINDED_BEFORE = timedelta(days=14)
BATCH = 200  # demands a transaction

register_event("demand_expires_soon", _("The demand “%(title)s” is valid until %(day)s only. Renew it in time."))


def expire_demands(*, at: datetime) -> int:
    """Expire the open demands whose last day is over, and tell their people; returns how many.

    Safe twice and side by side: each demand is taken by one caller only.
    """
    over = Q(valid_until__lt=timezone.localdate(at))
    return _in_batches(over, at, _expire)


def remind_of_expiry(*, at: datetime) -> int:
    """Tell the people of demands that end within two weeks, once for each last day; returns how many demands."""
    today = timezone.localdate(at)
    near = Q(valid_until__range=(today, today + REMINDED_BEFORE))
    fresh = Q(reminded_until=None) | ~Q(reminded_until=F("valid_until"))
    return _in_batches(near & fresh, at, _remind)


def _in_batches(condition: Q, at: datetime, take: Callable[[TalentDemandQuerySet, datetime], None]) -> int:
    """Lock open demands that fit, some at a time, and do `take` on them; what another caller holds is passed over."""
    done = 0
    while True:
        with transaction.atomic():
            fitting = TalentDemand.objects.filter(condition, status__in=OPEN_STATUSES).order_by("pk")
            locked = list(fitting.select_for_update(skip_locked=True).values_list("pk", flat=True)[:BATCH])
            if not locked:
                return done
            take(TalentDemand.objects.filter(pk__in=locked), at)
        done += len(locked)


def _expire(demands: TalentDemandQuerySet, at: datetime) -> None:
    demands.update(status=DemandStatus.EXPIRED, updated_at=at, version=F("version") + 1)
    for demand in demands.select_related("enterprise"):
        record(verb="demand_expired", subject=demand, actor=None, at=at)
        _tell(demand, "demand_expired", at)
        transaction.on_commit(
            partial(demand_changed.send_robust, sender=TalentDemand, demand_id=demand.pk), robust=True
        )


def _remind(demands: TalentDemandQuerySet, at: datetime) -> None:
    demands.update(reminded_until=F("valid_until"))
    for demand in demands.select_related("enterprise"):
        _tell(demand, "demand_expires_soon", at, day=demand.valid_until.isoformat())


def _tell(demand: TalentDemand, event: str, at: datetime, **context: object) -> None:
    url = demand.get_absolute_url()
    notify_members(demand.enterprise, event=event, at=at, url=url, title=demand.title, **context)
