"""Have the engine ready before somebody waits for it: compiled loops take a second to load, some ten to compile."""

from __future__ import annotations

import threading

from matching.engine.catalogue import Catalogue, Major
from matching.engine.index import Snapshot
from matching.engine.kernel import rank_block
from matching.engine.profiles import DemandProfile, Offer, SchoolProfile
from matching.engine.rows import score_column, score_row


def warm_up() -> None:
    """Load, or compile, every loop, by ranking one school for one demand."""
    major = Major("510205", "", "junior_college", "5102", "51")
    school = SchoolProfile(1, "", "", (Offer(major.code, major.level, 1),))
    snapshot = Snapshot.of(Catalogue.of([major]), [school])
    columns = snapshot.columns([[DemandProfile(1, 1, (major.code,), (), frozenset(), 1, "", "")]])
    score_column(snapshot.supply, columns, 0)
    score_row(snapshot.supply, snapshot.row(school.id), columns)
    rank_block(snapshot.supply, columns, 0, len(columns))


def warm_up_beside() -> threading.Thread:
    """The same in a thread, while the process starts to serve."""
    thread = threading.Thread(target=warm_up, name="warm up the engine", daemon=True)
    thread.start()
    return thread
