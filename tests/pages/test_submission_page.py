"""The page "Prepare a submission": what is proposed, what is written, what is checked, and the file that is saved."""

import io
import re
from base64 import b64decode
from dataclasses import replace

from docx import Document as open_docx

from pages.forms.submission_draft import _drafts_in, submission_drafts
from tests.editing.test_private_organisations import TWO
from tests.support.canary_folder import CANARY, EVIDENCE, lay
from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import ANNA
from tests.support.story_folder import BODIES, DOCUMENTS, GRADED, NEWS, TRACKER
from tracker.editing.private.drafts import FieldEdit, SubmissionDrafts
from tracker.model.errors import WriteFailed
from tracker.model.lifecycle import is_withdrawn
from tracker.model.permissions import READER, Person, Role
from tracker.storage.dataset_reader import DatasetReader

PRIVATE = True
CENTRE, WATCH = Person(Role.EDITOR, "editor-c1", "centre"), Person(Role.EDITOR, "editor-w1", "watch")
ASSESSED = "{voice: civil-society, status: not-implemented, date: 2026-01, reason: Nothing was repealed.}"
FILES = {
    "tracker.yaml": TRACKER + TWO,
    "documents.yaml": DOCUMENTS.replace(
        "issued: 2022-12-09, verification: seen",
        "issued: 2022-12-09, verification: seen, follow_up: {verification: seen, source: {document: hrc-3, paragraph: 24}, paragraphs: [20]}",
    ),
    "recommendations/hrc-3-20.yaml": GRADED + "paragraph: 20\n",
    "recommendations/hrc-3-21.yaml": f"{GRADED}paragraph: 21\nassessments: [{ASSESSED}]\n",
}
NEW_SUMMARY = "closing: Do it now.\n"
ADDRESS = {"of": "follow-up", "id": "ccpr", "to": "en"}
PREFIX = "submission_follow-up_ccpr_en_text_hrc-3-20_"


def saved(page):
    """The name and the text of the file that the page offers."""
    found = re.search(r'data-bytes="([^"]+)" data-file="([^"]+)"', html(page))
    assert found, html(page)[-2000:]
    document = open_docx(io.BytesIO(b64decode(found[1])))
    texts = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    texts += [p.text for p in (*document.paragraphs, *document.sections[0].header.paragraphs)]
    return found[2], "\n".join(texts)


def test_the_selected_paragraphs_are_proposed_and_what_is_written_is_in_the_file(opened):
    page = opened("submission", **ADDRESS)
    assert page.exception == []
    assert page.multiselect(key="submission_follow-up_ccpr_en_ids").value == ["hrc-3-20"]
    shown = re.split("For you to fill in: 10|Known limits of what is recorded here: ", html(page))
    assert "have not assessed it: assess it, write the situation, or leave it out." in shown[1]
    assert "What the State said is not recorded here: HRC 3, para. 20." in shown[2] and "No evidence." in shown[2]
    put(page, PREFIX, situation="It became worse.", impact="", comments="", grade="B")
    assert "It is not known here how long it may be." in html(page)
    name, text = saved(press(page, "Make the Word file"))
    assert re.fullmatch(r"follow-up-ccpr-\d{4}-\d\d-\d\d-en\.docx", name)
    assert "It became worse." in text and "Confidential" not in text


def test_a_selected_paragraph_that_is_not_in_the_register_leads_to_its_form(opened, tmp_path):
    documents = tmp_path / "data/documents.yaml"
    documents.write_text(documents.read_text().replace("paragraphs: [20]", "paragraphs: [20, 24]"))
    missing = {"what": "recommendation", "document": "hrc-3", "paragraph": "24"}
    link = "/edit?" + "&amp;".join(f"{name}={value}" for name, value in missing.items()) + "&amp;lang=en"
    assert re.findall(r'href="([^"]*paragraph=[^"]*)"', html(opened("submission", **ADDRESS))) == [link]
    page = opened("edit", **missing)
    typed = {widget.key: widget.value for widget in (*page.selectbox, *page.text_input)}
    assert (typed["edit_recommendation__document"], typed["edit_recommendation__paragraph"]) == ("hrc-3", "24")


