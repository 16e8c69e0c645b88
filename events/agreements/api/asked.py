"""What programs send to do something with an agreement."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.conf import settings
from rest_framework import serializers

from events.agreements.api.content import ContentSerializer, money
from events.agreements.facts import Signatory, Upload
from events.agreements.models import AgreementKind, PartyRole
from events.agreements.selectors import fairs_to_draft_at, outcomes_editable_by
from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.common.uploads import DOCUMENTS, MEGABYTE, SCANS, FileKind, UploadRefused, check_upload
from portal.organizations.models import Organization
from portal.taxonomy.models import CooperationKind

MOST_BYTES = 20 * MEGABYTE
MANY: dict[str, Any] = {"many": True, "required": False, "default": list}
LARGEST_VERSION = 2_000_000_000  # what the column holds


class UploadField(serializers.FileField):
    """A file that passes the gate; its validated value is a facts.Upload."""

    def __init__(self, *, allowed: Collection[FileKind] = DOCUMENTS, **options: Any) -> None:
        self.allowed = allowed
        super().__init__(**options)

    def to_internal_value(self, data: Any) -> Any:
        """Refuse what is no file of the allowed kinds."""
        file = super().to_internal_value(data)
        try:
            checked = check_upload(file, allowed=self.allowed, most_bytes=MOST_BYTES)
        except UploadRefused as refused:
            raise serializers.ValidationError(str(refused), code=refused.flaw.name.lower()) from refused
        return Upload(checked.file, checked.name, checked.content_type, checked.sha256, checked.size)


class OrganizationField(serializers.SlugRelatedField[Organization]):
    """An organization that the caller may see."""

    def get_queryset(self) -> Any:
        request = self.context.get("request")
        return Organization.objects.visible_to(request.user) if request else Organization.objects.none()


class DraftSerializer(serializers.Serializer[Any]):
    """A draft: of an `outcome`, or of `parties` in the order of their roles with a `content`.

    Without a content it is the standard one of these kinds of cooperation.
    """

    kind = serializers.ChoiceField(choices=AgreementKind.choices)
    outcome = serializers.SlugRelatedField(
        slug_field="public_id", queryset=Outcome.objects.none(), required=False, allow_null=True, default=None
    )
    parties = OrganizationField(slug_field="public_id", queryset=Organization.objects.none(), **MANY)
    fair = serializers.SlugRelatedField(
        slug_field="slug", queryset=Fair.objects.none(), required=False, allow_null=True, default=None
    )
    cooperation_kinds = serializers.SlugRelatedField(slug_field="code", queryset=CooperationKind.objects.all(), **MANY)
    content = ContentSerializer(required=False, allow_null=True, default=None)

    def get_fields(self) -> dict[str, Any]:
        """Offer only the outcomes and fairs from which the caller may draft."""
        fields: dict[str, Any] = super().get_fields()
        request = self.context.get("request")
        if request is not None:
            fields["outcome"].queryset = outcomes_editable_by(request.user)
            fields["fair"].queryset = fairs_to_draft_at(request.user)
        return fields


class TextChangeSerializer(serializers.Serializer[Any]):
    """The whole content of the open text, and the agreement's version that was read."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST_VERSION)
    content = ContentSerializer()


class OfPartySerializer(serializers.Serializer[Any]):
    """The party that acts, by its role."""

    party = serializers.ChoiceField(choices=PartyRole.choices)


class WordOfPartySerializer(OfPartySerializer):
    """`on_behalf` says how a party gave its word on paper, where another records it."""

    on_behalf = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class ApprovalSerializer(WordOfPartySerializer):
    """The hash names the wording that was read."""

    terms_hash = serializers.CharField(max_length=64)


class HandOverSerializer(serializers.Serializer[Any]):
    to = serializers.ChoiceField(choices=PartyRole.choices)
    message = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    version = serializers.IntegerField(
        min_value=1, max_value=LARGEST_VERSION, required=False, allow_null=True, default=None
    )


def _name(label: str) -> serializers.CharField:
    return serializers.CharField(max_length=60, required=False, allow_blank=True, default="", help_text=label)


