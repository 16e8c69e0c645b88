"""What lets a reader of the paper verify it: the address as text and as a code, the hash, the marks of a state."""

import io
import struct
import zipfile
import zlib
from dataclasses import replace

import docx
import pypdf
import pytest
import segno
from docx.oxml.ns import qn
from pypdf.generic import ContentStream

from events.printing import DocumentDataError, as_docx, as_pdf
from events.printing.word import with_code
from tests.events.printing.reading_back import pdf_pages, squeezed, word_header, word_paragraphs
from tests.events.printing.samples import AGREEMENT
from tests.events.printing.samples_of_kinds import HASH, VERIFY_URL, of_kind

BORDER = 2


def modules_of(url):
    """Return the dark modules of an address's code, (column, row), as the encoder itself says."""
    matrix = segno.make(url, error="m", micro=False).matrix
    return {(x, y) for y, row in enumerate(matrix) for x, module in enumerate(row) if module}


def modules_in_word(file):
    """Return the dark modules of the picture in a Word file, a black-and-white PNG."""
    with zipfile.ZipFile(io.BytesIO(file)) as package:
        (name,) = [name for name in package.namelist() if name.endswith(".png")]
        png = package.read(name)
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (1, 0)
    start, data = 8, b""
    while start < len(png):
        length, kind = struct.unpack(">I4s", png[start : start + 8])
        data += png[start + 8 : start + 8 + length] if kind == b"IDAT" else b""
        start += 12 + length
    rows = scan_lines(zlib.decompress(data), 1 + (width + 7) // 8)
    return {
        (x // 8 - BORDER, y // 8 - BORDER)
        for y in range(4, height, 8)
        for x in range(4, width, 8)
        if not rows[y][x // 8] >> (7 - x % 8) & 1
    }


def scan_lines(data, length):
    """Return the rows of a picture; each begins with its filter: 0 as it is, 2 the difference from the row above."""
    rows = [bytes(length - 1)]
    for start in range(0, len(data), length):
        kind, row = data[start], data[start + 1 : start + length]
        assert kind in (0, 2)
        rows.append(row if kind == 0 else bytes((a + b) % 256 for a, b in zip(row, rows[-1], strict=True)))
    return rows[1:]


def modules_in_pdf(file):
    """Return the dark modules drawn on the first page: lines in the middle of a row, from column to column."""
    reader = pypdf.PdfReader(io.BytesIO(file))
    start, dark = (0.0, 0.0), set()
    for operands, operator in ContentStream(reader.pages[0].get_contents(), reader).operations:
        if operator == b"m":
            start = tuple(map(float, operands))
        elif operator == b"l" and start[1] % 1 == 0.5 and start[0] % 1 == 0 and float(operands[1]) == start[1]:
            row = int(start[1]) - BORDER
            dark |= {(x - BORDER, row) for x in range(int(start[0]), int(operands[0]))}
    return dark


@pytest.mark.parametrize("url", [VERIFY_URL, "http://192.0.2.1:8000/verify/BA-2024-001/12?h=" + HASH])
def test_the_code_in_word_and_pdf_is_that_of_the_address(url):
    agreement = replace(AGREEMENT, verify_url=url, terms_hash=HASH)
    assert modules_in_word(as_docx(agreement)) == modules_in_pdf(as_pdf(agreement)) == modules_of(url)
    assert modules_of(url) != modules_of(url + "0")


def test_the_address_and_the_whole_hash_are_text_on_the_first_page_and_the_short_hash_on_every_page():
    agreement = of_kind("framework", "zh")
    first, *others = pdf_pages(as_pdf(agreement))
    word = as_docx(agreement)
    for text in (first, squeezed("".join(word_paragraphs(word)))):
        assert f"核验网址：{squeezed(VERIFY_URL)}条款校验码（SHA-256）：{HASH}" in text
        assert "扫码核验" in text
    assert others
    assert all(f"校验码：{HASH[:12]}" in page and HASH not in page for page in others)
    assert f"校验码：{HASH[:12]}" in word_header(word)


def test_a_paper_without_an_address_has_no_code_and_one_without_a_hash_no_hash():
    bare = as_docx(AGREEMENT)
    with zipfile.ZipFile(io.BytesIO(bare)) as package:
        assert not [name for name in package.namelist() if "media" in name]
    assert modules_in_pdf(as_pdf(AGREEMENT)) == set()
    texts = ["".join(pdf_pages(as_pdf(AGREEMENT))), squeezed("".join(word_paragraphs(bare))) + word_header(bare)]
    texts.append("".join(pdf_pages(as_pdf(replace(AGREEMENT, verify_url=VERIFY_URL)))))
    assert not any("校验码" in text for text in texts)
    assert [("扫码核验" in text) for text in texts] == [False, False, True]


@pytest.mark.parametrize("url", [VERIFY_URL, 'https://example.org/{_{7*7}_}?a=1&b="%_}<w:p/>'])
def test_the_code_says_its_address_to_a_screen_reader(url):
    file = as_docx(replace(of_kind("project", "en"), verify_url=url))
    (picture,) = docx.Document(io.BytesIO(file)).element.body.iter(qn("wp:docPr"))
    assert picture.get("descr") == url
    assert f"Verify at: {url}" in word_paragraphs(file)


def test_a_template_gets_the_code_as_a_string_and_nothing_behind_it():
    picture = with_code(AGREEMENT.as_dict() | {"verify": {"url": VERIFY_URL}})["verify"]["picture"]
    assert picture == VERIFY_URL
    assert {name for name in set(dir(picture)) - set(dir(str)) if not name.startswith("__")} == set()
    assert "picture" not in of_kind("project", "zh").as_dict()["verify"]  # what is printed stays plain JSON


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"verify_url": "javascript:alert(1)"}, "$.verify_url"),
        ({"verify_url": "https://example.org/验"}, "$.verify_url"),
        ({"verify_url": "https://example.org/" + "x" * 281}, "$.verify_url"),
        ({"terms_hash": HASH[:12]}, "$.terms_hash"),
        ({"terms_hash": HASH.upper()}, "$.terms_hash"),
        ({"state": "signed"}, "$.state"),
    ],
)
def test_addresses_hashes_and_states_of_another_form_are_refused(changes, problem):
    with pytest.raises(DocumentDataError) as refusal:
        replace(AGREEMENT, **changes)
    assert [found.path for found in refusal.value.problems] == [problem]
    assert replace(AGREEMENT, verify_url="https://example.org/" + "x" * 280, terms_hash=HASH, state="in_force")


@pytest.mark.parametrize(
    ("state", "mark"), [("draft", "草案"), ("superseded", "已替代"), ("approved", ""), ("in_force", "")]
)
def test_the_mark_of_a_state_is_on_every_page_of_the_pdf(state, mark):
    pages = pdf_pages(as_pdf(replace(AGREEMENT, state=state)))
    assert {page[: len(mark)] for page in pages} == {mark}
    assert {page[len(mark) : len(mark) + 5] for page in pages} == {"协议编号："}
    samples = pdf_pages(as_pdf(replace(AGREEMENT, state=state, sample=True)))
    assert {page[:3] for page in samples} == {"样本【"}
