"""Scan for passages that may identify a person. A passage is reported with the reason and a safer wording.

A save scans the new texts of a record. The command `check` scans the texts of all records, and the comments, ids,
links and names of all public files. Before a private item is published, all of it is scanned, and every pair of
capitalised words in it that may be a name is reported, too.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, fields, is_dataclass
from functools import cache
from itertools import chain, pairwise
from pathlib import PurePath
from typing import Any, get_args, get_type_hints
from urllib.parse import unquote

from yaml.nodes import MappingNode, ScalarNode, SequenceNode

from tracker.model.attached_files import Digest
from tracker.model.dataset import Dataset, FileRecord, Record, all_records
from tracker.model.errors import FieldPath, InvalidFile, Problem, RuleViolation, Said
from tracker.model.field_types import Handle, Id, PartialDate, Timestamp, TimeZoneName, Url
from tracker.model.fields import FIELDS, FieldType, fields_of
from tracker.model.localized_text import LocalizedText, TextVariant, resolve
from tracker.model.records import Evidence
from tracker.model.registers import Document, Publisher
from tracker.model.safety_config import WORD_PATTERN, Match, SafetyFile, SafetyFinding, SafetyRule, TextField
from tracker.safety import patterns
from tracker.safety.names.finder import ANY_NAME, SURE, base_form, word_kind
from tracker.safety.patterns import NAME_RULE, CompiledRule, compile_rules, normalize_lookalikes
from tracker.safety.redaction.terms import blank_markers
from tracker.storage.cache_registry import register_cache
from tracker.storage.open_storage import open_storage
from tracker.storage.record_storage import display_path
from tracker.storage.yaml.reader import compose, decode

MAX_MATCHES = 100
"""The maximum number of findings that are reported for one record."""
WORD_SEPARATORS = "\n\n|\n\n"
"""The separator between texts that are joined and scanned together. No pattern matches across it."""
CODED_TYPES = (
    *(Id, Digest, PartialDate, Url, Timestamp, Handle, TimeZoneName),
    get_type_hints(Publisher, include_extras=True)["contact"],
)
"""The types of fields that are not scanned, because they have no free text. The contact is public on purpose."""
IsDismissed = Callable[[SafetyFinding], bool]
"""A function that is called with a finding and returns whether a reviewer dismissed this finding."""
LINK_FIELDS = tuple(dict.fromkeys(f.name for kind in FIELDS for f in fields_of(kind, FieldType.LINK)))
"""The fields that contain a link. Links inside a text are scanned together with the text."""
# Each pattern starts with fixed characters, which makes the search fast: every check searches up to 5,000 files.
COMMENT_PATTERN = re.compile(r"#[^\n]*")
LINK_PATTERNS = tuple(re.compile(rf"{name}:\s+(?:[>|][+-]?\s+)?[\"']?(https?://[^\s<>\"]+)") for name in LINK_FIELDS)
ID_LINE_PATTERN = re.compile(r"id:[ \t]+[\"']?([a-z0-9][a-z0-9-]*)")
PREFILTER_PATTERN = re.compile(r"\d(?:\W{0,3}\d){5}|@|[A-Z]\W?\d{4}")
"""Ids and links that do not match this pattern are not scanned, because no rule could match them."""
CONTACT_PATTERN = re.compile(r"\bcontact:[ \t]+\S+")
"""Matches a contact address. It is public on purpose, so it is not reported in a comment that shows how to write it."""


_words_not_names: dict[tuple[PurePath, str], frozenset[str]] = {}
register_cache(_words_not_names.clear)


def words_not_names(dataset: Dataset) -> frozenset[str]:
    """Return words that are no names of persons in this dataset, in small letters, and the `base_form` of each.

    They come from the settings, treaty bodies, treaties and the word list `not-a-name`. Words of titles, authors,
    publishers and authorities are included unless they look like names, because a person can be named there.
    """
    if (key := (dataset.root, dataset.signature)) not in _words_not_names:
        curated, typed = set[str](), set[str]()
        for found, texts in ((curated, _curated_texts(dataset)), (typed, _typed_texts(dataset))):
            for text in set(texts):
                found.update(WORD_PATTERN.findall(normalize_lookalikes(text).casefold()))
        words = curated | {word for word in typed if not word_kind(word) & SURE}
        for old in list(_words_not_names)[:-1]:  # two are kept
            _words_not_names.pop(old, None)
        _words_not_names[key] = frozenset(words | {base_form(word) for word in words})
    return _words_not_names[key]


def _curated_texts(dataset: Dataset) -> Iterator[str]:
    settings = dataset.settings
    labels = (term.label for term in (*settings.themes, *settings.groups))
    names = [settings.title, settings.state_party, *labels, *settings.publisher_names]
    names += [status.label for status in settings.statuses.values()]
    names += [name for one in settings.organisations for name in (one.name, one.short_name)]
    for body in dataset.bodies.values():
        yield body.code
        names += filter(None, (body.name, body.treaty, body.abbreviation, body.treaty_abbreviation))
    yield from _wordings(*names)
    yield from (name for one in settings.organisations for name in one.other_names)
    yield from dataset.safety.words.get("not-a-name", ()) if dataset.safety else ()


def _typed_texts(dataset: Dataset) -> Iterator[str]:
    yield from _wordings(dataset.settings.publisher.name)
    for record in all_records(dataset):
        if isinstance(record, Document):
            yield from (*_wordings(record.title), record.authors or "")
        else:
            yield (record.publisher if isinstance(record, Evidence) else record.source.publisher) or ""
            yield from _wordings(*(authority.name for tags in record.tags for authority in tags.authorities))


def _wordings(*texts: LocalizedText) -> Iterator[str]:
    yield from (variant.text for text in texts for variant in text.values())


def nothing_dismissed(finding: SafetyFinding) -> bool:
    """Return False. Use this as IsDismissed if no finding was dismissed."""
    return False


def scan_text(text: str, dataset_rules: SafetyFile | None = None, known: Set[str] = frozenset()) -> tuple[Match, ...]:
    """Return the passages of a text that may identify a person, in order, without overlaps. Words in `known` are no names."""
    normalized, compiled = blank_markers(normalize_lookalikes(text)), compile_rules(dataset_rules)
    found = [match for rule in compiled.candidate_rules(normalized) for match in _matches_of(rule, normalized, text)]
    names = compiled.names.find_names(normalized, known)
    found += [Match(compiled.name_rule, start, end, words=text[start:end]) for start, end in names]
    kept: list[Match] = []
    for match in sorted(found, key=lambda match: (match.start, -match.end)):
        if not kept or match.start >= kept[-1].end:  # report each passage once, by its longest match
            kept.append(match)
    return tuple(kept)


def name_candidates(text: str, known: Set[str]) -> tuple[Match, ...]:
    """Return passages of two or more capitalised words that may be names, in the order of the text.

    An ordinary word of the default lists ends a passage and is no part of it. Names that `scan_text` finds are left out,
    and so are passages with only words of `known` (see `words_not_names`). A reviewer looks at the candidates before
    publication; they do not stop a save.
    """
    compiled = compile_rules(None)
    places = compiled.names.find_candidates(blank_markers(normalize_lookalikes(text)), known)
    return tuple(Match(compiled.name_rule, start, end, words=text[start:end]) for start, end in places)


def _matches_of(compiled: CompiledRule, normalized: str, text: str) -> Iterator[Match]:
    rule = compiled.rule
    for match in compiled.pattern().finditer(normalized):
        start, end = match.span()
        if (
            (not rule.near or compiled.has_match("near", _sentence_around(normalized, start, end, within=rule.within)))
            and not (rule.unless and compiled.has_match("unless", match[0]))
            and not (rule.unless_after and compiled.has_match("unless_after", normalized[max(0, start - 200) : start]))
            and not (rule.luhn and not has_luhn_checksum(match[0]))
        ):
            yield Match(rule, start, end, words=text[start:end])


def _sentence_around(text: str, start: int, end: int, *, within: int) -> str:
    """Return the sentence around the passage from `start` to `end`, with at most `within` characters on each side."""
    before, after = text[max(0, start - within) : start], text[end : end + within]
    starts = [at + 1 for at in range(len(before)) if _ends_sentence(before, at)]
    ends = [at for at in range(len(after)) if _ends_sentence(after, at)]
    return before[starts[-1] if starts else 0 :] + text[start:end] + after[: ends[0] if ends else None]


def _ends_sentence(text: str, at: int) -> bool:
    if text[at] == "\n":
        return text[at : at + 2] == "\n\n"
    if text[at] not in ".!?;" or not text[at + 1 : at + 2].isspace():
        return False
    # an abbreviation such as "No." or "ул." does not end a sentence
    before = text[:at].rstrip(')»”"')
    return len(before) < at or (len(before) > 2 and before[-3:].isalnum())


def has_luhn_checksum(digits: str) -> bool:
    """Return whether the digits in a text have the Luhn checksum of bank card numbers. Ignore all other characters."""
    numbers = [int(one) for one in reversed(digits) if one.isdigit()]
    return sum(n if i % 2 == 0 else sum(divmod(2 * n, 10)) for i, n in enumerate(numbers)) % 10 == 0


def text_fields(record: Record, names: Set[str] | None = None) -> Iterator[TextField]:
    """Yield every free text of a record, with old texts in its history, or only the texts in its fields `names`."""
    kind: Any = type(record)
    fields_to_scan = [name for name in _free_text_fields(kind) if names is None or name in names]
    for where, text in ((w, t) for name in fields_to_scan for w, t in _texts(getattr(record, name), (name,))):
        # an old value in the history belongs to the field that it was in
        field = record.history[int(where[1])].field if _is_old_value(where) else str(where[0])
        yield TextField(record_name(record), field, where, text=text)


def _is_old_value(where: Sequence[str | int]) -> bool:
    """Return whether the path `where` leads to an old value in the history of a record."""
    return where[0] == "history" and where[-1] == "old" and isinstance(where[1], int)


def record_name(record: Record) -> str:
    """Return the type and id of a record, such as "recommendation r1". No other record of the dataset has this name."""
    return f"{type(record).__name__.lower()} {record.id}"


def changed_texts(before: Record | None, after: Record, reason: str) -> tuple[TextField, ...]:
    """Return the texts that `before` does not have: those of the record `after`, then the `reason` of the save."""
    if before is None:
        texts, known = list(text_fields(after)), set[str]()
    else:
        # fields that were not touched are the same objects: only the others can have new texts
        kind: Any = type(after)
        touched = {name for name in _free_text_fields(kind) if getattr(before, name) is not getattr(after, name)}
        texts = list(text_fields(after, touched))
        known = {one.text for one in text_fields(before)} if texts else set()
        # an old value that a save adds to the history is a text of `before`, perhaps written with its language
        texts = [one for one in texts if not _is_old_value(one.field_path)]
    texts.append(TextField(record_name(after), "history", ("history", "reason"), text=reason))
    return tuple(one for one in texts if one.text not in known)


def scan_texts(
    texts: Iterable[TextField], dataset: Dataset, is_dismissed: IsDismissed = nothing_dismissed
) -> tuple[SafetyFinding, ...]:
    """Scan `texts` with the default rules and those of `dataset`. Return the findings that are not dismissed, in order."""
    rules = dataset.safety
    # the known words are collected only if there is a match: that takes longer than the scan
    matching = (one for one in texts if scan_text(one.text, rules))
    matches = ((one, scan_text(one.text, rules, words_not_names(dataset))) for one in matching)
    findings = (SafetyFinding(one, match) for one, found in matches for match in found)
    return tuple(one for one in findings if not is_dismissed(one))


def scan_dataset(dataset: Dataset, is_dismissed: IsDismissed = nothing_dismissed) -> Iterator[RuleViolation]:
    """Yield a violation for each missing word list, then for each finding in the dataset. No message shows the passage.

    For one record, at most MAX_MATCHES findings are reported. Dismissed findings are left out.
    """
    rules = dataset.safety
    for where, message in patterns.unknown_word_list_problems(rules) if rules else ():
        yield RuleViolation(dataset.root / "safety.yaml", where, message)
    for path, at, texts in _text_fields_by_file(dataset):
        # scan all the texts of a record at once: nearly always there is no match
        if scan_text(WORD_SEPARATORS.join(one.text for one in texts), rules):
            for one in scan_texts(texts, dataset, is_dismissed)[:MAX_MATCHES]:
                yield RuleViolation(path, (*at, *one.text_field.field_path), describe_finding(one.match.rule))


def describe_finding(rule: SafetyRule) -> Said:
    """Return one line: why the rule reports a passage, what to write instead and, in English, the id of the rule."""
    why, instead = (resolve(text, "en", "en").text for text in (rule.why, rule.instead))
    english = f"{why[:1].lower()}{why[1:].rstrip('.')}; {instead[:1].lower()}{instead[1:].rstrip('.')} ({rule.id})"
    said = Said("{english}", english=english)
    said.message, said.values = "{why} {instead}", {"why": rule.why, "instead": rule.instead}
    return said


def _text_fields_by_file(dataset: Dataset) -> Iterator[tuple[PurePath, FieldPath, tuple[TextField, ...]]]:
    """Yield (path of file, field path in this file, texts) for the settings, each treaty body and each record."""
    settings = tuple(TextField("settings", str(where[0]), where, text=text) for where, text in _texts(dataset.settings))
    yield dataset.root / "tracker.yaml", (), settings
    for body in dataset.bodies.values():
        name = f"treaty body {body.id}"
        texts = tuple(TextField(name, str(where[0]), where, text=text) for where, text in _texts(body))
        yield dataset.root / "treaty_bodies.yaml", ("treaty_bodies", body.id), texts
    for record in all_records(dataset):
        at: FieldPath = ("documents", record.id) if isinstance(record, Document) else ()
        yield dataset.path_of(record), at, tuple(text_fields(record))


def _texts(value: Any, where: FieldPath = ()) -> Iterator[tuple[FieldPath, str]]:
    if isinstance(value, TextVariant):
        yield where, value.text
    elif type(value) is str:  # not isinstance: a code is a StrEnum, and is no free text
        yield where, value
    elif isinstance(value, tuple):
        for i, item in enumerate(value):
            yield from _texts(item, (*where, i))
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _texts(item, (*where, str(key)))
    elif is_dataclass(value):
        kind: Any = type(value)
        for name in _free_text_fields(kind):
            if inside := getattr(value, name):
                yield from _texts(inside, (*where, name))


@cache
def _free_text_fields(kind: Any) -> tuple[str, ...]:
    """Return the names of the fields of a dataclass that may hold free text."""
    hints = get_type_hints(kind, include_extras=True)
    return tuple(
        f.name
        for f in fields(kind)
        if f.name != "version" and not any(one in CODED_TYPES for one in (hints[f.name], *get_args(hints[f.name])))
    )


def scan_files(dataset: Dataset) -> Iterator[Problem]:
    """Yield a problem for each passage that may identify a person in a comment, id, link or name of a data file.

    Dismissals do not count here. Invalid YAML is scanned, too; files that cannot be read are left out.
    """
    clean_comments: set[str] = set()  # nearly all files begin with the same comment
    files = open_storage(dataset.root)
    for name in sorted(dataset.checksums):
        path = dataset.root / name
        try:
            text = decode(files.read(name))
        except (InvalidFile, OSError):
            continue  # this problem was already reported when the dataset was read
        found = {*_scan_comments(text, dataset.safety, clean_comments), *_scan_codes(text, path, dataset.safety)}
        yield from (Problem(display_path(path), line, message) for line, message in sorted(found))


def _scan_comments(text: str, dataset_rules: SafetyFile | None, clean_comments: set[str]) -> Iterator[tuple[int, str]]:
    """Yield (line, message) for each match in the comments of the YAML file `text`."""
    spans = ((start, text[start:end].replace("#", " ")) for start, end in _comment_spans(text))
    blocks = [(start, CONTACT_PATTERN.sub(lambda contact: " " * len(contact[0]), words)) for start, words in spans]
    # scan all the comments of a file at once: nearly always there is no match
    if (whole := WORD_SEPARATORS.join(words for _, words in blocks)) in clean_comments:
        return
    if not scan_text(whole, dataset_rules):
        clean_comments.add(whole)
        return
    for start, words in blocks:
        matches = scan_text(words, dataset_rules)
        for match in matches if matches and not _is_inside_value(text, start) else ():
            yield _line_at(text, start + match.start), f"in a comment: {describe_finding(match.rule)}"


def _comment_spans(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) positions of each block of comments. Comments on consecutive lines are one block."""
    blocks: list[tuple[int, int]] = []
    for comment in COMMENT_PATTERN.finditer(text):
        start, end = comment.span()
        if blocks and text[blocks[-1][1] : start].strip(" \t") == "\n":
            blocks[-1] = (blocks[-1][0], end)
        elif start == 0 or text[start - 1].isspace():
            blocks.append((start, end))
    return blocks


