"""What is posted cannot point at rows of others: refused, and nothing is stored."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from events.fairs.models import Fair, Participation
from tests.access.crawling import contents_of_the_tables
from tests.access.world import World

MONTH = str(timezone.localdate() + timedelta(days=30))


@dataclass(frozen=True)
class Attempt:
    """Somebody posts, from among the own pages, the key of another's row."""

    label: str
    role: str
    url: Callable[[World], str]
    body: Callable[[World], Any]
    status: int = 200  # a page shows its form again
    method: str = "post"
    fair: str = "live"  # the state of the own fair


def api(name: str, *args: str) -> str:
    return reverse(f"api:{name}", args=args)


def wishes_of_the_firm(world: World) -> str:
    return api("participation-wishes", str(world.own.firms[0].public_id))


def outcome(school: Participation, enterprise: Participation) -> dict[str, Any]:
    return {"school": str(school.public_id), "enterprise": str(enterprise.public_id), "level": 1}


DEMAND = {"title": "操作工", "headcount": 5, "valid_until": MONTH}
ROWS = {"funding-TOTAL_FORMS": "0", "funding-INITIAL_FORMS": "0"}
BY_API = (
    Attempt(
        "demand for another's enterprise", "hr", lambda w: api("demand-list"),
        lambda w: {**DEMAND, "enterprise": str(w.foreign.enterprise.public_id)}, 400,
    ),
    Attempt(
        "programme for another's school", "school", lambda w: api("programme-list"),
        lambda w: {"major": "710203", "direction": "新", "school": str(w.foreign.school.public_id)}, 400,
    ),
    Attempt(
        "invitation to another's fair", "organizer", lambda w: api("participation-list"),
        lambda w: {"fair": w.foreign.fair.slug, "organizations": [str(w.stranger.public_id)]}, 400,
    ),
    Attempt(
        "invitation of another's registration", "organizer", lambda w: api("participation-list"),
        lambda w: {"fair": w.own.fair.slug, "organizations": [str(w.foreign.plan.public_id)]}, 400,
    ),
    Attempt(
        "timetable for another's fair", "organizer", lambda w: api("timetable-list"),
        lambda w: {"fair": w.foreign.fair.slug}, 400,
    ),
    Attempt(
        "publication of another's timetable", "organizer", lambda w: api("timetable-publish"),
        lambda w: {"fair": w.foreign.fair.slug, "number": 2}, 400,
    ),
    Attempt(
        "outcome with a school of another fair", "hr", lambda w: api("outcome-list"),
        lambda w: outcome(w.foreign.schools[0], w.own.firms[0]),
        400,
    ),
    Attempt(
        "outcome of two others at the own fair", "hr", lambda w: api("outcome-list"),
        lambda w: outcome(w.own.schools[1], w.own.firms[2]),
        422,
    ),
    Attempt(
        "wish for a partner of another fair", "hr", wishes_of_the_firm,
        lambda w: [{"partner": str(w.foreign.schools[0].public_id), "wish": "must"}], 400, "put", "registration",
    ),
    Attempt(
        "wishes of the other side", "hr", lambda w: api("participation-wishes", str(w.own.schools[0].public_id)),
        lambda w: [{"partner": str(w.own.firms[0].public_id), "wish": "no"}], 422, "put", "registration",
    ),
)  # fmt: skip
BY_PAGE = (
    Attempt(
        "demand for another's enterprise", "hr", lambda w: reverse("demands:new"),
        lambda w: {**DEMAND, "enterprise": w.foreign.enterprise.pk},
    ),
    Attempt(
        "demand for another's enterprise by address", "hr",
        lambda w: f"{reverse('demands:new')}?enterprise={w.foreign.enterprise.pk}",
        lambda w: {**DEMAND, "enterprise": w.foreign.enterprise.pk}, 404,
    ),
    Attempt(
        "fair of another's organizer", "organizer", lambda w: reverse("fairs:create"),
        lambda w: {
            "organizer": w.foreign.organizer.pk, "name": "会", "slug": "new-fair", "region": "440306", "venue": "馆",
            "starts_on": MONTH, "ends_on": MONTH, "graduating_year": 2027, "min_meetings": 1, "max_meetings": 5,
        },
    ),
    Attempt(
        "agreement for another's enterprise", "hr", lambda w: reverse("agreements:new"),
        lambda w: {**ROWS, "kind": "intent", "party": [w.own.school.public_id, w.foreign.enterprise.public_id],
                   "starts_on": MONTH},
    ),
    Attempt(
        "agreement between two others", "stranger", lambda w: reverse("agreements:new"),
        lambda w: {**ROWS, "kind": "intent", "party": [w.own.school.public_id, w.own.enterprise.public_id],
                   "starts_on": MONTH},
    ),
    Attempt(
        "agreement at another's fair", "hr", lambda w: reverse("agreements:new"),
        lambda w: {**ROWS, "kind": "intent", "party": [w.own.school.public_id, w.own.enterprise.public_id],
                   "starts_on": MONTH, "fair": w.foreign.fair.slug},
    ),
    Attempt(
        "meeting moved to a slot of another fair", "organizer",
        lambda w: reverse("meetings:move", args=[w.own.meetings[0].pk]),
        lambda w: {"slot": w.foreign.slots[0].pk, "table": w.own.tables[0].pk},
    ),
    Attempt(
        "meeting moved to a table of another fair", "organizer",
        lambda w: reverse("meetings:move", args=[w.own.meetings[0].pk]),
        lambda w: {"slot": w.own.slots[0].pk, "table": w.foreign.tables[0].pk},
    ),
    Attempt(
        "own outcome with a school of another fair", "hr",
        lambda w: reverse("meetings:own_outcome_add", args=[w.own.firms[0].pk]),
        lambda w: {"school": w.foreign.schools[0].pk, "level": 1},
    ),
    Attempt(
        "outcome at the desk with a school of another fair", "organizer",
        lambda w: reverse("meetings:outcome_add", args=[w.own.fair.slug]),
        lambda w: {"school": w.foreign.schools[0].pk, "enterprise": w.own.firms[0].pk, "level": 1},
    ),
    Attempt(
        "absence in a slot of another fair", "hr", lambda w: reverse("fairs:absences", args=[w.own.firms[0].pk]),
        lambda w: {"slots": [w.foreign.slots[0].pk]}, 302, fair="registration",
    ),
    Attempt(
        "wish for a partner of another fair", "hr",
        lambda w: reverse("fairs:wish", args=[w.own.firms[0].pk, w.foreign.schools[0].pk]),
        lambda w: {"kind": "must"}, 302, fair="registration",
    ),
    Attempt(
        "invitation of another's registration", "organizer", lambda w: reverse("fairs:invite", args=[w.own.fair.slug]),
        lambda w: {"organizations": [w.foreign.plan.pk]}, 302,
    ),
    Attempt(
        "people of another's programme", "school", lambda w: reverse("majors:sheet", args=[w.own.school.pk, 2031]),
        lambda w: {f"p{w.foreign.programmes[0].pk}-graduating": 5, f"p{w.foreign.programmes[0].pk}-enrolled": 5}, 302,
    ),
)  # fmt: skip


