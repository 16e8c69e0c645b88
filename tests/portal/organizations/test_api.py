"""Organizations by API."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from rest_framework.test import APIClient

from portal.accounts.models import User
from portal.organizations.models import Organization
from tests.factories import EnterpriseFactory, SchoolFactory, member_of

pytestmark = pytest.mark.django_db
LIST = "/api/v1/organizations/"
CANARY = "金丝雀7731有限公司"


@pytest.fixture
def api(person: User) -> APIClient:
    client = APIClient(headers={"accept-language": "en"})
    client.force_authenticate(person)
    return client


def test_list_holds_what_the_caller_may_see(api: APIClient) -> None:
    shown = SchoolFactory(legal_name="宝安职校", profile={"level": "technician"})
    EnterpriseFactory(legal_name=CANARY, status="draft")
    answer = api.get(LIST)
    assert CANARY not in answer.content.decode()
    [row] = answer.json()["results"]
    assert (row["public_id"], row["region"], row["school"]["level"]) == (str(shown.public_id), "440306", "technician")
    assert "enterprise" not in row
    assert "id" not in row


def test_retrieve_of_a_foreign_draft_is_not_found(api: APIClient) -> None:
    draft, shown = EnterpriseFactory(status="draft"), EnterpriseFactory()
    assert api.get(f"{LIST}{draft.public_id}/").status_code == 404
    assert api.get(f"{LIST}{shown.public_id}/").status_code == 200


def test_patch_changes_own_and_no_foreign_one(api: APIClient) -> None:
    school = SchoolFactory()
    member = member_of(school)
    address = f"{LIST}{school.public_id}/"
    change = {"short_name": "职校", "school": {"students": 900, "cooperation_kinds": ["order_class"]}}
    assert api.patch(address, change, format="json").status_code == 404
    api.force_authenticate(member)
    answer = api.patch(address, change, format="json")
    assert (answer.status_code, answer.json()["version"], answer.json()["status"]) == (200, 2, "approved")
    school.refresh_from_db()
    assert (school.short_name, school.school.students) == ("职校", 900)
    assert [kind.code for kind in school.school.cooperation_kinds.all()] == ["order_class"]


def test_patch_with_a_wrong_or_taken_code_points_at_it(api: APIClient, staff: User) -> None:
    EnterpriseFactory(uscc="91110000600037341L")
    enterprise = EnterpriseFactory()
    api.force_authenticate(staff)
    for uscc, code in (("123", "InvalidUscc"), ("91110000600037341l", "CodeTaken")):
        answer = api.patch(f"{LIST}{enterprise.public_id}/", {"uscc": uscc}, format="json")
        assert (answer.status_code, answer.json()["title"]) == (422, code)
        assert answer.json()["errors"][0]["pointer"] == "/uscc"
    assert Organization.objects.get(pk=enterprise.pk).uscc is None


def test_list_is_narrowed_and_refuses_unknown_parameters(api: APIClient) -> None:
    SchoolFactory()
    EnterpriseFactory(legal_name="长盈精密")
    assert [row["legal_name"] for row in api.get(LIST, {"text": "cyjm"}).json()["results"]] == ["长盈精密"]
    assert api.get(LIST, {"knid": "school"}).status_code == 400
    assert api.get(LIST, {"kind": "nonsense"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    api: APIClient, count: int, django_assert_max_num_queries: Callable
) -> None:
    SchoolFactory.create_batch(count)
    EnterpriseFactory.create_batch(count)
    with django_assert_max_num_queries(3):
        assert len(api.get(LIST).json()["results"]) == 2 * count


def test_list_is_for_people_who_signed_in() -> None:
    assert APIClient().get(LIST).status_code == 403
