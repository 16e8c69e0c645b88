"""The schools of one run as an index: which school has which feature, and with how many graduates.

A school that offers a node at one rung has the feature of that rung; at several rungs, it has those of every rung and
of every set of them. With inclusion and exclusion over the sets (see summing.py) the best suited rung counts, and only
that, although everything stays a sum.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any, ClassVar, Self

import numpy as np
import numpy.typing as npt

from matching.engine.bundle import Bundle
from matching.engine.catalogue import RUNG_COUNT
from matching.engine.packed import Float32s, Int32s, Int64s, Offers, Schools, UInt8s, UInt32s, ranges
from matching.engine.profiles import Credits, Weights
from matching.engine.vocabulary import SETS, Vocabulary

Floats = npt.NDArray[np.float64]
_LARGER_SETS = tuple(bits for bits in range(1, SETS + 1) if bits.bit_count() > 1)


class UnknownSchool(LookupError):
    """A school id that the index does not hold; `school` is the id."""

    def __init__(self, school: int) -> None:
        super().__init__(f"no school {school} in the index")
        self.school = school


@dataclass(frozen=True)
class Supply(Bundle):
    """Schools by row; rows by ascending (province, city, id), so that a place is a range of rows.

    ids (rows,): of the schools; order (rows,): position of each in ascending ids, which decides ties; graduates
    (rows,): persons; modes (rows,): cooperation offered. Feature f is had by `rows[starts[f]:starts[f+1]]`, with the
    graduates behind it in `people`. idf (skills,): frozen for the run. sets: 1 for every set of rungs (its number − 1)
    that occurs.
    """

    parts: ClassVar[dict[str, type[Bundle]]] = {"vocabulary": Vocabulary}

    vocabulary: Vocabulary
    weights: Weights
    ids: Int64s
    order: Int32s
    graduates: Float32s
    modes: UInt32s
    province: Int32s
    city: Int32s
    starts: Int64s
    rows: npt.NDArray[np.uint16] | UInt32s
    people: Float32s
    idf: Floats
    sets: UInt8s

    @classmethod
    def of(cls, vocabulary: Vocabulary, schools: Schools, offers: Offers, weights: Weights) -> Self:
        """Index the schools. Raises ValueError for a school given twice."""
        if len(np.unique(schools.ids)) < len(schools.ids):
            raise ValueError("a school is given twice")
        by_place = np.lexsort((schools.ids, schools.city, schools.province))
        row_of = np.empty(len(by_place), np.int64)
        row_of[by_place] = np.arange(len(by_place))
        entries = Entries.of(vocabulary, offers, row_of[offers.school])
        starts, rows, people = _postings(entries, len(by_place), vocabulary.feature_count)
        ids = schools.ids[by_place]
        graduates = np.bincount(row_of[offers.school], offers.graduates, minlength=len(ids))
        return cls(
            vocabulary=vocabulary,
            weights=weights,
            ids=ids,
            order=np.argsort(np.argsort(ids)).astype(np.int32),
            graduates=graduates.astype(np.float32),
            modes=schools.modes[by_place],
            province=schools.province[by_place],
            city=schools.city[by_place],
            starts=starts,
            rows=rows.astype(np.uint16) if len(ids) < 1 << 16 else rows.astype(np.uint32),
            people=people,
            idf=_idf_of(starts, vocabulary, len(ids)),
            sets=_sets_in_use(starts),
        )

    def __len__(self) -> int:
        return len(self.ids)

    def row(self, school: int) -> int:
        """The row of a school id; raises UnknownSchool."""
        row = self.row_of.get(school)
        if row is None:
            raise UnknownSchool(school)
        return row

    @cached_property
    def row_of(self) -> dict[int, int]:
        """School id → row."""
        return {school: row for row, school in enumerate(self.ids.tolist())}

    @cached_property
    def by_order(self) -> Int64s:
        """Rows by ascending ids: the inverse of `order`."""
        return np.argsort(self.order)

    @property
    def idf_of_nobody(self) -> float:
        """The weight of a skill that no school teaches."""
        return float(idf(len(self.ids), np.zeros(1))[0])

    @classmethod
    def _plain(cls, name: str, value: Any) -> Any:
        return asdict(value) if name == "weights" else value

    @classmethod
    def _from_plain(cls, name: str, value: Any) -> Any:
        return weights_from(value) if name == "weights" else value


def weights_from(plain: Mapping[str, Any]) -> Weights:
    """Weights from the plain dict that `dataclasses.asdict` makes of them."""
    credits = {name: Credits(**plain[name]) for name in ("coverage", "supply")}
    return Weights(**{**plain, **credits})


def idf(school_count: int, document_frequency: Floats) -> Floats:
    """ln(1 + (N − df + ½)/(df + ½)), the weight of a skill that df of N schools teach; always above 0."""
    weight: Floats = np.log1p((school_count - document_frequency + 0.5) / (document_frequency + 0.5))
    return weight


@dataclass(frozen=True)
class Entries:
    """Offers spread over the nodes they reach, parallel arrays: a node, a rung, a row, graduates."""

    node: Int64s
    rung: Int64s
    row: Int64s
    graduates: Float32s

    @classmethod
    def of(cls, vocabulary: Vocabulary, offers: Offers, row: Int64s) -> Entries:
        """Every node that each offer reaches, and its skills; row (n,): of each offer's school."""
        first = vocabulary.reach_starts[offers.code]
        lengths = vocabulary.reach_starts[offers.code + 1] - first
        reaching = np.repeat(np.arange(len(offers.code)), lengths)
        teaching = np.repeat(np.arange(len(offers.code)), np.diff(offers.skill_starts))
        offer = np.concatenate((reaching, teaching))
        node = np.concatenate((vocabulary.reach[ranges(first, lengths)], offers.skills + vocabulary.node_count))
        rung = vocabulary.rung[offers.code].astype(np.int64)
        return cls(node.astype(np.int64), rung[offer], row[offer], offers.graduates[offer])

    def features(self, school_count: int) -> tuple[Int64s, Int64s, Float32s]:
        """(feature, row, graduates), with the larger sets of rungs where a school has a node at several."""
        feature = self.node * SETS + (1 << self.rung) - 1
        node, row, bits = self._at_several_rungs(school_count)
        larger = [(node[bits & subset == subset] * SETS + subset - 1, subset) for subset in _LARGER_SETS]
        features = np.concatenate((feature, *(found for found, _ in larger)))
        rows = np.concatenate((self.row, *(row[bits & subset == subset] for _, subset in larger)))
        graduates = np.zeros(len(features), np.float32)
        graduates[: len(feature)] = self.graduates
        return features, rows, graduates

    def _at_several_rungs(self, school_count: int) -> tuple[Int64s, Int64s, Int64s]:
        """(node, row, bit set of rungs) wherever there is more than one rung."""
        seen = np.zeros((school_count, RUNG_COUNT), bool)
        seen[self.row, self.rung] = True
        mixed = (seen.sum(1) > 1)[self.row]
        keys, place = np.unique(self.node[mixed] * max(school_count, 1) + self.row[mixed], return_inverse=True)
        bits = np.zeros(len(keys), np.int64)
        np.bitwise_or.at(bits, place, 1 << self.rung[mixed])
        node, row = np.divmod(keys, max(school_count, 1))
        several = (bits & (bits - 1)) > 0
        return node[several], row[several], bits[several]


