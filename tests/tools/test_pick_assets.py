"""Front-end files: what is cut from the packages, and that it is there."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree

from tools.pick_assets import FILES, ICONS, ROOT, SVG, TARGET, sprite, without_source_map

HOME = """<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24" viewBox="0 0 24 24" fill="none"
  stroke="currentColor" stroke-width="2" class="icon">
  <path stroke="none" d="M0 0h24v24H0z" fill="none" />
  <path d="M5 12l-2 0l9 -9l9 9l-2 0" />
</svg>"""


def test_sprite_makes_a_symbol_of_the_visible_parts_of_each_icon() -> None:
    root = ElementTree.fromstring(sprite({"home": HOME}))
    (symbol,) = root.findall(f"{{{SVG}}}symbol")
    assert dict(symbol.items()) == {
        "id": "i-home",
        "viewBox": "0 0 24 24",
        "fill": "none",
        "stroke": "currentColor",
        "stroke-width": "2",
    }
    assert [path.get("d") for path in symbol] == ["M5 12l-2 0l9 -9l9 9l-2 0"]


def test_without_source_map_takes_only_the_last_lines_pointer() -> None:
    style = "a{color:red}/* sourceMappingURL is a word */"
    assert without_source_map(f"{style}\n/*# sourceMappingURL=tabler.min.css.map */\n") == f"{style}\n"
    assert without_source_map("let a=1;\n//# sourceMappingURL=a.js.map") == "let a=1;\n"
    assert without_source_map(style) == style


def test_picked_files_are_there_and_point_to_no_map() -> None:
    assert {path.name for path in TARGET.iterdir()} == {*FILES.values(), "icons.svg"}
    assert not [path.name for path in TARGET.iterdir() if "sourceMappingURL=" in path.read_text(encoding="utf-8")]
    icons = re.findall(r'<symbol id="i-([a-z-]+)"', (TARGET / "icons.svg").read_text(encoding="utf-8"))
    assert icons == sorted(ICONS) == sorted(set(ICONS))


def test_package_lock_names_no_download_address() -> None:
    lock = json.loads((ROOT / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages
    assert not [name for name, package in packages.items() if "resolved" in package or "integrity" not in package]
    wanted = lock["packages"][""]
    versions = wanted["dependencies"] | wanted["devDependencies"]
    assert not [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)]
