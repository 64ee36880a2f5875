"""Our own plans on the page of deadlines: only editors see them, and they are in the private folder alone."""

import pytest

from tests.support.deadline_story import DEADLINES
from tests.support.form_pages import errors, html, press
from tests.support.small_dataset import ANNA, BOLOT
from tracker.model.permissions import READER

PLAN = "Send the alternative report."
FILES = {"documents.yaml": DEADLINES}
PRIVATE = True


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
    assert PLAN in html(opened("deadlines", who=BOLOT)) and PLAN not in html(opened("deadlines", who=READER))


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
