"""Programmes and the people of a year."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.majors.models import Programme, SupplyLine
from portal.majors.selectors import current_graduating_year, totals_by_year, year_to_show
from portal.majors.services import (
    NotASchool,
    NothingToConfirm,
    ProgrammeExists,
    SupplyLocked,
    SupplyNumbers,
    UnusableNumbers,
    add_programme,
    confirm_supply,
    save_supply,
    update_programme,
)
from portal.majors.signals import offer_changed
from portal.organizations.models import Organization
from tests.factories import (
    EnterpriseFactory,
    MajorFactory,
    ProgrammeFactory,
    SchoolFactory,
    SkillFactory,
    StaffFactory,
    SupplyLineFactory,
    member_of,
)

pytestmark = pytest.mark.django_db
NUMBERS = SupplyNumbers(enrolled=160, graduating=50, committed=10)


@pytest.fixture
def told() -> list[int]:
    """The schools whose change was told."""
    schools: list[int] = []

    def listen(*, school_id: int, **_: object) -> None:
        schools.append(school_id)

    offer_changed.connect(listen)
    yield schools
    offer_changed.disconnect(listen)


def test_add_programme_is_told_after_commit(
    school: Organization,
    office: User,
    noon: datetime,
    told: list[int],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    skill = SkillFactory()
    with django_capture_on_commit_callbacks(execute=True):
        programme = add_programme(
            school_id=school.pk, major=MajorFactory(), direction=" 云计算 ", skills=[skill], actor=office, at=noon
        )
        assert told == []
    assert told == [school.pk]
    assert (programme.direction, list(programme.skills.all())) == ("云计算", [skill])
    assert AuditEvent.objects.get().verb == "programme_added"


def test_add_programme_twice_is_refused_beside_the_major(school: Organization, office: User, noon: datetime) -> None:
    major = MajorFactory()
    add_programme(school_id=school.pk, major=major, actor=office, at=noon)
    with pytest.raises(ProgrammeExists) as raised:
        add_programme(school_id=school.pk, major=major, actor=office, at=noon)
    assert raised.value.field == "major"
    add_programme(school_id=school.pk, major=major, direction="云计算", actor=office, at=noon)
    assert Programme.objects.count() == 2


def test_add_programme_to_an_enterprise_is_refused(office: User, noon: datetime) -> None:
    with pytest.raises(NotASchool):
        add_programme(school_id=EnterpriseFactory().pk, major=MajorFactory(), actor=office, at=noon)
    assert Programme.objects.count() == 0


def test_update_programme_cannot_become_a_double(school: Organization, office: User, noon: datetime) -> None:
    major = MajorFactory()
    ProgrammeFactory(school=school, major=major)
    other = ProgrammeFactory(school=school, major=major, direction="云计算")
    with pytest.raises(ProgrammeExists) as raised:
        update_programme(programme_id=other.pk, direction="", skills=[], is_active=True, actor=office, at=noon)
    assert raised.value.field == "direction"
    changed = update_programme(
        programme_id=other.pk, direction="大数据", skills=[], is_active=False, actor=office, at=noon
    )
    assert (changed.direction, changed.is_active) == ("大数据", False)


def test_save_supply_writes_what_differs_and_drafts_it(
    school: Organization,
    office: User,
    noon: datetime,
    told: list[int],
    django_capture_on_commit_callbacks: Callable,
) -> None:
    same = SupplyLineFactory(programme__school=school, enrolled=160, graduating=50, committed=10)
    changed = SupplyLineFactory(programme__school=school, graduating=40)
    new = ProgrammeFactory(school=school)
    numbers = dict.fromkeys([same.programme_id, changed.programme_id, new.pk], NUMBERS)
    with django_capture_on_commit_callbacks(execute=True):
        saved = save_supply(school_id=school.pk, graduating_year=2024, numbers=numbers, actor=office, at=noon)
    assert (saved, told) == (2, [school.pk])
    states = dict(SupplyLine.objects.values_list("programme_id", "state"))
    assert states == {same.programme_id: "confirmed", changed.programme_id: "draft", new.pk: "draft"}
    assert set(SupplyLine.objects.values_list("graduating", flat=True)) == {50}
    assert save_supply(school_id=school.pk, graduating_year=2024, numbers=numbers, actor=office, at=noon) == 0


@pytest.mark.parametrize(
    ("year", "numbers"),
    [
        (2024, SupplyNumbers(enrolled=0, graduating=10, committed=11)),
        (2024, SupplyNumbers(enrolled=-1, graduating=10, committed=0)),
        (2024, SupplyNumbers(enrolled=0, graduating=100_001, committed=0)),
        (1999, NUMBERS),
        (2101, NUMBERS),
    ],
)
def test_save_supply_of_unusable_numbers_stores_nothing(
    school: Organization, office: User, noon: datetime, year: int, numbers: SupplyNumbers
) -> None:
    fine, wrong = ProgrammeFactory(school=school), ProgrammeFactory(school=school)
    both = {fine.pk: NUMBERS, wrong.pk: numbers}
    with pytest.raises(UnusableNumbers) as raised:
        save_supply(school_id=school.pk, graduating_year=year, numbers=both, actor=office, at=noon)
    assert raised.value.field in (str(wrong.pk), "graduating_year")
    assert SupplyLine.objects.count() == 0


def test_save_supply_of_another_school_is_refused(school: Organization, office: User, noon: datetime) -> None:
    foreign = ProgrammeFactory()
    with pytest.raises(Programme.DoesNotExist):
        save_supply(school_id=school.pk, graduating_year=2024, numbers={foreign.pk: NUMBERS}, actor=office, at=noon)
    assert SupplyLine.objects.count() == 0


def test_save_supply_leaves_locked_lines(school: Organization, office: User, noon: datetime) -> None:
    locked = SupplyLineFactory(programme__school=school, state="locked")
    other = ProgrammeFactory(school=school)
    numbers = {locked.programme_id: NUMBERS, other.pk: NUMBERS}
    with pytest.raises(SupplyLocked):
        save_supply(school_id=school.pk, graduating_year=2024, numbers=numbers, actor=office, at=noon)
    assert SupplyLine.objects.count() == 1
    unchanged = SupplyNumbers(locked.enrolled, locked.graduating, locked.committed)
    numbers[locked.programme_id] = unchanged
    assert save_supply(school_id=school.pk, graduating_year=2024, numbers=numbers, actor=office, at=noon) == 1


def test_confirm_supply_confirms_the_year_once(school: Organization, office: User, noon: datetime) -> None:
    SupplyLineFactory(programme__school=school, state="draft")
    SupplyLineFactory(programme__school=school, state="draft", graduating_year=2025)
    SupplyLineFactory(state="draft")
    assert confirm_supply(school_id=school.pk, graduating_year=2024, actor=office, at=noon) == 1
    assert SupplyLine.objects.filter(state="confirmed").count() == 1
    with pytest.raises(NothingToConfirm):
        confirm_supply(school_id=school.pk, graduating_year=2024, actor=office, at=noon)


@pytest.mark.parametrize("values", [{"graduating": 5, "committed": 6}, {"graduating_year": 1999}])
def test_database_refuses_impossible_lines(values: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        SupplyLineFactory(**values)
    assert SupplyLineFactory(graduating=5, committed=5).available == 0


@pytest.mark.parametrize(
    ("today", "year"), [(date(2024, 5, 17), 2024), (date(2024, 8, 31), 2024), (date(2024, 9, 1), 2025)]
)
def test_current_graduating_year_turns_in_september(today: date, year: int) -> None:
    assert current_graduating_year(today) == year


def test_year_to_show_is_the_latest_with_numbers(school: Organization, office: User) -> None:
    assert year_to_show(school, office, date(2024, 5, 17)) == 2024
    SupplyLineFactory(programme__school=school, graduating_year=2022)
    SupplyLineFactory(programme__school=school, graduating_year=2023)
    assert year_to_show(school, office, date(2024, 5, 17)) == 2023
    SupplyLineFactory(programme__school=school, graduating_year=2025)
    assert year_to_show(school, office, date(2024, 5, 17)) == 2023


def test_totals_add_up_the_active_programmes_by_year(school: Organization, office: User) -> None:
    SupplyLineFactory(programme__school=school, enrolled=100, graduating=50, committed=10)
    SupplyLineFactory(programme__school=school, enrolled=60, graduating=30, committed=0, state="draft")
    SupplyLineFactory(programme__school=school, programme__is_active=False)
    SupplyLineFactory(programme__school=school, graduating_year=2023, enrolled=0, graduating=7)
    totals = totals_by_year(school, office)
    assert [
        (row.graduating_year, row.enrolled, row.graduating, row.committed, row.available, row.drafts) for row in totals
    ] == [(2024, 160, 80, 10, 70, 1), (2023, 0, 7, 0, 7, 0)]


def test_drafts_of_the_supply_are_seen_by_the_school_and_the_staff_only(
    school: Organization, office: User, stranger: User
) -> None:
    states = ["draft", "confirmed", "locked"]
    for year, state in zip((2024, 2023, 2022), states, strict=True):
        SupplyLineFactory(programme__school=school, graduating_year=year, state=state)
    seen = [
        sorted(SupplyLine.objects.visible_to(user).values_list("state", flat=True))
        for user in (office, StaffFactory(), member_of(SchoolFactory()), stranger, AnonymousUser())
    ]
    assert seen == [sorted(states), sorted(states), states[1:], states[1:], []]
    assert [year_to_show(school, user, date(2024, 5, 17)) for user in (office, stranger)] == [2024, 2023]
    assert [[row.graduating_year for row in totals_by_year(school, user)] for user in (office, stranger)] == [
        [2024, 2023, 2022],
        [2023, 2022],
    ]
