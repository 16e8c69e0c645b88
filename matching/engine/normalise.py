"""Names of majors as people write them, brought to a comparable form; text suggests, it never decides."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from matching.engine.ngrams import NgramIndex

# After NFKC full-width round and square brackets are ASCII; the others stay as they are.
_BRACKETED = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}|【[^【】]*】|〔[^〔〕]*〕|〈[^〈〉]*〉|《[^《》]*》")
_ENDINGS = ("专业", "方向")
_BLANK = re.compile(r"\s+")


def normalise_name(text: str) -> str:
    """NFKC, case-folded, without blanks, bracketed parts and the endings 专业 and 方向.

    A part is only taken away if something is left: "（定向）" stays as it is, in ASCII brackets. Idempotent.
    """
    name = _shortened(text)
    while (shorter := _shortened(name)) != name:
        name = shorter
    return name


def _shortened(name: str) -> str:
    """One round: folding may make room for another one (a blank gone brings an accent to its letter)."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    joined = _BLANK.sub("", folded)
    bare = _BRACKETED.sub("", joined)
    for ending in _ENDINGS:
        bare = bare.removesuffix(ending)
    return bare or joined


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A candidate for a name; score: cosine in (0, 1], an order, not a probability."""

    key: str
    name: str
    score: float


class NameIndex:
    """Names and aliases with the key (a code) each stands for; build once, ask often."""

    def __init__(self, candidates: Iterable[tuple[str, str]]) -> None:
        self._candidates = list(candidates)
        self._index = NgramIndex(normalise_name(name) for _, name in self._candidates)

    def suggest(self, name: str, n: int = 5) -> list[Suggestion]:
        """The n nearest keys, each with its nearest name, best first, ties by key; none that shares nothing.

        Char-1–2 TF-IDF cosine of normalised names: right at first place for about half of old names, in the
        first five for about 70 %, so a person has to choose.
        """
        best: dict[str, Suggestion] = {}
        for position, score in self._index.cosines(normalise_name(name)).items():
            key, candidate = self._candidates[position]
            found = Suggestion(key, candidate, score)
            if key not in best or (-score, candidate) < (-best[key].score, best[key].name):
                best[key] = found
        return sorted(best.values(), key=lambda found: (-found.score, found.key))[:n]


def suggest(name: str, candidates: Iterable[tuple[str, str]], n: int = 5) -> list[Suggestion]:
    """`NameIndex.suggest` for a single question; candidates are (key, name), keys may repeat for aliases."""
    return NameIndex(candidates).suggest(name, n)
