"""The pages of the registry: accounts, organizations, majors, demands, jobs, partners."""

from __future__ import annotations

from typing import Any

from tests.access.declaring import (
    EVERYBODY,
    MEMBERS,
    NOBODY,
    PART,
    SENT_BY_SCRIPT,
    SIGNED_IN,
    Address,
    May,
    button,
    form,
    page,
    roles,
)
from tests.access.world import Tenant

HR, SCHOOL, ORGANIZER, STAFF = roles("hr"), roles("school"), roles("organizer"), roles("")
YEAR = 2026


def enterprise(t: Tenant) -> dict[str, Any]:
    return {"pk": t.enterprise.pk}


def plan(t: Tenant) -> dict[str, Any]:
    return {"pk": t.plan.pk}


def contact(t: Tenant) -> dict[str, Any]:
    return {"pk": t.enterprise.pk, "contact_pk": t.contacts[0].pk}


def strange_contact(t: Tenant) -> dict[str, Any]:
    """A contact under the address of an organization that it does not belong to."""
    return {"pk": t.enterprise.pk, "contact_pk": t.contacts[3].pk}


def reader(t: Tenant) -> dict[str, Any]:
    """The membership of a colleague who only reads."""
    return {"pk": t.enterprise.pk, "member_pk": t.people["reader"].memberships.get().pk}


def strange_member(t: Tenant) -> dict[str, Any]:
    """A membership under the address of an organization that it does not belong to."""
    return {"pk": t.enterprise.pk, "member_pk": t.people["school"].memberships.get().pk}


def school(t: Tenant) -> dict[str, Any]:
    return {"school_pk": t.school.pk}


def sheet(t: Tenant) -> dict[str, Any]:
    return {"school_pk": t.school.pk, "year": YEAR}


def draft(t: Tenant) -> dict[str, Any]:
    return {"pk": t.drafts[0].pk}


def published(t: Tenant) -> dict[str, Any]:
    return {"pk": t.published[0].pk}


def job(t: Tenant) -> dict[str, Any]:
    return {"public_id": t.jobs["hr"][0].public_id}


def waiting_job(t: Tenant) -> dict[str, Any]:
    return {"public_id": t.jobs["hr"][2].public_id}


def pair(t: Tenant) -> dict[str, Any]:
    return {"enterprise": t.enterprise.pk, "school": t.school.pk}


def a_school(t: Tenant) -> dict[str, Any]:
    return {"pk": t.school.pk}


def partner(t: Tenant) -> dict[str, Any]:
    return {"pk": t.enterprise.pk, "partner": t.school.pk}


def entrance(name: str, **options: Any) -> Address:
    """A page for people who have not signed in; the others are sent to their home."""
    signed_in = dict.fromkeys(SIGNED_IN, 302)
    methods = {"GET": May(EVERYBODY, but=signed_in), "POST": May(EVERYBODY, but=signed_in)}
    return Address(name, methods, **options)


