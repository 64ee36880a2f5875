"""Charts over the years, with a table beside each. They are loaded only when somebody asks for them."""

from collections.abc import Mapping
from typing import Any

import plotly.graph_objects as go
import streamlit as st

from pages.shared.layout import Page
from tracker.model.vocabulary import Dimension, Direction, EvidenceEffect, Issuer, Status
from tracker.queries import trends
from tracker.queries.trends import YearlyCounts

CHART_THEMES = {
    Direction.FORWARD: ("#004f50", "#6fe8dc", ""), Direction.UNCHANGED: ("#6c7076", "#868b92", "."), Direction.BACKWARD: ("#801a14", "#f0604f", "/"),
    EvidenceEffect.PROGRESS: ("#004f50", "#6fe8dc", ""), EvidenceEffect.CONTEXT: ("#6c7076", "#868b92", "."), EvidenceEffect.SETBACK: ("#801a14", "#f0604f", "/"),
    Dimension.LAW: ("#3a72c4", "#7d9dff", ""), Dimension.PRACTICE: ("#97690c", "#f2b134", "/"), Dimension.OUTCOME: ("#6c7076", "#868b92", "."),
}  # fmt: skip
"""Of each code the colour on a light and on a dark page, and a pattern, so that nobody needs the colours."""
PATTERNS = {
    Status.IMPLEMENTED: "",
    Status.PARTIALLY: "\\",
    Status.NOT_IMPLEMENTED: "/",
    Status.NO_INFORMATION: ".",
    Status.NOT_ASSESSED: "x",
}


def show_charts(page: Page) -> None:
    """The four charts of the overview, each with its finding as its heading and a table that says the same."""
    language, view = page.context.language, page.view
    _ = language.gettext
    stood = trends.status_by_year(view, Issuer.CIVIL_SOCIETY)
    words = view.settings.statuses
    colours = {code: (words[code].colour, words[code].dark, PATTERNS[code]) for code in PATTERNS if code in words}
    moved = _in_words(page, stood)
    _one(
        page, "statuses", moved, stood, colours, _("Recommendations of civil society, by status at the end of the year")
    )
    _one(page, "directions", _("Which way things move, by the assessments of each year"), trends.directions_by_year(view, Issuer.CIVIL_SOCIETY),
         {code: CHART_THEMES[code] for code in Direction}, _("Assessments that say a direction"))  # fmt: skip
    found = trends.evidence_by_year(view)
    title = _(
        "Evidence: {setbacks} of setbacks, {progress} of progress",
        setbacks=found.total(EvidenceEffect.SETBACK),
        progress=found.total(EvidenceEffect.PROGRESS),
    )
    _one(page, "evidence", title, found, {code: CHART_THEMES[code] for code in EvidenceEffect}, _("Pieces of evidence by year, by what they suggest"))  # fmt: skip
    about = trends.dimensions_by_year(view)
    title = _(
        "Evidence: {law} about the law, {practice} about practice, {outcome} about outcomes",
        **{code.value: about.total(code) for code in Dimension},
    )
    _one(page, "dimensions", title, about, {code: CHART_THEMES[code] for code in Dimension}, _("Pieces of evidence by year, by what they are about"))  # fmt: skip
    if missing := trends.count_undated(view):
        page.show("layout/meta.html", words=language.ngettext("{n} piece of evidence without a date is in no year.", "{n} pieces of evidence without a date are in no year.", missing))  # fmt: skip


def _in_words(page: Page, stood: YearlyCounts) -> str:
    """What the chart of statuses shows, in a sentence."""
    language = page.context.language
    _ = language.gettext
    if stood.is_empty:
        return _("Where civil society's recommendations stood")
    first, last = stood.years[0], stood.years[-1]
    before, now = (sum(stood.counts[code][at] for code in ("implemented", "partially-implemented")) for at in (0, -1))
    return _("Implemented at least in part: {before} in {first}, {now} in {last}", before=before, first=first, now=now, last=last)  # fmt: skip


def _one(
    page: Page, key: str, title: str, years: YearlyCounts, looks: Mapping[Any, tuple[str, str, str]], caption: str
) -> None:
    page.show("layout/chart_title.html", title=title, empty=years.is_empty)
    if years.is_empty:
        return
    dark = st.context.theme.type == "dark"
    names = {code.value: page.context.label(code) for code in looks if any(years.counts[code.value])}
    chart, table = st.columns(2)
    with chart:
        st.plotly_chart(_figure(years, names, looks, dark, caption), key=f"chart_{key}", config={"displayModeBar": False, "responsive": True})  # fmt: skip
    with table:
        page.show("pages/chart_table.html", years=years, names=names, caption=caption)


def _figure(years: YearlyCounts, names: Mapping[str, str], looks: Mapping[Any, tuple[str, str, str]], dark: bool, caption: str) -> go.Figure:  # fmt: skip
    paper = "#14181d" if dark else "#fcfbf8"
    words = {"size": 15, "color": "#e8e5de" if dark else "#1d2126"}
    bars = [
        go.Bar(
            name=names[code.value], x=[str(year) for year in years.years], y=years.counts[code.value],
            marker={"color": colours[dark], "line": {"color": paper, "width": 1}, "pattern": {"shape": colours[2], "fillmode": "overlay", "fgcolor": paper, "size": 7, "solidity": 0.3}},
            hovertemplate="%{x}: %{y}<extra>%{fullData.name}</extra>",
        )
        for code, colours in looks.items()
        if code.value in names
    ]  # fmt: skip
    made = go.Figure(bars)
    made.update_layout(
        barmode="stack", height=320, margin={"l": 30, "r": 6, "t": 8, "b": 30}, font={"size": 15}, dragmode=False,
        legend={"orientation": "h", "y": -0.16, "x": 0, "font": words, "traceorder": "normal"},
        yaxis={"tickformat": "d", "rangemode": "tozero", "tickfont": words}, xaxis={"type": "category", "tickfont": words}, showlegend=True,
    )  # fmt: skip
    return made
