"""Load the shipped code lists into the database: by code, only what differs, all or nothing."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction
from django.utils import timezone

from portal.taxonomy import readers
from portal.taxonomy.models import (
    Certificate,
    CooperationKind,
    Industry,
    LoadedCodeLists,
    Major,
    MajorAlias,
    Occupation,
    Region,
    Skill,
    SkillAlias,
)
from portal.taxonomy.names import search_columns
from portal.taxonomy.naming import bare_form, normal_form

LOADER_VERSION = 3  # +1 when the same files would give other rows
LOADING_LOCK = 4_071_894  # one loader at a time; any constant of our own
BATCH = 2000
NAMELESS = ("市辖区", "县", "省直辖县级行政区划", "自治区直辖县级行政区划")
Rows = dict[str, dict[str, Any]]  # key → the other columns


@dataclass(frozen=True, slots=True)
class Count:
    """What loading one list did to its table, in rows."""

    created: int = 0
    changed: int = 0
    unchanged: int = 0
    retired: int = 0


def digest_of(folder: Path) -> str:
    """SHA-256 in hex over the lists' names and bytes and the version of this loader."""
    digest = hashlib.sha256(f"loader {LOADER_VERSION}\n".encode())
    for path in sorted(folder.glob("*.csv")):
        content = path.read_bytes()
        digest.update(f"{path.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def load_code_lists(*, at: datetime, folder: Path = readers.DATA, force: bool = False) -> dict[str, Count]:
    """Bring the tables to the state of the lists; returns the counts by list, nothing if they are loaded already.

    `force` compares every row although the digest is known. A code that has left its list is retired, never
    deleted; kinds of cooperation, skills and aliases that people added stay.
    Raises tables.CodeListError for a wrong cell, and then nothing is changed.
    """
    digest = digest_of(folder)
    if not force and LoadedCodeLists.objects.filter(digest=digest).exists():
        return {}
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOADING_LOCK])
        if not force and LoadedCodeLists.objects.filter(digest=digest).exists():
            return {}
        counts = _load_all(folder, timezone.localdate(at))
        LoadedCodeLists.objects.update_or_create(id=1, defaults={"digest": digest, "loaded_at": at})
    return counts


def _load_all(folder: Path, today: date) -> dict[str, Count]:
    return {
        "regions": _sync(Region, "code", _regions(folder), today=today),
        "industries": _sync(Industry, "code", _industries(folder), today=today),
        "occupations": _sync(Occupation, "code", _occupations(folder), today=today),
        "certificates": _sync(Certificate, "name", _certificates(folder)),
        "cooperation_kinds": _sync(CooperationKind, "code", _cooperation_kinds(folder)),
        "majors": _sync(Major, "code", _majors(folder), today=today),
        "major_aliases": _sync_aliases(folder),
        "skills": _sync(Skill, "name", _skills(folder)),
        "major_skills": _sync_major_skills(folder),
    }


def _sync(model: type[models.Model], key: str, rows: Rows, *, today: date | None = None) -> Count:
    """Write the rows that are new or differ, in batches; with `today`, retire the codes that are no more."""
    fields = list(next(iter(rows.values()), {}))
    known = {row.pop(key): row for row in model._default_manager.values(key, *fields)}
    created = [code for code in rows if code not in known]
    changed = [code for code in rows if code in known and known[code] != rows[code]]
    model._default_manager.bulk_create(
        [model(**{key: code}, **rows[code]) for code in (*created, *changed)],
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=fields,
        unique_fields=[key],
    )
    retired = 0
    if today is not None:
        gone = model._default_manager.filter(retired_on=None).exclude(pk__in=rows)
        retired = gone.update(retired_on=today)
    return Count(len(created), len(changed), len(rows) - len(created) - len(changed), retired)


def _regions(folder: Path) -> Rows:
    full_names: dict[str, str] = {"": ""}
    rows: Rows = {}
    for row in readers.read_regions(folder):
        above = full_names[row.parent_code]
        # Between a province and counties that it governs itself stands a level without a name of its own.
        full_names[row.code] = above if row.name in NAMELESS else above + row.name
        rows[row.code] = _tree_columns(row) | {"full_name": full_names[row.code]}
        rows[row.code] |= search_columns([row.name, full_names[row.code]])
    return rows


def _industries(folder: Path) -> Rows:
    return {row.code: _tree_columns(row) | search_columns([row.name]) for row in readers.read_industries(folder)}


def _tree_columns(row: readers.TreeRow) -> dict[str, Any]:
    return {
        "name": row.name,
        "edition": row.edition,
        "retired_on": None,
        "level": row.level,
        "parent_id": row.parent_code or None,
    }


