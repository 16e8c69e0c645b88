from __future__ import annotations

import re

import pytest
from django.core import mail
from django.urls import reverse

from tests.factories import UserFactory

OLD = "the old passphrase"
NEW = "quite another passphrase"

pytestmark = pytest.mark.usefixtures("clean_cache")  # attempts are counted per network address, too


@pytest.fixture
def person(db):
    return UserFactory(email="hr@firm.example", password=OLD)


def ask_for_link(client, email):
    return client.post(reverse("account_reset_password"), {"email": email})


def link_of(message):
    return re.search(r"http://testserver(\S+)", message.body).group(1)


def test_reset_link_sets_a_new_password_once(client, person):
    ask_for_link(client, person.email)
    [message] = mail.outbox
    form = client.get(link_of(message), follow=True)
    done = client.post(form.request["PATH_INFO"], {"password1": NEW, "password2": NEW}, follow=True)
    assert done.status_code == 200
    person.refresh_from_db()
    assert person.check_password(NEW)
    again = client.get(link_of(message), follow=True)
    assert again.context["token_fail"] is True


@pytest.mark.parametrize(("language", "subject"), [("en", "Zhiqiao: Choose a new password")])
def test_reset_mail_is_ours_and_in_the_language_of_the_page(client, person, language, subject):
    client.cookies["django_language"] = language
    ask_for_link(client, person.email)
    [message] = mail.outbox
    assert message.subject == subject
    assert message.to == [person.email]


def test_reset_says_the_same_for_an_unknown_address(client, person):
    known = ask_for_link(client, person.email)
    unknown = ask_for_link(client, "nobody@firm.example")
    assert (known.status_code, known.headers["Location"]) == (unknown.status_code, unknown.headers["Location"])
    assert "reset" not in mail.outbox[1].body


def test_mail_backend_of_a_demo_writes_files(client, person, settings, tmp_path):
    settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    settings.EMAIL_FILE_PATH = str(tmp_path / "mail")
    ask_for_link(client, person.email)
    [file] = (tmp_path / "mail").iterdir()
    assert "To: hr@firm.example" in file.read_text()


@pytest.mark.parametrize("weak", ["short", "1234567890", "password123", "hr@firm.example"])
def test_weak_password_is_refused_beside_the_field(client, person, weak):
    client.force_login(person)
    fields = {"oldpassword": OLD, "password1": weak, "password2": weak}
    answer = client.post(reverse("account_change_password"), fields)
    assert list(answer.context["form"].errors) == ["password1"]
    person.refresh_from_db()
    assert person.check_password(OLD)


def test_password_is_changed_by_who_knows_the_old_one(client, person):
    client.force_login(person)
    url = reverse("account_change_password")
    wrong = client.post(url, {"oldpassword": "wrong", "password1": NEW, "password2": NEW})
    assert list(wrong.context["form"].errors) == ["oldpassword"]
    client.post(url, {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    person.refresh_from_db()
    assert person.check_password(NEW)


def test_change_of_password_ends_the_other_sessions(client, person, django_user_model):
    other = type(client)()
    other.force_login(person)
    client.force_login(person)
    assert other.get("/home/").status_code == 200
    client.post(reverse("account_change_password"), {"oldpassword": OLD, "password1": NEW, "password2": NEW})
    assert other.get("/home/").status_code == 302
