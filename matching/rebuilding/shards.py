"""A run's shards: claimed by whoever is free, ranked, and written once, however often they are computed."""

from __future__ import annotations

import logging
import os
import socket
import threading
import time
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.db.models import Case, Q, QuerySet, Value, When
from django.utils import timezone

from matching import store
from matching.engine.columns import Columns, build_columns
from matching.engine.kernel import RankedBlock, rank_block
from matching.engine.packed import Demands
from matching.engine.supply import Supply
from matching.listing import PER_ENTERPRISE, PER_SCHOOL
from matching.models import MatchRun, MatchShard, RunState, ShardState, Side
from matching.rebuilding.rows import write_enterprises, write_pairs
from matching.rebuilding.snapshots import ENGINE_VERSION, RunStamps
from matching.store import STAMPS, SUPPLY, columns_file, demands_file, lists_file
from portal.jobs.beating import beating
from portal.jobs.services import ring_after_commit

logger = logging.getLogger(__name__)
MOST_ATTEMPTS = 20  # a shard that kills its workers so often is not tried for ever
RING_AGAIN = timedelta(seconds=5)


class ShardTaken(Exception):
    """Somebody else has done the shard, or the run is over; what was computed is not wanted any more."""


class ShardFails(Exception):
    """A shard was tried MOST_ATTEMPTS times in vain."""


@dataclass(frozen=True, slots=True)
class Claim:
    """That a worker is at a shard, as long as its heart beats; who comes second computes in vain, not wrongly."""

    run: MatchRun
    shard: MatchShard


def claim(run_id: int, wish: int | None = None) -> Claim | None:
    """Take a waiting shard that nobody is at, the wished one if it is free; None if there is none."""
    now = timezone.now()
    with transaction.atomic():
        free = _nobody_at(run_id).filter(attempt__lt=MOST_ATTEMPTS, run__engine_version=ENGINE_VERSION)
        free = free.select_for_update(skip_locked=True, of=("self",))
        wished_first = Case(When(number=-1 if wish is None else wish, then=Value(0)), default=Value(1))
        shard = free.order_by(wished_first, "number").select_related("run__job").first()
        if shard is None:
            return None
        shard.attempt, shard.heartbeat_at, shard.worker = shard.attempt + 1, now, _worker()
        shard.save(update_fields=["attempt", "heartbeat_at", "worker"])
    return Claim(shard.run, shard)


def _waiting(run_id: int) -> QuerySet[MatchShard]:
    return MatchShard.objects.filter(run=run_id, run__state=RunState.BUILDING, state=ShardState.WAITING)


def _nobody_at(run_id: int) -> QuerySet[MatchShard]:
    """Those waiting that no living worker is at."""
    lost = timezone.now() - timedelta(seconds=settings.JOB_LEASE_SECONDS)
    return _waiting(run_id).filter(Q(heartbeat_at=None) | Q(heartbeat_at__lt=lost))


def refuse_hopeless(run_id: int) -> None:
    """Raises ShardFails if a shard will not be tried again."""
    hopeless = _nobody_at(run_id).filter(attempt__gte=MOST_ATTEMPTS).order_by("number").first()
    if hopeless is not None:
        raise ShardFails(f"shard {hopeless.number} of run {run_id}")


def rank_next(run_id: int, *, wish: int | None = None, lanes: int = 1) -> bool:
    """Take a shard and do it; False if there is none to take. What computing it raises comes out, the shard is free."""
    claimed = claim(run_id, wish)
    if claimed is None:
        return False
    try:
        with beating(str(claimed.shard), partial(_say_so, claimed.shard)):
            _rank(claimed, lanes)
    except ShardTaken:
        logger.info("%s: somebody else has done it", claimed.shard)
    except BaseException:
        MatchShard.objects.filter(pk=claimed.shard.pk, attempt=claimed.shard.attempt).update(heartbeat_at=None)
        if _is_over(claimed.run):  # its files and tables went under our hands
            store.delete_run(claimed.run)
            return False
        raise
    return True


