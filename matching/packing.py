"""Rows → packed arrays: schools, what they offer, and demands, as the engine reads them.

The whole nation is read by blocks (matching.binary); one enterprise or school by one query, with the same expressions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from matching.binary import LINK_BITS, MOST_LINKED, Coded, Source, link, linked, parted, read_all, read_of_one
from matching.engine.catalogue import RUNGS, Catalogue
from matching.engine.catalogue import Major as CatalogueMajor
from matching.engine.packed import (
    UNKNOWN,
    Demands,
    Int32s,
    Int64s,
    Offers,
    Schools,
    UInt32s,
    picked,
    starts_of,
)
from matching.engine.vocabulary import Vocabulary
from portal.demands.models import OPEN_STATUSES, TalentDemand
from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.organizations.models import Organization, OrganizationKind, OrganizationStatus, SchoolProfile
from portal.taxonomy.models import CooperationKind, Major, Skill

_Lists = tuple[Int64s, Int64s]  # starts and values

MODE_BITS = 32  # kinds of cooperation beyond so many share the last bit

_PLACE_BITS = 20  # a place is the six digits of a region
_PEOPLE_BITS, _LEVEL_BITS = 32, 8
_LEAST = 1  # people that an open demand seeks, whatever was found


def _listed(values: Iterable[str]) -> str:
    return "('" + "', '".join(values) + "')"


def _rungs(column: str) -> str:
    """SQL for the bit set of the rungs of an array of levels."""
    rungs = sorted(set(RUNGS.values()))
    levels = {rung: ",".join(level for level, its_rung in RUNGS.items() if its_rung == rung) for rung in rungs}
    bits = (f"(({column} && '{{{levels[rung]}}}'::varchar[])::int << {rung})" for rung in rungs)
    return "(" + " | ".join(bits) + ")"


_ORGANIZATION = Organization._meta.db_table
_DEMAND = TalentDemand._meta.db_table
_PROGRAMME = Programme._meta.db_table
_SUPPLY = SupplyLine._meta.db_table
_OPEN = f"d.status IN {_listed(OPEN_STATUSES)}"
_SURE = _listed((SupplyState.CONFIRMED, SupplyState.LOCKED))
_ALL_MAJORS = "codes"  # names of lists: of majors, or of what demands may name; of kinds of cooperation
_ALL_KINDS = "kinds"


def _organizations(kind: str) -> Source:
    return Source(
        record=f"int8send((o.id << {_PLACE_BITS}) | left(o.region_id, 6)::bigint)",
        tables=f"{_ORGANIZATION} o",
        key="o.id",
        where=f"o.kind = '{kind}' AND o.status = '{OrganizationStatus.APPROVED}'",
        one="o.id = %(id)s",
    )


def _skills(through: Any, owner: str, one: str) -> Source:
    return Source(link(f"l.{owner}", "l.skill_id"), f"{through._meta.db_table} l", f"l.{owner}", one)


def _coded(name: str, through: Any, owner: str, code: str, one: str) -> Coded:
    return Coded(f"l.{owner}", f"l.{code}", name, f"{through._meta.db_table} l", f"l.{owner}", one)


_MINE = f"d.enterprise_id = %(id)s AND {_OPEN}"
_MY_DEMANDS = f"l.talentdemand_id IN (SELECT d.id FROM {_DEMAND} d WHERE {_MINE})"  # noqa: S608 — names of ours
_OFFERED = "p.school_id = %(id)s AND p.is_active"
_MY_PROGRAMMES = f"(SELECT p.id FROM {_PROGRAMME} p WHERE {_OFFERED})"  # noqa: S608
_MY_MAJORS = f"l.major_id IN (SELECT p.major_id FROM {_PROGRAMME} p WHERE {_OFFERED})"  # noqa: S608

DEMAND_SOURCES = (
    _organizations(OrganizationKind.ENTERPRISE),
    Source(
        record="int8send(d.id) || int8send(d.enterprise_id) || int8send("
        f"(coalesce(left(d.workplace_id, 6), '0')::bigint << {_PEOPLE_BITS + _LEVEL_BITS})"
        f" | (greatest({_LEAST}, d.headcount - d.filled)::bigint << {_LEVEL_BITS}) | {_rungs('d.levels')})",
        numbers=3,
        tables=f"{_DEMAND} d",
        key="d.id",
        where=_OPEN,
        one="d.enterprise_id = %(id)s",
    ),
    _coded(_ALL_MAJORS, TalentDemand.majors.through, "talentdemand_id", "major_id", _MY_DEMANDS),
    _skills(TalentDemand.skills.through, "talentdemand_id", _MY_DEMANDS),
    _coded(_ALL_KINDS, TalentDemand.cooperation_kinds.through, "talentdemand_id", "cooperationkind_id", _MY_DEMANDS),
)
SCHOOL_SOURCES = (
    _organizations(OrganizationKind.SCHOOL),
    Source(
        record="int8send(p.id) || int8send(p.school_id)",
        numbers=2,
        tables=f"{_PROGRAMME} p",
        key="p.id",
        where="p.is_active",
        one="p.school_id = %(id)s",
    ),
    Coded("p.id", "p.major_id", _ALL_MAJORS, f"{_PROGRAMME} p", "p.id", "p.school_id = %(id)s", "p.is_active"),
    Source(
        record=link("s.programme_id", f"least(s.graduating - s.committed, {MOST_LINKED})"),
        tables=f"{_SUPPLY} s",
        key="s.programme_id",
        where=f"s.state IN {_SURE} AND NOT EXISTS (SELECT FROM {_SUPPLY} n WHERE n.programme_id = s.programme_id"
        f" AND n.graduating_year > s.graduating_year AND n.state IN {_SURE})",
        one=f"s.programme_id IN {_MY_PROGRAMMES}",
    ),
    _skills(Programme.skills.through, "programme_id", f"l.programme_id IN {_MY_PROGRAMMES}"),
    _coded(_ALL_MAJORS, Skill.majors.through, "skill_id", "major_id", _MY_MAJORS),
    _coded(
        _ALL_KINDS,
        SchoolProfile.cooperation_kinds.through,
        "schoolprofile_id",
        "cooperationkind_id",
        "l.schoolprofile_id = %(id)s",
    ),
)


def catalogue() -> Catalogue:
    """The tree of all majors."""
    fields = ("code", "name", "level", "class_code", "category_code", "family_code")
    return Catalogue.of(CatalogueMajor(*row) for row in Major.objects.order_by("code").values_list(*fields))


def vocabulary() -> Vocabulary:
    """Numbers for the catalogue's majors, for prefixes, and for the skills by their primary keys, ascending."""
    return Vocabulary.of(catalogue(), Skill.objects.order_by("pk").values_list("pk", flat=True))


