"""The second reader: who is asked for one, who may be one, and where it is said that one is awaited."""

import json
from dataclasses import replace

import pytest

from tests.support.permanent_links import TODAY, question, words
from tests.support.small_dataset import ANNA, CONCLUDED, TRACKER, Clock, folder, said
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of, with_event
from tracker.model.errors import NotAllowed, ValidationFailed
from tracker.model.events import Event
from tracker.model.ownership import awaits_second_reader
from tracker.model.permissions import Person, Role
from tracker.model.records import Assessment
from tracker.model.vocabulary import ActivityKind, EventType, Status, Voice
from tracker.publishing.change_summaries import change_sentence
from tracker.publishing.exports import csv_export as export_columns
from tracker.publishing.exports import json_api
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.queries.activity_log import activity_log
from tracker.queries.data_health import list_awaiting_second_reader
from tracker.queries.view import View
from tracker.storage import dataset_reader
from tracker.validation import rules
from tracker.web.page_shell import render_permanent_link

BERMET = Person(Role.REVIEWER, "reviewer-bermet")
CHOLPON = Person(Role.REVIEWER, "reviewer-cholpon")
ASKS = TRACKER.replace("statuses:", "second_reader: [implemented, partially-implemented]\nstatuses:")
FIRST = "recorded: 2026-01-01T00:00:00.000000Z"
SECOND = "recorded: 2026-01-02T00:00:00.000000Z"
X = f"""\
{CONCLUDED}{FIRST}
parts: [{{id: a, summary: A}}]
assessments:
  - {{voice: civil-society, status: not-implemented, date: 2025-01, reason: Nothing was done., {FIRST}, recorded_by: editor-anna}}
  - {{voice: civil-society, status: partially-implemented, date: 2026-01, reason: A bill., {SECOND}, recorded_by: reviewer-bermet}}
"""
AWAITING = "awaiting a second review"
WHY = said("The bill was dropped.")


@pytest.fixture
def store(tmp_path):
    """Where x was not implemented, and is in part, as reviewer-bermet recorded."""
    return Store(
        dataset_reader.DatasetReader(folder(tmp_path, {"tracker": ASKS, "r/x": X}), look_every=10_000), clock=Clock()
    )


def x(store):
    return store.reader.read().recommendations["x"]


def save(store, record, by=CHOLPON):
    (after,) = store.save(record, by=by, reason="Why.")
    return after


def view(store, recorded=None):
    return View(store.reader.read(), TODAY, None, recorded)


def awaited(store, recorded=None):
    """(the status, whether it awaits a second reader)"""
    there = view(store, recorded)
    r = there.recommendations["x"]
    return there.status(r).value, there.awaits_second_reader(there.latest(r, Voice.CIVIL_SOCIETY))


def pages(store, **params):
    """What leaves the dashboard and says where x stands."""
    ask = question(store.reader.read(), "x", **params)
    return {
        name: words(made(ask).body)
        for name, made in (("page", render_permanent_link), ("brief", render_brief), ("snapshot", render_snapshot))
    }


def test_by_default_nothing_awaits_anybody(store, tmp_path):
    (tmp_path / "tracker.yaml").write_text(TRACKER)
    store.reader.read(fresh=True)
    assert awaited(store) == ("partially-implemented", False)
    assert [AWAITING in page or "second review" in page for page in pages(store).values()] == [False] * 3
    assert list_awaiting_second_reader(view(store)) == ()


def test_only_the_statuses_named_and_only_civil_society_are_asked(store):
    settings = store.reader.read().settings
    first, second = x(store).assessments
    state = replace(second, voice=Voice.STATE)
    assert [awaits_second_reader(settings, a, None) for a in (first, second, state)] == [False, True, False]
    by_hand = replace(second, recorded=None, recorded_by=None)
    assert awaits_second_reader(settings, by_hand, None)


def test_another_person_confirms_it_and_a_view_of_before_still_awaits(store):
    assert awaited(store) == ("partially-implemented", True)
    r = save(store, with_event(EventType.CONFIRMED, x(store), 1))
    assert [(e.type.value, e.recorded_by) for e in r.assessments[1].events] == [("confirmed", "reviewer-cholpon")]
    assert awaited(store) == ("partially-implemented", False)
    assert awaited(store, "2026-01-31T12:00:00.999999Z") == ("partially-implemented", True)
    assert awaited(store, "2026-01-31T12:00:01.000000Z") == ("partially-implemented", False)


def test_nobody_is_their_own_second_reader(store):
    with pytest.raises(
        ValidationFailed, match="reviewer-bermet recorded this assessment; somebody else has to confirm it"
    ):
        save(store, with_event(EventType.CONFIRMED, x(store), 1), by=BERMET)
    mine = Assessment(
        voice=Voice.CIVIL_SOCIETY,
        status=Status.PARTIALLY,
        date="2026-01-30",
        reason=said("R."),
        events=(Event(type=EventType.CONFIRMED, recorded_by="somebody-else"),),
    )
    with pytest.raises(ValidationFailed, match="reviewer-cholpon recorded this assessment"):
        save(store, replace(x(store), assessments=(*x(store).assessments, mine)))
    assert awaited(store) == ("partially-implemented", True)


