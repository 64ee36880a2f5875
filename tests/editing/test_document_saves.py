"""Saving a document of the register: one item of a list file, beside others that stay as somebody wrote them."""

from dataclasses import replace

import pytest

from tests.support.examples import examples
from tests.support.small_dataset import ANNA, BOLOT, DOCUMENTS, Clock, said, store_of
from tracker.editing.store import Store
from tracker.model.errors import Conflict, ValidationFailed, WriteFailed
from tracker.model.records import Recommendation, Source
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Issuer, Verification
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.yaml import patch as yaml_patch
from tracker.validation.check import check_folder

EXAMPLES = examples(__file__)

NEW = Document(
    id="co-2026",
    body="cescr",
    kind=DocumentKind.CONCLUDING_OBSERVATIONS,
    title=said("CO: the fifth"),
    cycle="5",
    verification=Verification.SEEN,
)
ONE = Recommendation(
    id="one",
    issued_by=Issuer.COMMITTEE,
    document="co-2026",
    paragraph="12",
    title=said("T"),
    summary=said("S"),
    verification=Verification.SEEN,
    source=Source(document="co-2026"),
)
LINES = EXAMPLES["lines"]
FILES = {"documents": LINES}
ADDED = EXAMPLES["added"]


def save(store, *records, by=ANNA):
    return store.save(*records, by=by, reason="Why.")


def documents(store):
    return store.reader.read().documents


