"""The time a reader waits in a browser: for the first content on a slow phone, and for the pictures of the analysis."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from scripts.benchmarks.list_page import running_server
from scripts.benchmarks.report import Row
from scripts.find_browser import find_browser
from scripts.screenshot_gallery import CHROMIUM_FLAGS

NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms for a round trip."""
CPU_SLOWDOWN = 4
"""How many times slower the browser runs, to be like one on a phone."""
ROUNDS = 3
OBSERVE = """window.seen = {shift: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => window.seen[e.name] = e.startTime))
  .observe({type: 'paint', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => window.seen.largest = e.startTime))
  .observe({type: 'largest-contentful-paint', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => window.seen.shift += e.value))
  .observe({type: 'layout-shift', buffered: true});"""

OBSERVE_PICTURES = """window.painted = {};
const asked = new Set(), selectors = {table: 'table', picture: 'svg.main-svg'};
new MutationObserver(() => {
  for (const [name, selector] of Object.entries(selectors))
    if (!asked.has(name) && document.querySelector(selector)) {
      asked.add(name);
      // the second frame begins when the first has been painted
      requestAnimationFrame(() => requestAnimationFrame(() => (painted[name] = performance.now())));
    }
}).observe(document, {childList: true, subtree: true});"""
"""Notes in `window.painted` how many milliseconds after the start of the navigation the things were painted."""


def measure_first_view(folder: Path, count: int) -> Iterator[Row]:
    """Yield four rows for the list and four for a recommendation, opened on a slow phone with an empty cache.

    They are the medians of what `first_view` returns.
    """
    with running_server(folder / "view", count) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        pages = {f"the list of {count:,}": "recommendations?", "a recommendation": "recommendation?id=cedaw-2021-7&"}
        for name, path in pages.items():
            views = [first_view(browser, f"{server.url}/{path}lang=ru") for _ in range(ROUNDS)]
            first, largest, kilobytes, shift = (statistics.median(column) for column in zip(*views, strict=True))
            line = "1.6 Mbit/s, 150 ms, processor 4 times slower, empty cache"
            yield Row(f"first content of {name}: {line}", "", first, goal=1.2, unit="s")
            yield Row(f"largest content of {name}", "", largest, goal=1.5, unit="s")
            yield Row(f"sent until the first content of {name}", "", kilobytes, goal=60, unit="kB")
            yield Row(f"layout shift of {name}, until Streamlit has taken over", "", shift, goal=0.05, unit="")
        browser.close()


def first_view(browser: Browser, address: str) -> tuple[float, float, float, float]:
    """Open a page, and return (seconds until the first content, seconds until the largest, kilobytes, layout shift).

    The kilobytes are those that were sent until the first content. The layout shift is the sum of its scores.
    """
    context = browser.new_context(locale="ru-RU", viewport={"width": 390, "height": 800})
    page = context.new_page()
    page.add_init_script(OBSERVE)
    devtools = context.new_cdp_session(page)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    devtools.send("Network.emulateNetworkConditions", NETWORK)
    devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
    sent: list[tuple[float, float]] = []
    devtools.on("Network.dataReceived", lambda event: sent.append((event["timestamp"], event["encodedDataLength"])))
    began: list[float] = []
    devtools.on("Network.requestWillBeSent", lambda event: began.append(event["timestamp"]))
    page.goto(address, wait_until="commit")
    page.locator("#rt-served").wait_for(state="detached", timeout=90_000)
    page.wait_for_timeout(1_000)
    seen = page.evaluate("window.seen")
    context.close()
    first = seen["first-contentful-paint"] / 1e3
    kilobytes = sum(size for at, size in sent if at - began[0] <= first) / 1000
    return first, seen["largest"] / 1e3, kilobytes, seen["shift"]


def measure_analysis(folder: Path, count: int) -> Iterator[Row]:
    """Yield the seconds until a browser has painted the tables and the first picture of the page Analysis, for two readers."""
    with running_server(folder / "analysis", count) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        # the server has just started when the first reader comes
        for name in ("the first reader", "a later reader"):
            page = browser.new_page(locale="en-GB")
            page.add_init_script(OBSERVE_PICTURES)
            page.goto(f"{server.url}/analysis?lang=en", wait_until="commit")
            page.locator("svg.main-svg").first.wait_for(timeout=60_000)
            page.wait_for_timeout(1_000)
            painted = page.evaluate("window.painted")
            yield Row(f"tables of /analysis, {name}", "", painted["table"] / 1e3, goal=1.0, unit="s")
            yield Row(f"first picture of /analysis, {name}", "", painted["picture"] / 1e3, goal=2.0, unit="s")
            page.close()
        browser.close()
