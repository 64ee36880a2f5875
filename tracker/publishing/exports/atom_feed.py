"""The Atom feed: an entry for each change that readers should hear of. `_belongs_in_feed` says which these are."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlencode
from uuid import UUID, uuid5

from tracker.model.attached_files import AttachedFile
from tracker.model.lifecycle import existed_at
from tracker.model.localized_text import clean_input, shorten
from tracker.model.records import Assessment, Evidence, EvidenceLink, Recommendation
from tracker.model.vocabulary import ActivityKind
from tracker.publishing import change_summaries
from tracker.publishing.render_context import ViewRequest
from tracker.publishing.request import RenderedFile, past_notice
from tracker.publishing.wording import FEED_MEDIA_TYPE, feed_title
from tracker.queries import activity_log
from tracker.queries.activity_log import Activity, ActivityEntry, ActivityFilters, SavedTogether, recommendations_of
from tracker.queries.as_recorded import without_later_edits
from tracker.queries.current_view import recorded_day
from tracker.queries.lists.filters import Filters, filter_recommendations, is_by_register, is_of_register
from tracker.queries.view import View

if TYPE_CHECKING:
    from feedgen.feed import FeedGenerator

MAX_ENTRIES = 100
"""The largest number of entries in a feed. It is enough for a feed reader that loads the feed once a week."""
ENTRY_ID_NAMESPACE = UUID("e1af2c11-a71c-4bc6-b824-b118c5ed450a")
"""The UUID namespace of the ids of entries. Do not change this constant: an entry must keep its id for ever."""
FEED_KINDS = {
    ActivityKind.ASSESSMENT,
    ActivityKind.EVIDENCE,
    ActivityKind.RECOMMENDATION,
    ActivityKind.WITHDRAWAL,
    ActivityKind.CONTEST,
    ActivityKind.FILE,
}
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""The time of the last change in a feed without entries. Atom requires a time."""


def render_feed(request: ViewRequest) -> RenderedFile:
    """Return the Atom feed: the newest MAX_ENTRIES entries, the newest first.

    Without filters, the feed reports all news, and the days on which words were removed for safety. With filters, it
    reports changes to the matching recommendations and, if the only filter is by committee, to the deadlines of these
    committees. If a change was undone within a day, the change and its undoing are left out.
    """
    # ids of retired recommendations count: that one was retired is news
    ids = Filters.from_params(_view_with_retired(request.view), request.params).id or request.filters.id
    filters = replace(request.filters.only_filters(), id=ids)
    # of the filters of the activity those count that choose changes, not what these are about
    asked = ActivityFilters.from_params(request.view, request.params)
    when = ActivityFilters(since=asked.since, change=asked.change)
    entries: tuple[Activity, ...] = activity_log.group_by_save(list_news(request, filters, when))
    if not filters.in_use():  # the feed of one recommendation would say from where the words were removed
        entries = activity_log.with_redactions(request.view, entries, when)
    from feedgen.feed import FeedGenerator  # it loads lxml, which the command line does not need

    feed = FeedGenerator()
    feed.generator("")
    feed.language(request.language.code)
    params = [*filters.params(), *when.params()]
    feed.id(_stable_id("feed", urlencode([*params, *request.sticky_params])))
    feed.title(feed_title(replace(request, filters=filters)))
    if past := past_notice(request, "/feed.xml", *params):
        feed.subtitle(" ".join(past))
    feed.author(name=_publisher_name(request))
    feed.updated(datetime.fromisoformat(entries[0].recorded) if entries else EPOCH)
    feed.link(href=request.link("/feed.xml", *params), rel="self", type=FEED_MEDIA_TYPE)
    page, chosen = ("/recommendations", filters.params()) if filters.in_use() else ("/activity", when.params())
    feed.link(href=request.link(page, *chosen), rel="alternate", type="text/html")
    for entry in entries[:MAX_ENTRIES]:
        _add_entry(feed, request, entry)
    return RenderedFile(feed.atom_str(pretty=True), f"{FEED_MEDIA_TYPE}; charset=utf-8")


def list_news(request: ViewRequest, filters: Filters, when: ActivityFilters) -> tuple[ActivityEntry, ...]:
    """Return the changes for a feed with these `filters`, the newest first, without redactions. `when` limits days and kinds."""
    view = request.view
    entries = [
        c for c in activity_log.split_activity(view, activity_log.NEWS_SLIP_PERIOD)[0] if _belongs_in_feed(c, view)
    ]
    if filters.in_use():
        ids = {r.id for r in filter_recommendations(_view_with_retired(view), filters, request.language.code)}
        about = [(c, {r.id for r in recommendations_of(view, c)}) for c in entries]
        of_all = is_by_register(filters)
        entries = [
            c
            for c, concerned in about
            if concerned & ids or (of_all and c.document and is_of_register(view, filters, c.document))
        ]
    return activity_log.filter_activity(view, entries, when)