def _postings(entries: Entries, school_count: int, feature_count: int) -> tuple[Int64s, Int64s, Float32s]:
    """(starts, rows, people) by feature, rows ascending; what several offers have in common is summed."""
    from scipy import sparse  # its import takes longer than all of the engine's

    features, rows, graduates = entries.features(school_count)
    # Summed in double precision as SchoolRow does it: fractions of persons must come to the same bits.
    matrix = sparse.csc_matrix((graduates.astype(float), (rows, features)), shape=(school_count, feature_count))
    matrix.sum_duplicates()
    matrix.sort_indices()
    return matrix.indptr.astype(np.int64), matrix.indices, matrix.data.astype(np.float32)


def _idf_of(starts: Int64s, vocabulary: Vocabulary, school_count: int) -> Floats:
    sizes = np.diff(starts)[vocabulary.node_count * SETS :].reshape(-1, SETS)
    signs = np.array([1 if bits.bit_count() % 2 else -1 for bits in range(1, SETS + 1)])
    return idf(school_count, (sizes * signs).sum(1).astype(np.float64))


def _sets_in_use(starts: Int64s) -> UInt8s:
    sizes = np.diff(starts).reshape(-1, SETS)
    used = np.array([sizes[:, number].any() for number in range(SETS)], np.uint8)
    used[[(1 << rung) - 1 for rung in range(RUNG_COUNT)]] = 1
    return used