def test_public_evidence_is_in_the_words_of_those_who_sign_until_its_tick_is_taken_away(opened, tmp_path):
    public = (
        NEWS + "relevant_to: [{recommendation: hrc-3-20, effect: setback, recorded: 2026-01-31T12:00:00.000000Z}]\n"
    )
    lay(tmp_path / "data", {"evidence/law.yaml": public})
    page = put(opened("submission", **ADDRESS), PREFIX, situation="It became worse.")
    offered = "Evidence: 24.kg, para. 20: the summary is the tracker&#39;s, so it is not in the document."
    assert "The law was signed." not in saved(press(page, "Make the Word file"))[1] and offered in html(page)
    page = put(page, PREFIX, **{"evidence-law": "The law was signed."})
    assert "The law was signed." in saved(press(page, "Make the Word file"))[1] and offered not in html(page)
    unchanged = "the tracker&#39;s editors wrote “The law was signed.”, unchanged. Read it as your own."
    assert unchanged in html(page)
    assert unchanged not in html(put(page, PREFIX, **{"evidence-law": "The law was signed. It is bad."}))
    page.checkbox(key="submission_follow-up_ccpr_en_public_hrc-3-20_law").uncheck().run()
    assert "The law was signed." not in saved(press(page, "Make the Word file"))[1]


def test_a_submission_is_about_one_of_several_states_and_so_is_its_draft(opened, tmp_path):
    settings, documents = (tmp_path / "data" / name for name in ("tracker.yaml", "documents.yaml"))
    settings.write_text(settings.read_text() + "states: [{id: kgz, name: Kyrgyzstan}, {id: kaz, name: Kazakhstan}]\n")
    documents.write_text(documents.read_text().replace(", body:", ", state: kgz, body:"))
    page = opened("submission", **ADDRESS)
    assert page.selectbox(key="address_state").options == ["Kyrgyzstan", "Kazakhstan"]
    assert page.multiselect(key="submission_follow-up_ccpr_en_kgz_ids").value == ["hrc-3-20"]
    put(page, "submission_follow-up_ccpr_en_kgz_text_hrc-3-20_", situation="It became worse.")
    other = opened("submission", **ADDRESS, state="kaz")
    assert other.exception == [] and other.multiselect(key="submission_follow-up_ccpr_en_kaz_ids").options == []
    assert re.search("Kyrgyzstan, [^<]*, English", html(other))


def test_a_text_that_is_too_long_is_kept_in_the_draft_and_makes_no_file_until_it_fits(opened):
    text = "It became worse. " * 1250
    told = "“It became worse. It became worse. It bec…” is too long: 21,249 of 20,000 characters. Shorten it by 1,249."
    page = put(opened("submission", **ADDRESS), PREFIX, situation=text)
    assert told in html(page)
    assert errors(press(page, "Make the Word file")) == [told]
    page = opened("submission", **ADDRESS)
    assert page.text_area(key=PREFIX + "situation").value == text
    _name, written = saved(press(put(page, PREFIX, situation=text[:19_000]), "Make the Word file"))
    assert text[:18_999] in written


COLLEAGUE = Person(Role.EDITOR, "editor-bermet", ANNA.organisation)
ELSEWHERE = {**ADDRESS, "of": "brief"}


def test_a_draft_waits_for_the_whole_organisation_until_it_is_discarded(opened, monkeypatch):
    put(opened("submission", **ADDRESS), PREFIX, situation="It became worse.")
    _drafts_in.cache_clear()  # as after a restart, and in another copy
    for who in (ANNA, COLLEAGUE):
        assert opened("submission", who, **ADDRESS).text_area(key=f"{PREFIX}situation").value == "It became worse."
        told = "Draft: Follow-up submission, CCPR, English. Last changed by editor-anna"
        assert told in html(opened("submission", who, **ELSEWHERE))
    stranger = Person(Role.EDITOR, "editor-w1", "watch")
    assert "Draft:" not in html(opened("submission", stranger, **ELSEWHERE))
    assert opened("submission", stranger, **ADDRESS).text_area(key=f"{PREFIX}situation").value == ""
    again = opened("submission", **ADDRESS)
    press(again, "Discard it")
    assert again.text_area(key=f"{PREFIX}situation").value == ""
    assert "Draft:" not in html(opened("submission", **ELSEWHERE))


