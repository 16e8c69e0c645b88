"""JSON to documents: the same facts, or every problem by its place."""

import dataclasses
import json
from decimal import Decimal
from typing import Any

import pytest

from events.printing import DocumentDataError
from events.printing.reading import read_document
from tests.events.printing.samples import AGREEMENT, BRIEF, ENGLISH_AGREEMENT, PLAIN_AGREEMENT, THREE_PARTIES, TIMETABLE
from tests.events.printing.samples_of_kinds import of_kind


def as_json(document):
    """Return a document as a person would write it: dates and amounts as text."""
    return json.dumps(dataclasses.asdict(document), default=str, ensure_ascii=False)


def problems_of(template, text):
    with pytest.raises(DocumentDataError) as refusal:
        read_document(template, text)
    return [str(problem) for problem in refusal.value.problems]


def changed(**changes):
    return json.dumps(json.loads(as_json(AGREEMENT)) | changes)


@pytest.mark.parametrize(
    "document",
    [AGREEMENT, ENGLISH_AGREEMENT, PLAIN_AGREEMENT, THREE_PARTIES, TIMETABLE, of_kind("internship", "en")],
    ids=["zh", "en", "plain", "three parties", "timetable", "internship"],
)
def test_documents_are_read_back_from_json(document):
    assert read_document(document.template, as_json(document)) == document


def test_numbers_keep_their_kind():
    text = as_json(BRIEF).replace('"64.9"', "64.9")
    brief: Any = read_document("brief", text)
    agreement: Any = read_document("agreement", changed(total_yuan=1100000))
    assert [figure.value for figure in brief.figures] == [45218, Decimal("64.9")]
    assert (agreement.total_yuan, type(agreement.total_yuan)) == (1100000, Decimal)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("", "$: is not JSON: Expecting value"),
        ('{"a": 1,}', "$: is not JSON: "),
        ("[NaN]", "$: is not JSON: NaN is not a number"),
        ("[" * 100_000, "$: is nested too deeply"),
        ("[]", "$: expected an object, found []"),
        (changed(title=5), "$.title: expected text, found 5"),
        (changed(version="1"), '$.version: expected a whole number, found "1"'),
        (changed(version=True), "$.version: expected a whole number, found true"),
        (changed(sample="no"), '$.sample: expected true or false, found "no"'),
        (changed(period_end="20270531"), '$.period_end: expected a date such as 2024-05-17, found "20270531"'),
        (changed(period_end=None), "$.period_end: expected a date such as 2024-05-17, found null"),
        (changed(total_yuan="much"), '$.total_yuan: expected an amount, found "much"'),
        (changed(total_yuan=True), "$.total_yuan: expected an amount, found true"),
        (changed(total_yuan="NaN"), '$.total_yuan: expected an amount, found "NaN"'),
        (changed(language="fr"), '$.language: expected one of "zh", "en", found "fr"'),
        (
            changed(state="signed"),
            '$.state: expected one of "draft", "approved", "in_force", "superseded", "", found "',
        ),
        (changed(terms_hash="3F2A"), "$.terms_hash: a hash of the terms has 64 digits of 0–9 and a–f"),
        (changed(internship={"pay_day": 1}), "$.internship: belongs to an agreement of the kind internship"),
        (changed(parties={}), "$.parties: expected an array, found {}"),
        (changed(seal=1), "$.seal: is not a field of this object"),
        (changed(origin={}), "$.origin.fair: is missing"),
        (changed(period_end="2024-01-01"), "$.period_end: the agreement ends before it begins"),
    ],
)
def test_wrong_data_are_named_by_their_place(text, problem):
    (found,) = problems_of("agreement", text)
    assert found.startswith(problem)


def test_all_problems_are_told_at_once():
    data = json.loads(as_json(AGREEMENT))
    del data["title"]
    data["parties"][1]["uscc"] = 91
    data["cooperation"][0]["head_counts"][1]["people"] = 1.5
    data["funding"][0]["instalments"][0]["due"] = "2024-06-30"
    assert problems_of("agreement", json.dumps(data)) == [
        "$.title: is missing",
        "$.parties[1].uscc: expected text, found 91",
        '$.cooperation[0].head_counts[1].people: expected a whole number, found "1.5"',
        "$.funding[0].instalments[0].due: is not a field of this object",
    ]


def test_unknown_documents_are_refused():
    with pytest.raises(ValueError, match="no such document: 'poster'"):
        read_document("poster", "{}")
