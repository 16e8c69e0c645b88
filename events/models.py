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
from events.door.models import DeskPass, DoorEvent
from events.fairs.models import (
    Absence,
    Delegate,
    Fair,
    FairRoom,
    FairSession,
    FairTable,
    Participation,
    Presentation,
    SigningItem,
    Slot,
    TableClosing,
    TourGroup,
    TourSeat,
    Wish,
)
from events.meetings.models import Acknowledgement, CalendarLink, Meeting, Outcome, Timetable, UnmetWish
from events.prints.models import PrintedSheet
from events.review.models import Appeal, CallBack, HouseRules, Strike

__all__ = [
    "Absence",
    "Acknowledgement",
    "Agreement",
    "AgreementDocument",
    "AgreementMajor",
    "AgreementParty",
    "AgreementTerm",
    "AgreementYear",
    "Appeal",
    "CalendarLink",
    "CallBack",
    "Delegate",
    "DeskPass",
    "DoorEvent",
    "Fair",
    "FairRoom",
    "FairSession",
    "FairTable",
    "FundingCommitment",
    "HouseRules",
    "Meeting",
    "Outcome",
    "Participation",
    "Presentation",
    "PrintedSheet",
    "SigningItem",
    "Slot",
    "Strike",
    "TableClosing",
    "Timetable",
    "TourGroup",
    "TourSeat",
    "UnmetWish",
    "Wish",
]
