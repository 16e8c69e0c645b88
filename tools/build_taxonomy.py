"""Make the shipped code lists of portal/taxonomy/data from a folder of reference tables.

    python -m tools.build_taxonomy REFERENCE_FOLDER [--check]

The same input gives the same bytes. `--check` writes nothing and exits with 1 where a shipped file differs.
What was decided by hand is read from portal/taxonomy/data/curated and is never written here.
"""

from __future__ import annotations

import argparse
import csv
import gzip
import io
import re
import sys
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

from matching.engine import Major, major_families

Table = list[dict[str, str]]

DATA = Path(__file__).resolve().parent.parent / "portal" / "taxonomy" / "data"
VOCATIONAL_EDITION = "MOE 2021 (to 2025-12)"
BACHELOR_EDITION = "MOE 2025"
LEVELS = {
    "中职": "secondary",
    "高职专科": "junior_college",
    "高职本科": "vocational_bachelor",
    "本科": "bachelor",
}
LEVEL_ORDER = list(LEVELS.values())
CERTIFICATE_KINDS = {"职业技能等级证书": "skill_level", "职业资格/执业资格": "qualification"}
SKILL_COLUMNS = {
    "skill_certificates": "certificate",
    "qualification_certificates": "certificate",
    "core_courses": "course",
    "posts": "post",
}
KIND_ORDER = ["certificate", "course", "post"]  # who wins where a name is used for two kinds equally often
# Equipment manufacturing, electronics and information: the whole categories, at three levels.
KEPT_WHOLE = {"26", "46", "66", "31", "51", "71"}
# Left over from documents read by machine: sentence marks, formulas, the second half of a sentence.
GARBLED = re.compile(r"[。:$\\]|^以及|^及其")


def read_table(path: Path) -> Table:
    """All rows of a CSV file, plain or gzipped."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def as_csv(columns: list[str], rows: Iterable[Iterable[str]]) -> bytes:
    """The rows as UTF-8 CSV with Unix line ends."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue().encode()


def plain(text: str) -> str:
    """A name in compatibility form: one spelling for full-width and half-width brackets, digits, letters."""
    return unicodedata.normalize("NFKC", text).strip()


def majority_class_names(undergraduate: Table) -> dict[str, str]:
    """Name of each class code as most of its majors have it; the source misnames the class of 020309T."""
    names: dict[str, Counter[str]] = defaultdict(Counter)
    for row in undergraduate:
        names[row["class_code"]][row["class_name"]] += 1
    return {code: counted.most_common(1)[0][0] for code, counted in names.items()}


def build_majors(reference: Path) -> Table:
    """The four catalogues as one list, by level and code."""
    undergraduate = read_table(reference / "majors_undergraduate.csv")
    class_names = majority_class_names(undergraduate)
    majors = [
        {
            "code": row["major_code"],
            "name": row["major_name"],
            "level": LEVELS[row["level"]],
            "category_code": row["category_code"],
            "category": row["category"],
            "class_code": row["class_code"],
            "class_name": row["class_name"],
            "edition": VOCATIONAL_EDITION,
            "state_controlled": row["is_state_controlled"],
        }
        for row in read_table(reference / "majors_vocational.csv")
    ] + [
        {
            "code": row["major_code"],
            "name": row["major_name"],
            "level": LEVELS[row["level"]],
            "category_code": row["major_code"][:2],
            "category": row["discipline"],
            "class_code": row["class_code"],
            "class_name": class_names[row["class_code"]],
            "edition": BACHELOR_EDITION,
            "state_controlled": row["is_state_controlled_k"],
        }
        for row in undergraduate
    ]
    families = major_families(_as_engine(major) for major in majors)
    for major in majors:
        major["family_code"] = families.get(major["code"], major["code"])
    return sorted(majors, key=lambda major: (LEVEL_ORDER.index(major["level"]), major["code"]))


