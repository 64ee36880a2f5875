"""Pictures of every page, wide and narrow, light and dark, in each language: python scripts/gallery.py ADDRESS FOLDER [--only NAME]."""

import argparse
import sys
from pathlib import Path

from playwright.sync_api import Browser, StorageState, sync_playwright

sys.path.insert(0, str(Path(__file__).parent))
from browser import places, runs

PAGES = {
    "overview": "/",
    "recommendations": "/recommendations",
    "recommendation": "/recommendation?id=ngo-2024-r7",
    "committee": "/recommendation?id=cedaw-2021-44",
    "evidence": "/evidence",
    "treaty-bodies": "/treaty-bodies",
    "activity": "/activity",
    "about": "/about",
    "health": "/health",
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


def signed_in(browser: Browser, link: str) -> StorageState:
    """The cookies of whom a one-time link lets in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(link)
    page.get_by_role("button").click()
    page.locator(".rt-me").wait_for()
    return context.storage_state()


def main() -> None:
    """Takes the pictures that were asked for."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("address")
    wanted.add_argument("folder", type=Path)
    wanted.add_argument("--only", default="")
    wanted.add_argument("--schemes", default="light,dark")
    wanted.add_argument("--languages", default="en,ru")
    wanted.add_argument("--widths", default="wide,phone")
    wanted.add_argument("--link", help="a one-time link: the pictures are then those of whom it lets in")
    wanted.add_argument("--whole", action="store_true", help="the whole page, not only what is seen first")
    asked = wanted.parse_args()
    asked.folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=next(filter(runs, places())), args=FLAGS)
        known = signed_in(browser, asked.link) if asked.link else None
        for width in asked.widths.split(","):
            for scheme in asked.schemes.split(","):
                size = WIDTHS[width]
                context = browser.new_context(
                    viewport={"width": size[0], "height": size[1]},
                    color_scheme=scheme,
                    locale="en-GB",
                    storage_state=known,
                )
                page = context.new_page()
                for language in asked.languages.split(","):
                    for name, path in PAGES.items():
                        if asked.only and name not in asked.only.split(","):
                            continue
                        page.set_viewport_size({"width": size[0], "height": size[1]})
                        page.goto(asked.address + path + ("&" if "?" in path else "?") + f"lang={language}")
                        page.locator(".rt-foot").wait_for()
                        if asked.whole:
                            height = page.evaluate(
                                "document.querySelector('[data-testid=stMainBlockContainer]').scrollHeight + 40"
                            )
                            page.set_viewport_size({"width": size[0], "height": min(int(height), 6000)})
                            page.locator(".rt-foot").scroll_into_view_if_needed()
                        page.screenshot(path=asked.folder / f"{name}-{width}-{scheme}-{language}.png")
                context.close()
        browser.close()


if __name__ == "__main__":
    main()
