"""Templates of other people: what could harm is refused with its paragraph, what is a value comes out as it is."""

from __future__ import annotations

import io
import sys
import zipfile
from dataclasses import replace

import docx
import pytest
from jinja2 import TemplateError

from events.printing import as_docx, own_templates
from events.printing.build_templates import prepare
from events.printing.own_templates import TemplateRefused, check_template, check_templates, render_template
from events.printing.template_problems import Reason
from events.printing.template_words import environment
from events.printing.word import TEMPLATE_FOLDER
from portal.common.file_flaws import Flaw
from tests.events.printing.injections import INJECTIONS
from tests.events.printing.reading_back import word_header, word_paragraphs
from tests.events.printing.samples import AGREEMENT, ENGLISH_AGREEMENT, PLAIN_AGREEMENT, THREE_PARTIES

WORDS = AGREEMENT.as_dict()
HOSTILE = "A & B <w:p/> {{ 7*7 }} {% if %} {_{ %_} <w:p/></w:t> \"q\" 'r' &lt; {# x #} }} %}"


def template(*paragraphs: str, header: str = "") -> bytes:
    """A Word file of these paragraphs."""
    word = docx.Document()
    prepare(word, "zh")  # a small file
    for text in paragraphs:
        word.add_paragraph(text)
    if header:
        word.sections[0].header.paragraphs[0].text = header
    return saved(word)


def saved(word) -> bytes:
    file = io.BytesIO()
    word.save(file)
    return file.getvalue()


