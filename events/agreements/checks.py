"""What must hold before an agreement is stored or approved, each rule with its sentence and the field it belongs to.

The rules follow the lists by which schools examine agreements of the ministry's projects: the period ends after it
begins and covers a project's cycle, the amounts of page and paper agree, the parties fit the kind of agreement.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.agreements.checks_of_money import LONGEST_PURPOSE, money_problems
from events.agreements.facts import ROLES, AgreementFacts, Draft, TermFacts
from events.agreements.models import AgreementKind
from events.agreements.periods import FIRST_DAY, LAST_DAY, years_after
from events.agreements.refusals import AgreementRefused, Problem, refuse
from events.fairs.models import Fair
from portal.organizations.models import Organization, OrganizationKind, OrganizationStatus
from portal.taxonomy.models import CooperationKind, Major

LONGEST_TITLE, LONGEST_TEXT, LONGEST_PLACE, LONGEST_MAJORS = 200, 2000, 120, 300  # characters, as the columns have them
MOST_PEOPLE = 100_000

__all__ = ["AgreementRefused", "Problem", "check_content", "check_draft", "check_parties", "content_problems"]


@dataclass(frozen=True, slots=True)
class Sides:
    """Kinds of organizations of which an agreement needs at least one each, and how many parties it may have."""

    needed: tuple[OrganizationKind, ...]
    sentence: Promise
    most: int = len(ROLES)


SCHOOL_AND_FIRM = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
ORDINARY = Sides(SCHOOL_AND_FIRM, _("An agreement of this kind needs a school and an enterprise among its parties."))
SIDES: Mapping[str, Sides] = {
    AgreementKind.GOV_SCHOOL: Sides(
        (OrganizationKind.GOVERNMENT, OrganizationKind.SCHOOL),
        _("A government–school agreement needs a government department and a school among its parties."),
    ),
    AgreementKind.INTERNSHIP: Sides(
        SCHOOL_AND_FIRM,
        _("An internship agreement is of one school and one enterprise; the student signs the paper as third party."),
        most=2,
    ),
}


def check_draft(draft: Draft) -> None:
    """AgreementRefused unless kind, parties and content fit each other."""
    if draft.kind not in AgreementKind.values:
        raise AgreementRefused(_("This kind of agreement is unknown."), field="kind")
    check_parties(draft.kind, draft.parties, draft.fair)
    check_content(draft.kind, draft.content, ROLES[: len(draft.parties)])


def check_parties(kind: str, parties: Sequence[Organization], fair: Fair | None) -> None:
    """Two to six approved organizations that fit the kind; schools and firms of a fair take part in it."""
    sides = SIDES.get(kind, ORDINARY)
    if len(parties) < 2 or len({party.pk for party in parties}) < len(parties):
        raise AgreementRefused(_("An agreement has at least two parties, each once."), field="parties")
    if len(parties) > sides.most:
        raise AgreementRefused(
            _("An agreement of this kind has at most %(most)s parties.") % {"most": sides.most}, field="parties"
        )
    there = {party.kind for party in parties}
    for needed in sides.needed:
        if needed not in there:
            raise AgreementRefused(sides.sentence, field=str(needed))
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
        if party.kind in SCHOOL_AND_FIRM and party.pk not in there:
            raise AgreementRefused(
                _("%(organization)s does not take part in this fair.") % {"organization": party.legal_name},
                field=party.kind,
            )


def check_content(kind: str, content: AgreementFacts, roles: Collection[str]) -> None:
    """AgreementRefused with all that is wrong with the content; its field is that of the first problem."""
    refuse(content_problems(kind, content, roles))


def check_still_ahead(content: AgreementFacts, today: date) -> None:
    """AgreementRefused if the period is over on the day of approval."""
    if content.ends_on <= today:
        raise AgreementRefused(
            _("The period ended on %(day)s. Set a later end before the text is approved.") % {"day": content.ends_on},
            field="ends_on",
        )


def content_problems(kind: str, content: AgreementFacts, roles: Collection[str]) -> Iterator[Problem]:
    """Everything that is wrong with a content, field by field."""
    if not content.title.strip() or len(content.title) > LONGEST_TITLE:
        yield Problem("title", _("Give the agreement a title of at most 200 characters."))
    yield from _length_problems(content)
    if not FIRST_DAY <= content.starts_on <= LAST_DAY or not FIRST_DAY <= content.ends_on <= LAST_DAY:
        yield Problem("ends_on", _("The period lies between the years 2000 and 2100."))
    elif content.ends_on <= content.starts_on:
        yield Problem("ends_on", _("The period ends before it begins."))
    elif kind == AgreementKind.PROJECT and content.ends_on < years_after(content.starts_on, 1, less_a_day=True):
        yield Problem("ends_on", _("A project agreement covers at least one project cycle, that is a year."))
    if len({term.cooperation_kind for term in content.terms}) < len(content.terms):
        yield Problem("terms", _("A kind of cooperation stands in an agreement once."))
    for term in content.terms:
        yield from _term_problems(term, content)
    yield from money_problems(content, roles)


def _length_problems(content: AgreementFacts) -> Iterator[Problem]:
    texts = [
        ("purpose", content.purpose, LONGEST_TEXT),
        ("place", content.place, LONGEST_PLACE),
        *(("terms", term.majors, LONGEST_MAJORS) for term in content.terms),
        *(("terms", term.obligations, LONGEST_TEXT) for term in content.terms),
        *(("funding", row.purpose, LONGEST_PURPOSE) for row in content.funding),
    ]
    for field, text, most in texts:
        if len(text) > most:
            yield Problem(field, _("Write at most %(most)s characters.") % {"most": most})


def _term_problems(term: TermFacts, content: AgreementFacts) -> Iterator[Problem]:
    if (term.starts_on is None) != (term.ends_on is None):
        yield Problem("terms", _("Give a kind of cooperation both its first and its last day, or neither."))
    elif term.starts_on and term.ends_on:
        if term.ends_on < term.starts_on:
            yield Problem("terms", _("The period of a kind of cooperation ends before it begins."))
        elif term.starts_on < content.starts_on or term.ends_on > content.ends_on:
            yield Problem("terms", _("The period of a kind of cooperation lies within that of the agreement."))
    if len({(row.year, row.major) for row in term.headcounts}) < len(term.headcounts):
        yield Problem("terms", _("A major stands in the plan of a year once."))
    if any(not 0 <= row.people <= MOST_PEOPLE for row in term.headcounts):
        yield Problem("terms", _("People are a number between 0 and 100,000."))
    first, last = (content.starts_on.year, content.ends_on.year)
    if any(not first <= row.year <= last for row in term.headcounts):
        yield Problem(
            "terms",
            _("People are planned for years of the agreement, %(first)s to %(last)s.") % {"first": first, "last": last},
        )


def check_codes(content: AgreementFacts) -> None:
    """AgreementRefused for a kind of cooperation or a major that no list has; two queries."""
    kinds = {term.cooperation_kind for term in content.terms}
    majors = {row.major for term in content.terms for row in term.headcounts if row.major}
    if CooperationKind.objects.filter(pk__in=kinds).count() < len(kinds):
        raise AgreementRefused(_("An unknown kind of cooperation."), field="terms")
    if Major.objects.filter(pk__in=majors).count() < len(majors):
        raise AgreementRefused(_("A major that no list has."), field="terms")
