"""The page with charts of the data, each beside its table. The filters of the list of recommendations apply."""

from contextlib import ExitStack

import streamlit as st

from pages.shared.layout import open_page
from tracker.publishing.pages.analysis import pictures_of, render_analysis

page = open_page("/analysis")
pictures = pictures_of(page.request, is_dark=st.context.theme.type == "dark")
with ExitStack() as beside:
    for place in page.show_parts(render_analysis):
        if place in pictures:
            beside.enter_context(box := st.container(key=f"rt_picture_{place}"))
            chart, table = box.columns([5, 6])
            figure, config = pictures[place].figure, {"displayModeBar": False}
            chart.plotly_chart(figure, key=f"chart_{place}", theme=None, config=config)
            beside.enter_context(chart)
        elif place == "source":
            beside.enter_context(table)
        elif place == "table":
            beside.close()
