"""Names as people search them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.taxonomy.names import bare_form, grams, likeness, normal_form, search_columns, spelling


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("数控技术", ("shukongjishu", "skjs")),
        ("重庆工业学校", ("chongqinggongyexuexiao", "cqgyxx")),
        ("5G移动网络运维", ("5gyidongwangluoyunwei", "5gydwlyw")),
        ("吕梁", ("lvliang", "ll")),
        ("䶮喆堃", ("yanzhekun", "yzk")),
        ("ＡＢ（集团）", ("abjituan", "abjt")),
    ],
)
def test_spelling_gives_pinyin_and_initials(text: str, expected: tuple[str, str]) -> None:
    assert spelling(text) == expected


def test_normal_form_folds_width_case_and_blanks() -> None:
    assert normal_form("ＰＬＣ 编程　及应用") == "plc编程及应用"


@given(st.text(max_size=40))
def test_normal_form_is_idempotent(text: str) -> None:
    assert normal_form(normal_form(text)) == normal_form(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("大数据技术与应用专业", "大数据技术与应用"),
        ("汽车检测与维修技术（新能源方向）", "汽车检测与维修技术"),
        ("(定向)", "(定向)"),
        ("专业", "专业"),
    ],
)
def test_bare_form_drops_what_does_not_name_a_major(text: str, expected: str) -> None:
    assert bare_form(text) == expected


def test_grams_are_characters_and_neighbours() -> None:
    assert grams(["数控技"]) == ["技", "控", "控技", "数", "数控"]


def test_search_columns_spell_the_first_name_and_know_all() -> None:
    columns = search_columns(["现代通信技术", "通信技术", ""])
    assert columns["pinyin"] == "xiandaitongxinjishu"
    assert columns["search_text"] == "现代通信技术\n通信技术\n"


def test_search_columns_hold_every_reading_of_the_initials() -> None:
    held = set(search_columns(["长盈精密"])["grams"])
    assert {"长盈", "cy", "zy", "yj", "jm"} <= held
    assert "ym" not in held


def test_likeness_is_one_for_the_same_and_zero_for_strangers() -> None:
    asked = frozenset(grams(["数控技术"]))
    assert likeness(asked, "数控技术") == 1.0
    assert likeness(asked, "会计") == 0.0
    assert 0.0 < likeness(asked, "数控技术应用") < 1.0
