"""The documents of a committee by reporting cycle, and what became of a paragraph in its follow-up."""

from tracker.model import partial_dates
from tracker.model.records import Recommendation
from tracker.model.registers import Document, FollowUp, TreatyBody
from tracker.model.sorting import natural_key
from tracker.queries.view import View, effective_date


def group_by_cycle(view: View, body: TreatyBody) -> list[tuple[str, list[Document]]]:
    """(cycle, its documents, newest first), the latest cycle first."""
    found: dict[str, list[Document]] = {}
    for document in view.documents.values():
        if document.body == body.id:
            found.setdefault(document.cycle, []).append(document)
    for documents in found.values():
        documents.sort(key=lambda d: partial_dates.descending_key(effective_date(d)))
    return sorted(found.items(), key=lambda item: natural_key(item[0].rpartition("-")[2]), reverse=True)


def selected_for_follow_up(r: Recommendation, follow_up: FollowUp) -> bool | None:
    """Whether the committee selected the paragraph for follow-up; None where that is not known."""
    if not follow_up.paragraphs or r.paragraph is None:
        return None
    return r.paragraph.split(" ")[0] in {p.split(" ")[0] for p in follow_up.paragraphs}
