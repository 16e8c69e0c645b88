"""Word by docxtpl: the template is ours, the values are data and nothing else."""

import io
import zipfile
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import CodeType
from typing import Any

from docx.shared import Cm
from docxtpl import DocxTemplate, InlineImage
from jinja2 import StrictUndefined, Template
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from events.printing.plain_text import printable
from events.printing.qr import qr_png

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
WORD_TEMPLATES = ("agreement_zh", "agreement_en")
CODE_WIDTH = Cm(2.4)
FIXED_TIME = (1980, 1, 1, 0, 0, 0)  # the earliest that a zip file can state


def render_docx(template_name: str, context: Mapping[str, Any]) -> bytes:
    """Return the Word file of a template filled with a document's `as_dict()`; the same bytes for the same data.

    Values are escaped and come out as they are, tags and markup included. Raises ValueError for a template that does
    not exist and jinja2.UndefinedError if the context lacks something the template prints.
    """
    if template_name not in WORD_TEMPLATES:
        raise ValueError(f"no such Word template: {template_name!r}; there are {', '.join(WORD_TEMPLATES)}")
    template = DocxTemplate(str(TEMPLATE_FOLDER / f"{template_name}.docx"))
    values = printable(dict(context))
    template.render(with_code(values), jinja_env=environment_for(template))
    template.docx.core_properties.title = values["title"][:255]  # the format's limit
    file = io.BytesIO()
    template.save(file)
    return with_fixed_times(file.getvalue())


class CodeMark(str):
    """An address that is printed as its QR code; to a template a string, from which nothing else can be reached."""

    __slots__ = ()


def with_code(values: dict[str, Any]) -> dict[str, Any]:
    """Return an agreement's words with what {{ verify.picture }} prints, if it is to be verified."""
    verify = values.get("verify")
    return values | {"verify": verify | {"picture": CodeMark(verify["url"])}} if verify else values


def environment_for(template: DocxTemplate) -> SandboxedEnvironment:
    """Return where the tags are run: in a sandbox, every value escaped, a name without a value an error."""

    def finalize(value: object) -> Markup:
        return _drawing(template, value) if isinstance(value, CodeMark) else _literal(value)

    return _Sandbox(autoescape=True, undefined=StrictUndefined, finalize=finalize)


class _Sandbox(SandboxedEnvironment):
    """Compiles the same source once: all papers of a language are made of the same parts."""

    def from_string(self, source: Any, globals: Any = None, template_class: Any = None) -> Template:
        """Return a template ready to be filled."""
        return (template_class or Template).from_code(self, _compiled(source), self.make_globals(globals))


@lru_cache(maxsize=64)
def _compiled(source: str) -> CodeType:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_literal).compile(source)


def _literal(value: object) -> Markup:
    """Escape a value, underscores too: docxtpl turns {_{ and %_} in the finished text into Jinja tags' signs."""
    return Markup(str(escape(value)).replace("_", "&#95;"))  # noqa: S704 - escaped just now


def _drawing(template: DocxTemplate, url: str) -> Markup:
    """Return the XML of a QR code, with the words that a screen reader says."""
    picture = InlineImage(template, io.BytesIO(qr_png(url)), width=CODE_WIDTH)
    described = str(picture).replace("<wp:docPr ", f'<wp:docPr descr="{_literal(str(url))}" ', 1)
    return Markup(described)  # noqa: S704 - our own picture and an escaped address


def with_fixed_times(package: bytes) -> bytes:
    """Return a zip file with the time of every member set to FIXED_TIME."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, FIXED_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(member))
    return result.getvalue()
