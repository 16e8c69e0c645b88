"""What a wording stands for, and what it may mean."""

from __future__ import annotations

import pytest

from portal.taxonomy.naming import Entry, Group, How, Vocabulary, major_readings, skill_readings

PRESENT = [
    Entry("710205", "大数据技术应用", "secondary"),
    Entry("510205", "大数据技术", "junior_college"),
    Entry("460103", "数控技术", "junior_college"),
    Entry("260103", "数控技术", "vocational_bachelor"),
    Entry("510301", "现代通信技术", "junior_college"),
    Entry("510302", "现代移动通信技术", "junior_college"),
]
OTHER = [
    Entry("510205", "大数据技术与应用", "junior_college", is_alias=True, edition="2021"),
    Entry("510301", "通信技术", "junior_college", is_alias=True, edition="2021"),
    Entry("510302", "通信技术", "junior_college", is_alias=True, edition="2021"),
    Entry("999999", "考古", "junior_college", is_alias=True),
]
GROUPS = [
    Group("510301", "5103", "通信类"),
    Group("510302", "5103", "通信类"),
    Group("510205", "5109", "通信类"),  # a misprint
    Group("710205", "7102", "计算机类"),
    Group("460103", "4601", "机械设计制造类"),
    Group("260103", "2601", "机械设计制造类"),
]


@pytest.fixture(scope="module")
def majors() -> Vocabulary:
    return Vocabulary([*PRESENT, *OTHER], readings=major_readings, groups=GROUPS)


@pytest.mark.parametrize(
    ("text", "level", "key", "how"),
    [
        ("510205", None, "510205", How.CODE),
        (" 510205 ", "junior_college", "510205", How.CODE),
        ("大数据技术", None, "510205", How.EXACT),
        ("大数据技术专业（云计算方向）", None, "510205", How.EXACT),
        ("大数据技术与应用", None, "510205", How.ALIAS),
        ("数控技术", "junior_college", "460103", How.EXACT),
        ("460103数控技术", None, "460103", How.CODE),
        ("数控技术（260103）", None, "260103", How.CODE),
    ],
)
def test_name_that_stands_for_one_key_is_decided(
    majors: Vocabulary, text: str, level: str | None, key: str, how: How
) -> None:
    found = majors.resolve(text, level)
    assert (found.key, found.how, found.suggestions) == (key, how, ())


@pytest.mark.parametrize(
    ("text", "level", "how", "first"),
    [
        ("数控技术", None, How.AMBIGUOUS, ["260103", "460103"]),
        ("通信技术", None, How.AMBIGUOUS, ["510301", "510302"]),
        ("510302现代通信技术", None, How.AMBIGUOUS, ["510301", "510302"]),  # the code says something else
        ("大数据", "secondary", How.NEAR, ["710205"]),
        ("移动通信", None, How.NEAR, ["510302", "510301"]),
        ("510205", "secondary", How.UNKNOWN, []),
        ("考古", None, How.UNKNOWN, []),
        ("", None, How.UNKNOWN, []),
    ],
)
def test_name_that_does_not_is_not_guessed(
    majors: Vocabulary, text: str, level: str | None, how: How, first: list[str]
) -> None:
    found = majors.resolve(text, level)
    assert (found.key, found.how) == (None, how)
    assert [suggestion.key for suggestion in found.suggestions][: len(first)] == first


def test_alias_names_the_edition_that_knows_it(majors: Vocabulary) -> None:
    assert majors.resolve("大数据技术与应用").edition == "2021"
    assert majors.resolve("大数据技术").edition == ""


def test_decision_goes_before_other_names_but_not_before_a_present_one() -> None:
    decided = [
        Entry("510302", "通信技术", "junior_college", is_alias=True, decided=True),
        Entry("510302", "大数据技术", "junior_college", is_alias=True, decided=True),
    ]
    majors = Vocabulary([*PRESENT, *OTHER, *decided], readings=major_readings)
    assert majors.resolve("通信技术").key == "510302"
    assert majors.resolve("大数据技术").key == "510205"


def test_class_of_majors_is_told_with_its_majors(majors: Vocabulary) -> None:
    found = majors.resolve("通信类（移动通信）", "junior_college")
    assert (found.key, found.how, found.group) == (None, How.CLASS, "5103")
    assert [suggestion.key for suggestion in found.suggestions] == ["510302", "510301"]
    assert majors.resolve("机械设计制造类").how != How.CLASS  # at two levels, two codes
    assert majors.resolve("机械设计制造类", "junior_college").group == "4601"


def test_suggestions_are_five_at_most_best_first_each_key_once(majors: Vocabulary) -> None:
    found = majors.resolve("技术").suggestions
    assert len(found) == 5
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert all(0 < one.score <= 1 for one in found)
    [first, *_] = majors.nearest("大数据技术与应用")
    assert (first.key, first.name, first.matched) == ("510205", "大数据技术", "大数据技术与应用")
    assert first.score == pytest.approx(1.0)


def test_equally_near_names_come_in_order_of_their_keys() -> None:
    twins = Vocabulary([Entry("b", "电子商务"), Entry("a", "电子商务")], readings=skill_readings)
    assert [found.key for found in twins.nearest("电子商务")] == ["a", "b"]


def test_skill_is_known_by_width_case_and_synonym_but_not_without_its_bracket() -> None:
    skills = Vocabulary(
        [
            Entry("Python程序设计", "Python程序设计"),
            Entry("Python程序设计", "Python", is_alias=True),
            Entry("电工", "电工"),
        ],
        readings=skill_readings,
    )
    assert skills.resolve("ｐｙｔｈｏｎ 程序设计").key == "Python程序设计"
    assert skills.resolve("PYTHON").how == How.ALIAS
    assert skills.resolve("电工").key == "电工"
    assert skills.resolve("电工（高级）").key is None
