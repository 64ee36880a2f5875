"""The register of evidence, and the private evidence of an editor."""

from functools import partial

from pages.forms.private import entries
from pages.forms.private.files import count_private_files, show_private_files
from pages.shared.form_drafts import show_waiting_drafts
from pages.shared.layout import open_page
from pages.shared.saving import undo_offer
from tracker.publishing.pages.evidence import corrected_filters, render_evidence
from tracker.queries.lists.filters import EvidenceFilters, filter_evidence

page = open_page("/evidence")
values = {
    "may_unpublish": entries.can_unpublish(page),
    "undo_of": partial(undo_offer, page),
    "private_files": partial(count_private_files, page),
}
for place in page.show_parts(render_evidence, **values):
    if place == "top":
        show_waiting_drafts(page, what="evidence")
    elif place == "item":
        show_private_files(page, [page.view.evidence[page.request.param("id")]])
    elif place == "register" and entries.private_folder(page):
        filters = EvidenceFilters.from_params(page.view, page.request.params)
        used = corrected_filters(page.view, filters)
        entries.show_private_register(page, filters)
        found = [*entries.filter_private_evidence(page, used), *filter_evidence(page.view, used)]
        show_private_files(page, [*found, *entries.withdrawn_with_private_files(page)])
