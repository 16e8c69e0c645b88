"""A matchmaking fair: days, slots, tables, who takes part, when they are away and whom they wish to meet."""

from events.fairs.models.delegates import Delegate, DelegateQuerySet
from events.fairs.models.fair import (
    Fair,
    FairQuerySet,
    FairRoom,
    FairSession,
    FairStatus,
    FairTable,
    SessionKind,
    Slot,
    TableClosing,
)
from events.fairs.models.participation import (
    TAKING_PART,
    Absence,
    Origin,
    Participation,
    ParticipationQuerySet,
    ParticipationStatus,
    Wish,
    WishKind,
    WishQuerySet,
)
from events.fairs.models.programme import Presentation, SigningItem, TourGroup, TourSeat

__all__ = [
    "TAKING_PART",
    "Absence",
    "Delegate",
    "DelegateQuerySet",
    "Fair",
    "FairQuerySet",
    "FairRoom",
    "FairSession",
    "FairStatus",
    "FairTable",
    "Origin",
    "Participation",
    "ParticipationQuerySet",
    "ParticipationStatus",
    "Presentation",
    "SessionKind",
    "SigningItem",
    "Slot",
    "TableClosing",
    "TourGroup",
    "TourSeat",
    "Wish",
    "WishKind",
    "WishQuerySet",
]
