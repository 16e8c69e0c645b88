"""The register in Excel, read back."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from python_calamine import CalamineWorkbook

from events.agreements import listing
from events.agreements.models import Agreement, AgreementParty, Instalment, Payment, TermHeadCount
from events.agreements.register import register_workbook
from portal.accounts.models import User
from tests.conftest import NOON
from tests.events.agreements.world import World, lay_world
from tests.factories import CooperationKindFactory, EnterpriseFactory, OrganizationFactory, member_of
from tests.factories_agreements import AgreementFactory, FundingFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> World:
    return lay_world()


def export(person: User, language: str = "zh-hans", **query: str) -> Any:
    client = Client(headers={"accept-language": language})
    client.force_login(person)
    return client.get(reverse("agreements:export"), query)


def sheets(content: bytes) -> list[list[list[Any]]]:
    book = CalamineWorkbook.from_filelike(io.BytesIO(content))
    return [book.get_sheet_by_index(index).to_python() for index in range(len(book.sheet_names))]


def rows_of(answer: Any) -> list[list[list[Any]]]:
    return sheets(b"".join(answer.streaming_content))


@pytest.fixture
def agreement(world) -> Agreement:
    """In force, of three parties, with two kinds of cooperation and money that is half paid."""
    internship = CooperationKindFactory(code="internship")
    base = CooperationKindFactory(code="training_base")
    row = AgreementFactory(
        fair=world.fair,
        school=world.school,
        enterprise=world.enterprise,
        kind="framework",
        title='=HYPERLINK("http://evil.invalid")',
        status="in_force",
        amount=Decimal("275000.50"),
        closing_note="+续签中",
        last_activity_at=NOON,
        terms=[
            {"cooperation_kind": internship, "obligations": "安排带教师傅"},
            {"cooperation_kind": base, "amount": Decimal("275000.50")},
        ],
    )
    third = OrganizationFactory(kind="government", legal_name="宝安区教育局")
    AgreementParty.objects.create(agreement=row, organization=third, role="third", position=3)
    row.parties.filter(role="first").update(contact="李老师", contact_phone="0870-2123456")
    term = row.terms.get(cooperation_kind=internship)
    TermHeadCount.objects.create(term=term, year=2024, people=30, major_id="510205")
    TermHeadCount.objects.create(term=term, year=2025, people=20)
    funding = FundingFactory(agreement=row, amount=Decimal("275000.50"), line=1)
    for number, (day, amount) in enumerate(((date(2024, 9, 1), "100000"), (date(2025, 3, 1), "175000.50")), 1):
        Instalment.objects.create(funding=funding, number=number, due_on=day, amount=Decimal(amount))
    Payment.objects.create(funding=funding, paid_on=date(2024, 9, 1), amount=120_000, recorded_by=world.hr)
    Payment.objects.create(
        funding=funding, paid_on=date(2024, 9, 1), amount=50_000, recorded_by=world.hr, cancelled_at=NOON
    )
    return row


def test_register_has_the_columns_that_offices_keep(world, agreement):
    [main, *_others] = rows_of(export(world.teacher, "en"))

    header, row = main
    kinds = [term.cooperation_kind.name_en for term in agreement.terms.select_related("cooperation_kind")]
    assert dict(zip(header, row, strict=True)) == {
        "No.": 1.0,
        "Agreement number": agreement.number,
        "Name of the agreement": '=HYPERLINK("http://evil.invalid")',
        "Kind of agreement": "Framework agreement",
        "Party A": world.school.legal_name,
        "Party B": world.enterprise.legal_name,
        "Other parties": "宝安区教育局",
        "Kinds of cooperation": ", ".join(kinds),
        "Signed on": date(2024, 5, 17),
        "Begins on": date(2024, 5, 17),
        "Ends on": date(2025, 5, 16),
        "Status": "In force",
        "People agreed in all": 50.0,
        "Amount (yuan)": 275000.5,
        "Paid so far (yuan)": 120000.0,
        "Not yet paid (yuan)": 155000.5,
        "Next instalment due": date(2025, 3, 1),
        "Contacts": "Party A: 李老师 0870-2123456",
        "From (fair)": world.fair.name,
        "Last recorded on": NOON.date(),
        "Remarks": "+续签中",
    }


def test_terms_and_money_have_sheets_of_their_own(world, agreement):
    [_main, terms, money] = rows_of(export(world.teacher, "en"))

    names = {term.cooperation_kind_id: term.cooperation_kind.name_en for term in agreement.terms.all()}
    plan = [(row[2], row[5], row[6], row[7], row[8], row[9], row[10]) for row in terms[1:]]
    assert sorted(plan, key=str) == sorted(
        [
            (names["internship"], 2024.0, "510205", "大数据技术", 30.0, "", "安排带教师傅"),
            (names["internship"], 2025.0, "", "all majors", 20.0, "", ""),
            (names["training_base"], "", "", "", "", 275000.5, ""),
        ],
        key=str,
    )
    assert [row[5:] for row in money[1:]] == [
        [275000.5, 120000.0, 1.0, date(2024, 9, 1), 100000.0, 100000.0, 0.0],
        ["", "", 2.0, date(2025, 3, 1), 175000.5, 20000.0, 155000.5],
    ]


def test_texts_stay_texts(world, agreement):
    """A title that begins with = is shown as typed: a formula would have no text."""
    import zipfile

    content = b"".join(export(world.teacher).streaming_content)

    book = zipfile.ZipFile(io.BytesIO(content))
    assert not any(b"<f>" in book.read(name) for name in book.namelist() if name.startswith("xl/worksheets/sheet"))
    assert sheets(content)[0][1][2] == '=HYPERLINK("http://evil.invalid")'


def test_register_holds_what_the_list_shows_and_no_more(world, agreement):
    other = AgreementFactory(fair=world.fair, school=world.school)
    foreign = AgreementFactory(fair=world.fair)

    def numbers(person: User, **query: str) -> list[str]:
        return [row[1] for row in rows_of(export(person, **query))[0][1:]]

    assert numbers(world.teacher) == [other.number, agreement.number]
    assert numbers(world.teacher, state="in_force") == [agreement.number]
    assert numbers(world.organizer) == [foreign.number, other.number, agreement.number]
    assert numbers(member_of(EnterpriseFactory())) == []


def test_register_needs_a_sign_in_and_is_not_kept(client, world, agreement):
    assert client.get(reverse("agreements:export")).status_code == 302
    answer = export(world.teacher, "en")

    assert answer["Content-Disposition"].startswith('attachment; filename="Register of agreements ')
    assert "no-store" in answer["Cache-Control"]


def test_register_of_too_many_asks_to_narrow_the_list(world, agreement, monkeypatch):
    monkeypatch.setattr(listing, "MOST_ROWS", 0)

    answer = export(world.teacher, state="in_force")

    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('agreements:list')}?state=in_force")


@pytest.mark.parametrize("count", [1, 3])
def test_register_asks_as_many_questions_for_one_as_for_three(world, count, django_assert_max_num_queries):
    for _ in range(count):
        row = AgreementFactory(fair=world.fair, school=world.school, terms=[{}])
        TermHeadCount.objects.create(term=row.terms.get(), year=2024, people=3, major_id="510205")
        funding = FundingFactory(agreement=row)
        Instalment.objects.create(funding=funding, number=1, due_on=date(2025, 1, 1), amount=funding.amount)

    with django_assert_max_num_queries(12), translation.override("zh-hans"):
        content = register_workbook(Agreement.objects.all())

    assert len(sheets(content)[0]) == count + 1
