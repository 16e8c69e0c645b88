"""People of an organization: who lets whom in, the link by e-mail, and the end of a membership."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.notifications.models import Notification
from portal.organizations.models import Membership, Organization
from tests.factories import EnterpriseFactory, OrganizationFactory, SchoolFactory, UserFactory, member_of

# mail goes out after commit, while the request is still served: only a real commit shows that
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
NEW = {"email": "Wang@firm.example", "name": "王五", "role": "hr"}
PASSWORD = "quite another passphrase"


@pytest.fixture
def firm(db: None) -> Organization:
    return EnterpriseFactory(legal_name="深圳市长盈精密技术股份有限公司", short_name="长盈精密")


@pytest.fixture
def hr(firm: Organization) -> User:
    return member_of(firm, user=UserFactory(language="en"))


@pytest.fixture
def desk(client: Client, hr: User) -> Client:
    """The browser of the firm's HR, in English."""
    client.force_login(hr)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def invite(desk: Client) -> Callable:
    """Post the form of an organization."""

    def post(organization: Organization, **values: str):
        return desk.post(reverse("organizations:member-invite", args=[organization.pk]), NEW | values)

    return post


def current(organization: Organization) -> list[tuple[str, str]]:
    rows = Membership.objects.current().filter(organization=organization).order_by("pk")
    return [(row.user.email, row.role) for row in rows.select_related("user")]


def test_invited_person_chooses_a_password_and_acts(
    firm: Organization, hr: User, invite: Callable, settings, tmp_path: Path
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path)
    assert invite(firm).headers["Location"] == firm.get_absolute_url()
    assert current(firm) == [(hr.email, "hr"), ("wang@firm.example", "hr")]
    user = User.objects.get(email="wang@firm.example")
    assert (user.name, user.language, user.has_usable_password()) == ("王五", "en", False)

    [file] = tmp_path.iterdir()
    [path] = re.findall(r"^http://testserver(/\S+)$", file.read_text(), re.MULTILINE)
    browser = Client()
    form = browser.get(path, follow=True)
    browser.post(form.request["PATH_INFO"], {"password1": PASSWORD, "password2": PASSWORD})
    browser.post(reverse("account_login"), {"login": "wang@firm.example", "password": PASSWORD})
    assert browser.get(reverse("organizations:edit", args=[firm.pk])).status_code == 200
    assert browser.get(path, follow=True).context["token_fail"] is True  # once


@pytest.mark.parametrize(
    ("language", "subject"),
    [("en", "Zhiqiao: You are invited to act for {}"), ("zh-hans", "职桥：邀请代表{}使用平台")],
)
def test_invitation_is_in_the_language_of_who_invites(
    firm: Organization, hr: User, invite: Callable, language: str, subject: str
) -> None:
    User.objects.filter(pk=hr.pk).update(language=language)
    invite(firm)
    [message] = mail.outbox
    assert (message.to, message.subject) == (["wang@firm.example"], subject.format(firm.legal_name))


def test_known_person_is_let_in_and_told_without_a_new_password(firm: Organization, hr: User, invite: Callable) -> None:
    known = UserFactory(email="wang@firm.example", name="老王", password=PASSWORD)
    invite(firm, role="reader")
    known.refresh_from_db()
    assert (known.name, known.check_password(PASSWORD)) == ("老王", True)
    assert current(firm) == [(hr.email, "hr"), (known.email, "reader")]
    assert [notice.event for notice in Notification.objects.filter(recipient=known)] == ["member_added"]
    assert mail.outbox == []


def test_member_is_not_invited_twice(firm: Organization, invite: Callable) -> None:
    invite(firm)
    again = invite(firm, email="WANG@firm.example")
    assert again.context["form"].errors["email"] == ["This person already acts for the organization."]
    assert len(current(firm)) == 2


@pytest.mark.parametrize(
    ("factory", "fitting", "wrong"),
    [
        (EnterpriseFactory, "hr", "organizer"),
        (SchoolFactory, "school_office", "hr"),
        (OrganizationFactory, "organizer", "school_office"),
    ],
)
def test_roles_fit_the_kind_of_organization(
    hr: User, invite: Callable, factory: Callable, fitting: str, wrong: str
) -> None:
    organization = factory(kind="park") if fitting == "organizer" else factory()
    member_of(organization, user=hr, role=fitting)
    refused = invite(organization, role=wrong)
    assert list(refused.context["form"].errors) == ["role"]
    assert [value for value, _label in refused.context["form"].fields["role"].choices] == [fitting, "reader"]
    assert invite(organization, role=fitting).status_code == 302


def test_unusable_address_lets_nobody_in_and_keeps_what_was_typed(firm: Organization, invite: Callable) -> None:
    answer = invite(firm, email="wang@")
    assert list(answer.context["form"].errors) == ["email"]
    assert "王五" in answer.content.decode()
    assert len(current(firm)) == 1


def test_only_those_who_may_write_let_people_in(firm: Organization, client: Client, staff: User) -> None:
    reader = member_of(firm, role="reader")
    addresses = [
        reverse("organizations:member-invite", args=[firm.pk]),
        reverse("organizations:member-end", args=[firm.pk, reader.memberships.get().pk]),
    ]
    for user, statuses in ((reader, [404, 404]), (UserFactory(), [404, 404]), (staff, [200, 302])):
        client.force_login(user)
        assert [client.post(address).status_code for address in addresses] == statuses
    assert current(firm) == []


def test_mail_server_that_is_away_is_told_and_the_person_is_let_in(settings, firm, hr, desk) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", 9, 1  # nobody listens there
    answer = desk.post(reverse("organizations:member-invite", args=[firm.pk]), NEW, follow=True)
    assert "the e-mail could not be sent" in answer.content.decode()
    assert len(current(firm)) == 2


def test_membership_is_ended_by_a_colleague(firm: Organization, hr: User, desk: Client) -> None:
    colleague = member_of(firm)
    page = desk.get(firm.get_absolute_url()).content.decode()
    endings = re.findall(r"/people/(\d+)/end/", page)
    assert endings == [str(colleague.memberships.get().pk)]  # no button beside the own name
    desk.post(reverse("organizations:member-end", args=[firm.pk, int(endings[0])]))
    assert current(firm) == [(hr.email, "hr")]


def test_own_membership_and_the_last_that_writes_stay(firm: Organization, hr: User, desk: Client, staff: User) -> None:
    def end() -> str:
        address = reverse("organizations:member-end", args=[firm.pk, hr.memberships.get().pk])
        return desk.post(address, follow=True).content.decode()

    member_of(firm, role="reader")
    assert "Nobody ends the own membership" in end()
    desk.force_login(staff)
    assert "Nobody else may write for this organization" in end()
    assert (hr.email, "hr") in current(firm)
    member_of(firm)
    assert "no longer acts for it" in end()
    assert (hr.email, "hr") not in current(firm)


def test_membership_of_another_organization_is_not_found(firm: Organization, desk: Client) -> None:
    foreign, own = member_of(EnterpriseFactory()), member_of(firm)
    statuses = [
        desk.post(reverse("organizations:member-end", args=[firm.pk, user.memberships.get().pk])).status_code
        for user in (foreign, own)
    ]
    assert statuses == [404, 302]
