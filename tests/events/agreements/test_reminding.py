from __future__ import annotations

import os
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from events.agreements.facts import FundingFacts, InstalmentFacts
from events.agreements.models import Agreement, AgreementFile, AgreementReminder, AgreementText
from events.agreements.reminding import remind, stage_of
from events.agreements.services import (
    draft_from_outcome,
    open_extension,
    plan_milestone,
    reach_milestone,
    record_payment,
    update_agreement,
)
from events.agreements.sweeping import sweep
from events.agreements.tasks import follow_agreements
from events.agreements.terms import facts_of
from portal.notifications.events import sentence_of
from portal.notifications.models import Delivery, Notification
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, party, sign

ONE_TEST_AT_A_TIME = pytest.mark.django_db
pytestmark = pytest.mark.usefixtures("in_english")
END = date(2025, 5, 16)


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def signed(world) -> Agreement:
    """In force from 17 May 2024 to 16 May 2025, with 1,000 yuan in two instalments."""
    agreement = draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)
    parts = (InstalmentFacts(date(2024, 8, 1), Decimal(400)), InstalmentFacts(date(2025, 3, 1), Decimal(600)))
    money = FundingFacts("second", "first", "职业培训基金", Decimal(1000), parts)
    facts = replace(facts_of(agreement.texts.get().content), funding=(money,))
    update_agreement(agreement=agreement, version=1, facts=facts, actor=world.organizer, at=NOON)
    approve_all(agreement, world.organizer)
    signed = sign(agreement, world.organizer)
    AgreementText.objects.filter(agreement=agreement).update(settled_at=NOON)
    Notification.objects.all().delete()
    return signed


def on(day: date) -> datetime:
    """Noon of a day in Shanghai."""
    return datetime(day.year, day.month, day.day, 4, tzinfo=UTC)


def told(event: str) -> list[str]:
    """The sentences of an event, each for one person, and who they are for."""
    rows = Notification.objects.filter(event=event).order_by("pk")
    return [sentence_of(row.event, row.context) for row in rows]


def days_of(kind: str) -> list[tuple[date, str, int]]:
    rows = AgreementReminder.objects.filter(kind=kind).order_by("due_on", "-days_before")
    return list(rows.values_list("due_on", "subject", "days_before"))


@pytest.mark.parametrize(
    ("left", "expected"), [(91, None), (90, 90), (31, 90), (30, 30), (8, 30), (7, 7), (0, 7), (-1, None)]
)
def test_a_step_is_reached_on_its_day_and_holds_until_the_next(left, expected):
    due = date(2025, 5, 16)

    assert stage_of(due, due - timedelta(days=left), date(2024, 1, 1)) == expected


def test_a_step_before_the_text_was_valid_is_passed_over():
    due = date(2025, 5, 16)
    since = due - timedelta(days=60)

    assert [stage_of(due, due - timedelta(days=left), since) for left in (60, 31, 30)] == [None, None, 30]


@ONE_TEST_AT_A_TIME
def test_every_day_of_a_year_sends_each_reminder_once(world, signed):
    Agreement.objects.update(last_activity_at=on(END))  # not dormant: that is another test
    day = NOON.date()
    while day <= END:
        remind(at=on(day))
        day += timedelta(days=8)  # rounds are missed, and steps are made up for
    remind(at=on(END + timedelta(days=1)))
    remind(at=on(END + timedelta(days=1)))

    assert days_of("end") == [(END, "", 90), (END, "", 30), (END, "", 7)]
    assert days_of("instalment") == [
        (date(2024, 8, 1), "1/1", 30),
        (date(2024, 8, 1), "1/1", 7),
        (date(2024, 8, 1), "1/1", -1),
        (date(2025, 3, 1), "1/2", 90),
        (date(2025, 3, 1), "1/2", 30),
        (date(2025, 3, 1), "1/2", 7),
        (date(2025, 3, 1), "1/2", -1),
    ]
    people = {world.teacher.pk, world.hr.pk}
    assert Counter(Notification.objects.values_list("recipient", flat=True)) == dict.fromkeys(people, 10)
    assert Delivery.objects.count() == 20


@ONE_TEST_AT_A_TIME
def test_a_message_says_what_and_leads_to_where(world, signed):
    Agreement.objects.update(last_activity_at=on(END))
    record_payment(funding=signed.funding.get(), paid_on=NOON.date(), amount=Decimal(150), actor=world.hr, at=NOON)
    Notification.objects.all().delete()

    remind(at=on(date(2024, 7, 25)))

    said = "ZQ-2024-0001, 校企合作意向协议: of instalment 1 for 职业培训基金, 250.00 yuan are due on 2024-08-01."
    assert told("agreement_instalment_due") == [said, said]
    assert set(Notification.objects.values_list("url", flat=True)) == {f"/agreements/{signed.pk}/money/"}
    remind(at=on(date(2024, 8, 2)))
    assert "were due on 2024-08-01" in told("agreement_instalment_overdue")[0]
    remind(at=on(date(2025, 4, 16)))
    assert "ends on 2025-05-16, in 30 days" in told("agreement_ends_soon")[0]


