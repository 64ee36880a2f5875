"""The safety check: its rules as a file holds them, and what it finds."""

import re
from collections.abc import Mapping
from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic.dataclasses import dataclass

from tracker.model.fields import Id
from tracker.model.localized_text import FORBID_UNKNOWN_KEYS, Line, LocalizedText
from tracker.model.problems import FieldPath

WORD_LIST_REFERENCE = re.compile(r"<([A-Za-z-]+)>")


WORD_PATTERN = re.compile(r"[^\W\d_]+")


def _pattern(text: str) -> str:
    try:
        re.compile(WORD_LIST_REFERENCE.sub("x", text))
    except re.error as bad:
        raise ValueError(f"not a pattern ({bad}); it is a regular expression of Python") from None
    return text


def _word(text: str) -> str:
    # the first three letters of a word say whether it is looked at at all
    if re.search(r"(?<![^\W\d_])[^\W\d_]{0,2}\*", text) or not WORD_PATTERN.search(text):
        raise ValueError(f"{text!r} is too short; before a star a word has at least three letters")
    return text


def _some(patterns: tuple[str, ...]) -> tuple[str, ...]:
    if not patterns:
        raise ValueError("a rule needs a pattern; write one, or take the rule out")
    return patterns


Word = Annotated[Line, AfterValidator(_word)]


Pattern = Annotated[str, StringConstraints(min_length=1, max_length=1000), AfterValidator(_pattern)]


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class SafetyRule:
    """One thing that may lead to a person: how it looks, why it is a danger, what would be safer."""

    id: Id
    why: LocalizedText
    instead: LocalizedText
    patterns: Annotated[tuple[Pattern, ...], AfterValidator(_some)]
    near: tuple[Id, ...] = ()
    within: Annotated[int, Field(ge=1, le=1000)] = 80
    unless: Pattern | None = None
    unless_after: Pattern | None = None
    needs: Pattern | None = None
    luhn: bool = False
    shown: LocalizedText | None = None
    agree: Mapping[Line, Line] = Field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True, config=FORBID_UNKNOWN_KEYS)
class PermittedCount:
    """A count of few people that may be shown as it is written: of which record, in which field, the number alone."""

    record: Line
    field: Line
    words: Annotated[Line, AfterValidator(str.casefold)]


# Two files are never the same one: what was compiled of them is kept by which they are.
@dataclass(frozen=True, kw_only=True, config=FORBID_UNKNOWN_KEYS, eq=False)
class SafetyFile:
    """safety.yaml: lists of words, the rules that use them, and the counts that may be shown."""

    words: Mapping[Id, tuple[Word, ...]] = Field(default_factory=dict)
    rules: tuple[SafetyRule, ...] = ()
    counts: tuple[PermittedCount, ...] = ()

    def shows(self, record: str, field: str, words: str) -> bool:
        """Whether a count may be shown as it is written. Why is kept privately, with the reviewer's reason."""
        return any(one == PermittedCount(record=record, field=field, words=words.casefold()) for one in self.counts)


@dataclass(frozen=True, slots=True)
class Match:
    """A place in a text that may lead to a person."""

    rule: SafetyRule
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class TextField:
    """A text that is public, or is to be: of which record, in which of its fields, and where in it."""

    record: str
    field: str
    field_path: FieldPath
    text: str


@dataclass(frozen=True, slots=True)
class SafetyFinding:
    """A concern with the text that it stands in."""

    text_field: TextField
    match: Match

    @property
    def before(self) -> str:
        """Some words of the text before the place."""
        text = self.text_field.text[: self.match.start]
        return text if len(text) <= CONTEXT_LENGTH else "…" + text[-CONTEXT_LENGTH:].partition(" ")[2]

    @property
    def after(self) -> str:
        """Some words of the text behind the place."""
        text = self.text_field.text[self.match.end :]
        return text if len(text) <= CONTEXT_LENGTH else text[:CONTEXT_LENGTH].rpartition(" ")[0] + "…"


CONTEXT_LENGTH = 50
"""Letters of a text that are shown on each side of what was found."""
