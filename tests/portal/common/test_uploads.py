"""The gate: every bad file is refused with a sentence that says what to do, every good one passes unchanged."""

from __future__ import annotations

import hashlib
import io
import random
import tracemalloc
import zipfile

import pytest
from django import forms
from django.core.files.base import ContentFile, File
from django.core.files.uploadedfile import SimpleUploadedFile, TemporaryUploadedFile
from django.utils.translation import override

from portal.common.errors import DomainError
from portal.common.file_flaws import Flaw
from portal.common.upload_fields import UploadField
from portal.common.uploads import DOCUMENTS, SCANS, FileKind, UploadRefused, check_upload, cleaned_name
from tests.portal.common import good_files as good
from tests.portal.common.bad_files import bad_files

MOST = 40 * 1024 * 1024
BAD_FILES = bad_files()


def good_files():
    progressive = good.jpeg_of(frame=good.segment(0xC2, good.FRAME), scan=good.SCAN * 3)
    link = good.with_link(good.word(), "hyperlink", "mailto:office@example.org")
    field = (
        b'<w:p><w:fldSimple w:instr=" PAGE "/><w:r><w:instrText>HYPERLINK "https://x/link/"</w:instrText></w:r></w:p>'
    )
    return {
        "typst.pdf": good.typst_pdf(),
        "pypdf.pdf": good.pypdf_pdf(),
        "packed.pdf": good.pdf_of([good.packed_objects(b"<</Title(JavaScript, launched)>>", b"[1 2]")]),
        "with zeros.pdf": good.pdf_of([]) + b"\r\n\x00\x00",
        "scan of noise.pdf": good.pdf_of([good.stream(b"\x00/JS \xff/JS(" * 9, b"/Filter/DCTDecode")]),
        "drawn.pdf": good.pdf_of([good.stream(b"1 0 0 1 72 720 cm", b"/First 1")]),
        "qr.PNG": good.png(),
        "grey.png": good.png_of(good.chunk(b"tEXt", b"Title\x00Seal")),
        "one.jpg": good.jpeg_of(),
        "progressive.JPEG": progressive,
        "two.jpg": good.jpeg_of() + good.jpeg_of() + bytes(20),
        "word.docx": good.word(),
        "link.docx": link,
        "field.docx": good.with_text(good.word(), "word/document.xml", b"<w:body>", b"<w:body>" + field),
        "excel.xlsx": good.excel(),
        "streamed.docx": streamed(good.word()),
    }


def streamed(package):
    """The package as a program writes it that cannot go back: sizes stand behind the parts."""

    class OneWay(io.RawIOBase):
        def __init__(self):
            self.written = bytearray()

        def writable(self):
            return True

        def write(self, piece):
            self.written += piece
            return len(piece)

    file = OneWay()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in good.parts_of(package).items():
            target.writestr(name, content)
    return bytes(file.written)


@pytest.mark.parametrize("name", good_files())
def test_good_file_passes_with_its_facts(name):
    content = good_files()[name]
    checked = check_upload(SimpleUploadedFile(name, content), allowed=DOCUMENTS, most_bytes=MOST)
    assert checked.size == len(content)
    assert checked.sha256 == hashlib.sha256(content).hexdigest()
    assert checked.name == name
    assert checked.kind == {"jpg": "jpeg"}.get(name.rpartition(".")[2].lower(), name.rpartition(".")[2].lower())
    assert checked.content_type == checked.kind.content_type
    assert checked.stored_name == checked.sha256 + checked.kind.endings[0]
    assert checked.file.read() == content


def test_corpus_is_large_and_without_repetition():
    names = [case[0] for family in BAD_FILES.values() for case in family]
    assert len(names) >= 500
    assert len(set(names)) == len(names)
    assert {case[3] for family in BAD_FILES.values() for case in family} == set(Flaw) - {Flaw.TOO_LARGE}


def refusal(file_name, content):
    """The flaw for which a file is refused, None if it is taken; what is told must be a whole sentence."""
    try:
        check_upload(File(io.BytesIO(content), name=file_name), allowed=DOCUMENTS, most_bytes=MOST)
    except UploadRefused as refused:
        told = str(refused)
        assert len(told) > 12  # also in Chinese
        assert "%(" not in told
        return refused.flaw
    return None


@pytest.mark.parametrize("family", BAD_FILES)
def test_bad_files_are_refused_with_what_to_do(family):
    with override("en"):
        told = {name: refusal(file_name, content) for name, file_name, content, _flaw in BAD_FILES[family]}
    assert told == {name: flaw for name, _file_name, _content, flaw in BAD_FILES[family]}


def test_spoilt_file_is_taken_or_refused_and_breaks_nothing():
    chance, taken = random.Random(20240517), 0
    for name, content in [*good_files().items()] * 20:
        spoilt = bytearray(content)
        for _time in range(chance.choice([1, 2, 20])):
            place = chance.randrange(len(spoilt) + 1)
            match chance.randrange(3):
                case 0:
                    spoilt[place : place + 1] = chance.randbytes(1)
                case 1:
                    del spoilt[place : place + chance.randrange(50)]
                case 2:
                    spoilt[place:place] = chance.randbytes(30)
        taken += refusal(name, bytes(spoilt)) is None
    assert 0 < taken < 200  # the pages of a PDF are not read, so some of its wounds are not seen


