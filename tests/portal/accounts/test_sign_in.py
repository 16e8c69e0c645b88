from __future__ import annotations

import pytest
from allauth.account.adapter import get_adapter
from axes.models import AccessAttempt
from django.core.cache import cache
from django.urls import reverse

from tests.factories import UserFactory

PASSWORD = "a long enough passphrase"
DOORS = {"site": ("account_login", "login"), "admin": ("admin:login", "username")}

pytestmark = pytest.mark.usefixtures("clean_cache")  # attempts are counted per network address, too


@pytest.fixture
def person(db):
    return UserFactory(email="hr@firm.example", password=PASSWORD)


@pytest.fixture
def administrator(db):
    return UserFactory(email="admin@portal.example", password=PASSWORD, is_staff=True, is_superuser=True)


def sign_in(client, email, password, door="site", **extra):
    name, field = DOORS[door]
    return client.post(reverse(name), {field: email, "password": password}, **extra)


def is_signed_in(client):
    return "_auth_user_id" in client.session


def test_sign_in_by_address_and_password_leads_home(client, person):
    answer = sign_in(client, "HR@firm.example", PASSWORD)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/home/")
    assert is_signed_in(client)


def test_sign_in_leads_back_to_the_page_asked_for(client, person):
    asked = client.get("/jobs/?state=failed")
    assert asked.headers["Location"] == "/accounts/login/?next=/jobs/%3Fstate%3Dfailed"
    login = {"login": person.email, "password": PASSWORD, "next": "/jobs/?state=failed"}
    assert client.post("/accounts/login/", login).headers["Location"] == "/jobs/?state=failed"


@pytest.mark.parametrize("elsewhere", ["//evil.example", "https://evil.example/", "\\\\evil.example", "javascript:0"])
def test_sign_in_never_leads_to_another_site(client, person, elsewhere):
    login = {"login": person.email, "password": PASSWORD, "next": elsewhere}
    assert client.post("/accounts/login/", login).headers["Location"] == "/home/"


def test_sign_in_makes_a_new_session(client, person):
    session = client.session
    session["x"] = 1
    session.save()
    before = session.session_key
    sign_in(client, person.email, PASSWORD)
    assert client.session.session_key != before


def test_sign_in_says_the_same_of_unknown_addresses_and_wrong_passwords(client, person):
    wrong = sign_in(client, person.email, "wrong")
    unknown = sign_in(client, "nobody@firm.example", "wrong")
    assert (wrong.status_code, unknown.status_code) == (200, 200)
    assert wrong.context["form"].errors == unknown.context["form"].errors != {}


def test_closed_account_cannot_sign_in(client, person):
    person.is_active = False
    person.save(update_fields=["is_active"])
    sign_in(client, person.email, PASSWORD)
    assert not is_signed_in(client)


@pytest.mark.parametrize("door", DOORS)
def test_door_is_locked_after_eight_failures_even_for_the_right_password(client, administrator, settings, door):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        answer = sign_in(client, administrator.email, "wrong", door)
    answer = sign_in(client, administrator.email, PASSWORD, door)
    assert answer.status_code == 429
    assert "account/lockout.html" in [template.name for template in answer.templates]
    assert not is_signed_in(client)


@pytest.mark.parametrize("door", DOORS)
def test_door_opens_after_seven_failures(client, administrator, settings, door):
    for _ in range(settings.AXES_FAILURE_LIMIT - 1):
        sign_in(client, administrator.email, "wrong", door)
    sign_in(client, administrator.email, PASSWORD, door)
    assert is_signed_in(client)


def test_locked_at_one_door_is_locked_at_the_other(client, administrator, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, administrator.email.upper(), "wrong", "site")
    assert sign_in(client, administrator.email, PASSWORD, "admin").status_code == 429


def test_lock_is_of_one_address_only(client, administrator, person, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, administrator.email, "wrong")
    sign_in(client, person.email, PASSWORD)
    assert is_signed_in(client)


def test_lock_is_not_evaded_by_a_forged_address_of_the_client(client, person, settings):
    for n in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, person.email, "wrong", headers={"X-Forwarded-For": f"10.0.0.{n}"}, REMOTE_ADDR=f"10.1.0.{n}")
    sign_in(client, person.email, PASSWORD, headers={"X-Forwarded-For": "10.9.9.9"})
    assert not is_signed_in(client)


def test_lock_outlives_the_cache(client, person, settings):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, person.email, "wrong")
    cache.clear()
    sign_in(client, person.email, PASSWORD)
    assert not is_signed_in(client)
    assert AccessAttempt.objects.get().failures_since_start >= settings.AXES_FAILURE_LIMIT


@pytest.fixture
def without_redis(settings, tmp_path):
    """The cache's address leads to a socket on which nobody listens."""
    settings.CACHES = {"default": settings.CACHES["default"] | {"LOCATION": f"unix://{tmp_path}/none.sock"}}


@pytest.mark.usefixtures("without_redis")
def test_sign_in_works_while_redis_is_away(client, person):
    sign_in(client, person.email, PASSWORD)
    assert is_signed_in(client)


@pytest.mark.usefixtures("without_redis")
@pytest.mark.parametrize("door", DOORS)
def test_door_is_locked_while_redis_is_away(client, administrator, settings, door):
    for _ in range(settings.AXES_FAILURE_LIMIT):
        sign_in(client, administrator.email, "wrong", door)
    sign_in(client, administrator.email, PASSWORD, door)
    assert not is_signed_in(client)


def test_nobody_signs_up_by_himself(client, db, django_user_model):
    fields = {"email": "new@firm.example", "password1": PASSWORD, "password2": PASSWORD}
    answer = client.post(reverse("account_signup"), fields)
    assert "account/signup_closed.html" in [template.name for template in answer.templates]
    assert django_user_model.objects.count() == 0


def test_sign_out_is_asked_before_it_is_done(client, person):
    client.force_login(person)
    client.get(reverse("account_logout"))
    assert is_signed_in(client)
    client.post(reverse("account_logout"))
    assert not is_signed_in(client)


def test_fragment_after_the_session_has_ended_sends_the_page_to_the_sign_in(client, db):
    asked = {"HX-Request": "true", "HX-Current-URL": "http://testserver/fairs/baoan/?day=2"}
    answer = client.get("/jobs/", headers=asked)
    assert answer.headers["HX-Redirect"] == "/accounts/login/?next=%2Ffairs%2Fbaoan%2F%3Fday%3D2"
    assert client.get("/jobs/").status_code == 302


def test_venue_with_one_address_signs_in_more_than_thirty_people_in_a_minute(client, person):
    answers = {sign_in(type(client)(), person.email, PASSWORD).status_code for _ in range(35)}
    assert answers == {302}


@pytest.mark.parametrize(("proxies", "counted"), [(0, "127.0.0.1"), (1, "10.0.0.9")])
def test_address_of_the_client_is_told_by_the_proxy_that_is_trusted(settings, rf, proxies, counted):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = proxies
    request = rf.get("/", headers={"X-Forwarded-For": "6.6.6.6, 10.0.0.9"})
    assert get_adapter().get_client_ip(request) == counted
