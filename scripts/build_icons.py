"""Reduce the icon font from several thousand icons to those that Streamlit uses: python -m scripts.build_icons.

The script needs fonttools and brotli, which no other part of this project needs. Install them in an environment other
than .venv, with pip install fonttools brotli.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "tracker" / "assets" / "fonts"
ICON_NAME = re.compile(r":?material/([a-z][a-z0-9_]*)")


def icon_names(static: Path) -> list[str]:
    """Return the names of the icons in Streamlit's JavaScript files, in alphabetical order."""
    return sorted(
        {name for path in (static / "js").glob("*.js") for name in ICON_NAME.findall(path.read_text("utf-8"))}
    )


def main() -> int:
    """Write the small font and the list of its icons."""
    from fontTools.subset import main as subset

    (static,) = (ROOT / ".venv").glob("lib/python3*/site-packages/streamlit/static/static")
    (full_font,) = (static / "media").glob("MaterialSymbols-Rounded.*.woff2")
    names = icon_names(static)
    # an icon is a ligature of its name: the font must keep the letters as well as the glyph
    subset(
        [
            str(full_font),
            f"--output-file={FONTS / 'icons.woff2'}",
            "--flavor=woff2",
            "--layout-features=*",
            "--no-layout-closure",
            f"--glyphs={','.join(names)}",
            "--text=abcdefghijklmnopqrstuvwxyz0123456789_",
            "--ignore-missing-glyphs",
        ]
    )
    (FONTS / "icons.txt").write_text("\n".join(names) + "\n", "utf-8")
    print(f"{len(names)} icons, {(FONTS / 'icons.woff2').stat().st_size:,} bytes of {full_font.stat().st_size:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
