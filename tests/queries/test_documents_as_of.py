"""What the dashboard tells of documents that were added, edited and retired: now, on a day, at a recorded moment."""

from dataclasses import replace
from datetime import date

import pytest

from tests.editing.test_document_saves import NEW, ONE
from tests.support.small_dataset import ANNA, ASKED, BOLOT, CONCLUDED, SHOWN, Clock, folder, said
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of
from tracker.model.errors import ValidationFailed
from tracker.model.records import Assessment, Source
from tracker.model.vocabulary import DocumentKind, EventType, Verification, Voice
from tracker.queries.activity_log import ActivityFilters, activity_log, filter_activity
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.timestamps import latest_timestamp

TODAY = date(2026, 6, 18)
THERE = ["report-2024", "co-2024", "co-2021"]


@pytest.fixture
def store(tmp_path):
    """Where civil society asks x in the report."""
    root = folder(tmp_path, {"r/x": ASKED + "recorded: 2026-01-01T00:00:00.000000Z\n"})
    return Store(DatasetReader(root, look_every=0), clock=Clock())


def now(store, **past):
    return View(store.reader.read(), TODAY, **past)


def save(store, *records, by=ANNA):
    return store.save(*records, by=by, reason="Why.")


def moment(store):
    return latest_timestamp(store.reader.read())


def test_a_retired_document_counts_no_more_and_what_was_recorded_stays_as_it_was(store):
    before = moment(store)
    (added,) = save(store, NEW)
    between = moment(store)
    save(store, reversal_of(None, added, said("A slip.")))
    found = [list(now(store, recorded=at).documents) for at in (before, between, None)]
    assert found == [THERE, [*THERE, NEW.id], THERE]


def test_what_a_document_said_is_told_as_it_was(store):
    before = moment(store)
    save(store, replace(store.reader.read().documents["report-2024"], title=said("New"), body="cat"))
    then, today = now(store, recorded=before), now(store)
    titles = [view.document("report-2024").title for view in (then, today)]
    assert titles == [said("Report"), said("New")]
    assert [view.body_of(view.recommendations["x"]).code for view in (then, today)] == ["CESCR", "CAT"]


def test_a_recommendation_does_not_go_with_a_document_that_somebody_retired_by_hand(store, tmp_path):
    file = tmp_path / "documents.yaml"
    file.write_text(file.read_text().replace("2024-02,", "2024-02, events: [{type: retired}],"))
    view = now(store)
    assert (list(view.documents), list(view.recommendations)) == (THERE[1:], ["x"])
    assert list(now(store, as_of=date(2023, 1, 1)).recommendations) == []


def told(view, **asked):
    wanted = ActivityFilters.from_params(view, asked)
    return [(c.kind.value, c.record.id, c.by) for c in filter_activity(view, activity_log(view), wanted)]


def test_a_document_that_is_added_edited_and_retired_is_told_in_the_activity(store):
    added, one = save(store, NEW, ONE)
    (edited,) = save(store, replace(added, kind=DocumentKind.GENERAL_COMMENT), by=BOLOT)
    save(store, reversal_of(None, one, said("A slip.")), reversal_of(None, edited, said("Both.")))
    assert told(now(store)) == [
        ("withdrawal", "co-2026", "editor-anna"),
        ("withdrawal", "one", "editor-anna"),
        ("edit", "co-2026", "editor-bolot"),
        ("recommendation", "one", "editor-anna"),
        ("document", "co-2026", "editor-anna"),
        ("recommendation", "x", None),
    ]
    found = activity_log(now(store))
    gone = EventType.RETIRED, EventType.WITHDRAWN, EventType.RETIRED
    assert [c.gone for c in found] == [None, None, *gone, None]
    assert [(e.field, e.old, e.new) for e in found[2].edits] == [("kind", "concluding-observations", "general-comment")]
    assert told(now(store), change=["document"], body=["cescr"]) == [("document", "co-2026", "editor-anna")]
    for other in ({"body": ["cat"]}, {"body": ["cescr"], "by": ["committee"]}):
        assert told(now(store), change=["document"], **other) == []


# A document that is refused, retired or undone, and what keeps it: whatever names it or rests on it.


def test_what_rests_on_a_document_keeps_it_from_becoming_another(store):
    report = store.reader.read().documents["report-2024"]
    said = "report-2024 is not a document of civil society: its recommendations are not issued by civil society"
    with pytest.raises(ValidationFailed, match=said):
        save(store, replace(report, kind=DocumentKind.STATE_REPORT))


SAID = Assessment(voice=Voice.STATE, date="2026", reason=said("R."), source=Source(publisher="P", cited_by="co-2026"))


@pytest.mark.parametrize("what", ["recommendation", "evidence", "assessment", "step"])
def test_what_something_names_is_not_retired(tmp_path, what):
    store = Store(DatasetReader(folder(tmp_path, {"r/x": CONCLUDED, "e/law": SHOWN})), clock=Clock())
    (added,) = save(store, NEW)
    x, law = store.reader.read().recommendations["x"], store.reader.read().evidence["law"]
    steps = ({"date": "2026", "description": "A letter", "document": "co-2026"},)
    naming = {
        "recommendation": ONE,
        "evidence": replace(law, document="co-2026"),
        "assessment": replace(x, assessments=(SAID,)),
        "step": replace(NEW, id="next", follow_up={"verification": Verification.REPORTED, "steps": steps}),
    }
    (one,) = save(store, naming[what])
    gone = reversal_of(None, added, said("A slip."))
    refused = f"{one.id} names the document 'co-2026', which is retired; name another one, or"
    with pytest.raises(ValidationFailed, match=refused):
        save(store, gone)
    was = {"assessment": x, "evidence": law}.get(what)
    save(store, gone, reversal_of(was, one, said("Both.")))


def test_what_is_retired_is_not_named_again(store):
    (added,) = save(store, NEW)
    save(store, reversal_of(None, added, said("A slip.")))
    with pytest.raises(ValidationFailed, match="one names the document 'co-2026', which is retired"):
        save(store, ONE)