def _as_engine(major: dict[str, str]) -> Major:
    return Major(major["code"], major["name"], major["level"], major["class_code"], major["category_code"])


def build_aliases(reference: Path, majors: Table) -> Table:
    """Old names with the code they stand for today; the official table first, then what was added by hand.

    `ambiguous` is 1 where, at the same level, the text stands for several majors or names another one today.
    """
    level_of = {major["code"]: major["level"] for major in majors}
    found: dict[tuple[str, str], dict[str, str]] = {}
    official = read_table(reference / "major_name_aliases.csv")
    by_hand = read_table(DATA / "curated" / "major_aliases.csv")
    for alias, code, edition, kind in [
        *((row["old_name"], row["moe_major_code"], "Guangdong 2026", "old_name") for row in official),
        *((row["alias"], row["major_code"], "by hand", row["kind"]) for row in by_hand),
    ]:
        if code:
            level = level_of[code]
            row = {"alias": alias, "major_code": code, "level": level, "edition": edition, "kind": kind}
            found.setdefault((alias, code), row)
    codes_of: dict[tuple[str, str], set[str]] = defaultdict(set)
    for major in majors:
        codes_of[major["name"], major["level"]].add(major["code"])
    for row in found.values():
        codes_of[row["alias"], row["level"]].add(row["major_code"])
    for row in found.values():
        row["ambiguous"] = str(int(len(codes_of[row["alias"], row["level"]]) > 1))
    order = LEVEL_ORDER.index
    return sorted(found.values(), key=lambda row: (order(row["level"]), row["alias"], row["major_code"]))


def build_regions(reference: Path) -> Table:
    """Province, city, county; a parent always stands above its children."""
    rows = [
        {key: row[key] for key in ("code", "name", "level", "parent_code")} | {"edition": "2023"}
        for row in read_table(reference / "regions.csv")
    ]
    return sorted(rows, key=lambda row: row["code"])


def build_industries(reference: Path) -> Table:
    """Section, division, group, class in the order of the standard."""
    return [
        {key: row[key] for key in ("code", "name", "level", "parent_code")} | {"edition": "GB/T 4754-2017"}
        for row in read_table(reference / "industries_gbt4754_2017.csv")
    ]


def build_occupations(reference: Path) -> Table:
    """The occupations with the name of their group (the code's first seven characters)."""
    return [
        {"code": row["occ_code"], "name": row["occ_name"], "group_name": row["minor_name"], "edition": "2022"}
        for row in read_table(reference / "occupations_2022.csv")
    ]


def build_major_occupations(reference: Path, majors: Table, occupations: Table) -> Table:
    """Which major's profile names which occupation of the dictionary, word for word; names of groups are left out."""
    codes, names = {row["code"] for row in majors}, {row["name"] for row in occupations}
    pairs = {
        (row["major_code"], name)
        for row in read_table(reference / "major_profiles_facts.csv.gz")
        for name in row["occupations"].split("|")
        if row["major_code"] in codes and name in names
    }
    return [{"major_code": code, "occupation": name} for code, name in sorted(pairs)]


def build_certificates(reference: Path) -> Table:
    """Certificates by name; spellings that differ in width only become one, of the kind most majors name."""
    merged: dict[str, Table] = defaultdict(list)
    for row in read_table(reference / "certificates.csv"):
        merged[plain(row["certificate"])].append(row)
    certificates = []
    for name, rows in merged.items():
        levels = {LEVELS[level] for row in rows for level in row["levels"].split("|")}
        kind = max(rows, key=lambda row: int(row["n_majors"]))["kind"]
        certificates.append(
            {
                "name": name,
                "kind": CERTIFICATE_KINDS[kind],
                "levels": "|".join(level for level in LEVEL_ORDER if level in levels),
            }
        )
    return sorted(certificates, key=lambda row: (row["kind"], row["name"]))


