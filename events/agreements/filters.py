"""What lists of agreements can be narrowed by; the same for the page, the register in Excel and the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import django_filters
from django.contrib.auth.models import AnonymousUser
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from events.agreements.models import Agreement, AgreementKind, AgreementParty, AgreementStatus, AgreementTerm
from events.agreements.pipeline import DORMANT, GIVEN_UP_STATE, STATES, Person, ending_soon, in_state, waiting_for
from events.agreements.selectors import fairs_of_agreements
from events.fairs.models import Fair
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind

FIRST_YEAR, LAST_YEAR = 1990, 2100
ON = "on"


def _fairs(request: HttpRequest | None) -> QuerySet[Fair]:
    """The fairs of the agreements that the reader may see; none where the API is described without a reader."""
    return Fair.objects.none() if request is None else fairs_of_agreements(request.user)


class _KindChoice(django_filters.fields.ModelChoiceField):
    """A kind of cooperation by its name in the reader's language."""

    def label_from_instance(self, obj: CooperationKind) -> str:
        return obj.name if (get_language() or "").startswith("zh") else obj.name_en


class _KindFilter(django_filters.ModelChoiceFilter):
    field_class = _KindChoice


def _switch(method: str, label: Any, chosen: Any, other: Any) -> Any:
    """A condition that is asked for with "on", or not at all."""
    return django_filters.ChoiceFilter(choices=[(ON, chosen)], method=method, label=label, empty_label=other)


class AgreementFilter(django_filters.FilterSet):
    """Text, party, kinds, fair, year, where it stands, and what needs attention."""

    text = django_filters.CharFilter(method="by_text", label=_("Number, title or party"))
    state = django_filters.ChoiceFilter(
        choices=[*STATES.items(), GIVEN_UP_STATE], method="by_state", label=_("State"), empty_label=_("Every state")
    )
    kind = django_filters.ChoiceFilter(choices=AgreementKind.choices, label=_("Kind"), empty_label=_("Every kind"))
    fair = django_filters.ModelChoiceFilter(
        queryset=_fairs, to_field_name="slug", label=_("Fair"), empty_label=_("Every fair")
    )
    party = django_filters.CharFilter(
        method="by_party", label=_("Party"), help_text=_("Name, pinyin, initials or credit code.")
    )
    cooperation_kind = _KindFilter(
        queryset=CooperationKind.objects.all(),
        method="by_cooperation_kind",
        label=_("Kind of cooperation"),
        empty_label=_("Every kind of cooperation"),
    )
    year = django_filters.NumberFilter(
        method="by_year",
        label=_("Year of signature"),
        help_text=_("Of an unsigned one: the year in which it begins."),
        min_value=FIRST_YEAR,
        max_value=LAST_YEAR,
        decimal_places=0,
    )
    status = django_filters.ChoiceFilter(
        choices=AgreementStatus.choices, label=_("Status by name"), empty_label=_("Every status")
    )
    waiting = _switch("by_turn", _("Whose turn"), _("Waiting for us"), _("Anybody's"))
    ending = _switch("by_end", _("End"), _("Ending within 90 days"), _("At any time"))
    dormant = _switch("by_dormancy", _("Records"), _("Nothing recorded for 180 days"), _("Dormant or not"))

    class Meta:
        model = Agreement
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        named = AgreementParty.objects.filter(
            Q(organization__legal_name__icontains=value)
            | Q(organization__short_name__icontains=value)
            | Q(own_number__icontains=value)
        )
        return rows.filter(Q(number__icontains=value) | Q(title__icontains=value) | Q(pk__in=named.values("agreement")))

    def by_state(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        return in_state(rows, value, self._reader, timezone.localdate())

    def by_party(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        """By what a person types of its name, or by its public_id."""
        try:
            organizations = Organization.objects.filter(public_id=UUID(value))
        except ValueError:
            organizations = Organization.objects.named_like(value)
        parties = AgreementParty.objects.filter(organization__in=organizations)
        return rows.filter(pk__in=parties.values("agreement"))

    def by_cooperation_kind(self, rows: QuerySet[Agreement], name: str, value: CooperationKind) -> QuerySet[Agreement]:
        return rows.filter(Exists(AgreementTerm.objects.filter(agreement=OuterRef("pk"), cooperation_kind=value)))

    def by_year(self, rows: QuerySet[Agreement], name: str, value: Any) -> QuerySet[Agreement]:
        year = int(value)
        return rows.filter(Q(signed_on__year=year) | Q(signed_on=None, starts_on__year=year))

    def by_turn(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        return rows.filter(waiting_for(self._reader))

    def by_end(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        return rows.filter(ending_soon(timezone.localdate()))

    def by_dormancy(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        return rows.filter(DORMANT)

    @property
    def _reader(self) -> Person:
        return AnonymousUser() if self.request is None else self.request.user


STATE_FIELDS = ("state", "status", "waiting", "ending", "dormant")  # what a count by state leaves aside
FIRST_FIELDS = ("text", "state", "kind", "fair")  # those that most people need
