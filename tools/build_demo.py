"""Make the rows of the demo scene (events/seeding/data) from the reference tables.

    python -m tools.build_demo REFERENCE_FOLDER [--check]

Real schools and firms by name; everything about them that nobody published (graduates, demands) is drawn with a
fixed seed and marked as sample data. The same input gives the same bytes; the shipped code lists must be built
before. What was chosen by hand is read from data/source and never written here.
"""

from __future__ import annotations

import argparse
import random
import sys
from pathlib import Path

from portal.taxonomy.readers import read_majors
from tools import demo_demands
from tools.build_taxonomy import LEVELS, Table, as_csv, read_table, write_or_compare

DATA = Path(__file__).resolve().parent.parent / "events" / "seeding" / "data"
SOURCE = DATA / "source"
SEED = 1
GRADUATES = 45_362  # of all schools together; the scene says: more than 45,000
# Graduates of one major, before scaling: plausible by level, not published anywhere.
GRADUATES_RANGE = {
    "secondary": (30, 95),
    "technician": (35, 100),
    "junior_college": (60, 160),
    "vocational_bachelor": (60, 150),
    "bachelor": (60, 150),
}
SOUGHT_SHARE = 1.3  # a sought-after major is larger than others
# What a bachelor's or vocational bachelor's programme continues the five sought-after majors.
SOUGHT_CONTINUED = {"310101", "310301", "310205", "260101", "260701"} | {
    "080701",
    "080703",
    "080910T",
    "080202",
    "080207",
}
TECHNICAL_CATEGORIES = {"46", "51", "26", "31", "08"}
# Listed firms of Shenzhen to take, by their trade in the list, with the profile that decides on their demands.
FIRMS_TAKEN = {
    "通信设备": (10, "telecom"),
    "元器件": (13, "electronics"),
    "IT设备": (6, "electronics"),
    "半导体": (3, "electronics"),
    "软件服务": (8, "software"),
    "专用机械": (8, "machinery"),
    "电气设备": (3, "machinery"),
    "电器仪表": (2, "machinery"),
    "汽车配件": (5, "auto"),
    "汽车整车": (2, "auto"),
}
NAMED_IN_THE_NEWS = {"300115", "002786"}  # Everwin Precision and Silver Basis: local firms of Bao'an
SHENZHEN, BAOAN = "440300", "440306"
ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)  # GB 11714
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # GB 32100
USCC_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)


def sample_uscc(number: int, region: str) -> str:
    """A code with right check digits (GB 32100, GB 11714) in a range nobody holds: its body begins with YANG."""
    body = f"YANG{number:04d}"
    check = 11 - sum(int(c, 36) * w for c, w in zip(body, ORGANISATION_WEIGHTS, strict=True)) % 11
    code = f"91{region}{body}{'0123456789X0'[check]}"
    total = sum(USCC_ALPHABET.index(c) * w for c, w in zip(code, USCC_WEIGHTS, strict=True))
    return code + USCC_ALPHABET[-total % 31]


def build_schools(reference: Path) -> Table:
    """The schools of both sources, with real codes where there are public ones."""
    public = {row["school_code"]: row for row in read_table(reference / "schools_higher_ed.csv")}
    real_levels = {"职业本科": "vocational_bachelor", "普通本科": "bachelor", "高职专科": "junior_college"}
    rows = []
    for row in read_table(SOURCE / "schools_real.csv"):
        school = public[row["school_code"]]
        rows.append({**row, "name": school["school_name"], "level": real_levels[school["level_detail"]], "sample": "0"})
    rows += read_table(SOURCE / "schools_secondary.csv")
    return [
        {
            "school_code": row["school_code"],
            "name": row["name"],
            "short_name": row["short_name"],
            "level": row["level"],
            "province_code": row["city_code"][:2] + "0000",
            "city_code": row["city_code"],
            "sample": row["sample"],
        }
        for row in rows
    ]


def offered_by_real_schools(reference: Path, rng: random.Random) -> list[tuple[str, str]]:
    """School and major as published, the sought-after and technical ones first, 10 to 18 a school."""
    known = {major.code for major in read_majors()}
    schools = [row["school_code"] for row in read_table(SOURCE / "schools_real.csv")]
    ranked: dict[str, list[tuple[int, int, str]]] = {code: [] for code in schools}
    sought = demo_demands.sought_codes() | SOUGHT_CONTINUED
    for row in read_table(reference / "school_majors.csv.gz"):
        code = row["major_code"]
        if row["school_code"] in ranked and row["match"] == "name" and row["major_level"] in LEVELS and code in known:
            tier = 0 if code in sought else 1 if code[:2] in TECHNICAL_CATEGORIES else 2
            ranked[row["school_code"]].append((tier, -int(row["n_official_records"]), code))
    return [(school, major) for school in schools for _, _, major in sorted(ranked[school])[: rng.randint(10, 18)]]


