"""How well the two sides of a fair fit by the present ranking: worked out as a page is shown, of whoever it shows.

While nobody was ever ranked, nobody fits anybody; the pages say so and go on.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, F, FloatField, Func, Value
from django.db.models.functions import Coalesce

from events.fairs.models import Participation
from matching.asking import scores_between
from matching.engine.catalogue import Depth
from matching.engine.columns import Columns
from matching.engine.explaining import Explanation, explain
from matching.engine.index import Snapshot
from matching.engine.lists import PairTable
from matching.engine.profiles import DemandProfile
from matching.engine.rows import score_row
from matching.engine.unpacking import rows_of
from matching.explaining import known_schools, open_demands
from matching.standing import NoRun, standing
from portal.demands.models import TalentDemand

Pair = tuple[int, int]  # a school's and an enterprise's organization


def fits_between(*, schools: Collection[int], enterprises: Collection[int]) -> PairTable:
    """The pairs of these organizations with a score above 0; none while nobody was ever ranked."""
    try:
        return scores_between(schools=schools, enterprises=enterprises)
    except NoRun:
        return PairTable.empty()


def own_scores(participation: Participation, partners: Collection[int]) -> dict[int, float]:
    """Organization of the other side → how well it fits the participant, in (0, 1]; nobody else is named."""
    mine = participation.organization_id
    if participation.is_school:
        table = _fits_of_school(mine, partners)
        found = zip(table.enterprise.tolist(), table.school_score.tolist(), strict=True)
    else:
        table = fits_between(schools=partners, enterprises=[mine])
        found = zip(table.school.tolist(), table.enterprise_score.tolist(), strict=True)
    return {partner: score for partner, score in found if score > 0}


def _fits_of_school(school: int, enterprises: Collection[int]) -> PairTable:
    """As `fits_between`, those without a score too, but a school against each column: not each against every school."""
    try:
        now = standing()
    except NoRun:
        return PairTable.empty()
    row = now.rows.get(school) or rows_of(now.supply, [school]).get(school)
    columns = [column for column in map(now.column_of, enterprises) if column is not None]
    if row is None or not columns:
        return PairTable.empty()
    return score_row(now.supply, row, Columns.concatenate(columns))


def looked_up(scores: Mapping[int, float], key: str) -> Coalesce:
    """SQL for the score of the organization that the field `key` names, 0 for none: lists are ordered and cut by it.

    Double precision, so that a cursor of a list finds the very number again.
    """
    ids = Value(list(scores), output_field=ArrayField(BigIntegerField()))
    values = Value(list(scores.values()), output_field=ArrayField(FloatField()))
    place = Func(ids, F(key), function="array_position", output_field=BigIntegerField())
    found = Func(values, place, template="(%(expressions)s]", arg_joiner=")[", output_field=FloatField())
    return Coalesce(found, Value(0.0), output_field=FloatField())


@dataclass(frozen=True, slots=True)
class MetMajor:
    """Names of a wanted major and of the school's major that meets it, exactly or nearly."""

    wanted: str
    offered: str
    is_exact: bool


@dataclass(frozen=True, slots=True)
class BestDemand:
    """The open demand of an enterprise that a school meets best; persons sought, and graduates that suit it."""

    title: str
    majors: tuple[MetMajor, ...]
    headcount: int
    eligible: int


def best_demands(*, schools: Collection[int], enterprises: Collection[int]) -> dict[Pair, BestDemand]:
    """For each pair with any fit the best demand for the school, by the enterprise's score; of many, the first.

    Eight queries at most, whatever the numbers; of an enterprise with very many demands only the largest are looked at.
    """
    try:
        now = standing()
    except NoRun:
        return {}
    demands = open_demands(now.supply.vocabulary, enterprises)
    if not demands:
        return {}
    known = known_schools(now, list(schools))
    chosen = list(_best_of_each(known, [demand for found in demands.values() for demand in found]))
    ids = {demand.id for _school, demand in chosen}
    titles = dict(TalentDemand.objects.filter(pk__in=ids).values_list("pk", "title"))
    return {
        (school, demand.enterprise): _in_words(known, titles.get(demand.id, ""), explain(known, school, [demand]))
        for school, demand in chosen
    }


def _in_words(known: Snapshot, title: str, explanation: Explanation) -> BestDemand:
    """explanation: of one demand alone. Names are those of the run's catalogue, which is at hand."""
    (demand,) = explanation.demands
    name = known.catalogue.major
    majors = (MetMajor(name(m.wanted).name, name(m.offer).name, m.depth is Depth.CODE) for m in demand.majors_met)
    return BestDemand(title, tuple(majors), demand.seats.headcount, round(demand.seats.eligible_graduates))


def _best_of_each(snapshot: Snapshot, profiles: Sequence[DemandProfile]) -> Iterable[tuple[int, DemandProfile]]:
    """(school, demand) for each school of the snapshot and each enterprise that it suits at all."""
    columns = snapshot.columns([[profile] for profile in profiles])
    for school in snapshot.schools:
        scores = score_row(snapshot.supply, snapshot.row(school), columns).enterprise_score.tolist()
        best: dict[int, tuple[float, DemandProfile]] = {}
        for score, profile in zip(scores, profiles, strict=True):
            if score > best.get(profile.enterprise, (0.0, profile))[0]:
                best[profile.enterprise] = (score, profile)
        for _score, profile in best.values():
            yield school, profile
