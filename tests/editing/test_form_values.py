"""What was typed into fields, as texts of the data: what nobody touched stays byte for byte, with its marks."""

import pytest

from tests.editing.test_document_form import BAD_NAME
from tests.support.small_dataset import said
from tracker.editing.forms.values import (
    by_own_language,
    complete_link,
    duplicates,
    free_id,
    id_errors,
    initial_text_by_language,
    text_from_input,
    text_in,
    update_one_language,
    update_text,
)
from tracker.i18n import Language, get_language
from tracker.model.localized_text import NO_LANGUAGE_CODE, TextVariant
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
    named = {"en": TextVariant(text="A law.")}
    assert update_text(named, {"en": "An act.", "ru": ""}, "en") == {"en": TextVariant(text="An act.")}


def test_whose_words_they_are_can_be_said_anew():
    fields = initial_text_by_language(OLD, ("en", "ru"), "en")
    now = update_text(OLD, fields, "en", {"en": TextOrigin.OFFICIAL, "ru": TextOrigin.OWN})
    assert (now["en"], now["ru"]) == (OLD["en"], TextVariant(text="Закон."))


def test_a_text_of_one_field_is_in_the_language_of_who_typed_it():
    opening = {NO_LANGUAGE_CODE: TextVariant(text="opening")}
    assert (text_in(opening, ENGLISH), text_in(opening, RUSSIAN), text_in(None, ENGLISH)) == ("opening", "", "")
    assert update_one_language(opening, "", RUSSIAN) == opening
    told = update_one_language(opening, "начало", RUSSIAN)
    assert told == {"en": TextVariant(text="opening"), "ru": TextVariant(text="начало")}
    assert update_one_language(opening, "", ENGLISH) is None


@pytest.mark.parametrize(
    ("words", "id"),
    [("cedaw-2021-44", "cedaw-2021-44-2"), ("CEDAW 2021: 45", "cedaw-2021-45"), ("Закон", "new"), ("a" * 90, "a" * 60)],
)
def test_a_proposed_id_is_free(words, id):
    assert free_id(words, {"cedaw-2021-44"}) == id


@pytest.mark.parametrize("name", ["", "Law", "a--b", "-a", "закон", "a" * 81, "a\n"])
def test_an_id_that_would_be_no_file_name_is_refused(name):
    assert list(id_errors(name, (), ENGLISH)) == [BAD_NAME]


def test_an_id_that_is_taken_is_refused():
    assert list(id_errors("law", {"law"}, ENGLISH)) == ["The short name “law” is taken. Choose another one."]
    assert list(id_errors("law-2", {"law"}, ENGLISH)) == []


def test_what_is_put_into_two_fields_is_named_unless_it_stood_in_both():
    by = {"progress": ("a", "b"), "setback": ("b", "c")}
    assert duplicates(by, {}) == ["b"]
    assert duplicates(by, {"progress": ("b",), "setback": ("b",)}) == []


# A link is completed as people type it; what is no web address is refused.


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("www.gov.kg/ru/post/1", "https://www.gov.kg/ru/post/1"),
        (" https://x.org/a?b=c#d ", "https://x.org/a?b=c#d"),
        ("<www.gov.kg>.", "https://www.gov.kg"),
        ("мвд.кг/новости", "https://мвд.кг/новости"),
    ],
)
def test_a_web_address_is_completed(typed, link):
    assert complete_link(typed) == link


@pytest.mark.parametrize(
    "typed",
    [
        *("", "the law of parliament", "parliament", "javascript:alert(1)", "data:text/html,x", "ftp://x.org", "htp://x.org"),
        *("editor@x.org", "https://", "https://x y", "p. 12", "12.03.2026", "x.org/a b", "file.", "https://x.org/" + "a" * 2000),
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(typed):
    assert complete_link(typed) == ""


# A text is recorded in the language in which it was typed, not in that of the form.


IN_ENGLISH, IN_RUSSIAN, IN_KYRGYZ = (Language(code, fallback=("en", "ru", "ky")) for code in ("en", "ru", "ky"))
ONLY_ENGLISH = Language("en")
LAW = "Закон принят, но не действует."


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        (IN_ENGLISH, "The law was adopted.", ""),
        (IN_ENGLISH, LAW, "ru"),
        (IN_ENGLISH, "Мыйзам кабыл алынган эмес.", "ky"),
        (IN_ENGLISH, "Закон «О наркотиках» (the drug law) does not apply to patients.", ""),
        (IN_RUSSIAN, LAW, "ru"),
        (IN_RUSSIAN, "The law was adopted.", ""),
        (IN_RUSSIAN, "https://example.org/law", "ru"),
        (IN_RUSSIAN, "Мыйзам өзгөргөн жок.", "ky"),
        (IN_KYRGYZ, "Айыл мектеби", "ky"),
        (IN_KYRGYZ, LAW, "ru"),
        (ONLY_ENGLISH, LAW, ""),
    ],
)
def test_the_language_is_that_of_the_text_if_the_dataset_has_it(language, text, code):
    assert text_from_input(text, language) == {code: TextVariant(text=text)}


def test_a_text_in_the_field_of_another_language_is_moved_unless_it_would_replace_one():
    assert by_own_language({"en": LAW, "ru": ""}, {}, IN_ENGLISH) == {"en": "", "ru": LAW}
    assert by_own_language({"en": LAW, "ru": "Закон."}, {}, IN_ENGLISH) == {"en": LAW, "ru": "Закон."}
    assert by_own_language({"en": LAW, "ru": ""}, {"en": LAW}, IN_ENGLISH) == {"en": LAW, "ru": ""}


def test_a_field_of_one_language_keeps_what_is_there_in_another():
    told = update_one_language(said("A law."), "Ченемдер өзгөрдү.", IN_RUSSIAN)
    assert told == {"en": TextVariant(text="A law."), "ky": TextVariant(text="Ченемдер өзгөрдү.")}
