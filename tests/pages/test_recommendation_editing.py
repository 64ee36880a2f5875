"""Adding and editing a recommendation on its pages: what somebody sees, types, saves and takes back."""

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.support.form_pages import errors, html, press, put
from tests.support.story_folder import TRACKER
from tracker.model.vocabulary import EventType, Status, TextOrigin, Verification, Voice

FILES = {
    "tracker.yaml": f"{TRACKER}languages: [en, ru]\n",
    "recommendations/co-3-7.yaml": (
        "issued_by: committee\ndocument: co-3\nparagraph: 7\ntitle: End it\nsummary: It should end.\nverification: seen\n"
        "source: {document: co-3}\nparts:\n  - {id: a, summary: End the practice.}\n"
    ),
}
R = "edit_recommendation_"
NO_REASON = "- Please say in a sentence why you changed it."


def test_a_recommendation_is_added_opened_and_taken_back(opened, there):
    page = opened(what="recommendation")
    assert errors(press(page, "Add the recommendation")) == [
        "- Choose the source document. If it is not in the list, add it first.",
        "- Title: please fill this in, in one language at least.",
        "- Summary: please fill this in, in one language at least.",
    ]
    put(page, f"{R}_", document="co-4", paragraph="46 (c)")
    assert page.text_input(key=f"{R}_id").placeholder == "cescr-2024-46c"
    put(page, f"{R}_", title_en="Stop raids", summary_en="Raids on clinics should stop.", summary_ru="Хватит.")
    assert "The recommendation is added." in html(press(page, "Add the recommendation"))
    assert 'href="/recommendation?id=cescr-2024-46c&amp;lang=en">See the entry' in html(page)
    r = there("cescr-2024-46c")
    told = (r.issued_by, r.document, r.paragraph, r.verification, r.source.document)
    assert told == ("committee", "co-4", "46 (c)", "to-check", "co-4")
    assert "Stop raids" in html(opened("recommendation", id="cescr-2024-46c"))

    press(page, "Undo the last save")
    assert "Undone. What was saved stays in the history but no longer counts." in html(page)
    assert there("cescr-2024-46c").events[-1].type is EventType.WITHDRAWN
    assert "This recommendation is archived" in html(opened("recommendation", id="cescr-2024-46c"))


def edits(opened: Callable[..., AppTest], name: str = "co-3-7") -> AppTest:
    return opened("recommendation", id=name, form="edit", editing="now")


def test_parts_quotation_tags_and_same_demand_are_edited_on_its_page(opened, there):
    page, edit = edits(opened), f"{R}co-3-7_"
    assert page.text_area(key=f"{edit}parts_en").value == "a) End the practice."
    parts = "a) End the practice.\n(b) Train judges."
    put(page, edit, mark=Verification.SEEN)
    put(page, edit, parts_en=parts, quoted_en="The State party should…")
    assert page.radio(key=f"{edit}mark").value is Verification.TO_CHECK
    put(page, edit, mark=Verification.SEEN)
    put(page, edit, whose_en=TextOrigin.OFFICIAL, themes=["policing"], rights=["ICESCR art. 12"])
    put(page, edit, lead=["Police"], same=["hrc-3-20"])
    assert errors(press(page, "Save the edit")) == [NO_REASON]
    press(put(page, edit, reason="The document was read."), "Save the edit")
    assert "The edit is saved. The earlier text stays in the history." in html(page)
    assert ("form" in page.query_params, "editing" in page.query_params) == (False, False)
    r = there("co-3-7")
    assert [(p.id, p.summary[""].text) for p in r.parts] == [("a", "End the practice."), ("b", "Train judges.")]
    assert (r.text[""].text, r.text[""].origin) == ("The State party should…", TextOrigin.OFFICIAL)
    (ours,) = r.tags
    told = (ours.themes, ours.rights, ours.authorities[0].name[""].text)
    assert told == (("policing",), ("ICESCR art. 12",), "Police")
    assert [s.recommendation for s in r.same_demand] == ["hrc-3-20"]
    assert [change.reason for change in r.history] == [
        "The document was read."
    ] * 4  # with the mark: it is to be checked

    # typed by hand: it is not preset as read, and the message says why the mark is gone
    assert r.verification is Verification.TO_CHECK
    assert any("Another person compares them" in one.value for one in page.warning)
    page = edits(opened)
    assert page.radio(key=f"{edit}mark").value is Verification.TO_CHECK
    press(put(page, edit, mark=Verification.SEEN, reason="Read."), "Save the edit")
    assert any("You changed these quoted words yourself." in one for one in errors(page))

    # noted here, taken out at the other end
    page = edits(opened, "hrc-3-20")
    assert page.multiselect(key=f"{R}hrc-3-20_same").value == ["co-3-7"]
    press(put(page, f"{R}hrc-3-20_", same=[], reason="They differ."), "Save the edit")
    assert there("co-3-7").same_demand[0].events[0].type is EventType.WITHDRAWN
    press(page, "Undo the last save")
    assert there("co-3-7").same_demand[0].events[-1].type is EventType.RESTORED


