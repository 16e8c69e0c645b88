"""The addresses of the API."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.utils import timezone

from tests.access.declaring import (
    MEMBERS,
    PAIR_READERS,
    SIGNED_IN,
    Address,
    Args,
    May,
    roles,
)
from tests.access.world import Tenant

HR, SCHOOL, ORGANIZER = roles("hr"), roles("school"), roles("organizer")
FIRM = roles("hr organizer")


def listing(name: str, *searches: str, see: frozenset[str] = SIGNED_IN) -> Address:
    return Address(f"api:{name}-list", {"GET": May(see)}, searches=searches)


def single(name: str, args: Args, see: frozenset[str] = SIGNED_IN, label: str = "", **methods: May) -> Address:
    return Address(f"api:{name}-detail", {"GET": May(see), **methods}, args, label=label)


def action(name: str, args: Args, **methods: May) -> Address:
    return Address(f"api:{name}", methods, args)


def by_id(found: Any) -> dict[str, Any]:
    return {"public_id": found.public_id}


def enterprise(t: Tenant) -> dict[str, Any]:
    return by_id(t.enterprise)


def draft(t: Tenant) -> dict[str, Any]:
    return by_id(t.drafts[0])


def published(t: Tenant) -> dict[str, Any]:
    return by_id(t.published[0])


def programme(t: Tenant) -> dict[str, Any]:
    return by_id(t.programmes[0])


def firm(t: Tenant) -> dict[str, Any]:
    return by_id(t.firms[0])


def outcome(t: Tenant) -> dict[str, Any]:
    return by_id(t.outcomes[0])


def agreement(t: Tenant) -> dict[str, Any]:
    return by_id(t.agreements[0])


def agreed(t: Tenant) -> dict[str, Any]:
    """An agreement that is signed."""
    return by_id(t.agreements[1])


def of_agreed(t: Tenant) -> dict[str, Any]:
    return {"agreement": t.agreements[1].public_id}


def approval(t: Tenant) -> dict[str, Any]:
    digest = t.agreements[0].texts.get().terms_hash
    return {"party": "first", "terms_hash": digest, "on_behalf": "letter"}


def taken_back(t: Tenant) -> dict[str, Any]:
    return {"party": "first", "on_behalf": "letter"}


def notice(t: Tenant) -> dict[str, Any]:
    return {"party": "first", "reason": "x", "effective_on": "2078-01-01", "on_behalf": "letter"}


def milestone(t: Tenant) -> dict[str, Any]:
    return of_agreed(t) | by_id(t.milestone)


def in_a_month(t: Tenant) -> dict[str, Any]:
    return {"valid_until": str(timezone.localdate() + timedelta(days=30))}


# Those who come to a fair know each other, so they may look at a participation, but not answer for it.
COMING = PAIR_READERS
NOT_THEIRS = {"school own": 422, "reader own": 422}
# Who reads an agreement but does not act for this party, or for none, is told so.
NOT_THE_SCHOOL = {"hr own": 422, "reader own": 422}
READS_ONLY = {"reader own": 422}
HIDDEN = {"stranger": 404, **{f"{role} foreign": 404 for role in SIGNED_IN - {"staff"}}}


def answering(body: Any, status: int, who: frozenset[str] = FIRM, **but: int) -> May:
    told = {**HIDDEN, **NOT_THEIRS, **{role.replace("_", " "): code for role, code in but.items()}}
    return May(who, status, body=lambda t: body, but=told)


def said(body: Any, who: str, but: dict[str, int], status: int = 200) -> May:
    """What the parties named in `who` may do; readers of the agreement are told that they may not."""
    given = body if callable(body) else lambda t: body
    return May(roles(who), status, body=given, but=but)


LISTS = (
    Address("api:api-root", {"GET": May(SIGNED_IN)}),
    Address("api:schema", {"GET": May(SIGNED_IN)}),
    listing("organization", "?text=zk", "?kind=park", "?status=returned", "?text=foreign"),
    listing("major", "?text=zk"),
    listing("skill", "?text=zk"),
    listing("region", "?text=zk"),
    listing("industry", "?text=zk"),
    listing("cooperation-kind"),
    listing("job", "?state=failed", "?kind=matching.rebuild"),
    listing("match", "?side=S"),
    action("match-of-demand", published, GET=May(MEMBERS)),
    Address("api:feedback-list", {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)}, searches=("?kind=hidden",)),
    Address("api:feedback-take-back", {"POST": May(SIGNED_IN, 400)}),
    listing("fair", "?status=planning", "?region=44"),
    listing("meeting", "?fair=foreign-live", "?timetable=proposed"),
)
NAMES = {"names": [{"text": "zk"}]}
CODES = (
    *(
        Address(
            f"api:{name}-resolve",
            {"GET": May(SIGNED_IN, 400), "POST": May(SIGNED_IN, body=lambda t: NAMES)},
            searches=("?text=zk",),
        )
        for name in ("major", "skill")
    ),
    single("major", lambda t: {"pk": "710201"}),
    single("region", lambda t: {"pk": "440306"}),
    single("industry", lambda t: {"pk": "3922"}),
    single("cooperation-kind", lambda t: {"pk": "order_class"}),
)
QUEUE = (
    listing("unresolved-name", "?kind=skill", "?state=decided"),
    single("unresolved-name", lambda t: by_id(t.unknown), roles("")),
    action("unresolved-name-decide", lambda t: by_id(t.unknown), POST=May(roles(""), 400)),
    action("unresolved-name-reject", lambda t: by_id(t.unknown), POST=May(roles(""), body=lambda t: {"reason": "x"})),
    action("unresolved-name-undo", lambda t: by_id(t.unknown), POST=May(roles(""), 409)),
)
REGISTRY = (
    single("organization", enterprise, PUT=May(HR, 400), PATCH=May(HR)),
    single(
        "organization", lambda t: by_id(t.plan), ORGANIZER, "returned", PUT=May(ORGANIZER, 400), PATCH=May(ORGANIZER)
    ),
    Address("api:programme-list", {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)}, searches=("?text=zk",)),
    single("programme", programme, PUT=May(SCHOOL), PATCH=May(SCHOOL)),
    single("programme", lambda t: by_id(t.programme), SCHOOL, "no longer offered", PATCH=May(SCHOOL), PUT=May(SCHOOL)),
    action("programme-supply", programme, PUT=May(SCHOOL, 400)),
    Address(
        "api:demand-list",
        {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)},
        searches=("?text=zk", "?status=draft", "?text=foreign"),
    ),
    single("demand", published, PUT=May(HR, 400), PATCH=May(HR)),
    single("demand", draft, MEMBERS, "draft", PUT=May(HR, 400), PATCH=May(HR)),
    action("demand-publish", draft, POST=May(HR)),
    action("demand-withdraw", published, POST=May(HR)),
    action("demand-refresh", published, POST=May(HR, body=in_a_month)),
    action("demand-fill", published, POST=May(HR, body=lambda t: {"filled": 1})),
    single("job", lambda t: by_id(t.jobs["hr"][0]), HR),
    action("job-cancel", lambda t: by_id(t.jobs["hr"][2]), POST=May(HR)),
)
FAIRS = (
    single("fair", lambda t: {"slug": t.fair.slug}),
    single("fair", lambda t: {"slug": t.planned.slug}, ORGANIZER, "in planning"),
    Address(
        "api:participation-list",
        {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)},
        searches=("?fair=foreign-live", "?side=school"),
    ),
    single("participation", firm, COMING),
    # The fair takes place: only its organizer may still answer for others, wishes and absences are closed for all.
    action(
        "participation-answer", firm, POST=answering({"accept": True}, 422, hr_own=409, organizer_own=409, staff=409)
    ),
    action("participation-check-in", firm, POST=answering({}, 409, ORGANIZER, hr_own=422)),
    action("participation-absences", firm, PUT=answering({"slots": []}, 409)),
    action("participation-wishes", firm, GET=May(COMING), PUT=answering([], 409)),
)
MEETINGS = (
    Address(
        "api:timetable-list", {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)}, searches=("?fair=foreign-live",)
    ),
    Address("api:timetable-publish", {"POST": May(SIGNED_IN, 400)}),
    single("meeting", lambda t: by_id(t.meetings[0]), PAIR_READERS),
    Address(
        "api:outcome-list",
        {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)},
        searches=("?fair=foreign-live", "?at_least=1"),
    ),
    single("outcome", outcome, PAIR_READERS, PUT=May(PAIR_READERS, 400)),
)
AGREEMENTS = (
    Address(
        "api:agreement-list",
        {"GET": May(SIGNED_IN), "POST": May(SIGNED_IN, 400)},
        searches=("?text=zk", "?status=draft"),
    ),
    single("agreement", agreement, PAIR_READERS),
    single("agreement", lambda t: by_id(t.guests_agreement), ORGANIZER, "of guests"),
    action("agreement-documents", agreement, GET=May(PAIR_READERS), POST=May(PAIR_READERS, 400)),
    action("agreement-text", agreement, GET=May(PAIR_READERS), PUT=May(PAIR_READERS, 400)),
    action("agreement-approve", agreement, POST=said(approval, "school organizer", NOT_THE_SCHOOL)),
    action("agreement-take-back", agreement, POST=said(taken_back, "school organizer", NOT_THE_SCHOOL, 409)),
    action("agreement-hand-over", agreement, POST=said({"to": "second"}, "school organizer", NOT_THE_SCHOOL)),
    action("agreement-sign", agreement, POST=May(PAIR_READERS, 415)),  # a scan comes with it, by no JSON
    action("agreement-give-up", agreement, POST=said({"reason": "x"}, "school hr organizer", READS_ONLY)),
    action(
        "agreement-amend", agreed, POST=said({"party": "first", "reason": "x"}, "school organizer", NOT_THE_SCHOOL, 201)
    ),
    action(
        "agreement-extend",
        agreed,
        POST=said({"party": "first", "reason": "x", "ends_on": "2080-01-01"}, "school organizer", NOT_THE_SCHOOL, 201),
    ),
    action("agreement-renew", agreed, POST=said({}, "school hr", READS_ONLY | {"organizer own": 422}, 201)),
    action("agreement-complete", agreed, POST=May(PAIR_READERS, 400)),
    action("agreement-notice", agreed, POST=said(notice, "school organizer", NOT_THE_SCHOOL)),
    action("agreement-take-back-notice", agreed, POST=said(taken_back, "school organizer", NOT_THE_SCHOOL, 409)),
)
OF_AGREEMENTS = (
    Address("api:agreement-text-list", {"GET": May(PAIR_READERS)}, of_agreed),
    Address(
        "api:agreement-party-detail",
        {"PATCH": said({"contact": "x"}, "school organizer", NOT_THE_SCHOOL)},
        lambda t: of_agreed(t) | {"role": "first"},
    ),
    Address("api:agreement-payment-list", {"GET": May(PAIR_READERS), "POST": May(PAIR_READERS, 400)}, of_agreed),
    Address(
        "api:agreement-payment-cancel",
        {"POST": said({}, "school hr organizer", READS_ONLY)},
        lambda t: of_agreed(t) | by_id(t.payment),
    ),
    Address("api:agreement-milestone-list", {"GET": May(PAIR_READERS), "POST": May(PAIR_READERS, 400)}, of_agreed),
    Address(
        "api:agreement-milestone-detail",
        {"DELETE": said({}, "school hr organizer", READS_ONLY, 204)},
        milestone,
    ),
    Address("api:agreement-milestone-reach", {"POST": May(PAIR_READERS, 400)}, milestone),
    Address(
        "api:agreement-milestone-reopen",
        {"POST": said({}, "school hr organizer", READS_ONLY, 409)},
        milestone,
    ),
    Address("api:agreement-result-list", {"GET": May(PAIR_READERS), "POST": May(PAIR_READERS, 400)}, of_agreed),
    Address("api:agreement-file-list", {"GET": May(PAIR_READERS), "POST": May(PAIR_READERS, 400)}, of_agreed),
    Address("api:agreement-file-detail", {"GET": May(PAIR_READERS)}, lambda t: of_agreed(t) | by_id(t.file)),
    Address("api:agreement-file-take-out", {"POST": May(PAIR_READERS, 400)}, lambda t: of_agreed(t) | by_id(t.file)),
)
BRIEFS = (
    single("brief", lambda t: {"slug": t.fair.slug}, ORGANIZER),
    single("brief", lambda t: {"slug": t.closed.slug}, PAIR_READERS, "of a closed fair"),
)
API: tuple[Address, ...] = (*LISTS, *CODES, *QUEUE, *REGISTRY, *FAIRS, *MEETINGS, *AGREEMENTS, *OF_AGREEMENTS, *BRIEFS)
