"""The papers of a fair from facts alone: what is on the pages, that names stay whole, and when a sheet is the same."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pypdf
import pytest

from events.printing.fair_pack import (
    DOCUMENTS,
    Demand,
    Event,
    Listing,
    PackFacts,
    Party,
    Person,
    Session,
    Slot,
    Table,
    Talk,
    Turn,
    around,
    build,
    merge,
    pages_in,
    print_list,
    render_papers,
)
from events.printing.fair_pack.sheets import Column
from tests.events.printing.reading_back import pdf_pages

RARE = "昭通市䶮喆堃高级技工学校（云南省高技能人才培养示范基地）"
LONG = "深圳市宝安区" + "精密智能装备制造与工业互联网" * 6 + "（集团）股份有限公司"
MARK = "样本，仅供演示，不具有法律效力"
CODE = "ZQ0000000000000000000000000{}"
EVENT = Event(
    name="百校千企对接会",
    theme="产教融合",
    hosts="宝安区人民政府",
    organizer="职业训练中心",
    region="宝安区",
    venue="一楼大厅",
    starts_on=date(2024, 5, 17),
    ends_on=date(2024, 5, 17),
    registration_at=datetime(2024, 5, 16, 14),
    registration_place="大堂",
    contact="会务组",
    graduating_year=2024,
)


def party(number: int, name: str, **facts: Any) -> Party:
    """The first three are schools."""
    given: dict[str, Any] = {"region": "广东", "initial": "ABCDEF"[number], "delegates": 0} | facts
    return Party(key=f"k{number}", code=CODE.format(number), name=name, short=name[:8], is_school=number < 3, **given)


def person(number: int, name: str, post: str = "") -> Person:
    return Person(key=f"p{number}", code=CODE.format(number), name=name, post=post)


def slots(count: int) -> tuple[Slot, ...]:
    begins = [datetime(2024, 5, 17, 8) + timedelta(minutes=30 * n) for n in range(count)]
    return tuple(Slot(starts_at=at, ends_at=at + timedelta(minutes=20)) for at in begins)


FACTS = PackFacts(
    language="zh",
    event=EVENT,
    version=2,
    parties=(party(0, RARE, people=(person(1, "阿不都热合曼·买买提江", "副校长"),)), party(4, LONG)),
    tables=(Table(key="1", label="A01", room="一号厅", owner="k0"), Table(key="2", label="A02")),
    slots=slots(3),
    talks=(Talk(school="k0", enterprise="k4", slot=1, table="1"),),
)


def pages(facts: PackFacts, *codes: str) -> list[str]:
    [pdf] = render_papers(facts, build(facts, codes), printed_at="2024-05-16 18:00")
    return pdf_pages(pdf)


def sheets(facts: PackFacts, code: str) -> list[Any]:
    [paper] = build(facts, [code])
    return list(paper.sheets)


def test_long_names_and_rare_characters_are_whole_on_every_kind_of_sheet() -> None:
    codes = ["handbook", "badges", "name_cards", "sign_in", "party_timetables", "table_timetables", "signs", "lodging"]
    wide = replace(FACTS, parties=(FACTS.parties[0], replace(FACTS.parties[1], delegates=1, short=LONG)))
    for code in codes:
        text = "".join(pages(wide, code))
        assert RARE in text, code
        assert LONG in text or code == "signs", code
    assert "阿不都热合曼·买买提江" in "".join(pages(wide, "badges"))


def test_every_sheet_counts_its_own_pages_and_says_when_it_was_printed() -> None:
    of_parties = pages(FACTS, "party_timetables", "wall_plan")
    assert len(of_parties) == 3
    for page in of_parties:
        assert "第1页共1页" in page
        assert "日程第2版" in page
        assert "印制：2024-05-1618:00" in page
        assert EVENT.name in page
    many = replace(FACTS, parties=tuple(party(4, f"第{n}公司") for n in range(90)))
    book = pages(many, "sign_in")
    assert [f"第{n}页共{len(book)}页" in page for n, page in enumerate(book, 1)] == [True] * len(book)
    assert len(book) > 2


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_sample_is_marked_on_every_page_and_no_other_paper_is(language: Any) -> None:
    sample = replace(FACTS, sample=True, language=language)
    codes = ["handbook", "badges", "table_cards", "wall_plan", "intent_form", "sign_in"]
    mark = MARK if language == "zh" else "SAMPLEfordemonstration"
    found = pages(replace(sample, parties=(replace(FACTS.parties[0], delegates=1), FACTS.parties[1])), *codes)
    assert len(found) == 10
    assert [mark in page for page in found] == [True] * len(found)
    assert not any(mark in page for page in pages(FACTS, "badges"))


def test_english_papers_have_no_chinese_words_of_ours() -> None:
    event = replace(EVENT, name="Fair", theme="", hosts="", organizer="Centre", region="", venue="Hall")
    event = replace(event, registration_place="Desk", contact="Office")
    school = replace(FACTS.parties[0], name="School", short="School", region="", people=(), delegates=1)
    firm = replace(FACTS.parties[1], name="Firm", short="Firm", region="")
    tables = (Table(key="1", label="A01", owner="k0"),)
    facts = replace(FACTS, language="en", event=event, parties=(school, firm), tables=tables)
    text = str([[sheet.content for sheet in paper.sheets] for paper in build(facts)])
    assert "Sign-in sheets" in text
    assert not any("\u4e00" <= character <= "\u9fff" for character in text)


def test_badges_lie_ten_on_a_page() -> None:
    facts = replace(FACTS, parties=(party(0, RARE, delegates=11),))
    found = pages(facts, "badges")
    assert [page.count(RARE) for page in found] == [10, 1]


def test_both_faces_of_a_card_say_the_same_and_the_fold_is_between() -> None:
    [first, second] = pages(FACTS, "table_cards")
    assert (first.count("A01"), first.count("沿虚线对折"), second.count("A02")) == (2, 1, 2)


def test_a_day_of_many_slots_hangs_on_several_sheets_of_even_width() -> None:
    facts = replace(FACTS, slots=slots(14))
    [sheet] = sheets(facts, "wall_plan")
    assert [len(part["heads"]) - 1 for part in sheet.content["parts"]] == [7, 7]
    [pdf] = render_papers(facts, build(facts, ["wall_plan"]), printed_at="")
    sizes = [page.mediabox for page in pypdf.PdfReader(io.BytesIO(pdf)).pages]
    assert [round(float(size.width) * 25.4 / 72) for size in sizes] == [420, 420]


def test_presentations_begin_one_after_the_other() -> None:
    turns = (Turn(party="k0", topic="", speaker="甲", minutes=8), Turn(party="k4", topic="", speaker="", minutes=12))
    starts_at = datetime(2024, 5, 17, 16)
    session = Session(title="推介", kind="", place="", starts_at=starts_at, ends_at=starts_at, turns=turns * 2)
    [paper] = build(replace(FACTS, sessions=(session,)), ["presentations"])
    [listing] = paper.listings
    assert [row[1] for row in listing.rows] == ["16:00", "16:08", "16:20", "16:28"]


def test_demands_are_added_up() -> None:
    one = Demand(
        enterprise=LONG,
        title="操作工",
        majors=("数控", "模具"),
        levels=(),
        people=20,
        pay="",
        workplace="",
        cooperation=(),
    )
    [paper] = build(replace(FACTS, demands=(one, replace(one, people=3))), ["demands"])
    assert [row[4] for row in paper.listings[0].rows] == [20, 3, 23]
    assert paper.listings[0].rows[0][2] == "数控、模具"


def test_a_sheet_is_the_same_whatever_the_version_until_it_says_something_else() -> None:
    def digests(facts: PackFacts) -> list[str]:
        return [sheet.digest(around(facts)) for sheet in sheets(facts, "party_timetables")]

    before = digests(FACTS)
    assert digests(replace(FACTS, version=9)) == before
    moved = replace(FACTS, talks=(replace(FACTS.talks[0], slot=2),), parties=(*FACTS.parties, party(5, "己公司")))
    after = digests(moved)
    assert [old == new for old, new in zip(before, after, strict=False)] == [False, False]
    assert len(after) == 3
    renamed = replace(FACTS, event=replace(EVENT, name="另一个会"))
    assert not set(digests(renamed)) & set(before)


def test_the_same_facts_make_the_same_bytes_and_their_pages_are_counted() -> None:
    first, second = (
        render_papers(FACTS, build(FACTS, ["badges", "name_cards"]), printed_at="x")[0] for _turn in range(2)
    )
    assert first == second
    assert pages_in(first) == len(pypdf.PdfReader(io.BytesIO(first)).pages) == 3
    both = merge([first, second], title="全部")
    assert pdf_pages(both) == pdf_pages(first) * 2
    assert pages_in(b"no file of ours") == 0


def test_papers_are_tagged_and_titled() -> None:
    reader: Any = pypdf.PdfReader(io.BytesIO(render_papers(FACTS, build(FACTS, ["badges"]), printed_at="")[0]))
    root = reader.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert b"<pdfuaid:part>1</pdfuaid:part>" in root["/Metadata"].get_object().get_data()
    assert reader.metadata.title == "百校千企对接会　胸牌"


def test_a_character_that_no_font_has_stops_nothing() -> None:
    facts = replace(FACTS, parties=(party(0, "甲😀学校", delegates=1),))
    assert "甲\x00学校" in "".join(pages(facts, "badges"))


def test_a_fair_without_anything_has_a_handbook_and_a_form_alone() -> None:
    empty = PackFacts(language="zh", event=EVENT, version=0)
    assert [paper.code for paper in build(empty) if paper.sheets] == ["handbook", "intent_form"]
    assert "日程未发布" in pages(empty, "handbook")[0]
    with pytest.raises(ValueError, match="nothing"):
        render_papers(empty, build(empty, ["badges"]), printed_at="")


def test_the_print_list_names_what_is_printed_and_what_is_void() -> None:
    papers = build(FACTS, ["table_cards", "badges"])
    text = "".join(pdf_pages(render_papers(FACTS, [print_list(FACTS, papers, [("胸牌", "某人")])], printed_at="")[0]))
    for words in ["共印制2份文件、3张单页", "A01、A02", "作废", "某人"]:
        assert words in text


def test_wrong_input_is_refused() -> None:
    assert build(FACTS, [DOCUMENTS[0]])
    with pytest.raises(KeyError):
        build(FACTS, ["nonsense"])
    with pytest.raises(ValueError, match="cells"):
        Listing("", [Column("a"), Column("b")], [["1"]])
