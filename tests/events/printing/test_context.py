"""The facts of documents: what contradicts itself is refused, what is left becomes words."""

import json
from dataclasses import FrozenInstanceError, replace
from datetime import date
from decimal import Decimal
from typing import get_args

import pytest

from events.printing import CooperationTerm, DocumentDataError, Funding, HeadCount, Instalment
from events.printing.checks import STATES
from events.printing.context import DOCUMENTS, AgreementKind, AgreementState, Role, Side
from events.printing.general_clauses import AIM, DUTIES, EFFECT
from events.printing.wording import ROLES, SIDES
from tests.events.printing.samples import (
    AGREEMENT,
    BRIEF,
    ENGLISH_AGREEMENT,
    ENTERPRISE,
    FUNDING,
    GOVERNMENT,
    MAJORS,
    PLAIN_AGREEMENT,
    SCHOOL,
    TERMS,
    THREE_PARTIES,
    TIMETABLE,
)

NO_ROLE = replace(SCHOOL, role="B")  # type: ignore[arg-type]


def problems_of(**changes):
    with pytest.raises(DocumentDataError) as refusal:
        replace(AGREEMENT, **changes)
    return [str(problem) for problem in refusal.value.problems]


def all_text(document):
    return json.dumps(document.as_dict(), ensure_ascii=False)


def texts_of(document, heading):
    """Return the paragraphs of the article whose heading ends so."""
    article = next(article for article in document.as_dict()["articles"] if article["heading"].endswith(heading))
    return [paragraph["lead"] + paragraph["text"] for paragraph in article["paragraphs"]]


def test_roles_sides_and_kinds_that_may_be_given_are_those_that_have_words():
    assert get_args(Role) == tuple(ROLES)
    assert set(get_args(Side)) == {*SIDES, ""}
    assert set(SIDES) == set(DUTIES)
    assert set(get_args(AgreementKind)) == set(EFFECT) == set(AIM)
    assert get_args(AgreementState) == STATES


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"kind": "internship_tripartite"}, "$.kind: no standard text for agreements of the kind"),
        ({"version": 0}, "$.version: versions are counted from 1"),
        ({"copies_each": 10}, "$.copies_each: each party holds between 1 and 9 originals"),
        ({"parties": (ENTERPRISE,)}, "$.parties: an agreement has two to six parties, not 1"),
        ({"parties": (ENTERPRISE, ENTERPRISE)}, "$.parties[1].role: 甲方 is another party already"),
        ({"parties": (ENTERPRISE, NO_ROLE)}, "$.parties[1].role: 'B' is not the role of a party"),
        ({"parties": (ENTERPRISE, replace(SCHOOL, name=" "))}, "$.parties[1].name: a party needs its full legal name"),
        ({"period_end": date(2024, 5, 31)}, "$.period_end: the agreement ends before it begins"),
        ({"total_yuan": None, "cooperation": ()}, "$.total_yuan: is None, but the fundings add up to 1100000"),
        ({"total_yuan": Decimal("-1")}, "$.total_yuan: -1 is not an amount of yuan"),
        ({"total_yuan": Decimal("NaN")}, "$.total_yuan: NaN is not an amount of yuan"),
        ({"total_yuan": Decimal("0.001")}, "$.total_yuan: 0.001 has more than two decimal places"),
    ],
)
def test_agreement_refuses_facts_that_contradict_each_other(changes, problem):
    assert [found[: len(problem)] for found in problems_of(**changes)] == [problem]


def test_agreement_refuses_instalments_that_do_not_add_up():
    funding = replace(FUNDING[0], instalments=(Instalment(due_on=date(2024, 6, 30), amount_yuan=Decimal(1)),))
    assert problems_of(funding=(funding,)) == ["$.funding[0].instalments: add up to 1, not to 1100000"]


def test_agreement_refuses_a_total_that_is_not_the_sum_of_fundings_and_of_terms():
    assert problems_of(total_yuan=Decimal("1100000.01")) == [
        "$.total_yuan: is 1100000.01, but the fundings add up to 1100000",
        "$.total_yuan: is 1100000.01, but the amounts of the terms add up to 1100000",
    ]
    assert replace(AGREEMENT, total_yuan=Decimal("1100000.00"))


