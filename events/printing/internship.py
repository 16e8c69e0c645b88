"""The articles of the tripartite internship agreement, and the student who signs it by hand.

The student is no party of the document's data: the name, the numbers and the guardian are blanks, filled in with a pen.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from events.printing import general_clauses as general
from events.printing import internship_clauses as words
from events.printing.articles import annex_of_majors, dispute, funds, numbered, originals, particulars
from events.printing.clauses import Clause
from events.printing.formatting import format_amount, format_period, item_number
from events.printing.voice import Paragraph, Voice, paragraphs
from events.printing.wording import GUARDIAN_BLANKS, STUDENT_BLANKS, STUDENT_LABELS, STUDENT_ROLE

if TYPE_CHECKING:
    from events.printing.context import AgreementDocument, InternshipFacts


def internship_articles(document: AgreementDocument, voice: Voice) -> list[dict[str, Any]]:
    """Return the articles of the agreement of school, enterprise and student, numbered in order."""
    return numbered(list(_contents(document, _Speaker(document, voice))), voice)


def _contents(document: AgreementDocument, speaker: _Speaker) -> Iterator[tuple[str, list[Paragraph]]]:
    voice, say = speaker.voice, speaker.say
    entry = say(words.ENTRY)
    texts: dict[str, list[Paragraph]] = {
        "purpose": paragraphs(*document.purpose.splitlines()),
        "plan": list(_plan(document, speaker)),
        "hours": [speaker.fact("hours"), *paragraphs(say(words.HOURS)), speaker.fact("board_and_lodging")],
        "pay": list(_pay(speaker)),
        "safety": speaker.items(words.SAFETY),
        "insurance": [speaker.fact("insurance"), *speaker.items(words.INSURANCE)],
        "duties": speaker.items(words.DUTIES),
        "forbidden": [*paragraphs(say(words.FORBIDDEN_LEAD)), *speaker.items(words.FORBIDDEN)],
        "assessment": paragraphs(say(words.ASSESSMENT)),
        "particular": list(_particular(document, speaker)),
        "funds": list(funds(document, voice)),
        "privacy": paragraphs(say(words.PRIVACY)),
        "liability": paragraphs(say(words.LIABILITY)),
        "ending": speaker.items(words.ENDING),
        "effect": paragraphs(say(general.EFFECT["internship"])),
        "disputes": paragraphs(dispute(document, voice)),
        "originals": list(originals(document, voice, entry)),
    }
    for name, heading in words.HEADINGS.items():
        yield say(heading), texts[name]


class _Speaker:
    """The voice of one internship agreement: it knows who is host, school and student, and the facts of the post."""

    def __init__(self, document: AgreementDocument, voice: Voice) -> None:
        self.voice = voice
        self.facts: InternshipFacts | None = document.internship
        school = next(party.role for party in document.parties if party.side == "school")
        host = next(party.role for party in document.parties if party.role != school)
        self.roles = {
            "school": voice.role(school),
            "host": voice.role(host),
            "student": voice.role(STUDENT_ROLE),
        }

    def say(self, clause: Clause, **fields: str) -> str:
        """Fill in a clause; in English a sentence may begin with a role, which is a name and needs no capital."""
        return self.voice.say(clause, **self.roles, **fields)

    def items(self, clauses: Iterable[Clause]) -> list[Paragraph]:
        """Return the clauses as numbered paragraphs."""
        return [
            {"lead": "", "text": item_number(number, self.voice.language) + self.say(clause)}
            for number, clause in enumerate(clauses, start=1)
        ]

    def fact(self, name: str, text: str = "") -> Paragraph:
        """Return a fact of the post with its label; room to write if it is not known."""
        known = text or (getattr(self.facts, name).strip() if self.facts else "")
        return {"lead": self.say(words.LEADS[name]), "text": known or words.BLANK}


def _plan(document: AgreementDocument, speaker: _Speaker) -> Iterator[Paragraph]:
    period = format_period(document.period_start, document.period_end, speaker.voice.language)
    for name in words.PLAN_FACTS:
        yield speaker.fact(name)
    yield speaker.fact("period", period + speaker.voice.either("。", "."))
    yield speaker.fact("mentor")
    yield speaker.fact("teacher")
    yield from paragraphs(speaker.say(words.PLAN))


def _pay(speaker: _Speaker) -> Iterator[Paragraph]:
    facts, language = speaker.facts, speaker.voice.language
    amount, day = speaker.say(words.PAY_UNKNOWN), words.BLANK[:3]
    if facts and facts.pay_yuan is not None:
        amount = format_amount(facts.pay_yuan, language)
    if facts and facts.pay_day is not None:
        day = str(facts.pay_day)
    yield speaker.fact("pay", speaker.say(words.PAY_EACH_MONTH, amount=amount))
    yield speaker.fact("pay_day", speaker.say(words.PAY_DAY, day=day))
    yield from paragraphs(speaker.say(words.PAY))


def _particular(document: AgreementDocument, speaker: _Speaker) -> Iterator[Paragraph]:
    """Yield what school and enterprise have agreed besides: of each term what is its own, and the annex of majors."""
    for term in document.cooperation:
        yield from paragraphs(*term.clause.splitlines())
        yield from particulars(term, speaker.voice)
    yield from annex_of_majors(document, speaker.voice)


def student_words(voice: Voice) -> dict[str, Any]:
    """Return what is printed of the student and the guardian, in the head and where they sign; the rest is blank."""
    labels = STUDENT_LABELS[voice.language]
    role = voice.role(STUDENT_ROLE)
    side = labels["side"]
    return {
        "label": role + voice.either(f"（{side}）", f" ({side})"),
        "note": labels["note"],
        "lines": [*STUDENT_BLANKS[voice.language]],
        "signature": labels["signature"],
        "guardian_label": labels["guardian"].format(role),
        "guardian_note": labels["guardian_note"],
        "guardian_lines": [*GUARDIAN_BLANKS[voice.language]],
        "guardian_signature": labels["guardian_signature"],
        "signed_on": voice.day_or_room(None),
    }
