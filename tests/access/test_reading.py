"""Looking changes nothing, costs little, and every answer carries its protection."""

from __future__ import annotations

import re
from typing import Any

from tests.access.crawling import contents_of_the_tables


def test_looking_changes_no_row(stage, answers):
    before, after = stage.tables
    assert {table for table in before if before[table] != after[table]} == set()
    assert sum(rows for rows, _digest in before.values()) > 500


def test_the_digest_sees_a_change(stage):
    before = contents_of_the_tables()
    type(stage.world.own.fair).objects.filter(pk=stage.world.own.fair.pk).update(theme="x")
    after = contents_of_the_tables()
    assert {table for table in before if before[table] != after[table]} == {"events_fair", "events_fairevent"}


def test_looking_sends_no_write_to_the_database(answers):
    assert {str(answer): answer.writes for answer in answers if answer.writes} == {}


def test_every_page_keeps_the_budget_of_queries(answers):
    over = {
        f"{answer.role} {answer.path}": len(answer.queries)
        for answer in answers
        if answer.status == 200 and len(answer.queries) > answer.address.budget
    }
    assert over == {}
    assert max(len(answer.queries) for answer in answers) > 5


def test_every_page_carries_its_protection(answers):
    pages = [answer for answer in answers if answer.is_page and answer.body]
    assert len(pages) > 600
    for answer in pages:
        policy = _directives(answer.headers["Content-Security-Policy"])
        assert policy["frame-ancestors"] == ["'none'"], answer
        assert policy["object-src"] == ["'none'"], answer
        for name in ("script-src", "style-src", "default-src"):
            assert not {"'unsafe-inline'", "'unsafe-eval'", "*"} & set(policy[name]), answer
        assert answer.headers["X-Frame-Options"] == "DENY", answer


def test_every_answer_carries_its_headers(answers):
    for answer in answers:
        assert answer.headers["X-Content-Type-Options"] == "nosniff", answer
        assert answer.headers["Referrer-Policy"] == "same-origin", answer
        if answer.role != "anonymous" and answer.address.name not in ("pages:healthz", "pages:readyz"):
            assert "no-store" in answer.headers["Cache-Control"], answer


def test_no_page_has_inline_script_or_style(answers):
    found = {}
    for answer in answers:
        if answer.is_page:
            scripts = [tag for tag in re.findall(r"<script\b[^>]*>", answer.body) if "src=" not in tag]
            inline = [tag for tag in scripts if 'type="application/json"' not in tag]
            handlers = re.findall(r"<[a-z][^<>]*\s(?:on[a-z]+|style)=[\"'][^<>]*>", answer.body)
            if inline or handlers:
                found[str(answer)] = (inline + handlers)[:2]
    assert found == {}


def test_no_file_is_shown_inside_a_page(answers):
    files = [answer for answer in answers if "Content-Disposition" in answer.headers]
    assert {answer.address.name for answer in files} >= {"agreements:document", "jobs:download"}
    shown = [str(answer) for answer in files if not answer.headers["Content-Disposition"].startswith("attachment")]
    assert [answer for answer in shown if "api:schema" not in answer] == []


def _directives(policy: str) -> dict[str, list[str]]:
    parts: Any = [part.split() for part in policy.split(";") if part.strip()]
    return {part[0]: part[1:] for part in parts}
