"""What is known above of two organizations: whether they are partners already, and where their history is shown.

The application that keeps agreements registers itself in `AppConfig.ready`; without one nobody is a partner yet.

    from matching import relations
    relations.register(relations.Relations(partners_of=…, history_url=…))
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Relations:
    """Two questions about organizations, by their ids.

    partners_of: those with which one has a signed agreement; asks the database once.
    history_url: the address of the htmx fragment that tells what was between two, for the members of either.
    """

    partners_of: Callable[[int], set[int]]
    history_url: Callable[[int, int], str]


NOBODY = Relations(partners_of=lambda _organization_id: set(), history_url=lambda _one, _other: "")

_known = NOBODY


def register(relations: Relations) -> None:
    """Ask these from now on; the last one registered counts."""
    global _known  # noqa: PLW0603 — one value per process, set once at its start
    _known = relations


def partners_of(organization_id: int) -> set[int]:
    """The organizations with which this one has a signed agreement."""
    return _known.partners_of(organization_id)


def history_url(organization_id: int, partner_id: int) -> str:
    """Where the history of the two is shown; empty if nobody keeps one."""
    return _known.history_url(organization_id, partner_id)
