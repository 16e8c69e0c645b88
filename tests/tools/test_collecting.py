"""Collecting messages keeps what was translated and follows the code."""

from __future__ import annotations

from pathlib import Path

from tools.collecting import collect
from tools.messages import Message, used_messages

HEAD = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\nPlural-Forms: nplurals=1; plural=0;\\n"\n'
OLD = (
    '\n#: portal/old.py\nmsgid "Fair"\nmsgstr "对接会"\n'
    '\n#: portal/old.py\nmsgid "Gone"\nmsgstr "旧"\n'
    '\n# shown by allauth\nmsgid "Log in"\nmsgstr "登录"\n'
    '\n#: portal/old.py\nmsgid "%(n)s day"\nmsgstr "%(n)s天"\n'
)


def collected(folder: Path, *messages: Message) -> str:
    source = folder / "django.po"
    source.write_text(HEAD + OLD, encoding="utf-8")
    collect(source, messages)
    once = source.read_text(encoding="utf-8")
    collect(source, messages)
    assert source.read_text(encoding="utf-8") == once
    return once.split("\n\n", 1)[1]


def test_collect_keeps_translations_and_follows_the_code(tmp_path: Path) -> None:
    assert collected(
        tmp_path,
        Message(None, "New", None, "portal/a.py:9"),
        Message(None, "Fair", None, "portal/b.py:7"),
        Message(None, "Fair", None, "portal/a.py:3"),
        Message("of a person", "post", None, "portal/a.py:4"),
        Message(None, "%(n)s day", "%(n)s days", "portal/a.py:5"),
    ) == (
        '#: portal/a.py\n#, python-format\nmsgid "%(n)s day"\nmsgid_plural "%(n)s days"\nmsgstr[0] "%(n)s天"\n'
        '\n#: portal/a.py portal/b.py\nmsgid "Fair"\nmsgstr "对接会"\n'
        '\n# shown by allauth\nmsgid "Log in"\nmsgstr "登录"\n'
        '\n#: portal/a.py\nmsgid "New"\nmsgstr ""\n'
        '\n#: portal/a.py\nmsgctxt "of a person"\nmsgid "post"\nmsgstr ""\n'
    )


def test_plurals_are_found_in_code_and_templates(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "a.py").write_text('ngettext("%d day", "%d days", n)\nnpgettext("c", "one", "many", n)\n')
    (tmp_path / "templates").mkdir()
    (tmp_path / "templates" / "a.html").write_text(
        "{% load i18n %}{% blocktranslate count n=schools %}{{ n }} school{% plural %}{{ n }} schools"
        "{% endblocktranslate %}{% translate 'Fair' %}"
    )
    assert [(each.context, each.text, each.plural) for each in used_messages(tmp_path)] == [
        (None, "%d day", "%d days"),
        ("c", "one", "many"),
        (None, "%(n)s school", "%(n)s schools"),
        (None, "Fair", None),
    ]


def test_message_is_found_under_the_name_that_a_module_gives_to_the_function(tmp_path: Path) -> None:
    (tmp_path / "portal").mkdir()
    (tmp_path / "portal" / "a.py").write_text(
        "from django.utils.translation import gettext as _t, npgettext as _np\nfrom elsewhere import other as _o\n"
        '_t("Fair")\n_np("c", "one", "many", n)\n_o("not a message")\n'
    )
    assert [(each.context, each.text, each.plural) for each in used_messages(tmp_path)] == [
        (None, "Fair", None),
        ("c", "one", "many"),
    ]
