"""Rows as the engine reads them, of all at once and of one alone; and the files that are made of them."""

from __future__ import annotations

import numpy as np
import pytest
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext

from matching import store
from matching.engine.packed import Demands
from matching.models import MatchRun
from matching.packing import pack_demands, pack_schools, vocabulary
from portal.majors.models import SupplyLine
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind, Major, Skill
from tests.matching import world
from tests.matching.rebuilding_world import lay

pytestmark = pytest.mark.django_db


def only() -> Demands:
    demands = pack_demands(vocabulary())
    assert len(demands) == 1
    return demands


def test_packing_one_enterprise_is_a_slice_of_packing_all_of_them():
    firms = lay()
    known = vocabulary()
    everything = pack_demands(known)

    for place, firm in enumerate(firms):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            mine = pack_demands(known, firm.pk)
        assert mine.to_bytes() == everything.of_enterprises(place, place + 1).to_bytes()
        assert len(queries) == 2
    assert len(everything.enterprises) == len(firms)


def test_packing_one_school_is_a_slice_of_packing_all_of_them():
    lay()
    known = vocabulary()
    schools, offers = pack_schools(known)

    for place, school in enumerate(schools.ids.tolist()):
        mine, offered = pack_schools(known, school)
        theirs = offers.school == place
        assert [mine.ids[0], mine.city[0], mine.modes[0]] == [school, schools.city[place], schools.modes[place]]
        assert offered.code.tolist() == offers.code[theirs].tolist()
        assert offered.graduates.tolist() == offers.graduates[theirs].tolist()
        first, last = np.flatnonzero(theirs)[[0, -1]]
        taught = offers.skills[offers.skill_starts[first] : offers.skill_starts[last + 1]]
        assert offered.skills.tolist() == taught.tolist()


def test_a_demand_is_packed_with_what_is_still_sought():
    world.lay_catalogue()
    CooperationKind.objects.create(code="b", name="b", name_en="b", position=1)
    CooperationKind.objects.create(code="a", name="a", name_en="a", position=2)
    wanted = world.demand(world.enterprise("长盈"), "510205", "710205", headcount=20, skills=("数据可视化",))
    wanted.filled, wanted.levels = 5, ["technician", "bachelor"]
    wanted.save(update_fields=["filled", "levels"])
    wanted.cooperation_kinds.set(["a"])

    packed, known = only(), vocabulary()

    assert (packed.headcount[0], packed.levels[0], packed.modes[0]) == (15, 0b101, 0b10)
    assert [known.want_keys[number] for number in packed.wants] == ["510205", "710205"]
    assert [known.skills[number] for number in packed.skills] == [Skill.objects.get(name="数据可视化").pk]


def test_a_demand_lies_where_the_work_is_or_else_at_its_enterprise():
    world.lay_catalogue()
    wanted = world.demand(world.enterprise("长盈"), "510205")
    places = []
    for region in (None, "530600", "530000"):
        wanted.workplace_id = region
        wanted.save(update_fields=["workplace"])
        packed = only()
        places.append((packed.province[0], packed.city[0]))

    assert places == [(440000, 440300), (530000, 530600), (530000, -1)]


@pytest.mark.parametrize("status", ["draft", "filled", "withdrawn", "expired"])
def test_a_demand_that_is_not_open_is_left_out(status):
    world.lay_catalogue()
    wanted = world.demand(world.enterprise("长盈"), "510205")
    assert len(pack_demands(vocabulary())) == 1

    type(wanted).objects.update(
        status=status, filled=wanted.headcount, published_at=None if status == "draft" else wanted.published_at
    )

    assert len(pack_demands(vocabulary())) == len(pack_demands(vocabulary(), wanted.enterprise_id)) == 0


def test_a_suspended_organization_is_left_out():
    world.lay_catalogue()
    firm, school = world.enterprise("长盈"), world.school("昭通职院", "510205", 90)
    world.demand(firm, "510205")
    assert (len(pack_demands(vocabulary())), len(pack_schools(vocabulary())[0].ids)) == (1, 1)

    Organization.objects.update(status="suspended")

    assert (len(pack_demands(vocabulary())), len(pack_schools(vocabulary())[0].ids)) == (0, 0)
    assert (len(pack_demands(vocabulary(), firm.pk)), len(pack_schools(vocabulary(), school.pk)[1].code)) == (0, 0)


