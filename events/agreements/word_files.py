"""Word files: of the platform's own template where one is in use, else of ours."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.utils import translation
from django.utils.functional import Promise
from django.utils.text import Truncator
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from events.agreements.documents import PRINT_LANGUAGES
from events.agreements.models import AgreementKind, DocumentTemplate
from events.agreements.refusals import AgreementRefused
from events.agreements.standard_texts import title_of
from events.printing import AgreementDocument as Paper
from events.printing import as_docx
from events.printing.own_templates import TemplateProblem, TemplateRefused, render_template
from events.printing.sample_agreement import sample_agreement

LONGEST_QUOTE = 80  # characters of a paragraph in which something is wrong; a clause has a thousand
PARTS: Mapping[str, str | Promise] = {  # of a Word file, beside the text itself
    "header": _("the page header"),
    "footer": _("the page footer"),
    "footnotes": _("the footnotes"),
}


def template_in_use(kind: str, language: str) -> DocumentTemplate | None:
    """The platform's own template for a kind of agreement in a language, if there is one; one query."""
    return DocumentTemplate.objects.filter(kind=kind, language=language, is_active=True).first()


def as_word(paper: Paper, template: DocumentTemplate | None) -> bytes:
    """The Word file of a paper; AgreementRefused, naming the line, if the platform's own template does not take it."""
    if template is None:
        return as_docx(paper)
    with template.file.open("rb") as file:
        content = file.read()
    try:
        return render_template(content, paper.as_dict())
    except TemplateRefused as refused:
        raise AgreementRefused(
            _("The template “%(name)s” cannot be filled with this agreement. %(problems)s")
            % {"name": template.name, "problems": " ".join(sentences(refused.problems))}
        ) from refused


def sample_paper(kind: str, language: str) -> Paper:
    """A made-up agreement of a kind, in a language of the site."""
    with translation.override(language):
        return sample_agreement(
            AgreementKind(kind).value,  # type: ignore[arg-type]
            PRINT_LANGUAGES[language],
            kind_label=str(AgreementKind(kind).label),
            title=title_of(kind, language),
        )


def sentences(problems: Iterable[TemplateProblem]) -> list[str]:
    """What is wrong with a template, each with its place and what is written there, in the reader's language."""
    return [_sentence(problem) for problem in problems]


def _sentence(problem: TemplateProblem) -> str:
    reason = gettext(problem.reason) % problem.facts
    if not problem.line:
        return reason
    place = {
        "part": PARTS.get(problem.part, problem.part),
        "line": problem.line,
        "text": Truncator(problem.text).chars(LONGEST_QUOTE),
        "reason": reason,
    }
    if problem.part == "document":
        return gettext("Paragraph %(line)s, “%(text)s”: %(reason)s") % place
    return gettext("Paragraph %(line)s of %(part)s, “%(text)s”: %(reason)s") % place
