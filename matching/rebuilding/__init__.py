"""Everybody ranked with everybody anew: one job, computed in shards by any number of workers on any machines."""

from matching.rebuilding.requesting import refresh_or_rebuild, repair, request_if_stale, request_rebuild
from matching.rebuilding.runs import KIND, rebuild_now
from matching.rebuilding.shards import rank_next

__all__ = ["KIND", "rank_next", "rebuild_now", "refresh_or_rebuild", "repair", "request_if_stale", "request_rebuild"]