def test_file_too_large_is_told_with_both_sizes():
    file = SimpleUploadedFile("x.pdf", good.pdf_of([good.stream(b"x" * 2_000_000)]))
    with override("en"), pytest.raises(UploadRefused) as caught:
        check_upload(file, allowed=SCANS, most_bytes=1024 * 1024)
    with override("en"):
        assert str(caught.value).startswith("The file measures 1.9 MB; at most 1 MB are taken.")
    assert check_upload(file, allowed=SCANS, most_bytes=2 * 1024 * 1024).size == file.size


def test_kind_not_allowed_here_is_refused_and_named():
    with override("en"), pytest.raises(UploadRefused) as caught:
        check_upload(SimpleUploadedFile("x.docx", good.word()), allowed=SCANS, most_bytes=MOST, form_field="scan")
    with override("en"):
        assert str(caught.value) == "Files of this kind are not taken here. Send one of these: PDF / JPEG / PNG."
    assert caught.value.field == "scan"
    assert isinstance(caught.value, DomainError)


@pytest.mark.parametrize("content", [good.typst_pdf(), b""], ids=["whole", "empty"])
def test_file_on_disk_is_checked_like_one_in_memory(content):
    with TemporaryUploadedFile("x.pdf", "application/pdf", len(content), None) as file:
        file.write(content)
        if not content:
            with pytest.raises(UploadRefused):
                check_upload(file, allowed=SCANS, most_bytes=MOST)
            return
        checked = check_upload(file, allowed=SCANS, most_bytes=MOST)
        assert (checked.sha256, checked.file.read()) == (hashlib.sha256(content).hexdigest(), content)


def test_file_that_grows_while_unpacked_takes_little_memory():
    package = good.with_part(good.word(), "word/media/image1.png", bytes(50 * 1024 * 1024))
    file = SimpleUploadedFile("x.docx", package)
    tracemalloc.start()
    try:
        check_upload(file, allowed=DOCUMENTS, most_bytes=MOST)
        assert tracemalloc.get_traced_memory()[1] < 4 * 1024 * 1024
    finally:
        tracemalloc.stop()


def test_file_without_a_name_or_a_size_that_is_true_is_refused():
    with pytest.raises(UploadRefused):
        check_upload(ContentFile(good.pypdf_pdf()), allowed=SCANS, most_bytes=MOST)
    lying = ContentFile(good.pypdf_pdf(), name="x.pdf")
    lying.size = 10
    with pytest.raises(UploadRefused) as caught:
        check_upload(lying, allowed=SCANS, most_bytes=100)
    assert caught.value.flaw is Flaw.TOO_LARGE


@pytest.mark.parametrize(
    ("given", "cleaned"),
    [
        ("协议 扫描件（终稿）.pdf", "协议 扫描件（终稿）.pdf"),
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\me\\x.pdf", "x.pdf"),
        ("a\u202efdp.exe.pdf", "afdp.exe.pdf"),
        ("a\r\nSet-Cookie: x.pdf", "a Set-Cookie_ x.pdf"),
        ("a\x00\x07\u200b\ufeff\ue000b.pdf", "ab.pdf"),
        ('a<b>"c"|?*.pdf', "a_b__c____.pdf"),
        ("  .. x  y.pdf . ", "x y.pdf"),
        ("e\u0301.pdf", "é.pdf"),
        ("\u3000全\u3000角\u3000.pdf", "全 角.pdf"),
        ("x" * 300 + ".pdf", "x" * 96 + ".pdf"),
        ("协" * 300 + ".docx", "协" * 65 + ".docx"),
        ("x." + "y" * 300, "x." + "y" * 11),
        ("/", ""),
        ("", ""),
    ],
)
def test_name_is_kept_for_people_and_cleaned(given, cleaned):
    assert cleaned_name(given) == cleaned


class ScanForm(forms.Form):
    scan = UploadField(allowed=SCANS, most_bytes=1024 * 1024, required=False)


def test_field_gives_the_checked_file():
    form = ScanForm({}, {"scan": SimpleUploadedFile("印章.pdf", good.pypdf_pdf())})
    assert form.is_valid()
    checked = form.cleaned_data["scan"]
    assert (checked.kind, checked.name, checked.file.read()) == (FileKind.PDF, "印章.pdf", good.pypdf_pdf())


def test_field_tells_beside_itself_what_is_wrong():
    with override("en"):
        form = ScanForm({}, {"scan": SimpleUploadedFile("x.pdf", good.png())})
        assert form.errors == {
            "scan": ["The name ends in .pdf, but the content is PNG. Save it again from the program it was made with."]
        }
        assert form.has_error("scan", "misnamed")
        empty = ScanForm({}, {"scan": SimpleUploadedFile("x.pdf", b"")})
        assert empty.errors == {"scan": ["The file is empty. Choose it again."]}


def test_field_says_what_it_takes_and_may_stay_empty():
    form = ScanForm({}, {})
    assert form.is_valid()
    assert form.cleaned_data == {"scan": None}
    required = UploadField(allowed={FileKind.DOCX}, most_bytes=1024 * 1024 // 2)
    with pytest.raises(forms.ValidationError):
        required.clean(None)
    with override("en"):
        assert str(required.help_text) == "Word (.docx), at most 0.5 MB."
    assert required.widget.attrs["accept"] == ".docx"
    assert 'accept=".pdf,.jpg,.jpeg,.png"' in str(form["scan"])
