"""Show where words stand that a reviewer wants to remove: the sentence, without the words, and the record it is in."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tracker.model.errors import FieldPath, InvalidFile
from tracker.model.fields import FIELD_LABELS
from tracker.model.labels import N_
from tracker.queries.file_names import FOLDER_LABELS, FileName, name_file
from tracker.safety.redaction.files import RedactedFile, entry_paths
from tracker.safety.redaction.terms import RedactionTerms
from tracker.storage.attached_files import TEXT_SUFFIX, digest_of_name, split_pages
from tracker.storage.yaml.reader import compose, decode, to_values

MASK = "[…]"
"""It stands in place of the words, which are not sent to the browser."""
ATTACHED_FILE = N_("Attached file")
CONTEXT = 120
"""The largest number of characters that are shown before and after the words."""
PLACE_LABELS = {**FIELD_LABELS, "reason": N_("Reason"), "history": N_("Earlier text")}
"""Key in a file → the label of the field, a message to translate."""
SENTENCE_END = re.compile(r"(?<=[.!?;])\s+|\n{2,}")


@dataclass(frozen=True, slots=True)
class RedactionPlace:
    """One place where the words stand.

    `field` is the label of the field, a message to translate, or "". `sentence` is the sentence with `MASK` in place of
    the words. It is "" if the words stand in a comment, an id or another code. In an attached file, `page` is the number
    of the page, from 1; it is 0 everywhere else.
    """

    file: FileName
    field: str
    sentence: str
    page: int = 0


def list_redaction_places(files: Iterable[RedactedFile], terms: RedactionTerms) -> tuple[RedactionPlace, ...]:
    """Return the places where the `terms` occur, in the order of the files, without repetitions.

    Where an attached file is named that is removed, its name or its caption is the sentence.
    """
    files = tuple(files)
    names = {digest: name for file in files for digest, name in _attached_names(file, terms).items()}
    return tuple(dict.fromkeys(place for file in files for place in _places_in(file, terms, names)))


def mask_words(text: str, terms: RedactionTerms) -> str:
    """Return the text with `MASK` in place of the words, or `MASK` alone if the words also stand in a code in it."""
    masked = terms.redact_text(text, MASK)
    return MASK if terms.occurs_in_code(masked) else masked


def _places_in(file: RedactedFile, terms: RedactionTerms, names: Mapping[str, str]) -> Iterator[RedactionPlace]:
    """Yield the places in a file. `names` maps digest → name of the attached files that are removed."""
    if digest := digest_of_name(file.path.name):
        yield from _places_in_attached(file, FileName(ATTACHED_FILE, names.get(digest, "")), terms)
        return
    name, values, found = name_file(file.path), _values(file.before), 0
    entries = tuple(entry_paths(values, set(file.removed)))
    silent = dict(zip(entries, (_value_at(values, (*entry, "name")) for entry in entries), strict=True))
    for where, text in _texts(values):
        entry = next((path for path in entries if where[: len(path)] == path), None)
        for sentence in _masked_sentences(text, terms):
            found += 1
            # a note has one text: its label for recommendations does not fit
            steps = () if name.label == FOLDER_LABELS["notes"] else reversed(where)
            field = next((PLACE_LABELS[step] for step in steps if step in PLACE_LABELS), "")
            if entry is not None:
                silent.pop(entry, None)
                field = ATTACHED_FILE
            yield RedactionPlace(name, field, sentence)
    for text in silent.values():
        yield RedactionPlace(name, ATTACHED_FILE, mask_words(str(text), terms))
    if not found and not silent:
        yield RedactionPlace(name, "", "")


def _places_in_attached(file: RedactedFile, name: FileName, terms: RedactionTerms) -> Iterator[RedactionPlace]:
    is_paged = file.path.name.endswith(TEXT_SUFFIX)
    pages = split_pages(file.before.decode("utf-8", "replace")) if is_paged else {}
    for number in file.lines:
        sentences = tuple(_masked_sentences(pages.get(number, ""), terms))
        for sentence in sentences or (MASK,):
            yield RedactionPlace(name, "", sentence, page=number if max(pages, default=0) > 1 else 0)


def _attached_names(file: RedactedFile, terms: RedactionTerms) -> dict[str, str]:
    """Return digest → masked name of the attached files that are removed from a YAML file."""
    values = _values(file.before) if file.removed else None
    entries = [_value_at(values, path) for path in entry_paths(values, set(file.removed))]
    return {entry["sha256"]: mask_words(str(entry.get("name", "")), terms) for entry in entries}


def _value_at(values: Any, where: FieldPath) -> Any:
    for step in where:
        values = values.get(step, "") if isinstance(values, dict) else values[step]
    return values


def _values(raw: bytes) -> Any:
    try:
        return to_values(compose(decode(raw)))
    except InvalidFile:
        return None


def _texts(value: Any, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    """Yield (path, text) for each text in the values of a file."""
    if isinstance(value, dict):
        for key, item in value.items():
            yield from _texts(item, (*where, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from _texts(item, (*where, i))
    elif isinstance(value, str):
        yield where, value


def _masked_sentences(text: str, terms: RedactionTerms) -> Iterator[str]:
    """Yield each sentence that contains the words, shortened, with `MASK` in their place."""
    if not terms.find_spans(text):
        return
    for sentence in SENTENCE_END.split(mask_words(text, terms)):
        if MASK in sentence:
            before, _, after = " ".join(sentence.split()).partition(MASK)
            start = before if len(before) <= CONTEXT else "…" + before[-CONTEXT:].partition(" ")[2]
            end = after if len(after) <= CONTEXT else after[:CONTEXT].rpartition(" ")[0] + "…"
            yield start + MASK + end
