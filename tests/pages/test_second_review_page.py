"""The form of the second reader: who gets it, what it saves, and what stands in the way."""

import pytest

from tests.support.form_pages import errors, html, press, put
from tests.support.small_dataset import ANNA
from tests.support.story_folder import RECORDED
from tests.support.story_folder import TRACKER as MADE
from tracker.model.permissions import Person, Role

BERMET = Person(Role.REVIEWER, "reviewer-bermet")
CHOLPON = Person(Role.REVIEWER, "reviewer-cholpon")
AWAITING = "awaiting a second review"
WHEN = RECORDED.partition(" ")[2]
THEIRS = f"{{voice: civil-society, status: partially-implemented, date: '2026-01', reason: As before., {RECORDED}, recorded_by: reviewer-bermet}}"
ASKS = MADE.replace("statuses:", "second_reader: [partially-implemented]\nstatuses:")
WHOLE = f"issued_by: committee\ndocument: co-3\ntitle: End it\nsummary: It should end.\nverification: seen\nsource: {{document: co-3}}\nassessments:\n  - {THEIRS}\n"
FILES = {"tracker.yaml": ASKS, "recommendations/co-3-7.yaml": WHOLE}


@pytest.fixture
def file(tmp_path):
    return tmp_path / "data" / "recommendations" / "co-3-7.yaml"


@pytest.fixture
def form(opened):
    """The form of the second reader, as the link on the page opens it."""
    return lambda who=CHOLPON: opened("recommendation", who=who, id="co-3-7", editing="now", second=WHEN)


def test_the_page_marks_it_and_leads_another_reviewer_to_the_form(opened):
    seen = {p.handle: html(opened("recommendation", who=p, id="co-3-7")) for p in (ANNA, BERMET, CHOLPON)}
    assert [page.count(AWAITING) for page in seen.values()] == [3, 3, 3]
    assert [page.count("Confirm or decline") for page in seen.values()] == [0, 0, 2]
    assert "second=2026-01-31T12%3A00%3A00.000000Z" in seen["reviewer-cholpon"]
    assert AWAITING in html(opened("recommendations", who=Person()))
    for who, links in ((ANNA, 0), (CHOLPON, 1)):
        queue = html(opened("data_health", who=who)).partition(AWAITING)[2].partition("</section>")[0]
        assert ("End it" in queue, queue.count("Confirm or decline")) == (True, links)
        assert queue.count("second=2026-01-31T12%3A00%3A00.000000Z") == links


def test_one_click_confirms_and_it_can_be_undone(form, file):
    page = press(form(), "Confirm")
    assert ("type: confirmed" in file.read_text(), "recorded_by: reviewer-cholpon" in file.read_text()) == (True, True)
    assert ("Confirmed in a second review." in html(page), AWAITING in html(page)) == (True, False)
    page = press(page, "Undo the last save")
    assert ("type: unconfirmed" in file.read_text(), AWAITING in html(page)) == (True, True)


def test_declining_needs_a_reason_and_then_withdraws(form, file):
    before = file.read_text()
    page = press(form(), "Decline")
    assert (errors(page), file.read_text()) == (["Declining needs a reason."], before)
    put(page, "decline_", **{"co-3-7": "The bill was dropped."})
    page = press(page, "Decline")
    assert ("type: withdrawn" in file.read_text(), "The bill was dropped." in file.read_text()) == (True, True)
    assert "Declined. The assessment stays in the history but no longer counts." in html(page)
    assert "No organisation has assessed this yet." in html(page)


def test_who_recorded_it_and_who_is_no_reviewer_get_no_button(form):
    for person in (ANNA, BERMET):
        page = form(person)
        assert [b.label for b in page.button if b.label in ("Confirm", "Decline")] == []
        (info,) = page.info
        assert info.value == "A reviewer confirms or declines it. Nobody reviews their own assessment."


def test_a_click_on_what_somebody_has_not_seen_confirms_nothing(form, file):
    page = form()
    file.write_text(file.read_text().replace("title: End it", "title: End it now"))
    before = file.read_text()
    page = press(page, "Confirm")
    assert file.read_text() == before
    assert "This was changed after you opened the form." in html(page)
    assert "data-arrive=" in html(page)  # the browser goes there
    press(page, "Confirm")
    assert "type: confirmed" in file.read_text()


def test_the_reason_of_a_decline_is_looked_at_for_what_leads_to_a_person(form, file):
    before = file.read_text()
    page = put(form(), "decline_", **{"co-3-7": "Ask at +996 555 000 111."})
    page = press(page, "Decline")
    assert ("<mark>+996 555 000 111</mark>" in html(page), file.read_text()) == (True, before)
