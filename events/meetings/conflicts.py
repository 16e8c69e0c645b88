"""Musts that cannot all be kept, in the reader's words and with the organizations' names."""

from __future__ import annotations

from collections.abc import Callable

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from events.meetings.snapshot import Ends, Rows
from events.scheduling.contradictions.grounds import Ground, Kind
from events.scheduling.musts import Cause, Conflict, Infeasible

SHOWN = 3  # conflicts named in an error
CAUSES: dict[Cause, Promise | str] = {
    Cause.FORBIDDEN: gettext_lazy("one of them does not want to meet the other"),
    Cause.FIXED: gettext_lazy("the locked meetings are in each other's way, or somebody is away there"),
    Cause.NO_COMMON_SLOT: gettext_lazy("they are never there at the same time"),
    Cause.MAXIMUM: gettext_lazy("one of them has more musts than meetings it may have"),
    Cause.SLOTS: gettext_lazy("one of them has more musts than times at which it is there"),
    Cause.TABLES: gettext_lazy("there are more musts than places at tables"),
    Cause.RULE: gettext_lazy("a rule of the fair stands against it"),
    Cause.TOGETHER: gettext_lazy("they cannot all find a time"),
}


def in_words(error: Infeasible, rows: Rows) -> str:
    """The first few conflicts: who has to meet, what is short, and each rule that could be given up."""
    said = [_conflict(conflict, rows) for conflict in error.conflicts[:SHOWN]]
    more = len(error.conflicts) - len(said)
    if more:
        said.append(_("%(n)d more conflicts.") % {"n": more})
    return " ".join([_("Not all musts can be kept."), *said])


def _conflict(conflict: Conflict, rows: Rows) -> str:
    names = [_pair(rows, pair) for pair in conflict.musts]
    cause = CAUSES.get(conflict.cause, conflict.detail)
    sentence = _("%(pairs)s: %(cause)s.") % {"pairs": ", ".join(names), "cause": cause}
    against = [_ground(rows, ground) for ground in conflict.grounds]
    known = [text for text in dict.fromkeys(against) if text]
    return f"{sentence} {_('In the way: %(grounds)s.') % {'grounds': '; '.join(known)}}" if known else sentence


def _pair(rows: Rows, pair: Ends) -> str:
    return f"{rows.name(pair[0])} – {rows.name(pair[1])}"


def _ground(rows: Rows, ground: Ground) -> str:
    """One rule that could be given up; empty for a must, which is named already, and for rules no fair asks for."""
    party = rows.name(ground.party) if ground.party is not None else ""
    words: dict[Kind, Callable[[], str]] = {
        Kind.FIXED: lambda: _("%(pair)s is locked") % {"pair": _pair(rows, ground.pair or (0, 0))},
        Kind.FORBIDDEN: lambda: _("%(pair)s: one of them said no") % {"pair": _pair(rows, ground.pair or (0, 0))},
        Kind.MAXIMUM: lambda: (
            _("%(name)s may have %(n)d meetings at most") % {"name": party, "n": rows.limits(ground.party or 0)[1]}
        ),
        Kind.PRESENCE: lambda: _("when %(name)s is there, and with how many delegates") % {"name": party},
        Kind.TABLES: lambda: _("there are %(n)d tables") % {"n": len(rows.tables)},
        Kind.CLOSED: lambda: _("closed tables at %(at)s") % {"at": _time(rows, ground.slot or 0)},
        Kind.OWNER: lambda: _("%(name)s meets at its own table only") % {"name": party},
    }
    found = words.get(ground.kind)
    return found() if found else ""


def _time(rows: Rows, slot: int) -> str:
    return f"{timezone.localtime(rows.slots[slot].starts_at):%m-%d %H:%M}"
