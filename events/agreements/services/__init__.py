"""What can be done with agreements; each act is one function, called by pages, API and programs alike."""

from events.agreements.checks import AgreementRefused
from events.agreements.services.drafts import (
    draft_agreement,
    draft_from_outcome,
    update_agreement,
)
from events.agreements.services.requests import (
    NothingToDraft,
    request_documents,
    request_draft,
    request_drafts,
)
from events.agreements.services.states import AgreementConflict, sign_agreement, withdraw_agreement

__all__ = [
    "AgreementConflict",
    "AgreementRefused",
    "NothingToDraft",
    "draft_agreement",
    "draft_from_outcome",
    "request_documents",
    "request_draft",
    "request_drafts",
    "sign_agreement",
    "update_agreement",
    "withdraw_agreement",
]
