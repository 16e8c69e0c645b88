"""The figures of a fair, each defined once: by the rows that it counts or adds up.

A figure is its rows and a measure of them, so the page that lists the rows, the brief and the API can never disagree.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Exists, IntegerField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Concat, Left
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from events.agreements.models import Agreement, AgreementKind, FundingCommitment
from events.fairs.models import TAKING_PART, Fair, FairStatus, Participation, ParticipationStatus, Wish, WishKind
from events.meetings.models import Meeting, MeetingState, Outcome, OutcomeLevel, TimetableStatus
from portal.demands.models import DemandStatus, TalentDemand
from portal.majors.models import SupplyLine, SupplyState
from portal.taxonomy.models import EducationLevel, Region

SECONDARY = (EducationLevel.SECONDARY, EducationLevel.TECHNICIAN)
VOUCHED_FOR = (SupplyState.CONFIRMED, SupplyState.LOCKED)


@dataclass(frozen=True, slots=True)
class Scope:
    """A fair and the states of participation that count as taking part in it."""

    fair: Fair
    present: tuple[ParticipationStatus, ...]


def scope_of(fair: Fair) -> Scope:
    """Who takes part: those who said that they come or were checked in.

    Once the fair is closed only those who were checked in, unless the desk was not used at all: then their word
    counts, because a fair without a desk is no fair without guests. One query, or none before the closing.
    """
    if fair.status == FairStatus.CLOSED:
        checked_in = Participation.objects.filter(fair=fair, status=ParticipationStatus.ATTENDED)
        if checked_in.exists():
            return Scope(fair, (ParticipationStatus.ATTENDED,))
    return Scope(fair, TAKING_PART)


@dataclass(frozen=True, slots=True)
class Figure:
    """What a figure is called, the rows it comes from, and the column it adds up; without one, it counts the rows."""

    key: str
    label: str | Promise
    rows: Callable[[Scope], QuerySet[Any]]
    adds: str = ""
    unit: str | Promise = ""

    def measure(self, scope: Scope) -> Subquery:
        """The figure as an expression of SQL: a count of its rows, or the sum of a column of them."""
        rows = self.rows(scope).order_by()
        return RowSum(rows.values(self.adds), column=self.adds) if self.adds else RowCount(rows.values("pk"))


class RowCount(Subquery):
    """How many rows a query finds."""

    template = "(SELECT COUNT(*) FROM (%(subquery)s) found)"
    output_field = IntegerField()


class RowSum(Subquery):
    """What a column of the rows of a query adds up to; 0 without rows."""

    template = "(SELECT COALESCE(SUM(found.%(column)s), 0) FROM (%(subquery)s) found)"


def _participants(scope: Scope) -> QuerySet[Participation]:
    there = Participation.objects.filter(fair=scope.fair, status__in=scope.present)
    return there.select_related("organization__region", "organization__school")


def schools(scope: Scope) -> QuerySet[Participation]:
    """Schools that take part."""
    return _participants(scope).filter(organization__kind="school")


def enterprises(scope: Scope) -> QuerySet[Participation]:
    """Enterprises that take part."""
    return _participants(scope).filter(organization__kind="enterprise")


def secondary_schools(scope: Scope) -> QuerySet[Participation]:
    """Of the schools that take part, secondary vocational and technician ones."""
    return schools(scope).filter(organization__school__level__in=SECONDARY)


def provinces(scope: Scope) -> QuerySet[Region]:
    """Provinces, cities of their rank and regions in which a school that takes part has its seat."""
    prefix = Left("organization__region_id", 2)
    codes = schools(scope).order_by().values_list(Concat(prefix, Value("0000")), flat=True)
    return Region.objects.provinces().filter(code__in=codes)


def supply(scope: Scope) -> QuerySet[SupplyLine]:
    """What the schools that take part have vouched for: people of the fair's class, by programme."""
    return SupplyLine.objects.filter(
        programme__school__in=schools(scope).order_by().values("organization"),
        graduating_year=scope.fair.graduating_year,
        state__in=VOUCHED_FOR,
    ).select_related("programme__school", "programme__major")


def _signed(scope: Scope) -> QuerySet[Agreement]:
    return Agreement.objects.signed().filter(fair=scope.fair)


def framework_agreements(scope: Scope) -> QuerySet[Agreement]:
    """Framework agreements of the fair that are signed."""
    return _signed(scope).filter(kind=AgreementKind.FRAMEWORK).prefetch_related("parties__organization")


def intent_agreements(scope: Scope) -> QuerySet[Agreement]:
    """Letters of intent of the fair that are signed."""
    return _signed(scope).filter(kind=AgreementKind.INTENT).prefetch_related("parties__organization")


def funding(scope: Scope) -> QuerySet[FundingCommitment]:
    """Money promised in signed agreements of the fair, of whatever kind."""
    rows = FundingCommitment.objects.filter(agreement__in=_signed(scope).values("pk"))
    return rows.select_related("agreement", "payer__organization", "payee__organization")


def schools_with_intent(scope: Scope) -> QuerySet[Participation]:
    """Schools that came at least to an intent with an enterprise."""
    reached = Outcome.objects.filter(fair=scope.fair, level__gte=OutcomeLevel.INTENT)
    return _all_of(scope).filter(pk__in=reached.values("school"))


def enterprises_with_consensus(scope: Scope) -> QuerySet[Participation]:
    """Enterprises that came at least to a consensus with a school."""
    reached = Outcome.objects.filter(fair=scope.fair, level__gte=OutcomeLevel.CONSENSUS)
    return _all_of(scope).filter(pk__in=reached.values("enterprise"))


