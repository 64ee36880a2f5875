"""The card of one recommendation: a small page without a script that a link in a chat opens."""

from dataclasses import replace
from urllib.parse import quote

from tracker.model.lifecycle import events_by
from tracker.model.vocabulary import EventType
from tracker.publishing.citation import build_citation, last_changed
from tracker.publishing.html import render
from tracker.publishing.link_preview import recommendation_preview
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.wording import assessment_line, site_name, uses_neutral_previews
from tracker.queries.as_recorded import texts_as_recorded


def render_card(ask: ViewRequest) -> RenderedFile:
    """The card; for a retired recommendation the one that it leads on to, for an unknown one the way to the others."""
    r = ask.view.recommendations.get(ask.id)
    if r is None:
        return missing_card(ask)
    told = recommendation_preview(ask, r, f"/r/{r.id}")
    cited, last = build_citation(ask, r), last_changed(ask.view, r)
    values = {"r": r, "p": told, "cited": cited, "changed": last, "standing": assessment_line(ask.context, r)}
    return RenderedFile(_page(ask, "published/card.html", **values))


def missing_card(ask: ViewRequest, suffix: str = "") -> RenderedFile:
    """The answer where there is no such recommendation: it leads on (301), says that it was retired (410) or never was (404)."""
    view = ask.view
    if into := view.successor_of(ask.id):
        return RenderedFile(status=301, redirect_to=ask.link(f"/r/{into}{suffix}"))
    known = view.dataset.recommendations.get(ask.id)
    if known is not None and view.is_retired(known.id):
        retired = texts_as_recorded(known, view.recorded)
        reasons = [
            event.reason
            for event in events_by(retired, view.recorded)
            if event.type is EventType.RETIRED and event.reason
        ]
        return RenderedFile(
            _page(ask, "published/card_missing.html", retired=retired, reasons=reasons, name="", near=[]), status=410
        )
    name = ask.id[:80] if ask.id.isprintable() else ""
    near = [view.recommendations[found] for found in view.suggest_ids(ask.id)]
    return RenderedFile(
        _page(ask, "published/card_missing.html", retired=None, reasons=[], name=name, near=near), status=404
    )


def _page(ask: ViewRequest, template: str, **values: object) -> bytes:
    here = f"/r/{quote(ask.id[:80], safe='')}"
    # what is as of a day stays so when the moment goes
    unrecorded = replace(ask.context, sticky_params=tuple(pair for pair in ask.sticky_params if pair[0] != "recorded"))
    today = replace(ask.context, sticky_params=(("lang", ask.language.code),))
    more = {
        "here": here, "site": site_name(ask.context), "neutral": uses_neutral_previews(ask.view),
        "unrecorded": unrecorded.link(here), "today": today.link(here),
    }  # fmt: skip
    return render(template, ask.context, **more, **values).encode()
