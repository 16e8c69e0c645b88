"""The weights that people may set: what a change would do to a sample, and its adoption.

Level, place and kind of cooperation have no truth to be measured against, so they are a decision: seen before it is
taken, with its reason, and taken back by deciding anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import connection, transaction
from django.db.models import F, IntegerField
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _

from matching.engine.index import Snapshot
from matching.engine.lists import PairTable
from matching.engine.profiles import DemandProfile
from matching.engine.profiles import Weights as EngineWeights
from matching.engine.rows import score_column
from matching.explaining import open_demands
from matching.models import EnterpriseRanking, Weights
from matching.profiles import CodeNumbers
from matching.rebuilding import request_rebuild
from matching.rebuilding.snapshots import engine_weights
from matching.standing import Standing, standing
from portal.accounts.models import User
from portal.audit.services import record
from portal.common.errors import DomainError, StateConflict
from portal.organizations.models import Organization, OrganizationStatus

FACTORS = ("level_above", "level_below", "same_province", "elsewhere", "other_cooperation")
SAMPLE = 20  # enterprises
TOP = 10  # places of a list that people look at
SIDE_BY_SIDE = 3  # enterprises whose lists are shown before and after
MOVERS = 8
_STRIDE, _RING = 7_919, 10_007  # primes: a stable order that has nothing to do with who registered when


class WeightsChanged(StateConflict):
    """Somebody else has adopted other weights meanwhile."""


class ReasonMissing(DomainError):
    """Weights are adopted for a reason."""


@dataclass(frozen=True, slots=True)
class Move:
    """A school in the list of an enterprise: its places before and after, 1 is the best."""

    enterprise: Organization
    school: Organization
    before: int
    after: int

    @property
    def by(self) -> int:
        return abs(self.after - self.before)


@dataclass(frozen=True, slots=True)
class Lists:
    """The first places of one enterprise's list, before and after."""

    enterprise: Organization
    before: list[Organization]
    after: list[Organization]

    @property
    def changed(self) -> int:
        """How many schools of the list are others."""
        return len(set(self.before) - set(self.after))


@dataclass(frozen=True, slots=True)
class Effect:
    """What other weights would do to the first ten places of a sample.

    changed_lists: of the `sampled` enterprises, those whose first ten would not be the same in the same order;
    replaced: schools that would leave a first ten, over all lists; mean_shift: places that one of a first ten moves.
    """

    sampled: int
    changed_lists: int
    replaced: int
    mean_shift: float
    movers: list[Move]
    lists: list[Lists]


def weights_row() -> Weights | None:
    """The row in force; None while those of the engine are."""
    return Weights.objects.first()


def weights_in_force() -> EngineWeights:
    """The constants of the formula as adopted."""
    return engine_weights(weights_row())


def factors_of(row: Weights | None) -> dict[str, Decimal]:
    """The five factors of a row, or the defaults."""
    chosen = row or Weights()
    return {name: Decimal(str(getattr(chosen, name))) for name in FACTORS}


def try_weights(factors: Mapping[str, Decimal]) -> Effect:
    """What these factors would do to a stable sample of enterprises; nothing is stored. Raises NoRun."""
    now = standing()
    sample = _sample()
    demands = open_demands(now.supply.vocabulary, sample)
    asking = [enterprise for enterprise in sample if demands.get(enterprise)]
    groups = [demands[enterprise] for enterprise in asking]
    before = _ranked(now, weights_in_force(), groups)
    after = _ranked(now, engine_weights(Weights(**factors)), groups)
    return _effect(asking, before, after)


@transaction.atomic
def adopt(*, factors: Mapping[str, Decimal], note: str, based_on: int, actor: User, at: datetime) -> Weights:
    """Put other weights into force and have everybody ranked anew.

    based_on: key of the row that was in force when they were chosen, 0 for none. Raises ReasonMissing (field `note`),
    WeightsChanged if another row is in force by now.
    """
    if not note.strip():
        raise ReasonMissing(_("Say why: those who come later will want to know."), field="note")
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {Weights._meta.db_table} IN SHARE ROW EXCLUSIVE MODE")
    known = weights_row()
    if (known.pk if known else 0) != based_on:
        raise WeightsChanged(_("Other weights have been adopted meanwhile. Look at them first."))
    row = Weights.objects.create(**factors, note=note.strip(), adopted_by=actor, adopted_at=at)
    was = {name: str(value) for name, value in factors_of(known).items()}
    record(
        verb="weights.adopted",
        subject=row,
        actor=actor,
        at=at,
        note=row.note,
        before=was,
        after={name: str(value) for name, value in factors.items()},
    )
    request_rebuild(actor)
    return row


def _sample() -> list[int]:
    """Ids of enterprises that have a list, the same ones until others come; two tries with it can be compared."""
    shuffled = Cast(F("enterprise_id") % _RING, IntegerField()) * _STRIDE % _RING
    rows = EnterpriseRanking.objects.filter(enterprise__status=OrganizationStatus.APPROVED).annotate(turn=shuffled)
    return list(rows.order_by("turn", "enterprise_id").values_list("enterprise_id", flat=True)[:SAMPLE])


def _ranked(now: Standing, weights: EngineWeights, groups: Sequence[Sequence[DemandProfile]]) -> list[PairTable]:
    """The schools that have a score for each group of demands, best first; the index is the same, the columns not."""
    supply = replace(now.supply, weights=weights)
    columns = Snapshot(now.catalogue, supply, CodeNumbers(), {}).columns(groups)
    tables = (score_column(supply, columns, position, now.beside) for position in range(len(groups)))
    return [table.best_for_enterprise(max(len(table), 1)) for table in tables]


def _effect(enterprises: Sequence[int], before: Sequence[PairTable], after: Sequence[PairTable]) -> Effect:
    places = [tuple(_places(table) for table in pair) for pair in zip(before, after, strict=True)]
    heads = [tuple(list(place)[:TOP] for place in pair) for pair in places]
    moves = [
        (enterprise, school, was.get(school, len(was) + 1), becomes.get(school, len(becomes) + 1))
        for enterprise, (was, becomes), (old, new) in zip(enterprises, places, heads, strict=True)
        for school in dict.fromkeys((*old, *new))
    ]
    largest = sorted(moves, key=lambda move: (-abs(move[3] - move[2]), move[:2]))[:MOVERS]
    largest = [move for move in largest if move[2] != move[3]]
    most = sorted(zip(enterprises, heads, strict=True), key=lambda item: -len(set(item[1][0]) ^ set(item[1][1])))
    most = [item for item in most if item[1][0] != item[1][1]][:SIDE_BY_SIDE]
    ids = {key for move in largest for key in move[:2]}
    ids |= {key for enterprise, (old, new) in most for key in (enterprise, *old, *new)}
    named = Organization.objects.in_bulk(list(ids))
    return Effect(
        sampled=len(enterprises),
        changed_lists=sum(old != new for old, new in heads),
        replaced=sum(len(set(old) - set(new)) for old, new in heads),
        mean_shift=sum(abs(new - old) for _, _, old, new in moves) / len(moves) if moves else 0.0,
        movers=[Move(named[enterprise], named[school], old, new) for enterprise, school, old, new in largest],
        lists=[
            Lists(named[enterprise], [named[school] for school in old], [named[school] for school in new])
            for enterprise, (old, new) in most
        ],
    )


def _places(table: PairTable) -> dict[int, int]:
    """School → place."""
    return {school: place for place, school in enumerate(table.school.tolist(), start=1)}
