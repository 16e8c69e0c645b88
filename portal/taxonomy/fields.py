"""Form fields over the code lists; text that a person types is resolved as everywhere (portal.taxonomy.resolving)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.taxonomy.models import Industry, Major, Region, Skill
from portal.taxonomy.naming import Resolution, normal_form
from portal.taxonomy.resolving import LONGEST_NAME, resolve_major, resolve_majors, resolve_skills
from portal.taxonomy.search import suggestion_label
from portal.taxonomy.widgets import SearchSelect, SearchSelectMultiple

MOST_UNKNOWN = 20  # names that one form may leave to the staff


def no_such_major(found: Resolution) -> str:
    """The sentence that tells a person why a name decides nothing, with what it may mean."""
    if not found.suggestions:
        return _("No major of the catalogue has the name or code “%(text)s”.") % {"text": found.text[:60]}
    names = {"text": found.text[:60], "majors": _near(found)}
    return _("“%(text)s” does not name one major. Did you mean: %(majors)s?") % names


def no_such_skill(found: Resolution) -> str:
    """The same for a skill."""
    if not found.suggestions:
        return _("No skill of the list has the name “%(text)s”.") % {"text": found.text[:60]}
    names = {"text": found.text[:60], "skills": _near(found)}
    return _("“%(text)s” is no skill of the list. Did you mean: %(skills)s?") % names


def _near(found: Resolution) -> str:
    return "; ".join(map(suggestion_label, found.suggestions))


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
            if found.key is None:
                raise ValidationError(no_such_major(found), code="invalid_choice") from None
            return Major.objects.get(pk=found.key)
        return chosen


class Chosen(list[Any]):
    """The rows chosen; `unknown`: what was typed besides them and stands for none."""

    def __init__(self, rows: Iterable[Any] = (), unknown: Sequence[Resolution] = ()) -> None:
        super().__init__(rows)
        self.unknown = tuple(unknown)


class NamesField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several rows of a code list, chosen or typed; its value is a `Chosen`.

    A name that stands for no row is an error, or with `open_to_unknown` kept in `Chosen.unknown` for the form to
    decide about.
    """

    def __init__(
        self,
        rows: Any,
        *,
        resolve: Callable[[Sequence[str]], list[Resolution]],
        refusal: Callable[[Resolution], str],
        open_to_unknown: bool,
        **kwargs: Any,
    ) -> None:
        super().__init__(rows, **kwargs)
        self.resolve = resolve
        self.refusal = refusal
        self.open_to_unknown = open_to_unknown

    def clean(self, value: Any) -> Chosen:  # type: ignore[override]
        values = list(dict.fromkeys(str(one) for one in self.prepare_value(value) or ()))
        if self.required and not values:
            raise ValidationError(self.error_messages["required"], code="required")
        key = self.to_field_name or "pk"
        listed: Any = self.queryset
        rows = {str(getattr(row, key)): row for row in listed.filter(**{f"{key}__in": values})}
        found = self.resolve(typed) if (typed := [text for text in values if text not in rows]) else []
        keys = [one.key for one in found if one.key is not None and one.key not in rows]
        if keys:
            rows |= {str(getattr(row, key)): row for row in listed.filter(**{f"{key}__in": keys})}
        unknown = [one for one in found if one.key is None]
        if self.open_to_unknown:
            unknown = self._usable(unknown)
        elif unknown:
            raise ValidationError([self.refusal(one) for one in unknown[:MOST_UNKNOWN]], code="invalid_choice")
        return Chosen(rows.values(), unknown)

    def _usable(self, unknown: list[Resolution]) -> list[Resolution]:
        """Those that are a text at all; raises for one that no name is as long as, and for too many."""
        named = [one for one in unknown if normal_form(one.text)]
        if any(len(normal_form(one.text)) >= LONGEST_NAME or len(one.text) >= LONGEST_NAME for one in named):
            raise ValidationError(_("A name has fewer than %(most)d characters.") % {"most": LONGEST_NAME})
        if len(named) > MOST_UNKNOWN:
            raise ValidationError(
                _("No more than %(most)d names can be checked by the staff.") % {"most": MOST_UNKNOWN}
            )
        return named


def majors_field(*, open_to_unknown: bool = False, **kwargs: Any) -> NamesField:
    """Several majors, searched for or typed; a present or an old name that stands for one alone is understood."""
    return NamesField(
        Major.objects.filter(retired_on=None),
        resolve=lambda texts: resolve_majors([(text, None) for text in texts]),
        refusal=no_such_major,
        open_to_unknown=open_to_unknown,
        widget=SearchSelectMultiple("majors", takes_text=open_to_unknown),
        **kwargs,
    )


def skills_field(*, open_to_unknown: bool = False, **kwargs: Any) -> NamesField:
    """Several skills, searched for or typed; they are posted by name, and synonyms are understood."""
    return NamesField(
        Skill.objects.listed(),
        resolve=resolve_skills,
        refusal=no_such_skill,
        open_to_unknown=open_to_unknown,
        widget=SearchSelectMultiple("skills", takes_text=open_to_unknown),
        to_field_name="name",
        **kwargs,
    )


def region_field(**kwargs: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """A province, a city or a county, searched for."""
    rows = Region.objects.filter(retired_on=None)
    return forms.ModelChoiceField(rows, widget=SearchSelect("regions"), **kwargs)


def industry_field(**kwargs: Any) -> forms.ModelChoiceField:  # type: ignore[type-arg]
    """An industry of any level, searched for."""
    rows = Industry.objects.filter(retired_on=None)
    return forms.ModelChoiceField(rows, widget=SearchSelect("industries"), **kwargs)
