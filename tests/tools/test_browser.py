"""The browser of the tests: found or unpacked, and able to write Chinese."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from playwright.sync_api import sync_playwright

from tools.browser import NoBrowserError, chromium, of_this_machine


@pytest.mark.browser
def test_browser_draws_different_chinese_characters_differently() -> None:
    with ThreadPoolExecutor(1) as own_thread:  # another test may hold Playwright's loop in this one
        pictures = own_thread.submit(pictures_of, ("职", "桥", "䶮", "喆")).result()

    assert len(set(pictures)) == 4  # a font without them draws the same box each time


def pictures_of(texts: tuple[str, ...]) -> list[bytes]:
    browser = chromium()
    with sync_playwright() as driver:
        started = driver.chromium.launch(
            executable_path=browser.executable, env={**browser.env}, args=list(browser.args)
        )
        page = started.new_page(viewport={"width": 120, "height": 60})
        pictures = []
        for text in texts:
            page.set_content(f"<p style='font-size: 40px; margin: 0'>{text}</p>")
            pictures.append(page.screenshot())
        started.close()
    return pictures


def test_browser_named_by_the_environment_is_taken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    program = tmp_path / "chrome"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    monkeypatch.setenv("CHROMIUM", str(program))
    assert of_this_machine() == program
    monkeypatch.setenv("CHROMIUM", str(tmp_path / "missing"))
    with pytest.raises(NoBrowserError, match=r"CHROMIUM=.*missing is not a program"):
        of_this_machine()