@pytest.mark.parametrize("amount", ["1099999.99", "1100000.01"])
def test_agreement_refuses_terms_that_cost_less_or_more_than_the_total(amount):
    terms = (replace(TERMS[0], amount_yuan=Decimal(amount)), replace(TERMS[1], amount_yuan=None))
    assert problems_of(cooperation=terms) == [
        f"$.total_yuan: is 1100000, but the amounts of the terms add up to {amount}"
    ]
    assert replace(AGREEMENT, cooperation=(replace(TERMS[0], amount_yuan=Decimal("1100000")),))
    assert replace(AGREEMENT, cooperation=(replace(TERMS[0], amount_yuan=None),))  # no term has an amount


def test_agreement_names_the_term_that_is_wrong():
    half = CooperationTerm(code="internship", name="岗位实习", period_start=date(2024, 9, 1))
    backwards = replace(half, period_end=date(2024, 8, 31))
    negative = replace(TERMS[1], head_counts=(HeadCount(year=2025, major="数控技术", people=-1),))
    assert problems_of(cooperation=(half, backwards, negative)) == [
        "$.cooperation[0]: a period needs both its first and its last day, or neither",
        "$.cooperation[1].period_end: the cooperation ends before it begins",
        "$.cooperation[2].head_counts[0].people: is negative",
    ]
    assert problems_of(annex_majors=(replace(MAJORS[0], people=-5),)) == ["$.annex_majors[0].people: is negative"]


def test_timetable_entry_names_a_partner_or_an_activity():
    sheet = TIMETABLE.sheets[0]
    both = replace(sheet.days[0].entries[0], partner="某单位")
    with pytest.raises(DocumentDataError, match=r"\$\.sheets\[0\]\.days\[0\]\.entries\[0\]"):
        replace(TIMETABLE, sheets=(replace(sheet, days=(replace(sheet.days[0], entries=(both,)),)),))


def test_documents_cannot_be_changed_and_are_plain_json_when_worded():
    with pytest.raises(FrozenInstanceError):
        AGREEMENT.number = "other"  # type: ignore[misc]
    for document in (AGREEMENT, ENGLISH_AGREEMENT, PLAIN_AGREEMENT, THREE_PARTIES, BRIEF, TIMETABLE):
        words = document.as_dict()
        assert json.loads(json.dumps(words, ensure_ascii=False)) == words
        assert DOCUMENTS[document.template] is type(document)


def test_articles_are_numbered_without_gaps_and_left_out_when_empty():
    full = [article["heading"] for article in AGREEMENT.as_dict()["articles"]]
    plain = [article["heading"] for article in PLAIN_AGREEMENT.as_dict()["articles"]]
    assert full[0] == "第一条　合作目的"
    assert full[-1] == "第十一条　文本和生效"
    assert plain[0] == "第一条　合作原则"
    assert plain[-1] == "第九条　文本和生效"
    assert not any("经费" in heading for heading in plain)


def test_terms_print_clause_numbers_obligations_and_amount():
    texts = texts_of(AGREEMENT, "合作内容")
    assert texts[1] == "（一）订单培养项目（2024年9月1日至2027年7月31日）"
    assert texts[2].startswith("校企双方按企业方的用人需求组建订单班")
    assert texts[3:7] == [
        "人数计划：2025年智能终端维修技术50人；2026年机械制造与自动化60人；合计110人。",
        "具体约定：每班不超过50人。",
        "甲方每年派10名工程师到校授课。",
        "本项经费：人民币300,000.00元（大写：人民币叁拾万元整）。",
    ]
    assert texts[7] == "（二）共建实训基地"
    assert texts[-1] == "合作涉及的专业和人数见附件一。"


def test_funds_print_payer_payee_amount_and_schedule():
    assert texts_of(AGREEMENT, "合作经费")[:2] == [
        "（一）甲方向乙方提供职业培训基金人民币1,100,000.00元（大写：人民币壹佰壹拾万元整），分两期拨付。",
        "拨付时间和金额见附件二。",
    ]
    assert texts_of(ENGLISH_AGREEMENT, "Funds")[0] == (
        "(1) Party A provides Party B with RMB 1,100,000.00 (in Chinese capitals: 人民币壹佰壹拾万元整) "
        "for: 职业培训基金, in 2 instalments."
    )


