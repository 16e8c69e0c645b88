"""The tree of majors across levels, prefixes, and what the catalogue refuses."""

import subprocess
import sys

import pytest

from matching.engine import Catalogue, Depth, Major, UnknownMajor
from matching.engine.catalogue import level_free
from tests.matching.engine.worlds import CATALOGUE, MAJORS


@pytest.mark.parametrize(
    ("wanted", "offered", "depth"),
    [
        ("460301", "460301", Depth.CODE),
        ("460301", "660301", Depth.FAMILY),
        ("660301", "460301", Depth.FAMILY),
        ("260101", "660101", Depth.FAMILY),  # both join 460104
        ("460301", "460305", Depth.CLASS),
        ("460301", "260304", Depth.CLASS),
        ("460301", "660103", Depth.CATEGORY),
        ("460301", "510205", None),
        ("080202", "460104", None),  # undergraduate codes are a tree of their own
        ("080901", "080910T", Depth.CLASS),
        ("080901", "080202", Depth.CATEGORY),
        ("4603", "460305", Depth.CODE),
        ("4603", "660301", Depth.FAMILY),
        ("4603", "260304", Depth.FAMILY),
        ("4603", "660103", Depth.CATEGORY),
        ("66", "660103", Depth.CODE),
        ("66", "460103", Depth.FAMILY),
        ("66", "460305", Depth.CLASS),
        ("66", "510205", None),
    ],
)
def test_depth_is_the_deepest_common_node(wanted, offered, depth):
    assert CATALOGUE.depth(wanted, offered) is depth


def test_depths_are_plain_strings():
    assert [*Depth] == ["same code", "same family", "same class", "same category"]


@pytest.mark.parametrize(
    ("code", "level", "moved"),
    [
        ("6603", "secondary", "4603"),
        ("6603", "technician", "4603"),
        ("4603", "junior_college", "4603"),
        ("26", "vocational_bachelor", "46"),
        ("0802", "bachelor", "0802"),
    ],
)
def test_level_free_codes_are_the_junior_college_ones(code, level, moved):
    assert level_free(code, level) == moved


def test_unknown_codes_are_refused_by_name():
    for code in ("460399", "4699", "99", "4", "46030", "080910", ""):
        with pytest.raises(UnknownMajor, match=repr(code)) as refused:
            CATALOGUE.want(code)
        assert refused.value.code == code
    assert CATALOGUE.want("080910T").rungs == {2}
    with pytest.raises(UnknownMajor):
        CATALOGUE.depth("4603", "4603")  # a prefix can be wanted, not offered
    assert CATALOGUE.depth("4603", "460301") is Depth.CODE


def test_catalogue_refuses_a_code_twice_and_a_node_in_two_parents():
    assert len(Catalogue.of(MAJORS).majors) == len(MAJORS)
    with pytest.raises(ValueError, match="460301 is given twice"):
        Catalogue.of([*MAJORS, MAJORS[3]])
    crossing = Major("660399", "无人机应用", "secondary", "6603", "66", family="510205")
    with pytest.raises(ValueError, match=r"510205 .* lies in both"):
        Catalogue.of([*MAJORS, crossing])
    with pytest.raises(ValueError, match="unknown level"):
        Major("1", "x", "master", "1", "1")
    with pytest.raises(ValueError, match="no code of level"):
        Catalogue.of([Major("100101", "x", "secondary", "1001", "10")])


def test_engine_loads_neither_django_nor_anything_of_the_site():
    # Pages import the engine, so its import is part of every start: numpy, numba, and nothing of the site.
    program = "import sys, matching.engine; print(*sys.modules)"
    modules = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True, text=True).stdout.split()
    loaded = {module.split(".")[0] for module in modules}
    assert {"numpy", "numba"} <= loaded
    assert not loaded & {"django", "rest_framework", "celery", "psycopg", "sklearn", "pandas"}
    of_the_portal = {module for module in modules if module.startswith("portal.") and "naming" not in module}
    assert of_the_portal <= {"portal.taxonomy"}  # names are read by its plain package alone
