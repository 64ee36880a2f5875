"""Whose a record is, on the pages: contested in public, changes proposed to its owner, brought back, and who is told."""

import json
from collections.abc import Callable
from contextvars import copy_context
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from lxml.html import fromstring
from streamlit.testing.v1 import AppTest

from pages.shared import layout
from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import CENTRE, NOBODYS, ORGANISATIONS, WATCH, said
from tests.support.story_folder import ASKED, DOCUMENTS, RECORDED, TRACKER
from tests.support.view_requests import ask
from tracker.editing.private.proposals import REFUSED, TAKEN, Proposals
from tracker.editing.redaction.remove_words import redact_folders
from tracker.editing.store import Store
from tracker.editing.undo import retire_record
from tracker.model.errors import Conflict, NotAllowed
from tracker.model.events import Event
from tracker.model.lifecycle import is_unpublished
from tracker.model.permissions import READER, Person, Role
from tracker.model.vocabulary import EventType, Verification
from tracker.publishing.exports.csv_export import render_csv
from tracker.publishing.exports.json_api import render_one
from tracker.publishing.pages.brief import render_brief
from tracker.publishing.pages.snapshot import render_snapshot
from tracker.queries.current_view import recorded_day
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader
from tracker.storage.timestamps import utc_now
from tracker.web.page_shell import render_permanent_link

REVIEWER = Person(Role.REVIEWER, "reviewer-c2", "centre")
EDITORS = Person(Role.REVIEWER, "reviewer-n1")
BY_WATCH = f"{RECORDED}\nrecorded_by: editor-w1\nrecorded_for: watch\n"
FILE = f"files:\n  - {{sha256: {'a' * 64}, kind: pdf, name: a.pdf, size: 1, {RECORDED}, recorded_by: editor-w2, recorded_for: watch}}\n"
SURVEY = f"""\
kind: monitoring
publisher: Health Watch
title: A survey
summary: We surveyed 120 clients.
dimension: practice
verification: seen
relevant_to: [{{recommendation: r1, effect: progress, {RECORDED}}}]
{BY_WATCH}{FILE}"""
ASSESSED = f"""\
{ASKED}{BY_WATCH}assessments:
  - {{voice: civil-society, organisation: watch, status: implemented, date: 2026-01, reason: R., evidence: [survey], {RECORDED}, recorded_by: editor-w1, recorded_for: watch}}
"""
REPORT = (
    "  - {{id: ours, body: cescr, kind: alternative-report, title: Our report, cycle: 4, verification: seen, {}}}\n"
).format(", ".join(BY_WATCH.splitlines()))
DATES = DOCUMENTS.replace(
    "id: co-4,",
    "id: co-4, deadlines: [{kind: submission, date: 2027-01, set_by: ours, recorded_for: watch}],",
)
FILES = {
    "tracker.yaml": TRACKER + ORGANISATIONS,
    "documents.yaml": DATES + REPORT,
    "evidence/survey.yaml": SURVEY,
    "recommendations/r1.yaml": ASSESSED,
}
PRIVATE = True
OTHERS = [CENTRE, REVIEWER, EDITORS]
RECORDS = {"evidence": "survey", "recommendation": "r1", "document": "ours"}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(DatasetReader(tmp_path / "data", look_every=0))


@pytest.fixture
def proposals(tmp_path: Path) -> Proposals:
    return Proposals(tmp_path / "private")


def survey(store: Store) -> Any:
    return store.reader.read(fresh=True).evidence["survey"]


def labels(page: AppTest) -> set[str]:
    return {button.label for button in page.button}


def proposed(opened: Callable[..., AppTest], who: Person = CENTRE) -> AppTest:
    page = put(
        opened(who=who, what="evidence", id="survey"), "edit_evidence_survey_", summary_en="We surveyed 12 clients."
    )
    return press(put(page, "edit_evidence_survey_", reason="We counted."), "Propose the change")


CHANGING = {"Save the edit", "Archive this evidence", "Archive this document", "Archive", "Make it private", "Publish"}


