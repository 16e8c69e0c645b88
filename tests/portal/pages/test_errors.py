from __future__ import annotations

import pytest
from django.test import Client, RequestFactory
from django.urls import path
from django.utils import translation

from portal.pages.views import server_error
from portal.urls import urlpatterns as portal_urls
from tests.factories import UserFactory


def broken(request):
    raise RuntimeError("the secret text of a fault")


broken.login_required = False
urlpatterns = [path("broken/", broken), *portal_urls]
handler500 = "portal.pages.views.server_error"


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def test_unknown_address_has_a_page_with_a_way_home(english, db):
    answer = english.get("/nowhere/")
    assert answer.status_code == 404
    body = answer.content.decode()
    assert "There is no such page" in body
    assert 'href="/"' in body


def test_unknown_address_leads_people_who_signed_in_to_their_home(english, db):
    english.force_login(UserFactory())
    assert 'class="btn btn-primary" href="/home/"' in english.get("/nowhere/").content.decode()


def test_form_from_a_page_open_too_long_is_refused_in_words(db):
    client = Client(enforce_csrf_checks=True)
    client.cookies["django_language"] = "en"
    answer = client.post("/accounts/login/", {"login": "a@b.example", "password": "x"})
    assert answer.status_code == 403
    assert "This page was open for too long" in answer.content.decode()


@pytest.mark.urls(__name__)
def test_fault_shows_a_calm_page_without_a_trace(english):
    """Neither database nor session: the test may not use them."""
    english.raise_request_exception = False
    answer = english.get("/broken/")
    body = answer.content.decode()
    assert answer.status_code == 500
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Something went wrong" in body
    assert "secret text" not in body
    assert "Traceback" not in body


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_page_of_last_resort_needs_no_request(language):
    with translation.override(language):
        answer = server_error(RequestFactory().get("/"))
    assert f'<html lang="{language}"' in answer.content.decode()
