"""The fixed words of the documents: labels, column heads, marks. Clauses are in clauses and general_clauses."""

from collections.abc import Mapping

from events.printing.formatting import Language

ROLES: Mapping[str, str] = {
    "甲方": "Party A",
    "乙方": "Party B",
    "丙方": "Party C",
    "丁方": "Party D",
    "戊方": "Party E",
    "己方": "Party F",
}
"""The roles of parties, in the order in which they are given, with their English names."""

STUDENT_ROLE = "丙方"
"""The student's role in an internship agreement, of which the two others are school and enterprise."""

SIDES: Mapping[str, Mapping[Language, str]] = {
    "enterprise": {"zh": "企业方", "en": "enterprise"},
    "school": {"zh": "学校方", "en": "school"},
    "government": {"zh": "政府方", "en": "government"},
    "association": {"zh": "行业组织方", "en": "association"},
}

WATERMARK: Mapping[Language, str] = {"zh": "样 本", "en": "SAMPLE"}
STATE_WATERMARKS: Mapping[str, Mapping[Language, str]] = {
    "draft": {"zh": "草 案", "en": "DRAFT"},
    "superseded": {"zh": "已 替 代", "en": "SUPERSEDED"},
}
"""What stands behind the text of an agreement that is not to be relied on, by its state."""

SAMPLE_MARK: Mapping[Language, str] = {
    "zh": "样本，仅供演示，不具有法律效力",
    "en": "SAMPLE for demonstration, without legal effect",
}

AGREEMENT_LABELS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "number": "协议编号：",
        "kind": "协议类型：",
        "version": "版本：",
        "hash": "校验码：",
        "full_hash": "条款校验码（SHA-256）：",
        "scan": "扫码核验",
        "verify": "核验网址：",
        "amount": "协议金额：",
        "own_number": "本方编号",
        "uscc": "统一社会信用代码",
        "address": "住所",
        "representative": "法定代表人",
        "head": "负责人",
        "signing": "（以下无正文，为签署页）",
        "seal": "（盖章）",
        "signature": "法定代表人或授权代表（签字）",
        "signatory": "签字人姓名",
        "post": "职务",
        "signed_on": "签署日期",
        "majors": "合作专业和人数",
        "payments": "经费拨付计划",
        "total": "合计",
    },
    "en": {
        "number": "Agreement No. ",
        "kind": "Kind: ",
        "version": "",  # "Version 2" needs none
        "hash": "Hash: ",
        "full_hash": "Hash of the terms (SHA-256): ",
        "scan": "Scan to verify",
        "verify": "Verify at: ",
        "amount": "Amount: ",
        "own_number": "Own number",
        "uscc": "Unified social credit code",
        "address": "Address",
        "representative": "Legal representative",
        "head": "Head",
        "signing": "(Signatures follow; no further text.)",
        "seal": " (seal)",
        "signature": "Authorized signature",
        "signatory": "Name",
        "post": "Post",
        "signed_on": "Date",
        "majors": "Majors and numbers of people",
        "payments": "Schedule of payments",
        "total": "Total",
    },
}

STUDENT_LABELS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "side": "学生",
        "note": "（姓名、身份证号等由学生本人在签署处填写）",
        "signature": "学生（签字）",
        "guardian": "{0}的监护人",
        "guardian_note": "（学生未满十八周岁的，由监护人签字同意）",
        "guardian_signature": "监护人（签字）",
    },
    "en": {
        "side": "student",
        "note": "(name, identity number and so on are written by the student where he or she signs)",
        "signature": "Student's signature",
        "guardian": "Guardian of {0}",
        "guardian_note": "(who signs to consent if the student is under 18)",
        "guardian_signature": "Guardian's signature",
    },
}
# What the student and the guardian write by hand, above their signatures.
STUDENT_BLANKS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("姓名", "身份证号", "专业和班级", "联系电话"),
    "en": ("Name", "Identity number", "Major and class", "Telephone"),
}
GUARDIAN_BLANKS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("姓名", "与学生的关系", "联系电话"),
    "en": ("Name", "Relation to the student", "Telephone"),
}

# Column heads in the order of the annexes' columns; the kind stands between school and code where several are planned.
MAJORS_COLUMNS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("序号", "院校", "专业代码", "专业名称", "培养层次", "毕业年份", "人数"),
    "en": ("No.", "School", "Code", "Major", "Level", "Class of", "People"),
}
MAJORS_KIND_COLUMN: Mapping[Language, str] = {"zh": "合作类型", "en": "Cooperation"}
MAJORS_KIND_PLACE = 2
PAYMENTS_COLUMNS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("序号", "付款方", "收款方", "用途", "拨付日期", "金额（元）"),
    "en": ("No.", "Payer", "Payee", "Purpose", "Due on", "Amount (RMB)"),
}

BRIEF_LABELS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "fair": "活动名称",
        "dates": "举办日期",
        "place": "举办地点",
        "host": "主办单位",
        "issued": "编印日期：",
        "table": "统计数据",
        "item": "指标",
        "value": "数值",
        "unit": "单位",
        "note": "说明",
    },
    "en": {
        "fair": "Fair",
        "dates": "Dates",
        "place": "Place",
        "host": "Host",
        "issued": "Issued on ",
        "table": "Figures",
        "item": "Figure",
        "value": "Value",
        "unit": "Unit",
        "note": "Note",
    },
}

TIMETABLE_LABELS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "version": "日程第{0}版",
        "place": "地点：",
        "people": "参会人员：",
        "time": "时间",
        "table": "桌号",
        "partner": "洽谈单位",
        "with": "对方人员",
        "subject": "洽谈内容",
        "notes": "洽谈记录",
        "talks": "本日洽谈{0}场",
        "empty": "本日没有安排洽谈。",
    },
    "en": {
        "version": "Timetable version {0}",
        "place": "Place: ",
        "people": "Attending: ",
        "time": "Time",
        "table": "Table",
        "partner": "Partner",
        "with": "Their people",
        "subject": "Subject",
        "notes": "Notes",
        "talks": "Talks on this day: {0}",
        "empty": "No talks are planned on this day.",
    },
}


def version_label(version: int, language: Language) -> str:
    """Return 第2版 or Version 2."""
    return f"第{version}版" if language == "zh" else f"Version {version}"


def page_words(language: Language) -> tuple[str, str, str]:
    """Return what stands before the page's number, between it and the number of pages, and after."""
    return ("第 ", " 页　共 ", " 页") if language == "zh" else ("Page ", " of ", "")
