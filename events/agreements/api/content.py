"""The content of a text as JSON, in the names of its canonical form; what is sent becomes facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from rest_framework import serializers

from events.agreements.checks import LONGEST_TITLE, MOST_PEOPLE
from events.agreements.facts import (
    AgreementFacts,
    AnnexFacts,
    FundingFacts,
    HeadCountFacts,
    InstalmentFacts,
    TermFacts,
)
from events.agreements.models import PartyRole

MOST_TERMS, MOST_COUNTS, MOST_PROMISES, MOST_PARTS = 40, 400, 50, 60
FIRST_YEAR, LAST_YEAR = 2000, 2100


def money(**options: Any) -> serializers.DecimalField:
    """An amount in yuan, as a string with two decimal places."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, **options)


def rows_of(serializer: Any, most: int) -> Any:
    """A list of at most so many rows; none if it is left out."""
    return serializer(many=True, required=False, default=list, max_length=most)


class HeadCountSerializer(serializers.Serializer[Any]):
    """People of one major (by its code; empty: of all) in one year."""

    year = serializers.IntegerField(min_value=FIRST_YEAR, max_value=LAST_YEAR)
    major = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    people = serializers.IntegerField(min_value=0, max_value=MOST_PEOPLE)


class TermContentSerializer(serializers.Serializer[Any]):
    """One kind of cooperation; without a period of its own it has the agreement's."""

    cooperation_kind = serializers.CharField(max_length=30)
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    majors = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    headcounts = rows_of(HeadCountSerializer, MOST_COUNTS)
    obligations = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    amount = money(required=False, allow_null=True, default=None, min_value=Decimal(0))


class InstalmentContentSerializer(serializers.Serializer[Any]):
    due_on = serializers.DateField()
    amount = money()


class FundingContentSerializer(serializers.Serializer[Any]):
    """A promise of money. `line` tells the same promise in several texts; left out for a new one."""

    line = serializers.IntegerField(min_value=0, max_value=32_000, required=False, default=0)
    payer = serializers.ChoiceField(choices=PartyRole.choices)
    payee = serializers.ChoiceField(choices=PartyRole.choices)
    purpose = serializers.CharField(max_length=200)
    amount = money()
    instalments = rows_of(InstalmentContentSerializer, MOST_PARTS)


class AnnexContentSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    sha256 = serializers.CharField()


class ContentSerializer(serializers.Serializer[Any]):
    """What parties approve: the canonical form without the kind and the parties, which do not change.

    `annexes` are read here, and added or taken out by the files' own addresses. `amount_in_words` is checked against
    the amount and not kept.
    """

    title = serializers.CharField(max_length=LONGEST_TITLE)
    purpose = serializers.CharField(max_length=2000, required=False, allow_blank=True, default="")
    place = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    amount = money(required=False, allow_null=True, default=None, min_value=Decimal(0))
    amount_in_words = serializers.CharField(
        max_length=80, required=False, allow_blank=True, default="", write_only=True
    )
    terms = rows_of(TermContentSerializer, MOST_TERMS)
    funding = rows_of(FundingContentSerializer, MOST_PROMISES)
    annexes = AnnexContentSerializer(many=True, read_only=True)


def facts_from(content: Mapping[str, Any], annexes: Sequence[AnnexFacts] = ()) -> AgreementFacts:
    """What a validated content states, with the annexes that the text has."""
    return AgreementFacts(
        title=content["title"],
        purpose=content["purpose"],
        place=content["place"],
        starts_on=content["starts_on"],
        ends_on=content["ends_on"],
        amount=content["amount"],
        amount_in_words=content["amount_in_words"],
        terms=tuple(
            TermFacts(**{**term, "headcounts": tuple(HeadCountFacts(**row) for row in term["headcounts"])})
            for term in content["terms"]
        ),
        funding=tuple(
            FundingFacts(**{**row, "instalments": tuple(InstalmentFacts(**part) for part in row["instalments"])})
            for row in content["funding"]
        ),
        annexes=tuple(annexes),
    )
