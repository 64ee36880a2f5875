"""The form that translates the texts of one record, each beside the text that it is translated from."""

from dataclasses import replace

import streamlit as st

from pages.forms.fields import Fields
from pages.forms.submit import FormWords, save_form
from pages.shared import form_drafts
from pages.shared.layout import Page
from tracker.editing.forms.translation import TranslationForm
from tracker.i18n import native_name
from tracker.model.dataset import Record
from tracker.model.fields import record_texts
from tracker.model.permissions import Person
from tracker.model.signing import texts_of_others
from tracker.publishing.wording import text_label
from tracker.queries.translations import TranslationTask, outdated_wordings, source_languages, translation_task


def show_translation(page: Page, name: str, version: str) -> None:
    """Show the form for the record with the id `name`. In the address, `of` is its register and `to` the language.

    `version` is the version of the record when the form was opened, "" if it is opened now.
    """
    dataset, of, lang = page.view.dataset, st.query_params.get("of", ""), st.query_params.get("to", "")
    registers = ("recommendations", "evidence", "documents")
    record = getattr(dataset, of).get(name) if of in registers else None
    if record is None or lang not in page.view.settings.languages:
        page.show("layout/no_form.html", past=False, id=name[:80], back=page.context.link("/health"))
        return
    if not version:
        st.query_params["editing"] = version = record.version
    if show_translation_form(page, record, lang, version=version):
        st.query_params.pop("editing", None)
        st.rerun()


def show_translation_form(page: Page, record: Record, lang: str, *, version: str) -> bool:
    """Show the form, and return whether the translations were saved now.

    `record` is the record as recorded now, `lang` the language to translate into. `version` is the version of the record
    when the form was opened.
    """
    _ = page.context.language.gettext
    task = translation_task(page.view, record, lang)
    others = texts_of_others(page.view.settings, record, Person(organisation=page.editor_organisation))
    if not others.isdisjoint(task.paths):
        st.caption(_("The assessments of other organisations are left out: each organisation translates its own."))
        missing, outdated = (tuple(p for p in paths if p not in others) for paths in (task.missing, task.outdated))
        task = replace(task, missing=missing, outdated=outdated)
    page.show("forms/translation.html", task=task, language_name=native_name(lang))
    if not task.paths:
        return False
    start = TranslationForm.for_task(task, page.view.settings.language)
    form = Fields(page, f"translate_{record.id}_{lang}_", start, record=record)
    outdated = outdated_wordings(record, page.view.settings.language)
    confirmed = []
    for path in task.paths:
        source, target = st.columns(2)
        with source:
            _show_source(page, task, path, earlier=outdated.get(path, {}).get(lang, ""))
        with target:
            label = f"{text_label(page.context, path)} · {native_name(lang)}"
            typed = form.area(label, f"text_{path}", start.texts[path])
            form.typed["texts"] = {**form.typed.get("texts", start.texts), path: typed}
            if path in task.outdated and form.checkbox(_("This translation is still right"), f"right_{path}"):
                confirmed.append(path)
    form.typed["confirmed"] = tuple(confirmed)
    reason = _("Translation into: {language}.", language=native_name(lang))
    message, on_top = _("The translation is saved."), _("Replace with mine")
    words = FormWords(_("Save the translation"), message, reason, on_top=on_top)
    (edited,) = form.filled.apply(page.view, record, {}, page.context.language)
    saved = save_form(form, version, words, still_right=form.filled.still_right(record, edited))
    if saved:
        form_drafts.discard()
    return saved is not None


def _show_source(page: Page, task: TranslationTask, path: str, *, earlier: str) -> None:
    language = page.context.language
    code = source_languages(page.view, task.record, path, lang=task.lang)[0]
    resolved = replace(language, code=code, fallback=()).resolve(dict(record_texts(task.record))[path])
    name = f"{text_label(page.context, path)} · {native_name(code)}"
    how = {"text": resolved.text, "earlier": earlier, "is_missing": path in task.missing}
    page.show("forms/translation_source.html", name=name, code=code, **how)
