from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.common.paging import keyset_page
from portal.organizations.models import Organization
from tests.factories import OrganizationFactory

ORDER = ("-legal_name", "id")


@pytest.fixture
def five(db):
    for name in ("甲", "乙", "乙", "丙", "丁"):
        OrganizationFactory(legal_name=name)
    return Organization.objects.all()


def walked(rows, size):
    """All pages from the first to the last, by their cursors."""
    pages, after = [], ""
    while True:
        page = keyset_page(rows, order=ORDER, after=after, size=size)
        pages.append(page)
        if not page.next:
            return pages
        after = page.next


@pytest.mark.parametrize("size", [1, 2, 3, 5, 9])
def test_keyset_pages_hold_every_row_once_and_in_order(five, size):
    pages = walked(five, size)
    assert [row for page in pages for row in page.rows] == list(five.order_by(*ORDER))
    assert {len(page.rows) for page in pages[:-1]} <= {size}


def test_keyset_page_knows_whether_it_is_the_first_or_the_last(five):
    first, middle, last = walked(five, 2)
    assert (first.after, bool(first.next)) == ("", True)
    assert (bool(middle.after), bool(middle.next)) == (True, True)
    assert (bool(last.after), last.next) == (True, "")


def test_keyset_page_does_not_shift_when_a_row_comes_before_it(five):
    first = keyset_page(five, order=("id",), size=2)
    five.filter(pk=first.rows[0].pk).update(legal_name="改")
    OrganizationFactory(legal_name="新")
    second = keyset_page(five, order=("id",), after=first.next, size=2)
    assert [row.pk for row in second.rows] == [row.pk for row in five.order_by("id")[2:4]]


@pytest.mark.parametrize("cursor", ["x", "!!", "bnVsbA", "WzFd", "e30", "W1tdLFtdXQ", "é"])
def test_keyset_page_takes_an_unreadable_cursor_as_the_first_page(five, cursor):
    page = keyset_page(five, order=ORDER, after=cursor, size=2)
    assert page.rows == list(five.order_by(*ORDER)[:2])
    assert page.after == ""


@pytest.mark.parametrize("rows", [1, 3])
def test_keyset_page_is_one_query(db, rows, django_assert_num_queries):
    OrganizationFactory.create_batch(rows)
    with django_assert_num_queries(1):
        keyset_page(Organization.objects.all(), order=ORDER, size=2)


def test_a_cursor_of_another_order_shows_the_first_page(five):
    cursor = keyset_page(five, order=ORDER, size=1).next

    assert len(keyset_page(five, order=("-created_at", "id"), after=cursor).rows) == 5
    assert len(keyset_page(five, order=ORDER, after=cursor).rows) == 4


def test_rows_of_the_same_microsecond_are_neither_lost_nor_doubled(five):
    order = ("-created_at", "id")
    five.update(created_at=datetime(2024, 5, 17, 4, 0, 0, 123456, tzinfo=UTC))

    first = keyset_page(five, order=order, size=2)
    second = keyset_page(five, order=order, size=2, after=first.next)

    assert [row.pk for row in first.rows + second.rows] == [row.pk for row in five.order_by("id")[:4]]
