"""Describe the pictures of the page Analysis for Plotly: a matrix of signs, dates on lines, and bars by year.

Plotly itself is not needed for a description, which also says how high the picture is. Plotly reads some HTML in texts,
so every text is escaped here.

Colours: each status has its colour from tracker.yaml, and only "partially implemented" is amber. Every sign also
has a shape or a pattern of its own, so that the picture can be read without colours.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from html import escape
from itertools import chain
from typing import Any

from tracker.model.localized_text import strip_bidi_controls
from tracker.model.vocabulary import EvidenceEffect, Status
from tracker.queries.view import group_by_key

Spec = dict[str, Any]
"""A figure as Plotly reads it: `data` is a list of its traces, `layout` has its size, axes, texts and lines."""
FONT_SIZE = 15
LINE_HEIGHT, SIGN_HEIGHT = 20, 30
"""The heights, in pixels, of a line of text and of a line of signs."""
LABEL_WIDTH, LABEL_LINES = 40, 2
"""The largest numbers of letters in a line of a label, and of lines in a label, so that it fits on a phone."""
LEAST_DISTANCE = 0.085
"""The smallest distance of two signs, as a part of the length of the line. Closer signs would overlap on a phone."""


@dataclass(frozen=True)
class Palette:
    """The colours of a light or a dark page. `statuses` is status → (colour on a light page, colour on a dark page)."""

    is_dark: bool
    statuses: Mapping[Status, tuple[str, str]]
    paper: str
    ink: str
    line: str
    accent: str

    def colour(self, code: Status | EvidenceEffect) -> str:
        """Return the colour of a status or of an effect of evidence. A status without a colour is grey."""
        other = EFFECT_COLOURS[EvidenceEffect.CONTEXT]
        own = EFFECT_COLOURS[code] if isinstance(code, EvidenceEffect) else self.statuses.get(code, other)
        return own[self.is_dark]


PAGE_COLOURS = (("#fcfbf8", "#1d2126", "#ddd8cc", "#1f4f8f"), ("#14181d", "#e8e5de", "#343c45", "#9cc1f2"))
"""(paper, ink, line, accent) of a light page, and of a dark page."""
EFFECT_COLOURS = {
    EvidenceEffect.PROGRESS: ("#004f50", "#6fe8dc"),
    EvidenceEffect.CONTEXT: ("#6c7076", "#868b92"),
    EvidenceEffect.SETBACK: ("#801a14", "#f0604f"),
}
SHAPES: Mapping[Status | EvidenceEffect, str] = {
    Status.IMPLEMENTED: "circle",
    Status.PARTIALLY: "diamond",
    Status.NOT_IMPLEMENTED: "square",
    Status.DIFFER: "hourglass",
    Status.NO_INFORMATION: "pentagon",
    Status.NOT_ASSESSED: "circle-open",
    EvidenceEffect.PROGRESS: "triangle-up",
    EvidenceEffect.CONTEXT: "circle-open",
    EvidenceEffect.SETBACK: "triangle-down",
}
PATTERNS = {
    Status.IMPLEMENTED: "",
    Status.PARTIALLY: "\\",
    Status.NOT_IMPLEMENTED: "/",
    Status.DIFFER: "|",
    Status.NO_INFORMATION: ".",
    Status.NOT_ASSESSED: "x",
}
"""Status → the fill pattern of its bars, as Plotly names it."""
_PATTERN_SIZE = {"size": 7, "solidity": 0.3}


@dataclass(frozen=True)
class Sign:
    """A sign in a picture. `shape` is a marker symbol of Plotly, or "". Without `name`, the sign is not in the legend."""

    shape: str
    colour: str
    name: str = ""
    text: str = ""
    size: int = 20


@dataclass(frozen=True)
class Annotations:
    """The lines and words of a figure, beside its signs or bars."""

    lines: list[dict[str, Any]]
    words: list[dict[str, Any]]

    def add_line(self, top: float, palette: Palette) -> None:
        """Add a line across the plot, `top` pixels below its top."""
        at = {"x0": 0, "x1": 1, "xref": "x domain", "y0": top, "y1": top, "yref": "y"}
        self.lines.append({"type": "line", "line": {"color": palette.line, "width": 1}} | at)

    def add_words(self, words: str, top: float, palette: Palette) -> None:
        """Add words at the left, `top` pixels below the top of the plot, and a line above them."""
        self.add_line(top, palette)
        at = {"x": 0, "xref": "paper", "xanchor": "left", "y": top + 3, "yanchor": "top"}
        self.words.append({"text": words, "align": "left", "showarrow": False} | at)


def draw_matrix(
    rows: Sequence[str], columns: Mapping[str, Sequence[Sign | None]], palette: Palette, *, may_turn: bool = False
) -> Spec:
    """Return a figure with rows and their labels. `columns` is heading → sign for each row, None for an empty cell.

    If they `may_turn`, headings that are too long for a phone are written upwards.
    """
    turned = max(map(len, columns)) if may_turn and len("".join(columns)) > LABEL_WIDTH else 0
    top, places, written = 0, [], Annotations([], [])
    for label in rows:
        parts = (textwrap.wrap(p, LABEL_WIDTH, max_lines=LABEL_LINES, placeholder="…") for p in label.split("\n"))
        lines = list(map(_plain, chain.from_iterable(parts))) or [""]
        written.add_words("<br>".join(lines), top, palette)
        places.append(top + LINE_HEIGHT * len(lines) + SIGN_HEIGHT / 2 + 4)
        top += LINE_HEIGHT * len(lines) + SIGN_HEIGHT + 10
    cells = ((x, y, sign) for x, signs in enumerate(columns.values()) for y, sign in zip(places, signs, strict=True))
    traces = _signs([(x, y, sign, "") for x, y, sign in cells if sign], palette)
    axis = {
        "range": [-0.65, len(columns) - 0.5],  # more room for a long heading of the first column
        "ticklabeloverflow": "allow",
        "tickfont": {"size": FONT_SIZE - (2 if len(columns) > 6 else 0)},  # on a phone, heads would touch
        "tickvals": list(range(len(columns))),
        "ticktext": [_plain(name) if turned else _plain(name).replace(" ", "<br>") for name in columns],
        "tickangle": -90 if turned else 0,
        "side": "top",
        "showgrid": False,
    }
    return _lay_out(traces, top, palette, above=max(LINE_HEIGHT * 2 + 12, 9 * turned), axis=axis, written=written)


def draw_lines(
    lanes: Sequence[str],
    points: Iterable[tuple[int, tuple[date, date], Sign, str]],
    palette: Palette,
    today: tuple[date, str] | None = None,
) -> Spec:
    """Return a figure with a line for each lane, its label above the line, and the signs at their dates.

    `points` are (index of the lane, (first day, last day), sign, hover text). `today` is (day to mark, its label).
    """
    placed = [(lane, first + (last - first) / 2, sign, about) for lane, (first, last), sign, about in points]
    days = [day for _, day, _, _ in placed] + ([today[0]] if today else [])
    start, span = min(days), max((max(days) - min(days)).days, 365)
    top, signs, written = 0, [], Annotations([], [])
    for lane, label in enumerate(lanes):
        own = [(day, sign, about) for at, day, sign, about in sorted(placed, key=lambda p: p[1]) if at == lane]
        levels = _levels([(day - start).days / span for day, _, _ in own])
        written.add_words(_plain(label), top, palette)
        height = SIGN_HEIGHT * (max(levels, default=0) + 1)
        base = top + LINE_HEIGHT + 6 + height
        signs += [
            (day.isoformat(), base - SIGN_HEIGHT * (level + 0.5), sign, about)
            for (day, sign, about), level in zip(own, levels, strict=True)
        ]
        written.add_line(base + 2, palette)
        top = base + 12
    margin = timedelta(days=span * 0.06)
    if today:
        day, words = today
        dotted = {"color": palette.ink, "width": 1.5, "dash": "dot"}
        at = {"x0": day.isoformat(), "x1": day.isoformat(), "xref": "x", "y0": 0, "y1": 1, "yref": "y domain"}
        written.lines.append({"type": "line", "line": dotted} | at)
        words_at = {"x": day.isoformat(), "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom"}
        written.words.append({"text": _plain(words), "showarrow": False} | words_at)
    axis = {
        "type": "date",
        "range": [(start - margin).isoformat(), (start + timedelta(days=span) + margin).isoformat()],
        "tickformat": "%Y",
        "dtick": f"M{12 * (1 + span // 365 // 6)}",
        "tick0": f"{start.year}-01-01",
        "gridcolor": palette.line,
    }
    above = LINE_HEIGHT + 8 if today else 8
    return _lay_out(_signs(signs, palette), top, palette, above=above, axis=axis, written=written)


def draw_bars(
    years: Sequence[str], counts: Mapping[Status, tuple[str, Sequence[int]]], unit: str, palette: Palette
) -> Spec:
    """Return a figure with a bar for each year. `counts` is status → (label, number for each year)."""
    traces = []
    for status, (label, numbers) in counts.items():
        pattern = {"shape": PATTERNS[status], "fillmode": "overlay", "fgcolor": palette.paper} | _PATTERN_SIZE
        marker = {"color": palette.colour(status), "line": {"color": palette.paper, "width": 1}, "pattern": pattern}
        bars = {"type": "bar", "name": _plain(label), "x": list(years), "y": list(numbers), "marker": marker}
        traces.append(bars | {"hovertemplate": "%{x}: %{y}"})
    figure = _lay_out(traces, 260, palette, above=8, axis={"type": "category"})
    most = max(map(sum, zip(*(numbers for _, numbers in counts.values()), strict=True)), default=1)
    figure["layout"]["barmode"], figure["layout"]["margin"]["l"] = "stack", 54
    figure["layout"]["yaxis"] |= {
        "title": {"text": _plain(unit)},
        "visible": True,
        "range": [0, most * 1.05],
        "dtick": max(1, round(most / 5)),
        "gridcolor": palette.line,
        "zeroline": False,
    }
    return figure


def _signs(signs: Iterable[tuple[Any, float, Sign, str]], palette: Palette) -> list[dict[str, Any]]:
    """Return the traces of `signs`. Each is (x, y, sign, hover text); if the hover text is "", the name of the sign is shown."""
    groups = group_by_key(((entry[2].name, entry[2].shape, entry[2].colour), entry) for entry in signs)
    traces = list[dict[str, Any]]()
    for (name, shape, colour), group in groups.items():
        is_hollow = not shape or shape.endswith("-open")
        traces.append(
            {
                "type": "scatter",
                "x": [x for x, _, _, _ in group],
                "y": [y for _, y, _, _ in group],
                "text": [_plain(sign.text) for _, _, sign, _ in group],
                "customdata": [_plain(about or sign.name) for _, _, sign, about in group],
                "mode": "markers+text",
                "name": _plain(name),
                "showlegend": bool(name),
                "textposition": "middle center",
                "textfont": {"color": palette.ink if is_hollow else palette.paper, "size": FONT_SIZE},
                "marker": {
                    "symbol": shape or "circle",
                    "opacity": 1 if shape else 0,
                    "size": [sign.size for _, _, sign, _ in group],
                    "color": colour,
                    "line": {"width": 1.5, "color": colour},
                },
                "hovertemplate": "%{customdata}<extra></extra>",
            }
        )
    return traces


def _lay_out(
    traces: list[dict[str, Any]],
    height: int,
    palette: Palette,
    *,
    above: int,
    axis: dict[str, Any],
    written: Annotations | None = None,
) -> Spec:
    """Return a figure of `traces`: with a size, margins, fonts, a legend, `written`, and the x axis `axis`."""
    font = {"size": FONT_SIZE, "color": palette.ink, "family": "Source Sans, Noto Sans, sans-serif"}
    names = [trace["name"] for trace in traces if trace["name"]]
    below = 30 if axis.get("side") != "top" else 6
    key = LINE_HEIGHT * 1.2 * len(names)
    layout = {
        "height": height + above + below + key + 10,
        "margin": {"l": 6, "r": 6, "t": above, "b": below + key + 10, "autoexpand": False},
        "font": font,
        "paper_bgcolor": palette.paper,
        "plot_bgcolor": palette.paper,
        "dragmode": False,
        "showlegend": bool(names),
        "legend": {"x": 0, "xanchor": "left", "y": -(below + 4) / height, "yanchor": "top", "font": font},
        "hoverlabel": {"font": {"size": FONT_SIZE}},
        "xaxis": {"tickfont": font, "fixedrange": True, "zeroline": False} | axis,
        "yaxis": {"range": [height, 0], "visible": False, "fixedrange": True, "tickfont": font},
    }
    if written:
        layout |= {"shapes": written.lines, "annotations": [{"font": font} | words for words in written.words]}
    return {"data": traces, "layout": layout}


def _levels(places: Sequence[float]) -> list[int]:
    """Return a level for each of the sorted `places`: the lowest on which it is LEAST_DISTANCE or more from the one before."""
    ends: list[float] = []
    levels = []
    for place in places:
        level = next((n for n, end in enumerate(ends) if place - end >= LEAST_DISTANCE), len(ends))
        ends[level : level + 1] = [place]
        levels.append(level)
    return levels


def _plain(words: str) -> str:
    """Return words escaped, because Plotly reads HTML in texts, and without characters that change the text direction."""
    return escape(strip_bidi_controls(words))
