"""Charts by year, each with a table beside it.

The charts are shown only on request, because the browser must load Plotly (1.4 MB) for them.
"""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.shared.layout import Page
from tracker.model.vocabulary import Direction, EvidenceDimension, EvidenceEffect, Issuer, Status
from tracker.queries import trends
from tracker.queries.trends import YearlyCounts

ChartStyle = tuple[str, str, str]
"""(colour on a light page, colour on a dark page, fill pattern)"""

CHART_STYLES: Mapping[Any, ChartStyle] = {
    Direction.FORWARD: ("#004f50", "#6fe8dc", ""),
    Direction.UNCHANGED: ("#6c7076", "#868b92", "."),
    Direction.BACKWARD: ("#801a14", "#f0604f", "/"),
    EvidenceEffect.PROGRESS: ("#004f50", "#6fe8dc", ""),
    EvidenceEffect.CONTEXT: ("#6c7076", "#868b92", "."),
    EvidenceEffect.SETBACK: ("#801a14", "#f0604f", "/"),
    EvidenceDimension.LAW: ("#3a72c4", "#7d9dff", ""),
    EvidenceDimension.PRACTICE: ("#97690c", "#f2b134", "/"),
    EvidenceDimension.OUTCOME: ("#6c7076", "#868b92", "."),
}
"""Code → the style of the code in a chart. The pattern makes the chart readable without colours."""
PATTERNS = {
    Status.IMPLEMENTED: "",
    Status.PARTIALLY: "\\",
    Status.NOT_IMPLEMENTED: "/",
    Status.NO_INFORMATION: ".",
    Status.NOT_ASSESSED: "x",
}
"""Status → its fill pattern. The colours of a status are in tracker.yaml."""


def show_charts(page: Page) -> None:
    """Show the four charts of the overview. Each has a heading that tells the result, and a table with the numbers."""
    language, view = page.context.language, page.view
    _ = language.gettext
    statuses = trends.status_by_year(view, Issuer.CIVIL_SOCIETY)
    settings = view.settings.statuses
    _show_chart(
        page,
        "statuses",
        _status_finding(page, statuses),
        years=statuses,
        styles={
            code: (settings[code].colour, settings[code].dark, PATTERNS[code]) for code in PATTERNS if code in settings
        },
        caption=_("Recommendations of civil society, by status at the end of the year"),
    )
    _show_chart(
        page,
        "directions",
        _("Which way things move, by the assessments of each year"),
        years=trends.directions_by_year(view, Issuer.CIVIL_SOCIETY),
        styles={code: CHART_STYLES[code] for code in Direction},
        caption=_("Assessments that say a direction"),
    )
    effects = trends.evidence_by_year(view)
    _show_chart(
        page,
        "evidence",
        _(
            "Evidence: {setbacks} of setbacks, {progress} of progress",
            setbacks=effects.total(EvidenceEffect.SETBACK),
            progress=effects.total(EvidenceEffect.PROGRESS),
        ),
        years=effects,
        styles={code: CHART_STYLES[code] for code in EvidenceEffect},
        caption=_("Pieces of evidence by year, by what they suggest"),
    )
    dimensions = trends.dimensions_by_year(view)
    _show_chart(
        page,
        "dimensions",
        _(
            "Evidence: {law} about the law, {practice} about practice, {outcome} about outcomes",
            **{code.value: dimensions.total(code) for code in EvidenceDimension},
        ),
        years=dimensions,
        styles={code: CHART_STYLES[code] for code in EvidenceDimension},
        caption=_("Pieces of evidence by year, by what they are about"),
    )
    if undated := trends.count_undated(view):
        page.show(
            "layout/meta.html",
            words=language.ngettext(
                "{n} piece of evidence without a date is in no year.",
                "{n} pieces of evidence without a date are in no year.",
                undated,
            ),
        )


def _status_finding(page: Page, statuses: YearlyCounts) -> str:
    """Return one sentence that tells what the chart of statuses shows."""
    language = page.context.language
    _ = language.gettext
    if statuses.is_empty:
        return _("Where civil society's recommendations stood")
    first, last = statuses.years[0], statuses.years[-1]
    before, now = (
        sum(statuses.counts[code][year] for code in ("implemented", "partially-implemented")) for year in (0, -1)
    )
    return _(
        "Implemented at least in part: {before} in {first}, {now} in {last}",
        before=before,
        first=first,
        now=now,
        last=last,
    )


def _show_chart(
    page: Page, key: str, title: str, *, years: YearlyCounts, styles: Mapping[Any, ChartStyle], caption: str
) -> None:
    page.show("layout/chart_title.html", title=title, empty=years.is_empty)
    if years.is_empty:
        return
    dark = st.context.theme.type == "dark"
    names = {code.value: page.context.label(code) for code in styles if any(years.counts[code.value])}
    chart, table = st.columns(2)
    with chart:
        figure = _figure(years, names, styles, dark=dark)
        st.plotly_chart(figure, key=f"chart_{key}", config={"displayModeBar": False, "responsive": True})
    with table:
        page.show("pages/chart_table.html", years=years, names=names, caption=caption)


def _figure(
    years: YearlyCounts, names: Mapping[str, str], styles: Mapping[Any, ChartStyle], *, dark: bool
) -> go.Figure:
    paper = "#14181d" if dark else "#fcfbf8"
    font = {"size": 15, "color": "#e8e5de" if dark else "#1d2126"}
    bars = [
        go.Bar(
            name=names[code.value],
            x=[str(year) for year in years.years],
            y=years.counts[code.value],
            marker={
                "color": style[dark],
                "line": {"color": paper, "width": 1},
                "pattern": {"shape": style[2], "fillmode": "overlay", "fgcolor": paper, "size": 7, "solidity": 0.3},
            },
            hovertemplate="%{x}: %{y}<extra>%{fullData.name}</extra>",
        )
        for code, style in styles.items()
        if code.value in names
    ]
    figure = go.Figure(bars)
    figure.update_layout(
        barmode="stack",
        height=320,
        margin={"l": 30, "r": 6, "t": 8, "b": 30},
        font={"size": 15},
        dragmode=False,
        legend={"orientation": "h", "y": -0.16, "x": 0, "font": font, "traceorder": "normal"},
        yaxis={"tickformat": "d", "rangemode": "tozero", "tickfont": font},
        xaxis={"type": "category", "tickfont": font},
        showlegend=True,
    )
    return figure
