"""What a reader of one language is shown, and which language that is."""

import pickle
from copy import copy, deepcopy
from dataclasses import replace

import pytest

from tests.support.examples import examples
from tests.support.small_dataset import said
from tracker.i18n import LANGUAGES, Language, get_language, preferred_language
from tracker.model.errors import Said
from tracker.model.localized_text import TextVariant
from tracker.model.vocabulary import TextOrigin
from tracker.publishing.sentences import said_in
from tracker.safety.patterns import default_rules
from tracker.safety.scanner import describe_finding

EXAMPLES = examples(__file__)

EN, RU = Language("en"), Language("ru")
DATES = EXAMPLES["dates"]


@pytest.mark.parametrize("known", DATES)
def test_a_date_is_said_as_well_as_it_is_known(known):
    english, russian = DATES[known]
    assert EN.format_date(known) == english
    assert russian in (None, RU.format_date(known))


def test_a_recorded_time_is_a_day_where_the_dataset_is():
    late = "2024-06-18T20:30:00.000000Z"
    assert EN.format_timestamp(late) == "18 June 2024"
    assert Language("en", timezone="Asia/Bishkek").format_timestamp(late) == "19 June 2024"


def test_a_text_stands_in_where_the_readers_language_has_none():
    text = said("Law") | {"ky": TextVariant(text="Мыйзам", origin=TextOrigin.MACHINE)}
    shown = RU.resolve(text)
    assert (shown.text, shown.lang, shown.is_fallback) == ("Law", "en", True)
    shown = Language("ky").resolve(text)
    assert (shown.text, shown.origin, shown.is_fallback) == ("Мыйзам", TextOrigin.MACHINE, False)


@pytest.mark.parametrize(
    ("reader", "written", "shown"),
    [
        ("ky", {"en", "ru"}, "ru"),
        ("ky", {"en", "ru", "ky"}, "ky"),
        ("ru", {"en", "ky"}, "en"),
        ("en", {"ru", "ky"}, "ru"),
    ],
)
def test_readers_see_the_best_language_that_there_is(dataset, reader, written, shown):
    text = {code: TextVariant(text=code) for code in sorted(written)}
    assert get_language(reader, dataset.settings).resolve(text).lang == shown


def test_without_an_order_the_main_language_comes_first_then_the_others(dataset):
    settings = replace(dataset.settings, fallback={}, languages=("ru", "ky", "en"), language="en")
    assert [settings.fallback_for(code) for code in ("ky", "en")] == [("en", "ru"), ("ru", "ky")]


@pytest.mark.parametrize(("header", "code"), EXAMPLES["the first language that is spoken here is preferred"])
def test_the_first_language_that_is_spoken_here_is_preferred(header, code):
    assert preferred_language(header) == code


@pytest.mark.parametrize(("wanted", "code"), [("ky", "ky"), ("uz", "en"), ("../ru", "en")])
def test_a_language_that_is_not_spoken_is_answered_in_english(wanted, code):
    assert get_language(wanted) == Language(code, "en", "UTC")


def test_a_few_days_of_one_month_are_said_where_the_language_puts_the_day():
    said = [Language(code).format_date("2015-06-01/2015-06-12") for code in LANGUAGES]
    assert said == ["1–12 June 2015", "1–12 июня 2015", "2015-жылдын 1–12-июну"]


def test_a_reason_that_the_tracker_wrote_is_in_the_readers_language():
    for written in ({"ru": "Отменено."}, {"en": "Undone."}, {"ru": "Возвращено после отмены."}):
        text = {code: TextVariant(text=one) for code, one in written.items()}
        shown = [Language(code).resolve(text) for code in ("en", "ru")]
        undone = (
            ("отмен" in str(written) and "после" not in str(written))
            or "Undone" in str(written)
            or "Отменено" in str(written)
        )
        assert [one.text for one in shown] == (
            ["Undone.", "Отменено."] if undone else ["Brought back after it was undone.", "Возвращено после отмены."]
        )
        assert not any(one.is_fallback for one in shown)


@pytest.mark.parametrize("copied", [copy, deepcopy, lambda one: pickle.loads(pickle.dumps(one))])
def test_a_copy_of_a_message_says_the_same(copied):
    rule = next(rule for rule in default_rules().rules if rule.id == "date")
    for one in (Said("{a} of {b}", a="{x}", b="{"), describe_finding(rule)):
        again = copied(one)
        assert (again, again.message, again.values) == (one, one.message, one.values)


def test_the_message_of_a_rule_is_in_the_readers_language():
    late = Said(
        "the date {date} is in the future; correct it, or record a planned date as a deadline", date="2027-01-01"
    )
    assert said_in(EN, late) == str(late) and said_in(RU, late).startswith("этот день ещё не наступил (2027-01-01)")
    rule = next(rule for rule in default_rules().rules if rule.id == "date")
    assert (
        said_in(RU, describe_finding(rule)) == "По точному дню случая можно узнать, о ком речь. Укажите месяц или год."
    )
    assert str(describe_finding(rule)).startswith("the exact day of a case can show whose it is; ")
    assert (
        RU.ngettext("{n} word", "{n} words", 10_000) == "10\xa0000 слов"
        and EN.ngettext("{n} word", "{n} words", 10_000) == "10,000 words"
    )
