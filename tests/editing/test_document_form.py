"""What somebody types of a document: what is missing, the id that is proposed, and the record that comes of it."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import TRACKER, dataset, said
from tracker.editing.forms.document import DocumentForm
from tracker.i18n import get_language
from tracker.model.registers import Document
from tracker.model.vocabulary import DocumentKind, Verification
from tracker.queries.view import View

EN = get_language("en")
CO = DocumentForm(
    body="cescr",
    kind=DocumentKind.CONCLUDING_OBSERVATIONS,
    symbol="E/C.12/RUR/CO/5",
    title={"en": "CO"},
    cycle="5",
    issued="2026-03-02",
)


@pytest.fixture
def view(tmp_path):
    """Two committees, a report and two concluding observations, in English and Russian."""
    return View(dataset(tmp_path, {"tracker": TRACKER + "languages: [en, ru]\n"}), date(2026, 6, 18))


def test_a_shipped_id_is_what_its_symbol_proposes(dataset):
    nothing_taken = View(replace(dataset, documents={}), date(2026, 6, 18))
    for d in dataset.documents.values():
        if d.symbol:
            assert DocumentForm(body=d.body, kind=d.kind, symbol=d.symbol).suggest_id(nothing_taken) == d.id


@pytest.mark.parametrize(
    ("said", "proposed"),
    [
        (CO, "e-c12-rur-co-5"),
        (replace(CO, symbol=" –  "), "cescr-concluding-observations-2026"),
        (replace(CO, symbol="", kind=DocumentKind.ALTERNATIVE_REPORT), "ngo-2026"),
        (replace(CO, symbol="", kind=DocumentKind.STATE_REPORT, issued=""), "cescr-state-report"),
        (replace(CO, symbol="CAT/" + "9" * 90), "cat-" + "9" * 56),
    ],
)
def test_an_id_is_proposed_from_the_symbol_else_from_body_kind_and_year(view, said, proposed):
    assert said.suggest_id(view) == proposed


DATES = (
    "is not understood as a date. Write, for example, 12 March 2026, March 2026, 2026, 11–12 March 2026, 2021–2024 or "
    "about May 2025."
)
BAD_NAME = "The short name for the link has only small letters a-z, digits and single hyphens, at most 80 characters."


@pytest.mark.parametrize(
    ("change", "sentences"),
    [
        ({}, []),
        *(({"id": name}, [BAD_NAME]) for name in ("", "CO 5")),
        ({"id": "co-2024"}, ["The short name “co-2024” is taken. Choose another one."]),
        ({"body": None}, ["Choose the treaty body."]),
        ({"kind": None}, ["Choose the kind of document."]),
        ({"title": {"en": " ", "ru": "ЗЗ"}}, []),
        ({"title": {"en": " ", "ru": ""}}, ["Title: please fill this in, in one language at least."]),
        ({"symbol": "x" * 121}, [f"“{'x' * 40}…” is too long: 121 of 120 characters. Shorten it by 1."]),
        ({"cycle": " "}, ["Enter the reporting cycle: the number of the periodic report, such as 4 or 2-3."]),
        ({"due": "soon", "issued": "2026-13"}, [f"Due: “soon” {DATES}", f"Issued: “2026-13” {DATES}"]),
        ({"due": "3/4/2026"}, ["Due: “3/4/2026” is not clear. Is it 3 April 2026 or 4 March 2026?"]),
        ({"adopted": "2026-03-02", "issued": "2026-02"}, ["The issue date is before the date of adoption: check both dates."]),
        ({"link": "undocs.org/x"}, ["“undocs.org/x” is not a link. Copy the address of the page, such as https://undocs.org/…"]),
        ({"symbol": "e/c.12/rur/co/4 "}, ["Another document has this symbol: CO."]),
        ({"symbol": "E/C.12/KAZ/Q/4"}, ["This symbol is of another State (KAZ). This tracker is about Ruritania."]),
    ],
)  # fmt: skip
def test_what_is_missing_is_said_in_sentences(view, change, sentences):
    assert replace(CO, **{"id": "e-c12-rur-co-5", **change}).validate(view, None, EN) == sentences


def test_an_edit_keeps_its_own_symbol_and_no_other(view):
    d = view.documents["co-2024"]
    start = DocumentForm.from_record(view, d, EN)
    assert start.validate(view, d, EN) == []
    assert replace(start, symbol="CAT/C/RUR/CO/3").validate(view, d, EN) == ["Another document has this symbol: CO."]


def test_what_was_typed_is_a_document(view):
    typed = replace(
        CO,
        id="co-5",
        title={"en": "CO", "ru": ""},
        authors=" ",
        verification=Verification.SEEN,
        parts_read="начало",
        link="https://undocs.org/x ",
        considered="2026-02-10/2026-02-11",
        adopted=" 2026-03-02",
        issued="",
        note={"en": "", "ru": "Ещё не всё."},
    )
    (made,) = typed.apply(view, None, {}, get_language("ru"))
    of_form = {name: getattr(typed, name) for name in ("id", "body", "kind", "symbol", "cycle", "considered")}
    assert made == Document(
        **of_form,
        title=said("CO"),
        adopted="2026-03-02",
        verification=Verification.SEEN,
        parts_read={"ru": {"text": "начало"}},
        link="https://undocs.org/x",
        note={"ru": {"text": "Ещё не всё."}},
    )
