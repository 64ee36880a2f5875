"""A small dataset with a feed and a calendar: ask for them as a reader, and parse the feed as a feed reader does."""

from dataclasses import replace
from datetime import date

import feedparser

from tests.support.small_dataset import ANNA, Clock, said
from tests.support.story_folder import ASKED, NEWS, made
from tracker.editing.store import Store
from tracker.i18n import get_language
from tracker.model.records import Assessment
from tracker.model.vocabulary import Direction, Status, Voice
from tracker.publishing.exports.atom_feed import render_feed
from tracker.publishing.render_context import ViewRequest
from tracker.queries.lists.filters import Filters
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 6, 18)
SAID = """\
recorded: 2026-01-01T09:00:00.000000Z
recorded_by: editor-anna
assessments:
  - {voice: civil-society, status: not-implemented, date: 2025, reason: {en: Nothing was done., ru: Ничего не сделано.},
     verification: seen, recorded: 2026-01-02T09:00:00.000000Z, recorded_by: editor-anna}
"""
LAW = """\
relevant_to:
  - {recommendation: r1, effect: context, recorded: 2026-01-03T09:00:00.000001Z}
recorded: 2026-01-03T09:00:00.000000Z
recorded_by: editor-anna
"""


def following(tmp_path):
    """Give a store in which recommendation r1 has an assessment and evidence. Its time is noon on 31 January 2026."""
    root = made(tmp_path / "data", {"recommendations/r1.yaml": ASKED + SAID, "evidence/law.yaml": NEWS + LAW})
    return Store(DatasetReader(root, look_every=0), clock=Clock())


def asking(source, lang="en", past=None, **params):
    """Return the request of a reader for a store or a folder. A parameter has one value or a list of values."""
    data = source.reader.read() if isinstance(source, Store) else DatasetReader(source).read()
    view = View(data, TODAY, **(past or {}))
    given = {name: [value] if isinstance(value, str) else value for name, value in params.items()}
    return ViewRequest(
        view, get_language(lang), Filters.from_params(view, given), "https://tracker.example", params=given
    )


def got(source, lang="en", **parse_filters):
    """Return the feed as a feed reader parses it."""
    found = feedparser.parse(render_feed(asking(source, lang, **parse_filters)).body)
    assert not found.bozo, found.get("bozo_exception")
    return found


def titles(source, lang="en", **parse_filters):
    return [entry.title for entry in got(source, lang, **parse_filters).entries]


R1 = "“Repeal the punishments” (Civil society → CESCR)"
BEFORE = [
    f"New evidence on {R1}: 24.kg",
    f"Editors of this tracker assessed {R1}: Not done",
    f"New recommendation: {R1}",
]


def done(**changed):
    fields = {
        "voice": Voice.CIVIL_SOCIETY,
        "status": Status.PARTIALLY,
        "direction": Direction.FORWARD,
        "date": "2026-01-15",
        "reason": said("A law was signed."),
    } | changed
    return Assessment(**fields)


def assess(store, name="r1", **changed):
    r = store.reader.read().recommendations[name]
    return store.save(replace(r, assessments=(*r.assessments, done(**changed))), by=ANNA, reason="-")
