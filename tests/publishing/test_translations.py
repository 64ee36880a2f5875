"""Every word of the interface, in every language that it speaks."""

import io
from copy import deepcopy
from enum import StrEnum
from functools import cache

import pytest
from babel.messages import Catalog
from babel.messages.pofile import read_po

from scripts.update_translations import (
    ROOT,
    TRANSLATED,
    extract_messages,
    find_problems,
    read_translations,
    update_catalog,
)
from tracker.i18n import LANGUAGES, Language
from tracker.model import vocabulary
from tracker.model.labels import LABELS, VERIFICATION_MEANINGS
from tracker.model.vocabulary import Status, Verification

RUSSIAN = Language("ru")


def catalog(*messages: tuple[object, object], fuzzy: bool = False) -> Catalog:
    made = Catalog(locale="ru")
    for message, translation in messages:
        made.add(message, translation, flags=["fuzzy"] if fuzzy else [])
    return made


@cache
def _messages() -> Catalog:
    return extract_messages(ROOT)  # reading all code takes a second


def messages() -> Catalog:
    """Every message of the code and the templates."""
    return deepcopy(_messages())


def kinds() -> set[type]:
    return {kind for kind in vars(vocabulary).values() if isinstance(kind, type) and issubclass(kind, StrEnum)} - {
        StrEnum
    }


def test_every_language_but_english_has_translations():
    assert {"en", *TRANSLATED} == set(LANGUAGES)


@pytest.mark.parametrize("code", TRANSLATED)
def test_nothing_is_amiss_in(code):
    assert find_problems(messages(), read_translations(code)) == [], (
        "python -m scripts.update_translations, then translate"
    )


@pytest.mark.parametrize("code", TRANSLATED)
def test_a_second_update_changes_no_byte_of(code):
    once = update_catalog(messages(), read_translations(code))
    assert update_catalog(messages(), read_po(io.BytesIO(once.encode()), locale=code)) == once


def test_a_message_without_a_translation_is_found():
    assert find_problems(catalog(("Source", "")), catalog()) == ["not translated: Source"]


def test_a_missing_plural_form_is_found():
    message = ("{n} item", "{n} items")
    there = catalog((message, ("{n} запись", "{n} записи", "")))
    assert find_problems(catalog((message, ("", ""))), there) == ["not translated: {n} item"]


def test_a_fuzzy_translation_is_found():
    assert find_problems(catalog(("Source", "")), catalog(("Source", "Источник"), fuzzy=True)) == ["fuzzy: Source"]


@pytest.mark.parametrize("broken", ["страница {page}", "страница {page} из {pagess}", "страница {page} из {pages"])
def test_a_lost_or_broken_placeholder_is_found(broken):
    there = catalog(("page {page} of {pages}", broken))
    assert find_problems(catalog(("page {page} of {pages}", "")), there) == [
        "not the same placeholders: page {page} of {pages}"
    ]


def test_a_translation_that_nobody_sees_any_more_is_found():
    assert find_problems(catalog(), catalog(("Source", "Источник"))) == ["no longer used: Source"]


def test_a_reworded_message_keeps_its_translation_as_a_fuzzy_one():
    kept = update_catalog(
        catalog(("Show all the recommendations", "")), catalog(("Show all recommendations", "Показать все"))
    )
    assert kept.endswith(
        '#, fuzzy\n#| msgid "Show all recommendations"\nmsgid "Show all the recommendations"\nmsgstr "Показать все"\n'
    )


def test_code_templates_and_f_strings_are_all_read(tmp_path):
    for name, text in {
        "tracker/i18n.py": 'text = self.gettext("until {date}", date=end)',
        "tracker/model/labels.py": 'LABELS = {"seen": N_("seen")}',
        "pages/list.py": "show(f\"<h1>{_('Evidence')}</h1>\" + language.gettext('Mark'), _(variable))",
        "tracker/templates/list.html": '{{ ngettext("{n} item", "{n} items", 3) }}{{ _("Source") }}',
        "elsewhere/other.py": '_("not ours")',
    }.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    found = {(m.context, m.id) for m in extract_messages(tmp_path) if m.id}
    assert found == {
        (None, "until {date}"),
        (None, "seen"),
        (None, "Evidence"),
        (None, "Mark"),
        (None, ("{n} item", "{n} items")),
        (None, "Source"),
    }


@pytest.mark.parametrize(
    ("n", "said"),
    [
        (0, "0 рекомендаций"),
        (1, "1 рекомендация"),
        (2, "2 рекомендации"),
        (5, "5 рекомендаций"),
        (11, "11 рекомендаций"),
        (21, "21 рекомендация"),
        (112, "112 рекомендаций"),
    ],
)
def test_russian_counts_in_three_forms(n, said):
    assert RUSSIAN.ngettext("{n} recommendation", "{n} recommendations", n) == said


def test_every_code_has_a_label():
    # Labels of the statuses are data: the dataset's own words for them.
    assert {kind: set(LABELS.get(kind, ())) for kind in kinds() - {Status}} == {k: set(k) for k in kinds() - {Status}}


@pytest.mark.parametrize("code", TRANSLATED)
def test_every_label_is_translated_into(code):
    labels = [label for labels in [*LABELS.values(), VERIFICATION_MEANINGS] for label in labels.values()]
    assert [label for label in labels if Language(code).gettext(label) == label] == []


def test_every_mark_is_explained():
    assert set(VERIFICATION_MEANINGS) == set(Verification)


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ("2024", "2024"),
        ("2024-06", "июнь 2024"),
        ("2024-06-18", "18 июня 2024"),
        ("2021/2024", "2021–2024"),
        ("../2021", "2021 и ранее"),
        ("2025-09~", "сентябрь 2025 (приблизительно)"),
    ],
)
def test_a_date_in_russian(known, said):
    assert RUSSIAN.format_date(known) == said
