"""What can be done at the door: hand out passes, tell what happened."""

from events.door.services.guests import Told
from events.door.services.passes import PassRefused, make_pass, revoke_pass
from events.door.services.telling import DoorClosed, Report, TooMuchAtOnce, tell

__all__ = [
    "DoorClosed",
    "PassRefused",
    "Report",
    "Told",
    "TooMuchAtOnce",
    "make_pass",
    "revoke_pass",
    "tell",
]
