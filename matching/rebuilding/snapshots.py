"""The immutable files that a run is computed from: supply, fingerprints, and the demands of each shard."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Max

from matching import store
from matching.engine.bundle import Bundle
from matching.engine.packed import Int64s
from matching.engine.profiles import Weights as EngineWeights
from matching.engine.supply import Supply
from matching.engine.vocabulary import Vocabulary
from matching.locking import last_change
from matching.models import MatchRun, Weights
from matching.packing import kinds, pack_demands, pack_schools, vocabulary
from matching.stamps import Stamps, enterprise_stamps, school_stamps
from portal.taxonomy.models import LoadedCodeLists, Skill

NO_LIMIT = "SET LOCAL statement_timeout = 0"  # a nation is read in seconds, on a slow machine in minutes
ENGINE_VERSION = 2  # +1 when the same rows would rank differently, so that everything is ranked anew


@dataclass(frozen=True)
class RunStamps(Bundle):
    """Fingerprints of all that a run ranks, as it saw them; ids ascending. changes: MatchState.changes then."""

    changes: int
    enterprise_ids: Int64s
    enterprise_stamps: Int64s
    school_ids: Int64s
    school_stamps: Int64s

    @property
    def enterprises(self) -> Stamps:
        return Stamps(self.enterprise_ids, self.enterprise_stamps)

    @property
    def schools(self) -> Stamps:
        return Stamps(self.school_ids, self.school_stamps)


@dataclass(frozen=True, slots=True)
class Basis:
    """What every run is made with beside the rows of schools and enterprises."""

    engine_version: int
    code_lists: str
    weights: Weights | None

    @classmethod
    def present(cls) -> Basis:
        return cls(ENGINE_VERSION, code_lists(), Weights.objects.first())


def code_lists() -> str:
    """What the numbers of majors, kinds of cooperation and skills stand for; the skills come last, after a dot."""
    lists = LoadedCodeLists.objects.values_list("digest", flat=True).first() or ""
    counted = hashlib.sha256("\n".join((lists, *kinds())).encode()).hexdigest()
    skills = Skill.objects.aggregate(last=Max("pk"))["last"] or 0
    return f"{counted[:40]}.{Skill.objects.count()}-{skills}"


def engine_weights(row: Weights | None) -> EngineWeights:
    """The engine's constants with what the platform has adopted."""
    if row is None:
        return EngineWeights()
    return replace(
        EngineWeights(),
        level_above=float(row.level_above),
        level_below=float(row.level_below),
        same_province=float(row.same_province),
        elsewhere=float(row.elsewhere),
        other_mode=float(row.other_cooperation),
    )


def take_snapshot(run: MatchRun) -> int:
    """Read everything as it is at one moment and keep it in the store; notes the sizes on the run, unsaved.

    Returns the number of shards, at least 1.
    """
    with _one_moment() as moment:
        known = vocabulary()
        with _beside(moment, partial(_keep_supply, run, known)) as keeping_supply:
            stamps = _stamps()
            demands = pack_demands(known)
            run.schools = keeping_supply()
    enterprises = len(demands.enterprises)
    run.enterprises, run.demands = enterprises, len(demands)
    shards = max(1, -(-enterprises // settings.MATCHING_SHARD_SIZE))
    store.save_run_file(run, store.STAMPS, stamps.to_bytes())
    for number in range(shards):
        lo, hi = (enterprises * part // shards for part in (number, number + 1))
        store.save_run_file(run, store.demands_file(number), demands.of_enterprises(lo, hi).to_bytes())
    return shards


def _keep_supply(run: MatchRun, known: Vocabulary) -> int:
    """Index the schools and keep that; returns how many there are."""
    supply = Supply.of(known, *pack_schools(known), engine_weights(run.weights))
    store.save_run_file(run, store.SUPPLY, supply.to_bytes())
    return len(supply)


def _stamps() -> RunStamps:
    enterprises, schools = enterprise_stamps(), school_stamps()
    return RunStamps(last_change(), enterprises.ids, enterprises.stamps, schools.ids, schools.stamps)


@contextmanager
def _one_moment() -> Iterator[str | None]:
    """A transaction that sees the database as it is when it begins; yields the name by which others see the same.

    Within another transaction it sees what that one does, and nobody else can: the name is None.
    """
    is_outermost = not connection.in_atomic_block
    with transaction.atomic(), connection.cursor() as cursor:
        if not is_outermost:
            yield None
            return
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(NO_LIMIT)
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


@contextmanager
def _beside(moment: str | None, work: Callable[[], int]) -> Iterator[Callable[[], int]]:
    """Begin the work in a thread that sees the moment, and yield what waits for it; without a name, do it now."""
    if moment is None:
        yield partial(int, work())
        return
    with ThreadPoolExecutor(1) as thread:
        yield thread.submit(_at_moment, moment, work).result


def _at_moment(moment: str, work: Callable[[], int]) -> int:
    try:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
                cursor.execute("SET TRANSACTION SNAPSHOT %s", [moment])
                cursor.execute(NO_LIMIT)
            return work()
    finally:
        connection.close()
