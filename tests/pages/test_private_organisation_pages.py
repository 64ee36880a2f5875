"""The pages of two organisations on one tracker: neither is shown what is private to the other; sharing is a choice."""

import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from functools import reduce
from pathlib import Path

from streamlit.testing.v1 import AppTest

from pages.forms.imports.save import colleagues
from pages.forms.private.files import FILE_ACTIONS, find_private_file
from tests.editing.test_private_evidence import LETTER
from tests.editing.test_private_files import a_file, law
from tests.editing.test_private_organisations import CENTRE, NOBODYS, TWO, WATCH, canary, name_of, put_in_every_place
from tests.support.canary_folder import lay
from tests.support.form_pages import CHOSEN, html, press, put
from tests.support.story_folder import NEWS, TRACKER
from tracker.accounts.accounts import Account
from tracker.accounts.accounts_file import AccountsFile
from tracker.editing.private.drafts import FieldEdit, SubmissionDrafts
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.private.notices import NoticeKind, PrivateNotices
from tracker.editing.store import Store
from tracker.model.organisations import ALL, Privacy
from tracker.model.permissions import READER, Person, Role
from tracker.storage.dataset_reader import DatasetReader

EDITOR = Person(Role.EDITOR, "editor-c2", "centre")
REPORT = {"of": "alternative-report", "id": "cescr", "to": "en"}
FILE = {"id": "law", "file": "{sha256}"}
WAYS: tuple[tuple[str, dict[str, str]], ...] = (
    *(
        (file, {})
        for file in ["overview", "recommendations", "evidence", "deadlines", "treaty_bodies", "analysis", "activity"]
    ),
    *((file, {}) for file in ["search", "about", "data_health", "import_document"]),
    ("recommendation", {"id": "r1"}),
    ("evidence", {"q": "zqx"}),
    ("search", {"q": "zqx"}),
    ("submission", REPORT),
    ("submission", {**REPORT, "from": "watch"}),
    ("submission", {**REPORT, "of": "brief", "from": "centre"}),
    ("edit", {"what": "evidence"}),
    ("edit", {"what": "document", "id": "co-4"}),
    *(("edit", {"what": what, "id": "law"}) for what in ("evidence", "unpublish")),
    *(("edit", {"what": what, "id": "{id}"}) for what in ("evidence", "retire", "publish")),
    *(("edit", {"what": f"{what}-file", **FILE}) for what in ("publish", "withdraw", "remove", "share")),
)
"""Each page, and each form with the id of what is the other organisation's in its address."""


PRIVATE = True


def of_file(entry):
    return {"what": "publish-file", "id": "law", "file": entry.sha256}


FILES = {"tracker.yaml": TRACKER + TWO}


def strip(page: AppTest) -> str:
    """What the strip beside the button says."""
    (words,) = re.findall(r'data-audience="\w+".*?<b>(.*?)</b>', html(page), re.S)
    return str(words)


def everything(page: AppTest) -> str:
    """All that the page sends, also in its widgets."""
    assert [one.message for one in page.exception] == []
    return html(page) + repr([getattr(element, "proto", "") for element in page])


def draft(person: Person, number: int) -> dict[str, str]:
    word, draft_id = canary(person), f"{number:016x}"
    kept = {"id": draft_id, "kind": "document", "owner": person.handle, "name": word, "content": {word: word}}
    private = {"private": {"organisation": person.organisation}, "offered_to": "", "declined_by": word}
    return {f"import-drafts/{draft_id}.json": json.dumps({**kept, **private})}


def fill_both(folder: PrivateFolder, tmp_path: Path) -> dict[str, str]:
    """A canary of each organisation in every private place. Return handle → digest of the private file."""
    for number, person in enumerate((CENTRE, WATCH)):
        put_in_every_place(folder.seen_by(person), folder, person)
        lay(tmp_path / "private", draft(person, number))
        edit, address = FieldEdit("session", "", canary(person)), ("alternative-report", "cescr", "en")
        drafts = SubmissionDrafts(tmp_path / "private")
        drafts.write(address, [edit], by=person.handle, own=person.organisation, name="report")
    return {str(file.recorded_by): file.sha256 for file in folder.files_of(law(folder))}


