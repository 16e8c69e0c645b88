"""The matching engine: who fits whom and why, in plain Python and numpy, without Django, database or clock.

    snapshot = Snapshot.of(Catalogue.of(majors), schools, Weights())
    rank_schools(snapshot, demand, top=20)                 one demand → schools
    rank_for_enterprise(snapshot, demands, top=20)         one enterprise, its demands summed → schools
    score_all(snapshot, demands_by_enterprise, top=20)     both directions at once
    explain(snapshot, school_id, demands)                  the reasons behind one pair

In order of the data's way: catalogue, profiles → index (schools), columns (demands) → scoring → ranking;
explaining works from the profiles again. families prepares the catalogue; names are read by portal.taxonomy.naming.
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
from matching.engine.index import Snapshot
from matching.engine.profiles import Credits, DemandProfile, Offer, SchoolProfile, Weights
from matching.engine.ranking import PairScore, rank_for_enterprise, rank_schools, score_all
from matching.engine.supply import Supply, UnknownSchool
from matching.engine.vocabulary import Vocabulary

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
    "Offer",
    "PairScore",
    "SchoolProfile",
    "Seats",
    "Snapshot",
    "Supply",
    "UnknownMajor",
    "UnknownSchool",
    "Vocabulary",
    "Weights",
    "explain",
    "explain_schools",
    "major_families",
    "rank_for_enterprise",
    "rank_schools",
    "score_all",
]
