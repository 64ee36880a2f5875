"""A brief for an expert: a few recommendations on a page or two, to print or to save as PDF."""

from itertools import count

from markupsafe import Markup

from tracker.model.records import Evidence, EvidenceLink, Recommendation
from tracker.model.vocabulary import EvidenceEffect, Verification, Voice
from tracker.publishing.citation import permanent_timestamp
from tracker.publishing.html import ASSETS, render
from tracker.publishing.provenance import as_of_notice, current_version_link
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.snapshot import public_view
from tracker.queries.filters import filter_recommendations
from tracker.queries.view import View

MAX_RECOMMENDATIONS = 12
"""Recommendations in a brief: nobody reads more on the way into a meeting."""
MAX_EVIDENCE = 3
"""Footnotes for one recommendation."""
BRIEF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


def render_brief(ask: ViewRequest) -> RenderedFile:
    """The brief of a list, most often of one that somebody picked by hand."""
    found = filter_recommendations(ask.view, ask.filters, ask.language.code)
    shown = found[:MAX_RECOMMENDATIONS]
    notes, numbers = _notes(ask.view, shown)
    moment = permanent_timestamp(ask.view, shown)
    kept = [("recorded", moment)] if moment else []
    html = render(
        "published/brief.html", ask.context, found=found, rs=shown, notes=notes, numbers=numbers, home=public_view(ask.origin), moment=moment,
        permanent=ask.link("/brief.html", *ask.filters.params(), *kept), past=as_of_notice(ask), now=current_version_link(ask, "/brief.html"),
        policy=BRIEF_POLICY, css=Markup((ASSETS / "brief.css").read_text("utf-8")),
    )  # fmt: skip
    return RenderedFile(html.encode())


def best_evidence(view: View, r: Recommendation) -> list[tuple[Evidence, EvidenceLink]]:
    """The evidence that says most: what the latest assessment names, what shows a move, what was read, what is newest."""
    latest = view.latest(r, Voice.CIVIL_SOCIETY)
    named = latest.evidence if latest else ()

    def weight(pair: tuple[Evidence, EvidenceLink]) -> tuple[bool, ...]:
        e, bears = pair
        return (
            e.id not in named,
            bears.effect is EvidenceEffect.CONTEXT,
            e.verification is not Verification.SEEN,
            not (e.link or e.document),
        )

    return sorted(view.evidence_for(r), key=weight)[:MAX_EVIDENCE]


def _notes(
    view: View, shown: tuple[Recommendation, ...]
) -> tuple[list[Evidence], dict[str, list[tuple[int, EvidenceEffect]]]]:
    """The footnotes in the order of their numbers, and by recommendation its numbers. What two rest on is told once."""
    following, known, numbers = (
        count(1),
        dict[str, tuple[int, Evidence]](),
        dict[str, list[tuple[int, EvidenceEffect]]](),
    )
    for r in shown:
        for e, bears in best_evidence(view, r):
            if e.id not in known:
                known[e.id] = (next(following), e)
            numbers.setdefault(r.id, []).append((known[e.id][0], bears.effect))
    return [e for _, e in known.values()], numbers
