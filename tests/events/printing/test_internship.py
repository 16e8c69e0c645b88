"""The tripartite internship agreement: what the national rules want in it, and a student whom nobody stores."""

from dataclasses import replace
from decimal import Decimal

import pytest

from events.printing import AgreementDocument, CooperationTerm, DocumentDataError, InternshipFacts, as_docx, as_pdf
from tests.events.printing.reading_back import pdf_pages, word_paragraphs
from tests.events.printing.samples import ENTERPRISE, GOVERNMENT, SCHOOL
from tests.events.printing.samples_of_kinds import INTERNSHIP_FACTS, of_kind

INTERNSHIP = of_kind("internship", "zh")


def articles_of(document):
    """Return the paragraphs of every article by its heading without the number."""
    return {
        article["heading"].replace(". ", "　", 1).partition("　")[2]: [
            paragraph["lead"] + paragraph["text"] for paragraph in article["paragraphs"]
        ]
        for article in document.as_dict()["articles"]
    }


def problems_of(**changes):
    with pytest.raises(DocumentDataError) as refusal:
        replace(INTERNSHIP, **changes)
    return [str(problem) for problem in refusal.value.problems]


def test_articles_are_those_that_the_rules_want():
    assert list(articles_of(INTERNSHIP)) == [
        "实习目的",
        "实习安排",
        "工作时间、休息和食宿",
        "实习报酬",
        "劳动保护和安全",
        "保险和伤亡事故处理",
        "三方职责",
        "禁止事项",
        "实习考核",
        "其他约定",
        "保密和个人信息保护",
        "违约责任",
        "变更和解除",
        "协议效力",
        "争议解决",
        "文本和生效",
    ]
    assert len(articles_of(replace(of_kind("internship", "en"), purpose="", cooperation=()))) == 14


@pytest.mark.parametrize(
    ("article", "words"),
    [
        ("工作时间、休息和食宿", ["每日不超过八小时", "不安排加班和夜班", "休息日和法定节假日"]),
        ("实习报酬", ["百分之八十", "直接支付给丙方", "支付周期不超过一个月", "不经第三方转发"]),
        ("劳动保护和安全", ["劳动防护用品", "未经教育培训或者考核不合格的不上岗", "有权拒绝违章指挥"]),
        ("保险和伤亡事故处理", ["实习责任保险", "保险费用不由丙方承担", "立即救治"]),
        ("禁止事项", ["未满十六周岁", "一年级在校学生", "押金", "扣押学生的身份证", "提供担保", "高空、井下"]),
        ("三方职责", ["不通过中介机构"]),
        ("实习考核", ["共同考核", "学分"]),
        ("违约责任", ["赔偿责任", "不约定由丙方支付违约金"]),
        ("变更和解除", ["可以立即终止实习", "书面签署"]),
        ("协议效力", ["不是劳动合同", "以示范文本为准"]),
        ("文本和生效", ["一式六份，甲方、乙方和丙方各执两份", "未满十八周岁的，还须其监护人知情并签字同意"]),
    ],
)
def test_articles_hold_the_safeguards_of_the_rules(article, words):
    text = "\n".join(articles_of(INTERNSHIP)[article])
    assert [word for word in words if word not in text] == []


def test_facts_of_the_post_are_printed_and_the_others_left_to_the_pen():
    articles, blank = articles_of(INTERNSHIP), "＿" * 18
    assert articles["实习安排"][:6] == [
        "实习岗位：数控机床操作",
        "实习地点：深圳市宝安区样本路1号二车间",
        f"实习内容：{blank}",
        "实习期限：2024年9月1日至2025年2月28日。",
        f"甲方指导人员及电话：{INTERNSHIP_FACTS.mentor}",
        f"乙方指导教师及电话：{blank}",
    ]
    assert articles["实习报酬"][:2] == [
        "报酬标准：每月人民币3,200.50元（大写：人民币叁仟贰佰元伍角）。",
        "支付日期：每月15日前。",
    ]
    assert articles["其他约定"] == ["具体约定：实习学生住宿由甲方免费提供。"]
    unknown = articles_of(replace(INTERNSHIP, internship=None))
    assert unknown["实习安排"][0] == f"实习岗位：{blank}"
    assert unknown["实习报酬"][:2] == [
        "报酬标准：每月人民币＿＿＿＿＿＿元（大写：＿＿＿＿＿＿＿＿）。",
        "支付日期：每月＿＿＿日前。",
    ]


