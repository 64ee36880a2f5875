"""What is private to another organisation changes no byte of what a reviewer is answered, on any page and in any form."""

import json
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from pathlib import Path
from string import ascii_lowercase

import pytest
from streamlit.testing.v1 import AppTest

from pages.forms.private.files import FILE_ACTIONS
from pages.forms.records import record_forms
from pages.shared.layout import PAGES
from tests.editing.test_private_files import a_file, law
from tests.editing.test_private_organisations import CENTRE, TWO, WATCH, canary, name_of, put_in_every_place
from tests.pages.test_private_organisation_pages import draft, everything
from tests.pages.test_redaction_page import REMOVE, SHOW
from tests.support.canary_folder import lay
from tests.support.form_pages import CHOSEN, html, press, put
from tests.support.server_process import ROOT
from tests.support.story_folder import NEWS, TRACKER
from tracker.editing.private.drafts import FieldEdit, SubmissionDrafts
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.notices import NoticeKind, PrivateNotices
from tracker.files.new_file import NewFile
from tracker.model.file_kind import FileKind
from tracker.model.permissions import Person
from tracker.storage.cache_registry import clear_caches
from tracker.storage.dataset_reader import DatasetReader

PRIVATE = True
FILES = {"tracker.yaml": TRACKER + TWO}
WORD, OWN = canary(CENTRE), canary(WATCH)


def entries_of(person: Person, folder: PrivateFolder) -> None:
    """Entries of all kinds with the canary of the person's organisation, some in lists in which the other has entries."""
    word, door, number = canary(person), folder.seen_by(person), 1 + (person is CENTRE)
    put_in_every_place(door, folder, person)
    door.add_note("cescr", f"{word}: see 2027-03.", by=person, due="2027-05")
    same_file = a_file(b"%PDF-1.7 of both", received=b"both", caption=word)
    door.add_files(law(folder), [same_file], by=person)
    drafts, address = SubmissionDrafts(folder.root), ("alternative-report", "cescr", "en")
    drafts.write(address, [FieldEdit("session", "", word)], by=person.handle, own=person.organisation, name=word)
    ((name, text),) = draft(person, number).items()
    lay(folder.root, {name: text.replace(f'{{"{word}": ', '{"text": ')})


def entries_of_the_other(folder: PrivateFolder) -> None:
    """Also what is damaged, what is named by the word, what cannot be replaced, and words in originals and keys."""
    entries_of(CENTRE, folder)
    door, private = folder.seen_by(CENTRE), "private: {organisation: centre}\n"
    original = (FileKind.TEXT, b"Qorvek wrote this.")
    new = a_file(b"%PDF-1.7 9", received=original[1], with_original=True)
    door.add_files(
        law(folder), [NewFile(**{f: getattr(new, f) for f in new.__slots__} | {"original": original})], by=CENTRE
    )
    door.add_note("cescr", "Meet Qorvek.", by=CENTRE, due="2027-03")
    name = f"{5:016x}"
    kept = {"id": name, "kind": "document", "owner": "x", "name": "", "content": {"qorvek-key": 1}}
    files = {
        "evidence/qorvek-letter.yaml": NEWS + private,
        "evidence/witnesses.yaml": NEWS.replace("24.kg", "Qorvek") + private,
        "evidence/broken.yaml": f"publisher: Qorvek\n{private}kind: [\n",
        f"import-drafts/{name}.json": json.dumps(kept | {"private": {"organisation": "centre"}}),
    }
    lay(folder.root, files)
    Path(folder.root, "evidence", "cp1251.yaml").write_bytes((private + "# Свидетель").encode("cp1251"))
    PrivateNotices(folder.root).add(
        "centre", kind=NoticeKind.REMOVED, by=CENTRE, at=NOW, subjects=[f"evidence/{WORD}.yaml"]
    )


NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)
ASKED = (WORD, "Qorvek", "qorvek-letter", "qorvek-key", "witnesses", "2027-03", "Свидетель", f"{OWN}\n{WORD}")
"""Words that stand in entries of the other organisation alone, each in another kind of place; the last also in own entries."""


def forms() -> list[str]:
    """The values of `what` in the address, from the code of the page."""
    named = re.findall(r'^    "([a-z-]+)": \(record_forms', (ROOT / "pages" / "edit.py").read_text("utf-8"), re.M)
    assert {"evidence", "redact", "publish"} < set(named)
    return [*named, *FILE_ACTIONS]


def ways() -> Iterator[tuple[str, dict[str, str]]]:
    """Each page and form, with the other organisation's word and ids in its address."""
    ids = (name_of(CENTRE), "witnesses", "broken", "law", "co-4", "r1")
    for file, _name in PAGES.values():
        if file != "edit":
            yield from ((file, params) for params in ({}, {"q": WORD}, {"id": "r1"}))
    for what in forms():
        yield from (
            ("edit", {"what": what, **more}) for more in ({}, {"id": ids[0]}, {"id": ids[-3], "file": "0" * 64})
        )
    for one in ids:
        yield from (("edit", {"what": what, "id": one}) for what in ("evidence", "publish", "unpublish"))
    for of in ("alternative-report", "brief"):
        yield from (("submission", {"of": of, "id": "cescr", "to": "en", **more}) for more in ({}, {"from": "centre"}))
    yield "edit", {"what": "evidence", "private": "yes", "for": "r1"}


def typed_everywhere(page: AppTest, word: str) -> AppTest:
    fields = [field for field in (*page.text_input, *page.text_area) if not field.disabled]
    for field in fields:
        field.set_value(word)
    return page.run() if fields else page


