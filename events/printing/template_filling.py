"""Judges and fills a template of somebody's own by docxtpl. Runs in the process of template_worker only."""

from __future__ import annotations

import io
import traceback
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from docx.oxml.ns import qn
from docxtpl import DocxTemplate
from jinja2 import TemplateError, UndefinedError
from lxml import etree  # type: ignore[import-untyped]

from events.printing.template_problems import Reason, TemplateProblem, TemplateRefused
from events.printing.template_tags import NEXT_LINE, Part, read_part
from events.printing.template_words import environment, judge, not_taken, undefined_name
from events.printing.word import environment_for, with_code, with_fixed_times

OUTPUT_MOST = 8_000_000  # characters of a part; a long agreement has 200,000
FOOTNOTES = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"


class OwnTemplate(DocxTemplate):
    """A template whose every part is read by `read_part` before docxtpl sees it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))
        self.init_docx()
        self.environment = environment(environment_for(self).finalize)

    def parts(self) -> Iterator[tuple[str, Part]]:
        """The parts that are filled, by the name of their kind."""
        yield "document", read_part(self.get_xml())
        for name, uri in (("header", self.HEADER_URI), ("footer", self.FOOTER_URI)):
            for _key, part in self.get_headers_footers(uri):
                yield name, read_part(self.get_part_xml(part))
        for part in self.docx.part.package.parts:
            if part.content_type == FOOTNOTES:
                yield "footnotes", read_part(part.blob.decode())

    def patch_xml(self, src_xml: str) -> str:
        """Jinja's source of a part, in which a line's number is the number of a paragraph."""
        self.reading = read_part(src_xml)
        return str(super().patch_xml(self.reading.xml)).replace(NEXT_LINE, "\n")

    def render_xml_part(self, src_xml: str, part: Any, context: Mapping[str, Any], jinja_env: Any = None) -> str:
        """Fill a part; raises TemplateRefused with the paragraph at which it failed."""
        self.current_rendering_part = part
        try:
            if name := not_taken(self.environment.parse(src_xml)):  # after docxtpl has rewritten it
                raise TemplateRefused([TemplateProblem(0, "", Reason.NOT_TAKEN.value, {"name": name})])
            filled, size = [], 0
            for piece in self.environment.from_string(src_xml).generate(context):
                size += len(piece)
                if size > OUTPUT_MOST:
                    raise TemplateRefused([TemplateProblem(0, "", Reason.TOO_MUCH.value)])
                filled.append(piece)
            text = "".join(filled)
            etree.fromstring(text.encode())
        except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError, etree.XMLSyntaxError) as error:
            if isinstance(error, TemplateRefused):
                raise
            raise TemplateRefused([self._problem(error)]) from None
        return text

    def render_properties(self, context: Mapping[str, Any], jinja_env: Any = None) -> None:
        """Title, author and the like are no templates."""

    def _problem(self, error: Exception) -> TemplateProblem:
        line = getattr(error, "lineno", 0) if isinstance(error, TemplateError) else 0
        for frame in traceback.extract_tb(error.__traceback__):
            if frame.filename == "<template>":
                line = frame.lineno or 0
        paragraphs = self.reading.paragraphs
        text = paragraphs[line - 1] if 0 < line <= len(paragraphs) else ""
        if isinstance(error, UndefinedError):
            return TemplateProblem(line, text, Reason.UNKNOWN_WORD.value, {"name": undefined_name(error)[:60]})
        broken = isinstance(error, etree.XMLSyntaxError)
        return TemplateProblem(0 if broken else line, "" if broken else text, _reason(broken).value)


def _reason(broken: bool) -> Reason:
    return Reason.NOT_WORD if broken else Reason.SYNTAX


def static_problems(content: bytes, words: Mapping[str, Any]) -> tuple[list[TemplateProblem], list[TemplateProblem]]:
    """What reading alone finds wrong, and where the most deeply nested loop of the text begins, if there is one."""
    problems: list[TemplateProblem] = []
    known = with_code(dict(words))
    deepest: tuple[int, TemplateProblem | None] = (0, None)
    for name, part in OwnTemplate(content).parts():
        found = [*part.problems, *judge(part.tags, known)]
        problems += sorted((replace(problem, part=name) for problem in found), key=lambda problem: problem.line)
        depth = 0
        for tag in part.tags:
            depth += (tag.keyword == "for") - (tag.keyword == "endfor")
            if depth > deepest[0]:
                deepest = depth, replace(tag.problem(Reason.TOO_MUCH), part=name)
    unique = list({(problem.part, problem.line, str(problem)): problem for problem in problems}.values())
    return unique, [deepest[1]] if deepest[1] else []


def fill(content: bytes, words: Mapping[str, Any]) -> bytes:
    """The Word file; raises TemplateRefused. The same bytes for the same template and words."""
    template = OwnTemplate(content)
    template.render(with_code(dict(words)), template.environment)
    for element in (template.docx.element.body, *(s.header._element for s in template.docx.sections)):
        _close_cells(element)
    template.docx.core_properties.title = str(words.get("title", ""))[:255]  # the format's limit
    file = io.BytesIO()
    template.save(file)
    return with_fixed_times(file.getvalue())


def _close_cells(element: Any) -> None:
    """Word opens no file in which a cell does not end in a paragraph; a condition may have taken the last one away."""
    for cell in element.iter(qn("w:tc")):
        if not len(cell) or cell[-1].tag != qn("w:p"):
            etree.SubElement(cell, qn("w:p"))
