"""The waiting list: who gets a place, who waits, who moves up; asking for a place without an invitation."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.fairs.guests import waiting_places
from events.fairs.models import Fair, FairStatus, Origin, Participation
from events.fairs.services import (
    AlreadyInFair,
    AnswerConflict,
    InvitationRefused,
    NotTheirs,
    answer_invitation,
    ask_to_take_part,
    decide_application,
    move_up,
    withdraw_participation,
)
from events.fairs.services.reminding import remind_due
from portal.notifications.models import Notification
from tests.conftest import NOON
from tests.factories import EnterpriseFactory, SchoolFactory, UserFactory, member_of
from tests.factories_events import (
    FairFactory,
    OrganizerFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


def _accept(row: Participation, minute: int = 0) -> str:
    at = NOON + timedelta(minutes=minute)
    return answer_invitation(participation_id=row.pk, accept=True, actor=people_of(row), at=at).status


def _full(places: int = 1, waiting: int = 2) -> tuple[list[Participation], list[Participation]]:
    """A fair whose places for enterprises are taken, and those who wait, the first one first."""
    fair = FairFactory(most_enterprises=places)
    rows = [ParticipationFactory(fair=fair, status="invited") for _ in range(places + waiting)]
    for minute, row in enumerate(rows):
        _accept(row, minute)
    return rows[:places], rows[places:]


def test_accepting_beyond_the_places_waits_in_order_and_the_other_side_does_not() -> None:
    coming, waiting = _full(places=1, waiting=2)
    statuses = Participation.objects.filter(pk__in=[row.pk for row in coming + waiting]).order_by("pk")
    assert [row.status for row in statuses] == ["confirmed", "waitlisted", "waitlisted"]
    assert waiting_places(coming[0].fair) == {waiting[0].pk: 1, waiting[1].pk: 2}
    school = SchoolParticipationFactory(fair=coming[0].fair, status="invited")
    assert _accept(school) == "confirmed"
    assert Notification.objects.filter(event="fair_waitlisted").count() == 2


def test_accepting_again_keeps_the_place_on_the_list_and_in_the_fair() -> None:
    (coming,), (first, second) = _full()
    assert _accept(first, minute=50) == "waitlisted"
    assert _accept(coming, minute=51) == "confirmed"
    assert waiting_places(coming.fair) == {first.pk: 1, second.pk: 2}


@pytest.mark.parametrize("leave", ["withdraw", "decline"])
def test_whoever_leaves_makes_room_for_the_first_of_the_list(leave: str) -> None:
    (coming,), (first, second) = _full()
    if leave == "withdraw":
        withdraw_participation(participation_id=coming.pk, actor=people_of(coming), at=NOON)
    else:
        answer_invitation(participation_id=coming.pk, accept=False, actor=people_of(coming), at=NOON)
    first.refresh_from_db()
    second.refresh_from_db()
    coming.refresh_from_db()
    assert (first.status, first.waitlisted_at, second.status) == ("confirmed", None, "waitlisted")
    assert coming.withdrawn_at == NOON
    assert Notification.objects.filter(event="fair_moved_up", url=first.get_absolute_url()).exists()


def test_nobody_moves_up_once_the_timetable_is_published_but_by_the_organizer() -> None:
    (coming,), (first, second) = _full()
    Fair.objects.update(status=FairStatus.SCHEDULED)
    withdraw_participation(participation_id=coming.pk, actor=people_of(coming), at=NOON)
    first.refresh_from_db()
    assert first.status == "waitlisted"
    with pytest.raises(NotTheirs):
        move_up(participation_id=second.pk, actor=people_of(second), at=NOON)
    organizer = organizer_person(coming.fair)
    assert move_up(participation_id=second.pk, actor=organizer, at=NOON).status == "confirmed"
    with pytest.raises(AnswerConflict):
        move_up(participation_id=second.pk, actor=organizer, at=NOON)


def test_a_higher_limit_is_filled_by_the_hourly_look() -> None:
    (coming,), (first, second) = _full()
    Fair.objects.filter(pk=coming.fair_id).update(most_enterprises=2)
    remind_due(at=NOON)
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, second.status) == ("confirmed", "waitlisted")


@pytest.mark.django_db(transaction=True)
def test_two_who_leave_at_once_make_room_for_two_and_no_more() -> None:
    coming, waiting = _full(places=2, waiting=3)
    people = [people_of(row) for row in coming]
    _at_once(
        *(
            lambda row=row, person=person: withdraw_participation(participation_id=row.pk, actor=person, at=NOON)
            for row, person in zip(coming, people, strict=True)
        )
    )
    statuses = Participation.objects.filter(pk__in=[row.pk for row in waiting]).order_by("pk")
    assert [row.status for row in statuses] == ["confirmed", "confirmed", "waitlisted"]
    assert Notification.objects.filter(event="fair_moved_up").count() == 2
    assert coming[0].fair.participations.taking_part().count() == 2


def _at_once(*acts: Callable[[], object]) -> None:
    barrier, errors = Barrier(len(acts)), []

    def run(act: Callable[[], object]) -> None:
        try:
            barrier.wait(10)
            act()
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [Thread(target=run, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []


def _ask(fair: Fair, organization: Any, **changes: Any) -> Participation:
    given = {"fair_id": fair.pk, "organization_id": organization.pk, "actor": member_of(organization), "at": NOON}
    return ask_to_take_part(**given | changes)


def test_ask_to_take_part_waits_for_the_organizer_who_is_told() -> None:
    fair, school = FairFactory(most_schools=1), SchoolFactory()
    organizer = organizer_person(fair)
    row = _ask(fair, school, delegates=3, note="想找数控专业的企业")
    assert (row.status, row.origin, row.delegates) == ("applied", Origin.APPLIED, 3)
    assert Notification.objects.get(recipient=organizer).context["note"] == "想找数控专业的企业"
    with pytest.raises(AlreadyInFair):
        _ask(fair, school)
    with pytest.raises(AnswerConflict):
        answer_invitation(participation_id=row.pk, accept=True, actor=people_of(row), at=NOON)
    decided = decide_application(participation_id=row.pk, accept=True, actor=organizer, at=NOON)
    assert decided.status == "confirmed"
    late = decide_application(participation_id=_ask(fair, SchoolFactory()).pk, accept=True, actor=organizer, at=NOON)
    assert (late.status, late.waitlisted_at) == ("waitlisted", NOON)


def test_ask_to_take_part_again_after_a_refusal() -> None:
    fair, firm = FairFactory(), EnterpriseFactory()
    row = _ask(fair, firm)
    with pytest.raises(NotTheirs):
        decide_application(participation_id=row.pk, accept=True, actor=people_of(row), at=NOON)
    refused = decide_application(
        participation_id=row.pk, accept=False, note="名额已满", actor=organizer_person(fair), at=NOON
    )
    assert refused.status == "cancelled"
    assert Notification.objects.filter(event="fair_not_admitted", context__note="名额已满").exists()
    assert _ask(fair, firm).pk == row.pk


def test_ask_to_take_part_is_refused_to_strangers_late_and_to_other_kinds() -> None:
    fair, firm = FairFactory(answers_due=NOON.date()), EnterpriseFactory()
    with pytest.raises(NotTheirs):
        _ask(fair, firm, actor=UserFactory())
    with pytest.raises(AnswerConflict):
        _ask(fair, firm, at=NOON + timedelta(days=1))
    with pytest.raises(InvitationRefused):
        _ask(fair, OrganizerFactory())
    assert _ask(fair, firm).status == "applied"


def test_apply_page_asks_and_the_organizer_decides_on_the_answers_page(client: Client) -> None:
    fair, firm = FairFactory(), EnterpriseFactory()
    person = member_of(firm)
    client.force_login(person)
    assert reverse("fairs:apply", args=[fair.slug]) in client.get(fair.get_absolute_url()).content.decode()
    url = reverse("fairs:apply", args=[fair.slug])
    wrong = client.post(url, {"organization": firm.pk, "delegates": "99", "note": "找人"})
    assert wrong.status_code == 200
    assert "找人" in wrong.content.decode()
    assert client.post(url, {"organization": firm.pk, "delegates": "2", "note": "找人"}).status_code == 302
    row = Participation.objects.get(organization=firm)
    assert reverse("fairs:apply", args=[fair.slug]) not in client.get(fair.get_absolute_url()).content.decode()
    client.force_login(organizer_person(fair))
    assert "找人" in client.get(row.get_absolute_url()).content.decode()
    client.post(reverse("fairs:decide", args=[row.pk]), {"accept": "1"})
    row.refresh_from_db()
    assert row.status == "confirmed"


def test_apply_page_is_for_those_who_answer_for_a_school_or_an_enterprise(client: Client) -> None:
    fair = FairFactory()
    for person, status in ((UserFactory(), 404), (member_of(SchoolFactory(), role="reader"), 404)):
        client.force_login(person)
        assert client.get(reverse("fairs:apply", args=[fair.slug])).status_code == status
    client.force_login(member_of(SchoolFactory()))
    assert client.get(reverse("fairs:apply", args=[fair.slug])).status_code == 200
    assert timezone.localdate() > fair.starts_on
