"""A real Chromium before the real site: live server, real worker, no request to anybody else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.workers import Worker
from tools.browser import NoBrowserError, chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    try:
        found = chromium()
    except NoBrowserError as error:
        if os.environ.get("CI") == "true":
            pytest.fail(f"the browser tests cannot run: {error}")
        pytest.skip(f"THE BROWSER TESTS DID NOT RUN: {error}")
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(
            executable_path=str(found.executable), args=list(found.args), env={**os.environ, **found.env}
        )
        yield launched
        launched.close()


@pytest.fixture
def page(browser: Browser, live_server, settings) -> Iterator[Page]:
    """A page in Chinese; on the way out: no console error, no request off the own host."""
    context: BrowserContext = browser.new_context(base_url=live_server.url, locale="zh-CN")
    page = context.new_page()
    faults: list[str] = []
    page.on("console", lambda message: faults.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: faults.append(str(error)))
    own = urlsplit(live_server.url).netloc
    page.on("request", lambda request: faults.append(f"asked {request.url}") if _is_foreign(request.url, own) else None)
    yield page
    context.close()
    assert faults == []


def _is_foreign(url: str, own: str) -> bool:
    parts = urlsplit(url)
    return parts.scheme in ("http", "https") and parts.netloc != own


@pytest.fixture
def worker(transactional_db, tmp_path) -> Iterator[Worker]:
    """A Celery worker with its beat on the test database."""
    started = Worker(beat_file=tmp_path / "beat")
    yield started
    started.stop()
    connections.close_all()