def test_funds_print_their_sum_when_there_are_several():
    other = Funding(payer="丙方", payee="乙方", purpose="奖学金", amount_yuan=Decimal("0.50"))
    terms = (TERMS[0], replace(TERMS[1], amount_yuan=Decimal("800000.50")))
    agreement = replace(THREE_PARTIES, funding=(*FUNDING, other), total_yuan=Decimal("1100000.50"), cooperation=terms)
    texts = texts_of(agreement, "合作经费")
    assert texts[1] == "（二）丙方向乙方提供奖学金人民币0.50元（大写：人民币伍角）。"
    assert texts[2] == "本协议涉及的经费合计人民币1,100,000.50元（大写：人民币壹佰壹拾万元伍角）。"


def test_annexes_are_numbered_by_what_is_there():
    words = AGREEMENT.as_dict()
    assert words["majors"]["heading"] == "附件一　合作专业和人数"
    assert words["majors"]["rows"][1] == ["2", "样本职教中心", "660101", "机械制造与自动化", "中职", "2026", "1,060"]
    assert words["majors"]["total"] == "1,110"
    assert words["payments"]["heading"] == "附件二　经费拨付计划"
    assert words["payments"]["rows"][1] == ["2", "甲方", "乙方", "职业培训基金", "2025年6月30日", "500,000.00"]
    assert words["payments"]["total"] == "1,100,000.00"
    without_majors = replace(AGREEMENT, annex_majors=())
    assert without_majors.as_dict()["majors"] is None
    assert without_majors.as_dict()["payments"]["heading"] == "附件一　经费拨付计划"
    assert "拨付时间和金额见附件一。" in texts_of(without_majors, "合作经费")
    assert PLAIN_AGREEMENT.as_dict()["payments"] is None


def test_parties_are_called_by_their_number():
    two, three = all_text(AGREEMENT), all_text(THREE_PARTIES)
    assert "双方职责" in two
    assert "三方在以下方面" not in two
    assert "政府方做好统筹协调" not in two
    assert "一式四份，甲方和乙方各执两份" in two
    assert "三方职责" in three
    assert "三方在以下方面" in three
    assert "政府方做好统筹协调" in three
    assert "一式六份，甲方、乙方和丙方各执两份" in three
    assert THREE_PARTIES.as_dict()["parties"][2]["representative_label"] == "负责人"


def test_what_is_not_known_leaves_room_to_write():
    party = PLAIN_AGREEMENT.as_dict()["parties"][1]
    assert (party["label"], party["signed_on"]) == ("乙方", "　　　　年　　月　　日")
    assert (GOVERNMENT.uscc, THREE_PARTIES.as_dict()["parties"][2]["uscc"]) == ("", "")
    assert texts_of(PLAIN_AGREEMENT, "文本和生效")[0] == "本协议一式四份，甲方和乙方各执两份，具有同等效力。"
    assert texts_of(AGREEMENT, "文本和生效")[0].startswith("本协议于2024年5月17日在深圳市宝安区签订，一式四份，")
    assert texts_of(replace(ENGLISH_AGREEMENT, place=""), "entry into force")[0].startswith(
        "This agreement is signed on 17 May 2024 in 4 originals"
    )
    assert texts_of(PLAIN_AGREEMENT, "合作内容") == ["合作的具体内容由双方另行书面商定。"]
    assert "被告所在地" in texts_of(PLAIN_AGREEMENT, "争议解决")[0]


def test_preamble_names_the_talks_it_came_from():
    assert AGREEMENT.as_dict()["preamble"] == (
        "为深化产教融合、校企合作，在“百校千企·职爱宝安”（2024年5月17日第3时段12号桌）洽谈的基础上，"
        "双方遵循自愿、平等、诚信的原则，经协商一致，订立本协议。"
    )
    assert "洽谈" not in PLAIN_AGREEMENT.as_dict()["preamble"]


def test_brief_and_timetable_word_their_figures():
    assert BRIEF.as_dict()["figures"] == [
        ["毕业生人数", "45,218", "人", "2024届"],
        ["中职和技工院校占比", "64.9", "%", ""],
    ]
    assert BRIEF.as_dict()["facts"][1] == ["举办日期", "2024年5月17日至2024年5月18日"]
    first, second = TIMETABLE.as_dict()["sheets"][0]["days"]
    assert (first["talks"], second["talks"]) == ("本日洽谈1场", "")
    assert [entry["activity"] for entry in first["entries"]] == ["开幕式（报告厅）", ""]
