"""Pictures of every page, wide and narrow, light and dark, in each language: make gallery, or python -m scripts.screenshot_gallery FOLDER.

It starts the dashboard on a copy of the shipped data, or looks at the one at --address, and lays the pictures of each page side by side.
"""

import argparse
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlencode

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from scripts.find_browser import places, runs
from tests.support.server_process import Server
from tracker.model.permissions import Role

ROOT = Path(__file__).parent.parent

PAGES = {
    "overview": "/",
    "charts": "/?charts=yes",
    "recommendations": "/recommendations",
    "recommendation": "/recommendation?id=ngo-2024-r7",
    "committee": "/recommendation?id=cedaw-2021-44",
    "evidence": "/evidence",
    "treaty-bodies": "/treaty-bodies",
    "activity": "/activity",
    "about": "/about",
    "card": "/r/ngo-2024-r7",
    "brief": "/brief.html?id=ngo-2024-r7&id=ngo-2024-r5",
    "snapshot": "/snapshot.html",
}
EDITORS = {
    "health": "/health",
    "choosing": "/recommendations?choosing=yes",
    "adding": "/edit?what=recommendation",
    "adding-evidence": "/edit?what=evidence",
    "adding-a-document": "/edit?what=document",
    "removing": "/edit?what=redact",
}
WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TALLEST = 5_000


def main() -> None:
    """Takes the pictures that were asked for."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--address", help="of a dashboard that runs already: then only what its readers see")
    wanted.add_argument("--only", default=",".join((*PAGES, *EDITORS)))
    wanted.add_argument("--schemes", default="light,dark")
    wanted.add_argument("--languages", default="en,ru,ky")
    wanted.add_argument("--widths", default="wide,phone")
    asked = wanted.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with ExitStack() as running, sync_playwright() as playwright:
        app = None if asked.address else _started(running)
        browser = playwright.chromium.launch(executable_path=next(filter(runs, places())), args=FLAGS)
        found: dict[str, list[Path]] = {}
        for name, picture in _pictures(browser, asked, app):
            found.setdefault(name, []).append(picture)
        browser.close()
    for name, pictures in found.items():
        _side_by_side(pictures, asked.folder / f"{name}.png")
    print(f"{sum(map(len, found.values()))} pictures of {len(found)} pages in {asked.folder}")


def _started(running: ExitStack) -> Server:
    folder = Path(running.enter_context(tempfile.TemporaryDirectory()))
    shutil.copytree(ROOT / "data", folder / "data")
    app = Server(folder)
    app.start()
    running.callback(app.stop)
    return app


def _pictures(browser: Browser, asked: argparse.Namespace, app: Server | None) -> Iterator[tuple[str, Path]]:
    """(page, picture) of everything that was asked for; an editor's pages only of our own dashboard."""
    base, only = asked.address or app.url, asked.only.split(",")
    for width in asked.widths.split(","):
        for scheme in asked.schemes.split(","):
            for editor, pages in ((False, PAGES), (True, EDITORS if app else {})):
                size = dict(zip(("width", "height"), WIDTHS[width], strict=True))
                context = browser.new_context(viewport=size, color_scheme=scheme, locale="en-GB")
                page = context.new_page()
                if editor:
                    app.signed_in(page, "reviewer-x1", Role.REVIEWER)
                for name in (name for name in pages if name in only):
                    for language in asked.languages.split(","):
                        yield name, _taken(page, base + pages[name], language, size, asked.folder / f"{name}-{width}-{scheme}-{language}.png")  # fmt: skip
                context.close()


def _taken(page: Page, address: str, language: str, size: dict[str, int], file: Path) -> Path:
    page.set_viewport_size(size)
    page.goto(f"{address}{'&' if '?' in address else '?'}{urlencode({'lang': language})}")
    page.locator(".rt-foot, main, footer").first.wait_for()
    page.wait_for_load_state("networkidle")
    height = page.evaluate(
        "(document.querySelector('[data-testid=stMainBlockContainer]') || document.body).scrollHeight + 40"
    )
    page.set_viewport_size(size | {"height": max(size["height"], min(height, TALLEST))})
    page.screenshot(path=file)
    return file


def _side_by_side(pictures: list[Path], file: Path) -> None:
    """All the pictures of one page in one, half as big."""
    opened = [Image.open(picture).convert("RGB") for picture in pictures]
    small = [one.resize((one.width // 2, one.height // 2)) for one in opened]
    sheet = Image.new("RGB", (sum(one.width + 8 for one in small), max(one.height for one in small)), "#888888")
    left = 0
    for one in small:
        sheet.paste(one, (left, 0))
        left += one.width + 8
    sheet.save(file)


if __name__ == "__main__":
    main()