@pytest.mark.parametrize("who", OTHERS, ids=lambda who: who.handle)
@pytest.mark.parametrize("what", [*RECORDS, "retire", "retire-document", "unpublish", "unpublish-file", "remove-file"])
def test_no_form_on_the_record_of_another_organisation_has_a_button_that_changes_it(opened, who, what):
    id = RECORDS.get(what) or ("ours" if what == "retire-document" else "survey")
    page = opened(who=who, what=what, id=id, file="a" * 64)
    assert not labels(page) & CHANGING and "Remove for good" not in labels(page)
    assert page.exception == [] and page.get("file_uploader") == []
    offered = {"Contest"} if who.role is Role.REVIEWER else set()
    if not what.startswith(("un", "remove")):
        assert offered <= labels(page) and any(label.startswith("Propose") for label in labels(page))
        assert ("only it changes, archives or translates it" in html(page)) and "Health Watch" in html(page)


def test_without_a_private_folder_it_can_only_be_contested(opened, monkeypatch):
    monkeypatch.delenv("TRACKER_PRIVATE")
    for what, id in (*RECORDS.items(), ("retire", "survey")):
        assert labels(opened(who=REVIEWER, what=what, id=id)) == {"Contest"}
        assert labels(opened(who=CENTRE, what=what, id=id)) == set()
    assert "Contest" in labels(opened("recommendation", who=REVIEWER, id="r1", editing="now", form="edit"))


def test_its_own_organisation_has_every_button_and_sees_who_attached_what(opened):
    links = {who: html(opened("evidence", who=who)) for who in (WATCH, CENTRE, READER)}
    assert "what=retire&amp;id=survey" in links[WATCH] and "what=retire" not in links[CENTRE].partition("e-survey")[2]
    assert "Propose a change…" in links[CENTRE] and "Contest, or" not in "".join(links.values())
    assert "Contest, or propose a change…" in html(opened("evidence", who=REVIEWER))
    assert "a.pdf: editor-w2, 31 January 2026" in links[WATCH]
    assert "editor-w" not in links[CENTRE] + links[READER]
    assert all("Entry of Health Watch" in text for text in links.values())
    assert "Save the edit" in labels(opened(who=WATCH, what="evidence", id="survey"))


def test_a_page_says_whose_a_record_and_a_date_is(opened):
    for file, id in (("recommendation", "r1"), ("evidence", "survey"), ("treaty_bodies", ""), ("deadlines", "")):
        assert "Entry of Health Watch" in html(opened(file, who=READER, id=id)), file
    # of another committee's record, only its next date is an entry of theirs
    other = html(opened("recommendation", who=READER, id="co-4-12"))
    assert other.count("Entry of") == other.partition("Next date")[2].partition("</p>")[0].count("Entry of")


def test_what_the_editors_entered_under_the_name_of_an_organisation_says_that_it_is_theirs(opened, tmp_path):
    file = tmp_path / "data" / "evidence" / "survey.yaml"
    file.write_text(file.read_text().replace("recorded_for: watch", "recorded_for: editors"))
    assert "Entry of Editors of this tracker" in html(opened("evidence", who=READER))
    file.write_text(file.read_text().replace("kind: monitoring", "kind: news"))
    assert "Entry of Editors of this tracker" in html(opened("evidence", who=READER))
    file.write_text(file.read_text().replace("publisher: Health Watch", "publisher: 24.kg"))
    assert "Entry of" not in html(opened("evidence", who=READER))


def test_a_date_of_another_organisation_is_not_a_field(opened, there):
    page = opened(who=CENTRE, what="document", id="co-4")
    assert "our own submission · January 2027" in html(page)
    assert not [box.key for box in page.text_input if "deadline0" in str(box.key)]
    put(page, "edit_document_co-4_", symbol="E/C.12/1", reason="It was missing.")
    press(page, "Save the edit")
    assert (there("co-4").symbol, there("co-4").deadlines[0].recorded_for) == ("E/C.12/1", "watch")


