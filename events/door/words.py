"""What the scripts of the door say; they speak without asking the server, so they are given all their words."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

DESK: Mapping[str, str | Promise] = {
    "here": _("{here} of {all} are here"),
    "waiting": _("{n} waiting to be sent"),
    "online": _("Connected"),
    "offline": _("No network: go on, everything is kept and sent later."),
    "signed_out": _("Your sign-in has ended. Sign in again on this phone: nothing is lost."),
    "over": _("This pass is no longer valid. Ask the organizer for a new one."),
    "failed": _("The server does not answer. Everything is kept and sent later."),
    "loading": _("Loading the list …"),
    "never_loaded": _("The list has never been loaded on this phone. Connect once."),
    "since": _("here since {time}"),
    "next": _("next at {time}, table {table}"),
    "no_next": _("no more meetings"),
    "leads": _("leads the delegation"),
    "in_for": _("stands in"),
    "sending": _("waiting to be sent"),
    "all_here": _("Everybody who was to come is here."),
    "nobody": _("Nobody of this name is on the list."),
    "more": _("{n} more: search by name."),
    "refused": _("Not taken: {reason}"),
    "unreadable": _("This entry could not be read."),
    "no_badge": _("This is not a badge of this fair."),
    "no_camera": _("The camera cannot be used: allow it in the settings of the browser, or search by name."),
    "scanned": _("{name} is checked in."),
    "already": _("{name} was here already."),
    "added": _("{name} has been added."),
    "taken_back": _("Taken back: {name}."),
    "marked": _("{name} is marked absent."),
    "name_missing": _("Write the name."),
    "school": _("School"),
    "enterprise": _("Enterprise"),
    "invited": _("has not answered"),
    "applied": _("asked to take part"),
    "waitlisted": _("on the waiting list"),
    "declined": _("declined"),
    "confirmed": _("awaited"),
    "attended": _("here"),
    "absent": _("absent"),
    "cancelled": _("cancelled"),
}
TIMER: Mapping[str, str | Promise] = {
    "running": _("Meeting {n} of {all}"),
    "ends": _("until {time}"),
    "pause": _("Change of tables"),
    "next": _("Next: {time}"),
    "before": _("The meetings begin at {time}"),
    "over": _("The meetings are over"),
    "none": _("No slots are laid out."),
    "on": _("Sound on"),
    "off": _("Sound off"),
}


def in_words(words: Mapping[str, str | Promise]) -> dict[str, str]:
    """In the language of the reader."""
    return {name: str(word) for name, word in words.items()}
