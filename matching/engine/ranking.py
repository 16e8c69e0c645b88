"""Who suits whom, for profiles: one demand, one enterprise, or everybody; thousands of schools, not a nation.

Each side is ordered by its own score, ties by the smaller id, and nothing without overlap is listed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import attrgetter

import numpy as np

from matching.engine.columns import build_columns
from matching.engine.from_profiles import pack_demands
from matching.engine.index import Snapshot
from matching.engine.kernel import rank_block
from matching.engine.lists import PairTable
from matching.engine.profiles import DemandProfile
from matching.engine.rows import score_column


@dataclass(frozen=True, slots=True)
class PairScore:
    """A school and an enterprise, all of whose demands are summed.

    enterprise_score A, school_score B, mutual (harmonic mean, a label only) and coverage c in [0, 1];
    graduates G: eligible (persons); vacancies V = H·c: matched (persons).
    """

    school: int
    enterprise: int
    enterprise_score: float
    school_score: float
    mutual: float
    coverage: float
    graduates: float
    vacancies: float


def rank_schools(snapshot: Snapshot, demand: DemandProfile, top: int) -> list[PairScore]:
    """The best schools for one demand by A, at most `top`. Raises UnknownMajor."""
    return rank_for_enterprise(snapshot, [demand], top)


def rank_for_enterprise(snapshot: Snapshot, demands: Sequence[DemandProfile], top: int) -> list[PairScore]:
    """The best schools for all demands of one enterprise by A, at most `top`; none without demands.

    Raises ValueError for a top below 1 or demands of several enterprises, UnknownMajor.
    """
    _positive(top)
    if not demands:
        return []
    the_enterprise(demands)
    columns = build_columns(snapshot.supply, pack_demands(demands, snapshot.supply.vocabulary, snapshot.numbers))
    return pair_scores(score_column(snapshot.supply, columns, 0).best_for_enterprise(top))


def score_all(
    snapshot: Snapshot, demands_by_enterprise: Mapping[int, Sequence[DemandProfile]], top: int, lanes: int = 1
) -> tuple[dict[int, list[PairScore]], dict[int, list[PairScore]]]:
    """Both directions in one pass: (by enterprise, by A; by school, by B), at most `top` in each list.

    Every enterprise given and every school of the snapshot has a list, empty if nothing overlaps.
    Raises ValueError for a top below 1 or a demand filed under another enterprise, UnknownMajor.
    """
    _positive(top)
    for enterprise, demands in demands_by_enterprise.items():
        if demands and the_enterprise(demands) != enterprise:
            raise ValueError(f"demands of {demands[0].enterprise} are filed under {enterprise}")
    flat = [demand for demands in demands_by_enterprise.values() for demand in demands]
    columns = build_columns(snapshot.supply, pack_demands(flat, snapshot.supply.vocabulary, snapshot.numbers))
    block = rank_block(snapshot.supply, columns, 0, len(columns), top, top, lanes)
    theirs = block.school_lists.table(snapshot.supply)
    return (
        _by("enterprise", sorted(demands_by_enterprise), block.enterprise_lists),
        _by("school", np.sort(snapshot.supply.ids).tolist(), theirs),
    )


def pair_scores(table: PairTable) -> list[PairScore]:
    """The pairs of a table, one by one."""
    arrays = (getattr(table, name).tolist() for name in PairScore.__slots__)
    return [PairScore(*values) for values in zip(*arrays, strict=True)]


def the_enterprise(demands: Sequence[DemandProfile]) -> int:
    """The one enterprise that all demands, at least one, are of; raises ValueError if there are several."""
    owners = set(map(attrgetter("enterprise"), demands))
    if len(owners) > 1:
        raise ValueError(f"demands of several enterprises: {sorted(owners)}")
    return demands[0].enterprise


def _by(name: str, keys: Sequence[int], table: PairTable) -> dict[int, list[PairScore]]:
    found: defaultdict[int, list[PairScore]] = defaultdict(list)
    for pair in pair_scores(table):
        found[getattr(pair, name)].append(pair)
    return {key: found[key] for key in keys}


def _positive(top: int) -> None:
    if top < 1:
        raise ValueError(f"top must be 1 or more, not {top}")
