"""The forms under which names are compared: what says nothing about the name is folded or taken away.

How schools write the majors of their plans, seen in provincial enrolment plans and in what firms type:

    01软件技术（中外合作办学）    【510203】软件技术    软件技术-移动应用方向    软件技术专业    …不得报考)012软件技术

A bracket of any kind qualifies a name (direction, partner, class, fee, length) and never makes another major of it;
a number in front counts the lines of a plan; a bracket without its other half was cut where a cell ended.
"""

from __future__ import annotations

import re
import unicodedata

# The database takes no NUL; web pages and sheets leave soft hyphens and characters without width in what is copied.
_BLANK = re.compile(r"[\s\x00\u00ad\u200b-\u200f\u2060\ufeff]+")
_OPENING, _CLOSING = "([{【〔〈《「『", ")]}】〕〉》」』"  # full-width ( [ { are ASCII after NFKC
_OPEN, _CLOSE = re.escape(_OPENING), re.escape(_CLOSING)
_PAIRS = [(re.escape(one), re.escape(other)) for one, other in zip(_OPENING, _CLOSING, strict=True)]
_BRACKETED = re.compile("|".join(rf"{one}[^{_OPEN}{_CLOSE}]*{other}" for one, other in _PAIRS))
_CUT_AT_THE_FRONT = re.compile(rf"^.*[{_CLOSE}]")
_CUT_AT_THE_END = re.compile(rf"[{_OPEN}].*$")
_CHINESE = "[\u4e00-\u9fff]"
_NUMBERED = re.compile(rf"^[0-9]{{1,4}}[.、:_-]+|^[0-9]{{2,6}}t?k?(?={_CHINESE})|(?<={_CHINESE})[0-9]{{6}}t?k?$")
_TAIL = re.compile(r"[-–—―·:].*(?:方向|班|办学|培养|计划|项目|学院)$")
_EDGES = "-–—―·:/、,;."
# Said of a major in plans without brackets. 试验班, 实验班 and 类 are not here: they name several majors at once.
_ENDINGS = ("专业", "方向", "中外合作办学", "中外合作", "校企合作", "专升本", "定向", "师范类", "师范")


def normal_form(text: str) -> str:
    """Compatibility form (NFKC: full width becomes half width), case-folded, without blanks seen or not. Idempotent."""
    folded = unicodedata.normalize("NFKC", _BLANK.sub("", unicodedata.normalize("NFKC", text)).casefold())
    # A letter that lost the blank before its accent, say, becomes another one: again until nothing changes.
    return folded if folded == text else normal_form(folded)


def bare_form(text: str) -> str:
    """The normal form of a major's name without what qualifies it; idempotent.

    Taken away: bracketed parts and halves of brackets, a number or code before or a code behind the name, a part
    behind a dash that ends like a qualifier, and the endings 专业, 方向, 师范 and their like. Each only if something
    is left: “(定向)” stays as it is.
    """
    name = normal_form(text)
    while (shorter := _shortened(name)) != name:
        name = shorter
    return name


def _shortened(name: str) -> str:
    for pattern in (_BRACKETED, _CUT_AT_THE_FRONT, _CUT_AT_THE_END, _NUMBERED, _TAIL):
        name = pattern.sub("", name) or name
    name = _without_lone_bracket(name)
    name = name.strip(_EDGES) or name
    for ending in _ENDINGS:
        name = name.removesuffix(ending) or name
    return normal_form(name)


def _without_lone_bracket(name: str) -> str:
    """Without a bracket at the edge whose other half was cut off with all that it held."""
    if not set(name) & set(_CLOSING):
        name = name.lstrip(_OPENING) or name
    if not set(name) & set(_OPENING):
        name = name.rstrip(_CLOSING) or name
    return name
