"""What must hold before an agreement is stored, each rule with its sentence and the field it belongs to."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from events.agreements.facts import ROLES, AgreementFacts, Draft, FundingFacts, MajorFacts, TermFacts
from events.agreements.models import AgreementKind
from events.fairs.models import Fair
from portal.common.errors import DomainError
from portal.organizations.models import Organization, OrganizationKind, OrganizationStatus

LARGEST_AMOUNT = Decimal("999999999999.99")
LONGEST_TITLE = 200


class AgreementRefused(DomainError):
    """The agreement as stated cannot be."""


def check_draft(draft: Draft) -> None:
    """AgreementRefused unless kind, parties and content fit each other."""
    if draft.kind not in AgreementKind.values:
        raise AgreementRefused(_("This kind of agreement is unknown."), field="kind")
    check_parties(draft.parties, draft.fair)
    check_content(draft.content, ROLES[: len(draft.parties)])


def check_parties(parties: Sequence[Organization], fair: Fair | None) -> None:
    """Two or three approved organizations, among them a school and an enterprise; at a fair, both take part in it."""
    if not 2 <= len(parties) <= len(ROLES) or len({party.pk for party in parties}) < len(parties):
        raise AgreementRefused(_("An agreement has two or three different parties."), field="school")
    for kind in (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE):
        if not any(party.kind == kind for party in parties):
            raise AgreementRefused(_("An agreement needs a school and an enterprise."), field=str(kind))
    for party in parties:
        if party.status != OrganizationStatus.APPROVED:
            raise AgreementRefused(
                _("%(organization)s is not approved.") % {"organization": party.legal_name}, field=party.kind
            )
    if fair is not None:
        _check_at_fair(parties, fair)


def _check_at_fair(parties: Sequence[Organization], fair: Fair) -> None:
    there = set(fair.participations.taking_part().values_list("organization_id", flat=True))
    for party in parties:
        if party.kind in (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE) and party.pk not in there:
            raise AgreementRefused(
                _("%(organization)s does not take part in this fair.") % {"organization": party.legal_name},
                field=party.kind,
            )


def check_content(content: AgreementFacts, roles: Collection[str]) -> None:
    """AgreementRefused for a period that ends before it begins, a term or major twice, or money that cannot be."""
    if not content.title.strip() or len(content.title) > LONGEST_TITLE:
        raise AgreementRefused(_("Give the agreement a title of at most 200 characters."), field="title")
    if content.ends_on <= content.starts_on:
        raise AgreementRefused(_("The period ends before it begins."), field="ends_on")
    for funding in content.funding:
        _check_funding(funding, roles)
    _check_terms(content.terms, content.funding)
    _check_majors(content.majors)


def _check_funding(funding: FundingFacts, roles: Collection[str]) -> None:
    if not {funding.payer, funding.payee} <= set(roles) or funding.payer == funding.payee:
        raise AgreementRefused(_("Money goes from one party to another."), field="funding")
    if not funding.purpose.strip():
        raise AgreementRefused(_("Say what the money is for."), field="funding")
    if not 0 < funding.amount <= LARGEST_AMOUNT or not _is_in_fen(funding.amount):
        raise AgreementRefused(_("An amount is above zero and has at most two decimal places."), field="funding")


def _check_terms(terms: Sequence[TermFacts], funding: Sequence[FundingFacts]) -> None:
    if len({term.cooperation_kind for term in terms}) < len(terms):
        raise AgreementRefused(_("A kind of cooperation stands in an agreement once."), field="terms")
    if any(term.headcount < 0 for term in terms):
        raise AgreementRefused(_("People cannot be fewer than none."), field="terms")
    amounts = [term.amount for term in terms if term.amount is not None]
    if any(not 0 <= amount <= LARGEST_AMOUNT or not _is_in_fen(amount) for amount in amounts):
        raise AgreementRefused(_("An amount is not negative and has at most two decimal places."), field="terms")
    if funding and sum(amounts) > sum(entry.amount for entry in funding):
        raise AgreementRefused(_("The amounts of the terms exceed the money promised."), field="terms")


def _check_majors(majors: Sequence[MajorFacts]) -> None:
    if len({(row.major, row.graduating_year) for row in majors}) < len(majors):
        raise AgreementRefused(_("A major stands in the annex once a class."), field="majors")
    if any(row.people < 0 for row in majors):
        raise AgreementRefused(_("People cannot be fewer than none."), field="majors")


def _is_in_fen(amount: Decimal) -> bool:
    return amount == amount.quantize(Decimal("0.01"))
