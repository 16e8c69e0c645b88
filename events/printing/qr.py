"""The QR code of an address, as a drawing for PDF and as a picture for Word: the same modules, the same bytes."""

import io
from functools import lru_cache

import segno

QUIET_MODULES = 2  # the border; the white of the page around it does the rest
PIXELS_PER_MODULE = 8


@lru_cache(maxsize=8)
def _code(text: str) -> segno.QRCode:
    """The code of a text; PDF and Word of an agreement ask for the same one after the other."""
    return segno.make(text, error="m", micro=False)


def qr_matrix(text: str) -> tuple[bytearray, ...]:
    """Return the code's rows of modules, 1 for dark, without the border. ValueError if the text is too long."""
    return _code(text).matrix


def qr_svg(text: str) -> str:
    """Return the code as SVG, a module to a unit."""
    file = io.BytesIO()
    _code(text).save(file, kind="svg", border=QUIET_MODULES, xmldecl=False)
    return file.getvalue().decode()


def qr_png(text: str) -> bytes:
    """Return the code as PNG in black and white."""
    file = io.BytesIO()
    _code(text).save(file, kind="png", scale=PIXELS_PER_MODULE, border=QUIET_MODULES)
    return file.getvalue()
