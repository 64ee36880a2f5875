"""The card of one recommendation: a small HTML page without scripts, for links that people share in chats."""

from collections.abc import Collection
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from tracker.model.records import Recommendation
from tracker.publishing.citation import build_citation, last_changed
from tracker.publishing.link_preview import recommendation_preview
from tracker.publishing.pages.mistake_report import draft_mistake_report
from tracker.publishing.render_context import render
from tracker.publishing.request import RenderedFile, ViewRequest, current_version_link
from tracker.publishing.wording import later_sentence, site_name
from tracker.queries.activity_log import last_removal
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.recommendation_details import find_absence_reason, named_in_place, same_demand_links


def render_card(request: ViewRequest) -> RenderedFile:
    """Return the card of the recommendation with the id of the request, else the result of `missing_card`."""
    r = request.view.recommendations.get(request.id)
    if r is None:
        return missing_card(request)
    return _card_page(
        request,
        "published/card.html",
        r=r,
        same=same_demand_links(request.view, r),
        p=recommendation_preview(request, r, f"/r/{r.id}"),
        cited=build_citation(request, r),
        changed=last_changed(request.view, r),
    )


def missing_card(request: ViewRequest) -> RenderedFile:
    """Return a page: "retired" (410), "later" (404) or "unknown" (404).

    An archived recommendation never forwards to another one: the page says who archived it and what they call the same.
    """
    view = request.view
    if later := find_absence_reason(view, request.id):
        sentence = later_sentence(request.language, later)
        return _card_page(request, "published/card_later.html", status=404, sentence=sentence)
    if view.is_retired(request.id):
        retired = without_later_edits(view.dataset.recommendations[request.id], view.recorded)
        event = last_removal(retired, view.recorded)
        into = named_in_place(view, event)
        return _card_page(request, "published/card_missing.html", status=410, retired=retired, event=event, into=into)
    name = request.id[:80] if request.id.isprintable() else ""
    near = [view.recommendations[suggested] for suggested in view.suggest_ids(request.id)]
    return _card_page(request, "published/card_missing.html", status=404, retired=None, name=name, near=near)


def _card_page(request: ViewRequest, template: str, **values: Any) -> RenderedFile:
    return render_standalone_page(request, template, path=f"/r/{quote(request.id[:80], safe='')}", **values)


def render_standalone_page(
    request: ViewRequest,
    template: str,
    *,
    path: str,
    keep: Collection[tuple[str, str]] = (),
    status: int = 200,
    r: Recommendation | None = None,
    **values: object,
) -> RenderedFile:
    """Return a page without Streamlit, with `values` for its template. Links to the page itself have the parameters `keep`."""
    # without the timestamp, but still as of the same date
    sticky = tuple(pair for pair in request.sticky_params if pair[0] != "recorded")
    html = render(
        template,
        request.context,
        here=path,
        keep=keep,
        site=site_name(request.context),
        neutral=request.view.settings.neutral_previews,
        unrecorded=replace(request.context, sticky_params=sticky).link(path, *keep),
        today=current_version_link(request, path, *keep),
        report=draft_mistake_report(request, request.link(path, *keep), r),
        **({"r": r} if r else {}),
        **values,
    )
    return RenderedFile(html.encode(), status=status)