def test_no_page_shows_one_organisation_what_is_private_to_the_other(opened, folder, tmp_path):
    digests = fill_both(folder, tmp_path)
    for mine, other in ((CENTRE, WATCH), (WATCH, CENTRE)):
        seen = set()
        for file, params in WAYS:
            named = {k: v.format(id=name_of(other), sha256=digests[other.handle]) for k, v in params.items()}
            shown = everything(opened(file, mine, **named))
            assert (file, params, canary(other) in shown) == (file, params, False)
            seen |= {file} if canary(mine) in shown else set()
        assert {"evidence", "recommendation", "deadlines", "treaty_bodies", "data_health", "submission"} <= seen
    assert "zqxeditors" not in everything(opened("evidence", NOBODYS))


def held(tab: AppTest) -> str:
    """All that the session of a tab holds, also in what its buttons would do."""
    state = tab._session_state._state
    metadata = state._new_widget_state.widget_metadata.values()
    return repr([state._old_state, state._new_session_state, state._new_widget_state.states]) + repr(
        [(one.callback_args, one.callback_kwargs) for one in metadata]
    )


def test_as_soon_as_a_sign_in_ends_each_of_its_tabs_is_a_readers_and_holds_nothing(opened, folder, tmp_path):
    digest, seen, held_before = fill_both(folder, tmp_path)[CENTRE.handle], set(), set()
    for file, params in WAYS:
        named = {k: v.format(id=name_of(CENTRE), sha256=digest) for k, v in params.items()}
        tab = opened(file, CENTRE, **named)
        seen |= {file} if canary(CENTRE) in everything(tab) else set()
        held_before |= {file} if canary(CENTRE) in held(tab) else set()
        # from now on, the tab is a reader's too
        of_reader = everything(opened(file, READER, **dict(tab.query_params)))
        assert (file, params, everything(tab.run()) == of_reader) == (file, params, True)
        assert canary(CENTRE) not in (of_reader + held(tab)).replace(name_of(CENTRE), "")
    assert {"evidence", "recommendation", "deadlines", "data_health", "submission", "edit"} <= seen
    assert {"edit", "submission"} <= held_before


def test_what_is_new_is_the_organisations_own_and_the_strip_says_who_can_read_it(opened, folder):
    page = opened(what="evidence", private="yes", who=EDITOR)
    assert strip(page) == "Private: only Centre"
    readers = page.radio(key="edit_evidence__readers")
    assert readers.label == "Who can read this"
    assert readers.options == ["Only Centre", "Chosen organisations", "All organisations of this tracker"]
    assert readers.value == "own"
    put(page, "edit_evidence__", publisher="P", summary_en="A letter.", bears_setback=["r1"], id="letter", **CHOSEN)
    assert "Private: not shown to readers" in [box.label for box in page.checkbox]
    assert "Saved privately. Private: only Centre." in html(press(page, "Save privately"))
    assert folder.read(fresh=True).evidence["letter-c0ffee"].private == Privacy(organisation="centre")
    assert "A letter." not in html(opened("evidence", WATCH))
    page = opened(what="evidence", id="letter-c0ffee", who=EDITOR)
    page.radio(key="edit_evidence_letter-c0ffee_readers").set_value("chosen").run()
    page.multiselect(key="edit_evidence_letter-c0ffee_readers_which").set_value(["watch"]).run()
    assert strip(page) == "Private: shared with Watch"
    press(put(page, "edit_evidence_letter-c0ffee_", reason="They help."), "Save the edit")
    # nothing was recorded that could be undone: an earlier save must not be undone instead
    assert [button.label for button in page.button if "Undo" in button.label] == []
    assert folder.read(fresh=True).evidence["letter-c0ffee"].private == Privacy(
        organisation="centre", shared_with=("watch",)
    )
    shown = html(opened("evidence", WATCH))
    assert ("A letter." in shown, "Private: shared by Centre" in shown) == (True, True)
    ways = ("what=publish&amp;id=letter-c0ffee", "what=evidence&amp;id=letter-c0ffee")
    assert [way in shown for way in ways] == [False, False], "to read it is not to publish it"
    assert "There is nothing to publish here" in html(opened(what="publish", id="letter-c0ffee", who=WATCH))
    assert "letter-c0ffee" not in html(opened("data_health", WATCH))
    page = opened(what="evidence", id="letter-c0ffee", who=EDITOR)
    assert "To read it is not to publish it." in page.caption[-2].value
    page.checkbox(key="edit_evidence_letter-c0ffee_readers_publish_watch").check().run()
    press(put(page, "edit_evidence_letter-c0ffee_", reason="They publish it."), "Save the edit")
    assert folder.read(fresh=True).evidence["letter-c0ffee"].private.may_publish == ("watch",)
    assert [way in html(opened("evidence", WATCH)) for way in ways] == [True, False]
    told = "It belongs to Centre, also after it is published."
    assert told in html(opened(what="publish", id="letter-c0ffee", who=WATCH))
    boxes = [box.label for box in opened("submission", WATCH, **REPORT).checkbox]
    # only its owner puts a private entry into a document
    assert [label for label in boxes if "A letter." in label] == []
    assert "A letter." not in html(opened("evidence", NOBODYS))
    assert "A letter." not in html(opened(what="evidence", id="letter-c0ffee", who=WATCH))


