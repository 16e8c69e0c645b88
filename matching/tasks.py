"""Celery's doors to the rankings."""

from __future__ import annotations

from typing import Any

from celery import shared_task
from celery.signals import worker_process_init
from django.db import OperationalError

from matching import rebuilding
from matching.warming import warm_up_beside


@worker_process_init.connect(dispatch_uid="warm up the engine")
def _warm_up(**_kwargs: Any) -> None:
    warm_up_beside()


@shared_task(
    name="matching.rank_enterprise",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def rank_enterprise(*, enterprise_id: int, **_newer_arguments: object) -> None:
    """Rank an enterprise anew."""
    rebuilding.refresh_or_rebuild(enterprises=[enterprise_id])


@shared_task(
    name="matching.rank_school",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def rank_school(*, school_id: int, **_newer_arguments: object) -> None:
    """Rank a school anew."""
    rebuilding.refresh_or_rebuild(schools=[school_id])


@shared_task(name="matching.rank_shard")
def rank_shard(*, run_id: int, number: int, **_newer_arguments: object) -> None:
    """Do one shard of a run, this one or any other that waits; nothing if all are done or in hand."""
    rebuilding.rank_next(run_id, wish=number)


@shared_task(name="matching.repair_rankings")
def repair_rankings(**_newer_arguments: object) -> None:
    """Have ranked what was missed or has become old, and remove what broken runs have left."""
    rebuilding.repair()
