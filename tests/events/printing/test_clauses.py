"""The standard texts: complete in both languages, and fit for any parties."""

import re
import string

import pytest

from events.printing import general_clauses, internship_clauses
from events.printing.clauses import COOPERATION_CLAUSES, GENERIC, Clause, cooperation_clause
from events.printing.voice import Voice

TWELVE_KINDS = {
    "industry_college",
    "internship",
    "order_class",
    "apprenticeship",
    "real_project",
    "training_base",
    "textbook",
    "staff_training",
    "industry_teacher",
    "teacher_practice",
    "mutual_appointment",
    "joint_rnd",
}


def clauses_in(module):
    """Return every clause that a module names, alone or in a mapping or a sequence."""
    named = vars(module).values()
    rows = [value.values() if isinstance(value, dict) else value for value in named]
    return [
        clause
        for row in rows
        for clause in (row if isinstance(row, tuple | type({}.values())) else [row])
        if isinstance(clause, Clause)
    ]


GENERAL = clauses_in(general_clauses)
INTERNSHIP = clauses_in(internship_clauses)


def test_every_cooperation_kind_has_a_clause_in_both_languages():
    assert set(COOPERATION_CLAUSES) == TWELVE_KINDS
    for code in TWELVE_KINDS:
        assert cooperation_clause(code, "zh") != cooperation_clause("unheard_of", "zh") == GENERIC.zh
        assert cooperation_clause(code, "en") != cooperation_clause("unheard_of", "en") == GENERIC.en


@pytest.mark.parametrize("clause", [*COOPERATION_CLAUSES.values(), GENERIC], ids=[*COOPERATION_CLAUSES, "generic"])
def test_cooperation_clauses_are_short_finished_and_name_no_party_by_role(clause):
    assert 40 <= len(clause.zh) <= 160
    assert clause.zh.endswith("。")
    assert clause.en.endswith(".")
    assert not re.search(r"[甲乙丙]方|[,;:]|[A-Za-z]", clause.zh)
    assert not re.search(r"Party [A-E]|[\u3000-\uffef]", clause.en)


def test_internship_clause_keeps_the_national_safeguards():
    text = cooperation_clause("internship", "zh")
    for safeguard in ("三方协议", "监护人书面同意", "未满十六周岁", "实习责任保险", "不向学生收取任何费用"):
        assert safeguard in text


def fields_of(text):
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("clause", [*GENERAL, *INTERNSHIP])
def test_general_clauses_ask_for_the_same_facts_in_both_languages(clause):
    about_the_parties = {"all", "others"}  # one of the languages may need them where the other does not
    assert fields_of(clause.zh) - about_the_parties == fields_of(clause.en) - about_the_parties


@pytest.mark.parametrize("clause", INTERNSHIP)
def test_internship_clauses_name_nobody_by_role_and_mix_no_languages(clause):
    assert not re.search(r"[甲乙丙]方|[,;:]|[A-Za-z]", re.sub(r"\{\w+\}|Ⅲ", "", clause.zh))
    assert not re.search(r"Party [A-F]|[\u3000-\uffef]", clause.en.replace("＿", ""))


@pytest.mark.parametrize(
    ("language", "parties", "expected"),
    [
        ("zh", 2, "双方…对方"),
        ("zh", 3, "三方…其他方"),
        ("zh", 4, "各方…其他方"),
        ("en", 2, "the Parties…the other Party"),
        ("en", 3, "the Parties…the other Parties"),
    ],
)
def test_voice_calls_the_parties_by_their_number(language, parties, expected):
    assert Voice(language, parties).say(Clause(zh="{all}…{others}", en="{all}…{others}")) == expected


def test_voice_inserts_values_as_they_are():
    clause = Clause(zh="{purpose}", en="{purpose}")
    assert Voice("zh", 2).say(clause, purpose="{all} {0} {{x}}") == "{all} {0} {{x}}"