def offered_by_sample_schools(rng: random.Random) -> list[tuple[str, str]]:
    """School and major drawn by the school's profile, 8 to 13 a school, heavier ones sooner."""
    majors = read_table(SOURCE / "secondary_majors.csv")
    offered = []
    for school in read_table(SOURCE / "schools_secondary.csv"):
        weights = {row["major_code"]: int(row[school["profile"]]) for row in majors}
        # Exponential clocks: who rings first is drawn, by weight and without putting back.
        clocks = sorted((rng.expovariate(weight), code) for code, weight in weights.items() if weight)
        offered += [(school["school_code"], code) for _, code in sorted(clocks)[: rng.randint(8, 13)]]
    return offered


def shares(weights: list[float], total: int) -> list[int]:
    """Whole numbers in proportion to the weights that sum to `total` (largest remainders)."""
    scale = total / sum(weights)
    exact = [weight * scale for weight in weights]
    whole = [int(value) for value in exact]
    by_remainder = sorted(range(len(exact)), key=lambda i: (whole[i] - exact[i], i))
    for i in by_remainder[: total - sum(whole)]:
        whole[i] += 1
    return whole


def build_school_majors(reference: Path, schools: Table, rng: random.Random) -> Table:
    """What each school offers and how many graduate this year (always a sample figure)."""
    level_of = {row["school_code"]: row["level"] for row in schools}
    published = offered_by_real_schools(reference, rng)
    offered = published + offered_by_sample_schools(rng)
    sought = demo_demands.sought_codes()
    weights = [
        rng.randint(*GRADUATES_RANGE[level_of[school]]) * (SOUGHT_SHARE if major in sought else 1.0)
        for school, major in offered
    ]
    return [
        {
            "school_code": school,
            "major_code": major,
            "graduates": str(graduates),
            "major_sample": str(int(position >= len(published))),
            "graduates_sample": "1",
        }
        for position, ((school, major), graduates) in enumerate(zip(offered, shares(weights, GRADUATES), strict=True))
    ]


def build_real_firms(reference: Path, rng: random.Random) -> Table:
    """Listed firms of Shenzhen in good standing, so many of each trade, always with those named in the news."""
    listed = [
        row
        for row in read_table(reference / "enterprises_listed.csv")
        if row["city"] == "深圳市" and not row["status_flag"] and "-" not in row["short_name"]
    ]
    firms = []
    for trade, (taken, profile) in FIRMS_TAKEN.items():
        among = sorted((row for row in listed if row["industry_cn"] == trade), key=lambda row: row["stock_code"])
        named = [row for row in among if row["stock_code"] in NAMED_IN_THE_NEWS]
        others = [row for row in among if row not in named]
        for row in [*named, *rng.sample(others, taken - len(named))]:
            firms.append(
                {
                    "enterprise_code": row["stock_code"],
                    "name": row["short_name"],
                    "short_name": row["short_name"],
                    "uscc": "",
                    "industry_code": row["gbt4754_division_approx"][1:],
                    "region_code": BAOAN if row in named else SHENZHEN,
                    "profile": profile,
                    "sample": "0",
                }
            )
    return sorted(firms, key=lambda firm: firm["enterprise_code"])


def build_sample_firms() -> Table:
    """Invented firms of Bao'an and its neighbours, the word for sample in every name."""
    return [
        {
            "enterprise_code": f"BQ{number:02d}",
            "name": f"样例·深圳市{row['brand']}{row['trade']}有限公司",
            "short_name": f"样例·{row['brand']}{row['trade']}",
            "uscc": sample_uscc(number, row["region_code"]),
            "industry_code": row["industry_code"],
            "region_code": row["region_code"],
            "profile": row["profile"],
            "sample": "1",
        }
        for number, row in enumerate(read_table(SOURCE / "firms_sample.csv"), start=1)
    ]


def build_all(reference: Path) -> dict[str, bytes]:
    """Every file that is made, by its name."""
    rng = random.Random(SEED)  # noqa: S311 - a repeatable scene, no secret
    schools = build_schools(reference)
    firms = build_real_firms(reference, rng) + build_sample_firms()
    tables = {
        "schools.csv": schools,
        "school_majors.csv": build_school_majors(reference, schools, rng),
        "enterprises.csv": firms,
        "demands.csv": demo_demands.build_demands(firms, rng),
    }
    demo_demands.check_most_wanted(tables["demands.csv"])
    return {name: as_csv(list(rows[0]), (row.values() for row in rows)) for name, rows in tables.items()}


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the rows of the demo scene from reference tables.")
    parser.add_argument("reference", type=Path, help="folder of the reference tables")
    parser.add_argument("--check", action="store_true", help="compare with the shipped files, write nothing")
    options = parser.parse_args()
    return write_or_compare(build_all(options.reference), DATA, check=options.check)


if __name__ == "__main__":
    sys.exit(main())
