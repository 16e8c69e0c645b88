from __future__ import annotations

import random
from datetime import timedelta

import numpy as np
import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from matching import store
from matching.engine.columns import build_columns
from matching.engine.kernel import rank_block
from matching.engine.packed import Demands
from matching.engine.supply import Supply
from matching.listing import SHOWN
from matching.models import EnterpriseRanking, Match, MatchRun, MatchShard, RunState, SchoolRanking, Side
from matching.packing import pack_demands, pack_schools, vocabulary
from matching.rebuilding import rebuild_now, runs, shards, tables
from matching.rebuilding.cleaning import give_up, sweep
from matching.rebuilding.finishing import RunIsOver, take_over
from matching.rebuilding.snapshots import engine_weights
from matching.refreshing import refresh_enterprise
from matching.stamps import stale_enterprises, stale_schools
from matching.standing import forget_standing
from portal.demands.models import DemandStatus, TalentDemand
from portal.organizations.models import Organization
from tests.matching.rebuilding_world import ALL, demand, lay, lists

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _files(settings, tmp_path) -> None:
    folder = {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": str(tmp_path)}}
    settings.STORAGES = settings.STORAGES | {"snapshots": folder}
    forget_standing()


def names_in_database() -> list[tuple[str, str, str]]:
    """Indexes and constraints of the tables that are exchanged, with what they say."""
    query = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE conrelid = ANY(%(tables)s::regclass[]) UNION ALL"
        " SELECT tablename, indexname, indexdef FROM pg_indexes WHERE tablename = ANY(%(tables)s) ORDER BY 1, 2, 3"
    )
    with connection.cursor() as cursor:
        cursor.execute(query, {"tables": [model._meta.db_table for model in ALL]})
        return cursor.fetchall()


def leftovers() -> list[str]:
    return tables.leftovers(building=[])


def test_rebuild_stores_what_one_call_of_the_engine_says():
    lay()

    run = rebuild_now()

    schools, offers = pack_schools(vocabulary())
    supply = Supply.of(vocabulary(), schools, offers, engine_weights(None))
    columns = build_columns(supply, pack_demands(vocabulary()))
    ranked = rank_block(supply, columns, 0, len(columns), 20, 40)
    for side, table in ((Side.ENTERPRISE, ranked.enterprise_lists), (Side.SCHOOL, ranked.school_lists.table(supply))):
        columns_of = (table.enterprise, table.school, table.enterprise_score, table.school_score, table.vacancies)
        expected = sorted(zip(*(column.tolist() for column in columns_of), strict=True))
        fields = ("enterprise_id", "school_id", "enterprise_score", "school_score", "vacancies")
        stored = sorted(Match.objects.filter(side=side).values_list(*fields))
        assert [(e, s, *map(np.float32, rest)) for e, s, *rest in stored] == expected
    assert (run.state, run.schools, run.enterprises) == (RunState.CURRENT, 25, 45)
    assert run.rows == Match.objects.count()


def test_rebuild_notes_where_each_list_was_cut():
    firms = lay()

    rebuild_now()

    for ranking in EnterpriseRanking.objects.all():
        rows = Match.objects.filter(side=Side.ENTERPRISE, enterprise=ranking.pk).order_by("enterprise_score", "-school")
        last = rows.values_list("enterprise_score", "school_id").first() if len(rows) == 20 else (0, 0)
        assert (ranking.edge, ranking.edge_school) == last
    full = SchoolRanking.objects.exclude(edge=0)
    assert (EnterpriseRanking.objects.count(), SchoolRanking.objects.count()) == (len(firms), 25)
    assert full.count() == sum(Match.objects.filter(side=Side.SCHOOL, school=s.pk).count() == 40 for s in full) > 0


def test_shards_of_any_size_end_in_the_same_bytes(settings):
    lay()
    rebuild_now()
    whole = lists(ALL)

    settings.MATCHING_SHARD_SIZE = 4
    run = rebuild_now()

    assert run.shards.count() == 12
    assert lists(ALL) == whole


def test_an_empty_world_is_ranked_too():
    run = rebuild_now()

    assert (run.state, run.rows, Match.objects.count()) == (RunState.CURRENT, 0, 0)


def test_exchange_keeps_the_names_of_indexes_and_constraints():
    lay(schools=3, enterprises=3)
    before = names_in_database()

    rebuild_now()
    rebuild_now()

    assert names_in_database() == before
    assert leftovers() == []


def test_exchange_refuses_a_table_that_was_migrated_meanwhile():
    lay(schools=3, enterprises=3)
    run = begun()
    with connection.cursor() as cursor:
        cursor.execute("CREATE INDEX of_a_migration ON matching_match (mutual)")

    with pytest.raises(tables.StructureChanged):
        take_over(run)