def _all_of(scope: Scope) -> QuerySet[Participation]:
    """Participations in any state: what came of a talk stays true, whoever was marked as what."""
    rows = Participation.objects.filter(fair=scope.fair)
    return rows.select_related("organization__region", "organization__school")


def _meetings(scope: Scope) -> QuerySet[Meeting]:
    published = Meeting.objects.filter(timetable__fair=scope.fair, timetable__status=TimetableStatus.PUBLISHED)
    return published.select_related("slot", "table", "school__organization", "enterprise__organization")


def meetings_planned(scope: Scope) -> QuerySet[Meeting]:
    """Meetings of the published timetable that were not cancelled."""
    return _meetings(scope).exclude(state=MeetingState.CANCELLED)


def meetings_held(scope: Scope) -> QuerySet[Meeting]:
    """Meetings of the published timetable that took place."""
    return _meetings(scope).filter(state=MeetingState.HELD)


def wishes(scope: Scope) -> QuerySet[Wish]:
    """Wishes to meet, among those who take part."""
    there = Participation.objects.filter(fair=scope.fair, status__in=scope.present).values("pk")
    rows = Wish.objects.filter(wisher__in=there, partner__in=there).exclude(kind=WishKind.NO)
    return rows.select_related("wisher__organization", "partner__organization")


def wishes_met(scope: Scope) -> QuerySet[Wish]:
    """Wishes to meet that the published timetable keeps."""
    either_way = Q(school=OuterRef("wisher"), enterprise=OuterRef("partner")) | Q(
        school=OuterRef("partner"), enterprise=OuterRef("wisher")
    )
    return wishes(scope).filter(Exists(meetings_planned(scope).select_related(None).filter(either_way)))


def promises(scope: Scope) -> QuerySet[Outcome]:
    """Outcomes of at least an intent in which people are promised: short of one, a number is talk."""
    rows = Outcome.objects.filter(fair=scope.fair, level__gte=OutcomeLevel.INTENT, headcount__gt=0)
    return rows.select_related("school__organization", "enterprise__organization")


def demands(scope: Scope) -> QuerySet[TalentDemand]:
    """What the enterprises that take part ask for: demands for the class of the fair, or for none, not withdrawn.

    The class is the bound, not the day of publication: firms also put in after a fair what they had brought to it.
    """
    there = enterprises(scope).order_by().values("organization")
    rows = TalentDemand.objects.filter(enterprise__in=there).exclude(
        status__in=(DemandStatus.DRAFT, DemandStatus.WITHDRAWN)
    )
    of_the_class = Q(graduating_year=None) | Q(graduating_year=scope.fair.graduating_year)
    return rows.filter(of_the_class).select_related("enterprise")


_people, _yuan = _("people"), _("yuan")

# In the order in which a brief gives them; those that a summary needs first.
FIGURES: tuple[Figure, ...] = (
    Figure("schools", _("Schools"), schools),
    Figure("provinces", _("Provinces of the schools"), provinces),
    Figure("enterprises", _("Enterprises"), enterprises),
    Figure("secondary_and_technician_schools", _("Secondary and technician schools"), secondary_schools),
    Figure("graduates", _("Graduates of the class"), supply, adds="graduating", unit=_people),
    Figure("framework_agreements", _("Framework agreements signed"), framework_agreements),
    Figure("funding_yuan", _("Funding promised"), funding, adds="amount", unit=_yuan),
    Figure("schools_with_intent", _("Schools with a cooperation intent"), schools_with_intent),
    Figure("enterprises_with_consensus", _("Enterprises with a consensus"), enterprises_with_consensus),
    Figure("intent_agreements", _("Letters of intent signed"), intent_agreements),
    Figure("meetings_planned", _("Meetings planned"), meetings_planned),
    Figure("meetings_held", _("Meetings held"), meetings_held),
    Figure("wishes", _("Wishes to meet"), wishes),
    Figure("wishes_met", _("Wishes met"), wishes_met),
    Figure("people_promised", _("People promised"), promises, adds="headcount", unit=_people),
    Figure("demands", _("Talent demands"), demands),
    Figure("people_sought", _("People sought"), demands, adds="headcount", unit=_people),
)
BY_KEY: Mapping[str, Figure] = {figure.key: figure for figure in FIGURES}
# A share is no count of rows of its own: it is shown by the rows of its numerator.
ROWS_OF_SHARE = {"share_secondary_and_technician": "secondary_and_technician_schools"}


def figure_named(key: str) -> Figure:
    """The figure of this key, for a share the one whose rows it counts; KeyError for an unknown one."""
    return BY_KEY[ROWS_OF_SHARE.get(key, key)]


def rows_of(figure: str, fair: Fair) -> QuerySet[Any]:
    """The rows from which a figure of a fair comes; KeyError for an unknown one."""
    return figure_named(figure).rows(scope_of(fair))


def measured(scope: Scope) -> dict[str, int | Decimal]:
    """All figures by key; one query."""
    expressions = {figure.key: figure.measure(scope) for figure in FIGURES}
    counted: Any = Fair.objects.filter(pk=scope.fair.pk).values(**expressions).get()
    return {key: without_empty_fen(value) for key, value in counted.items()}


def without_empty_fen(value: int | Decimal) -> int | Decimal:
    """Money as a whole number where it is one, else with its two decimal places; counts as they are."""
    if isinstance(value, int) or value == int(value):
        return int(value)
    return value.quantize(Decimal("0.01"))