def kinds() -> list[str]:
    """The kinds of cooperation by position; the first has bit 0."""
    return list(CooperationKind.objects.order_by("position", "code").values_list("code", flat=True))


def pack_demands(vocabulary: Vocabulary, enterprise: int | None = None) -> Demands:
    """The open demands of the approved enterprises, or of the one, which takes two queries.

    Headcount is what is not yet filled, at least 1; the place is that of the work or, unsaid, the enterprise's. A major
    or skill that came after the vocabulary was made is left out, or −1.
    """
    approved, demands, wants, skills, modes = _read(DEMAND_SOURCES, vocabulary.want_keys, enterprise)
    demands = demands[np.isin(demands[:, 1], approved >> _PLACE_BITS)]
    demands = demands[np.lexsort((demands[:, 0], demands[:, 1]))]
    ids, enterprises, packed = (np.ascontiguousarray(column) for column in demands.T)
    owners = _Owners(ids)
    want_starts, want_numbers = owners.lists(wants)
    skill_starts, skill_keys = owners.lists(skills)
    province, city = _places(packed >> (_PEOPLE_BITS + _LEVEL_BITS), enterprises, approved)
    return Demands(
        ids=ids,
        enterprise=enterprises,
        headcount=(packed >> _LEVEL_BITS & (1 << _PEOPLE_BITS) - 1).astype(np.int32),
        levels=(packed & (1 << _LEVEL_BITS) - 1).astype(np.uint8),
        province=province,
        city=city,
        modes=owners.bits(modes),
        want_starts=want_starts,
        wants=want_numbers.astype(np.int32),
        skill_starts=skill_starts,
        skills=_skill_numbers(vocabulary, skill_keys),
    )


def pack_schools(vocabulary: Vocabulary, school: int | None = None) -> tuple[Schools, Offers]:
    """The approved schools, or the one, with what their active programmes offer.

    Graduates are those of the newest year that the school has confirmed, who are not promised. Skills are those of the
    programme or, where the school has named none, those of the ministry's profile of the major.
    """
    approved, programmes, majors, supply, skills, usual, modes = _read(SCHOOL_SOURCES, vocabulary.codes, school)
    approved = np.sort(approved)
    ids = approved >> _PLACE_BITS
    province, city = _places(approved & (1 << _PLACE_BITS) - 1)
    schools = Schools(ids=ids, province=province, city=city, modes=_Owners(ids).bits(modes))
    programmes = programmes[np.isin(programmes[:, 1], ids) & np.isin(programmes[:, 0], majors >> LINK_BITS)]
    programmes = programmes[np.lexsort((programmes[:, 0], programmes[:, 1]))]
    mine = _Owners(np.ascontiguousarray(programmes[:, 0]))
    code = mine.values(majors)
    taught, major = parted(usual)
    of_majors = _Owners(np.arange(len(vocabulary.codes))).lists(linked(major, taught))
    starts, numbers = _taught(vocabulary, mine.lists(skills), of_majors, code)
    offers = Offers(
        school=np.searchsorted(ids, programmes[:, 1]).astype(np.int32),
        code=code.astype(np.int32),
        graduates=mine.values(supply).astype(np.float32),
        skill_starts=starts,
        skills=numbers,
    )
    return schools, offers


