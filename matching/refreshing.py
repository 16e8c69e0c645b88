"""Rank one enterprise, or one school, anew after it changed; the lists end as a rebuild would make them.

Whoever refreshes holds the lists (matching.locking), reads the rows, and writes what is true of them: twice, late or
side by side, the lists end the same. The weights of skills stay those of the run.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any

import numpy as np
from django.db import models, transaction
from django.utils import timezone

from matching.asking import stored_row
from matching.engine.columns import Columns, build_columns
from matching.engine.lists import PairTable
from matching.engine.packed import Int64s
from matching.engine.rows import SchoolRow, score_column, score_row
from matching.listing import (
    PER_ENTERPRISE,
    PER_SCHOOL,
    SHOWN,
    delete_pairs,
    enterprises_listing,
    length_of_list,
    schools_listing,
    trim_school_lists,
    upsert_pairs,
)
from matching.locking import lock_lists, next_change
from matching.models import EnterpriseRanking, SchoolRanking, Side
from matching.packing import pack_demands
from matching.stamps import enterprise_stamps, school_stamps
from matching.standing import GONE, NoRun, Standing, remember, standing

NOTHING = -1  # the stamp of somebody with nothing to rank


class NeedsRun(NoRun):
    """A change that the present run's snapshot cannot hold, such as a school of a shape that none had."""


@transaction.atomic
def refresh_enterprise(enterprise_id: int) -> bool:
    """Rank an enterprise with all its open demands; False if its list was true already. Raises NoRun."""
    lock_lists()
    now = standing()
    # The fingerprint before the rows: a change in between is ranked again, never taken for known.
    stamp = enterprise_stamps(enterprise_id).of(enterprise_id)
    known = EnterpriseRanking.objects.filter(enterprise=enterprise_id).values_list("stamp", flat=True).first()
    if known == (NOTHING if stamp is None else stamp) or (known is None and stamp is None):
        return False
    column = build_columns(now.supply, pack_demands(now.supply.vocabulary, enterprise_id))
    table = _against_all(now, column)
    best = table.best_for_enterprise(PER_ENTERPRISE)
    change = next_change()
    _write_enterprise_lists([enterprise_id], best)
    moved = _offer_to_schools(now, enterprise_id, table, column, change)
    edge = _note_enterprise(enterprise_id, NOTHING if stamp is None else stamp, column, best, change)
    if not moved:
        asked = column if len(column) else None
        transaction.on_commit(partial(remember, now, change, enterprise_id, asked, edge))
    return True


@transaction.atomic
def refresh_school(school_id: int) -> bool:
    """Rank a school with all it offers; False if its list was true already. Raises NoRun, NeedsRun."""
    lock_lists()
    now = standing()
    stamp = school_stamps(school_id).of(school_id)
    known = SchoolRanking.objects.filter(school=school_id).values_list("stamp", flat=True).first()
    if known == (NOTHING if stamp is None else stamp) or (known is None and stamp is None):
        return False
    row = _row_of(now, school_id)
    change = next_change()
    beside = {**now.rows, school_id: row}
    table = now.against_enterprises(row)
    _note_school(school_id, NOTHING if stamp is None else stamp, row, table, change)
    _rank_for_enterprises(now, school_id, table, [beside[school] for school in sorted(beside)], change)
    return True


def _against_all(now: Standing, column: Columns) -> PairTable:
    """The enterprise's column, one or none, against every school as it is now."""
    return score_column(now.supply, column, 0, now.beside) if len(column) else PairTable.empty()


def _write_enterprise_lists(enterprises: Sequence[int], best: PairTable) -> None:
    """Replace the lists of these enterprises."""
    delete_pairs(Side.ENTERPRISE, enterprises=enterprises, but=best)
    upsert_pairs(Side.ENTERPRISE, best)


def _note_enterprise(
    enterprise_id: int, stamp: int, column: Columns, best: PairTable, change: int
) -> tuple[float, int]:
    """Store that the enterprise was ranked; returns where its list was cut."""
    edge, other = _edge(best.enterprise_score, best.school, PER_ENTERPRISE)
    packed = column.to_bytes() if len(column) else GONE
    values = {"stamp": stamp, "change": change, "column": packed, "edge": edge, "edge_school": other}
    _put(EnterpriseRanking(enterprise_id=enterprise_id, computed_at=timezone.now(), **values))
    return edge, other


