"""Pure documents: the facts of an agreement, a brief or a timetable become a Word or PDF file. No Django.

    document = AgreementDocument(number="BA-2024-001", ...)   # checked when made, or DocumentDataError
    as_pdf(document), as_docx(document)                       # bytes; the same words in both
    missing_in(document)                                      # characters that no font can show

From the command line: python -m events.printing agreement data.json -o agreement.pdf
"""

from events.printing.context import (
    AgreementDocument,
    BriefDocument,
    CooperationTerm,
    Document,
    Figure,
    Funding,
    HeadCount,
    Instalment,
    InternshipFacts,
    MajorRow,
    Origin,
    Party,
    TimetableDay,
    TimetableDocument,
    TimetableEntry,
    TimetableSheet,
)
from events.printing.errors import DocumentDataError, Problem
from events.printing.fonts import missing_characters
from events.printing.pdf import render_pdf
from events.printing.plain_text import strings
from events.printing.word import render_docx

__all__ = [
    "AgreementDocument",
    "BriefDocument",
    "CooperationTerm",
    "Document",
    "DocumentDataError",
    "Figure",
    "Funding",
    "HeadCount",
    "Instalment",
    "InternshipFacts",
    "MajorRow",
    "Origin",
    "Party",
    "Problem",
    "TimetableDay",
    "TimetableDocument",
    "TimetableEntry",
    "TimetableSheet",
    "as_docx",
    "as_pdf",
    "missing_characters",
    "missing_in",
    "render_docx",
    "render_pdf",
]


def as_pdf(document: Document) -> bytes:
    """Return the document as PDF: the same bytes for the same facts."""
    return render_pdf(document.template, document.as_dict())


def as_docx(document: Document) -> bytes:
    """Return the document as a Word file: the same bytes for the same facts.

    Raises ValueError for a document that has no Word template; only agreements have one.
    """
    return render_docx(f"{document.template}_{document.language}", document.as_dict())


def missing_in(document: Document) -> list[str]:
    """Return the characters of a document that its PDF can only show as empty boxes, each once."""
    return missing_characters("".join(strings(document.as_dict())))
