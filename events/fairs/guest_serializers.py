"""What programs send about guests: names, limits, decisions, invitations by job, reminders."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from rest_framework import serializers

from events.fairs.models import Delegate
from events.fairs.services import About
from portal.organizations.models import Organization


class DelegateSerializer(serializers.ModelSerializer[Delegate]):
    """One person of a delegation, which is listed in the order of rank; `public_id` of a known one keeps its badge."""

    public_id = serializers.UUIDField(required=False, allow_null=True)

    class Meta:
        model = Delegate
        fields = [
            "public_id",
            "name",
            "post",
            "phone",
            "is_leader",
            "arrives_at",
            "lodging",
            "diet",
            "vehicle",
            "checked_in_at",
        ]
        read_only_fields = ["checked_in_at"]


class LimitsSerializer(serializers.Serializer[Any]):
    """Meetings of an organization at once, at least and at most; null for the fair's own numbers."""

    at_once = serializers.IntegerField(min_value=1, max_value=4)
    min_meetings = serializers.IntegerField(min_value=0, max_value=999, allow_null=True)
    max_meetings = serializers.IntegerField(min_value=1, max_value=999, allow_null=True)


class AdmissionSerializer(serializers.Serializer[Any]):
    """Whether an organization that asked to take part is accepted."""

    accept = serializers.BooleanField()
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class WithdrawalSerializer(serializers.Serializer[Any]):
    """Why an organization does not take part any more."""

    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class ApplicationSerializer(serializers.Serializer[Any]):
    """Asking for a place without an invitation."""

    organization = serializers.SlugRelatedField(slug_field="public_id", queryset=Organization.objects.approved())
    delegates = serializers.IntegerField(min_value=1, max_value=50, default=2)
    note = serializers.CharField(max_length=300, allow_blank=True, default="")


class LettersSerializer(serializers.Serializer[Any]):
    """Whom to invite with letters, or for nobody named: whose letters to make again, which are all."""

    organizations = serializers.SlugRelatedField(
        slug_field="public_id", many=True, queryset=Organization.objects.approved(), required=False
    )
    language = serializers.ChoiceField(choices=settings.LANGUAGES, default=settings.LANGUAGE_CODE)


class ReminderSerializer(serializers.Serializer[Any]):
    """Of what to remind everybody who owes it."""

    about = serializers.ChoiceField(choices=About.choices)


class RemindedSerializer(serializers.Serializer[Any]):
    """How many were reminded."""

    reminded = serializers.IntegerField(read_only=True)
