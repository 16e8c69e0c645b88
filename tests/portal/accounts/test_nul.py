from __future__ import annotations

import pytest
from django.db import connection
from django.http import HttpRequest
from django.test import RequestFactory

from portal.accounts.middleware import NulRefusedMiddleware


def ask_database(text: str) -> Exception | None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::text", [text])
    except Exception as error:
        return error
    return None


@pytest.mark.django_db
def test_a_character_that_the_database_cannot_hold_is_the_senders_fault(rf: RequestFactory):
    request: HttpRequest = rf.get("/")
    refuse = NulRefusedMiddleware(lambda _request: None).process_exception

    assert ask_database("中") is None
    error = ask_database("a\x00b")
    assert refuse(request, error).status_code == 400
    assert refuse(request, ValueError("another fault")) is None
