"""The brief for an expert: a few recommendations on a page or two, to print or to save as PDF."""

from itertools import count

from markupsafe import Markup

from tracker.model.records import Evidence, EvidenceLink, Recommendation
from tracker.model.vocabulary import EvidenceEffect, Verification
from tracker.publishing.citation import permanent_timestamp
from tracker.publishing.html import ASSETS, render
from tracker.publishing.provenance import current_version_link
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.snapshot import public_origin
from tracker.queries.filters import filter_recommendations
from tracker.queries.view import View

MAX_RECOMMENDATIONS = 12
"""The largest number of recommendations in a brief. Nobody reads more on the way to a meeting."""
MAX_EVIDENCE = 3
"""The largest number of footnotes for one recommendation."""
BRIEF_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

FootnoteNumbers = dict[str, list[tuple[int, EvidenceEffect]]]
"""Recommendation id → its footnotes, as (number of the footnote, effect of the evidence on the recommendation)."""


def render_brief(request: ViewRequest) -> RenderedFile:
    """Return the brief: the first MAX_RECOMMENDATIONS recommendations that match the filters.

    In most cases the reader has selected these recommendations by id.
    """
    matches = filter_recommendations(request.view, request.filters, request.language.code)
    shown = matches[:MAX_RECOMMENDATIONS]
    notes, numbers = _footnotes(request.view, shown)
    moment = permanent_timestamp(request.view, shown)
    recorded = [("recorded", moment)] if moment else []
    html = render(
        "published/brief.html",
        request.context,
        found=matches,
        rs=shown,
        notes=notes,
        numbers=numbers,
        home=public_origin(request.origin),
        moment=moment,
        permanent=request.link("/brief.html", *request.filters.params(), *recorded),
        now=current_version_link(request, "/brief.html", *request.filters.params()),
        policy=BRIEF_POLICY,
        css=Markup((ASSETS / "brief.css").read_text("utf-8")),
    )
    return RenderedFile(html.encode())


def best_evidence(view: View, r: Recommendation) -> list[tuple[Evidence, EvidenceLink]]:
    """Return (evidence, link to the recommendation) for at most MAX_EVIDENCE items, the most important first.

    The order is: items that an assessment names that counts; items that show progress or a setback; items that
    were read in the source; items with a link or a document. Equal items are sorted newest first.
    """
    named = {id for a in view.headline(r).assessments for id in a.evidence}

    def order(pair: tuple[Evidence, EvidenceLink]) -> tuple[bool, ...]:
        e, link = pair
        return (
            e.id not in named,
            link.effect is EvidenceEffect.CONTEXT,
            e.verification is not Verification.SEEN,
            not (e.link or e.document),
        )

    return sorted(view.evidence_for(r), key=order)[:MAX_EVIDENCE]


def _footnotes(view: View, shown: tuple[Recommendation, ...]) -> tuple[list[Evidence], FootnoteNumbers]:
    """Return the evidence of all footnotes in the order of their numbers, and the footnotes of each recommendation.

    Evidence that is relevant to two recommendations is only one footnote.
    """
    next_number = count(1)
    known: dict[str, tuple[int, Evidence]] = {}
    numbers: FootnoteNumbers = {}
    for r in shown:
        for e, link in best_evidence(view, r):
            if e.id not in known:
                known[e.id] = (next(next_number), e)
            numbers.setdefault(r.id, []).append((known[e.id][0], link.effect))
    return [e for _, e in known.values()], numbers
