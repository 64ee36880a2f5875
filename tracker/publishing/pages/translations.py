"""The page that lists the texts that wait for a translation, for whoever wants to help."""

from functools import partial

from tracker.i18n import native_name
from tracker.publishing.pages.frame import RenderedPage, build_page
from tracker.publishing.pages.mistake_report import draft_mistake_report
from tracker.publishing.render_context import RenderContext, render
from tracker.publishing.request import ViewRequest
from tracker.publishing.wording import text_label
from tracker.queries.translations import register_of, translation_queue

_MAX_RECORDS = 100
"""The largest number of records that are listed for each language."""


def render_translations(request: ViewRequest) -> RenderedPage:
    """Return the page that lists for each language which texts of the view lack it, that of the reader first."""
    own = request.language.code

    def content(context: RenderContext) -> str:
        return render(
            "pages/translations.html",
            context,
            queue=sorted(translation_queue(request.view).items(), key=lambda tasks: tasks[0] != own),
            most=_MAX_RECORDS,
            report=draft_mistake_report(request, ""),
            text_label=partial(text_label, context),
            register_of=register_of,
            native_name=native_name,
        )

    return build_page(request, "/translations", content, of="/about")
