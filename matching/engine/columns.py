"""Demands as sparse columns over the features of an index, one column per enterprise.

A score is linear in its features up to the final formulas, so the demands of an enterprise are summed here, before any
school is looked at, and the sum is exact. Demands at one place of work, that want the same kinds of cooperation, form a
part of the column, because place and cooperation scale what a school covers of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np

from matching.engine.bundle import Bundle
from matching.engine.catalogue import RUNG_COUNT
from matching.engine.packed import UNKNOWN, Demands, Float32s, Int32s, Int64s, UInt32s, picked, starts_of
from matching.engine.profiles import Weights
from matching.engine.summing import Asked, Constants, Tree, sum_demands
from matching.engine.supply import Supply
from matching.engine.vocabulary import SETS

_MANY = 65_536  # demands that are summed at a time: room for the sums is set aside for the worst case


@dataclass(frozen=True)
class Columns(Bundle):
    """The summed demands of enterprises, ascending.

    headcount (E,): vacancies (persons); breadth (E,): see formula.py. Parts of enterprise e are part_starts[e] …
    part_starts[e+1] − 1; province, city (parts,): of the work; places (parts, 4): their rows [first of the province,
    first of the city, end of the city, end of the province]; modes (parts,): cooperation wanted. Entries of part p are
    starts[p] … starts[p+1] − 1: a feature, its weight of coverage and its weight of supply.
    """

    enterprises: Int64s
    headcount: Float32s
    breadth: Float32s
    part_starts: Int64s
    province: Int32s
    city: Int32s
    places: Int32s
    modes: UInt32s
    starts: Int64s
    features: Int32s
    cover: Float32s
    supply: Float32s

    def __len__(self) -> int:
        return len(self.enterprises)

    def take(self, positions: Int64s) -> Self:
        """The columns at these positions, in that order."""
        part_starts, parts = picked(self.part_starts, np.arange(len(self.modes), dtype=np.int32), positions)
        starts, entries = picked(self.starts, np.arange(len(self.features), dtype=np.int32), parts.astype(np.int64))
        return type(self)(
            enterprises=self.enterprises[positions],
            headcount=self.headcount[positions],
            breadth=self.breadth[positions],
            part_starts=part_starts,
            province=self.province[parts],
            city=self.city[parts],
            places=self.places[parts],
            modes=self.modes[parts],
            starts=starts,
            features=self.features[entries],
            cover=self.cover[entries],
            supply=self.supply[entries],
        )

    @classmethod
    def concatenate(cls, pieces: Sequence[Columns]) -> Self:
        """The columns of all pieces, in their order."""

        def joined(name: str) -> Any:
            return np.concatenate([getattr(piece, name) for piece in pieces])

        return cls(
            enterprises=joined("enterprises"),
            headcount=joined("headcount"),
            breadth=joined("breadth"),
            part_starts=starts_of(np.concatenate([np.diff(piece.part_starts) for piece in pieces])),
            province=joined("province"),
            city=joined("city"),
            places=joined("places"),
            modes=joined("modes"),
            starts=starts_of(np.concatenate([np.diff(piece.starts) for piece in pieces])),
            features=joined("features"),
            cover=joined("cover"),
            supply=joined("supply"),
        )


def build_columns(supply: Supply, demands: Demands) -> Columns:
    """Sum the demands of every enterprise. Their order is irrelevant to the last bit."""
    bounds = (
        np.flatnonzero(np.r_[True, demands.enterprise[1:] != demands.enterprise[:-1], True]) if len(demands) else [0]
    )
    edges = np.asarray(bounds, np.int64)
    pieces = []
    first = 0
    while first < len(edges) - 1:
        last = max(first + 1, int(np.searchsorted(edges, edges[first] + _MANY, side="right")) - 1)
        pieces.append(_build(supply, demands, edges[first : last + 1]))
        first = last
    return Columns.concatenate(pieces) if pieces else _build(supply, demands, np.zeros(1, np.int64))


def _build(supply: Supply, demands: Demands, edges: Int64s) -> Columns:
    """The columns of the enterprises whose demands lie between successive edges."""
    vocabulary = supply.vocabulary
    chosen = np.arange(edges[0], edges[-1])
    order, distinct, part = _by_part(demands, chosen)
    asked = Asked(
        demands.headcount[chosen],
        demands.levels[chosen],
        demands.want_starts[edges[0] : edges[-1] + 1],
        demands.wants,
        demands.skill_starts[edges[0] : edges[-1] + 1],
        demands.skills,
    )
    tree = Tree(
        vocabulary.want_nodes,
        vocabulary.want_rungs,
        vocabulary.take_starts,
        vocabulary.take_nodes,
        vocabulary.take_depths,
        vocabulary.node_count,
    )
    constants = Constants(np.append(supply.idf, supply.idf_of_nobody), supply.sets, *_weights(supply.weights))
    room = _room(vocabulary.take_starts, demands, chosen)
    sums = sum_demands(edges - edges[0], order, part, asked, tree, constants, vocabulary.feature_count, room)
    part_starts, kept, starts, features, cover, wanted, headcount, breadth = sums
    return Columns(
        enterprises=demands.enterprise[edges[:-1]],
        headcount=headcount,
        breadth=breadth,
        part_starts=part_starts,
        province=distinct[0, kept].astype(np.int32),
        city=distinct[1, kept].astype(np.int32),
        places=_rows_of_places(supply, distinct[0], distinct[1])[kept],
        modes=distinct[2, kept].astype(np.uint32),
        starts=starts,
        features=features,
        cover=cover,
        supply=wanted,
    )


def _weights(weights: Weights) -> tuple[Any, Any, float, Any]:
    levels = np.array([weights.own_level, weights.level_above, weights.level_below])
    return np.array(weights.coverage.by_depth), np.array(weights.supply.by_depth), weights.skill, levels


def _by_part(demands: Demands, chosen: Int64s) -> tuple[Int64s, Int64s, Int64s]:
    """(demands by enterprise and part; province, city and modes of each part; part of each demand)."""
    keys = np.stack([getattr(demands, name)[chosen].astype(np.int64) for name in ("province", "city", "modes")])
    distinct, part = np.unique(keys, axis=1, return_inverse=True)
    part = np.asarray(part).reshape(-1)
    return np.lexsort((demands.ids[chosen], part, demands.enterprise[chosen])), distinct, part


def _rows_of_places(supply: Supply, province: Int64s, city: Int64s) -> Int32s:
    """Rows of each (province, city), as in `Columns.places`; a demand without a province is near to all rows alike."""
    own = (supply.province.astype(np.int64) << 32) + supply.city
    key = (province << 32) + city
    first, last = np.searchsorted(supply.province, province), np.searchsorted(supply.province, province, side="right")
    inner, outer = np.searchsorted(own, key), np.searchsorted(own, key, side="right")
    inner, outer = np.where(city == UNKNOWN, first, inner), np.where(city == UNKNOWN, first, outer)
    anywhere = province == UNKNOWN
    starts = (np.where(anywhere, 0, first), np.where(anywhere, 0, inner))
    ends = (np.where(anywhere, len(supply), outer), np.where(anywhere, len(supply), last))
    return np.stack((*starts, *ends), 1).astype(np.int32)


def _room(take_starts: Int64s, demands: Demands, chosen: Int64s) -> int:
    """At most so many entries can come of these demands."""
    if not len(chosen):
        return 0
    wants = demands.wants[demands.want_starts[chosen[0]] : demands.want_starts[chosen[-1] + 1]]
    taken = int((take_starts[wants + 1] - take_starts[wants]).sum())
    skills = int(demands.skill_starts[chosen[-1] + 1] - demands.skill_starts[chosen[0]])
    return (len(wants) * 4 + skills) * SETS + (taken + skills) * RUNG_COUNT
