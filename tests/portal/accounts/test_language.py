from __future__ import annotations

import pytest
from django.urls import reverse

from tests.factories import UserFactory

PASSWORD = "a long enough passphrase"


@pytest.fixture
def person(db):
    return UserFactory(email="hr@firm.example", password=PASSWORD, language="en")


def switch(client, language, back="/help/"):
    return client.post(reverse("accounts:language"), {"language": language, "next": back})


def language_of(client, page="/help/"):
    return client.get(page).headers["Content-Language"]


def test_language_is_chinese_unless_asked_otherwise(client, db):
    assert language_of(client) == "zh-hans"


def test_switch_shows_the_same_page_in_the_other_language(client, db):
    answer = switch(client, "en", "/?from=2")
    assert answer.headers["Location"] == "/?from=2"
    page = client.get("/?from=2")
    assert '<html lang="en"' in page.content.decode()
    switch(client, "zh-hans")
    assert '<html lang="zh-hans"' in client.get("/").content.decode()


@pytest.mark.parametrize("elsewhere", ["//evil.example/", "https://evil.example/"])
def test_switch_never_leads_to_another_site(client, db, elsewhere):
    assert switch(client, "en", elsewhere).headers["Location"] == "/"


def test_switch_is_remembered_for_messages_and_mail(client, person):
    client.force_login(person)
    switch(client, "zh-hans")
    person.refresh_from_db()
    assert person.language == "zh-hans"


@pytest.mark.parametrize("unknown", ["xx", "", "de"])
def test_switch_to_an_unknown_language_changes_nothing(client, person, unknown):
    client.force_login(person)
    switch(client, unknown)
    person.refresh_from_db()
    assert person.language == "en"


def test_switch_by_a_link_changes_nothing(client, person):
    client.force_login(person)
    assert client.get(reverse("accounts:language"), {"language": "zh-hans"}).status_code == 405
    person.refresh_from_db()
    assert person.language == "en"


def test_sign_in_goes_on_in_the_language_of_the_person(client, person):
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert language_of(client) == "en"


def test_sign_in_keeps_the_language_chosen_on_this_browser(client, person):
    switch(client, "zh-hans")
    client.post(reverse("account_login"), {"login": person.email, "password": PASSWORD})
    assert language_of(client) == "zh-hans"


def test_profile_stores_name_and_language_and_answers_in_it(client, person):
    client.force_login(person)
    answer = client.post(reverse("accounts:profile"), {"name": "陈晓雯", "language": "zh-hans"})
    assert answer.headers["Location"] == reverse("accounts:profile")
    person.refresh_from_db()
    assert (person.name, person.language) == ("陈晓雯", "zh-hans")
    assert language_of(client) == "zh-hans"


def test_profile_keeps_what_was_typed_and_stores_nothing_of_bad_input(client, person):
    client.force_login(person)
    name = person.name
    answer = client.post(reverse("accounts:profile"), {"name": "新名字", "language": "xx", "is_staff": "on"})
    assert list(answer.context["form"].errors) == ["language"]
    assert "新名字" in answer.content.decode()
    person.refresh_from_db()
    assert (person.name, person.language, person.is_staff) == (name, "en", False)


def test_profile_changes_nothing_that_it_does_not_show(client, person):
    client.force_login(person)
    fields = {"name": "x", "language": "en", "is_staff": "on", "is_superuser": "on", "email": "other@firm.example"}
    client.post(reverse("accounts:profile"), fields)
    person.refresh_from_db()
    assert (person.name, person.is_staff, person.is_superuser, person.email) == ("x", False, False, "hr@firm.example")
