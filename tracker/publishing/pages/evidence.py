"""The page Evidence: the register of evidence."""

from dataclasses import replace

from tracker.model.events import Event
from tracker.model.records import Evidence
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.frame import RenderedPage, build_page, changed_at, visit_notice
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries.lists import filters as lists
from tracker.queries.recommendation_details import list_retired
from tracker.queries.search.site_search import correct_list_search
from tracker.queries.view import View


def corrected_filters(view: View, asked: lists.EvidenceFilters) -> lists.EvidenceFilters:
    """Return the filters. If the search words find nothing as they were typed, their typos are corrected."""
    return replace(asked, q=correct_list_search(view, asked.q, view.searchable_evidence)) if asked.q else asked


def render_evidence(request: ViewRequest) -> RenderedPage:
    """Return the register of evidence, each item with its recommendations. Without filters, retired items follow.

    With the `id` of an item, return only this item; an archived one says since when and why (410).
    """
    view, path = request.view, "/evidence"
    known = view.dataset.evidence.get(request.param("id"))
    if found := list_retired(view, [known] if known else []):
        return _render_item(request, *found[0])
    if known and known.id in view.evidence:
        return _render_item(request, view.evidence[known.id], None)
    asked = lists.EvidenceFilters.from_params(view, request.params)

    def content(context: ViewRequest) -> str:
        used = corrected_filters(view, asked)
        return render(
            "pages/evidence.html",
            context,
            form=build_filter_form(request, path, asked, counts=lists.count_evidence_options(view, used)),
            searched=asked.q,
            used=used.q,
            items=lists.filter_evidence(view, used),
            words=view.search_terms(used.q),
            visit=visit_notice(context),
            changed_at=changed_at,
            retired=() if asked.in_use() else list_retired(view, view.dataset.evidence.values()),
        )

    return build_page(request, path, content, params=asked.params(), searched=asked.q)


def _render_item(request: ViewRequest, e: Evidence, removal: Event | None) -> RenderedPage:
    """Return the page of one item of evidence. If it is archived, the page says since when and why."""
    name, status = ("layout/retired.html", 410) if removal else ("pages/evidence_item.html", 200)

    def content(context: ViewRequest) -> str:
        return render(name, context, r=e, event=removal, into=None)

    return build_page(request, "/evidence", content, params=[("id", e.id)], record=e, status=status)
