"""Schools and what they offer, as one table for the peers and as an index for the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from matching.engine.catalogue import Catalogue
from matching.engine.evaluation.measures import NOBODY, TOP
from matching.engine.evaluation.reference_data import Graduates
from matching.engine.index import Snapshot
from matching.engine.kernel import rank_block
from matching.engine.packed import Float32s, Int64s
from matching.engine.profiles import DemandProfile, Offer, SchoolProfile, Skill


@dataclass(frozen=True)
class Query:
    """What is shown of a demand, and to whom it belongs; nothing of what counts as right is in it.

    key: of the post or occupation behind it; group: what is drawn as a whole for the interval; owner: whose demand it
    is, for schools' lists.
    """

    key: str
    group: str
    majors: tuple[str, ...] = ()
    skills: tuple[Skill, ...] = ()
    headcount: int = 1
    owner: str = ""


@dataclass(frozen=True)
class Market:
    """Documents: schools (S,) by ascending id; codes (C,) and skills (K,) that are offered, ascending.

    graduates (S, C): persons, or records that stand for them; teaches (C, K): 1 where a major teaches a skill.
    """

    catalogue: Catalogue
    schools: list[str]
    codes: list[str]
    skills: list[Skill]
    graduates: Float32s
    teaches: Float32s

    @classmethod
    def of(cls, catalogue: Catalogue, graduates: Graduates, taught: Mapping[str, frozenset[str]]) -> Market:
        """From graduates by school and major; taught: major → skills. What the catalogue lacks is left out."""
        offered = {pair: number for pair, number in graduates.items() if pair[1] in catalogue.majors and number > 0}
        schools = sorted({school for school, _ in offered})
        codes = sorted({code for _, code in offered})
        skills = sorted({skill for code in codes for skill in taught.get(code, ())})
        rows, columns = numbers_of(schools), numbers_of(codes)
        table = np.zeros((len(schools), len(codes)), np.float32)
        for (school, code), number in offered.items():
            table[rows[school], columns[code]] = number
        places = numbers_of(skills)
        teaches = np.zeros((len(codes), len(skills)), np.float32)
        for code in codes:
            teaches[columns[code], [places[skill] for skill in taught.get(code, ())]] = 1
        return cls(catalogue, schools, codes, list(skills), table, teaches)

    @cached_property
    def offers(self) -> Float32s:
        """(S, C): 1 where a school offers a major."""
        return (self.graduates > 0).astype(np.float32)

    @cached_property
    def below(self) -> dict[str, list[int]]:
        """Code or prefix → positions of the offered codes it stands for."""
        found: defaultdict[str, list[int]] = defaultdict(list)
        for position, code in enumerate(self.codes):
            for want in dict.fromkeys((code[:2], code[:4], code)):
                found[want].append(position)
        return dict(found)

    def wanted(self, lists: Sequence[Sequence[str]]) -> Float32s:
        """Lists of codes and prefixes → (lists, C): 1 where an offered code is on the list."""
        table = np.zeros((len(lists), len(self.codes)), np.float32)
        for row, wants in enumerate(lists):
            table[row, [position for want in wants for position in self.below.get(want, ())]] = 1
        return table

    def asked(self, queries: Sequence[Query]) -> Float32s:
        """(queries, K): 1 where a skill that is taught is asked for."""
        places = numbers_of(self.skills)
        table = np.zeros((len(queries), len(self.skills)), np.float32)
        for row, query in enumerate(queries):
            table[row, [places[skill] for skill in query.skills if skill in places]] = 1
        return table

    @cached_property
    def snapshot(self) -> Snapshot:
        """The same for the engine, with its own weights."""
        taught = [frozenset(self.skills[place] for place in np.flatnonzero(row)) for row in self.teaches]
        level = {code: self.catalogue.majors[code].level for code in self.codes}
        schools = [
            SchoolProfile(number, "", "", tuple(
                Offer(self.codes[c], level[self.codes[c]], float(row[c]), taught[c]) for c in np.flatnonzero(row)
            ))
            for number, row in enumerate(self.graduates)
        ]  # fmt: skip
        return Snapshot.of(self.catalogue, schools)

    def rank_schools(self, queries: Sequence[Query], top: int = TOP) -> Int64s:
        """The engine's lists for every query alone: positions of schools (queries, top), −1 where there is none."""
        columns = self.snapshot.columns([[_demand(number, query)] for number, query in enumerate(queries)])
        pairs = rank_block(self.snapshot.supply, columns, 0, len(columns), top, 1).enterprise_lists
        return _lists(pairs.enterprise, pairs.school, len(queries), top)

    def rank_owners(self, queries: Sequence[Query], owners: Sequence[str], top: int = TOP) -> Int64s:
        """The engine's lists for every school, the queries of an owner summed: positions of owners (S, top)."""
        groups: list[list[DemandProfile]] = [[] for _ in owners]
        positions = numbers_of(owners)
        for number, query in enumerate(queries):
            groups[positions[query.owner]].append(_demand(number, query))
        columns = self.snapshot.columns(groups)
        block = rank_block(self.snapshot.supply, columns, 0, len(columns), 1, top)
        pairs = block.school_lists.table(self.snapshot.supply)
        return _lists(pairs.school, pairs.enterprise, len(self.schools), top)


def numbers_of(names: Sequence[Skill]) -> dict[Skill, int]:
    """Name → position."""
    return {name: number for number, name in enumerate(names)}


def _demand(number: int, query: Query) -> DemandProfile:
    return DemandProfile(number, number, query.majors, query.skills, frozenset(), query.headcount, "", "")


def _lists(owners: Int64s, found: Int64s, count: int, top: int) -> Int64s:
    """Pairs, best first within every owner → (count, top)."""
    lists = np.full((count, top), NOBODY, np.int64)
    order = np.argsort(owners, kind="stable")
    sizes = np.bincount(owners, minlength=count)
    place = np.arange(len(owners)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    lists[owners[order], place] = found[order]
    return lists
