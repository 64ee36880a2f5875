"""A text is recorded in the language in which it was typed, not in that of the form."""

import pytest

from tests.support.small_dataset import said
from tracker.editing.forms.values import by_own_language, language_of_letters, text_from_input, update_one_language
from tracker.i18n import Language
from tracker.model.localized_text import TextVariant

ENGLISH, RUSSIAN, KYRGYZ = (Language(code, fallback=("en", "ru", "ky")) for code in ("en", "ru", "ky"))
LAW = "Закон принят, но не действует."


@pytest.mark.parametrize(
    ("language", "text", "code"),
    [
        (ENGLISH, "The law was adopted.", ""),
        (ENGLISH, LAW, "ru"),
        (ENGLISH, "Мыйзам кабыл алынган эмес.", "ky"),
        (ENGLISH, "Закон «О наркотиках» (the drug law) does not apply to patients.", ""),
        (ENGLISH, "12.03.2026", ""),
        (RUSSIAN, LAW, "ru"),
        (RUSSIAN, "The law was adopted.", ""),
        (RUSSIAN, "https://example.org/law", "ru"),
        (RUSSIAN, "CEDAW/C/KGZ/CO/5", "ru"),
        (RUSSIAN, "Мыйзам өзгөргөн жок.", "ky"),
        (KYRGYZ, "Мыйзам кабыл алынды", "ky"),
        (KYRGYZ, "Айыл мектеби", "ky"),
        (KYRGYZ, LAW, "ru"),
    ],
)
def test_the_language_is_that_of_the_text(language, text, code):
    assert text_from_input(text, language) == {code: TextVariant(text=text)}


def test_a_language_that_the_dataset_does_not_have_is_not_used():
    assert text_from_input(LAW, Language("en")) == said(LAW)


def test_a_text_in_the_field_of_another_language_is_moved_unless_it_would_replace_one():
    assert by_own_language({"en": LAW, "ru": ""}, {}, ENGLISH) == {"en": "", "ru": LAW}
    assert by_own_language({"en": LAW, "ru": "Закон."}, {}, ENGLISH) == {"en": LAW, "ru": "Закон."}
    assert by_own_language({"en": LAW, "ru": ""}, {"en": LAW}, ENGLISH) == {"en": LAW, "ru": ""}


def test_a_field_of_one_language_keeps_what_is_there_in_another():
    assert update_one_language(said("A law."), "Ченемдер өзгөрдү.", RUSSIAN) == {
        "en": TextVariant(text="A law."),
        "ky": TextVariant(text="Ченемдер өзгөрдү."),
    }


def test_a_text_without_letters_has_no_language():
    assert language_of_letters("12 §") == ""
