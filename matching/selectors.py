"""Ranked partners as the pages and the API show them: from the stored lists, or computed for what a filter leaves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, F, OuterRef, Q, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matching.asking import enterprises_for_school, schools_for_enterprise
from matching.engine.explaining import Explanation
from matching.engine.lists import PairTable
from matching.engine.ranking import PairScore
from matching.models import EnterpriseRanking, Feedback, FeedbackKind, Match, MatchQuerySet, SchoolRanking, Side
from matching.reasons import MUTUAL, Fit
from matching.stamps import NOTHING, enterprise_stamps, school_stamps
from portal.accounts.models import User
from portal.demands.models import OPEN_STATUSES, TalentDemand
from portal.organizations.models import Organization, OrganizationKind, OrganizationQuerySet
from portal.taxonomy.models import Region

MATCHED_KINDS = (OrganizationKind.SCHOOL, OrganizationKind.ENTERPRISE)
MOST_SHOWN = 100  # of a list that is computed for a filter


@dataclass(frozen=True, slots=True)
class Figures:
    """The engine's figures of a pair: see matching.engine.lists.PairTable."""

    enterprise: int
    school: int
    enterprise_score: float
    school_score: float
    mutual: float
    coverage: float
    graduates: float
    vacancies: float

    @classmethod
    def of_match(cls, match: Match) -> Self:
        names = cls.__slots__[2:]
        return cls(match.enterprise_id, match.school_id, *(getattr(match, name) for name in names))

    @classmethod
    def of(cls, scored: PairScore | Explanation) -> Self:
        """From what the engine says of one pair."""
        return cls(*(getattr(scored, name) for name in cls.__slots__))

    @classmethod
    def of_table(cls, table: PairTable) -> list[Self]:
        columns = (getattr(table, name).tolist() for name in cls.__slots__)
        return [cls(*values) for values in zip(*columns, strict=True)]


@dataclass(frozen=True, slots=True)
class Partner:
    """A line of the list of one organization: the other side, the figures, and what is known of the two.

    place: in the list shown, 1 is the best, 0 in lists of others; seats: all whom the enterprise of the two seeks
    (persons); said: the kinds of feedback that the organization has given on it.
    """

    place: int
    organization: Organization
    figures: Figures
    own_fit: Fit
    their_fit: Fit
    is_mutual: bool
    distance: Promise
    seats: int
    said: frozenset[str]
    is_partner: bool

    @property
    def is_interesting(self) -> bool:
        return FeedbackKind.INTERESTED in self.said

    @property
    def has_met(self) -> bool:
        return FeedbackKind.MET in self.said


def matched_organizations(user: User) -> OrganizationQuerySet:
    """The schools and enterprises whose lists the user may see."""
    own = Organization.objects.all() if user.is_staff else Organization.objects.of_member(user)
    return own.filter(kind__in=MATCHED_KINDS).select_related("region").annotate(seats=seats_of("pk"))


def counterparts(organization: Organization) -> OrganizationQuerySet:
    """Who can stand in its list: approved, of the other kind, enterprises with an open demand, not hidden by it."""
    approved = Organization.objects.approved()
    if organization.kind == OrganizationKind.SCHOOL:
        asking = TalentDemand.objects.filter(enterprise=OuterRef("pk"), status__in=OPEN_STATUSES)
        rows = approved.enterprises().filter(Exists(asking))
    else:
        rows = approved.schools()
    return rows.exclude(pk__in=hidden_by(organization))


def seats_of(enterprise: str) -> Coalesce:
    """All whom an enterprise seeks in its open demands (persons), as an annotation; `enterprise`: where its key is."""
    left = Greatest(F("headcount") - F("filled"), 1)
    open_ones = TalentDemand.objects.filter(enterprise=OuterRef(enterprise), status__in=OPEN_STATUSES)
    summed = open_ones.order_by().values("enterprise").annotate(seats=Sum(left)).values("seats")
    return Coalesce(Subquery(summed), 0)


def hidden_by(organization: Organization) -> Any:
    """The partners that the organization does not want to see, as a subquery."""
    return Feedback.objects.filter(organization=organization, kind=FeedbackKind.HIDDEN).values("partner")


def stored_list(organization: Organization, *, keen: bool) -> tuple[MatchQuerySet, tuple[str, ...]]:
    """Rows and their order: of its own list or, `keen`, of the lists of others that it is in, best for them first."""
    is_school = organization.kind == OrganizationKind.SCHOOL
    side = Side.SCHOOL if is_school != keen else Side.ENTERPRISE
    me, partner = ("school", "enterprise") if is_school else ("enterprise", "school")
    owner = "school" if side == Side.SCHOOL else "enterprise"
    rows = Match.objects.standing().filter(**{"side": side, me: organization})
    rows = rows.exclude(**{f"{partner}__in": hidden_by(organization)})
    rows = rows.select_related(f"{partner}__region", f"{partner}__{partner}")
    annotations = {"said": _said(organization, partner), "seats": seats_of("enterprise")}
    return rows.annotate(**annotations), (f"-{owner}_score", f"{partner}_id")


def computed_list(organization: Organization, among: OrganizationQuerySet, *, shown: int) -> PairTable:
    """The best of these for the organization over the whole market, one more than shown. Raises NoRun."""
    ids = list(among.order_by().values_list("pk", flat=True))
    if organization.kind == OrganizationKind.SCHOOL:
        return enterprises_for_school(school_id=organization.pk, among=ids, top=shown + 1)
    return schools_for_enterprise(enterprise_id=organization.pk, among=ids, top=shown + 1)


