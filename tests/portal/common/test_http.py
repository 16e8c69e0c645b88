from __future__ import annotations

from io import BytesIO

import pytest
from django import forms

from portal.common.errors import DomainError
from portal.common.http import attachment, show_refusal


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("brief.pdf", 'attachment; filename="brief.pdf"'),
        ("协议.docx", "attachment; filename*=utf-8''%E5%8D%8F%E8%AE%AE.docx"),
        ('a"b.pdf', 'attachment; filename="a\\"b.pdf"'),
    ],
)
def test_attachment_is_saved_under_its_name_and_never_sniffed(name, header):
    answer = attachment(BytesIO(b"x"), name=name)
    assert answer.headers["Content-Disposition"] == header
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, no-store"
    assert b"".join(answer.streaming_content) == b"x"


def test_attachment_cannot_smuggle_a_header_line():
    answer = attachment(BytesIO(b"x"), name="a\r\nSet-Cookie: x=1.pdf")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=utf-8''a%0D%0ASet-Cookie%3A%20x%3D1.pdf"


def test_attachment_is_of_the_type_named_else_of_that_of_its_name():
    assert attachment(BytesIO(), name="x.pdf").headers["Content-Type"] == "application/pdf"
    assert attachment(BytesIO(), name="x.pdf", content_type="text/plain").headers["Content-Type"] == "text/plain"


class NameForm(forms.Form):
    name = forms.CharField()


@pytest.mark.parametrize(("field", "shown_at"), [("name", "name"), ("other", "__all__"), (None, "__all__")])
def test_refusal_is_shown_beside_its_field_or_above(field, shown_at):
    form = NameForm({"name": "x"})
    assert form.is_valid()
    show_refusal(form, DomainError("No.", field=field))
    assert dict(form.errors) == {shown_at: ["No."]}
