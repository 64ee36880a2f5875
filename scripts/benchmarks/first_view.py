"""The first view on a slow connection: the seconds until the text can be read in Chromium with an empty cache."""

import statistics
import time
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts.benchmarks.list_page import running_server
from scripts.benchmarks.report import Row
from scripts.find_browser import find_browser
from scripts.screenshot_gallery import CHROMIUM_FLAGS

NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms for a round trip."""
ROUNDS = 3


def measure_first_view(folder: Path, count: int) -> Iterator[Row]:
    """Yield a row for the list and a row for a card. Each has the median seconds until the text can be read."""
    with running_server(folder / "view", count) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        for name, path, selector, goal in (
            (f"the list of {count:,}", "/recommendations?lang=ru", ".rt-row", 7.5),
            ("a card", "/r/cedaw-2021-7?lang=ru", "h1", 1.5),
        ):
            times = [seconds_until_visible(browser, server.url + path, selector) for _ in range(ROUNDS)]
            work = f"first view of {name}, 1.6 Mbit/s, 150 ms, empty cache"
            yield Row(work, "", statistics.median(times), goal=goal, unit="s")
        browser.close()


def seconds_until_visible(browser: Browser, address: str, selector: str) -> float:
    """Return the seconds until the element `selector` is visible in a browser whose cache is empty."""
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(selector).first.wait_for(timeout=60_000)
    seconds = time.perf_counter() - start
    context.close()
    return seconds
