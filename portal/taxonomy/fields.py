"""Form fields over the code lists."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.taxonomy.models import Industry, Major, Region, Skill
from portal.taxonomy.search import major_label, resolve_major
from portal.taxonomy.widgets import SearchSelect, SearchSelectMultiple


def no_such_major(text: str, suggestions: list[Major]) -> str:
    """The sentence that tells a person why a name decides nothing, with what it may mean."""
    if not suggestions:
        return _("No major of the catalogue has the name or code “%(text)s”.") % {"text": text}
    near = "; ".join(map(major_label, suggestions))
    return _("“%(text)s” does not name one major. Did you mean: %(majors)s?") % {"text": text, "majors": near}


class MajorField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """One major, by its code; a present or an old name that stands for one major alone is understood too."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("widget", SearchSelect("majors"))
        super().__init__(Major.objects.filter(retired_on=None), **kwargs)

    def to_python(self, value: Any) -> Major | None:
        try:
            chosen: Major | None = super().to_python(value)
        except ValidationError:
            found = resolve_major(str(value))
            if isinstance(found, list):
                raise ValidationError(no_such_major(str(value), found), code="invalid_choice") from None
            return found
        return chosen


def majors_field(**kwargs: Any) -> forms.ModelMultipleChoiceField:  # type: ignore[type-arg]
    """Several majors, searched for."""
    rows = Major.objects.filter(retired_on=None)
    return forms.ModelMultipleChoiceField(rows, widget=SearchSelectMultiple("majors"), **kwargs)


def skills_field(**kwargs: Any) -> forms.ModelMultipleChoiceField:  # type: ignore[type-arg]
    """Several skills, searched for; they are posted by name."""
    widget = SearchSelectMultiple("skills")
    return forms.ModelMultipleChoiceField(Skill.objects.all(), widget=widget, to_field_name="name", **kwargs)


def region_field(**kwargs: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """A province, a city or a county, searched for."""
    rows = Region.objects.filter(retired_on=None)
    return forms.ModelChoiceField(rows, widget=SearchSelect("regions"), **kwargs)


def industry_field(**kwargs: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """An industry of any level, searched for."""
    rows = Industry.objects.filter(retired_on=None)
    return forms.ModelChoiceField(rows, widget=SearchSelect("industries"), **kwargs)
