"""The pack as a job: what is in it, what is printed again, who may, what happens when it breaks off."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from events.door.codes import code_of
from events.fairs.models import Delegate, Participation
from events.fairs.services import NotTheirs
from events.meetings.models import Meeting
from events.printing.fair_pack import DOCUMENTS, build
from events.prints import packing
from events.prints.gathering import facts_of
from events.prints.models import PrintedSheet
from events.prints.services import PrintsRefused, request_pack
from portal.audit.models import AuditEvent
from portal.jobs.models import Job, JobState
from portal.jobs.running import run
from portal.jobs.services import request_cancel
from tests.conftest import NOON
from tests.events.prints.conftest import RARE, Scene
from tests.factories import StaffFactory
from tests.factories_events import DelegateFactory, FairFactory, organizer_person, people_of

pytestmark = pytest.mark.django_db
Printed = Callable[..., Job]


def files_of(job: Job) -> dict[str, bytes]:
    with job.result_file.open() as file, zipfile.ZipFile(file) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def text_of(pdf: bytes) -> str:
    """All that is on the pages, without the blanks and line ends."""
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def pages_of(pdf: bytes) -> int:
    return len(PdfReader(io.BytesIO(pdf)).pages)


def named(files: dict[str, bytes], title: str, kind: str = "pdf") -> bytes:
    [content] = [content for name, content in files.items() if name.endswith(f" {title}.{kind}")]
    return content


SAID = {  # title → pages, and some of the words
    "胸牌": (1, ["䶮昭", "䶮丙", "校企合作处处长"]),  # eight on a page
    "桌号牌": (2, ["A01", "A02", RARE]),
    "席卡": (4, [RARE, "丁电子公司"]),
    "单位洽谈日程": (4, ["日程第3版", "第1页共1页", "一号厅A01", "本日洽谈2场", "09:00–09:20"]),
    "各桌洽谈日程": (2, ["桌号A02", "乙职业技术学院", "本日洽谈2场"]),
    "洽谈总日程": (1, [RARE, "丁电子公司", "09:30–09:50"]),
    "签到表": (2, ["签到表参会院校", "替代"]),
    "推介顺序表": (1, [RARE, "某主任"]),
    "参观分组表": (1, ["第1组", "1号车", "合计4"]),
    "签约议程与站位": (1, ["某校长", "见证人某局长", "观众席"]),
    "展位楣板文字表": (1, [RARE]),
    "食宿与接送表": (1, ["清真", "05-1614:00", "13800000000"]),
    "院校专业与生源汇编": (1, ["数控技术", "460103", "120", "100"]),
    "企业岗位需求汇编": (1, ["数控操作工", "30"]),
    "合作意向登记表": (1, ["存根联（交会务组）", "回执联（由双方留存）"]),
}


def test_the_whole_pack_has_every_document_alone_and_in_one_file(scene: Scene, printed: Printed) -> None:
    job = printed(*DOCUMENTS)
    files = files_of(job)
    alone = {name: content for name, content in files.items() if name.startswith("pdf/")}
    assert len(alone) == len(DOCUMENTS) + 1  # and the list of what is printed
    merged = PdfReader(io.BytesIO(files["全部文件.pdf"]))
    assert len(merged.pages) == sum(pages_of(content) for content in alone.values())
    wide = [round(float(page.mediabox.width) * 25.4 / 72) for page in merged.pages]
    assert (set(wide), wide.count(420)) == ({210, 297, 420}, 1)  # the wall plan of the one day on A3
    assert "印制清单" in "".join(merged.pages[0].extract_text().split())
    for title, (pages, words) in SAID.items():
        content = named(files, title)
        text = text_of(content)
        assert pages_of(content) == pages, title
        assert [each for each in words if each not in text] == [], title
    handbook = text_of(named(files, "参会手册"))
    for row in [*scene.schools, *scene.firms]:
        assert row.organization.legal_name in handbook
    assert "䶮昭" not in handbook  # it is for everybody
    assert not any("999" in text_of(content) for content in alone.values())  # a draft of the school's
    assert job.result == {"documents": list(DOCUMENTS), "sheets": PrintedSheet.objects.count()}
    assert AuditEvent.objects.filter(verb="fair.printed").count() == 1


def test_badges_carry_the_code_of_the_person_or_of_the_organization(scene: Scene) -> None:
    facts = facts_of(scene.fair, language="en", viewer=scene.organizer, documents=["badges"])
    [paper] = build(facts, ["badges"])
    person = Delegate.objects.get(participation=scene.firms[0])
    codes = [sheet.content["code"] for sheet in paper.sheets if sheet.party == str(scene.firms[0].public_id)]
    assert codes == [code_of(person.public_id), code_of(scene.firms[0].public_id)]


def test_the_workbook_has_the_rows_that_are_printed(scene: Scene, printed: Printed) -> None:
    Participation.objects.filter(pk=scene.firms[0].pk).update(delegates=1)
    Delegate.objects.filter(participation=scene.firms[0]).update(name="=1+1")
    files = files_of(printed("lodging", "tour_groups"))
    facts = facts_of(scene.fair, language="zh-hans", viewer=scene.organizer, documents=["lodging"])
    [paper] = build(facts, ["lodging"])
    [rows] = [sheet_rows(named(files, "食宿与接送表", "xlsx"))]
    [listing] = paper.listings
    assert rows == [listing.heads, *([str(cell) for cell in row] for row in listing.rows)]
    assert any("=1+1" in row for row in rows)
    assert [row[-1] for row in sheet_rows(named(files, "参观分组表", "xlsx"))] == ["人数", "2", "2", "4"]


def sheet_rows(content: bytes) -> list[list[str]]:
    [name] = CalamineWorkbook.from_filelike(io.BytesIO(content)).sheet_names
    rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()
    return [[f"{cell:.0f}" if isinstance(cell, float) else str(cell) for cell in row] for row in rows]


TIMETABLES = ("handbook", "party_timetables", "table_timetables", "wall_plan", "badges")


def test_one_meeting_moved_prints_again_its_two_parties_its_tables_and_the_wall_plan(
    scene: Scene, printed: Printed
) -> None:
    printed(*TIMETABLES)
    moved = scene.meetings[2]
    Meeting.objects.filter(pk=moved.pk).update(slot=scene.slots[2], table=scene.tables[1])
    job = printed(*TIMETABLES, changed_only=True)
    again = {(row.document, row.subject) for row in PrintedSheet.objects.filter(job=job)}
    assert again == {
        ("party_timetables", str(moved.school.public_id)),
        ("party_timetables", str(moved.enterprise.public_id)),
        ("table_timetables", str(scene.tables[0].pk)),
        ("table_timetables", str(scene.tables[1].pk)),
        ("wall_plan", "2024-05-17"),
    }
    files = files_of(job)
    assert pages_of(named(files, "单位洽谈日程")) == 2
    with pytest.raises(PrintsRefused) as refused:
        printed(*TIMETABLES, changed_only=True)
    assert refused.value.field == "changed_only"
    assert printed(*TIMETABLES).result["sheets"] == PrintedSheet.objects.count()


def test_a_new_name_prints_its_badge_and_says_which_blank_one_is_void(scene: Scene, printed: Printed) -> None:
    printed("badges", "name_cards")
    before = PrintedSheet.objects.count()
    new = DelegateFactory(participation=scene.firms[1], name="李堃")
    job = printed("badges", "name_cards", changed_only=True)
    assert [row.subject for row in PrintedSheet.objects.filter(job=job)] == [str(new.public_id)]
    files = files_of(job)
    assert "李堃" in text_of(named(files, "胸牌"))
    listed = text_of(named(files, "印制清单"))
    assert "作废（请收回）" in listed
    assert "丁电子公司（未报名单）" in listed
    assert PrintedSheet.objects.count() == before  # one more, one less


def test_each_language_is_printed_and_compared_for_itself(scene: Scene, printed: Printed) -> None:
    printed("sign_in")
    english = files_of(printed("sign_in", language="en", changed_only=True))
    assert "Sign-insheetsSchools" in text_of(named(english, "Sign-in sheets"))
    assert set(PrintedSheet.objects.values_list("language", "subject")) == {
        (language, side) for language in ("zh-hans", "en") for side in ("school", "enterprise")
    }


def test_who_does_not_come_any_more_is_on_no_paper(scene: Scene) -> None:
    Participation.objects.filter(pk=scene.firms[0].pk).update(status="cancelled")
    stays = Delegate.objects.get(participation=scene.firms[1])
    stand_in = DelegateFactory(participation=scene.firms[1], name="替补甲", stands_in_for=stays)
    facts = facts_of(scene.fair, language="zh-hans", viewer=scene.organizer, documents=DOCUMENTS)
    whole = str([[sheet.content for sheet in paper.sheets] for paper in build(facts)])
    assert "丙精密有限公司" not in whole
    assert stays.name not in whole
    assert stand_in.name in whole


def test_asking_twice_is_one_job_until_something_is_printed_or_changes(scene: Scene, printed: Printed) -> None:
    facts: dict[str, Any] = {"fair_id": scene.fair.pk, "language": "zh-hans", "changed_only": False}
    facts |= {"actor": scene.organizer, "at": NOON}
    first = request_pack(documents=["signs"], **facts)
    assert request_pack(documents=["signs"], **facts) == first
    assert request_pack(documents=["signs", "badges"], **facts) != first
    assert run(first.pk)
    assert request_pack(documents=["signs"], **facts) != first


@pytest.mark.parametrize("person", ["guest", "other organizer"])
def test_only_the_organizer_and_the_staff_print(scene: Scene, person: str) -> None:
    facts: dict[str, Any] = {"documents": ["badges"], "language": "en", "changed_only": False, "at": NOON}
    somebody = people_of(scene.firms[0]) if person == "guest" else organizer_person(FairFactory())
    with pytest.raises(NotTheirs):
        request_pack(fair_id=scene.fair.pk, actor=somebody, **facts)
    assert request_pack(fair_id=scene.fair.pk, actor=StaffFactory(), **facts).state == JobState.QUEUED


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"documents": []}, "documents"), ({"documents": ["x"]}, "documents"), ({"language": "fr"}, "language")],
)
def test_a_wrong_request_names_its_field(scene: Scene, wrong: dict[str, Any], field: str) -> None:
    facts: dict[str, Any] = {"documents": ["badges"], "language": "en", "changed_only": False}
    with pytest.raises(PrintsRefused) as refused:
        request_pack(fair_id=scene.fair.pk, actor=scene.organizer, at=NOON, **facts | wrong)
    assert refused.value.field == field
    assert not Job.objects.exists()


def test_documents_without_anything_in_them_are_refused_and_others_printed(scene: Scene, printed: Printed) -> None:
    empty = FairFactory(organizer=scene.fair.organizer)
    facts: dict[str, Any] = {"language": "en", "changed_only": False, "actor": scene.organizer, "at": NOON}
    with pytest.raises(PrintsRefused):
        request_pack(fair_id=empty.pk, documents=["badges", "wall_plan", "signings"], **facts)
    job = request_pack(fair_id=empty.pk, documents=["badges", "handbook"], **facts)
    assert run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"documents": ["handbook"], "sheets": 1})


def test_a_pack_cancelled_while_it_is_made_is_not_noted_as_printed(scene: Scene, monkeypatch: Any) -> None:
    facts: dict[str, Any] = {"documents": ["badges"], "language": "en", "changed_only": False}
    job = request_pack(fair_id=scene.fair.pk, actor=scene.organizer, at=NOON, **facts)
    merge = packing.merge

    def interrupted(*args: Any, **kwargs: Any) -> bytes:
        request_cancel(job_id=job.pk, at=NOON)
        return merge(*args, **kwargs)

    monkeypatch.setattr(packing, "merge", interrupted)
    assert run(job.pk)
    job.refresh_from_db()
    assert (job.state, bool(job.result_file), PrintedSheet.objects.count()) == ("cancelled", False, 0)
    monkeypatch.undo()
    again = request_pack(fair_id=scene.fair.pk, actor=scene.organizer, at=NOON, **facts)
    assert again == job
    assert run(job.pk)
    assert PrintedSheet.objects.count() == 8


def test_a_pack_made_twice_notes_each_sheet_once(scene: Scene, printed: Printed) -> None:
    job = printed("badges")
    Job.objects.filter(pk=job.pk).update(state=JobState.QUEUED, finished_at=None)
    assert run(job.pk)
    assert PrintedSheet.objects.count() == 8


def test_the_facts_take_as_many_queries_for_more_guests(scene: Scene, django_assert_num_queries: Any) -> None:
    for _row in range(3):
        DelegateFactory(participation=scene.firms[0])
    with django_assert_num_queries(16):
        facts_of(scene.fair, language="en", viewer=scene.organizer, documents=DOCUMENTS)
