"""Agreements by API: drafted, negotiated, signed, followed and ended as on the pages."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pypdf import PdfWriter

from events.agreements.models import Agreement, AgreementDocument, AgreementFile, Payment
from events.agreements.services import draft_from_outcome
from portal.accounts.models import User
from portal.jobs.models import Job
from portal.jobs.running import run
from tests.conftest import NOON
from tests.events.agreements.world import World, approve_all, lay_world, open_hash, sign
from tests.factories import EnterpriseFactory, SchoolFactory, member_of
from tests.factories_agreements import AgreementFactory, FundingFactory

pytestmark = pytest.mark.django_db
LIST = "/api/v1/agreements/"
GRANT = {
    "payer": "second",
    "payee": "first",
    "purpose": "职业培训基金",
    "amount": "1000.50",
    "instalments": [{"due_on": "2024-06-30", "amount": "600.50"}, {"due_on": "2024-12-31", "amount": "400.00"}],
}


@pytest.fixture
def world(settings, tmp_path) -> World:
    settings.MEDIA_ROOT = tmp_path
    return lay_world()


@pytest.fixture
def agreement(world) -> Agreement:
    return draft_from_outcome(outcome=world.outcome, kind="intent", actor=world.organizer, at=NOON)


@pytest.fixture
def signed(world, agreement) -> Agreement:
    """In force today too, with money to be paid."""
    make_last(world, agreement, funding=[GRANT])
    approve_all(agreement, world.organizer)
    return sign(agreement, world.organizer)


def as_user(person: User) -> Client:
    client = Client()
    client.force_login(person)
    return client


def path_of(agreement: Agreement, action: str = "") -> str:
    return f"{LIST}{agreement.public_id}/{action}"


def post(person: User, agreement: Agreement, action: str, **body: Any) -> Any:
    return as_user(person).post(path_of(agreement, f"{action}/"), body, content_type="application/json")


def send(person: User, agreement: Agreement, action: str, **form: Any) -> Any:
    """A form of several parts, as a file needs it."""
    return as_user(person).post(path_of(agreement, f"{action}/"), form)


def content_of(person: User, agreement: Agreement) -> dict[str, Any]:
    answer = as_user(person).get(path_of(agreement, "text/"))
    assert answer.status_code == 200, answer.content
    return answer.json()


def put_text(person: User, agreement: Agreement, text: dict[str, Any]) -> Any:
    return as_user(person).put(path_of(agreement, "text/"), text, content_type="application/json")


def make_last(world: World, agreement: Agreement, **changes: Any) -> str:
    """Let the open text end after today, whenever that is; returns its hash."""
    text = content_of(world.organizer, agreement)
    text["content"] |= {"ends_on": "2099-05-16"} | changes
    return put_text(world.organizer, agreement, text).json()["terms_hash"]


def pdf(name: str = "签署页.pdf", pages: int = 1) -> SimpleUploadedFile:
    writer, out = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(72, 72)
    writer.write(out)
    return SimpleUploadedFile(name, out.getvalue(), "application/pdf")


def problems(answer: Any) -> list[str]:
    return [problem["pointer"] for problem in answer.json()["errors"]]


def test_agreement_is_shown_whole_and_without_serial_numbers(world, agreement):
    FundingFactory(agreement=agreement, amount="1000.50", line=1)

    shown = as_user(world.hr).get(path_of(agreement)).json()

    assert (shown["number"], shown["fair"], shown["outcome"]) == (
        "ZQ-2024-0001",
        "baoan",
        str(world.outcome.public_id),
    )
    assert [party["organization"] for party in shown["parties"]] == [
        str(world.school.public_id),
        str(world.enterprise.public_id),
    ]
    assert [row for term in shown["terms"] for row in term["headcounts"]] == [
        {"year": 2024, "major": "460104", "people": 10},
        {"year": 2024, "major": "510205", "people": 20},
    ]
    assert (shown["funding"][0]["payer"], shown["funding"][0]["amount"]) == ("second", "1000.50")
    assert (shown["open_text"]["with_role"], shown["open_text"]["approved_by"]) == ("first", [])
    assert (shown["current_text"], shown["notices"]) == (None, [])
    assert "id" not in shown


def test_agreements_are_listed_to_those_who_may_see_them(world, agreement):
    stranger = member_of(EnterpriseFactory())

    assert [row["number"] for row in as_user(world.hr).get(LIST).json()["results"]] == ["ZQ-2024-0001"]
    assert as_user(stranger).get(LIST).json()["results"] == []
    for part in ("", "text/", "texts/", "documents/", "payments/", "milestones/", "results/", "files/"):
        assert as_user(stranger).get(path_of(agreement, part)).status_code == 404, part
        assert as_user(world.hr).get(path_of(agreement, part)).status_code == 200, part
        assert Client().get(path_of(agreement, part)).status_code == 403, part
    assert as_user(world.hr).get(f"{LIST}not-an-id/payments/").status_code == 404


def test_agreements_are_narrowed_and_unknown_parameters_refused(world, agreement):
    client = as_user(world.hr)

    assert client.get(LIST, {"kind": "framework"}).json()["results"] == []
    assert len(client.get(LIST, {"fair": "baoan", "status": "draft"}).json()["results"]) == 1
    assert client.get(LIST, {"kinds": "framework"}).status_code == 400


@pytest.mark.parametrize("count", [1, 3])
def test_agreements_ask_the_same_number_of_questions(world, count, django_assert_max_num_queries):
    for _ in range(count):
        FundingFactory(agreement=AgreementFactory(fair=world.fair, school=world.school))
    client = as_user(world.teacher)

    with django_assert_max_num_queries(12):
        client.get(LIST)


def test_an_agreement_is_drafted_of_parties_and_content(world):
    body = {
        "kind": "framework",
        "parties": [str(world.school.public_id), str(world.enterprise.public_id)],
        "fair": "baoan",
        "content": {
            "title": "校企合作框架协议",
            "starts_on": "2024-05-17",
            "ends_on": "2027-05-16",
            "terms": [{"cooperation_kind": "internship", "headcounts": [{"year": 2025, "people": 12}]}],
            "funding": [GRANT],
        },
    }
    answer = as_user(world.hr).post(LIST, body, content_type="application/json")

    assert answer.status_code == 201, answer.content
    drafted = answer.json()
    assert (drafted["status"], drafted["amount"], drafted["funding"][0]["line"]) == ("draft", "1000.50", 1)
    assert drafted["open_text"]["with_role"] == "second"  # the enterprise has begun it
    stranger = member_of(SchoolFactory())
    assert as_user(stranger).post(LIST, body | {"fair": None}, content_type="application/json").status_code in (
        400,
        422,
    )


def test_an_agreement_is_drafted_of_an_outcome_once(world):
    body = {"kind": "intent", "outcome": str(world.outcome.public_id)}
    answers = [as_user(world.hr).post(LIST, body, content_type="application/json") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert len({answer.json()["public_id"] for answer in answers}) == 1
    stranger = member_of(SchoolFactory())
    assert as_user(stranger).post(LIST, body, content_type="application/json").status_code == 400


def test_what_is_wrong_with_a_new_content_is_all_said_at_its_place(world):
    body = {
        "kind": "project",
        "parties": [str(world.school.public_id), str(world.enterprise.public_id)],
        "content": {
            "title": "项目",
            "starts_on": "2024-05-17",
            "ends_on": "2024-06-16",
            "amount": "5.00",
            "funding": [GRANT | {"payee": "second"}],
        },
    }
    answer = as_user(world.hr).post(LIST, body, content_type="application/json")

    assert (answer.status_code, Agreement.objects.count()) == (422, 0)
    assert {"/content/ends_on", "/content/funding"} <= set(problems(answer))


def test_the_open_text_is_read_and_sent_back_changed(world, agreement):
    text = content_of(world.teacher, agreement)
    assert put_text(world.teacher, agreement, text).json()["terms_hash"] == text["terms_hash"]  # nothing has changed

    text = content_of(world.teacher, agreement)
    changed = put_text(world.teacher, agreement, text | {"content": text["content"] | {"place": "深圳"}})

    assert (changed.status_code, changed.json()["content"]["place"]) == (200, "深圳")
    assert changed.json()["version"] == text["version"] + 1
    late = put_text(world.teacher, agreement, text | {"content": text["content"] | {"place": "昭通"}})
    assert (late.status_code, content_of(world.teacher, agreement)["content"]["place"]) == (409, "深圳")


def test_a_text_with_the_other_party_is_not_changed(world, agreement):
    text = content_of(world.hr, agreement)
    assert put_text(world.hr, agreement, text).status_code == 422  # it is with the school
    assert post(world.teacher, agreement, "hand-over", to="second", message="请补充").status_code == 200
    assert put_text(world.hr, agreement, content_of(world.hr, agreement)).status_code == 200


def test_a_line_of_money_twice_is_refused(world, agreement):
    text = content_of(world.teacher, agreement)
    twice = text | {"content": text["content"] | {"funding": [GRANT | {"line": 1}, GRANT | {"line": 1}]}}
    once = text | {"content": text["content"] | {"funding": [GRANT, GRANT]}}

    answer = put_text(world.teacher, agreement, twice)

    assert (answer.status_code, problems(answer)) == (422, ["/content/funding"])
    assert put_text(world.teacher, agreement, once).status_code == 200
    assert [row["line"] for row in content_of(world.teacher, agreement)["content"]["funding"]] == [1, 2]


def test_parties_approve_what_they_read_and_take_it_back(world, agreement):
    digest = make_last(world, agreement)

    assert post(world.teacher, agreement, "approve", party="first", terms_hash="0" * 64).status_code == 409
    assert post(world.hr, agreement, "approve", party="first", terms_hash=digest).status_code == 422
    approved = post(world.teacher, agreement, "approve", party="first", terms_hash=digest)
    assert (approved.status_code, approved.json()["open_text"]["approved_by"]) == (200, ["first"])
    assert post(world.hr, agreement, "approve", party="second", terms_hash=digest).json()["status"] == "approved"
    back = post(world.hr, agreement, "take-back", party="second")
    assert (back.json()["status"], back.json()["open_text"]["with_role"]) == ("draft", "second")
    assert post(world.hr, agreement, "approve", party="sixth", terms_hash=digest).status_code == 422


def test_the_organizer_says_how_a_party_gave_its_word(world, agreement):
    facts = {"party": "first", "terms_hash": make_last(world, agreement)}

    without = post(world.organizer, agreement, "approve", **facts)

    assert (without.status_code, problems(without)) == (422, ["/on_behalf"])
    assert post(world.organizer, agreement, "approve", **facts, on_behalf="盖章函").status_code == 200


def signature(agreement: Agreement, **changes: Any) -> dict[str, Any]:
    facts = {"first_signatory": "李堃", "second_signatory": "陈喆", "second_post": "董事长", "scan": pdf()}
    return {"terms_hash": open_hash(agreement), "signed_on": "2024-05-17"} | facts | changes


def test_sign_records_the_signature_with_its_scan(world, agreement):
    approve_all(agreement, world.organizer)

    answer = send(world.organizer, agreement, "sign", **signature(agreement))

    assert (answer.status_code, answer.json()["status"]) == (200, "in_force")
    assert [party["signatory"] for party in answer.json()["parties"]] == ["李堃", "陈喆"]
    (listed,) = as_user(world.hr).get(path_of(agreement, "files/")).json()
    assert (listed["use"], listed["name"]) == ("scan", "签署页.pdf")
    download = as_user(world.hr).get(listed["url"])
    assert len(b"".join(download.streaming_content)) == listed["size"]
    assert as_user(member_of(EnterpriseFactory())).get(listed["url"]).status_code == 404


def test_a_party_signs_for_itself_alone(world, agreement):
    approve_all(agreement, world.organizer)
    both, own = signature(agreement), signature(agreement, second_signatory="", scan=pdf())

    assert send(world.teacher, agreement, "sign", **both).status_code == 422
    assert send(world.teacher, agreement, "sign", **own).json()["status"] == "approved"
    other = signature(agreement, first_signatory="", scan=pdf())
    assert send(world.hr, agreement, "sign", **other).json()["status"] == "in_force"


def test_sign_twice_or_before_the_approvals_is_a_conflict(world, agreement):
    early = send(world.organizer, agreement, "sign", **signature(agreement))
    approve_all(agreement, world.organizer)
    right = signature(agreement)

    assert early.status_code == 409
    assert send(world.organizer, agreement, "sign", **right).status_code == 200
    assert send(world.organizer, agreement, "sign", **right | {"scan": pdf()}).status_code == 409


def test_sign_with_a_mistake_names_its_place(world, agreement):
    approve_all(agreement, world.organizer)
    forged = SimpleUploadedFile("签署页.pdf", b"<script>alert(1)</script>", "application/pdf")

    future = send(world.organizer, agreement, "sign", **signature(agreement, signed_on="2999-01-01"))
    no_scan = send(world.organizer, agreement, "sign", **signature(agreement, scan=forged))

    assert (future.status_code, problems(future)) == (422, ["/signed_on"])
    assert (no_scan.status_code, problems(no_scan)) == (400, ["/scan"])
    agreement.refresh_from_db()
    assert (agreement.status, AgreementFile.objects.count()) == ("approved", 0)
    assert send(world.organizer, agreement, "sign", **signature(agreement)).status_code == 200


def test_a_draft_is_rejected_by_the_party_that_has_it_and_withdrawn_by_another(world, agreement):
    reader = member_of(world.school, role="reader")

    assert post(reader, agreement, "give-up", reason="不需要").status_code == 422
    rejected = post(world.teacher, agreement, "give-up", reason="专业不符", party="first")
    assert rejected.json()["status"] == "rejected"
    assert as_user(world.teacher).get(path_of(agreement, "text/")).status_code == 404
    assert post(world.teacher, agreement, "give-up", reason="再来").status_code == 409


def test_an_amendment_and_an_extension_stand_beside_the_valid_text(world, signed):
    opened = post(world.hr, signed, "amend", party="second", reason="增加人数")
    assert (opened.status_code, opened.json()["number"], opened.json()["change"]) == (201, 2, "amendment")
    assert post(world.teacher, signed, "amend", party="first", reason="也要改").status_code == 409
    texts = as_user(world.teacher).get(path_of(signed, "texts/")).json()
    assert [(text["number"], text["status"]) for text in texts] == [(2, "open"), (1, "current")]
    assert {row["role"] for row in texts[1]["signatures"]} == {"first", "second"}

    assert post(world.hr, signed, "give-up", reason="不改了").json()["status"] == "in_force"
    longer = post(world.hr, signed, "extend", party="second", reason="延期", ends_on="2100-01-01")
    assert (longer.status_code, longer.json()["content"]["ends_on"]) == (201, "2100-01-01")


def test_an_agreement_is_renewed_once(world, signed):
    renewed = post(world.hr, signed, "renew")

    assert (renewed.status_code, renewed.json()["predecessor"]) == (201, str(signed.public_id))
    assert post(world.hr, signed, "renew").status_code == 409


def test_an_agreement_is_completed_with_a_note(world, signed):
    version = as_user(world.hr).get(path_of(signed)).json()["version"]
    facts = {"ended_on": "2024-06-01", "closing_note": "完成"}

    assert post(world.hr, signed, "complete", version=version - 1, **facts).status_code == 409
    assert post(world.hr, signed, "complete", version=version, **facts).json()["status"] == "completed"


def test_notice_is_given_taken_back_and_ends_it_when_both_have(world, signed):
    facts = {"reason": "停招", "effective_on": "2099-01-01"}

    given = post(world.teacher, signed, "notice", party="first", **facts)
    assert given.json()["notices"] == [
        {"role": "first", "reason": "停招", "given_on": given.json()["notices"][0]["given_on"]}
        | {"effective_on": "2099-01-01"}
    ]
    assert post(world.hr, signed, "take-back-notice", party="first").status_code == 422
    assert post(world.teacher, signed, "take-back-notice", party="first").json()["status"] == "in_force"
    post(world.teacher, signed, "notice", party="first", **facts)
    assert post(world.hr, signed, "notice", party="second", **facts).json()["status"] == "terminated"


def test_particulars_change_without_an_approval(world, agreement):
    approve_all(agreement, world.organizer)
    client = as_user(world.hr)

    def change(role: str, **body: str) -> Any:
        return client.patch(path_of(agreement, f"parties/{role}/"), body, content_type="application/json")

    assert change("second", contact="王芳").json()["contact"] == "王芳"
    assert change("second", own_number="CY-7").json()["contact"] == "王芳"  # what is left out stays
    assert (change("first", contact="王芳").status_code, change("ninth", contact="x").status_code) == (422, 404)
    agreement.refresh_from_db()
    assert agreement.status == "approved"


def test_payments_are_recorded_with_proof_and_cancelled(world, signed):
    facts = {"line": 1, "paid_on": "2024-06-30"}

    paid = send(world.hr, signed, "payments", **facts, amount="600.50", proof=pdf("回单.pdf"))
    assert (paid.status_code, paid.json()["amount"]) == (201, "600.50")
    too_much = send(world.hr, signed, "payments", **facts, amount="400.01")
    assert (too_much.status_code, problems(too_much)) == (422, ["/amount"])
    assert send(world.hr, signed, "payments", **facts | {"line": 9}, amount="1.00").status_code == 404
    (ledger,) = as_user(world.teacher).get(path_of(signed, "payments/")).json()
    assert (ledger["paid"], len(ledger["instalments"]), ledger["payments"][0]["proof"]) == (
        "600.50",
        2,
        paid.json()["proof"],
    )
    cancelled = post(world.hr, signed, f"payments/{paid.json()['public_id']}/cancel")
    assert (cancelled.status_code, cancelled.json()["cancelled_at"] is None) == (200, False)
    assert post(world.hr, signed, f"payments/{paid.json()['public_id']}/cancel").status_code == 409
    assert as_user(world.hr).get(path_of(signed, "payments/")).json()[0]["paid"] == "0.00"
    assert Payment.objects.count() == 1


def test_milestones_are_planned_reached_opened_again_and_taken_off(world, signed):
    planned = post(world.hr, signed, "milestones", title="开班", due_on="2024-09-01")
    one = f"milestones/{planned.json()['public_id']}"

    assert planned.status_code == 201
    reached = send(world.hr, signed, f"{one}/reach", done_on="2024-09-02", evidence=pdf("开班.pdf"))
    assert (reached.status_code, reached.json()["done_on"]) == (200, "2024-09-02")
    assert reached.json()["evidence"] == str(AgreementFile.objects.get(use="evidence").public_id)
    assert as_user(world.hr).delete(path_of(signed, f"{one}/")).status_code == 409
    assert post(world.hr, signed, f"{one}/reopen").json()["done_on"] is None
    assert as_user(world.hr).delete(path_of(signed, f"{one}/")).status_code == 204
    assert as_user(world.hr).get(path_of(signed, "milestones/")).json() == []


def test_results_are_recorded_and_corrected(world, signed):
    facts = {"cooperation_kind": "internship", "year": 2024}

    assert send(world.hr, signed, "results", **facts, people=9).json()["people"] == 9
    assert send(world.teacher, signed, "results", **facts, people=8).status_code == 200
    assert [row["people"] for row in as_user(world.hr).get(path_of(signed, "results/")).json()] == [8]
    assert send(world.hr, signed, "results", **facts | {"cooperation_kind": "nothing"}, people=9).status_code == 400


def test_an_annex_is_a_term_and_is_taken_out_again(world, agreement):
    text = content_of(world.teacher, agreement)
    added = send(world.teacher, agreement, "files", version=text["version"], file=pdf("实训清单.pdf"))
    assert (added.status_code, added.json()["use"]) == (201, "annex")

    with_annex = content_of(world.teacher, agreement)
    assert with_annex["terms_hash"] != text["terms_hash"]
    assert with_annex["content"]["annexes"] == [{"name": "实训清单.pdf", "sha256": added.json()["sha256"]}]
    assert put_text(world.teacher, agreement, with_annex).json()["content"]["annexes"] != []  # not lost by an edit
    version = content_of(world.teacher, agreement)["version"]
    out = f"files/{added.json()['public_id']}/take-out"
    assert post(world.teacher, agreement, out, version=version).status_code == 204
    assert content_of(world.teacher, agreement)["terms_hash"] == text["terms_hash"]


def test_documents_are_asked_for_and_then_listed(world, agreement):
    client = as_user(world.hr)
    path = path_of(agreement, "documents/")
    assert client.get(path).json() == []

    asked = client.post(path, {"language": "zh-hans"}, content_type="application/json")
    assert (asked.status_code, asked.json()["public_id"]) == (202, str(Job.objects.get().public_id))
    run(Job.objects.get().pk)

    listed = client.get(path).json()
    stored = AgreementDocument.objects.get(format="pdf")
    assert [row["format"] for row in listed] == ["docx", "pdf"]
    assert listed[1]["sha256"] == stored.sha256
    download = client.get(listed[1]["url"])
    assert len(b"".join(download.streaming_content)) == stored.size


def test_documents_in_an_unknown_language_are_refused(world, agreement):
    assert post(world.hr, agreement, "documents", language="fr").status_code == 400
    assert Job.objects.count() == 0


def test_documents_asked_for_by_two_are_jobs_that_each_can_follow(world, agreement):
    for person in (world.hr, world.teacher, world.hr):
        asked = post(person, agreement, "documents", language="en")
        assert as_user(person).get(f"/api/v1/jobs/{asked.json()['public_id']}/").status_code == 200
    assert Job.objects.count() == 2
    for job in Job.objects.all():
        assert run(job.pk)
    assert (AgreementDocument.objects.count(), Job.objects.filter(state="done").count()) == (2, 2)
