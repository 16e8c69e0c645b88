"""Whatever else is sent along, a request changes the fields that it is for, and no others."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import models
from django.urls import reverse
from django.utils import timezone

from events.fairs.models import Fair, Participation
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.majors.models import Programme, SupplyLine
from tests.access.world import World

SEARCH = {"pinyin", "initials", "search_text", "grams"}
MONTH = str(timezone.localdate() + timedelta(days=30))


def every_field(row: models.Model) -> dict[str, Any]:
    """A body with another value for every column of a row."""
    return {name: other(field, row) for field in row._meta.concrete_fields for name in {field.name, field.attname}}


def other(field: models.Field[Any, Any], row: models.Model) -> Any:
    """A value that the field could hold and does not."""
    now = getattr(row, field.attname)
    if field.choices:
        return next(value for value, _label in field.flatchoices if value != now)
    if isinstance(field, models.ForeignKey | models.AutoField):
        return 2_000_000
    by_type: list[tuple[type[Any], Any]] = [
        (models.BooleanField, not now),
        (models.IntegerField, now + 7 if isinstance(now, int) else 7),
        (models.FloatField, 0.123),
        (models.DecimalField, "9.99"),
        (models.DateTimeField, "2031-01-01T00:00:00Z"),
        (models.DateField, "2031-01-01"),
        (models.UUIDField, str(uuid.uuid4())),
        (models.JSONField, {"x": 1}),
    ]
    return next((value for kind, value in by_type if isinstance(field, kind)), "x")


def columns(row: models.Model) -> dict[str, Any]:
    fresh = type(row)._default_manager.get(pk=row.pk)
    return {field.attname: getattr(fresh, field.attname) for field in row._meta.concrete_fields}


@dataclass(frozen=True)
class Change:
    """A request of the API, the row that it is about, and the columns that may change with it."""

    name: str
    role: str
    row: Callable[[World], Any]
    allowed: set[str]
    body: dict[str, Any]
    method: str = "post"
    fair: str = "live"


def firm(w: World) -> Any:
    return w.own.firms[0]


SAME_ADDRESS = {"region": "440306", "website": "https://example.org", "name_en": "English"}
CHANGES = (
    Change(
        "organization-detail", "hr", lambda w: w.own.enterprise,
        {"short_name", "name_en", "former_names", "address", "website", "description", *SEARCH},
        {**SAME_ADDRESS, "former_names": ["旧名"], "uscc": None, "legal_name": "own精密制造有限公司"}, "patch",
    ),
    Change(
        "demand-detail", "hr", lambda w: w.own.published[0],
        {"title", "description", "headcount", "levels", "salary_min", "salary_max", "workplace_id", "graduating_year",
         "valid_until", *SEARCH},
        {"levels": ["secondary"], "workplace": "440306", "valid_until": MONTH, "salary_min": 1, "salary_max": 2,
         "graduating_year": 2027}, "patch",
    ),
    Change("demand-publish", "hr", lambda w: w.own.drafts[0], {"status", "published_at"}, {}),
    Change("demand-withdraw", "hr", lambda w: w.own.published[0], {"status"}, {}),
    Change("demand-refresh", "hr", lambda w: w.own.published[0], {"valid_until"}, {"valid_until": MONTH}),
    Change("demand-fill", "hr", lambda w: w.own.published[0], {"filled", "status"}, {"filled": 1}),
    Change("programme-detail", "school", lambda w: w.own.programmes[0], {"direction", "is_active"}, {}, "patch"),
    Change("job-cancel", "hr", lambda w: w.own.jobs["hr"][2], {"state", "cancel_requested", "finished_at"}, {}),
    Change(
        "participation-answer", "hr", firm, {"status", "delegates", "note", "answered_at"},
        {"accept": True, "delegates": 3, "note": "x"}, fair="registration",
    ),
    Change(
        "participation-check-in", "organizer", firm, {"status", "checked_in_at", "answered_at"}, {}
    ),
    Change("participation-absences", "hr", firm, set(), {"slots": []}, "put", "registration"),
    Change(
        "outcome-detail", "hr", lambda w: w.own.outcomes[0],
        {"level", "headcount", "note", "recorded_by_id", "recorded_at", "recorded_side", "meeting_id"},
        {"level": 1, "headcount": 3, "note": "x", "version": 1, "cooperation_kinds": []}, "put",
    ),
    Change(
        "agreement-approve", "school", lambda w: w.own.agreements[0], {"last_activity_at"},
        {"party": "first", "terms_hash": lambda row: row.texts.get().terms_hash},
    ),
    Change(
        "agreement-text", "school", lambda w: w.own.agreements[0], {"title", "purpose", "place", "last_activity_at"},
        {"version": 1, "content": {"title": "x", "starts_on": "2024-05-17", "ends_on": "2079-05-16"}}, "put",
    ),
    Change("agreement-give-up", "hr", lambda w: w.own.agreements[0], {"status", "last_activity_at"}, {"reason": "x"}),
    Change("agreement-documents", "hr", lambda w: w.own.agreements[0], set(), {"language": "en"}),
)  # fmt: skip


@pytest.mark.parametrize("change", CHANGES, ids=lambda change: change.name)
def test_a_request_changes_the_fields_it_is_for(world, people, change):
    row = change.row(world)
    status = "confirmed" if "participation" in change.name else None
    if status:
        Participation.objects.filter(pk=row.pk).update(status=status, checked_in_at=None)
        Fair.objects.filter(pk=world.own.fair.pk).update(status=change.fair)
    before = columns(row)
    told = {name: value(row) if callable(value) else value for name, value in change.body.items()}
    body = {**every_field(row), **told}
    url = reverse(f"api:{change.name}", args=[row.public_id])
    response = getattr(people.client(change.role), change.method)(url, body, content_type="application/json")
    assert response.status_code in (200, 202), response.content
    after = columns(row)
    changed = {name for name in before if before[name] != after[name]}
    assert changed - change.allowed - {"updated_at", "version"} == set()
    assert changed - {"updated_at"} or not change.allowed  # the positive control: something did change


def test_a_change_counts_one_version(world, people):
    """`version` is among the columns left out above: it is counted, never taken over."""
    demand = world.own.published[0]
    url = reverse("api:demand-detail", args=[demand.public_id])
    people.client("hr").patch(url, {"title": "新", "version": 90}, content_type="application/json")
    assert columns(demand)["version"] == demand.version + 1


def test_a_new_demand_takes_nothing_but_its_content(world, people):
    model = world.own.published[0]
    body = {
        **every_field(model),
        **CHANGES[1].body,
        "enterprise": str(world.own.enterprise.public_id),
        "headcount": 3,
    }
    answer = people.client("hr").post(reverse("api:demand-list"), body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    made = TalentDemand.objects.get(public_id=answer.json()["public_id"])
    assert (made.status, made.published_at, made.filled, made.version) == ("draft", None, 0, 1)
    assert (made.is_sample, made.enterprise_id, made.headcount) == (False, world.own.enterprise.pk, 3)
    assert str(made.public_id) != body["public_id"]
    assert made.pk != body["id"]


def test_a_new_programme_takes_nothing_but_its_content(world, people):
    body = {
        **every_field(world.own.programmes[0]),
        "school": str(world.own.school.public_id),
        "major": "710204",
    }
    answer = people.client("school").post(reverse("api:programme-list"), body, content_type="application/json")
    assert answer.status_code == 201, answer.content
    made = Programme.objects.get(public_id=answer.json()["public_id"])
    assert (made.school_id, made.major_id, made.direction) == (world.own.school.pk, "710204", "x")
    assert str(made.public_id) != body["public_id"]


def test_people_of_a_year_are_a_draft_until_the_school_confirms(world, people):
    line = SupplyLine.objects.get(programme=world.own.programmes[0])
    body = {**every_field(line), "graduating_year": line.graduating_year, "graduating": 70, "committed": 2}
    url = reverse("api:programme-supply", args=[world.own.programmes[0].public_id])
    answer = people.client("school").put(url, {**body, "state": "locked"}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    after = columns(line)
    assert (after["state"], after["graduating"], after["committed"]) == ("draft", 70, 2)
    assert after["programme_id"] == line.programme_id


def test_the_profile_takes_name_and_language_alone(world, people):
    user = world.people["hr"]
    before = columns(user)
    body = {**every_field(user), "name": "王芳", "language": "en", "is_staff": "on", "is_superuser": "on"}
    assert people.client("hr").post(reverse("accounts:profile"), _typed(body)).status_code == 302
    after = columns(User.objects.get(pk=user.pk))
    assert {name for name in before if before[name] != after[name]} == {"name", "language"}


def _typed(body: dict[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in body.items()}
