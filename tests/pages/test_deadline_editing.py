"""Deadlines in the form of a document, and on the pages that show them."""

import pytest

from tests.support.deadline_story import DEADLINES
from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import ANNA, BOLOT
from tracker.model.permissions import READER
from tracker.model.vocabulary import DateSetBy, DeadlineKind

FORM = "edit_document_co-4_"
NEW = f"{FORM}deadline4_"
FILES = {"documents.yaml": DEADLINES}
PRIVATE = True


@pytest.fixture
def saved(there):
    return lambda: there("co-4")


def test_a_row_is_added_another_is_met_and_a_third_is_removed(opened, saved):
    page = opened(what="document", id="co-4")
    before = saved().deadlines
    press(page, "Add a deadline")
    assert page.selectbox(key=f"{NEW}verification").value == "to-check"
    put(page, NEW, kind="alternative-reports", date="2027-02-01", verification="seen")
    press(page, "Save the edit")
    told = "\n".join(errors(page))
    assert "Say where you read it" in told and "say whose date it is." in told, "it is never the committee's by itself"
    put(page, NEW, set_by="committee", paragraph="9", sentence="Send reports by 1 February.")
    put(page, f"{FORM}deadline0_", done="2026-06-10", met_by="report")
    page.checkbox(key=f"{FORM}deadline2_is_removed").check()
    put(page, FORM, reason="The reply came.")
    assert errors(press(page, "Save the edit")) == []
    reply, report, issues, new = saved().deadlines
    found = (reply.done, reply.met_by, reply.source, reply.sentence)
    assert found == ("2026-06-10", "report", before[0].source, before[0].sentence)
    assert (report, issues) == (before[1], before[3])
    seen = (new.kind, new.date, new.set_by, new.source.document, new.source.paragraph)
    assert seen == (DeadlineKind.ALTERNATIVE_REPORTS, "2027-02-01", DateSetBy.COMMITTEE, "co-4", "9")
    assert [(text.text, text.origin) for text in new.sentence.values()] == [("Send reports by 1 February.", "official")]
    assert [edit.field for edit in saved().history] == ["deadlines"]


def test_what_is_missing_or_wrong_is_said_and_nothing_is_saved(opened, saved):
    page = opened(what="document", id="co-4", deadline="submission")
    put(page, NEW, done="2099-01-01", set_by="committee")
    put(page, f"{FORM}deadline0_", date="soon")
    put(page, FORM, reason="-")
    page.selectbox(key=f"{FORM}deadline2_set_by").set_value("computed").run()
    press(page, "Save the edit")
    told = "\n".join(errors(page))
    for sentence in (
        "State's reply due”: Date: “soon” ",
        "session of the committee”: enter the sentence with the period from which you calculated the date.",
        "our own submission”: enter the date.",
        "our own submission”: “Done on” is in the future. Enter when it was really done.",
        "our own submission”: the date of our own submission is ours. Choose “set by us”.",
    ):
        assert f"Deadline “{sentence}" in told
    assert saved().history == ()


def test_the_same_date_twice_is_refused_and_the_one_that_is_there_is_named(opened, saved):
    one = saved().deadlines[0]
    press(page := opened(what="document", id="co-4"), "Add a deadline")
    put(page, NEW, kind=one.kind, date=one.date, set_by="ours")
    put(page, FORM, reason="Again.")
    assert "has this deadline already: State's reply due, " in "".join(errors(press(page, "Save the edit")))
    assert len(saved().deadlines) == 4


def test_the_name_of_the_date_follows_the_kind_that_is_chosen(opened):
    page = opened(what="document", id="co-4", deadline="submission")
    put(page, NEW, date="2027-02-01", kind="alternative-reports")
    date = page.text_input(key=f"{NEW}date")
    assert (date.label, date.value) == ("deadline for alternative reports: Date", "2027-02-01")


def test_a_draft_with_an_added_row_survives_a_reload(opened, saved):
    address = {"what": "document", "id": "co-4", "editing": saved().version}
    page = opened(**address)
    press(page, "Add a deadline")
    put(page, NEW, date="2027-02-01")
    again = opened(**address)
    assert again.exception == []
    assert again.text_input(key=f"{NEW}date").value == "2027-02-01"


