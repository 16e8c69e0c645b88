"""The fixed words of the documents: labels, column heads, marks. Clauses are in clauses and general_clauses."""

from collections.abc import Mapping

from events.printing.formatting import Language

ROLES: Mapping[str, str] = {
    "甲方": "Party A",
    "乙方": "Party B",
    "丙方": "Party C",
    "丁方": "Party D",
    "戊方": "Party E",
}
"""The roles of parties, in the order in which they are given, with their English names."""

SIDES: Mapping[str, Mapping[Language, str]] = {
    "enterprise": {"zh": "企业方", "en": "enterprise"},
    "school": {"zh": "学校方", "en": "school"},
    "government": {"zh": "政府方", "en": "government"},
    "association": {"zh": "行业组织方", "en": "association"},
}

WATERMARK: Mapping[Language, str] = {"zh": "样 本", "en": "SAMPLE"}
SAMPLE_MARK: Mapping[Language, str] = {
    "zh": "样本，仅供演示，不具有法律效力",
    "en": "SAMPLE for demonstration, without legal effect",
}

AGREEMENT_LABELS: Mapping[Language, Mapping[str, str]] = {
    "zh": {
        "number": "协议编号：",
        "kind": "协议类型：",
        "version": "版本：",
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
        "version": "Version: ",
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

# Column heads in the order of the annexes' columns.
MAJORS_COLUMNS: Mapping[Language, tuple[str, ...]] = {
    "zh": ("序号", "院校", "专业代码", "专业名称", "培养层次", "毕业年份", "人数"),
    "en": ("No.", "School", "Code", "Major", "Level", "Class of", "People"),
}
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