def _view_with_retired(view: View) -> View:
    """Return the view as if no recommendation had ever been withdrawn or retired, so that filters find those too."""
    known = view.dataset.recommendations
    if all(name in view.recommendations or r.document in view.not_yet_issued for name, r in known.items()):
        return view
    active = {name: replace(r, events=()) for name, r in known.items()}
    return view.cached("with retired", (), lambda: replace(view, dataset=replace(view.dataset, recommendations=active)))


def _belongs_in_feed(entry: ActivityEntry, view: View) -> bool:
    """Return whether the feed reports an entry."""
    is_reported = (
        (entry.kind in FEED_KINDS or change_summaries.is_edit_of_words(entry, view.settings.language))
        and isinstance(entry.record, Recommendation | Evidence)
        and isinstance(entry.item, Assessment | EvidenceLink | AttachedFile | None)
    )
    return (is_reported or change_summaries.is_about_deadlines(entry)) and existed_at(entry.record, view.recorded)


def _add_entry(feed: "FeedGenerator", request: ViewRequest, change: Activity) -> None:
    """Add the entry of a change to the feed. In a past view it has the texts as they were recorded then."""
    entries = activity_log.entries_of(change)
    # the texts as they were at the recorded time of the view, without later edits
    then = tuple(replace(e, record=without_later_edits(e.record, request.view.recorded)) for e in entries)  # type: ignore[type-var]
    shown = replace(change, entries=then) if isinstance(change, SavedTogether) else then[0] if then else change
    added = feed.add_entry(order="append")
    if then:
        added.id(_stable_id("save", then[-1].recorded) if len(then) > 1 else _entry_id(then[0]))
    else:
        added.id(_stable_id("redaction", recorded_day(change.recorded, request.view.dataset).isoformat()))
    added.title(shorten(clean_input(change_summaries.attributed_sentence(request, shown)), 300))
    added.summary(clean_input("\n".join(change_summaries.change_details(request, shown))))
    added.author(name=clean_input(change_summaries.name_of_recorder(request, shown)) or _publisher_name(request))
    added.published(change.recorded)
    added.updated(change.recorded)
    added.link(href=change_link(request, shown), rel="alternate", type="text/html")
    for kind in dict.fromkeys(entry.kind for entry in then):
        added.category(term=kind.value, label=request.label(kind))
    for code in bodies_of(request.view, entries):
        added.category(term=code, label=clean_input(request.label(request.view.bodies[code])))


def bodies_of(view: View, entries: Iterable[ActivityEntry]) -> tuple[str, ...]:
    """Return the ids of the committees that the entries are about, each id once."""
    found = dict[str, None]()
    for entry in entries:
        found |= {body.id: None for r in recommendations_of(view, entry) if (body := view.body_of(r))}
        found |= {entry.document.body: None} if entry.document else {}
    return tuple(code for code in found if code in view.bodies)


def _entry_id(entry: ActivityEntry) -> str:
    """Return the id of an entry. It is the same in every language, at every address and after later saves."""
    key: list[str] = []
    match entry.item:
        case Assessment(voice=voice, part=part):
            key = [voice, part or ""]
        case EvidenceLink(recommendation=key_part) | AttachedFile(sha256=key_part):
            key = [key_part]
    return _stable_id(entry.kind, type(entry.record).__name__.lower(), entry.record.id, *key, entry.recorded)


def _stable_id(*parts: str) -> str:
    return uuid5(ENTRY_ID_NAMESPACE, "/".join(parts)).urn


def change_link(request: ViewRequest, change: Activity) -> str:
    """Return the link to what a change is about: a recommendation, deadlines, evidence, a list, or all activity since that day."""
    view = request.view
    entries = activity_log.entries_of(change)
    concerned = list({r.id: r for entry in entries for r in recommendations_of(view, entry)}.values())
    if not isinstance(change, ActivityEntry) and len(concerned) != 1:
        if isinstance(change, SavedTogether) and (id := change.document_id):
            return request.link("/recommendations", ("document", id))
        return request.link("/activity", ("since", recorded_day(change.recorded, view.dataset).isoformat()))
    if concerned:
        return request.link(f"/r/{next((r for r in concerned if r.id in view.recommendations), concerned[0]).id}")
    if document := entries[0].document:
        return request.link("/deadlines") + f"#rt-{document.body}"
    id = entries[0].record.id
    return request.link("/evidence") + f"#e-{id}" if id in view.evidence else request.link("/evidence", ("id", id))


def _publisher_name(request: ViewRequest) -> str:
    return clean_input(request.language.resolve(request.view.settings.publisher.name).text)
