"""Two at once, on connections of their own: exactly one wins, and the rows say so."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from portal.audit.models import AuditEvent
from portal.common.errors import DomainError
from portal.demands.expiry import expire_demands
from portal.demands.models import TalentDemand
from portal.demands.services import publish_demand, record_filled, refresh_demand, update_demand, withdraw_demand
from portal.majors.models import SupplyLine
from portal.majors.services import SupplyNumbers, save_supply
from portal.organizations.models import Organization
from portal.organizations.services import (
    approve_organization,
    register_organization,
    return_organization,
)
from tests.conftest import NOON
from tests.factories import DemandFactory, EnterpriseFactory, ProgrammeFactory, RegionFactory

pytestmark = pytest.mark.django_db(transaction=True)
TODAY = NOON.date()
LATER = TODAY + timedelta(days=30)


def at_once(*calls: Callable[[], object]) -> list[object]:
    """What each call returned or the DomainError it raised; all start at the same moment, each on its connection."""
    start = Barrier(len(calls))

    def run(call: Callable[[], object]) -> object:
        try:
            with connection.cursor():  # connected before the start
                start.wait()
            return call()
        except DomainError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def refusals(results: list[object]) -> int:
    return sum(isinstance(result, DomainError) for result in results)


@pytest.mark.parametrize("_", range(5))
def test_four_publish_and_one_wins(_: int) -> None:
    demand = DemandFactory(valid_until=LATER)
    results = at_once(*[partial(publish_demand, demand_id=demand.pk, actor=None, at=NOON)] * 4)
    assert refusals(results) == 3
    demand.refresh_from_db()
    assert (demand.status, demand.version) == ("published", 2)
    assert AuditEvent.objects.filter(verb="demand_published").count() == 1


@pytest.mark.parametrize("_", range(5))
def test_publish_against_a_change_never_publishes_the_unpublishable(_: int) -> None:
    demand = DemandFactory(valid_until=LATER)
    at_once(
        partial(publish_demand, demand_id=demand.pk, actor=None, at=NOON),
        partial(update_demand, demand_id=demand.pk, actor=None, at=NOON, majors=[]),
    )
    demand.refresh_from_db()
    assert demand.status == "draft" or demand.majors.exists()
    assert demand.version == 2


@pytest.mark.parametrize("_", range(5))
def test_withdraw_against_record_filled_ends_in_one_state(_: int) -> None:
    demand = DemandFactory(status="published", valid_until=LATER)
    results = at_once(
        partial(withdraw_demand, demand_id=demand.pk, actor=None, at=NOON),
        partial(record_filled, demand_id=demand.pk, filled=20, actor=None, at=NOON),
    )
    demand.refresh_from_db()
    assert refusals(results) == 1
    assert (demand.status, demand.filled) in (("withdrawn", 0), ("filled", 20))


def test_two_expiries_take_each_demand_once() -> None:
    DemandFactory.create_batch(30, status="published", valid_until=TODAY - timedelta(days=1))
    first, second = at_once(*[partial(expire_demands, at=NOON)] * 2)
    assert first + second == 30
    assert set(TalentDemand.objects.values_list("status", "version")) == {("expired", 2)}
    assert AuditEvent.objects.filter(verb="demand_expired").count() == 30


def test_refresh_against_expiry_leaves_an_open_demand() -> None:
    demand = DemandFactory(status="published", valid_until=TODAY - timedelta(days=1))
    at_once(
        partial(refresh_demand, demand_id=demand.pk, valid_until=LATER, actor=None, at=NOON),
        partial(expire_demands, at=NOON),
    )
    demand.refresh_from_db()
    assert (demand.status, demand.valid_until) == ("published", LATER)


def test_approve_against_return_decides_once() -> None:
    organization = EnterpriseFactory(status="submitted")
    results = at_once(
        partial(approve_organization, organization_id=organization.pk, actor=None, at=NOON),
        partial(return_organization, organization_id=organization.pk, note="x", actor=None, at=NOON),
    )
    organization.refresh_from_db()
    assert refusals(results) == 1
    assert (organization.status in ("approved", "returned"), organization.version) == (True, 2)


def test_two_register_the_same_code_and_one_wins() -> None:
    region = RegionFactory()
    register = partial(register_organization, kind="park", actor=None, at=NOON, region=region)
    results = at_once(*[partial(register, legal_name=name, uscc="91110000600037341L") for name in ("甲", "乙", "丙")])
    assert refusals(results) == 2
    assert Organization.objects.count() == 1


def test_two_save_the_same_new_line_and_both_are_served() -> None:
    programme = ProgrammeFactory()
    saves = [
        partial(
            save_supply,
            school_id=programme.school_id,
            graduating_year=2024,
            numbers={programme.pk: SupplyNumbers(100, people, 0)},
            actor=None,
            at=NOON,
        )
        for people in (40, 50)
    ]
    assert at_once(*saves) == [1, 1]
    assert SupplyLine.objects.get().graduating in (40, 50)