@pytest.fixture
def worlds(opened: Callable[..., AppTest], folder: PrivateFolder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """`worlds(ask)` is what `ask` returns without any entry of the other organisation, and with many, in the same place."""
    opened("about", WATCH)
    entries_of(WATCH, folder)
    shutil.copytree(tmp_path, tmp_path.with_name(f"{tmp_path.name}-start"))

    def both(ask: Callable[[], object]) -> list[object]:
        answers = []
        for lay_more in (lambda _folder: None, entries_of_the_other):
            shutil.rmtree(tmp_path)
            shutil.copytree(tmp_path.with_name(f"{tmp_path.name}-start"), tmp_path)
            clear_caches()
            lay_more(PrivateFolder(folder.root, DatasetReader(tmp_path / "data", look_every=0.0), THE_HOST))
            made = map("{:06x}".format, count())
            monkeypatch.setattr(record_forms, "token_hex", lambda _bytes, made=made: next(made))
            answers.append(ask())
        return answers

    return both


def without_times(text: str) -> str:
    """Without times of saves and what is computed of them."""
    return re.sub(r"(?<![0-9a-f])[0-9a-f]{8,64}(?![0-9a-f])|\d{4}-\d\d-\d\d[T ][\d:.]+(Z|\+00:00)?", "#", text)


def differences(nowhere: list[str], there: list[str]) -> list[tuple[str, str]]:
    """Where the answers begin to differ."""
    assert len(nowhere) == len(there)
    pairs = [(one, other) for one, other in zip(nowhere, there, strict=True) if one != other]
    starts = [next((n for n, (a, b) in enumerate(zip(*pair, strict=False)) if a != b), -1) for pair in pairs]
    return [(one[at - 60 : at + 60], other[at - 60 : at + 60]) for at, (one, other) in zip(starts, pairs, strict=True)]


def test_no_page_and_no_form_differs(opened, worlds):
    def ask() -> dict[str, str]:
        answers = {}
        for file, params in ways():
            page = opened(file, WATCH, **params)
            answers[f"{file} {params}"] = everything(page)
            answers[f"{file} {params} typed"] = without_times(everything(typed_everywhere(page, WORD)))
        return answers

    hour = None
    while hour != datetime.now(UTC).hour:  # a page says what day it is, so both are asked on one day
        hour = datetime.now(UTC).hour
        nowhere, there = worlds(ask)
    assert [way for way, said in nowhere.items() if there[way] != said] == []
    assert any(OWN in said for said in nowhere.values())


def searched(opened: Callable[..., AppTest], words: str, *labels: str) -> str:
    page = opened("edit", WATCH, what="redact")
    page.text_area[0].set_value(words)
    for label in labels:
        press(page, label)
    return without_times(everything(page) + repr([one.value for one in (*page.error, *page.warning, *page.info)]))


def test_a_search_says_the_same_of_words_that_are_there_and_of_words_that_are_nowhere(opened, worlds):
    nowhere, there = worlds(lambda: [searched(opened, words, SHOW) for words in ASKED])
    assert [word for word, one, other in zip(ASKED, nowhere, there, strict=True) if one != other] == []
    assert "Found in" in nowhere[-1]


def test_a_removal_says_the_same_and_tells_the_owner_alone(opened, worlds, tmp_path):
    def ask() -> list[str]:
        said = [searched(opened, words, SHOW, REMOVE) for words in ASKED]
        said += [everything(opened(file, WATCH)) for file in ("data_health", "evidence", "activity", "deadlines")]
        return [without_times(one) for one in said]

    nowhere, there = worlds(ask)
    assert differences(nowhere, there) == []
    left = [path for path in (tmp_path / "private").rglob("*") if path.is_file() and b"orvek" in path.read_bytes()]
    # a key, an id; and what nobody can read
    assert sorted(path.name for path in left) == ["0000000000000005.json"]
    assert (tmp_path / "private" / "evidence" / "qorvek-letter.yaml").exists()
    assert not (tmp_path / "data" / ".redacted").exists()
    told = (
        html(opened("data_health", CENTRE))
        .partition("Told to your organisation only")[2]
        .partition('id="rt-publishing"')[0]
    )
    assert "reviewer-w1 (Watch) removed words or a file for safety from what belongs to your organisation." in told
    assert "Ask this person in private which words are meant" in told
    assert [word for word in ("orvek", "видетель", WORD) if word in told.lower()] == []


def test_letter_by_letter_a_reviewer_learns_nothing(opened, worlds, monkeypatch):
    """The attack as it was made: which letter makes the page say that more files have the words?"""
    monkeypatch.setattr("tracker.editing.redaction.remove_words.MAX_SEARCHES", 1_000)

    def ask() -> list[str]:
        said = {letter: searched(opened, f"zqxce{letter}", SHOW) for letter in ascii_lowercase[::3] + "nt"}
        return [letter for letter, text in said.items() if list(said.values()).count(text) == 1]

    assert worlds(ask) == [[], []]


@pytest.mark.parametrize("is_private", [True, False])
def test_no_id_is_taken_by_what_another_organisation_keeps(opened, worlds, tmp_path, is_private):
    """Neither by an id that is suggested, nor by one that is typed."""

    def ask() -> list[str]:
        said = []
        for own_id in ("", "witnesses", name_of(CENTRE)):
            page = opened("edit", WATCH, what="evidence", **({"private": "yes"} if is_private else {}))
            typed = {"publisher": "Witnesses", "summary_en": "A letter.", "bears_setback": ["r1"], **CHOSEN}
            put(page, "edit_evidence__", **typed, id=own_id)
            press(page, "Save privately" if is_private else "Add the evidence")
            said.append(without_times(everything(page)))
        return said

    nowhere, there = worlds(ask)
    assert differences(nowhere, there) == []
