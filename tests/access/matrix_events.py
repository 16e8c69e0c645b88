"""The pages of fairs, meetings, agreements and figures."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import (
    EVERYBODY,
    PAIR,
    PAIR_READERS,
    PART,
    SENT_BY_SCRIPT,
    Address,
    May,
    button,
    form,
    page,
    roles,
)
from tests.access.world import Tenant

HR, SCHOOL, ORGANIZER = roles("hr"), roles("school"), roles("organizer")
FIRM = roles("hr organizer")  # the enterprise's person and the organizer of the fair
FIRM_READERS = roles("hr reader organizer")


def live(t: Tenant) -> dict[str, Any]:
    return {"slug": t.fair.slug}


def planned(t: Tenant) -> dict[str, Any]:
    return {"slug": t.planned.slug}


def closed(t: Tenant) -> dict[str, Any]:
    return {"slug": t.closed.slug}


def session(t: Tenant) -> dict[str, Any]:
    return {"pk": t.session.pk}


def firm(t: Tenant) -> dict[str, Any]:
    return {"pk": t.firms[0].pk}


def guest(t: Tenant) -> dict[str, Any]:
    """A participant whose people are none of ours: its fair's organizer sees it."""
    return {"pk": t.firms[1].pk}


def meeting(t: Tenant) -> dict[str, Any]:
    return {"pk": t.meetings[0].pk}


def outcome(t: Tenant) -> dict[str, Any]:
    return {"pk": t.outcomes[0].pk}


def of_outcome(t: Tenant) -> dict[str, Any]:
    return {"outcome_pk": t.outcomes[0].pk}


def draft(t: Tenant) -> dict[str, Any]:
    return {"pk": t.agreements[0].pk}


def guests_draft(t: Tenant) -> dict[str, Any]:
    return {"pk": t.guests_agreement.pk}


PUBLIC_FAIRS = (
    page("fairs:list", see=EVERYBODY, searches=("?q=zk", "?q=foreign", "?when=coming", "?when=past")),
    page("fairs:detail", live, see=EVERYBODY),
    page("fairs:detail", planned, see=ORGANIZER, label="in planning", but={"anonymous": 404}),
    form("fairs:create", None, ORGANIZER),
)
ORGANIZING = (
    form("fairs:edit", planned, ORGANIZER),
    button("fairs:discard", planned, ORGANIZER),
    form("fairs:cancel", live, ORGANIZER),
    button("fairs:step", lambda t: {"slug": t.planned.slug, "step": "open"}, ORGANIZER),
    page("fairs:grounds", planned, see=ORGANIZER),
    button("fairs:slots_add", planned, ORGANIZER, status=200),
    button("fairs:slots_remove", planned, ORGANIZER),
    button("fairs:tables_add", planned, ORGANIZER, status=200),
    button("fairs:tables_remove", planned, ORGANIZER),
    form("fairs:session_add", planned, ORGANIZER),
    form("fairs:session_edit", session, ORGANIZER),
    button("fairs:session_remove", session, ORGANIZER),
    page("fairs:participants", live, see=ORGANIZER, searches=("?q=zk", "?side=school", "?status=attended")),
    Address(
        "fairs:invite",
        {"GET": May(ORGANIZER), "POST": May(ORGANIZER, 302)},
        live,
        searches=("?q=zk", "?q=foreign&side=enterprise"),
    ),
)
ANSWERING = (
    page("fairs:participation", firm, see=FIRM),
    page("fairs:participation", guest, see=ORGANIZER, label="of a guest"),
    button("fairs:answer", firm, FIRM, status=200),
    button("fairs:withdraw", firm, FIRM),
    button("fairs:absences", firm, FIRM),
    page("fairs:wishes", firm, see=FIRM, searches=("?q=zk", "?wish=must")),
    page("fairs:reasons", firm, see=FIRM, searches=("?partner=1", "?partner=zk"), budget=13),  # a first one of a run
    button("fairs:wish", lambda t: {"pk": t.firms[0].pk, "partner": t.schools[0].pk}, FIRM),
)
MEETINGS = (
    page("meetings:panel", live, see=ORGANIZER),
    page("meetings:timetable", live, see=ORGANIZER, searches=("?version=1", "?version=2&view=list")),
    button("meetings:request", live, ORGANIZER),
    page("meetings:outcomes", live, see=ORGANIZER, searches=("?level=2", "?q=zk", "?q=foreign")),
    form("meetings:outcome_add", live, ORGANIZER),
    page("meetings:own", firm, see=FIRM_READERS),
    page("meetings:own", guest, see=ORGANIZER, label="of a guest"),
    form("meetings:own_outcome_add", firm, FIRM),
    form("meetings:outcome_edit", outcome, PAIR),
    form("meetings:outcome_edit", lambda t: {"pk": t.outcomes[1].pk}, ORGANIZER, label="of guests"),
    form("meetings:outcome", meeting, PAIR),
    button("meetings:no_show", meeting, PAIR),
)
AGREEMENTS = (
    page("agreements:papers", draft, see=PAIR_READERS, status=302),
    page("agreements:papers", draft, see=PAIR_READERS, headers=PART, but=SENT_BY_SCRIPT, label="part"),
    button("agreements:papers-request", draft, PAIR_READERS),
    page("agreements:document", lambda t: {"public_id": t.document.public_id}, see=PAIR_READERS),
    page("agreements:of_outcome", of_outcome, see=PAIR_READERS, status=302),
    button("agreements:draft", of_outcome, PAIR),
    button("agreements:drafts", live, ORGANIZER),
)
FIGURES = (
    page("statistics:brief", live, see=ORGANIZER),
    page("statistics:brief", closed, see=PAIR_READERS, label="of a closed fair"),
    button("statistics:pdf", live, ORGANIZER),
    page("statistics:rows", lambda t: {"slug": t.fair.slug, "figure": "schools"}, see=ORGANIZER),
)
EVENTS: tuple[Address, ...] = (*PUBLIC_FAIRS, *ORGANIZING, *ANSWERING, *MEETINGS, *AGREEMENTS, *FIGURES)
