"""What an organization is told of breaches and appeals, and an organizer of call-backs that are due."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from portal.notifications.events import register_event

register_event(
    "strike_noted",
    _("A breach of the house rules by %(organization)s at “%(fair)s” is noted. If that is wrong, say so by %(until)s."),
)
register_event("strike_waived", _("The breach of %(organization)s at “%(fair)s” no longer counts."))
register_event("appeal_raised", _("%(organization)s objects to a breach at “%(fair)s”."))
register_event("appeal_refused", _("The breach of %(organization)s at “%(fair)s” stands: %(answer)s"))
register_event("call_backs_due", _("Call-backs due: %(n)s. Ask what has become of the talks."))
