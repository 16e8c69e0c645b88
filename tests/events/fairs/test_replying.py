"""The reply page of a letter: who holds the link, what it shows, what it takes."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from events.fairs.models import Fair, FairStatus, Participation
from events.fairs.replies import LinkVoid, opened, reply_path, token_of
from events.fairs.services import LinkHolder, NotTheirs, answer_invitation, void_links
from events.fairs.views.replying import MOST_REPLIES
from portal.audit.models import AuditEvent
from tests.conftest import NOON
from tests.factories_events import DelegateFactory, FairFactory, ParticipationFactory, SlotFactory, organizer_person

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("clean_cache")]
TOMORROW, YESTERDAY = timedelta(days=1), timedelta(days=-1)


@pytest.fixture
def row() -> Participation:
    today = timezone.localdate()
    fair = FairFactory(starts_on=today + 9 * TOMORROW, ends_on=today + 9 * TOMORROW, answers_due=today)
    SlotFactory(fair=fair)
    invited: Participation = ParticipationFactory(fair=fair, status="invited")
    return invited


def _names(*names: str) -> dict[str, str]:
    rows = {f"people-{n}-name": name for n, name in enumerate(names)}
    return rows | {"people-TOTAL_FORMS": str(len(names)), "people-INITIAL_FORMS": "0"}


def test_opened_gives_the_participation_of_a_link_and_of_no_other(row: Participation) -> None:
    token = token_of(row.public_id, row.reply_serial)
    found, holder = opened(token)
    assert (found, holder) == (row, LinkHolder(row.pk, 1))
    for wrong in (token[:-1], token.replace("~1", "~2"), "", "~.", "x" * 300, token_of(row.public_id, 2)):
        with pytest.raises(LinkVoid):
            opened(wrong)


def test_reply_page_takes_the_answer_without_an_account(client: Client, row: Participation) -> None:
    url = reply_path(row)
    page = client.get(url).content.decode()
    assert row.organization.legal_name in page
    assert row.fair.registration_place in page
    assert row.fair.duty_contact in page
    assert client.post(url, {"accept": "1", "delegates": "0", "note": ""}).status_code == 200
    assert Participation.objects.get().status == "invited"
    assert client.post(url, {"accept": "1", "delegates": "3", "note": "两辆车"}).status_code == 302
    row.refresh_from_db()
    assert (row.status, row.delegates, row.note) == ("confirmed", 3, "两辆车")
    event = AuditEvent.objects.get(verb="participation.answered")
    assert (event.actor, event.data["by_link"], event.data["on_behalf"]) == (None, True, False)


def test_reply_page_takes_absences_and_names_and_shows_no_name(client: Client, row: Participation) -> None:
    url, token = reply_path(row), token_of(row.public_id, 1)
    client.post(url, {"accept": "1", "delegates": "2", "note": "内部备注"})
    slot = row.fair.slots.get()
    client.post(reverse("fairs:reply_absences", args=[token]), {"slots": [slot.pk, "²", "9" * 30]})
    client.post(reverse("fairs:reply_names", args=[token]), _names("王校长", "李主任"))
    assert list(row.absences.values_list("slot", flat=True)) == [slot.pk]
    people = list(row.people.values_list("rank", "name", "is_leader"))
    assert people == [(1, "王校长", True), (2, "李主任", False)]
    page = client.get(url).content.decode()
    assert "王校长" not in page
    assert "内部备注" not in page
    assert client.post(reverse("fairs:reply_names", args=[token]), _names("")).status_code == 200
    assert client.post(reverse("fairs:reply_names", args=[token]), {}).status_code == 200
    assert row.people.count() == 2


def test_a_link_is_void_once_the_organizer_makes_a_new_one(client: Client, row: Participation) -> None:
    old = reply_path(row)
    assert client.get(old).status_code == 200
    void_links(participation_id=row.pk, actor=organizer_person(row.fair), at=NOON)
    assert client.get(old).status_code == 404
    assert client.post(old, {"accept": "1", "delegates": "2"}).status_code == 404
    row.refresh_from_db()
    assert client.get(reply_path(row)).status_code == 200
    with pytest.raises(NotTheirs):  # opened before, sent after
        answer_invitation(participation_id=row.pk, accept=True, actor=LinkHolder(row.pk, 1), at=NOON)
    assert Participation.objects.get().status == "invited"


def test_a_link_answers_for_one_participation_only(row: Participation) -> None:
    other = ParticipationFactory(fair=row.fair, status="invited")
    with pytest.raises(NotTheirs):
        answer_invitation(participation_id=other.pk, accept=True, actor=LinkHolder(row.pk, 1), at=NOON)
    assert answer_invitation(participation_id=row.pk, accept=True, actor=LinkHolder(row.pk, 1), at=NOON)


@pytest.mark.parametrize("late", ["due", "closed"])
def test_reply_page_says_whom_to_call_once_it_is_too_late(client: Client, row: Participation, late: str) -> None:
    if late == "due":
        Fair.objects.update(answers_due=timezone.localdate() + YESTERDAY)
    else:
        Fair.objects.update(status=FairStatus.MATCHING)
    page = client.get(reply_path(row)).content.decode()
    assert page.count(row.fair.duty_contact) == 2
    assert client.post(reply_path(row), {"accept": "1", "delegates": "2", "note": ""}).status_code == 200
    assert Participation.objects.get().status == "invited"


def test_whoever_comes_can_still_withdraw_by_the_link_after_the_closing(client: Client, row: Participation) -> None:
    url = reply_path(row)
    client.post(url, {"accept": "1", "delegates": "2", "note": ""})
    Fair.objects.update(status=FairStatus.MATCHING)
    assert client.post(url, {"accept": "0", "delegates": "1"}).status_code == 302
    row.refresh_from_db()
    assert row.status == "cancelled"
    assert row.withdrawn_at is not None
    assert client.get(url).status_code == 200


def test_a_link_used_too_often_has_to_wait(client: Client, row: Participation) -> None:
    answer = {"accept": "1", "delegates": "2", "note": ""}
    for _ in range(MOST_REPLIES):
        assert client.post(reply_path(row), answer).status_code == 302
    assert client.post(reply_path(row), answer).status_code == 429
    other = ParticipationFactory(fair=row.fair, status="invited")
    assert client.post(reply_path(other), answer).status_code == 302


def test_reply_page_takes_few_queries(client: Client, row: Participation, django_assert_max_num_queries) -> None:
    Participation.objects.update(status="confirmed", answered_at=NOON)
    DelegateFactory(participation=row)
    with django_assert_max_num_queries(12):
        assert client.get(reply_path(row)).status_code == 200
