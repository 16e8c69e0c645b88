"""Chance for the kernels: splitmix64 (G. Steele, D. Lea, C. Flood 2014), its state an array of one number."""

from __future__ import annotations

from typing import Any

import numpy as np

from events.scheduling.compiled import compiled

_STEP = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_LOW = np.uint64(32)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
_UNIT = 2.0**-32


def seeded(seed: int) -> Any:
    """(1,) uint64, the state of a generator; the same seed, the same choices."""
    return np.array([seed * 2654435761 % 2**64], np.uint64)


@compiled
def draw(chance: Any) -> Any:
    """The next 32 bits."""
    chance[0] += _STEP
    bits = chance[0]
    bits = (bits ^ (bits >> _SHIFTS[0])) * _FIRST
    bits = (bits ^ (bits >> _SHIFTS[1])) * _SECOND
    return (bits ^ (bits >> _SHIFTS[2])) >> _LOW


@compiled
def below(chance: Any, limit: int) -> int:
    """A whole number from 0 to limit - 1."""
    drawn: int = np.int64((draw(chance) * np.uint64(limit)) >> _LOW)  # type: ignore[assignment]
    return drawn


@compiled
def unit(chance: Any) -> float:
    """From 0 (possible) to 1 (never)."""
    return np.float64(draw(chance)) * _UNIT
