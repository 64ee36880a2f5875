"""What a reader's browser loads and how long it waits: first visits on a slow phone, and the pictures of the analysis."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from scripts.benchmarks.report import Row
from scripts.benchmarks.serving import running_server
from scripts.find_browser import find_browser
from scripts.screenshot_gallery import CHROMIUM_FLAGS

NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1_600_000 / 8, "uploadThroughput": 750_000 / 8}
"""1.6 Mbit/s down, 0.75 Mbit/s up, 150 ms for a round trip."""
CPU_SLOWDOWN = 4
"""How many times slower the browser runs, to be like one on a phone."""
ROUNDS = 3
FIRST_VISIT = ("/recommendations?lang=ru", "/recommendation?id=cedaw-2021-7&lang=ru", "/?lang=ru")
NEXT_PAGE, ANALYSIS = "/recommendations?status=not-implemented&lang=ru", "/analysis?lang=ru"
PICTURE = "[data-spec] svg.main-svg"
OBSERVE = """window.seen = {shift: 0};
new PerformanceObserver(list => list.getEntries().forEach(e => window.seen[e.name] = e.startTime))
  .observe({type: 'paint', buffered: true});
new PerformanceObserver(list => list.getEntries().forEach(e => window.seen.shift += e.value))
  .observe({type: 'layout-shift', buffered: true});
const find = new MutationObserver(() => {
  const place = window.scrolls && document.querySelector('[data-spec]');
  if (place && !window.seen.place) { window.seen.place = true; place.scrollIntoView(); }
  if (!document.querySelector('svg.main-svg')) return;
  find.disconnect();
  // the second frame begins when the first has been painted
  requestAnimationFrame(() => requestAnimationFrame(() => (window.seen.picture = performance.now())));
});
find.observe(document, {childList: true, subtree: true});"""
"""Notes in `window.seen` what was painted after how many milliseconds, and the sum of the scores of layout shift."""


class Phone:
    """A slow phone with an empty cache. `kilobytes` is what it has loaded so far, with the headers."""

    def __init__(self, browser: Browser) -> None:
        self.context = browser.new_context(locale="ru-RU", viewport={"width": 390, "height": 800})
        self.page, self.kilobytes = self.context.new_page(), 0.0
        self.page.add_init_script(OBSERVE)
        devtools = self.context.new_cdp_session(self.page)
        devtools.send("Network.enable")
        devtools.send("Network.emulateNetworkConditions", NETWORK)
        devtools.send("Emulation.setCPUThrottlingRate", {"rate": CPU_SLOWDOWN})
        devtools.on("Network.loadingFinished", self._count)

    def _count(self, event: dict[str, float]) -> None:
        self.kilobytes += event["encodedDataLength"] / 1000

    def open(self, address: str) -> tuple[float, float]:
        """Open a page. Return (seconds until its first content, sum of its layout shift)."""
        self.page.goto(address, wait_until="networkidle")
        self.page.wait_for_timeout(500)
        seen = self.page.evaluate("window.seen")
        return seen["first-contentful-paint"] / 1e3, seen["shift"]


def measure_first_visit(folder: Path, count: int) -> Iterator[Row]:
    """Yield what a first visit of three pages loads, the next page too, and when their content is shown. Medians."""
    with running_server(folder / "visit", count) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        rounds = []
        for _round in range(ROUNDS):
            phone = Phone(browser)
            seen = [phone.open(server.url + path) for path in FIRST_VISIT]
            visit = phone.kilobytes
            phone.open(server.url + NEXT_PAGE)
            rounds.append((visit, phone.kilobytes - visit, seen[0][0], seen[1][0], max(shift for _, shift in seen)))
            phone.context.close()
        browser.close()
    visit, then, of_list, of_one, shift = (statistics.median(column) for column in zip(*rounds, strict=True))
    line = "1.6 Mbit/s, 150 ms, processor 4 times slower"
    yield Row(f"first visit of list, recommendation, overview: {line}", "", visit, goal=60, unit="kB")
    yield Row("the next page: the list with a filter", "", then, goal=25, unit="kB")
    yield Row("first content of the list, with an empty cache", "", of_list, goal=0.7, unit="s")
    yield Row("first content of a recommendation after it", "", of_one, goal=0.7, unit="s")
    yield Row("largest layout shift of the three pages", "", shift, goal=0, unit="")


def measure_analysis(folder: Path, count: int) -> Iterator[Row]:
    """Yield the seconds until the first picture of Analysis, and what a phone loads before that picture and with it."""
    with running_server(folder / "analysis", count) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        # the server has just started when the first reader comes, who scrolls to the first picture at once
        for name in ("the first reader after a start", "a later reader"):
            page = browser.new_page(locale="en-GB")
            page.add_init_script("window.scrolls = true;" + OBSERVE)
            page.goto(server.url + ANALYSIS, wait_until="commit")
            yield Row(f"first picture of /analysis, {name}", "", _seconds_until_picture(page), goal=1.5, unit="s")
            page.close()
        phone = Phone(browser)
        # otherwise the first picture is on the first screen, and comes at once
        phone.page.add_init_script("Object.defineProperty(navigator, 'connection', {value: {saveData: true}})")
        phone.open(server.url + ANALYSIS)
        row = "/analysis on a phone that saves data, before a picture is asked for"
        yield Row(row, "", phone.kilobytes, goal=60, unit="kB")
        phone.page.locator("[data-draw]").first.click()
        _seconds_until_picture(phone.page)
        phone.page.wait_for_load_state("networkidle")
        yield Row("/analysis on a phone, with the first picture", "", phone.kilobytes, goal=500, unit="kB")
        browser.close()


def _seconds_until_picture(page: Page) -> float:
    page.locator(PICTURE).first.wait_for(timeout=60_000)
    page.wait_for_function("window.seen.picture")
    return float(page.evaluate("window.seen.picture")) / 1e3
