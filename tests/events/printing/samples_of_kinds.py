"""An agreement of every kind in both languages, with all that a paper can carry."""

from dataclasses import replace
from datetime import date
from decimal import Decimal

from events.printing import AgreementDocument, CooperationTerm, HeadCount, InternshipFacts, MajorRow, Party
from events.printing.context import AgreementKind
from events.printing.formatting import Language
from tests.events.printing.samples import AGREEMENT, ENTERPRISE, GOVERNMENT, SCHOOL

HASH = "3f2a9c0b71d4e8564bc1a90f7e6d5c4b3a29181706f5e4d3c2b1a0998877665e"
VERIFY_URL = "https://zhiqiao.example/verify/BA-2024-001/1?h=3f2a9c0b71d4"
RARE = "䶮喆堃㐂昇珺镕𠮷𬭊〇"

KIND_LABELS: dict[AgreementKind, tuple[str, str]] = {
    "framework": ("框架协议", "Framework agreement"),
    "intent": ("意向协议", "Letter of intent"),
    "strategic": ("战略合作协议", "Strategic agreement"),
    "project": ("项目协议", "Project agreement"),
    "gov_school": ("政校合作协议", "Government–school agreement"),
    "internship": ("三方实习协议", "Tripartite internship agreement"),
}
KINDS = [(kind, language) for kind in KIND_LABELS for language in ("zh", "en")]

ASSOCIATION = Party(role="丁方", side="association", name="深圳市样本行业协会", own_number="协-7")
SECOND_SCHOOL = replace(SCHOOL, role="戊方", name="样本技师学院", short_name="", uscc="", signatory=RARE)
SECOND_ENTERPRISE = replace(ENTERPRISE, role="己方", name="样本机器人（深圳）有限公司", short_name="样本机器人")
SIX_PARTIES = (
    replace(ENTERPRISE, own_number="CY-2024-18"),
    SCHOOL,
    GOVERNMENT,
    ASSOCIATION,
    SECOND_SCHOOL,
    SECOND_ENTERPRISE,
)
INTERNSHIP_FACTS = InternshipFacts(
    post="数控机床操作",
    workplace="深圳市宝安区样本路1号二车间",
    hours="每日8小时，每周40小时，周六、周日休息",
    pay_yuan=Decimal("3200.50"),
    pay_day=15,
    mentor=RARE,
)
INTERNSHIP_TERM = CooperationTerm(code="internship", name="岗位实习", obligations="实习学生住宿由甲方免费提供。")
TWO_PLANS = (
    CooperationTerm(
        code="order_class",
        name="订单培养项目",
        head_counts=(HeadCount(year=2025, major="数控技术", people=50), HeadCount(year=2026, major="护理", people=40)),
    ),
    CooperationTerm(code="internship", name="岗位实习", head_counts=(HeadCount(year=2025, major="护理", people=1030),)),
)
TWO_PLANS_MAJORS = (
    MajorRow(code="660103", name="数控技术", level="中职", year=2025, people=50),
    MajorRow(code="720201", name="护理", level="高职专科", year=2026, people=40, cooperation="订单培养项目"),
    MajorRow(code="720201", name="护理", level="高职专科", year=2025, people=1030),
)


def of_kind(kind: AgreementKind, language: Language) -> AgreementDocument:
    """Return an agreement of that kind with its parties, a number of each party's own, a hash and an address."""
    place = ("zh", "en").index(language)
    school, enterprise = replace(SCHOOL, own_number=f"校合〔2024〕18号{RARE}"), ENTERPRISE
    parties = {
        "gov_school": (replace(GOVERNMENT, role="甲方"), school),
        "internship": (enterprise, school),
        "strategic": (enterprise, school, GOVERNMENT),
    }.get(kind, (enterprise, school))
    agreement = replace(
        AGREEMENT,
        number=f"BA-2024-{kind.upper()}",
        kind=kind,
        kind_label=KIND_LABELS[kind][place],
        title=("关于学生培养的", "On the Training of Students: ")[place] + KIND_LABELS[kind][place],
        language=language,
        parties=parties,
        terms_hash=HASH,
        state="draft",
        verify_url=VERIFY_URL,
        amount_in_words="人民币壹佰壹拾万元整",
    )
    if kind != "internship":
        return agreement
    return replace(
        agreement,
        cooperation=(INTERNSHIP_TERM,),
        funding=(),
        total_yuan=None,
        amount_in_words="",
        origin=None,
        annex_majors=(),
        internship=INTERNSHIP_FACTS,
        period_start=date(2024, 9, 1),
        period_end=date(2025, 2, 28),
    )
