"""What each kind of agreement says of its own, and what any number of parties, terms and majors makes of it."""

from dataclasses import replace

import pytest

from events.printing import CooperationTerm, DocumentDataError, HeadCount, as_docx, as_pdf
from tests.events.printing.reading_back import pdf_pages, squeezed, word_paragraphs
from tests.events.printing.samples import AGREEMENT, ENTERPRISE, GOVERNMENT, SCHOOL
from tests.events.printing.samples_of_kinds import (
    ASSOCIATION,
    KIND_LABELS,
    SIX_PARTIES,
    TWO_PLANS,
    TWO_PLANS_MAJORS,
    of_kind,
)
from tests.events.printing.test_context import texts_of

GOV_SCHOOL = of_kind("gov_school", "zh")


@pytest.mark.parametrize(("language", "heading"), [("zh", "协议效力"), ("en", "Effect")])
def test_every_kind_has_its_own_preamble_and_its_own_effect(language, heading):
    papers = [of_kind(kind, language) for kind in KIND_LABELS]
    assert len({paper.as_dict()["preamble"] for paper in papers}) == len(KIND_LABELS) == 6
    assert len({tuple(texts_of(paper, heading)) for paper in papers}) == 6


@pytest.mark.parametrize(
    ("kind", "effect"),
    [
        ("framework", "本协议为框架协议"),
        ("intent", "本协议不设定法律上的强制义务"),
        ("strategic", "确立三方长期、全面的合作伙伴关系"),
        ("project", "并赔偿由此给对方造成的直接损失"),
        ("gov_school", "不构成对第三人的行政许可"),
        ("internship", "乙方的学生"),
    ],
)
def test_the_effect_says_what_binds(kind, effect):
    assert effect in "".join(texts_of(of_kind(kind, "zh"), "协议效力"))


def test_government_and_school_speak_of_their_own_duties_and_disputes():
    duties = "".join(texts_of(GOV_SCHOOL, "职责"))
    assert "政府方做好统筹协调" in duties
    assert "围绕当地产业和就业需求优化专业设置" in duties
    assert "企业方" not in duties
    assert "上级主管部门协调" in texts_of(GOV_SCHOOL, "争议解决")[0]
    assert "上级主管部门" not in texts_of(AGREEMENT, "争议解决")[0]
    with_enterprise = replace(GOV_SCHOOL, parties=(*GOV_SCHOOL.parties, replace(ENTERPRISE, role="丙方")))
    with_enterprise_duties = "".join(texts_of(with_enterprise, "职责"))
    assert "企业方确定责任部门" in with_enterprise_duties
    assert "支持企业方选才育人" in with_enterprise_duties


def test_a_new_kind_of_cooperation_names_no_enterprise_where_none_signs():
    term = CooperationTerm(code="of_this_site", name="校园招聘周")
    changes = {"cooperation": (term,), "annex_majors": ()}
    assert texts_of(replace(GOV_SCHOOL, **changes), "合作内容")[2].startswith("学校方会同参加合作的企业")
    assert texts_of(replace(AGREEMENT, **changes), "合作内容")[2].startswith("校企双方按年度计划")


@pytest.mark.parametrize(
    "parties",
    [
        (ENTERPRISE, SCHOOL),
        (replace(GOVERNMENT, role="甲方"), replace(ENTERPRISE, role="乙方")),
        (replace(GOVERNMENT, role="甲方"), replace(SCHOOL, side="")),
    ],
)
def test_an_agreement_of_government_and_school_needs_both(parties):
    with pytest.raises(DocumentDataError) as refusal:
        replace(GOV_SCHOOL, parties=parties)
    assert [str(problem) for problem in refusal.value.problems] == [
        "$.parties: an agreement of government and school needs a party of each"
    ]
    assert replace(GOV_SCHOOL, parties=(replace(ASSOCIATION, role="丙方"), *GOV_SCHOOL.parties))


