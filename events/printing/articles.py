"""The articles of an agreement, from its facts and the standard clauses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any

from events.printing import general_clauses as general
from events.printing.annexes import annex_labels
from events.printing.chinese_numerals import copies_in_chinese
from events.printing.clauses import COOPERATION_CLAUSES, cooperation_clause
from events.printing.formatting import (
    article_heading,
    format_amount,
    format_date,
    format_period,
    item_number,
    join_names,
)
from events.printing.voice import Paragraph, Voice, paragraphs
from events.printing.wording import STUDENT_ROLE

if TYPE_CHECKING:
    from events.printing.context import AgreementDocument, CooperationTerm, Funding, HeadCount


ALWAYS_AT_WORK = {"gov_school": {"government", "school"}}
"""The sides whose duties are told even if no party says that it is one of them; else enterprise and school."""
LONG_PLAN = 6  # rows of numbers that still read as one sentence


def articles(document: AgreementDocument, voice: Voice) -> list[dict[str, Any]]:
    """Return the articles that have something to say, numbered in order."""
    period = format_period(document.period_start, document.period_end, voice.language)
    effect = general.EFFECT[document.kind]
    contents: list[tuple[str, list[Paragraph]]] = [
        (voice.either("合作目的", "Purpose"), paragraphs(*document.purpose.splitlines())),
        (voice.either("合作原则", "Principles"), paragraphs(voice.say(general.PRINCIPLES))),
        (voice.either("合作内容", "Contents"), list(_cooperation(document, voice))),
        (voice.say(general.DUTIES_HEADING), list(_duties(document, voice))),
        (voice.either("合作经费", "Funds"), list(funds(document, voice))),
        (voice.either("合作期限", "Term"), paragraphs(voice.say(general.TERM, period=period))),
        (voice.either("协议效力", "Effect"), paragraphs(voice.say(effect))),
        (voice.either("信息保密", "Confidentiality"), paragraphs(voice.say(general.CONFIDENTIALITY))),
        (voice.either("变更和解除", "Change and termination"), paragraphs(voice.say(general.CHANGE))),
        (voice.either("争议解决", "Disputes"), paragraphs(dispute(document, voice))),
        (voice.either("文本和生效", "Originals and entry into force"), list(originals(document, voice))),
    ]
    return numbered(contents, voice)


def numbered(contents: Sequence[tuple[str, list[Paragraph]]], voice: Voice) -> list[dict[str, Any]]:
    """Return those of the articles that have something to say, with their numbers."""
    said = [(heading, texts) for heading, texts in contents if texts]
    return [
        {"heading": article_heading(number, heading, voice.language), "paragraphs": texts}
        for number, (heading, texts) in enumerate(said, start=1)
    ]


def _cooperation(document: AgreementDocument, voice: Voice) -> Iterator[Paragraph]:
    """Yield the terms: number, name and period, the standard clause, then what is particular to this agreement."""
    yield from paragraphs(voice.say(general.CONTENTS if document.cooperation else general.CONTENTS_OPEN))
    for number, term in enumerate(document.cooperation, start=1):
        yield {"lead": item_number(number, voice.language) + _term_name(term, voice), "text": ""}
        yield from paragraphs(*_clause(document, term, voice).splitlines())
        yield from particulars(term, voice)
    yield from annex_of_majors(document, voice)


def annex_of_majors(document: AgreementDocument, voice: Voice) -> list[Paragraph]:
    """Return where the majors are listed; nothing if they are not."""
    if not document.annex_majors:
        return []
    return paragraphs(voice.say(general.ANNEX_OF_MAJORS, annex=annex_labels(document)["majors"]))


def _clause(document: AgreementDocument, term: CooperationTerm, voice: Voice) -> str:
    """Return the term's own clause, or the standard one; that says 校企双方, which needs an enterprise that signs."""
    if term.clause.strip():
        return term.clause
    without_enterprise = document.kind == "gov_school" and not any(p.side == "enterprise" for p in document.parties)
    if without_enterprise and term.code not in COOPERATION_CLAUSES:
        return voice.say(general.CONTENTS_OF_GOVERNMENT)
    return cooperation_clause(term.code, voice.language)


def _term_name(term: CooperationTerm, voice: Voice) -> str:
    if term.period_start is None or term.period_end is None:
        return term.name
    period = format_period(term.period_start, term.period_end, voice.language)
    return term.name + voice.either(f"（{period}）", f" ({period})")


def particulars(term: CooperationTerm, voice: Voice) -> Iterator[Paragraph]:
    """Yield the numbers of people, the obligations line by line and the amount of one term."""
    yield from _plan(term.head_counts, voice)
    lead = voice.either("具体约定：", "In particular: ")
    for line in filter(None, map(str.strip, term.obligations.splitlines())):
        yield {"lead": lead, "text": line}
        lead = ""
    if term.amount_yuan is not None:
        amount = format_amount(term.amount_yuan, voice.language)
        yield {"lead": voice.either("本项经费：", "Amount: "), "text": amount + voice.either("。", ".")}


