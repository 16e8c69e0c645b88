"""How the tests are spread over processes: by file, but those that share one costly world together; long ones first."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = "tests/access/"
LONG = (
    TOGETHER,
    "tests/scenes/",
    "tests/embedded/",
    "tests/matching/test_rebuilding_workers.py",
    "tests/races/",
    "tests/browser/",
    "tests/journeys/",
    "tests/events/",
)
"""What takes longest. Begun last, as files of few tests are by default, it would leave the other process idle."""


class ByFile(LoadFileScheduling):
    """Whole files go to a process; the access tests, which share what everybody was answered everywhere, are one."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    config.option.loadscopereorder = False
    return ByFile(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_rank)


def _rank(item: pytest.Item) -> int:
    return next((place for place, start in enumerate(LONG) if item.nodeid.startswith(start)), len(LONG))