PAGES = (
    page("pages:index", see=EVERYBODY),
    page("pages:home"),
    page("pages:help", see=EVERYBODY),
    page("pages:healthz", see=EVERYBODY),
    page("pages:readyz", see=EVERYBODY),
)
ACCOUNTS = (
    form("accounts:profile", None, SIGNED_IN),
    button("accounts:language", None, EVERYBODY),
    entrance("account_login"),
    entrance("account_signup"),
    form("account_reset_password", None, EVERYBODY),
    form("account_logout", None, SIGNED_IN, post_status=302),
    page("account_inactive", see=EVERYBODY),
    form("account_reauthenticate", None, SIGNED_IN),
    form("account_email", None, SIGNED_IN, post_status=302),
    page("account_email_verification_sent", see=EVERYBODY),
    form("account_change_password", None, SIGNED_IN),
    form("account_set_password", None, SIGNED_IN, status=302),
    form("account_confirm_login_code", None, EVERYBODY, status=302),  # codes by mail are not in use
    Address("account_confirm_email", {"GET": May(EVERYBODY), "POST": May(EVERYBODY, 404)}, lambda t: {"key": "wrong"}),
    page("account_reset_password_done", see=EVERYBODY),
    form("account_reset_password_from_key", lambda t: {"uidb36": "1", "key": "wrong-key"}, EVERYBODY),
    page("account_reset_password_from_key_done", see=EVERYBODY),
)
ORGANIZATIONS = (
    page("organizations:list", searches=("?text=zk", "?text=foreign", "?kind=park", "?status=returned")),
    form("organizations:new", None, SIGNED_IN),
    page("organizations:review", see=STAFF),
    page("organizations:detail", enterprise),
    page("organizations:detail", plan, see=ORGANIZER, label="returned"),
    form("organizations:edit", enterprise, HR),
    form("organizations:edit", plan, ORGANIZER, label="returned"),
    button("organizations:submit", plan, ORGANIZER),
    *(
        button(f"organizations:{move}", plan, STAFF)
        for move in ("approve", "return", "suspend", "reinstate", "archive")
    ),
    form("organizations:contact-new", enterprise, HR),
    form("organizations:contact-edit", contact, HR),
    form("organizations:contact-edit", strange_contact, NOBODY, label="of another organization"),
    button("organizations:contact-remove", contact, HR),
    button("organizations:contact-remove", strange_contact, NOBODY, label="of another organization"),
    form("organizations:member-invite", enterprise, HR),
    button("organizations:member-end", reader, HR),
    button("organizations:member-end", strange_member, NOBODY, label="of another organization"),
)
MAJORS = (
    page("majors:list", status=302),
    page("majors:all", searches=("?text=zk", "?level=secondary")),
    page("majors:school", school, status=302),
    page("majors:school", school, headers=PART, but=SENT_BY_SCRIPT, label="part"),
    form("majors:add", school, SCHOOL),
    Address("majors:sheet", {"GET": May(SIGNED_IN), "POST": May(SCHOOL, 302)}, sheet),
    button("majors:confirm", sheet, SCHOOL),
    form("majors:edit", lambda t: {"pk": t.programmes[0].pk}, SCHOOL),
    form("majors:edit", lambda t: {"pk": t.programme.pk}, SCHOOL, label="no longer offered"),
)
DEMANDS = (
    page(
        "demands:list",
        searches=("?text=zk", "?text=foreign", "?status=draft", "?scope=open&text=zk", "?scope=open&status=draft"),
    ),
    form("demands:new", None, roles("hr stranger"), but={"staff": 404}),
    page("demands:of_enterprise", enterprise),
    page("demands:detail", published),
    page("demands:detail", draft, see=MEMBERS, label="draft"),
    form("demands:edit", draft, HR),
    button("demands:publish", draft, HR),
    button("demands:withdraw", draft, HR),
    button("demands:copy", published, HR),
    form("demands:refresh", published, HR),
    form("demands:filled", published, HR),
)
WORKS = (
    page("jobs:list", searches=("?state=failed", "?state=zk")),
    page("jobs:detail", job, see=HR),
    page("jobs:progress", job, see=HR, status=286),
    page("jobs:progress", waiting_job, see=HR, label="waiting"),
    button("jobs:cancel", waiting_job, HR),
    page("jobs:download", job, see=HR),
    page("notifications:list"),
    button("notifications:read", None, SIGNED_IN),
    page("taxonomy:search", lambda t: {"kind": "majors"}, searches=("?q=zk",)),
)


def unknown(t: Tenant) -> dict[str, Any]:
    """A name that stands in the tenant's drafts and waits for the staff."""
    return {"pk": t.unknown.pk}


NAMES = (
    page("taxonomy:queue", see=STAFF, searches=("?kind=skill", "?state=decided", "?kind=zk&state=zk")),
    *(button(f"taxonomy:{move}", unknown, STAFF) for move in ("decide", "new-skill", "reject", "undo")),
)
MATCHING = (
    page("matching:mine", but={"school": 302, "hr": 302, "reader": 302, "stranger": 302}),
    page("matching:for_demand", published),
    page("matching:for_demand", published, headers=PART, but=SENT_BY_SCRIPT, label="part"),
    page("matching:for_demand", draft, see=MEMBERS, label="draft"),
    page("matching:partners", enterprise, see=MEMBERS, searches=("?view=keen", "?level=secondary", "?region=440000")),
    page("matching:partners", a_school, see=SCHOOL, searches=("?view=keen", "?size=large"), label="of a school"),
    page("matching:meets", enterprise, see=MEMBERS, headers=PART, but=SENT_BY_SCRIPT),
    page("matching:compare", enterprise, see=MEMBERS, searches=("?with=1",)),
    page("matching:compare", enterprise, see=MEMBERS, headers=PART, but=SENT_BY_SCRIPT, label="part"),
    # A file, not a page: list and reasons in one answer.
    page("matching:download", enterprise, see=MEMBERS, searches=("?view=keen",), budget=15),
    page("matching:hidden", enterprise, see=MEMBERS),
    form("matching:hide", partner, HR),
    *(button(f"matching:{move}", partner, HR) for move in ("interested", "take_back")),
    page("matching:pair", pair, see=roles("school hr reader")),
    page("matching:pair", pair, see=roles("school hr reader"), headers=PART, but=SENT_BY_SCRIPT, label="part"),
    page("matching:advice", pair, see=roles("school hr reader"), headers=PART, but=SENT_BY_SCRIPT),
    *(page(f"matching:{room}", see=STAFF) for room in ("runs", "quality", "feedback")),
    page("matching:coverage", see=STAFF, searches=("?gap=no_supply", "?gap=zk")),
    form("matching:weights", None, STAFF, searches=("?from=1",)),
    button("matching:new_run", None, STAFF),
)
PORTAL: tuple[Address, ...] = (*PAGES, *ACCOUNTS, *ORGANIZATIONS, *MAJORS, *DEMANDS, *WORKS, *NAMES, *MATCHING)
