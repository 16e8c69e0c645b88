"""Amounts in capitals, against the rules for bills and an independent reader."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.printing.chinese_numerals import (
    LARGEST_AMOUNT,
    amount_in_capitals,
    copies_in_chinese,
    count_in_chinese,
)

AMOUNTS = [
    ("0", "零元整"),
    ("0.01", "壹分"),
    ("0.10", "壹角"),
    ("0.05", "伍分"),
    ("0.56", "伍角陆分"),
    ("1", "壹元整"),
    ("1.01", "壹元零壹分"),
    ("1.10", "壹元壹角"),
    ("10", "壹拾元整"),
    ("10.05", "壹拾元零伍分"),
    ("11", "壹拾壹元整"),
    ("20", "贰拾元整"),
    ("100", "壹佰元整"),
    ("101", "壹佰零壹元整"),
    ("110", "壹佰壹拾元整"),
    ("325.04", "叁佰贰拾伍元零肆分"),
    ("1000", "壹仟元整"),
    ("1001", "壹仟零壹元整"),
    ("1010", "壹仟零壹拾元整"),
    ("1100", "壹仟壹佰元整"),
    ("1409.50", "壹仟肆佰零玖元伍角"),
    ("6007.14", "陆仟零柒元壹角肆分"),
    ("9999.99", "玖仟玖佰玖拾玖元玖角玖分"),
    ("10000", "壹万元整"),
    ("10001", "壹万零壹元整"),
    ("10100", "壹万零壹佰元整"),
    ("11000", "壹万壹仟元整"),
    ("16409.02", "壹万陆仟肆佰零玖元零贰分"),
    ("100000", "壹拾万元整"),
    ("100500", "壹拾万零伍佰元整"),
    ("107000.53", "壹拾万柒仟元伍角叁分"),
    ("1100000", "壹佰壹拾万元整"),
    ("10000000", "壹仟万元整"),
    ("10010010", "壹仟零壹万零壹拾元整"),
    ("99999999", "玖仟玖佰玖拾玖万玖仟玖佰玖拾玖元整"),
    ("100000000", "壹亿元整"),
    ("100000001", "壹亿零壹元整"),
    ("100001000", "壹亿零壹仟元整"),
    ("100010000", "壹亿零壹万元整"),
    ("110000000", "壹亿壹仟万元整"),
    ("1000000000", "壹拾亿元整"),
    ("2000300040.50", "贰拾亿零叁拾万零肆拾元伍角"),
    ("1000000000000", "壹万亿元整"),
    ("1000100000000.01", "壹万零壹亿元零壹分"),
]


@pytest.mark.parametrize(("amount", "capitals"), AMOUNTS)
def test_amount_in_capitals_follows_the_rules_for_bills(amount, capitals):
    assert amount_in_capitals(Decimal(amount)) == f"人民币{capitals}"


def test_amount_in_capitals_takes_whole_numbers_and_ignores_trailing_zeros():
    assert amount_in_capitals(1100000) == amount_in_capitals(Decimal("1100000.000")) == "人民币壹佰壹拾万元整"


@pytest.mark.parametrize("amount", ["-0.01", "0.001", "NaN", "Infinity", "10000000000000000"])
def test_amount_in_capitals_refuses_what_it_cannot_write_exactly(amount):
    with pytest.raises(ValueError, match="amount of yuan"):
        amount_in_capitals(Decimal(amount))
    assert amount_in_capitals(LARGEST_AMOUNT).endswith("玖元玖角玖分")


def read_capitals(words: str) -> Decimal:
    """Read an amount back: an independent inverse, by places rather than by sections."""
    places = {"拾": 10, "佰": 100, "仟": 1000}
    total = section = digit = 0
    fen = 0
    for word in words.removeprefix("人民币"):
        if word in "零壹贰叁肆伍陆柒捌玖":
            digit = "零壹贰叁肆伍陆柒捌玖".index(word)
        elif word in places:
            section, digit = section + digit * places[word], 0
        elif word == "万":
            total, section, digit = total + (section + digit) * 10**4, 0, 0
        elif word == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        elif word == "元":
            total, section, digit = total + section + digit, 0, 0
        elif word in "角分":
            fen, digit = fen + digit * (10 if word == "角" else 1), 0
        else:
            assert word == "整"
    return Decimal(total) + Decimal(fen) / 100


@given(st.integers(min_value=0, max_value=int(LARGEST_AMOUNT * 100)))
@example(10**17)
@example(100_0000_0001_00)
def test_amount_in_capitals_can_be_read_back(fen):
    amount = Decimal(fen) / 100
    words = amount_in_capitals(amount)
    assert read_capitals(words) == amount
    assert "零零" not in words
    assert words.endswith("整") == (fen % 100 == 0)


def test_counts_are_written_in_plain_chinese():
    assert [count_in_chinese(number) for number in (1, 9, 10, 11, 19, 20, 21, 99)] == [
        "一", "九", "十", "十一", "十九", "二十", "二十一", "九十九",
    ]  # fmt: skip
    assert [copies_in_chinese(number) for number in (1, 2, 4, 12)] == ["一", "两", "四", "十二"]


@pytest.mark.parametrize("number", [0, -1, 100])
def test_count_in_chinese_refuses_other_numbers(number):
    with pytest.raises(ValueError, match="only 1 to 99"):
        count_in_chinese(number)