def test_the_short_name_of_private_evidence_always_ends_with_letters_by_chance(opened, folder):
    """Then none is taken, whoever has what; tests/pages/test_words_of_others.py compares the answers."""
    page = opened(what="evidence", private="yes", who=EDITOR)
    typed = {"publisher": "Witnesses", "summary_en": "A letter.", "bears_setback": ["r1"], **CHOSEN}
    press(put(page, "edit_evidence__", **typed), "Save privately")
    page = opened(what="evidence", private="yes", who=WATCH)
    press(put(page, "edit_evidence__", **typed, id="a" * 80), "Save privately")
    assert list(folder.read(fresh=True).evidence) == [f"{'a' * 73}-c0ffee", "witnesses-c0ffee"]


def test_notes_and_plans_are_shared_when_they_are_written_or_later(opened, folder):
    page = opened("recommendation", EDITOR, id="r1")
    page.text_area(key="private_note_r1").set_value("For us.")
    assert "The note is saved. Private: only Centre." in html(press(page, "Save the note"))
    assert folder.read(fresh=True).notes["r1"][0].private == Privacy(organisation="centre")
    time = folder.read().notes["r1"][0].recorded
    page.radio(key=f"corrected_note_r1_{time}_readers").set_value(ALL).run()
    press(page, "Save the correction")
    assert folder.read(fresh=True).notes["r1"][-1].private == Privacy(organisation="centre", shared_with=ALL)
    assert "For us." in html(opened("recommendation", WATCH, id="r1"))
    page = opened("deadlines", EDITOR)
    page.text_input(key="plan_text").set_value("Meet them.")
    page.text_input(key="plan_due").set_value("March 2027")
    press(page, "Save the plan")
    (plan,) = folder.read(fresh=True).notes["cescr"]
    assert (plan.private, "Meet them." in html(opened("deadlines", WATCH))) == (Privacy(organisation="centre"), False)
    page = opened("deadlines", EDITOR)
    page.radio(key=f"plan_readers_{plan.recorded}").set_value(ALL).run()
    press(page, "Save who can read it")
    assert "Meet them." in html(opened("deadlines", WATCH))


def test_a_private_file_of_a_public_record_is_shared_later(opened, folder):
    (entry,) = folder.seen_by(CENTRE).add_files(law(folder), [a_file(caption="A scan.")], by=CENTRE)
    assert "A scan." not in html(opened("evidence", WATCH))
    assert strip(opened(what="share-file", id="law", file=entry.sha256, who=EDITOR)) == "Private: only Centre"
    for may_publish in (False, True):
        page = opened(what="share-file", id="law", file=entry.sha256, who=EDITOR)
        page.radio(key=f"share_{entry.sha256}").set_value(ALL).run()
        page.checkbox(key=f"share_{entry.sha256}_publish_watch").set_value(may_publish).run()
        press(page, "Save who can read it")
        shown, form = (html(opened(*way, WATCH, **of_file(entry))) for way in (("evidence",), ("edit",)))
        assert ("A scan." in shown, "what=withdraw-file" in shown) == (True, False)
        assert ("what=publish-file" in shown, "Publish this file?" in form) == (may_publish, may_publish)
    assert "It belongs to Centre, also after it is published." in form


