"""Draw the packages and their imports into docs/architecture.svg: python -m scripts.draw_architecture.

The order of the packages is `ROWS`. The names, sizes, descriptions and arrows are read from the code.
"""

import ast
import re
import sys
import textwrap
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import escape
from math import sqrt
from pathlib import Path

ROOT = Path(__file__).parent.parent
DRAWING = ROOT / "docs" / "architecture.svg"
_BELOW = (
    *("importing", "editing publishing", "accounts", "queries", "validation", "files", "safety", "storage"),
    *("sandbox", "i18n config", "model"),
)
ROWS = (
    *(("app",), ("pages", "tracker.__main__"), ("tracker.web",)),
    *(tuple(f"tracker.{name}" for name in row.split()) for row in _BELOW),
)
"""The packages from top to bottom. Each may import the rows below it; packages in one row do not import each other."""
PUBLIC_NAMES = "tracker"
"""This package has no box. It only repeats names of other packages, for users of the library."""

LEFT, WIDTH, GAP = 16.0, 560.0, 14.0
"""Where the boxes start, how wide a row is, and the space between two rows and between two boxes of a row."""
PADDING, LINE_HEIGHT, CHARACTER = 12.0, 16.0, 7.0
"""Sizes inside a box. CHARACTER is the width of a character of the description, for the widest common font."""
PITCH, CORNER, LANE_GAP, HEAD, NUMBER = 11.5, 7.0, 12.0, 9.0, 20.0
"""Sizes of lines: PITCH is the space between two lines at a box, CORNER the radius of a corner, LANE_GAP the space
between two lanes, HEAD the length of an arrowhead, and NUMBER the space for a number."""
COLOURS = (("#1b6d70", "#5fc7bd"), ("#8a5a00", "#e0aa4a"), ("#3f5fae", "#8fa8f5"), ("#8c3b63", "#e08bb3"))
"""The colours of the lanes in turn, each on a light and on a dark page."""

NOTE = (
    "An arrow points from a package to a package that it imports. Lines to the same package join.",
    "A number counts how often a module imports a module; the more, the wider the line.",
)

Imports = Mapping[tuple[str, str], int]
"""(importing package, imported package) → the number of pairs (importing module, imported module)."""


@dataclass(frozen=True)
class Package:
    """A package, which is drawn as one box: its name in `ROWS`, and the first sentence of its docstring.

    `modules` is the number of modules besides `__init__`, 0 if it is a single file.
    """

    name: str
    modules: int
    sentence: str


@dataclass
class Box:
    """A box on the drawing. `x` and `y` are its top left corner.

    Its lines are on its right side, below each other. `exit` is the y where they begin. In a row, it is below the box
    on the right, so that the lines of the left box pass below the right one.
    """

    package: Package
    x: float
    y: float
    width: float
    height: float
    exit: float

    @property
    def right(self) -> float:
        """Return the x of the right edge. Lines start there, and arrows end there."""
        return self.x + self.width


def read_modules(root: Path) -> dict[str, ast.Module]:
    """Return dotted name → syntax tree, for app.py and all modules of `pages` and `tracker` in the folder `root`.

    A package has the name of its folder.
    """
    paths = [root / "app.py", *sorted((root / "pages").rglob("*.py")), *sorted((root / "tracker").rglob("*.py"))]
    trees: dict[str, ast.Module] = {}
    for path in paths:
        name = ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__")
        trees[name] = ast.parse(path.read_text("utf-8"))
    return trees


def package_of(module: str) -> str:
    """Return the package in `ROWS` to which the module belongs. Raises ValueError if there is none."""
    for name in (name for row in ROWS for name in row):
        if module == name or module.startswith(name + "."):
            return name
    raise ValueError(
        f"{module} is in no package of the drawing; add its package to ROWS in scripts/draw_architecture.py"
    )


def read_packages(trees: Mapping[str, ast.Module]) -> dict[str, Package]:
    """Return name → package, in the order of `ROWS`. `trees` maps module → syntax tree."""
    packages = {}
    for name in (name for row in ROWS for name in row):
        inside = [module for module in trees if module.startswith(name + ".")]
        folders = {module.rpartition(".")[0] for module in inside}
        packages[name] = Package(name, len(set(inside) - folders), _first_sentence(trees[name]))
    return packages


def _first_sentence(tree: ast.Module) -> str:
    """Return the first sentence of a module's docstring without its full stop, or ""."""
    text = " ".join((ast.get_docstring(tree) or "").replace("`", "").split("\n\n")[0].split())
    return re.split(r"(?<=\.)\s", text, maxsplit=1)[0].removesuffix(".")


def count_imports(trees: Mapping[str, ast.Module]) -> Imports:
    """Return the imports between different packages. `trees` maps module → syntax tree."""
    counts: Counter[tuple[str, str]] = Counter()
    for module, tree in trees.items():
        if module == PUBLIC_NAMES:
            continue
        for imported in set(_imported_modules(tree, trees)) - {PUBLIC_NAMES}:
            pair = package_of(module), package_of(imported)
            counts[pair] += pair[0] != pair[1]
    return {pair: n for pair, n in counts.items() if n}


