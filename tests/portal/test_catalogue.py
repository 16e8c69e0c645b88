"""The Chinese catalogue: complete, in Chinese, and with every place that the program fills."""

from __future__ import annotations

import re
from pathlib import Path

import polib
import pytest
from django.contrib.auth.password_validation import MinimumLengthValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext, override, pgettext

from tools.catalogue import faults, missing

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
GLOSSARY = ROOT / "portal" / "locale" / "GLOSSARY.md"

PLACE = re.compile(r"%\([a-z_0-9]+\)[a-z]|%[sdf]|%%|\{[a-z_0-9]*\}|</?[a-z][^<>]*>", re.IGNORECASE)
LATIN_WORDS = {"PDF", "Word", "Excel", "HR", "SHA-256", "GET", "POST", "HTTP", "IP", "GB/T", "API"}
LATIN_WORDS |= {"SQL", "BM25", "nDCG"}  # names of methods
LATIN_WORDS |= {"MB", "ZIP", "xlsx", "ics", "JavaScript"}  # files and their sizes, and what the time line needs
LATIN_WORDS |= {"A", "B", "C", "I", "O", "S", "V", "Z", "baoan-2024"}  # examples and letters of a code
LATIN_WORDS |= {"students", "bases", "yuan"}  # what kinds of cooperation count, as the administrator types it
CHINESE = "[\u4e00-\u9fff]"
HALF_WIDTH = re.compile(rf"{CHINESE}[,;:?!()]|[,;:?!()]{CHINESE}|{CHINESE} *\.($| )")
SPACED = re.compile(rf"{CHINESE} [A-Za-z0-9%]|[A-Za-z0-9%] {CHINESE}")


def entries() -> list[polib.POEntry]:
    return [entry for entry in polib.pofile(str(SOURCE), encoding="utf-8") if not entry.obsolete]


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def places(text: str) -> list[str]:
    """What the program fills or the browser reads, in the order of the alphabet."""
    return sorted(PLACE.findall(text))


def is_left_in_english(entry: polib.POEntry) -> bool:
    return entry.msgid in texts(entry) and bool(foreign_words(entry.msgid))


def foreign_words(text: str) -> set[str]:
    """Latin words that a Chinese reader would stumble over."""
    return set(re.findall(r"[A-Za-z][A-Za-z0-9/-]*", PLACE.sub(" ", text))) - LATIN_WORDS


def typing_faults(text: str) -> list[str]:
    """Half-width punctuation beside Chinese, and spaces between Chinese and digits or Latin letters."""
    return [match.group() for pattern in (HALF_WIDTH, SPACED) for match in pattern.finditer(PLACE.sub("“”", text))]


def test_catalogue_has_every_message_and_no_fault() -> None:
    assert list(missing(ROOT)) == []
    assert list(faults(SOURCE)) == []


def test_catalogue_has_no_obsolete_entry() -> None:
    assert [entry.msgid for entry in polib.pofile(str(SOURCE), encoding="utf-8") if entry.obsolete] == []


def test_translations_have_exactly_the_places_of_their_messages() -> None:
    wrong = [
        (entry.msgid, text)
        for entry in entries()
        for text in texts(entry)
        if places(text) != places(entry.msgid_plural or entry.msgid)
    ]
    assert wrong == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("%(n)s of %(most)s, 5 %%", ["%%", "%(most)s", "%(n)s"]),
        ("Write to <a href='x'>us</a>, {count} times, %d", ["%d", "</a>", "<a href='x'>", "{count}"]),
        ("共3场", []),
    ],
)
def test_places_are_found(text: str, found: list[str]) -> None:
    assert places(text) == found


def test_plural_messages_have_the_one_form_of_chinese() -> None:
    plural = [entry for entry in entries() if entry.msgid_plural]
    assert plural
    assert [entry.msgid for entry in plural if set(entry.msgstr_plural) != {0}] == []


def test_no_translation_is_left_in_english() -> None:
    assert [entry.msgid for entry in entries() if is_left_in_english(entry)] == []
    assert {text: words for entry in entries() for text in texts(entry) if (words := foreign_words(text))} == {}


def test_message_left_in_english_is_noticed() -> None:
    assert is_left_in_english(polib.POEntry(msgid="Fair", msgstr="Fair"))
    assert not is_left_in_english(polib.POEntry(msgid="Fair", msgstr="对接会"))
    assert not is_left_in_english(polib.POEntry(msgid="%(number)s %%", msgstr="%(number)s %%"))
    assert not is_left_in_english(polib.POEntry(msgid="PDF", msgstr="PDF"))
    assert foreign_words("生成PDF和Word，共%(count)s份draft") == {"draft"}


def test_translations_are_typed_the_chinese_way() -> None:
    assert {text: found for entry in entries() for text in texts(entry) if (found := typing_faults(text))} == {}


@pytest.mark.parametrize("text", ["共 3 场", "已完成,请查看", "生成 PDF", "说明:无"])
def test_typing_fault_is_noticed(text: str) -> None:
    assert typing_faults(text)
    assert typing_faults("共3场，已完成；生成PDF（%(n)s份）：3 / 5") == []


def test_readers_are_not_addressed_by_a_pronoun() -> None:
    assert [text for entry in entries() for text in texts(entry) if re.search("[你您]", text)] == []


def test_catalogue_is_used() -> None:
    with override("zh-hans"):
        assert gettext("Talent demands") == "人才需求"
        assert pgettext("of a person", "post") == "职务"
        assert ngettext("%(n)s school", "%(n)s schools", 57) % {"n": 57} == "57所院校"
    with override("en"):
        assert gettext("Talent demands") == "Talent demands"


def test_libraries_speak_chinese_too() -> None:
    with override("zh-hans"), pytest.raises(ValidationError) as caught:
        MinimumLengthValidator(10).validate("short")
    assert caught.value.messages == ["密码过短，至少须有10个字符。"]


def test_glossary_is_short_enough_to_be_read() -> None:
    assert len(GLOSSARY.read_text(encoding="utf-8").splitlines()) <= 60
