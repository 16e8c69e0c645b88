"""Reminders: who owes something, once a day, and three days before it is due by themselves."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.fairs.models import Fair, FairStatus, Participation
from events.fairs.services import (
    About,
    FairStateConflict,
    NothingToRemind,
    NotTheirs,
    answer_invitation,
    remind,
)
from events.fairs.services.reminding import remind_due, to_remind
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories_events import (
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    WishFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def _remind(fair: Fair, about: About = About.ANSWERS, at: datetime = NOON, **more: Any) -> list[int]:
    given = {"fair_id": fair.pk, "about": about, "actor": organizer_person(fair), "at": at} | more
    return sorted(row.pk for row in remind(**given))


def test_remind_tells_those_who_owe_once_a_day() -> None:
    silent = ParticipationFactory(status="invited")
    fair, person = silent.fair, people_of(silent)
    coming = ParticipationFactory(fair=fair)
    assert _remind(fair) == [silent.pk]
    with pytest.raises(NothingToRemind):
        _remind(fair, at=NOON + timedelta(hours=2))
    assert _remind(fair, at=NOON + timedelta(hours=20)) == [silent.pk]  # the next day
    silent.refresh_from_db()
    assert (silent.reminders, Notification.objects.filter(recipient=person, event="fair_answer_due").count()) == (2, 2)
    assert _remind(fair, About.NAMES) == [coming.pk]


def test_remind_of_wishes_and_of_some_only() -> None:
    fair = FairFactory()
    wish = WishFactory(wisher__fair=fair)
    other = SchoolParticipationFactory(fair=fair)
    assert set(to_remind(fair, About.WISHES, NOON)) == {wish.partner, other}
    assert _remind(fair, About.WISHES, only=[other.pk, wish.wisher_id]) == [other.pk]


def test_remind_is_for_the_organizer_while_it_is_asked_for() -> None:
    row = ParticipationFactory(status="invited")
    with pytest.raises(NotTheirs):
        _remind(row.fair, actor=people_of(row))
    Fair.objects.update(status=FairStatus.MATCHING)
    with pytest.raises(FairStateConflict):
        _remind(row.fair)


def test_remind_due_reminds_the_silent_once_in_the_three_days() -> None:
    due = NOON.date() + 3 * DAY
    silent = ParticipationFactory(status="invited", fair__answers_due=due, fair__names_due=due, fair__ends_on=due)
    assert remind_due(at=NOON - DAY) == 0
    assert [remind_due(at=NOON), remind_due(at=NOON), remind_due(at=NOON + DAY)] == [1, 0, 0]
    answer_invitation(participation_id=silent.pk, accept=True, actor=people_of(silent), at=NOON + DAY)
    assert [remind_due(at=NOON + 2 * DAY), remind_due(at=NOON + 3 * DAY), remind_due(at=NOON + 4 * DAY)] == [1, 0, 0]
    told = Notification.objects.filter(event__endswith="_due").values_list("event", flat=True)
    assert list(told) == ["fair_names_due"]  # nobody acted for it when the first one went out
    silent.refresh_from_db()
    assert silent.reminders == 2


def test_reminders_page_counts_before_it_sends(client: Client) -> None:
    row = ParticipationFactory(status="invited")
    client.force_login(organizer_person(row.fair))
    url = reverse("fairs:reminders", args=[row.fair.slug])
    page = client.get(url)
    assert [n for _about, n in page.context["lines"]] == [1, 0, 0]
    client.post(url, {"about": "nonsense"})
    assert Participation.objects.get().reminders == 0
    client.post(url, {"about": "answers"})
    assert Participation.objects.get().reminders == 1


def test_participants_can_be_dealt_with_many_at_once(client: Client) -> None:
    fair = FairFactory()
    rows = [ParticipationFactory(fair=fair, status=status) for status in ("waitlisted", "waitlisted", "declined")]
    client.force_login(organizer_person(fair))
    url, chosen = reverse("fairs:participants_bulk", args=[fair.slug]), [row.pk for row in rows]
    client.post(url, {"rows": chosen, "act": "move_up"})
    states = Participation.objects.order_by("pk").values_list("status", flat=True)
    assert list(states) == ["confirmed", "confirmed", "declined"]
    asked = client.post(url, {"rows": chosen[:1], "act": "take_off"}).content.decode()
    assert rows[0].organization.legal_name in asked
    assert 'name="sure"' in asked
    rows[0].refresh_from_db()
    assert rows[0].status != "cancelled"
    client.post(url, {"rows": chosen[:1], "act": "take_off", "sure": "1"})
    assert list(states.all()) == ["cancelled", "confirmed", "declined"]
    client.post(url, {"rows": chosen, "act": "remind", "about": "names"})
    assert list(Participation.objects.order_by("pk").values_list("reminders", flat=True)) == [0, 1, 0]
    foreign = ParticipationFactory(status="waitlisted")
    for wrong in ({"rows": [foreign.pk], "act": "move_up"}, {"rows": chosen, "act": "x"}, {"act": "letters"}, {}):
        assert client.post(url, wrong).status_code == 302
    foreign.refresh_from_db()
    assert foreign.status == "waitlisted"
