from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend
from django.utils import timezone

from portal.accounts.models import User
from portal.notifications.models import Delivery, DeliveryState, Notification
from portal.notifications.services import LEASE, MAX_ATTEMPTS, deliver, mark_read, notify

pytestmark = pytest.mark.django_db


@pytest.fixture
def people() -> list[User]:
    return [
        User.objects.create_user("li@school.test", name="李老师"),
        User.objects.create_user("smith@firm.test", name="Smith", language="en"),
    ]


def tell(people: list[User], at) -> list[Notification]:
    return notify(
        recipients=people, event="organization_approved", at=at, context={"organization": "昭通职教"}, url="/x/"
    )


def test_deliver_sends_each_message_once_in_the_readers_language(people, noon):
    tell(people, noon)

    assert [deliver(at=noon), deliver(at=noon)] == [2, 0]

    assert [message.to for message in mail.outbox] == [["li@school.test"], ["smith@firm.test"]]
    assert mail.outbox[1].body == "昭通职教 has been approved."
    assert mail.outbox[0].body != mail.outbox[1].body
    assert set(Delivery.objects.values_list("state", flat=True)) == {DeliveryState.SENT}


def test_deliver_keeps_a_message_that_the_server_refused_for_later(people, noon, settings):
    tell(people[:1], noon)
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1  # nobody listens there

    assert deliver(at=noon) == 0

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts) == (DeliveryState.WAITING, 1)
    assert delivery.next_attempt_at > noon

    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert deliver(at=noon + timedelta(hours=1)) == 1


def test_deliver_leaves_a_message_claimed_by_another_worker(people, noon):
    tell(people[:1], noon)
    Delivery.objects.update(attempts=1, next_attempt_at=noon + timedelta(minutes=5))

    assert deliver(at=noon) == 0


def test_mark_read_touches_only_the_readers_own(people, noon):
    tell(people, noon)

    assert mark_read(user=people[0], at=noon) == 1

    assert Notification.objects.get(recipient=people[1]).read_at is None


def test_line_breaks_in_a_text_end_no_subject(people, noon):
    context = {"organization": "First\r\nBcc: all@firm.test\nlast"}
    notify(recipients=people[1:], event="organization_approved", at=noon, context=context)

    assert deliver(at=noon) == 1

    [message] = mail.outbox
    assert message.subject == "Zhiqiao: First Bcc: all@firm.test last has been approved."
    assert (message.bcc, message.message()["Bcc"]) == ([], None)


def test_message_that_cannot_be_made_holds_up_no_other_and_is_given_up(people, noon, caplog):
    notify(recipients=people[:1], event="organization_approved", at=noon, context={})  # its sentence lacks a name
    tell(people[1:], noon)

    assert deliver(at=noon) == 1

    broken = Delivery.objects.get(notification__recipient=people[0])
    assert (broken.state, broken.attempts, broken.error) == (DeliveryState.WAITING, 1, "KeyError: 'organization'")
    assert "KeyError" in caplog.text
    at = noon
    for _ in range(MAX_ATTEMPTS - 1):
        broken.refresh_from_db()
        assert broken.state == DeliveryState.WAITING
        at = broken.next_attempt_at
        deliver(at=at)
    broken.refresh_from_db()
    assert (broken.state, broken.attempts) == (DeliveryState.GIVEN_UP, MAX_ATTEMPTS)


def test_lease_runs_from_the_claim_and_not_from_the_beginning_of_the_batch(people, noon, settings):
    settings.EMAIL_BACKEND = f"{__name__}.LeaseReader"
    LeaseReader.leases.clear()
    tell(people[:1], noon)

    deliver(at=noon)  # a batch that began long ago

    [lease] = LeaseReader.leases
    assert timedelta(minutes=4) < lease - timezone.now() <= LEASE


class LeaseReader(BaseEmailBackend):
    """A mail server that looks until when the message it gets is claimed."""

    leases: ClassVar[list[datetime]] = []

    def send_messages(self, email_messages: Any) -> int:
        self.leases.append(Delivery.objects.get().next_attempt_at)
        return len(email_messages)
