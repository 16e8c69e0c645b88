"""The conventions of the API: its description, parameters, pages and errors."""

from __future__ import annotations

import io
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import call_command
from django.urls import NoReverseMatch, get_resolver, reverse
from rest_framework.test import APIClient

from events.agreements.models import Agreement
from portal.api_urls import router
from portal.demands.models import TalentDemand
from tests.conftest import NOON
from tests.factories import (
    DemandFactory,
    EnterpriseFactory,
    ProgrammeFactory,
    SchoolFactory,
    StaffFactory,
    member_of,
)
from tests.factories_agreements import AgreementFactory
from tests.factories_events import TimetableFactory

pytestmark = pytest.mark.django_db
PROBLEM = "application/problem+json"


def lists() -> list[str]:
    """The names of all lists of the router."""
    names = {f"{basename}-list" for _prefix, _viewset, basename in router.registry}
    there = {pattern.name for entry in get_resolver("portal.api_urls").url_patterns for pattern in _patterns(entry)}
    return sorted(names & there)


def _patterns(entry: Any) -> Any:
    return getattr(entry, "url_patterns", [entry])


def address_of(name: str) -> str:
    """Where a list is; those of one agreement are of one that is made for it, if none is there."""
    try:
        return reverse(f"api:{name}")
    except NoReverseMatch:
        agreement = Agreement.objects.signed().first() or AgreementFactory(status="in_force")
        return reverse(f"api:{name}", args=[agreement.public_id])


@pytest.fixture
def staff() -> APIClient:
    client = APIClient()
    client.force_authenticate(StaffFactory())
    return client


@pytest.fixture
def hr(db) -> APIClient:
    client = APIClient()
    client.force_authenticate(member_of(EnterpriseFactory()))
    return client


# --- the description --------------------------------------------------------------------------------------------------


def test_the_description_is_valid_without_a_warning():
    out = io.StringIO()
    call_command("spectacular", validate=True, fail_on_warn=True, format="openapi-json", stdout=out)
    described = json.loads(out.getvalue())
    assert described["openapi"].startswith("3.1")
    assert len(described["paths"]) > 35


def test_the_description_names_every_address_of_the_router():
    out = io.StringIO()
    call_command("spectacular", format="openapi-json", stdout=out)
    described = [path.removeprefix("/api/v1/") for path in json.loads(out.getvalue())["paths"]]
    prefixes = {re.sub(r"\(\?P<(\w+)>[^)]*\)", r"{\1}", prefix) for prefix, _viewset, _basename in router.registry}
    assert {path.split("/")[0] for path in described} - {"schema"} == {prefix.split("/")[0] for prefix in prefixes}
    assert [prefix for prefix in prefixes if not any(path.startswith(f"{prefix}/") for path in described)] == []


# --- parameters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", lists())
@pytest.mark.parametrize("query", ["titel=x", "title__regex=(", "enterprise__contacts__phone=1", "id=1", "search=x"])
def test_an_unknown_parameter_is_refused(staff, name, query):
    answer = staff.get(f"{address_of(name)}?{query}")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM
    assert answer.json()["errors"][0]["pointer"] == f"/{query.split('=')[0]}"


@pytest.mark.parametrize("name", lists())
@pytest.mark.parametrize("ordering", ["password", "-requested_by__password", "nonsense", "id"])
def test_an_ordering_from_outside_is_refused(staff, name, ordering):
    assert staff.get(address_of(name), {"ordering": ordering}).status_code == 400
    assert staff.get(address_of(name), {"page_size": 2}).status_code == 200


@pytest.mark.parametrize("cursor", ["x", "cD0xMDA%3D", "bz0xMDAwMDAw", "%00", "-1"])
def test_a_wrong_cursor_is_answered_clearly(staff, cursor):
    DemandFactory()
    answer = staff.get(f"{reverse('api:demand-list')}?cursor={cursor}")
    assert answer.status_code in (200, 404), answer.content
    assert answer.status_code == 200 or answer.headers["Content-Type"] == PROBLEM


# --- pages ------------------------------------------------------------------------------------------------------------


def test_a_list_is_read_to_its_end_by_cursors(staff):
    firm = EnterpriseFactory()
    made = [DemandFactory(enterprise=firm, majors=[]) for _ in range(7)]
    seen: list[str] = []
    address: str | None = f"{reverse('api:demand-list')}?page_size=3"
    sizes = []
    while address:
        page = staff.get(address).json()
        sizes.append(len(page["results"]))
        seen += [row["public_id"] for row in page["results"]]
        address = page["next"]
    assert sizes == [3, 3, 1]
    assert seen == [str(demand.public_id) for demand in reversed(made)]


