"""The schools of one run, indexed once: which school reaches which node, and with how many graduates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from matching.engine.arrays import Floats, Ints, Postings, ranges
from matching.engine.catalogue import RUNG_COUNT, RUNGS, Catalogue
from matching.engine.profiles import SchoolProfile, Weights

# Features of coverage: (node, set of rungs); features of supply: (node, rung).
RUNG_SETS = 1 << RUNG_COUNT


class UnknownSchool(LookupError):
    """A school id that the snapshot does not hold; `school` is the id."""

    def __init__(self, school: int) -> None:
        super().__init__(f"no school {school} in the snapshot")
        self.school = school


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Schools, catalogue and weights as one immutable value; build it with `Snapshot.of`.

    Rows are schools by ascending id. graduates (rows,): persons. places: the distinct (province, city);
    place_of (rows,): their numbers. skills: id → node; idf (skills,): of each skill by ascending node, frozen
    for the run. Coverage has a posting where a school offers, at a level of the set, something in the node;
    supply has the graduates behind the node at the level.
    """

    catalogue: Catalogue
    schools: tuple[SchoolProfile, ...]
    weights: Weights
    ids: Ints
    graduates: Floats
    places: tuple[tuple[str, str], ...]
    place_of: Ints
    skills: Mapping[str, int]
    idf: Floats
    coverage: Postings
    supply: Postings

    @classmethod
    def of(cls, catalogue: Catalogue, schools: Iterable[SchoolProfile], weights: Weights | None = None) -> Snapshot:
        """Index the schools. Raises UnknownMajor for an offer, ValueError for a school given twice."""
        ordered = tuple(sorted(schools, key=lambda school: school.id))
        ids = np.array([school.id for school in ordered], np.int64)
        if len(np.unique(ids)) < len(ids):
            raise ValueError("a school is given twice")
        offers = _Offers.of(catalogue, ordered)
        skills = {skill: catalogue.node_count + n for n, skill in enumerate(offers.skill_names)}
        places = tuple(sorted({(school.province, school.city) for school in ordered}))
        numbers = {place: n for n, place in enumerate(places)}
        node_count = catalogue.node_count + len(skills)
        coverage = _coverage(offers.reached(catalogue), len(ordered), node_count)
        return cls(
            catalogue=catalogue,
            schools=ordered,
            weights=weights or Weights(),
            ids=ids,
            graduates=np.array([school.graduates for school in ordered], np.float64),
            places=places,
            place_of=np.array([numbers[school.province, school.city] for school in ordered], np.int64),
            skills=skills,
            idf=_idf(coverage, len(ordered), catalogue.node_count, node_count),
            coverage=coverage,
            supply=_supply(offers.supplied(catalogue), len(ordered), node_count),
        )

    def row(self, school: int) -> int:
        """The row of a school id; raises UnknownSchool."""
        row = int(np.searchsorted(self.ids, school))
        if row == len(self.ids) or self.ids[row] != school:
            raise UnknownSchool(school)
        return row

    def skill_shares(self, wanted: Sequence[str]) -> dict[str, float]:
        """Share of each distinct wanted skill in their idf sum, adding up to 1.

        A skill nobody teaches has the idf of document frequency 0: it weighs most and is met by no one.
        """
        nobody = idf(len(self.schools), np.zeros(1))[0]
        first = self.catalogue.node_count
        found = {name: float(self.idf[self.skills[name] - first] if name in self.skills else nobody) for name in wanted}
        total = sum(found[name] for name in sorted(found))
        return {name: value / total for name, value in found.items()}


def idf(school_count: int, document_frequency: Floats) -> Floats:
    """ln(1 + (N − df + ½)/(df + ½)), the weight of a skill that df of N schools teach; always above 0."""
    weight: Floats = np.log1p((school_count - document_frequency + 0.5) / (document_frequency + 0.5))
    return weight


