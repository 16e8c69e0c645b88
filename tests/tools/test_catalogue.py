"""Translations: compiled without gettext programs, and missed when they are missing."""

from __future__ import annotations

import gettext
from pathlib import Path

import pytest

from tools.catalogue import compile_all, faults, missing

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n\n'


def catalogue(root: Path, entries: str) -> Path:
    source = root / "portal" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True, exist_ok=True)
    source.write_text(HEAD + entries, encoding="utf-8")
    return source


def test_compiled_catalogue_is_read_by_gettext(tmp_path: Path) -> None:
    entries = (
        'msgid "Fair"\nmsgstr "招聘会"\n\n'
        'msgctxt "table of a fair"\nmsgid "Table"\nmsgstr "展台"\n\n'
        'msgid "%(count)d school"\nmsgid_plural "%(count)d schools"\nmsgstr[0] "%(count)d 所学校"\n\n'
        '#, fuzzy\nmsgid "Draft"\nmsgstr "风"\n'
    )
    (target,) = compile_all(catalogue(tmp_path, entries).parents[4])
    with target.open("rb") as file:
        translations = gettext.GNUTranslations(file)
    assert translations.gettext("Fair") == "招聘会"
    assert translations.pgettext("table of a fair", "Table") == "展台"
    assert translations.ngettext("%(count)d school", "%(count)d schools", 57) == "%(count)d 所学校"
    assert translations.gettext("Draft") == "Draft"


def test_catalogue_is_compiled_again_only_after_a_change(tmp_path: Path) -> None:
    source = catalogue(tmp_path, 'msgid "Fair"\nmsgstr "展会"\n')
    assert len(compile_all(tmp_path)) == 1
    assert compile_all(tmp_path) == []
    catalogue(tmp_path, 'msgid "Fair"\nmsgstr "招聘会"\n')
    (target,) = compile_all(tmp_path)
    assert "招聘会".encode() in target.read_bytes()
    assert list(source.parent.iterdir()) == [source, target] or set(source.parent.iterdir()) == {source, target}


@pytest.mark.parametrize(
    ("entry", "fault"),
    [
        ('msgid "Fair"\nmsgstr ""\n', "'Fair' is not translated"),
        ('msgid "Fair"\nmsgid_plural "Fairs"\nmsgstr[0] " "\n', "'Fair' is not translated"),
        ('#, fuzzy\nmsgid "Fair"\nmsgstr "公平"\n', "'Fair' is fuzzy"),
        ('msgid "Hello %(name)s"\nmsgstr "你好 %(nane)s"\n', "have different placeholders"),
        ('msgid "{count} left"\nmsgstr "还有几个"\n', "have different placeholders"),
    ],
)
def test_unusable_translation_is_a_fault(tmp_path: Path, entry: str, fault: str) -> None:
    (found,) = faults(catalogue(tmp_path, entry))
    assert fault in found
    assert "django.po:4: " in found or "django.po:5: " in found


def test_complete_catalogue_has_no_fault(tmp_path: Path) -> None:
    entries = (
        'msgid "Hello %(name)s, 100%% done"\nmsgstr "%(name)s，你好，完成 100%%"\n\n'
        'msgid "%(count)d school"\nmsgid_plural "%(count)d schools"\nmsgstr[0] "%(count)d 所学校"\n\n'
        '#~ msgid "Gone"\n#~ msgstr ""\n'
    )
    assert list(faults(catalogue(tmp_path, entries))) == []


def test_missing_catalogue_is_a_fault(tmp_path: Path) -> None:
    assert list(missing(tmp_path)) == [f"there is no catalogue in {tmp_path}"]


def test_message_used_but_not_in_the_catalogue_is_missed_where_it_is_used(tmp_path: Path) -> None:
    catalogue(tmp_path, 'msgid "Fair"\nmsgstr "招聘会"\n\nmsgctxt "furniture"\nmsgid "Table"\nmsgstr "桌子"\n')
    (tmp_path / "portal" / "models.py").write_text(
        'title = _("Fair")\nother = gettext_lazy(\n    "Long "\n    "text"\n)\npgettext("furniture", "Table")\n'
        'pgettext("of a fair", "Table")\nngettext("%d day", "%d days", n)\n_(variable)\ngettext(f"{x}")\n'
    )
    (tmp_path / "templates" / "fairs").mkdir(parents=True)
    (tmp_path / "templates" / "fairs" / "list.html").write_text(
        '{% load i18n %}\n<p title="{% translate "Fair" %}">{{ _("It\'s open") }}</p>\n'
        '{% translate "Seat" context "of a fair" %}\n'
        "{% blocktranslate trimmed count n=schools %}\n  {{ n }} school\n{% plural %}\n  {{ n }} schools\n"
        "{% endblocktranslate %}{# {% translate 'Never' %} #}\n"
    )
    where = "is not in portal/locale/zh_Hans/LC_MESSAGES/django.po"
    assert list(missing(tmp_path)) == [
        f"portal/models.py:2: 'Long text' {where}",
        f"portal/models.py:7: 'Table' {where}",
        f"portal/models.py:8: '%d day' {where}",
        f'templates/fairs/list.html:2: "It\'s open" {where}',
        f"templates/fairs/list.html:3: 'Seat' {where}",
        f"templates/fairs/list.html:4: '%(n)s school' {where}",
    ]
