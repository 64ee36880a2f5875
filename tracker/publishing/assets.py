"""The program's own files: style sheets, scripts and fonts, and a hash of all of them."""

import re
from functools import cache
from hashlib import blake2b
from pathlib import Path

from markupsafe import Markup

ASSETS = Path(__file__).parent.parent / "assets"
PLOTLY = next((ASSETS / "vendor").glob("plotly-basic-*.min.js"))
"""The part of plotly.js that draws bars and points, from the package plotly.js-basic-dist-min. Its licence is beside it."""


@cache
def standalone_css(name: str) -> Markup:
    """Return the style sheet signs.css followed by the style sheet `name`, minified, for a page outside Streamlit."""
    parts = [(ASSETS / part).read_text("utf-8") for part in ("signs.css", name)]
    return Markup(re.sub(r"/\*.*?\*/|(?<=[;{}])\s+|\n", "", "".join(parts), flags=re.S))


@cache
def program_digest() -> str:
    """Return a hash of the program's own files. Every version of the program has a different hash."""
    root, digest = Path(__file__).parent.parent, blake2b(digest_size=8)
    suffixes = {".py", ".html", ".css", ".js", ".po", ".svg", ".png", ".ttf"}
    for path in sorted(path for path in root.rglob("*") if path.suffix in suffixes):
        digest.update(path.read_bytes())
    return digest.hexdigest()