def test_a_page_has_at_most_500_rows_and_50_by_default(staff):
    firm = EnterpriseFactory()
    TalentDemand.objects.bulk_create(
        TalentDemand(enterprise=firm, title="x", headcount=1, valid_until=NOON.date()) for _ in range(501)
    )
    sizes = {
        asked: len(staff.get(reverse("api:demand-list"), query).json()["results"])
        for asked, query in {"default": {}, "huge": {"page_size": 100_000}, "two": {"page_size": 2}}.items()
    }
    assert sizes == {"default": 50, "huge": 500, "two": 2}


# --- errors -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("language", "words"), [("en", "Not found."), ("zh-hans", None)])
def test_an_error_speaks_the_language_of_the_reader(hr, language, words):
    missing = reverse("api:demand-detail", args=["00000000-0000-0000-0000-000000000000"])
    answer = hr.get(missing, HTTP_ACCEPT_LANGUAGE=language)
    problem = answer.json()
    assert answer.headers["Content-Type"] == PROBLEM
    assert (answer.status_code, problem["status"], problem["title"]) == (404, 404, "not_found")
    assert problem["detail"] == words if words else re.search(r"[\u4e00-\u9fff]", problem["detail"])


def test_a_wrong_field_is_named(hr):
    answer = hr.post(reverse("api:demand-list"), {"title": "x", "headcount": 0}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 400
    assert answer.headers["Content-Type"] == PROBLEM
    errors = {error["pointer"]: error["code"] for error in answer.json()["errors"]}
    assert errors == {"/enterprise": "required", "/headcount": "min_value", "/valid_until": "required"}


def test_a_broken_rule_is_422_and_a_state_moved_on_is_409(hr):
    firm = EnterpriseFactory()
    client = APIClient()
    client.force_authenticate(member_of(firm))
    bare = DemandFactory(enterprise=firm, majors=[])
    answer = client.post(reverse("api:demand-publish", args=[bare.public_id]))
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/majors")
    ready = DemandFactory(enterprise=firm)
    address = reverse("api:demand-publish", args=[ready.public_id])
    assert [client.post(address).status_code for _ in range(2)] == [200, 409]


@pytest.mark.parametrize("body", ["{", "[1]", '"x"', "null", '{"enterprise": {"a": 1}, "title": [], "headcount": {}}'])
def test_a_body_that_is_no_object_of_ours_is_refused(hr, body):
    for name in ("demand-list", "programme-list", "participation-list", "timetable-list", "outcome-list"):
        answer = hr.post(reverse(f"api:{name}"), body, content_type="application/json")
        assert answer.status_code == 400, (name, answer.content)
        assert answer.headers["Content-Type"] == PROBLEM


def test_an_identifier_that_is_none_is_not_found(staff):
    kinds = ["organization", "programme", "demand", "job", "participation", "meeting", "outcome", "agreement"]
    for name in kinds:
        for wrong in ("x", "1", "00000000-0000-0000-0000-00000000000g"):
            assert staff.get(f"{reverse(f'api:{name}-list')}{wrong}/").status_code == 404, (name, wrong)


def test_the_anonymous_get_a_problem_too():
    for name in lists():
        answer = APIClient().get(address_of(name))
        assert (answer.status_code, answer.headers["Content-Type"]) == (403, PROBLEM), name


def test_the_fields_of_the_filters_do_what_they_say(staff):
    fair = TimetableFactory(fair__status="live").fair
    near = {"region": fair.region_id[:2], "starts_after": fair.starts_on.isoformat()}
    assert [row["slug"] for row in staff.get(reverse("api:fair-list"), near).json()["results"]] == [fair.slug]
    far = {"region": "53"}
    assert staff.get(reverse("api:fair-list"), far).json()["results"] == []
    late = {"starts_after": (fair.starts_on + timedelta(days=1)).isoformat()}
    assert staff.get(reverse("api:fair-list"), late).json()["results"] == []


def test_the_school_of_a_programme_is_found_by_its_filters(staff):
    school = SchoolFactory()
    programme = ProgrammeFactory(school=school)
    ProgrammeFactory()
    found = staff.get(reverse("api:programme-list"), {"school": str(school.public_id)}).json()["results"]
    assert [row["public_id"] for row in found] == [str(programme.public_id)]
