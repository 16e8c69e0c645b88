"""Dates, amounts and lists in both languages."""

from datetime import date
from decimal import Decimal

import pytest

from events.printing.formatting import format_amount, format_date, format_period, join_names


def test_dates_are_written_as_each_language_does():
    assert format_date(date(2026, 11, 22), "zh") == "2026年11月22日"
    assert format_date(date(2026, 11, 22), "en") == "22 November 2026"
    assert format_date(date(2026, 1, 2), "zh") == "2026年1月2日"


def test_periods_name_both_ends_or_the_one_day():
    start, end = date(2024, 9, 1), date(2027, 7, 31)
    assert format_period(start, end, "zh") == "2024年9月1日至2027年7月31日"
    assert format_period(start, end, "en") == "1 September 2024 to 31 July 2027"
    assert format_period(start, start, "en") == "1 September 2024"


def test_amounts_are_written_in_figures_and_capitals():
    assert format_amount(1100000, "zh") == "人民币1,100,000.00元（大写：人民币壹佰壹拾万元整）"
    assert format_amount(Decimal("0.5"), "en") == "RMB 0.50 (in Chinese capitals: 人民币伍角)"


@pytest.mark.parametrize(
    ("names", "zh", "en"),
    [
        ([], "", ""),
        (["A"], "A", "A"),
        (["A", "B"], "A和B", "A and B"),
        (["A", "B", "C"], "A、B和C", "A, B and C"),
    ],
)
def test_names_are_joined_as_each_language_does(names, zh, en):
    assert join_names(names, "zh") == zh
    assert join_names(names, "en") == en
