"""Compile the rules of the safety check to regular expressions."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from tracker.model.errors import FieldPath
from tracker.model.safety_config import WORD_LIST_REFERENCE, WORD_PATTERN, SafetyFile, SafetyRule
from tracker.safety.names.finder import NameFinder
from tracker.storage.cache_registry import cached_until_redaction
from tracker.storage.yaml.reader import compose, decode, to_values
from tracker.storage.yaml.record_builder import build_record

DEFAULT_RULES = Path(__file__).parents[1] / "defaults" / "safety.yaml"
WORD_END = "$"
"""Marks the end of a word in `CompiledRule.beginnings`, so that the end has to match, too."""
NAME_PLACEHOLDER = "Name"
"""`<Name>` in the pattern of a rule stands for the name of a person."""
NAME_RULE = "name"
"""The id of the default rule with which the names that `NameFinder` finds are reported."""
EXCLUDED_LISTS = re.compile(r"\(\?!(?:\[[^\]]*\]\*|\\s\+)?(?:<[\w-]+>\|?)+\)")
"""Matches the part of a pattern which says that a word of some word lists must not follow."""
CAPITALIZED_WORD = "[A-ZА-ЯӨҮҢ][a-zа-яөүң]+(?:[-'’][A-ZА-ЯӨҮҢ]?[a-zа-яөүң]+)*"
LOOKALIKES = (
    {"ё": "е", "Ё": "Е"} | dict.fromkeys("\xa0\u202f\u2009", " ") | dict.fromkeys(map(chr, range(0x2010, 0x2016)), "-")
)
"""Character → the similar character that replaces it before a text is searched. People often write one for the other."""


def normalize_lookalikes(text: str) -> str:
    """Return the text with each key of `LOOKALIKES` replaced by its value. All positions stay the same."""
    # ten calls of replace take a third of the time of one translate
    for letter, other in LOOKALIKES.items():
        text = text.replace(letter, other)
    return text


class CompiledRule:
    """A rule with its compiled patterns. `words` is a mapping: name of a word list → words.

    The rule can match a text only if, for every set in `beginnings`, a word of the text begins with a member of this
    set. Members are in small letters. A member that ends in WORD_END must be a whole word.
    """

    def __init__(self, rule: SafetyRule, words: Mapping[str, tuple[str, ...]]) -> None:
        self.rule, self._words = rule, words
        self.beginnings = list(_beginnings(rule, words))
        self._sources = _sources_of(rule)
        self._compiled: dict[str, re.Pattern[str]] = {}

    def has_match(self, key: str, text: str) -> bool:
        """Return whether the pattern for the field `key` of the rule (see `pattern`) matches somewhere in `text`."""
        return self.pattern(key).search(text) is not None

    def pattern(self, key: str = "patterns") -> re.Pattern[str]:
        """Return the compiled pattern for the field `key` of the rule. Raises KeyError if the rule lacks the field."""
        # compiled when a text first needs it: most texts need few of them, and all together take a third of a second
        if key not in self._compiled:
            parts = (f"(?:{_with_words(one, self._words)})" for one in self._sources[key])
            self._compiled[key] = re.compile("|".join(parts), re.IGNORECASE)
        return self._compiled[key]


def _sources_of(rule: SafetyRule) -> dict[str, tuple[str, ...]]:
    """Return a mapping: field of the rule → regular expressions, which can contain names of word lists such as `<case>`."""
    single = {key: (one,) for key in ("unless", "unless_after", "needs") if (one := getattr(rule, key))}
    near = {"near": tuple(f"<{name}>" for name in rule.near)} if rule.near else {}
    return {"patterns": rule.patterns} | near | single


def _beginnings(rule: SafetyRule, words: Mapping[str, tuple[str, ...]]) -> Iterator[frozenset[str]]:
    """Yield the sets of beginnings that `CompiledRule.beginnings` describes."""
    required = (EXCLUDED_LISTS.sub("", pattern) for pattern in rule.patterns)
    named = [set(WORD_LIST_REFERENCE.findall(pattern)) - {NAME_PLACEHOLDER} for pattern in required]
    for names in [*([rule.near] if rule.near else []), *([set().union(*named)] if all(named) else [])]:
        listed = (word for name in names for word in words.get(name, ()))
        # of an entry with several words, the longest one; a word without a star must match as a whole: mark its end
        split = (re.findall(r"[^\W\d_]+\*?", normalize_lookalikes(word.casefold())) for word in listed)
        longest = (max(parts, key=len) for parts in split)
        yield frozenset(word[:-1] if word.endswith("*") else word + WORD_END for word in longest)


@dataclass(frozen=True)
class CompiledRules:
    """The compiled rules of a dataset. `heads` has the first three letters of every word that a rule looks for."""

    all: tuple[CompiledRule, ...]
    heads: Set[str]
    names: NameFinder
    name_rule: SafetyRule

    def candidate_rules(self, text: str) -> Iterator[CompiledRule]:
        """Yield the rules that may match in `text`, a result of `normalize_lookalikes`. The others cannot match."""
        words = {word + WORD_END for word in WORD_PATTERN.findall(text.casefold())}
        near = [word for word in words if word[:3] in self.heads]
        beginnings = {word[:end] for word in near for end in range(1, len(word) + 1)}
        possible = (one for one in self.all if not any(map(beginnings.isdisjoint, one.beginnings)))
        return (one for one in possible if not one.rule.needs or one.has_match("needs", text))


def _with_words(pattern: str, words: Mapping[str, tuple[str, ...]]) -> str:
    """Return the pattern of a rule with a regular expression in place of each name in angle brackets."""

    def expression(found: re.Match[str]) -> str:
        if found[1] != NAME_PLACEHOLDER:
            return _any_word_pattern(words.get(found[1], ()))
        no_names = ("starter", "case", "official", "called", "title")
        excluded = _any_word_pattern(word for name in no_names for word in words.get(name, ()))
        return rf"(?-i:(?=[A-ZА-ЯӨҮҢ]))(?<!\w)(?!{excluded})(?-i:{CAPITALIZED_WORD})(?!\w)"

    return WORD_LIST_REFERENCE.sub(expression, pattern)


def _any_word_pattern(words: Iterable[str]) -> str:
    """Return a regular expression that matches any of `words`. If there are none, the expression never matches."""
    split = (normalize_lookalikes(word).split() for word in words)
    patterns = {r"\s+".join(re.escape(one).replace(r"\*", r"\w*") for one in parts) for parts in split}
    alternatives = sorted(patterns, reverse=True)
    # a digit may come right before a word, as in 3g
    return rf"(?<![^\W\d_])(?:{_group_by_letters(alternatives)})(?!\w)" if alternatives else "(?!)"


def _group_by_letters(alternatives: list[str], depth: int = 3) -> str:
    """Return a pattern that matches any of the `alternatives`. They are grouped by their first `depth` letters."""
    groups: dict[str, list[str]] = {}
    for one in alternatives if depth else ():
        if one[:1].isalpha():
            groups.setdefault(one[0], []).append(one[1:])
    others = [one for one in alternatives if not (depth and one[:1].isalpha())]
    grouped = (f"{letter}(?:{_group_by_letters(rest, depth - 1)})" for letter, rest in groups.items())
    return "|".join([*grouped, *others])


@lru_cache(maxsize=1)
def default_rules() -> SafetyFile:
    """Return the word lists and rules in DEFAULT_RULES. Raises ValueError if this file is invalid."""
    rules, problems = build_record(SafetyFile, to_values(compose(decode(DEFAULT_RULES.read_bytes()))))
    if rules is None:
        raise ValueError(problems)
    return rules


@cached_until_redaction(maxsize=5)
def compile_rules(dataset_rules: SafetyFile | None) -> CompiledRules:
    """Compile the default rules, then those of the dataset. Word lists with the same name are joined."""
    rules, words = default_rules().rules, dict(default_rules().words)
    if dataset_rules is not None:
        rules += dataset_rules.rules
        words |= {name: words.get(name, ()) + listed for name, listed in dataset_rules.words.items()}
    compiled = tuple(CompiledRule(rule, words) for rule in rules)
    heads = {word[:3] for rule in compiled for group in rule.beginnings for word in group}
    name_rule = next(rule for rule in rules if rule.id == NAME_RULE)
    return CompiledRules(compiled, heads, NameFinder(words), name_rule=name_rule)


def unknown_word_list_problems(dataset_rules: SafetyFile) -> Iterator[tuple[FieldPath, str]]:
    """Yield (field path, message) for each name of a missing word list in a rule of the dataset."""
    known = {NAME_PLACEHOLDER, *default_rules().words, *dataset_rules.words}
    for i, rule in enumerate(dataset_rules.rules):
        for key, texts in _sources_of(rule).items():
            for name in (name for text in texts for name in WORD_LIST_REFERENCE.findall(text) if name not in known):
                yield ("rules", i, key), f"there is no word list {name!r}; add it under 'words', or correct the name"
