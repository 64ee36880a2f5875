"""Make the icons in tracker/assets from signs.css and from Streamlit's icon font.

python -m scripts.build_icons masks      the signs of signs.css as PNG masks, for the preview image
python -m scripts.build_icons font       Streamlit's icon font, reduced to the icons that Streamlit uses

The first needs the Chromium of the tests. The second needs fonttools and brotli, which no other part of this project
needs. Install them in an environment other than .venv, with pip install fonttools brotli.
"""

import io
import re
import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from PIL import Image

from scripts.find_browser import find_browser

ROOT = Path(__file__).parent.parent
ASSETS = ROOT / "tracker" / "assets"
FONTS = ASSETS / "fonts"
ICON_NAME = re.compile(r":?material/([a-z][a-z0-9_]*)")
SIGN = re.compile(r'\.rt-sign-([a-z-]+) { --s: url\("data:image/svg\+xml,([^"]+)"\)')
MASK_SIZE = 160
"""Width and height of a mask in pixels: four times the largest icon in the preview image."""


def icon_names(static: Path) -> list[str]:
    """Return the names of the icons in Streamlit's JavaScript files, in alphabetical order."""
    texts = (path.read_text("utf-8") for path in (static / "js").glob("*.js"))
    return sorted({name for text in texts for name in ICON_NAME.findall(text)})


def sign_svgs() -> dict[str, str]:
    """Return code of a status or direction → its sign as SVG, from signs.css."""
    return {code: unquote(svg) for code, svg in SIGN.findall((ASSETS / "signs.css").read_text("utf-8"))}


def draw_mask(page: Any, svg: str) -> Image.Image:
    """Return the opacity of an SVG, drawn by the browser of `page` in a square of MASK_SIZE pixels."""
    page.set_viewport_size({"width": MASK_SIZE, "height": MASK_SIZE})
    page.set_content(f"<style>*{{margin:0}}svg{{display:block;width:100vw}}</style>{svg}")
    return Image.open(io.BytesIO(page.screenshot(omit_background=True))).getchannel("A")


def build_masks() -> None:
    """Write a PNG mask for each sign of signs.css."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        page = playwright.chromium.launch(executable_path=find_browser()).new_page()
        for code, svg in sign_svgs().items():
            draw_mask(page, svg).save(ASSETS / "icons" / f"{code}.png", optimize=True)


def build_font() -> None:
    """Write the reduced font and the list of its icons, and print how many icons and bytes they are."""
    from fontTools.subset import main as subset

    (static,) = (ROOT / ".venv").glob("lib/python3*/site-packages/streamlit/static/static")
    (full_font,) = (static / "media").glob("MaterialSymbols-Rounded.*.woff2")
    names = icon_names(static)
    # an icon is a ligature of its name: the font must keep the letters as well as the glyph
    kept = [f"--glyphs={','.join(names)}", "--text=abcdefghijklmnopqrstuvwxyz0123456789_", "--ignore-missing-glyphs"]
    form = [f"--output-file={FONTS / 'icons.woff2'}", "--flavor=woff2", "--layout-features=*", "--no-layout-closure"]
    subset([str(full_font), *form, *kept])
    (FONTS / "icons.txt").write_text("\n".join(names) + "\n", "utf-8")
    print(f"{len(names)} icons, {(FONTS / 'icons.woff2').stat().st_size:,} bytes of {full_font.stat().st_size:,}")


def main(args: list[str]) -> int:
    """Make the icons that the first argument names, and return 0. If it names none, print the usage and return 1."""
    builders = {"masks": build_masks, "font": build_font}
    if not args or args[0] not in builders:
        print(__doc__, file=sys.stderr)
        return 1
    builders[args[0]]()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
