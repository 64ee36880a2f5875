"""The rules of the safety check: their form in a file, and the patterns that they make together."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Set
from dataclasses import dataclass as plain_dataclass
from functools import lru_cache
from pathlib import Path

from tracker.model.problems import FieldPath
from tracker.model.safety_config import WORD_LIST_REFERENCE, WORD_PATTERN, SafetyFile, SafetyRule
from tracker.storage.cache_registry import register_cache
from tracker.storage.record_builder import build_record
from tracker.storage.yaml_reader import compose, decode, to_values

DEFAULT_RULES = Path(__file__).parent / "default_rules.yaml"
WORD_END = "$"
NAME_PLACEHOLDER = "Name"
CAPITALIZED_WORD = "[A-ZА-ЯӨҮҢ][a-zа-яөүң]+(?:[-'’][A-ZА-ЯӨҮҢ]?[a-zа-яөүң]+)*"
LOOKALIKES = {
    "ё": "е",
    "Ё": "Е",
    "\xa0": " ",
    "\u202f": " ",
    "\u2009": " ",
    **{chr(c): "-" for c in range(0x2010, 0x2016)},
}
"""What is written in several ways."""


def normalize_lookalikes(text: str) -> str:
    """The text with what is written in several ways made one, letter for letter: every place stays where it is."""
    # ten times replace takes a third of the time of one translate
    for letter, other in LOOKALIKES.items():
        text = text.replace(letter, other)
    return text


class CompiledRule:
    """A rule with its patterns made, and the words without which it finds nothing."""

    def __init__(self, rule: SafetyRule, words: Mapping[str, tuple[str, ...]]) -> None:
        def made(patterns: Iterable[str]) -> re.Pattern[str]:
            return re.compile("|".join(f"(?:{_filled(one, words)})" for one in patterns), re.IGNORECASE)

        self.rule = rule
        self.pattern = made(rule.patterns)
        self.needs = made([rule.needs]) if rule.needs else None
        self.near = made(f"<{name}>" for name in rule.near) if rule.near else None
        self.unless = made([rule.unless]) if rule.unless else None
        self.unless_after = made([rule.unless_after]) if rule.unless_after else None
        self.beginnings = [_beginnings(names, words) for names in _lists(rule)]

    def is_candidate(self, text: str, beginnings: Set[str]) -> bool:
        """Whether the text holds what the rule needs, by the beginnings of its words: looked at first, since it is cheap."""
        return not any(map(beginnings.isdisjoint, self.beginnings)) and not (self.needs and not self.needs.search(text))


def _lists(rule: SafetyRule) -> Iterator[Iterable[str]]:
    """Lists of which a text has to have a word, or the rule finds nothing in it."""
    if rule.near:
        yield rule.near
    named = [set(WORD_LIST_REFERENCE.findall(pattern)) - {NAME_PLACEHOLDER} for pattern in rule.patterns]
    if all(named):
        yield set().union(*named)


def _beginnings(names: Iterable[str], words: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    listed = (word for name in names for word in words.get(name, ()))
    # of several words the longest has to be there; one without a star begins no other word than itself
    longest = (max(re.findall(r"[^\W\d_]+\*?", normalize_lookalikes(word.casefold())), key=len) for word in listed)
    return frozenset(word[:-1] if word.endswith("*") else word + WORD_END for word in longest)


@plain_dataclass(frozen=True)
class CompiledRules:
    """All rules, ready to look with."""

    all: tuple[CompiledRule, ...]
    heads: Set[str]

    def candidate_rules(self, text: str) -> Iterator[CompiledRule]:
        """The rules that may find something in a flat text."""
        words = {word + WORD_END for word in WORD_PATTERN.findall(text.casefold())}
        near = [word for word in words if word[:3] in self.heads]
        beginnings = {word[:end] for word in near for end in range(1, len(word) + 1)}
        return (one for one in self.all if one.is_candidate(text, beginnings))


def _filled(pattern: str, words: Mapping[str, tuple[str, ...]]) -> str:
    return WORD_LIST_REFERENCE.sub(
        lambda found: _name(words) if found[1] == NAME_PLACEHOLDER else _any(words.get(found[1], ())), pattern
    )


def _name(words: Mapping[str, tuple[str, ...]]) -> str:
    no = _any(word for name in ("starter", "case", "official", "called") for word in words.get(name, ()))
    return rf"(?-i:(?=[A-ZА-ЯӨҮҢ]))(?<!\w)(?!{no})(?-i:{CAPITALIZED_WORD})(?!\w)"


def _any(words: Iterable[str]) -> str:
    """A pattern of any of the words; of nothing at all when there are none."""
    many = sorted({r"\s+".join(map(_one, normalize_lookalikes(word).split())) for word in words}, reverse=True)
    # a digit may stand right before a word, as in 3g
    return rf"(?<![^\W\d_])(?:{'|'.join(many)})(?!\w)" if many else "(?!)"


def _one(word: str) -> str:
    return re.escape(word).replace(r"\*", r"\w*")


@lru_cache(maxsize=1)
def default_rules() -> SafetyFile:
    """The rules that come with the tracker."""
    found, wrong = build_record(SafetyFile, to_values(compose(decode(DEFAULT_RULES.read_bytes()))))
    if found is None:
        raise ValueError(wrong)
    return found


@lru_cache(maxsize=4)
def compile_rules(theirs: SafetyFile | None) -> CompiledRules:
    """The rules that come with the tracker, and behind them those of the dataset; lists of the same name are one."""
    words = {name: list(listed) for name, listed in default_rules().words.items()}
    for name, listed in theirs.words.items() if theirs else ():
        words.setdefault(name, []).extend(listed)
    lists = {name: tuple(listed) for name, listed in words.items()}
    made = tuple(CompiledRule(rule, lists) for rule in (*default_rules().rules, *(theirs.rules if theirs else ())))
    return CompiledRules(made, {word[:3] for one in made for some in one.beginnings for word in some})


register_cache(compile_rules.cache_clear)


def unknown_word_lists(theirs: SafetyFile) -> Iterator[tuple[FieldPath, str]]:
    """The lists that a dataset's rules name and nobody has, each with its place."""
    there = {NAME_PLACEHOLDER, *default_rules().words, *theirs.words}
    for i, rule in enumerate(theirs.rules):
        named: Callable[[str], list[str]] = WORD_LIST_REFERENCE.findall
        for field in ("patterns", "near", "unless", "unless_after"):
            value = getattr(rule, field) or ()
            texts = (
                (f"<{name}>" for name in value) if field == "near" else (value,) if isinstance(value, str) else value
            )
            for name in (name for text in texts for name in named(text) if name not in there):
                yield (
                    ("rules", i, field),
                    f"there is no list of words {name!r}; add it under 'words', or correct the name",
                )