def _plan(counts: tuple[HeadCount, ...], voice: Voice) -> Iterator[Paragraph]:
    """Yield the numbers of people: a few in one sentence, many by year, a paragraph each, and their sum before them."""
    if not counts:
        return
    lead = voice.either("人数计划：", "Numbers: ")
    if len(counts) <= LONG_PLAN:
        yield {"lead": lead, "text": _numbers(counts, voice)}
        return
    in_all = sum(count.people for count in counts)
    yield {"lead": lead, "text": voice.either(f"合计{in_all:,}人，其中：", f"{in_all:,} people in all, of whom:")}
    for _, rows in groupby(sorted(counts, key=_year), key=_year):
        yield {"lead": "", "text": _numbers(tuple(rows), voice)}


def _year(count: HeadCount) -> int:
    return count.year


def _numbers(counts: tuple[HeadCount, ...], voice: Voice) -> str:
    """Return the planned numbers of people in a sentence, with their sum if there are several."""
    rows = [
        voice.either(
            f"{count.year}年{count.major}{count.people:,}人",
            f"{count.year}, {count.major}, {count.people:,} people",
        )
        for count in counts
    ]
    if len(rows) > 1:
        in_all = sum(count.people for count in counts)
        rows.append(voice.either(f"合计{in_all:,}人", f"{in_all:,} in all"))
    return voice.either("；", "; ").join(rows) + voice.either("。", ".")


def _duties(document: AgreementDocument, voice: Voice) -> Iterator[Paragraph]:
    """Yield the duties of every side that signs, those of ALWAYS_AT_WORK in any case, and the yearly meeting."""
    sides = ALWAYS_AT_WORK.get(document.kind, {"enterprise", "school"}) | {party.side for party in document.parties}
    duties = {**general.DUTIES}
    if "enterprise" not in sides:
        duties["school"] = general.SCHOOL_TO_GOVERNMENT
    clauses = [clause for side, clause in duties.items() if side in sides]
    for number, clause in enumerate([*clauses, general.DUTY_TO_MEET], start=1):
        yield {"lead": "", "text": item_number(number, voice.language) + voice.say(clause)}


def funds(document: AgreementDocument, voice: Voice) -> Iterator[Paragraph]:
    """Yield the fundings, their total, their schedule and what binds the payee; nothing if no money is agreed."""
    for number, funding in enumerate(document.funding, start=1):
        yield {"lead": "", "text": item_number(number, voice.language) + _funding(funding, voice)}
    if not document.total_yuan:
        return
    if len(document.funding) != 1:
        amount = format_amount(document.total_yuan, voice.language)
        yield from paragraphs(voice.say(general.FUND_TOTAL, amount=amount))
    annex = annex_labels(document).get("payments")
    if annex:
        yield from paragraphs(voice.say(general.FUND_SCHEDULE, annex=annex))
    yield from paragraphs(voice.say(general.FUND_USE))


def _funding(funding: Funding, voice: Voice) -> str:
    number = len(funding.instalments)
    count = copies_in_chinese(number) if number and voice.language == "zh" else str(number)
    return voice.say(
        general.FUND_ITEM,
        payer=voice.role(funding.payer),
        payee=voice.role(funding.payee),
        purpose=funding.purpose,
        amount=format_amount(funding.amount_yuan, voice.language),
        instalments=voice.say(general.FUND_INSTALMENTS, count=count) if number > 1 else "",
    )


def dispute(document: AgreementDocument, voice: Voice) -> str:
    """Return how disputes are settled: with a government otherwise than between equals."""
    if document.kind == "gov_school":
        return voice.say(general.DISPUTE_WITH_GOVERNMENT)
    court = general.COURT_OF_PLACE if document.place else general.COURT_OF_DEFENDANT
    return voice.say(general.DISPUTE, court=voice.say(court))


def originals(document: AgreementDocument, voice: Voice, entry: str | None = None) -> Iterator[Paragraph]:
    """Yield when, where and in how many originals the agreement is signed, and when it takes effect.

    `entry`: the words for the latter, if not those of every agreement.
    """
    signed = voice.either("", "made")
    if document.signed_on or document.place:
        day = format_date(document.signed_on, voice.language) if document.signed_on else ""
        signed = voice.say(
            general.SIGNED_AT,
            on=voice.either(f"于{day}", f" on {day}") if day else "",
            at=voice.either(f"在{document.place}", f" at {document.place}") if document.place else "",
        )
    number = document.copies_each * voice.parties
    yield from paragraphs(
        voice.say(
            general.ORIGINALS,
            signed=signed,
            count=voice.either(copies_in_chinese(number), str(number)),
            each=voice.either(copies_in_chinese(document.copies_each), str(document.copies_each)),
            roles=join_names(roles_of(document, voice), voice.language),
        ),
        entry or voice.say(general.ENTRY),
    )


def roles_of(document: AgreementDocument, voice: Voice) -> list[str]:
    """Return what those who sign are called, in their order; in an internship agreement the student is the last."""
    roles = [voice.role(party.role) for party in document.parties]
    return [*roles, voice.role(STUDENT_ROLE)] if document.kind == "internship" else roles
