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
    """Yield two rows for the list and for a card: the median seconds until the text can be read, and the kilobytes sent."""
    with running_server(folder / "view", count) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        for name, path, selector, goal in (
            (f"the list of {count:,}", "/recommendations?lang=ru", ".rt-row", 7.5),
            ("a card", "/r/cedaw-2021-7?lang=ru", "h1", 1.5),
        ):
            views = [first_view(browser, server.url + path, selector) for _ in range(ROUNDS)]
            work = f"first view of {name}, 1.6 Mbit/s, 150 ms, empty cache"
            yield Row(work, "", statistics.median(seconds for seconds, _ in views), goal=goal, unit="s")
            yield Row(f"first view of {name}, all that is sent", "", max(sent for _, sent in views) / 1000, unit="kB")
        browser.close()


def first_view(browser: Browser, address: str, selector: str) -> tuple[float, float]:
    """Return the seconds until the element `selector` is visible in a browser whose cache is empty, and all bytes sent."""
    context = browser.new_context(locale="ru-RU")
    page = context.new_page()
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    sizes: list[float] = []
    devtools.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    devtools.on(
        "Network.webSocketFrameReceived", lambda event: sizes.append(len(event["response"]["payloadData"]) * 3 / 4)
    )
    start = time.perf_counter()
    page.goto(address, wait_until="commit")
    page.locator(selector).first.wait_for(timeout=60_000)
    seconds = time.perf_counter() - start
    page.wait_for_load_state("networkidle")
    context.close()
    return seconds, sum(sizes)
