"""Translations that are added to what was recorded: the first wording stays, and the past is as it was."""

from dataclasses import replace
from datetime import date

import pytest

from tests.support.small_dataset import ANNA, ASKED, SHOWN, TRACKER, said
from tracker.editing.forms.translation import TranslationForm, fields_becoming_outdated
from tracker.i18n import get_language
from tracker.model.errors import SafetyFindings, ValidationFailed
from tracker.model.fields import with_text
from tracker.model.localized_text import TextVariant
from tracker.queries.translations import outdated_wordings, translation_task
from tracker.queries.view import View

ENGLISH = get_language("en")
TIMED = "recorded: 2026-01-01T00:00:00.000000Z"
REASON = "assessments/2026-01-01T00:00:00.000000Z/reason"
X = f"{ASKED}{TIMED}\nassessments:\n  - {{voice: state, date: 2025, reason: {{ru: Причина.}}, {TIMED}}}  # ours\n"
LAW = f"{SHOWN.replace('summary: S', 'summary: {en: One, ru: Один}')}{TIMED}\n"
FILES = {"tracker": TRACKER + "languages: [en, ru, ky]\n", "r/x": X, "e/law": LAW}


def view(store, recorded=None):
    return View(store.reader.read(), date(2026, 11, 24), recorded=recorded)


def x(store):
    return store.reader.read().recommendations["x"]


def translated(r, **wordings):
    text = {**r.assessments[0].reason, **{code: TextVariant(text=words) for code, words in wordings.items()}}
    return with_text(r, REASON, text)


def save(store, record, **confirmed):
    (saved,) = store.save(record, by=ANNA, reason="Translation.", **confirmed)
    return saved


def test_a_translation_is_added_to_an_assessment_and_is_not_there_before(store):
    before = x(store)
    after = save(store, translated(before, en="A reason."))
    told = {code: words.text for code, words in after.assessments[0].reason.items()}
    assert told == {"ru": "Причина.", "en": "A reason."}
    assert (after.assessments[0].recorded, len(after.assessments)) == (before.assessments[0].recorded, 1)
    assert [(r.field, r.old) for r in after.history] == [(REASON, "ru: Причина.")]
    then = view(store, "2026-01-15T00:00:00.000000Z").recommendations["x"]
    assert set(then.assessments[0].reason) == {"ru"}
    assert "# ours" in (store.root / "recommendations" / "x.yaml").read_text("utf-8")


def test_the_wording_with_which_it_was_recorded_never_changes(store):
    for changed in (translated(x(store), ru="Другая."), with_text(x(store), REASON, said("Only English."))):
        with pytest.raises(ValidationFailed, match="never overwritten"):
            save(store, changed)
    save(store, translated(x(store), en="A raeson."))
    corrected = save(store, translated(x(store), en="A reason."))
    assert corrected.assessments[0].reason["en"].text == "A reason."
    with pytest.raises(ValidationFailed, match="never overwritten"):
        save(store, translated(corrected, ru="Другая."))


def test_an_assessment_without_a_time_gets_no_translation(store, tmp_path):
    (tmp_path / "recommendations" / "x.yaml").write_text(X.replace(f", {TIMED}}}", "}"), "utf-8")
    store.reader.read(fresh=True)
    r = x(store)
    (a,) = r.assessments
    with pytest.raises(ValidationFailed, match="never overwritten"):
        save(store, replace(r, assessments=(replace(a, reason={**a.reason, "en": TextVariant(text="A reason.")}),)))


def test_a_translation_is_checked_for_what_may_identify_a_person(store):
    with pytest.raises(SafetyFindings):
        save(store, translated(x(store), en="Call +996 555 123 456."))


def test_the_form_translates_what_is_missing_and_leaves_the_rest(store):
    v = view(store)
    task = translation_task(v, x(store), "en")
    form = TranslationForm.for_task(task, "en")
    assert form.texts == {REASON: ""}
    (made,) = replace(form, texts={REASON: " A reason. "}).apply(v, x(store), {}, ENGLISH)
    assert made.assessments[0].reason["en"] == TextVariant(text="A reason.")
    assert form.apply(v, x(store), {}, ENGLISH) == (x(store),)
    told = replace(form, texts={"title": "a" * 301}).validate(v, x(store), ENGLISH)
    assert told == [f"“{'a' * 40}…” is too long: 301 of 300 characters. Shorten it by 1."]


def test_an_outdated_translation_is_edited_or_called_still_right(store):
    law = store.reader.read().evidence["law"]
    changed = with_text(law, "summary", {**law.summary, "en": TextVariant(text="Two")})
    assert fields_becoming_outdated(law, changed, "en") == {"ru": ("summary",)}
    law = save(store, changed)
    assert outdated_wordings(law, "en") == {"summary": {"ru": "One"}}

    form = TranslationForm.for_task(translation_task(view(store), law, "ru"), "en")
    assert form.texts["summary"] == "Один"
    confirmed = replace(form, confirmed=("summary",)).still_right(law, law)
    assert confirmed == {"summary": ("ru",)}
    law = save(store, law, still_right=confirmed)
    assert (outdated_wordings(law, "en"), len(law.history)) == ({}, 2)


def test_a_typo_is_mended_without_making_the_translation_outdated(store):
    law = store.reader.read().evidence["law"]
    changed = with_text(law, "summary", {**law.summary, "en": TextVariant(text="One!")})
    law = save(store, changed, still_right={"summary": ("ru",)})
    assert outdated_wordings(law, "en") == {}
