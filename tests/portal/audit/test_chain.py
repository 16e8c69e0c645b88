from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from portal.accounts.models import User
from portal.audit.models import AuditEvent
from portal.audit.services import broken_links, record

pytestmark = pytest.mark.django_db


@pytest.fixture
def chain() -> list[AuditEvent]:
    person = User.objects.create_user("li@school.test", name="李老师")
    return [record(verb="approve", subject=person, actor=person, step=step) for step in range(3)]


def as_superuser(sql: str, *values: object) -> None:
    """Change rows behind the triggers' back, as somebody with the database's password could."""
    with connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(sql, values)
        cursor.execute("SET session_replication_role = DEFAULT")


def test_an_untouched_chain_is_whole(chain):
    assert list(broken_links(expected_head=chain[-1].digest)) == []


def test_a_changed_event_is_named(chain):
    as_superuser("UPDATE portal_auditevent SET verb = 'reject' WHERE id = %s", chain[1].pk)

    assert [link.event_id for link in broken_links()] == [chain[1].pk]


def test_a_deleted_event_is_found_at_its_successor(chain):
    as_superuser("DELETE FROM portal_auditevent WHERE id = %s", chain[1].pk)

    assert [link.event_id for link in broken_links()] == [chain[2].pk]


def test_a_cut_tail_is_found_by_the_head_kept_outside(chain):
    as_superuser("DELETE FROM portal_auditevent WHERE id = %s", chain[2].pk)

    assert list(broken_links()) == []
    assert [link.event_id for link in broken_links(expected_head=chain[2].digest)] == [0]


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE portal_auditevent SET verb = 'x'",
        "DELETE FROM portal_auditevent",
        "TRUNCATE portal_auditevent",
    ],
)
def test_the_database_refuses_to_change_the_chain(chain, sql):
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)

    assert AuditEvent.objects.count() == 3


def test_an_event_vanishes_with_the_transaction_it_tells_of(chain):
    with transaction.atomic():
        record(verb="approve", subject=chain[0].actor, actor=None)
        transaction.set_rollback(True)

    assert AuditEvent.objects.count() == 3


@pytest.mark.parametrize(
    "text", ["职桥 “对接”", '{"previous":"\\u0000"}', "\\u0000", "100 % %s %(a)s", "it's \\ a 'quote'", "😀\u2028\t\n"]
)
def test_an_event_of_any_text_keeps_the_chain_whole(chain, text):
    person, nested = chain[0].actor, {"previous": [text, None, 1.5]}
    told = record(verb="said", subject=person, actor=person, text=text, previous=text, nested=nested)
    record(verb="heard", subject=person, actor=None)
    assert list(broken_links()) == []
    told.refresh_from_db()
    assert (told.data["text"], told.data["nested"]) == (text, nested)
    assert told.previous_digest == chain[-1].digest
