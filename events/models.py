"""What Django looks for: the models of every slice."""

from events.agreements.models import (
    Agreement,
    AgreementDocument,
    AgreementMajor,
    AgreementParty,
    AgreementTerm,
    AgreementYear,
    FundingCommitment,
)
from events.fairs.models import Absence, Fair, FairSession, FairTable, Participation, Slot, Wish
from events.meetings.models import Meeting, Outcome, Timetable, UnmetWish

__all__ = [
    "Absence",
    "Agreement",
    "AgreementDocument",
    "AgreementMajor",
    "AgreementParty",
    "AgreementTerm",
    "AgreementYear",
    "Fair",
    "FairSession",
    "FairTable",
    "FundingCommitment",
    "Meeting",
    "Outcome",
    "Participation",
    "Slot",
    "Timetable",
    "UnmetWish",
    "Wish",
]
