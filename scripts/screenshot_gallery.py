"""Take screenshots of every page, wide and narrow, light and dark, in each language.

Run it with python -m scripts.screenshot_gallery FOLDER. The script starts the dashboard on a copy of the shipped data,
or uses the dashboard at --address. It also joins the screenshots of a page side by side in one image.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from scripts.find_browser import find_browser
from tests.support.browser_forms import is_settled
from tests.support.server_process import Server
from tracker.model.permissions import Role

ROOT = Path(__file__).parent.parent

PAGES = {
    "overview": "/",
    "analysis": "/analysis",
    "recommendations": "/recommendations",
    "recommendation": "/recommendation?id=ngo-2024-r7",
    "committee": "/recommendation?id=cedaw-2021-44",
    "evidence": "/evidence",
    "treaty-bodies": "/treaty-bodies",
    "deadlines": "/deadlines",
    "search": "/search?q=methadone",
    "activity": "/activity",
    "about": "/about",
    "brief": "/brief.html?id=ngo-2024-r7&id=ngo-2024-r5",
    "snapshot": "/snapshot.html",
}
EDITOR_PAGES = {
    "health": "/health",
    "choosing": "/recommendations?choosing=list&pick=ngo-2024-r1&pick=ngo-2024-r2",
    "adding": "/edit?what=recommendation",
    "adding-evidence": "/edit?what=evidence",
    "adding-a-document": "/edit?what=document",
    "removing": "/edit?what=redact",
    "importing": "/import",
    "submission": "/submission?what=submission&of=follow-up&id=cat&to=en",
}
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
_OFF = ("gpu", "background-networking", "component-update", "sync")
CHROMIUM_FLAGS = ["--no-sandbox", *(f"--disable-{name}" for name in _OFF), "--no-first-run"]
MAX_HEIGHT = 5_000
"""The greatest height of a screenshot, in pixels. The screenshot of a longer page is cut."""


def main() -> None:
    """Take the screenshots that the command arguments choose, and join those of each page in one image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    about = "of a dashboard that is already running; only the pages for readers are taken"
    parser.add_argument("--address", help=about)
    parser.add_argument("--only", default=",".join((*PAGES, *EDITOR_PAGES)))
    parser.add_argument("--schemes", default="light,dark")
    parser.add_argument("--languages", default="en,ru,ky")
    parser.add_argument("--widths", default="wide,phone")
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running, sync_playwright() as playwright:
        server = None if options.address else _start_server(running)
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        screenshots: dict[str, list[Path]] = {}
        for name, file in _take_screenshots(browser, options, server):
            screenshots.setdefault(name, []).append(file)
        browser.close()
    for name, files in screenshots.items():
        _join_side_by_side(files, options.folder / f"{name}.png")
    print(f"{sum(map(len, screenshots.values()))} screenshots of {len(screenshots)} pages in {options.folder}")


def _start_server(running: ExitStack) -> Server:
    """Start a dashboard on a copy of the shipped data. It ends, and the copy is deleted, when `running` is closed."""
    folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
    shutil.copytree(ROOT / "data", folder / "data")
    server = Server(folder)
    server.start()
    running.callback(server.stop)
    return server


def _take_screenshots(
    browser: Browser, options: argparse.Namespace, server: Server | None
) -> Iterator[tuple[str, Path]]:
    """Take each screenshot, and yield (page name, file). If `server` is None, the pages for editors are left out."""
    base, only = options.address or (server.url if server else ""), options.only.split(",")
    for width in options.widths.split(","):
        for scheme in options.schemes.split(","):
            for editor, pages in ((False, PAGES), (True, EDITOR_PAGES if server else {})):
                size = ViewportSize(width=WIDTHS[width][0], height=WIDTHS[width][1])
                context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB")
                page = context.new_page()
                if editor and server:
                    server.signed_in(page, "reviewer-x1", Role.REVIEWER)
                for name in (name for name in pages if name in only):
                    for language in options.languages.split(","):
                        file = options.folder / f"{name}-{width}-{scheme}-{language}.png"
                        _take_screenshot(page, base + pages[name], language, size=size, file=file)
                        yield name, file
                context.close()


def _take_screenshot(page: Page, address: str, language: str, size: ViewportSize, file: Path) -> None:
    """Write a screenshot of the whole page, up to MAX_HEIGHT. `size` is the size of the window in pixels."""
    page.set_viewport_size(size)
    page.goto(f"{address}{'&' if '?' in address else '?'}{urlencode({'lang': language})}")
    page.wait_for_load_state("networkidle")
    if page.locator("[data-testid=stApp]").count():  # a page of Streamlit: on a slow machine it is empty at first
        page.locator("#rt-served").wait_for(state="detached")
        is_settled(page)
    shown = "document.querySelector('[data-testid=stMainBlockContainer]') || document.body"
    height = page.evaluate(f"({shown}).scrollHeight + 40")
    page.set_viewport_size({"width": size["width"], "height": max(size["height"], min(height, MAX_HEIGHT))})
    page.screenshot(path=file)


def _join_side_by_side(screenshots: list[Path], file: Path) -> None:
    """Write one image with all screenshots of a page beside each other, at half their size."""
    images = [Image.open(path).convert("RGB") for path in screenshots]
    halved = [image.resize((image.width // 2, image.height // 2)) for image in images]
    size = sum(image.width + 8 for image in halved), max(image.height for image in halved)
    sheet = Image.new("RGB", size, "#888888")
    left = 0
    for image in halved:
        sheet.paste(image, (left, 0))
        left += image.width + 8
    sheet.save(file)


if __name__ == "__main__":
    main()
