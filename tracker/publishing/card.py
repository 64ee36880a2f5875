"""The card of one recommendation: a small page without a script that a link in a chat opens."""

from dataclasses import replace
from urllib.parse import quote

from tracker.model.records import Recommendation
from tracker.model.vocabulary import EventType
from tracker.publishing.citation import changed, citation
from tracker.publishing.html import render
from tracker.publishing.link_preview import is_neutral, of_recommendation, site, standing
from tracker.queries.as_recorded import as_it_was, events, is_gone, was_there
from tracker.queries.view import View
from tracker.web.responses import Answer, Ask


def card(ask: Ask) -> Answer:
    """The card; for a retired recommendation the one that it leads on to, for an unknown one the way to the others."""
    r = ask.view.recommendations.get(ask.id)
    if r is None:
        return elsewhere(ask)
    told = of_recommendation(ask, r, f"/r/{r.id}")
    cited, last = citation(ask, r), changed(ask.view, r)
    values = {"r": r, "p": told, "cited": cited, "changed": last, "standing": standing(ask.shown, r)}
    return Answer(_page(ask, "published/card.html", **values))


def elsewhere(ask: Ask, suffix: str = "") -> Answer:
    """The answer where there is no such recommendation: it leads on (301), says that it was retired (410) or never was (404)."""
    view = ask.view
    if into := leads_to(view, ask.id):
        return Answer(status=301, to=ask.link(f"/r/{into}{suffix}"))
    known = view.dataset.recommendations.get(ask.id)
    if known is not None and is_retired(view, known):
        retired = as_it_was(known, view.recorded)
        reasons = [
            event.reason for event in events(retired, view.recorded) if event.type is EventType.RETIRED and event.reason
        ]
        return Answer(
            _page(ask, "published/card_missing.html", retired=retired, reasons=reasons, name="", near=[]), status=410
        )
    name = ask.id[:80] if ask.id.isprintable() else ""
    near = [view.recommendations[found] for found in view.near(ask.id)]
    return Answer(_page(ask, "published/card_missing.html", retired=None, reasons=[], name=name, near=near), status=404)


def leads_to(view: View, name: str) -> str:
    """The id of the recommendation that a retired one leads on to, by any number of steps; empty where they end nowhere."""
    seen: set[str] = set()
    while name not in view.recommendations:
        r = view.dataset.recommendations.get(name)
        if r is None or name in seen or not is_retired(view, r):
            return ""
        seen.add(name)
        retired = [event for event in events(r, view.recorded) if event.type is EventType.RETIRED]
        name = retired[-1].into or ""
    return name


def is_retired(view: View, r: Recommendation) -> bool:
    """Whether it had been recorded, and retired, by the moment of the view."""
    return was_there(r, view.recorded) and is_gone(events(r, view.recorded))


def _page(ask: Ask, template: str, **values: object) -> bytes:
    here = f"/r/{quote(ask.id[:80], safe='')}"
    # what is as of a day stays so when the moment goes
    unrecorded = replace(ask.shown, keep=tuple(pair for pair in ask.past if pair[0] != "recorded"))
    today = replace(ask.shown, keep=(("lang", ask.language.code),))
    more = {
        "here": here, "site": site(ask.shown), "neutral": is_neutral(ask.view),
        "unrecorded": unrecorded.link(here), "today": today.link(here),
    }  # fmt: skip
    return render(template, ask.shown, **more, **values).encode()
