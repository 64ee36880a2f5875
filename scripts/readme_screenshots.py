"""Take the README's screenshots of the dashboard with the shipped data: python -m scripts.readme_screenshots."""

import shutil
import tempfile
from pathlib import Path
from typing import Literal

from playwright.sync_api import ViewportSize, sync_playwright

from scripts.find_browser import find_browser
from scripts.screenshot_gallery import CHROMIUM_FLAGS
from tests.support.server_process import Server

ROOT = Path(__file__).parent.parent

WIDE, PHONE = ViewportSize(width=1280, height=860), ViewportSize(width=390, height=860)
SCREENSHOTS: dict[str, tuple[str, ViewportSize, Literal["light", "dark"]]] = {
    "overview": ("/?lang=en", WIDE, "light"),
    "recommendation": ("/recommendation?id=ngo-2024-r7&lang=en", WIDE, "light"),
    "phone": ("/recommendations?lang=ky", PHONE, "dark"),
}

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        shutil.copytree(ROOT / "data", Path(folder) / "data")
        # with a public address nobody is signed in automatically: the pages are shown as a reader sees them
        server = Server(Path(folder), {"TRACKER_PUBLIC_URL": "https://tracker.example.org"})
        server.start()
        browser = playwright.chromium.launch(executable_path=find_browser(), args=CHROMIUM_FLAGS)
        for name, (address, size, scheme) in SCREENSHOTS.items():
            page = browser.new_page(viewport=size, color_scheme=scheme)
            page.goto(server.url + address)
            page.wait_for_load_state("networkidle")
            page.screenshot(path=ROOT / "docs" / f"{name}.png")
        browser.close()
        server.stop()
