"""What the fonts lack is told, neither more nor less."""

import pytest

from events.printing import missing_characters, missing_in
from events.printing.fonts import FACES, font_folders, typst_fonts
from tests.events.printing.samples import AGREEMENT, ENGLISH_AGREEMENT
from tests.events.printing.samples_of_kinds import KINDS, of_kind


def test_the_compiler_knows_the_faces_of_the_wheel_and_no_others():
    assert [folder.name for folder in font_folders()] == list(FACES)
    assert sorted(typst_fonts().families()) == ["Noto Sans JP", "Noto Sans KR", "Noto Sans SC", "Noto Sans TC"]


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("", []),
        ("䶮喆堃𠮷 Zhé 1,100,000.00 ¥ ㎡ ①", []),
        ("甲😀乙😀\U0002f800", ["😀", "\U0002f800"]),
        ("\t\n\u3000\xa0\x00", []),
    ],
)
def test_missing_characters_are_listed_once_in_order(text, missing):
    assert missing_characters(text) == missing


def test_standard_texts_lack_no_character():
    papers = [AGREEMENT, ENGLISH_AGREEMENT, *(of_kind(kind, language) for kind, language in KINDS)]
    assert [missing_in(paper) for paper in papers] == [[]] * len(papers)
