"""What a change was, in words: each kind in three languages, what was saved at once, and what was undone."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from tests.support.deadline_story import DEADLINES
from tests.support.feed_parsing import R1, asking, assess, done, following, got, titles
from tests.support.small_dataset import ANNA, REVIEWER, Clock, said
from tests.support.story_folder import GRADED, made
from tracker.editing.private.eyes import THE_HOST
from tracker.editing.private.folder import PrivateFolder
from tracker.editing.redaction.remove_words import redact_folders
from tracker.editing.store import Store
from tracker.editing.undo import reversal_of, with_event
from tracker.i18n import get_language
from tracker.model.fields import FIELD_LABELS
from tracker.model.localized_text import TextVariant
from tracker.model.records import EvidenceLink, Source
from tracker.model.registers import Deadline
from tracker.model.vocabulary import DateSetBy, DeadlineKind, EventType, EvidenceEffect, Status, TextOrigin, Voice
from tracker.publishing.announcing.sending import new_changes
from tracker.publishing.change_summaries import change_details, change_sentence, changed_words
from tracker.publishing.exports.atom_feed import list_news
from tracker.publishing.pages.activity import render_activity
from tracker.queries.activity_log import ActivityFilters, group_by_save, list_activity
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.dataset_reader import DatasetReader


@pytest.fixture
def clock():
    clock = Clock()
    clock.now = datetime(2026, 2, 1, 12, tzinfo=UTC)
    return clock


@pytest.fixture
def store(tmp_path, clock):
    """Where r1 has an assessment, and the law bears on it; the clock goes on as the test says."""
    return Store(following(tmp_path).reader, clock=clock)


def r1(store):
    return store.reader.read().recommendations["r1"]


def newest(store, lang="en"):
    context = asking(store, lang)
    change = list_activity(context.view, ActivityFilters())[0]
    return change_sentence(context, change), change_details(context, change)


def edit(store, **fields):
    store.save(replace(r1(store), **fields), by=ANNA, reason="Clearer.")


def save_with_evidence(store):
    law = store.reader.read().evidence["law"]
    r = replace(r1(store), assessments=(*r1(store).assessments, done()))
    bears = (EvidenceLink(recommendation="r1", effect=EvidenceEffect.PROGRESS),)
    new = [replace(law, id=name, version="", recorded=None, relevant_to=bears) for name in ("a", "b")]
    store.save(r, *new, by=ANNA, reason="-")


def make_private(store):
    law = store.reader.read().evidence["law"]
    private = PrivateFolder(store.root.with_name("private"), store.reader, THE_HOST)
    private.unpublish(law, store, by=REVIEWER, day=date(2026, 2, 1))


def remove_words(store, *others, word="punished"):
    redact_folders(store, RedactionTerms([word]), *others, by=REVIEWER, day=date(2026, 2, 1))


def grade(store):
    letter = replace(store.reader.read().documents["hrc-3"], id="letter", version="", issued=None)
    store.save(letter, by=ANNA, reason="Its letter.")
    source = Source(document="letter")
    assess(store, "hrc-3-20", voice=Voice.COMMITTEE, status=None, grade="B", direction=None, source=source)


def claim(store):
    assess(store, voice=Voice.STATE, status=Status.IMPLEMENTED, direction=None, evidence=("law",))


def withdraw(store, number=0):
    store.save(with_event(EventType.WITHDRAWN, r1(store), number, said("Wrong.")), by=ANNA, reason="-")


def archive(store):
    store.save(reversal_of(None, store.reader.read().evidence["law"], said("Twice.")), by=ANNA, reason="-")


BETTER = f"Editors of this tracker assessed {R1}: Not done → In part, getting better"
DELETE = "They could have endangered somebody. If you keep copies of earlier versions, please delete them."
KINDS = {
    "redaction": (remove_words, "Words were removed for safety", DELETE),
    "unpublished": (make_private, f"No longer public: evidence on {R1}", "no longer public (1 February 2026)"),
    "assessment": (assess, BETTER, "A law was signed."),
    "grade": (grade, "The committee on “Review the drug laws” (CCPR): B", "A law was signed."),
    "claim": (claim, f"The State on {R1}: Done (our classification), with 1 piece of evidence", "A law was signed."),
    "edit": (
        lambda s: edit(s, title=said("Repeal all the punishments")),
        "Edit: “Repeal all the punishments” (Civil society → CESCR): Title",
        "Title · English: Repeal the punishments → Repeal all the punishments",
    ),
    "withdrawal": (withdraw, f"Withdrawn: Editors of this tracker assessed {R1}: Not done", "Wrong."),
    "archived": (archive, "Archived: 24.kg", "Twice."),
    "together": (save_with_evidence, f"{BETTER}, with 2 pieces of evidence", BETTER),
}


@pytest.mark.parametrize("kind", KINDS)
def test_each_kind_of_change_is_a_sentence(store, kind):
    act, sentence, line = KINDS[kind]
    act(store)
    said_now, lines = newest(store)
    assert said_now == sentence
    assert line in lines
    # the feed says the same, once
    assert titles(store).count(sentence) == 1


def test_a_redaction_is_told_once_a_day_and_not_what_where_or_by_whom(store, clock, tmp_path):
    private = tmp_path / "private"
    (private / "notes").mkdir(parents=True)
    (private / "notes" / "r1.yaml").write_text("notes:\n  - {text: Canary, recorded: 2026-01-05T09:00:00.000000Z}\n")
    remove_words(store, private, word="Canary")
    assert "Canary" not in (private / "notes" / "r1.yaml").read_text()
    clock.now += timedelta(days=1)
    for word in ("punished", "Nothing"):
        remove_words(store, private, word=word)
        clock.now += timedelta(hours=2)
    told = [entry for entry in got(store).entries if entry.title == KINDS["redaction"][1]]
    assert [(entry.published, entry.link) for entry in told] == [
        ("2026-02-02T14:00:03+00:00", "https://tracker.example/activity?since=2026-02-02&lang=en")
    ], "that there was something private is not said"
    assert "reviewer-x1" not in str(told)
    ask = asking(store)
    for asked in ({"id": "r1"}, {"body": "cescr"}, {"q": "punishments"}, {"change": "edit"}, {"since": "2026-02-03"}):
        assert KINDS["redaction"][1] not in titles(store, **asked), "such a feed would say where"
    changes = group_by_save(list_news(ask, ask.filters, ActivityFilters()))
    assert new_changes(ask, "", "9") == changes, "no channel is told"
    page = render_activity(ask).content
    assert page.count(KINDS["redaction"][1]) == 1 and "reviewer-x1" not in page


def test_the_sentences_are_in_the_readers_language(store):
    save_with_evidence(store)
    found = titles(store, "ky")
    assert not [title for title in found if any(word in title for word in ("assessed", "evidence", "New "))]
    assert all(any(word in title.lower() for title in found) for word in ("баа", "жаңы сунуш")), found


def test_a_deadline_that_moved_says_from_when_to_when(tmp_path, clock):
    root = made(tmp_path / "data", {"documents.yaml": DEADLINES})
    store = Store(DatasetReader(root, look_every=0), clock=clock)
    d = store.reader.read().documents["co-4"]
    moved = replace(d.deadlines[0], date="2026-07-06")
    store.save(replace(d, deadlines=(moved, *d.deadlines[1:])), by=ANNA, reason="The Committee moved it.")
    sentence, lines = newest(store)
    assert sentence == "Deadlines: CESCR, E/C.12/KGZ/CO/4"
    assert any("Date: 6 June 2026 → 6 July 2026" in line for line in lines), lines
    assert lines[-1] == "Reason: The Committee moved it."


def test_a_flag_and_the_parts_of_a_field_are_words_in_russian(store):
    words = TextVariant(text="Repeal", origin=TextOrigin.OWN_TRANSLATION)
    for is_reviewed in (False, True):
        edit(store, title={"en": replace(words, reviewed=is_reviewed)})
    _sentence, lines = newest(store, "ru")
    assert any(line.endswith("→ Да") for line in lines), lines
    assert get_language("ru").gettext(FIELD_LABELS["paragraphs"]) == "Пункты"


def test_an_import_is_one_entry_with_its_number(tmp_path):
    often = {
        f"recommendations/n{n}.yaml": GRADED.replace("hrc-3-20", f"n{n}") + f"recorded: 2026-01-02T09:00:00.{n:06}Z\n"
        for n in range(30)
    }
    root = made(tmp_path / "data", often)
    (entry,) = got(root).entries
    assert entry.title.startswith("30 new recommendations: CCPR, ")
    assert len(entry.summary.split("\n")) == 21
    assert entry.summary.endswith("10 others")
    assert entry.link.startswith("https://tracker.example/recommendations?document=")
    # who follows one recommendation gets that one
    (own,) = got(root, id="n7").entries
    assert own.title.startswith("New recommendation: ")


@pytest.mark.parametrize(("hours", "news"), [(23, 0), (25, 2)])
def test_what_is_undone_within_a_day_is_no_news(store, clock, hours, news):
    before = len(titles(store))
    assess(store)
    clock.now += timedelta(hours=hours)
    withdraw(store, 1)
    assert len(titles(store)) - before == news


def test_an_edit_of_words_is_news_and_a_new_translation_is_not(store):
    settings = store.root / "tracker.yaml"
    settings.write_text(settings.read_text() + "languages: [en, ru]\n")
    before = titles(store)
    title = r1(store).title
    edit(store, title={"en": next(iter(title.values())), "ru": next(iter(title.values()))})
    assert titles(store) == before
    edit(store, paragraph="7")
    assert [t.replace(", no. 7", "") for t in titles(store)] == before


def test_the_feed_knows_since_when(store):
    asked = ({"since": "2026-01-03"}, {"since": "week"}, {"since": ["", "x"]}, {"change": "assessment"})
    assert [len(titles(store, **one)) for one in asked] == [1, 0, 3, 1]


def test_long_texts_show_where_they_differ():
    old = "one two three four five six seven"
    assert changed_words(old, old.replace("four", "4")) == ("… two three four five six …", "… two three 4 five six …")
    assert changed_words("", "new words") == ("", "new words")
    assert changed_words("same end", "same") == ("same end", "same")


def test_a_change_of_dates_says_what_it_changed_as_recorded_then_and_no_date_of_another(tmp_path, clock):
    """The date that the other saved later is not in it, also if it is of the same kind and stands before."""
    root = made(tmp_path / "data", {"documents.yaml": DEADLINES})
    store = Store(DatasetReader(root, look_every=0), clock=clock)

    def save(change):
        d = store.reader.read().documents["co-4"]
        clock.now += timedelta(days=1)
        store.save(replace(d, deadlines=change(d.deadlines)), by=ANNA, reason="R.")

    later = Deadline(kind=DeadlineKind.REPLY, date="2026-10-31")
    save(lambda found: (*found, Deadline(kind=DeadlineKind.SUBMISSION, date="2027-02-01", set_by=DateSetBy.OURS)))
    save(lambda found: (later, replace(found[0], date="2026-07-06"), *found[1:]))
    save(lambda found: found[1:])
    context = asking(store)
    removed, moved, added, *_first = list_activity(context.view, ActivityFilters())
    for change, said_now, others in (
        (added, ("1 February 2027",), ("31 October", "June", "July", "2029")),
        (moved, ("– → 31 October 2026", "6 June 2026 → 6 July 2026"), ("February", "2029")),
        (removed, ("31 October 2026 → –",), ("February", "July", "2029")),
    ):
        text = "\n".join(change_details(context, change))
        assert [one for one in said_now if one not in text] == [one for one in others if one in text] == [], text
    html = render_activity(context).body
    assert html.count("31 October 2026") == 2 and html.count("2029") == 0
