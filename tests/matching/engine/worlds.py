"""Small worlds for the engine's tests: real catalogue rows, strategies, and the formula written out plainly.

The plain formula shares no code with the engine: no nodes, no sums of increments, only "the best offer".
"""

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from hypothesis import strategies as st

from matching.engine import Catalogue, DemandProfile, Major, Offer, SchoolProfile

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
LEVELS = ("secondary", "technician", "junior_college", "vocational_bachelor", "bachelor")

LEVEL_OF = {major.code: major.level for major in MAJORS}
TAUGHT_AS = {"secondary": ("secondary", "technician")}


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
    return SchoolProfile(number, province, city, tuple(draw(st.lists(offers(levels), max_size=5))))


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


# --- the formula, plainly -----------------------------------------------------------------------------

COVERAGE = {"code": 1.0, "family": 0.5, "class": 0.25, "category": 0.05, "": 0.0}
SUPPLY = {"code": 1.0, "family": 0.35, "class": 0.10, "category": 0.02}
RUNG = {"secondary": 0, "technician": 0, "junior_college": 1, "vocational_bachelor": 2, "bachelor": 2}
SHIFT = {"secondary": -20, "vocational_bachelor": 20}


@dataclass(frozen=True)
class Figures:
    coverage: float
    supply: float
    enterprise_score: float
    school_score: float


def plain_figures(world_schools, school: SchoolProfile, asked: list[DemandProfile]) -> Figures:
    """c, G, A and B of a school and an enterprise by their definitions."""
    heads = sum(demand.headcount for demand in asked)
    coverage = sum(d.headcount / heads * plain_fit(world_schools, school, d) for d in asked)
    graduates = sum(offer.graduates for offer in school.offers)
    supply = min(graduates, sum(o.graduates * _eligible(world_schools, o, asked, heads) for o in school.offers))
    vacancies = heads * coverage
    ours = math.sqrt(coverage * supply / (supply + 30 * heads))
    theirs = 0.7 * vacancies / (vacancies + 10) + 0.3 * (supply / graduates if graduates else 0)
    return Figures(coverage, supply, ours, theirs if coverage else 0.0)


def plain_fit(world_schools, school: SchoolProfile, demand: DemandProfile) -> float:
    """place × (majors and skills as stated), each the best of the school's offers by their level factors."""
    major, skill = _parts(demand)
    fit = 0.0
    for wanted in set(demand.majors):
        earned = [(_level(demand, o), COVERAGE[_near(wanted, o.major)]) for o in school.offers]
        fit += major / len(set(demand.majors)) * _best(earned)
    for name, share in _shares(world_schools, demand).items():
        fit += skill * share * _best([(_level(demand, o), 1.0) for o in school.offers if name in o.skills])
    return fit * _place(school, demand)


def best_single_offer(school: SchoolProfile, demand: DemandProfile, wanted: str) -> float:
    """The largest level factor × credit of any one offer."""
    return max((_level(demand, o) * COVERAGE[_near(wanted, o.major)] for o in school.offers), default=0.0)


def _best(earned: list[tuple[float, float]]) -> float:
    """Level factor by level factor, from the highest: the drop to the next × the best credit down to here."""
    limits = [*sorted({factor for factor, _ in earned}, reverse=True), 0.0]
    total = 0.0
    for limit, lower in pairwise(limits):
        total += (limit - lower) * max(credit for factor, credit in earned if factor >= limit)
    return total


def _eligible(world_schools, offer: Offer, asked: list[DemandProfile], heads: int) -> float:
    """Share of an offer's graduates that are eligible: by nearness the best of all demands, by skills the mean."""
    share = 0.0
    kinds = ["code", "family", "class", "category"]
    for place, kind in enumerate(kinds):
        step = SUPPLY[kind] - (SUPPLY[kinds[place + 1]] if kind != "category" else 0.0)
        reached = kinds[: place + 1]
        share += step * max(
            (_parts(d)[0] * _level(d, offer) for d in asked for w in d.majors if _near(w, offer.major) in reached),
            default=0.0,
        )
    for demand in asked:
        taught = sum(part for name, part in _shares(world_schools, demand).items() if name in offer.skills)
        share += demand.headcount / heads * _parts(demand)[1] * _level(demand, offer) * taught
    return share


def _near(wanted: str, offered: str) -> str:
    """The nearest of all pairs (code under the want, offered code); "" if even the categories differ."""
    below = [major for major in MAJORS if major.code == wanted or (len(wanted) < 6 and major.code.startswith(wanted))]
    ours = next(major for major in MAJORS if major.code == offered)
    for kind, key in (
        ("code", lambda major: major.code),
        ("family", lambda major: major.family or major.code),
        ("class", lambda major: _level_free(major.class_code, major.level)),
        ("category", lambda major: _level_free(major.category_code, major.level)),
    ):
        if any(key(major) == key(ours) for major in below):
            return kind
    return ""


def _level_free(code: str, level: str) -> str:
    return code if level == "bachelor" else str(int(code[:2]) + SHIFT.get(level, 0)) + code[2:]


def _level(demand: DemandProfile, offer: Offer) -> float:
    rung = RUNG[offer.level]
    accepted = {RUNG[level] for level in demand.levels}
    named = {RUNG[m.level] for m in MAJORS for wanted in demand.majors if m.code.startswith(wanted)}
    own = (named & accepted) or accepted
    if not accepted or rung in own:
        return 1.0
    if rung - 1 in own or (rung in accepted and rung > min(own)):
        return 0.8
    return 0.35 if rung in accepted else 0.0


def _place(school: SchoolProfile, demand: DemandProfile) -> float:
    if not demand.province or (demand.city and (school.province, school.city) == (demand.province, demand.city)):
        return 1.0
    return 0.8 if school.province == demand.province else 0.6


def _parts(demand: DemandProfile) -> tuple[float, float]:
    if demand.majors and demand.skills:
        return 0.5, 0.5
    return float(bool(demand.majors)), float(bool(demand.skills))


def _shares(world_schools, demand: DemandProfile) -> dict[str, float]:
    count = len(world_schools)
    idf = {}
    for name in set(demand.skills):
        df = sum(any(name in offer.skills for offer in school.offers) for school in world_schools)
        idf[name] = math.log(1 + (count - df + 0.5) / (df + 0.5))
    return {name: value / sum(idf.values()) for name, value in idf.items()}
