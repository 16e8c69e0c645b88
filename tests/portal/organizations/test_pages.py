"""Pages of organizations: who sees what, forms that explain, and what a page costs."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.organizations.models import Contact, Organization
from tests.factories import ContactFactory, EnterpriseFactory, SchoolFactory, member_of

pytestmark = pytest.mark.django_db
CANARY = "金丝雀7731有限公司"
USCC = "91110000600037341L"
ENTERPRISE = {"legal_name": "深圳市长盈精密技术股份有限公司", "uscc": USCC, "region": "440306", "industry": "3922"}


@pytest.fixture
def page(client: Client, person: User) -> Client:
    """The browser of a person without organization, in English."""
    client.force_login(person)
    client.cookies["django_language"] = "en"
    return client


def test_list_shows_approved_ones_by_pinyin_and_no_draft_of_others(page: Client) -> None:
    EnterpriseFactory(legal_name="乙公司")
    EnterpriseFactory(legal_name="甲公司")
    EnterpriseFactory(legal_name=CANARY, status="draft")
    answer = page.get(reverse("organizations:list"))
    assert [row.legal_name for row in answer.context["page"].rows] == ["甲公司", "乙公司"]
    assert CANARY not in answer.content.decode()


def test_list_shows_own_drafts(page: Client, person: User) -> None:
    draft = EnterpriseFactory(legal_name=CANARY, status="draft")
    member_of(draft, user=person)
    assert CANARY in page.get(reverse("organizations:list")).content.decode()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({"text": "cyjm"}, ["长盈精密"]),
        ({"text": USCC[:6]}, ["长盈精密"]),
        ({"kind": "school"}, ["宝安职校"]),
        ({"level": "technician"}, ["宝安职校"]),
        ({"province": "110000"}, ["长盈精密"]),
        ({"province": "440000"}, ["宝安职校"]),
        ({"text": "没有"}, []),
    ],
)
def test_list_is_narrowed(page: Client, query: dict[str, str], names: list[str]) -> None:
    from tests.factories import RegionFactory

    RegionFactory(code="440000", name="广东省", level=1)
    beijing = RegionFactory(code="110000", name="北京市", level=1)
    EnterpriseFactory(legal_name="长盈精密", uscc=USCC, region=beijing)
    SchoolFactory(legal_name="宝安职校", profile={"level": "technician"})
    rows = page.get(reverse("organizations:list"), query).context["page"].rows
    assert [row.legal_name for row in rows] == names


def test_list_pages_on_without_gap_or_double(page: Client) -> None:
    for number in range(30):
        EnterpriseFactory(legal_name=f"公司{number % 3}")
    first = page.get(reverse("organizations:list")).context["page"]
    second = page.get(reverse("organizations:list"), {"after": first.next}).context["page"]
    assert (len(first.rows), len(second.rows), second.next) == (25, 5, "")
    assert {row.pk for row in first.rows + second.rows} == set(Organization.objects.values_list("pk", flat=True))


@pytest.mark.parametrize("count", [1, 3])
def test_list_costs_the_same_for_one_and_three(
    page: Client, count: int, django_assert_max_num_queries: Callable
) -> None:
    EnterpriseFactory.create_batch(count)
    SchoolFactory.create_batch(count)
    with django_assert_max_num_queries(6):
        page.get(reverse("organizations:list"))


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "suspended", "archived"])
def test_detail_of_a_foreign_one_that_is_not_approved_is_not_found(page: Client, status: str) -> None:
    hidden, shown = EnterpriseFactory(status=status), EnterpriseFactory()
    assert page.get(hidden.get_absolute_url()).status_code == 404
    assert page.get(shown.get_absolute_url()).status_code == 200


def test_detail_shows_contacts_and_people_to_own_and_staff_only(page: Client, staff: User, client: Client) -> None:
    enterprise = EnterpriseFactory()
    ContactFactory(organization=enterprise, name="王联系", phone="13800007731")
    member = member_of(enterprise)
    foreign = page.get(enterprise.get_absolute_url()).content.decode()
    assert "13800007731" not in foreign
    assert member.email not in foreign
    for user in (member, staff):
        client.force_login(user)
        own = client.get(enterprise.get_absolute_url()).content.decode()
        assert "13800007731" in own
        assert member.email in own


@pytest.mark.parametrize("count", [1, 3])
def test_detail_costs_the_same_for_one_and_three(
    client: Client, count: int, django_assert_max_num_queries: Callable
) -> None:
    school = SchoolFactory()
    client.force_login(member_of(school))
    ContactFactory.create_batch(count, organization=school)
    for _ in range(count):
        member_of(school)
    with django_assert_max_num_queries(12):
        client.get(school.get_absolute_url())


def test_new_stores_a_draft_and_leads_to_it(page: Client, person: User) -> None:
    address = reverse("organizations:new") + "?kind=enterprise"
    answer = page.post(address, ENTERPRISE | {"former_names": "长盈有限公司、老长盈", "website": "ewpt.com"})
    organization = Organization.objects.get()
    assert answer.headers["Location"] == organization.get_absolute_url()
    assert (organization.former_names, organization.website) == (["长盈有限公司", "老长盈"], "https://ewpt.com")
    assert organization.enterprise.industry_id == "3922"
    assert Organization.objects.editable_by(person).get() == organization


@pytest.mark.parametrize(
    ("changes", "field", "errors"),
    [
        ({"legal_name": ""}, "legal_name", {"en": "This field is required.", "zh-hans": "该字段是必填项。"}),
        ({"region": "999999"}, "region", {"en": "Select a valid choice. That choice is not one of the available"}),
        ({"uscc": "123"}, "uscc", {"en": "A unified social credit code has 18 characters; this one has 3."}),
        ({"website": "::"}, "website", {"en": "Enter a valid URL.", "zh-hans": "请输入合法的URL。"}),
    ],
)
def test_new_explains_beside_the_field_and_stores_nothing(
    page: Client, changes: dict[str, str], field: str, errors: dict[str, str]
) -> None:
    for language, error in errors.items():
        page.cookies["django_language"] = language
        answer = page.post(reverse("organizations:new") + "?kind=enterprise", ENTERPRISE | changes)
        assert answer.status_code == 200
        assert answer.context["form"].errors[field][0].startswith(error)
        assert error in answer.content.decode()
        assert 'value="深圳市长盈' in answer.content.decode() or field == "legal_name"
    assert Organization.objects.count() == 0


def test_new_tells_a_taken_code_beside_the_field(page: Client) -> None:
    EnterpriseFactory(uscc=USCC)
    answer = page.post(reverse("organizations:new") + "?kind=enterprise", ENTERPRISE)
    assert answer.context["form"].errors["uscc"] == ["This code is already registered."]
    assert Organization.objects.count() == 1


def test_edit_of_identity_says_that_the_review_follows(client: Client) -> None:
    enterprise = EnterpriseFactory(uscc=USCC)
    client.force_login(member_of(enterprise))
    client.cookies["django_language"] = "en"
    address = reverse("organizations:edit", args=[enterprise.pk])
    assert client.get(address).context["form"].initial["version"] == 1
    answer = client.post(address, ENTERPRISE | {"version": "1"}, follow=True)
    assert "under review again" in answer.content.decode()
    assert Organization.objects.get().status == "submitted"


def test_edit_of_an_old_page_is_refused_and_keeps_what_was_typed(client: Client, staff: User) -> None:
    enterprise = EnterpriseFactory(uscc=USCC, version=3)
    client.force_login(staff)
    answer = client.post(
        reverse("organizations:edit", args=[enterprise.pk]), ENTERPRISE | {"version": "2", "address": "福海街道"}
    )
    assert answer.status_code == 200
    assert len(answer.context["form"].non_field_errors()) == 1
    assert "福海街道" in answer.content.decode()
    assert Organization.objects.get().address == ""


@pytest.mark.parametrize("name", ["edit", "submit", "contact-new"])
def test_writing_pages_of_a_foreign_one_are_not_found(page: Client, name: str) -> None:
    enterprise = EnterpriseFactory(status="draft" if name == "submit" else "approved")
    address = reverse(f"organizations:{name}", args=[enterprise.pk])
    assert page.post(address, ENTERPRISE).status_code == 404
    page.force_login(member_of(enterprise))
    assert page.post(address, ENTERPRISE).status_code in (200, 302)


@pytest.mark.parametrize("name", ["approve", "return", "suspend", "reinstate", "archive"])
def test_moves_of_the_review_are_for_the_staff(page: Client, staff: User, name: str) -> None:
    starts = {"approve": "submitted", "return": "submitted", "suspend": "approved", "reinstate": "suspended"}
    enterprise = EnterpriseFactory(status=starts.get(name, "draft"))
    page.force_login(member_of(enterprise))
    address = reverse(f"organizations:{name}", args=[enterprise.pk])
    assert page.post(address, {"note": "x"}).status_code == 404
    enterprise.refresh_from_db()
    assert enterprise.status == starts.get(name, "draft")
    page.force_login(staff)
    assert page.post(address, {"note": "x"}).status_code == 302
    enterprise.refresh_from_db()
    assert enterprise.status != starts.get(name, "draft")


def test_review_queue_shows_what_waits_to_the_staff(page: Client, staff: User) -> None:
    EnterpriseFactory(legal_name="待审公司", status="submitted")
    EnterpriseFactory(legal_name="已审公司")
    assert page.get(reverse("organizations:review")).status_code == 404
    page.force_login(staff)
    answer = page.get(reverse("organizations:review"))
    assert [row.legal_name for row in answer.context["page"].rows] == ["待审公司"]


def test_review_returns_with_the_usual_reason_and_own_words(page: Client, staff: User) -> None:
    enterprise = EnterpriseFactory(status="submitted")
    page.force_login(staff)
    address = reverse("organizations:return", args=[enterprise.pk])
    page.post(address, {"usual": "", "note": ""})
    enterprise.refresh_from_db()
    assert enterprise.status == "submitted"
    answer = page.post(address, {"usual": "name", "note": "见附件", "from_queue": "1"})
    enterprise.refresh_from_db()
    assert (enterprise.status, enterprise.review_note) == ("returned", "The name differs from the licence. 见附件")
    assert answer.headers["Location"] == reverse("organizations:review")


def test_contacts_are_added_changed_and_removed(client: Client) -> None:
    enterprise = EnterpriseFactory()
    ContactFactory(organization=enterprise, is_primary=True)
    client.force_login(member_of(enterprise))
    address = reverse("organizations:contact-new", args=[enterprise.pk])
    unreachable = client.post(address, {"name": "李四"})
    assert "phone" in unreachable.context["form"].errors
    client.post(address, {"name": "李四", "email": "li@example.org", "is_primary": "on"})
    contact = Contact.objects.get(name="李四")
    assert list(Contact.objects.filter(is_primary=True)) == [contact]
    client.post(reverse("organizations:contact-edit", args=[enterprise.pk, contact.pk]), {"name": "李五", "phone": "1"})
    contact.refresh_from_db()
    assert contact.name == "李五"
    client.post(reverse("organizations:contact-remove", args=[enterprise.pk, contact.pk]))
    assert not Contact.objects.filter(pk=contact.pk).exists()


def test_contact_of_another_organization_is_not_found(client: Client) -> None:
    own, foreign = ContactFactory(), ContactFactory()
    client.force_login(member_of(own.organization))
    for contact, status in ((foreign, 404), (own, 200)):
        address = reverse("organizations:contact-edit", args=[own.organization.pk, contact.pk])
        assert client.get(address).status_code == status
