"""Agreements in the database.

agreement   the agreement from its first draft to its end, its parties
content     what the valid text says: terms, people, money
texts       the texts that are negotiated: approval, hand-over, signature
files       papers that are made, and papers that people bring
following   what comes after the signature: payments, milestones, results, notices
"""

from events.agreements.models.agreement import (
    BEFORE_SIGNATURE,
    Agreement,
    AgreementKind,
    AgreementParty,
    AgreementStatus,
    AgreementYear,
    PartyRole,
)
from events.agreements.models.content import AgreementTerm, FundingCommitment, Instalment, TermHeadCount
from events.agreements.models.files import AgreementDocument, AgreementFile, DocumentFormat, DocumentTemplate, FileUse
from events.agreements.models.following import (
    AgreementReminder,
    CeremonyTurn,
    Milestone,
    Payment,
    ReminderKind,
    TerminationNotice,
    TermResult,
)
from events.agreements.models.texts import (
    AgreementText,
    Approval,
    HandOver,
    Signature,
    TextChange,
    TextStatus,
)

__all__ = [
    "BEFORE_SIGNATURE",
    "Agreement",
    "AgreementDocument",
    "AgreementFile",
    "AgreementKind",
    "AgreementParty",
    "AgreementReminder",
    "AgreementStatus",
    "AgreementTerm",
    "AgreementText",
    "AgreementYear",
    "Approval",
    "CeremonyTurn",
    "DocumentFormat",
    "DocumentTemplate",
    "FileUse",
    "FundingCommitment",
    "HandOver",
    "Instalment",
    "Milestone",
    "PartyRole",
    "Payment",
    "ReminderKind",
    "Signature",
    "TermHeadCount",
    "TermResult",
    "TerminationNotice",
    "TextChange",
    "TextStatus",
]