def _is_inside_value(text: str, place: int) -> bool:
    """Return whether the position `place` is inside a YAML value, where # does not begin a comment."""
    try:
        waiting = [compose(text)]
    except InvalidFile:
        return False
    for node in waiting:
        if isinstance(node, ScalarNode) and node.start_mark.index <= place < node.end_mark.index:
            return True
        if isinstance(node, SequenceNode | MappingNode):
            waiting += node.value if isinstance(node, SequenceNode) else chain.from_iterable(node.value)
    return False


def _scan_codes(text: str, path: PurePath, dataset_rules: SafetyFile | None) -> Iterator[tuple[int, str]]:
    """Yield (line, message) for each match of a rule in the name of a file, and in its ids and links."""
    places = [("the file name", 0, path.stem)]
    places += [("an id", found.start(1), found[1]) for found in ID_LINE_PATTERN.finditer(text)]
    links = (found for pattern in LINK_PATTERNS for found in pattern.finditer(text))
    places += [("a link", found.start(1), unquote(found[1])) for found in links]
    for kind, at, code in places:
        _text, matches = scan_code(code, dataset_rules, is_link=kind == "a link")
        yield from ((_line_at(text, at), f"in {kind}: {describe_finding(match.rule)}") for match in matches)


def scan_code(code: str, dataset_rules: SafetyFile | None, *, is_link: bool) -> tuple[str, list[Match]]:
    """Scan a link, an id or a file name. Return (text that was scanned, passages in it that may identify a person).

    The text is `code`, or its parts with spaces between them if something is found only then. Only rules are used
    that recognise a passage by its form, such as that of a phone number, and need no word list. Rules with a
    Luhn checksum are not used: one in ten long numbers in links has it by chance.
    """
    # the parts are scanned separately, too: in a link they are joined without spaces
    parts = re.sub("[/?&=#;,|]", " | ", code) if is_link else code.replace("-", " ")
    for text in (code, parts) if PREFILTER_PATTERN.search(code) else ():
        if found := scan_text(text, dataset_rules):
            rules = compile_rules(dataset_rules).all
            by_form = {one.rule.id for one in rules if not one.beginnings and not one.rule.luhn}
            if matches := [match for match in found if match.rule.id in by_form]:
                return text, matches
    return code, []


