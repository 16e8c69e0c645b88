"""The tags of a Word template, each in its paragraph: {{ word }}, {% if … %}, {%p for … %}, {%tr endfor %}, {# note #}.

Says what is wrong with the tags as such: cut in two, in a place that is not text, not closed where it was opened. What
is written inside them is judged in template_words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree  # type: ignore[import-untyped]

from events.printing.template_problems import Reason, TemplateProblem

WATERMARK = "{urn:schemas-microsoft-com:vml}textpath"  # its attribute `string` is what it shows
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
SIGNS = re.compile(r"\{\{|\{%|\{#|\}\}|%\}|#\}")
OPENINGS = re.compile(r"\{\{|\{%|\{#")
MARKER = re.compile(r"\{%(p|tr|tc) ")
BLOCKS = {"endfor": "for", "endif": "if", "elif": "if", "else": "if"}  # what must be open
KEYWORDS = {"for", "if", *BLOCKS}
LOOPS_MOST = 4  # one within the other
NEXT_LINE = "\ufdd0"  # stands for a line's end until docxtpl's patterns are through; no text holds it
TYPED = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "\xa0": " ", "\u3000": " "})


@dataclass(frozen=True)
class Tag:
    """A tag: `kind` is {{ or {% or {#, `inside` what follows the keyword, `place` where a block must be closed."""

    line: int
    paragraph: str
    text: str
    kind: str
    marker: str
    keyword: str
    inside: str
    place: tuple[str, int] = field(compare=False)

    def problem(self, reason: Reason, name: str = "") -> TemplateProblem:
        """What is wrong, at this tag's paragraph."""
        return TemplateProblem(self.line, self.paragraph, reason.value, {"name": name[:60]} if name else {})


@dataclass
class Part:
    """The tags of a part of the file and what is wrong with them; `xml` has each tag in one piece, on its line."""

    xml: str = ""
    paragraphs: list[str] = field(default_factory=list)
    tags: list[Tag] = field(default_factory=list)
    problems: list[TemplateProblem] = field(default_factory=list)


def read_part(xml: str) -> Part:
    """Read a part: paragraphs are numbered from 1 in the order of the file, those in tables and boxes too.

    In the result's `xml` every tag holds the characters NEXT_LINE that bring Jinja's count of lines to its paragraph's
    number; all other ends of lines are spaces.
    """
    root = etree.fromstring(
        xml.replace(NEXT_LINE, "").encode(), etree.XMLParser(resolve_entities=False, no_network=True)
    )
    part = Part()
    last_line = 1
    for line, paragraph in enumerate(root.iter(f"{W}p"), start=1):
        nodes = [node for node in paragraph.iter(f"{W}t") if next(node.iterancestors(f"{W}p")) is paragraph]
        text = "".join(node.text or "" for node in nodes)
        part.paragraphs.append(text.strip())
        found = [_tag(line, text, match[0], paragraph) for match in TAG.finditer(text)]
        part.tags += found + [_tag(line, shown, shown, paragraph) for shown in _watermarks(paragraph)]
        part.problems += _misplaced(line, text, found, paragraph)
        if found:
            _gather(nodes, line - last_line)
            last_line = line
    _refuse_elsewhere(root, part)
    part.problems += _not_closed(part.tags)
    part.xml = re.sub(r"[\r\n]|&#13;|&#10;", " ", etree.tostring(root, encoding="unicode"))
    if len(OPENINGS.findall(part.xml)) != len(part.tags) and not part.problems:
        part.problems.append(TemplateProblem(0, "", Reason.ELSEWHERE.value))
    return part


def _watermarks(paragraph: Any) -> Iterator[str]:
    """The words of the paragraph's watermarks that are one tag; all else in attributes is refused."""
    for node in paragraph.iter(WATERMARK):
        shown = node.get("string", "")
        if _is_one_word(shown) and next(node.iterancestors(f"{W}p")) is paragraph:
            yield shown


def _is_one_word(text: str) -> bool:
    tag = TAG.fullmatch(text)
    return tag is not None and text.startswith("{{") and len(SIGNS.findall(text)) == 2


def _tag(line: int, paragraph: str, text: str, element: Any) -> Tag:
    kind, body = text[:2], text[2:-2].translate(TYPED)
    marker = ""
    if kind == "{%":
        if found := MARKER.match(text.translate(TYPED)):
            marker, body = found[1], body[len(found[1]) :]
        keyword, _, inside = body.strip().partition(" ")
    else:
        keyword, inside = "", body.strip()
    return Tag(line, paragraph.strip(), text, kind, marker, keyword, inside.strip(), _place(line, marker, element))


def _place(line: int, marker: str, element: Any) -> tuple[str, int]:
    """What a block's opening and closing tags have in common: the paragraph, its container, the table or the row."""
    if not marker:
        return "", line
    above = element if marker == "p" else next(element.iterancestors(f"{W}{marker}"), None)
    parent = None if above is None else above.getparent()
    path = "" if parent is None else parent.getroottree().getpath(parent)
    return f"{marker} {path}", 0


def _misplaced(line: int, text: str, tags: list[Tag], element: Any) -> Iterator[TemplateProblem]:
    rest = TAG.sub("\x00", text)
    if SIGNS.search(rest) or rest.endswith("{") or rest.startswith("}"):
        yield TemplateProblem(line, text.strip(), Reason.CUT.value)
    for tag in tags:
        if tag.marker and not _stands_alone(tag, element):
            yield tag.problem(Reason.ALONE)


def _stands_alone(tag: Tag, element: Any) -> bool:
    """Whether a tag that stands for a whole paragraph, row or cell has it for itself."""
    above = element if tag.marker == "p" else next(element.iterancestors(f"{W}{tag.marker}"), None)
    return above is not None and "".join(node.text or "" for node in above.iter(f"{W}t")).strip() == tag.text


def _gather(nodes: list[Any], lines: int) -> None:
    """Put each tag whole into the piece of text where it begins, typed as Jinja wants it, on its line."""
    text = "".join(node.text or "" for node in nodes)
    whole = [match.span() for match in TAG.finditer(text)]
    starts, place, pieces = [], 0, []
    for node in nodes:
        starts.append(place)
        place += len(node.text or "")
    for node, start, end in zip(nodes, starts, [*starts[1:], place], strict=True):
        piece = []
        for at in range(start, end):
            tag = next(((first, last) for first, last in whole if first <= at < last), None)
            if tag is None:
                piece.append(text[at])
            elif tag[0] == at:
                piece.append(_on_line(text[tag[0] : tag[1]], lines))
                lines = 0
        pieces.append("".join(piece))
        node.text = pieces[-1]
        node.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")


def _on_line(tag: str, lines: int) -> str:
    typed = tag.translate(TYPED)
    marker = MARKER.match(typed)
    front = marker[0] if marker else f"{typed[:2]} "
    return front + NEXT_LINE * lines + typed[len(marker[0]) if marker else 2 :]


def _refuse_elsewhere(root: Any, part: Part) -> None:
    """Jinja reads the whole part, so a tag in a field, a picture's title or a note to programmers would be run too."""
    numbers = {paragraph: line for line, paragraph in enumerate(root.iter(f"{W}p"), start=1)}
    for node in root.iter():
        written = [*node.attrib.values()] if isinstance(node.tag, str) else []
        if node.tag == WATERMARK and _is_one_word(node.get("string", "")):
            written.remove(node.get("string"))
        if node.tag != f"{W}t":
            written.append(node.text or "")
        written.append(node.tail or "")
        for text in written:
            if SIGNS.search(text) or text.endswith("{") or text.startswith("}"):
                above = node if node in numbers else next(node.iterancestors(f"{W}p"), None)
                line = 0 if above is None else numbers[above]
                part.problems.append(TemplateProblem(line, text.strip()[:200], Reason.ELSEWHERE.value))


def _not_closed(tags: list[Tag]) -> Iterator[TemplateProblem]:
    """Every block is closed by a tag of its own form, in the paragraph, table or row where it was opened."""
    opened: list[Tag] = []
    for tag in (tag for tag in tags if tag.keyword in KEYWORDS):
        if tag.keyword not in BLOCKS:
            opened.append(tag)
            if sum(tag.keyword == "for" for tag in opened) > LOOPS_MOST:
                yield tag.problem(Reason.TOO_DEEP)
            continue
        fits = opened and opened[-1].place == tag.place and _closes(opened[-1].keyword, tag.keyword)
        if not fits:
            yield tag.problem(Reason.NOT_OPENED, tag.keyword)
        if tag.keyword.startswith("end") and opened:
            opened.pop()
    yield from (tag.problem(Reason.NOT_CLOSED, tag.keyword) for tag in opened)


def _closes(opened: str, keyword: str) -> bool:
    return BLOCKS[keyword] == opened
