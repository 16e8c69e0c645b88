"""The fonts of the PDFs: Noto Sans of the wheel justmytype-intl-cjk (SIL Open Font License), and what they lack."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from fontTools.ttLib import TTFont

# The order in which the templates look for a character (`faces` in common.typ).
FACES = ("notosanssc", "notosanstc", "notosansjp", "notosanskr")


def font_folders() -> list[Path]:
    """Return the folder of each face, in the order of FACES.

    Raises RuntimeError if the wheel is not installed or does not hold them.
    """
    found = find_spec("justmytype_intl_cjk")
    if found is None or found.origin is None:
        raise RuntimeError("the fonts are missing: install justmytype-intl-cjk")
    folders = [Path(found.origin).parent / "fonts" / "ofl" / face for face in FACES]
    for folder in folders:
        if not folder.is_dir():
            raise RuntimeError(f"the fonts are missing: {folder}")
    return folders


@cache
def typst_fonts() -> typst.Fonts:
    """Return the faces for the compiler: these and no others, whatever the machine has installed."""
    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=False,
        font_paths=[str(folder) for folder in font_folders()],
    )


@cache
def covered_code_points() -> frozenset[int]:
    """Return the code points for which a face has a glyph (about 45,000; 0.1 s once per process)."""
    covered: set[int] = set()
    for folder in font_folders():
        for file in sorted(folder.glob("*.ttf")):
            with TTFont(file, lazy=True) as font:
                covered.update(font.getBestCmap())
    return frozenset(covered)


def missing_characters(text: str) -> list[str]:
    """Return the characters of a text that the PDF can only show as an empty box, each once, in order.

    Spaces and controls are not characters in this sense.
    """
    shown = (character for character in text if character.isprintable() and not character.isspace())
    return [character for character in dict.fromkeys(shown) if ord(character) not in covered_code_points()]
