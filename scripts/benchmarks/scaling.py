"""The time of four operations at several numbers of recommendations, and a plot of these times."""

import math
import statistics
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from pathlib import Path

from scripts.benchmarks.list_page import STEPS, open_tab, running_server
from scripts.benchmarks.report import Row, median_milliseconds
from scripts.benchmarks.saving import FEWER_ROUNDS, RecordSaver, alternate
from tracker.queries.search.text_search import parse_search
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

SIZES = (100, 1_000, 5_000, 20_000)
LIST_ROUNDS = 5
Costs = Mapping[str, list[tuple[int, float]]]
"""Operation → list of (number of recommendations, milliseconds), the smallest number of recommendations first."""
COLOURS = {"read": "#1f4f8f", "list": "#a3480f", "save": "#2b6b3f", "search": "#7a2f7a"}
LABELS = {"read": "read cold", "list": "list, another filter", "save": "one save", "search": "one search"}
WIDTH, HEIGHT = 720, 420
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 20, 50
"""Margins of the plot, in pixels."""


def measure_costs(folder: Path, sizes: tuple[int, ...] = SIZES) -> tuple[list[Row], Costs]:
    """Return (rows, all times). Each row compares one operation at the largest size and at the smallest size."""
    series: dict[str, list[tuple[int, float]]] = {name: [] for name in LABELS}
    for size in sizes:
        for name, milliseconds in measure_size(folder, size):
            series[name].append((size, milliseconds))
    rows = []
    for name, points in series.items():
        (smallest, least_time), (largest, most_time) = points[0], points[-1]
        peer = f"of {smallest:,}; it grows with the size to the power of {growth_exponent(points):.2f}"
        rows.append(Row(f"{LABELS[name]}, of {largest:,}", peer, most_time, theirs=least_time))
    return rows, series


def measure_size(folder: Path, size: int) -> Iterator[tuple[str, float]]:
    """Yield (operation, milliseconds) for each operation, on `size` recommendations."""
    with running_server(folder / f"cost-{size}", size) as server:
        with open_tab(f"{server.url}/recommendations?lang=en") as tab:
            times = [tab.set(*step) for _ in range(LIST_ROUNDS) for step in STEPS]
        yield "list", statistics.median(times)
        data = server.data
    (read,) = median_milliseconds(3, lambda: DatasetReader(data).read())
    yield "read", read
    view = View(DatasetReader(data).read(), date(2026, 6, 1))
    terms = parse_search("harm рекомендации")
    view.searchable.index.find(terms)
    (search,) = median_milliseconds(15, lambda: view.searchable.index.find(terms))
    yield "search", search
    (save,) = alternate(FEWER_ROUNDS, RecordSaver(data))
    yield "save", save


def growth_exponent(points: list[tuple[int, float]]) -> float:
    """Return how fast a cost grows, as an exponent of the size: 1 means in proportion to the size, 0 means not at all.

    The cost at the largest size is compared with the cost at the smallest size.
    """
    (smallest, least_time), (largest, most_time) = points[0], points[-1]
    return math.log(most_time / least_time) / math.log(largest / smallest) if largest > smallest else 0.0


def plot_svg(series: Costs) -> str:
    """Return a plot of the costs as SVG. Both axes are logarithmic."""
    sizes = sorted({size for points in series.values() for size, _ in points})
    times = [milliseconds for points in series.values() for _, milliseconds in points]
    x = linear_scale(math.log10(sizes[0]), math.log10(sizes[-1]), start=LEFT, end=WIDTH - RIGHT)
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    y = linear_scale(low, high, start=HEIGHT - BOTTOM, end=TOP)
    parts = [f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#fff"/>']
    for size in sizes:
        at = x(math.log10(size))
        parts += [svg_line((at, TOP), (at, HEIGHT - BOTTOM)), svg_text(at, HEIGHT - BOTTOM + 20, f"{size:,}")]
    for power in range(low, high + 1):
        at = y(power)
        label = svg_text(LEFT - 8, at + 4, f"{10.0**power:g} ms", anchor="end")
        parts += [svg_line((LEFT, at), (WIDTH - RIGHT, at)), label]
    parts.append(svg_text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8, "recommendations"))
    label_y = spread_labels({name: y(math.log10(points[-1][1])) for name, points in series.items()})
    for name, points in series.items():
        positions = [(x(math.log10(size)), y(math.log10(milliseconds))) for size, milliseconds in points]
        path = " ".join(f"{px:.1f},{py:.1f}" for px, py in positions)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{COLOURS[name]}" stroke-width="2.5"/>')
        parts += [f'<circle cx="{px:.1f}" cy="{py:.1f}" r="3.5" fill="{COLOURS[name]}"/>' for px, py in positions]
        end = WIDTH - RIGHT + 10
        parts.append(svg_text(end, label_y[name] + 4, LABELS[name], anchor="start", colour=COLOURS[name]))
    title = "<title>What a cold read, the list, a save and a search cost, by the number of recommendations</title>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="13" role="img">'
    return "\n".join([head, title, *parts, "</svg>"]) + "\n"


def linear_scale(low: float, high: float, start: float, end: float) -> Callable[[float], float]:
    """Return a function that converts a number to a position: `low` becomes `start`, `high` becomes `end`."""
    return lambda figure: start + (figure - low) / ((high - low) or 1) * (end - start)


def spread_labels(positions: dict[str, float], least: float = 18) -> dict[str, float]:
    """Return label → position. A label is moved down if it would be nearer than `least` pixels to the one above."""
    spread: dict[str, float] = {}
    for name, position in sorted(positions.items(), key=lambda item: item[1]):
        spread[name] = max([position, *(other + least for other in spread.values())])
    return spread


def svg_line(start: tuple[float, float], end: tuple[float, float]) -> str:
    """Return a line of the grid as SVG, from the point `start` to the point `end`."""
    (x1, y1), (x2, y2) = start, end
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="#ddd"/>'


def svg_text(x: float, y: float, text: str, *, anchor: str = "middle", colour: str = "#333") -> str:
    """Return `text` as an SVG element at the point (`x`, `y`). `anchor` is the attribute text-anchor."""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{text}</text>'
