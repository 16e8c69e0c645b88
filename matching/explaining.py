"""Why these two: the engine's reasons for pairs on a page; schools are read back from the standing, not from rows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.db.models import Window
from django.db.models.functions import RowNumber

from matching.engine.explaining import Explanation, explain_schools
from matching.engine.index import Snapshot
from matching.engine.profiles import DemandProfile
from matching.engine.rows import SchoolRow
from matching.engine.unpacking import profile_of, rows_of
from matching.engine.vocabulary import Vocabulary
from matching.packing import MODE_BITS, kinds
from matching.profiles import CodeNumbers, demand_profiles
from matching.standing import Standing
from portal.demands.models import TalentDemand

MOST_DEMANDS = 40  # of one enterprise, those with the most people; more would not be read


@dataclass(frozen=True, slots=True)
class Known(Snapshot):
    """A snapshot whose schools are rows at hand: the graduates behind a skill are those of the row."""

    rows: Mapping[int, SchoolRow]

    def row(self, school: int) -> SchoolRow:
        """The row at hand; raises KeyError."""
        return self.rows[school]


class Kinds(CodeNumbers):
    """The numbers of kinds of cooperation, read both ways, and only when somebody wants or offers one."""

    def __init__(self) -> None:
        """Reads nothing yet."""

    @cached_property
    def _kinds(self) -> dict[str, int]:  # type: ignore[override]
        return {code: min(position, MODE_BITS - 1) for position, code in enumerate(kinds())}

    def named(self, bits: int) -> frozenset[str]:
        """The kinds of a bit set."""
        return frozenset(kind for kind, number in self._kinds.items() if bits >> number & 1) if bits else frozenset()


def known_schools(now: Standing, schools: Sequence[int], numbers: Kinds | None = None) -> Known:
    """These schools as they stand; one that has not been ranked yet is left out. One query, or none with `numbers`."""
    rows = rows_of(now.supply, [school for school in schools if school not in now.rows])
    rows |= {school: now.rows[school] for school in schools if school in now.rows}
    numbers = numbers or Kinds()
    profiles = {
        school: profile_of(now.catalogue, now.supply.vocabulary, row, numbers.named(row.modes))
        for school, row in rows.items()
    }
    return Known(now.catalogue, now.supply, numbers, profiles, rows)


def as_ranked(vocabulary: Vocabulary, demands: Iterable[DemandProfile]) -> list[DemandProfile]:
    """The demands as the run reads them: a major that came after its code lists is left out, as packing does it."""
    return [
        replace(demand, majors=tuple(code for code in demand.majors if vocabulary.has_want(code))) for demand in demands
    ]


def open_demands(vocabulary: Vocabulary, enterprises: Collection[int]) -> dict[int, list[DemandProfile]]:
    """Enterprise → its open demands as ranked, those with the most people first, at most 40; four queries."""
    found: defaultdict[int, list[DemandProfile]] = defaultdict(list)
    turn = Window(RowNumber(), partition_by="enterprise", order_by=["-headcount", "pk"])
    asked = TalentDemand.objects.open().filter(enterprise__in=enterprises).annotate(turn=turn)
    for profile in as_ranked(vocabulary, demand_profiles(asked.filter(turn__lte=MOST_DEMANDS))):
        found[profile.enterprise].append(profile)
    return {
        enterprise: sorted(profiles, key=lambda profile: (-profile.headcount, profile.id))
        for enterprise, profiles in found.items()
    }


def explained_pairs(
    known: Known, demands: Mapping[int, Sequence[DemandProfile]], pairs: Sequence[tuple[int, int]]
) -> dict[tuple[int, int], Explanation]:
    """(enterprise, school) → why, for pairs of known schools and enterprises with demands; the others are left out."""
    schools_of: defaultdict[int, list[int]] = defaultdict(list)
    for enterprise, school in pairs:
        if school in known.schools and demands.get(enterprise):
            schools_of[enterprise].append(school)
    found = {}
    for enterprise, schools in schools_of.items():
        for explanation in explain_schools(known, schools, demands[enterprise]):
            found[enterprise, explanation.school] = explanation
    return found


def demands_in(explanation: Explanation) -> list[Mapping[str, Any]]:
    """Its demands as the reasons read them."""
    plain: Any = explanation.as_dict()["demands"]
    return list(plain)
