"""Names as people search them."""

from __future__ import annotations

import pytest

from portal.taxonomy.names import grams, search_columns, spelling


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
