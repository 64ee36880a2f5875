"""Make the icon font small: python -m scripts.build_icons. It keeps the icons that Streamlit's own parts name, of several thousand.

It needs fonttools and brotli, which nothing else here needs: pip install fonttools brotli in any environment beside .venv.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
FONTS = ROOT / "tracker" / "assets" / "fonts"
NAMED = re.compile(r":?material/([a-z][a-z0-9_]*)")


def named(static: Path) -> list[str]:
    """The icons that the scripts of Streamlit name, in order."""
    return sorted({name for path in (static / "js").glob("*.js") for name in NAMED.findall(path.read_text("utf-8"))})


def main() -> int:
    """Writes the small font and the list of its icons."""
    from fontTools.subset import main as subset

    (static,) = (ROOT / ".venv").glob("lib/python3*/site-packages/streamlit/static/static")
    (whole,) = (static / "media").glob("MaterialSymbols-Rounded.*.woff2")
    names = named(static)
    # a ligature is kept where its letters and its glyph are
    subset(
        [
            str(whole), f"--output-file={FONTS / 'icons.woff2'}", "--flavor=woff2", "--layout-features=*", "--no-layout-closure",
            f"--glyphs={','.join(names)}", "--text=abcdefghijklmnopqrstuvwxyz0123456789_", "--ignore-missing-glyphs",
        ]
    )  # fmt: skip
    (FONTS / "icons.txt").write_text("\n".join(names) + "\n", "utf-8")
    print(f"{len(names)} icons, {(FONTS / 'icons.woff2').stat().st_size:,} bytes of {whole.stat().st_size:,}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
