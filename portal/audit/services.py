"""Record and verify business events; each event's digest covers its content and the digest before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.audit.models import AuditEvent

CHAIN_LOCK = 4_071_893  # one writer at a time extends the chain; any constant of our own


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """An event whose content or predecessor is not what its digest says."""

    event_id: int
    reason: str


def record(
    *, verb: str, subject: models.Model, actor: User | None, at: datetime | None = None, **data: Any
) -> AuditEvent:
    """Append one event within the caller's transaction; it is there if, and only if, what it tells of is."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [CHAIN_LOCK])
        last = AuditEvent.objects.order_by("-id").values_list("digest", flat=True).first() or ""
        event = AuditEvent(
            at=at or timezone.now(),
            actor=actor,
            actor_label=str(actor or ""),
            verb=verb,
            subject_type=subject._meta.label_lower,
            subject_id=str(subject.pk),
            data=data,
            previous_digest=last,
        )
        event.digest = digest_of(event)
        event.save(force_insert=True)
    return event


def digest_of(event: AuditEvent) -> str:
    """SHA-256 over the canonical JSON of the event's content and its predecessor's digest, in hex."""
    content = {
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": event.actor_id,
        "actor_label": event.actor_label,
        "verb": event.verb,
        "subject": [event.subject_type, event.subject_id],
        "data": event.data,
        "previous": event.previous_digest,
    }
    canonical = json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)
    return hashlib.sha256(canonical.encode()).hexdigest()


def broken_links(*, expected_head: str | None = None) -> Iterator[BrokenLink]:
    """Walk the chain in order; name each event that was changed, and the place where one is missing.

    `expected_head` is a digest copied outside earlier: a cut tail shows only by it.
    """
    previous = ""
    head_seen = expected_head is None
    for event in AuditEvent.objects.order_by("id").iterator(chunk_size=2000):
        if event.previous_digest != previous:
            yield BrokenLink(event.pk, "predecessor missing or changed")
        if digest_of(event) != event.digest:
            yield BrokenLink(event.pk, "content changed")
        previous = event.digest
        head_seen = head_seen or event.digest == expected_head
    if not head_seen:
        yield BrokenLink(0, "the known head is missing")
