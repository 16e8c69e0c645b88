"""Guests for programs: apply, decide, names, limits, letters, reminders — the services of the pages."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from events.fairs.models import Participation
from portal.jobs.models import Job
from tests.factories import SchoolFactory, member_of
from tests.factories_events import (
    DelegateFactory,
    FairFactory,
    ParticipationFactory,
    SchoolParticipationFactory,
    organizer_person,
    people_of,
)

pytestmark = pytest.mark.django_db


def _send(client: Client, method: str, name: str, key: Any, body: Any) -> Any:
    url = reverse(f"api:{name}", args=[key])
    return getattr(client, method)(url, body, content_type="application/json")


def test_api_applies_decides_limits_and_withdraws(client: Client) -> None:
    fair, school = FairFactory(), SchoolFactory()
    person = member_of(school)
    client.force_login(person)
    body = {"organization": str(school.public_id), "delegates": 3}
    assert _send(client, "post", "fair-apply", fair.slug, body).json()["origin"] == "applied"
    assert _send(client, "post", "fair-apply", fair.slug, body).status_code == 422
    key = Participation.objects.get().public_id
    assert _send(client, "post", "participation-decide", key, {"accept": True}).status_code == 422
    client.force_login(organizer_person(fair))
    assert _send(client, "post", "participation-decide", key, {"accept": True}).json()["status"] == "confirmed"
    limits = {"at_once": 2, "min_meetings": None, "max_meetings": 4}
    assert _send(client, "put", "participation-limits", key, limits).json()["details"]["at_once"] == 2
    refused = _send(client, "put", "participation-limits", key, limits | {"min_meetings": 5})
    assert refused.json()["errors"][0]["pointer"] == "/max_meetings"
    assert _send(client, "post", "participation-withdraw", key, {"note": "x"}).json()["status"] == "cancelled"


def test_api_names_are_replaced_whole_and_keep_their_identifiers(client: Client) -> None:
    known = DelegateFactory(name="王")
    row = known.participation
    client.force_login(people_of(row))
    people = [{"name": "李", "is_leader": True}, {"name": "王志明", "public_id": str(known.public_id)}]
    kept = _send(client, "put", "participation-delegates", row.public_id, people).json()
    assert [(one["name"], one["is_leader"]) for one in kept] == [("李", True), ("王志明", False)]
    assert kept[1]["public_id"] == str(known.public_id)
    assert client.get(reverse("api:participation-delegates", args=[row.public_id])).json() == kept
    client.force_login(people_of(SchoolParticipationFactory(fair=row.fair)))
    assert client.get(reverse("api:participation-delegates", args=[row.public_id])).json() == []
    assert _send(client, "put", "participation-delegates", row.public_id, []).status_code == 422


def test_api_moves_up_reminds_and_asks_for_letters(client: Client) -> None:
    row = ParticipationFactory(status="waitlisted")
    silent = ParticipationFactory(fair=row.fair, status="invited")
    client.force_login(organizer_person(row.fair))
    assert _send(client, "post", "participation-move-up", row.public_id, {}).json()["status"] == "confirmed"
    assert _send(client, "post", "fair-remind", row.fair.slug, {"about": "answers"}).json() == {"reminded": 1}
    assert _send(client, "post", "fair-remind", row.fair.slug, {"about": "answers"}).status_code == 422
    silent.refresh_from_db()
    assert silent.reminders == 1
    school = SchoolFactory()
    for body, key in (({}, "participations"), ({"organizations": [str(school.public_id)]}, "organizations")):
        assert _send(client, "post", "fair-letters", row.fair.slug, body).status_code == 202
        assert key in Job.objects.latest("pk").arguments