def test_a_reviewer_contests_evidence_in_public_and_its_organisation_is_told(opened, store):
    page = opened(who=REVIEWER, what="evidence", id="survey")
    assert errors(press(page, "Contest")) == ["Please say why you contest it."]
    press(put(page, "contested_record_", survey="Two of us were there."), "Contest")
    assert "Contested. Your reason stands beside it." in html(page)
    # below it stands a form to propose a change, which nobody else changed
    assert "after you opened the form" not in html(page) and "Propose" in str([b.label for b in page.button])
    request = ask(store.reader.read(fresh=True), one="r1")
    texts = [html(opened(file, who=READER, id=id)) for file, id in (("recommendation", "r1"), ("evidence", "survey"))]
    texts += [html(opened("evidence", who=READER)), html(opened("activity", who=READER))]
    texts += [render(request).body.decode() for render in (render_brief, render_snapshot)]
    for text in texts:
        assert "Two of us were there." in text and "AC" in text and "reviewer-c2" not in text
    (evidence,) = json.loads(render_one(request).body)["evidence"]
    assert [one["organisation"] for one in evidence["contested"]] == ["centre"]
    (r,) = (
        replace(one, events=(Event(type=EventType.CONTESTED, reason=said("Not asked.")),)) for one in [there_r1(store)]
    )
    store.save(r, by=REVIEWER, reason="Why.")
    assert "AC: Not asked." in render_csv(ask(store.reader.read(fresh=True), one="r1")).body.decode()
    told, others = (html(opened("data_health", who=who)) for who in (WATCH, CENTRE))
    assert "What others did that concerns you" in told and "Two of us were there." in told and "Not asked." in told
    assert "Two of us" not in others
    press(opened(who=REVIEWER, what="evidence", id="survey"), "Withdraw the objection")
    assert "Two of us were there." not in html(opened("evidence", who=READER))


def there_r1(store: Store) -> Any:
    return store.reader.read(fresh=True).recommendations["r1"]


def test_a_change_is_proposed_to_the_owner_who_takes_it(opened, store, proposals):
    page = proposed(opened)
    assert "Proposed. It stands under “To do” of Health Watch, to be taken or refused." in html(page)
    assert "Private: shared with Health Watch" in html(opened(who=CENTRE, what="evidence", id="survey"))
    (p,) = proposals.list_readable("watch")
    assert [proposals.list_readable(own) for own in ("centre", "editors")] == [[p], []]
    assert survey(store).summary == said("We surveyed 120 clients.")
    for who in (EDITORS, READER):
        assert "12 clients" not in html(opened("data_health", who=who)) + html(
            opened(who=who, what="proposal", id=p.id)
        )
    assert "AC proposes a change" in html(opened("data_health", who=WATCH))
    page = opened(who=WATCH, what="proposal", id=p.id)
    assert "<del>120</del> <ins>12</ins>" in html(page) and "We counted." in html(page)
    press(page, "Take it")
    e = survey(store)
    assert (e.summary["en" if "en" in e.summary else ""].text, e.recorded_for) == ("We surveyed 12 clients.", "watch")
    assert (e.history[-1].recorded_by, e.history[-1].reason) == (
        "editor-w1",
        "Proposed by AC, taken by Health Watch: We counted.",
    )
    assert "Your proposal: " in html(opened("data_health", who=CENTRE)) and "Taken" in html(
        opened("data_health", who=CENTRE)
    )
    press(opened(who=CENTRE, what="proposal", id=p.id), "Remove")
    assert proposals.list_readable("centre") == []


def test_the_owner_refuses_with_a_word_and_nobody_else_answers(opened, store, proposals):
    proposed(opened)
    (p,) = proposals.list_readable("watch")
    for own in ("centre", "editors"):
        proposals.answer(p, TAKEN, own=own)
    proposals.withdraw(p, own="watch")
    assert proposals.list_readable("watch") == [p]
    assert labels(opened(who=CENTRE, what="proposal", id=p.id)) == {"Withdraw the proposal"}
    assert "Take it" not in labels(opened(who=EDITORS, what="proposal", id=p.id))
    page = opened(who=WATCH, what="proposal", id=p.id)
    press(put(page, "word_", **{p.id: "It was 120."}), "Refuse")
    (p,) = proposals.list_readable("centre")
    assert (p.content["answer"], p.content["word"]) == (REFUSED, "It was 120.")
    assert "It was 120." in html(opened(who=CENTRE, what="proposal", id=p.id))
    assert labels(opened(who=WATCH, what="proposal", id=p.id)) == set()
    assert survey(store).history == ()


