"""Pages of the platform's own Word templates; for the staff alone."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from typing import Any
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from events.agreements import services
from events.agreements.documents import PRINT_LANGUAGES
from events.agreements.forms.acts import upload_of
from events.agreements.models import AgreementKind, DocumentTemplate
from events.agreements.refusals import AgreementRefused
from events.agreements.word_files import as_word, sample_paper
from events.printing.own_templates import TEMPLATE_MOST
from events.printing.word import TEMPLATE_FOLDER
from portal.common.errors import DomainError
from portal.common.http import Request, attachment, show_refusal
from portal.common.upload_fields import UploadField
from portal.common.uploads import FileKind

WRITABLE = ("GET", "HEAD", "POST")


class TemplateForm(forms.Form):
    """A template for one kind of agreement in one language."""

    kind = forms.ChoiceField(label=_("Kind of agreement"), choices=AgreementKind.choices)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    file = UploadField(label=_("Word template"), allowed=[FileKind.DOCX], most_bytes=TEMPLATE_MOST)


@require_http_methods(WRITABLE)
def templates(request: Request) -> HttpResponse:
    """What Word files of each kind and language are made of; a new template is checked before it is stored."""
    _staff_only(request)
    form = TemplateForm(request.POST or None, request.FILES or None)
    wrong: list[str] = []
    if form.is_bound and form.is_valid():
        typed = form.cleaned_data
        try:
            template = services.store_template(
                kind=typed["kind"],
                language=typed["language"],
                upload=upload_of(typed["file"]),
                actor=request.user,
                at=timezone.now(),
            )
        except AgreementRefused as error:
            wrong = [str(problem.message) for problem in error.problems]
            form.add_error("file", _("The template cannot be filled; nothing was stored. What is wrong stands above."))
        except DomainError as error:
            show_refusal(form, error)
        else:
            messages.success(request, _t("%(name)s is in use from now on.") % {"name": template.name})
            return redirect("agreements:templates")
    return render(request, "agreements/templates.html", {"form": form, "wrong": wrong, "rows": _rows()})


@require_safe
def template_file(request: Request, public_id: UUID) -> HttpResponseBase:
    """The template as it was uploaded."""
    template = _template(request, public_id)
    try:
        content = template.file.open("rb")
    except FileNotFoundError as missing:
        raise Http404(_("The file is no longer kept.")) from missing
    return attachment(content, name=template.name, content_type=FileKind.DOCX.content_type)


@require_safe
def template_sample(request: Request, public_id: UUID) -> HttpResponseBase:
    """The template filled with a made-up agreement."""
    template = _template(request, public_id)
    try:
        content = as_word(sample_paper(template.kind, template.language), template)
    except FileNotFoundError as missing:
        raise Http404(_("The file is no longer kept.")) from missing
    except DomainError as error:
        messages.error(request, str(error))
        return redirect("agreements:templates")
    return _word(content, _t("Sample of %(name)s") % {"name": template.name})


@require_safe
def template_standard(request: Request, kind: str, language: str) -> HttpResponseBase:
    """The portal's own template with its tags, to begin with."""
    _staff_only(request)
    if kind not in AgreementKind.values or language not in dict(settings.LANGUAGES):
        raise Http404
    content = (TEMPLATE_FOLDER / f"agreement_{PRINT_LANGUAGES[language]}.docx").read_bytes()
    return _word(content, f"{AgreementKind(kind).label}.docx")


@require_POST
def template_use(request: Request, public_id: UUID) -> HttpResponse:
    """Take an earlier template into use again."""
    return _act(request, public_id, services.use_template, _t("The template is in use."))


@require_POST
def template_retire(request: Request, public_id: UUID) -> HttpResponse:
    """Take a template out of use."""
    return _act(request, public_id, services.retire_template, _t("The template is out of use."))


def _staff_only(request: Request) -> None:
    if not request.user.is_staff:
        raise Http404


def _template(request: Request, public_id: UUID) -> DocumentTemplate:
    _staff_only(request)
    return get_object_or_404(DocumentTemplate, public_id=public_id)


def _act(request: Request, public_id: UUID, service: Callable[..., object], said: str) -> HttpResponse:
    template = _template(request, public_id)
    try:
        service(template=template, actor=request.user, at=timezone.now())
    except DomainError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, said)
    return redirect("agreements:templates")


def _word(content: bytes, name: str) -> HttpResponseBase:
    return attachment(BytesIO(content), name=name, content_type=FileKind.DOCX.content_type)


def _rows() -> list[dict[str, Any]]:
    """Every kind and language with its templates, that in use first."""
    found: dict[tuple[str, str], list[DocumentTemplate]] = {}
    for row in DocumentTemplate.objects.select_related("uploaded_by").order_by("-is_active", "-pk"):
        found.setdefault((row.kind, row.language), []).append(row)
    return [
        {
            "kind": kind,
            "kind_label": kind.label,
            "language": code,
            "language_label": name,
            "templates": found.get((kind.value, code), []),
            "has_own": any(row.is_active for row in found.get((kind.value, code), [])),
        }
        for kind in AgreementKind
        for code, name in settings.LANGUAGES
    ]
