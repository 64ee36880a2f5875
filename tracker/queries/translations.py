"""Translations: which texts have no wording in a language, and which translations are outdated.

A translation is outdated if the text from which it was made has changed since. Texts have paths, as in
`tracker.model.fields`.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from operator import attrgetter
from typing import Any

from tracker.model.dataset import Record
from tracker.model.fields import record_texts
from tracker.model.localized_text import LocalizedText, clean_input, one_line
from tracker.model.records import Evidence, Recommendation
from tracker.model.registers import Document
from tracker.queries.as_recorded import parse_history
from tracker.queries.view import View, group_by_key, once_per_view

Wordings = Mapping[str, str]
"""Language code → wording."""


@dataclass(frozen=True, slots=True)
class TranslationTask:
    """What to translate into the language `lang` in one record: the paths of missing wordings and of outdated translations."""

    record: Record
    lang: str
    missing: tuple[str, ...] = ()
    outdated: tuple[str, ...] = ()

    @property
    def paths(self) -> tuple[str, ...]:
        """Return the paths of all texts of this task, outdated ones first."""
        return (*self.outdated, *self.missing)


def _outdated_after(
    outdated: Wordings, before: Wordings, after: Wordings, *, still_right: Collection[str] = ()
) -> Wordings:
    """Return the wordings that an edit leaves outdated, as a mapping: language → the earlier text that its wording translates."""
    changed = [lang for lang in after if lang in before and before[lang] != after[lang]]
    left = {lang: text for lang, text in outdated.items() if lang in after and lang not in (*changed, *still_right)}
    # a wording that was outdated itself now follows the others: this is no new text
    sources = [lang for lang in changed if lang not in outdated]
    behind = [lang for lang in after if lang in before and lang not in (*changed, *still_right)]
    return dict.fromkeys(behind, before[sources[0]]) | left if sources else left


def outdated_wordings(record: Record, main: str) -> Mapping[str, Mapping[str, str]]:
    """Return the outdated wordings of a record, as path → language → the earlier text that its wording translates.

    An edit of one wording makes the others outdated until they are edited or confirmed. Recorded items are left out.
    """
    return {path: outdated for path, outdated in _outdated(record, main).items() if outdated}


def outdated_in_view(view: View, record: Record) -> Mapping[str, Mapping[str, str]]:
    """Return `outdated_wordings` of a record. The result is kept in the view."""
    key, main = (type(record), record.id), view.settings.language
    return view.cached("outdated wordings", key, lambda: outdated_wordings(record, main), most=10_000)


def becoming_outdated(before: Record, after: Record, main: str) -> Mapping[str, tuple[str, ...]]:
    """Return a mapping: path → languages whose wordings become outdated by the edit. Paths with none are left out."""
    known, texts, found = _outdated(before, main), dict(record_texts(before)), {}
    for path, text in record_texts(after):
        if path in texts and path.count("/") < 2:
            outdated = known.get(path, {})
            then = _outdated_after(outdated, _wordings(texts[path], main), _wordings(text, main))
            found[path] = tuple(lang for lang in then if lang not in outdated)
    return {path: languages for path, languages in found.items() if languages}


def _outdated(record: Record, main: str) -> dict[str, Wordings]:
    """Return a mapping: path → (language → earlier text), for each text that was edited. The inner mapping may be empty."""
    if not record.history:
        return {}
    texts = {path: _wordings(text, main) for path, text in record_texts(record) if path.count("/") < 2}
    found: dict[str, Wordings] = {}
    history = sorted(record.history, key=attrgetter("recorded"))
    by_field = group_by_key((revision.field, revision) for revision in history)
    for path, now in texts.items():
        revisions = by_field.get(path.partition("/")[0], ())
        values = [*(_old_wordings(revision.old, path, main) for revision in revisions), now]
        for revision, before, after in zip(revisions, values, values[1:], strict=False):
            found[path] = _outdated_after(found.get(path, {}), before, after, still_right=revision.still_right)
    return found


def _old_wordings(old: str | None, path: str, main: str) -> Wordings:
    if old is None:
        return {}
    value, (name, _, rest) = parse_history(old), path.partition("/")
    if name == "parts":
        parts = value if isinstance(value, list) else []
        value = next((p.get("summary") for p in parts if isinstance(p, dict) and p.get("id") == rest), None)
    elif rest:
        value = value.get(rest) if isinstance(value, dict) else None
    return parse_wordings(value, main)


def parse_wordings(value: Any, main: str) -> Wordings:
    """Return language → wording on one line. `value` is a string, a dict with "text" or a dict by language; others give {}."""
    if isinstance(value, str) or (isinstance(value, dict) and "text" in value):
        value = {main: value}
    if not isinstance(value, dict):
        return {}
    texts = {code: item.get("text") if isinstance(item, dict) else item for code, item in value.items()}
    return {code: one_line(clean_input(text)) for code, text in texts.items() if isinstance(text, str)}


def _wordings(text: LocalizedText, main: str) -> Wordings:
    return {code or main: one_line(clean_input(variant.text)) for code, variant in text.items()}


def translation_task(view: View, record: Record, lang: str) -> TranslationTask:
    """Return what has to be translated in `record` into the language `lang`. Both lists may be empty."""
    main = view.settings.language
    texts = [(path, {code or main for code in text}) for path, text in record_texts(record)]
    outdated = outdated_wordings(record, main)
    missing = tuple(path for path, languages in texts if lang not in languages)
    behind = tuple(path for path, _ in texts if lang in outdated.get(path, ()))
    return TranslationTask(record, lang, missing=missing, outdated=behind)


@once_per_view
def translation_queue(view: View) -> Mapping[str, tuple[TranslationTask, ...]]:
    """Return a mapping: language → its tasks, outdated translations first. Records that need no translation are left out."""

    def queue(lang: str) -> tuple[TranslationTask, ...]:
        tasks = (translation_task(view, record, lang) for record in view.records)
        return tuple(sorted((task for task in tasks if task.paths), key=lambda task: not task.outdated))

    return {lang: queue(lang) for lang in view.settings.languages}


def register_of(record: Record) -> str:
    """Return the name of the register that contains a record: "recommendations", "evidence" or "documents"."""
    return {Recommendation: "recommendations", Evidence: "evidence", Document: "documents"}[type(record)]


def source_languages(view: View, record: Record, path: str, *, lang: str) -> tuple[str, ...]:
    """Return the languages to translate from, outdated ones last. Raises KeyError if no text is at `path`."""
    main = view.settings.language
    written = {code or main for code in dict(record_texts(record))[path]}
    outdated = outdated_wordings(record, main).get(path, {})
    order = [code for code in (*view.settings.fallback_for(lang), *sorted(written)) if code in written and code != lang]
    return tuple(sorted(dict.fromkeys(order), key=lambda code: code in outdated))