def test_a_demand_in_the_report_of_another_organisation_is_proposed_to_it(opened, store, monkeypatch):
    fields = {"summary_en": "Close them.", "title_en": "Close the clinics", "mark": Verification.REPORTED}
    page = opened(who=CENTRE, what="recommendation", document="ours")
    page = put(page, "edit_recommendation__", **fields)
    assert "Add the recommendation" not in labels(page)
    page = put(page, "edit_recommendation__", paragraph="3", id="put", reason="You forgot it.")
    press(page, "Propose the change")
    assert (errors(page), "Proposed. It stands under “To do” of Health Watch" in html(page)) == ([], True)
    (p,) = Proposals(store.root.parent / "private").list_readable("watch")
    page = opened(who=WATCH, what="proposal", id=p.id)
    assert "Close the clinics" in html(page) and "AC proposes a change" in html(opened("data_health", who=WATCH))
    press(page, "Take it")
    r = store.reader.read(fresh=True).recommendations[p.name]
    assert (errors(page), r.recorded_for, r.recorded_by, r.document) == ([], "watch", "editor-w1", "ours")
    monkeypatch.delenv("TRACKER_PRIVATE")
    boxes = {who: opened(who=who, what="recommendation").selectbox for who in (CENTRE, WATCH)}
    assert [any("Our report" in name for box in boxes[who] for name in box.options) for who in boxes] == [False, True]


READS_ONLY = replace(WATCH, role=Role.READER)


def test_who_belongs_to_an_organisation_that_is_not_listed_only_reads_until_it_is_again(opened, store, monkeypatch):
    monkeypatch.setattr(layout, "person_from_cookies", lambda *_: WATCH)
    monkeypatch.setattr(layout, "store", lambda: store)
    tracker = (store.root / "tracker.yaml").read_text()
    for text, person in (
        (tracker, WATCH),
        (tracker.replace("id: watch", "id: gone"), Person(Role.READER, "editor-w1")),
        # in what was gathered from other trackers everybody only reads
        (f"{tracker}gathered: [{{id: kgz, name: K, link: 'https://k.example', outcome: fresh}}]\n", READS_ONLY),
    ):
        (store.root / "tracker.yaml").write_text(text)
        assert copy_context().run(layout.current_person) == person


def test_what_was_changed_since_is_not_taken_over(opened, store, proposals):
    proposed(opened)
    (p,) = proposals.list_readable("watch")
    store.save(replace(survey(store), summary=said("We surveyed 121 clients.")), by=WATCH, reason="Counted again.")
    page = opened(who=WATCH, what="proposal", id=p.id)
    assert "can no longer be taken as it is" in html(page) and "Take it" not in labels(page)


def test_archiving_is_proposed_like_a_change(opened, store, proposals):
    page = put(opened(who=CENTRE, what="retire", id="survey"), "edit_retire_survey_", reason="It is out of date.")
    assert "Archive this evidence" not in html(page)
    assert "Private: shared with Health Watch" in html(page) and "Public: everybody" not in html(page)
    press(page, "Propose to archive it")
    assert survey(store).events == ()
    (p,) = proposals.list_readable("watch")
    page = opened(who=WATCH, what="proposal", id=p.id)
    told = " proposes to archive this: It is out of date."
    todo = html(opened("data_health", who=WATCH))
    assert told in html(page) and " proposes a change" not in todo
    assert todo.count("<li>A survey · AC proposes to archive this: It is out of date.") == 1, "what waits for it"
    assert todo.count("A survey</a> · <b>AC proposes to archive this: It is out of date.") == 1, "what concerns it"
    assert ("Take it" in labels(page), "retired" in html(page), "Reason for the assessment" in html(page)) == (
        False,
    ) * 3
    press(page, "Archive it")
    assert [(e.type, e.recorded_by) for e in survey(store).events] == [(EventType.RETIRED, "editor-w1")]


def test_only_what_belongs_to_others_is_proposed_and_a_number_of_times(proposals, store, opened, monkeypatch):
    d = store.reader.read(fresh=True)
    edited = replace(d.evidence["survey"], publisher="Another")
    for by in (WATCH, READER, replace(CENTRE, role=Role.READER)):
        with pytest.raises(NotAllowed):
            proposals.add(d, edited, "Why.", by=by)
    with pytest.raises(NotAllowed):
        proposals.add(d, replace(d.evidence["law"], publisher="Another"), "Why.", by=NOBODYS)
    with pytest.raises(Conflict):
        proposals.add(d, replace(edited, version="0" * 16), "Why.", by=CENTRE)
    monkeypatch.setattr("tracker.editing.private.proposals.MAX_OPEN_PROPOSALS", 1)
    proposals.add(d, edited, "Why.", by=CENTRE)
    with pytest.raises(NotAllowed, match="Too many"):
        proposals.add(d, edited, "Why.", by=CENTRE)
    proposals.add(d, edited, "Why.", by=NOBODYS)


