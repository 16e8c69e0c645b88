"""Makes a worker take its time over shards, so that a test can kill it in the middle. Loaded by the worker (-I)."""

from __future__ import annotations

import time

from matching.rebuilding import shards

SECONDS = 0.4
_keep = shards._keep


def _keep_later(*arguments: object) -> None:
    time.sleep(SECONDS)
    _keep(*arguments)


shards._keep = _keep_later