def test_of_two_texts_that_were_typed_at_the_same_time_both_are_shown(opened):
    mine, theirs = opened("submission", **ADDRESS), opened("submission", COLLEAGUE, **ADDRESS)
    put(theirs, PREFIX, situation="Theirs.", impact="Their impact.")
    opened("submission", ANNA, **ELSEWHERE)  # the tabs are those of Anna again
    put(mine, PREFIX, situation="Mine.")
    assert [mine.text_area(key=PREFIX + name).value for name in ("situation", "impact")] == ["Theirs.", "Their impact."]
    assert "editor-anna wrote at the same time:" in html(mine) and "<p>Mine.</p>" in html(mine)
    assert "data-bytes" not in html(press(mine, "Make the Word file"))
    assert "two texts were typed at the same time" in mine.error[0].value and "two texts were typed" in html(mine)
    press(mine, "Add it to the text above")
    assert mine.text_area(key=f"{PREFIX}situation").value == "Theirs.\n\nMine."
    assert "at the same time" not in html(mine)
    put(mine, PREFIX, situation="Both.")
    assert opened("submission", **ADDRESS).text_area(key=f"{PREFIX}situation").value == "Both."


def test_while_nobody_can_say_who_is_signed_in_a_tab_keeps_its_words_alone_and_writes_them_afterwards(
    opened, monkeypatch
):
    page = put(opened("submission", **ADDRESS), PREFIX, situation="Before.", comments="Shared.")
    monkeypatch.setattr("pages.shared.layout.can_check_sign_in", lambda: False)
    monkeypatch.setattr("pages.shared.layout.current_person", lambda: READER)
    put(page, PREFIX, situation="After.", impact="Also after.")
    assert [page.text_area(key=PREFIX + name).value for name in ("situation", "comments")] == ["After.", ""]
    monkeypatch.setattr("pages.shared.layout.current_person", lambda: ANNA)
    assert opened("submission", **ADDRESS).text_area(key=f"{PREFIX}situation").value == "Before."
    page.run()
    again = opened("submission", **ADDRESS)
    names = ("situation", "impact", "comments")
    assert [again.text_area(key=PREFIX + name).value for name in names] == ["After.", "Also after.", "Shared."]


def test_what_cannot_be_written_now_is_written_later(opened, monkeypatch):
    page = opened("submission", **ADDRESS)
    drafts, write = submission_drafts(), SubmissionDrafts.write

    def fail(*_given, **_named):
        raise WriteFailed("The disk is full.")

    monkeypatch.setattr(SubmissionDrafts, "write", fail)
    put(page, PREFIX, situation="First.", impact="Second.")
    assert "The disk is full." in page.warning[0].value
    monkeypatch.setattr(SubmissionDrafts, "write", write)
    put(page, PREFIX, comments="Third.")
    (draft,) = drafts.list_readable("editors")
    assert sorted(draft.choices.values()) == ["First.", "Second.", "Third."]


