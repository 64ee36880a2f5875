"""The brief for an expert: a few recommendations on a page or two, to print or to save as PDF."""

from markupsafe import Markup

from tracker.model.records import Evidence, EvidenceLink, Recommendation
from tracker.model.vocabulary import EvidenceEffect
from tracker.publishing.citation import permanent_timestamp
from tracker.publishing.render_context import ASSETS, ViewRequest, render
from tracker.publishing.request import RenderedFile, current_version_link, public_origin
from tracker.queries.lists.filters import filter_recommendations
from tracker.queries.view import View

MAX_RECOMMENDATIONS = 12
"""The largest number of recommendations in a brief. Nobody reads more on the way to a meeting."""
MAX_EVIDENCE = 3
"""The largest number of footnotes for one recommendation."""
BRIEF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
"""The Content-Security-Policy of a brief: it loads nothing and runs no script."""


def render_brief(request: ViewRequest) -> RenderedFile:
    """Return the brief as HTML, with the first MAX_RECOMMENDATIONS recommendations that match the filters."""
    matches = filter_recommendations(request.view, request.filters, request.language.code)
    shown = matches[:MAX_RECOMMENDATIONS]
    found = {r.id: best_evidence(request.view, r) for r in shown}
    # evidence that is relevant to two recommendations is only one footnote
    notes = {e.id: e for pairs in found.values() for e, _link in pairs}
    places = {id: n for n, id in enumerate(notes, 1)}
    # recommendation id → (number of the footnote, evidence, its link to the recommendation)
    numbers = {id: [(places[e.id], e, link) for e, link in pairs] for id, pairs in found.items()}
    moment = permanent_timestamp(request.view, shown)
    recorded = [("recorded", moment)] if moment else []
    home = public_origin(request.origin)
    html = render(
        "published/brief.html",
        request,
        found=matches,
        rs=shown,
        notes=[*notes.values()],
        numbers=numbers,
        is_short_of=any(len(request.view.evidence_for(r)) > MAX_EVIDENCE for r in shown),
        most_evidence=MAX_EVIDENCE,
        address=_css_string(home) if home else "",
        home=home,
        moment=moment,
        permanent=request.link("/brief.html", *request.filters.params(), *recorded),
        now=current_version_link(request, "/brief.html", *request.filters.params()),
        policy=BRIEF_POLICY,
        css=Markup((ASSETS / "brief.css").read_text("utf-8")),
    )
    return RenderedFile(html.encode())


def best_evidence(view: View, r: Recommendation) -> list[tuple[Evidence, EvidenceLink]]:
    """Return (evidence, link to the recommendation) for at most MAX_EVIDENCE items, the most important first.

    The order is: the newest setback; the newest progress; items named by the assessments that decide the status; all
    others. In these last two groups, background comes after progress and setbacks, and the newest comes first.
    """
    found = view.evidence_for(r)
    named = {id for a in view.headline(r).assessments for id in a.evidence}
    newest = [
        next((e.id for e, link in found if link.effect is effect), None)
        for effect in (EvidenceEffect.SETBACK, EvidenceEffect.PROGRESS)
    ]

    def order(pair: tuple[Evidence, EvidenceLink]) -> tuple[int, bool, bool]:
        e, link = pair
        place = newest.index(e.id) if e.id in newest else len(newest)
        return place, e.id not in named, link.effect is EvidenceEffect.CONTEXT

    return sorted(found, key=order)[:MAX_EVIDENCE]


def _css_string(text: str) -> Markup:
    """Return `text` as a quoted string for a style sheet. All characters but letters and digits are escaped."""
    return Markup('"%s"') % Markup("".join(c if c.isalnum() else f"\\{ord(c):x} " for c in text))
