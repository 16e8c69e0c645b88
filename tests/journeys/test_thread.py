"""The thread from end to end through HTTP: a demand, a fair, its talks, an agreement, the figures."""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfWriter

from events.agreements.models import AgreementText
from matching.rebuilding import rebuild_now
from portal.audit.services import broken_links
from portal.jobs.models import Job, JobState
from portal.jobs.running import run
from portal.organizations.models import MemberRole, Organization
from portal.taxonomy.models import Skill
from tests.events.printing.reading_back import pdf_pages, squeezed, word_paragraphs
from tests.factories import (
    CooperationKindFactory,
    EnterpriseFactory,
    IndustryFactory,
    MajorFactory,
    ProgrammeFactory,
    RegionFactory,
    SchoolFactory,
    SkillFactory,
    SupplyLineFactory,
    UserFactory,
    member_of,
)
from tests.factories_events import OrganizerFactory
from tests.journeys.visiting import Person

pytestmark = pytest.mark.django_db
PASSWORD = "a long way to a good agreement"


@dataclass
class Scene:
    """Those who are registered when the story begins."""

    hr: Person
    teacher: Person
    organizer: Person
    school: Organization
    other_school: Organization
    enterprise: Organization


@pytest.fixture
def scene(settings, tmp_path) -> Scene:
    settings.MEDIA_ROOT = tmp_path
    RegionFactory(code="440000", name="广东省", level=1)
    RegionFactory(code="530000", name="云南省", level=1)
    IndustryFactory()
    CooperationKindFactory(measures="classes|students")
    big_data = MajorFactory(code="510205", name="大数据技术", level="junior_college", family_code="510205")
    machines = MajorFactory(code="460104", name="机械制造及自动化", level="junior_college", family_code="460104")
    SkillFactory(name="数据可视化")
    school = _school("昭通䶮职业学院", big_data, 60, ["数据可视化"])
    other = _school("宝安职业技术学校", machines, 40, [])
    enterprise = EnterpriseFactory(legal_name="深圳市喆堃精密技术有限公司")
    organizer = OrganizerFactory(legal_name="宝安区职业训练中心")
    people = {name: _person(name, where) for name, where in (("hr", enterprise), ("li", school), ("wang", organizer))}
    return Scene(people["hr"], people["li"], people["wang"], school, other, enterprise)


def _school(name: str, major: object, graduates: int, skills: list[str]) -> Organization:
    school: Organization = SchoolFactory(legal_name=name, region=RegionFactory(code="530600", name="昭通市", level=2))
    programme = ProgrammeFactory(school=school, major=major, skills=list(Skill.objects.filter(name__in=skills)))
    SupplyLineFactory(programme=programme, graduating_year=timezone.localdate().year, graduating=graduates)
    return school


def _person(name: str, organization: Organization) -> Person:
    roles = {"school": MemberRole.SCHOOL_OFFICE, "enterprise": MemberRole.HR}
    user = UserFactory(email=f"{name}@example.org", name=name, language="en", password=PASSWORD)
    member_of(organization, user=user, role=roles.get(organization.kind, MemberRole.ORGANIZER))
    return Person(user.email, PASSWORD)


def do_the_waiting_jobs() -> list[Job]:
    """What a worker does: the jobs that wait, each of which must succeed."""
    jobs = list(Job.objects.filter(state=JobState.QUEUED).order_by("pk"))
    for job in jobs:
        assert run(job.pk)
        job.refresh_from_db()
        assert job.state == JobState.DONE, (job.kind, job.error)
    return jobs


def test_from_a_demand_to_the_figures(scene):
    demand = post_a_demand(scene)
    see_who_fits(scene, demand)
    slug = plan_a_fair(scene)
    invite_and_answer(scene, slug)
    make_the_timetable(scene, slug)
    open_the_doors(scene, slug)
    outcome = record_what_came(scene, slug)
    agreement = draft_and_sign(scene, outcome)
    read_the_papers(scene, agreement)
    read_the_figures(scene, slug)
    assert list(broken_links()) == []
    assert not Job.objects.exclude(state=JobState.DONE).exists()


def post_a_demand(scene: Scene) -> str:
    return scene.hr.submit(
        reverse("demands:new"),
        title="数据标注员",
        headcount=20,
        majors=["510205"],
        skills=["数据可视化"],
        publish="1",
    )