def test_a_round_of_the_follow_up_is_added_changed_and_undone(opened, saved):
    page = opened(what="document", id="co-4")
    page.toggle(key=f"{FORM}new_round").set_value(True).run()
    row = f"{FORM}round0_"
    put(page, row, reply="report", ngos="House of Rights; Open Law", lists_ngos="yes", verification="seen")
    put(page, FORM, no_submission_en="Nobody has the time.", reason="Read in the report.")
    press(page, "Save the edit")
    assert any("choose the committee's report that was read" in line for line in errors(page))
    put(page, row, report="loi", action="A letter.")
    assert errors(press(page, "Save the edit")) == []
    follow_up = saved().follow_up
    (turn,) = follow_up.rounds
    told = (turn.reply, turn.report, turn.ngos, turn.lists_ngos, turn.verification)
    assert told == ("report", "loi", ("House of Rights", "Open Law"), True, "seen")
    assert [(text.text, text.origin) for text in turn.action.values()] == [("A letter.", "official")]
    assert [text.text for text in follow_up.no_submission.values()] == ["Nobody has the time."]
    assert [edit.field for edit in saved().history] == ["follow_up"]

    page = opened(what="document", id="co-4")
    put(page, FORM, cycle="4-5", reason="A slip.")
    press(page, "Save the edit")
    # what nobody touched in a form stays as it was
    assert (saved().follow_up, saved().history[-1].field) == (follow_up, "cycle")
    press(page, "Undo the last save")
    page = opened(what="document", id="co-4")
    page.checkbox(key=f"{row}is_removed").check()
    put(page, FORM, no_submission_en="", reason="An error.")
    press(page, "Save the edit")
    assert saved().follow_up in (None, type(follow_up)(verification="to-check"))


# Our own plans on the page of deadlines: only editors see them, and they are in the private folder alone.

PLAN = "Send the alternative report."


def plans(folder):
    return [(n.text, n.due, n.done, n.recorded_by, bool(n.withdrawn)) for n in folder.read().notes.get("ccpr", ())]


def written(page, body="ccpr", due="10.01.2099", text=PLAN):
    bodies = page.selectbox(key="plan_body")
    bodies.set_value(next(b for b in bodies.options if b == body.upper()))
    page.text_input(key="plan_due").set_value(due)
    page.text_input(key="plan_text").set_value(text)
    return press(page.run(), "Save the plan")


def test_a_plan_is_kept_privately_marked_as_done_and_withdrawn(opened, folder, tmp_path):
    public = {path: path.read_bytes() for path in (tmp_path / "data").rglob("*.yaml")}
    page = written(opened("deadlines"))
    assert plans(folder) == [(PLAN, "2099-01-10", None, ANNA.handle, False)]
    assert PLAN in html(page) and "10 January 2099" in html(page)
    page.run().text_input(key="plan_done").set_value("9 January 2026")
    press(page.run(), "Mark as done")
    assert plans(folder)[-1] == (PLAN, "2099-01-10", "2026-01-09", ANNA.handle, False)
    assert html(page).count(PLAN) == 1 and "done on 9 January 2026" in html(page)
    page = press(opened("deadlines"), "Withdraw the plan")
    assert (PLAN in html(page), [plan[-1] for plan in plans(folder)]) == (False, [True, True])
    assert {path: path.read_bytes() for path in (tmp_path / "data").rglob("*.yaml")} == public


def test_other_editors_see_a_plan_and_readers_do_not(opened):
    written(opened("deadlines"))
    theirs, readers = html(opened("deadlines", who=BOLOT)), html(opened("deadlines", who=READER))
    assert PLAN in theirs and PLAN not in readers
    # a link at the top leads to the plans, which stand below all deadlines
    assert 'href="#rt-plans"' in theirs and "rt-plans" not in readers


@pytest.mark.parametrize(
    ("given", "sentence"),
    [({"text": " "}, "Write what we will do."), ({"due": ""}, "Enter the date."), ({"due": "soon"}, "“soon”")],
)
def test_what_is_missing_is_said_and_nothing_is_kept(opened, folder, given, sentence):
    page = written(opened("deadlines"), **given)
    (told,) = [html.proto.body for html in page.expander[0].get("html") if "rt-fielderror" in html.proto.body]
    assert (sentence in told, errors(page)) == (True, [])
    assert plans(folder) == []


def test_without_a_private_folder_there_is_no_form(opened, monkeypatch):
    monkeypatch.delenv("TRACKER_PRIVATE")
    page = opened("deadlines")
    assert (page.exception, [button for button in page.button if "plan" in button.label]) == ([], [])
