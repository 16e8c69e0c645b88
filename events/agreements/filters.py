"""What lists of agreements can be narrowed by; the same for the page and the API."""

from __future__ import annotations

import django_filters
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from events.agreements.models import Agreement, AgreementKind, AgreementParty, AgreementStatus
from events.agreements.selectors import fairs_of_agreements
from events.fairs.models import Fair


def _fairs(request: HttpRequest | None) -> QuerySet[Fair]:
    """The fairs of the agreements that the reader may see; none where the API is described without a reader."""
    return Fair.objects.none() if request is None else fairs_of_agreements(request.user)


class AgreementFilter(django_filters.FilterSet):
    """Kind, status, fair, and the text of a number, a title or a party's name."""

    text = django_filters.CharFilter(method="by_text", label=_("Number, title or party"))
    kind = django_filters.ChoiceFilter(choices=AgreementKind.choices, label=_("Kind"), empty_label=_("Every kind"))
    status = django_filters.ChoiceFilter(
        choices=AgreementStatus.choices, label=_("Status"), empty_label=_("Every status")
    )
    fair = django_filters.ModelChoiceFilter(
        queryset=_fairs, to_field_name="slug", label=_("Fair"), empty_label=_("Every fair")
    )

    class Meta:
        model = Agreement
        fields: list[str] = []

    def by_text(self, rows: QuerySet[Agreement], name: str, value: str) -> QuerySet[Agreement]:
        named = AgreementParty.objects.filter(
            Q(organization__legal_name__icontains=value) | Q(organization__short_name__icontains=value)
        )
        return rows.filter(Q(number__icontains=value) | Q(title__icontains=value) | Q(pk__in=named.values("agreement")))