def send(world, people, attempt: Attempt) -> int:
    client, url, body = people.client(attempt.role), attempt.url(world), attempt.body(world)
    content_type = {"content_type": "application/json"} if url.startswith("/api/") else {}
    return int(getattr(client, attempt.method)(url, body, **content_type).status_code)


@pytest.mark.parametrize("attempt", [*BY_API, *BY_PAGE], ids=lambda a: f"{a.role}: {a.label}")
def test_a_key_of_another_tenant_is_refused(world, people, attempt):
    Fair.objects.filter(pk=world.own.fair.pk).update(status=attempt.fair)
    before = contents_of_the_tables()
    assert send(world, people, attempt) == attempt.status
    after = contents_of_the_tables()
    assert {table for table in before if before[table] != after[table]} <= {"django_session"}


OWN = (
    Attempt(
        "demand", "hr", lambda w: api("demand-list"),
        lambda w: {**DEMAND, "enterprise": str(w.own.enterprise.public_id)}, 201,
    ),
    Attempt(
        "demand by page", "hr", lambda w: reverse("demands:new"),
        lambda w: {**DEMAND, "enterprise": w.own.enterprise.pk}, 302,
    ),
    Attempt(
        "programme", "school", lambda w: api("programme-list"),
        lambda w: {"major": "710203", "direction": "新", "school": str(w.own.school.public_id)}, 201,
    ),
    Attempt(
        "invitation", "organizer", lambda w: api("participation-list"),
        lambda w: {"fair": w.own.fair.slug, "organizations": [str(w.stranger.public_id)]}, 201,
    ),
    Attempt(
        "outcome", "hr", lambda w: api("outcome-list"),
        lambda w: outcome(w.own.schools[1], w.own.firms[0]),
        201,
    ),
    Attempt(
        "wish", "hr", wishes_of_the_firm,
        lambda w: [{"partner": str(w.own.schools[1].public_id), "wish": "must"}], 200, "put", "registration",
    ),
    Attempt(
        "fair", "organizer", lambda w: reverse("fairs:create"),
        lambda w: {**BY_PAGE[2].body(w), "organizer": w.own.organizer.pk}, 302,
    ),
    Attempt(
        "agreement", "hr", lambda w: reverse("agreements:new"),
        lambda w: {**BY_PAGE[5].body(w), "fair": w.own.fair.slug}, 302,
    ),
    Attempt(
        "move", "organizer", lambda w: reverse("meetings:move", args=[w.own.meetings[0].pk]),
        lambda w: {"slot": w.own.slots[0].pk, "table": w.own.tables[1].pk}, 302,
    ),
    Attempt(
        "absence", "hr", lambda w: reverse("fairs:absences", args=[w.own.firms[0].pk]),
        lambda w: {"slots": [w.own.slots[1].pk]}, 302, fair="registration",
    ),
    Attempt(
        "people", "school", lambda w: reverse("majors:sheet", args=[w.own.school.pk, 2031]),
        lambda w: {f"p{w.own.programmes[0].pk}-graduating": 5}, 302,
    ),
)  # fmt: skip


@pytest.mark.parametrize("attempt", OWN, ids=lambda a: f"{a.role}: {a.label}")
def test_the_own_key_is_taken(world, people, attempt):
    Fair.objects.filter(pk=world.own.fair.pk).update(status=attempt.fair)
    before = contents_of_the_tables()
    assert send(world, people, attempt) == attempt.status
    after = contents_of_the_tables()
    assert {table for table in before if before[table] != after[table]} - {"django_session"} != set()
