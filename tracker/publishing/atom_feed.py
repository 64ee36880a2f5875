"""What was recorded as a feed to subscribe to: an entry for each assessment, evidence item, recommendation and withdrawal."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid5

from feedgen.feed import FeedGenerator
from markupsafe import Markup

from tracker.editing.assessment_form import clean
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.publishing.change_summaries import title, words
from tracker.publishing.link_preview import clipped, heading, site
from tracker.queries.activity_log import KIND_LABELS, Kind, Recorded, about, activity
from tracker.queries.as_recorded import as_it_was, was_there
from tracker.queries.filters import SORTS, Query, asked, matching
from tracker.queries.view import View
from tracker.queries.view_cache import once
from tracker.web.responses import Answer, Ask

MOST = 100
"""Entries in a feed: a program that asks once a week misses nothing."""
IDS = UUID("e1af2c11-a71c-4bc6-b824-b118c5ed450a")
"""The namespace of the ids: they stay whatever the address is, and are the same in every language."""
KIND = "application/atom+xml"
TOLD = {Kind.ASSESSMENT, Kind.EVIDENCE, Kind.NEW, Kind.GONE}
NEVER = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where the format wants a time and nothing was recorded."""


def feed(ask: Ask) -> Answer:
    """The feed of what the filters let through, the newest first: news of what the list page shows with the same filters."""
    query = _query(ask)
    changes = [c for c in _activity(ask.view) if c.kind in TOLD and _is_told(c, ask.view)]
    if query != Query():
        found = {r.id for r in matching(_whole(ask.view), query, ask.language.code)}
        changes = [c for c in changes if any(r.id in found for r in about(ask.view, c))]
    made = FeedGenerator()
    made.generator("")
    made.language(ask.language.code)
    params = query.params()
    made.id(_name("feed", urlencode([*params, *ask.past])))
    made.title(_heading(replace(ask, query=query)))
    if said := past_said(ask, "/feed.xml", *params):
        made.subtitle(said)
    made.author(name=_publisher(ask))
    made.updated(_at(changes[0].recorded) if changes else NEVER)
    made.link(href=ask.link("/feed.xml", *params), rel="self", type=KIND)
    made.link(href=ask.link("/recommendations" if params else "/activity", *params), rel="alternate", type="text/html")
    for c in changes[:MOST]:
        _entry(made, ask, c)
    return Answer(made.atom_str(pretty=True), f"{KIND}; charset=utf-8")


def feed_link(ask: Ask) -> Markup:
    """The line in the head of a page by which a program finds the feed of what the page shows."""
    href = ask.link("/feed.xml", *_plain(ask.query).params())
    return Markup('<link rel="alternate" type="{}" title="{}" href="{}">').format(KIND, _heading(ask), href)


def past_said(ask: Ask, path: str, *pairs: tuple[str, str]) -> str:
    """Which past a file shows, and where the same is as it is now; empty for now."""
    view, _ = ask.view, ask.language
    day = _("This is how things stood on {day}: what is dated later is left out.", day=_.day(view.day))
    said = [day] if view.as_of else []
    if view.recorded:
        moment = _.moment(view.recorded)
        said.append(_("As recorded on {day}: what was recorded later is left out.", day=moment))
    now = replace(ask.shown, keep=(("lang", _.code),)).link(path, *pairs)
    return " ".join([*said, f"{_('See the current version')}: {now}"]) if said else ""


def _plain(query: Query) -> Query:
    return replace(query, sort=SORTS[0], page=1)


def _query(ask: Ask) -> Query:
    """The filters; a hand-picked list goes on naming what was retired, so that a feed of it says so."""
    return replace(_plain(ask.query), id=asked(_whole(ask.view), ask.params).id or ask.query.id)


def _whole(view: View) -> View:
    """The view as if no recommendation had been withdrawn or retired: so the filters find what is told to be gone."""
    known = view.dataset.recommendations
    if all(name in view.recommendations or r.document in view.late for name, r in known.items()):
        return view
    there = {name: replace(r, events=()) for name, r in known.items()}
    return once(view, "whole", (), lambda: replace(view, dataset=replace(view.dataset, recommendations=there)))


def _activity(view: View) -> tuple[Recorded, ...]:
    return once(view, "activity", (), lambda: activity(view))


def _is_told(c: Recorded, view: View) -> bool:
    """Whether it is about something that the feed tells of, in a record that was there."""
    about_it = isinstance(c.record, Recommendation | Evidence) and isinstance(c.item, Assessment | EvidenceLink | None)
    return about_it and was_there(c.record, view.recorded)


def _entry(made: FeedGenerator, ask: Ask, now: Recorded) -> None:
    # the texts as they were at the moment that is asked for, and not as somebody edited them later
    c = replace(now, record=as_it_was(now.record, ask.view.recorded))  # type: ignore[type-var]
    entry = made.add_entry(order="append")
    entry.id(_id(c))
    entry.title(clipped(clean(title(ask.shown, c)), 300))
    entry.summary(clean("\n".join(words(ask.shown, c))))
    entry.author(name=_publisher(ask))
    entry.published(_at(c.recorded))
    entry.updated(_at(c.recorded))
    entry.link(href=_link(ask, c), rel="alternate", type="text/html")
    entry.category(term=c.kind.value, label=ask.language(KIND_LABELS[c.kind]))
    for code in dict.fromkeys(body.id for r in about(ask.view, c) if (body := ask.view.body_of(r))):
        entry.category(term=code, label=clean(ask.view.bodies[code].code))


def _id(c: Recorded) -> str:
    """The same in every language, under every address and after every later save."""
    item = c.item
    which = [item.voice, item.part or ""] if isinstance(item, Assessment) else []
    which = [item.recommendation] if isinstance(item, EvidenceLink) else which
    return _name(c.kind, type(c.record).__name__.lower(), c.record.id, *which, c.recorded)


def _name(*parts: str) -> str:
    return uuid5(IDS, "/".join(parts)).urn


def _at(recorded: str) -> datetime:
    return datetime.fromisoformat(recorded)


def _link(ask: Ask, c: Recorded) -> str:
    """The card of the recommendation that it is about; the evidence page where it bears on none."""
    mine = about(ask.view, c)
    there = next((r for r in mine if r.id in ask.view.recommendations), mine[0] if mine else None)
    return ask.link(f"/r/{there.id}") if there else ask.link("/evidence") + f"#e-{c.record.id}"


def _publisher(ask: Ask) -> str:
    return clean(ask.language.text(ask.view.settings.publisher.name).text)


def _heading(ask: Ask) -> str:
    """The dashboard and the filters: what a list of feeds shows."""
    words = f"\u201c{ask.query.q}\u201d" if ask.query.q else ""
    is_all = _plain(ask.query) == Query()
    what = ask.language("Activity") if is_all else heading(ask)
    return clipped(clean(" · ".join(filter(None, [site(ask.shown), what, words]))), 300)
