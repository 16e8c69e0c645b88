"""The end of demands: once, in batches, with a reminder before."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from portal.accounts.models import User
from portal.demands import expiry
from portal.demands.expiry import expire_demands, remind_of_expiry
from portal.demands.models import TalentDemand
from portal.demands.services import refresh_demand
from portal.demands.signals import demand_changed
from portal.demands.tasks import expire_demands as expire_task
from portal.notifications.models import Notification
from portal.organizations.models import Organization
from tests.conftest import NOON
from tests.factories import DemandFactory

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
ONE_DAY = timedelta(days=1)


def test_expire_ends_open_demands_whose_last_day_is_over(enterprise: Organization, hr: User) -> None:
    over = TODAY - ONE_DAY
    published = DemandFactory(enterprise=enterprise, status="published", valid_until=over)
    partly = DemandFactory(status="partially_filled", filled=2, valid_until=over)
    others = [
        DemandFactory(status="published", valid_until=TODAY),
        DemandFactory(status="draft", valid_until=over),
        DemandFactory(status="withdrawn", valid_until=over),
    ]
    assert expire_demands(at=NOON) == 2
    for demand in (published, partly):
        demand.refresh_from_db()
        assert (demand.status, demand.version) == ("expired", 2)
    assert [TalentDemand.objects.get(pk=demand.pk).version for demand in others] == [1, 1, 1]
    notification = Notification.objects.get()
    assert (notification.recipient, notification.event) == (hr, "demand_expired")
    assert (notification.context["title"], notification.url) == (published.title, published.get_absolute_url())
    assert expire_demands(at=NOON) == 0
    assert Notification.objects.count() == 1


def test_expire_goes_by_the_day_in_china() -> None:
    DemandFactory(status="published", valid_until=TODAY)
    midnight = datetime.combine(TODAY + ONE_DAY, datetime.min.time(), ZoneInfo("Asia/Shanghai"))
    assert expire_demands(at=midnight - timedelta(seconds=1)) == 0
    assert expire_demands(at=midnight) == 1


def test_expire_goes_on_after_a_full_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(expiry, "BATCH", 2)
    DemandFactory.create_batch(5, status="published", valid_until=TODAY - ONE_DAY)
    assert expire_demands(at=NOON) == 5


def test_expire_tells_each_change_after_commit(django_capture_on_commit_callbacks: Callable) -> None:
    told: list[int] = []

    def listen(*, demand_id: int, **_: object) -> None:
        told.append(demand_id)

    demands = DemandFactory.create_batch(2, status="published", valid_until=TODAY - ONE_DAY)
    demand_changed.connect(listen)
    with django_capture_on_commit_callbacks(execute=True):
        expire_demands(at=NOON)
    demand_changed.disconnect(listen)
    assert sorted(told) == [demand.pk for demand in demands]


def test_remind_once_for_each_last_day(enterprise: Organization, hr: User) -> None:
    demand = DemandFactory(enterprise=enterprise, status="published", valid_until=TODAY + 14 * ONE_DAY)
    DemandFactory(enterprise=enterprise, status="published", valid_until=TODAY + 15 * ONE_DAY)
    DemandFactory(enterprise=enterprise, status="draft", valid_until=TODAY + ONE_DAY)
    assert (remind_of_expiry(at=NOON), remind_of_expiry(at=NOON)) == (1, 0)
    notification = Notification.objects.get()
    assert (notification.recipient, notification.event) == (hr, "demand_expires_soon")
    assert notification.context["day"] == "2024-05-31"
    refresh_demand(demand_id=demand.pk, valid_until=TODAY + 20 * ONE_DAY, actor=hr, at=NOON)
    assert remind_of_expiry(at=NOON) == 0
    assert remind_of_expiry(at=NOON + 6 * ONE_DAY) == 2


def test_task_expires_and_reminds_by_the_clock() -> None:
    DemandFactory(status="published", valid_until=TODAY)
    soon = DemandFactory(status="published", valid_until=datetime.now(ZoneInfo("Asia/Shanghai")).date() + ONE_DAY)
    expire_task(something_newer=1)
    assert list(TalentDemand.objects.values_list("status", flat=True).order_by("pk")) == ["expired", "published"]
    soon.refresh_from_db()
    assert soon.reminded_until == soon.valid_until