# Archiving is never the end.


def test_the_old_link_of_archived_evidence_says_what_was_there_since_when_and_why(opened, store):
    store.save(retire_record(survey(store), said("It is out of date.")), by=WATCH, reason="Why.")
    for who in (READER, CENTRE, WATCH):
        page = html(opened("evidence", who=who, id="survey"))
        for words in ("A survey", "Entry of Health Watch", "It is out of date.", "archived", "2026"):
            assert words in page
        assert ("Bring back…" in page) is (who is WATCH)
    assert "120 clients" not in page
    for file in ("data_health", "activity"):
        for who in (READER, CENTRE, WATCH):
            words = html(opened(file, who=who))
            assert ("what=bring-back&amp;of=evidence&amp;id=survey" in words) is (who is WATCH), (file, who)
    rests = html(opened("recommendation", who=READER, id="r1"))
    assert 'href="/evidence?id=survey&amp;lang=en">A survey</a> (archived, ' in rests
    request = ask(store.reader.read(fresh=True), one="r1")
    for render in (render_brief, render_snapshot):
        assert "Its evidence was archived: A survey (" in fromstring(render(request).body).text_content()
    assert "There is nothing to bring back here" in html(
        opened(who=CENTRE, what="bring-back", of="evidence", id="survey")
    )
    page = opened(who=WATCH, what="bring-back", of="evidence", id="survey")
    assert errors(press(page, "Bring back")) == ["Please say why it is brought back."]
    press(put(page, "restored_record_", survey="We need it."), "Bring back")
    assert "Brought back. It counts again." in html(page) and "only its owner or a reviewer" not in html(page)
    assert "120 clients" in html(opened("evidence", who=READER, id="survey"))


def test_evidence_of_the_editors_on_which_we_rest_is_archived_and_we_are_told(opened, store):
    law, r = store.reader.read(fresh=True).evidence["law"], there_r1(store)
    rests = replace(r.assessments[0], evidence=("law",), recorded=None, events=())
    store.save(replace(r, assessments=(*r.assessments, rests)), by=WATCH, reason="Why.")
    store.save(retire_record(law, said("Twice.")), by=CENTRE, reason="Why.")
    told = html(opened("data_health", who=WATCH))
    assert "<b>AC</b> · archived: " in told and "Twice." in told
    assert (
        "Twice." not in html(opened("data_health", who=CENTRE)).partition("rt-affected")[2].partition("</section>")[0]
    )
    page = put(
        opened(who=REVIEWER, what="bring-back", of="evidence", id="law"), "restored_record_", law="It is needed."
    )
    press(page, "Bring back")
    assert "It is needed." in html(opened("data_health", who=WATCH))
    assert "<b>AC</b> · restored: " in html(opened("data_health", who=WATCH))


def test_an_archived_demand_and_report_say_whose_they_were_and_come_back(opened, store):
    store.save(retire_record(there_r1(store), said("Twice.")), by=WATCH, reason="Why.")
    d = store.reader.read(fresh=True).documents["ours"]
    store.save(retire_record(d, said("Withdrawn.")), by=WATCH, reason="Why.")
    for page in (html(opened("recommendation", who=WATCH, id="r1")), html(opened("treaty_bodies", who=WATCH))):
        assert "Entry of Health Watch" in page and "Bring back…" in page
    page = render_permanent_link(ask(store.reader.read(fresh=True), one="r1"))
    assert page.status == 410 and "Twice." in page.body.decode() and "Entry of Health Watch" in page.body.decode()
    for of, id in (("recommendations", "r1"), ("documents", "ours")):
        page = put(opened(who=WATCH, what="bring-back", of=of, id=id), "restored_record_", **{id: "Needed."})
        press(page, "Bring back")
    assert "Repeal the punishments" in html(opened("recommendation", who=READER, id="r1"))