def _read(sources: Sequence[Source | Coded], codes: Sequence[str], one: int | None) -> list[Int64s]:
    lists = {_ALL_MAJORS: codes, _ALL_KINDS: kinds()}
    if one is None:
        return [read_all(source, lists) for source in sources]
    return read_of_one(sources, one, {name: _positions(tuple(listed)) for name, listed in lists.items()})


@lru_cache(maxsize=8)
def _positions(codes: tuple[str, ...]) -> dict[str, int]:
    return {code: position for position, code in enumerate(codes)}


def _places(place: Int64s, owners: Int64s | None = None, approved: Int64s | None = None) -> tuple[Int32s, Int32s]:
    """(province, city) of six-digit regions, 0 being that of the owner; a whole province has no city."""
    if owners is not None and approved is not None:
        by_id = np.sort(approved)
        own = by_id[np.searchsorted(by_id >> _PLACE_BITS, owners)] & (1 << _PLACE_BITS) - 1
        place = np.where(place == 0, own, place)
    city = np.where(place % 10_000 == 0, UNKNOWN, place // 100 * 100)
    return (place // 10_000 * 10_000).astype(np.int32), city.astype(np.int32)


def _skill_numbers(vocabulary: Vocabulary, keys: Int64s) -> Int32s:
    if len(keys) < len(vocabulary.skills):
        return np.array([vocabulary.skill_number(key) for key in keys.tolist()], np.int32)
    known = np.append(np.array(vocabulary.skills, np.int64), np.iinfo(np.int64).max)
    place = np.searchsorted(known, keys)
    return np.where(known[place] == keys, place, UNKNOWN).astype(np.int32)


def _taught(vocabulary: Vocabulary, own: _Lists, usual: _Lists, code: Int64s) -> tuple[Int64s, Int32s]:
    """Numbers of the programmes' own skills or, where there are none, of those usual for their majors.

    own: keys of skills by programme; usual: by code; code (programmes,): of each.
    """
    starts = np.concatenate((own[0], own[0][-1] + usual[0][1:]))
    numbers = _skill_numbers(vocabulary, np.concatenate((own[1], usual[1])))
    is_silent = np.diff(own[0]) == 0
    return _known(*picked(starts, numbers, np.where(is_silent, len(code) + code, np.arange(len(code)))))


def _known(starts: Int64s, numbers: Int32s) -> tuple[Int64s, Int32s]:
    """The lists without what the vocabulary does not hold."""
    known = numbers != UNKNOWN
    return np.concatenate(([0], np.cumsum(known)))[starts], numbers[known]


class _Owners:
    """Finds the positions of ids, each once and in any order, among those that links name."""

    def __init__(self, ids: Int64s) -> None:
        self._order = np.argsort(ids, kind="stable")
        self._sorted = ids[self._order]

    def _placed(self, links: Int64s) -> tuple[Int64s, Int64s]:
        """(positions of the owners, what is linked) of the links whose owner is there."""
        owners, others = parted(links)
        if not len(self._sorted):
            return owners[:0], others[:0]
        place = np.searchsorted(self._sorted, owners).clip(max=len(self._sorted) - 1)
        there = self._sorted[place] == owners
        return self._order[place[there]], others[there]

    def lists(self, links: Int64s) -> _Lists:
        """(starts, what is linked) by position, each list ascending."""
        position, others = self._placed(links)
        joined = np.sort(position << 32 | others)
        return starts_of(np.bincount(position, minlength=len(self._sorted))), joined & 0xFFFF_FFFF

    def values(self, links: Int64s) -> Int64s:
        """What is linked by position, 0 where there is no link; of one link at most."""
        position, others = self._placed(links)
        found = np.zeros(len(self._sorted), np.int64)
        found[position] = others
        return found

    def bits(self, links: Int64s) -> UInt32s:
        """The bit set of what is linked by position."""
        position, others = self._placed(links)
        found = np.zeros(len(self._sorted), np.uint32)
        np.bitwise_or.at(found, position, np.uint32(1) << others.clip(max=MODE_BITS - 1).astype(np.uint32))
        return found