def test_what_was_sent_is_recorded_with_its_demands_and_undone_in_one_step(opened, there, tmp_path):
    page = opened("submission", **{**ADDRESS, "of": "alternative-report"})
    prefix = "submission_alternative-report_ccpr_en_"
    put(page, f"{prefix}text_hrc-3-20_", ask="Repeal them.")
    put(page, prefix, **{"text_hrc-3-21_ask": "Train the police.", "text_hrc-3-20_title": "Our heading"})
    page.session_state[f"open_{prefix}recording"] = True
    page.run().checkbox(key=f"{prefix}demand_hrc-3-21").uncheck().run()
    labels = [page.checkbox(key=f"{prefix}demand_hrc-3-{n}").label for n in (20, 21)]
    assert labels == ["1. **Our heading** Repeal them.", "2. **Train the police.** Train the police."]
    put(page, prefix, sent_issued="30 January 2026")
    press(page, "Record it with 1 demand")
    assert "- Enter the reporting cycle" not in "".join(error.value for error in page.error)
    assert "The submission is recorded." in html(page) and "Recorded as:" in html(page)
    now = DatasetReader(tmp_path / "data").read()
    report = next(d for d in now.documents.values() if d.title[""].text == "Kyrgyzstan: Alternative report")
    (demand,) = [r for r in now.recommendations.values() if r.document == report.id]
    assert (demand.issued_by, demand.paragraph, demand.summary[""].text) == ("civil-society", "1", "Repeal them.")
    assert (demand.title[""].text, [one.recommendation for one in demand.same_demand]) == ("Our heading", ["hrc-3-20"])
    assert f"id={demand.id}" in html(opened("recommendation", id="hrc-3-20")), "it asks for the same"
    told = (report.kind, report.body, report.cycle, report.verification)
    assert told == ("alternative-report", "ccpr", "3", "to-check")
    # the day on which it was sent is no day on which it was published
    assert "dated: 30 January 2026" in html(opened("treaty_bodies"))
    press(page, "Undo the last save")
    assert there(report.id).events[-1].type == "retired" and there(demand.id).events[-1].type == "withdrawn"
    assert page.text_area(key=f"{prefix}text_hrc-3-20_ask").value == "Repeal them."
    assert "Recorded as:" not in html(page)


def test_what_may_identify_a_person_stops_the_file(opened):
    page = put(opened("submission", **ADDRESS), PREFIX, situation="It is worse. Call her: +996 555 123 456.")
    press(page, "Make the Word file")
    assert "data-bytes" not in html(page) and "+996 555 123 456" in html(page)
    assert ", para. 20:</span>" in html(page)
    next(box for box in page.checkbox if box.label.startswith("Make it without")).check().run()
    assert "555" not in saved(page)[1] and "It is worse." in saved(page)[1]


