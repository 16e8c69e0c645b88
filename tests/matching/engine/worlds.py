"""Small worlds for the engine's tests: real catalogue rows and strategies."""

from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import strategies as st

from matching.engine import Catalogue, Credits, DemandProfile, Major, Offer, SchoolProfile, Weights

# code, name, level, class, category, family (MOE catalogue 2021 as amended; ordinary undergraduate 2025)
ROWS = """
460101 机械设计与制造 junior_college 4601 46
460103 数控技术 junior_college 4601 46
460104 机械制造及自动化 junior_college 4601 46
460301 机电一体化技术 junior_college 4603 46
460305 工业机器人技术 junior_college 4603 46
500211 汽车检测与维修技术 junior_college 5002 50
510201 计算机应用技术 junior_college 5102 51
510203 软件技术 junior_college 5102 51
510205 大数据技术 junior_college 5102 51
530701 电子商务 junior_college 5307 53
660101 机械制造技术 secondary 6601 66 460104
660103 数控技术应用 secondary 6601 66 460103
660301 机电技术应用 secondary 6603 66 460301
700206 汽车运用与维修 secondary 7002 70 500211
710201 计算机应用 secondary 7102 71 510201
710205 大数据技术应用 secondary 7102 71 510205
730701 电子商务 secondary 7307 73 530701
260101 机械设计制造及自动化 vocational_bachelor 2601 26 460104
260304 机器人技术 vocational_bachelor 2603 26 460305
310205 大数据工程技术 vocational_bachelor 3102 31 510205
080202 机械设计制造及其自动化 bachelor 0802 08
080901 计算机科学与技术 bachelor 0809 08
080910T 数据科学与大数据技术 bachelor 0809 08
"""
MAJORS = tuple(Major(*row.split()) for row in ROWS.strip().splitlines())
CATALOGUE = Catalogue.of(MAJORS)
CODES = tuple(major.code for major in MAJORS)
WANTS = (*CODES, "46", "66", "51", "08", "4601", "4603", "6601", "7102", "0809")
SKILLS = ("cad", "plc", "welding", "python", "sql", "french")
PLACES = (("广东省", "深圳市"), ("广东省", "广州市"), ("广西壮族自治区", "南宁市"), ("广东省", ""), ("", ""))
MODES = ("order class", "practice", "apprenticeship")
LEVELS = ("secondary", "technician", "junior_college", "vocational_bachelor", "bachelor")

LEVEL_OF = {major.code: major.level for major in MAJORS}
TAUGHT_AS = {"secondary": ("secondary", "technician")}


# Of the examples that are computed by hand, which need not change with the weights that are usual.
HAND = Weights(
    coverage=Credits(1.0, 0.50, 0.25, 0.05),
    supply=Credits(1.0, 0.35, 0.10, 0.02),
    skill=0.5,
    kappa=30.0,
    vacancy_share=0.7,
)


def near(value: Any) -> Any:
    """The same as far as single precision goes."""
    return pytest.approx(value, rel=1e-5, abs=1e-7)


ANY = DemandProfile(1, 7, (), (), frozenset(), headcount=2, province="", city="")


def demand(*majors: str, skills: tuple[str, ...] = (), levels: tuple[str, ...] = (), **changes) -> DemandProfile:
    return replace(ANY, majors=majors, skills=skills, levels=frozenset(levels), **changes)


def school(number: int, *offers: Offer, province: str = "广东省", city: str = "深圳市") -> SchoolProfile:
    return SchoolProfile(number, province, city, offers)


@st.composite
def offers(draw: st.DrawFn, levels: tuple[str, ...] = LEVELS) -> Offer:
    code = draw(st.sampled_from([code for code in CODES if LEVEL_OF[code] in levels]))
    level = draw(st.sampled_from(TAUGHT_AS.get(LEVEL_OF[code], (LEVEL_OF[code],))))
    graduates = draw(st.integers(0, 400))
    return Offer(code, level, graduates, draw(st.frozensets(st.sampled_from(SKILLS[:5]), max_size=3)))


@st.composite
def schools(draw: st.DrawFn, number: int, levels: tuple[str, ...] = LEVELS) -> SchoolProfile:
    province, city = draw(st.sampled_from(PLACES))
    modes = draw(st.frozensets(st.sampled_from(MODES), max_size=2))
    return SchoolProfile(number, province, city, tuple(draw(st.lists(offers(levels), max_size=5))), modes)


@st.composite
def demands(draw: st.DrawFn, number: int, enterprise: int) -> DemandProfile:
    province, city = draw(st.sampled_from(PLACES))
    return DemandProfile(
        id=number,
        enterprise=enterprise,
        majors=tuple(draw(st.lists(st.sampled_from(WANTS), max_size=3))),
        skills=tuple(draw(st.lists(st.sampled_from(SKILLS), max_size=3))),
        levels=draw(st.frozensets(st.sampled_from(LEVELS), max_size=3)),
        headcount=draw(st.integers(1, 60)),
        province=province,
        city=city,
        modes=draw(st.frozensets(st.sampled_from(MODES), max_size=2)),
    )


@st.composite
def weights(draw: st.DrawFn) -> Weights:
    """Other weights than the usual, zeros and ones among them."""
    share = st.sampled_from((0.0, 0.25, 0.6, 1.0))
    levels = dict(zip(("level_below", "level_above", "own_level"), sorted(draw(share) for _ in range(3)), strict=True))
    places = {name: draw(share) for name in ("same_city", "same_province", "elsewhere", "other_mode")}
    return Weights(
        coverage=Credits(*sorted((draw(share) for _ in range(4)), reverse=True)),
        supply=Credits(*sorted((draw(share) for _ in range(4)), reverse=True)),
        skill=draw(share),
        kappa=draw(st.sampled_from((1.0, 30.0))),
        kv=draw(st.sampled_from((1.0, 10.0))),
        vacancy_share=draw(share),
        **levels,
        **places,
    )


@dataclass(frozen=True)
class World:
    schools: tuple[SchoolProfile, ...]
    enterprises: dict[int, list[DemandProfile]]


@st.composite
def worlds(draw: st.DrawFn, levels: tuple[str, ...] = LEVELS) -> World:
    ids = draw(st.lists(st.integers(1, 99), min_size=1, max_size=5, unique=True))
    asking = draw(st.lists(st.integers(1, 99), min_size=1, max_size=4, unique=True))
    return World(
        tuple(draw(schools(number, levels)) for number in ids),
        {
            enterprise: [draw(demands(1000 * enterprise + n, enterprise)) for n in range(draw(st.integers(1, 3)))]
            for enterprise in asking
        },
    )
