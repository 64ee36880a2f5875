"""The translation form: translate the texts of one record into one language.

It shows the texts that have no wording in this language, or whose wording was translated from an earlier text.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from tracker.editing.forms.record_form import Reason, RecordForm
from tracker.editing.forms.values import TextByLanguage, initial_text_by_language, length_errors, update_text
from tracker.i18n import Language
from tracker.model.dataset import Record
from tracker.model.fields import record_texts, with_text
from tracker.model.localized_text import MAX_TEXT_LENGTH, clean_input
from tracker.queries.translations import TranslationTask, becoming_outdated
from tracker.queries.view import View

LONGEST_LINE = 300
"""The largest number of characters of a translated title."""


@dataclass(frozen=True, kw_only=True)
class TranslationForm(RecordForm[Any]):
    """What is typed in the translation form. `texts` maps path of a text → its wording in the language `lang`.

    Empty wordings are not saved. `confirmed` has paths of outdated wordings that are still right, as the editor says.
    """

    lang: str = ""
    texts: TextByLanguage = field(default_factory=dict)
    confirmed: tuple[str, ...] = ()

    @classmethod
    def for_task(cls, task: TranslationTask, main: str) -> "TranslationForm":
        """Return the initial values of the form for a task. `main` is the main language of the dataset."""
        known = dict(record_texts(task.record))
        texts = {path: initial_text_by_language(known[path], (task.lang,), main)[task.lang] for path in task.paths}
        return cls(lang=task.lang, texts=texts)

    def _errors(self, view: View, record: Any, start: Any, *, language: Language) -> Iterator[str]:
        for path, text in self.texts.items():
            yield from length_errors(language, LONGEST_LINE if path == "title" else MAX_TEXT_LENGTH, [text])

    def apply(self, view: View, record: Record | None, reason: Reason, language: Language) -> tuple[Record, ...]:
        """Return a tuple of one: the record with its translations. Texts that it no longer has are left out."""
        assert record is not None
        known = dict(record_texts(record))
        for path, typed in self.texts.items():
            if path in known and clean_input(typed):
                text = update_text(known[path], {self.lang: typed}, view.settings.language)
                record = with_text(record, path, text) if text != known[path] else record
        return (record,)

    def still_right(self, before: Record, after: Record) -> dict[str, tuple[str, ...]]:
        """Return a mapping: each field with a confirmed text that the save did not change → (language of the form,)."""
        texts_before, texts_after = dict(record_texts(before)), dict(record_texts(after))
        unchanged = [path for path in self.confirmed if texts_before.get(path) == texts_after.get(path)]
        return dict.fromkeys((path.partition("/")[0] for path in unchanged), (self.lang,))


def fields_becoming_outdated(before: Record, after: Record, main: str) -> dict[str, tuple[str, ...]]:
    """Return a mapping: language → the fields whose translation into it becomes outdated when the record is edited."""
    found: dict[str, dict[str, None]] = {}
    for path, languages in becoming_outdated(before, after, main).items():
        for lang in languages:
            found.setdefault(lang, {})[path.partition("/")[0]] = None
    return {lang: tuple(names) for lang, names in found.items()}