def _line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


@dataclass(frozen=True, slots=True)
class PublicationCheck:
    """What a reviewer has to settle before an item is published.

    `findings` are passages that a rule found: each is reworded, or dismissed with a reason. `candidates` are other
    pairs of capitalised words: each is reworded, or confirmed not to be the name of a person.
    """

    findings: tuple[SafetyFinding, ...] = ()
    candidates: tuple[SafetyFinding, ...] = ()

    def __add__(self, other: "PublicationCheck") -> "PublicationCheck":
        """Return a check with the findings and candidates of both checks."""
        return PublicationCheck((*self.findings, *other.findings), (*self.candidates, *other.candidates))


def check_publication(
    record: FileRecord, dataset: Dataset, is_dismissed: IsDismissed, *, only_files: bool = False
) -> PublicationCheck:
    """Return what a reviewer has to settle before `record`, as readers would see it, is published in `dataset`.

    Names and captions of its files are checked, but not the texts of the files. With `only_files`, nothing else is
    checked. What was dismissed or confirmed before (`is_dismissed`) is left out.
    """
    name, known = record_name(record), words_not_names(dataset)
    fields_with_codes = () if only_files else ("id", *LINK_FIELDS)
    codes = [(field, unquote(value)) for field in fields_with_codes if (value := getattr(record, field, None))]
    codes += [("files", file.name) for file in record.files]
    scanned = [(field, *scan_code(code, dataset.safety, is_link=field in LINK_FIELDS)) for field, code in codes]
    fields_found = ((TextField(name, field, (field,), text=text), matches) for field, text, matches in scanned)
    findings = (SafetyFinding(field, match) for field, matches in fields_found for match in matches)
    both = (findings, _names_in_codes(name, codes, known))
    unsettled = (tuple(finding for finding in found if not is_dismissed(finding)) for found in both)
    texts = text_fields(record, {"files"} if only_files else None)
    return check_texts(texts, dataset, is_dismissed) + PublicationCheck(*unsettled)


def check_texts(texts: Iterable[TextField], dataset: Dataset, is_dismissed: IsDismissed) -> PublicationCheck:
    """Return what a reviewer has to settle before `texts` are published. See `check_publication`."""
    texts, known = tuple(texts), words_not_names(dataset)
    candidates = (SafetyFinding(one, match) for one in texts for match in name_candidates(one.text, known))
    unsettled = tuple(found for found in candidates if not is_dismissed(found))
    return PublicationCheck(scan_texts(texts, dataset, is_dismissed), unsettled)


def _names_in_codes(name: str, codes: Iterable[tuple[str, str]], known: Set[str]) -> Iterator[SafetyFinding]:
    """Yield a finding for each full name in links, ids and file names, even in small letters. `codes` are (field, text) pairs."""
    for field, code in codes:
        words = [word.title() for word in WORD_PATTERN.findall(code.partition("://")[2] or code)]
        pairs = (pair for pair in pairwise(words) if all(word_kind(word) & ANY_NAME for word in pair))
        for pair in map(" ".join, pairs):
            found = [match for match in scan_text(pair, None, known) if match.rule.id == NAME_RULE]
            if any(match.words == pair for match in found):
                yield SafetyFinding(TextField(name, field, (field,), text=pair), found[0])
