"""Titles and purposes that drafts begin with, and the same words in the language of a paper."""

from __future__ import annotations

from collections.abc import Mapping

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_noop

from events.agreements.models import AgreementKind

TITLES: Mapping[str, str] = {
    AgreementKind.FRAMEWORK: gettext_noop("Framework agreement on school–enterprise cooperation"),
    AgreementKind.INTENT: gettext_noop("Letter of intent on school–enterprise cooperation"),
    AgreementKind.STRATEGIC: gettext_noop("Strategic agreement on school–enterprise cooperation"),
    AgreementKind.PROJECT: gettext_noop("Project agreement on school–enterprise cooperation"),
    AgreementKind.GOV_SCHOOL: gettext_noop("Agreement on cooperation between government and school"),
    AgreementKind.INTERNSHIP: gettext_noop("Tripartite agreement on internships"),
}
PURPOSES: Mapping[str, str] = {
    AgreementKind.FRAMEWORK: gettext_noop(
        "The parties set up a lasting cooperation: they train skilled people together, share what they have for "
        "training, and fund people whose skills are scarce."
    ),
    AgreementKind.INTENT: gettext_noop(
        "The parties intend to train and employ people together, and put down what they have agreed so far."
    ),
    AgreementKind.STRATEGIC: gettext_noop(
        "The parties become partners for years: in planning majors, in training people and in developing technology."
    ),
    AgreementKind.PROJECT: gettext_noop("The parties carry out the project described here together."),
    AgreementKind.GOV_SCHOOL: gettext_noop(
        "Government and school cooperate so that vocational training serves the industries of the place."
    ),
    AgreementKind.INTERNSHIP: gettext_noop(
        "The parties settle how students of the school do internships with the enterprise, safely and by the rules."
    ),
}


def title_of(kind: str, language: str = settings.LANGUAGE_CODE) -> str:
    """The standard title of a kind of agreement."""
    with translation.override(language):
        return gettext(TITLES[kind])


def purpose_of(kind: str, language: str = settings.LANGUAGE_CODE) -> str:
    """The standard purpose of a kind of agreement."""
    with translation.override(language):
        return gettext(PURPOSES[kind])


def in_language(text: str, standard: str, language: str) -> str:
    """`text` as people wrote it; where it is the standard text in some language, that text in the paper's language."""
    versions = {code: _translated(standard, code) for code, _name in settings.LANGUAGES}
    return versions[language] if text in versions.values() else text


def _translated(msgid: str, language: str) -> str:
    with translation.override(language):
        return gettext(msgid)
