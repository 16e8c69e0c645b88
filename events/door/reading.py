"""Events as desks and programs send them, read and checked one by one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from events.door.arrivals import put_right
from events.door.models import DoorEventKind
from events.door.services import Told
from portal.common.errors import DomainError

KINDS = [(kind.value, kind.label) for kind in DoorEventKind]


class NotRead(DomainError):
    """What was sent is no batch of events."""


class ToldSerializer(serializers.Serializer[Any]):
    """One event. `party`, `person` and `organization` are public identifiers; see `Told` for what they mean."""

    nonce = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=KINDS)
    happened_at = serializers.DateTimeField()
    party = serializers.UUIDField(required=False, allow_null=True, default=None)
    person = serializers.UUIDField(required=False, allow_null=True, default=None)
    organization = serializers.UUIDField(required=False, allow_null=True, default=None)
    name = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    post = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    stands_in_for = serializers.UUIDField(required=False, allow_null=True, default=None)
    people = serializers.IntegerField(min_value=1, max_value=50, required=False, allow_null=True, default=None)
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


def told_from(sent: Any, *, received_at: datetime) -> tuple[list[Told], list[str]]:
    """The readable events of a sent batch, with their times by our clock, and the nonces of those not readable.

    NotRead unless `sent` is an object with `sent_at` and a list `events` of objects that each bear a nonce.
    """
    if not isinstance(sent, dict) or not isinstance(sent.get("events"), list):
        raise NotRead(_("This is no list of events."))
    try:
        sent_at = serializers.DateTimeField().to_internal_value(str(sent.get("sent_at")))
    except serializers.ValidationError as error:
        raise NotRead(_("This is no list of events.")) from error
    good: list[Told] = []
    bad: list[str] = []
    for one in sent["events"]:
        given = ToldSerializer(data=one)
        if given.is_valid():
            good.append(told_by(given.validated_data, sent_at=sent_at, received_at=received_at))
        else:
            bad.append(str(one.get("nonce", ""))[:40] if isinstance(one, dict) else "")
    return good, bad


def told_by(given: dict[str, Any], *, sent_at: datetime, received_at: datetime) -> Told:
    """One event with its time by our clock."""
    kind = DoorEventKind(given["kind"])
    try:
        happened_at = put_right(given["happened_at"], sent_at=sent_at, received_at=received_at)
    except OverflowError:  # a clock at the end of all times
        happened_at = received_at
    return Told(**{**given, "kind": kind, "happened_at": happened_at})


def time_on(day: date, hour_and_minute: str) -> datetime | None:
    """A time as written on paper, on a day at the place of the fair; None if it is none."""
    try:
        read = datetime.strptime(hour_and_minute.strip(), "%H:%M").time()  # noqa: DTZ007 — the zone is added below
    except ValueError:
        return None
    return timezone.make_aware(datetime.combine(day, read))