def _put(ranking: EnterpriseRanking | SchoolRanking) -> None:
    """Store a ranking, new or not, by one statement."""
    owner, *others = [field.name for field in ranking._meta.concrete_fields]
    rows: models.Manager[Any] = type(ranking)._default_manager
    rows.bulk_create([ranking], update_conflicts=True, unique_fields=[owner], update_fields=others)


def _edge(scores: Iterable[float], others: Int64s, full: int) -> tuple[float, int]:
    """(score, other party) of the last of a list that is full; (0, 0): nothing was cut away."""
    listed = list(scores)
    return (float(listed[-1]), int(others[-1])) if len(listed) == full else (0.0, 0)


def _offer_to_schools(now: Standing, enterprise_id: int, table: PairTable, column: Columns, change: int) -> bool:
    """Put the enterprise into the lists of the schools it suits now, and take it out of the others.

    False if every list is still cut where it was.
    """
    listing = schools_listing(enterprise_id)
    suits = table.take(
        (table.school_score > 0) & now.school_edges.within(table.school, table.school_score, table.enterprise)
    )
    gone = np.setdiff1d(listing, suits.school)
    delete_pairs(Side.SCHOOL, enterprises=[enterprise_id], schools=gone.tolist())
    upsert_pairs(Side.SCHOOL, suits)
    entered = np.setdiff1d(suits.school, listing).tolist()
    trim_school_lists(entered, change)
    _refill(now, [s for s in gone.tolist() if length_of_list(s) < SHOWN], enterprise_id, column, change)
    return bool(entered) or bool(len(gone))


def _refill(now: Standing, schools: Sequence[int], enterprise_id: int, column: Columns, change: int) -> None:
    """Make the lists of schools anew that have become short, if there was more than they held."""
    short = SchoolRanking.objects.filter(school__in=schools, edge__gt=0)
    for school_id in short.values_list("school_id", flat=True):
        row = now.rows.get(school_id) or _row_of(now, school_id)
        others = now.against_enterprises(row)
        others = others.take(others.enterprise != enterprise_id)
        table = PairTable.concatenate([others, score_row(now.supply, row, column)])
        _write_school_list(school_id, table, change)


def _write_school_list(school_id: int, table: PairTable, change: int) -> None:
    best = table.best_for_school(PER_SCHOOL)
    delete_pairs(Side.SCHOOL, schools=[school_id], but=best)
    upsert_pairs(Side.SCHOOL, best)
    edge, other = _edge(best.school_score, best.enterprise, PER_SCHOOL)
    SchoolRanking.objects.filter(school=school_id).update(edge=edge, edge_enterprise=other, change=change)


def _row_of(now: Standing, school_id: int) -> SchoolRow:
    """The features of a school as its rows say; none if it is not approved any more. Raises NeedsRun."""
    row = stored_row(now, school_id)
    if not row.fits(now.supply):
        raise NeedsRun
    return row


def _note_school(school_id: int, stamp: int, row: SchoolRow, table: PairTable, change: int) -> None:
    values = {"stamp": stamp, "change": change, "row": row.to_bytes(), "computed_at": timezone.now()}
    _put(SchoolRanking(school_id=school_id, **values))
    _write_school_list(school_id, table, change)


def _rank_for_enterprises(
    now: Standing, school_id: int, table: PairTable, beside: Sequence[SchoolRow], change: int
) -> None:
    """Make the lists anew of the enterprises that list the school, or should."""
    within = now.enterprise_edges.within(table.enterprise, table.enterprise_score, table.school)
    suited = table.enterprise[(table.enterprise_score > 0) & within]
    concerned = np.union1d(suited, enterprises_listing(school_id)).tolist()
    lists = []
    for enterprise_id in concerned:
        column = now.column_of(enterprise_id)
        if column is None:
            continue
        best = score_column(now.supply, column, 0, beside).best_for_enterprise(PER_ENTERPRISE)
        edge, other = _edge(best.enterprise_score, best.school, PER_ENTERPRISE)
        ranked = EnterpriseRanking.objects.filter(enterprise=enterprise_id)
        ranked.update(edge=edge, edge_school=other, change=change)
        lists.append(best)
    if concerned:
        _write_enterprise_lists(concerned, PairTable.concatenate([PairTable.empty(), *lists]))