def test_another_organisation_stands_in_the_file_only_after_it_agreed_to_the_text(opened, tmp_path):
    mine, signing = {**ADDRESS, "who": CENTRE}, "submission_follow-up_ccpr_en_organisations_is_"
    theirs = {**ADDRESS, "from": "centre", "who": WATCH}
    opened("submission", **mine)
    linked = FILES["documents.yaml"].replace("follow_up:", "link: https://hr.example/20, follow_up:")
    lay(tmp_path / "data", {"documents.yaml": linked})
    page = put(opened("submission", **mine), PREFIX, situation="It became worse.")
    assert page.checkbox(key=f"{signing}centre").value, "who writes it signs, unless they say no"
    page.checkbox(key=f"{signing}watch").check().run()
    request = "Centre asks you to sign: Follow-up submission, CCPR, English."

    def signed():
        """Whether Watch stands in the file."""
        return "Watch" in saved(press(opened("submission", **mine), "Make the Word file"))[1]

    def told():
        """Whether Watch is asked under "To do", before all else."""
        todo = html(opened("data_health", WATCH))
        assert request not in todo or "<h3>To sign" in todo.partition("</h3>")[0]
        return request in todo

    assert "<b>Watch</b>: is not asked yet" in html(page) and (signed(), told()) == (False, False)
    assert "It became worse." not in html(opened("submission", **theirs))
    press(opened("submission", **mine), "Ask them to sign: Watch")
    assert (signed(), told()) == (False, True)
    asked = opened("submission", **theirs)
    assert "Centre asks you to sign this" in html(asked) and "<p>It became worse.</p>" in html(asked)
    assert "Submitted by: Centre; Watch" in html(asked), "it reads the document with its own name, as it would be"
    text, letter = html(asked).split("<h3>The cover letter</h3>")
    assert re.search(r"\[1\]</p>.*<p class=\"rt-meta\">\[1\] [^<]*, para. 20", text, re.S), (
        "the footnotes are not shown"
    )
    assert '<a href="https://hr.example/20"' in text.partition("Annex: Sources")[2] and "Centre; Watch" in letter
    assert (asked.text_area, asked.expander, [b.label for b in asked.button]) == (
        [], [], ["Agree to sign this text", "Do not sign"],
    )  # fmt: skip
    press(asked, "Agree to sign this text")
    assert (signed(), told()) == (True, False)
    assert "<b>Watch</b>: agreed to this text" in html(opened("submission", **mine))
    # what the register says, and the document prints, is a part of the text
    lay(tmp_path / "data", {"recommendations/hrc-3-20.yaml": FILES["recommendations/hrc-3-20.yaml"] + NEW_SUMMARY})
    assert not signed(), "Watch signs a document that prints other records than those to which it agreed"
    assert told(), "Watch is not asked again"
    assert "<b>Watch</b>: agreed to an earlier text" in html(opened("submission", **mine))
    press(opened("submission", **theirs), "Agree to sign this text")
    assert (signed(), told()) == (True, False)
    put(opened("submission", **mine), PREFIX, situation="It became much worse.")
    assert (signed(), told()) == (False, True)
    press(opened("submission", **theirs), "Do not sign")
    assert (signed(), told()) == (False, False)
    # once it was sent, there is nothing to sign
    sent = FieldEdit("recorded", "", "hrc-3")
    submission_drafts().write(("follow-up", "ccpr", "en"), [sent], by="anna", own="centre", name="follow-up")
    assert "Centre shares a draft" not in html(opened("data_health", WATCH))
    asked = html(opened("submission", **theirs))
    assert "Recorded as:" in asked and "asks you to sign this" not in asked


def test_only_the_owner_of_a_draft_records_it_as_sent(opened):
    put(opened("submission", CENTRE, **ADDRESS), PREFIX, situation="Ours.")
    drafts = submission_drafts()
    drafts.share(drafts.list_readable("centre")[0], "all", own="centre")
    boxes = [
        [box.label for box in opened("submission", who, **ADDRESS, **{"from": "centre"}).expander]
        for who in (CENTRE, WATCH)
    ]
    assert ["It was sent: keep it, or record it in the register" in labels for labels in boxes] == [True, False]


def test_readers_get_no_form_and_no_entry_in_the_menu(opened):
    page = opened("submission", READER, **ADDRESS)
    assert page.text_area == [] and "Prepare a submission" not in html(page)
    menus = [html(opened("overview", who)) for who in (ANNA, READER)]
    assert ['href="/submission' in menu for menu in menus] == [True, False]


def test_private_evidence_of_the_own_organisation_is_in_the_file_only_if_it_was_ticked(opened, tmp_path):
    lay(tmp_path / "private", {"evidence/letter.yaml": EVIDENCE.replace("ngo-2024-r8", "hrc-3-20")})
    page = opened("submission", **ADDRESS)
    assert CANARY not in saved(press(page, "Make the Word file"))[1]
    page.checkbox(key="submission_follow-up_ccpr_en_private_hrc-3-20_letter").set_value(True).run()
    name, text = saved(press(page, "Make the Word file"))
    assert name.startswith("confidential-follow-up-ccpr-") and f"{CANARY} seen" in text
    assert "Confidential: not for publication" in text


ENDED = {
    "documents.yaml": FILES["documents.yaml"].replace(
        "paragraphs: [20]", "paragraphs: [20], rounds: [{verification: seen, report: told, action: The procedure is discontinued.}]"
    ).replace("verification: seen, follow_up", "verification: seen, deadlines: [{kind: list-of-issues, date: 2027-01}], follow_up")
    + "  - {id: told, body: ccpr, kind: follow-up-assessment, title: Told, cycle: 3, adopted: 2024-07, verification: seen}\n"
}  # fmt: skip
FRENCH = "submission_limits: [{verification: seen, languages: [fr], source: {publisher: A page}}, {stage: follow-up, verification: to-check}]"


