"""What the form of a recommendation proposes as an id, and what it says is missing."""

from dataclasses import replace
from datetime import date

import pytest

from tests.editing.test_recommendation_form import ENGLISH, FILES, NEW
from tests.support.small_dataset import folder, said
from tracker.editing.forms.recommendation import RecommendationForm
from tracker.model.vocabulary import TextOrigin, UptakeResult, Verification
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def view(tmp_path):
    return View(DatasetReader(folder(tmp_path, FILES)).read(), date(2026, 2, 1))


def missing(view, said, name="cescr-2024-46c", r=None, _=ENGLISH):
    return replace(said, id=name).validate(view, r, _)


@pytest.mark.parametrize(
    ("document", "paragraph", "title", "id"),
    [
        ("co-2024", "44", "", "cescr-2024-44"),
        ("co-2024", "46(c)", "", "cescr-2024-46c"),
        ("co-2021", "22-23", "", "cat-2021-22-23"),
        ("report-2024", "3", "", "report-2024-r3"),
        ("report-2024", "", "Repeal laws", "report-2024-repeal-laws"),
    ],
)
def test_an_id_is_proposed_from_committee_year_and_paragraph(view, document, paragraph, title, id):
    view = View(replace(view.dataset, recommendations={}), date(2026, 2, 1))
    form = RecommendationForm(document=document, paragraph=paragraph, title={"en": title})
    assert form.suggest_id(view) == id


def test_without_a_document_no_id_is_proposed_and_a_taken_one_is_followed_by_a_number(view):
    assert RecommendationForm(paragraph="44", title={"en": "End it"}).suggest_id(view) == ""
    assert RecommendationForm(document="co-2024", paragraph="44").suggest_id(view) == "cescr-2024-44-2"


def test_the_year_is_that_of_the_last_day_of_a_document(view):
    d = replace(view.documents["co-2024"], issued=None, considered="2023-11/2025-02~")
    view = View(replace(view.dataset, documents={"co-2024": d}), date(2026, 2, 1))
    assert RecommendationForm(document="co-2024", paragraph="7").suggest_id(view) == "cescr-2025-7"


def test_nothing_is_missing_in_a_whole_form(view):
    assert missing(view, NEW) == []


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"document": None}, "Choose the source document. If it is not in the list, add it first."),
        ({"title": {"ru": " "}}, "Title: please fill this in, in one language at least."),
        ({"summary": {"en": " "}}, "Summary: please fill this in, in one language at least."),
        ({"title": {"en": "a" * 301}}, f"“{'a' * 40}…” is too long: at most 300 characters."),
        ({"rights": ("a" * 121,)}, f"“{'a' * 40}…” is too long: at most 120 characters."),
        ({"summary": {"en": "a" * 20_001}}, f"“{'a' * 40}…” is too long: at most 20000 characters."),
        (
            {"link": "javascript:x", "publisher": "P"},
            "“javascript:x” is not a link. Copy the address of the page, such as https://undocs.org/…",
        ),
        ({"link": "https://x.org"}, "The link needs a publisher: who reports it?"),
        (
            {"parts": {"en": "End it."}},
            "Start each part with its own Latin letter, such as “a) …”. Not understood: End it.",
        ),
        (
            {
                "text": {"en": "End."},
                "text_origin": {"en": TextOrigin.OFFICIAL},
                "verification": Verification.REPORTED,
            },
            "A quotation needs the mark “source read”. If you know it only from others, put it into the summary in your own words.",
        ),
        (
            {"uptake": {UptakeResult.PARTLY: ("asked",), UptakeResult.TO_CHECK: ("asked",)}},
            "For one recommendation there is one result: T appears in two fields.",
        ),
    ],
)
def test_what_is_missing_is_said(view, fields, sentence):
    assert missing(view, replace(NEW, **fields)) == [sentence]


def test_what_is_allowed_is_not_refused(view):
    quoted = replace(NEW, text={"en": "End."}, text_origin={"en": TextOrigin.OFFICIAL})
    assert missing(view, quoted) == []
    assert missing(view, replace(quoted, text_origin={"en": TextOrigin.OWN}, verification=Verification.REPORTED)) == []
    assert missing(view, replace(NEW, link="https://x.org", publisher="IDPC")) == []


def test_what_was_long_before_does_not_stand_in_the_way(view):
    r = replace(view.dataset.recommendations["x"], title=said("a" * 301))
    fields = RecommendationForm.from_record(view, r, ENGLISH)
    assert missing(view, replace(fields, paragraph="7"), r=r) == []