def test_a_clause_of_the_site_stands_instead_of_the_standard_one():
    own = replace(AGREEMENT.cooperation[0], clause="本站条款第一段。\n\n本站条款第二段。")
    texts = texts_of(replace(AGREEMENT, cooperation=(own, AGREEMENT.cooperation[1])), "合作内容")
    assert texts[2:4] == ["本站条款第一段。", "本站条款第二段。"]
    assert not any("组建订单班" in text for text in texts)
    assert any("组建订单班" in text for text in texts_of(AGREEMENT, "合作内容"))


def test_six_parties_sign_each_with_its_own_number():
    agreement = replace(AGREEMENT, parties=SIX_PARTIES)
    words = agreement.as_dict()
    assert [party["role"] for party in words["parties"]] == ["甲方", "乙方", "丙方", "丁方", "戊方", "己方"]
    assert [len(row) for row in words["party_rows"]] == [2, 2, 2]
    assert "各方职责" in "".join(article["heading"] for article in words["articles"])
    assert "一式十二份，甲方、乙方、丙方、丁方、戊方和己方各执两份" in "".join(texts_of(agreement, "文本和生效"))
    english = replace(agreement, language="en").as_dict()
    assert english["parties"][5]["label"] == "Party F (enterprise)"
    paragraphs = word_paragraphs(as_docx(agreement))
    assert [paragraphs[at + 1] for at, text in enumerate(paragraphs) if text == "本方编号"] == ["CY-2024-18", "协-7"]
    pdf = "".join(pdf_pages(as_pdf(agreement)))
    assert pdf.count("（盖章）") == 6
    assert pdf.count("本方编号") == 2


def test_seven_parties_are_too_many():
    seventh = replace(ENTERPRISE, role="庚方")
    with pytest.raises(DocumentDataError, match="two to six parties, not 7"):
        replace(AGREEMENT, parties=(*SIX_PARTIES, seventh))


def test_the_annex_names_the_kind_of_cooperation_where_several_plan_people():
    agreement = replace(AGREEMENT, cooperation=TWO_PLANS, annex_majors=TWO_PLANS_MAJORS)
    majors = agreement.as_dict()["majors"]
    assert majors["columns"] == ["序号", "院校", "合作类型", "专业代码", "专业名称", "培养层次", "毕业年份", "人数"]
    assert [row[2] for row in majors["rows"]] == ["订单培养项目", "订单培养项目", "岗位实习"]
    assert [len(row) for row in majors["rows"]] == [8, 8, 8]
    both_plan_it = replace(TWO_PLANS[1], head_counts=(HeadCount(year=2025, major="数控技术", people=1),))
    doubtful = replace(agreement, cooperation=(TWO_PLANS[0], both_plan_it)).as_dict()["majors"]
    assert doubtful["rows"][0][2] == ""
    one = replace(agreement, cooperation=TWO_PLANS[:1]).as_dict()["majors"]
    assert (one["with_kinds"], len(one["columns"]), len(one["rows"][0])) == (False, 7, 7)


def test_many_numbers_of_people_are_told_by_year():
    counts = [HeadCount(year=2025 + place % 2, major=f"专业{place}", people=500 + place) for place in range(7)]
    term = replace(AGREEMENT.cooperation[0], head_counts=tuple(counts))
    texts = texts_of(replace(AGREEMENT, cooperation=(term, AGREEMENT.cooperation[1])), "合作内容")
    assert texts[3:6] == [
        "人数计划：合计3,521人，其中：",
        "2025年专业0500人；2025年专业2502人；2025年专业4504人；2025年专业6506人；合计2,012人。",
        "2026年专业1501人；2026年专业3503人；2026年专业5505人；合计1,509人。",
    ]


def test_the_total_stands_in_the_head_in_figures_and_in_words():
    amount = "协议金额：人民币1,100,000.00元（大写：人民币壹佰壹拾万元整）"
    assert amount in pdf_pages(as_pdf(AGREEMENT))[0]
    assert amount in squeezed("".join(word_paragraphs(as_docx(AGREEMENT))))
    without = replace(AGREEMENT, funding=(), cooperation=(), total_yuan=None)
    assert "协议金额" not in "".join(pdf_pages(as_pdf(without)))
