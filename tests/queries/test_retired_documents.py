"""A document that is refused, retired or undone, and what keeps it: whatever names it or rests on it."""

from dataclasses import replace

import pytest

from tests.editing.test_document_saves import LINES, NEW, ONE
from tests.support.small_dataset import ANNA, ASKED, CONCLUDED, DOCUMENTS, SHOWN, Clock, folder, said
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of
from tracker.model.errors import ValidationFailed
from tracker.model.records import Assessment, Source
from tracker.model.vocabulary import DocumentKind, Verification, Voice
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def store(tmp_path):
    """`store({"r/x": yaml})` saves in a folder with these files; nobody looks at the files by themselves."""
    return lambda files=None: Store(DatasetReader(folder(tmp_path, files or {}), look_every=10_000), clock=Clock())


def save(store, *records):
    return store.save(*records, by=ANNA, reason="Why.")


def documents(store):
    return store.reader.read().documents


def test_a_document_of_nobody_is_refused(store, tmp_path):
    store = store()
    with pytest.raises(ValidationFailed) as refused:
        save(store, replace(NEW, body="cescrr", adopted="2026-03-02", issued="2026-03-01"))
    (body, dates) = refused.value.violations
    assert (body.path, body.field_path) == (tmp_path / "documents.yaml", ("documents", "co-2026", "body"))
    assert body.message == "there is no treaty body 'cescrr'; did you mean 'cescr'?"
    assert dates.message == "issued before it was adopted; check both dates"
    assert (tmp_path / "documents.yaml").read_text() == DOCUMENTS


def test_what_rests_on_a_document_keeps_it_from_becoming_another(store):
    store = store({"r/x": ASKED})
    with pytest.raises(
        ValidationFailed,
        match=r"report-2024 is not an alternative report: its recommendations are not issued by civil society",
    ):
        save(store, replace(documents(store)["report-2024"], kind=DocumentKind.STATE_REPORT))


def test_an_added_document_is_undone_by_retiring_it(store):
    store = store()
    (added,) = save(store, NEW)
    (retired,) = save(store, reversal_of(None, added, said("A slip.")))
    assert [(e.type.value, e.recorded_by) for e in retired.events] == [("retired", "editor-anna")]
    save(store, reversal_of(added, retired, said("No slip.")))


def test_an_edit_is_undone_word_by_word(store):
    store = store()
    was = documents(store)["co-2024"]
    (edited,) = save(store, replace(was, title=said("New"), issued=None))
    (back,) = save(store, reversal_of(was, edited, said("A slip.")))
    assert (back.title, back.issued) == (was.title, was.issued)
    assert [(c.field, c.old) for c in back.history] == [
        ("title", "CO"),
        ("issued", "2024-03-28"),
        ("title", "New"),
        ("issued", None),
    ]


SAID = Assessment(voice=Voice.STATE, date="2026", reason=said("R."), source=Source(publisher="P", cited_by="co-2026"))


@pytest.mark.parametrize("what", ["recommendation", "evidence", "assessment", "step"])
def test_what_something_names_is_not_retired(store, what):
    follow_up = {
        "verification": Verification.REPORTED,
        "steps": ({"date": "2026", "description": "A letter", "document": "co-2026"},),
    }
    store = store({"r/x": CONCLUDED, "e/law": SHOWN})
    (added,) = save(store, NEW)
    x, law = store.reader.read().recommendations["x"], store.reader.read().evidence["law"]
    naming = {
        "recommendation": lambda: ONE,
        "evidence": lambda: replace(law, document="co-2026"),
        "assessment": lambda: replace(x, assessments=(SAID,)),
        "step": lambda: replace(NEW, id="next", follow_up=follow_up),
    }[what]()
    (one,) = save(store, naming)
    gone = reversal_of(None, added, said("A slip."))
    with pytest.raises(
        ValidationFailed, match=f"{one.id} names the document 'co-2026', which is retired; name another one, or"
    ):
        save(store, gone)
    was = {"assessment": x, "evidence": law}.get(what)
    save(store, gone, reversal_of(was, one, said("Both.")))


def test_what_is_retired_is_not_named_again(store):
    store = store({"r/x": CONCLUDED})
    (added,) = save(store, NEW)
    save(store, reversal_of(None, added, said("A slip.")))
    with pytest.raises(ValidationFailed, match="one names the document 'co-2026', which is retired"):
        save(store, ONE)


def test_an_old_problem_elsewhere_does_not_keep_a_document_from_being_edited(store):
    store = store({"r/x": ASKED + "same_demand: [{recommendation: nowhere}]\n", "documents": LINES})
    (saved,) = save(store, replace(documents(store)["report-2024"], authors="Us"))
    assert saved.authors == "Us"
