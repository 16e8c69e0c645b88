"""Celery's doors to the rankings."""

from __future__ import annotations

from celery import shared_task
from django.db import OperationalError

from matching import indexing, rebuilding


@shared_task(
    name="matching.rank_demand",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def rank_demand(*, demand_id: int, **_newer_arguments: object) -> None:
    """Refresh the ranking of one demand; a lost message is found by `repair_rankings`."""
    indexing.refresh_demand(demand_id)


@shared_task(
    name="matching.rank_enterprise",
    autoretry_for=(OperationalError,),
    retry_backoff=True,
    max_retries=5,
)
def rank_enterprise(*, enterprise_id: int, **_newer_arguments: object) -> None:
    """Refresh all rankings of one enterprise."""
    indexing.refresh_enterprise(enterprise_id)


@shared_task(name="matching.repair_rankings")
def repair_rankings(**_newer_arguments: object) -> None:
    """Ask for the rebuild of what was missed or has become old."""
    indexing.note_missed_supply_changes()
    rebuilding.request_if_stale()
