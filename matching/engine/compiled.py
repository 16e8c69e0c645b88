"""How the inner loops are compiled: once per machine, without the interpreter's lock, exact to the bit.

No fast-math that could change a value: a fused multiply-add or a reciprocal would make the last bit depend on the
processor, and shards ranked by different machines must agree to the byte. `error_model="numpy"` because with Python's
check for a division by zero no loop with a division is vectorised.
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
# Neither NaN nor infinity nor the sign of a zero occurs, so these allow vectorising and change no value.
_HOW: dict[str, Any] = {"nogil": True, "error_model": "numpy", "fastmath": {"nnan", "ninf", "nsz"}}


def _edition() -> str:
    """A digest of all sources of the engine."""
    return sha256(b"".join(path.read_bytes() for path in sorted(_HERE.glob("*.py")))).hexdigest()[:16]


# numba looks for a change only in the file of the function itself. What it calls is compiled into it, and after an
# upgrade of that other file the old code would go on ranking; so each edition of the engine has a cache of its own.
_settings.CACHE_DIR = str(Path(_settings.CACHE_DIR or _HERE / "__pycache__") / f"engine-{_edition()}")


def compiled(function: Function) -> Function:
    """The function as machine code, kept in a cache; where nothing can be written, compiled anew by every process."""
    return _jitted(function, **_HOW)


def inlined(function: Function) -> Function:
    """The same, put into whatever compiled function calls it."""
    return _jitted(function, **_HOW, inline="always")


def _jitted(function: Function, **how: Any) -> Function:
    try:
        done: Function = _njit(cache=True, **how)(function)
    except RuntimeError:  # no folder for the cache
        done = _njit(**how)(function)
    return done
