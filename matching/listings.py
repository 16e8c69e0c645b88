"""The list of partners that a page, a file or a comparison shows: chosen, ranked, and said why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from matching import relations
from matching.engine.explaining import Explanation
from matching.engine.rows import score_row
from matching.explaining import MOST_DEMANDS, Known, demands_in, explained_pairs, known_schools, open_demands
from matching.filters import PartnerFilter, filter_for
from matching.listing import SHOWN
from matching.models import Match, MatchRun, RunState
from matching.reasons import Meeting, Names, meeting_of
from matching.selectors import (
    MOST_SHOWN,
    Figures,
    Partner,
    computed_list,
    counterparts,
    partners_of_matches,
    partners_of_table,
    state_of_list,
    stored_list,
)
from matching.standing import NoRun, Standing, standing
from portal.common.paging import KeysetPage, keyset_page
from portal.organizations.models import Organization, OrganizationKind


@dataclass(frozen=True, slots=True)
class Listing:
    """Lines of one view of an organization's partners.

    is_fresh: made from the rows as they are now; is_ranked: False before the very first ranking; page: of the tab that
    has pages; more: how many lines the next, longer view has, 0 for no longer one.
    """

    partners: list[Partner]
    narrowed: PartnerFilter
    keen: bool
    is_fresh: bool = True
    is_ranked: bool = True
    page: KeysetPage[Match] | None = None
    more: int = 0


@dataclass(frozen=True, slots=True)
class Explained:
    """The figures of a pair, and what meets and what is missing."""

    figures: Figures
    meeting: Meeting


def listing_of(organization: Organization, wanted: Mapping[str, Any]) -> Listing:
    """The view that a query string asks for: `view=keen`, the fields of the filter, `shown`, `after`."""
    narrowed = filter_for(organization)(wanted, counterparts(organization), organization=organization)
    allies = relations.partners_of(organization.pk)
    if wanted.get("view") == "keen":
        return _keen(organization, narrowed, allies, str(wanted.get("after", "")))
    if not narrowed.is_valid():
        return Listing([], narrowed, keen=False)
    if narrowed.is_narrowed:
        return _computed(organization, narrowed, allies, _shown(wanted))
    rows, order = stored_list(organization, keen=False)
    lines = partners_of_matches(organization, list(rows.order_by(*order)[:SHOWN]), allies)
    stored = state_of_list(organization)
    if len(lines) < SHOWN and stored.was_cut:  # some are hidden or suspended: others move up
        full = _computed(organization, narrowed, allies, SHOWN)
        return replace(full, is_fresh=full.is_fresh and stored.is_fresh, more=0)
    return Listing(lines, narrowed, keen=False, is_fresh=stored.is_fresh)


def explained_partners(organization: Organization, partners: Sequence[int]) -> dict[int, Explained]:
    """Partner → figures and what meets, in the order given; who cannot be compared yet is left out. Eight queries.

    Raises NoRun.
    """
    now = standing()
    is_school = organization.kind == OrganizationKind.SCHOOL
    pairs = [(partner, organization.pk) if is_school else (organization.pk, partner) for partner in partners]
    known = known_schools(now, list(dict.fromkeys(school for _, school in pairs)))
    demands = open_demands(now.supply.vocabulary, list(dict.fromkeys(enterprise for enterprise, _ in pairs)))
    explained = explained_pairs(known, demands, pairs)
    plain = {pair: demands_in(explanation) for pair, explanation in explained.items()}
    names = Names.of(demand for found in plain.values() for demand in found)
    return {
        (pair[0] if is_school else pair[1]): Explained(
            _figures(now, known, explained[pair], len(demands[pair[0]])), meeting_of(plain[pair], names)
        )
        for pair in pairs
        if pair in plain
    }


def _figures(now: Standing, known: Known, why: Explanation, looked_at: int) -> Figures:
    """Of all the demands of the enterprise, also where only the largest ones were explained."""
    column = now.column_of(why.enterprise) if looked_at == MOST_DEMANDS else None
    if column is None:
        return Figures.of(why)
    return Figures.of_table(score_row(now.supply, known.row(why.school), column))[0]


def _keen(organization: Organization, narrowed: PartnerFilter, allies: set[int], after: str) -> Listing:
    rows, order = stored_list(organization, keen=True)
    page = keyset_page(rows, order=order, after=after, size=SHOWN)
    lines = [replace(line, place=0) for line in partners_of_matches(organization, page.rows, allies)]
    is_ranked = bool(lines) or MatchRun.objects.filter(state=RunState.CURRENT).exists()
    return Listing(lines, narrowed, keen=True, is_fresh=is_ranked, is_ranked=is_ranked, page=page)


def _computed(organization: Organization, narrowed: PartnerFilter, allies: set[int], shown: int) -> Listing:
    try:
        table = computed_list(organization, narrowed.qs, shown=shown)
    except NoRun:
        return Listing([], narrowed, keen=False, is_fresh=False, is_ranked=False)
    lines = partners_of_table(organization, table, allies)
    more = min(shown + SHOWN, MOST_SHOWN) if len(lines) > shown and shown < MOST_SHOWN else 0
    return Listing(lines[:shown], narrowed, keen=False, more=more)


def _shown(wanted: Mapping[str, Any]) -> int:
    """How many lines are asked for: a number of lines that a view may have."""
    asked = str(wanted.get("shown", ""))
    return min(max(int(asked), SHOWN), MOST_SHOWN) if asked.isdecimal() and len(asked) < 5 else SHOWN
