"""The states of a talent demand, and what each move asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.demands import services
from portal.demands.models import DemandStatus, TalentDemand
from portal.demands.services import (
    DemandChangedMeanwhile,
    DemandIncomplete,
    DemandNotDraft,
    DemandStateConflict,
    EnterpriseNotApproved,
    NotAnEnterprise,
    copy_demand,
    create_demand,
    publish_demand,
    record_filled,
    refresh_demand,
    update_demand,
    withdraw_demand,
)
from portal.demands.signals import demand_changed
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind
from tests.conftest import NOON
from tests.factories import DemandFactory, MajorFactory, SchoolFactory, SkillFactory

pytestmark = pytest.mark.django_db
TODAY = NOON.date()
LATER = TODAY + timedelta(days=30)
OPEN = {"published", "partially_filled"}


def demand_in(status: str, **fields: Any) -> TalentDemand:
    """A demand of 20 people in a state; nobody is found yet unless its state says so."""
    found = {"partially_filled": 5, "filled": 20}.get(status, 0)
    return DemandFactory(**{"status": status, "filled": found, "valid_until": LATER} | fields)


@pytest.fixture
def told() -> Iterator[list[int]]:
    """The demands whose change was told."""
    demands: list[int] = []

    def listen(*, demand_id: int, **_: object) -> None:
        demands.append(demand_id)

    demand_changed.connect(listen)
    yield demands
    demand_changed.disconnect(listen)


def test_create_stores_a_draft_with_all_it_says(enterprise: Organization, hr: User) -> None:
    major, skill = MajorFactory(), SkillFactory()
    demand = create_demand(
        enterprise_id=enterprise.pk,
        actor=hr,
        at=NOON,
        title="数控机床操作工",
        headcount=20,
        levels=["secondary", "technician"],
        majors=[major],
        skills=[skill],
        cooperation_kinds=CooperationKind.objects.all(),
        salary_min=5000,
        salary_max=8000,
        valid_until=LATER,
    )
    demand.refresh_from_db()
    assert (demand.status, demand.version, demand.published_at) == ("draft", 1, None)
    assert (list(demand.majors.all()), list(demand.skills.all())) == ([major], [skill])
    assert list(TalentDemand.objects.named_like("skjc")) == [demand]
    assert list(TalentDemand.objects.named_like("长盈 精密")) == [demand]
    assert AuditEvent.objects.get().verb == "demand_created"


def test_create_for_a_school_is_refused(hr: User) -> None:
    with pytest.raises(NotAnEnterprise):
        create_demand(enterprise_id=SchoolFactory().pk, actor=hr, at=NOON, title="x", headcount=1, valid_until=LATER)


def test_create_and_publish_is_all_or_nothing(enterprise: Organization, hr: User) -> None:
    fields: dict[str, Any] = {"title": "车工", "headcount": 1, "valid_until": LATER, "publish": True}
    with pytest.raises(DemandIncomplete) as raised:
        create_demand(enterprise_id=enterprise.pk, actor=hr, at=NOON, **fields)
    assert raised.value.field == "majors"
    assert (TalentDemand.objects.count(), AuditEvent.objects.count()) == (0, 0)
    demand = create_demand(enterprise_id=enterprise.pk, actor=hr, at=NOON, skills=[SkillFactory()], **fields)
    assert (demand.status, demand.published_at) == ("published", NOON)


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"headcount": 0}, "headcount"),
        ({"headcount": 10_001}, "headcount"),
        ({"salary_min": 8000, "salary_max": 5000}, "salary_max"),
    ],
)
def test_create_of_a_contradiction_names_the_field(
    enterprise: Organization, hr: User, fields: dict[str, Any], field: str
) -> None:
    sound: dict[str, Any] = {"title": "车工", "headcount": 1, "valid_until": LATER}
    with pytest.raises(DemandIncomplete) as raised:
        create_demand(enterprise_id=enterprise.pk, actor=hr, at=NOON, **sound | fields)
    assert raised.value.field == field
    create_demand(enterprise_id=enterprise.pk, actor=hr, at=NOON, **sound)
    assert TalentDemand.objects.count() == 1


def test_publish_is_told_after_commit(told: list[int], django_capture_on_commit_callbacks: Callable) -> None:
    demand = demand_in("draft")
    with django_capture_on_commit_callbacks(execute=True):
        published = publish_demand(demand_id=demand.pk, actor=None, at=NOON)
        assert told == []
    assert told == [demand.pk]
    assert (published.status, published.published_at, published.version) == ("published", NOON, 2)


@pytest.mark.parametrize(
    ("fields", "error", "field"),
    [
        ({"valid_until": TODAY - timedelta(days=1)}, DemandIncomplete, "valid_until"),
        ({"valid_until": TODAY + timedelta(days=400)}, DemandIncomplete, "valid_until"),
        ({"majors": []}, DemandIncomplete, "majors"),
        ({"enterprise__status": "submitted"}, EnterpriseNotApproved, None),
        ({"enterprise__status": "suspended"}, EnterpriseNotApproved, None),
    ],
)
def test_publish_of_what_is_not_ready_is_refused(
    fields: dict[str, Any], error: type[Exception], field: str | None
) -> None:
    demand = demand_in("draft", **fields)
    with pytest.raises(error) as raised:
        publish_demand(demand_id=demand.pk, actor=None, at=NOON)
    demand.refresh_from_db()
    assert (raised.value.field, demand.status, demand.version) == (field, "draft", 1)


def test_publish_on_the_last_day_and_by_a_skill_alone() -> None:
    demand = demand_in("draft", valid_until=TODAY, majors=[], skills=[SkillFactory()])
    assert publish_demand(demand_id=demand.pk, actor=None, at=NOON).status == "published"


MOVES: list[tuple[Callable[..., TalentDemand], dict[str, Any], set[str], str, type[Exception]]] = [
    (publish_demand, {}, {"draft"}, "published", DemandNotDraft),
    (withdraw_demand, {}, {"draft", "expired"} | OPEN, "withdrawn", DemandStateConflict),
    (record_filled, {"filled": 20}, {"filled"} | OPEN, "filled", DemandStateConflict),
    (record_filled, {"filled": 3}, {"filled"} | OPEN, "partially_filled", DemandStateConflict),
    (record_filled, {"filled": 0}, {"filled"} | OPEN, "published", DemandStateConflict),
    (update_demand, {"title": "铣工"}, {"draft", "expired"} | OPEN, "", DemandStateConflict),
]


@pytest.mark.parametrize("status", DemandStatus.values)
@pytest.mark.parametrize(("move", "arguments", "starts", "end", "error"), MOVES)
def test_move_starts_from_its_states_only(
    move: Callable[..., TalentDemand],
    arguments: dict[str, Any],
    starts: set[str],
    end: str,
    error: type[Exception],
    status: str,
) -> None:
    demand = demand_in(status)
    if status in starts:
        moved = move(demand_id=demand.pk, actor=None, at=NOON, **arguments)
        assert (moved.status, moved.version) == (end or status, 2)
    else:
        with pytest.raises(error):
            move(demand_id=demand.pk, actor=None, at=NOON, **arguments)
        demand.refresh_from_db()
        assert (demand.status, demand.version, demand.title != "铣工") == (status, 1, True)


@pytest.mark.parametrize("filled", [-1, 21])
def test_record_filled_beyond_what_is_sought_is_refused(filled: int) -> None:
    demand = demand_in("published")
    with pytest.raises(DemandIncomplete) as raised:
        record_filled(demand_id=demand.pk, filled=filled, actor=None, at=NOON)
    assert raised.value.field == "filled"


@pytest.mark.parametrize(
    ("status", "after"),
    [("published", "published"), ("partially_filled", "partially_filled"), ("expired", "published")],
)
def test_refresh_extends_and_reopens(status: str, after: str) -> None:
    demand = demand_in(status, valid_until=TODAY - timedelta(days=3))
    refreshed = refresh_demand(demand_id=demand.pk, valid_until=LATER, actor=None, at=NOON)
    assert (refreshed.status, refreshed.valid_until, refreshed.version) == (after, LATER, 2)
    assert (refreshed.published_at == NOON) == (status == "expired")


@pytest.mark.parametrize(
    ("status", "day", "error"),
    [
        ("published", TODAY - timedelta(days=1), DemandIncomplete),
        ("published", TODAY + timedelta(days=400), DemandIncomplete),
        ("draft", LATER, DemandStateConflict),
        ("filled", LATER, DemandStateConflict),
        ("withdrawn", LATER, DemandStateConflict),
    ],
)
def test_refresh_is_refused(status: str, day: date, error: type[Exception]) -> None:
    demand = demand_in(status)
    with pytest.raises(error):
        refresh_demand(demand_id=demand.pk, valid_until=day, actor=None, at=NOON)
    demand.refresh_from_db()
    assert (demand.status, demand.valid_until, demand.version) == (status, LATER, 1)


def test_update_of_an_open_one_must_stay_publishable() -> None:
    demand = demand_in("published")
    with pytest.raises(DemandIncomplete):
        update_demand(demand_id=demand.pk, actor=None, at=NOON, majors=[])
    assert demand.majors.count() == 1
    update_demand(demand_id=demand.pk, actor=None, at=NOON, majors=[], skills=[SkillFactory()])
    assert (demand.majors.count(), demand.skills.count()) == (0, 1)


@pytest.mark.parametrize(("headcount", "status"), [(5, "filled"), (6, "partially_filled")])
def test_update_of_the_headcount_moves_the_status(headcount: int, status: str) -> None:
    demand = demand_in("partially_filled")
    changed = update_demand(demand_id=demand.pk, actor=None, at=NOON, headcount=headcount)
    assert (changed.status, changed.headcount) == (status, headcount)
    with pytest.raises((DemandIncomplete, DemandStateConflict)):
        update_demand(demand_id=demand.pk, actor=None, at=NOON, headcount=4)


def test_update_of_an_old_page_is_refused() -> None:
    demand = demand_in("draft")
    update_demand(demand_id=demand.pk, actor=None, at=NOON, expected_version=1, title="甲")
    with pytest.raises(DemandChangedMeanwhile):
        update_demand(demand_id=demand.pk, actor=None, at=NOON, expected_version=1, title="乙", majors=[])
    demand.refresh_from_db()
    assert (demand.title, demand.majors.count()) == ("甲", 1)


def test_copy_is_a_fresh_draft_of_the_same_content() -> None:
    demand = demand_in("filled", skills=[SkillFactory()], salary_min=5000, levels=["secondary"])
    copy = copy_demand(demand_id=demand.pk, actor=None, at=NOON)
    assert (copy.status, copy.filled, copy.version, copy.published_at) == ("draft", 0, 1, None)
    assert copy.valid_until == TODAY + services.USUAL_VALIDITY
    assert (copy.title, copy.salary_min, copy.levels) == (demand.title, 5000, ["secondary"])
    assert list(copy.majors.all()) == list(demand.majors.all())
    assert list(copy.skills.all()) == list(demand.skills.all())


@pytest.mark.parametrize(
    "values",
    [
        {"headcount": 0},
        {"headcount": 5, "filled": 6},
        {"salary_min": 9000, "salary_max": 8000},
        {"status": "published", "published_at": None},
        {"status": "draft", "published_at": NOON},
        {"status": "filled", "filled": 19},
    ],
)
def test_database_refuses_impossible_demands(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        DemandFactory(**values)
    assert DemandFactory(headcount=5, filled=5, status="filled").pk
