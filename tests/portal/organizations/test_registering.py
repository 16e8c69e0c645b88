"""Registering organizations and changing what they say of themselves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.organizations.identity import InvalidUscc
from portal.organizations.models import Membership, Organization, SchoolProfile
from portal.organizations.services import (
    ChangedMeanwhile,
    CodeTaken,
    archive_organization,
    register_organization,
    update_organization,
)
from portal.organizations.signals import organization_changed
from portal.taxonomy.models import CooperationKind, Industry, Region
from tests.factories import EnterpriseFactory, OrganizationFactory, SchoolFactory, member_of

USCC = "91110000600037341L"
pytestmark = pytest.mark.django_db


def test_register_stores_a_draft_whose_first_member_is_the_person(person: User, noon: datetime) -> None:
    enterprise = register_organization(
        kind="enterprise",
        actor=person,
        at=noon,
        legal_name="深圳市长盈精密技术股份有限公司",
        uscc=USCC.lower(),
        region=Region.objects.get(code="440306"),
        industry=Industry.objects.get(),
    )
    assert (enterprise.status, enterprise.uscc, enterprise.initials) == ("draft", USCC, "szszyjmjsgfyxgs")
    assert enterprise.enterprise.industry_id == "3922"
    assert list(Membership.objects.values_list("user", "organization", "role")) == [(person.pk, enterprise.pk, "hr")]
    assert AuditEvent.objects.get().verb == "organization_registered"


def test_register_school_stores_its_profile(person: User, noon: datetime) -> None:
    school = register_organization(
        kind="school",
        actor=person,
        at=noon,
        legal_name="昭通市职业教育中心",
        region=Region.objects.get(code="440300"),
        level="technician",
        students=4200,
        cooperation_kinds=CooperationKind.objects.all(),
    )
    profile = SchoolProfile.objects.get()
    assert (profile.level, profile.students) == ("technician", 4200)
    assert [kind.code for kind in profile.cooperation_kinds.all()] == ["order_class"]
    assert school.memberships.get().role == "school_office"


def test_register_by_staff_makes_no_member(staff: User, noon: datetime) -> None:
    region = Region.objects.get(code="440300")
    register_organization(kind="government", actor=staff, at=noon, legal_name="宝安区人力资源局", region=region)
    assert (Organization.objects.count(), Membership.objects.count()) == (1, 0)


@pytest.mark.parametrize(("uscc", "error"), [("9111", InvalidUscc), (USCC, CodeTaken)])
def test_register_with_a_wrong_or_taken_code_stores_nothing(
    person: User, noon: datetime, uscc: str, error: type[Exception]
) -> None:
    EnterpriseFactory(uscc=USCC)
    region = Region.objects.get(code="440300")
    with pytest.raises(error) as raised:
        register_organization(kind="park", actor=person, at=noon, legal_name="园区", uscc=uscc, region=region)
    assert raised.value.field == "uscc"
    assert (Organization.objects.count(), Membership.objects.count(), AuditEvent.objects.count()) == (1, 0, 0)


def test_register_with_a_taken_school_code_names_that_field(person: User, noon: datetime) -> None:
    SchoolFactory(profile={"moe_code": "12345"})
    region = Region.objects.get(code="440300")
    with pytest.raises(CodeTaken) as raised:
        register_organization(
            kind="school", actor=person, at=noon, legal_name="学校", region=region, level="secondary", moe_code="12345"
        )
    assert raised.value.field == "moe_code"
    assert Organization.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"short_name": "长盈"}, "approved"),
        ({"legal_name": "长盈精密股份有限公司"}, "submitted"),
        ({"uscc": USCC}, "submitted"),
        ({"legal_name": "深圳市长盈精密技术股份有限公司", "address": "福海街道"}, "approved"),
    ],
)
def test_update_of_identity_by_a_member_goes_back_to_review(
    noon: datetime, fields: dict[str, str], status: str
) -> None:
    enterprise = EnterpriseFactory(legal_name="深圳市长盈精密技术股份有限公司")
    member = member_of(enterprise)
    changed = update_organization(organization_id=enterprise.pk, actor=member, at=noon, **fields)
    assert (changed.status, changed.version) == (status, 2)


def test_update_of_identity_by_staff_stays_approved(staff: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory(legal_name="旧名有限公司")
    changed = update_organization(organization_id=enterprise.pk, actor=staff, at=noon, legal_name="新名有限公司")
    assert (changed.status, changed.former_names) == ("approved", ["旧名有限公司"])
    assert list(Organization.objects.named_like("旧名")) == [enterprise]
    assert list(Organization.objects.named_like("xmyxgs")) == [enterprise]


def test_update_changes_the_profile(staff: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory()
    update_organization(organization_id=enterprise.pk, actor=staff, at=noon, scale="large", stock_code="300115")
    enterprise.enterprise.refresh_from_db()
    assert (enterprise.enterprise.scale, enterprise.enterprise.stock_code) == ("large", "300115")


def test_update_of_an_old_page_is_refused(staff: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory()
    pk = enterprise.pk
    update_organization(organization_id=pk, actor=staff, at=noon, expected_version=1, address="A")
    with pytest.raises(ChangedMeanwhile):
        update_organization(organization_id=pk, actor=staff, at=noon, expected_version=1, address="B")
    assert Organization.objects.get().address == "A"


def test_update_of_an_archived_one_is_refused(staff: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory()
    archive_organization(organization_id=enterprise.pk, actor=staff, at=noon)
    with pytest.raises(ChangedMeanwhile):
        update_organization(organization_id=enterprise.pk, actor=staff, at=noon, address="A")
    assert Organization.objects.get().address == ""


def test_update_with_a_taken_code_changes_nothing(staff: User, noon: datetime) -> None:
    EnterpriseFactory(uscc=USCC)
    other = EnterpriseFactory()
    with pytest.raises(CodeTaken):
        update_organization(organization_id=other.pk, actor=staff, at=noon, uscc=USCC, address="A")
    other.refresh_from_db()
    assert (other.uscc, other.address, other.version) == (None, "", 1)


def test_changes_are_told_after_commit(
    person: User, noon: datetime, django_capture_on_commit_callbacks: Callable
) -> None:
    told: list[int] = []

    def listen(*, organization_id: int, **_: object) -> None:
        told.append(organization_id)

    organization_changed.connect(listen)
    region = Region.objects.get(code="440300")
    with django_capture_on_commit_callbacks(execute=True) as callbacks:
        park = register_organization(kind="park", actor=person, at=noon, legal_name="园区", region=region)
    organization_changed.disconnect(listen)
    assert len(callbacks) == 1
    assert told == [park.pk]


@pytest.mark.parametrize("uscc", ["91110000600037341I", "9111000060003734", "91110000600037341l"])
def test_database_refuses_a_code_of_another_shape(uscc: str) -> None:
    OrganizationFactory(uscc=USCC)
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(uscc=uscc)


def test_database_refuses_an_approved_one_without_date() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        OrganizationFactory(verified_on=None)
    assert OrganizationFactory(status="draft", verified_on=None).pk
