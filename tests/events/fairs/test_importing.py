"""Guests from an Excel list: every row checked, nobody invited before it is said."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from events.fairs.models import Fair
from events.fairs.services.importing import RowsRefused, Verdict, check_guests, to_invite
from events.fairs.spreadsheets import SheetRefused, carried, carry, read_rows
from portal.common.xlsx import Sheet, workbook
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.factories import EnterpriseFactory, SchoolFactory
from tests.factories_events import FairFactory, OrganizerFactory, ParticipationFactory, organizer_person

pytestmark = pytest.mark.django_db
CODE = "91440300708461136T"


@pytest.fixture
def fair() -> Fair:
    made: Fair = FairFactory()
    return made


def _xlsx(*rows: list[Any], header: tuple[str, ...] = ("序号", "单位", "代码")) -> bytes:
    return workbook([Sheet("a", header, rows)])


def _upload(content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("guests.xlsx", content)


def test_check_guests_finds_by_code_by_full_short_and_former_name(fair: Fair) -> None:
    firm = EnterpriseFactory(legal_name="深圳（宝安）精密公司", uscc=CODE)
    school = SchoolFactory(legal_name="昭通市职业教育中心", short_name="昭通职教", former_names=["昭通一中"])
    rows = read_rows(_xlsx([1, "深圳(宝安)精密公司", ""], [2, "昭通职教", ""], ["", "", ""]))
    assert [(guest.organization, guest.verdict) for guest in check_guests(fair, rows)] == [
        (firm, Verdict.NEW),
        (school, Verdict.NEW),
    ]
    (former,) = check_guests(fair, read_rows(_xlsx([1, "昭通一中", ""])))
    (coded,) = check_guests(fair, read_rows(_xlsx(["", "", "9144 0300 7084 6113 6t"], header=("a", "b", "c"))))
    assert (former.organization, coded.organization) == (school, firm)


def test_check_guests_says_what_is_wrong_with_a_row(fair: Fair) -> None:
    EnterpriseFactory(legal_name="甲公司", uscc=CODE)
    for _ in range(2):
        EnterpriseFactory(legal_name="重名公司")
    SchoolFactory(legal_name="昭通市职业教育中心")
    EnterpriseFactory(legal_name="未审公司", status="submitted")
    OrganizerFactory(legal_name="训练中心")
    known = ParticipationFactory(fair=fair).organization
    typed = [
        ["", "甲公司", ""],
        ["", "甲公司", CODE],
        ["", "重名公司", ""],
        ["", "昭通市职业教育", ""],
        ["", "未审公司", ""],
        ["", "训练中心", ""],
        ["", "甲公司", CODE[:-1] + "X"],
        ["", "昭通市职业教育中心", CODE],
        ["", known.legal_name, ""],
    ]
    guests = check_guests(fair, read_rows(_xlsx(*typed)))
    verdicts = ["new", *["wrong"] * 7, "known"]
    assert [guest.verdict.value for guest in guests] == verdicts
    assert [bool(guest.problem) for guest in guests] == [verdict == "wrong" for verdict in verdicts]
    assert guests[3].suggestion == "昭通市职业教育中心"
    with pytest.raises(RowsRefused):
        to_invite(guests, valid_only=False)
    assert to_invite(guests, valid_only=True) == [guests[0].organization.pk]  # type: ignore[union-attr]


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 no", b"a,b\nc,d", _xlsx(), b"x" * (2 * 1024 * 1024 + 1)])
def test_read_rows_refuses_what_is_no_list(content: bytes) -> None:
    with pytest.raises(SheetRefused):
        read_rows(content)
    assert read_rows(_xlsx([1.0, "a", None]))[1][:2] == ["1", "a"]


def test_rows_are_carried_through_the_preview_signed() -> None:
    rows = [["单位"], ["甲"]]
    assert carried(carry(rows)) == rows
    with pytest.raises(SheetRefused):
        carried(carry(rows)[:-1])


def test_upload_previews_then_invites_by_a_job(client: Client, fair: Fair) -> None:
    school = SchoolFactory()
    client.force_login(organizer_person(fair))
    content = _xlsx([1, school.legal_name, ""], [2, "查无此校", ""])
    page = client.post(reverse("fairs:invite_upload", args=[fair.slug]), {"file": _upload(content)})
    assert page.context["counts"] == {"new": 1, "known": 0, "wrong": 1}
    do, given = reverse("fairs:invite_rows", args=[fair.slug]), {"rows": page.context["rows"]}
    assert client.post(do, given).status_code == 200
    assert not Job.objects.exists()
    back: Any = client.post(do, given | {"annotated": "1"})
    remarks = read_rows(b"".join(back.streaming_content))
    assert [bool(row[3]) for row in remarks[1:]] == [True, True]
    assert client.post(do, given | {"valid_only": "1"}).status_code == 302
    assert run(Job.objects.get().pk)
    assert fair.participations.get().organization == school


def test_upload_page_says_what_is_wrong_with_the_file(client: Client, fair: Fair) -> None:
    client.force_login(organizer_person(fair))
    url = reverse("fairs:invite_upload", args=[fair.slug])
    for files in ({}, {"file": _upload(b"no workbook")}):
        page = client.post(url, files)
        assert page.status_code == 200
        assert page.context["form"].errors["file"]
    assert client.post(reverse("fairs:invite_rows", args=[fair.slug]), {"rows": "x"}).status_code == 302
    assert read_rows(_xlsx([1, "a", ""]))
    template: Any = client.get(reverse("fairs:invite_template", args=[fair.slug]))
    assert b"".join(template.streaming_content).startswith(b"PK")


def _with_sheet(xml: str) -> bytes:
    """A small workbook whose sheet is replaced."""
    file, whole = io.BytesIO(), zipfile.ZipFile(io.BytesIO(_xlsx([1, "a", ""])))
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in whole.namelist():
            archive.writestr(name, xml if name.endswith("sheet1.xml") else whole.read(name))
    return file.getvalue()


def _sheet(*rows: str) -> str:
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    return f'<worksheet xmlns="{space}"><sheetData>{"".join(rows)}</sheetData></worksheet>'


def _cells(row: int, *places: str) -> str:
    return f"<row r='{row}'>" + "".join(f"<c {place}><v>1</v></c>" for place in places) + "</row>"


@pytest.mark.parametrize(
    "rows",
    [
        (_cells(1, "r='A1'"), _cells(1048576, "r='XFD1048576'")),
        (_cells(1, "r='XFD1'"), _cells(1048576, "")),
        (_cells(1, *[""] * 500), _cells(1048576, "")),
        ("<!--" + " " * 60_000_000 + "-->",),
    ],
    ids=["last cell", "last column, last row", "cells without a place", "unpacked too large"],
)
def test_read_rows_refuses_a_sheet_that_would_fill_the_memory(rows: tuple[str, ...]) -> None:
    """A file of a few kB made the reader lay out 17 billion cells, and the process died."""
    content = _with_sheet(_sheet(*rows))
    assert len(content) < 200_000
    with pytest.raises(SheetRefused, match=r"[Ll]arge|过大"):
        read_rows(content)
    near = _sheet(_cells(1, "r='A1'", "r='B1'"), _cells(2, "r='A2'"), _cells(90_000, "s='1'"))
    with pytest.raises(SheetRefused, match="3000"):
        read_rows(_with_sheet(near))
    assert read_rows(_with_sheet(_sheet(_cells(1, "", ""), _cells(2, ""))))[1] == ["1", ""]
