"""What lacks a language, and which translations are of a text that has changed since."""

from datetime import date

import pytest

from tests.support.story_folder import ASKED, NEWS, TRACKER, made
from tracker.i18n import get_language
from tracker.model.fields import record_texts, with_text
from tracker.model.localized_text import TextVariant
from tracker.publishing.render_context import ViewRequest
from tracker.queries.translations import becoming_outdated, outdated_wordings, source_languages, translation_queue
from tracker.queries.view import View
from tracker.storage.dataset_reader import DatasetReader

LANGUAGES = TRACKER + "languages: [en, ru, ky]\nfallback: {ky: [ru, en], en: [ru]}\n"
TIME = "2026-01-31T12:00:0{}.000000Z"


@pytest.fixture
def view(tmp_path):
    return lambda files: View(
        DatasetReader(made(tmp_path / "data", {"tracker.yaml": LANGUAGES, **files})).read(), date(2026, 6, 18)
    )


def edits(*edits):
    """A history of the summary; each edit is its old value, perhaps with the languages that were called still right."""
    lines = [
        f"  - {{recorded: {TIME.format(n)}, recorded_by: editor-anna, reason: R., field: summary, old: '{old}'{more}}}\n"
        for n, (old, *rest) in enumerate(edits)
        for more in [f", still_right: [{', '.join(rest)}]" if rest else ""]
    ]
    return "history:\n" + "".join(lines)


def news(now, *history):
    return NEWS.replace("summary: The law was signed.\n", f"summary: {now}\n") + (edits(*history) if history else "")


EDITED = news("{en: Two, ru: Один}", ("{en: One, ru: Один}",))
"""The English changed, the Russian did not."""


@pytest.mark.parametrize(
    ("now", "history", "outdated"),
    [
        # nobody edited anything
        ("{en: One, ru: Один}", (), {}),
        # the English changed, the Russian did not
        ("{en: Two, ru: Один}", [("{en: One, ru: Один}",)], {"ru": "One"}),
        # both changed in one edit
        ("{en: Two, ru: Два}", [("{en: One, ru: Один}",)], {}),
        # a translation was added: nothing became outdated
        ("{en: One, ru: Один, ky: Бир}", [("{en: One, ru: Один}",)], {}),
        # the Russian followed later, which makes the English not outdated
        ("{en: Two, ru: Два}", [("{en: One, ru: Один}",), ("{en: Two, ru: Один}",)], {}),
        # the English changed twice: the translation was made from the first
        ("{en: Three, ru: Один}", [("{en: One, ru: Один}",), ("{en: Two, ru: Один}",)], {"ru": "One"}),
        # an editor said that the Russian is still right
        ("{en: Two, ru: Один}", [("{en: One, ru: Один}", "ru")], {}),
        ("{en: Two, ru: Один}", [("{en: One, ru: Один}",), ("{en: Two, ru: Один}", "ru")], {}),
        # only line breaks and spaces differ
        ("{en: One  more, ru: Один}", [("{en: One more, ru: Один}",)], {}),
        # a text without a language code is in the main language
        ("{en: Two, ru: Один}", [("One",)], {}),
        ("{ky: Бир, ru: Два}", [("{ky: Бир, ru: Один}",)], {"ky": "Один"}),
    ],
)
def test_a_translation_of_an_earlier_text_is_known_from_the_history(view, now, history, outdated):
    e = view({"evidence/law.yaml": news(now, *history)}).evidence["law"]
    assert outdated_wordings(e, "en") == ({"summary": outdated} if outdated else {})


