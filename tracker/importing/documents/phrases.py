"""The phrases of `phrases.yaml`, ready to use: how recommendations, dates and deadlines are written in each language."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from tracker.model.vocabulary import MechanismKind
from tracker.storage.yaml.defaults import known_mechanisms

MAX_SEARCHED = 12_000
"""Phrases are searched in at most this many characters of a text. A paragraph has up to 5,000."""
_NOT_PATTERNS = {"common_words", "abbreviations", "months", "numbers", "macros", "recommends", "reported"}
_BOUNDARY = re.compile(
    r"(?:[.!?…][\"”’»)\]]*\s+(?:\((?=[^()]*[^\W\d_]{2})(?=[^()]*\d)[^()]{1,200}(?:\([^()]*\)[^()]{0,200})*\)\.?\s+)?"
    r"|(?<=\w )(?P<articles>\((?i:arts?\.|articles?|artículos?|стать[яи]|ст\.) \d[^()]{0,200}(?:\([^()]*\)[^()]{0,200})*\))\s+)"
    r"(?=[\"“«‘(]?[A-ZА-ЯЁÀ-Þ\d])"
)
"""The end of a sentence. A bracket after the full stop is a part of it: "… of an official. (art. 1) The State party …"."""


@dataclass(frozen=True, slots=True)
class Phrases:
    """The phrases of one language. `patterns` maps the name of a phrase → its pattern.

    `recommends` maps a form of recommendation → its pattern, in the order to try. `reported` are the patterns for the
    words that introduce a recommendation of somebody else. `committee_names` maps the id of a mechanism → its name.
    """

    common_words: frozenset[str]
    abbreviations: frozenset[str]
    months: Mapping[str, int]
    numbers: Mapping[str, int]
    committee_names: Mapping[str, str]
    recommends: Mapping[str, re.Pattern[str]]
    reported: tuple[re.Pattern[str], ...]
    patterns: Mapping[str, re.Pattern[str]]

    def find(self, name: str, text: str) -> re.Match[str] | None:
        """Return the first match of the phrase `name` in the first MAX_SEARCHED characters, or None, also for an unknown name."""
        pattern = self.patterns.get(name)
        return pattern.search(text[:MAX_SEARCHED]) if pattern else None

    def has(self, name: str, text: str) -> bool:
        """Return whether the phrase `name` occurs in `text`."""
        return self.find(name, text) is not None

    def has_any(self, names: Iterable[str], text: str) -> bool:
        """Return whether one of the phrases `names` occurs in `text`."""
        return any(self.has(name, text) for name in names)

    def is_unfinished(self, text: str) -> bool:
        """Return whether the last word of `text` needs another word after it, such as "of", "and" or "и"."""
        words = text.split()
        return bool(words) and self.patterns["closing_words"].fullmatch(words[-1]) is not None


@cache
def _phrases_file() -> dict[str, Any]:
    # BaseLoader: without guessing types, so that "no" stays a word
    text = Path(__file__).with_name("phrases.yaml").read_text("utf-8")
    content: dict[str, Any] = yaml.load(text, Loader=yaml.BaseLoader)
    return content


def _compile(pattern: str, macros: Mapping[str, str]) -> re.Pattern[str]:
    for _ in range(4):  # macros name other macros
        for name, replacement in macros.items():
            pattern = pattern.replace(f"{{{name}}}", replacement)
    return re.compile(pattern, re.I)


@cache
def load_phrases(language: str) -> Phrases:
    """Return the phrases of a language. Raise KeyError if `phrases.yaml` does not have the language."""
    entry = _phrases_file()["languages"][language]
    # a text that names one of these at its front may be its own
    kinds = (MechanismKind.TREATY_BODY, MechanismKind.REGIONAL)
    names = {body.id: body.name[language].text for body in known_mechanisms().values() if body.kind in kinds}
    # names of committees also in another case: Комитета for Комитет
    any_name = "|".join(map(re.escape, names.values())).replace("Комитет", r"Комитет\w*").replace("’", "['’]")
    macros = {**entry["macros"], "other_source": entry["other_source"], "committee_name": f"(?:{any_name})"}
    return Phrases(
        common_words=frozenset(entry["common_words"]),
        abbreviations=frozenset(entry["abbreviations"]),
        months={name: int(number) for name, number in entry["months"].items()},
        numbers={name: int(number) for name, number in entry["numbers"].items()},
        committee_names=names,
        recommends={name: _compile(pattern, macros) for name, pattern in entry["recommends"].items()},
        reported=tuple(_compile(pattern, macros) for pattern in entry["reported"]),
        patterns={name: _compile(pattern, macros) for name, pattern in entry.items() if name not in _NOT_PATTERNS},
    )


def phrase_languages() -> tuple[str, ...]:
    """Return the codes of the languages for which there are phrases."""
    return tuple(_phrases_file()["languages"])


def language_by_name(name: str) -> str | None:
    """Return the code of the language with this name, such as "French" or "русский", or None. Case does not matter."""
    names: Mapping[str, str] = _phrases_file()["language_names"]
    return next((code for code, known in names.items() if name.casefold() in known.split()), None)


@cache
def months_in_all_languages() -> Mapping[str, int]:
    """Return a mapping: name of a month → its number, for all languages. A translated document may have English dates."""
    return {name: number for code in phrase_languages() for name, number in load_phrases(code).months.items()}


@cache
def follow_up_labels() -> Mapping[str, str]:
    """Return a mapping: kind of a label in a report on follow-up → regular expression, as text, for all languages."""
    entry = {**_phrases_file()["follow_up_labels"]}
    macros = entry.pop("macros")
    return {kind: _compile(pattern, macros).pattern for kind, pattern in entry.items()}


@cache
def author_phrases() -> Mapping[str, re.Pattern[str]]:
    """Return a mapping: kind of a sign of who wrote a document → its pattern, for all languages."""
    entry = {**_phrases_file()["authors"]}
    macros = entry.pop("macros")
    return {kind: _compile(pattern, macros) for kind, pattern in entry.items()}


def guess_language(text: str) -> str:
    """Return the code of the likeliest language that has phrases; if no common word is found, the first of them."""
    words = re.findall(r"[^\W\d_]+", text[:60_000].lower())
    counts = {code: sum(word in load_phrases(code).common_words for word in words) for code in phrase_languages()}
    return max(counts, key=lambda code: counts[code])


def language_by_script(text: str, default: str) -> str:
    """Return `default`, or the likeliest language of the text's script if `default` is written in another one.

    The symbol of a document has no language.
    """
    text = re.sub(r"\S*/\S*", " ", text)
    if not re.search(r"[^\W\d_]", text):
        return default
    alike = [code for code in phrase_languages() if _is_cyrillic(load_phrases(code).common_words) == _is_cyrillic(text)]
    words = re.findall(r"[^\W\d_]+", text.lower())
    likeliest = max(alike, key=lambda code: sum(w in load_phrases(code).common_words for w in words), default=default)
    return default if default in alike else likeliest


def _is_cyrillic(words: Iterable[str]) -> bool:
    letters = "".join(words).lower()
    return len(re.findall("[а-яёңөү]", letters)) > len(re.findall("[a-z]", letters))


def split_sentences(text: str, phrases: Phrases) -> list[str]:
    """Return the sentences in order, each with the spaces after it, so that joined they are `text` again."""
    sentences, start, depth, scanned = [], 0, 0, 0
    for found in _BOUNDARY.finditer(text):
        piece = text[scanned : found.end()]
        depth = max(0, depth + piece.count("(") - piece.count(")"))
        scanned = found.end()
        words = text[start : found.start()].split()
        last = words[-1].lstrip('(“"«').lower() if words else ""
        is_initial = len(last) == 1 and last.isalpha() and text[found.start() - 1].isupper()
        is_dot = not found["articles"] and text[found.start()] == "."
        if not depth and not (is_dot and (is_initial or last in phrases.abbreviations)):
            sentences.append(text[start : found.end()])
            start = found.end()
    return [*sentences, text[start:]] if text[start:] else sentences