def _is_over(run: MatchRun) -> bool:
    return not MatchRun.objects.filter(pk=run.pk, state__in=(RunState.BUILDING, RunState.CURRENT)).exists()


def _rank(claimed: Claim, lanes: int) -> None:
    begin = time.monotonic()
    run, number = claimed.run, claimed.shard.number
    supply = supply_of(run)
    columns = build_columns(supply, Demands.from_bytes(store.load_run_file(run, demands_file(number))))
    ranked = rank_block(supply, columns, 0, len(columns), PER_ENTERPRISE, PER_SCHOOL, lanes=lanes)
    store.save_run_file(run, columns_file(number), columns.to_bytes())
    store.save_run_file(run, lists_file(number), ranked.school_lists.to_bytes())
    _keep(claimed, columns, ranked, begin)


@transaction.atomic
def _keep(claimed: Claim, columns: Columns, ranked: RankedBlock, begin: float) -> None:
    """The rows of a shard and "done" in one transaction; raises ShardTaken if somebody was faster."""
    run, shard = claimed.run, claimed.shard
    done = MatchShard.objects.filter(pk=shard.pk, state=ShardState.WAITING)
    if not done.update(state=ShardState.DONE, seconds=round(time.monotonic() - begin, 3), worker=_worker()):
        raise ShardTaken
    write_pairs(run, Side.ENTERPRISE, ranked.enterprise_lists)
    write_enterprises(run, columns.enterprises, stamps_of(run).enterprises, ranked.enterprise_lists)
    transaction.on_commit(partial(_tell_when_all_are_done, run), robust=True)


def _tell_when_all_are_done(run: MatchRun) -> None:
    """Whoever did the last shard starts what comes after it; the job may have lost its worker meanwhile."""
    if run.job is not None and not _waiting(run.pk).exists():
        ring_after_commit(run.job)


_kept: dict[str, tuple[int, Supply, RunStamps]] = {}
_loading = threading.Lock()


def supply_of(run: MatchRun) -> Supply:
    """The supply of a run, kept in the process for the next shard."""
    return _loaded(run)[1]


def stamps_of(run: MatchRun) -> RunStamps:
    """The fingerprints of a run, kept alike."""
    return _loaded(run)[2]


def _loaded(run: MatchRun) -> tuple[int, Supply, RunStamps]:
    with _loading:
        known = _kept.get("run")
        if known is None or known[0] != run.pk:
            supply = Supply.from_bytes(store.load_run_file(run, SUPPLY))
            known = _kept["run"] = run.pk, supply, RunStamps.from_bytes(store.load_run_file(run, STAMPS))
        return known


def let_go() -> None:
    """Forget the run that the process keeps."""
    with _loading:
        _kept.clear()


def ring(run: MatchRun) -> None:
    """Tell as many workers as there are shards that nobody is at; a lost message only costs their help."""
    from matching.tasks import rank_shard

    now = timezone.now()
    silent = Q(rung_at=None) | Q(rung_at__lt=now - RING_AGAIN)
    numbers = list(
        _waiting(run.pk).filter(silent, heartbeat_at=None).order_by("number").values_list("number", flat=True)
    )
    MatchShard.objects.filter(run=run, number__in=numbers).update(rung_at=now)
    for number in numbers:
        try:
            rank_shard.apply_async(kwargs={"run_id": run.pk, "number": number}, retry=False)
        except Exception:
            logger.warning("run %s: no message was sent for shard %s", run.pk, number, exc_info=True)
            return  # the others would fail alike, each after a while


def _say_so(shard: MatchShard) -> None:
    """That this attempt is at the shard."""
    MatchShard.objects.filter(pk=shard.pk, attempt=shard.attempt).update(heartbeat_at=timezone.now())


def _worker() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"[:120]