def test_evidence_of_another_organisation_is_not_confirmed_until_that_organisation_says_it_was_read(opened, store):
    entry = replace(
        survey(store), id="theirs", version="", kind="news", publisher="A Centre", verification="reported", files=()
    )
    store.save(replace(entry, relevant_to=(), link="https://example.org/1", history=()), by=WATCH, reason="Why.")
    assert (
        "Entry of Health Watch · not confirmed by AC" in fromstring(html(opened("evidence", who=READER))).text_content()
    )
    page = opened(who=CENTRE, what="evidence", id="theirs")
    press(page, "We published this: mark it “source read”")
    told = fromstring(html(opened("evidence", who=READER))).text_content()
    assert "source read · AC" in told and "not confirmed" not in told
    assert "We published this" not in [b.label for b in opened(who=WATCH, what="evidence", id="theirs").button]


def test_what_an_organisation_entered_with_another_one_as_publisher_says_who_has_not_confirmed_it(opened, store):
    joint, words = (
        replace(survey(store), id="joint", version="", files=(), kind="news", link="https://example.org/1"),
        "not confirmed by",
    )
    for who, publisher, shown in (
        (WATCH, "Health Watch; A Centre", "AC"),
        (EDITORS, "Health Watch; A Centre", "Health Watch and AC"),
        (WATCH, "Health Watch", ""),
    ):
        new = replace(joint, id=f"joint-{len(shown)}", publisher=publisher, verification="reported")
        store.save(new, by=who, reason="R.")
        text = " ".join(fromstring(html(opened("evidence", who=READER, id=new.id))).text_content().split())
        assert (f"{words} {shown}" in text) if shown else (words not in text)
    (e,) = store.save(replace(joint, publisher="Health Watch; A Centre"), by=WATCH, reason="R.")
    assert f"{words} AC" in html(opened("evidence", who=READER, id="joint")), (
        "that it has read itself confirms nothing for the other"
    )
    store.save(replace(e, verification="reported"), by=WATCH, reason="R.")
    press(opened(who=CENTRE, what="evidence", id="joint"), "We published this: mark it “source read”")
    assert words not in html(opened("evidence", who=READER, id="joint"))


SHARED = {  # what and which entry → the key of a field that is fixed, what is typed as a proposal, and a field that is free
    ("document", "co-4"): ("cycle", "9", "title_en"),
    ("recommendation", "co-4-12"): ("publisher", "Others", "summary_en"),
    ("evidence", "law"): ("publisher", "Human Rights Committee", "summary_en"),
}


@pytest.mark.parametrize(("what", "id"), SHARED)
def test_what_a_shared_entry_is_cannot_be_typed_and_is_proposed_to_the_editors(opened, store, proposals, what, id):
    name, value, free = SHARED[what, id]
    prefix, sentence = f"edit_{what}_{id}_", "It says what the entry is. Who may change it"
    opened_by = {who: opened(who=who, what=what, id=id) for who in (CENTRE, REVIEWER, EDITORS)}
    inputs = {who: {one.key: one for one in page.text_input} for who, page in opened_by.items()}
    assert [inputs[who][prefix + name].disabled for who in inputs] == [True, True, False]
    assert inputs[CENTRE][prefix + name].help.startswith(sentence) and not inputs[EDITORS][prefix + name].help
    assert "Fields that say what the entry is cannot be changed here" in html(opened_by[CENTRE])
    assert f"/edit?what={what}&amp;id={id}&amp;propose=yes" in html(opened_by[CENTRE])
    assert "propose=yes" not in html(opened_by[EDITORS])
    areas = {one.key: one for one in (*opened_by[CENTRE].text_input, *opened_by[CENTRE].text_area)}
    assert not areas[prefix + free].disabled
    page = opened(who=CENTRE, what=what, id=id, propose="yes")
    assert "What you change here is proposed to the tracker" in html(page) and "Save the edit" not in labels(page)
    put(put(page, prefix, **{name: value}), prefix, reason="It is wrong.")
    assert errors(press(page, "Propose the change")) == [] and "Proposed. " in html(page)
    (p,) = proposals.list_readable("editors")
    assert (value in str(p.content["changes"]), proposals.list_readable("watch")) == (True, [])
    assert "AC proposes a change" in html(opened("data_health", who=EDITORS))
    assert press(opened(who=EDITORS, what="proposal", id=p.id), "Take it") and errors(page) == []
    now = {one.key: one for one in opened(who=CENTRE, what=what, id=id).text_input}
    assert now[prefix + name].value == value