def _occupations(folder: Path) -> Rows:
    return {
        row.code: {"name": row.name, "edition": row.edition, "retired_on": None, "group_name": row.group_name}
        | search_columns([row.name])
        for row in readers.read_occupations(folder)
    }


def _certificates(folder: Path) -> Rows:
    return {row.name: {"kind": row.kind} for row in readers.read_certificates(folder)}


def _cooperation_kinds(folder: Path) -> Rows:
    return {
        row.code: {
            "name": row.name_zh,
            "name_en": row.name_en,
            "position": row.position,
            "measures": "|".join(row.measures),
        }
        for row in readers.read_cooperation_kinds(folder)
    }


def _majors(folder: Path) -> Rows:
    other_names = defaultdict(list)
    for alias in readers.read_major_aliases(folder):
        other_names[alias.major_code].append(alias.alias)
    for major, text in MajorAlias.objects.filter(edition="").order_by("pk").values_list("major_id", "text"):
        other_names[major].append(text)
    return {
        row.code: {
            "name": row.name,
            "edition": row.edition,
            "retired_on": None,
            "level": row.level,
            "category_code": row.category_code,
            "category_name": row.category,
            "class_code": row.class_code,
            "class_name": row.class_name,
            "family_code": row.family_code,
        }
        | search_columns([row.name, *other_names[row.code]])
        for row in readers.read_majors(folder)
    }


def _skills(folder: Path) -> Rows:
    """The words of the profiles and the occupations; a word that is both is of the kind that the profiles have."""
    synonyms = defaultdict(list)
    for name, text in SkillAlias.objects.order_by("pk").values_list("skill__name", "text"):
        synonyms[name].append(text)
    kinds = {row.name: row.kind for row in readers.read_skills(folder)}
    known = {normal_form(name) for name in kinds}
    for row in readers.read_occupations_as_skills(folder):
        if normal_form(row.name) not in known:
            kinds[row.name] = row.kind
    return {
        name: {"kind": kind, "retired_on": None} | search_columns([name, *synonyms[name]])
        for name, kind in kinds.items()
    }


def _sync_aliases(folder: Path) -> Count:
    """Aliases of the list carry its edition; those that the staff decided (no edition) are left alone."""
    listed = {
        (row.alias, row.major_code): {
            "normalised": bare_form(row.alias),
            "level": row.level,
            "kind": row.kind,
            "edition": row.edition,
        }
        for row in readers.read_major_aliases(folder)
    }
    fields = ["normalised", "level", "kind", "edition"]
    known = {
        (row.pop("text"), row.pop("major_id")): row
        for row in MajorAlias.objects.exclude(edition="").values("text", "major_id", *fields)
    }
    different = {pair: row for pair, row in listed.items() if known.get(pair) != row}
    MajorAlias.objects.bulk_create(
        [MajorAlias(text=text, major_id=major, **row) for (text, major), row in different.items()],
        batch_size=BATCH,
        update_conflicts=True,
        update_fields=fields,
        unique_fields=["text", "major"],
    )
    gone = known.keys() - listed.keys()
    for text, major in gone:
        left = MajorAlias.objects.filter(text=text, major_id=major).exclude(edition="")
        left.exclude(decided_at=None).update(edition="", kind=MajorAlias.Kind.DECIDED)
        left.delete()
    created = len(different.keys() - known.keys())
    return Count(created, len(different) - created, len(listed) - len(different), len(gone))


def _sync_major_skills(folder: Path) -> Count:
    """The links are the list's alone: what it does not name is removed."""
    link = Skill.majors.through
    skill_ids = dict(Skill.objects.values_list("name", "pk"))
    wanted = {(skill_ids[row.skill], row.major_code) for row in readers.read_major_skills(folder)}
    wanted |= {(skill_ids[row.skill], row.major_code) for row in readers.read_major_occupations(folder)}
    known = dict(_links(link.objects.values_list("skill_id", "major_id", "pk")))
    new = wanted - known.keys()
    link.objects.bulk_create(
        [link(skill_id=skill, major_id=major) for skill, major in sorted(new)], batch_size=BATCH, ignore_conflicts=True
    )
    gone = [pk for pair, pk in known.items() if pair not in wanted]
    link.objects.filter(pk__in=gone).delete()
    return Count(len(new), 0, len(wanted) - len(new), len(gone))


def _links(rows: Iterable[tuple[int, str, int]]) -> Iterator[tuple[tuple[int, str], int]]:
    for skill, major, pk in rows:
        yield (skill, major), pk