def test_a_follow_up_that_the_committee_ended_is_asked_about_and_a_press_changes_it(opened, tmp_path):
    opened("submission", **ADDRESS)
    replied = FILES["documents.yaml"].replace(
        "paragraphs: [20]", "paragraphs: [20], steps: [{date: 2023-03, description: The State replied.}]"
    )
    lay(tmp_path / "data", {"documents.yaml": replied})
    why = "Open: as far as is recorded here, CCPR has not ended the follow-up to its observations of 9 December 2022."
    assert f"{why} Selected: para. 20. The State replied (March 2023).</li>" in html(opened("submission", **ADDRESS))
    lay(tmp_path / "data", ENDED)
    page = opened("submission", **ADDRESS)
    told = "CCPR ended the follow-up to HRC 3 in 2024. Write for the list of issues of 2027?"
    assert errors(page) == [told] and "The State replied" not in html(page)
    assert "HRC 3. CCPR ended the follow-up to HRC 3 in 2024. Selected: para. 20.</li>" in html(page)
    press(page, "Yes, change it")
    assert (page.query_params["of"], errors(page)) == ("list-of-issues", [])
    assert opened("submission").selectbox(key="address_of").value == "list-of-issues"


def test_a_language_that_the_committee_does_not_take_is_said_in_red_before_anything_is_typed(opened, tmp_path):
    opened("submission", **ADDRESS)
    lay(tmp_path / "data", {"treaty_bodies.yaml": BODIES.replace("scales:", f"{FRENCH}\n    scales:", 1)})
    page = opened("submission", **ADDRESS)
    told = "CCPR takes submissions in French, not in English. It has to be translated before it is sent. A page (source read)"
    assert errors(page) == [told]
    put(page, PREFIX, situation="It became worse.")
    assert "To translate into French: texts of 1 recommendation" in html(page)
    row = re.search(r'scope="row">(.*?)</tr>', html(page), re.S)[1]
    assert (
        re.sub(r"<[^>]*>|\s+", " ", row).split()
        == ("HRC 3 , para. 20 French 0 of 2 English 2 of 2 To translate the recommendation; your own text")
        .replace("HRC 3 ,", "CCPR, Concluding observations 2022,")
        .split()
    )


