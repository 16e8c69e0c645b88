"""Where an agreement stands, as one reader finds it: its parties and their word, its texts, who may act."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from events.agreements.models import (
    Agreement,
    AgreementParty,
    AgreementText,
    Approval,
    Signature,
    TerminationNotice,
    TextStatus,
)
from events.agreements.models.agreement import GIVEN_UP
from portal.accounts.models import User
from portal.demands.models import TalentDemand
from portal.organizations.models import Organization


@dataclass(slots=True)
class Side:
    """One party: whether the reader acts for it or belongs to it, and its word on the text that is negotiated."""

    party: AgreementParty
    is_own: bool
    is_member: bool
    approval: Approval | None = None
    reset: Approval | None = None
    """Its latest word on an earlier wording, if it has none on the present one."""
    signature: Signature | None = None
    notice: date | None = None
    """The day on which its notice takes effect."""

    @property
    def role(self) -> str:
        return self.party.role

    @property
    def name(self) -> str:
        return self.party.organization.legal_name


@dataclass(frozen=True, slots=True)
class Version:
    """A text with the signatures under it."""

    text: AgreementText
    signatures: list[Signature]


@dataclass
class Situation:
    """An agreement with all that its page and its acts must know; `signatures` by the key of their text."""

    agreement: Agreement
    sides: list[Side]
    texts: list[AgreementText]
    signatures: dict[int, list[Signature]] = field(default_factory=dict)
    attends: bool = False
    may_edit: bool = False
    by_staff: bool = False

    @cached_property
    def open(self) -> AgreementText | None:
        """The text that is negotiated."""
        return next((text for text in self.texts if text.status == TextStatus.OPEN), None)

    @cached_property
    def current(self) -> AgreementText | None:
        """The text that all have signed and that is valid."""
        return next((text for text in self.texts if text.status == TextStatus.CURRENT), None)

    @property
    def shown(self) -> AgreementText:
        """The text that the page shows: the valid one, else the one negotiated, else the last one."""
        return self.current or self.open or max(self.texts, key=lambda text: text.number)

    @property
    def versions(self) -> list[Version]:
        """All texts, newest first."""
        return [Version(text, self.signatures.get(text.pk, [])) for text in self.texts]

    @property
    def parties(self) -> list[AgreementParty]:
        return [side.party for side in self.sides]

    @property
    def own(self) -> list[Side]:
        """The parties for which the reader acts."""
        return [side for side in self.sides if side.is_own]

    @property
    def holder(self) -> Side | None:
        """The party with which the open text is."""
        text = self.open
        return self.side_of(text.with_party_id) if text is not None and text.with_party_id else None

    @property
    def holds(self) -> bool:
        """Whether the reader may change the open text: it is with an own party, or the reader attends the agreement."""
        return self.open is not None and (self.attends or (self.holder is not None and self.holder.is_own))

    @property
    def unapproved(self) -> list[Side]:
        """The parties that have not approved the open text."""
        return [side for side in self.sides if side.approval is None] if self.open else []

    @property
    def unsigned(self) -> list[Side]:
        """The parties that have not signed the open text."""
        return [side for side in self.sides if side.signature is None] if self.open else []

    @property
    def signed_by_some(self) -> bool:
        """Whether a party has signed the open text."""
        return any(side.signature for side in self.sides) if self.open else False

    @property
    def sees_contacts(self) -> bool:
        """Contacts are for the parties among each other, and for who attends."""
        return self.attends or any(side.is_member for side in self.sides)

    def side_of(self, party_id: int | None) -> Side | None:
        return next((side for side in self.sides if side.party.pk == party_id), None)

    def acting(self, among: Sequence[Side]) -> list[Side]:
        """Those of the sides for which the reader may act: own ones; all for who attends."""
        return [side for side in among if side.is_own or self.attends]


def agreements_for(user: User) -> QuerySet[Agreement]:
    """The agreements that a person may see, each with whether it may write to it and attends it."""
    editable = Agreement.objects.editable_by(user).filter(pk=OuterRef("pk"))
    attended = Agreement.objects.attended_by(user).filter(pk=OuterRef("pk"))
    renewed = Agreement.objects.filter(predecessor=OuterRef("pk")).exclude(status__in=GIVEN_UP)
    visible = Agreement.objects.visible_to(user).annotate(
        may_edit=Exists(editable),
        attends=Exists(attended),
        demand_is_seen=Exists(TalentDemand.objects.visible_to(user).filter(pk=OuterRef("demand"))),
        successor=renewed.values("pk")[:1],
        successor_number=renewed.values("number")[:1],
    )
    return visible.select_related("fair", "outcome", "demand", "predecessor")


def situation_of(agreement: Agreement, user: User) -> Situation:
    """Read where an agreement of `agreements_for` stands; four queries."""
    texts = list(agreement.texts.order_by("-number"))
    situation = Situation(
        agreement=agreement,
        sides=_sides(agreement, user),
        texts=texts,
        attends=getattr(agreement, "attends", False),
        may_edit=getattr(agreement, "may_edit", False),
        by_staff=user.is_staff,
    )
    for signature in Signature.objects.filter(text__in=texts).select_related("scan").order_by("party__position"):
        situation.signatures.setdefault(signature.text_id, []).append(signature)
    _add_words(situation)
    return situation


def _sides(agreement: Agreement, user: User) -> list[Side]:
    acting = Organization.objects.editable_by(user).filter(pk=OuterRef("organization"))
    member = Organization.objects.of_member(user).filter(pk=OuterRef("organization"))
    notices = TerminationNotice.objects.filter(party=OuterRef("pk"), revoked_at=None).values("effective_on")
    rows = agreement.parties.annotate(acts=Exists(acting), belongs=Exists(member), notice=Subquery(notices[:1]))
    return [
        Side(party, party.acts and not user.is_staff, party.belongs, notice=party.notice)
        for party in rows.select_related("organization").order_by("position")
    ]


def _add_words(situation: Situation) -> None:
    text = situation.open or situation.shown
    said = Approval.objects.filter(text=text).defer("content").select_related("approved_by")
    for approval in said.order_by("approved_at", "pk"):
        side = situation.side_of(approval.party_id)
        if side is not None:
            side.approval = approval if approval.standing else side.approval
            side.reset = approval
    for signature in situation.signatures.get(text.pk, []):
        side = situation.side_of(signature.party_id)
        if side is not None:
            side.signature = signature
    for side in situation.sides:
        side.reset = None if side.approval else side.reset
