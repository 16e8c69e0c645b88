"""Dates, amounts and lists as they are printed, in Chinese or English."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Literal

from events.printing.chinese_numerals import amount_in_capitals, count_in_chinese

Language = Literal["zh", "en"]

# Not strftime: its names of months follow the locale of the process.
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip


def format_date(day: date, language: Language) -> str:
    """Return 2026年11月22日 or 22 November 2026."""
    if language == "zh":
        return f"{day.year}年{day.month}月{day.day}日"
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}"


def format_period(start: date, end: date, language: Language) -> str:
    """Return both ends of a period, or the one day if they are the same."""
    if start == end:
        return format_date(start, language)
    joint = "至" if language == "zh" else " to "
    return f"{format_date(start, language)}{joint}{format_date(end, language)}"


def format_figures(amount: Decimal | int) -> str:
    """Return yuan in figures with thousands and fen: 1,100,000.00."""
    return f"{Decimal(amount):,.2f}"


def format_amount(amount: Decimal | int, language: Language) -> str:
    """Return an amount of yuan in figures and in Chinese capitals, which prevail in China."""
    figures, capitals = format_figures(amount), amount_in_capitals(amount)
    if language == "zh":
        return f"人民币{figures}元（大写：{capitals}）"
    return f"RMB {figures} (in Chinese capitals: {capitals})"


def join_names(names: Sequence[str], language: Language) -> str:
    """Return 甲方、乙方和丙方 or Party A, Party B and Party C."""
    comma, last = ("、", "和") if language == "zh" else (", ", " and ")
    if len(names) < 2:
        return "".join(names)
    return comma.join(names[:-1]) + last + names[-1]


def article_heading(number: int, heading: str, language: Language) -> str:
    """Return 第一条　合作目的 or Article 1  Purpose (number 1–99)."""
    if language == "zh":
        return f"第{count_in_chinese(number)}条　{heading}"
    return f"Article {number}. {heading}"


def item_number(number: int, language: Language) -> str:
    """Return the number of a paragraph within an article: （一） or (1) followed by a space."""
    return f"（{count_in_chinese(number)}）" if language == "zh" else f"({number}) "


def annex_label(number: int, language: Language) -> str:
    """Return 附件一 or Annex 1."""
    return f"附件{count_in_chinese(number)}" if language == "zh" else f"Annex {number}"