def profile_skills(reference: Path) -> dict[str, Counter[tuple[str, str]]]:
    """Per skill name: how often it is used as which kind by which major, cleaned of fragments."""
    stopped = {row["name"] for row in read_table(DATA / "curated" / "skill_stoplist.csv")}
    used: dict[str, Counter[tuple[str, str]]] = defaultdict(Counter)
    for row in read_table(reference / "major_profiles_facts.csv.gz"):
        for column, kind in SKILL_COLUMNS.items():
            # Lists of posts were cut at commas: what is shorter than four characters is half a phrase.
            shortest = 4 if kind == "post" else 2
            for name in {plain(cell) for cell in row[column].split("|")}:
                if len(name) >= shortest and name not in stopped and not GARBLED.search(name):
                    used[name][row["major_code"], kind] += 1
    return used


def build_skills(reference: Path, majors: Table) -> tuple[Table, Table]:
    """The vocabulary, and which major teaches what.

    Kept: a name that two majors share, and all names of the categories KEPT_WHOLE and of the vehicle majors.
    A major without a profile gets, marked `kin`, the skills of its nearest kin (curated/skill_kin.csv).
    """
    whole = {m["code"] for m in majors if m["category_code"] in KEPT_WHOLE or "汽车" in m["name"]}
    skills: dict[str, str] = {}
    taught: dict[tuple[str, str], str] = {}
    for name, uses in profile_skills(reference).items():
        codes = {code for code, _ in uses}
        if len(codes) < 2 and not codes & whole:
            continue
        kinds = Counter(kind for _, kind in uses.elements())
        skills[name] = max(KIND_ORDER, key=lambda kind: kinds[kind])
        taught.update({(code, name): "profile" for code in codes})
    has_profile = {code for code, _ in taught}
    for row in read_table(DATA / "curated" / "skill_kin.csv"):
        if row["major_code"] in has_profile:
            raise SystemExit(f"skill_kin.csv: {row['major_code']} has a profile of its own")
        inherited = [name for code, name in taught if code == row["kin_code"]]
        taught.update({(row["major_code"], name): "kin" for name in inherited})
    return (
        [{"name": name, "kind": skills[name]} for name in sorted(skills)],
        [{"major_code": c, "skill": name, "source": taught[c, name]} for c, name in sorted(taught)],
    )


def build_all(reference: Path) -> dict[str, bytes]:
    """Every file that is made, by its name."""
    majors = build_majors(reference)
    skills, major_skills = build_skills(reference, majors)
    occupations = build_occupations(reference)
    tables = {
        "majors.csv": majors,
        "major_aliases.csv": build_aliases(reference, majors),
        "regions.csv": build_regions(reference),
        "industries.csv": build_industries(reference),
        "occupations.csv": occupations,
        "major_occupations.csv": build_major_occupations(reference, majors, occupations),
        "certificates.csv": build_certificates(reference),
        "skills.csv": skills,
        "major_skills.csv": major_skills,
    }
    return {name: as_csv(list(rows[0]), (row.values() for row in rows)) for name, rows in tables.items()}


def write_or_compare(files: dict[str, bytes], folder: Path, *, check: bool) -> int:
    """Write the files, or say which differ from what stands in the folder; returns the exit status."""
    status = 0
    for name, content in files.items():
        path = folder / name
        rows = content.count(b"\n") - 1
        if not check:
            path.write_bytes(content)
            print(f"{name}: {rows} rows, {len(content)} bytes")
        elif not path.exists() or path.read_bytes() != content:
            print(f"{name}: differs", file=sys.stderr)
            status = 1
    return status


def main() -> int:
    parser = argparse.ArgumentParser(description="Make the shipped code lists from reference tables.")
    parser.add_argument("reference", type=Path, help="folder of the reference tables")
    parser.add_argument("--check", action="store_true", help="compare with the shipped files, write nothing")
    options = parser.parse_args()
    return write_or_compare(build_all(options.reference), DATA, check=options.check)


if __name__ == "__main__":
    sys.exit(main())
