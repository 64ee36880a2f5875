"""What was typed into fields, as texts of the data: what nobody touched stays byte for byte, with its marks."""

import pytest

from tracker.editing.forms.values import (
    duplicates,
    edited_texts,
    free_id,
    id_errors,
    initial_origins_by_language,
    initial_text_by_language,
    join_paragraph_letters,
    length_errors,
    reason_errors,
    text_in,
    update_one_language,
    update_text,
)
from tracker.i18n import get_language
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
from tracker.model.partial_dates import last_year
from tracker.model.vocabulary import TextOrigin

ENGLISH, RUSSIAN = get_language("en"), get_language("ru")
OLD = {
    "en": TextVariant(text="A law,  in two\nlines.\n", origin=TextOrigin.OFFICIAL, reviewed=True),
    "ru": TextVariant(text="Закон.", origin=TextOrigin.MACHINE),
}


def test_what_was_not_touched_stays_with_its_marks():
    fields = initial_text_by_language(OLD, ("en", "ru", "ky"), "en")
    assert fields == {"en": "A law,  in two\nlines.\n", "ru": "Закон.", "ky": ""}
    assert update_text(OLD, fields, "en") == OLD
    # a browser sends its line breaks, and a person leaves a blank behind
    assert update_text(OLD, {**fields, "en": "A law,  in two\r\nlines. "}, "en")["en"] is OLD["en"]


def test_an_edited_wording_is_our_own_and_read_by_nobody_yet():
    now = update_text(OLD, {"en": "A law.", "ru": "Закон."}, "en")
    # the line break at its end, which nobody sees in a field, stays: the file goes on with `>` or `|`
    assert now == {"en": TextVariant(text="A law.\n"), "ru": OLD["ru"]}


def test_an_emptied_wording_goes_and_what_has_no_field_stays():
    assert update_text(OLD, {"en": "A law,  in two\nlines.", "ru": " \n"}, "en") == {"en": OLD["en"]}
    assert update_text(OLD, {"ru": ""}, "en") == {"en": OLD["en"]}
    assert update_text(OLD, {"en": "", "ru": ""}, "en") == {}


def test_a_second_language_beside_a_text_that_named_none():
    alone = {NO_LANGUAGE_CODE: TextVariant(text="A law.")}
    assert initial_text_by_language(alone, ("en", "ru"), "en") == {"en": "A law.", "ru": ""}
    assert update_text(alone, {"en": "A law.", "ru": ""}, "en") == alone
    both = update_text(alone, {"en": "A law.", "ru": "Закон."}, "en")
    assert list(both.items()) == [("en", alone[NO_LANGUAGE_CODE]), ("ru", TextVariant(text="Закон."))]


def test_a_new_text_in_the_main_language_alone_names_none_and_one_in_another_does():
    assert update_text(None, {"en": "A law.", "ru": ""}, "en") == {NO_LANGUAGE_CODE: TextVariant(text="A law.")}
    assert update_text(None, {"en": "", "ru": "Закон."}, "en") == {"ru": TextVariant(text="Закон.")}
    # one that named its language goes on to
    assert update_text({"en": TextVariant(text="A law.")}, {"en": "An act.", "ru": ""}, "en") == {
        "en": TextVariant(text="An act.")
    }


def test_whose_words_they_are_can_be_said_anew():
    assert initial_origins_by_language(OLD, ("en", "ru", "ky"), "en", TextOrigin.OWN) == {
        "en": TextOrigin.OFFICIAL,
        "ru": TextOrigin.MACHINE,
        "ky": TextOrigin.OWN,
    }
    fields = initial_text_by_language(OLD, ("en", "ru"), "en")
    now = update_text(OLD, fields, "en", {"en": TextOrigin.OFFICIAL, "ru": TextOrigin.OWN})
    assert (now["en"], now["ru"]) == (OLD["en"], TextVariant(text="Закон."))


def test_a_text_of_one_field_is_in_the_language_of_who_typed_it():
    opening = {NO_LANGUAGE_CODE: TextVariant(text="opening")}
    assert (text_in(opening, ENGLISH), text_in(opening, RUSSIAN), text_in(None, ENGLISH)) == ("opening", "", "")
    assert update_one_language(opening, "", RUSSIAN) == opening
    assert update_one_language(opening, "начало", RUSSIAN) == {
        "en": TextVariant(text="opening"),
        "ru": TextVariant(text="начало"),
    }
    assert update_one_language(opening, "", ENGLISH) is None


@pytest.mark.parametrize(
    ("words", "id"),
    [
        ("cedaw-2021-44", "cedaw-2021-44-2"),
        ("CEDAW 2021: 45", "cedaw-2021-45"),
        ("Закон", "new"),
        ("a" * 90, "a" * 60),
    ],
)
def test_a_proposed_id_is_free(words, id):
    assert free_id(words, {"cedaw-2021-44"}) == id


@pytest.mark.parametrize(
    ("paragraph", "id"), [("46 (c)", "46c"), ("46(c)", "46c"), ("46 (c) (ii)", "46cii"), ("22-23", "22-23"), ("1", "1")]
)
def test_letters_in_brackets_join_their_number(paragraph, id):
    assert join_paragraph_letters(paragraph) == id


@pytest.mark.parametrize(
    ("known", "last"),
    [
        ("2024-06-18~", "2024"),
        ("2021/2024", "2024"),
        ("2021-01/2024-06", "2024"),
        ("../2021", "2021"),
        ("2024", "2024"),
        ("soon", ""),
    ],
)
def test_the_year_of_a_date_is_its_last_however_far_it_is_known(known, last):
    assert last_year(known) == last


@pytest.mark.parametrize("name", ["", "Law", "a--b", "-a", "a_b", "закон", "a" * 81, "../x", "a\n"])
def test_an_id_that_would_be_no_file_name_is_refused(name):
    assert list(id_errors(name, (), ENGLISH)) == [
        "The short name for the link has only small letters a-z, digits and single hyphens, at most 80 characters."
    ]


def test_an_id_that_is_taken_is_refused():
    assert list(id_errors("law", {"law"}, ENGLISH)) == ["The short name “law” is taken. Choose another one."]
    assert list(id_errors("law-2", {"law"}, ENGLISH)) == []


def test_what_is_too_long_is_said_with_its_beginning():
    sentences = list(length_errors(ENGLISH, 5, ["short", "much longer"]))
    assert sentences == ["“much longer…” is too long: at most 5 characters."]


def test_only_what_is_new_is_measured():
    assert edited_texts({"en": "A\r\nB", "ru": "Б"}, {"en": "A\nB", "ru": ""}) == ["Б"]


def test_an_edit_needs_a_reason():
    assert reason_errors(" \n", ENGLISH) == ["Please say in a sentence why you changed it."]
    assert reason_errors("A slip.", ENGLISH) == []


def test_what_is_put_into_two_fields_is_named_unless_it_stood_in_both():
    by = {"progress": ("a", "b"), "setback": ("b", "c")}
    assert duplicates(by, {}) == ["b"]
    assert duplicates(by, {"progress": ("b",), "setback": ("b",)}) == []
