"""What somebody types of a document: what is missing, the id that is proposed, and the record that comes of it."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import TRACKER, dataset, said
from tracker.editing.document_form import (
    DocumentForm,
    apply_document_form,
    create_document,
    document_form_from_record,
    suggest_document_id,
    validate_document_form,
)
from tracker.i18n import get_language
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification
from tracker.queries.view import View

EN = get_language("en")
CO = DocumentForm(body="cescr", symbol="E/C.12/RUR/CO/5", title={"en": "CO"}, cycle="5", dates={"issued": "2026-03-02"})


@pytest.fixture
def view(tmp_path):
    """Two committees, a report and two concluding observations, in English and Russian."""
    return View(dataset(tmp_path, {"tracker": TRACKER + "languages: [en, ru]\n"}), date(2026, 6, 18))


def test_a_shipped_id_is_what_its_symbol_proposes(dataset):
    for d in dataset.documents.values():
        if d.symbol:
            assert suggest_document_id(DocumentForm(body=d.body, kind=d.kind, symbol=d.symbol), ()) == d.id


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        (CO, "e-c12-rur-co-5"),
        (replace(CO, symbol="CAT/C/RUR/CO/3/Add.1"), "cat-c-rur-co-3-add-1"),
        (replace(CO, symbol=" –  "), "cescr-concluding-observations-2026"),
        (replace(CO, symbol="", kind=DocumentKind.ALTERNATIVE_REPORT), "ngo-2026"),
        (replace(CO, symbol="", kind=DocumentKind.ALTERNATIVE_REPORT, dates={"due": "2025/2027-06"}), "ngo-2027"),
        (replace(CO, symbol="", kind=DocumentKind.STATE_REPORT, dates={}), "cescr-state-report"),
        (replace(CO, symbol="CAT/" + "9" * 90), "cat-" + "9" * 56),
        (replace(CO, symbol="", body=None), ""),
    ],
)
def test_an_id_is_proposed_from_the_symbol_else_from_body_kind_and_year(said, proposed):
    assert suggest_document_id(said, ()) == proposed


def test_a_proposed_id_is_free(view):
    report = replace(CO, symbol="", kind=DocumentKind.ALTERNATIVE_REPORT)
    assert suggest_document_id(report, {"ngo-2026", "ngo-2026-2"}) == "ngo-2026-3"


DATES = "is not a date. Write it as 2026-03-18, 2026-03, 2026, or 2021/2024 for a period."


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        ({"body": None}, ["Choose the treaty body."]),
        ({"title": {"en": " ", "ru": "ЗЗ"}}, ["The title is needed in the dataset's main language."]),
        ({"title": {"en": "x" * 301}}, ["A title has at most 300 characters."]),
        ({"cycle": " "}, ["The reporting cycle is needed: the number of the periodic report, such as 4 or 2-3."]),
        ({"dates": {"due": "soon", "issued": "31.12.2026"}}, [f"Due: “soon” {DATES}", f"Issued: “31.12.2026” {DATES}"]),
        (
            {"dates": {"adopted": "2026-03-02", "issued": "2026-02"}},
            ["It was issued before it was adopted: check both dates."],
        ),
        ({"dates": {"adopted": "2026-03-02", "issued": "2026-03"}}, []),
        ({"link": "undocs.org/x"}, ["The link does not look like a web address: it starts with https:// or http://."]),
        ({"symbol": "e/c.12/rur/co/4 "}, ["Another document has this symbol: CO."]),
    ],
)
def test_what_is_missing_is_said_in_sentences(view, change, sentences):
    assert validate_document_form(view, None, replace(CO, **change), "e-c12-rur-co-5", EN) == sentences


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("", "The id has small letters a-z, digits and single hyphens, at most 80 characters."),
        ("CO 5", "The id has small letters a-z, digits and single hyphens, at most 80 characters."),
        ("co-2024", "The id “co-2024” is taken. Choose another one."),
    ],
)
def test_a_typed_id_is_checked(view, name, sentence):
    assert validate_document_form(view, None, CO, name, EN) == [sentence]


def test_an_edit_keeps_its_own_symbol_and_no_other(view):
    d = view.documents["co-2024"]
    start = document_form_from_record(view, d, EN)
    assert validate_document_form(view, d, start, "", EN) == []
    assert validate_document_form(view, d, replace(start, symbol="CAT/C/RUR/CO/3"), "", EN) == [
        "Another document has this symbol: CO."
    ]


def test_a_form_that_nobody_touched_changes_nothing(dataset):
    view = View(dataset, date(2026, 6, 18))
    for code in ("en", "ru"):
        for d in dataset.documents.values():
            assert (
                apply_document_form(view, d, document_form_from_record(view, d, get_language(code)), get_language(code))
                == d
            )


def test_what_was_typed_is_a_document(view):
    typed = replace(
        CO,
        title={"en": "CO", "ru": ""},
        authors=" ",
        verification=Verification.SEEN,
        parts_read="начало",
        link="https://undocs.org/x ",
        dates={"considered": "2026-02-10/2026-02-11", "adopted": " 2026-03-02", "issued": ""},
        note={"en": "", "ru": "Ещё не всё."},
    )
    made = create_document(view, "co-5", typed, get_language("ru"))
    assert made == Document(
        id="co-5",
        body="cescr",
        kind=DocumentKind.CONCLUDING_OBSERVATIONS,
        symbol="E/C.12/RUR/CO/5",
        title=said("CO"),
        cycle="5",
        considered="2026-02-10/2026-02-11",
        adopted="2026-03-02",
        verification=Verification.SEEN,
        parts_read={"ru": {"text": "начало"}},
        link="https://undocs.org/x",
        note={"ru": {"text": "Ещё не всё."}},
    )
