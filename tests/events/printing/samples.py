"""Documents for the tests: the fair of Bao'an, with invented codes and names in rare characters."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from events.printing import (
    AgreementDocument,
    BriefDocument,
    CooperationTerm,
    Figure,
    Funding,
    HeadCount,
    Instalment,
    MajorRow,
    Origin,
    Party,
    TimetableDay,
    TimetableDocument,
    TimetableEntry,
    TimetableSheet,
)

ENTERPRISE = Party(
    role="甲方",
    side="enterprise",
    name="深圳市样本精密技术股份有限公司",
    short_name="样本精密",
    uscc="91440300MA5EXAMPL1",
    address="广东省深圳市宝安区燕罗街道样本路1号",
    representative="喆堃",
    signatory="喆堃",
    signatory_post="总经理",
    signed_on=date(2024, 5, 17),
)
SCHOOL = Party(
    role="乙方",
    side="school",
    name="昭通市样本职业教育中心",
    short_name="样本职教中心",
    uscc="12530600MB0EXAMP2L",
    address="云南省昭通市昭阳区样本街2号",
    representative="䶮明",
)
GOVERNMENT = Party(role="丙方", side="government", name="深圳市宝安区样本局")

TERMS = (
    CooperationTerm(
        code="order_class",
        name="订单培养项目",
        period_start=date(2024, 9, 1),
        period_end=date(2027, 7, 31),
        head_counts=(
            HeadCount(year=2025, major="智能终端维修技术", people=50),
            HeadCount(year=2026, major="机械制造与自动化", people=60),
        ),
        obligations="每班不超过50人。\n甲方每年派10名工程师到校授课。",
        amount_yuan=Decimal("300000"),
    ),
    CooperationTerm(code="training_base", name="共建实训基地", amount_yuan=Decimal("800000")),
)
FUNDING = (
    Funding(
        payer="甲方",
        payee="乙方",
        purpose="职业培训基金",
        amount_yuan=Decimal("1100000"),
        instalments=(
            Instalment(due_on=date(2024, 6, 30), amount_yuan=Decimal("600000")),
            Instalment(due_on=date(2025, 6, 30), amount_yuan=Decimal("500000.00")),
        ),
    ),
)
MAJORS = (
    MajorRow(code="710104", name="智能终端维修技术", level="中职", year=2025, people=50),
    MajorRow(code="660101", name="机械制造与自动化", level="中职", year=2026, people=1060),
)
AGREEMENT = AgreementDocument(
    number="BA-2024-001",
    version=1,
    kind="framework",
    kind_label="框架协议",
    title="校企合作框架协议",
    language="zh",
    parties=(ENTERPRISE, SCHOOL),
    purpose="共同培养智能终端制造领域的技术技能人才。",
    period_start=date(2024, 6, 1),
    period_end=date(2027, 5, 31),
    cooperation=TERMS,
    funding=FUNDING,
    total_yuan=Decimal("1100000"),
    place="深圳市宝安区",
    signed_on=date(2024, 5, 17),
    origin=Origin(fair="百校千企·职爱宝安", meeting="2024年5月17日第3时段12号桌"),
    annex_majors=MAJORS,
)
ENGLISH_AGREEMENT = replace(
    AGREEMENT,
    language="en",
    title="Framework Agreement on School–Enterprise Cooperation",
    kind_label="Framework agreement",
    purpose="To train skilled people for the making of smart terminals.",
    place="Bao'an, Shenzhen",
)
PLAIN_AGREEMENT = AgreementDocument(
    number="BA-2024-002",
    version=3,
    kind="intent",
    kind_label="意向协议",
    title="校企合作意向协议",
    language="zh",
    parties=(replace(ENTERPRISE, signed_on=None), replace(SCHOOL, side="")),
    purpose="",
    period_start=date(2024, 6, 1),
    period_end=date(2024, 12, 31),
)
THREE_PARTIES = replace(AGREEMENT, parties=(ENTERPRISE, SCHOOL, GOVERNMENT), sample=True)

BRIEF = BriefDocument(
    title="对接洽谈会统计简报",
    language="zh",
    fair="百校千企·职爱宝安",
    start_on=date(2024, 5, 17),
    end_on=date(2024, 5, 18),
    host="深圳市宝安区样本局",
    issued_on=date(2024, 5, 20),
    paragraphs=("57所院校和97家企业参加洽谈。",),
    figures=(
        Figure(label="毕业生人数", value=45218, unit="人", note="2024届"),
        Figure(label="中职和技工院校占比", value=Decimal("64.9"), unit="%"),
    ),
)
TIMETABLE = TimetableDocument(
    title="洽谈日程",
    language="zh",
    fair="百校千企·职爱宝安",
    version=2,
    sheets=(
        TimetableSheet(
            organization="昭通市样本职业教育中心",
            people="䶮明",
            days=(
                TimetableDay(
                    day=date(2024, 5, 17),
                    entries=(
                        TimetableEntry(start="09:00", end="09:40", activity="开幕式", place="报告厅"),
                        TimetableEntry(start="10:00", end="10:20", place="A12", partner="深圳市样本精密技术"),
                    ),
                ),
                TimetableDay(day=date(2024, 5, 18), entries=()),
            ),
        ),
    ),
)
