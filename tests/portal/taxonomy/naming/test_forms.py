"""The forms under which names are compared."""

from __future__ import annotations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from portal.taxonomy import readers
from portal.taxonomy.naming import bare_form, normal_form

WRITTEN = st.text(st.sampled_from("机电专业方向师范（）()[]【】-:0123A \u3000ＡaßİﬁΣ﷼"), max_size=14) | st.text(
    max_size=8
)


def test_normal_form_folds_width_case_and_blanks() -> None:
    assert normal_form("ＰＬＣ 编程　及应用") == "plc编程及应用"
    assert normal_form("\ufeff软件\u200b技\u00ad术\u2060") == "软件技术"  # what web pages and sheets leave in a copy


@given(st.text(max_size=40))
def test_normal_form_is_idempotent(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@pytest.mark.parametrize(
    ("written", "bare"),
    [
        ("机电一体化技术", "机电一体化技术"),
        (" 机电 一体化\u3000技术 ", "机电一体化技术"),
        ("机电技术应用（智能制造方向）", "机电技术应用"),
        ("数控技术应用（高级工）专业", "数控技术应用"),
        ("计算机应用专业（软件方向）", "计算机应用"),
        ("电子商务[3+2]【订单班】", "电子商务"),
        ("嵌套（外（内））", "嵌套"),
        ("「中外合作」软件技术", "软件技术"),
        ("软件技术方向", "软件技术"),
        ("软件技术-移动应用方向", "软件技术"),
        ("软件技术：中外合作办学", "软件技术"),
        ("学前教育师范", "学前教育"),
        ("01软件技术", "软件技术"),
        ("1.会计", "会计"),
        ("510203软件技术", "软件技术"),
        ("软件技术 510203", "软件技术"),
        ("不得报考)012软件技术（中外合作", "软件技术"),
        ("软件技术）", "软件技术"),
        ("（软件技术", "软件技术"),
        ("ＰＬＣ技术", "plc技术"),
        ("（定向）", "(定向)"),
        ("专业", "专业"),
        ("专业英语", "专业英语"),
        ("", ""),
    ],
)
def test_bare_form_takes_away_what_qualifies_a_name(written: str, bare: str) -> None:
    assert bare_form(written) == bare


@pytest.mark.parametrize(
    "name", ["3d打印技术", "5g移动网络运维", "法学试验班", "计算机类", "数控技术、模具设计", "c/c++"]
)
def test_bare_form_keeps_what_may_be_the_name(name: str) -> None:
    assert bare_form(name) == name


def test_bare_form_leaves_every_name_of_the_catalogues_as_it_is() -> None:
    names = {major.name for major in readers.read_majors()} | {row.alias for row in readers.read_major_aliases()}
    assert [name for name in sorted(names) if bare_form(name) != normal_form(name)] == []
    assert len(names) > 2000


@settings(max_examples=200, deadline=None)
@example("A´")
@example("1.12软件")
@given(WRITTEN)
def test_bare_form_is_idempotent(text: str) -> None:
    assert bare_form(bare_form(text)) == bare_form(text)
