from __future__ import annotations

import pytest
from django.urls import reverse

from portal.notifications.models import Notification
from portal.notifications.services import notify
from tests.conftest import NOON
from tests.factories import UserFactory

INBOX = "/notifications/"


@pytest.fixture
def person(db):
    return UserFactory()


@pytest.fixture
def client(client, person):
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def tell(*people, name="长盈精密", url=""):
    notify(recipients=people, event="organization_approved", at=NOON, context={"organization": name}, url=url)


def test_inbox_shows_own_messages_newest_first(client, person):
    tell(person, name="甲")
    tell(person, name="乙")
    tell(UserFactory(), name="丙")
    body = client.get(INBOX).content.decode()
    assert body.index("乙 has been approved.") < body.index("甲 has been approved.")
    assert "丙" not in body


def test_inbox_speaks_the_language_of_the_page(client, person):
    tell(person)
    assert "长盈精密 has been approved." in client.get(INBOX).content.decode()


def test_inbox_escapes_what_people_entered(client, person):
    tell(person, name='"><img onerror=1>')
    assert "<img onerror" not in client.get(INBOX).content.decode()


def test_message_leads_to_what_it_tells_of(client, person):
    tell(person, url="/organizations/7/")
    assert 'href="/organizations/7/"' in client.get(INBOX).content.decode()


def test_inbox_pages_by_key(client, person):
    for _ in range(30):
        tell(person)
    first = client.get(INBOX).context["page"]
    second = client.get(INBOX, {"after": first.next}).context["page"]
    assert [*first.rows, *second.rows] == list(Notification.objects.order_by("-id"))
    assert second.next == ""


def test_reading_all_marks_own_messages_only(client, person):
    other = UserFactory()
    tell(person, other)
    assert '<span class="unread">1</span>' in client.get(INBOX).content.decode()
    answer = client.post(reverse("notifications:read"), follow=True)
    body = answer.content.decode()
    assert "1 message marked as read." in body
    assert 'class="unread"' not in body
    assert Notification.objects.filter(recipient=other).unread().count() == 1


def test_reading_all_needs_a_post(client, person):
    tell(person)
    assert client.get(reverse("notifications:read")).status_code == 405
    assert Notification.objects.unread().count() == 1


@pytest.mark.parametrize("rows", [1, 3])
def test_inbox_asks_the_database_seldom(client, person, rows, django_assert_max_num_queries):
    tell(*[person] * rows)
    with django_assert_max_num_queries(5):
        client.get(INBOX)
