"""Names as written by people."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching.engine import NameIndex, Suggestion, normalise_name, suggest
from tests.matching.engine.worlds import MAJORS

NAMES = [(major.code, major.name) for major in MAJORS]


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("机电一体化技术", "机电一体化技术"),
        (" 机电 一体化\u3000技术 ", "机电一体化技术"),
        ("机电技术应用（智能制造方向）", "机电技术应用"),
        ("数控技术应用专业", "数控技术应用"),
        ("数控技术应用（高级工）专业", "数控技术应用"),
        ("计算机应用专业（软件方向）", "计算机应用"),
        ("电子商务[3+2]【订单班】", "电子商务"),
        ("嵌套（外（内））", "嵌套"),
        ("软件技术方向", "软件技术"),
        ("ＰＬＣ技术", "plc技术"),
        ("Web前端开发", "web前端开发"),
        ("（定向）", "(定向)"),
        ("专业", "专业"),
        ("专业英语", "专业英语"),
        ("未闭合（方向", "未闭合("),
        ("", ""),
    ],
)
def test_normalise_name_strips_what_says_nothing(written, normal):
    assert normalise_name(written) == normal


@settings(max_examples=100, deadline=None)
@example("A´")
@given(st.text(st.sampled_from("机电专业方向（）()[]【】 \u3000ＡaßİﬁΣ﷼"), max_size=12) | st.text(max_size=8))
def test_normalise_name_is_idempotent(text):
    assert normalise_name(normalise_name(text)) == normalise_name(text)


def test_suggest_puts_the_same_name_first_with_score_1():
    first = suggest("大数据技术（专业）", NAMES)[0]
    assert (first.key, first.name) == ("510205", "大数据技术")
    assert first.score == pytest.approx(1.0)


def test_suggest_orders_by_nearness_and_cuts_at_n():
    index = NameIndex(NAMES)
    found = index.suggest("汽车维修", n=3)
    assert {item.key for item in found[:2]} == {"500211", "700206"}
    assert len(index.suggest("技术", n=5)) == 5
    assert [item.score for item in found] == sorted((item.score for item in found), reverse=True)
    assert index.suggest("汽车维修", n=1) == found[:1]


def test_suggest_leaves_out_what_shares_nothing():
    assert suggest("茶艺", NAMES) == []
    assert suggest("", NAMES) == []
    assert suggest("技术", []) == []
    assert suggest("技术", NAMES) != []


def test_suggest_names_a_key_once_by_its_nearest_alias():
    candidates = [("510205", "大数据技术"), ("510205", "大数据技术与应用"), ("460301", "机电一体化技术")]
    first = suggest("大数据技术与应用", candidates)[0]
    assert first == Suggestion("510205", "大数据技术与应用", first.score)
    assert first.score == pytest.approx(1.0)
    assert [found.key for found in suggest("大数据技术与应用", candidates)].count("510205") == 1


def test_equally_near_names_come_in_order_of_their_keys():
    twins = [("730701", "电子商务"), ("530701", "电子商务")]
    assert [found.key for found in suggest("电子商务", twins)] == ["530701", "730701"]
