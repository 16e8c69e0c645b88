"""Schools, catalogue and weights as one value to ask questions of; see ranking.py and explaining.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Self

from matching.engine.catalogue import Catalogue
from matching.engine.columns import Columns, build_columns
from matching.engine.from_profiles import Numbering, Numbers, pack_demands, pack_schools, skills_of
from matching.engine.profiles import DemandProfile, SchoolProfile, Skill, Weights
from matching.engine.rows import SchoolRow
from matching.engine.supply import Supply, UnknownSchool
from matching.engine.vocabulary import Vocabulary


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An index of schools with what is needed to ask and to explain; build it with `Snapshot.of`.

    schools: the profiles at hand, by id; only those can be explained.
    """

    catalogue: Catalogue
    supply: Supply
    numbers: Numbering
    schools: Mapping[int, SchoolProfile]

    @classmethod
    def of(cls, catalogue: Catalogue, schools: Iterable[SchoolProfile], weights: Weights | None = None) -> Self:
        """Index the schools. Raises UnknownMajor for an offer, ValueError for a school given twice."""
        listed = list(schools)
        vocabulary, numbers = Vocabulary.of(catalogue, skills_of(listed)), Numbers()
        packed = pack_schools(listed, vocabulary, numbers)
        supply = Supply.of(vocabulary, *packed, weights or Weights())
        return cls(catalogue, supply, numbers, {school.id: school for school in listed})

    @property
    def weights(self) -> Weights:
        """The constants of the formula."""
        return self.supply.weights

    def profile(self, school: int) -> SchoolProfile:
        """The profile of a school; raises UnknownSchool."""
        try:
            return self.schools[school]
        except KeyError:
            raise UnknownSchool(school) from None

    def row(self, school: int) -> SchoolRow:
        """The features of a school at hand; raises UnknownSchool."""
        profile, vocabulary = self.profile(school), self.supply.vocabulary
        _, offers = pack_schools([profile], vocabulary, self.numbers)
        place = self.numbers.place(profile.province), self.numbers.place(profile.province, profile.city)
        return SchoolRow.of(vocabulary, school, place, self.numbers.modes(profile.modes), offers)

    def columns(self, groups: Sequence[Sequence[DemandProfile]]) -> Columns:
        """A column for each group of demands, in that order; raises UnknownMajor."""
        numbered = [replace(demand, enterprise=n) for n, group in enumerate(groups) for demand in group]
        return build_columns(self.supply, pack_demands(numbered, self.supply.vocabulary, self.numbers))

    def skill_shares(self, wanted: Sequence[Skill]) -> dict[Skill, float]:
        """Share of each distinct wanted skill in their idf sum, adding up to 1.

        A skill nobody teaches has the idf of document frequency 0: it weighs most and is met by no one.
        """
        numbers = {name: self.supply.vocabulary.skill_number(name) for name in wanted}
        nobody = self.supply.idf_of_nobody
        found = {name: float(self.supply.idf[n]) if n >= 0 else nobody for name, n in numbers.items()}
        total = sum(found[name] for name in sorted(found, key=str))
        return {name: value / total for name, value in found.items()}
