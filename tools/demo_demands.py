"""What the firms of the demo scene ask for: posts drawn by the firm's profile, all of them sample data."""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

from portal.taxonomy.readers import read_cooperation_kinds, read_major_skills, read_skills
from tools.build_taxonomy import Table, read_table

DATA = Path(__file__).resolve().parent.parent / "events" / "seeding" / "data"
SOURCE = DATA / "source"
STUDY_LEVELS = ("secondary", "junior_college", "vocational_bachelor", "bachelor")
# Which of the sought-after fields a firm of this profile asks for, its own first.
FIELDS_OF = {
    "electronics": ("smart_terminal", "telecom", "machinery", "big_data"),
    "telecom": ("telecom", "smart_terminal", "big_data"),
    "software": ("big_data", "smart_terminal", "telecom"),
    "machinery": ("machinery", "vehicle", "smart_terminal", "big_data"),
    "auto": ("vehicle", "machinery", "big_data"),
}
DEMANDS_PER_FIRM = {2: 15, 3: 40, 4: 30, 5: 15}  # how many: how often
COOPERATION_WEIGHTS = {
    "internship": 10,
    "order_class": 7,
    "training_base": 5,
    "apprenticeship": 5,
    "teacher_practice": 3,
    "staff_training": 3,
    "real_project": 3,
    "industry_teacher": 2,
    "industry_college": 2,
    "joint_rnd": 2,
    "mutual_appointment": 1,
    "textbook": 1,
}


@cache
def sought_codes() -> frozenset[str]:
    """The codes of the five majors that the fair's firms asked for most."""
    return frozenset(row["major_code"] for row in read_table(DATA / "sought_after.csv"))


@cache
def skills_of() -> dict[str, tuple[list[str], list[str]]]:
    """Per major its courses and its certificates; what it names as posts is no skill to ask for."""
    kind_of = {skill.name: skill.kind for skill in read_skills()}
    found: dict[str, tuple[list[str], list[str]]] = defaultdict(lambda: ([], []))
    for row in read_major_skills():
        if kind_of[row.skill] != "post":
            found[row.major_code][kind_of[row.skill] == "certificate"].append(row.skill)
    return dict(found)


def draw_skills(majors: list[str], rng: random.Random) -> list[str]:
    """Two courses and one certificate of the first major, one course of each other, at most five."""
    drawn: list[str] = []
    for position, major in enumerate(majors):
        courses, certificates = skills_of().get(major, ([], []))
        drawn += rng.sample(courses, min(len(courses), 1 if position else 2))
        if not position:
            drawn += rng.sample(certificates, min(len(certificates), 1))
    return list(dict.fromkeys(drawn))[:5]


def draw_posts(profile: str, asked: Counter[str], rng: random.Random) -> Table:
    """The posts of one firm: first one of its own field, then the least asked of its fields, then any other."""
    posts = [row for row in read_table(SOURCE / "posts.csv") if profile in row["profiles"].split("|")]
    (wanted,) = rng.choices(list(DEMANDS_PER_FIRM), list(DEMANDS_PER_FIRM.values()))
    own, *further = FIELDS_OF[profile]
    fields = [own, *sorted(further, key=lambda field: asked[field])][: 1 if wanted == 2 else 2]
    drawn = [rng.choice([row for row in posts if row["family"] == field]) for field in fields]
    others = [row for row in posts if not row["family"]]
    drawn += rng.sample(others, wanted - len(drawn))
    asked.update(fields)
    return drawn


def draw_cooperation(rng: random.Random) -> list[str]:
    """One to four kinds of cooperation, in the order of the fixed list."""
    clocks = sorted((rng.expovariate(weight), code) for code, weight in COOPERATION_WEIGHTS.items())
    chosen = {code for _, code in clocks[: rng.randint(1, 4)]}
    return [kind.code for kind in read_cooperation_kinds() if kind.code in chosen]


def make_demand(number: int, firm: dict[str, str], post: dict[str, str], rng: random.Random) -> dict[str, str]:
    """One demand of the firm for the post."""
    # The junior college's major leads: it is the one that every sought-after post accepts.
    by_level = {level: [code for code in post[level].split("|") if code] for level in STUDY_LEVELS}
    majors = by_level["junior_college"] + [
        code for level in STUDY_LEVELS if level != "junior_college" for code in by_level[level]
    ]
    lowest = int(post["salary"]) + 100 * rng.randint(-3, 6)
    return {
        "demand_code": f"D{number:03d}",
        "enterprise_code": firm["enterprise_code"],
        "title": post["title"],
        "major_codes": "|".join(majors),
        "levels": post["levels"],
        "headcount": str(rng.randint(8, 40) if post["family"] else rng.randint(2, 15)),
        "skills": "|".join(draw_skills(majors, rng)),
        "salary_min": str(lowest),
        "salary_max": str(lowest + 500 * rng.randint(2, 6)),
        "cooperation_kinds": "|".join(draw_cooperation(rng)),
        "workplace_code": firm["region_code"],
        "sample": "1",
    }


def build_demands(firms: Table, rng: random.Random) -> Table:
    """Two to five demands of each firm, in the order of the firms."""
    asked: Counter[str] = Counter()
    demands: Table = []
    for firm in firms:
        for post in draw_posts(firm["profile"], asked, rng):
            demands.append(make_demand(len(demands) + 1, firm, post, rng))
    return demands


def check_most_wanted(demands: Table) -> None:
    """Exit with a message unless the five fields are the most wanted, by demands and by people.

    A field is counted by its junior college major, which every post of the field accepts.
    """
    leading = {row["major_code"] for row in read_table(DATA / "sought_after.csv") if row["level"] == "junior_college"}
    by_demands: Counter[str] = Counter()
    by_people: Counter[str] = Counter()
    for demand in demands:
        for code in demand["major_codes"].split("|"):
            by_demands[code] += 1
            by_people[code] += int(demand["headcount"])
    for counted in (by_demands, by_people):
        first = counted.most_common(6)
        if {code for code, _ in first[:5]} != leading or first[4][1] == first[5][1]:
            raise SystemExit(f"not the five sought-after majors are wanted most: {first}")
