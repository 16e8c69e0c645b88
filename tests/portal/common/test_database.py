"""Several statements in one message."""

from __future__ import annotations

import pytest
from django.core.checks import run_checks
from django.db import ProgrammingError, connection, transaction

from portal.common.database import last_rows


@pytest.mark.django_db
def test_last_rows_sends_all_and_quotes_what_it_puts_in() -> None:
    text = "it's; \\ 100 % %s\nSELECT 1; --"
    assert last_rows("SELECT 'first'; SELECT %s, %s::int[]", [text, [1, 2]]) == [(text, [1, 2])]
    assert last_rows("SELECT set_config('test.said', %(text)s, true); SELECT %(text)s", {"text": text}) == [(text,)]
    with pytest.raises(ProgrammingError), transaction.atomic():
        last_rows("SELECT 1; SELECT nothing", [])


def test_parameters_bound_by_the_server_are_refused_at_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "portal.E001" not in {found.id for found in run_checks()}
    monkeypatch.setitem(connection.settings_dict["OPTIONS"], "server_side_binding", True)
    assert "portal.E001" in {found.id for found in run_checks()}