def test_a_part_and_the_note_of_a_source_are_followed_too(view):
    record = ASKED.replace("report, paragraph: 1}", "report, note: {en: N2, ru: П1}}") + (
        f"""parts: [{{id: a, summary: {{en: P2, ru: Ч1}}}}, {{id: b, summary: {{en: Same, ru: То же}}}}]
history:
  - {{recorded: {TIME.format(1)}, recorded_by: editor-anna, reason: R., field: parts,
     old: '[{{id: a, summary: {{en: P1, ru: Ч1}}}}, {{id: b, summary: {{en: Same, ru: То же}}}}]'}}
  - {{recorded: {TIME.format(2)}, recorded_by: editor-anna, reason: R., field: source,
     old: '{{document: report, note: {{en: N1, ru: П1}}}}'}}
"""
    )
    r = view({"recommendations/r1.yaml": record}).recommendations["r1"]
    assert outdated_wordings(r, "en") == {"source/note": {"ru": "N1"}, "parts/a": {"ru": "P1"}}


def test_an_edit_says_beforehand_what_becomes_outdated(view):
    e = view({"evidence/law.yaml": news("{en: One, ru: Один, ky: Бир}")}).evidence["law"]
    after = with_text(e, "summary", {**e.summary, "ru": TextVariant(text="Два")})
    assert becoming_outdated(e, after, "en") == {"summary": ("en", "ky")}
    assert becoming_outdated(e, e, "en") == {}


def test_the_queue_has_every_language_and_what_is_outdated_first(view):
    files = {
        "recommendations/r1.yaml": ASKED.replace("title: Repeal", "title: {ru: Отменить, en: Repeal}\n#"),
        "evidence/law.yaml": EDITED,
    }
    queue = translation_queue(view(files))
    assert (list(queue), queue["en"]) == (["en", "ru", "ky"], ())
    russian = [(task.record.id, task.outdated, task.missing) for task in queue["ru"]]
    assert russian[0] == ("law", ("summary",), ())
    assert ("r1", (), ("summary",)) in russian
    assert ("co-3", (), ("title",)) in russian
    assert sum(len(task.missing) for task in queue["ky"]) == 4 + 6 + 1  # titles of documents, recommendations, evidence


def test_assessments_are_in_the_queue_unless_they_are_withdrawn_or_have_no_time(view):
    assessments = (
        "assessments:\n"
        f"  - {{voice: state, date: 2025, reason: {{ru: Первая}}, recorded: {TIME.format(1)}}}\n"
        f"  - {{voice: state, date: 2025, reason: {{ru: Вторая}}, recorded: {TIME.format(2)},\n"
        f"     events: [{{type: withdrawn, recorded: {TIME.format(3)}}}]}}\n"
        "  - {voice: state, date: 2025, reason: {ru: Третья}}\n"
    )
    queue = translation_queue(view({"recommendations/r1.yaml": ASKED + assessments}))
    assert [task.missing for task in queue["en"]] == [(f"assessments/{TIME.format(1)}/reason",)]


def test_a_translation_is_made_from_the_best_language_that_is_not_outdated(view):
    v = view({"evidence/law.yaml": EDITED})
    assert source_languages(v, v.evidence["law"], "summary", lang="ky") == ("en", "ru")
    v = view({"evidence/law.yaml": news("{en: One, ru: Один}")})
    assert source_languages(v, v.evidence["law"], "summary", lang="ky") == ("ru", "en")


RUSSIAN = '<span class="rt-lang">орусча</span>'
OUTDATED = '<span class="rt-mark rt-mark-to-check">{}</span>'


def test_a_text_that_is_not_there_cannot_be_translated(view):
    e = view({}).evidence["law"]
    assert [path for path, _ in record_texts(e)] == ["summary"]
    with pytest.raises(KeyError):
        with_text(e, "title", {"ru": TextVariant(text="Закон")})


@pytest.mark.parametrize(
    ("lang", "shown"),
    [
        ("ru", f"Один {OUTDATED.format('перевод прежнего текста')}"),
        ("en", "Two"),
        ("ky", f'<span lang="ru">Один</span> {RUSSIAN} {OUTDATED.format("мурунку тексттин котормосу")}'),
    ],
)
def test_readers_see_which_translation_is_of_an_earlier_text(view, lang, shown):
    v = view({"evidence/law.yaml": EDITED})
    assert str(ViewRequest(v, get_language(lang, v.settings)).field(v.evidence["law"], "summary")) == shown