def test_what_is_compared_with_a_newer_version_is_said_also_while_something_is_missing(opened, tmp_path):
    page, edit = edits(opened), f"{R}co-3-7_"
    put(page, edit, summary_en="Mine.")
    file = tmp_path / "data" / "recommendations" / "co-3-7.yaml"
    file.write_text(file.read_text().replace("title: End it", "title: End it now"))
    page.run()
    # no reason was given yet, and it can be compared all the same
    assert "<del>It should end.</del> <ins>Mine.</ins>" in html(page)
    assert page.text_input(key=f"{edit}title_en").value == "End it now"
    put(page, edit, summary_en="")
    assert "You can compare your version with it once this is corrected:" in html(page)
    assert "<li>Summary: please fill this in, in one language at least.</li>" in html(page)
    assert "adds nothing to the newer version" not in html(page)
    put(page, edit, summary_en="It should end.")
    assert "Your text adds nothing to the newer version." in html(page)


def test_the_date_of_what_others_said_is_asked_and_our_own_is_of_today(opened, there):
    page = opened("recommendation", id="co-3-7", editing=there("co-3-7").version)
    assert page.text_input(key="assess_co-3-7_date").value
    for voice in (Voice.STATE, Voice.COMMITTEE):
        put(page, "assess_co-3-7_", voice=voice)
        assert page.text_input(key="assess_co-3-7_date").value == ""


def test_an_assessment_stands_beside_what_a_colleague_recorded(opened, there, tmp_path):
    page = opened("recommendation", id="co-3-7", editing=there("co-3-7").version)
    put(page, "assess_co-3-7_", date="2026-03", reason="Nothing was done.")
    file = tmp_path / "data" / "recommendations" / "co-3-7.yaml"
    theirs = "{voice: civil-society, status: implemented, date: 2026-02, reason: It ended., evidence: [law]}"
    file.write_text(file.read_text() + f"assessments:\n  - {theirs}\n")
    page.run()
    assert "<li>Choose a status.</li>" in html(page)
    put(page, "assess_co-3-7_", status=Status.NOT_IMPLEMENTED)
    conflict = html(page).partition("rt-conflict")[2].partition("rt-foot")[0]
    assert [text in conflict for text in ("It ended.", "Nothing was done.", "differs")] == [True] * 3
    assert "both stay, and the public status is then: Not done." in conflict
    assert "Changed by" not in conflict  # a hand edit: nobody is named
    assert [a.reason[""].text for a in there("co-3-7").assessments] == ["It ended."]
    press(page, "Save mine as well")
    assert [a.reason[""].text for a in there("co-3-7").assessments] == ["It ended.", "Nothing was done."]
