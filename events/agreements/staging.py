"""Who stands where when an agreement is signed on stage: the school on the left, the enterprise on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from events.agreements.models import Agreement, AgreementParty
from events.fairs.models import SigningItem
from events.fairs.services import SigningFacts
from portal.organizations.models import OrganizationKind

LONGEST_TITLE = SigningItem._meta.get_field("title").max_length or 0
LONGEST_SIGNATORY = SigningItem._meta.get_field("school_signatory").max_length or 0
Coming = dict[int, int]  # organization → its participation in the fair, of those that come


@dataclass(frozen=True, slots=True)
class Stage:
    """The two who sign at the table, and those who stand with them."""

    left: AgreementParty
    right: AgreementParty
    others: Sequence[AgreementParty] = ()


def stage_of(agreement: Agreement) -> Stage:
    """The sides of an agreement whose parties are loaded in their order.

    The first school stands on the left, as on the printed sheets, the first enterprise on the right; where there is
    none of a kind, the first of the other parties stands there.
    """
    parties = list(agreement.parties.all())
    left = _first(parties, OrganizationKind.SCHOOL)
    rest = [party for party in parties if party is not left]
    right = _first(rest, OrganizationKind.ENTERPRISE)
    return Stage(left, right, [party for party in rest if party is not right])


def signing_facts(agreement: Agreement, coming: Coming) -> SigningFacts:
    """The agreement as an item of the fair's programme; parties that this cannot hold stand in its title."""
    stage = stage_of(agreement)
    school, enterprise = _place(stage.left, "school", coming), _place(stage.right, "enterprise", coming)
    others = "、".join(party.organization.display_name for party in stage.others)
    title = f"{agreement.title} ({others})" if others else agreement.title
    return SigningFacts(
        title=title[:LONGEST_TITLE],
        school_id=school,
        enterprise_id=enterprise,
        school_signatory=signatory_of(stage.left, named=school is None),
        enterprise_signatory=signatory_of(stage.right, named=enterprise is None),
    )


def signatory_of(party: AgreementParty, *, named: bool = False) -> str:
    """Name and post of who signs for a party, behind the party's name where the programme has no place for that."""
    words = [party.organization.display_name] if named else []
    words += [party.signatory, party.signatory_post]
    return " ".join(word for word in words if word)[:LONGEST_SIGNATORY]


def _first(parties: Sequence[AgreementParty], kind: OrganizationKind) -> AgreementParty:
    return next((party for party in parties if party.organization.kind == kind), parties[0])


def _place(party: AgreementParty, kind: str, coming: Coming) -> int | None:
    return coming.get(party.organization_id) if party.organization.kind == kind else None