def _imported_modules(tree: ast.Module, trees: Mapping[str, ast.Module]) -> Iterator[str]:
    """Yield the modules in `trees` that the module `tree` imports from. A module may be yielded several times."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in trees)
        elif isinstance(node, ast.ImportFrom) and node.module:
            # `from tracker.model import labels` imports a module, `from tracker.model.labels import N_` a name
            names = [f"{node.module}.{alias.name}" for alias in node.names]
            found = (name if name in trees else node.module for name in names)
            yield from (name for name in found if name in trees)


def upward_imports(imports: Imports) -> list[str]:
    """Return a sentence for each import that does not lead to a lower row."""
    row = {name: i for i, names in enumerate(ROWS) for name in names}
    return [f"{a} imports {b}" for a, b in sorted(imports) if row[a] >= row[b]]


def line_width(imports: float) -> float:
    """Return the width of a line for this number of imports: it grows with the square root, and is 1.2 at least."""
    return max(1.2, 0.72 * sqrt(imports))


def place_boxes(packages: Mapping[str, Package], imports: Imports) -> dict[str, Box]:
    """Return package → its box at its place. A box is high enough for its text and its lines."""
    boxes: dict[str, Box] = {}
    y = LEFT
    for row in ROWS:
        width = (WIDTH - GAP * (len(row) - 1)) / len(row)
        bottom = y
        # from the right, since the lines of a left box pass below the box on its right
        for place in reversed(range(len(row))):
            package = packages[row[place]]
            text = PADDING * 2 + 20 + LINE_HEIGHT * len(_wrap(package, width))
            lines = sum(_slot(n) for n in _lines_at(package.name, imports)) + PADDING
            start = y if bottom == y else bottom + 4
            height = max(text, start - y + lines)
            x = LEFT + place * (width + GAP)
            boxes[package.name] = Box(package, x, y, width=width, height=height, exit=start + PADDING / 2)
            bottom = y + height
        y = bottom + GAP
    return boxes


def _lines_at(name: str, imports: Imports) -> list[int]:
    """Return the number of imports for each line at the box `name`, without lines that stand for none.

    The first line stands for all imports of this package, each other one for its imports of one other package.
    """
    arriving = sum(n for (_, target), n in imports.items() if target == name)
    return [n for n in (arriving, *(n for (source, _), n in imports.items() if source == name)) if n]


def _slot(imports: int) -> float:
    """Return the height that a line for this number of imports takes at a box."""
    return max(PITCH, line_width(imports) + 4)


def _wrap(package: Package, width: float) -> list[str]:
    return textwrap.wrap(package.sentence, int((width - 2 * PADDING) / CHARACTER), break_on_hyphens=False)


def draw(root: Path = ROOT) -> str:
    """Return the drawing of the code below `root` as SVG."""
    trees = read_modules(root)
    packages, imports = read_packages(trees), count_imports(trees)
    boxes = place_boxes(packages, imports)
    lanes = place_lanes(boxes, imports)
    lines = draw_lines(boxes, lanes, imports)
    width = max(lanes.values()) + 24
    bottom = max(box.y + box.height for box in boxes.values())
    height = bottom + 48
    drawn = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width:.0f} {height:.0f}" font-family="system-ui, sans-serif" role="img">',
        "<title>The packages of the tracker in layers, and what each imports from the layers below it</title>",
        _style(),
        f'<rect class="paper" width="{width:.0f}" height="{height:.0f}" rx="8"/>',
        *lines,
        *(line for box in boxes.values() for line in draw_box(box)),
        *(f'<text class="note" x="{LEFT:g}" y="{bottom + 20 + 16 * i:g}">{line}</text>' for i, line in enumerate(NOTE)),
        "</svg>\n",
    ]
    return "\n".join(drawn)


def place_lanes(boxes: Mapping[str, Box], imports: Imports) -> dict[str, float]:
    """Return package → x of its lane, the vertical line on which the lines to it join.

    The lower the package, the further right is its lane. A package that nothing imports has none.
    """
    x, lanes = LEFT + WIDTH + 50, {}
    # in one row the right box comes first: its arrow ends higher
    for name in (name for row in ROWS for name in reversed(row)):
        if total := sum(n for (_, target), n in imports.items() if target == name):
            lanes[name] = x + line_width(total) / 2
            x += line_width(total) + LANE_GAP
    return lanes


def draw_lines(boxes: Mapping[str, Box], lanes: Mapping[str, float], imports: Imports) -> list[str]:
    """Return SVG elements: the lines from each box to the lanes of what it imports, the lanes, and the numbers."""
    starts: dict[str, list[tuple[float, int]]] = {name: [] for name in lanes}
    drawn: list[str] = []
    labels: list[str] = []
    colour = {name: f"c{i % len(COLOURS)}" for i, name in enumerate(lanes)}
    for row in ROWS:
        for name in reversed(row):
            box, y = boxes[name], boxes[name].exit
            if name in lanes:
                total = sum(n for _, n in starts[name])
                y += _slot(total)
                drawn += draw_lane(box, lanes[name], starts[name], end=y - _slot(total) / 2, colour=colour[name])
                labels.append(_label(box.right + HEAD + 7, y - _slot(total) / 2, str(total), "total"))
            leaving = [(lanes[target], target, n) for (source, target), n in imports.items() if source == name]
            # the outermost lane first, so that no line crosses another line of this box
            for lane, target, n in sorted(leaving, reverse=True):
                y += _slot(n)
                at = y - _slot(n) / 2
                starts[target].append((at, n))
                path = f"M{box.right + NUMBER:g} {at:g}H{lane - CORNER:g}Q{lane:g} {at:g} {lane:g} {at + CORNER:g}"
                drawn.append(f'<path class="{colour[target]}" stroke-width="{line_width(n):.1f}" d="{path}"/>')
                labels.append(_label(box.right + NUMBER - 3, at, str(n), "count"))
    return drawn + labels


def draw_lane(box: Box, lane: float, starts: list[tuple[float, int]], *, end: float, colour: str) -> list[str]:
    """Return SVG elements: the lane at x `lane`, and the arrow from it into `box`, at the height `end`.

    `starts` has (y, number of imports) for each line that joins the lane, from top to bottom.
    """
    total, drawn = 0, []
    turn = end - CORNER
    for i, (y, n) in enumerate(starts):
        total += n
        below = starts[i + 1][0] + CORNER if i + 1 < len(starts) else turn
        # half a unit of overlap, since browsers show a gap between two lines that only touch
        path = f"M{lane:g} {y + CORNER - 0.5:g}V{below + 0.5:g}"
        drawn.append(f'<path class="{colour}" stroke-width="{line_width(total):.1f}" d="{path}"/>')
    path = f"M{lane:g} {turn:g}Q{lane:g} {end:g} {lane - CORNER:g} {end:g}H{box.right + HEAD:g}"
    drawn.append(f'<path class="{colour}" stroke-width="{line_width(total):.1f}" d="{path}"/>')
    half = line_width(total) / 2 + 3
    tip = f"{box.right + 1:g},{end:g} {box.right + HEAD + 1:g},{end - half:g} {box.right + HEAD + 1:g},{end + half:g}"
    return [*drawn, f'<polygon class="{colour}" points="{tip}"/>']


def _label(x: float, y: float, text: str, kind: str) -> str:
    """Return the SVG element of a text. `kind` is its class in the style sheet."""
    return f'<text class="{kind}" x="{x:g}" y="{y + 3.2:g}">{text}</text>'


def draw_box(box: Box) -> Iterator[str]:
    """Yield the SVG elements of a box: its frame, name, size and description."""
    package, x = box.package, box.x + PADDING
    yield f'<rect class="box" x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="5"/>'
    title = package.name.replace(".", "/") + ("/" if package.modules else ".py")
    yield f'<text class="name" x="{x:g}" y="{box.y + 24:g}">{escape(title)}</text>'
    if package.modules:
        yield f'<text class="size" x="{box.right - PADDING:g}" y="{box.y + 24:g}">{package.modules} modules</text>'
    for i, line in enumerate(_wrap(package, box.width)):
        yield f'<text class="text" x="{x:g}" y="{box.y + 44 + LINE_HEIGHT * i:g}">{escape(line)}</text>'


def _style() -> str:
    """Return the SVG element with the styles for a light and a dark page."""

    def scheme(i: int, *, paper: str, box: str, ink: str, soft: str) -> str:
        own = "".join(f".c{n}{{color:{colour[i]}}}" for n, colour in enumerate(COLOURS))
        return (
            f".paper{{fill:{paper}}}.box{{fill:{box};stroke:{soft}}}.name,.text,.total,.count{{fill:{ink}}}"
            f".size,.note{{fill:{soft}}}.total{{stroke:{paper}}}{own}"
        )

    # the drawing has its own background, so that it stays readable on a page with another colour scheme
    light = scheme(0, paper="#ffffff", box="#f4f3ef", ink="#1d2126", soft="#5d6269")
    dark = scheme(1, paper="#14181d", box="#20262d", ink="#e8e5de", soft="#a3a9b1")
    shared = (
        "path{fill:none;stroke:currentColor}polygon{fill:currentColor}.name{font-size:15px;font-weight:600}"
        ".text{font-size:12.5px}.size,.note{font-size:12px}.size{text-anchor:end}"
        ".count{font-size:9.5px;text-anchor:end}.total{font-size:11px;font-weight:600;stroke-width:4px;paint-order:stroke}"
    )
    return f"<style>{shared}{light}@media (prefers-color-scheme:dark){{{dark}}}</style>"


def main() -> int:
    """Write the drawing. Return 1, and print the imports, if some do not lead to a lower row; otherwise return 0."""
    wrong = upward_imports(count_imports(read_modules(ROOT)))
    DRAWING.write_text(draw(), "utf-8")
    print("\n".join([str(DRAWING.relative_to(ROOT)), *wrong]))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
