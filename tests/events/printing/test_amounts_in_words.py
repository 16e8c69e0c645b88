"""Amounts that people write in capitals: read back exactly, and compared with the figures beside them."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from events.printing import DocumentDataError
from events.printing.chinese_numerals import (
    LARGEST_AMOUNT,
    amount_in_capitals,
    amounts_that_disagree,
    read_capitals,
)
from tests.events.printing.samples import AGREEMENT, ENGLISH_AGREEMENT
from tests.events.printing.test_chinese_numerals import AMOUNTS


@pytest.mark.parametrize(("amount", "capitals"), AMOUNTS)
def test_capitals_are_read_by_the_rules_for_bills(amount, capitals):
    assert read_capitals(f"人民币{capitals}") == read_capitals(capitals) == Decimal(amount)


@given(st.integers(min_value=0, max_value=int(LARGEST_AMOUNT * 100)))
@example(int(LARGEST_AMOUNT * 100))
@example(10**17)
@example(100_0000_0001_00)
def test_every_amount_written_is_read_back(fen):
    amount = Decimal(fen) / 100
    assert read_capitals(amount_in_capitals(amount)) == amount


@pytest.mark.parametrize(
    ("words", "amount"),
    [
        ("零", "0"),
        ("人民币壹佰壹拾万圆正", "1100000"),
        ("人民币：叁佰元伍角整", "300.5"),
        (" 拾万元整 ", "100000"),
        ("壹拾万零柒仟元伍角叁分", "107000.53"),
        ("壹仟陆佰捌拾元零叁角贰分", "1680.32"),
        ("壹佰元零角零分", "100"),
        ("貳拾參萬陸仟元整", "236000"),
        ("壹万伍佰元", "10500"),
    ],
)
def test_capitals_are_read_as_people_may_write_them(words, amount):
    assert read_capitals(words) == Decimal(amount)


@pytest.mark.parametrize(
    "words",
    [
        "", "人民币", "元整", "壹佰", "一百元整", "壹百元整", "100元", "壹佰元伍分整", "壹佰拾元整", "拾拾元整",
        "零伍佰元整", "壹佰零元整", "零零元整", "万元整", "亿元整", "伍万万元整", "壹亿壹亿元整", "壹零万元整",
        "壹仟壹元整", "壹万伍元整", "壹万零元整", "壹佰元整整", "壹佰元整。",
    ],
)  # fmt: skip
def test_what_is_no_amount_in_capitals_is_refused_in_a_sentence(words):
    with pytest.raises(ValueError, match="is not an amount in Chinese capitals"):
        read_capitals(words)


@pytest.mark.parametrize(
    ("text", "differences"),
    [
        ("出资1,100,000.00元（大写：人民币壹佰壹拾万元整）。", []),
        ("出资110万元（人民币壹佰壹拾万元整），分两期。", []),
        ("出资120万元（人民币壹佰壹拾万元整），分两期。", [("120万元", "人民币壹佰壹拾万元整")]),
        ("1.5亿元(壹亿伍仟万元整)", []),
        ("人民币贰佰元整（¥200.00）", []),
        ("人民币贰佰元整（¥201.00）", [("201.00", "人民币贰佰元整")]),
        ("人民币5元，大写：陆元整", [("5元", "陆元整")]),
        ("人民币3,000元，大写叁仟元整分两期拨付", []),
        ("RMB 300.00 (in Chinese capitals: 人民币叁拾元整)", [("300.00", "人民币叁拾元整")]),
        ("共5元（大写：壹仟壹元）", [("5元", "壹仟壹元")]),  # nobody can say which number that is
        ("甲方出资100元，乙方出资贰佰元整。", []),  # two amounts, not one said twice
        ("2元（贰元整）；3元（贰元整）；4元（伍元整）", [("3元", "贰元整"), ("4元", "伍元整")]),
        ("每班50人（伍拾人）", []),
        ("", []),
    ],
)
def test_amounts_said_twice_are_compared(text, differences):
    assert amounts_that_disagree(text) == differences


@given(st.integers(min_value=0, max_value=10**15))
def test_what_the_papers_themselves_write_agrees(fen):
    amount = Decimal(fen) / 100
    words = amount_in_capitals(amount)
    for text in (f"人民币{amount:,.2f}元（大写：{words}）", f"RMB {amount:,.2f} (in Chinese capitals: {words})"):
        assert amounts_that_disagree(text) == []
        other = text.replace(f"{amount:,.2f}", f"{amount + 1:,.2f}")
        assert len(amounts_that_disagree(other)) == 1


@pytest.mark.parametrize("paper", [AGREEMENT, ENGLISH_AGREEMENT], ids=["zh", "en"])
def test_an_agreement_says_its_total_in_words_that_agree(paper):
    assert replace(paper, amount_in_words="人民币壹佰壹拾万元整").total_yuan == 1100000
    for words, problem in (
        ("人民币壹佰壹拾万零伍角", "“人民币壹佰壹拾万零伍角” is not an amount in Chinese capitals"),
        ("人民币壹佰万元整", "says 1000000, but the total is 1100000"),
    ):
        with pytest.raises(DocumentDataError) as refusal:
            replace(paper, amount_in_words=words)
        (found,) = refusal.value.problems
        assert (found.path, found.message[: len(problem)]) == ("$.amount_in_words", problem)
    with pytest.raises(DocumentDataError, match="says 1, but the total is None"):
        replace(paper, amount_in_words="壹元整", total_yuan=None, funding=(), cooperation=())


@pytest.mark.parametrize("place", ["purpose", "obligations", "clause", "funding"])
def test_an_agreement_refuses_texts_in_which_figures_and_words_differ(place):
    def changed(text):
        term, funding = AGREEMENT.cooperation[0], AGREEMENT.funding[0]
        return {
            "purpose": {"purpose": text},
            "obligations": {"cooperation": (replace(term, obligations=text), AGREEMENT.cooperation[1])},
            "clause": {"cooperation": (replace(term, clause=text), AGREEMENT.cooperation[1])},
            "funding": {"funding": (replace(funding, purpose=text),)},
        }[place]

    path = {
        "purpose": "$.purpose",
        "obligations": "$.cooperation[0].obligations",
        "clause": "$.cooperation[0].clause",
        "funding": "$.funding[0].purpose",
    }[place]
    with pytest.raises(DocumentDataError) as refusal:
        replace(AGREEMENT, **changed("设备款120万元（人民币壹佰壹拾万元整）"))
    assert [str(problem) for problem in refusal.value.problems] == [
        f"{path}: 120万元 in figures is not 人民币壹佰壹拾万元整 in words"
    ]
    assert replace(AGREEMENT, **changed("设备款110万元（人民币壹佰壹拾万元整）"))