@dataclass(frozen=True, slots=True)
class _Entries:
    """Parallel arrays: in `node`, at `rung`, school row `row` has an offer with `graduates`."""

    node: Ints
    rung: Ints
    row: Ints
    graduates: Floats


@dataclass(frozen=True, slots=True)
class _Offers:
    """All offers flattened: parallel arrays, and the pairs (offer, skill number)."""

    codes: list[str]
    rung: Ints
    row: Ints
    graduates: Floats
    skill_names: list[str]
    skill_offer: Ints
    skill_number: Ints

    @classmethod
    def of(cls, catalogue: Catalogue, schools: Sequence[SchoolProfile]) -> _Offers:
        flat = [(row, offer) for row, school in enumerate(schools) for offer in school.offers]
        names = sorted({skill for _, offer in flat for skill in offer.skills})
        number = {name: n for n, name in enumerate(names)}
        return cls(
            codes=[catalogue.major(offer.major).code for _, offer in flat],
            rung=np.array([RUNGS[offer.level] for _, offer in flat], np.int64),
            row=np.array([row for row, _ in flat], np.int64),
            graduates=np.array([offer.graduates for _, offer in flat], np.float64),
            skill_names=names,
            skill_offer=np.repeat(np.arange(len(flat)), np.array([len(offer.skills) for _, offer in flat], np.int64)),
            skill_number=np.array([number[skill] for _, offer in flat for skill in offer.skills], np.int64),
        )

    def reached(self, catalogue: Catalogue) -> _Entries:
        """Every node that an offer reaches, with its skills."""
        return self._entries(catalogue.reach, catalogue.node_count)

    def supplied(self, catalogue: Catalogue) -> _Entries:
        """The four tree nodes of every offer, with its skills."""
        return self._entries(catalogue.tree, catalogue.node_count)

    def _entries(self, nodes: Mapping[str, tuple[int, ...]], first_skill: int) -> _Entries:
        position = {code: n for n, code in enumerate(nodes)}
        lengths = np.array([len(found) for found in nodes.values()], np.int64)
        starts = np.cumsum(lengths) - lengths
        flat = np.array([node for found in nodes.values() for node in found], np.int64)
        of_offer = np.array([position[code] for code in self.codes], np.int64)
        offer = np.repeat(np.arange(len(self.codes)), lengths[of_offer])
        node = flat[ranges(starts[of_offer], lengths[of_offer])]
        offer = np.concatenate((offer, self.skill_offer))
        node = np.concatenate((node, self.skill_number + first_skill))
        return _Entries(node, self.rung[offer], self.row[offer], self.graduates[offer])


def _coverage(entries: _Entries, school_count: int, node_count: int) -> Postings:
    keys, place = np.unique(entries.node * school_count + entries.row, return_inverse=True)
    rungs = np.zeros(len(keys), np.int64)
    np.bitwise_or.at(rungs, place, 1 << entries.rung)
    node, row = np.divmod(keys, max(school_count, 1))
    held = [(rungs & subset) > 0 for subset in range(RUNG_SETS)]
    features = np.concatenate([node[hit] * RUNG_SETS + subset for subset, hit in enumerate(held)])
    return Postings.of(features, np.concatenate([row[hit] for hit in held]), node_count * RUNG_SETS)


def _supply(entries: _Entries, school_count: int, node_count: int) -> Postings:
    feature = entries.node * RUNG_COUNT + entries.rung
    keys, place = np.unique(feature * school_count + entries.row, return_inverse=True)
    values = np.bincount(place, entries.graduates, minlength=len(keys)).astype(np.float64)
    features, rows = np.divmod(keys, max(school_count, 1))
    return Postings.of(features, rows, node_count * RUNG_COUNT, values)


def _idf(coverage: Postings, school_count: int, first_skill: int, node_count: int) -> Floats:
    any_rung = np.arange(first_skill, node_count) * RUNG_SETS + RUNG_SETS - 1
    taught_by = coverage.starts[any_rung + 1] - coverage.starts[any_rung]
    return idf(school_count, taught_by.astype(np.float64))
