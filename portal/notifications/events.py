"""What the portal tells people: every event has a sentence, filled from the notification's context."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

_sentences: dict[str, Promise] = {}


def register_event(name: str, sentence: Promise) -> None:
    """Declare an event with its sentence: a lazy msgid with %(name)s places."""
    _sentences[name] = sentence


def sentence_of(name: str, context: dict[str, object]) -> str:
    """The sentence in the active language; an event no longer declared is shown by its name."""
    sentence = _sentences.get(name)
    return str(sentence) % context if sentence is not None else name


register_event("job_done", _("“%(title)s” is done."))
register_event("job_failed", _("“%(title)s” failed: %(error)s"))
register_event("organization_approved", _("%(organization)s has been approved."))
register_event("organization_returned", _("%(organization)s was returned: %(note)s"))
register_event("member_added", _("You now act for %(organization)s."))
register_event("demand_expired", _("The demand “%(title)s” has expired. Renew it if you still seek people."))
