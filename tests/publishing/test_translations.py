"""Every word of the interface, in every language that it speaks."""

import io
from copy import deepcopy
from functools import cache

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from scripts import update_translations as translations
from scripts.update_translations import TRANSLATED, read_translations
from tracker.i18n import Language
from tracker.model.vocabulary import VERIFICATION_MEANINGS, Code, Verification

RUSSIAN = Language("ru")


@cache
def _messages() -> Catalog:
    return translations.extract_messages(translations.ROOT)  # reading all code takes a second


def messages() -> Catalog:
    """Every message of the code and the templates."""
    return deepcopy(_messages())


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_amiss_in(code):
    problems = translations.find_problems(messages(), read_translations(code))
    assert problems == [], "python -m scripts.update_translations, then translate"


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_second_update_changes_no_byte_of(code):
    once = translations.update_catalog(messages(), read_translations(code))
    assert translations.update_catalog(messages(), read_po(io.BytesIO(once.encode()), locale=code)) == once


@pytest.mark.parametrize(("n", "said"), [(2, "2 рекомендации"), (5, "5 рекомендаций"), (21, "21 рекомендация")])
def test_russian_counts_in_three_forms(n, said):
    assert RUSSIAN.ngettext("{n} recommendation", "{n} recommendations", n) == said


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_label_is_translated_into(code):
    labels = [*VERIFICATION_MEANINGS.values(), *(one.label for kind in Code.__subclasses__() for one in kind)]
    assert [label for label in labels if Language(code).gettext(label) == label] == []


def test_every_mark_is_explained():
    assert set(VERIFICATION_MEANINGS) == set(Verification)