@pytest.mark.parametrize("mark", ["", "\ufeff"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_new_document_goes_below_the_others_and_moves_nothing(tmp_path, end, mark):
    store = store_of(tmp_path, {"documents": (mark + LINES).replace("\n", end)})
    (saved,) = save(store, NEW)
    wanted = mark + LINES.replace("# the end\n", ADDED + "# the end\n")
    assert (tmp_path / "documents.yaml").read_bytes() == wanted.replace("\n", end).encode()
    assert documents(store)["co-2026"] == saved
    assert replace(saved, version="", recorded=None, recorded_by=None) == NEW


def test_an_edit_changes_the_lines_of_one_item_and_keeps_what_it_said(store, tmp_path):
    save(store, replace(documents(store)["co-2024"], cycle="4-5"))
    was = "    title: {en: 'It''s', ru: \"Они\"}\n    cycle: 4\n    verification: seen\n"
    now = was.replace("cycle: 4", "cycle: 4-5") + EXAMPLES["history"].format(field="cycle", was="4")
    assert (tmp_path / "documents.yaml").read_text() == LINES.replace(was, now)


def test_a_document_of_another_state_is_not_saved(tmp_path):
    with pytest.raises(ValidationFailed, match=r"the symbol E/C.12/KAZ/CO/5 is of another State \(KAZ\)"):
        save(store_of(tmp_path, {"documents": DOCUMENTS}), replace(NEW, symbol="E/C.12/KAZ/CO/5"))


def test_a_register_in_braces_goes_on_in_braces(tmp_path):
    text = DOCUMENTS.replace("verification: seen}", "verification: seen}  # ours")
    store = store_of(tmp_path, {"documents": text})
    save(store, NEW, replace(documents(store)["co-2024"], verification=Verification.TO_CHECK))
    before, after = text.splitlines(), (tmp_path / "documents.yaml").read_text().splitlines()
    assert [line for line in after if line in before] == [*before[:2], before[3]]
    assert after[2] == before[2].replace(
        "verification: seen}  # ours",
        "verification: to-check, history: [{recorded: '2026-01-31T12:00:01.000001Z', recorded_by: editor-anna,"
        " reason: Why., field: verification, old: seen}]}  # ours",
    )
    assert after[4:] == [
        "  - {id: co-2026, body: cescr, kind: concluding-observations, title: 'CO: the fifth', cycle: 5, verification: seen,"
        " recorded: '2026-01-31T12:00:01.000000Z', recorded_by: editor-anna}"
    ]


@pytest.mark.parametrize("text", ["", "# none yet\n", "# none yet\ndocuments:\n", "# none yet\ndocuments: []\n"])
def test_the_first_document_of_a_file(tmp_path, text):
    store = store_of(tmp_path, {"documents": text})
    save(store, NEW)
    assert (tmp_path / "documents.yaml").read_text() == text.partition("documents")[0] + "documents:" + ADDED
    assert check_folder(tmp_path) == []


def test_a_missing_file_is_made_with_the_line_that_names_its_schema(store, tmp_path):
    (tmp_path / "documents.yaml").unlink()
    store.reader.read(fresh=True)
    save(store, NEW)
    head = "# yaml-language-server: $schema=schema/documents.json\ndocuments:"
    assert (tmp_path / "documents.yaml").read_text() == head + ADDED


def test_several_documents_are_saved_together(store, tmp_path):
    there = documents(store)
    changed = replace(there["co-2021"], cycle="3-4"), replace(there["report-2024"], title=said("Report"))
    saved = save(store, changed[0], NEW, changed[1], replace(NEW, id="next"))
    assert [d.id for d in saved] == ["co-2021", "co-2026", "report-2024", "next"]
    assert list(documents(store).values()) == [saved[2], there["co-2024"], saved[0], saved[1], saved[3]]
    assert "# the conclusions" in (tmp_path / "documents.yaml").read_text()


def test_another_document_of_the_file_is_no_conflict_and_the_same_one_is(store, tmp_path):
    ours, theirs = store, Store(DatasetReader(tmp_path, look_every=0), clock=Clock())
    mine = replace(documents(ours)["co-2024"], cycle="5")
    save(theirs, replace(documents(theirs)["co-2021"], cycle="4"), by=BOLOT)
    (saved,) = save(ours, mine)
    before = (tmp_path / "documents.yaml").read_bytes()
    with pytest.raises(Conflict) as conflict:
        save(theirs, mine, by=BOLOT)
    assert (conflict.value.current, (tmp_path / "documents.yaml").read_bytes()) == (saved, before)
    assert [d.cycle for d in documents(theirs).values()] == ["4", "5", "4"]


@pytest.mark.parametrize(
    ("text", "name"),  # the first is there already
    [(LINES, "co-2024"), *((text, "co-2026") for text in ("documents: [", "documents: none\n", "- id: x\n"))],
)
def test_a_new_document_is_put_neither_over_another_nor_into_a_broken_file(tmp_path, text, name):
    store = store_of(tmp_path, {"documents": text})
    with pytest.raises((Conflict, WriteFailed), match="Nothing was saved"):
        save(store, replace(NEW, id=name))
    assert (tmp_path / "documents.yaml").read_text() == text


@pytest.mark.parametrize("name", ["co-2024", "co-2026", "wrong"])
def test_nothing_is_saved_in_a_register_with_an_entry_that_cannot_be_read(tmp_path, name):
    # readers may see the last good version of the file, and would not see what is saved
    text = LINES + "  - {id: wrong, body: cescr, kind: nothing like it}  # somebody is at it\n"
    store = store_of(tmp_path, {"documents": text})
    there = documents(store)
    assert list(there) == ["report-2024", "co-2024", "co-2021"]
    message = r"documents\.yaml: unknown kind 'nothing like it'; .* Correct this first\. Nothing was saved\."
    with pytest.raises(WriteFailed, match=message):
        save(store, replace(there.get(name, NEW), id=name, cycle="6"))
    assert (tmp_path / "documents.yaml").read_text() == text


def test_a_change_of_another_item_never_reaches_the_file(store, tmp_path, monkeypatch):
    really = yaml_patch.patch_yaml
    monkeypatch.setattr(yaml_patch, "patch_yaml", lambda *a, **more: really(*a, **more).replace("Folded", "Flooded"))
    with pytest.raises(WriteFailed, match="could not be written so that it reads back unchanged"):
        save(store, NEW)
    assert (tmp_path / "documents.yaml").read_text() == LINES
