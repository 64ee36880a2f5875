"""So few people in a small place that they can be recognised: everybody is shown "fewer than five" in place of the count."""

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
from tracker.safety.scanner import WORD_SEPARATORS, is_dismissed, scan_text, text_fields
from tracker.storage.cache_registry import register_cache

NEARBY_LENGTH = 3
"""Words behind a count among which those stand who were counted, as in "3 new clients"."""

Key = tuple[type, str, str]
_kept: dict[Path, tuple[SafetyFile | None, dict[Key, Record | None]]] = {}
"""By folder: the rules, and by kind, id and version the record as it is shown; None where nothing changes."""
register_cache(_kept.clear)


def mask_small_counts(dataset: Dataset) -> Dataset:
    """The dataset as everybody is shown it. What its files say, from which forms start, is `as_written` of it."""
    theirs, known = _kept.get(dataset.root, (dataset.safety, {}))
    if theirs is not dataset.safety:
        known = {}
    now = {(type(r), r.id, r.version): r for r in all_records(dataset)}
    soft = {key: known[key] if key in known else _softer(r, dataset) for key, r in now.items()}
    _kept[dataset.root] = dataset.safety, soft
    changed = {key: record for key, record in soft.items() if record is not None}
    if not changed:
        return dataset
    lists = {name: getattr(dataset, name) for name in ("documents", "recommendations", "evidence")}
    shown: dict[str, Any] = {
        name: {i: changed.get((type(r), r.id, r.version), r) for i, r in records.items()}
        for name, records in lists.items()
    }
    return replace(dataset, **shown, original=dataset)


def find_small_counts(text: str, theirs: SafetyFile | None = None) -> tuple[Match, ...]:
    """Counts below five of people in a small place, the numbers alone."""
    if not any(one.rule.shown for one in compile_rules(theirs).candidate_rules(normalize_lookalikes(text))):
        return ()
    return tuple(concern for concern in scan_text(text, theirs) if concern.rule.shown)


def masked_text(text: str, lang: str, concerns: tuple[Match, ...]) -> str:
    """The text with "fewer than five" in place of these counts."""
    for concern in reversed(concerns):
        assert concern.rule.shown
        shown = resolve(concern.rule.shown, lang, "en").text
        shown = shown[:1].upper() + shown[1:] if concern.words[:1].isupper() else shown
        text = text[: concern.start] + shown + _agreeing(text[concern.end :], concern.rule)
    return text


def _agreeing(after: str, rule: SafetyRule) -> str:
    """What stands behind a count, its noun in the form that goes with "fewer than five"."""
    for word in re.finditer(WORD_PATTERN, after[:200]):
        if word.start() > 0 and len(WORD_PATTERN.findall(after[: word.end()])) > NEARBY_LENGTH:
            break
        if other := rule.agree.get(word[0].casefold()):
            return after[: word.start()] + other + after[word.end() :]
    return after


def _softer(record: Record, dataset: Dataset) -> Record | None:
    texts, theirs = tuple(text_fields(record)), dataset.safety
    # one look at all the texts of a record: nearly always there is nothing
    if not find_small_counts(WORD_SEPARATORS.join(one.text for one in texts), theirs):
        return None
    shown = record
    for one in texts:
        concerns = tuple(
            c for c in find_small_counts(one.text, theirs) if not is_dismissed(SafetyFinding(one, c), theirs)
        )
        if concerns:
            shown = _with(shown, one.field_path, masked_text(one.text, _lang(one, dataset), concerns))
    return None if shown is record else shown


def _lang(text: TextField, dataset: Dataset) -> str:
    last = str(text.field_path[-1])
    return last if last != "old" and re.fullmatch("[a-z]{2,3}", last) else dataset.settings.language


def _with(value: Any, where: FieldPath, text: str) -> Any:
    """A value with another text at a place in it."""
    if not where:
        return _with(value, ("text",), text) if isinstance(value, TextVariant) else text
    step, *rest = where
    if isinstance(value, tuple):
        return tuple(_with(item, tuple(rest), text) if i == step else item for i, item in enumerate(value))
    if is_dataclass(value) and not isinstance(value, type):
        # not checked again: what is shown in place of a number may be longer than the field takes
        changed = copy(value)
        object.__setattr__(changed, str(step), _with(getattr(value, str(step)), tuple(rest), text))
        return changed
    return {key: _with(item, tuple(rest), text) if key == step else item for key, item in value.items()}
