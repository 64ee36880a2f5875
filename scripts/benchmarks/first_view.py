"""A first view on a weak line: the seconds until the text can be read, in Chromium with an empty cache."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts.benchmarks.list_page import serving
from scripts.benchmarks.report import Row
from scripts.find_browser import places, runs
from scripts.screenshot_gallery import FLAGS

LINE = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""1.6 Mbit/s down, 0.75 up, 150 ms for a round trip."""
ROUNDS = 3


def viewing(place: Path, count: int) -> Iterator[Row]:
    """The medians of the list and of a card."""
    with serving(place / "view", count) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(filter(runs, places())), args=FLAGS)
        for what, path, shown, goal in (
            (f"the list of {count:,}", "/recommendations?lang=ru", ".rt-row", 7.5),
            ("a card", "/r/cedaw-2021-7?lang=ru", "h1", 1.5),
        ):
            taken = [seen(browser, server.url + path, shown) for _ in range(ROUNDS)]
            work = f"first view of {what}, 1.6 Mbit/s, 150 ms, empty cache"
            yield Row(work, "", statistics.median(taken), None, goal, "s")
        browser.close()


def seen(browser: Browser, address: str, shown: str) -> float:
    """The seconds until something is visible to a visitor who was never here."""
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    wire = context.new_cdp_session(page)
    wire.send("Network.enable")
    wire.send("Network.setCacheDisabled", {"cacheDisabled": True})
    wire.send("Network.emulateNetworkConditions", LINE)
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(shown).first.wait_for(timeout=60_000)
    taken = time.perf_counter() - start
    context.close()
    return taken