def test_an_editor_is_no_second_reader_and_takes_no_confirmation_back(store):
    with pytest.raises(NotAllowed, match="Only a reviewer can confirm"):
        save(store, with_event(EventType.CONFIRMED, x(store), 1), by=ANNA)
    before = x(store)
    after = save(store, with_event(EventType.CONFIRMED, before, 1))
    with pytest.raises(NotAllowed, match="Only a reviewer can confirm"):
        save(store, reversal_of(before, after, WHY), by=ANNA)
    assert awaited(store) == ("partially-implemented", False)
    save(store, replace(after, title=said("New")), by=ANNA)
    assert x(store).title == said("New")


def test_a_confirmation_of_ones_own_in_a_file_is_reported_and_does_not_count(store, tmp_path):
    own = f"events: [{{type: confirmed, {SECOND.replace('02T', '03T')}, recorded_by: reviewer-bermet}}]"
    (tmp_path / "recommendations" / "x.yaml").write_text(X.replace("reviewer-bermet}", f"reviewer-bermet, {own}}}"))
    found = list(rules.check_dataset(store.reader.read(fresh=True)))
    assert [(f.field_path, f.message) for f in found] == [
        (("assessments", 1, "events", 0), "reviewer-bermet recorded this assessment; somebody else has to confirm it")
    ]
    assert awaited(store) == ("partially-implemented", True)


def test_undoing_a_confirmation_lets_it_await_again_and_undoing_that_confirms_it(store):
    first = x(store)
    second = save(store, with_event(EventType.CONFIRMED, first, 1))
    third = save(store, reversal_of(first, second, WHY))
    assert awaited(store) == ("partially-implemented", True)
    save(store, reversal_of(second, third, WHY))
    assert awaited(store) == ("partially-implemented", False)
    assert [e.type.value for e in x(store).assessments[1].events] == ["confirmed", "unconfirmed", "confirmed"]


def test_declining_withdraws_it_with_the_reason_and_the_status_before_it_stands(store):
    r = save(store, with_event(EventType.WITHDRAWN, x(store), 1, WHY))
    assert [(e.type.value, e.reason) for e in r.assessments[1].events] == [("withdrawn", WHY)]
    assert awaited(store) == ("not-implemented", False)
    assert list_awaiting_second_reader(view(store)) == ()


def test_a_recorded_confirmation_is_told_in_the_activity(store):
    save(store, with_event(EventType.CONFIRMED, x(store), 1))
    newest = activity_log(view(store))[0]
    assert (newest.kind, newest.event.type, newest.by) == (
        ActivityKind.READING,
        EventType.CONFIRMED,
        "reviewer-cholpon",
    )
    shown = question(store.reader.read(), "x")
    assert change_sentence(shown, newest).startswith("Confirmed in a second review: ")


def test_page_brief_and_snapshot_say_it_until_it_is_confirmed(store):
    before = pages(store)
    assert "awaiting a second review Assessed by" in before["page"]
    assert [page.count(f"partially-implemented {AWAITING}") for page in before.values()] == [3, 1, 2]
    save(store, with_event(EventType.CONFIRMED, x(store), 1))
    assert [AWAITING in page for page in pages(store).values()] == [False] * 3
    assert AWAITING in pages(store, recorded="2026-01-31T12:00:00.000000Z")["page"]


def told(store):
    r = json.loads(json_api.render_one(question(store.reader.read(), "x")).body)
    return (
        r["awaiting_second_reader"],
        r["latest_by_organisation"][0]["awaiting_second_reader"],
        [a["awaiting_second_reader"] for a in r["assessments"]],
    )


def exported(store):
    ask = question(store.reader.read(), "x", columns="id,second_reader")
    return render_csv(ask).body.decode("utf-8-sig").split()


def test_the_api_and_the_exports_say_it_until_it_is_confirmed(store):
    assert told(store) == (True, True, [True, False])
    assert exported(store) == ["id,second_reader", "x,yes"]
    save(store, with_event(EventType.CONFIRMED, x(store), 1))
    assert told(store) == (False, False, [False, False])
    assert exported(store) == ["id,second_reader", "x,no"]
    assert "second_reader" not in export_columns.DEFAULT_COLUMNS


def test_a_part_that_awaits_is_on_the_list_for_reviewers(store):
    part = Assessment(
        voice=Voice.CIVIL_SOCIETY, part="a", status=Status.PARTIALLY, date="2026-01-30", reason=said("R.")
    )
    save(store, with_event(EventType.WITHDRAWN, x(store), 1, WHY))
    r = save(store, replace(x(store), assessments=(*x(store).assessments, part)), by=BERMET)
    assert [r.id for r in list_awaiting_second_reader(view(store))] == ["x"]
    assert f"partially-implemented {AWAITING}" in pages(store)["page"]
    save(store, with_event(EventType.CONFIRMED, r, 2))
    assert list_awaiting_second_reader(view(store)) == ()
