"""Two texts side by side, without a database."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from django.utils import translation

from events.agreements.comparing import How, differences, pieces
from events.agreements.facts import (
    AgreementFacts,
    AnnexFacts,
    FundingFacts,
    HeadCountFacts,
    InstalmentFacts,
    TermFacts,
)
from events.agreements.reading import Names, people_table

NAMES = Names(
    parties={"first": "甲方", "second": "乙方"},
    kinds={"internship": "Internships", "order_class": "Order classes"},
    majors={"510205": "大数据技术"},
    positions={},
)
TERM = TermFacts("internship", headcounts=(HeadCountFacts(2024, 30, "510205"), HeadCountFacts(2025, 20)))
GRANT = FundingFacts("second", "first", "Fund", Decimal(1000), line=1)
TEXT = AgreementFacts(
    title="Agreement", starts_on=date(2024, 5, 17), ends_on=date(2025, 5, 16), terms=(TERM,), funding=(GRANT,)
)


@pytest.fixture(autouse=True)
def _english():
    with translation.override("en"):
        yield


def told(old: AgreementFacts, new: AgreementFacts) -> list[tuple[str, str, str, str, str]]:
    """Heading, field, what happened, before, after."""
    return [
        (group.heading, row.label, row.how.value, *("".join(p.text for p in side) for side in (row.before, row.after)))
        for group in differences(old, new, NAMES)
        for row in group.differences
    ]


def test_same_texts_differ_in_nothing_whatever_the_order_of_rows():
    turned = replace(TEXT, terms=(replace(TERM, headcounts=tuple(reversed(TERM.headcounts))),))
    assert told(TEXT, turned) == []


def test_head_of_the_text_is_compared_field_by_field():
    new = replace(TEXT, title="Agreement", ends_on=date(2026, 5, 16), place="Bao'an")
    assert told(TEXT, new) == [
        ("The agreement", "Period", "changed", "2024-05-17 – 2025-05-16", "2024-05-17 – 2026-05-16"),
        ("The agreement", "Place of signature", "added", "", "Bao'an"),
    ]


def test_headcounts_are_matched_by_year_and_major():
    term = replace(TERM, headcounts=(HeadCountFacts(2024, 35, "510205"), HeadCountFacts(2026, 5)))
    assert told(TEXT, replace(TEXT, terms=(term,))) == [
        ("Internships", "2024, 大数据技术: people", "changed", "30", "35"),
        ("Internships", "2025, All majors: people", "removed", "20", ""),
        ("Internships", "2026, All majors: people", "added", "", "5"),
    ]


def test_term_that_came_or_went_says_so_as_a_whole():
    groups = differences(TEXT, replace(TEXT, terms=(TermFacts("order_class", obligations="Teach"),)), NAMES)
    assert [(group.heading, group.how) for group in groups] == [
        ("Internships", How.REMOVED),
        ("Order classes", How.ADDED),
    ]


def test_money_is_matched_by_its_line_and_instalments_by_their_day():
    parts = (InstalmentFacts(date(2024, 9, 1), Decimal(400)), InstalmentFacts(date(2025, 1, 1), Decimal(800)))
    new = replace(TEXT, funding=(replace(GRANT, purpose="Equipment", amount=Decimal(1200), instalments=parts),))
    assert told(TEXT, new) == [
        ("The agreement", "Total amount (yuan)", "changed", "1,000.00", "1,200.00"),
        ("Money: Equipment", "Purpose", "changed", "Fund", "Equipment"),
        ("Money: Equipment", "Amount (yuan)", "changed", "1,000.00", "1,200.00"),
        ("Money: Equipment", "Instalment due on 2024-09-01 (yuan)", "added", "", "400.00"),
        ("Money: Equipment", "Instalment due on 2025-01-01 (yuan)", "added", "", "800.00"),
    ]


def test_annex_with_another_content_is_another_annex():
    old = replace(TEXT, annexes=(AnnexFacts("list.pdf", "a" * 64),))
    new = replace(TEXT, annexes=(AnnexFacts("list.pdf", "b" * 64),))
    assert [(row[2], row[3], row[4]) for row in told(old, new)] == [
        ("removed", "list.pdf", ""),
        ("added", "", "list.pdf"),
    ]


def test_long_text_marks_the_words_that_differ_alone():
    before = "甲方每年安排学生30人到乙方顶岗实习,乙方提供住宿和带教师傅。"
    after = "甲方每年安排学生45人到乙方顶岗实习,乙方提供住宿和带教师傅。"
    left, right = pieces(before, after)
    assert [piece.text for piece in left if piece.marked] == ["30"]
    assert [piece.text for piece in right if piece.marked] == ["45"]
    assert ("".join(p.text for p in left), "".join(p.text for p in right)) == (before, after)


def test_very_long_texts_are_compared_by_the_sentence_and_lose_nothing():
    before = "".join(f"第{n}条甲乙双方共同建设实训基地。" for n in range(120))
    after = before.replace("第60条甲乙", "第60条丙丁")
    left, right = pieces(before, after)
    assert [piece.text for piece in right if piece.marked] == ["第60条丙丁双方共同建设实训基地。"]
    assert ("".join(p.text for p in left), "".join(p.text for p in right)) == (before, after)


def test_people_table_has_a_row_a_major_and_a_column_a_year():
    table = people_table(TERM, NAMES)
    assert table is not None
    assert (table.years, table.sums, table.total) == ([2024, 2025], [30, 20], 50)
    assert table.rows == [("All majors", [None, 20]), ("大数据技术", [30, None])]
    assert people_table(TermFacts("internship"), NAMES) is None
