from __future__ import annotations

import pytest
from django.urls import reverse

from portal.organizations.models import MemberRole
from portal.organizations.standing import Role, remember_standing, roles_of, standing_of
from portal.pages.navigation import ENTRIES, menu
from tests.factories import (
    EnterpriseFactory,
    MembershipFactory,
    OrganizationFactory,
    SchoolFactory,
    StaffFactory,
    UserFactory,
)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: f"{entry.url_name}-{entry.label}")
def test_every_entry_leads_somewhere(entry):
    assert reverse(entry.url_name).startswith("/")


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("enterprise", "home demands matching fairs agreements organizations"),
        ("school", "home majors demands matching fairs agreements organizations"),
        ("organizer", "home fairs agreements organizations jobs"),
        ("staff", "home demands engine fairs agreements organizations jobs review names templates admin"),
    ],
)
def test_menu_of_a_role(role, expected):
    names = {
        "home": "pages:home",
        "matching": "matching:mine",
        "engine": "matching:runs",
        "review": "organizations:review",
        "names": "taxonomy:queue",
        "templates": "agreements:templates",
        "admin": "admin:index",
    }
    wanted = [reverse(names.get(name, f"{name}:list")) for name in expected.split()]
    assert [link.url for link in menu(frozenset({Role(role)}), "/")] == wanted


def test_menu_of_several_roles_has_each_entry_once():
    urls = [link.url for link in menu(frozenset(Role), "/")]
    assert len(urls) == len(set(urls))


def test_menu_without_a_role_leads_home_only():
    assert [link.url for link in menu(frozenset(), "/")] == [reverse("pages:home")]


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/organizations/", "/organizations/"),
        ("/organizations/7/", "/organizations/"),
        ("/organizations/review/", "/organizations/review/"),
        ("/accounts/profile/", None),
    ],
)
def test_menu_marks_the_nearest_entry(path, current):
    marked = [link.url for link in menu(frozenset({Role.STAFF}), path) if link.current]
    assert marked == ([current] if current else [])


def test_page_shows_the_menu_of_the_persons_roles(client, db):
    client.force_login(MembershipFactory(organization=SchoolFactory()).user)
    body = client.get("/help/").content.decode()
    assert f'href="{reverse("majors:list")}"' in body
    assert f'href="{reverse("organizations:review")}"' not in body
    assert "aria-current" in client.get("/home/").content.decode()


def test_anonymous_page_has_no_menu(client, db):
    body = client.get("/help/").content.decode()
    assert 'id="side"' not in body
    assert reverse("account_login") in body


@pytest.mark.parametrize(
    ("make", "role", "expected"),
    [
        (EnterpriseFactory, MemberRole.HR, {Role.ENTERPRISE}),
        (EnterpriseFactory, MemberRole.READER, {Role.ENTERPRISE}),
        (SchoolFactory, MemberRole.SCHOOL_OFFICE, {Role.SCHOOL}),
        (SchoolFactory, MemberRole.ORGANIZER, {Role.ORGANIZER}),
    ],
)
def test_role_follows_from_membership(db, make, role, expected):
    assert roles_of(MembershipFactory(organization=make(), role=role).user) == expected


def test_member_of_another_body_has_no_side_unless_organizer(db):
    centre = OrganizationFactory(kind="training_centre")
    assert roles_of(MembershipFactory(organization=centre, role=MemberRole.READER).user) == set()
    assert roles_of(MembershipFactory(organization=centre, role=MemberRole.ORGANIZER).user) == {Role.ORGANIZER}


def test_ended_membership_gives_no_role(db, noon):
    membership = MembershipFactory()
    assert roles_of(membership.user) == {Role.ENTERPRISE}
    membership.ended_at = noon
    membership.save(update_fields=["ended_at"])
    assert roles_of(membership.user) == set()


def test_staff_is_a_role(db):
    assert roles_of(StaffFactory()) == {Role.STAFF}


def test_standing_names_organizations_in_the_order_of_joining(db, django_assert_num_queries):
    user = UserFactory()
    for short_name, legal_name in (("甲", "甲公司"), ("", "乙公司"), ("丙", "丙公司")):
        MembershipFactory(user=user, organization=EnterpriseFactory(short_name=short_name, legal_name=legal_name))
    with django_assert_num_queries(1):
        standing = standing_of(user)
    assert standing.roles == {Role.ENTERPRISE}
    assert [seat.name for seat in standing.seats] == ["甲", "乙公司", "丙"]


def test_standing_is_asked_once_after_it_is_remembered(db, django_assert_num_queries):
    user = MembershipFactory().user
    with django_assert_num_queries(1):
        assert remember_standing(user) == standing_of(user) == remember_standing(user)