def with_xml(old: str, new: str, *paragraphs: str) -> bytes:
    """A template with its body's XML changed by hand."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template(*paragraphs))) as package, zipfile.ZipFile(result, "w") as changed:
        for name in package.namelist():
            text = package.read(name)
            if name == "word/document.xml":
                assert old.encode() in text
                text = text.replace(old.encode(), new.encode(), 1)
            changed.writestr(name, text)
    return result.getvalue()


def third(text: str) -> bytes:
    return template("{{ title }}", "plain", text, "{{ number }}")


@pytest.fixture(scope="module")
def judged():
    """What is told of each injection; one process for all."""
    return check_templates([third(text) for text, *_ in INJECTIONS], WORDS)


@pytest.mark.parametrize("number", range(len(INJECTIONS)), ids=[text[:60] for text, *_ in INJECTIONS])
def test_injection_is_refused_with_its_paragraph(judged, number):
    text, reason, name = INJECTIONS[number]
    first = judged[number][0]
    assert (first.line, first.text, first.part) == (3, text.strip(), "document")
    if reason is not None:
        assert (first.reason, first.facts.get("name", "")) == (reason.value, name)


def test_every_problem_of_a_template_is_told_in_its_order():
    content = template("{{ titel }}", "{{ title }}", "{% if x %}{{ y }}{% endif %}", header="{{ kopf }}")
    told = [(problem.part, problem.line, problem.facts["name"]) for problem in check_template(content, WORDS)]
    assert told == [("document", 1, "titel"), ("document", 3, "x"), ("document", 3, "y"), ("header", 1, "kopf")]


def test_words_that_are_taken_pass():
    content = template(
        "{{ title|upper }} {{ labels.number }} {{ labels['kind'] }} {{ parties|length }}",
        "{%p for party in parties %}",
        "{{ loop.index }}. {{ party.name }}{% if not loop.last %}; {% else %}.{% endif %}",
        "{%p endfor %}",
        "{% if parties|length > 1 and title is defined %}{{ “two or more” }}{% elif missing is defined %}x{% endif %}",
        "{{ nothing|default('room to write') }} {# a note #} {{ parties[0].name ~ '!' }}",
    )
    assert check_template(content, WORDS) == []
    assert word_paragraphs(render_template(content, WORDS)) == [
        "校企合作框架协议 协议编号： 协议类型： 2",
        f"1. {WORDS['parties'][0]['name']}; ",
        f"2. {WORDS['parties'][1]['name']}.",
        "two or more",
        f"room to write  {WORDS['parties'][0]['name']}!",
    ]


def test_tag_in_pieces_as_word_stores_it_is_read_whole():
    word = docx.Document()
    paragraph = word.add_paragraph("No. ")
    for piece in ("{", "{ num", "ber }", "} of {{", " tit", "le }}"):
        paragraph.add_run(piece).bold = True
    assert word_paragraphs(render_template(saved(word), WORDS)) == ["No. BA-2024-001 of 校企合作框架协议"]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_our_own_templates_pass_and_give_the_same_text(language):
    content = (TEMPLATE_FOLDER / f"agreement_{language}.docx").read_bytes()
    documents = [AGREEMENT, THREE_PARTIES, PLAIN_AGREEMENT] if language == "zh" else [ENGLISH_AGREEMENT]
    assert check_template(content, documents[0].as_dict()) == []
    for document in documents:
        filled, usual = render_template(content, document.as_dict()), as_docx(document)
        assert word_paragraphs(filled) == word_paragraphs(usual)
        assert word_header(filled) == word_header(usual)


def test_value_with_markup_comes_out_exactly():
    content = template("{{ title }}", "{{ number }}", header="{{ title }}")
    word = render_template(content, {"title": HOSTILE, "number": "A & B <w:p/>"})
    assert word_paragraphs(word) == [HOSTILE, "A & B <w:p/>"]
    assert docx.Document(io.BytesIO(word)).core_properties.title == HOSTILE


def test_markup_in_a_tag_comes_out_as_text():
    word = render_template(template("{{ '</w:t></w:r></w:p><w:p/>' }}", "end"), WORDS)
    assert word_paragraphs(word) == ["</w:t></w:r></w:p><w:p/>", "end"]


def test_same_template_and_words_make_the_same_bytes():
    content = template("{{ title }}")
    assert render_template(content, WORDS) == render_template(content, dict(WORDS))


def test_properties_are_no_template():
    word = docx.Document()
    word.add_paragraph("{{ title }}")
    word.core_properties.author = word.core_properties.comments = "{{ cycler.__init__ }}"
    filled = docx.Document(io.BytesIO(render_template(saved(word), WORDS)))
    assert filled.core_properties.author == "{{ cycler.__init__ }}"


def test_tags_outside_of_text_are_refused_with_the_paragraph():
    spots = {
        "a title of a picture": '<w:t w:x="{{ 7*7 }}">second</w:t>',
        "a field": "<w:instrText>{{ 7*7 }}</w:instrText>",
        "deleted text": "<w:delText>{% if title %}</w:delText>",
        "a note": "<!-- {{ 7*7 }} --><w:t>second</w:t>",
        "half a sign": "<w:instrText>{</w:instrText><w:t>{ title }}</w:t>",
    }
    contents = [with_xml("<w:t>second</w:t>", spot, "first", "second", "third") for spot in spots.values()]
    told = [[(problem.line, problem.reason) for problem in problems] for problems in check_templates(contents, WORDS)]
    assert told[:4] == [[(2, Reason.ELSEWHERE.value)]] * 4
    assert (2, Reason.ELSEWHERE.value) in told[4]


def test_what_only_running_shows_is_refused_with_the_paragraph():
    words = {**WORDS, "rows": [], "party": {"name": "x"}}
    content = template("{{ title }}", "{%p for row in rows %}", "x", "{{ row.name }}", "{%p endfor %}")
    assert check_template(content, words) == []
    with pytest.raises(TemplateRefused) as caught:
        render_template(content, {**words, "rows": [{"nmae": "x"}]})
    (problem,) = caught.value.problems
    assert (problem.line, problem.text, problem.reason) == (4, "{{ row.name }}", Reason.UNKNOWN_WORD.value)
    assert problem.facts == {"name": "name"}


def test_template_that_breaks_the_file_is_refused():
    content = template("{{ '\\x01' }}")
    assert [problem.reason for problem in check_template(content, WORDS)] == [Reason.NOT_WORD.value]


def test_loops_that_never_end_are_stopped_and_named_and_the_next_template_is_judged(monkeypatch):
    monkeypatch.setattr(own_templates, "CPU_SECONDS", 1)
    many = "(" + " + ".join(["parties"] * 200) + ")"
    loops = "".join(f"{{% for n{depth} in {many} %}}" for depth in range(4)) + "{% endfor %}" * 4
    found = check_templates([third(loops), third("{{ titel }}"), third("x")], WORDS)
    assert [(problem.line, problem.text, problem.reason) for problem in found[0]] == [(3, loops, Reason.TOO_MUCH.value)]
    assert [problem.facts for problem in found[1]] == [{"name": "titel"}]
    assert found[2] == []


def test_too_much_text_and_too_much_memory_are_refused():
    many = "(" + " + ".join(["parties"] * 50) + ")"
    text = "".join(f"{{% for n{depth} in {many} %}}" for depth in range(3)) + "{{ preamble }}" + "{% endfor %}" * 3
    memory = "title"
    for _time in range(12):
        memory = f"preamble|join({memory})"
    found = check_templates([third(text), third(f"{{{{ {memory} }}}}")], WORDS)
    assert [problem.reason for problems in found for problem in problems] == [Reason.TOO_MUCH.value] * 2


def test_file_that_is_no_plain_word_document_never_reaches_the_process(monkeypatch):
    monkeypatch.setattr(own_templates, "COMMAND", ("/no/such/program",))
    link = '<Relationship Id="rIdX" Type="http://x/image" Target="http://example.org/x.png" TargetMode="External"/>'
    files = {
        changed(
            "word/_rels/document.xml.rels", b"</Relationships>", link.encode() + b"</Relationships>"
        ): Flaw.OFFICE_EXTERNAL,
        changed("word/document.xml", b"<w:document", b'<!DOCTYPE r [<!ENTITY a "x">]><w:document'): Flaw.OFFICE_DOCTYPE,
        added("word/vbaProject.bin", b"x"): Flaw.OFFICE_MACRO,
        added("word/embeddings/oleObject1.bin", b"x"): Flaw.OFFICE_EMBEDDED,
        added("word/media/x.png", bytes(17 * 1024 * 1024)): Flaw.OFFICE_TOO_LARGE,
        b"hello": Flaw.OFFICE_DAMAGED,
    }
    for content, flaw in files.items():
        (problem,) = check_template(content, WORDS)
        assert (problem.line, problem.reason) == (0, flaw.value)
        with pytest.raises(TemplateRefused):
            render_template(content, WORDS)
    with pytest.raises(FileNotFoundError):  # a good one would go there
        check_template(template("{{ title }}"), WORDS)


def changed(name: str, old: bytes, new: bytes) -> bytes:
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template("x"))) as package, zipfile.ZipFile(result, "w") as written:
        for part in package.namelist():
            content = package.read(part)
            written.writestr(part, content.replace(old, new, 1) if part == name else content)
    return result.getvalue()


def added(name: str, content: bytes) -> bytes:
    result = io.BytesIO(template("x"))
    with zipfile.ZipFile(result, "a", zipfile.ZIP_DEFLATED) as package:
        package.writestr(name, content)
    return result.getvalue()


@pytest.mark.parametrize("limited", [True, False])
def test_process_can_write_no_file(monkeypatch, tmp_path, limited):
    limit = "limit_process()" if limited else "pass"
    code = (
        f"import sys; from events.printing.template_worker import *; {limit}; open(sys.argv[1], 'wb', 0).write(b'xx')"
    )
    file = tmp_path / "written"
    monkeypatch.setattr(own_templates, "COMMAND", (sys.executable, "-B", "-c", code, str(file)))
    if limited:
        with pytest.raises(RuntimeError, match="File too large"):
            check_template(template("x"), WORDS)
    else:
        check_template(template("x"), WORDS)
    assert file.read_bytes() == (b"" if limited else b"xx")


def test_code_of_verification_is_printed_where_the_template_wants_it():
    words = replace(AGREEMENT, verify_url="https://zhiqiao.example/verify/1", terms_hash="3f" * 32).as_dict()
    content = template("{% if verify %}{{ verify.url }}{{ verify.picture }}{% endif %}", "{{ verify.pictures }}")
    assert [problem.facts for problem in check_template(content, words)] == [{"name": "pictures"}]
    word = docx.Document(io.BytesIO(render_template(template("{{ verify.url }}{{ verify.picture }}"), words)))
    assert word.paragraphs[0].text == "https://zhiqiao.example/verify/1"
    assert len(word.inline_shapes) == 1


@pytest.mark.parametrize(
    "source",
    [
        "{{ title.__class__ }}",
        "{{ title['__class__'] }}",
        "{{ title.upper() }}",
        "{{ words.keys() }}",
        "{{ words.keys }}",
        "{{ cycler }}",
        "{% for x in items %}{{ loop.__init__ }}{% endfor %}",
        "{% for x in items %}{{ loop.cycle('a') }}{% endfor %}",
        "{{ items.append(1) }}",
        "{{ (title|string).format }}",
    ],
)
def test_second_wall_reaches_no_attribute_of_any_object(source):
    made = environment()
    with pytest.raises(TemplateError):
        made.from_string(source).render(title="x", words={"a": 1}, items=[1])
    assert (
        made.from_string("{{ title }}{{ words.a }}{{ items[0] }}").render(title="<", words={"a": 1}, items=[1])
        == "&lt;11"
    )