def test_what_was_sent_is_private_with_its_file_until_it_is_published_and_then_the_committee_has_heard_it(
    opened, folder, tmp_path
):
    lay(tmp_path / "data", {"recommendations/hrc-3-20.yaml": GRADED + f"paragraph: 20\nassessments: [{ASSESSED}]\n"})
    page = put(opened("submission", CENTRE, **ADDRESS), PREFIX, situation="It became worse.")
    opening = "open_submission_follow-up_ccpr_en_recording"
    page.session_state[opening] = True
    page.run()
    for label in ("Keep it privately", "Record it"):
        assert press(page, label) and [e.lstrip("- ") for e in errors(page)] == ["Write on which day it was sent."]
    put(page, "submission_follow-up_ccpr_en_", sent_issued="30 January 2026")
    assert press(page, "Keep it privately") and errors(page) == ["Choose one file: the one that was sent."]
    page.file_uploader[0].set_value([("sent.txt", b"As it went: it became worse.", "text/plain")]).run(timeout=60)
    put(page, "submission_follow-up_ccpr_en_", sent_to="the secretariat of CCPR", sent_issued="30 January 2026")
    press(page, "Keep it privately")
    assert errors(page) == [] and "rt-fielderror" not in html(page), [errors(page), [w.value for w in page.warning]]
    ((_kind, about), (entry,)), *more = folder.read(fresh=True).files.items()
    assert (about, entry.private.organisation, entry.private.shared_with, more) == ("hrc-3", "centre", (), [])
    assert folder.read_file(entry) == b"As it went: it became worse."
    told = "Kyrgyzstan: Follow-up submission. Sent to the secretariat of CCPR, 30 January 2026."
    assert told in html(page) and "It is private until it is published." in html(page)
    chain, line = {"id": "hrc-3-20"}, "The Committee has heard from Centre, 30 January 2026"
    for who in (WATCH, READER, CENTRE):
        assert line not in html(opened("recommendation", who, **chain))
        assert told not in html(opened("submission", WATCH, **ADDRESS))
    page = opened("submission", CENTRE, **ADDRESS)
    page.session_state[opening] = True
    press(page.run(), "Record it")
    (((_kind, moved), (entry,)),) = [
        (key, active)
        for key, files in folder.read(fresh=True).files.items()
        if (active := [f for f in files if not is_withdrawn(f.events)])
    ]
    report = DatasetReader(tmp_path / "data").read().documents[moved]
    assert (report.kind, report.authors, report.issued, report.files) == (
        "follow-up-submission", "Centre", "2026-01-30", ()
    )  # fmt: skip
    assert "secretariat" not in (tmp_path / "data" / "documents.yaml").read_text()
    for who in (WATCH, READER):
        shown = html(opened("recommendation", who, **chain))
        assert line in shown and "sent.txt" not in shown and "secretariat" not in shown
    assert folder.seen_by(WATCH).find_file(entry.sha256) is None
    shown = [html(opened("submission", who, **ADDRESS)) for who in (CENTRE, replace(CENTRE, role=Role.REVIEWER))]
    assert ["Publish the file…" in one for one in shown] == [False, True]


def test_a_file_that_is_chosen_when_the_submission_is_recorded_is_kept_privately_or_refused(opened, folder, tmp_path):
    put(opened("submission", CENTRE, **ADDRESS), PREFIX, situation="It became worse.")
    page = opened("submission", CENTRE, **ADDRESS)
    page.session_state["open_submission_follow-up_ccpr_en_recording"] = True
    put(page.run(), "submission_follow-up_ccpr_en_", sent_issued="30 January 2026")
    files = [(f"{name}.txt", name.encode(), "text/plain") for name in ("sent", "another")]
    page.file_uploader[0].set_value(files).run(timeout=60)
    press(page, "Record it")
    assert errors(page) == ["Choose one file: the one that was sent."] and not folder.read(fresh=True).files
    page.file_uploader[0].set_value(files[:1]).run(timeout=60)
    press(page, "Record it")
    assert errors(page) == [] and "The file as it went is kept with:" in html(page)
    kept = {about: files for (_kind, about), files in folder.read(fresh=True).files.items()}
    report = next(d.id for d in DatasetReader(tmp_path / "data").read().documents.values() if d.authors == "Centre")
    assert [folder.read_file(f) for f in kept[report] if not is_withdrawn(f.events)] == [b"sent"]


def test_until_somebody_signs_the_organisation_of_who_writes_speaks_and_what_it_has_not_assessed_can_be_left_out(
    opened, tmp_path
):
    for n, who in ((20, "centre"), (21, "watch")):
        said = ASSESSED.replace("status", f"organisation: {who}, status").replace(
            "Nothing was repealed", f"{who} says so"
        )
        lay(tmp_path / "data", {f"recommendations/hrc-3-{n}.yaml": f"{GRADED}paragraph: {n}\nassessments: [{said}]\n"})
    page = opened("submission", CENTRE, **{**ADDRESS, "of": "alternative-report"})
    text = saved(press(page, "Make the Word file"))[1]
    assert "centre says so." in text and "watch says so." not in text
    assert not any(button.label.endswith("watch says so.") or "Watch" in button.label for button in page.button)
    press(page, "Leave out 1 recommendation that those who sign have not assessed")
    assert page.multiselect(key="submission_alternative-report_ccpr_en_ids").value == ["hrc-3-20"]
    assert "para. 21" not in saved(press(page, "Make the Word file"))[1]
