"""The review of documents of the Universal Periodic Review: recommendations of a report, then the State's answers."""

from datetime import date

import pytest

from pages.shared import import_drafts
from tests.support.form_pages import errors, html, paste, press, tick
from tests.support.story_folder import BODIES, TRACKER
from tests.support.upr_files import FRONT, as_text, whole_report
from tracker.model.vocabulary import StateResponse
from tracker.queries.lists.filters import Filters, count_options, filter_recommendations
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

FILES = {
    "treaty_bodies.yaml": f"{BODIES}  - id: upr\n",
    "tracker.yaml": TRACKER.replace("label: Policing", "label: Policing, keywords: [police]"),
}
SECTION = """12. The following recommendations enjoy the support of Ruritania:
12.1 Train the police (Norway) (Iran (Islamic Republic of));
12.2 Train the police, as asked before (Spain);
13. The following recommendations will be examined by Ruritania, which will respond in due time:
13.1 Abolish the death penalty (Spain);
13.2 Sign the Protocol (Chad);
"""
ADDENDUM = FRONT.partition("~~~")[0].replace("Ruritania", "Ruritania\nAddendum").replace("99/7", "99/7/Add.1")


def pasted(text: str) -> str:
    return as_text(text).decode().replace("Ruritania", "Kyrgyzstan")


@pytest.fixture
def view(tmp_path):
    return lambda: View(DatasetReader(tmp_path / "data", look_every=0.0).read(), date(2026, 7, 27))


def test_what_is_wanted_of_a_report_is_saved_and_the_answers_follow(opened, view):
    import_drafts.import_drafts().forget()
    page = paste(opened("import_document"), pasted(whole_report(SECTION)))
    assert "Review the Universal Periodic Review" in html(page)
    assert "“Supported” is what the State said. It is not an assessment." in html(page)
    next(box for box in page.checkbox if box.label == "Add 1 document that is not listed yet: A/HRC/99/7").check()
    page.run()
    assert [box.value for box in page.checkbox if box.label.startswith("Row")] == [False] * 4
    page.radio[0].set_value("seen")
    for number in (1, 3):
        page.checkbox(key=f"row_{number}").check()
        page.run()
    assert errors(press(page, "Save 2 recommendations")) == []
    (document,) = (d for d in view().documents.values() if d.body == "upr")
    facts = (document.symbol, document.considered, document.adopted, document.cycle, document.kind)
    assert facts == ("A/HRC/99/7", "2021-05-04", "2021-05-07", "3", "concluding-observations")
    first, second = (r for r in view().recommendations.values() if r.document == document.id)
    assert (first.paragraph, first.recommending_states) == ("12.1", ("Norway", "Iran (Islamic Republic of)"))
    assert (
        first.text["en" if "en" in first.text else ""].text == "Train the police (Norway) (Iran (Islamic Republic of))"
    )
    assert [theme for tags in first.tags for theme in tags.themes] == ["policing"]
    assert (first.response, second.response) == (StateResponse.SUPPORTED, StateResponse.TO_BE_EXAMINED)

    page = (
        press(page, "Bring in another file")
        if any(b.label == "Bring in another file" for b in page.button)
        else opened("import_document")
    )
    page = paste(page, pasted(f"{ADDENDUM}13.1 Accepted.\n13.2 Noted.\n12.1 Accepted.\n12.1 Rejected."))
    assert "recommendations that are not in the tracker: 13.2" in html(page)
    assert "12.1 is answered in two ways" in html(page)
    assert [box.label.split(" · ")[1] for box in page.checkbox if box.label.startswith("Row")] == [
        "changed in the file"
    ]
    assert errors(press(tick(page), "Save 1 recommendation")) == []
    (second,) = (r for r in view().recommendations.values() if r.paragraph == "13.1")
    assert second.response is StateResponse.SUPPORTED
    assert not second.assessments

    found = view()
    counts = count_options(found, Filters())
    assert counts["position"] == {"supported": 2}
    assert counts["recommending_state"] == {"norway": 1, "iran-islamic-republic-of": 1, "spain": 1}
    chosen = Filters(position=("supported",), recommending_state=("spain",))
    assert [r.paragraph for r in filter_recommendations(found, chosen, "en")] == ["13.1"]
    press(page, "Undo the last save")
    (second,) = (r for r in view().recommendations.values() if r.paragraph == "13.1")
    assert second.response is StateResponse.TO_BE_EXAMINED


def test_a_report_on_another_state_is_not_filed_here(opened):
    import_drafts.import_drafts().forget()
    page = paste(opened("import_document"), as_text(whole_report(SECTION)).decode())
    assert "The row is about Ruritania, but this tracker is about Kyrgyzstan." in html(page)
    assert [box.label for box in page.checkbox if box.label.startswith("Row")] == []


def test_all_rows_that_are_found_are_ticked_by_one_press_and_a_stopped_save_names_the_record(opened, view):
    import_drafts.import_drafts().forget()
    section = SECTION.replace("Sign the Protocol", "Release Mr. Azamat Bekov")
    page = paste(opened("import_document"), pasted(whole_report(section)))
    next(box for box in page.checkbox if box.label.startswith("Add 1 document")).check()
    page.run()
    page.radio[0].set_value("seen")
    page = press(page, "Tick 4 rows that are found")
    page = press(page, "Save 4 recommendations")
    assert "upr-2021-13-2" in html(page) and "Azamat Bekov" in html(page)
    page.checkbox(key="row_4").uncheck()
    page.run()
    assert errors(press(page, "Save 3 recommendations")) == []
    assert len([r for r in view().recommendations.values() if r.recommending_states]) == 3