def see_who_fits(scene: Scene, demand: str) -> None:
    assert "数据标注员" in scene.hr.see(demand).html
    rebuild_now()  # what a worker does as soon as it is told
    ranked = part(scene.hr, reverse("matching:for_demand", args=[demand.strip("/").split("/")[-1]]))
    assert scene.school.legal_name in ranked
    assert "大数据技术" in ranked
    assert scene.other_school.legal_name not in ranked
    assert (
        scene.school.legal_name in scene.hr.see(scene.hr.client.get(reverse("matching:mine")).headers["Location"]).html
    )
    suitable = scene.teacher.client.get(reverse("matching:mine")).headers["Location"]
    assert scene.enterprise.legal_name in scene.teacher.see(suitable).html


def part(person: Person, address: str) -> str:
    """What the page at this address asks for by itself."""
    answer = person.client.get(address, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    return str(answer.content.decode())


def plan_a_fair(scene: Scene) -> str:
    today = timezone.localdate()
    grounds = scene.organizer.submit(
        reverse("fairs:create"),
        name="百校千企对接会",
        slug="journey",
        region="440306",
        venue="职业训练中心",
        starts_on=today,
        ends_on=today + timedelta(days=1),
        registration_at=f"{today}T08:00",
        registration_place="一楼大厅",
        duty_contact="会务组 0755-0000000",
        graduating_year=today.year,
        min_meetings=1,
        max_meetings=3,
    )
    slots = reverse("fairs:slots_add", args=["journey"])
    scene.organizer.submit(grounds, slots, day=today, start="09:00", end="11:00", minutes=20, buffer=5)
    scene.organizer.submit(grounds, reverse("fairs:tables_add", args=["journey"]), count=3, zones="A B")
    fair = reverse("fairs:detail", args=["journey"])
    assert scene.hr.client.get(fair).status_code == 404  # nobody knows of it yet
    take_step(scene, "journey", "open")
    assert "百校千企对接会" in scene.hr.see(fair).html
    return "journey"


def take_step(scene: Scene, slug: str, step: str) -> None:
    page = reverse("fairs:detail", args=[slug])
    assert scene.organizer.submit(page, reverse("fairs:step", args=[slug, step])) == page


def invite_and_answer(scene: Scene, slug: str) -> None:
    for side, organization in (("school", scene.school), ("enterprise", scene.enterprise)):
        page = f"{reverse('fairs:invite', args=[slug])}?side={side}"
        assert organization.legal_name in scene.organizer.see(page).html  # the ranking suggests it
        scene.organizer.submit(page, organizations=[organization.pk])
    for person in (scene.hr, scene.teacher):
        invitation = person.see(reverse("notifications:list")).link("/participations/")
        assert invitation == person.see(reverse("pages:home")).link("/participations/")
        answer = person.see(invitation).form("", {"accept", "delegates"}).action
        assert person.submit(invitation, answer, accept="1", delegates=3) == invitation
    for person, kind in ((scene.hr, "must"), (scene.teacher, "ok")):
        wishes = person.see(invitation_of(person)).link("/wishes/")
        line = next(form for form in person.see(wishes).forms if "/wish/" in form.action)
        person.submit(wishes, line.action, kind=kind)


def invitation_of(person: Person) -> str:
    return person.see(reverse("notifications:list")).link("/participations/")


def make_the_timetable(scene: Scene, slug: str) -> None:
    take_step(scene, slug, "close-answers")
    page = reverse("meetings:timetable", args=[slug])
    scene.organizer.submit(page, reverse("meetings:request", args=[slug]))
    assert [job.kind for job in do_the_waiting_jobs()] == ["meetings.timetable"]
    own = reverse("meetings:own", args=[invitation_of(scene.hr).strip("/").split("/")[-1]])
    assert scene.school.legal_name not in scene.hr.see(own).html  # a proposal is the organizer's
    publish = reverse("meetings:publish", args=[slug, 1])
    scene.organizer.submit(publish, publish)
    assert scene.school.legal_name in scene.hr.see(own).html


def open_the_doors(scene: Scene, slug: str) -> None:
    take_step(scene, slug, "start")
    sheet = reverse("door:paper", args=[slug])
    coming = re.findall(r'name="party" value="([^"]+)"', scene.organizer.see(sheet).html)
    assert len(coming) == 2
    assert scene.organizer.submit(sheet, party=coming, time="00:00") == sheet


def record_what_came(scene: Scene, slug: str) -> str:
    """The enterprise says what came of it; the school sees the same. Returns the page of the outcome."""
    own = scene.hr.see(reverse("notifications:list")).link("/meetings/participations/")
    form = scene.hr.see(own).link("/outcome/")
    assert scene.hr.submit(form, level=3, kinds=["order_class"], headcount=20, note="先办一个班") == own
    for person in (scene.hr, scene.teacher):
        mine = person.see(reverse("notifications:list")).link("/meetings/participations/")
        assert "先办一个班" in person.see(person.see(mine).link("/outcome/")).html
    return form


def draft_and_sign(scene: Scene, outcome: str) -> str:
    """Drafted by a job, approved by each, signed by each with a scan. Returns the page of the agreement."""
    draft = next(form.action for form in scene.hr.see(outcome).forms if form.action.endswith("/draft/"))
    progress = scene.hr.submit(outcome, draft)
    assert [job.kind for job in do_the_waiting_jobs()] == ["agreements.draft"]
    leads_to = scene.hr.see(progress).link("/agreements/outcomes/")
    agreement = str(scene.hr.client.get(leads_to).headers["Location"])
    assert agreement in scene.teacher.see(reverse("pages:home")).links
    assert "20" in scene.teacher.see(agreement).html
    for person in (scene.teacher, scene.hr):  # in their turn, and nobody signs before both have
        assert not any("/sign/" in link for link in person.see(agreement).links)
        assert person.submit(person.see(agreement).link("/approve/"), terms_hash=_terms_hash(agreement)) == agreement
    for person, role, name, post in ((scene.teacher, "first", "䶮喆", "校长"), (scene.hr, "second", "王堃", "总经理")):
        sign = person.see(agreement).link("/sign/")
        names = {f"{role}_signatory": name, f"{role}_post": post}
        assert person.submit(sign, scan=_scan(), **names) == agreement
        assert not any("/sign/" in link for link in person.see(agreement).links)  # once is enough
    return agreement


def _terms_hash(agreement: str) -> str:
    pk = int(agreement.strip("/").split("/")[-1])
    return str(AgreementText.objects.get(agreement=pk, status="open").terms_hash)


def _scan() -> SimpleUploadedFile:
    writer, out = PdfWriter(), io.BytesIO()
    writer.add_blank_page(595, 842)
    writer.write(out)
    return SimpleUploadedFile("签署页.pdf", out.getvalue(), "application/pdf")


def read_the_papers(scene: Scene, agreement: str) -> None:
    pk = agreement.strip("/").split("/")[-1]
    asked = reverse("agreements:papers-request", args=[pk])
    scene.hr.submit(f"{agreement}?papers=1", asked, language="zh-hans")
    assert [job.kind for job in do_the_waiting_jobs()] == ["agreements.render"]
    page = scene.teacher.see(f"{agreement}?papers=1")
    made = list(dict.fromkeys(link for link in page.links if "/agreements/documents/" in link))
    links = made[:2]  # the newest; the draft's were made with it
    files = [scene.teacher.file(link) for link in links]
    texts = [
        "".join(pdf_pages(file) if file.startswith(b"%PDF") else map(squeezed, word_paragraphs(file))) for file in files
    ]
    assert sorted(file[:2] for file in files) == [b"%P", b"PK"]
    for text in texts:
        for name in (scene.school.legal_name, scene.enterprise.legal_name, "䶮喆", "王堃", "大数据技术"):
            assert name in text


def read_the_figures(scene: Scene, slug: str) -> None:
    page = reverse("statistics:brief", args=[slug])
    assert scene.hr.client.get(page).status_code == 404  # for those who came once the fair is over
    take_step(scene, slug, "close")
    for person in (scene.organizer, scene.hr, scene.teacher):
        assert "百校千企对接会" in person.see(page).html
    figures = scene.hr.client.get(reverse("api:brief-detail", args=[slug])).json()
    expected = {
        "schools": 1,
        "provinces": 1,
        "enterprises": 1,
        "graduates": 60,
        "schools_with_intent": 1,
        "enterprises_with_consensus": 1,
        "intent_agreements": 1,
        "framework_agreements": 0,
        "funding_yuan": 0,
        "meetings_planned": 1,
        "meetings_held": 1,
        "people_promised": 20,
        "people_sought": 20,
    }
    assert {name: figures[name] for name in expected} == expected
    out = io.StringIO()
    call_command("brief", slug, format="json", stdout=out)
    assert {name: json.loads(out.getvalue())[name] for name in expected} == expected
