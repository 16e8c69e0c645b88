"""The door for programs."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from events.fairs.models import Fair, Participation
from tests.factories_events import FairFactory, ParticipationFactory, organizer_person, people_of

pytestmark = pytest.mark.django_db
URL = "/api/v1/door-events/"


def test_door_events_are_taken_once_and_listed(client: Client, fair: Fair, firm: Participation) -> None:
    client.force_login(organizer_person(fair))
    now = timezone.now()
    event = {"nonce": str(uuid4()), "kind": "arrived", "party": str(firm.public_id)}
    event["happened_at"] = (now - timedelta(minutes=5)).isoformat()
    wrong = {**event, "nonce": str(uuid4()), "party": str(ParticipationFactory().public_id)}
    body = {"fair": fair.slug, "sent_at": now.isoformat(), "events": [event, wrong]}
    for _ in range(2):
        answer = client.post(URL, body, content_type="application/json")
        assert [report["stored"] for report in answer.json()] == [True, False]
    [row] = client.get(URL, {"fair": fair.slug}).json()["results"]
    assert (row["nonce"], row["party"], row["kind"]) == (event["nonce"], event["party"], "arrived")


def test_door_events_are_the_organizers(client: Client, fair: Fair, firm: Participation) -> None:
    event = {"nonce": str(uuid4()), "kind": "arrived", "party": str(firm.public_id)}
    event["happened_at"] = timezone.now().isoformat()
    body = {"fair": fair.slug, "sent_at": event["happened_at"], "events": [event]}
    for person in (people_of(firm), organizer_person(FairFactory())):
        client.force_login(person)
        assert client.post(URL, body, content_type="application/json").status_code == 400
        assert client.get(URL).json()["results"] == []
    firm.refresh_from_db()
    assert firm.status == "confirmed"
