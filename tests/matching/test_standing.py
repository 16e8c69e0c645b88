"""What a process knows of the run: never a mixture of two, and no more than the store holds."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from django.core.files.storage import storages
from django.db.models import F

from matching import standing as module
from matching.models import MatchRun, RunState
from matching.packing import pack_schools, vocabulary
from matching.rebuilding import rebuild_now
from matching.refreshing import refresh_enterprise
from matching.standing import NoRun, Standing, forget_standing, standing
from portal.demands.models import TalentDemand
from portal.majors.models import Programme, SupplyLine
from tests.matching import world

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _catalogue() -> None:
    forget_standing()
    world.lay_catalogue()


def test_a_run_that_takes_over_meanwhile_is_not_mixed_with_the_old_one(monkeypatch):
    world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    world.demand(firm, "510205")
    rebuild_now()
    assert standing().columns == {}
    old, current_run, pending = standing(), module._current_run, [True]

    def taken_over_once_it_is_known(*known: Standing | None) -> MatchRun:
        run = current_run(*known)
        if pending and pending.pop():
            rebuild_now()
            world.demand(firm, "510203")
            refresh_enterprise(firm.pk)
            monkeypatch.setattr(module, "_known", old)  # as another process would know it
        return run

    monkeypatch.setattr(module, "_loading", threading.RLock())  # what another process does, this one does within
    monkeypatch.setattr(module, "_current_run", taken_over_once_it_is_known)
    known = standing()

    assert known.run == MatchRun.objects.get(state=RunState.CURRENT) != old.run
    assert list(known.columns) == [firm.pk]


def test_columns_that_the_store_has_lost_are_no_run():
    world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    world.demand(firm, "510205")
    run = rebuild_now()
    forget_standing()
    now = standing()
    for file in Path(storages["snapshots"].path(str(run.public_id))).glob("columns-*"):
        file.unlink()
    with pytest.raises(NoRun):
        now.column_of(firm.pk)


def test_graduates_beyond_all_measure_stay_with_their_programme():
    one, other = world.school("甲校", "510205", 90), world.school("乙校", "510203", 7)
    SupplyLine.objects.filter(programme__school=one).update(graduating=2**31 - 1)
    assert Programme.objects.filter(school__in=(one, other)).count() == 2
    schools, offers = pack_schools(vocabulary())
    assert schools.ids.tolist() == [one.pk, other.pk]
    assert offers.graduates.tolist() == [2**28, 7]  # 2²⁸ − 1 in single precision
    assert pack_schools(vocabulary(), one.pk)[1].graduates.tolist() == [2**28]


@pytest.mark.django_db(transaction=True)
def test_an_own_change_is_known_without_reading_it_back(django_assert_num_queries):
    world.school("昭通职院", "510205", 90)
    firm = world.enterprise("长盈")
    demand = world.demand(firm, "510205", headcount=20)
    rebuild_now()
    standing()
    TalentDemand.objects.filter(pk=demand.pk).update(headcount=500, version=F("version") + 1)
    refresh_enterprise(firm.pk)

    with django_assert_num_queries(2):  # the run, and the number of the last change
        known = standing()
    forget_standing()
    read = standing()

    assert known.change == read.change
    assert known.columns[firm.pk].to_bytes() == read.columns[firm.pk].to_bytes()
    assert known.columns[firm.pk].headcount.tolist() == [500]
