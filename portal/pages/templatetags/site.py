"""Small words of the templates, built in: icons, addresses, statuses, names, deadlines."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import template
from django.templatetags.static import static
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from portal.notifications.events import sentence_of
from portal.notifications.models import Notification

register = template.Library()

# What a status means for the reader, whatever the slice: colour follows from it, the text says it anyway.
MEANINGS = {
    "good": "approved confirmed published signed done attended held filled live consensus must sent in_force completed",
    "busy": "submitted running queued partially_filled invited registration matching scheduled planned proposed "
    "follow_up intent ok waiting",
    "warn": "returned expired suspended no_show absent",
    "bad": "failed declined cancelled withdrawn given_up no rejected terminated",
}
_meaning_of = {status: meaning for meaning, statuses in MEANINGS.items() for status in statuses.split()}


@register.simple_tag
def icon(name: str, css_class: str = "") -> SafeString:
    """An outline icon of the sprite; decoration only, so that screen readers pass over it."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#i-{}"/></svg>',
        css_class,
        static("icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def query(context: dict[str, Any], **changes: object) -> str:
    """The page's query string with some parameters changed; an empty value removes one."""
    parameters = context["request"].GET.copy()
    for name, value in changes.items():
        if value in (None, ""):
            parameters.pop(name, None)
        else:
            parameters[name] = str(value)
    return f"?{parameters.urlencode()}" if parameters else "?"


@register.simple_tag
def status_badge(status: str, label: str, meaning: str = "") -> SafeString:
    """A status as coloured dot and text; `meaning` (good, busy, warn, bad, plain) overrules the common one."""
    kind = meaning or _meaning_of.get(str(status), "plain")
    return format_html('<span class="status-badge status-badge-{}">{}</span>', kind, label)


@register.simple_tag
def name_of(row: Any, plain: bool = False) -> SafeString | str:
    """The name of a row in the reader's language.

    English readers get `name_en` where there is one; else the Chinese name, marked as Chinese for screen readers
    (`plain=True` without the mark, for attributes and titles). Rows are named by display_name, legal_name or name.
    """
    if row is None:
        return ""
    english = str(getattr(row, "name_en", "") or "")
    own = next((str(v) for f in ("display_name", "legal_name", "name") if (v := getattr(row, f, ""))), str(row))
    if (get_language() or "").startswith("zh"):
        return own
    if english or plain:
        return english or own
    return format_html('<span lang="zh-Hans">{}</span>', own)


@register.simple_tag
def percent(share: float) -> str:
    """A share between 0 and 1 as whole percent; what is above 0 never looks like nothing."""
    return f"{max(1, round(100 * share)) if share > 0 else 0} %"


@register.filter
def deadline(day: date | None) -> str:
    """How long until a day, in words: overdue, today, tomorrow, in n days."""
    if day is None:
        return ""
    days = (day - timezone.localdate()).days
    if days < 0:
        return ngettext("%(days)s day overdue", "%(days)s days overdue", -days) % {"days": -days}
    if days == 0:
        return _("today")
    return ngettext("%(days)s day left", "%(days)s days left", days) % {"days": days}


@register.filter
def is_past(day: date | None) -> bool:
    """Whether a day lies behind us."""
    return day is not None and day < timezone.localdate()


@register.filter
def sentence(notification: Notification) -> str:
    """What a message says, in the reader's language."""
    return sentence_of(notification.event, notification.context)
