"""What can be done with agreements; each act is one function, called by pages, API and programs alike."""

from events.agreements.refusals import AgreementConflict, AgreementRefused, NotTheirTurn
from events.agreements.services.approvals import approve, parties_waited_for, take_back_approval
from events.agreements.services.ceremonies import fill_ceremony
from events.agreements.services.drafts import draft_agreement, draft_from_outcome, renew_agreement
from events.agreements.services.files import add_annex, keep_file, remove_annex
from events.agreements.services.following import (
    cancel_payment,
    paid_of,
    plan_milestone,
    reach_milestone,
    record_payment,
    record_result,
    remove_milestone,
    reopen_milestone,
)
from events.agreements.services.life import (
    carry_out_notices,
    complete,
    enter_into_force,
    expire,
    give_notice,
    mark_dormant,
    take_back_notice,
)
from events.agreements.services.requests import (
    NothingToDraft,
    request_documents,
    request_draft,
    request_drafts,
)
from events.agreements.services.signing import sign_agreement
from events.agreements.services.templates import retire_template, store_template, use_template
from events.agreements.services.texts import (
    change_party,
    give_up,
    hand_over,
    open_amendment,
    open_extension,
    update_agreement,
)

__all__ = [
    "AgreementConflict",
    "AgreementRefused",
    "NotTheirTurn",
    "NothingToDraft",
    "add_annex",
    "approve",
    "cancel_payment",
    "carry_out_notices",
    "change_party",
    "complete",
    "draft_agreement",
    "draft_from_outcome",
    "enter_into_force",
    "expire",
    "fill_ceremony",
    "give_notice",
    "give_up",
    "hand_over",
    "keep_file",
    "mark_dormant",
    "open_amendment",
    "open_extension",
    "paid_of",
    "parties_waited_for",
    "plan_milestone",
    "reach_milestone",
    "record_payment",
    "record_result",
    "remove_annex",
    "remove_milestone",
    "renew_agreement",
    "reopen_milestone",
    "request_documents",
    "request_draft",
    "request_drafts",
    "retire_template",
    "sign_agreement",
    "store_template",
    "take_back_approval",
    "take_back_notice",
    "update_agreement",
    "use_template",
]