def test_what_is_made_private_says_by_whom_and_why_also_to_those_who_keep_it_with_others(opened, store):
    law = store.reader.read(fresh=True).evidence["law"]
    store.save(replace(law, relevant_to=survey(store).relevant_to), by=EDITORS, reason="R.")
    page = opened(who=REVIEWER, what="unpublish", id="law")
    press(page, "Make it private")
    assert "Please say why it is made private." in str([error.value for error in page.error])
    press(put(page, "unpublish_", why_law="Call +996 555 123456."), "Make it private")
    assert not is_unpublished(store.reader.read(fresh=True).evidence["law"]), "a number is not published as a reason"
    press(put(page, "unpublish_", why_law="The source was withdrawn."), "Make it private")
    assert "It is private now" in html(page) and is_unpublished(store.reader.read(fresh=True).evidence["law"])
    for file, params in (("evidence", {"id": "law"}), ("recommendation", {"id": "r1"})):
        for who in (READER, WATCH):
            told = " ".join(fromstring(html(opened(file, who=who, **params))).text_content().split())
            assert "no longer public (" in told and ", AC" in told, (file, told)
            assert "The source was withdrawn." in told


def test_a_record_says_who_removed_words_from_it_and_when_and_no_other_does(opened, store):
    by = Person(Role.REVIEWER, "reviewer-w1", "watch")
    redact_folders(
        store, RedactionTerms(["surveyed"]), by=by, day=recorded_day(utc_now().isoformat(), store.reader.read())
    )
    sentence = "Words were removed for safety by Health Watch on "
    assert sentence in html(opened("evidence", READER, id="survey"))
    assert sentence not in html(opened("recommendation", READER, id="r2"))
    redact_folders(store, RedactionTerms(["punishments"]), by=EDITORS, day=date(2026, 2, 1))
    assert "Words were removed for safety on 1 February 2026." in html(opened("recommendation", READER, id="r1"))
    # a second organisation removed words on the day of the first: nobody is named for what another may have done
    survey = html(opened("evidence", READER, id="survey"))
    assert sentence not in survey and "Words were removed for safety on " in survey


def test_a_proposal_to_the_editors_is_read_by_who_assessed_the_recommendation_and_answered_by_the_editors_alone(
    opened, tmp_path, store, proposals
):
    file = tmp_path / "data" / "recommendations" / "co-4-12.yaml"
    file.write_text(f"{file.read_text()}assessments:{ASSESSED.partition('assessments:')[2]}")
    assert "Private: shared with Editors of this tracker and Health Watch" in html(
        opened(who=CENTRE, what="recommendation", id="co-4-12", propose="yes")
    )
    d = store.reader.read(fresh=True)
    r = replace(d.recommendations["co-4-12"], paragraph="99")
    p = proposals.add(d, r, "It is 99.", by=CENTRE)
    told = {who: html(opened("data_health", who=who)) for who in (WATCH, EDITORS, NOBODYS)}
    assert all("AC proposes a change" in text for text in told.values())
    assert ("Take or refuse" in told[WATCH], "Take or refuse" in told[EDITORS]) == (False, True)
    assert labels(opened(who=WATCH, what="proposal", id=p.id)) == set()
    proposals.answer(p, TAKEN, own="watch")
    proposals.withdraw(p, own="watch")
    assert proposals.list_readable("watch") == [p]


def test_under_to_do_an_entry_of_another_organisation_says_whose_it_is(opened, tmp_path, store):
    file = tmp_path / "data" / "recommendations" / "co-4-12.yaml"
    ours = ASSESSED.partition("assessments:")[2].replace("watch", "centre").replace("-w1", "-c1")
    file.write_text(f"{file.read_text()}assessments:{ours}")
    changed = replace(survey(store), summary=said("We surveyed 12 clients."))
    store.save(changed, by=WATCH, reason="We counted.")
    told = {who: html(opened("data_health", who=who)).partition("rt-affected")[2] for who in (CENTRE, WATCH)}
    assert ("We counted." in told[CENTRE], "(Entry of Health Watch)" in told[CENTRE]) == (True, True)
    assert "(Entry of" not in told[WATCH]
