"""From the facts of a fair to the words of its brief and its timetables."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from events.printing.formatting import Language, format_date, format_period
from events.printing.wording import (
    BRIEF_LABELS,
    SAMPLE_MARK,
    TIMETABLE_LABELS,
    WATERMARK,
    page_words,
)

if TYPE_CHECKING:
    from events.printing.context import BriefDocument, TimetableDay, TimetableDocument, TimetableEntry, TimetableSheet


def _frame(language: Language, *, sample: bool) -> dict[str, Any]:
    """Return the words around every page."""
    return {
        "language": language,
        "page_words": list(page_words(language)),
        "watermark": WATERMARK[language] if sample else "",
        "sample_mark": SAMPLE_MARK[language] if sample else "",
    }


def brief_words(document: BriefDocument) -> dict[str, Any]:
    """Return what the brief's template prints; facts that are missing are left out."""
    language = document.language
    labels = BRIEF_LABELS[language]
    facts = [
        (labels["fair"], document.fair),
        (labels["dates"], format_period(document.start_on, document.end_on, language)),
        (labels["place"], document.place),
        (labels["host"], document.host),
    ]
    return {
        **_frame(language, sample=document.sample),
        "labels": dict(labels),
        "title": document.title,
        "issue": document.issue,
        "issued": labels["issued"] + format_date(document.issued_on, language) if document.issued_on else "",
        "facts": [list(fact) for fact in facts if fact[1]],
        "paragraphs": [line for text in document.paragraphs for line in text.splitlines() if line.strip()],
        "figures": [[figure.label, _figure(figure.value), figure.unit, figure.note] for figure in document.figures],
    }


def _figure(value: int | Decimal | str) -> str:
    """Return a number with thousands separators and all its decimal places, text as it is."""
    return value if isinstance(value, str) else f"{value:,}"


def timetable_words(document: TimetableDocument) -> dict[str, Any]:
    """Return what the timetable's template prints."""
    labels = TIMETABLE_LABELS[document.language]
    return {
        **_frame(document.language, sample=document.sample),
        "labels": dict(labels),
        "title": document.title,
        "fair": document.fair,
        "version": labels["version"].format(document.version),
        "place": document.place,
        "notice": document.notice,
        "sheets": [_sheet_words(sheet, document.language) for sheet in document.sheets],
    }


def _sheet_words(sheet: TimetableSheet, language: Language) -> dict[str, Any]:
    return {
        "organization": sheet.organization,
        "people": sheet.people,
        "days": [_day_words(day, language) for day in sheet.days],
    }


def _day_words(day: TimetableDay, language: Language) -> dict[str, Any]:
    talks = sum(1 for entry in day.entries if entry.partner)
    return {
        "day": format_date(day.day, language),
        "talks": TIMETABLE_LABELS[language]["talks"].format(talks) if talks else "",
        "entries": [_entry_words(entry, language) for entry in day.entries],
    }


def _entry_words(entry: TimetableEntry, language: Language) -> dict[str, str]:
    """Return one row; what everyone attends is one phrase with its place: 午餐（二楼餐厅）."""
    place = entry.place
    if entry.activity and place:
        place = f"（{place}）" if language == "zh" else f" ({place})"
    return {
        "time": f"{entry.start}–{entry.end}",
        "place": place,
        "partner": entry.partner,
        "people": entry.people,
        "subject": entry.subject,
        "activity": entry.activity + place if entry.activity else "",
    }
