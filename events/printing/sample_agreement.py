"""A made-up agreement with all that a paper can carry, to check templates against and to try them with."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from events.printing.context import (
    AgreementDocument,
    AgreementKind,
    CooperationTerm,
    Funding,
    HeadCount,
    Instalment,
    InternshipFacts,
    MajorRow,
    Origin,
    Party,
)
from events.printing.formatting import Language

SCHOOL = Party(
    role="甲方",
    side="school",
    name="昭通市样本职业教育中心",
    short_name="样本职教中心",
    own_number="样协〔2024〕7号",
    uscc="12530600MB0EXAMP2L",
    address="云南省昭通市昭阳区样本街2号",
    representative="䶮明",
    signatory="䶮明",
    signatory_post="校长",
    signed_on=date(2024, 5, 17),
)
ENTERPRISE = Party(
    role="乙方",
    side="enterprise",
    name="深圳市样本精密技术股份有限公司",
    short_name="样本精密",
    uscc="91440300MA5EXAMPL1",
    address="广东省深圳市宝安区燕罗街道样本路1号",
    representative="喆堃",
    signatory="喆堃",
    signatory_post="总经理",
)
GOVERNMENT = Party(role="乙方", side="government", name="深圳市宝安区样本局")
TERMS = (
    CooperationTerm(
        code="order_class",
        name="订单培养项目",
        period_start=date(2024, 9, 1),
        period_end=date(2027, 5, 31),
        head_counts=(HeadCount(year=2025, major="数控技术", people=50),),
        obligations="每班不超过50人。",
        amount_yuan=Decimal(300_000),
    ),
    CooperationTerm(code="training_base", name="共建实训基地", amount_yuan=Decimal(800_000)),
)
FUNDING = Funding(
    payer="乙方",
    payee="甲方",
    purpose="职业培训基金",
    amount_yuan=Decimal(1_100_000),
    instalments=(
        Instalment(due_on=date(2024, 9, 30), amount_yuan=Decimal(600_000)),
        Instalment(due_on=date(2025, 9, 30), amount_yuan=Decimal(500_000)),
    ),
)
HASH = "3f2a9c0b71d4e8564bc1a90f7e6d5c4b3a29181706f5e4d3c2b1a0998877665e"
INTERNSHIP = InternshipFacts(
    post="数控机床操作",
    workplace="深圳市宝安区样本路1号二车间",
    tasks="操作和保养数控机床",
    hours="每日8小时，每周40小时",
    board_and_lodging="企业方免费提供",
    pay_yuan=Decimal("3200.50"),
    pay_day=15,
    insurance="实习责任保险",
    mentor="喆堃",
    teacher="䶮明",
)


def sample_agreement(kind: AgreementKind, language: Language, *, kind_label: str, title: str) -> AgreementDocument:
    """Return the sample of a kind in a language; its papers say that it is one."""
    sample = AgreementDocument(
        number="ZQ-2024-0001",
        version=1,
        kind=kind,
        kind_label=kind_label,
        title=title,
        language=language,
        parties=(SCHOOL, GOVERNMENT if kind == "gov_school" else ENTERPRISE),
        purpose="共同培养智能制造领域的技术技能人才。",
        period_start=date(2024, 6, 1),
        period_end=date(2027, 5, 31),
        cooperation=TERMS,
        funding=(FUNDING,),
        total_yuan=FUNDING.amount_yuan,
        place="深圳市宝安区",
        signed_on=date(2024, 5, 17),
        origin=Origin(fair="样本对接会", meeting="2024-05-17 09:30 12"),
        annex_majors=(MajorRow(code="460103", name="数控技术", level="高职专科", year=2025, people=50),),
        sample=True,
        terms_hash=HASH,
        state="approved",
        verify_url=f"https://zhiqiao.example/agreements/verify/ZQ-2024-0001/1/{HASH[:12]}/",
    )
    return replace(sample, internship=INTERNSHIP) if kind == "internship" else sample
