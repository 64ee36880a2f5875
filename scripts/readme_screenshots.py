"""The README's pictures, taken from the real dashboard on the shipped data: python -m scripts.readme_screenshots."""

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from scripts.find_browser import places, runs
from scripts.screenshot_gallery import FLAGS
from tests.support.server_process import Server

ROOT = Path(__file__).parent.parent

WIDE, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 860}
PICTURES = {
    "overview": ("/?lang=en", WIDE, "light"),
    "recommendation": ("/recommendation?id=ngo-2024-r7&lang=en", WIDE, "light"),
    "phone": ("/recommendations?lang=ky", PHONE, "dark"),
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place, sync_playwright() as playwright:
        shutil.copytree(ROOT / "data", Path(place) / "data")
        # as a reader sees it: with a public address there is nothing to edit
        app = Server(Path(place), {"TRACKER_PUBLIC_URL": "https://tracker.example.org"})
        app.start()
        browser = playwright.chromium.launch(executable_path=next(filter(runs, places())), args=FLAGS)
        for name, (address, size, scheme) in PICTURES.items():
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(app.url + address)
            page.locator(".rt-foot").wait_for()
            page.wait_for_function("!document.querySelector('[data-testid=stSkeleton]')")
            page.screenshot(path=ROOT / "docs" / f"{name}.png")
        browser.close()
        app.stop()
