"""Schools read back from the index: what they offer, for explanations, without asking for their rows again."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

from matching.engine.catalogue import RUNG_COUNT, Catalogue
from matching.engine.packed import UNKNOWN
from matching.engine.profiles import Offer, SchoolProfile, Skill
from matching.engine.rows import SchoolRow
from matching.engine.supply import Supply
from matching.engine.vocabulary import SETS, Vocabulary

_SINGLE = {(1 << rung) - 1: rung for rung in range(RUNG_COUNT)}  # set − 1 of one rung alone → the rung


def rows_of(supply: Supply, schools: Sequence[int]) -> dict[int, SchoolRow]:
    """Their rows of the index, each as a row of its own; a school that the index does not hold is left out."""
    rows = {supply.row_of[school]: school for school in schools if school in supply.row_of}
    places = np.flatnonzero(np.isin(supply.rows, np.fromiter(rows, supply.rows.dtype)))
    features = (np.searchsorted(supply.starts, places, side="right") - 1).astype(np.int32)
    owners, people = supply.rows[places], supply.people[places]
    return {
        school: SchoolRow(
            school=school,
            province=int(supply.province[row]),
            city=int(supply.city[row]),
            modes=int(supply.modes[row]),
            graduates=float(supply.graduates[row]),
            features=features[owners == row],
            people=people[owners == row],
        )
        for row, school in rows.items()
    }


def profile_of(
    catalogue: Catalogue, vocabulary: Vocabulary, row: SchoolRow, modes: frozenset[str] = frozenset()
) -> SchoolProfile:
    """What a row says of a school: its majors with their graduates, and its skills; modes: the names of its bit set.

    Which programme teaches a skill is not kept, only at which rung: all programmes of the rung are said to teach it. So
    what meets and what is missing is true, and the graduates behind a skill have to be taken from the row.
    """
    taught = _skills_by_rung(vocabulary, row)
    nodes = vocabulary.want_nodes[[vocabulary.want_number(code) for code in vocabulary.codes], 0]
    features = nodes.astype(np.int64) * SETS + (1 << vocabulary.rung.astype(np.int64)) - 1
    place = np.searchsorted(row.features, features).clip(max=max(len(row.features) - 1, 0))
    found = np.flatnonzero(row.features[place] == features) if len(row.features) else ()
    offers = tuple(
        Offer(
            major=vocabulary.codes[code],
            level=catalogue.major(vocabulary.codes[code]).level,
            graduates=round(float(row.people[place[code]])),
            skills=frozenset(taught[int(vocabulary.rung[code])]),
        )
        for code in found
    )
    return SchoolProfile(row.school, _known(row.province), _known(row.city), offers, modes)


def _skills_by_rung(vocabulary: Vocabulary, row: SchoolRow) -> defaultdict[int, set[Skill]]:
    taught: defaultdict[int, set[Skill]] = defaultdict(set)
    first = vocabulary.node_count * SETS
    for feature in _from(row.features.tolist(), first):
        skill, one = divmod(feature - first, SETS)
        if one in _SINGLE:
            taught[_SINGLE[one]].add(vocabulary.skills[skill])
    return taught


def _from(features: Iterable[int], first: int) -> Iterable[int]:
    return (feature for feature in features if feature >= first)


def _known(place: int) -> str:
    return "" if place == UNKNOWN else str(place)
