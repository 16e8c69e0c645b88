"""What the engine is given: schools with their offers, demands, and the weights of the formula."""

from __future__ import annotations

from dataclasses import dataclass, field

from matching.engine.catalogue import LEVELS

Skill = int | str  # the id of a skill, whatever its kind


@dataclass(frozen=True, slots=True)
class Offer:
    """A programme of a school: major code, level, graduates of the year (persons, ≥ 0), ids of its skills."""

    major: str
    level: str
    graduates: float
    skills: frozenset[Skill] = frozenset()

    def __post_init__(self) -> None:
        if self.level not in LEVELS:
            raise ValueError(f"offer of {self.major}: unknown level {self.level!r}")
        if self.graduates < 0:
            raise ValueError(f"offer of {self.major}: graduates below 0")


@dataclass(frozen=True, slots=True)
class SchoolProfile:
    """A school and all it offers; province and city are any ids, "" where unknown; modes: cooperation offered."""

    id: int
    province: str
    city: str
    offers: tuple[Offer, ...]
    modes: frozenset[str] = frozenset()

    @property
    def graduates(self) -> float:
        """Graduates of the year over all offers (persons)."""
        return sum(offer.graduates for offer in self.offers)


@dataclass(frozen=True, slots=True)
class DemandProfile:
    """A demand of an enterprise.

    majors: codes, or 4- or 2-digit prefixes standing for all below; skills: ids, compared exactly; repeated
    ones count once. levels: those accepted, empty = any. headcount: persons, ≥ 1. province and city: where
    the work is, "" where unknown; without a province every school is as near as any other. modes: kinds of
    cooperation wanted, empty = any.
    """

    id: int
    enterprise: int
    majors: tuple[str, ...]
    skills: tuple[Skill, ...]
    levels: frozenset[str]
    headcount: int
    province: str
    city: str
    modes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        if not self.levels <= LEVELS:
            raise ValueError(f"demand {self.id}: unknown levels {sorted(self.levels - LEVELS)}")
        if self.headcount < 1:
            raise ValueError(f"demand {self.id}: headcount below 1")


@dataclass(frozen=True, slots=True)
class Credits:
    """Credit by the deepest match, each in [0, 1], none below the next (matching design, 2.1)."""

    code: float
    family: float
    major_class: float
    category: float

    def __post_init__(self) -> None:
        if not 1 >= self.code >= self.family >= self.major_class >= self.category >= 0:
            raise ValueError(f"credits must fall from code to category within [0, 1]: {self}")

    @property
    def by_depth(self) -> tuple[float, ...]:
        """In the order of catalogue.DEPTHS."""
        return self.code, self.family, self.major_class, self.category

    @property
    def increments(self) -> tuple[float, ...]:
        """What each node adds to the next wider one, in the order of catalogue.DEPTHS."""
        return (
            self.code - self.family,
            self.family - self.major_class,
            self.major_class - self.category,
            self.category,
        )


@dataclass(frozen=True, slots=True)
class Weights:
    """Every constant of the formula. Level and place factors are defaults without ground truth behind them.

    skill: share of the skills where a demand states majors too. kappa: graduates per vacancy at which the
    supply factor G/(G+κH) is one half. kv: matched vacancies at which V/(V+kv) is one half. vacancy_share:
    weight of the vacancies on the school's side; the rest goes to the share of its own graduates wanted.
    """

    coverage: Credits = field(default=Credits(1.0, 0.60, 0.25, 0.05))
    supply: Credits = field(default=Credits(1.0, 0.40, 0.10, 0.01))
    skill: float = 0.6
    own_level: float = 1.0
    level_above: float = 0.8
    level_below: float = 0.35
    same_city: float = 1.0
    same_province: float = 0.8
    elsewhere: float = 0.6
    other_mode: float = 0.9
    kappa: float = 60.0
    kv: float = 10.0
    vacancy_share: float = 0.95

    def __post_init__(self) -> None:
        shares = (self.skill, self.own_level, self.level_above, self.level_below, self.vacancy_share)
        places = (self.same_city, self.same_province, self.elsewhere, self.other_mode)
        if not all(0 <= share <= 1 for share in shares + places):
            raise ValueError(f"shares and factors must lie in [0, 1]: {self}")
        if self.kappa <= 0 or self.kv <= 0:
            raise ValueError("kappa and kv must be above 0")
