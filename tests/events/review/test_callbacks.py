"""Call-backs, and the review of a fair."""

from __future__ import annotations

import io
from datetime import date

import pytest
from django.urls import reverse
from python_calamine import CalamineWorkbook

from events.meetings.models import OutcomeLevel
from events.review.models import CallBack
from events.review.selectors import funnel
from events.review.services import (
    CallBackConflict,
    CallBackRefused,
    change_call_back,
    drop_call_back,
    finish_call_back,
    plan_call_backs,
    remind_of_call_backs,
)
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import member_of
from tests.factories_events import CallBackFactory, FairFactory, OutcomeFactory, ParticipationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def fair():
    return FairFactory(status="closed")


@pytest.fixture
def organizer(fair):
    return member_of(fair.organizer, role="organizer")


def test_plan_call_backs_adds_what_is_missing_and_leaves_what_is_there(fair, organizer):
    outcomes = [OutcomeFactory(fair=fair, level=level) for level in (0, 1, 2)]
    plan = {"fair_id": fair.pk, "actor": organizer, "at": NOON}
    assert plan_call_backs(days=(30,), least=OutcomeLevel.INTENT, **plan) == 1
    assert plan_call_backs(**plan) == 5
    assert plan_call_backs(**plan) == 0
    assert not CallBack.objects.filter(outcome=outcomes[0]).exists()
    due = list(CallBack.objects.filter(outcome=outcomes[2]).values_list("due_on", flat=True))
    assert due == [date(2024, 6, 17), date(2024, 8, 16), date(2025, 5, 18)]
    with pytest.raises(CallBackRefused):
        plan_call_backs(days=(0,), **plan)


def test_finish_call_back_notes_once_and_raises_the_outcome(fair, organizer):
    row = CallBackFactory(outcome=OutcomeFactory(fair=fair, level=1, headcount=3))
    done = {"call_back_id": row.pk, "finding": "已签约", "actor": organizer, "at": NOON}
    finish_call_back(level=OutcomeLevel.SIGNED, **done)
    row.outcome.refresh_from_db()
    assert (row.outcome.level, row.outcome.headcount, row.outcome.version) == (4, 3, 2)
    with pytest.raises(CallBackConflict):
        finish_call_back(**done)
    with pytest.raises(CallBackConflict):
        drop_call_back(call_back_id=row.pk, actor=organizer, at=NOON)


def test_change_call_back_refuses_a_day_that_is_taken(fair, organizer):
    outcome = OutcomeFactory(fair=fair)
    first, second = (CallBackFactory(outcome=outcome, due_on=date(2024, 7, day)) for day in (1, 2))
    change = {"note": "", "actor": organizer, "at": NOON}
    with pytest.raises(CallBackRefused):
        change_call_back(call_back_id=first.pk, due_on=second.due_on, **change)
    assert change_call_back(call_back_id=first.pk, due_on=date(2024, 7, 3), **change).due_on == date(2024, 7, 3)


def test_organizers_are_told_of_due_call_backs_once(fair, organizer):
    outcome = OutcomeFactory(fair=fair)
    for day in (date(2024, 5, 16), date(2024, 5, 17), date(2024, 5, 18)):
        CallBackFactory(outcome=outcome, due_on=day)
    assert remind_of_call_backs(at=NOON) == 2
    assert remind_of_call_backs(at=NOON) == 0
    told = Notification.objects.get(recipient=organizer, event="call_backs_due")
    assert told.context == {"n": 2}


def test_funnel_counts_organizations_and_pairs(fair):
    school_one, school_two = (OutcomeFactory(fair=fair, level=level).school for level in (3, 1))
    OutcomeFactory(fair=fair, school=school_one, level=2)
    ParticipationFactory(fair=fair, status="declined")
    steps = {str(step.url.rpartition("=")[2]): step for step in funnel(fair)}
    assert (steps["2"].schools, steps["2"].enterprises, steps["2"].total) == (1, 2, 2)
    assert (steps["3"].schools, steps["3"].enterprises, steps["3"].total) == (1, 1, 1)
    assert steps["4"].total == 0
    assert funnel(fair)[0].total - funnel(fair)[1].total == 1
    assert school_two.pk


def test_pages_plan_list_export_and_finish(client, fair, organizer):
    outcome = OutcomeFactory(fair=fair, note="=1+1")
    client.force_login(organizer)
    plan = reverse("review:plan", args=[fair.slug])
    assert client.post(plan, {"days": "soon", "least": "1"}).status_code == 200
    assert client.post(plan, {"days": "30 90", "least": "1"}).status_code == 302
    listed = client.get(reverse("review:call_backs"), {"when": "open", "fair": fair.slug}).content.decode()
    assert listed.count(outcome.school.organization.legal_name) == 2
    row = CallBack.objects.order_by("due_on")[0]
    finish = reverse("review:finish", args=[row.pk])
    assert client.post(finish, {"finding": ""}).status_code == 200
    assert client.post(finish, {"finding": "=5月实习", "level": "3"}).status_code == 302
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(reverse("review:export")).getvalue()))
    rows = book.get_sheet_by_index(0).to_python()
    assert [line[7] for line in rows[1:]] == ["=5月实习", ""]


def test_panel_of_another_organizers_fair_is_not_there(client, fair, organizer):
    client.force_login(organizer)
    assert client.get(reverse("review:panel", args=[fair.slug])).status_code == 200
    assert client.get(reverse("review:panel", args=[FairFactory(status="closed").slug])).status_code == 404
