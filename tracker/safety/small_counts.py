"""Mask small counts of people, who could be recognised: readers see "fewer than five" instead of the number."""

import re
from copy import copy
from dataclasses import is_dataclass, replace
from pathlib import Path
from typing import Any

from tracker.model.dataset import Dataset, Record, all_records
from tracker.model.localized_text import TextVariant, resolve
from tracker.model.problems import FieldPath
from tracker.model.safety_config import WORD_PATTERN, Match, SafetyFile, SafetyFinding, SafetyRule, TextField
from tracker.safety.patterns import compile_rules, normalize_lookalikes
from tracker.safety.scanner import WORD_SEPARATORS, is_permitted_count, scan_text, text_fields
from tracker.storage.cache_registry import register_cache

MAX_WORDS_TO_NOUN = 3
"""The counted noun is at most this many words after the number. In "3 new clients", it is the second word after "3"."""

RecordKey = tuple[type, str, str]
_masked_records: dict[Path, tuple[SafetyFile | None, dict[RecordKey, Record | None]]] = {}
"""Data folder → (rules of the dataset, masked records). The masked records are: key of a record → masked version of
this record, or None if nothing in the record has to be masked.
"""
register_cache(_masked_records.clear)


def mask_small_counts(dataset: Dataset) -> Dataset:
    """Return the dataset as readers see it, with small counts of people masked.

    The property `unmasked` of the result is the dataset as written in the files. Forms use `unmasked`.
    """
    rules, known = _masked_records.get(dataset.root, (dataset.safety, {}))
    if rules is not dataset.safety:
        known = {}
    records = {(type(r), r.id, r.version): r for r in all_records(dataset)}
    masked = {key: known[key] if key in known else _masked_record(r, dataset) for key, r in records.items()}
    _masked_records[dataset.root] = dataset.safety, masked
    changed = {key: record for key, record in masked.items() if record is not None}
    if not changed:
        return dataset
    lists = {name: getattr(dataset, name) for name in ("documents", "recommendations", "evidence")}
    shown: dict[str, Any] = {
        name: {i: changed.get((type(r), r.id, r.version), r) for i, r in records.items()}
        for name, records in lists.items()
    }
    return replace(dataset, **shown, original=dataset)


def find_small_counts(text: str, dataset_rules: SafetyFile | None = None) -> tuple[Match, ...]:
    """Return a match for each number in `text` that counts fewer than five people in a small place."""
    if not any(one.rule.shown for one in compile_rules(dataset_rules).candidate_rules(normalize_lookalikes(text))):
        return ()
    return tuple(match for match in scan_text(text, dataset_rules) if match.rule.shown)


def masked_text(text: str, lang: str, matches: tuple[Match, ...]) -> str:
    """Return `text` with "fewer than five" in `lang` instead of each match. `matches` must be in text order."""
    for match in reversed(matches):
        assert match.rule.shown
        shown = resolve(match.rule.shown, lang, "en").text
        shown = shown[:1].upper() + shown[1:] if match.words[:1].isupper() else shown
        text = text[: match.start] + shown + _with_agreeing_noun(text[match.end :], match.rule)
    return text


def _with_agreeing_noun(after: str, rule: SafetyRule) -> str:
    """Return `after`, the text after a count, with the counted noun in the form required after "fewer than five"."""
    for word in re.finditer(WORD_PATTERN, after[:200]):
        if word.start() > 0 and len(WORD_PATTERN.findall(after[: word.end()])) > MAX_WORDS_TO_NOUN:
            break
        if other := rule.agree.get(word[0].casefold()):
            return after[: word.start()] + other + after[word.end() :]
    return after


def _masked_record(record: Record, dataset: Dataset) -> Record | None:
    texts, rules = tuple(text_fields(record)), dataset.safety
    # scan all the texts of a record at once: nearly always there is no match
    if not find_small_counts(WORD_SEPARATORS.join(one.text for one in texts), rules):
        return None
    shown = record
    for field in texts:
        matches = tuple(
            match
            for match in find_small_counts(field.text, rules)
            if not is_permitted_count(SafetyFinding(field, match), rules)
        )
        if matches:
            shown = _with_text(shown, field.field_path, masked_text(field.text, _language_of(field, dataset), matches))
    return None if shown is record else shown


def _language_of(text: TextField, dataset: Dataset) -> str:
    last = str(text.field_path[-1])
    return last if last != "old" and re.fullmatch("[a-z]{2,3}", last) else dataset.settings.language


def _with_text(value: Any, where: FieldPath, text: str) -> Any:
    """Return a copy of `value` in which the text at the field path `where` is replaced by `text`."""
    if not where:
        return _with_text(value, ("text",), text) if isinstance(value, TextVariant) else text
    step, *rest = where
    if isinstance(value, tuple):
        return tuple(_with_text(item, tuple(rest), text) if i == step else item for i, item in enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        # not validated again: the replacement for a number may be longer than the field allows
        changed = copy(value)
        object.__setattr__(changed, str(step), _with_text(getattr(value, str(step)), tuple(rest), text))
        return changed
    return {key: _with_text(item, tuple(rest), text) if key == step else item for key, item in value.items()}
