"""Families: the near-same major at another level."""

from dataclasses import replace

from matching.engine import Catalogue, Depth, Major, major_families
from tests.matching.engine.worlds import MAJORS


def test_secondary_and_bachelor_majors_join_the_nearest_name_of_their_class():
    families = major_families(MAJORS)
    assert families["660103"] == "460103"  # 数控技术应用 → 数控技术
    assert families["660301"] == "460301"  # 机电技术应用 → 机电一体化技术
    assert families["700206"] == "500211"  # 汽车运用与维修 → 汽车检测与维修技术
    assert families["710205"] == "510205"  # 大数据技术应用 → 大数据技术
    assert families["310205"] == "510205"  # 大数据工程技术 → 大数据技术
    assert families["260304"] == "460305"  # 机器人技术 → 工业机器人技术


def test_junior_college_and_undergraduate_majors_are_their_own_family():
    families = major_families(MAJORS)
    assert families.keys() == {major.code for major in MAJORS}
    own = [major.code for major in MAJORS if major.level in {"junior_college", "bachelor"}]
    assert all(families[code] == code for code in own)


def test_name_too_far_or_of_another_class_stays_alone():
    majors = [
        Major("460301", "机电一体化技术", "junior_college", "4603", "46"),
        Major("660399", "茶艺", "secondary", "6603", "66"),
        Major("660101", "机电一体化技术", "secondary", "6601", "66"),
        Major("660301", "机电一体化技术", "technician", "6603", "66"),
    ]
    families = major_families(majors)
    assert families == {"460301": "460301", "660399": "660399", "660101": "660101", "660301": "460301"}


def test_ties_go_to_the_smaller_code_in_any_order():
    majors = [
        Major("460302", "电工", "junior_college", "4603", "46"),
        Major("460301", "电工", "junior_college", "4603", "46"),
        Major("660301", "电工", "secondary", "6603", "66"),
    ]
    assert major_families(majors)["660301"] == major_families(majors[::-1])["660301"] == "460301"


def test_families_make_a_tree_that_the_catalogue_accepts():
    families = major_families(MAJORS)
    catalogue = Catalogue.of(replace(major, family=families[major.code]) for major in MAJORS)
    assert catalogue.depth("710205", "310205") is Depth.FAMILY
    assert Catalogue.of(replace(major, family="") for major in MAJORS).depth("710205", "310205") is Depth.CLASS
