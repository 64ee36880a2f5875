"""Committees, treaties and publishers have the names that readers know them by; UN documents open in their language."""

from datetime import date

import pytest

from tests.support.small_dataset import said
from tracker.i18n import get_language
from tracker.model.registers import Document
from tracker.publishing.render_context import ViewRequest
from tracker.queries.localized_names import link_in_language, normalize_right, public_link
from tracker.queries.view import View


@pytest.fixture
def shown(dataset):
    view = View(dataset, date(2026, 11, 24))
    return lambda lang: ViewRequest(view, get_language(lang, dataset.settings))


def test_a_committee_has_the_abbreviation_that_its_readers_know(dataset, shown):
    names = {lang: [shown(lang).label(body) for body in dataset.bodies.values()] for lang in ("en", "ru", "ky")}
    assert names == {
        "en": ["CESCR", "CCPR", "CAT", "CEDAW", "CRC", "UPR"],
        "ru": ["КЭСКП", "КПЧ", "КПП", "КЛДЖ", "КПР", "УПО"],
        "ky": ["КЭСКП", "КПЧ", "КПП", "КЛДЖ", "КПР", "УМО"],
    }


@pytest.mark.parametrize(
    ("right", "english", "russian", "kyrgyz"),
    [
        ("ICESCR art. 12", "ICESCR art. 12", "МПЭСКП, ст. 12", "МПЭСКП, 12-берене"),
        ("ICCPR arts. 7 and 9", "ICCPR art. 7 and 9", "МПГПП, ст. 7 and 9", "МПГПП, 7 and 9-берене"),
        ("CRPD art. 33", "CRPD art. 33", "CRPD art. 33", "CRPD art. 33"),
        ("the right to health", "the right to health", "the right to health", "the right to health"),
    ],
)
def test_a_right_names_its_treaty_in_the_readers_language(shown, right, english, russian, kyrgyz):
    assert [shown(lang).right(right) for lang in ("en", "ru", "ky")] == [english, russian, kyrgyz]


@pytest.mark.parametrize("typed", ["МПЭСКП, ст. 12", "МПЭСКП ст. 12", "МПЭСКП, 12-берене", "ICESCR art. 12"])
def test_a_right_is_recorded_alike_in_whatever_language_it_was_typed(dataset, typed):
    assert normalize_right(typed, dataset.bodies.values(), dataset.settings.language) == "ICESCR art. 12"


def test_a_publisher_is_called_what_the_reader_calls_it(shown):
    both = "HIV Legal Network; Eurasian Harm Reduction Association (EHRA)"
    assert shown("en").name(both) == both
    assert shown("ru").name(both) == "HIV Legal Network; Евразийская ассоциация снижения вреда (ЕАСВ)"
    ehra = shown("en").name("Евразийская ассоциация снижения вреда (ЕАСВ)")
    assert ehra == "Eurasian Harm Reduction Association (EHRA)"
    assert shown("ru").name("A clinic newsletter") == "A clinic newsletter"


@pytest.mark.parametrize(
    ("link", "english", "russian", "kyrgyz"),
    [
        ("https://undocs.org/E/C.12/KGZ/CO/4", "https://undocs.org/E/C.12/KGZ/CO/4", "https://undocs.org/ru/E/C.12/KGZ/CO/4", "https://undocs.org/ru/E/C.12/KGZ/CO/4"),
        ("https://docs.un.org/ru/CAT/C/KGZ/CO/3", "https://docs.un.org/en/CAT/C/KGZ/CO/3", "https://docs.un.org/ru/CAT/C/KGZ/CO/3", "https://docs.un.org/ru/CAT/C/KGZ/CO/3"),
        ("https://example.org/E/C.12/KGZ/CO/4",) * 4,
    ],
)  # fmt: skip
def test_a_document_of_the_un_opens_in_the_readers_language(dataset, link, english, russian, kyrgyz):
    opened = [link_in_language(link, get_language(lang, dataset.settings)) for lang in ("en", "ru", "ky")]
    assert opened == [english, russian, kyrgyz]


# Where a document can be read.


@pytest.mark.parametrize(
    ("symbol", "link", "expected"),
    [
        ("CAT/C/KGZ/CO/4", None, "https://undocs.org/CAT/C/KGZ/CO/4"),
        ("CEDAW/C/KGZ/CO/4/Add.1", None, "https://undocs.org/CEDAW/C/KGZ/CO/4/Add.1"),
        ("CAT/C/KGZ/CO/4", "https://example.org/copy", "https://example.org/copy"),
        ("Report 12/2024", None, ""),
        ('CAT/C/"><script>', None, ""),
    ],
)
def test_a_un_symbol_gives_an_address_if_none_is_recorded(symbol, link, expected):
    needed = {"id": "d", "body": "cat", "kind": "state-report", "title": said("T"), "cycle": "4"}
    assert public_link(Document(**needed, symbol=symbol, link=link, verification="seen")) == expected
