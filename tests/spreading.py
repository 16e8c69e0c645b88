"""How the tests are spread over processes: by file, but those that share one costly world together."""

from __future__ import annotations

from typing import Any

import pytest
from xdist.scheduler import LoadFileScheduling

TOGETHER = "tests/access/"


class ByFile(LoadFileScheduling):
    """Whole files go to a process; the access tests, which share what everybody was answered everywhere, are one."""

    def _split_scope(self, nodeid: str) -> str:
        return TOGETHER if nodeid.startswith(TOGETHER) else str(super()._split_scope(nodeid))


def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFile:
    return ByFile(config, log)
