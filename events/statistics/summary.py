"""The brief in sentences, in the active language. What did not happen is not mentioned."""

from __future__ import annotations

from decimal import Decimal

from django.utils import formats
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from events.fairs.models import Fair
from events.printing.formatting import join_names
from events.statistics.brief import Brief


def paragraphs(fair: Fair, figures: Brief) -> list[str]:
    """What took place, who was sought, what was signed, what came of the talks."""
    found = [_gathering(fair, figures), _sought(figures), _ceremony(figures), _outcome(figures)]
    return [text for text in found if text]


def period(fair: Fair) -> str:
    """The day or days of a fair."""
    first, last = (formats.date_format(day) for day in (fair.starts_on, fair.ends_on))
    return first if first == last else _("%(first)s to %(last)s") % {"first": first, "last": last}


def percent(share: float) -> str:
    """A share in whole percent."""
    return _("%(number)s %%") % {"number": round(100 * share)}


def _gathering(fair: Fair, figures: Brief) -> str:
    sentences = [
        _("“%(fair)s” (%(period)s, %(venue)s) brings %(schools)s from %(provinces)s together with %(enterprises)s.")
        % {
            "fair": fair.name,
            "period": period(fair),
            "venue": fair.venue,
            "schools": _schools(figures.schools),
            "provinces": ngettext("%(n)s province", "%(n)s provinces", figures.provinces) % _n(figures.provinces),
            "enterprises": _enterprises(figures.enterprises),
        }
    ]
    if figures.graduates:
        sentences.append(
            _(
                "Secondary and technician schools are %(share)s of the schools; "
                "the class of %(year)s of all of them together has %(graduates)s."
            )
            % {
                "share": percent(figures.share_secondary_and_technician),
                "year": fair.graduating_year,
                "graduates": ngettext("%(n)s graduate", "%(n)s graduates", figures.graduates) % _n(figures.graduates),
            }
        )
    return _joined(sentences)


def _sought(figures: Brief) -> str:
    if not figures.top_majors:
        return ""
    names = [major.name for major in figures.top_majors]
    return _("The enterprises seek %(people)s in %(demands)s; the majors asked for most are %(majors)s.") % {
        "people": _people(figures.people_sought),
        "demands": ngettext("%(n)s talent demand", "%(n)s talent demands", figures.demands) % _n(figures.demands),
        "majors": join_names(names, "zh" if _is_chinese() else "en"),
    }


def _ceremony(figures: Brief) -> str:
    sentences = []
    if figures.framework_agreements:
        agreements = ngettext(
            "%(n)s framework agreement", "%(n)s framework agreements", figures.framework_agreements
        ) % _n(figures.framework_agreements)
        sentences.append(_("Enterprises and schools signed %(agreements)s.") % {"agreements": agreements})
    if figures.funding_yuan:
        sentences.append(
            _("The money promised in signed agreements adds up to %(yuan)s yuan.")
            % {"yuan": _number(figures.funding_yuan)}
        )
    return _joined(sentences)


def _outcome(figures: Brief) -> str:
    sentences = []
    if figures.meetings_held:
        sentences.append(
            _("%(held)s of %(planned)s planned talks took place.")
            % {"held": _number(figures.meetings_held), "planned": _number(figures.meetings_planned)}
        )
    if figures.schools_with_intent:
        schools = _schools(figures.schools_with_intent)
        sentences.append(_("%(schools)s reached cooperation intents with enterprises.") % {"schools": schools})
    if figures.enterprises_with_consensus:
        enterprises = _enterprises(figures.enterprises_with_consensus)
        sentences.append(_("%(enterprises)s reached a consensus with schools.") % {"enterprises": enterprises})
    if figures.intent_agreements:
        agreements = ngettext("%(n)s letter of intent", "%(n)s letters of intent", figures.intent_agreements)
        sentences.append(_("They signed %(agreements)s.") % {"agreements": agreements % _n(figures.intent_agreements)})
    if figures.people_promised:
        sentences.append(_("Places for %(people)s were promised.") % {"people": _people(figures.people_promised)})
    return _joined(sentences)


def _joined(sentences: list[str]) -> str:
    """Chinese sentences follow each other without a space."""
    return ("" if _is_chinese() else " ").join(sentences)


def _is_chinese() -> bool:
    return (get_language() or "").startswith("zh")


def _schools(count: int) -> str:
    return ngettext("%(n)s school", "%(n)s schools", count) % _n(count)


def _enterprises(count: int) -> str:
    return ngettext("%(n)s enterprise", "%(n)s enterprises", count) % _n(count)


def _people(count: int) -> str:
    return ngettext("%(n)s person", "%(n)s people", count) % _n(count)


def _n(count: int) -> dict[str, str]:
    return {"n": _number(count)}


def _number(count: int | Decimal) -> str:
    """With thousands separators, the same in every language of the site."""
    return f"{count:,}"
