"""The matching engine: who fits whom and why, in plain Python and numpy, without Django, database or clock.

    snapshot = Snapshot.of(Catalogue.of(majors), schools, Weights())
    rank_schools(snapshot, demand, top=20)                 one demand → schools
    rank_for_enterprise(snapshot, demands, top=20)         one enterprise, its demands summed → schools
    score_all(snapshot, demands_by_enterprise, top=20)     both directions at once
    explain(snapshot, school_id, demands)                  the reasons behind one pair

In order of the data's way: catalogue, profiles → index (schools), columns (demands) → scoring → ranking;
explaining works from the profiles again. normalise, ngrams and families prepare names.
"""

from matching.engine.catalogue import LEVELS, Catalogue, Depth, Major, UnknownMajor
from matching.engine.explaining import (
    Contribution,
    DemandExplanation,
    Explanation,
    MajorMet,
    Seats,
    explain,
    explain_schools,
)
from matching.engine.families import major_families
from matching.engine.index import Snapshot, UnknownSchool
from matching.engine.normalise import NameIndex, Suggestion, normalise_name, suggest
from matching.engine.profiles import Credits, DemandProfile, Offer, SchoolProfile, Weights
from matching.engine.ranking import (
    PairScore,
    Scored,
    merge_by_school,
    rank_for_enterprise,
    rank_schools,
    score_all,
)

__all__ = [
    "LEVELS",
    "Catalogue",
    "Contribution",
    "Credits",
    "DemandExplanation",
    "DemandProfile",
    "Depth",
    "Explanation",
    "Major",
    "MajorMet",
    "NameIndex",
    "Offer",
    "PairScore",
    "SchoolProfile",
    "Scored",
    "Seats",
    "Snapshot",
    "Suggestion",
    "UnknownMajor",
    "UnknownSchool",
    "Weights",
    "explain",
    "explain_schools",
    "major_families",
    "merge_by_school",
    "normalise_name",
    "rank_for_enterprise",
    "rank_schools",
    "score_all",
    "suggest",
]