@ONE_TEST_AT_A_TIME
def test_what_is_paid_or_reached_is_not_reminded_of(world, signed):
    Agreement.objects.update(last_activity_at=on(END))
    record_payment(funding=signed.funding.get(), paid_on=NOON.date(), amount=Decimal(400), actor=world.hr, at=NOON)
    soon = date(2024, 7, 30)
    milestones = [
        plan_milestone(agreement=signed, title=title, due_on=soon, actor=world.hr, at=NOON)
        for title in ("挂牌", "开班")
    ]
    reach_milestone(milestone=milestones[0], done_on=NOON.date(), actor=world.hr, at=NOON)
    Notification.objects.all().delete()

    sent = [remind(at=on(soon - timedelta(days=days))) for days in (8, 7, 6)]

    assert sent == [0, 1, 0]
    assert ["开班" in sentence for sentence in told("agreement_milestone_due")] == [True, True]


@ONE_TEST_AT_A_TIME
def test_the_day_changes_at_midnight_in_shanghai(signed):
    Agreement.objects.update(last_activity_at=on(END))
    last_minute, midnight = datetime(2025, 2, 14, 15, 59, tzinfo=UTC), datetime(2025, 2, 14, 16, 0, tzinfo=UTC)
    remind(at=last_minute)
    assert days_of("end") == []  # 91 days are left there

    remind(at=midnight)

    assert days_of("end") == [(END, "", 90)]


@ONE_TEST_AT_A_TIME
def test_an_extended_agreement_is_reminded_of_its_new_end(world, signed):
    Agreement.objects.update(last_activity_at=on(END))
    remind(at=on(END - timedelta(days=7)))
    later, at = date(2025, 12, 31), on(END - timedelta(days=6))
    open_extension(agreement=signed, party=party(signed), ends_on=later, reason="延期", actor=world.teacher, at=at)
    approve_all(signed, world.organizer, at=at)
    sign(signed, world.organizer, at=at)

    sent = [remind(at=on(later - timedelta(days=days))) for days in (100, 90)]

    assert (sent[1], days_of("end")) == (1, [(END, "", 7), (later, "", 90)])


@ONE_TEST_AT_A_TIME
def test_a_silent_agreement_is_marked_and_told_to_parties_and_organizer_once(world, signed):
    AgreementReminder.objects.all().delete()
    quiet = Agreement.objects.get().last_activity_at + timedelta(days=180)
    signed.funding.get().instalments.all().delete()
    remind(at=quiet - timedelta(minutes=1))
    assert told("agreement_dormant") == []

    for _ in range(3):
        remind(at=quiet + timedelta(hours=1))

    recipients = Notification.objects.filter(event="agreement_dormant").values_list("recipient", flat=True)
    assert sorted(recipients) == sorted([world.teacher.pk, world.hr.pk, world.organizer.pk])
    assert Agreement.objects.get().dormant_since is not None


@ONE_TEST_AT_A_TIME
def test_a_round_that_broke_off_after_marking_is_made_up_for(world, signed):
    Agreement.objects.update(dormant_since=date(2024, 12, 1))

    assert remind(at=on(date(2024, 12, 2))) >= 1
    assert len(told("agreement_dormant")) == 3


@pytest.mark.django_db(transaction=True)
def test_two_rounds_at_once_send_each_reminder_once(world, signed):
    Agreement.objects.update(last_activity_at=on(END))
    for number in range(5):
        title, day = f"第{number}步", date(2024, 7, 25) + timedelta(days=number)
        plan_milestone(agreement=signed, title=title, due_on=day, actor=world.hr, at=NOON)
    Notification.objects.all().delete()

    def round_(_number: int) -> int:
        try:
            return remind(at=on(date(2024, 7, 25)))
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        sent = list(pool.map(round_, range(4)))

    assert sum(sent) == 6  # five milestones and the instalment, whoever sent them
    assert Notification.objects.count() == 12


@ONE_TEST_AT_A_TIME
def test_the_hourly_round_moves_what_the_day_has_changed(world, signed):
    follow_agreements()  # by the machine's clock the period is long over
    follow_agreements()

    signed.refresh_from_db()
    assert (signed.status, signed.ended_on) == ("expired", END)
    assert len(told("agreement_expired")) == 2


# --- files that no row names --------------------------------------------------------------------------------------


@ONE_TEST_AT_A_TIME
def test_files_that_no_row_names_go_after_a_day(world, signed):
    kept = AgreementFile.objects.earliest("pk").file.name
    orphan = default_storage.save("agreements/2024/05/orphan.pdf", ContentFile(b"left behind"))
    young = default_storage.save("agreements/2024/05/young.pdf", ContentFile(b"being written"))
    elsewhere = default_storage.save("jobs/2024/05/result.pdf", ContentFile(b"of another slice"))
    now = datetime.now(UTC)
    old = (now - timedelta(days=2)).timestamp()
    for name in (kept, orphan, elsewhere):
        os.utime(default_storage.path(name), (old, old))

    assert (sweep(at=now), sweep(at=now)) == (1, 0)
    assert [default_storage.exists(name) for name in (kept, orphan, young, elsewhere)] == [True, False, True, True]


@ONE_TEST_AT_A_TIME
def test_a_sweep_without_any_file_is_no_error(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "nothing"

    assert sweep(at=NOON) == 0
