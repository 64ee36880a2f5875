"""What was recorded as a feed to subscribe to: an entry for each assessment, evidence item, recommendation and withdrawal."""

from dataclasses import replace
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID, uuid5

from feedgen.feed import FeedGenerator
from markupsafe import Markup

from tracker.model.lifecycle import existed_at
from tracker.model.localized_text import clean_input
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.publishing.change_summaries import entry_summary, entry_title
from tracker.publishing.request import RenderedFile, ViewRequest
from tracker.publishing.wording import filter_heading, shorten, site_name
from tracker.queries.activity_log import ACTIVITY_LABELS, ActivityEntry, ActivityKind, activity_log, recommendations_of
from tracker.queries.as_recorded import texts_as_recorded
from tracker.queries.filters import SORT_ORDERS, Filters, filter_recommendations, parse_filters
from tracker.queries.view import View

MAX_ENTRIES = 100
"""Entries in a feed: a program that asks once a week misses nothing."""
ENTRY_ID_PREFIX = UUID("e1af2c11-a71c-4bc6-b824-b118c5ed450a")
"""The namespace of the ids: they stay whatever the address is, and are the same in every language."""
FEED_MEDIA_TYPE = "application/atom+xml"
FEED_FILTERS = {ActivityKind.ASSESSMENT, ActivityKind.EVIDENCE, ActivityKind.RECOMMENDATION, ActivityKind.WITHDRAWAL}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""Stands where the format wants a time and nothing was recorded."""


def render_feed(ask: ViewRequest) -> RenderedFile:
    """The feed of what the filters let through, the newest first: news of what the list page shows with the same filters."""
    query = _query(ask)
    changes = [c for c in _activity(ask.view) if c.kind in FEED_FILTERS and _is_told(c, ask.view)]
    if query != Filters():
        found = {r.id for r in filter_recommendations(_whole(ask.view), query, ask.language.code)}
        changes = [c for c in changes if any(r.id in found for r in recommendations_of(ask.view, c))]
    made = FeedGenerator()
    made.generator("")
    made.language(ask.language.code)
    params = query.params()
    made.id(_name("feed", urlencode([*params, *ask.sticky_params])))
    made.title(_heading(replace(ask, filters=query)))
    if said := past_subtitle(ask, "/feed.xml", *params):
        made.subtitle(said)
    made.author(name=_publisher(ask))
    made.updated(_at(changes[0].recorded) if changes else EPOCH)
    made.link(href=ask.link("/feed.xml", *params), rel="self", type=FEED_MEDIA_TYPE)
    made.link(href=ask.link("/recommendations" if params else "/activity", *params), rel="alternate", type="text/html")
    for c in changes[:MAX_ENTRIES]:
        _entry(made, ask, c)
    return RenderedFile(made.atom_str(pretty=True), f"{FEED_MEDIA_TYPE}; charset=utf-8")


def feed_link(ask: ViewRequest) -> Markup:
    """The line in the head of a page by which a program finds the feed of what the page shows."""
    href = ask.link("/feed.xml", *_plain(ask.filters).params())
    return Markup('<link rel="alternate" type="{}" title="{}" href="{}">').format(FEED_MEDIA_TYPE, _heading(ask), href)


def past_subtitle(ask: ViewRequest, path: str, *pairs: tuple[str, str]) -> str:
    """Which past a file shows, and where the same is as it is now; empty for now."""
    view, language = ask.view, ask.language
    _ = language.gettext
    day = _(
        "This is how things stood on {day}: what is dated later is left out.", day=language.format_day(view.local_date)
    )
    said = [day] if view.as_of else []
    if view.recorded:
        moment = language.format_timestamp(view.recorded)
        said.append(_("As recorded on {day}: what was recorded later is left out.", day=moment))
    now = replace(ask.context, sticky_params=(("lang", language.code),)).link(path, *pairs)
    return " ".join([*said, f"{_('See the current version')}: {now}"]) if said else ""


def _plain(query: Filters) -> Filters:
    return replace(query, sort=SORT_ORDERS[0], page=1)


def _query(ask: ViewRequest) -> Filters:
    """The filters; a hand-picked list goes on naming what was retired, so that a feed of it says so."""
    return replace(_plain(ask.filters), id=parse_filters(_whole(ask.view), ask.params).id or ask.filters.id)


def _whole(view: View) -> View:
    """The view as if no recommendation had been withdrawn or retired: so the filters find what is told to be gone."""
    known = view.dataset.recommendations
    if all(name in view.recommendations or r.document in view.not_yet_issued for name, r in known.items()):
        return view
    there = {name: replace(r, events=()) for name, r in known.items()}
    return view.cached("whole", (), lambda: replace(view, dataset=replace(view.dataset, recommendations=there)))


def _activity(view: View) -> tuple[ActivityEntry, ...]:
    return view.cached("activity", (), lambda: activity_log(view))


def _is_told(c: ActivityEntry, view: View) -> bool:
    """Whether it is about something that the feed tells of, in a record that was there."""
    about_it = isinstance(c.record, Recommendation | Evidence) and isinstance(c.item, Assessment | EvidenceLink | None)
    return about_it and existed_at(c.record, view.recorded)


def _entry(made: FeedGenerator, ask: ViewRequest, now: ActivityEntry) -> None:
    # the texts as they were at the moment that is asked for, and not as somebody edited them later
    c = replace(now, record=texts_as_recorded(now.record, ask.view.recorded))  # type: ignore[type-var]
    entry = made.add_entry(order="append")
    entry.id(_id(c))
    entry.title(shorten(clean_input(entry_title(ask.context, c)), 300))
    entry.summary(clean_input("\n".join(entry_summary(ask.context, c))))
    entry.author(name=_publisher(ask))
    entry.published(_at(c.recorded))
    entry.updated(_at(c.recorded))
    entry.link(href=_link(ask, c), rel="alternate", type="text/html")
    entry.category(term=c.kind.value, label=ask.language.gettext(ACTIVITY_LABELS[c.kind]))
    for code in dict.fromkeys(body.id for r in recommendations_of(ask.view, c) if (body := ask.view.body_of(r))):
        entry.category(term=code, label=clean_input(ask.view.bodies[code].code))


def _id(c: ActivityEntry) -> str:
    """The same in every language, under every address and after every later save."""
    item = c.item
    which = [item.voice, item.part or ""] if isinstance(item, Assessment) else []
    which = [item.recommendation] if isinstance(item, EvidenceLink) else which
    return _name(c.kind, type(c.record).__name__.lower(), c.record.id, *which, c.recorded)


def _name(*parts: str) -> str:
    return uuid5(ENTRY_ID_PREFIX, "/".join(parts)).urn


def _at(recorded: str) -> datetime:
    return datetime.fromisoformat(recorded)


def _link(ask: ViewRequest, c: ActivityEntry) -> str:
    """The card of the recommendation that it is about; the evidence page where it bears on none."""
    mine = recommendations_of(ask.view, c)
    there = next((r for r in mine if r.id in ask.view.recommendations), mine[0] if mine else None)
    return ask.link(f"/r/{there.id}") if there else ask.link("/evidence") + f"#e-{c.record.id}"


def _publisher(ask: ViewRequest) -> str:
    return clean_input(ask.language.resolve(ask.view.settings.publisher.name).text)


def _heading(ask: ViewRequest) -> str:
    """The dashboard and the filters: what a list of feeds shows."""
    words = f"\u201c{ask.filters.q}\u201d" if ask.filters.q else ""
    is_all = _plain(ask.filters) == Filters()
    what = ask.language.gettext("Activity") if is_all else filter_heading(ask)
    return shorten(clean_input(" · ".join(filter(None, [site_name(ask.context), what, words]))), 300)
