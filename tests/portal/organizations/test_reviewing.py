"""The states of an organization, who is told, and who wins of two at once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.notifications.models import Notification
from portal.organizations import services
from portal.organizations.models import OrganizationStatus
from portal.organizations.services import NoteMissing, OrganizationStateConflict
from tests.factories import EnterpriseFactory, OrganizationFactory, member_of

pytestmark = pytest.mark.django_db
Move = Callable[..., Any]

NOTE = {"note": "名称与执照不符"}
MOVES: list[tuple[Move, dict[str, str], set[str], str]] = [
    (services.submit_organization, {}, {"draft", "returned"}, "submitted"),
    (services.approve_organization, {}, {"submitted"}, "approved"),
    (services.return_organization, NOTE, {"submitted"}, "returned"),
    (services.suspend_organization, NOTE, {"approved"}, "suspended"),
    (services.reinstate_organization, {}, {"suspended"}, "approved"),
    (services.archive_organization, {}, {"draft", "returned", "approved", "suspended"}, "archived"),
]


@pytest.mark.parametrize(("move", "arguments", "starts", "end"), MOVES)
@pytest.mark.parametrize("status", OrganizationStatus.values)
def test_move_starts_from_its_states_only(
    staff: User, noon: datetime, move: Move, arguments: dict[str, str], starts: set[str], end: str, status: str
) -> None:
    organization = OrganizationFactory(status=status, verified_on=noon.date())
    if status in starts:
        moved = move(organization_id=organization.pk, actor=staff, at=noon, **arguments)
        assert (moved.status, moved.version) == (end, 2)
        assert AuditEvent.objects.get().verb == f"organization_{end}"
    else:
        with pytest.raises(OrganizationStateConflict):
            move(organization_id=organization.pk, actor=staff, at=noon, **arguments)
        organization.refresh_from_db()
        assert (organization.status, organization.version) == (status, 1)
        assert AuditEvent.objects.count() == 0


def test_approve_dates_the_verification_and_tells_the_members(staff: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory(status="submitted", short_name="长盈", review_note="old")
    member = member_of(enterprise)
    approved = services.approve_organization(organization_id=enterprise.pk, actor=staff, at=noon)
    assert (approved.verified_on, approved.review_note) == (noon.date(), "")
    notification = Notification.objects.get()
    assert (notification.recipient, notification.event) == (member, "organization_approved")
    assert (notification.context, notification.url) == ({"organization": "长盈"}, enterprise.get_absolute_url())


def test_return_tells_the_reason(staff: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory(status="submitted")
    member_of(enterprise)
    services.return_organization(organization_id=enterprise.pk, note=" 名称与执照不符 ", actor=staff, at=noon)
    enterprise.refresh_from_db()
    assert enterprise.review_note == Notification.objects.get().context["note"] == "名称与执照不符"


def test_submit_by_a_member_tells_the_staff(staff: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory(status="draft")
    services.submit_organization(organization_id=enterprise.pk, actor=member_of(enterprise), at=noon)
    notification = Notification.objects.get()
    assert (notification.recipient, notification.event, notification.url) == (
        staff,
        "organization_submitted",
        "/organizations/review/",
    )


@pytest.mark.parametrize("move", [services.return_organization, services.suspend_organization])
def test_move_without_a_reason_is_refused(staff: User, noon: datetime, move: Move) -> None:
    status = "submitted" if move is services.return_organization else "approved"
    enterprise = EnterpriseFactory(status=status)
    with pytest.raises(NoteMissing) as raised:
        move(organization_id=enterprise.pk, note="  ", actor=staff, at=noon)
    enterprise.refresh_from_db()
    assert (raised.value.field, enterprise.status) == ("note", status)


def test_members_are_added_once_and_end(staff: User, person: User, noon: datetime) -> None:
    enterprise = EnterpriseFactory()
    add = services.add_member
    with pytest.raises(services.RoleDoesNotFit):
        add(organization_id=enterprise.pk, user=person, role="school_office", actor=staff, at=noon)
    membership = add(organization_id=enterprise.pk, user=person, role="hr", actor=staff, at=noon)
    with pytest.raises(services.AlreadyMember):
        add(organization_id=enterprise.pk, user=person, role="reader", actor=staff, at=noon)
    services.end_membership(membership_id=membership.pk, actor=staff, at=noon)
    with pytest.raises(services.MembershipEnded):
        services.end_membership(membership_id=membership.pk, actor=staff, at=noon)
    assert add(organization_id=enterprise.pk, user=person, role="hr", actor=staff, at=noon).pk != membership.pk
