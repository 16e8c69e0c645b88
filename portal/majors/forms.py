"""Forms over a school's offer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.majors.services import MOST_PEOPLE, SupplyNumbers
from portal.taxonomy.fields import MajorField, skills_field
from portal.taxonomy.queue.models import NameKind
from portal.taxonomy.queue.services import Typed


class ProgrammeForm(forms.Form):
    """A new programme."""

    major = MajorField(
        label=_("Major"),
        help_text=_("Type characters, pinyin or the code. Old names of the catalogue are understood."),
    )
    direction = forms.CharField(
        label=_("Direction"),
        max_length=60,
        required=False,
        help_text=_("Only if the school has a direction of its own within the major."),
    )
    skills = skills_field(
        label=_("Skills taught"),
        required=False,
        open_to_unknown=True,
        help_text=_("Courses, posts and certificates. Left empty, those usual for the major are assumed."),
    )

    def service_fields(self) -> dict[str, Any]:
        """The cleaned values by their names in the services, with the skills that nobody knows."""
        typed = [Typed(NameKind.SKILL, found.text) for found in self.cleaned_data["skills"].unknown]
        return self.cleaned_data | {"typed": typed}


class ProgrammeEditForm(ProgrammeForm):
    """A programme that exists: its major stays what it is."""

    major = None  # type: ignore[assignment]
    is_active = forms.BooleanField(
        label=_("The school offers it"),
        required=False,
        help_text=_("A programme no longer offered stays here for its past years."),
    )


class SupplyForm(forms.Form):
    """The numbers of one programme in one year: all blank, or at least those who graduate."""

    enrolled = forms.IntegerField(label=_("Enrolled"), min_value=0, max_value=MOST_PEOPLE, required=False)
    graduating = forms.IntegerField(label=_("Graduating"), min_value=0, max_value=MOST_PEOPLE, required=False)
    committed = forms.IntegerField(label=_("Already promised"), min_value=0, max_value=MOST_PEOPLE, required=False)

    def clean(self) -> dict[str, Any]:
        values = self.cleaned_data
        given = any(values.get(name) is not None for name in self.fields)
        if given and values.get("graduating") is None and "graduating" not in self.errors:
            raise ValidationError({"graduating": _("How many graduate?")})
        if (values.get("committed") or 0) > (values.get("graduating") or 0) and not self.errors:
            raise ValidationError({"committed": _("No more people can be promised than graduate.")})
        return values

    def numbers(self) -> SupplyNumbers | None:
        """The numbers, or None if nothing was typed."""
        values = self.cleaned_data
        if values["graduating"] is None:
            return None
        return SupplyNumbers(values["enrolled"] or 0, values["graduating"], values["committed"] or 0)


class SupplyRow:
    """One line of the sheet: a programme, its stored line if any, and the form for its numbers."""

    def __init__(self, programme: Programme, line: SupplyLine | None, data: Mapping[str, Any] | None) -> None:
        self.programme = programme
        self.line = line
        self.is_locked = line is not None and line.state == SupplyState.LOCKED
        initial = {name: getattr(line, name) for name in SupplyForm.base_fields} if line else {}
        self.form = SupplyForm(data, prefix=f"p{programme.pk}", initial=initial)
        for field in self.form.fields.values():
            field.disabled = self.is_locked
            label = f"{programme} · {field.label}"
            field.widget.attrs |= {"class": "form-control", "inputmode": "numeric", "aria-label": label}


class SupplySheet:
    """All programmes of a school in one year, filled in together and stored all or not at all."""

    def __init__(self, programmes: Sequence[Programme], data: Mapping[str, Any] | None = None) -> None:
        self.rows = [SupplyRow(programme, _line_of(programme), data) for programme in programmes]

    def is_valid(self) -> bool:
        """Whether every row is; each is looked at, so that all errors show at once."""
        return not [row for row in self.rows if not row.form.is_valid()]

    def numbers(self) -> dict[int, SupplyNumbers]:
        """What was typed, by programme."""
        typed = {row.programme.pk: row.form.numbers() for row in self.rows}
        return {pk: numbers for pk, numbers in typed.items() if numbers is not None}

    def refuse(self, field: str | None, message: str) -> bool:
        """Show a refusal beside the row of the programme with this id; False if there is none."""
        for row in self.rows:
            if field == str(row.programme.pk):
                row.form.add_error(None, message)
                return True
        return False


def _line_of(programme: Programme) -> SupplyLine | None:
    lines: list[SupplyLine] = programme.lines_of_year  # type: ignore[attr-defined]
    return lines[0] if lines else None
