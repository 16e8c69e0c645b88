"""What a draft says before anybody has edited it: read from the fair, its outcomes, the demands and the supply."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta

from django.db.models import Sum

from events.agreements.facts import AgreementFacts, Draft, FundingFacts, HeadCountFacts, TermFacts
from events.agreements.models import AgreementKind, AgreementTerm
from events.agreements.periods import years_after
from events.agreements.standard_texts import purpose_of, title_of
from events.fairs.models import Fair
from events.meetings.models import Outcome
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import Programme, SupplyLine, SupplyState
from portal.organizations.models import Organization, OrganizationKind
from portal.taxonomy.models import CooperationKind, Major

YEARS: Mapping[str, int] = {
    AgreementKind.INTENT: 1,
    AgreementKind.PROJECT: 1,
    AgreementKind.FRAMEWORK: 3,
    AgreementKind.STRATEGIC: 3,
    AgreementKind.GOV_SCHOOL: 3,
    AgreementKind.INTERNSHIP: 1,
}
COUNTS_STUDENTS = "students"  # one of the measures of a kind of cooperation
LONGEST_LIST = AgreementTerm._meta.get_field("majors").max_length or 0


def draft_for_outcome(outcome: Outcome, kind: str) -> Draft:
    """The agreement of a school (party A) and an enterprise (party B) that what came of their talk suggests.

    Reads the outcome's fair, both participations with their organizations, the kinds of cooperation, the majors
    wanted and offered and their graduates.
    """
    fair, school, enterprise = outcome.fair, outcome.school.organization, outcome.enterprise.organization
    majors = common_majors(school, enterprise)
    kinds = list(outcome.cooperation_kinds.all())
    starts_on, ends_on = period_of(kind, fair.starts_on)
    content = AgreementFacts(
        title=title_of(kind),
        purpose=purpose_of(kind),
        starts_on=starts_on,
        ends_on=ends_on,
        terms=proposed_terms(kinds, majors, _shared_out(outcome.headcount, majors, school, fair, (starts_on, ends_on))),
    )
    return Draft(kind=kind, parties=(school, enterprise), content=content, fair=fair, outcome=outcome)


def standard_facts(
    *,
    kind: str,
    parties: Sequence[Organization],
    kinds: Sequence[CooperationKind],
    funding: Sequence[FundingFacts],
    starts_on: date,
    ends_on: date | None,
    texts: Mapping[str, str],
) -> AgreementFacts:
    """What an agreement without an outcome says; `texts` replaces the standard title, purpose and place."""
    school = next((party for party in parties if party.kind == OrganizationKind.SCHOOL), None)
    enterprise = next((party for party in parties if party.kind == OrganizationKind.ENTERPRISE), None)
    majors = common_majors(school, enterprise) if school and enterprise else []
    return AgreementFacts(
        title=texts.get("title") or title_of(kind),
        purpose=texts.get("purpose") or purpose_of(kind),
        place=texts.get("place", ""),
        starts_on=starts_on,
        ends_on=ends_on or period_of(kind, starts_on)[1],
        terms=proposed_terms(kinds, majors, ()),
        funding=tuple(funding),
    )


def facts_for_renewal(facts: AgreementFacts, kind: str, ends_on: date | None) -> AgreementFacts:
    """The same terms for the period after: people planned for the years that follow, and no money promised yet."""
    starts_on = facts.ends_on + timedelta(days=1)
    last = ends_on or period_of(kind, starts_on)[1]
    later = starts_on.year - facts.starts_on.year
    terms = tuple(
        replace(
            term,
            starts_on=None,
            ends_on=None,
            amount=None,
            headcounts=tuple(
                replace(row, year=row.year + later) for row in term.headcounts if row.year + later <= last.year
            ),
        )
        for term in facts.terms
    )
    return replace(facts, starts_on=starts_on, ends_on=last, amount=None, terms=terms, funding=(), annexes=())


def period_of(kind: str, starts_on: date) -> tuple[date, date]:
    """First and last day: one year or three, by the kind."""
    return starts_on, years_after(starts_on, YEARS[kind], less_a_day=True)


def common_majors(school: Organization, enterprise: Organization) -> list[Major]:
    """The majors, by their very codes, that the enterprise has asked for and the school offers; by code."""
    wanted = TalentDemand.objects.filter(enterprise=enterprise).exclude(
        status__in=(DemandStatus.DRAFT, DemandStatus.WITHDRAWN)
    )
    offered = Programme.objects.active().filter(school=school)
    return list(
        Major.objects.filter(pk__in=wanted.values("majors")).filter(pk__in=offered.values("major")).order_by("code")
    )


def proposed_terms(
    kinds: Iterable[CooperationKind], majors: Sequence[Major], people: Sequence[HeadCountFacts]
) -> tuple[TermFacts, ...]:
    """A term for each kind in the list's order.

    Majors are named where students are concerned; the people promised stand at the first such kind, once, so that
    the terms of an agreement add up to the promise. Without such a kind the first one carries both.
    """
    ordered = sorted(kinds, key=lambda kind: kind.position)
    concerned = [kind.code for kind in ordered if COUNTS_STUDENTS in kind.measures.split("|")]
    concerned = concerned or [kind.code for kind in ordered[:1]]
    names = joined_names([major.name for major in majors])
    return tuple(
        TermFacts(
            cooperation_kind=kind.code,
            majors=names if kind.code in concerned else "",
            headcounts=tuple(people) if kind.code == concerned[0] else (),
        )
        for kind in ordered
    )


def joined_names(names: Sequence[str], longest: int = LONGEST_LIST) -> str:
    """The names, each once, with 、 between; those that do not fit are left out and … says so."""
    unique = list(dict.fromkeys(names))
    text = "、".join(unique)
    while len(text) > longest:
        unique.pop()
        text = "、".join([*unique, "…"])
    return text


def _shared_out(
    people: int, majors: Sequence[Major], school: Organization, fair: Fair, period: tuple[date, date]
) -> tuple[HeadCountFacts, ...]:
    """The people promised, shared out over the majors as the school's graduates of the fair's class are.

    They are planned for the year in which that class graduates, or the nearest of the agreement's years; for all majors
    together where the two have none in common.
    """
    if not people:
        return ()
    year = min(max(fair.graduating_year, period[0].year), period[1].year)
    if not majors:
        return (HeadCountFacts(year=year, people=people),)
    graduates = dict(
        SupplyLine.objects.filter(
            programme__school=school,
            programme__major__in=majors,
            graduating_year=fair.graduating_year,
            state__in=(SupplyState.CONFIRMED, SupplyState.LOCKED),
        )
        .values_list("programme__major")
        .annotate(people=Sum("graduating"))
    )
    shares = share_out(people, [graduates.get(major.code, 0) for major in majors])
    return tuple(
        HeadCountFacts(year=year, people=share, major=major.code)
        for major, share in zip(majors, shares, strict=True)
        if share
    )


def share_out(whole: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers that add up to `whole`, as the weights are (largest remainder); equal weights if all are 0."""
    if not weights:
        return []
    usable = list(weights) if any(weights) else [1] * len(weights)
    total = sum(usable)
    shares = [whole * weight // total for weight in usable]
    by_remainder = sorted(range(len(usable)), key=lambda place: (-(whole * usable[place] % total), place))
    for place in by_remainder[: whole - sum(shares)]:
        shares[place] += 1
    return shares
