"""Take the picture of the README from the running demo: `python -m tools.screenshot [http://127.0.0.1:8000]`.

Signs in as the demo's HR, opens the demand with the best ranked schools, and writes docs/matched-schools.png.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.browser import chromium

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "matched-schools.png"
SIZE = {"width": 1280, "height": 860}


def main() -> None:
    address = (sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8000").rstrip("/")
    var = Path(os.environ.get("PORTAL_VAR", ROOT / "var"))
    password = (var / "demo_password").read_text()
    found = chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=str(found.executable), args=list(found.args), env={**os.environ, **found.env}
        )
        page = browser.new_page(viewport=SIZE, locale="zh-CN")  # type: ignore[arg-type]
        page.goto(f"{address}/accounts/login/")
        page.fill("input[name=login]", "hr@demo.invalid")
        page.fill("input[name=password]", password)
        page.click("main button.btn-primary")
        page.goto(f"{address}/demands/")
        page.click("main table a[href*='/demands/']")
        page.click("a[href*='/matching/demands/']")
        page.wait_for_selector(".match-card")
        TARGET.parent.mkdir(exist_ok=True)
        page.screenshot(path=str(TARGET))
        browser.close()
    print(TARGET)


if __name__ == "__main__":
    main()
