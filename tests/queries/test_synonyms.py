"""Words that mean the same find the same records, in every form and language, and are marked as a whole."""

from datetime import date

import pytest

from tests.support.small_dataset import ASKED, TRACKER, dataset
from tracker.queries.lists.filters import Filters, filter_recommendations
from tracker.queries.search.highlighting import highlight, missing_terms
from tracker.queries.search.synonyms import Synonyms
from tracker.queries.search.text_search import SearchIndex, parse_search
from tracker.queries.view import View

SAME = Synonyms(
    [
        ["methadone", "OST", "opioid substitution therapy", "ЗТМ", "заместительная терапия", "метадон"],
        ["possession", "personal use", "хранение без цели сбыта"],
        ["HIV", "AIDS"],
    ]
)


def finds(typed: str, text: str) -> bool:
    return bool(SearchIndex({"r": (text,)}, SAME).find(parse_search(typed, SAME)))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("methadone", "Clients of opioid substitution therapy"),
        ("Opioid substitution THERAPY", "31 OST sites"),
        ("ЗТМ", "возле пунктов заместительной терапии"),
        ("заместительная терапия", "about methadone"),
        ("метадонду", "31 OST sites"),  # Kyrgyz, accusative
        ("methadone prison", "OST in prisons"),
        ("хранения без цели сбыта", "Punishment for personal use"),
        ("substitution therapy", "opioid substitution therapy"),  # no phrase of the group, but its words are there
        ("how many methadone sites are there in the city", "31 OST sites of a city, many"),
    ],
)
def test_a_search_finds_other_words_for_the_same(typed, text):
    assert finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("methadone", "therapy, and a substitution of opioid drugs"),  # the words, but not the phrase
        ("methadone", "ostensibly"),
        ("AIDS", "in aid of it"),
        ("HIV", "legal aid"),
        ("methadone prison", "OST"),
    ],
)
def test_parts_of_a_phrase_are_not_the_phrase(typed, text):
    assert not finds(typed, text)


@pytest.mark.parametrize(
    ("typed", "html"),
    [
        ("methadone", "Sites for <mark>opioid substitution therapy</mark> <mark>(OST)</mark>"),
        ("опиоид", "Sites for opioid substitution therapy (OST)"),
        ("substitution therapy", "Sites for opioid <mark>substitution</mark> <mark>therapy</mark> (OST)"),
    ],
)
def test_what_was_found_is_marked(typed, html):
    text = "Sites for opioid substitution therapy (OST)"
    assert highlight(text, parse_search(typed, SAME)) == html
    assert bool(missing_terms(text, parse_search(typed, SAME))) == ("<mark>" not in html)


def test_the_list_uses_the_synonyms_of_the_dataset_and_forgets_those_that_are_removed(tmp_path):
    files = {
        "tracker": TRACKER + "synonyms:\n  - [zinc, OST, 'цинк']\n",
        "r/ask-1": ASKED.replace("title: T", "title: OST"),
    }
    for tracker, found in ((files["tracker"], ["ask-1"]), (TRACKER, [])):
        view = View(dataset(tmp_path, {**files, "tracker": tracker}), date(2026, 6, 18))
        assert [r.id for r in filter_recommendations(view, Filters(q="цинк"), "en")] == found
