"""Whose wording a quotation is: the original, the official translation, our own translation or a machine's."""

import json

import pytest

from tests.importing.test_document_records import LANGUAGES, Place
from tests.support.small_observations import RUSSIAN_OBSERVATIONS, SMALL_OBSERVATIONS
from tests.support.story_folder import ASKED, DOCUMENTS, made
from tests.support.view_requests import ask
from tracker.importing.documents.reader import read_document
from tracker.publishing.exports.json_api import render_one
from tracker.storage.dataset_reader import DatasetReader
from tracker.validation.check import check_folder
from tracker.web.page_shell import render_permanent_link

QUOTED = ASKED + "text:\n  en: {text: End it., origin: %s}\n  ru: {text: 'Отмените.', origin: official}\n"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("Original: English", "en"),
        ("Russian\nOriginal: Spanish", "es"),
        ("Original: español", "es"),
        ("Язык оригинала: английский", "en"),
        ("The original: English law", None),
    ],
)
def test_the_language_of_the_original_is_read_where_the_document_says_it(line, code):
    first, rest = SMALL_OBSERVATIONS.split("\n", 1)
    assert read_document(f"{first}\n{line}\n{rest}".encode()).original_language == code


def test_a_russian_file_brings_the_language_of_its_original(tmp_path):
    place = Place(tmp_path / "data", {"tracker.yaml": LANGUAGES})
    first, rest = RUSSIAN_OBSERVATIONS.split("\n", 1)
    place.bring_in(f"{first}\nRussian\nOriginal: English\n{rest}")
    (document,) = (d for d in place.view.documents.values() if d.id == "e-c12-kgz-co-5")
    assert document.original_language == "en"
    assert {r.text["ru"].origin for r in place.view.recommendations.values() if r.text} == {"official-translation"}


@pytest.mark.parametrize(
    ("original", "recorded", "mark", "words"),
    [
        ("", "official", "official", "Quoted from the document."),
        ("en", "official", "official", "Quoted in the language of the original."),
        ("ru", "official", "official-translation", "Quoted from the official translation."),
        ("", "official-translation", "official-translation", "Quoted from the official translation."),
        ("ru", "own", "own-translation", "our own translation"),
        ("ru", "machine", "machine", "machine translation"),
    ],
)
def test_a_wording_has_one_of_four_marks_on_the_card_and_in_the_api(tmp_path, original, recorded, mark, words):
    said = f", original_language: {original}" if original else ""
    documents = DOCUMENTS.replace("title: A report", "title: A report" + said)
    files = {"tracker.yaml": LANGUAGES, "documents.yaml": documents, "recommendations/r1.yaml": QUOTED % recorded}
    dataset = DatasetReader(made(tmp_path / "data", files)).read()
    assert check_folder(dataset.root) == []
    request = ask(dataset, one="r1")
    assert json.loads(render_one(request).body)["text"]["en"]["origin"] == mark
    assert words in render_permanent_link(request).body.decode()
