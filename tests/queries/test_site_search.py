"""Strangers find the right records with their own words, with a typo, and with a document's symbol."""

from datetime import date

import pytest

from tests.support.examples import examples
from tests.support.server_process import ROOT
from tests.support.small_dataset import ASKED, DOCUMENTS, SHOWN, dataset
from tracker.queries.search.site_search import (
    Dictionary,
    correct_list_search,
    correct_words,
    documents_with_symbol,
    other_layouts,
    search_everything,
)
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

TODAY = date(2026, 11, 25)
SEARCHES = examples(__file__)
SHOWN_IN_EACH_GROUP = 5


@pytest.fixture(scope="module")
def shipped() -> View:
    return View(DatasetReader(ROOT / "data").read(), TODAY)


@pytest.mark.parametrize("examples", SEARCHES.values(), ids=SEARCHES)
def test_nine_of_ten_searches_show_what_they_should(shipped, examples):
    there = {*shipped.dataset.evidence, *shipped.dataset.recommendations, *shipped.dataset.documents}
    missed = {}
    for typed, expected in examples.items():
        groups = search_everything(shipped, typed).results_by_kind
        shown = {record.id for group in groups for record in (*group.records[:SHOWN_IN_EACH_GROUP], *group.similar)}
        if missing := (set(expected) - shown) & there:
            missed[typed] = missing
    assert len(missed) <= 0.1 * len(examples), missed


def test_a_typo_is_corrected_and_named_unless_exactly_this_is_wanted(shipped):
    found = search_everything(shipped, "metadone")
    assert (found.typed, found.used, found.is_corrected) == ("metadone", "methadone", True)
    assert found.results_by_kind == search_everything(shipped, "methadone").results_by_kind
    assert search_everything(shipped, "metadone", exactly=True).count == 0
    assert not search_everything(shipped, "methadone").is_corrected


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("", ""),
        ("methadone", "methadone"),
        ("metadone", "methadone"),
        # only a document has this word: it is no typo, and the list stays empty
        ("replies", "replies"),
        ("qqqqqqqq", "qqqqqqqq"),
    ],
)
def test_words_that_filter_a_list_are_corrected_if_nobody_wrote_them(shipped, typed, used):
    assert correct_list_search(shipped, typed, shipped.searchable) == used


def test_the_documents_that_the_results_come_from_are_named_too(shipped):
    found = search_everything(shipped, "methadone")
    assert (found.documents.records, [d.id for d in found.sources]) == ((), ["ngo-2024"])
    assert search_everything(shipped, "теневой доклад").sources == ()  # it is among the documents
    found = search_everything(shipped, "torture 2014")
    co, _same_year = found.documents.similar  # the document of the first result; a document is named once
    assert (found.recommendations.records[0].document, co.id in {d.id for d in found.sources}) == (co.id, False)


@pytest.mark.parametrize(
    ("typed", "used"),
    [
        ("methadonne", "methadone"),  # one letter too many
        ("mathadone", "methadone"),  # another one
        ("mehtadone", "methadone"),  # two exchanged
        ("ьуерфвщту", "methadone"),  # Russian keyboard
        ("yfkjrcjy", "налоксон"),  # English keyboard
        ("harmreduction", "harm reduction"),
        ("oat", "oat"),  # found: not corrected
    ],
)
def test_one_typo_is_forgiven(typed, used):
    counts = {"methadone": 3, "harm": 1, "reduction": 1, "prison": 1}
    words = Dictionary(counts, frozenset({"метадон", "oat", "налоксон"}))
    known = words.counts.keys() | {"in"}
    options = [correct_words(text, words, known.__contains__) for text in (typed, *other_layouts(typed))]
    best = next((text for text in options if all(word in known for word in text.split())), typed)
    assert best == used


@pytest.mark.parametrize(
    "typed", ["E/C.12/KGZ/CO/4", "e/c.12/kgz/co/4", " E / C.12 / KGZ/CO /4 ", "ec12kgzco4", "E C.12 KGZ CO 4"]
)
def test_a_symbol_is_found_however_it_is_typed(shipped, typed):
    found = search_everything(shipped, typed)
    assert (found.is_corrected, [d.id for d in found.documents.records]) == (False, ["e-c12-kgz-co-4"])


def test_a_part_of_a_symbol_finds_all_with_it_and_a_word_none(shipped):
    assert {d.id for d in documents_with_symbol(shipped, "cat/c/kgz/co/")} == set()  # no digit yet
    assert [d.id for d in documents_with_symbol(shipped, "CAT C KGZ 3")] == ["cat-c-kgz-3"]
    assert documents_with_symbol(shipped, "methadone 2024") == ()


@pytest.mark.parametrize("typed", ["Shadow report", "теневой доклад", "альтернативный доклад 2024"])
def test_documents_are_found_by_kind_and_year(shipped, typed):
    assert search_everything(shipped, typed).documents.records[0].kind == "alternative-report"


def test_documents_are_found_by_their_authors(tmp_path):
    documents = DOCUMENTS.replace("title: Report,", "title: A shadow, authors: Plus Centre,")
    view = View(dataset(tmp_path, {"documents": documents}), TODAY)
    assert search_everything(view, "Plus Centre").documents.records[0].kind == "alternative-report"


def test_the_best_match_comes_first_and_few_results_are_filled_up_with_similar_ones(tmp_path):
    bears = "relevant_to: [{recommendation: ask-1, effect: progress}]\n"
    files = {
        "r/ask-1": ASKED.replace("summary: S", "summary: about zinc"),
        "r/ask-2": ASKED.replace("title: T", "title: Zinc and copper"),
        "e/law": SHOWN.replace("summary: S", "summary: zinc, lead") + bears,
    }
    view = View(dataset(tmp_path, files), TODAY)
    found = search_everything(view, "zinc").recommendations
    assert [r.id for r in found.records] == ["ask-2", "ask-1"]
    both = search_everything(view, "zinc lead")
    assert ([r.id for r in both.recommendations.records], both.recommendations.similar) == (["ask-1"], ())
    assert [e.id for e in both.evidence.records] == ["law"]
    assert [r.id for r in search_everything(view, "zinc copper").recommendations.records] == ["ask-2"]


def test_a_search_of_an_earlier_day_finds_what_was_there_then(shipped):
    earlier = View(shipped.dataset, TODAY, date(2023, 1, 1))
    assert search_everything(earlier, "E/C.12/KGZ/CO/4").documents.records == ()
    assert search_everything(earlier, "ЗТМ").count == 1
