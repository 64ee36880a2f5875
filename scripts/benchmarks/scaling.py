"""What grows with the number of recommendations: the same four deeds at several sizes, and their picture."""

import math
import statistics
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path

from scripts.benchmarks.list_page import STEPS, opened, serving
from scripts.benchmarks.report import Row, medians
from scripts.benchmarks.saving import FEWER, Saves, in_turns
from tracker.queries.text_search import parse_search
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

SIZES = (100, 1_000, 5_000, 20_000)
LISTED = 5
"""Rounds through the steps of a reader of the list."""
Costs = Mapping[str, list[tuple[int, float]]]
COLOURS = {"read": "#1f4f8f", "list": "#a3480f", "save": "#2b6b3f", "search": "#7a2f7a"}
WORDS = {"read": "read cold", "list": "list, another filter", "save": "one save", "search": "one search"}
WIDE, HIGH, LEFT, RIGHT, TOP, BOTTOM = 720, 420, 70, 150, 20, 50


def costs(place: Path, sizes: tuple[int, ...] = SIZES) -> tuple[list[Row], Costs]:
    """The figures as rows and as series, in milliseconds. A series is told of by its two ends."""
    series: dict[str, list[tuple[int, float]]] = {name: [] for name in WORDS}
    for size in sizes:
        for name, taken in at(place, size):
            series[name].append((size, taken))
    rows = [
        Row(
            f"{WORDS[name]}, of {largest:,}",
            f"of {least:,}; it grows with the size to the power of {slope(points):.2f}",
            much,
            little,
        )
        for name, points in series.items()
        for (least, little), (largest, much) in [(points[0], points[-1])]
    ]
    return rows, series


def at(place: Path, size: int) -> Iterator[tuple[str, float]]:
    """(deed, milliseconds) at one size."""
    with serving(place / f"cost-{size}", size) as server:
        with opened(f"{server.url}/recommendations?lang=en") as tab:
            taken = [tab.set(*step) for _ in range(LISTED) for step in STEPS]
        yield "list", statistics.median(taken)
        data = server.data
    (read,) = medians(3, lambda: DatasetReader(data).read())
    yield "read", read
    view = View(DatasetReader(data).read(), date(2026, 6, 1))
    words = parse_search("harm рекомендации")
    view.searchable.index.find(words)
    (search,) = medians(15, lambda: view.searchable.index.find(words))
    yield "search", search
    (save,) = in_turns(FEWER, Saves(data))
    yield "save", save


def slope(points: list[tuple[int, float]]) -> float:
    """The exponent with which a cost grows over the whole range: 1 is in proportion, 0 not at all."""
    (least, little), (largest, much) = points[0], points[-1]
    return math.log(much / little) / math.log(largest / least) if largest > least else 0.0


def picture(series: Costs) -> str:
    """The costs on a log-log plot, as SVG."""
    sizes = sorted({size for points in series.values() for size, _ in points})
    times = [taken for points in series.values() for _, taken in points]
    x = scale(math.log10(sizes[0]), math.log10(sizes[-1]), LEFT, WIDE - RIGHT)
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    y = scale(low, high, HIGH - BOTTOM, TOP)
    parts = [f'<rect width="{WIDE}" height="{HIGH}" fill="#fff"/>']
    for size in sizes:
        at = x(math.log10(size))
        parts += [line(at, TOP, at, HIGH - BOTTOM, "#ddd"), text(at, HIGH - BOTTOM + 20, f"{size:,}", "middle")]
    for power in range(low, high + 1):
        at = y(power)
        parts += [line(LEFT, at, WIDE - RIGHT, at, "#ddd"), text(LEFT - 8, at + 4, f"{10.0**power:g} ms", "end")]
    parts.append(text((LEFT + WIDE - RIGHT) / 2, HIGH - 8, "recommendations", "middle"))
    ends = apart({name: y(math.log10(points[-1][1])) for name, points in series.items()})
    for name, points in series.items():
        places = " ".join(f"{x(math.log10(size)):.1f},{y(math.log10(taken)):.1f}" for size, taken in points)
        parts.append(f'<polyline points="{places}" fill="none" stroke="{COLOURS[name]}" stroke-width="2.5"/>')
        parts += [
            f'<circle cx="{place.split(",")[0]}" cy="{place.split(",")[1]}" r="3.5" fill="{COLOURS[name]}"/>'
            for place in places.split()
        ]
        parts.append(text(WIDE - RIGHT + 10, ends[name] + 4, WORDS[name], "start", COLOURS[name]))
    title = "<title>What a cold read, the list, a save and a search cost, by the number of recommendations</title>"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDE} {HIGH}" font-family="sans-serif" font-size="13" role="img">'
    return "\n".join([head, title, *parts, "</svg>"]) + "\n"


def scale(low: float, high: float, start: float, end: float):
    """From a figure to its place in the picture."""
    return lambda figure: start + (figure - low) / ((high - low) or 1) * (end - start)


def apart(places: dict[str, float], least: float = 18) -> dict[str, float]:
    """The places of labels, moved down where they would stand on each other."""
    kept: dict[str, float] = {}
    for name, place in sorted(places.items(), key=lambda item: item[1]):
        kept[name] = max([place, *(other + least for other in kept.values())])
    return kept


def line(x1: float, y1: float, x2: float, y2: float, colour: str) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'


def text(x: float, y: float, words: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{colour}">{words}</text>'
