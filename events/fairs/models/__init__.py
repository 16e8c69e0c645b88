"""A matchmaking fair: days, slots, tables, who takes part, when they are away and whom they wish to meet."""

from events.fairs.models.fair import (
    Fair,
    FairQuerySet,
    FairSession,
    FairStatus,
    FairTable,
    SessionKind,
    Slot,
)
from events.fairs.models.participation import (
    TAKING_PART,
    Absence,
    Participation,
    ParticipationQuerySet,
    ParticipationStatus,
    Wish,
    WishKind,
    WishQuerySet,
)

__all__ = [
    "TAKING_PART",
    "Absence",
    "Fair",
    "FairQuerySet",
    "FairSession",
    "FairStatus",
    "FairTable",
    "Participation",
    "ParticipationQuerySet",
    "ParticipationStatus",
    "SessionKind",
    "Slot",
    "Wish",
    "WishKind",
    "WishQuerySet",
]