def test_a_file_of_another_organisation_s_record_is_published_only_by_whom_the_owner_let(opened, folder):
    (e,) = Store(folder.public).save(replace(LETTER, id="new", private=None), by=CENTRE, reason="New.")
    shared = Privacy(organisation="centre", shared_with=("watch",), may_publish=("watch",))
    (let,) = folder.seen_by(CENTRE).add_files(e, [a_file()], by=CENTRE, sharing=shared)
    (own,) = folder.seen_by(WATCH).add_files(e, [a_file(b"%PDF-1.7 other")], by=WATCH)
    shown = html(opened("evidence", WATCH, id="new"))
    for file, may in ((let, True), (own, False)):
        form = html(opened(who=WATCH, what="publish-file", id="new", file=file.sha256))
        assert (f"publish-file&amp;id=new&amp;file={file.sha256}" in shown, "Publish this file?" in form) == (may, may)


def test_only_the_owner_is_offered_to_make_it_private_again(opened, folder):
    public = Store(folder.public)
    public.save(replace(LETTER, id="new"), by=CENTRE, reason="It was public from the start.")
    for who, may in ((CENTRE, True), (WATCH, False)):
        shown, form = html(opened("evidence", who)), html(opened(what="unpublish", id="new", who=who))
        assert ("what=unpublish&amp;id=new" in shown, "Make this evidence private?" in form) == (may, may)
    page = press(opened(what="unpublish", id="new", who=CENTRE), "Make it private")
    assert "It is private now" in html(page)
    ways = ("what=evidence&amp;id=new-private", "what=publish&amp;id=new-private", "what=retire&amp;id=new-private")
    assert [way in html(opened("evidence", CENTRE)) for way in ways] == [True] * 3


def test_a_download_asks_again_whose_the_file_is(opened, folder):
    put_in_every_place(folder.seen_by(CENTRE), folder, CENTRE)
    addresses = re.findall(r'href="(/files/private/[0-9a-f]{64})" download', html(opened("evidence", CENTRE)))
    found = [[find_private_file(who, "", one) is not None for one in addresses] for who in (CENTRE, WATCH, NOBODYS)]
    assert found == [[True] * 4, [False] * 4, [False] * 4]


