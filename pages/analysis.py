"""Pictures of what the data shows, for a report or a slide, each with a table. The filters of the list apply."""

from dataclasses import replace

import streamlit as st

from pages.shared.layout import open_page, permalink_here, show_footer, show_header
from pages.shared.url_state import bind_to_url, url_params, write_to_url
from pages.shared.widget_values import index_of
from tracker.model.permissions import READER
from tracker.model.vocabulary import Issuer
from tracker.publishing.citation import permanent_timestamp
from tracker.publishing.pictures.analysis import Pictures
from tracker.publishing.wording import filter_labels
from tracker.queries import overview_summary
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.tables.analysis import most_documented
from tracker.queries.tables.frames import Frames

MAX_ROWS = 12
"""The largest number of rows in a list of this page. All rows are on the list page."""

page = open_page("/analysis")
view, language = page.view, page.context.language
_ = language.gettext
filters = Filters.from_params(view, url_params()).only_filters()
selected = filter_recommendations(view, filters, language.code)
frames = Frames(view, language, selected)
header = st.container()
labels = filter_labels(page.context, filters)
page.show("pages/analysis.html", labels=labels, query=filters.params(), n=len(selected))

titles = {r.id: language.resolve(r.title).text for r in selected}
usual, wanted = most_documented(frames), st.query_params.get("demand", "")
story_key = bind_to_url("demand", wanted if wanted in titles else usual or "", options=titles, single=True)
story = st.session_state[story_key]
write_to_url("demand", (story,) if story != usual else ())
params = [*filters.params(), *([("demand", story)] if story != usual else [])]
with header:
    show_header(page, params)

recorded = permanent_timestamp(view, selected)
address = permalink_here(page, params if view.recorded or not recorded else [*params, ("recorded", recorded)])
is_dark = st.context.theme.type == "dark"
# drawing them takes half a second, and they look the same to all readers
pictures = view.cached(
    "pictures",
    (language.code, page.context.sticky_params, tuple(filters.params()), story, is_dark),
    lambda: Pictures(frames, replace(page.context, person=READER), is_dark=is_dark).all(story),
    most=20,
)
for picture in pictures:
    with st.container(key=f"rt_picture_{picture.name}"):
        page.show("pages/picture_title.html", picture=picture)
        if picture.name == "story":
            index = index_of(story, list(titles))
            st.selectbox(_("Recommendation"), list(titles), index, format_func=titles.get, key=story_key)
        chart, table = st.columns([5, 6])
        with chart:
            st.plotly_chart(picture.figure, key=f"chart_{picture.name}", theme=None, config={"displayModeBar": False})
            link = f"{address}#rt-{picture.name}"
            page.show("pages/picture_source.html", picture=picture, labels=labels, address=link)
        with table:
            page.show("pages/picture_table.html", picture=picture)
if not pictures:
    page.show(
        "layout/meta.html",
        words=_("Nothing by this date.") if view.is_past else _("There is nothing to show here yet."),
    )
if selected:
    chosen = {r.id for r in selected}
    page.show(
        "pages/analysis_words.html",
        all_voices=[v for v in overview_summary.summarize_voices(view) if v.recommendation.id in chosen],
        ours=None if labels else overview_summary.summarize(view, Issuer.CIVIL_SOCIETY),
        bearing=overview_summary.count_evidence,
        MOST=MAX_ROWS,
    )
show_footer(page, params)
