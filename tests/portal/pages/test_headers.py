from __future__ import annotations

import re

import pytest

from tests.factories import EnterpriseFactory, UserFactory, member_of

PUBLIC = ["/", "/help/", "/accounts/login/", "/accounts/password/reset/", "/nowhere/"]
PRIVATE = [
    "/home/",
    "/jobs/",
    "/notifications/",
    "/accounts/profile/",
    "/accounts/password/change/",
    "/accounts/email/",
]


def directives(answer):
    policy = answer.headers["Content-Security-Policy"]
    return {name: set(sources) for name, *sources in (part.split() for part in policy.split(";"))}


@pytest.mark.parametrize("url", PUBLIC)
def test_public_page_allows_own_scripts_and_styles_only(client, db, url):
    allowed = directives(client.get(url))
    assert allowed["script-src"] == allowed["style-src"] == allowed["default-src"] == {"'self'"}
    assert allowed["object-src"] == allowed["frame-ancestors"] == {"'none'"}
    assert allowed["form-action"] == allowed["base-uri"] == {"'self'"}


@pytest.mark.parametrize("url", PRIVATE)
def test_private_page_is_not_kept_by_the_browser(client, db, url):
    client.force_login(UserFactory())
    answer = client.get(url)
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["X-Frame-Options"] == "DENY"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"


@pytest.mark.parametrize("url", [*PUBLIC, *PRIVATE])
def test_page_holds_nothing_the_policy_would_stop(client, db, url):
    if url in PRIVATE:
        client.force_login(member_of(EnterpriseFactory()))
    body = client.get(url).content.decode()
    assert not re.search(r"<script(?![^>]*\ssrc=)[^>]*>", body)
    assert not re.search(r"<[^>]+\s(style|on[a-z]+)=", body)
    assert "<style" not in body
    assert not re.search(r'(src|href)="(https?:)?//', body)


@pytest.mark.parametrize("url", [*PUBLIC, *PRIVATE])
def test_page_has_its_language_title_heading_and_way_past_the_menu(client, db, url):
    if url in PRIVATE:
        client.force_login(UserFactory())
    client.cookies["django_language"] = "en"
    body = client.get(url).content.decode()
    assert '<html lang="en"' in body
    assert re.search(r"<title>[^<–]+ – Zhiqiao</title>", body)
    assert len(re.findall(r"<h1", body)) == 1
    assert 'href="#main"' in body
    assert 'id="main"' in body


def test_session_cookie_is_out_of_reach_of_scripts_and_other_sites(client, db, clean_cache):
    person = UserFactory(password="a long enough passphrase")
    answer = client.post("/accounts/login/", {"login": person.email, "password": "a long enough passphrase"})
    cookie = answer.cookies["sessionid"]
    assert cookie["httponly"] is True
    assert cookie["samesite"] == "Lax"
