"""The page Analysis: pictures of the data for a report or a slide, each as a table. Filters of recommendations apply.

Readers who have JavaScript also get the drawings: charts.js draws what `render_pictures` describes.
"""

import json
from functools import partial

from tracker.model.vocabulary import Issuer
from tracker.publishing.citation import permanent_timestamp
from tracker.publishing.pages.frame import RenderedPage, absolute_link, build_page
from tracker.publishing.pictures.analysis import Picture, Pictures
from tracker.publishing.render_context import ViewRequest, render
from tracker.publishing.request import RenderedFile
from tracker.publishing.wording import filter_labels
from tracker.queries import overview_summary
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.tables.analysis import most_documented
from tracker.queries.tables.values import TableValues

_PATH = "/analysis"
_MAX_ROWS = 12
"""The largest number of rows in a list of this page. All rows are on the list page."""


def render_analysis(request: ViewRequest) -> RenderedPage:
    """Return the page with the pictures as tables, and with texts about what pictures cannot show."""
    view, language, filters = request.view, request.language, request.filters.only_filters()
    asked = _asked_demand(request, filters)
    params = [*filters.params(), *([("demand", asked)] if asked else [])]

    def content(context: ViewRequest) -> str:
        selected = filter_recommendations(view, filters, language.code)
        story, pictures = _story_and_pictures(request, filters)
        labels, chosen = filter_labels(context, filters), {r.id for r in selected}
        recorded = permanent_timestamp(view, selected)
        lasting = params if view.recorded or not recorded else [*params, ("recorded", recorded)]
        return render(
            "pages/analysis.html",
            context,
            labels=labels,
            query=filters.params(),
            n=len(selected),
            pictures=pictures,
            story=story,
            titles={r.id: ": ".join(filter(None, [context.of_state(r), context.title_words(r)])) for r in selected},
            states=view.states_of(*selected) if view.has_several_states else (),
            params=params,
            story_params=[*filters.params(), *context.sticky_params],
            address=absolute_link(request, _PATH, lasting),
            all_voices=[v for v in overview_summary.summarize_voices(view) if v.recommendation.id in chosen],
            ours=None
            if labels or view.has_several_states
            else overview_summary.summarize(view, Issuer.CIVIL_SOCIETY, view.states[0]),
            bearing=overview_summary.count_evidence,
            MOST=_MAX_ROWS,
        )

    return build_page(request, _PATH, content, params=params)


def render_pictures(request: ViewRequest) -> RenderedFile:
    """Return a script that assigns the pictures of the page for plotly.js: theme → name of the picture → specification.

    It is a script because a page of a mirror that is opened from a disk may load one, but not fetch a file.
    """
    filters = request.filters.only_filters()
    themes = {
        theme: {one.name: one.spec for one in _story_and_pictures(request, filters, is_dark=theme == "dark")[1]}
        for theme in ("light", "dark")
    }
    return RenderedFile(f"rtPictures = {json.dumps(themes, ensure_ascii=False)};\n".encode(), "text/javascript")


def _values(request: ViewRequest, filters: Filters) -> TableValues:
    view, language = request.view, request.language
    found = partial(filter_recommendations, view, filters, language.code)
    return view.cached("analysis", (language, filters), lambda: TableValues(view, language, found()), most=10)


def _asked_demand(request: ViewRequest, filters: Filters) -> str:
    """Return the id in the URL parameter `demand` (picture "story"). "" if the filters exclude it, or for the default id."""
    wanted = request.param("demand")
    if not wanted:
        return ""
    values = _values(request, filters)
    known = {r.id for r in values.recommendations} - {most_documented(values)}
    return wanted if wanted in known else ""


def _story_and_pictures(request: ViewRequest, filters: Filters, *, is_dark: bool = False) -> tuple[str, list[Picture]]:
    """Return (id of the recommendation in the picture "story", pictures). The id is "" if there is none to show."""
    context, values = request.on_page, _values(request, filters)
    story = _asked_demand(request, filters) or most_documented(values) or ""
    key = (context.language, context.sticky_params, filters, story, is_dark)
    return story, request.view.cached("pictures", key, lambda: Pictures(values, context, is_dark).all(story), most=20)