def test_graduates_are_those_of_the_newest_confirmed_year_who_are_not_promised():
    world.lay_catalogue()
    programme = world.school("昭通职院", "510205", 90).programmes.get()
    SupplyLine.objects.create(programme=programme, graduating_year=2026, graduating=70, committed=20, state="locked")
    SupplyLine.objects.create(programme=programme, graduating_year=2027, graduating=500, state="draft")

    assert pack_schools(vocabulary())[1].graduates.tolist() == [50]


def test_a_programme_teaches_what_is_usual_unless_it_says_so_itself():
    world.lay_catalogue()
    usual, own = Skill.objects.order_by("pk")
    usual.majors.add("510205")
    world.school("甲校", "510205", 90)
    world.school("乙校", "510205", 90, skills=(own.name,))

    _schools, offers = pack_schools(vocabulary())

    assert offers.skill_starts.tolist() == [0, 1, 2]
    assert [vocabulary().skills[number] for number in offers.skills] == [usual.pk, own.pk]


def test_an_inactive_programme_is_left_out():
    world.lay_catalogue()
    school = world.school("昭通职院", "510205", 90)
    assert len(pack_schools(vocabulary())[1].code) == 1

    school.programmes.update(is_active=False)

    assert len(pack_schools(vocabulary())[1].code) == len(pack_schools(vocabulary(), school.pk)[1].code) == 0


def test_what_came_after_the_vocabulary_is_left_out_or_unknown():
    world.lay_catalogue()
    firm = world.enterprise("长盈")
    wanted = world.demand(firm, "510205", skills=("数据可视化",))
    known = vocabulary()
    template = Major.objects.get(pk="510205")
    template.code, template.name = "510299", "新专业"
    template.save(force_insert=True)
    wanted.majors.add("510299")
    wanted.skills.add(Skill.objects.create(name="新技能", kind="course"))

    packed = pack_demands(known, firm.pk)

    assert [known.want_keys[number] for number in packed.wants] == ["510205"]
    assert (len(packed.skills), packed.skills.min()) == (2, -1)
    assert pack_demands(known).to_bytes() == packed.to_bytes()


@pytest.fixture(params=["folder", "elsewhere"])
def run(request, settings, tmp_path) -> MatchRun:
    """A run whose files lie in a folder, or in a store that has no paths."""
    backends = {
        "folder": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path)},
        },
        "elsewhere": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    }
    settings.STORAGES = settings.STORAGES | {"snapshots": backends[request.param]}
    return MatchRun.objects.create(engine_version=1)


def test_a_file_of_a_run_comes_back_as_it_was(run):
    other = MatchRun.objects.create(engine_version=1)
    store.save_run_file(run, "a.bundle", b"first")
    store.save_run_file(run, "a.bundle", b"again")
    store.save_run_file(other, "a.bundle", b"other")

    assert bytes(store.load_run_file(run, "a.bundle")) == b"again"
    assert sorted(store.stored_runs()) == sorted([run.public_id, other.public_id])
    assert storages["snapshots"].listdir(str(run.public_id))[1] == ["a.bundle"]


def test_files_of_a_deleted_run_are_missing_and_those_of_others_are_not(run):
    other = MatchRun.objects.create(engine_version=1)
    store.save_run_file(run, "a.bundle", b"mine")
    store.save_run_file(other, "a.bundle", b"other")
    held = store.load_run_file(run, "a.bundle")

    store.delete_run(run)
    store.delete_run(run)

    with pytest.raises(store.FileMissing):
        store.load_run_file(run, "a.bundle")
    assert (store.has_run_file(run, "a.bundle"), store.has_run_file(other, "a.bundle")) == (False, True)
    assert bytes(held) == b"mine"  # whoever has it open keeps it