def test_the_to_do_list_says_once_that_entries_have_no_owner_and_a_reviewer_chooses(opened, folder, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": NEWS})
    told = "1 private entry belongs to no organisation yet. All organisations of this tracker can read it."
    assert (told in html(opened("data_health", EDITOR)), opened("data_health", EDITOR).radio) == (True, [])
    page = opened("data_health", WATCH)
    assert told in html(page)
    page.radio(key="old_entries").set_value("all").run()
    press(page, "Save who can read them")
    assert told not in html(opened("data_health", WATCH))
    assert folder.read(fresh=True).evidence["letter"].private == Privacy(organisation="editors", shared_with=ALL)


def test_a_reviewer_who_removes_words_is_not_shown_the_sentences_of_another_organisation(opened, folder):
    for person in (CENTRE, WATCH):
        put_in_every_place(folder.seen_by(person), folder, person)
        folder.seen_by(person).add_note("r1", f"Qorvek is {canary(person)}.", by=person)
    page = opened(what="redact", who=CENTRE)
    page.text_area[0].set_value("Qorvek")
    press(page, "Find them")
    shown = everything(page)
    # both notes stand in one file
    told = ("Found in 1 place:" in shown, f"<p>[…] is {canary(CENTRE)}.</p>" in shown, canary(WATCH) in shown)
    assert told == (True, True, False)


def test_the_to_do_list_tells_an_organisation_alone_what_was_done_to_its_files(opened, folder):
    at, subjects = datetime(2026, 11, 26, 12, tzinfo=UTC), ["notes/r1.yaml", f"import-drafts/{7:016x}.json", "evidence"]
    PrivateNotices(folder.root).add("centre", kind=NoticeKind.REMOVED, by=WATCH, at=at, subjects=subjects)
    told = "reviewer-w1 (Watch) removed words or a file for safety from what belongs to your organisation."
    assert [told in html(opened("data_health", who)) for who in (EDITOR, WATCH, NOBODYS)] == [True, False, False]
    page = opened("data_health", EDITOR)
    assert 'Private notes: <a href="/recommendation?id=r1&amp;lang=en">Repeal the punishments</a>' in html(page)
    assert "<li>Draft of an import</li>\n<li>Evidence</li>" in html(page)
    assert "Told to your organisation only" not in html(press(page, "Take it from the list"))


def test_the_owner_alone_learns_that_the_removal_of_words_deleted_its_whole_private_file(opened, folder):
    file = a_file(b"%PDF-1.7 secret", name="qorvek plan.pdf", text="Qorvek spoke.", received=b"secret")
    folder.seen_by(CENTRE).add_files(law(folder), [file], by=CENTRE)
    address = {"what": "withdraw-file", "id": "law", "file": file.entry.sha256}
    page = opened(what="redact", who=WATCH)
    page.text_area[0].set_value("Qorvek")
    page = press(page, "Find them")
    assert "Whole private files that hold these words are deleted, also files that you may not read." in html(page)
    assert file.entry.sha256 not in everything(page)
    press(page, "Remove them for good")
    for settled in (False, True):
        for who in (CENTRE, EDITOR):
            shown = html(opened("edit", who, **address))
            told = "reviewer-w1 (Watch) removed it for safety. The whole file was deleted"
            assert (told in shown, "2026" in shown.partition(told)[2], "no longer here" in shown) == (True, True, False)
        others = [html(opened("edit", who, **address)) for who in (WATCH, NOBODYS)]
        assert [("There is no such file." in shown, "for safety" in shown) for shown in others] == [(True, False)] * 2
        if not settled:
            page = opened("data_health", EDITOR)
            assert "The words were in the file “[…] plan.pdf”. The whole file was deleted." in html(page)
            press(page, "Take it from the list")
    kept = (folder.root / "notices" / "centre.yaml").read_text("utf-8")
    assert ("qorvek" in kept.lower(), file.entry.sha256 in kept) == (False, False)
    assert [" plan.pdf" in html(opened("data_health", who)) for who in (WATCH, NOBODYS)] == [False, False]


def test_the_edit_addresses_of_a_file_say_the_same_to_who_may_not_read_it_as_of_no_file(opened, folder):
    folder.seen_by(CENTRE).add_files(law(folder), [a_file()], by=CENTRE)
    for what in FILE_ACTIONS:
        digests = (a_file().entry.sha256, "0" * 64)
        shown = [html(opened("edit", WATCH, what=what, id="law", file=one)).replace(one, "#") for one in digests]
        assert (shown[0] == shown[1], "There is no such file." in shown[0], "colleague" in shown[0]) == (
            True,
            True,
            False,
        )


def test_a_draft_is_handed_only_to_those_who_may_read_it(opened, tmp_path):
    people = [Account(p.handle, p.role, organisation=p.organisation) for p in (CENTRE, WATCH, EDITOR)]
    AccountsFile(tmp_path / "state").update(
        lambda now: (reduce(lambda all, one: all.with_account(one), people, now), None)
    )
    lay(tmp_path / "private", draft(CENTRE, 1))
    own = Privacy(organisation="centre")
    opened("about", CENTRE)
    organisations = DatasetReader(tmp_path / "data").read().settings.organisations
    shares = (own, replace(own, shared_with=("watch",)), replace(own, shared_with=ALL))
    told = [[*colleagues(one, organisations)] for one in shares]
    assert told == [["editor-c2"], ["editor-c2", "reviewer-w1"], ["editor-c2", "reviewer-w1"]]
    offered = json.loads((tmp_path / "private" / "import-drafts" / f"{1:016x}.json").read_text())
    lay(tmp_path / "private", {f"import-drafts/{1:016x}.json": json.dumps(offered | {"offered_to": WATCH.handle})})
    assert [canary(CENTRE) in everything(opened("data_health", who)) for who in (CENTRE, WATCH)] == [True, False]
