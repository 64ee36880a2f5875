"""The types of the safety check: the rules in safety.yaml, and its findings (passages that may identify a person)."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.errors import FieldPath
from tracker.model.field_types import Id
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, Line, LocalizedText

WORD_LIST_REFERENCE = re.compile(r"<([A-Za-z-]+)>")
WORD_PATTERN = re.compile(r"[^\W\d_]+")


def _check_pattern(text: str) -> str:
    try:
        re.compile(WORD_LIST_REFERENCE.sub("x", text))
    except re.error as bad:
        raise ValueError(f"not a pattern ({bad}); write a Python regular expression") from None
    return text


def _check_word(text: str) -> str:
    # The scanner uses the first three letters of a word to skip texts quickly.
    if re.search(r"(?<![^\W\d_])[^\W\d_]{0,2}\*", text) or not WORD_PATTERN.search(text):
        raise ValueError(f"{text!r} is too short; write at least three letters before a star")
    return text


def _check_not_empty(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if not patterns:
        raise ValueError("a rule needs a pattern; write one, or delete the rule")
    return patterns


Word = Annotated[Line, AfterValidator(_check_word)]
Pattern = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_check_pattern)]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class SafetyRule:
    """A kind of passage that may identify a person: why it is a risk, what to write instead, and how to find it.

    A passage is found if it matches one of the regular expressions in `patterns`. There, a name such as `<case>` stands
    for any word of the word list with this name. These fields are optional:

    - `near`: names of word lists. A word of these lists must be in the same sentence, at most `within` characters away.
    - `unless`: a regular expression. A passage that matches it is skipped.
    - `unless_after`: a regular expression. A passage is skipped if the text before it matches.
    - `luhn`: if true, a passage is skipped unless its digits have the checksum of a bank card number.
    - `needs`: a regular expression. A text that does not match it is not searched at all, which saves time.
    """

    id: Id
    why: LocalizedText
    instead: LocalizedText
    patterns: Annotated[tuple[Pattern, ...], AfterValidator(_check_not_empty)]
    near: tuple[Id, ...] = ()
    within: Annotated[int, Field(ge=1, le=1000)] = 80
    unless: Pattern | None = None
    unless_after: Pattern | None = None
    needs: Pattern | None = None
    luhn: bool = False


# Compared by identity (eq=False), because the compiled rules are cached by the file object.
@dataclass(frozen=True, kw_only=True, config=FORBID_UNKNOWN_KEYS, eq=False)
class SafetyFile:
    """safety.yaml: lists of words, and the rules that use these lists."""

    words: Mapping[Id, tuple[Word, ...]] = Field(default_factory=dict)
    rules: tuple[SafetyRule, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """A passage that may identify a person: the rule that found it, where it starts and ends, and its words."""

    rule: SafetyRule
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class TextField:
    """A text that is public or would be published by a save.

    `record` is the name of the record and `field` that of the field, for people. `field_path` leads to the text.
    """

    record: str
    field: str
    field_path: FieldPath
    text: str


@dataclass(frozen=True, slots=True)
class SafetyFinding:
    """A passage that may identify a person (`match`), and the text that contains it (`text_field`)."""

    text_field: TextField
    match: Match

    @property
    def before(self) -> str:
        """Return the text before the passage: "…" and its last words if it is longer than CONTEXT_LENGTH."""
        text = self.text_field.text[: self.match.start]
        return text if len(text) <= CONTEXT_LENGTH else "…" + text[-CONTEXT_LENGTH:].partition(" ")[2]

    @property
    def after(self) -> str:
        """Return the text after the passage: its first words and "…" if it is longer than CONTEXT_LENGTH."""
        text = self.text_field.text[self.match.end :]
        return text if len(text) <= CONTEXT_LENGTH else text[:CONTEXT_LENGTH].rpartition(" ")[0] + "…"


CONTEXT_LENGTH = 50
"""The maximum number of characters that are shown before a passage, and after it."""
