"""Selects over lists too long for a page: they hold the chosen options only, a script searches for the others."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms.models import ModelChoiceIterator
from django.urls import reverse
from django.utils.translation import gettext

from portal.taxonomy.search import KINDS


class _SearchMixin:
    """Renders the chosen options of a ModelChoiceField instead of the whole list."""

    choices: Any
    is_hidden: bool
    allow_multiple_selected: bool

    def __init__(self, kind: str, attrs: dict[str, Any] | None = None, *, takes_text: bool = False) -> None:
        """`takes_text`: what no row has may be typed too; its own text is its value."""
        self.kind = kind
        self.takes_text = takes_text
        super().__init__(attrs)  # type: ignore[call-arg]

    def build_attrs(self, base_attrs: dict[str, Any], extra_attrs: dict[str, Any] | None = None) -> dict[str, Any]:
        attrs: dict[str, Any] = super().build_attrs(base_attrs, extra_attrs)  # type: ignore[misc]
        css = f"{attrs.get('class', '')} form-select js-search-select".strip()
        attrs |= {"class": css, "data-search-url": reverse("taxonomy:search", args=[self.kind])}
        return attrs | {"data-create": gettext("Take as typed:")} if self.takes_text else attrs

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        """What was posted, without the NUL characters that the database could not even look for."""
        posted = super().value_from_datadict(data, files, name)  # type: ignore[misc]
        if isinstance(posted, list):
            return [value.replace("\x00", "") for value in posted]
        return posted.replace("\x00", "") if isinstance(posted, str) else posted

    def optgroups(self, name: str, value: list[str], attrs: dict[str, Any] | None = None) -> list[Any]:
        options = [] if self.allow_multiple_selected else [("", "")]
        options += self._chosen([chosen for chosen in value if chosen])
        groups: list[Any] = []
        for index, (code, label) in enumerate(options):
            option = self.create_option(name, code, label, code in value, index, attrs=attrs)  # type: ignore[attr-defined]
            groups.append((None, [option], index))
        return groups

    def _chosen(self, values: list[str]) -> list[tuple[str, str]]:
        """Values and labels of the chosen rows, in the order chosen; a value that no row has is dropped, or text."""
        if not values or not isinstance(self.choices, ModelChoiceIterator):
            return []
        searched = KINDS[self.kind]
        if self.takes_text and searched.reads_as_posted:
            return [(chosen, chosen) for chosen in dict.fromkeys(values)]
        rows = self.choices.queryset.filter(**{f"{searched.value}__in": values})
        labels = {option.value: option.text for option in map(searched.option, rows)}
        if self.takes_text:
            labels = {chosen: chosen for chosen in values} | labels
        return [(chosen, labels[chosen]) for chosen in dict.fromkeys(values) if chosen in labels]


class SearchSelect(_SearchMixin, forms.Select):
    """One row of a searched list: `ModelChoiceField(widget=SearchSelect("majors"))`."""


class SearchSelectMultiple(_SearchMixin, forms.SelectMultiple):
    """Several rows of a searched list; without a script the chosen ones can be kept or dropped."""