def partners_of_matches(organization: Organization, matches: Sequence[Match], allies: set[int]) -> list[Partner]:
    """Lines of stored rows, as `stored_list` has read them."""
    name = "enterprise" if organization.kind == OrganizationKind.SCHOOL else "school"
    lines = []
    for place, match in enumerate(matches, start=1):
        other = getattr(match, name)
        other.said, other.seats = match.said, match.seats  # type: ignore[attr-defined]
        lines.append(_partner(organization, other, Figures.of_match(match), place=place, allies=allies))
    return lines


def partners_of_table(organization: Organization, table: PairTable, allies: set[int]) -> list[Partner]:
    """Lines of computed pairs, in their order; one query."""
    is_school = organization.kind == OrganizationKind.SCHOOL
    ids = (table.enterprise if is_school else table.school).tolist()
    found = partners_by_id(organization, ids)
    pairs = [(found[key], figures) for key, figures in zip(ids, Figures.of_table(table), strict=True) if key in found]
    return [
        _partner(organization, other, figures, place=place, allies=allies)
        for place, (other, figures) in enumerate(pairs, start=1)
    ]


def partners_by_id(organization: Organization, ids: Iterable[int]) -> dict[int, Organization]:
    """Those of these that can be partners, with what a line shows of them; `said` as of this organization."""
    partner = "enterprise" if organization.kind == OrganizationKind.SCHOOL else "school"
    rows = counterparts(organization).filter(pk__in=list(ids)).select_related("region", partner)
    return {row.pk: row for row in rows.annotate(said=_said(organization, "pk"), seats=seats_of("pk"))}


def partner_of(organization: Organization, other: Organization, figures: Figures) -> Partner:
    """A line of an organization as `partners_by_id` has read it; whether the two are allies is not looked up."""
    return _partner(organization, other, figures)


@dataclass(frozen=True, slots=True)
class Stored:
    """Of a stored list: whether it was made from the rows as they are now, and whether others were cut away."""

    is_fresh: bool
    was_cut: bool


def state_of_list(organization: Organization) -> Stored:
    """How the organization's own stored list stands; two queries."""
    if organization.kind == OrganizationKind.SCHOOL:
        stamp = school_stamps(organization.pk).of(organization.pk)
        made = SchoolRanking.objects.filter(school=organization).values_list("stamp", "edge").first()
    else:
        stamp = enterprise_stamps(organization.pk).of(organization.pk)
        made = EnterpriseRanking.objects.filter(enterprise=organization).values_list("stamp", "edge").first()
    known, edge = made or (None, 0.0)
    return Stored(known == stamp if stamp is not None else known in (None, NOTHING), edge > 0)


def distance_between(one: Region, other: Region) -> Promise:
    """How far two divisions are apart, in words."""
    if one.code[:2] != other.code[:2]:
        return _("another province")
    same_city = one.level > 1 and other.level > 1 and one.code[:4] == other.code[:4]
    return _("same city") if same_city else _("same province")


def _said(organization: Organization, partner: str) -> ArraySubquery:
    said = Feedback.objects.filter(organization=organization, partner=OuterRef(partner))
    return ArraySubquery(said.order_by("kind").values("kind"))


def _partner(
    own: Organization,
    other: Organization,
    figures: Figures,
    *,
    place: int = 0,
    allies: Collection[int] = (),
) -> Partner:
    """Both as read here: annotated with `seats`, the other also with what was `said` of it."""
    fits = (Fit.for_school(figures.school_score), Fit.for_enterprise(figures.enterprise_score))
    ours, theirs = fits if own.kind == OrganizationKind.SCHOOL else fits[::-1]
    return Partner(
        place=place,
        organization=other,
        figures=figures,
        own_fit=ours,
        their_fit=theirs,
        is_mutual=figures.mutual >= MUTUAL,
        distance=distance_between(own.region, other.region),
        seats=(own if own.kind == OrganizationKind.ENTERPRISE else other).seats,  # type: ignore[attr-defined]
        said=frozenset(other.said),  # type: ignore[attr-defined]
        is_partner=other.pk in allies,
    )


def standing_pair(user: User, *, enterprise: int, school: int) -> tuple[Organization, Organization] | None:
    """(enterprise, school) for members of either and the staff, while both are approved and the first asks for people.

    Each is annotated with `is_own` and `seats`; one query.
    """
    asking = TalentDemand.objects.filter(enterprise=OuterRef("pk"), status__in=OPEN_STATUSES)
    both = Q(Exists(asking), kind=OrganizationKind.ENTERPRISE, pk=enterprise)
    both |= Q(kind=OrganizationKind.SCHOOL, pk=school)
    own = Exists(Organization.objects.of_member(user).filter(pk=OuterRef("pk")))
    rows = Organization.objects.approved().filter(both).select_related("region", "school", "enterprise")
    found = {row.kind: row for row in rows.annotate(is_own=own, seats=seats_of("pk"))}
    if len(found) < 2 or not (user.is_staff or any(row.is_own for row in found.values())):  # type: ignore[attr-defined]
        return None
    return found[OrganizationKind.ENTERPRISE], found[OrganizationKind.SCHOOL]
