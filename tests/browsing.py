"""A headless Chromium for tests of pages: whatever it complains about, and whatever leaves the page, is an error."""

from __future__ import annotations

import base64
import os
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest


def unpack(packed: str) -> str:
    """What a page packed, without a browser."""
    return zlib.decompress(base64.b64decode(packed)).decode("utf-8")


DESKTOP, PHONE = {"width": 1280, "height": 900}, {"width": 390, "height": 844}
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def chromium() -> str:
    """The browser's path.  Without one, the module is skipped or, where ``NQEXTRACT_BROWSER=required``, fails."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, _NAMES)), None)
    if found:
        return found
    missing = "no Chromium here: pages were not opened (apt-get install chromium, or CHROMIUM=/path/to/one)"
    if os.environ.get("NQEXTRACT_BROWSER") == "required":
        raise RuntimeError(missing)
    pytest.skip(missing, allow_module_level=True)


@contextmanager
def browser(path: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        # As root, as in CI's container, Chromium runs without its sandbox only; the pages are ours.
        options = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]
        opened = playwright.chromium.launch(executable_path=path, args=options)
        yield opened
        opened.close()


class Page:
    """One page of the browser, open on a file."""

    def __init__(self, browser: Any, file: Path, size: dict[str, int] = DESKTOP, fragment: str = "") -> None:
        self.complaints: list[str] = []
        self.requests: list[str] = []
        self.tab = browser.new_page(viewport=size)
        self.tab.on("console", lambda message: self.complaints.append(f"{message.type}: {message.text}"))
        self.tab.on("pageerror", lambda error: self.complaints.append(f"error: {error}"))
        self.tab.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.tab.on("request", lambda request: self.requests.append(request.url))
        self.address = file.resolve().as_uri()
        self.tab.goto(self.address + fragment)
        if "<script>" in file.read_text(encoding="utf-8"):
            self.tab.wait_for_selector("html[data-ready]", state="attached")

    def rest(self) -> None:
        """As it was when it was opened, but for its order; nothing was complained of."""
        self.tab.evaluate("document.querySelector('dialog').close(); document.querySelector('form').reset()")
        self.settle()
        assert self.complaints == []

    def close(self) -> None:
        """Nothing was complained of, and nothing asked for but the file itself."""
        self.tab.close()
        assert self.complaints == []
        # DataTables and Vega draw their small pictures from data: addresses, which leave nothing.
        assert {url.partition("#")[0] for url in self.requests if not url.startswith("data:")} == {self.address}

    def settle(self) -> None:
        """Filters wait for a pause in the typing."""
        self.tab.wait_for_timeout(250)

    def texts(self, selector: str) -> list[str]:
        return [str(text) for text in self.tab.locator(selector).all_inner_texts()]

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window."""
        return int(self.tab.evaluate("document.documentElement.scrollWidth - window.innerWidth"))

    def flaws(self) -> list[str]:
        """What axe finds moderate, serious or critical."""
        from axe_playwright_python.sync_playwright import Axe

        found = Axe().run(self.tab).response["violations"]
        return [
            f"{flaw['id']}: {flaw['help']}: {[node['html'][:200] for node in flaw['nodes']][:3]}"
            for flaw in found
            if flaw["impact"] in ("moderate", "serious", "critical")
        ]
