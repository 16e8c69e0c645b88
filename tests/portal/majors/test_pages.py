"""The yearly sheet, programmes, and the list of all schools' majors."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.majors.models import Programme, SupplyLine
from portal.organizations.models import Organization
from tests.factories import MajorFactory, ProgrammeFactory, SchoolFactory, SkillFactory, SupplyLineFactory, member_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client: Client, office: User) -> Client:
    """The browser of the school's office, in English."""
    client.force_login(office)
    client.cookies["django_language"] = "en"
    return client


def sheet_of(school: Organization, year: int = 2024) -> str:
    return reverse("majors:sheet", args=[school.pk, year])


def typed(programme: Programme, enrolled: object, graduating: object, committed: object) -> dict[str, object]:
    prefix = f"p{programme.pk}-"
    values = {"enrolled": enrolled, "graduating": graduating, "committed": committed}
    return {prefix + name: value for name, value in values.items()}


def test_menu_leads_the_school_to_its_sheet_and_others_to_all(
    desk: Client, school: Organization, stranger: User
) -> None:
    answer = desk.get(reverse("majors:list"), follow=True)
    assert answer.context["school"] == school
    desk.force_login(stranger)
    assert desk.get(reverse("majors:list")).headers["Location"] == reverse("majors:all")


def test_sheet_saves_all_rows_in_one_form(desk: Client, school: Organization) -> None:
    first, second, empty = ProgrammeFactory.create_batch(3, school=school)
    posted = typed(first, 160, 50, 5) | typed(second, "", 40, "") | typed(empty, "", "", "")
    answer = desk.post(sheet_of(school), posted, follow=True)
    assert "2 lines saved." in answer.content.decode()
    lines = SupplyLine.objects.order_by("programme_id").values_list("enrolled", "graduating", "committed", "state")
    assert list(lines) == [(160, 50, 5, "draft"), (0, 40, 0, "draft")]
    assert (answer.context["totals"].available, answer.context["totals"].drafts) == (85, 2)


@pytest.mark.parametrize(
    ("wrong", "field", "errors"),
    [
        ((10, 5, 6), "committed", {"en": "No more people can be promised than graduate."}),
        ((10, "", 6), "graduating", {"en": "How many graduate?"}),
        (
            (10, -1, 0),
            "graduating",
            {"en": "Ensure this value is greater than or equal to 0.", "zh-hans": "确保该值大于或等于0。"},
        ),
        (("x", 1, 0), "enrolled", {"en": "Enter a whole number.", "zh-hans": "输入整数。"}),
    ],
)
def test_sheet_explains_beside_the_field_and_stores_nothing(
    desk: Client, school: Organization, wrong: tuple[object, ...], field: str, errors: dict[str, str]
) -> None:
    fine, broken = ProgrammeFactory.create_batch(2, school=school)
    for language, error in errors.items():
        desk.cookies["django_language"] = language
        answer = desk.post(sheet_of(school), typed(fine, 160, 51, 5) | typed(broken, *wrong))
        rows = {row.programme.pk: row for row in answer.context["sheet"].rows}
        assert rows[broken.pk].form.errors[field] == [error]
        assert error in answer.content.decode()
        assert 'value="51"' in answer.content.decode()
    assert SupplyLine.objects.count() == 0


def test_sheet_confirms_and_is_confirmed_once(desk: Client, school: Organization) -> None:
    SupplyLineFactory(programme__school=school, state="draft")
    address = reverse("majors:confirm", args=[school.pk, 2024])
    assert "Confirmed." in desk.post(address, follow=True).content.decode()
    assert SupplyLine.objects.get().state == "confirmed"
    assert "No numbers of this year wait" in desk.post(address, follow=True).content.decode()


def test_sheet_of_a_foreign_school_is_read_only(desk: Client) -> None:
    line = SupplyLineFactory(graduating=77)
    foreign = line.programme.school
    page = desk.get(sheet_of(foreign)).content.decode()
    assert "77" in page
    assert '<input type="number"' not in page
    assert desk.post(sheet_of(foreign), typed(line.programme, 1, 1, 0)).status_code == 404
    assert desk.post(reverse("majors:confirm", args=[foreign.pk, 2024])).status_code == 404
    line.refresh_from_db()
    assert line.graduating == 77


def test_sheet_of_a_school_out_of_sight_is_not_found(desk: Client) -> None:
    assert desk.get(sheet_of(SchoolFactory(status="draft"))).status_code == 404
    assert desk.get(sheet_of(SchoolFactory())).status_code == 200