class SignSerializer(serializers.Serializer[Any]):
    """As a form of several parts: the hash read, the day, the scan, and who has signed for each party named.

    A party records its own signature, the organizer of the fair and the staff those of all.
    """

    terms_hash = serializers.CharField(max_length=64)
    signed_on = serializers.DateField()
    scan = UploadField(allowed=SCANS)
    first_signatory, first_post = _name("Who signed for party A."), _name("")
    second_signatory, second_post = _name("Who signed for party B."), _name("")
    third_signatory, third_post = _name("Who signed for party C."), _name("")
    fourth_signatory, fourth_post = _name("Who signed for party D."), _name("")
    fifth_signatory, fifth_post = _name("Who signed for party E."), _name("")
    sixth_signatory, sixth_post = _name("Who signed for party F."), _name("")


def signatories_of(given: Mapping[str, Any]) -> dict[str, Signatory]:
    """By role, the people named."""
    roles = [role for role in PartyRole.values if given[f"{role}_signatory"].strip()]
    return {role: Signatory(given[f"{role}_signatory"], given[f"{role}_post"]) for role in roles}


class GivingUpSerializer(serializers.Serializer[Any]):
    """`party`: the one that rejects the draft which is with it; left out, the draft is withdrawn."""

    reason = serializers.CharField(max_length=500)
    party = serializers.ChoiceField(choices=PartyRole.choices, required=False, allow_null=True, default=None)


class AmendmentSerializer(OfPartySerializer):
    reason = serializers.CharField(max_length=500)


class ExtensionSerializer(AmendmentSerializer):
    ends_on = serializers.DateField()


class RenewalSerializer(serializers.Serializer[Any]):
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)


class CompletionSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=LARGEST_VERSION)
    ended_on = serializers.DateField()
    closing_note = serializers.CharField(max_length=2000)


class NoticeGivenSerializer(WordOfPartySerializer):
    reason = serializers.CharField(max_length=500)
    effective_on = serializers.DateField()


class ParticularsSerializer(serializers.Serializer[Any]):
    """What of a party changes without anybody's approval; what is left out stays."""

    own_number = serializers.CharField(max_length=60, required=False, allow_blank=True)
    signatory = serializers.CharField(max_length=60, required=False, allow_blank=True)
    signatory_post = serializers.CharField(max_length=60, required=False, allow_blank=True)
    contact = serializers.CharField(max_length=60, required=False, allow_blank=True)
    contact_phone = serializers.CharField(max_length=40, required=False, allow_blank=True)


class PaymentMadeSerializer(serializers.Serializer[Any]):
    """`line` is that of the promise of money."""

    line = serializers.IntegerField(min_value=1, max_value=32_000)
    paid_on = serializers.DateField()
    amount = money()
    note = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    proof = UploadField(required=False, allow_null=True, default=None)


class MilestonePlannedSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=160)
    due_on = serializers.DateField()


class MilestoneReachedSerializer(serializers.Serializer[Any]):
    done_on = serializers.DateField()
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    evidence = UploadField(required=False, allow_null=True, default=None)


class ResultRecordedSerializer(serializers.Serializer[Any]):
    cooperation_kind = serializers.SlugRelatedField(slug_field="code", queryset=CooperationKind.objects.all())
    year = serializers.IntegerField(min_value=2000, max_value=2100)
    people = serializers.IntegerField(min_value=0, max_value=10_000_000)
    note = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
    evidence = UploadField(required=False, allow_null=True, default=None)


class AnnexSerializer(serializers.Serializer[Any]):
    """A file that becomes part of the open text, and the agreement's version that was read."""

    version = serializers.IntegerField(min_value=1, max_value=LARGEST_VERSION)
    file = UploadField()


class AnnexRemovalSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(min_value=1, max_value=LARGEST_VERSION)


class DocumentRequestSerializer(serializers.Serializer[Any]):
    """`text` is the number of the text; left out, the latest."""

    text = serializers.IntegerField(min_value=1, max_value=32_000, required=False, allow_null=True, default=None)
    language = serializers.ChoiceField(choices=settings.LANGUAGES)
