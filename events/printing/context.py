"""The data of the printed documents, complete and checked when made.

A document holds facts only. `as_dict()` gives the words: what a Word or Typst template prints, in the document's
language, as plain dicts, lists, strings, numbers and booleans. Amounts are yuan, exact to the fen; people are
whole numbers.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar, Literal

from events.printing.agreement_text import agreement_words
from events.printing.checks import check_agreement, check_timetable
from events.printing.fair_text import brief_words, timetable_words
from events.printing.formatting import Language

Role = Literal["甲方", "乙方", "丙方", "丁方", "戊方", "己方"]
Side = Literal["enterprise", "school", "government", "association", ""]
AgreementKind = Literal["framework", "intent", "strategic", "project", "gov_school", "internship"]
AgreementState = Literal["draft", "approved", "in_force", "superseded", ""]


@dataclass(frozen=True, kw_only=True)
class Party:
    """One who signs. Facts not known yet stay empty and are printed as room to write by hand.

    `own_number` is the number under which the party itself files the agreement.
    """

    role: Role
    name: str
    side: Side = ""
    short_name: str = ""
    own_number: str = ""
    uscc: str = ""
    address: str = ""
    representative: str = ""
    signatory: str = ""
    signatory_post: str = ""
    signed_on: date | None = None


@dataclass(frozen=True, kw_only=True)
class HeadCount:
    """People planned for one major in one year."""

    year: int
    major: str
    people: int


@dataclass(frozen=True, kw_only=True)
class CooperationTerm:
    """One kind of cooperation agreed; `code` is that of the taxonomy and chooses the standard clause.

    Lines of `obligations` become paragraphs of their own. `clause`, if given, stands instead of the standard clause:
    a site may add kinds of cooperation, and words for them.
    """

    code: str
    name: str
    period_start: date | None = None
    period_end: date | None = None
    head_counts: tuple[HeadCount, ...] = ()
    obligations: str = ""
    amount_yuan: Decimal | None = None
    clause: str = ""


@dataclass(frozen=True, kw_only=True)
class Instalment:
    """A payment due."""

    due_on: date
    amount_yuan: Decimal


@dataclass(frozen=True, kw_only=True)
class Funding:
    """Money promised; `payer` and `payee` are roles (甲方) or names. Instalments add up to the amount."""

    payer: str
    payee: str
    purpose: str
    amount_yuan: Decimal
    instalments: tuple[Instalment, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Origin:
    """The fair and the meeting from which the agreement came."""

    fair: str
    meeting: str = ""


@dataclass(frozen=True, kw_only=True)
class MajorRow:
    """A row of the annex of majors; without `school` it is of the only school among the parties.

    `cooperation` is the name of the term that the people are planned under; see annexes.kinds_of_rows.
    """

    code: str
    name: str
    level: str
    year: int
    people: int
    school: str = ""
    cooperation: str = ""


@dataclass(frozen=True, kw_only=True)
class InternshipFacts:
    """What an internship agreement says of the post. What is not known stays empty: room to write by hand.

    `pay_yuan` is per month, due by the day `pay_day` (1–31) of each month. Nothing here is about the student, who
    writes name and numbers into the paper and is not known to whoever prints it.
    """

    post: str = ""
    workplace: str = ""
    tasks: str = ""
    hours: str = ""
    board_and_lodging: str = ""
    pay_yuan: Decimal | None = None
    pay_day: int | None = None
    insurance: str = ""
    mentor: str = ""
    teacher: str = ""


@dataclass(frozen=True, kw_only=True)
class AgreementDocument:
    """A cooperation agreement of two to six parties; that of an internship has two, and a student who is not named.

    `terms_hash` is the SHA-256 of the terms (64 hexadecimal digits) and `verify_url` the page that says whether they
    are in force. `amount_in_words` is the total as somebody wrote it, for the check only: the paper writes it itself.
    Raises DocumentDataError when made if its facts contradict each other: see checks.check_agreement.
    """

    template: ClassVar[str] = "agreement"

    number: str
    version: int
    kind: AgreementKind
    kind_label: str
    title: str
    language: Language
    parties: tuple[Party, ...]
    purpose: str
    period_start: date
    period_end: date
    cooperation: tuple[CooperationTerm, ...] = ()
    funding: tuple[Funding, ...] = ()
    total_yuan: Decimal | None = None
    place: str = ""
    signed_on: date | None = None
    origin: Origin | None = None
    annex_majors: tuple[MajorRow, ...] = ()
    copies_each: int = 2
    sample: bool = False
    amount_in_words: str = ""
    internship: InternshipFacts | None = None
    terms_hash: str = ""
    state: AgreementState = ""
    verify_url: str = ""

    def __post_init__(self) -> None:
        check_agreement(self)

    def as_dict(self) -> dict[str, Any]:
        """Return what the agreement templates print."""
        return agreement_words(self)


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A row of the brief's table. Numbers are printed with thousands separators, text as it is."""

    label: str
    value: int | Decimal | str
    unit: str = ""
    note: str = ""


@dataclass(frozen=True, kw_only=True)
class BriefDocument:
    """The statistics brief of a fair (简报)."""

    template: ClassVar[str] = "brief"

    title: str
    language: Language
    fair: str
    start_on: date
    end_on: date
    host: str
    place: str = ""
    issue: str = ""
    issued_on: date | None = None
    paragraphs: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    sample: bool = False

    def as_dict(self) -> dict[str, Any]:
        """Return what the brief template prints."""
        return brief_words(self)


@dataclass(frozen=True, kw_only=True)
class TimetableEntry:
    """A talk, with whom and where; or, with `activity` only, what everyone attends (opening, meal, break)."""

    start: str
    end: str
    place: str = ""
    partner: str = ""
    people: str = ""
    subject: str = ""
    activity: str = ""


@dataclass(frozen=True, kw_only=True)
class TimetableDay:
    """The entries of one day in their order."""

    day: date
    entries: tuple[TimetableEntry, ...]


@dataclass(frozen=True, kw_only=True)
class TimetableSheet:
    """One organization's timetable; begins on a page of its own."""

    organization: str
    days: tuple[TimetableDay, ...]
    people: str = ""


@dataclass(frozen=True, kw_only=True)
class TimetableDocument:
    """The timetables of one or many organizations at a fair, of one published version."""

    template: ClassVar[str] = "timetable"

    title: str
    language: Language
    fair: str
    version: int
    sheets: tuple[TimetableSheet, ...]
    place: str = ""
    notice: str = ""
    sample: bool = False

    def __post_init__(self) -> None:
        check_timetable(self)

    def as_dict(self) -> dict[str, Any]:
        """Return what the timetable template prints."""
        return timetable_words(self)


Document = AgreementDocument | BriefDocument | TimetableDocument
DOCUMENTS: dict[str, type[AgreementDocument] | type[BriefDocument] | type[TimetableDocument]] = {
    document.template: document for document in (AgreementDocument, BriefDocument, TimetableDocument)
}
