"""Compiled code is kept, but never longer than the sources that it was made of."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

from matching.engine import compiled

INNER = "from compiled import inlined\n\n\n@inlined\ndef more(value):\n    return value + {more}\n"
OUTER = """
from compiled import compiled
from inner import more

@compiled
def twice(value):
    return more(value) * 2

print(twice(1), sum(twice.stats.cache_hits.values()) if hasattr(twice.stats, "cache_hits") else 0)
"""


def run(folder: Path, **environment: str) -> tuple[int, int]:
    """(what the loop returns, how often it came out of the cache)."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("NUMBA_")}
    done = subprocess.run(
        [sys.executable, "outer.py"], cwd=folder, env=kept | environment, capture_output=True, text=True, check=True
    )
    result, hits = done.stdout.split()
    return int(result), int(hits)


def lay(folder: Path, more: int) -> None:
    shutil.copy(compiled.__file__, folder / "compiled.py")
    (folder / "inner.py").write_text(INNER.format(more=more))
    (folder / "outer.py").write_text(OUTER)


def test_a_change_of_what_a_loop_calls_is_compiled_anew(tmp_path):
    cache = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    lay(tmp_path, more=1)
    assert run(tmp_path, **cache) == (4, 0)
    assert run(tmp_path, **cache) == (4, 1)  # kept as long as nothing changes

    lay(tmp_path, more=10)

    assert run(tmp_path, **cache) == (22, 0)


def test_without_a_folder_for_the_cache_loops_run_all_the_same(tmp_path):
    lay(tmp_path, more=1)
    assert run(tmp_path, NUMBA_CACHE_LOCATOR_CLASSES="ZipCacheLocator") == (4, 0)