def test_host_and_school_are_called_by_the_roles_that_they_have():
    school_first = replace(INTERNSHIP, parties=(replace(SCHOOL, role="甲方"), replace(ENTERPRISE, role="乙方")))
    assert "乙方参考本单位相同岗位的报酬标准" in "".join(articles_of(school_first)["实习报酬"])
    assert "甲方参考本单位相同岗位的报酬标准" in "".join(articles_of(INTERNSHIP)["实习报酬"])
    english = articles_of(of_kind("internship", "en"))
    assert "Party C remains a student of Party B" in "".join(english["Effect"])


def test_a_clause_and_what_is_particular_are_printed_as_further_agreements():
    term = CooperationTerm(code="own", name="岗位实习", clause="第一行。\n第二行。", amount_yuan=Decimal(600))
    articles = articles_of(replace(INTERNSHIP, cooperation=(term,), total_yuan=Decimal(600)))
    assert articles["其他约定"] == ["第一行。", "第二行。", "本项经费：人民币600.00元（大写：人民币陆佰元整）。"]
    assert articles["合作经费"][0].startswith("本协议涉及的经费合计")


@pytest.mark.parametrize(
    ("language", "lines"),
    [
        (
            "zh",
            [
                "丙方（学生）",
                "姓名：",
                "身份证号：",
                "专业和班级：",
                "联系电话：",
                "学生（签字）：",
                "丙方的监护人",
                "监护人（签字）：",
            ],
        ),
        ("en", ["Party C (student)", "Name: ", "Identity number: ", "Student's signature: ", "Guardian of Party C"]),
    ],
)
def test_the_student_and_the_guardian_sign_by_hand_and_nothing_is_known_of_them(language, lines):
    document = of_kind("internship", language)
    paragraphs = [paragraph.replace("\t", "") for paragraph in word_paragraphs(as_docx(document))]
    assert [line for line in lines if line not in paragraphs] == []
    last = pdf_pages(as_pdf(document))[-1]
    assert all(line.replace(" ", "").rstrip("：:") in last for line in lines)
    assert not [field for field in AgreementDocument.__dataclass_fields__ if "student" in field or "guardian" in field]


def test_the_student_is_in_no_other_kind():
    assert of_kind("framework", "zh").as_dict()["student"] is None
    assert "监护人" not in "".join(pdf_pages(as_pdf(of_kind("project", "zh"))))
    assert "监护人" in "".join(pdf_pages(as_pdf(INTERNSHIP)))


@pytest.mark.parametrize(
    ("parties", "problems"),
    [
        ((ENTERPRISE, replace(ENTERPRISE, role="乙方")), ["$.parties: an internship agreement has two parties"]),
        ((SCHOOL, replace(SCHOOL, role="甲方")), ["$.parties: an internship agreement has two parties"]),
        (
            (ENTERPRISE, SCHOOL, GOVERNMENT),
            ["$.parties: an internship agreement has two parties", "$.parties[2].role: 丙方 is the student"],
        ),
        ((ENTERPRISE, replace(SCHOOL, role="丙方")), ["$.parties[1].role: 丙方 is the student"]),
    ],
)
def test_its_parties_are_a_school_and_who_takes_the_interns(parties, problems):
    found = problems_of(parties=parties)
    assert [words[: len(start)] for words, start in zip(found, problems, strict=True)] == problems
    assert replace(INTERNSHIP, parties=(replace(ENTERPRISE, side=""), SCHOOL))


def test_facts_of_the_post_must_be_possible():
    assert problems_of(internship=InternshipFacts(pay_day=32)) == ["$.internship.pay_day: 32 is not a day of a month"]
    assert problems_of(internship=InternshipFacts(pay_yuan=Decimal(-1))) == [
        "$.internship.pay_yuan: -1 is not an amount of yuan"
    ]
    with pytest.raises(DocumentDataError, match="belongs to an agreement of the kind internship"):
        replace(of_kind("project", "zh"), internship=InternshipFacts())