def test_add_programme_understands_an_old_name(desk: Client, school: Organization) -> None:
    from tests.portal.taxonomy.conftest import with_alias

    with_alias(MajorFactory(code="510301", name="现代通信技术", level="junior_college"), "通信技术")
    skill = SkillFactory()
    address = reverse("majors:add", args=[school.pk])
    answer = desk.post(address, {"major": "通信技术", "skills": [skill.name]})
    assert answer.status_code == 302
    programme = Programme.objects.get()
    assert (programme.major_id, list(programme.skills.all())) == ("510301", [skill])
    again = desk.post(address, {"major": "510301"})
    assert again.context["form"].errors["major"] == ["The school already offers this major with this direction."]
    unknown = desk.post(address, {"major": "葡萄栽培"})
    assert unknown.context["form"].errors["major"] == ["No major of the catalogue has the name or code “葡萄栽培”."]
    assert Programme.objects.count() == 1


def test_edit_programme_ends_it(desk: Client, school: Organization) -> None:
    programme = ProgrammeFactory(school=school, skills=[SkillFactory(name="PLC应用技术")])
    address = programme.get_absolute_url()
    assert '<option value="PLC应用技术" selected>' in desk.get(address).content.decode()
    assert desk.post(address, {"direction": "云计算"}).status_code == 302
    programme.refresh_from_db()
    assert (programme.direction, programme.is_active, programme.skills.count()) == ("云计算", False, 0)


@pytest.mark.parametrize("name", ["add", "edit"])
def test_writing_pages_of_a_foreign_school_are_not_found(desk: Client, school: Organization, name: str) -> None:
    own, foreign = ProgrammeFactory(school=school), ProgrammeFactory()
    for programme, status in ((foreign, 404), (own, 200)):
        pk = programme.school_id if name == "add" else programme.pk
        assert desk.get(reverse(f"majors:{name}", args=[pk])).status_code == status


def test_list_of_all_schools_hides_what_is_out_of_sight(desk: Client) -> None:
    shown = SupplyLineFactory(programme__major__name="数控技术应用", graduating=50, committed=8).programme
    ProgrammeFactory(school__status="draft", direction="金丝雀7731")
    ProgrammeFactory(is_active=False, direction="金丝雀7731")
    answer = desk.get(reverse("majors:all"))
    assert answer.context["page"].rows == [shown]
    assert "金丝雀7731" not in answer.content.decode()
    assert ">42<" in answer.content.decode()


@pytest.mark.parametrize(("query", "found"), [({"text": "skjs"}, 1), ({"text": "数控"}, 1), ({"text": "会计"}, 0)])
def test_list_of_all_schools_is_narrowed(desk: Client, query: dict[str, str], found: int) -> None:
    ProgrammeFactory(major__name="数控技术应用")
    ProgrammeFactory(major__name="护理")
    assert len(desk.get(reverse("majors:all"), query).context["page"].rows) == found


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_for_one_and_three(
    desk: Client, school: Organization, count: int, django_assert_max_num_queries: Callable
) -> None:
    for _ in range(count):
        SupplyLineFactory(programme__school=school, programme__skills=SkillFactory.create_batch(2))
        SupplyLineFactory()
    with django_assert_max_num_queries(12):
        desk.get(sheet_of(school))
    with django_assert_max_num_queries(8):
        desk.get(reverse("majors:all"))
    with django_assert_max_num_queries(8):
        part = desk.get(reverse("majors:school", args=[school.pk]), headers={"HX-Request": "true"})
    assert part.content.decode().count("<tr>") == count + 1


def test_part_without_script_leads_to_the_sheet(desk: Client, school: Organization) -> None:
    SupplyLineFactory(programme__school=school, graduating_year=2023)
    answer = desk.get(reverse("majors:school", args=[school.pk]))
    assert answer.headers["Location"] == sheet_of(school, 2023)


def test_reader_of_a_school_cannot_write(client: Client, school: Organization) -> None:
    client.force_login(member_of(school, role="reader"))
    programme = ProgrammeFactory(school=school, is_active=False)
    assert programme.major.name in client.get(sheet_of(school)).content.decode()
    assert client.post(sheet_of(school), typed(programme, 1, 1, 0)).status_code == 404


def test_unconfirmed_numbers_are_on_no_page_of_others(desk: Client, school: Organization, stranger: User) -> None:
    programme = ProgrammeFactory(school=school)
    SupplyLineFactory(programme=programme, graduating=7741, state="draft")
    SupplyLineFactory(programme=programme, graduating=6651, graduating_year=2023)

    def shown() -> set[str]:
        pages = (sheet_of(school), sheet_of(school, 2023), reverse("majors:all"), "/api/v1/programmes/")
        part = desk.get(reverse("majors:school", args=[school.pk]), headers={"HX-Request": "true"})
        text = "".join(desk.get(page).content.decode() for page in pages) + part.content.decode()
        return {number for number in ("7741", "6651") if number in text.replace(",", "")}

    assert shown() == {"7741", "6651"}
    desk.force_login(stranger)
    assert shown() == {"6651"}
