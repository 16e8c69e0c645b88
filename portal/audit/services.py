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
from portal.common.database import last_rows

CHAIN_LOCK = 4_071_893  # one writer at a time extends the chain; any constant of our own


@dataclass(frozen=True, slots=True)
class BrokenLink:
    """An event whose content or predecessor is not what its digest says."""

    event_id: int
    reason: str


def record(
    *, verb: str, subject: models.Model, actor: User | None, at: datetime | None = None, **data: Any
) -> AuditEvent:
    """Append one event within the caller's transaction; it is there if, and only if, what it tells of is.

    Others wait for the chain until that transaction ends: call it last.
    """
    event = AuditEvent(
        at=at or timezone.now(),
        actor=actor,
        actor_label=str(actor or ""),
        verb=verb,
        subject_type=subject._meta.label_lower,
        subject_id=str(subject.pk),
        data=data,
        previous_digest=_NOT_YET,
    )
    head, tail = _canonical(event).split(_OPEN_END)
    columns = [event.at, event.actor_id, event.actor_label, event.verb, event.subject_type, event.subject_id]
    text = [json.dumps(data, ensure_ascii=False), head + _BEGUN, '"' + tail]
    with transaction.atomic(savepoint=False):
        ((event.pk, event.previous_digest, event.digest),) = last_rows(_APPEND, [CHAIN_LOCK, *columns, *text])
    event._state.adding, event._state.db = False, connection.alias
    return event


# Both statements go to the server at once, so that the chain is held by nobody who is waiting for his turn to compute;
# the second one, which begins when the lock is held, sees the last event. The digest is the SHA-256 of `_canonical`.
_APPEND = """
    SELECT pg_advisory_xact_lock(%s);
    INSERT INTO portal_auditevent
        (at, actor_id, actor_label, verb, subject_type, subject_id, data, previous_digest, digest)
    SELECT %s, %s::bigint, %s, %s, %s, %s, %s::jsonb, link.previous,
        encode(sha256(convert_to(%s || link.previous || %s, 'UTF8')), 'hex')
    FROM (
        SELECT COALESCE((SELECT digest FROM portal_auditevent ORDER BY id DESC LIMIT 1), '') AS previous
    ) AS link
    RETURNING id, previous_digest, digest
"""
# What stands for the digest before: the one character that no text in the database can hold. Quotation marks within a
# text are escaped in JSON, so that no text looks like the key.
_NOT_YET, _BEGUN = "\0", '"previous":"'
_OPEN_END = _BEGUN + json.dumps(_NOT_YET)[1:]


def digest_of(event: AuditEvent) -> str:
    """SHA-256 over the canonical JSON of the event's content and its predecessor's digest, in hex."""
    return hashlib.sha256(_canonical(event).encode()).hexdigest()


def _canonical(event: AuditEvent) -> str:
    content = {
        "at": event.at.astimezone(UTC).isoformat(),
        "actor": event.actor_id,
        "actor_label": event.actor_label,
        "verb": event.verb,
        "subject": [event.subject_type, event.subject_id],
        "data": event.data,
        "previous": event.previous_digest,
    }
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":"), default=str)


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