def shown() -> list[tuple[object, ...]]:
    """The lists of the enterprises, and of those of the schools what pages show: the rest is kept for refilling."""
    fields = ("enterprise_id", "school_id", "enterprise_score", "school_score", "graduates")
    rows = list(Match.objects.filter(side=Side.ENTERPRISE).order_by("enterprise", "school").values_list(*fields))
    for school in Organization.objects.schools().order_by("pk"):
        mine = Match.objects.filter(side=Side.SCHOOL, school=school).order_by("-school_score", "enterprise")
        rows += mine.values_list(*fields)[:SHOWN]
    return rows


def begun() -> MatchRun:
    """A run that is ready for the exchange."""
    run = runs._begin(runs.Nobody(), None)
    while shards.rank_next(run.pk):
        pass
    runs._finish(runs.Nobody(), run)
    return run


def test_an_organization_that_goes_meanwhile_leaves_no_rows():
    firms = lay(schools=3, enterprises=3)
    run = runs._begin(runs.Nobody(), None)
    while shards.rank_next(run.pk):
        pass
    TalentDemand.objects.filter(enterprise=firms[0]).delete()
    firms[0].delete()

    runs._finish(runs.Nobody(), run)
    runs._take_over(runs.Nobody(), run)

    assert set(Match.objects.values_list("enterprise_id", flat=True)) == {firms[1].pk, firms[2].pk}


def test_a_list_refreshed_during_a_rebuild_does_not_fall_back():
    firms = lay()
    rebuild_now()
    run = begun()
    demand(firms[0], random.Random(5))
    TalentDemand.objects.filter(enterprise=firms[1]).update(status=DemandStatus.WITHDRAWN)
    assert [refresh_enterprise(firm.pk) for firm in firms[:3]] == [True, True, False]

    runs._take_over(runs.Nobody(), run)

    assert (stale_enterprises(), stale_schools()) == ([], [])
    followed = shown()
    rebuild_now()
    assert shown() == followed


def test_a_run_that_began_before_the_one_in_use_does_not_replace_it():
    firms = lay()
    older = begun()
    demand(firms[0], random.Random(5))
    newer = rebuild_now()
    seen = shown()

    runs._take_over(runs.Nobody(), older)

    assert MatchRun.objects.get(state=RunState.CURRENT) == newer
    older.refresh_from_db()
    assert (older.state, shown() == seen, stale_enterprises()) == (RunState.RETIRED, True, [])
    sweep()
    assert leftovers() == []


def test_a_change_that_nobody_has_refreshed_is_stale_after_the_rebuild():
    firms = lay()
    run = begun()
    demand(firms[0], random.Random(5))

    runs._take_over(runs.Nobody(), run)

    assert stale_enterprises() == [firms[0].pk]


def test_shards_hold_all_demands_once(settings):
    lay()
    settings.MATCHING_SHARD_SIZE = 7

    run = rebuild_now()

    pieces = [
        Demands.from_bytes(store.load_run_file(run, f"demands-{number:04d}.bundle"))
        for number in range(run.shards.count())
    ]
    everything = pack_demands(vocabulary())
    assert np.concatenate([piece.ids for piece in pieces]).tolist() == everything.ids.tolist()
    assert sum(len(piece.skills) for piece in pieces) == len(everything.skills)


def test_a_shard_that_two_workers_compute_is_written_once():
    lay(schools=3, enterprises=3)
    run = runs._begin(runs.Nobody(), None)
    first = shards.claim(run.pk)
    MatchShard.objects.update(heartbeat_at=None)  # it is taken for lost
    second = shards.claim(run.pk)

    shards._rank(second, lanes=1)
    written = tables.successors(run)[0].count()
    with pytest.raises(shards.ShardTaken):
        shards._rank(first, lanes=1)

    assert tables.successors(run)[0].count() == written > 0
    assert (first.shard.attempt, second.shard.attempt, shards.claim(run.pk)) == (1, 2, None)


def test_a_worker_with_another_engine_leaves_a_run_alone():
    lay(schools=3, enterprises=3)
    run = runs._begin(runs.Nobody(), None)
    MatchRun.objects.update(engine_version=F("engine_version") + 1)
    assert shards.rank_next(run.pk) is False

    MatchRun.objects.update(engine_version=F("engine_version") - 1)
    assert shards.rank_next(run.pk) is True


def test_a_shard_that_kills_its_workers_is_given_up_in_the_end():
    lay(schools=3, enterprises=3)
    run = runs._begin(runs.Nobody(), None)
    MatchShard.objects.update(attempt=shards.MOST_ATTEMPTS - 1)
    shards.refuse_hopeless(run.pk)
    assert shards.claim(run.pk) is not None  # the last attempt
    shards.refuse_hopeless(run.pk)  # somebody is at it

    MatchShard.objects.update(heartbeat_at=timezone.now() - timedelta(hours=1))

    assert shards.claim(run.pk) is None
    with pytest.raises(shards.ShardFails):
        shards.refuse_hopeless(run.pk)


def test_a_run_that_was_given_up_is_not_exchanged():
    lay(schools=3, enterprises=3)
    rebuild_now()
    before = lists()
    run = begun()
    give_up(run)

    with pytest.raises(RunIsOver):
        take_over(run)

    assert (lists(), leftovers()) == (before, [])
