"""Word by docxtpl: the template is ours, the values are data and nothing else."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2 import StrictUndefined
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup, escape

from events.printing.plain_text import printable

TEMPLATE_FOLDER = Path(__file__).parent / "templates"
WORD_TEMPLATES = ("agreement_zh", "agreement_en")
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
    template.render(values, jinja_env=_environment())
    template.docx.core_properties.title = values["title"][:255]  # the format's limit
    file = io.BytesIO()
    template.save(file)
    return with_fixed_times(file.getvalue())


def _environment() -> SandboxedEnvironment:
    return SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_literal)


def _literal(value: object) -> Markup:
    """Escape a value, underscores too: docxtpl turns {_{ and %_} in the finished text into Jinja tags' signs."""
    return Markup(str(escape(value)).replace("_", "&#95;"))  # noqa: S704 - escaped just now


def with_fixed_times(package: bytes) -> bytes:
    """Return a zip file with the time of every member set to FIXED_TIME."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package)) as old, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as new:
        for member in old.infolist():
            entry = zipfile.ZipInfo(member.filename, FIXED_TIME)
            entry.compress_type, entry.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            new.writestr(entry, old.read(member))
    return result.getvalue()
