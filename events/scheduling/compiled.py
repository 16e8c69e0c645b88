"""How the searches' inner loops are compiled: once per machine, kept in a cache, without the interpreter's lock.

No fast-math: the same seed gives the same timetable on every machine. Chance is an integer generator of their own, as
numba's is not the caller's to seed and to keep.
"""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., Any])

_HERE = Path(__file__).parent
_njit: Any = numba.njit
_settings: Any = numba.config
_OPTIONS: Any = {"nogil": True, "error_model": "numpy", "_nrt": False}


def _edition() -> str:
    """A digest of all that is compiled here."""
    sources = sorted([*_HERE.glob("kernels*.py"), Path(__file__)])
    return sha256(b"".join(path.read_bytes() for path in sources)).hexdigest()[:16]


# numba looks for a change only in the file of the function itself, not in what that calls; so each edition of the
# kernels has a folder of its own. The matching engine does the same with a folder of its own.
_FOLDER = str(_HERE / "__pycache__" / f"kernels-{_edition()}")


def compiled(function: Function) -> Function:
    """The function as machine code, kept in a cache; where nothing can be written, compiled anew by every process.

    It may not make arrays, nor copy one by slices: without numba's counting of references to arrays (`_nrt`), which
    goes with either, the searches are six times as fast.
    """
    before, _settings.CACHE_DIR = _settings.CACHE_DIR, _FOLDER
    try:
        done: Function = _njit(cache=True, **_OPTIONS)(function)
    except RuntimeError:  # no folder for the cache
        done = _njit(**_OPTIONS)(function)
    finally:
        _settings.CACHE_DIR = before
    return done
