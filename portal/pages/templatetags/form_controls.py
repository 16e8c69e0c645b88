"""How the controls of a form look: used by templates/forms/ alone."""

from __future__ import annotations

from typing import Any

from django import forms, template
from django.forms.boundfield import BoundField

register = template.Library()

# Widgets of Django that browsers show as a native picker once type and format are theirs.
NATIVE_PICKERS = {
    forms.DateInput: ("date", "%Y-%m-%d"),
    forms.DateTimeInput: ("datetime-local", "%Y-%m-%dT%H:%M"),
    forms.TimeInput: ("time", "%H:%M"),
}


@register.filter
def kind_of(field: BoundField) -> str:
    """How field.html lays a field out: "group" (radios, checkboxes), "checkbox", or "input"."""
    widget = field.field.widget
    if isinstance(widget, forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "group"
    return "checkbox" if isinstance(widget, forms.CheckboxInput) else "input"


@register.filter
def dressed(field: BoundField) -> BoundField:
    """The field with the classes of the design system on its widget; classes of its own stay."""
    widget = field.field.widget
    for part in widget.widgets if isinstance(widget, forms.MultiWidget) else [widget]:
        _add_class(part, _class_for(part))
        _make_native(part)
    return field


def _class_for(widget: forms.Widget) -> str:
    if isinstance(widget, forms.CheckboxInput | forms.RadioSelect | forms.CheckboxSelectMultiple):
        return "form-check-input"
    return "form-select" if isinstance(widget, forms.Select) else "form-control"


def _add_class(widget: forms.Widget, name: str) -> None:
    classes = str(widget.attrs.get("class", "")).split()
    if name not in classes:
        widget.attrs["class"] = " ".join([*classes, name])


def _make_native(widget: forms.Widget) -> None:
    for kind, (input_type, text_format) in NATIVE_PICKERS.items():
        if type(widget) is kind and widget.input_type == "text":
            widget.input_type, widget.format = input_type, text_format


@register.filter
def has_required(fields: Any) -> bool:
    """Whether any (field, errors) pair of a form is required, so that the mark needs explaining."""
    return any(field.field.required for field, _errors in fields)
