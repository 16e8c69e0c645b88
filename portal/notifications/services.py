"""Write messages with what they tell of, and deliver them outside once the transaction is done."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from portal.accounts.models import User
from portal.notifications.events import sentence_of
from portal.notifications.models import Delivery, DeliveryState, Notification

logger = logging.getLogger(__name__)
MAX_ATTEMPTS = 8
FIRST_RETRY = timedelta(minutes=1)
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Message:
    """What one person is told: a registered event, what its sentence names, and where it leads."""

    recipient: User
    event: str
    context: dict[str, object]
    url: str = ""


def notify(
    *,
    recipients: Iterable[User],
    event: str,
    at: datetime,
    context: dict[str, object] | None = None,
    url: str = "",
) -> list[Notification]:
    """Store one notification a person and its e-mail delivery, or neither if the transaction fails."""
    return notify_each([Message(user, event, context or {}, url) for user in recipients], at=at)


def notify_each(messages: Iterable[Message], *, at: datetime) -> list[Notification]:
    """Store notifications and their e-mail deliveries, or none if the transaction fails; two statements for all."""
    with transaction.atomic(savepoint=False):
        notifications = Notification.objects.bulk_create(
            Notification(recipient=one.recipient, event=one.event, context=one.context, url=one.url, created_at=at)
            for one in messages
        )
        Delivery.objects.bulk_create(
            Delivery(notification=notification, channel="email", next_attempt_at=at) for notification in notifications
        )
    return notifications


def mark_read(*, user: User, at: datetime) -> int:
    """Mark all messages of a person as read; returns how many were new."""
    return Notification.objects.visible_to(user).unread().update(read_at=at)


def deliver(*, at: datetime, limit: int = 200) -> int:
    """Send what waits; each delivery is claimed by a conditional UPDATE, so two workers never send the same.

    The lease runs from the claim, not from the beginning of the batch; one that cannot be sent holds up no other.
    """
    waiting = Delivery.objects.filter(state=DeliveryState.WAITING, next_attempt_at__lte=at).order_by("next_attempt_at")
    sent = 0
    for delivery in waiting.select_related("notification__recipient")[:limit]:
        claimed = Delivery.objects.filter(
            pk=delivery.pk, state=DeliveryState.WAITING, attempts=delivery.attempts
        ).update(attempts=F("attempts") + 1, next_attempt_at=timezone.now() + LEASE)
        if claimed:
            sent += _send(delivery, at)
    return sent


def _send(delivery: Delivery, at: datetime) -> bool:
    """Send one claimed message outside any transaction; a failure is kept and tried again later."""
    row = Delivery.objects.filter(pk=delivery.pk)
    try:
        _as_mail(delivery.notification, key=f"delivery-{delivery.pk}").send()
    except Exception as error:  # of the mail server, or of a message that no mail can be made of
        logger.exception("delivery %s: attempt %s failed", delivery.pk, delivery.attempts + 1)
        attempts = delivery.attempts + 1
        given_up = attempts >= MAX_ATTEMPTS
        row.update(
            state=DeliveryState.GIVEN_UP if given_up else DeliveryState.WAITING,
            next_attempt_at=at + FIRST_RETRY * 2**attempts,
            error=f"{type(error).__name__}: {error}"[:500],
        )
        return False
    row.update(state=DeliveryState.SENT, sent_at=at, error="")
    return True


def _as_mail(notification: Notification, *, key: str) -> EmailMessage:
    recipient = notification.recipient
    with translation.override(recipient.language):
        text = sentence_of(notification.event, notification.context)
        subject = _("Zhiqiao: %(sentence)s") % {"sentence": text[:80]}
    # The message id is the idempotency key: a mail sent twice is shown once by the reader's program.
    return EmailMessage(
        " ".join(subject.split()),  # a line break would end the header
        text,
        settings.DEFAULT_FROM_EMAIL,
        [recipient.email],
        headers={"Message-ID": f"<{key}@portal>"},
    )
