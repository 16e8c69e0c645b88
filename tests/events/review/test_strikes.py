"""Breaches that follow from what happened, and what follows from them."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from events.fairs.models import Participation
from events.fairs.services import (
    answer_invitation,
    ask_to_take_part,
    check_in,
    close_fair,
    decide_application,
    invite_partners,
    mark_absent,
    withdraw_participation,
)
from events.review.models import HouseRules, Strike
from events.review.services import (
    AppealConflict,
    AppealRefused,
    Barred,
    RulesFacts,
    StrikeConflict,
    answer_appeal,
    barred_until,
    note_strikes,
    note_strikes_of_fair,
    raise_appeal,
    set_rules,
    waive_strike,
)
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import UserFactory, member_of
from tests.factories_events import (
    MORNING,
    AbsenceFactory,
    FairFactory,
    ParticipationFactory,
    SlotFactory,
    StrikeFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    fair = FairFactory(status="scheduled")
    SlotFactory(fair=fair, starts_at=MORNING)
    return fair


@pytest.fixture
def organizer(fair):
    return member_of(fair.organizer, role="organizer")


def kinds_of(row):
    return list(Strike.objects.filter(participation=row).values_list("kind", flat=True))


@pytest.mark.parametrize(("hours", "expected"), [(23, ["late_cancel"]), (25, [])])
def test_withdrawing_is_a_breach_only_after_the_free_time(fair, hours, expected, django_capture_on_commit_callbacks):
    row = ParticipationFactory(fair=fair)
    person = member_of(row.organization)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_participation(participation_id=row.pk, actor=person, at=MORNING - timedelta(hours=hours))
    assert kinds_of(row) == expected
    assert Notification.objects.filter(recipient=person, event="strike_noted").count() == len(expected)


def test_being_taken_off_by_the_organizer_is_no_breach(fair, organizer, django_capture_on_commit_callbacks):
    row = ParticipationFactory(fair=fair)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_participation(participation_id=row.pk, actor=organizer, at=MORNING - timedelta(hours=1))
    assert kinds_of(row) == []


def test_declining_late_and_asking_again_is_no_way_around_the_breach(fair, django_capture_on_commit_callbacks):
    type(fair).objects.filter(pk=fair.pk).update(status="registration")
    row = ParticipationFactory(fair=fair)
    person = member_of(row.organization)
    act = {"actor": person, "at": MORNING - timedelta(hours=1)}
    with django_capture_on_commit_callbacks(execute=True):
        answer_invitation(participation_id=row.pk, accept=False, **act)
    assert kinds_of(row) == ["late_cancel"]
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_take_part(fair_id=fair.pk, organization_id=row.organization_id, **act)
        withdraw_participation(participation_id=row.pk, **act)
    assert kinds_of(row) == ["late_cancel"]
    with django_capture_on_commit_callbacks(execute=True):
        ask_to_take_part(fair_id=fair.pk, organization_id=row.organization_id, **act)
        runs = member_of(fair.organizer, role="organizer")
        decide_application(participation_id=row.pk, accept=True, **{**act, "actor": runs})
    assert kinds_of(row) == []  # it has a place again and comes


def test_asking_again_after_having_been_taken_off_is_no_breach(fair, organizer, django_capture_on_commit_callbacks):
    type(fair).objects.filter(pk=fair.pk).update(status="registration")
    row = ParticipationFactory(fair=fair)
    late = MORNING - timedelta(hours=1)
    with django_capture_on_commit_callbacks(execute=True):
        withdraw_participation(participation_id=row.pk, actor=organizer, at=late)
        person = member_of(row.organization)
        ask_to_take_part(fair_id=fair.pk, organization_id=row.organization_id, actor=person, at=late)
    assert kinds_of(row) == []


@pytest.mark.parametrize(("minutes", "expected"), [(121, ["late"]), (120, [])])
def test_late_counts_from_the_first_time_at_which_it_had_said_to_be_there(fair, minutes, expected):
    later = SlotFactory(fair=fair, starts_at=MORNING + timedelta(hours=1))
    came = {"status": "attended", "checked_in_at": MORNING + timedelta(minutes=minutes)}
    row = ParticipationFactory(fair=fair, **came)
    AbsenceFactory(participation=row, slot=fair.slots.order_by("starts_at").first())
    other_time = ParticipationFactory(fair=fair, **came)
    AbsenceFactory(participation=other_time, slot=later)
    note_strikes_of_fair(fair_id=fair.pk, at=NOON)
    assert (kinds_of(row), kinds_of(other_time)) == (expected, ["late"])


@pytest.mark.parametrize(
    "facts",
    [{"origin": "walk_in"}, {"answered_at": MORNING + timedelta(hours=3)}, {"waitlisted_at": MORNING}],
    ids=["walk-in", "had not answered", "waited for a place"],
)
def test_who_had_not_promised_to_come_is_neither_late_nor_missed(fair, facts):
    type(fair).objects.filter(pk=fair.pk).update(status="closed")
    came = {"status": "attended", "checked_in_at": MORNING + timedelta(hours=3)}
    unasked = [
        ParticipationFactory(fair=fair, **came, **facts),
        ParticipationFactory(fair=fair, status="absent", **facts),
    ]
    promised = [ParticipationFactory(fair=fair, **came), ParticipationFactory(fair=fair, status="absent")]
    note_strikes_of_fair(fair_id=fair.pk, at=NOON)
    assert [kinds_of(row) for row in (*unasked, *promised)] == [[], [], ["late"], ["absent"]]


@pytest.mark.parametrize(("minutes", "expected"), [(61, ["late"]), (60, [])])
def test_checking_in_late_is_a_breach(fair, organizer, minutes, expected, django_capture_on_commit_callbacks):
    row = ParticipationFactory(fair=fair)
    with django_capture_on_commit_callbacks(execute=True):
        check_in(participation_id=row.pk, actor=organizer, at=MORNING + timedelta(minutes=minutes))
    assert kinds_of(row) == expected


def test_a_mistake_at_the_door_put_right_takes_the_breach_back(fair, organizer, django_capture_on_commit_callbacks):
    row = ParticipationFactory(fair=fair)
    late = MORNING + timedelta(hours=2)
    with django_capture_on_commit_callbacks(execute=True):
        check_in(participation_id=row.pk, actor=organizer, at=late)
    assert kinds_of(row) == ["late"]
    with django_capture_on_commit_callbacks(execute=True):
        mark_absent(participation_id=row.pk, actor=organizer, at=late)
        check_in(participation_id=row.pk, actor=organizer, at=MORNING)
    assert kinds_of(row) == []


def test_staying_away_counts_when_the_fair_closes_and_most_were_checked_in(
    fair, organizer, django_capture_on_commit_callbacks
):
    here = [ParticipationFactory(fair=fair, status="attended") for _ in range(2)]
    away = ParticipationFactory(fair=fair)
    type(fair).objects.filter(pk=fair.pk).update(status="live")
    with django_capture_on_commit_callbacks(execute=True):
        close_fair(fair_id=fair.pk, actor=organizer, at=MORNING)
    assert kinds_of(away) == ["absent"]
    assert [kinds_of(row) for row in here] == [[], []]


def test_staying_away_is_not_known_without_a_desk(fair):
    rows = [ParticipationFactory(fair=fair) for _ in range(3)]
    type(fair).objects.filter(pk=fair.pk).update(status="closed")
    assert note_strikes_of_fair(fair_id=fair.pk, at=NOON) == []
    Participation.objects.filter(pk__in=[row.pk for row in rows[:2]]).update(status="attended", checked_in_at=MORNING)
    assert len(note_strikes_of_fair(fair_id=fair.pk, at=NOON)) == 1


def test_noting_twice_changes_nothing(fair):
    row = ParticipationFactory(fair=fair, status="attended", checked_in_at=MORNING + timedelta(hours=3))
    assert len(note_strikes(participation_id=row.pk, at=NOON)) == 1
    assert note_strikes(participation_id=row.pk, at=NOON) == []
    assert note_strikes_of_fair(fair_id=fair.pk, at=NOON) == []
    assert kinds_of(row) == ["late"]


def test_noting_a_fair_costs_the_same_for_one_and_for_ten(fair, django_assert_num_queries):
    late = {"status": "attended", "checked_in_at": MORNING}
    ParticipationFactory(fair=fair, **late)
    with django_assert_num_queries(10):
        note_strikes_of_fair(fair_id=fair.pk, at=NOON)
    for _ in range(9):
        ParticipationFactory(fair=fair, **late)
    with django_assert_num_queries(10):
        note_strikes_of_fair(fair_id=fair.pk, at=NOON)


def test_two_breaches_bar_from_the_next_fair_until_one_is_waived(fair, organizer):
    now = timezone.now()
    first = StrikeFactory(participation__fair=FairFactory(organizer=fair.organizer), noted_at=now)
    firm = first.participation.organization
    again = FairFactory(organizer=fair.organizer)
    invite = {"fair_id": fair.pk, "organization_ids": [firm.pk], "actor": organizer, "at": NOON}
    second = StrikeFactory(participation=ParticipationFactory(fair=again, organization=firm), noted_at=now)
    with pytest.raises(Barred):
        invite_partners(**invite)
    waive_strike(strike_id=second.pk, reason="台风", actor=organizer, at=NOON)
    assert len(invite_partners(**invite)) == 1


def test_a_bar_ends_after_its_months_and_another_organizer_knows_none(fair):
    other = FairFactory()
    first = StrikeFactory(participation__fair=FairFactory(organizer=fair.organizer), noted_at=MORNING)
    firm = first.participation.organization
    late = ParticipationFactory(fair=FairFactory(organizer=fair.organizer), organization=firm)
    StrikeFactory(participation=late, noted_at=MORNING)
    assert barred_until(firm.pk, fair.organizer_id, today=date(2025, 5, 16)) == date(2025, 5, 17)
    assert barred_until(firm.pk, fair.organizer_id, today=date(2025, 5, 17)) is None
    assert barred_until(firm.pk, other.organizer_id, today=date(2024, 6, 1)) is None
    rules = RulesFacts(strikes_to_bar=0)
    set_rules(organizer_id=fair.organizer_id, facts=rules, actor=UserFactory(), at=NOON)
    assert barred_until(firm.pk, fair.organizer_id, today=date(2024, 6, 1)) is None
    assert HouseRules.objects.get(organizer=fair.organizer).strikes_to_bar == 0


def test_an_upheld_appeal_waives_and_a_refused_one_says_why(fair, organizer):
    strikes = [StrikeFactory(participation=ParticipationFactory(fair=fair), noted_at=NOON) for _ in range(2)]
    people = [member_of(strike.participation.organization) for strike in strikes]
    appeals = [
        raise_appeal(strike_id=strike.pk, text="车坏了", actor=person, at=NOON)
        for strike, person in zip(strikes, people, strict=True)
    ]
    answer_appeal(appeal_id=appeals[0].pk, upheld=True, answer="", actor=organizer, at=NOON)
    with pytest.raises(AppealRefused) as refusal:
        answer_appeal(appeal_id=appeals[1].pk, upheld=False, answer=" ", actor=organizer, at=NOON)
    assert refusal.value.field == "answer"
    answer_appeal(appeal_id=appeals[1].pk, upheld=False, answer="没有通知", actor=organizer, at=NOON)
    assert list(Strike.objects.standing()) == [strikes[1]]
    assert Notification.objects.filter(recipient=people[1], event="appeal_refused").count() == 1
    with pytest.raises(AppealConflict):
        answer_appeal(appeal_id=appeals[1].pk, upheld=True, answer="", actor=organizer, at=NOON)


def test_an_appeal_comes_in_time_once_and_from_the_organization(fair, organizer):
    strike = StrikeFactory(participation=ParticipationFactory(fair=fair), noted_at=NOON)
    person = member_of(strike.participation.organization)
    for actor, at in ((organizer, NOON), (person, NOON + timedelta(days=11))):
        with pytest.raises(AppealRefused):
            raise_appeal(strike_id=strike.pk, text="堵车", actor=actor, at=at)
    raise_appeal(strike_id=strike.pk, text="堵车", actor=person, at=NOON + timedelta(days=10))
    with pytest.raises(AppealConflict):
        raise_appeal(strike_id=strike.pk, text="堵车", actor=person, at=NOON)


def test_waive_strike_twice_is_a_conflict(organizer):
    strike = StrikeFactory()
    waive_strike(strike_id=strike.pk, reason="误记", actor=organizer, at=NOON)
    with pytest.raises(StrikeConflict):
        waive_strike(strike_id=strike.pk, reason="误记", actor=organizer, at=NOON)


def test_pages_lead_from_the_breach_to_the_answer(client, fair, organizer):
    row = ParticipationFactory(fair=fair)
    strike = StrikeFactory(participation=row, noted_at=timezone.now())
    page = reverse("review:strike", args=[strike.pk])
    client.force_login(member_of(row.organization))
    assert client.post(reverse("review:appeal", args=[strike.pk]), {"text": ""}).status_code == 200
    assert client.post(reverse("review:appeal", args=[strike.pk]), {"text": "堵车两小时"}).status_code == 302
    client.force_login(organizer)
    assert "堵车两小时" in client.get(page).content.decode()
    answered = client.post(reverse("review:answer", args=[strike.pk]), {"upheld": "1", "answer": "同意"})
    assert answered.status_code == 302
    assert Strike.objects.get(pk=strike.pk).waived_at is not None
