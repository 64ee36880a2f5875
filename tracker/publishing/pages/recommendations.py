"""The page Recommendations: the list of the recommendations, each with its status."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from tracker.model.records import Recommendation
from tracker.publishing.pages.filter_form import build_filter_form
from tracker.publishing.pages.frame import RenderedPage, build_page, changed_at, follow_panel, visit_notice
from tracker.publishing.render_context import ViewRequest, render
from tracker.queries.lists import filters as lists
from tracker.queries.lists.filters import MAX_BULK_SELECTION, Filters, Selection, group_for_list
from tracker.queries.lists.url_filters import paginate
from tracker.queries.search.site_search import correct_list_search
from tracker.queries.view import View

_PATH = "/recommendations"


def render_recommendations(request: ViewRequest) -> RenderedPage:
    """Return the page that lists the recommendations. It has checkboxes while a reader selects recommendations."""
    view, asked = request.view, request.filters
    selection = Selection.from_params(view, request.params)

    def content(context: ViewRequest) -> str:
        used = replace(asked, q=correct_list_search(view, asked.q, view.searchable)) if asked.q else asked
        matching = lists.filter_recommendations(view, used, request.language.code)
        shown, number, pages = paginate(_once(view, matching), used.page, per_page=lists.RECOMMENDATIONS_PER_PAGE)
        here = replace(used, page=number)
        choosing = _selection_bar(context, here, selection, matching=matching)
        # links to other pages of the list, and to fewer filters, keep the selection
        kept = selection.params()
        turn = tuple(context.link(_PATH, *replace(here, page=number + step).params(), *kept) for step in (-1, 1))
        totals = group_for_list(view, used, matching)
        return render(
            "pages/recommendations.html",
            context,
            form=build_filter_form(request, _PATH, asked, counts=lists.count_options(view, used), keep=kept),
            searched=asked.q,
            choosing=choosing,
            used=used.q,
            groups=[(*of, rows, len(totals[of])) for of, rows in group_for_list(view, used, shown).items()],
            words=view.search_terms(used.q),
            carry=here.params(),
            page=number,
            pages=pages,
            turn=turn,
            query=replace(here, page=1).params(),
            visit=visit_notice(context),
            changed_at=changed_at,
            follow=follow_panel(request, context, here.only_filters().params()),
        )

    return build_page(request, _PATH, content, params=[*asked.params(), *selection.params()], searched=asked.q)


def _once(view: View, matching: Sequence[Recommendation]) -> Sequence[Recommendation]:
    """Return the recommendations without those that repeat the words of an earlier one for another State."""
    if not (same := view.same_words):
        return matching
    repeated = set[str]()
    for r in matching:
        if r.id in same and r.id not in repeated:
            repeated |= {other.id for other in same[r.id][1:]}
    return [r for r in matching if r.id not in repeated]


def _selection_bar(
    context: ViewRequest, query: Filters, selection: Selection, *, matching: Sequence[Recommendation]
) -> dict[str, Any]:
    """Return the values, by name, for the template of the bar that selects recommendations (pages/list_selection.html)."""
    language, link, _ = context.language, context.link, context.language.gettext

    def list_link(step: str, ids: Sequence[str] = selection.ids) -> str:
        return link(_PATH, *query.params(), *Selection(step, tuple(ids)).params())

    selected, listed = [("id", id) for id in selection.ids], {r.id for r in matching if selection.ids}
    all_ids = selection.with_all(matching).ids if selection.step else selection.ids
    n, is_full = len(set(all_ids) - set(selection.ids)), len(selection.ids) >= MAX_BULK_SELECTION
    more = language.ngettext("Select {n} more that matches the filters", "Select {n} more that match the filters", n)
    elsewhere = [("pick", id) for id in selection.ids if id not in listed]
    return {
        "step": selection.step,
        "ids": selection.ids,
        "full": is_full and _("at most {n} at a time", n=MAX_BULK_SELECTION),
        "start": list_link("list"),
        "none": list_link("list", ()),
        "stop": list_link("", ()),
        "only": link(_PATH, *selected),
        "brief": link("/brief.html", *selected),
        "snapshot": link("/snapshot.html", *selected),
        "tables": [(name, link(path, *selected)) for name, path in (("Excel", "/export.xlsx"), ("CSV", "/export.csv"))],
        "all": n and (list_link("list", all_ids), more),
        "hidden": [*query.params(), ("choosing", "list"), *elsewhere, *context.sticky_params],
    }
